//! Files that people added: receipts, letters, statements as they came.

use crate::beside::Beside;
use crate::register::{self, Evidence, Owner};
use crate::stored::{self, Amount};
use crate::value::{Row, Value};
use crate::{StoreError, Tx};
use domain::{AccountId, CaseId, FileId, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What is known of a file without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    pub id: FileId,
    pub case: CaseId,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub sha256: [u8; 32],
    pub added: Timestamp,
    pub by: Option<AccountId>,
}

/// A file to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub id: FileId,
    pub case: CaseId,
    pub name: String,
    pub media_type: String,
    pub added: Timestamp,
    pub by: Option<AccountId>,
    pub bytes: Vec<u8>,
}

const TABLE: &str = "files";
const INSERT: &str =
    "INSERT INTO files (id, case_id, name, media_type, size, sha256, added, account_id, bytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const GET: &str = "SELECT id, case_id, name, media_type, size, sha256, added, account_id, bytes
    FROM files WHERE id = $1";
const BEFORE: &str = "SELECT id, case_id, name, media_type, size, sha256, added, account_id
    FROM files WHERE case_id = $1 AND (added, id) < ($2, $3) ORDER BY added DESC, id DESC LIMIT $4";
const LIST: &str = "SELECT id, case_id, name, media_type, size, sha256, added, account_id
    FROM files WHERE case_id = $1 ORDER BY added, id";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[INSERT, GET, BEFORE, LIST];

/// Stores a file, enters it in the register of its case, and counts it
/// ([`crate::stored`]).
pub fn put(tx: &mut Tx<'_>, file: &NewFile) -> Result<FileInfo, StoreError> {
    let sha256: [u8; 32] = Sha256::digest(&file.bytes).into();
    let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let beside = Beside::to_write(tx, file.case, TABLE)?;
    let key = file.id.0.as_bytes();
    let mut row: Vec<Value> = vec![
        file.id.0.into(),
        file.case.0.into(),
        beside.close_text("name", key, &file.name).into(),
        (&file.media_type).into(),
        size.into(),
        sha256.into(),
        file.added.into(),
        file.by.map(|id| id.0).into(),
    ];
    let evidence = Evidence::of("files", &row);
    row.push(beside.close_bytes("bytes", key, &file.bytes).into());
    tx.execute(INSERT, &row)?;
    register::enter(tx, Owner::Case(file.case), &[evidence])?;
    stored::add(tx, file.case, file.by, file.added, Amount { bytes: size, lines: 0 })?;
    let NewFile { id, case, name, media_type, added, by, .. } = file.clone();
    Ok(FileInfo { id, case, name, media_type, size, sha256, added, by })
}

/// A file and its bytes. Bytes that are not those stored are an error.
pub fn get(tx: &mut Tx<'_>, id: FileId) -> Result<Option<(FileInfo, Vec<u8>)>, StoreError> {
    let Some(row) = tx.query_opt(GET, &[id.0.into()])? else { return Ok(None) };
    let stored = match row.get("bytes") {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        _ => return Err(StoreError::corrupt(TABLE, "bytes", id)),
    };
    let info = read(tx, row)?;
    let bytes = Beside::to_read(tx, info.case, TABLE)?.open_bytes("bytes", id.0.as_bytes(), stored)?;
    if <[u8; 32]>::from(Sha256::digest(&bytes)) != info.sha256 {
        return Err(StoreError::corrupt(TABLE, "bytes", id));
    }
    Ok(Some((info, bytes)))
}

/// The newest files of a case before a place (none: the newest of all),
/// `limit` at most, the newest first.
pub fn before(
    tx: &mut Tx<'_>,
    case: CaseId,
    place: Option<(Timestamp, FileId)>,
    limit: u32,
) -> Result<Vec<FileInfo>, StoreError> {
    let (added, id) = match place {
        Some((added, id)) => (added.as_microsecond(), id.0),
        None => (i64::MAX, Uuid::max()),
    };
    let params = [case.0.into(), added.into(), id.into(), limit.into()];
    tx.query(BEFORE, &params)?.into_iter().map(|row| read(tx, row)).collect()
}

/// The files of a case, the oldest first.
pub fn list(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<FileInfo>, StoreError> {
    tx.query(LIST, &[case.0.into()])?.into_iter().map(|row| read(tx, row)).collect()
}

fn read(tx: &mut Tx<'_>, row: Row) -> Result<FileInfo, StoreError> {
    let mut row = row.of(TABLE, 1);
    let (id, case): (Uuid, Uuid) = (row.take("id")?, row.take("case_id")?);
    let beside = Beside::to_read(tx, CaseId(case), TABLE)?;
    Ok(FileInfo {
        id: FileId(id),
        case: CaseId(case),
        name: beside.open_text("name", id.as_bytes(), row.take("name")?)?,
        media_type: row.take("media_type")?,
        size: row.take("size")?,
        sha256: row.take("sha256")?,
        added: row.take("added")?,
        by: row.take::<Option<Uuid>>("account_id")?.map(AccountId),
    })
}
