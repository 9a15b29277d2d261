//! Pages of the ledger: some entries of a case by the day they happened, the
//! newest first. What a page costs does not depend on how long the ledger is.

use super::read_entry;
use crate::bank::{self, BankLine};
use crate::value::{Row, Value};
use crate::{StoreError, Tx};
use domain::ledger::Entry;
use domain::{BankLineId, CaseId, Date};
use std::collections::BTreeMap;

/// Which entries are on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    All,
    /// Those by which money really moved: no budgets and no promises.
    Moved,
    /// Those that somebody decided: nothing that stands on a bank statement.
    Decided,
}

/// Where an entry stands among those of its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub happened: Date,
    pub seq: u64,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// Ask for what is before this next, to go further back.
    pub older: Option<Place>,
}

macro_rules! of_page {
    ($columns:literal, $which:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM entries WHERE case_id = $1 AND (happened, seq) < ($2, $3)",
            $which,
            " ORDER BY happened DESC, seq DESC LIMIT $4"
        )
    };
}

macro_rules! headings {
    ($which:literal) => {
        of_page!(
            "case_id, seq, id, purpose, settles, corrects, expires, reason, cause, about, account_id, happened,
             recorded, key, hash",
            $which
        )
    };
}

macro_rules! moves {
    ($which:literal) => {
        concat!(
            "SELECT m.case_id, m.seq, m.no, m.layer, m.from_account, m.to_account, m.amount, m.from_no, m.to_no
             FROM (",
            of_page!("case_id, seq", $which),
            ") p JOIN moves m ON m.case_id = p.case_id AND m.seq = p.seq ORDER BY m.seq, m.no"
        )
    };
}

const EVERY: [&str; 2] = [headings!(""), moves!("")];
const MOVED: [&str; 2] = [
    headings!(
        " AND cause <> 'budget-set' AND cause <> 'instalment-promised' AND cause <> 'instalment-cancelled'"
    ),
    moves!(
        " AND cause <> 'budget-set' AND cause <> 'instalment-promised' AND cause <> 'instalment-cancelled'"
    ),
];
const DECIDED: [&str; 2] = [
    headings!(
        " AND cause <> 'bank-line-taken-in' AND cause <> 'bank-line-matched' AND cause <> 'correction'"
    ),
    moves!(" AND cause <> 'bank-line-taken-in' AND cause <> 'bank-line-matched' AND cause <> 'correction'"),
];
// Of the newest entries only: SQLite walks them by their number, and not by an
// index of what was matched, which may be long ago.
const MATCHED: &str = "SELECT about FROM entries WHERE case_id = $1 AND cause = 'bank-line-matched'
    AND seq > (SELECT entries FROM ledgers WHERE case_id = $1) - 4000 ORDER BY seq DESC LIMIT $2";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[EVERY[0], EVERY[1], MOVED[0], MOVED[1], DECIDED[0], DECIDED[1], MATCHED];

/// At most `limit` entries of a case before a place (none: the newest).
pub fn page(
    tx: &mut Tx<'_>,
    case: CaseId,
    shown: Shown,
    before: Option<Place>,
    limit: u32,
) -> Result<Entries, StoreError> {
    let [headings, moves] = match shown {
        Shown::All => EVERY,
        Shown::Moved => MOVED,
        Shown::Decided => DECIDED,
    };
    let (happened, seq): (Value, i64) = match before {
        Some(place) => (place.happened.into(), i64::try_from(place.seq).unwrap_or(i64::MAX)),
        None => ("9999-99-99".into(), i64::MAX),
    };
    let params = [case.0.into(), happened, seq.into(), limit.saturating_add(1).into()];
    let mut of_entry: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for row in tx.query(moves, &params)? {
        of_entry.entry(seq_of(&row, case)?).or_default().push(row);
    }
    let rows = tx.query(headings, &params)?;
    let (mut entries, mut last) = (Vec::with_capacity(rows.len()), None);
    let more = rows.len() > limit as usize;
    for row in rows.into_iter().take(limit as usize) {
        let seq = seq_of(&row, case)?;
        let stored = read_entry(row, of_entry.remove(&seq).unwrap_or_default())?;
        last = Some(Place { happened: stored.entry.happened, seq });
        entries.push(stored.entry);
    }
    Ok(Entries { entries, older: last.filter(|_| more) })
}

/// The lines of bank statements that were matched last, the newest first.
pub fn matched_lately(tx: &mut Tx<'_>, case: CaseId, most: u32) -> Result<Vec<BankLine>, StoreError> {
    let mut ids: Vec<BankLineId> = Vec::new();
    for row in tx.query(MATCHED, &[case.0.into(), most.into()])? {
        let id = BankLineId(row.of("entries", 1).take("about")?);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut lines = bank::some(tx, &ids)?;
    lines.sort_by_key(|line| ids.iter().position(|id| *id == line.id));
    Ok(lines)
}

fn seq_of(row: &Row, case: CaseId) -> Result<u64, StoreError> {
    match row.get("seq") {
        Some(Value::Int(seq)) => Ok(seq.unsigned_abs()),
        _ => Err(StoreError::corrupt("moves", "seq", case)),
    }
}
