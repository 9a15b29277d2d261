//! One sample of every event ever released, in `tests/golden/*.jsonl`. They
//! are read, folded and written back the same for ever. A new event needs a
//! line of its own here; a released line never changes.

use domain::case::history::{Part, tell};
use domain::case::{self, Case};
use domain::framework::Framework;
use domain::{CaseId, Recorded, account, enquiry, framework, organisation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt::Debug;

const CASE: &str = include_str!("golden/case.jsonl");
const ACCOUNT: &str = include_str!("golden/account.jsonl");
const ORGANISATION: &str = include_str!("golden/organisation.jsonl");
const ENQUIRY: &str = include_str!("golden/enquiry.jsonl");
const FRAMEWORK: &str = include_str!("golden/framework.jsonl");

/// Reads each line and writes it back: not a byte may differ.
fn read<E: Serialize + DeserializeOwned + Debug>(lines: &str) -> Vec<Recorded<E>> {
    let read_one = |line: &str| {
        let event: Recorded<E> = serde_json::from_str(line)
            .unwrap_or_else(|e| panic!("a released event is not read: {e}\n{line}"));
        assert_eq!(serde_json::to_string(&event).expect("it is written"), line);
        event
    };
    lines.lines().map(read_one).collect()
}

/// The names of all variants, as serde lists them where it knows none of them.
fn names_of<E: DeserializeOwned + Debug>() -> BTreeSet<String> {
    let error = serde_json::from_str::<E>(r#"{"type":"?"}"#).expect_err("no event has this name").to_string();
    let expected = error.split_once("expected").expect("serde says what it expected").1;
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sampled(lines: &str) -> BTreeSet<String> {
    let name = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        value["event"]["type"].as_str().expect("an event has a type").to_owned()
    };
    lines.lines().map(name).collect()
}

fn case() -> (Case, Vec<Recorded<case::Event>>) {
    let events = read::<case::Event>(CASE);
    (Case::fold(CaseId(uuid::Uuid::from_u128(1)), &events), events)
}

#[test]
fn every_event_of_a_case_has_a_sample() {
    let mut names = BTreeSet::new();
    names.extend(names_of::<case::offer::Event>());
    names.extend(names_of::<case::circle::Event>());
    names.extend(names_of::<case::assessment::Event>());
    names.extend(names_of::<case::budget::Event>());
    names.extend(names_of::<case::plan::Event>());
    names.extend(names_of::<case::signoff::Event>());
    names.extend(names_of::<case::arrangement::Event>());
    names.extend(names_of::<case::review::Event>());
    names.extend(names_of::<case::notes::Event>());
    assert!(names.len() > 60, "the names were found: {names:?}");
    let lacking: Vec<_> = names.difference(&sampled(CASE)).cloned().collect();
    assert!(lacking.is_empty(), "add a line to tests/golden/case.jsonl for each of {lacking:?}");
}

#[test]
fn every_event_of_the_other_streams_has_a_sample() {
    assert_eq!(names_of::<account::Event>(), sampled(ACCOUNT));
    assert_eq!(names_of::<organisation::Event>(), sampled(ORGANISATION));
    assert_eq!(names_of::<enquiry::Event>(), sampled(ENQUIRY));
    assert_eq!(names_of::<framework::Event>(), sampled(FRAMEWORK));
}

#[test]
fn every_released_event_is_read_and_folded() {
    let (case, events) = case();
    assert_eq!(case.version, events.len() as u64);
    assert_eq!(case.person_name(), "Alice Marlow");
    assert_eq!(case.signoff.submissions.len(), 2);
    assert_eq!(case.review.last_held().map(|held| held.enough), Some(false));
    assert_eq!(case.notes.all.len(), 3);
    assert_eq!(
        account::Account::fold(&read(ACCOUNT)).name.map(String::from).as_deref(),
        Some("Thomas Marlow")
    );
    assert_eq!(organisation::Organisation::fold(&read(ORGANISATION)).posts, vec![]);
    assert!(enquiry::Enquiry::fold(&read(ENQUIRY)).case.is_some());
    let framework = Framework::fold(&read(FRAMEWORK)).expect("it was adopted");
    assert_eq!(framework.clinician_limit.0, 3_000_000);
    assert_eq!((framework.contact_days, framework.review_months), (4, 6));
    assert_eq!((framework.phone.as_str(), framework.spending.len()), ("01632 960 300", 3));
}

/// The words themselves are kept beside, for people to read.
#[test]
fn every_event_is_told_in_words() {
    use std::fmt::Write as _;
    let (case, events) = case();
    let framework = Framework::fold(&read(FRAMEWORK)).expect("it was adopted");
    let mut text = String::new();
    for recorded in &events {
        let told = tell(&case, &framework, recorded);
        assert_eq!(told.part, Part::of(&recorded.event));
        assert!(!told.title.is_empty() && !told.title.ends_with('.'), "{}", told.title);
        assert!(!told.title.contains("0000-"), "an id is not a word: {}", told.title);
        let who = told.voice.map_or(String::new(), |v| format!(" [{}]", case.circle.name_of(v)));
        let _ = writeln!(text, "{}: {}{who}", told.part.title(), told.title);
        for (label, words) in &told.detail {
            assert!(!words.contains("0000-"), "an id is not a word: {label}: {words}");
            let _ = writeln!(text, "    {label}: {}", words.replace('\n', " / "));
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/told.txt");
    if std::env::var_os("UPDATE_TOLD").is_some() {
        std::fs::write(path, &text).expect("the words can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "the words have changed: run UPDATE_TOLD=1 cargo test -p phb-domain --test golden, and read the difference"
    );
}

#[test]
fn every_change_to_a_framework_is_told_in_words() {
    let events = read::<framework::Event>(FRAMEWORK);
    let told: Vec<String> = (0..events.len())
        .map(|at| framework::tell(Framework::fold(&events[..at]).as_ref(), &events[at].event))
        .collect();
    let expected = [
        "The local framework was adopted",
        "Version 1 of the method was published",
        "What a clinician may agree for a first year was changed from £25,000.00 to £30,000.00",
        "Changed: the name over every page, the phone number, how to appeal",
        "Changed: the days until somebody is contacted, the months until the first review, the months between reviews",
        "Added to the kinds of spending: A garden",
        "The bank holidays of 2029 were taken in",
    ];
    assert_eq!(told, expected);
}

#[test]
fn notes_that_are_not_for_everyone_say_so() {
    let (case, events) = case();
    let framework = Framework::fold(&read(FRAMEWORK)).expect("it was adopted");
    let private: Vec<_> = events.iter().filter_map(|e| tell(&case, &framework, e).private).collect();
    assert_eq!(private, [case::notes::ReadBy::Me, case::notes::ReadBy::Professionals]);
}
