//! Sums kept beside the ledger: what came into and went out of each account of
//! a case, in all and on each day. A page about money reads these, so that it
//! costs the same after ten years as after one. They are added to wherever an
//! entry is written ([`crate::ledger`]) and hold nothing that the ledger does
//! not say; `verify` compares the two.

use crate::value::{Row, Value};
use crate::{StoreError, Tx};
use domain::case::arrangement::outlook::Day;
use domain::ledger::{Account, Balances, Layer, Posting};
use domain::{CaseId, Date, Pence};
use std::collections::BTreeMap;

const ADD: &str = "INSERT INTO sums (case_id, day, layer, account, money_in, money_out)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id, day, layer, account) DO UPDATE
    SET money_in = sums.money_in + EXCLUDED.money_in, money_out = sums.money_out + EXCLUDED.money_out";
const ALL_TIME: &str = "SELECT case_id, layer, account, money_in, money_out FROM sums
    WHERE case_id = $1 AND day = '' ORDER BY layer, account";
const DAYS: &str = "SELECT day,
    CAST(SUM(CASE WHEN account = 'unmatched' OR account LIKE 'line:%' THEN money_in - money_out ELSE 0 END) AS BIGINT) AS spent,
    CAST(SUM(CASE WHEN account LIKE 'holding:%' THEN money_in - money_out ELSE 0 END) AS BIGINT) AS held
    FROM sums WHERE case_id = $1 AND day >= $2 AND layer = 'actual' GROUP BY day ORDER BY day";
const FIRST_MOVED: &str = "SELECT day FROM sums
    WHERE case_id = $1 AND day > '' AND layer = 'actual' ORDER BY day LIMIT 1";
const FIRST_SPENT: &str = "SELECT day FROM sums WHERE case_id = $1 AND day > '' AND layer = 'actual'
    AND (account = 'unmatched' OR account LIKE 'line:%') ORDER BY day LIMIT 1";
const FIRST_MOVED_OF: &str = "SELECT day FROM sums
    WHERE case_id = $1 AND day > '' AND layer = 'actual' AND account = $2 ORDER BY day LIMIT 1";
const FIRST_LEFT: &str = "SELECT day FROM sums
    WHERE case_id = $1 AND day > '' AND layer = 'actual' AND account = $2 AND money_out > 0 ORDER BY day LIMIT 1";
const BETWEEN: &str = "SELECT account, CAST(SUM(money_in) AS BIGINT) AS money_in, CAST(SUM(money_out) AS BIGINT) AS money_out FROM sums
    WHERE case_id = $1 AND day >= $2 AND day < $3 AND layer = $4 GROUP BY account ORDER BY account";
const MONTHS: &str = "SELECT SUBSTR(day, 1, 7) AS month, CAST(SUM(money_in) AS BIGINT) AS money_in, CAST(SUM(money_out) AS BIGINT) AS money_out
    FROM sums WHERE case_id = $1 AND day >= $2 AND day < $3 AND layer = 'actual' AND account = $4
    GROUP BY SUBSTR(day, 1, 7) ORDER BY 1 DESC";
const EVERY: &str = "SELECT case_id, day, layer, account, money_in, money_out FROM sums
    WHERE case_id = $1 ORDER BY day, layer, account";
const STRAY: &str = "SELECT DISTINCT s.case_id FROM sums s
    WHERE NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.case_id = s.case_id)
    AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = s.case_id) ORDER BY s.case_id LIMIT 100";
const REMOVE: &str = "DELETE FROM sums WHERE case_id = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    ADD,
    ALL_TIME,
    DAYS,
    FIRST_MOVED,
    FIRST_SPENT,
    FIRST_MOVED_OF,
    FIRST_LEFT,
    BETWEEN,
    MONTHS,
    EVERY,
    STRAY,
    REMOVE,
];

/// What came into and what went out of one account in one layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    pub money_in: Pence,
    pub money_out: Pence,
}

/// One account's sums over all time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    pub layer: Layer,
    pub account: Account,
    pub flow: Flow,
}

/// What entries add to the sums, gathered before it is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums(BTreeMap<(String, Layer, Account), Flow>);

impl Sums {
    /// One move of an entry: an amount out of one account and into another.
    pub fn add(&mut self, day: Date, layer: Layer, (from, to): (Account, Account), amount: i64) {
        for day in [String::new(), day.to_string()] {
            self.0.entry((day.clone(), layer, from)).or_default().money_out += Pence(amount);
            self.0.entry((day, layer, to)).or_default().money_in += Pence(amount);
        }
    }

    pub fn statements(self, case: CaseId) -> impl Iterator<Item = (&'static str, Vec<Value>)> {
        self.0.into_iter().map(move |((day, layer, account), flow)| {
            let row = vec![
                case.0.into(),
                day.into(),
                Value::Word(layer.into_str()),
                account.to_string().into(),
                flow.money_in.0.into(),
                flow.money_out.0.into(),
            ];
            (ADD, row)
        })
    }

