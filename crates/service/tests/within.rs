//! What is written is written by a use case: nothing that others can call or
//! name hands out a transaction, or takes one.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("our folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// What others see of a file: each `pub` thing, as far as its body or its end.
fn seen_by_others(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("pub ").map(|(at, _)| &text[at..]);
    starts.map(|from| from.split(['{', '}', ';']).next().unwrap_or(from))
}

#[test]
fn nobody_above_has_a_transaction() {
    let mut all = vec![];
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(all.len() > 50, "the files are found");
    let names = |declared: &str| {
        let words: Vec<&str> = declared.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        words.contains(&"Tx") || words.contains(&"Db")
    };
    let mut wrong = vec![];
    for file in all {
        let text = fs::read_to_string(&file).expect("read");
        let found = seen_by_others(&text).filter(|declared| names(declared));
        // Whoever makes an app has its database, and gives it.
        let found = found.filter(|declared| !declared.starts_with("pub fn new(db: Db, clock: Clock,"));
        wrong.extend(found.map(|declared| format!("{}: {declared}", file.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let web = include_str!("../../web/Cargo.toml");
    let needs = web.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next());
    assert!(!needs.expect("its dependencies").contains("store"), "pages do not know the database");
}
