//! How much is stored: bytes of files and lines of bank statements, of each
//! case in all and of each account on each day. Added to wherever a file or a
//! line is written ([`crate::files`], [`crate::bank`]), so that asking costs
//! the same however much there is.

use crate::{StoreError, Tx};
use domain::{AccountId, CaseId, Date, Timestamp, dates};
use uuid::Uuid;

const ADD: &str = "INSERT INTO stored (owner, day, bytes, lines) VALUES ($1, $2, $3, $4)
    ON CONFLICT (owner, day) DO UPDATE
    SET bytes = stored.bytes + EXCLUDED.bytes, lines = stored.lines + EXCLUDED.lines";
const OF: &str = "SELECT owner, bytes, lines FROM stored WHERE owner = $1 AND day = $2";
const PRUNE: &str = "DELETE FROM stored WHERE day > '' AND day < $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ADD, OF, PRUNE];

/// An amount of what is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Bytes of files.
    pub bytes: u64,
    /// Lines of bank statements.
    pub lines: u64,
}

/// Notes what is added to a case, by an account where one did it.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    case: CaseId,
    by: Option<AccountId>,
    at: Timestamp,
    more: Amount,
) -> Result<(), StoreError> {
    let mut rows = vec![(case.0, String::new())];
    rows.extend(by.map(|by| (by.0, dates::london(at).to_string())));
    let row = |(owner, day): (Uuid, String)| {
        (ADD, vec![owner.into(), day.into(), more.bytes.into(), more.lines.into()])
    };
    tx.write_rows(rows.into_iter().map(row).collect(), || format!("what is stored of case {case}"))
}

/// How much is stored of a case.
pub fn of_case(tx: &mut Tx<'_>, case: CaseId) -> Result<Amount, StoreError> {
    of(tx, case.0, String::new())
}

/// How much an account has added on a day.
pub fn of_day(tx: &mut Tx<'_>, account: AccountId, day: Date) -> Result<Amount, StoreError> {
    of(tx, account.0, day.to_string())
}

/// Forgets what accounts added before a day.
pub fn prune(tx: &mut Tx<'_>, before: Date) -> Result<(), StoreError> {
    tx.execute(PRUNE, &[before.into()]).map(drop)
}

fn of(tx: &mut Tx<'_>, owner: Uuid, day: String) -> Result<Amount, StoreError> {
    let Some(row) = tx.query_opt(OF, &[owner.into(), day.into()])? else { return Ok(Amount::default()) };
    let mut row = row.of("stored", 1);
    row.take::<Uuid>("owner")?;
    Ok(Amount { bytes: row.take("bytes")?, lines: row.take("lines")? })
}
