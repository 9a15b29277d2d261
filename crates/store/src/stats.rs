//! Whether the database answers, and how much is in it.

use crate::{StoreError, Tx, tables};

const PING: &str = "SELECT CAST(1 AS BIGINT)";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PING];

/// Asks the database for an answer.
pub fn ping(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.query(PING, &[]).map(drop)
}

/// How many rows each table has.
pub fn row_counts(tx: &mut Tx<'_>) -> Result<Vec<(&'static str, u64)>, StoreError> {
    tables::now().map(|table| Ok((table.name, table.count(tx)?))).collect()
}
