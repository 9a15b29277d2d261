//! Seals: now and then it is written down how far every stream, every ledger,
//! every register and every security log has come, so that one that is later gone, or shorter than it was, is
//! missed.
//!
//! A seal's members are those whose head moved since the seal before; each
//! member's hash covers the one before it, and a seal's hash covers its last
//! member, so that all seals are one chain. Nothing is added to what a write
//! has to do: the heads are compared page by page, each page in a snapshot of
//! its own. What was true of a head then stays true, because streams and
//! ledgers only grow; so pages of different moments may share a seal.

use crate::chain::{Chain, Hash, START};
use crate::heads::{LEDGER, REGISTER};
use crate::keys::{Key, KeyId};
use crate::record::StreamKind;
use crate::security::LOG;
use crate::value::{Row, Value, next_id};
use crate::{Db, StoreError, Tx};
use domain::Timestamp;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use strum::VariantArray;
use uuid::Uuid;

/// One seal, as somebody keeps it elsewhere: `12:9f86d0…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    pub number: u64,
    pub hash: Hash,
}

/// The most members of a seal: so many rows hold up those who write for a few
/// hundredths of a second.
const MOST: usize = 2_000;
/// How many heads are compared in one snapshot.
const PAGE: u32 = 500;

const NEWEST: &str = "SELECT number, hash FROM seals ORDER BY number DESC LIMIT 1";
const ONE: &str = "SELECT number, hash FROM seals WHERE number = $1";
const SEALED_SINCE: &str = "SELECT kind, id, version FROM seal_members WHERE seal > $1";
const STREAMS: &str = "SELECT s.id, s.version, s.head,
    (SELECT COALESCE(MAX(m.version), 0) FROM seal_members m WHERE m.kind = s.kind AND m.id = s.id) AS sealed
    FROM streams s WHERE s.kind = $1 AND s.id >= $2 ORDER BY s.id LIMIT $3";
const LEDGERS: &str = "SELECT l.case_id AS id, l.entries AS version, l.head,
    (SELECT COALESCE(MAX(m.version), 0) FROM seal_members m WHERE m.kind = $1 AND m.id = l.case_id) AS sealed
    FROM ledgers l WHERE l.case_id >= $2 ORDER BY l.case_id LIMIT $3";
const REGISTERS: &str = "SELECT r.case_id AS id, r.entries AS version, r.head,
    (SELECT COALESCE(MAX(m.version), 0) FROM seal_members m WHERE m.kind = $1 AND m.id = r.case_id) AS sealed
    FROM registers r WHERE r.case_id >= $2 ORDER BY r.case_id LIMIT $3";
const SECURITY_LOGS: &str = "SELECT l.id, l.events AS version, l.head,
    (SELECT COALESCE(MAX(m.version), 0) FROM seal_members m WHERE m.kind = $1 AND m.id = l.id) AS sealed
    FROM security_logs l WHERE l.id >= $2 ORDER BY l.id LIMIT $3";
const ADD: &str = "INSERT INTO seals (number, at, members, hash, mac) VALUES ($1, $2, $3, $4, $5)";
const ADD_MEMBER: &str = "INSERT INTO seal_members (seal, no, kind, id, version, head, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[NEWEST, ONE, SEALED_SINCE, STREAMS, LEDGERS, REGISTERS, SECURITY_LOGS, ADD, ADD_MEMBER];

/// A head that moved since it was sealed.
#[derive(Clone, Debug)]
struct Moved {
    kind: &'static str,
    id: Uuid,
    version: u64,
    head: Hash,
}

/// Where the comparing goes on.
#[derive(Clone, Copy, Debug)]
struct Place {
    kind: usize,
    id: Uuid,
}

/// Seals every stream and ledger that moved since the last time, in as many
/// seals as it takes; the newest of those made, or `None` if nothing had moved.
/// It can run while people write, and in two programs at once.
///
/// # Errors
/// Where the database may not be written ([`Db::may_be_written`]), also if
/// nothing had moved.
pub async fn seal(db: &Db, at: Timestamp) -> Result<Option<Seal>, StoreError> {
    db.may_be_written()?;
    let (mut made, mut place) = (None, next_id(None).map(|id| Place { kind: 0, id }));
    while let Some(from) = place {
        let seen = db.read(newest).await?;
        let (moved, next) = collect(db, from).await?;
        place = next;
        if !moved.is_empty() {
            made = db.write(move |tx| add(tx, seen, at, &moved)).await?.or(made);
        }
    }
    Ok(made)
}

/// The newest seal, if there is one.
pub fn newest(tx: &mut Tx<'_>) -> Result<Option<Seal>, StoreError> {
    tx.query_opt(NEWEST, &[])?.map(read).transpose()
}

/// The seal of a number, if there is one.
pub(crate) fn numbered(tx: &mut Tx<'_>, number: u64) -> Result<Option<Seal>, StoreError> {
    tx.query_opt(ONE, &[number.into()])?.map(read).transpose()
}

/// Heads that moved, from a place on: about [`MOST`] of them, and where to go on.
async fn collect(db: &Db, from: Place) -> Result<(Vec<Moved>, Option<Place>), StoreError> {
    let (mut moved, mut place) = (Vec::new(), Some(from));
    while let Some(here) = place.filter(|_| moved.len() < MOST) {
        let (some, next) = db.read(move |tx| compare(tx, here)).await?;
        moved.extend(some);
        place = next;
    }
    Ok((moved, place))
}

