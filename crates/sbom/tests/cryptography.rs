//! The inventory of what encrypts, hashes and signs names every library that
//! does, in every version, and none that is not there.

use sbom::{Components, Use};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_library_that_encrypts_hashes_or_signs_is_in_the_inventory() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let components = Components::read(&root).expect("cargo and the lock files say what there is");
    let there: BTreeSet<String> = components
        .0
        .iter()
        .filter(|c| c.is_cryptographic && c.used_for != Use::Testing)
        .map(|c| format!("{} {}", c.name, c.version))
        .collect();
    for known in ["argon2", "sha2", "ring", "rustls", "webauthn-rs", "rand", "getrandom", "totp-rs", "hmac"] {
        assert!(there.iter().any(|c| c.starts_with(&format!("{known} "))), "{known} was seen to be one");
    }
    let table =
        fs::read_to_string(root.join("docs/security/cryptographic-libraries.tsv")).expect("the table");
    let mut listed = BTreeSet::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, version, what, with] = cells[..] else { panic!("not four cells: {line}") };
        assert!(!what.is_empty() && !with.is_empty(), "{name}: what it does, and what it comes with");
        assert!(listed.insert(format!("{name} {version}")), "{name} {version} stands there twice");
    }
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "docs/security/cryptographic-libraries.tsv lacks {missing:#?}, and names what is not there: {gone:#?}. \
         What is new also needs a row in cryptography.tsv: which key, where, for how long."
    );
}
