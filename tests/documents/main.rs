//! What the documents name is there: the files they lead to, in the glossary
//! the names that the code has for things, in the guidance map, the hazards and
//! the list of security requirements the tests, in the data map what is kept.

mod actions;
mod amounts;
mod circles;
mod data_map;
mod hazards;
mod logs;

use std::collections::BTreeSet;
use std::fmt::Write as _;
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

/// The words of one source, and those under which a path finds them: its file,
/// its folders, and what is declared or implemented there.
struct Source {
    words: BTreeSet<String>,
    owners: BTreeSet<String>,
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("it can be read");
        let words_of = |text: &str| -> Vec<String> {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let declares = ["struct", "enum", "trait", "mod", "type", "fn", "impl", "macro_rules"];
        let mut declared = BTreeSet::new();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let is_impl = line.starts_with("impl");
            for pair in words_of(line).windows(2) {
                if declares.contains(&pair[0].as_str()) || is_impl && pair[0] == "for" {
                    declared.insert(pair[1].clone());
                }
            }
        }
        let place = path.strip_prefix(root()).expect("it is ours").with_extension("");
        let folders = place.iter().map(|part| part.to_string_lossy().into_owned());
        declared.extend(folders);
        Self { words: words_of(&text).into_iter().collect(), owners: declared }
    }
}

/// Whether somewhere a `b` stands in the file or the type `a`, for each two
/// that follow each other in a path.
fn is_in_the_code(name: &str, sources: &[Source]) -> bool {
    let parts: Vec<&str> = name.split("::").filter(|part| !part.is_empty()).collect();
    let all_known = parts.iter().all(|part| sources.iter().any(|source| source.words.contains(*part)));
    let holds = |pair: &[&str]| {
        sources.iter().any(|source| source.owners.contains(pair[0]) && source.words.contains(pair[1]))
    };
    all_known && parts.windows(2).all(holds)
}

#[test]
fn the_documents_name_what_the_code_names() {
    let mut paths = vec![];
    for folder in ["crates", "src", "tests"] {
        for end in [".rs", ".sql"] {
            below(&root().join(folder), end, &mut paths);
        }
    }
    let sources: Vec<Source> = paths.iter().map(|path| Source::read(path)).collect();
    let text = |name: &str| fs::read_to_string(root().join(name)).expect("it can be read");
    let (glossary, architecture, contributing) =
        (text("GLOSSARY.md"), text("ARCHITECTURE.md"), text("CONTRIBUTING.md"));
    let in_code =
        glossary.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.rsplit('|').nth(1));
    let glossary = in_code.flat_map(quoted).filter(|name| !name.contains([' ', '<', '/']));
    let is_a_path = |name: &&str| {
        name.contains("::") && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    };
    let others = quoted(&architecture).chain(quoted(&contributing)).filter(is_a_path);
    let (mut checked, mut lost) = (0, BTreeSet::new());
    for name in glossary.chain(others) {
        checked += 1;
        if !is_in_the_code(name, &sources) {
            lost.insert(name);
        }
    }
    assert!(checked > 200, "the names were found: {checked}");
    assert!(lost.is_empty(), "the code has no such names: {lost:#?}");
    for made_up in ["access::Posting", "App::knock"] {
        assert!(!is_in_the_code(made_up, &sources), "it sees that there is no {made_up}");
    }
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

/// Whether `file::test` names a test that is there, or why not.
fn test_is_there(item: &str) -> Result<(), String> {
    let (path, name) = item.split_once("::").ok_or_else(|| format!("not a test: {item}"))?;
    let source = fs::read_to_string(root().join(path)).map_err(|_| format!("no file {path}"))?;
    if has_test(&source, name) { Ok(()) } else { Err(format!("no test {name} in {path}")) }
}

/// What stands behind one piece of evidence, or why it does not: `file::test`,
/// or `file: words that stand in it`.
fn evidence_is_there(item: &str) -> Result<(), String> {
    let Some((path, words)) = item.split_once(": ") else { return test_is_there(item) };
    let text = fs::read_to_string(root().join(path)).map_err(|_| format!("no file {path}"))?;
    if text.contains(words) { Ok(()) } else { Err(format!("{path} does not say {words}")) }
}