fn compare(tx: &mut Tx<'_>, place: Place) -> Result<(Vec<Moved>, Option<Place>), StoreError> {
    let (kind, table, sql) = match StreamKind::VARIANTS.get(place.kind) {
        Some(kind) => (kind.into_str(), "streams", STREAMS),
        None if place.kind == StreamKind::VARIANTS.len() => (LEDGER, "ledgers", LEDGERS),
        None if place.kind == StreamKind::VARIANTS.len() + 1 => (REGISTER, "registers", REGISTERS),
        None => (LOG, "security_logs", SECURITY_LOGS),
    };
    let rows = tx.query(sql, &[kind.into(), place.id.into(), PAGE.into()])?;
    let (mut moved, mut last) = (Vec::new(), None);
    let full = rows.len() == PAGE as usize;
    for row in rows {
        let mut row = row.of(table, 1);
        let id = row.take("id")?;
        last = Some(id);
        // One that cannot be read, or is shorter than it was, is for `verify`
        // to name: it does not keep the others from being sealed.
        let (version, head, sealed) = (row.take("version"), row.take("head"), row.take::<u64>("sealed"));
        if let (Ok(version), Ok(head), Ok(sealed)) = (version, head, sealed)
            && sealed < version
        {
            moved.push(Moved { kind, id, version, head });
        }
    }
    let further = next_id(last).filter(|_| full).map(|id| Place { kind: place.kind, id });
    let other = || Some(Place { kind: place.kind + 1, id: Uuid::nil() }).filter(|_| kind != LOG);
    Ok((moved, further.or_else(other)))
}

/// Adds a seal of what moved, but for what another program has sealed since
/// `seen` was the newest; none if that is all.
fn add(
    tx: &mut Tx<'_>,
    seen: Option<Seal>,
    at: Timestamp,
    moved: &[Moved],
) -> Result<Option<Seal>, StoreError> {
    let last = newest(tx)?;
    let sealed = if last == seen { HashMap::new() } else { sealed_since(tx, seen)? };
    let moved: Vec<&Moved> = moved
        .iter()
        .filter(|m| sealed.get(&(m.kind.to_owned(), m.id)).is_none_or(|version| *version < m.version))
        .collect();
    if moved.is_empty() {
        return Ok(None);
    }
    let (number, mut hash) = last.map_or((1, START), |seal| (seal.number + 1, seal.hash));
    let mut rows = Vec::with_capacity(moved.len());
    for (no, Moved { kind, id, version, head }) in (1_u64..).zip(moved.iter().copied()) {
        hash = member_hash(hash, number, no, kind, *id, *version, *head);
        let values: Vec<Value> = vec![
            number.into(),
            no.into(),
            (*kind).into(),
            (*id).into(),
            (*version).into(),
            (*head).into(),
            hash.into(),
        ];
        rows.push((ADD_MEMBER, values));
    }
    let members = moved.len() as u64;
    let key = tx.keys().current().map(Key::id);
    let hash = seal_hash(hash, number, at.as_microsecond(), members, key);
    let mac = tx.keys().mac(&seal_content(number, at.as_microsecond(), members, hash));
    tx.execute(ADD, &[number.into(), at.into(), members.into(), hash.into(), mac.into()])?;
    tx.execute_all(&rows)?;
    Ok(Some(Seal { number, hash }))
}

/// How far each chain was sealed in the seals after one.
fn sealed_since(tx: &mut Tx<'_>, seen: Option<Seal>) -> Result<HashMap<(String, Uuid), u64>, StoreError> {
    let after = seen.map_or(0, |seal| seal.number);
    let mut sealed = HashMap::new();
    for row in tx.query(SEALED_SINCE, &[after.into()])? {
        let mut row = row.of("seal_members", 2);
        let member = (row.take("kind")?, row.take("id")?);
        let version: u64 = row.take("version")?;
        sealed.entry(member).and_modify(|known: &mut u64| *known = version.max(*known)).or_insert(version);
    }
    Ok(sealed)
}

fn read(row: Row) -> Result<Seal, StoreError> {
    let mut row = row.of("seals", 1);
    Ok(Seal { number: row.take("number")?, hash: row.take("hash")? })
}

/// The hash of a member: over the hash before it and everything in its row.
pub(crate) fn member_hash(
    before: Hash,
    seal: u64,
    no: u64,
    kind: &str,
    id: Uuid,
    version: u64,
    head: Hash,
) -> Hash {
    Chain::after(before)
        .number(whole(seal))
        .number(whole(no))
        .text(kind)
        .bytes(id.as_bytes())
        .number(whole(version))
        .bytes(&head)
        .done()
}

/// The hash of a seal: over the hash of its last member, its own row, and which
/// key it was made with, so that it cannot be made out to have had none.
pub(crate) fn seal_hash(last: Hash, number: u64, at: i64, members: u64, key: Option<KeyId>) -> Hash {
    let chain = Chain::after(last).number(whole(number)).number(at).number(whole(members));
    match key {
        None => chain,
        Some(key) => chain.text(&key.to_string()),
    }
    .done()
}

/// What the MAC of a seal covers.
pub(crate) fn seal_content(number: u64, at: i64, members: u64, hash: Hash) -> Vec<u8> {
    let numbers = [number.to_be_bytes(), at.to_be_bytes(), members.to_be_bytes()].concat();
    [b"seal\n".as_slice(), &numbers, &hash].concat()
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, hex::encode(self.hash))
    }
}

impl FromStr for Seal {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seal = || {
            let (number, hash) = text.trim().split_once(':')?;
            let mut bytes = START;
            hex::decode_to_slice(hash, &mut bytes).ok()?;
            Some(Self { number: number.parse().ok().filter(|n| *n > 0)?, hash: bytes })
        };
        seal().ok_or("a seal is its number, a colon and the 64 letters and figures of its hash")
    }
}
