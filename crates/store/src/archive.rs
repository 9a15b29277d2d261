//! Backups: one file that holds every row as it stood at one instant, whichever
//! database it is from, and that proves itself when it is read.
//!
//! Inside gzip: a name, the version of the tables (the number of the newest
//! migration), then each table with its rows, their number and their SHA-256,
//! and at the end the SHA-256 of it all.

use crate::error::io;
use crate::tables::{self, Table, require_empty};
use crate::through::Through;
use crate::value::{Value, encode};
use crate::{Db, StoreError, Tx, keyed, marks, migrations, private};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

const MAGIC: &[u8] = b"OpenPHB backup 1\n";
/// The longest single value that is believed: longer means a damaged length.
const LONGEST: u32 = 1 << 30;
/// How many rows are put in at once.
const CHUNK: usize = 500;

/// What a table held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSum {
    pub table: &'static str,
    pub rows: u64,
    pub sha256: [u8; 32],
}

/// Writes a backup to `path` while the database goes on serving. The file
/// appears whole or not at all.
pub async fn backup(db: &Db, path: &Path) -> Result<Vec<TableSum>, StoreError> {
    backup_through(db, path, &Through::default()).await
}

/// The same, which passes through a command on its way.
pub async fn backup_through(db: &Db, path: &Path, through: &Through) -> Result<Vec<TableSum>, StoreError> {
    let path = path.to_owned();
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}.unfinished", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    let temporary = unfinished.clone();
    // If it is run again it starts again with an empty file.
    let through = through.clone();
    let sums = db.read(move |tx| write_all(tx, &temporary, &through)).await;
    let done = sums.and_then(|sums| {
        std::fs::rename(&unfinished, &path).map_err(io)?;
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(io)?;
        Ok(sums)
    });
    if done.is_err() {
        std::fs::remove_file(&unfinished).ok();
    }
    done
}

/// Reads a whole backup and checks it, without any database.
pub async fn check(path: &Path) -> Result<Vec<TableSum>, StoreError> {
    whole(path, &Through::default()).await.map(|read| read.sums)
}

/// Fills an empty database from a backup. The whole file is checked before
/// anything is written. One that was made by an older program is put into
/// tables as that program had them, and these are then brought up to date.
pub async fn restore(path: &Path, url: &str) -> Result<Vec<TableSum>, StoreError> {
    restore_through(path, url, &Through::default()).await
}

/// The same, of a backup that passes through a command on its way out of its file. It
/// is read twice.
pub async fn restore_through(path: &Path, url: &str, through: &Through) -> Result<Vec<TableSum>, StoreError> {
    // Before the database is opened, so that a bad file makes no new one.
    let read = whole(path, through).await?;
    let db = Db::open_at(url, read.version).await?;
    let filled = fill((path, through), read, &db).await;
    db.close().await;
    let sums = filled?;
    Db::open(url).await?.close().await;
    Ok(sums)
}

/// Fills an empty database that is open, with tables of the backup's version.
pub(crate) async fn fill(
    (path, through): (&Path, &Through),
    read: Whole,
    db: &Db,
) -> Result<Vec<TableSum>, StoreError> {
    let (file, through, version) = (path.to_owned(), through.clone(), read.version);
    let written = db.write(move |tx| fill_all(tx, (&file, &through), version)).await?;
    if written != read {
        return Err(damaged("it changed while it was read"));
    }
    Ok(read.sums)
}

/// Reads a whole backup and checks it.
pub(crate) async fn whole(path: &Path, through: &Through) -> Result<Whole, StoreError> {
    let (file, through) = (path.to_owned(), through.clone());
    tokio::task::spawn_blocking(move || read_all((&file, &through), |_, _| Ok(())))
        .await
        .map_err(|e| StoreError::Io { what: e.to_string() })?
}

/// A backup that was read to its end and is sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    /// The version of its tables.
    version: i64,
    sums: Vec<TableSum>,
}

