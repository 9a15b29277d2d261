//! Marks: what was done to this database beyond its tables, and what kind it
//! is. A mark is a name and a value; what they mean is the caller's.

use crate::{StoreError, Tx, keyed};

/// The mark of a database that `phb demo` made. It is never taken away.
pub const DEMONSTRATION: &str = "demonstration";

/// The mark that holds the key under which networks are remembered.
pub const NETWORKS: &str = "networks-key";

/// The mark of a database that was encrypted by bringing it over: the last seal of
/// the one that it comes from.
pub const BROUGHT_OVER: &str = "brought-over";

const ONE: &str = "SELECT name, value FROM marks WHERE name = $1";
const EVERY: &str = "SELECT name, value FROM marks ORDER BY name";
const SET: &str = "INSERT INTO marks (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value";
/// Only when an empty database is filled from another, whose marks it gets.
const CLEAR: &str = "DELETE FROM marks";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ONE, EVERY, SET];
#[cfg(test)]
pub(crate) const ALL_OF_OWNER: &[&str] = &[CLEAR];

/// The value of a mark, if it is there.
pub fn mark(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    Ok(tx.query_opt(ONE, &[name.into()])?.map(read).transpose()?.map(|(_, value)| value))
}

/// Every mark, by name.
pub fn every(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, StoreError> {
    tx.query(EVERY, &[])?.into_iter().map(read).collect()
}

/// Sets a mark, whatever it was before.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    let row = [name.into(), value.into()];
    keyed::change(tx, "marks", &row[..1], (SET, &row)).map(drop)
}

/// Takes every mark away.
pub(crate) fn clear(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(CLEAR, &[]).map(drop)
}

fn read(row: crate::value::Row) -> Result<(String, String), StoreError> {
    let mut row = row.of("marks", 1);
    Ok((row.take("name")?, row.take("value")?))
}
