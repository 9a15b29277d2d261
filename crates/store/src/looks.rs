//! Who looked at what. Looking at the same section again within a quarter of
//! an hour is the same look, so that reading costs little to record.

use crate::register::{self, Evidence, Owner};
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
const TAKE_IN: &str = "INSERT INTO looks (case_id, account_id, section, period, first_at, last_at, times)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LOOKS: &str = "SELECT case_id, account_id, section, first_at, last_at, times FROM looks
    WHERE case_id = $1 AND (period, account_id, section) < ($2, $3, $4)
    ORDER BY period DESC, account_id DESC, section DESC LIMIT $5";

const BETWEEN: &str = "SELECT account_id, section, COUNT(*) AS times, MAX(last_at) AS last_at FROM looks
    WHERE case_id = $1 AND period >= $2 AND period < $3 GROUP BY account_id, section
    ORDER BY account_id, section LIMIT $4";
const NEWEST_BEFORE: &str = "SELECT period, account_id FROM looks
    WHERE case_id = $1 AND (period, account_id) < ($2, $3) AND account_id NOT IN ($4, $5, $6, $7)
    ORDER BY period DESC, account_id DESC LIMIT 1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[RECORD, TAKE_IN, LOOKS, BETWEEN, NEWEST_BEFORE];

/// How often somebody looked at a section between two instants: each quarter of
/// an hour counts once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Often {
    pub account: AccountId,
    pub section: String,
    pub times: u64,
    pub last_at: Timestamp,
}

fn period_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(PERIOD_SECONDS)
}

/// Who looked at what of a case from one instant until another (`limit` rows at
/// most, of which there is one for each reader and section).
pub fn between(
    tx: &mut Tx<'_>,
    case: CaseId,
    (from, until): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<Often>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("looks", 2);
        Ok(Often {
            account: AccountId(row.take("account_id")?),
            section: row.take("section")?,
            times: row.take("times")?,
            last_at: row.take("last_at")?,
        })
    };
    let params = [case.0.into(), period_of(from).into(), period_of(until).into(), limit.into()];
    tx.query(BETWEEN, &params)?.into_iter().map(read).collect()
}

/// When somebody looked at a case last before an instant, but for these accounts:
/// the beginning of that quarter of an hour. Where it is only asked about others,
/// nothing is told of when these looked.
pub fn newest_before(
    tx: &mut Tx<'_>,
    case: CaseId,
    before: Timestamp,
    but: &[AccountId],
) -> Result<Option<Timestamp>, StoreError> {
    let (mut period, mut account) = (period_of(before), Uuid::nil());
    loop {
        let [one, two, three, four] = first_four(but);
        let params = [case.0.into(), period.into(), account.into(), one, two, three, four];
        let Some(row) = tx.query_opt(NEWEST_BEFORE, &params)? else { return Ok(None) };
        let mut row = row.of("looks", 2);
        (period, account) = (row.take("period")?, row.take("account_id")?);
        // One that there was no room for in the statement: look further back.
        if !but.contains(&AccountId(account)) {
            return Ok(Timestamp::from_second(period * PERIOD_SECONDS).ok());
        }
    }
}

/// The first of those that are not asked about, as a statement takes them. Nobody
/// has the id in which there is nothing.
pub(crate) fn first_four(but: &[AccountId]) -> [Value; 4] {
    std::array::from_fn(|at| but.get(at).map_or_else(Uuid::nil, |account| account.0).into())
}

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
    enter(tx, case, &key)
}

/// Enters a look as it is now in the register of its case.
fn enter(tx: &mut Tx<'_>, case: CaseId, key: &[Value]) -> Result<(), StoreError> {
    let look = tables::named("looks");
    let Some(row) = tx.query_opt(look.one, key)? else { return Ok(()) };
    let evidence = Evidence::of("looks", &look.plain(row)?);
    register::enter(tx, Owner::Case(case), &[evidence])
}

/// Writes down a look that was written down elsewhere, as it was there: of a case
/// that another area gave.
pub fn take_in(tx: &mut Tx<'_>, look: &Look) -> Result<(), StoreError> {
    let Look { case, account, section, first_at, last_at, times } = look;
    let period = period_of(*first_at);
    let row: Vec<Value> = vec![
        case.0.into(),
        account.0.into(),
        section.into(),
        period.into(),
        (*first_at).into(),
        (*last_at).into(),
        (*times).into(),
    ];
    tx.execute(TAKE_IN, &row)?;
    enter(tx, *case, &[row[0].clone(), row[3].clone(), row[1].clone(), row[2].clone()])
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
