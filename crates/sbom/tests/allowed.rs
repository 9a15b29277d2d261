//! What others wrote is from where we allow and under what we allow, is all in
//! the list, and what is weak of it is known.

use jiff::civil::{Date, date};
use sbom::{Component, Components, Policy, Use, advisories, cyclonedx, notices};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

static ALL: LazyLock<Components> =
    LazyLock::new(|| Components::read(&root()).expect("cargo and the lock files say what there is"));

fn components() -> Components {
    ALL.clone()
}

fn policy() -> Policy {
    Policy::read(&root()).expect("deny.toml")
}

#[test]
fn everything_that_others_wrote_is_allowed() {
    let found = policy().offences(&components());
    assert!(found.is_empty(), "not allowed by deny.toml: {found:#?}");
}

#[test]
fn what_is_not_allowed_is_named() {
    let all = components();
    let with = |change: &dyn Fn(&mut Component), policy: &Policy| {
        let mut changed = all.clone();
        change(changed.0.iter_mut().find(|c| c.name == "axum").expect("we use it"));
        policy.offences(&changed).join("\n")
    };
    let policy = policy();
    for (licence, is_refused) in [
        ("GPL-3.0-only", true),
        ("AGPL-3.0-or-later OR LGPL-3.0-only", true),
        ("MIT AND GPL-2.0-only", true),
        ("whatever", true),
        ("GPL-3.0-only OR MIT", false),
        ("MIT/Apache-2.0", false),
    ] {
        let found = with(&|c| c.licence = Some(licence.into()), &policy);
        assert_eq!(found.contains("axum"), is_refused, "{licence}: {found}");
    }
    assert!(with(&|c| c.licence = None, &policy).contains("states no licence"));
    let elsewhere = "git+https://example.org/axum";
    assert!(with(&|c| c.source = Some(elsewhere.into()), &policy).contains(elsewhere));
    assert!(with(&|c| c.hash = None, &policy).contains("no sum"));
    assert!(with(&|c| c.name = "openssl-sys".into(), &policy).contains("is banned"));
    let mut wider = policy;
    wider.licenses.allow.push("WTFPL".into());
    assert!(with(&|_| (), &wider).contains("nothing is under"), "what is allowed for nothing is taken out");
}

#[test]
fn the_list_names_everything_and_says_what_it_is_for() {
    let all = components();
    let bill = cyclonedx::bill(&all);
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&"CycloneDX".into(), &"1.6".into()));
    assert_eq!(bill["metadata"]["component"]["name"], "phb");
    let listed = bill["components"].as_array().expect("components");
    let used_for = |name: &str| {
        let found: BTreeSet<&str> = listed
            .iter()
            .filter(|c| c["name"] == name)
            .filter_map(|c| c["properties"][0]["value"].as_str())
            .collect();
        found.into_iter().collect::<Vec<_>>().join(" ")
    };
    for (name, expected) in [
        ("axum", "program"),
        ("typst", "program"),
        ("nhsuk-frontend", "program"),
        ("phb-service", "program"),
        ("maud_macros", "building"),
        ("cc", "building"),
        ("fantoccini", "testing"),
        ("axe-core", "testing"),
        ("rustsec", "testing"),
    ] {
        assert_eq!(used_for(name), expected, "{name}");
    }
    let names: BTreeSet<&str> = listed.iter().filter_map(|c| c["bom-ref"].as_str()).collect();
    assert_eq!(names.len(), listed.len(), "each once");
    let needed = bill["dependencies"].as_array().expect("dependencies").iter();
    let needed = needed.flat_map(|d| d["dependsOn"].as_array().expect("a list")).filter_map(|d| d.as_str());
    let lost: Vec<&str> = needed.filter(|url| !names.contains(url)).collect();
    assert!(lost.is_empty(), "needed and not listed: {lost:?}");
    for component in listed.iter().filter(|c| !c["name"].as_str().is_some_and(|n| n.starts_with("phb"))) {
        assert!(component["hashes"][0]["content"].is_string(), "{component}");
        assert!(component["licenses"][0]["expression"].is_string(), "{component}");
    }
    let again = Components::read(&root()).expect("as before");
    assert_eq!(bill, cyclonedx::bill(&again), "the same commit gives the same list");
}

