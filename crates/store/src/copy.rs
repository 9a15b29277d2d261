//! Moving everything from one database to another, and proving that it arrived.
//!
//! A copy is a backup of one and a restore into the other: one snapshot, one
//! set of checks.

use crate::archive::{self, TableSum};
use crate::through::Through;
use crate::{Db, StoreError, ledger};
use domain::CaseId;
use uuid::Uuid;

/// How many cases' balances are compared at once.
const PAGE: u32 = 200;

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub tables: Vec<TableSum>,
    /// How many cases' balances were worked out on both sides and were equal.
    pub ledgers: u64,
}

/// Copies every table into `to`, which must be empty, and compares the number
/// of rows, a hash of each table and the balances of every case. `progress`
/// hears how many of how many steps are done. Nobody may be writing to `from`:
/// what is written after it was read is not copied.
pub async fn copy(
    from: &Db,
    to: &Db,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Copied, StoreError> {
    // Open to nobody else, and gone with all that is in it when this ends.
    let folder = tempfile::Builder::new().prefix("openphb-copy-").tempdir().map_err(crate::error::io)?;
    let path = folder.path().join("backup");
    progress(0, 4);
    let read = archive::backup(from, &path).await?;
    progress(1, 4);
    archive::fill((&path, &Through::default()), archive::whole(&path, &Through::default()).await?, to)
        .await?;
    progress(2, 4);
    let written = to.read(archive::sums).await?;
    for (there, here) in read.iter().zip(&written) {
        if there != here {
            let what = format!("table {}: {} rows there, {} here", there.table, there.rows, here.rows);
            return Err(StoreError::CopyDiffers { what });
        }
    }
    progress(3, 4);
    let ledgers = compare_balances(from, to).await?;
    progress(4, 4);
    Ok(Copied { tables: written, ledgers })
}

/// The balances of every case that has a ledger in `to` equal those in `from`.
async fn compare_balances(from: &Db, to: &Db) -> Result<u64, StoreError> {
    let (mut after, mut compared): (Option<CaseId>, u64) = (None, 0);
    loop {
        let cases = to.read(move |tx| ledger::cases(tx, after, PAGE)).await?;
        let Some((last, _)) = cases.last().copied() else { return Ok(compared) };
        after = Some(last);
        let ids: Vec<Uuid> = cases.iter().map(|(case, _)| case.0).collect();
        let both = [balances(from, ids.clone()).await?, balances(to, ids.clone()).await?];
        for (i, case) in ids.iter().enumerate() {
            if both[0][i] != both[1][i] {
                return Err(StoreError::CopyDiffers { what: format!("the balances of case {case}") });
            }
            compared += 1;
        }
    }
}

async fn balances(db: &Db, cases: Vec<Uuid>) -> Result<Vec<domain::ledger::Balances>, StoreError> {
    db.read(move |tx| cases.iter().map(|case| ledger::balances(tx, CaseId(*case))).collect()).await
}