/// The chapters of what the guides ask for, in their order: the letters that
/// their ids begin with, what they are about, and how many ids they have. Ids
/// are numbered from 01 without a hole, so that none can be left out.
const CHAPTERS: [(&str, &str, usize); 41] = [
    ("IA", "Information and advice", 38),
    ("CC", "Capacity, consent and representation", 23),
    ("BR", "Brokerage, advocacy and peer support", 78),
    ("AS", "Assessment", 16),
    ("BS", "Setting the budget", 23),
    ("CP", "The care plan", 37),
    ("RK", "Risk", 23),
    ("SA", "Sign-off and appeals", 23),
    ("MM", "Managing the money", 28),
    ("TP", "Organisations that hold money, and their letter of agreement", 43),
    ("TQ", "The 23 questions to such an organisation", 23),
    ("ST", "Staff and personal assistants", 51),
    ("OC", "Organising care, and providers", 29),
    ("MR", "Monitoring and review", 21),
    ("FE", "Feedback, evaluation, equality and commissioning", 31),
    ("LF", "Local rules", 16),
    ("AC", "Access, roles and privacy", 13),
    ("TA", "Tone and accessibility", 17),
    ("OFFER", "The offer, its time, and that it is voluntary", 19),
    ("JRN", "The journey and its six stages", 84),
    ("INFO", "Information and advice", 37),
    ("CAP", "Capacity, consent, representation and sharing", 28),
    ("ASM", "Assessment", 28),
    ("BUD", "The budget, its two parts, and contributions", 41),
    ("PLAN", "The care plan and its nine criteria", 69),
    ("CONV", "The conversation of planning", 34),
    ("RISK", "Risk and safeguarding", 43),
    ("PANEL", "A panel that looks at risk (appendix 3)", 75),
    ("SIGN", "Sign-off, delegation and appeals", 33),
    ("MONEY", "Managing the money, and the agreement", 56),
    ("ORG", "Organising care and support", 28),
    ("REV", "Monitoring and review", 48),
    ("EVAL", "Feedback, evaluation and commissioning", 42),
    ("FRM", "The local framework", 39),
    ("PEER", "Peer support", 17),
    ("ACC", "Access, roles and privacy", 23),
    ("TONE", "Tone and accessibility", 13),
    ("PRIN", "Definitions and principles", 15),
    ("ISTM", "The six “I” statements", 6),
    ("DES", "The thirteen principles of design", 13),
    ("APP1", "Questions for an area to answer (appendix 1)", 58),
];

/// How far one thing that the guides ask for is done.
const STATES: [&str; 4] = ["works", "partly", "not yet", "not software"];

/// One row of the guidance map.
struct Asked {
    id: String,
    state: String,
    /// Where it lives; of what is not done, what is missing.
    what: String,
    tests: Vec<String>,
}

/// The rows of a table of four cells, or what is wrong with one.
fn guidance(text: &str) -> Result<Vec<Asked>, String> {
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, state, what, tests] = cells[..] else { return Err(format!("not four cells: {line}")) };
        let tests = if tests == "-" { vec![] } else { tests.split(" ; ").map(str::to_owned).collect() };
        Ok(Asked { id: id.into(), state: state.into(), what: what.into(), tests })
    });
    rows.collect()
}

fn guidance_map() -> Vec<Asked> {
    let text = fs::read_to_string(root().join("docs/guidance-map.tsv")).expect("the guidance map");
    guidance(&text).expect("it is a table")
}

/// What is wrong with the rows: ids that are missing, states that are none,
/// and claims that no test shows.
fn wrong_rows(rows: &[Asked]) -> Vec<String> {
    let expected = CHAPTERS.iter().flat_map(|(letters, _, count)| {
        let count = *count;
        (1..=count).map(move |number| format!("{letters}-{number:02}"))
    });
    let expected: Vec<String> = expected.collect();
    let ids: BTreeSet<&String> = rows.iter().map(|row| &row.id).collect();
    let mut wrong: Vec<String> =
        expected.iter().filter(|id| !ids.contains(id)).map(|id| format!("{id} is missing")).collect();
    if wrong.is_empty() && !rows.iter().map(|row| &row.id).eq(&expected) {
        wrong.push("each id stands once, in the order of the chapters".into());
    }
    for Asked { id, state, what, tests } in rows {
        if what.trim().is_empty() {
            wrong.push(format!("{id}: not a word on where it lives, or on what is missing"));
        }
        match state.as_str() {
            "works" if tests.is_empty() => wrong.push(format!("{id}: works, and no test shows it")),
            "works" | "partly" => {}
            "not yet" | "not software" if tests.is_empty() => {}
            other => wrong.push(format!("{id}: {other} with {} tests", tests.len())),
        }
        wrong.extend(tests.iter().filter_map(|t| test_is_there(t).err()).map(|why| format!("{id}: {why}")));
    }
    wrong
}

