//! What is allowed, from `deny.toml`, and what of the components is not.

use crate::components::{Component, Components};
use serde::Deserialize;
use spdx::{Expression, LicenseReq, ParseMode};
use std::fs;
use std::path::Path;

/// The parts of `deny.toml` that are asked here, in `cargo-deny`'s own words.
#[derive(Clone, Debug, Deserialize)]
pub struct Policy {
    pub advisories: Advisories,
    pub bans: Bans,
    pub licenses: Licences,
    pub sources: Sources,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Advisories {
    pub ignore: Vec<Ignored>,
}

/// A published weakness that is known here and not mended yet.
#[derive(Clone, Debug, Deserialize)]
pub struct Ignored {
    pub id: String,
    pub reason: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Bans {
    pub deny: Vec<Banned>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Banned {
    #[serde(rename = "crate")]
    pub name: String,
    pub reason: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Licences {
    pub allow: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sources {
    pub allow_registry: Vec<String>,
}

/// Where the packages from npm come from.
const NPM: &str = "https://registry.npmjs.org/";

impl Policy {
    /// Reads `deny.toml` in this folder.
    ///
    /// # Errors
    /// In words, if it is not there or says something else.
    pub fn read(root: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(root.join("deny.toml")).map_err(|why| format!("deny.toml: {why}"))?;
        toml::from_str(&text).map_err(|why| format!("deny.toml: {why}"))
    }

    /// Everything that is not allowed, a line for each, and what is said of
    /// nothing.
    #[must_use]
    pub fn offences(&self, components: &Components) -> Vec<String> {
        let mut found: Vec<String> =
            components.foreign().flat_map(|component| self.offences_of(component)).collect();
        let is_met = |allowed: &&String| {
            components.foreign().any(|c| c.licence.as_deref().is_some_and(|l| l.contains(allowed.as_str())))
        };
        let unmet = self.licenses.allow.iter().filter(|allowed| !is_met(allowed));
        found.extend(unmet.map(|licence| format!("deny.toml allows {licence}, which nothing is under")));
        found
    }

    fn offences_of(&self, component: &Component) -> Vec<String> {
        let mut found = vec![];
        if let Err(why) = self.licence(component) {
            found.push(why);
        }
        if let Some(ban) = self.bans.deny.iter().find(|ban| ban.name == component.name) {
            found.push(format!("is banned: {}", ban.reason));
        }
        // npm's lock file names a source only where it is not npm's own registry.
        let source = component.source.as_deref();
        let is_allowed = match (component.kind, source) {
            ("npm", None) => true,
            ("npm", Some(source)) => source.starts_with(NPM),
            (_, None) => false,
            (_, Some(source)) => {
                let registry = source.strip_prefix("registry+");
                registry.is_some_and(|from| self.sources.allow_registry.iter().any(|ours| ours == from))
            }
        };
        if !is_allowed {
            found.push(format!("comes from {}", source.unwrap_or("nowhere")));
        }
        if component.hash.is_none() {
            found.push("has no sum in the lock file".into());
        }
        found.into_iter().map(|why| format!("{} {}: {why}", component.name, component.version)).collect()
    }

    fn licence(&self, component: &Component) -> Result<(), String> {
        let stated = component.licence.as_deref().ok_or("states no licence")?;
        let terms = Expression::parse_mode(stated, ParseMode::LAX)
            .map_err(|why| format!("its licence cannot be read ({stated}): {why}"))?;
        let is_allowed = |asked: &LicenseReq| {
            let asked = asked.to_string();
            self.licenses.allow.contains(&asked)
        };
        if terms.evaluate(is_allowed) { Ok(()) } else { Err(format!("is under {stated}")) }
    }
}
