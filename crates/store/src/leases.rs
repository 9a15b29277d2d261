//! Leases: what one server alone does, of all that share a database. Whoever
//! holds one is written down with the instant until which it is theirs; if they
//! die, it runs out, and another takes it.
//!
//! That instant is by the database's own clock, which is the same for all
//! servers however theirs differ. A lease says who begins with something. What
//! must never be done twice asks [`holds`] in the transaction that does it: from
//! there on no clock matters.

use crate::value::Row;
use crate::{Engine, StoreError, Tx, dialect, jobs};
use domain::Timestamp;

/// Who holds a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub name: String,
    /// The server's own name for itself.
    pub holder: String,
    /// By the database's clock.
    pub until: Timestamp,
    /// How often it has passed from one to another.
    pub term: u64,
}

impl Lease {
    /// Whether it has run out at `now`, where leases are given for `seconds`. One
    /// that ends later than any that is given now was given by a clock that has
    /// been put back since, or came with a backup from elsewhere.
    #[must_use]
    pub fn is_over(&self, now: Timestamp, seconds: u32) -> bool {
        self.until <= now || self.until > jobs::until(now, seconds)
    }
}

const ONE: &str = "SELECT name, holder, until, term FROM leases WHERE name = $1";
const FIRST: &str = "INSERT INTO leases (name, holder, until, term) VALUES ($1, $2, $3, 1)";
const PASS: &str = "UPDATE leases SET holder = $2, until = $3, term = term + 1 WHERE name = $1";
const RENEW: &str = "UPDATE leases SET until = $3 WHERE name = $1 AND holder = $2";
const END: &str = "UPDATE leases SET until = $2 WHERE name = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ONE, FIRST, PASS, RENEW, END];

/// The instant by the database's own clock, read anew each time.
pub fn clock(tx: &mut Tx<'_>, engine: Engine) -> Result<Timestamp, StoreError> {
    let now = tx.query_opt(dialect::clock(engine), &[])?.map_or(Ok(0), |row| row.number())?;
    Timestamp::from_microsecond(now).map_err(|_| StoreError::corrupt("(answer)", "(clock)", now))
}

/// Who holds a lease, or held it last; none if nobody ever did.
pub fn lease(tx: &mut Tx<'_>, name: &str) -> Result<Option<Lease>, StoreError> {
    tx.query_opt(ONE, &[name.into()])?.map(read).transpose()
}

/// Takes a lease for so many seconds from `now`, or renews one's own; whether it
/// is `holder`'s now. `now` is by [`clock`].
pub fn take(
    tx: &mut Tx<'_>,
    name: &str,
    holder: &str,
    now: Timestamp,
    seconds: u32,
) -> Result<bool, StoreError> {
    let params = [name.into(), holder.into(), jobs::until(now, seconds).into()];
    let sql = match lease(tx, name)? {
        None => FIRST,
        Some(lease) if lease.holder == holder => RENEW,
        Some(lease) if lease.is_over(now, seconds) => PASS,
        Some(_) => return Ok(false),
    };
    tx.execute(sql, &params).map(|touched| touched == 1)
}

/// Whether a lease is `holder`'s: nobody has taken it since, whatever the time.
/// In a transaction that writes, nobody can before it is committed.
pub fn holds(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<bool, StoreError> {
    Ok(lease(tx, name)?.is_some_and(|lease| lease.holder == holder))
}

/// Gives one's own lease back, so that another need not wait until it runs out.
pub fn give_back(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<(), StoreError> {
    tx.execute(RENEW, &[name.into(), holder.into(), Timestamp::UNIX_EPOCH.into()]).map(drop)
}

/// Ends a lease, whoever holds it: for one who knows that they are gone.
pub fn end(tx: &mut Tx<'_>, name: &str) -> Result<(), StoreError> {
    tx.execute(END, &[name.into(), Timestamp::UNIX_EPOCH.into()]).map(drop)
}

fn read(row: Row) -> Result<Lease, StoreError> {
    let mut row = row.of("leases", 1);
    Ok(Lease {
        name: row.take("name")?,
        holder: row.take("holder")?,
        until: row.take("until")?,
        term: row.take("term")?,
    })
}
