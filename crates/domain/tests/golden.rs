//! One sample of every event ever released, in `tests/golden/*.jsonl`. They
//! are read, folded and written back the same for ever. A new event needs a
//! line of its own here; a released line never changes.

use domain::account::Account;
use domain::area::Area;
use domain::case::history::{Context, describe};
use domain::case::{self, Case};
use domain::enquiry::Enquiry;
use domain::framework::{self, Framework};
use domain::organisation::Organisation;
use domain::{Aggregate, Recorded, StreamKind, of_kind};
use std::collections::BTreeSet;
use std::fmt::Debug;
use strum::VariantArray;
use uuid::Uuid;

/// Each event has a sample, no sample is of no event, each is read and written
/// back with not a byte of difference, and all are folded.
fn every_sample_holds<A: Aggregate<Event: Debug>>() {
    assert_eq!(names_of::<A>(), sampled(A::KIND), "a line in {} for each event", path(A::KIND));
    let (state, events) = folded::<A>();
    assert_eq!(state.version(), events.len() as u64);
    assert_eq!(state.stream(), domain::Stream { kind: A::KIND, id: Uuid::from_u128(1) });
}

fn path(kind: StreamKind) -> String {
    format!("{}/tests/golden/{}.jsonl", env!("CARGO_MANIFEST_DIR"), kind.into_str())
}

fn lines(kind: StreamKind) -> Vec<String> {
    let text = std::fs::read_to_string(path(kind)).unwrap_or_else(|e| panic!("{}: {e}", path(kind)));
    text.lines().map(str::to_owned).collect()
}

fn folded<A: Aggregate<Event: Debug>>() -> (A, Vec<Recorded<A::Event>>) {
    let read_one = |line: String| {
        let event: Recorded<A::Event> = serde_json::from_str(&line)
            .unwrap_or_else(|e| panic!("a released event is not read: {e}\n{line}"));
        assert_eq!(serde_json::to_string(&event).expect("it is written"), line);
        event
    };
    let events: Vec<_> = lines(A::KIND).into_iter().map(read_one).collect();
    (A::fold(Uuid::from_u128(1).into(), &events), events)
}

/// The names of all events, as serde lists them where it knows none of them:
/// those of a case for each section.
fn names_of<A: Aggregate<Event: Debug>>() -> BTreeSet<String> {
    let unknown: Vec<String> = match A::KIND {
        StreamKind::Case => case::SECTIONS.iter().map(|section| format!("{section}.?")).collect(),
        _ => vec!["?".to_owned()],
    };
    let names = |unknown: &String| -> Vec<String> {
        let text = format!(r#"{{"type":"{unknown}"}}"#);
        let error = serde_json::from_str::<A::Event>(&text).expect_err("no event has this name").to_string();
        let expected = error.split_once("expected").expect("serde says what it expected").1;
        expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    unknown.iter().flat_map(names).collect()
}

fn sampled(kind: StreamKind) -> BTreeSet<String> {
    let name = |line: String| {
        let value: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        value["event"]["type"].as_str().expect("an event has a type").to_owned()
    };
    lines(kind).into_iter().map(name).collect()
}

fn framework() -> Framework {
    folded::<Area>().0.framework.expect("it was adopted").as_ref().clone()
}

#[test]
fn every_event_ever_released_has_a_sample_that_is_read_and_folded() {
    for kind in StreamKind::VARIANTS {
        of_kind!(*kind, A => every_sample_holds::<A>());
    }
}

#[test]
fn the_samples_add_up_to_what_they_say() {
    let (case, _) = folded::<Case>();
    assert_eq!(case.person_name(), "Alice Marlow");
    assert_eq!(case.signoff.submissions.len(), 2);
    assert_eq!(case.review.last_held().map(|held| held.enough), Some(false));
    assert_eq!(case.notes.all.len(), 3);
    assert_eq!(folded::<Account>().0.name.map(String::from).as_deref(), Some("Thomas Marlow"));
    assert_eq!(folded::<Organisation>().0.posts, vec![]);
    assert!(folded::<Enquiry>().0.case.is_some());
    let framework = framework();
    assert_eq!(framework.clinician_limit.0, 3_000_000);
    assert_eq!((framework.contact_days, framework.review_months), (4, 6));
    assert_eq!((framework.phone.as_str(), framework.spending.len()), ("01632 960 300", 3));
}

/// What the history of a case says of each event of a stream, where it is told there.
fn words<A: Aggregate<Event: Debug>>(case: &Case, framework: &Framework) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for recorded in &folded::<A>().1 {
        let cx = Context { case, framework, seq: recorded.seq, reader: None };
        let Some((part, said)) = A::describe(&recorded.event, &cx) else { continue };
        assert!(!said.title.is_empty() && !said.title.ends_with('.'), "{}", said.title);
        assert!(!said.title.contains("0000-"), "an id is not a word: {}", said.title);
        let who = said.voice.map_or(String::new(), |v| format!(" [{}]", case.circle.name_of(v)));
        let _ = writeln!(text, "{}: {}{who}", part.title(), said.title);
        for (label, words) in &said.detail {
            assert!(!words.contains("0000-"), "an id is not a word: {label}: {words}");
            let _ = writeln!(text, "    {label}: {}", words.replace('\n', " / "));
        }
    }
    text
}

/// The words themselves are kept beside, for people to read.
#[test]
fn every_event_is_told_in_words() {
    let (case, framework) = (folded::<Case>().0, framework());
    let text: String =
        StreamKind::VARIANTS.iter().map(|kind| of_kind!(kind, A => words::<A>(&case, &framework))).collect();
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
    let (area, events) = folded::<Area>();
    let before = |at: usize| Area::fold(area.id, &events[..at]).framework;
    let told: Vec<String> =
        (0..events.len()).map(|at| framework::tell(before(at).as_deref(), &events[at].event)).collect();
    let expected = [
        "The local framework was adopted",
        "Version 1 of the method was published",
        "What a clinician may agree for a first year was changed from £25,000.00 to £30,000.00",
        "Changed: the name over every page, the phone number, how to appeal",
        "Changed: the days until somebody is contacted, the months until the first review, the months between reviews",
        "Added to the kinds of spending: A garden",
        "The bank holidays of 2029 were taken in",
        "Changed: the years for which a case is kept, the years for a request that led to nothing, why records are kept so long",
    ];
    assert_eq!(told, expected);
}

#[test]
fn notes_that_are_not_for_everyone_say_so() {
    let ((case, events), framework) = (folded::<Case>(), framework());
    let private: Vec<_> = events.iter().filter_map(|e| describe(&case, &framework, e).private).collect();
    assert_eq!(private, [case::notes::ReadBy::Me, case::notes::ReadBy::Professionals]);
}
