//! Refuses what would be more than the most that is kept.

use crate::settings::{MB, Most};
use crate::{Error, OpenCase};
use domain::Refusal;
use store::stored::{self, Amount};

/// Refuses more files or lines than there is room for, beside the field of the
/// file. What is there already stays whatever the bounds are.
pub(crate) fn must_fit(open: &mut OpenCase<'_, '_>, most: Most, more: Amount) -> Result<(), Error> {
    let of_day = stored::of_day(open.tx, open.actor.account, open.today)?;
    if let Some(too_much) = over(of_day, more, most.in_a_day) {
        return Err(Refusal::invalid(
            "file",
            format!(
                "With this file you would add more than {too_much} in one day, which is the most we take in. \
                 Nothing of it was added. Send it again tomorrow"
            ),
        )
        .into());
    }
    let of_case = stored::of_case(open.tx, open.case.id)?;
    if let Some(too_much) = over(of_case, more, most.in_a_case) {
        return Err(Refusal::invalid(
            "file",
            format!(
                "With this file there would be more than {too_much} here, which is the most we keep for one \
                 person. Nothing of it was added, and all that is here stays. Keep the file, and ask the people \
                 who run this service for more room"
            ),
        )
        .into());
    }
    Ok(())
}

/// What would be too much, in words.
fn over(there: Amount, more: Amount, most: Amount) -> Option<String> {
    let is_over = |there: u64, more: u64, most: u64| more > 0 && there.saturating_add(more) > most;
    if is_over(there.bytes, more.bytes, most.bytes) {
        return Some(format!("{} MB of files", most.bytes / MB));
    }
    is_over(there.lines, more.lines, most.lines)
        .then(|| format!("{} payments from bank statements", grouped(most.lines)))
}

/// `60,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut words = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}
