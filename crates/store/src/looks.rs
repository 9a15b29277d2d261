//! Who looked at what. Looking at the same section again within a quarter of
//! an hour is the same look, so that reading costs little to record.

use crate::register::{self, Evidence};
use crate::value::{Row, Value};
use crate::{StoreError, Tx, tables};
use domain::{AccountId, CaseId, Timestamp};
use uuid::Uuid;

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
    WHERE case_id = $1 AND (period, account_id, section) < ($2, $3, $4)
    ORDER BY period DESC, account_id DESC, section DESC LIMIT $5";

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
    let key: [Value; 4] = [case.0.into(), period.into(), account.0.into(), section.into()];
    let params = [key[0].clone(), key[2].clone(), key[3].clone(), key[1].clone(), at.into()];
    tx.execute(RECORD, &params)?;
    let look = tables::named("looks");
    let Some(row) = tx.query_opt(look.one, &key)? else { return Ok(()) };
    let evidence = Evidence::of("looks", &look.plain(row)?);
    register::enter(tx, case, &[evidence])
}

/// Where a look stands: its period, and within it the account and the section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub period: i64,
    pub account: AccountId,
    pub section: String,
}

impl Look {
    #[must_use]
    pub fn place(&self) -> Place {
        let period = self.first_at.as_second().div_euclid(PERIOD_SECONDS);
        Place { period, account: self.account, section: self.section.clone() }
    }
}

/// Who looked at a case before a place (none: the newest of all), `limit` at
/// most: the latest quarter of an hour first.
pub fn looks_before(
    tx: &mut Tx<'_>,
    case: CaseId,
    before: Option<&Place>,
    limit: u32,
) -> Result<Vec<Look>, StoreError> {
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
    let (period, account, section) = match before {
        Some(place) => (place.period, place.account.0, place.section.as_str()),
        None => (i64::MAX, Uuid::max(), ""),
    };
    let params = [case.0.into(), period.into(), account.into(), section.into(), limit.into()];
    tx.query(LOOKS, &params)?.into_iter().map(read).collect()
}
