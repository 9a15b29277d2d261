//! Suggesting what a payment was for. The system suggests; the person decides.

use super::Movement;
use crate::case::plan::LineItem;
use crate::{BankLineId, LineId};
use std::collections::{BTreeMap, BTreeSet};

/// Why a line of the plan is suggested, best reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// The same payee was matched to it before.
    Before,
    /// The amount is the same as the plan's.
    Amount,
    /// They share words.
    Words,
}

impl Because {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Before => "You matched a payment like this to it before",
            Self::Amount => "The amount is the same as in your plan",
            Self::Words => "The words are like those in your plan",
        }
    }
}

/// What the payee wrote that stays the same from one payment to the next:
/// words without figures, which are dates, card and reference numbers.
#[must_use]
pub fn payee(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2 && !word.chars().any(|c| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|word| !FILLING.contains(&word.as_str()))
        .collect()
}

/// Words that banks put in front of every payment.
const FILLING: [&str; 14] = [
    "the", "and", "for", "payment", "card", "direct", "debit", "standing", "order", "transfer", "faster",
    "ltd", "limited", "ref",
];

/// For each payment that went out, the line of the plan that it most likely
/// belongs to, and why. Nothing is suggested where nothing speaks for it.
/// `past` are payments that were matched to one line, newest last.
#[must_use]
pub fn suggest<'a>(
    open: &[Movement],
    lines: impl IntoIterator<Item = &'a LineItem>,
    past: &[(Movement, LineId)],
) -> Vec<(BankLineId, LineId, Because)> {
    let lines: Vec<_> = lines.into_iter().filter(|l| !l.removed).collect();
    let mut before: BTreeMap<BTreeSet<String>, LineId> = BTreeMap::new();
    for (movement, line) in past {
        before.insert(payee(&movement.text), *line);
    }
    let one = |movement: &Movement| {
        let words = payee(&movement.text);
        let known = before.get(&words).filter(|_| !words.is_empty());
        if let Some(line) = known.filter(|line| lines.iter().any(|l| l.id == **line)) {
            return Some((movement.id, *line, Because::Before));
        }
        let mut same = lines.iter().filter(|l| l.words.amount == -movement.amount);
        if let (Some(line), None) = (same.next(), same.next()) {
            return Some((movement.id, line.id, Because::Amount));
        }
        let shared = |l: &&&LineItem| payee(l.words.what.as_str()).intersection(&words).count();
        let best = lines.iter().max_by_key(|l| shared(l)).filter(|l| shared(l) > 0)?;
        Some((movement.id, best.id, Because::Words))
    };
    open.iter().filter(|m| m.amount.is_negative()).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Voice;
    use crate::case::plan::{Every, LineWords, Touch};
    use crate::ledger::Funder;
    use crate::{Date, HoldingId, Pence, Timestamp, testing};
    use uuid::Uuid;

    fn line(n: u128, what: &str, pence: i64) -> LineItem {
        let words = LineWords {
            what: testing::line(what),
            kind: "other".into(),
            funder: Funder::Nhs,
            amount: Pence(pence),
            every: Every::Week,
            outcomes: vec![],
            holding: None,
        };
        let touch = Touch { seq: 1, by: crate::Author::System, at: Timestamp::UNIX_EPOCH };
        LineItem::new(LineId(Uuid::from_u128(n)), words, Voice::Person, touch)
    }

    fn movement(n: u128, text: &str, pence: i64) -> Movement {
        let date = Date::constant(2026, 9, 1);
        let (id, holding) = (BankLineId(Uuid::from_u128(n)), HoldingId(Uuid::nil()));
        Movement { id, holding, date, amount: Pence(pence), text: text.into() }
    }

    fn suggested(open: &[Movement], past: &[(Movement, LineId)]) -> Vec<(u128, u128, Because)> {
        let lines =
            [line(1, "Swimming with a helper", 1_850), line(2, "Wages for personal assistants", 40_000)];
        suggest(open, &lines, past)
            .into_iter()
            .map(|(b, l, why)| (b.0.as_u128(), l.0.as_u128(), why))
            .collect()
    }

    #[test]
    fn what_was_matched_before_counts_most() {
        let past = [(movement(8, "POOLSIDE 0309 REF 77", -400), LineId(Uuid::from_u128(2)))];
        let open = [movement(9, "Poolside 1009 ref 91", -1_850)];
        assert_eq!(suggested(&open, &past), [(9, 2, Because::Before)]);
        assert_eq!(suggested(&open, &[]), [(9, 1, Because::Amount)]);
    }

    #[test]
    fn words_help_and_nothing_is_made_up() {
        assert_eq!(suggested(&[movement(9, "CITY SWIMMING BATHS", -900)], &[]), [(9, 1, Because::Words)]);
        assert_eq!(suggested(&[movement(9, "ACME 123", -901)], &[]), []);
        assert_eq!(suggested(&[movement(9, "SWIMMING refund", 900)], &[]), [], "money in is not spending");
    }

    #[test]
    fn two_lines_of_the_same_amount_prove_nothing() {
        let lines = [line(1, "Swimming", 500), line(2, "Art class", 500)];
        assert_eq!(suggest(&[movement(9, "XYZ", -500)], &lines, &[]), []);
    }

    #[test]
    fn a_line_taken_out_of_the_plan_is_not_suggested() {
        let mut gone = line(1, "Swimming", 500);
        gone.removed = true;
        let past = [(movement(8, "POOL", -500), gone.id)];
        assert_eq!(suggest(&[movement(9, "POOL", -500)], [&gone], &past), []);
    }
}
