//! The heads of chains that a transaction has read or moved on. Between its
//! beginning and its commit nobody else can change them, so each is asked for
//! once, and those that are known to be wanted are asked for together.

use crate::chain::{Hash, START};
use crate::engine::Connection;
use crate::held::{Held, Owner};
use crate::keys::{Keys, Verdict};
use crate::value::{Row, Value};
use crate::{Engine, StoreError};
use domain::{CaseId, Stream, StreamKind};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How a ledger is called among the kinds of streams.
pub(crate) const LEDGER: &str = "ledger";
/// How a register is.
pub(crate) const REGISTER: &str = "register";

// With the key of the stream, which whoever reads or adds to it needs too.
const OF_STREAM: &str = "SELECT s.version, s.head, s.mac, k.wrapped, k.destroyed FROM streams s
    LEFT JOIN data_keys k ON k.kind = s.kind AND k.id = s.id WHERE s.kind = $1 AND s.id = $2";
const OF_LEDGER: &str = "SELECT entries AS version, head, mac FROM ledgers WHERE case_id = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[OF_STREAM, OF_LEDGER];

#[derive(Default)]
pub(crate) struct Heads {
    /// Version and hash of streams.
    pub streams: HashMap<Stream, (u64, Hash)>,
    /// Number of entries and hash of the ledgers of cases.
    pub ledgers: HashMap<CaseId, (u64, Hash)>,
    /// The same of registers, by the id of whose they are.
    pub registers: HashMap<Uuid, (u64, Hash)>,
    /// The same of security logs.
    pub security: HashMap<Uuid, (u64, Hash)>,
    /// Keys, each wrapped as it stands there.
    pub held: HashMap<Owner, Held>,
}

/// What the MAC of a head covers: which chain it is of, and how far that is.
pub(crate) fn head_content(kind: &str, id: Uuid, version: u64, head: Hash) -> Vec<u8> {
    let mut content = Vec::with_capacity(96);
    content.extend(b"head\n");
    content.extend(kind.as_bytes());
    content.push(b'\n');
    content.extend(id.as_bytes());
    content.extend(version.to_be_bytes());
    content.extend(head);
    content
}

/// Reads a head (`version`, `head`, `mac`), if the program wrote it. Where there
/// is none, the chain has no link yet.
pub(crate) fn checked(
    keys: &Keys,
    (table, kind, id): (&'static str, &str, Uuid),
    row: Option<Row>,
) -> Result<(u64, Hash), StoreError> {
    let Some(row) = row else { return Ok((0, START)) };
    let mut row = row.of(table, 0);
    let (version, head) = (row.take("version")?, row.take("head")?);
    let mac: Option<Vec<u8>> = row.take("mac")?;
    if keys.is_empty() {
        return Ok((version, head));
    }
    match keys.check(&head_content(kind, id, version, head), mac.as_deref()) {
        Verdict::Ours => Ok((version, head)),
        Verdict::Forged => Err(StoreError::not_ours(table, format!("{kind} {id}"))),
        Verdict::NoKey(id) => Err(StoreError::no_key(id)),
    }
}

/// What asks for the head of a stream.
pub(crate) fn ask_stream(stream: Stream) -> (&'static str, Vec<Value>) {
    (OF_STREAM, vec![stream.kind.into_str().into(), stream.id.into()])
}

/// What asks for the head of a ledger.
pub(crate) fn ask_ledger(case: CaseId) -> (&'static str, Vec<Value>) {
    (OF_LEDGER, vec![case.0.into()])
}

/// The head of a stream, and what stands of its key; nothing where there is no
/// such stream.
pub(crate) fn read_stream(
    keys: &Keys,
    stream: Stream,
    row: Option<Row>,
) -> Result<((u64, Hash), Option<Held>), StoreError> {
    let number = |row: &Row| matches!(row.get("destroyed"), Some(Value::Int(_))).then_some(0);
    let held = row.as_ref().map(|row| match row.get("wrapped") {
        Some(Value::Bytes(wrapped)) => Held::read(Some(wrapped.clone()), number(row)),
        _ => Held::read(None, number(row)),
    });
    Ok((checked(keys, ("streams", stream.kind.into_str(), stream.id), row)?, held))
}

pub(crate) fn read_ledger(keys: &Keys, case: CaseId, row: Option<Row>) -> Result<(u64, Hash), StoreError> {
    checked(keys, ("ledgers", LEDGER, case.0), row)
}

impl Heads {
    /// Asks for the heads of these streams, and of the ledgers of those that
    /// are cases, in one round trip. To SQLite there is no trip to save.
    pub fn fetch(
        connection: &mut Connection,
        streams: impl Iterator<Item = Stream>,
    ) -> Result<Self, StoreError> {
        let mut heads = Self::default();
        if connection.engine() == Engine::Sqlite {
            return Ok(heads);
        }
        let streams: BTreeSet<Stream> = streams.collect();
        let cases: Vec<CaseId> =
            streams.iter().filter(|s| s.kind == StreamKind::Case).map(|s| CaseId(s.id)).collect();
        let mut asked: Vec<(&'static str, Vec<Value>)> =
            streams.iter().map(|stream| ask_stream(*stream)).collect();
        asked.extend(cases.iter().map(|case| ask_ledger(*case)));
        let keys = connection.keys().clone();
        let mut answers = connection.query_all(&asked)?.into_iter().map(|rows| rows.into_iter().next());
        for (stream, row) in streams.into_iter().zip(answers.by_ref()) {
            let (head, held) = read_stream(&keys, stream, row)?;
            heads.streams.insert(stream, head);
            heads.held.extend(held.map(|held| (stream.into(), held)));
        }
        for (case, row) in cases.into_iter().zip(answers) {
            heads.ledgers.insert(case, read_ledger(&keys, case, row)?);
        }
        Ok(heads)
    }
}
