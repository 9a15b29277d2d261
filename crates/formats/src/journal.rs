//! The ledger as a plain-text journal, which Debian's `hledger` accepts: a
//! program that we did not write, and that adds up the same money.
//!
//! The text is ASCII whatever the ledger holds, so that it reads the same on a
//! computer of any language. An account is `case-<id>:<layer>:<account>`, so
//! `hledger balance case-…:actual` is what really moved in one case. At the end
//! stands what every account must come to, and `hledger check` fails if it does
//! not.

use domain::ledger::{Account, Cause, Entry, Layer, Purpose};
use domain::{CaseId, Date, Pence};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::io;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub entries: u64,
    pub accounts: u64,
}

/// The name of an account in the journal.
#[must_use]
pub fn account_name(case: CaseId, layer: Layer, account: Account) -> String {
    format!("case-{case}:{layer}:{account}")
}

/// Writes `entries` in the order given (best by day), then the balances that
/// they come to. It holds one balance for each account, not the entries.
///
/// # Errors
/// Only what `out` fails with.
pub fn write<E: Borrow<Entry>>(
    out: &mut impl io::Write,
    entries: impl IntoIterator<Item = E>,
) -> io::Result<Written> {
    writeln!(out, "; The ledger of personal health budgets, as a journal for hledger.")?;
    writeln!(out, "; Money into an account is positive. No entry is ever changed.\n")?;
    writeln!(out, "commodity 1000.00 GBP\n")?;
    let mut balances: BTreeMap<(CaseId, Layer, Account), Pence> = BTreeMap::new();
    let mut last: Option<Date> = None;
    let mut written = Written::default();
    for entry in entries {
        let entry = entry.borrow();
        one(out, entry)?;
        for posting in entry.postings() {
            *balances.entry((entry.case, posting.layer, posting.account)).or_default() += posting.amount;
        }
        last = last.max(Some(entry.happened));
        written.entries += 1;
    }
    written.accounts = balances.len() as u64;
    match last {
        Some(last) => assertions(out, last, &balances)?,
        None => writeln!(out, "; There are no entries.")?,
    }
    Ok(written)
}

fn one(out: &mut impl io::Write, entry: &Entry) -> io::Result<()> {
    writeln!(out, "{} ({}) {}", entry.happened, entry.id, cause(entry.cause))?;
    writeln!(out, "    ; {}", purpose(&entry.purpose))?;
    writeln!(out, "    ; about {}, recorded {}", entry.about, entry.recorded)?;
    if let Some(by) = entry.by {
        writeln!(out, "    ; by {by}")?;
    }
    writeln!(out, "    ; key \"{}\"", comment(&entry.key))?;
    for posting in entry.postings() {
        let name = account_name(entry.case, posting.layer, posting.account);
        writeln!(out, "    {name}  {} GBP", posting.amount.plain())?;
    }
    writeln!(out)
}

/// An entry of nothing, on the last day, that says what each account holds.
fn assertions(
    out: &mut impl io::Write,
    day: Date,
    balances: &BTreeMap<(CaseId, Layer, Account), Pence>,
) -> io::Result<()> {
    writeln!(out, "{day} what every account comes to")?;
    for ((case, layer, account), balance) in balances {
        writeln!(out, "    {}  0.00 GBP = {} GBP", account_name(*case, *layer, *account), balance.plain())?;
    }
    Ok(())
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::BudgetSet => "budget set",
        Cause::InstalmentPromised => "instalment promised",
        Cause::InstalmentPaid => "instalment paid",
        Cause::InstalmentCancelled => "instalment cancelled",
        Cause::BankLineMatched => "bank line matched",
        Cause::BankLineTakenIn => "bank line taken in",
        Cause::NotionalSpend => "notional spend",
        Cause::MoneyReturned => "money returned",
        Cause::Correction => "correction",
    }
}

fn purpose(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Plain => "stands by itself".to_owned(),
        Purpose::Hold { expires: None } => "holds".to_owned(),
        Purpose::Hold { expires: Some(day) } => format!("holds until {day}"),
        Purpose::Post { hold } => format!("pays what {hold} held"),
        Purpose::Release { hold } => format!("gives up what {hold} held"),
        Purpose::Expire { hold } => format!("{hold} ran out"),
        Purpose::Correct { entry, reason } => format!("corrects {entry}, because \"{}\"", comment(reason)),
    }
}

/// Fit for a comment: one line of ASCII, and without the colons and brackets
/// that hledger would read as a tag or a date of its own.
fn comment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ':' => out.push('='),
            '[' => out.push('('),
            ']' => out.push(')'),
            ' '..='~' => out.push(c),
            c => out.extend(c.escape_default()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_entries_is_a_journal_too() {
        let mut out = Vec::new();
        assert_eq!(write(&mut out, std::iter::empty::<Entry>()).expect("written"), Written::default());
        assert!(out.is_ascii());
    }

    #[test]
    fn a_comment_stays_one_line_and_no_tag() {
        assert_eq!(comment("date:[2026-99-99]\n£5"), "date=(2026-99-99)\\n\\u{a3}5");
    }
}