#[test]
fn everything_that_the_guides_ask_for_has_its_state_and_what_shows_it() {
    let wrong = wrong_rows(&guidance_map());
    assert!(wrong.is_empty(), "the guidance map is not true: {wrong:#?}");
}

#[test]
fn a_guidance_map_that_is_not_true_is_noticed() {
    let true_map = guidance_map();
    let is_refused = |change: &dyn Fn(&mut Vec<Asked>), why: &str| {
        let mut rows = guidance_map();
        change(&mut rows);
        let wrong = wrong_rows(&rows);
        assert!(wrong.iter().any(|w| w.contains(why)), "{why}: {wrong:#?}");
    };
    let works = true_map.iter().position(|row| row.state == "works").expect("something works");
    let not_yet = true_map.iter().position(|row| row.state == "not yet").expect("not all is done");
    let page = "crates/web/src/budget/family.rs::how_much";
    is_refused(&|rows| drop(rows.remove(7)), "is missing");
    is_refused(&|rows| rows.swap(3, 4), "in the order");
    is_refused(&|rows| rows[works].state = "done".into(), "done with");
    is_refused(&|rows| rows[works].tests.clear(), "no test shows it");
    is_refused(&|rows| rows[works].tests = vec![page.into()], "no test how_much");
    is_refused(&|rows| rows[works].tests = vec!["README.md: budget".into()], "not a test");
    is_refused(&|rows| rows[not_yet].what = " ".into(), "what is missing");
    is_refused(&|rows| rows[not_yet].state = "works".into(), "no test shows it");
}

/// The page that says how to read the map, with the counts.
fn guidance_page(rows: &[Asked]) -> String {
    let count = |letters: &str, state: &str| {
        let of_chapter = |row: &&Asked| {
            let is_in_it = row.id.split_once('-').is_some_and(|(start, _)| start == letters);
            row.state == state && (letters.is_empty() || is_in_it)
        };
        rows.iter().filter(of_chapter).count()
    };
    let counts = |letters: &str| STATES.map(|state| count(letters, state).to_string());
    let [works, partly, not_yet, not_software] = counts("");
    let mut text = format!(
        "# What the guides ask for, and how far it is done\n\n\
        The guides on personal health budgets ask for **{all}** things that somebody can look for in a program. Of these **{works} work**, **{partly} work partly**, **{not_yet} do not work yet**, and {not_software} are not for software to do.\n\n\
        The map itself is [guidance-map.tsv](guidance-map.tsv), a table that a spreadsheet opens. Each thing has one row:\n\n\
        - **id**: the letters of its chapter, and a number. What two guides ask for stands in a chapter of each.\n\
        - **state**: *works* when a test would fail without it; *partly* when some of it is missing, or when it is built and no test shows it; *not yet*; or *not software*, a thing that people do and no program can.\n\
        - **where it lives, or what is missing**.\n\
        - **tests**: each as `path::function`. What works partly names the tests of what is there, where there are any.\n\n\
        The chapters from IA to TA are read from the guides on advice, advocacy and brokerage, on third party budgets and on good results; those from OFFER to APP1 from the guides on integrating personal budgets and on care planning.\n\n\
        The states were read from code and tests, strictly: where there was doubt, it is *partly*. What is said in a row is ours, and no judgement of those who wrote the guides.\n\n\
        `cargo test --test documents` fails when an id is missing or stands twice, when something works without a test, when a test is not there or is no test, or when nothing is said of what is missing. This page is made from the table: `UPDATE_MAP=1 cargo test --test documents` writes it anew.\n\n\
        | chapter | about | works | partly | not yet | not software | in all |\n|---|---|--:|--:|--:|--:|--:|\n",
        all = rows.len(),
    );
    for (letters, about, in_all) in CHAPTERS {
        let counts = counts(letters).join(" | ");
        let _ = writeln!(text, "| {letters} | {about} | {counts} | {in_all} |");
    }
    let _ = writeln!(text, "| **all** | | {} | {} |", counts("").join(" | "), rows.len());
    text
}

/// `UPDATE_MAP=1` writes the page anew.
#[test]
fn the_checked_in_page_counts_what_the_guidance_map_says() {
    let text = guidance_page(&guidance_map());
    let path = root().join("docs/guidance-map.md");
    if std::env::var_os("UPDATE_MAP").is_some() {
        fs::write(&path, &text).expect("the page can be written");
    }
    let kept = fs::read_to_string(&path).expect("docs/guidance-map.md is checked in");
    assert!(
        kept == text,
        "the map has changed: UPDATE_MAP=1 cargo test --test documents, and read the difference"
    );
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
