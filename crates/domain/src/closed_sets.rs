//! The closed sets of the domain, all held to the same: a value has one word,
//! which addresses and forms use, and which stands on the record where the
//! value does.

use crate::case::{arrangement, circle, confidence, history, notes, offer, plan, review, rights, stage};
use crate::{access, ledger, paper, security, stream};
use serde::Serialize;
use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;
use std::str::FromStr;
use strum::VariantArray;

/// Each value is read as it is written, and no two are written alike.
fn words<T>() -> usize
where
    T: VariantArray + Copy + PartialEq + Debug + FromStr<Err = strum::ParseError> + Into<&'static str>,
{
    let words: BTreeSet<&str> = T::VARIANTS.iter().map(|value| (*value).into()).collect();
    assert_eq!(words.len(), T::VARIANTS.len(), "two of {} have one word", type_name::<T>());
    for value in T::VARIANTS {
        assert_eq!(T::from_str((*value).into()), Ok(*value));
    }
    assert!(T::from_str("no-such-word").is_err() && T::from_str("").is_err());
    1
}

/// The same, of a set whose values stand on the record: by the same word.
fn recorded<T>() -> usize
where
    T: VariantArray + Copy + PartialEq + Debug + FromStr<Err = strum::ParseError> + Into<&'static str>,
    T: Serialize,
{
    for value in T::VARIANTS {
        let word: &str = (*value).into();
        assert_eq!(serde_json::to_value(value).expect("json"), word, "{value:?}");
    }
    words::<T>()
}

#[test]
fn each_value_has_one_word_everywhere() {
    let checked = [
        recorded::<access::CaseRole>(),
        recorded::<access::Kind>(),
        recorded::<access::Post>(),
        recorded::<access::RecordPart>(),
        recorded::<circle::ConsentAbout>(),
        recorded::<circle::ContactBy>(),
        recorded::<circle::Footing>(),
        recorded::<circle::Matter>(),
        recorded::<confidence::Confidence>(),
        recorded::<ledger::Cause>(),
        recorded::<ledger::Funder>(),
        recorded::<ledger::Layer>(),
        recorded::<notes::ReadBy>(),
        recorded::<offer::Topic>(),
        recorded::<paper::Kind>(),
        recorded::<plan::Aim>(),
        recorded::<plan::Every>(),
        recorded::<plan::Mode>(),
        recorded::<plan::Section>(),
        recorded::<review::Progress>(),
        recorded::<rights::About>(),
        recorded::<rights::Answer>(),
        recorded::<rights::Right>(),
        recorded::<stage::Stage>(),
        recorded::<stream::StreamKind>(),
        words::<access::Queue>(),
        words::<arrangement::Waits>(),
        words::<arrangement::payments::Rhythm>(),
        words::<arrangement::spending::Leftover>(),
        words::<history::Part>(),
        words::<security::Kind>(),
        words::<security::Outcome>(),
    ];
    let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    let is_declared = |line: &&str| !line.starts_with("use ") && line.contains(concat!("Enum", "String"));
    let declared: usize = sources.iter().map(|text| text.lines().filter(is_declared).count()).sum();
    assert_eq!(checked.len(), declared, "a closed set stands in no list above");
    let mut alone: Vec<&str> = sources.iter().flat_map(|text| by_serde_alone(text)).collect();
    alone.sort_unstable();
    assert_eq!(alone, BY_SERDE_ALONE, "a closed set stands on the record and has no words");
}

/// Sets that stand on the record, or in a list, and that nothing but serde reads
/// from a word or writes as one.
const BY_SERDE_ALONE: [&str; 5] = ["InstalmentKind", "Part", "PaymentState", "PlanList", "Why"];

/// The sets in a source whose values stand on the record, each by one word and
/// nothing else, and that have no words of their own.
fn by_serde_alone(text: &str) -> Vec<&str> {
    let (mut found, mut before) = (vec![], String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("pub enum ") else {
            let is_of_what_comes = line.starts_with(['#', '/', ' ', ')']);
            before = if is_of_what_comes { before + line } else { String::new() };
            continue;
        };
        let is_one_word = |line: &str| line.starts_with(['/', '#']) || !line.contains(['(', '{', '}']);
        let values: Vec<&str> = lines.by_ref().map(str::trim).take_while(|line| *line != "}").collect();
        let has_words = before.contains(concat!("Enum", "String")) || !before.contains("Serialize,");
        if !has_words && values.into_iter().all(is_one_word) {
            found.push(name.trim_end_matches(" {"));
        }
        before.clear();
    }
    found
}

/// The text of every source in a folder.
fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the sources are here");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let of = |path: std::path::PathBuf| {
        if path.is_dir() {
            sources(&path)
        } else {
            vec![std::fs::read_to_string(&path).expect("a source is text")]
        }
    };
    paths.flat_map(of).collect()
}
