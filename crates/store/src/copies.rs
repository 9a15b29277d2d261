//! Copies of everything that is held about somebody, until they are fetched or
//! their days are over. Whose each is, and what its sum has to be, stands on the
//! record of the case: a row that somebody put here is given to nobody.

use crate::beside::Beside;
use crate::{StoreError, Tx};
use domain::{CaseId, CopyId, Date, RequestId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A copy that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: CopyId,
    pub case: CaseId,
    pub request: RequestId,
    /// The last day on which it is kept.
    pub until: Date,
    pub bytes: Vec<u8>,
}

const INSERT: &str = "INSERT INTO copies (id, case_id, request_id, until, bytes) VALUES ($1, $2, $3, $4, $5)";
const GET: &str = "SELECT id, case_id, request_id, until, bytes FROM copies WHERE id = $1 AND case_id = $2";
const OF_REQUEST: &str = "DELETE FROM copies WHERE request_id = $1";
const OF_CASE: &str = "DELETE FROM copies WHERE case_id = $1";
const PRUNE: &str = "DELETE FROM copies WHERE until < $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[INSERT, GET, OF_REQUEST, OF_CASE, PRUNE];

/// Keeps a copy in place of the one that was made for the same request before.
pub fn keep(tx: &mut Tx<'_>, copy: &Kept) -> Result<(), StoreError> {
    tx.execute(OF_REQUEST, &[copy.request.0.into()])?;
    let bytes =
        Beside::to_write(tx, copy.case, "copies")?.close_bytes("bytes", copy.id.0.as_bytes(), &copy.bytes);
    let row = [copy.id.0.into(), copy.case.0.into(), copy.request.0.into(), copy.until.into(), bytes.into()];
    tx.execute(INSERT, &row).map(drop)
}

/// A copy of a case, if it is the one with this sum.
pub fn get(
    tx: &mut Tx<'_>,
    case: CaseId,
    id: CopyId,
    sha256: [u8; 32],
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(row) = tx.query_opt(GET, &[id.0.into(), case.0.into()])? else { return Ok(None) };
    let mut row = row.of("copies", 1);
    row.take::<Uuid>("id")?;
    let bytes = row.take("bytes")?;
    let bytes = Beside::to_read(tx, case, "copies")?.open_bytes("bytes", id.0.as_bytes(), bytes)?;
    if <[u8; 32]>::from(Sha256::digest(&bytes)) != sha256 {
        return Err(row.corrupt("bytes"));
    }
    Ok(Some(bytes))
}

/// Throws away every copy of a case.
pub fn drop_of(tx: &mut Tx<'_>, case: CaseId) -> Result<u64, StoreError> {
    tx.execute(OF_CASE, &[case.0.into()])
}

/// Throws away what was kept until before a day.
pub fn prune(tx: &mut Tx<'_>, today: Date) -> Result<u64, StoreError> {
    tx.execute(PRUNE, &[today.into()])
}
