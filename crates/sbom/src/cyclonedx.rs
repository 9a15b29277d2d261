//! The list in CycloneDX 1.6, as JSON. Two lists of the same commit are equal
//! to the byte: there is no date and no serial number in it.

use crate::components::{Component, Components, PROGRAM, Use};
use serde_json::{Value, json};

/// The whole list.
#[must_use]
pub fn bill(components: &Components) -> Value {
    let program = components.0.iter().find(|c| c.is_ours && c.name == PROGRAM);
    let listed = || components.0.iter().filter(|c| program.is_none_or(|program| c.url() != program.url()));
    let all: Vec<Value> = listed().map(entry).collect();
    let needs: Vec<Value> = components
        .0
        .iter()
        .map(|c| json!({ "ref": c.url(), "dependsOn": c.needs.iter().collect::<Vec<_>>() }))
        .collect();
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "tools": { "components": [
                { "type": "application", "name": "phb-sbom", "version": env!("CARGO_PKG_VERSION") },
            ] },
            "component": program.map(entry),
        },
        "components": all,
        "dependencies": needs,
    })
}

fn entry(component: &Component) -> Value {
    let is_program = component.is_ours && component.name == PROGRAM;
    let mut entry = json!({
        "type": if is_program { "application" } else { "library" },
        "bom-ref": component.url(),
        "name": component.name,
        "version": component.version,
        "purl": component.url(),
        // "excluded": used, but not a part of what runs.
        "scope": if component.used_for == Use::Program { "required" } else { "excluded" },
        "properties": [{ "name": "openphb:used-for", "value": component.used_for.word() }],
    });
    if let Some(text) = &component.description {
        entry["description"] = json!(text);
    }
    if let Some(licence) = &component.licence {
        entry["licenses"] = json!([{ "expression": as_spdx(licence) }]);
    }
    if let Some((algorithm, sum)) = &component.hash {
        entry["hashes"] = json!([{ "alg": algorithm, "content": sum }]);
    }
    if let Some(repository) = &component.repository {
        entry["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    entry
}

/// The terms in today's form: years ago crates wrote a choice with a stroke.
#[must_use]
pub fn as_spdx(licence: &str) -> String {
    licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}
