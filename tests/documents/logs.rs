//! Each kind of line that the program writes into its log stands in the
//! inventory, with all that is in it; and each algorithm and key in theirs.

use crate::{below, evidence_is_there, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// A level and the words of a line, as they stand in the code.
type Line = (String, String);

/// The lines that a source writes: `tracing::warn!(field, "words")`.
fn lines_of(source: &str) -> Vec<Line> {
    let mut found = vec![];
    for level in ["info", "warn", "error"] {
        let start = format!("tracing::{level}!(");
        let calls = source.match_indices(&start).map(|(at, _)| &source[at + start.len()..]);
        found.extend(calls.map(|call| (level.to_owned(), said(call))));
    }
    found
}

/// What is said: the last text before the bracket that ends the call. Before it
/// stand the fields.
fn said(call: &str) -> String {
    let (mut depth, mut words) = (1, String::new());
    for (number, piece) in call.split('"').enumerate() {
        if number % 2 == 1 {
            words = piece.to_owned();
            continue;
        }
        for sign in piece.chars() {
            depth += i32::from(sign == '(') - i32::from(sign == ')');
            if depth == 0 {
                return words;
            }
        }
    }
    words
}

#[test]
fn every_line_of_the_log_is_in_the_inventory() {
    let mut paths: Vec<PathBuf> = vec![];
    for folder in ["crates", "src"] {
        below(&root().join(folder), ".rs", &mut paths);
    }
    let is_of_the_program = |path: &&PathBuf| {
        let path = path.strip_prefix(root()).expect("it is ours").to_string_lossy();
        path.starts_with("src/") || (path.contains("/src/") && !path.starts_with("crates/testkit/"))
    };
    let mut written = BTreeSet::new();
    for path in paths.iter().filter(is_of_the_program) {
        written.extend(lines_of(&fs::read_to_string(path).expect("it can be read")));
    }
    assert!(written.len() > 20, "the lines were found: {written:?}");
    let table = fs::read_to_string(root().join("docs/assurance/logs.tsv")).expect("the inventory");
    let mut listed = BTreeSet::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [level, words, fields, tells, whom] = cells[..] else { panic!("not five cells: {line}") };
        assert!(![fields, tells, whom].iter().any(|cell| cell.trim().is_empty()), "a cell is empty: {line}");
        assert!(listed.insert((level.to_owned(), words.to_owned())), "twice: {line}");
    }
    let missing: Vec<_> = written.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&written).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "docs/assurance/logs.tsv lacks {missing:#?}, and names what is not written: {gone:#?}"
    );
    let two =
        "Ok(id) => tracing::info!(id = %id(), \"done (so far)\"), Err(why) => tracing::info!(%why, \"not\")";
    assert_eq!(lines_of(two), [("info".into(), "done (so far)".into()), ("info".into(), "not".into())]);
}

#[test]
fn every_algorithm_and_key_is_where_the_inventory_says() {
    let table = fs::read_to_string(root().join("docs/security/cryptography.tsv")).expect("the inventory");
    let mut wrong = vec![];
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 10, "not ten cells: {line}");
        assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "a cell is empty: {line}");
        let lost = cells[9].split(" ; ").filter_map(|item| evidence_is_there(item).err());
        wrong.extend(lost.map(|why| format!("{}: {why}", cells[0])));
    }
    assert!(wrong.is_empty(), "docs/security/cryptography.tsv claims what is not there: {wrong:#?}");
}
