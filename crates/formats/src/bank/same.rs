//! Which lines are the same payment, when files overlap or come twice.

use super::{Line, Statement};
use std::collections::HashMap;

/// One key for each line, in order. A line that has come before has the same
/// key again, whichever file it came in; two real payments that look alike
/// have two keys. Keys are unique within a statement, and mean something within
/// one account only.
///
/// The bank's own id is the heart of the key if there is one; but banks use an
/// id twice, so the day and the amount stand with it. Else it is the day, the
/// amount and the description. Lines that agree in all of it are numbered
/// within their day: the second is a payment of its own, and is the second
/// again in the next file.
#[must_use]
pub fn dedupe_keys(statement: &Statement) -> Vec<String> {
    numbered(&statement.lines, |line| match &line.external_id {
        Some(id) => format!("id:{id}|{}|{}", line.date, line.amount.0),
        None => format!("{}|{}|{}", line.date, line.amount.0, folded(&line.description)),
    })
}

/// Keys of day and amount alone, the same in every kind of file: to warn that
/// an account's CSV holds what has already come in as OFX. Two payments that
/// agree in these may be different ones, so a person must decide.
#[must_use]
pub fn likeness_keys(statement: &Statement) -> Vec<String> {
    numbered(&statement.lines, |line| format!("{}|{}", line.date, line.amount.0))
}

fn numbered(lines: &[Line], key: impl Fn(&Line) -> String) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::with_capacity(lines.len());
    lines
        .iter()
        .map(|line| {
            let key = key(line);
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            format!("{key}|{count}")
        })
        .collect()
}

/// Letters and figures only, in small letters: banks change spacing and
/// punctuation between one download and the next.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
