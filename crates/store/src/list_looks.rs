//! Which cases and requests lists showed to whom. Each row is entered in the
//! register of whoever looked, as a look at a case is in that of the case; by case
//! it is kept day by day beside it, so that the page of a person is short.

use crate::looks::first_four;
use crate::register::{self, Evidence, Owner};
use crate::value::{Row, Value};
use crate::{StoreError, Tx, tables};
use domain::{AccountId, Date, Timestamp};
use uuid::Uuid;

const ADD: &str = "INSERT INTO list_looks (id, account_id, list, at, subjects) VALUES ($1, $2, $3, $4, $5)";
const SEE: &str = "INSERT INTO list_sights (subject_id, month, account_id, list, days)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (subject_id, month, account_id, list)
    DO UPDATE SET days = list_sights.days | EXCLUDED.days";
const OF_SUBJECT: &str = "SELECT subject_id, month, account_id, list, days FROM list_sights
    WHERE subject_id = $1 AND month >= $2 AND month <= $3 ORDER BY month, account_id, list LIMIT $4";
const NEWEST_BEFORE: &str = "SELECT month, account_id FROM list_sights
    WHERE subject_id = $1 AND (month, account_id) < ($2, $3) AND account_id NOT IN ($4, $5, $6, $7)
    ORDER BY month DESC, account_id DESC LIMIT 1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ADD, SEE, OF_SUBJECT, NEWEST_BEFORE];

/// Somebody saw a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLook {
    pub id: Uuid,
    pub account: AccountId,
    pub list: &'static str,
    pub at: Timestamp,
    /// The ids of the cases or requests in it.
    pub subjects: Vec<Uuid>,
}

/// The number of a month, counted from the year 0.
#[must_use]
pub fn month_of(day: Date) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

/// Notes what a list showed. `new_today` are those of its subjects that are not
/// noted yet of this reader, list and day.
pub fn record(tx: &mut Tx<'_>, look: &ListLook, day: Date, new_today: &[Uuid]) -> Result<(), StoreError> {
    let subjects: Vec<u8> = look.subjects.iter().flat_map(|id| *id.as_bytes()).collect();
    let row: Vec<Value> =
        vec![look.id.into(), look.account.0.into(), look.list.into(), look.at.into(), subjects.into()];
    tx.execute(ADD, &row)?;
    let row = tables::named("list_looks").plain_values(row)?;
    register::enter(tx, Owner::Reader(look.account), &[Evidence::of("list_looks", &row)])?;
    let mut sorted = new_today.to_vec();
    sorted.sort_unstable();
    let bit = 1_i64 << (day.day() - 1);
    let sight = |id: Uuid| -> (&'static str, Vec<Value>) {
        let key = [id.into(), month_of(day).into(), look.account.0.into(), look.list.into()];
        (SEE, key.into_iter().chain([bit.into()]).collect())
    };
    let statements: Vec<_> = sorted.into_iter().map(sight).collect();
    tx.execute_all(&statements).map(drop)
}

/// On which days of a month somebody saw something in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    pub month: i64,
    pub account: AccountId,
    pub list: String,
    days: i64,
}

impl Sight {
    /// The days, the first of them first.
    pub fn days(&self) -> impl Iterator<Item = Date> + '_ {
        let (year, month) = (self.month.div_euclid(12), self.month.rem_euclid(12) + 1);
        let day = move |day: i8| Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, day).ok();
        (1..=31).filter_map(day).filter(|day| self.was_on(*day))
    }

    /// Whether it was on this day.
    #[must_use]
    pub fn was_on(&self, day: Date) -> bool {
        month_of(day) == self.month && self.days & (1 << (day.day() - 1)) != 0
    }
}

/// Who saw something in a list in these months (`limit` rows at most).
pub fn of_subject(
    tx: &mut Tx<'_>,
    subject: Uuid,
    (first, last): (i64, i64),
    limit: u32,
) -> Result<Vec<Sight>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("list_sights", 4);
        row.take::<Uuid>("subject_id")?;
        Ok(Sight {
            month: row.take("month")?,
            account: AccountId(row.take("account_id")?),
            list: row.take("list")?,
            days: row.take("days")?,
        })
    };
    let params = [subject.into(), first.into(), last.into(), limit.into()];
    tx.query(OF_SUBJECT, &params)?.into_iter().map(read).collect()
}

/// The newest month before one in which somebody saw it in a list, but for these
/// accounts.
pub fn newest_before(
    tx: &mut Tx<'_>,
    subject: Uuid,
    before: i64,
    but: &[AccountId],
) -> Result<Option<i64>, StoreError> {
    let (mut month, mut account) = (before, Uuid::nil());
    loop {
        let [one, two, three, four] = first_four(but);
        let params = [subject.into(), month.into(), account.into(), one, two, three, four];
        let Some(row) = tx.query_opt(NEWEST_BEFORE, &params)? else { return Ok(None) };
        let mut row = row.of("list_sights", 2);
        (month, account) = (row.take("month")?, row.take("account_id")?);
        if !but.contains(&AccountId(account)) {
            return Ok(Some(month));
        }
    }
}