/// The number of rows and their hash, table by table, as a backup would have them.
pub fn sums(tx: &mut Tx<'_>) -> Result<Vec<TableSum>, StoreError> {
    tables::now().map(|table| write_rows(tx, table, &mut std::io::sink())).collect()
}

fn fill_all(tx: &mut Tx<'_>, file: (&Path, &Through), version: i64) -> Result<Whole, StoreError> {
    let ours = migrations::version(tx)?;
    if ours != version {
        return Err(StoreError::Archive {
            what: format!(
                "this backup is of version {version} and the database has tables of version {ours} already: \
                 restore it into a new one"
            ),
        });
    }
    require_empty(tx, version)?;
    let has = |name| tables::after(version).any(|table| table.name == name);
    if has("marks") {
        marks::clear(tx)?;
    }
    if has("macs") {
        keyed::clear(tx)?;
    }
    let mut waiting = Vec::with_capacity(CHUNK);
    let read = read_all(file, |table, row| {
        waiting.push((table.insert, row));
        if waiting.len() >= CHUNK {
            tx.execute_all(&waiting)?;
            waiting.clear();
        }
        Ok(())
    })?;
    tx.execute_all(&waiting)?;
    Ok(read)
}

fn write_all(tx: &mut Tx<'_>, path: &Path, through: &Through) -> Result<Vec<TableSum>, StoreError> {
    let file = private::create(path)
        .map_err(|e| StoreError::Io { what: format!("cannot write {}: {e}", path.display()) })?;
    let mut out = Hashing::new(GzEncoder::new(through.write_to(file)?, Compression::fast()));
    out.write_all(MAGIC).map_err(io)?;
    out.write_all(&migrations::newest().to_be_bytes()).map_err(io)?;
    let mut sums = Vec::new();
    for table in tables::now() {
        put(&mut out, table.name.as_bytes())?;
        let sum = write_rows(tx, table, &mut out)?;
        out.write_all(&[0]).map_err(io)?;
        out.write_all(&sum.rows.to_be_bytes()).map_err(io)?;
        out.write_all(&sum.sha256).map_err(io)?;
        sums.push(sum);
    }
    put(&mut out, b"")?;
    let (mut gzip, hash) = out.finish();
    gzip.write_all(&hash).map_err(io)?;
    gzip.finish().map_err(io)?.finish()?;
    Ok(sums)
}

fn write_rows(tx: &mut Tx<'_>, table: &Table, out: &mut impl Write) -> Result<TableSum, StoreError> {
    let (mut rows, mut hash) = (0, Sha256::new());
    table.read(tx, |row| {
        let bytes = encode(&row);
        hash.update(&bytes);
        rows += 1;
        out.write_all(&[1]).and_then(|()| out.write_all(&bytes)).map_err(io)
    })?;
    Ok(TableSum { table: table.name, rows, sha256: hash.finalize().into() })
}