    /// Whether these are what is kept of a case.
    pub fn are_kept(&self, tx: &mut Tx<'_>, case: CaseId) -> Result<bool, StoreError> {
        let mut kept = BTreeMap::new();
        for row in tx.query(EVERY, &[case.0.into()])? {
            let mut row = row.of("sums", 4);
            row.take::<uuid::Uuid>("case_id")?;
            let (Ok(day), Ok(layer), Ok(account)) =
                (row.take("day"), row.parse("layer"), row.parse("account"))
            else {
                return Ok(false);
            };
            kept.insert((day, layer, account), read_flow(&mut row)?);
        }
        Ok(kept == self.0)
    }

    /// Makes these the sums of a case, whatever is kept.
    pub fn put(self, tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
        tx.execute(REMOVE, &[case.0.into()])?;
        let statements: Vec<_> = self.statements(case).collect();
        tx.execute_all(&statements).map(drop)
    }
}

/// Cases of which sums are kept though nothing of a ledger is there (100 at most).
pub(crate) fn strays(tx: &mut Tx<'_>) -> Result<Vec<CaseId>, StoreError> {
    let read = |row: Row| row.of("sums", 1).take("case_id").map(CaseId);
    tx.query(STRAY, &[])?.into_iter().map(read).collect()
}

/// The sums of a case over all time, account by account.
pub fn all_time(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Sum>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("sums", 3);
        row.take::<uuid::Uuid>("case_id")?;
        let (layer, account) = (row.parse("layer")?, row.parse("account")?);
        Ok(Sum { layer, account, flow: read_flow(&mut row)? })
    };
    tx.query(ALL_TIME, &[case.0.into()])?.into_iter().map(read).collect()
}

/// What each account of a case holds: the same as [`crate::ledger::balances`],
/// without adding up the ledger.
pub fn balances(tx: &mut Tx<'_>, case: CaseId) -> Result<Balances, StoreError> {
    Ok(balances_of(&all_time(tx, case)?))
}

/// The balances that sums come to.
#[must_use]
pub fn balances_of(sums: &[Sum]) -> Balances {
    Balances::of(sums.iter().map(|sum| Posting {
        layer: sum.layer,
        account: sum.account,
        amount: sum.flow.money_in - sum.flow.money_out,
    }))
}

/// What moved in one layer from a day on and before another (which is not
/// nothing), account by account.
pub fn between(
    tx: &mut Tx<'_>,
    case: CaseId,
    layer: Layer,
    (from, before): (Date, Date),
) -> Result<Vec<Sum>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("sums", 1);
        let account = row.parse("account")?;
        Ok(Sum { layer, account, flow: read_flow(&mut row)? })
    };
    let params = [case.0.into(), from.into(), before.into(), Value::Word(layer.into_str())];
    tx.query(BETWEEN, &params)?.into_iter().map(read).collect()
}

/// The days from `from` on, on which money really moved, the oldest first.
pub fn days(tx: &mut Tx<'_>, case: CaseId, from: Date) -> Result<Vec<Day>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("sums", 1);
        Ok(Day { day: row.take("day")?, spent: Pence(row.take("spent")?), held: Pence(row.take("held")?) })
    };
    tx.query(DAYS, &[case.0.into(), from.into()])?.into_iter().map(read).collect()
}

/// The first day on which money moved, and the first on which some was spent.
pub fn first_days(tx: &mut Tx<'_>, case: CaseId) -> Result<(Option<Date>, Option<Date>), StoreError> {
    let mut first = |sql| -> Result<Option<Date>, StoreError> {
        tx.query_opt(sql, &[case.0.into()])?.map(|row| row.of("sums", 1).take("day")).transpose()
    };
    Ok((first(FIRST_MOVED)?, first(FIRST_SPENT)?))
}

/// The first day on which money moved into or out of one account, and the first
/// on which some left it.
pub fn first_days_of(
    tx: &mut Tx<'_>,
    case: CaseId,
    account: Account,
) -> Result<(Option<Date>, Option<Date>), StoreError> {
    let params = [case.0.into(), account.to_string().into()];
    let mut first = |sql| -> Result<Option<Date>, StoreError> {
        tx.query_opt(sql, &params)?.map(|row| row.of("sums", 1).take("day")).transpose()
    };
    Ok((first(FIRST_MOVED_OF)?, first(FIRST_LEFT)?))
}

/// What moved through one account from one day to before another, month by
/// month (`2026-03`), the newest first.
pub fn months(
    tx: &mut Tx<'_>,
    case: CaseId,
    account: Account,
    (from, before): (Date, Date),
) -> Result<Vec<(String, Flow)>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("sums", 1);
        Ok((row.take("month")?, read_flow(&mut row)?))
    };
    let params = [case.0.into(), from.into(), before.into(), account.to_string().into()];
    tx.query(MONTHS, &params)?.into_iter().map(read).collect()
}

fn read_flow(row: &mut crate::value::Columns) -> Result<Flow, StoreError> {
    Ok(Flow { money_in: Pence(row.take("money_in")?), money_out: Pence(row.take("money_out")?) })
}
