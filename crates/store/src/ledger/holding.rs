//! What moved through one holding of a case, by where it came from or went to.

use crate::{StoreError, Tx};
use domain::case::arrangement::outlook::Day;
use domain::ledger::Account;
use domain::{CaseId, Date, HoldingId, Pence};
use std::collections::BTreeMap;

const HELD: &str =
    "SELECT from_account, to_account, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM moves
    WHERE case_id = $1 AND layer = 'actual' AND (from_account = $2 OR to_account = $2)
    GROUP BY from_account, to_account";
// What went to the plan, or waits to be matched to it, is spent. What moved on to
// another holding or was given back is not, so the sums of a day do not say it.
const DAYS: &str = "SELECT e.happened,
    CAST(SUM(CASE WHEN m.from_account = $3 AND (m.to_account = 'unmatched' OR m.to_account LIKE 'line:%') THEN m.amount
        WHEN m.to_account = $3 AND (m.from_account = 'unmatched' OR m.from_account LIKE 'line:%') THEN -m.amount
        ELSE 0 END) AS BIGINT) AS spent,
    CAST(SUM(CASE WHEN m.to_account = $3 THEN m.amount ELSE -m.amount END) AS BIGINT) AS held
    FROM entries e JOIN moves m ON m.case_id = e.case_id AND m.seq = e.seq
    WHERE e.case_id = $1 AND e.happened >= $2 AND m.layer = 'actual' AND (m.from_account = $3 OR m.to_account = $3)
    GROUP BY e.happened ORDER BY e.happened";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[HELD, DAYS];

/// What really moved into a holding and out of it, by where it came from or
/// went to: below nought went out. Added up from the ledger itself, for a
/// decision and not for a page.
pub fn through(
    tx: &mut Tx<'_>,
    case: CaseId,
    holding: HoldingId,
) -> Result<BTreeMap<Account, Pence>, StoreError> {
    let own = Account::Holding(holding);
    let mut sums: BTreeMap<Account, Pence> = BTreeMap::new();
    for row in tx.query(HELD, &[case.0.into(), own.to_string().into()])? {
        let mut row = row.of("moves", 2);
        let (from, to): (Account, Account) = (row.parse("from_account")?, row.parse("to_account")?);
        let amount = Pence(row.take("amount")?);
        let (other, amount) = if to == own { (from, amount) } else { (to, -amount) };
        *sums.entry(other).or_default() += amount;
    }
    Ok(sums)
}

/// The days from `from` on, on which money really moved through a holding, the
/// oldest first. No more of the ledger is read than that.
pub fn days_of(
    tx: &mut Tx<'_>,
    case: CaseId,
    holding: HoldingId,
    from: Date,
) -> Result<Vec<Day>, StoreError> {
    let own = Account::Holding(holding).to_string();
    let mut days = Vec::new();
    for row in tx.query(DAYS, &[case.0.into(), from.into(), own.into()])? {
        let mut row = row.of("moves", 1);
        let (spent, held) = (Pence(row.take("spent")?), Pence(row.take("held")?));
        days.push(Day { day: row.take("happened")?, spent, held });
    }
    Ok(days)
}
