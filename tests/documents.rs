//! What the documents name is there: the files they lead to, in the glossary
//! the names that the code has for things, in the guidance map the tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Made up in `ARCHITECTURE.md`, to show where a new page would go.
const MADE_UP: [&str; 1] = ["crates/web/src/plan/copies.rs"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends like this.
fn below(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

/// Our documents, each without its examples of code.
fn documents() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root()).expect("our folder").flatten().map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "md"));
    below(&root().join("docs"), ".md", &mut paths);
    paths.sort();
    assert!(paths.len() > 10, "the documents were found: {paths:?}");
    let without_code = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("it can be read");
        let plain = text.split("```").step_by(2).collect();
        (path, plain)
    };
    paths.into_iter().map(without_code).collect()
}

/// Where the links of a text lead, without pictures and other people's pages.
fn links(text: &str) -> Vec<&str> {
    let mut found = vec![];
    for (at, _) in text.match_indices("](") {
        let is_picture = text[..at].rfind('[').is_some_and(|open| text[..open].ends_with('!'));
        let target = text[at + 2..].split(')').next().unwrap_or_default();
        let target = target.split('#').next().unwrap_or_default();
        if !is_picture && !target.is_empty() && !target.contains("://") {
            found.push(target);
        }
    }
    found
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

#[test]
fn every_link_leads_somewhere() {
    let mut lost = vec![];
    for (path, text) in documents() {
        let folder = path.parent().expect("it is in a folder");
        let dead = links(&text).into_iter().filter(|target| !folder.join(target).exists());
        lost.extend(dead.map(|target| format!("{}: {target}", path.display())));
    }
    assert!(lost.is_empty(), "these lead nowhere: {lost:#?}");
}

#[test]
fn every_file_that_is_named_is_there() {
    let mut lost = vec![];
    for (path, text) in documents() {
        for name in quoted(&text) {
            let is_path =
                ["crates/", "scripts/", "src/", "docs/"].iter().any(|start| name.starts_with(start));
            let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            let is_ours = is_path && is_plain && !MADE_UP.contains(&name);
            // In a decision about one crate, `src/…` is that crate's.
            let is_in_a_crate = name.starts_with("src/") && path.starts_with(root().join("docs/adr"));
            if is_ours && !is_in_a_crate && !root().join(name).exists() {
                lost.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(lost.is_empty(), "these are not there: {lost:#?}");
}

#[test]
fn the_glossary_names_what_the_code_names() {
    let mut sources = vec![];
    for end in [".rs", ".sql"] {
        below(&root().join("crates"), end, &mut sources);
    }
    let mut known = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).expect("it can be read");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        known.extend(words.map(str::to_owned));
    }
    let text = fs::read_to_string(root().join("GLOSSARY.md")).expect("GLOSSARY.md");
    let in_code =
        text.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.rsplit('|').nth(1));
    let mut lost = BTreeSet::new();
    let mut checked = 0;
    for name in in_code.flat_map(quoted).filter(|name| !name.contains([' ', '<', '/'])) {
        for part in name.split("::").filter(|part| !part.is_empty()) {
            checked += 1;
            if !known.contains(part) {
                lost.insert(name);
            }
        }
    }
    assert!(checked > 100, "the names were found");
    assert!(lost.is_empty(), "the code has no such names: {lost:#?}");
}

/// The rows of the guidance map: id, where it lives, the tests.
fn guidance(text: &str) -> Vec<[&str; 3]> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id "));
    rows.map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
    .collect()
}

#[test]
fn every_requirement_names_a_test_that_is_there() {
    let text = fs::read_to_string(root().join("docs/guidance-map.md")).expect("the guidance map");
    let rows = guidance(&text);
    assert!(rows.len() > 150, "the rows were found: {}", rows.len());
    let mut lost = vec![];
    for [id, _, tests] in &rows {
        let mut source = String::new();
        let mut named = 0;
        for name in quoted(tests) {
            if name.ends_with(".rs") {
                source = fs::read_to_string(root().join(name)).unwrap_or_default();
            } else {
                named += 1;
                if !source.contains(&format!("fn {name}(")) {
                    lost.push(format!("{id}: {name}"));
                }
            }
        }
        if named == 0 {
            lost.push(format!("{id}: no test"));
        }
    }
    assert!(lost.is_empty(), "these tests are not where the guidance map says: {lost:#?}");

    let order = |id: &str| {
        let (group, number) = id.split_once('-').unwrap_or((id, ""));
        (group.to_owned(), number.parse::<u32>().ok())
    };
    let ids: Vec<_> = rows.iter().map(|row| order(row[0])).collect();
    assert!(ids.iter().all(|id| id.1.is_some()), "every row has one id");
    assert!(ids.windows(2).all(|two| two[0] < two[1]), "in order of their ids, each once");
}

/// Whether a source has this test: the function with an attribute that makes
/// it one, not any function of the name.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let is_it =
        |line: &str| line.split("fn ").nth(1).is_some_and(|rest| rest.starts_with(&format!("{name}(")));
    lines.iter().enumerate().any(|(at, line)| {
        let above = lines[..at].iter().rev().take_while(|l| l.starts_with("#[") || l.starts_with("//"));
        is_it(line) && above.copied().any(|l| l.starts_with("#[test]") || l.starts_with("#[tokio::test"))
    })
}

/// What stands behind one piece of evidence, or why it does not: `file::test`,
/// or `file: words that stand in it`.
fn evidence_is_there(item: &str) -> Result<(), String> {
    let read = |path: &str| fs::read_to_string(root().join(path)).map_err(|_| format!("no file {path}"));
    if let Some((path, words)) = item.split_once(": ") {
        return if read(path)?.contains(words) {
            Ok(())
        } else {
            Err(format!("{path} does not say {words}"))
        };
    }
    let (path, name) = item.split_once("::").ok_or_else(|| format!("not evidence: {item}"))?;
    if has_test(&read(path)?, name) { Ok(()) } else { Err(format!("no test {name} in {path}")) }
}

#[test]
fn every_security_requirement_has_its_verdict_and_what_shows_it() {
    let text = fs::read_to_string(root().join("docs/security/asvs.tsv")).expect("the requirements");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 253, "levels 1 and 2 of version 5.0");
    let ids: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(ids.len(), rows.len(), "each once");
    let mut wrong = vec![];
    for row in &rows {
        let [id, level, verdict, what, evidence] = row[..] else {
            wrong.push(format!("{}: not five cells", row[0]));
            continue;
        };
        assert!(matches!(level, "1" | "2") && !what.is_empty(), "{id}");
        match verdict {
            "pass" => {
                let lost = evidence.split(" ; ").filter_map(|item| evidence_is_there(item).err());
                wrong.extend(lost.map(|why| format!("{id}: {why}")));
            }
            // What is missing, or why it is not for us, stands in words.
            "fail" | "n/a" if evidence == "-" => {}
            other => wrong.push(format!("{id}: {other} with {evidence}")),
        }
    }
    assert!(wrong.is_empty(), "what is claimed is not there: {wrong:#?}");
}
