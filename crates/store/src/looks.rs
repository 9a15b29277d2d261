//! Who looked at what. Looking at the same section again within a quarter of
//! an hour is the same look, so that reading costs little to record.

use crate::value::Row;
use crate::{StoreError, Tx};
use domain::{AccountId, CaseId, Timestamp};

/// Somebody looked at a section of a case, once or more often in a short while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub case: CaseId,
    pub account: AccountId,
    pub section: String,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub times: u64,
}

/// Looks within this many seconds of each other (a quarter of an hour of the
/// clock) are counted together.
const PERIOD_SECONDS: i64 = 15 * 60;

const RECORD: &str = "INSERT INTO looks (case_id, account_id, section, period, first_at, last_at, times)
    VALUES ($1, $2, $3, $4, $5, $5, 1)
    ON CONFLICT (case_id, period, account_id, section)
    DO UPDATE SET last_at = EXCLUDED.last_at, times = looks.times + 1";
const LOOKS: &str = "SELECT case_id, account_id, section, first_at, last_at, times FROM looks
    WHERE case_id = $1 ORDER BY period DESC, last_at DESC, account_id, section LIMIT $2";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[RECORD, LOOKS];

/// Notes that an account looked at a section of a case.
pub fn record_look(
    tx: &mut Tx<'_>,
    case: CaseId,
    account: AccountId,
    section: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let period = at.as_second().div_euclid(PERIOD_SECONDS);
    let params = [case.0.into(), account.0.into(), section.into(), period.into(), at.into()];
    tx.execute(RECORD, &params).map(drop)
}

/// Who looked at a case, the latest first.
pub fn looks_at(tx: &mut Tx<'_>, case: CaseId, limit: u32) -> Result<Vec<Look>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("looks", 3);
        Ok(Look {
            case: CaseId(row.take("case_id")?),
            account: AccountId(row.take("account_id")?),
            section: row.take("section")?,
            first_at: row.take("first_at")?,
            last_at: row.take("last_at")?,
            times: row.take("times")?,
        })
    };
    tx.query(LOOKS, &[case.0.into(), limit.into()])?.into_iter().map(read).collect()
}