#[test]
fn the_notices_name_all_that_is_in_the_program_with_its_terms() {
    let all = components();
    let text = notices::text(&all).expect("the packages' files can be read");
    for component in all.foreign() {
        let named = text.contains(&format!("\n{} {}: ", component.name, component.version));
        assert_eq!(named, component.used_for == Use::Program, "{}", component.url());
    }
    for part in ["Permission is hereby granted", "Mozilla Public License", "Apache License", "GOV.UK"] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn every_weakness_that_is_known_is_judged_and_still_there() {
    let found = advisories::offences(&root(), &policy()).expect("the table can be read");
    assert!(found.is_empty(), "docs/security/weaknesses.tsv is not true: {found:#?}");
    let mut fewer = policy();
    let gone = fewer.advisories.ignore.pop().expect("there are some");
    let found = advisories::offences(&root(), &fewer).expect("the table can be read").join("\n");
    assert!(found.contains(&gone.id), "one that stands in the table alone is named: {found}");
}

/// A folder that is like a root, with another table and our lock file.
fn with_table(row: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("docs/security")).expect("it can be made");
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("it can be copied");
    let table = format!("the heads of the columns\n{row}\n");
    fs::write(folder.path().join("docs/security/weaknesses.tsv"), table).expect("it can be written");
    folder
}

#[test]
fn a_row_that_stands_too_long_or_says_too_little_is_named() {
    let version = components().0.iter().find(|c| c.name == "axum").expect("we use it").version.clone();
    let offences = |row: String| {
        let folder = with_table(&row);
        advisories::offences(folder.path(), &policy()).map(|found| found.join("\n"))
    };
    let row = |version: &str, here: &str, why: &str, until: &str| {
        format!("RUSTSEC-2099-0001\taxum\t{version}\t2026-01-01\thigh\t{here}\t{why}\t2026-01-02\t{until}")
    };
    let sound = offences(row(&version, "high", "why", "2026-01-09")).expect("a row");
    assert!(!sound.contains("axum") && !sound.contains("days"), "{sound}");
    for (row, why) in [
        (row(&version, "high", "why", "2026-01-10"), "7 days"),
        (row(&version, "critical", "why", "2026-01-09"), "2 days"),
        (row(&version, "fine", "why", "2026-01-09"), "is not said"),
        (row(&version, "high", " ", "2026-01-09"), "is not said"),
        (row("0.0.1", "high", "why", "2026-01-09"), "not used any more"),
    ] {
        let found = offences(row).expect("a row");
        assert!(found.contains(why), "{why}: {found}");
    }
    assert!(offences("one cell".into()).is_err());
}

#[test]
fn a_database_of_weaknesses_names_what_we_do_not_know_and_what_is_late() {
    let folder = tempfile::tempdir().expect("a folder");
    let advisory = |id: &str, package: &str| {
        let path = folder.path().join("crates").join(package);
        fs::create_dir_all(&path).expect("it can be made");
        let text = format!(
            "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"2026-06-29\"\n\n\
             [versions]\npatched = [\">= 99.0.0\"]\n```\n\n# It is weak\n\nIn some way.\n"
        );
        fs::write(path.join(format!("{id}.md")), text).expect("it can be written");
    };
    advisory("RUSTSEC-2026-0194", "quick-xml");
    advisory("RUSTSEC-2026-9999", "axum");
    let on = |day: Date| advisories::found_in(folder.path(), &root(), day).expect("a database");
    let found = on(date(2026, 11, 29));
    assert!(found.iter().all(|line| line.contains("RUSTSEC-2026-9999: axum")), "{found:?}");
    assert_eq!(found.len(), 1);
    assert!(on(date(2099, 1, 1)).iter().any(|line| line.contains("judged anew")));
}
