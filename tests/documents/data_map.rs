//! The data map is true: each kind of stream with each part of it, and each
//! table with each column, stands in one row, and no row names what is not
//! there.

use crate::root;
use domain::StreamKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use strum::VariantArray;

/// How much somebody could be harmed by it: `docs/assurance/classification.md`.
const CLASSES: [&str; 5] = ["secret", "health", "personal", "working", "public"];

/// Who sees something that is nobody's by the policy.
const OTHERS: [&str; 4] = ["nobody", "its owner", "operator", "everyone"];

/// What stands where: a stream or a table, and its parts.
type Places = BTreeMap<(String, String), BTreeSet<String>>;

struct Row {
    place: (String, String),
    parts: Vec<String>,
    class: String,
    seen_by: Vec<String>,
    cells: Vec<String>,
}

fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        assert_eq!(cells.len(), 12, "not twelve cells: {line}");
        Row {
            place: (cells[0].clone(), cells[1].clone()),
            parts: cells[2].split(' ').map(str::to_owned).collect(),
            class: cells[5].clone(),
            seen_by: cells[9].split(" ; ").map(str::to_owned).collect(),
            cells,
        }
    };
    text.lines().skip(1).map(row).collect()
}

fn data_map() -> Vec<Row> {
    rows(&fs::read_to_string(root().join("docs/assurance/data-map.tsv")).expect("the data map"))
}

/// The kinds of streams, and of each what stands before the point in the names
/// of its events, from the samples that are kept for ever.
fn streams() -> Places {
    let mut found = Places::new();
    for kind in StreamKind::VARIANTS {
        let name: &str = (*kind).into();
        let path = root().join(format!("crates/domain/tests/golden/{name}.jsonl"));
        let samples = fs::read_to_string(path).expect("each kind of stream has its samples");
        let parts = samples.split("\"event\":{\"type\":\"").skip(1).map(|rest| {
            let part = rest.split('.').next().expect("something");
            part.to_owned()
        });
        found.insert(("stream".into(), name.into()), parts.collect());
    }
    found
}

/// The tables of a new database, and the columns of each.
async fn tables() -> Places {
    let url = testkit::databases::sqlite_url();
    store::Db::open(&url).await.expect("it is made").close().await;
    let db = rusqlite::Connection::open(&url).expect("it opens");
    let mut columns = db
        .prepare(
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'",
        )
        .expect("a statement");
    let each = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("the columns");
    let mut found = Places::new();
    for (table, column) in each.map(|row| row.expect("two names")) {
        found.entry(("table".into(), table)).or_default().insert(column);
    }
    found
}

/// What is wrong with the map, where this is what there is.
fn wrong(map: &[Row], there: &Places, policy: &str) -> Vec<String> {
    let mut wrong = vec![];
    let mut listed = Places::new();
    for row in map {
        let (place, name) = &row.place;
        for part in &row.parts {
            if !listed.entry(row.place.clone()).or_default().insert(part.clone()) {
                wrong.push(format!("{place} {name}: {part} stands twice"));
            }
        }
        if row.cells.iter().any(|cell| cell.trim().is_empty()) || !CLASSES.contains(&row.class.as_str()) {
            wrong.push(format!("{place} {name}: a cell is empty, or {} is no class", row.class));
        }
        for who in &row.seen_by {
            let is_in_the_policy = policy.contains(&format!("\n| {who} |"));
            if !is_in_the_policy && !OTHERS.contains(&who.as_str()) {
                wrong.push(format!("{place} {name}: the policy does not say “{who}”"));
            }
        }
    }
    let none = BTreeSet::new();
    for key in listed.keys().chain(there.keys()).collect::<BTreeSet<_>>() {
        let (ours, theirs) = (listed.get(key).unwrap_or(&none), there.get(key).unwrap_or(&none));
        let mut say = |what: Vec<&String>, how: &str| {
            if !what.is_empty() {
                wrong.push(format!("{} {}: {what:?} {how}", key.0, key.1));
            }
        };
        say(theirs.difference(ours).collect(), "has no row");
        say(ours.difference(theirs).collect(), "is not there");
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_kept_stands_in_the_data_map() {
    let mut there = streams();
    there.extend(tables().await);
    assert!(there.len() > 30, "streams and tables were found");
    let policy = fs::read_to_string(root().join("docs/policy-matrix.md")).expect("the policy");
    let found = wrong(&data_map(), &there, &policy);
    assert!(found.is_empty(), "docs/assurance/data-map.tsv is not true: {found:#?}");

    let is_named = |change: &dyn Fn(&mut Vec<Row>), why: &str| {
        let mut map = data_map();
        change(&mut map);
        let found = wrong(&map, &there, &policy);
        assert!(found.iter().any(|w| w.contains(why)), "{why}: {found:#?}");
    };
    is_named(&|map| drop(map.remove(0)), "has no row");
    is_named(&|map| map[0].parts.push("gone".into()), "is not there");
    is_named(&|map| map[0].parts = ["offer", "offer"].map(str::to_owned).into(), "stands twice");
    is_named(&|map| map[0].class = "fine".into(), "is no class");
    is_named(&|map| map[0].cells[8] = " ".into(), "a cell is empty");
    is_named(&|map| map[0].seen_by.push("peep".into()), "the policy does not say");
}

#[test]
fn every_class_of_data_has_its_protection() {
    let page = fs::read_to_string(root().join("docs/assurance/classification.md")).expect("the page");
    let map = data_map();
    for class in CLASSES {
        assert!(map.iter().any(|row| row.class == class), "{class} is of something");
        let rows = page.lines().filter(|line| line.starts_with(&format!("| **{class}** |")));
        assert_eq!(rows.count(), 2, "{class}: what it is, and which protection it gets");
    }
}
