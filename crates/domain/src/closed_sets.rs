//! The closed sets of the domain, all held to the same: a value has one word,
//! which addresses and forms use, and which stands on the record where the
//! value does.

use crate::case::{arrangement, circle, history, notes, offer, plan, review, stage};
use crate::{access, ledger, paper, stream};
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
        recorded::<stage::Stage>(),
        words::<arrangement::Waits>(),
        words::<arrangement::payments::Rhythm>(),
        words::<arrangement::spending::Leftover>(),
        words::<history::Part>(),
        words::<stream::StreamKind>(),
    ];
    let declared = declared(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert_eq!(checked.len(), declared, "a closed set stands in no list above");
}

/// How many sets the sources declare that are read from a word.
fn declared(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("the sources are here");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let of = |path: std::path::PathBuf| {
        if path.is_dir() {
            return declared(&path);
        }
        let text = std::fs::read_to_string(&path).expect("a source is text");
        let lines = text.lines().filter(|line| !line.starts_with("use "));
        lines.filter(|line| line.contains(concat!("Enum", "String"))).count()
    };
    paths.map(of).sum()
}