/// Reads a whole backup and gives each row to `each`.
fn read_all(
    (path, through): (&Path, &Through),
    mut each: impl FnMut(&'static Table, Vec<Value>) -> Result<(), StoreError>,
) -> Result<Whole, StoreError> {
    let file = File::open(path)
        .map_err(|e| StoreError::Io { what: format!("cannot read {}: {e}", path.display()) })?;
    let mut input = Hashing::new(GzDecoder::new(through.read_from(file)?));
    let version = read_version(&mut input)?;
    let mut sums = Vec::new();
    for table in tables::after(version) {
        if take_bytes(&mut input)? != table.name.as_bytes() {
            return Err(damaged("its tables are not ours"));
        }
        sums.push(read_table(&mut input, table, &mut each)?);
    }
    if !take_bytes(&mut input)?.is_empty() {
        return Err(damaged("it has a table too many"));
    }
    let (mut gzip, hash) = input.finish();
    if take::<32>(&mut gzip)? != hash {
        return Err(damaged("its checksum does not fit"));
    }
    // Reading to the end makes gzip check its own sum too.
    let more = gzip.read(&mut [0]).map_err(|_| damaged("its end is not as it was written"))?;
    let is_end = gzip.into_inner().finish()?;
    if more > 0 || !is_end {
        Err(damaged("there is something after its end"))
    } else {
        Ok(Whole { version, sums })
    }
}

/// The version of a backup's tables, if this program knows it.
fn read_version(input: &mut impl Read) -> Result<i64, StoreError> {
    let foreign = || StoreError::Archive { what: "this file is not an OpenPHB backup".to_owned() };
    let mut magic = [0; MAGIC.len()];
    input.read_exact(&mut magic).map_err(|_| foreign())?;
    if magic != MAGIC {
        return Err(foreign());
    }
    let (theirs, ours) = (i64::from_be_bytes(take(input)?), migrations::newest());
    if theirs < 1 {
        return Err(damaged("its version is not one"));
    }
    if theirs > ours {
        return Err(StoreError::Archive {
            what: format!(
                "this backup was made by a newer program: it is of version {theirs}, and this program knows \
                 versions up to {ours}. Restore it with the newer program"
            ),
        });
    }
    Ok(theirs)
}

fn read_table(
    input: &mut impl Read,
    table: &'static Table,
    each: &mut impl FnMut(&'static Table, Vec<Value>) -> Result<(), StoreError>,
) -> Result<TableSum, StoreError> {
    let (mut rows, mut hash) = (0, Sha256::new());
    loop {
        match take::<1>(input)? {
            [1] => {
                let row = decode(input, table)?;
                hash.update(encode(&row));
                rows += 1;
                each(table, row)?;
            }
            [0] => break,
            _ => return Err(damaged("a row does not begin where it should")),
        }
    }
    let sum = TableSum { table: table.name, rows, sha256: hash.finalize().into() };
    if u64::from_be_bytes(take(input)?) != rows || take::<32>(input)? != sum.sha256 {
        return Err(damaged(&format!("the rows of table {} do not fit their checksum", table.name)));
    }
    Ok(sum)
}

fn decode(input: &mut impl Read, table: &Table) -> Result<Vec<Value>, StoreError> {
    let strange = || damaged(&format!("a row of table {} cannot be read", table.name));
    let mut row = Vec::with_capacity(table.kinds.len());
    for i in 0..table.kinds.len() {
        let value = match take::<1>(input)? {
            [0] => Value::Null,
            [1] => Value::Int(i64::from_be_bytes(take(input)?)),
            [2] => Value::Text(String::from_utf8(take_bytes(input)?).map_err(|_| strange())?),
            [3] => Value::Bytes(take_bytes(input)?),
            [4] => Value::Uuid(Uuid::from_bytes(take(input)?)),
            _ => return Err(strange()),
        };
        if !table.fits(i, &value) {
            return Err(strange());
        }
        row.push(value);
    }
    Ok(row)
}

fn put(out: &mut impl Write, bytes: &[u8]) -> Result<(), StoreError> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.write_all(&length.to_be_bytes()).and_then(|()| out.write_all(bytes)).map_err(io)
}

fn take<const N: usize>(input: &mut impl Read) -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes).map_err(|_| damaged("it is cut off or damaged"))?;
    Ok(bytes)
}

fn take_bytes(input: &mut impl Read) -> Result<Vec<u8>, StoreError> {
    let length = u32::from_be_bytes(take(input)?);
    if length > LONGEST {
        return Err(damaged("a length is not believable"));
    }
    let mut bytes = Vec::new();
    let read = input.take(u64::from(length)).read_to_end(&mut bytes);
    match read {
        Ok(read) if u32::try_from(read) == Ok(length) => Ok(bytes),
        _ => Err(damaged("it is cut off or damaged")),
    }
}

fn damaged(why: &str) -> StoreError {
    StoreError::Archive { what: format!("this backup is damaged: {why}") }
}

/// Passes bytes on and hashes them.
struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new() }
    }

    fn finish(self) -> (T, [u8; 32]) {
        (self.inner, self.hash.finalize().into())
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hash.update(&bytes[..read]);
        Ok(read)
    }
}
