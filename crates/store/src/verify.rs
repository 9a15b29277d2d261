//! Checks the whole record and the whole ledger, and says of every row that
//! was edited, deleted, reordered or cut off which one it is.
//!
//! A chain alone cannot show that it was removed whole together with its head,
//! that its end was cut off and the head put back, or that all of it was made
//! anew. Seals show those ([`crate::seal`]), for everything that was sealed.
//!
//! What is out of reach: what was written after the newest seal, and anything
//! at all for somebody who also makes the seals anew or removes the newest of
//! them. The second is found by a seal that was kept elsewhere
//! ([`check_kept`]); the first by nothing but a backup.

mod registers;
mod rows;
mod sealed;
mod security;

pub use sealed::check_kept;

use crate::chain::{Hash, START};
use crate::data_keys::{self, State};
use crate::heads::{LEDGER, head_content};
use crate::keys::KeyId;
use crate::ledger::{self, StoredEntry};
use crate::record::{self, Stream, StreamKind};
use crate::seal::Seal;
use crate::under_key::{self, Standing};
use crate::value::{Row, next_id};
use crate::{Db, StoreError, Tx, schema};
use domain::CaseId;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;
use strum::VariantArray;
use uuid::Uuid;

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its content is not what was written.
    Edited,
    /// It was there and is gone.
    Deleted,
    /// It stands where another was written.
    Reordered,
    /// The end of the chain is missing from here on.
    CutOff,
    /// It belongs to nothing, or was never written by the program.
    Stray,
    /// It cannot be read at all.
    Unreadable,
    /// A hold was settled a second time.
    SettledTwice,
    /// It names an entry (or a hold) that its case does not have.
    NamesNothing,
    /// Its idempotency key or id was used before.
    Repeated,
    /// All of it is gone, from its first row to this one, and its head too.
    RemovedWhole,
    /// Its hash is not the one that was sealed: it, or something before it,
    /// was made anew.
    NotAsSealed,
    /// It is not the seal that somebody kept.
    NotAsKept,
    /// They are not what the ledger adds up to.
    NotAsAdded,
    /// Whoever wrote it did not have the key of the program.
    NotOurs,
    /// There is a key, and nothing here is under it yet.
    NotUnderKey,
}

/// What could not be checked, since the key that it was written with is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unchecked(BTreeMap<KeyId, u64>);

impl Unchecked {
    fn add(&mut self, key: KeyId, more: u64) {
        *self.0.entry(key).or_default() += more;
    }

    /// How many rows, heads and seals there are of each key that is not here.
    pub fn of_each(&self) -> impl Iterator<Item = (KeyId, u64)> {
        self.0.iter().map(|(key, rows)| (*key, *rows))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub table: &'static str,
    /// The stream or case, as `case 0197…`.
    pub stream: String,
    /// The place in it, where there is one.
    pub seq: Option<u64>,
    pub wrong: Wrong,
}

/// What was checked and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub streams: u64,
    pub events: u64,
    pub ledgers: u64,
    pub entries: u64,
    pub seals: u64,
    /// The newest seal, for keeping elsewhere.
    pub newest_seal: Option<Seal>,
    /// How many streams and ledgers have grown since they were last sealed.
    pub unsealed: u64,
    /// Registers of cases, and what is entered in them.
    pub registers: u64,
    pub registered: u64,
    /// Logs of security events, and the events in them.
    pub security_logs: u64,
    pub security_events: u64,
    /// Rows that carry a MAC.
    pub keyed_rows: u64,
    /// Streams whose key was destroyed: what was in them can be read by nobody.
    pub destroyed: u64,
    pub unchecked: Unchecked,
    pub faults: Vec<Fault>,
}

/// How many streams are checked in one snapshot.
const PAGE: u32 = 100;

const COUNT: &str = "SELECT COUNT(*) FROM streams";
const COUNT_LEDGERS: &str = "SELECT COUNT(*) FROM ledgers";
const HEADS: &str =
    "SELECT id, version, head, mac FROM streams WHERE kind = $1 AND id >= $2 ORDER BY id LIMIT $3";
const EVENTS: &str = "SELECT stream_kind, stream_id, seq, at, author, type, body, hash FROM events
    WHERE stream_kind = $1 AND stream_id = $2 ORDER BY seq";
const STRAY_EVENTS: &str = "SELECT e.stream_kind, e.stream_id, MIN(e.seq) AS seq FROM events e
    WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.kind = e.stream_kind AND s.id = e.stream_id)
    GROUP BY e.stream_kind, e.stream_id ORDER BY e.stream_kind, e.stream_id LIMIT 100";
const KINDS: &str = "SELECT DISTINCT kind FROM streams ORDER BY kind";
const OF_KIND: &str = "SELECT kind, id FROM streams WHERE kind = $1 ORDER BY id LIMIT 100";
const LEDGER_HEADS: &str =
    "SELECT case_id, entries, head, mac FROM ledgers WHERE case_id >= $1 ORDER BY case_id LIMIT $2";
const STRAY_ENTRIES: &str = "SELECT e.case_id, MIN(e.seq) AS seq FROM entries e
    WHERE NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.case_id = e.case_id)
    GROUP BY e.case_id ORDER BY e.case_id LIMIT 100";
const STRAY_MOVES: &str = "SELECT m.case_id, m.seq FROM moves m
    WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = m.case_id AND e.seq = m.seq)
    ORDER BY m.case_id, m.seq, m.no LIMIT 100";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    COUNT,
    COUNT_LEDGERS,
    HEADS,
    EVENTS,
    STRAY_EVENTS,
    KINDS,
    OF_KIND,
    LEDGER_HEADS,
    STRAY_ENTRIES,
    STRAY_MOVES,
];
#[cfg(test)]
pub(crate) use registers::ALL as ALL_REGISTERS;
#[cfg(test)]
pub(crate) use rows::ALL as ALL_ROWS;
#[cfg(test)]
pub(crate) use sealed::ALL as ALL_SEALED;
#[cfg(test)]
pub(crate) use security::ALL as ALL_SECURITY;

/// Checks everything. `progress` hears how many of how many streams and
/// ledgers are done. It can run while the program serves.
pub async fn verify(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<Report, StoreError> {
    let total = db.read(|tx| Ok::<_, StoreError>(count(tx, COUNT)? + count(tx, COUNT_LEDGERS)?)).await?;
    let mut report = sealed::check_seals(db).await?;
    for kind in StreamKind::VARIANTS.iter().copied() {
        let mut from = next_id(None);
        while let Some(id) = from {
            let (page, last) = db.read(move |tx| check_streams(tx, kind, id)).await?;
            report.add(page);
            progress(report.streams, total);
            from = last.and_then(|last| next_id(Some(last)));
        }
    }
    let mut from = next_id(None);
    while let Some(id) = from {
        let (page, last) = db.read(move |tx| check_ledgers(tx, id)).await?;
        report.add(page);
        progress(report.streams + report.ledgers, total);
        from = last.and_then(|last| next_id(Some(last)));
    }
    report.add(registers::check_registers(db).await?);
    report.add(security::check_logs(db).await?);
    report.add(rows::check_rows(db).await?);
    report.faults.extend(db.read(strays).await?);
    report.faults.extend(schema::compare(db).await?.into_iter().map(of_schema));
    report.faults.extend(db.read(sealed::removed_whole).await?);
    Ok(report)
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn add(&mut self, page: Self) {
        self.streams += page.streams;
        self.events += page.events;
        self.ledgers += page.ledgers;
        self.entries += page.entries;
        self.unsealed += page.unsealed;
        self.registers += page.registers;
        self.registered += page.registered;
        self.security_logs += page.security_logs;
        self.security_events += page.security_events;
        self.keyed_rows += page.keyed_rows;
        self.destroyed += page.destroyed;
        page.unchecked.of_each().for_each(|(key, rows)| self.unchecked.add(key, rows));
        self.faults.extend(page.faults);
    }
}

/// A row of a chain: where it stands, the hash it carries, and the hash that
/// its content would have at any place.
trait Link {
    fn seq(&self) -> u64;
    fn hash(&self) -> Hash;
    fn hash_as(&self, before: Hash, seq: u64) -> Hash;
}

/// How many missing rows in a row are named one by one.
const NAMED: usize = 1000;

/// Compares a chain that follows `start` with its head, and gives each place
/// where it is wrong. If it is not known what it follows, its first row is
/// believed.
fn check_chain<L: Link>(start: Option<Hash>, links: &[L], version: u64, head: Hash) -> Vec<(u64, Wrong)> {
    let mut wrong = Vec::new();
    let (mut before, mut expected) = (start.unwrap_or(START), 1);
    for (i, link) in links.iter().enumerate() {
        let seq = link.seq();
        if seq > version {
            wrong.push((seq, Wrong::Stray));
            continue;
        }
        let mut hash = link.hash();
        if seq > expected {
            // The hash of what is gone is not known, so this one is believed.
            wrong.extend((expected..seq).take(NAMED).map(|missing| (missing, Wrong::Deleted)));
        } else if (start.is_some() || i > 0) && link.hash_as(before, seq) != hash {
            let other = hash_of_other(links, i, before);
            wrong.push((seq, if other.is_some() { Wrong::Reordered } else { Wrong::Edited }));
            hash = other.unwrap_or(hash);
        }
        before = hash;
        expected = seq + 1;
    }
    if expected <= version {
        wrong.push((expected, Wrong::CutOff));
    } else if wrong.is_empty() && before != head {
        wrong.push((version, Wrong::Edited));
    }
    wrong
}

/// The hash at place `i` if another row's content belongs there.
fn hash_of_other<L: Link>(links: &[L], i: usize, before: Hash) -> Option<Hash> {
    let seq = links[i].seq();
    links.iter().enumerate().filter(|(j, _)| *j != i).find_map(|(_, other)| {
        let hash = other.hash_as(before, seq);
        (hash == other.hash() || hash == links[i].hash()).then_some(hash)
    })
}

struct StoredEvent {
    stream: Stream,
    seq: u64,
    at: i64,
    author: String,
    word: String,
    body: String,
    hash: Hash,
}

impl Link for StoredEvent {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn hash(&self) -> Hash {
        self.hash
    }

    fn hash_as(&self, before: Hash, seq: u64) -> Hash {
        record::event_hash(before, self.stream, seq, self.at, &self.author, &self.word, &self.body)
    }
}

impl Link for StoredEntry {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn hash(&self) -> Hash {
        self.hash
    }

    fn hash_as(&self, before: Hash, seq: u64) -> Hash {
        ledger::entry_hash(before, seq, &self.entry, &self.moves)
    }
}

fn check_streams(
    tx: &mut Tx<'_>,
    kind: StreamKind,
    from: Uuid,
) -> Result<(Report, Option<Uuid>), StoreError> {
    let (mut report, mut last) = (Report::default(), None);
    let is_under_key = under_key::standing(tx)? != Standing::NotYet;
    let rows = tx.query(HEADS, &[kind.into_str().into(), from.into(), PAGE.into()])?;
    let sealed = sealed::of_page(tx, kind.into_str(), from, &rows)?;
    for row in rows {
        let mut row = row.of("streams", 1);
        let stream = Stream { kind, id: row.take("id")? };
        let (version, head) = (row.take("version")?, row.take::<Hash>("head"));
        let mac: Option<Vec<u8>> = row.take("mac")?;
        last = Some(stream.id);
        report.streams += 1;
        let fault = |table, seq, wrong| Fault { table, stream: stream.to_string(), seq, wrong };
        let Ok(head) = head else {
            report.faults.push(fault("streams", None, Wrong::Unreadable));
            continue;
        };
        if is_under_key {
            let content = head_content(kind.into_str(), stream.id, version, head);
            let wrong = rows::of_mac(tx, &content, mac.as_deref(), &mut report.unchecked);
            report.faults.extend(wrong.map(|wrong| fault("streams", Some(version), wrong)));
        }
        if tx.is_encrypted() && kind.is_personal() {
            let wrong = of_key(tx, stream, &mut report)?;
            report.faults.extend(wrong.map(|wrong| fault("data_keys", None, wrong)));
        }
        let mut events = Vec::new();
        for (no, row) in (1..).zip(tx.query(EVENTS, &[kind.into_str().into(), stream.id.into()])?) {
            match read_event(stream, row) {
                Ok(event) => events.push(event),
                Err(_) => report.faults.push(fault("events", Some(no), Wrong::Unreadable)),
            }
        }
        report.events += events.len() as u64;
        report.unsealed += u64::from(sealed.is_behind(stream.id, version));
        let whole = report.faults.iter().all(|f| f.wrong == Wrong::NotOurs || f.stream != stream.to_string());
        let mut wrong = if whole { check_chain(Some(START), &events, version, head) } else { Vec::new() };
        sealed.check(stream.id, &events, version, &mut wrong);
        report.faults.extend(wrong.into_iter().map(|(seq, wrong)| fault("events", Some(seq), wrong)));
    }
    Ok((report, last))
}

/// What is wrong with the key of a stream in which everything is encrypted. What the
/// MAC of its row says is said with all others.
fn of_key(tx: &mut Tx<'_>, stream: Stream, report: &mut Report) -> Result<Option<Wrong>, StoreError> {
    match data_keys::state(tx, stream)? {
        State::Destroyed => report.destroyed += 1,
        State::Here | State::NoRing => {}
        State::Forged => return Ok(Some(Wrong::NotOurs)),
        State::Gone => return Ok(Some(Wrong::Deleted)),
    }
    Ok(None)
}

fn read_event(stream: Stream, row: Row) -> Result<StoredEvent, StoreError> {
    let mut row = row.of("events", 3);
    row.take::<String>("stream_kind")?;
    row.take::<Uuid>("stream_id")?;
    Ok(StoredEvent {
        stream,
        seq: row.take("seq")?,
        at: row.take("at")?,
        author: row.take("author")?,
        word: row.take("type")?,
        body: row.take("body")?,
        hash: row.take("hash")?,
    })
}

fn check_ledgers(tx: &mut Tx<'_>, from: Uuid) -> Result<(Report, Option<Uuid>), StoreError> {
    let (mut report, mut last) = (Report::default(), None);
    let is_under_key = under_key::standing(tx)? != Standing::NotYet;
    let rows = tx.query(LEDGER_HEADS, &[from.into(), PAGE.into()])?;
    let sealed = sealed::of_page(tx, LEDGER, from, &rows)?;
    for row in rows {
        let mut row = row.of("ledgers", 1);
        let case = CaseId(row.take("case_id")?);
        let (count, head) = (row.take("entries")?, row.take::<Hash>("head"));
        let mac: Option<Vec<u8>> = row.take("mac")?;
        last = Some(case.0);
        report.ledgers += 1;
        let fault = |table, seq, wrong| Fault { table, stream: format!("case {case}"), seq, wrong };
        let Ok(head) = head else {
            report.faults.push(fault("ledgers", None, Wrong::Unreadable));
            continue;
        };
        if is_under_key {
            let content = head_content(LEDGER, case.0, count, head);
            let wrong = rows::of_mac(tx, &content, mac.as_deref(), &mut report.unchecked);
            report.faults.extend(wrong.map(|wrong| fault("ledgers", Some(count), wrong)));
        }
        let (entries, unreadable) = ledger::everything(tx, case)?;
        report.entries += entries.len() as u64;
        report.unsealed += u64::from(sealed.is_behind(case.0, count));
        let mut wrong: Vec<_> = unreadable.iter().map(|seq| (*seq, Wrong::Unreadable)).collect();
        if wrong.is_empty() {
            wrong = check_chain(Some(START), &entries, count, head);
            wrong.extend(check_meaning(&entries));
        }
        sealed.check(case.0, &entries, count, &mut wrong);
        // Of a ledger that is not sound it cannot be said what it adds up to.
        if wrong.is_empty() && !ledger::sums_of(&entries).are_kept(tx, case)? {
            report.faults.push(fault("sums", None, Wrong::NotAsAdded));
        }
        report.faults.extend(wrong.into_iter().map(|(seq, wrong)| fault("entries", Some(seq), wrong)));
    }
    Ok((report, last))
}

/// Keys and ids are used once, a hold is settled once and after it was made,
/// and what is corrected was there. (That every entry balances is checked by
/// reading it.)
fn check_meaning(entries: &[StoredEntry]) -> Vec<(u64, Wrong)> {
    let mut wrong = Vec::new();
    let (mut keys, mut ids, mut holds, mut settled) =
        (HashSet::new(), HashSet::new(), HashSet::new(), HashSet::new());
    for StoredEntry { seq, entry, .. } in entries {
        if let Some(hold) = entry.purpose.settles() {
            if !holds.contains(&hold) {
                wrong.push((*seq, Wrong::NamesNothing));
            }
            if !settled.insert(hold) {
                wrong.push((*seq, Wrong::SettledTwice));
            }
        }
        if entry.purpose.corrects().is_some_and(|corrected| !ids.contains(&corrected)) {
            wrong.push((*seq, Wrong::NamesNothing));
        }
        if !keys.insert(&entry.key) | !ids.insert(entry.id) {
            wrong.push((*seq, Wrong::Repeated));
        }
        if matches!(entry.purpose, domain::ledger::Purpose::Hold { .. }) {
            holds.insert(entry.id);
        }
    }
    wrong
}

/// Rows that no head accounts for.
fn strays(tx: &mut Tx<'_>) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Vec::new();
    for row in tx.query(STRAY_EVENTS, &[])? {
        let mut row = row.of("events", 2);
        let (kind, id): (String, Uuid) = (row.take("stream_kind")?, row.take("stream_id")?);
        // The head of a stream of ours is gone; other kinds were never ours.
        let wrong = if StreamKind::from_str(&kind).is_ok() { Wrong::Deleted } else { Wrong::Stray };
        faults.push(Fault { table: "streams", stream: format!("{kind} {id}"), seq: None, wrong });
    }
    for kind in tx.query(KINDS, &[])? {
        let kind: String = kind.of("streams", 1).take("kind")?;
        if StreamKind::from_str(&kind).is_ok() {
            continue;
        }
        for row in tx.query(OF_KIND, &[kind.into()])? {
            let mut row = row.of("streams", 2);
            let stream = format!("{} {}", row.take::<String>("kind")?, row.take::<Uuid>("id")?);
            faults.push(Fault { table: "streams", stream, seq: None, wrong: Wrong::Stray });
        }
    }
    for row in tx.query(STRAY_ENTRIES, &[])? {
        let stream = format!("case {}", row.of("entries", 1).take::<Uuid>("case_id")?);
        faults.push(Fault { table: "ledgers", stream, seq: None, wrong: Wrong::Deleted });
    }
    for case in crate::sums::strays(tx)? {
        let stream = format!("case {case}");
        faults.push(Fault { table: "sums", stream, seq: None, wrong: Wrong::Stray });
    }
    for row in tx.query(STRAY_MOVES, &[])? {
        let mut row = row.of("moves", 2);
        let stream = format!("case {}", row.take::<Uuid>("case_id")?);
        faults.push(Fault { table: "moves", stream, seq: Some(row.take("seq")?), wrong: Wrong::Stray });
    }
    Ok(faults)
}

/// What is no row, and is not as the program makes it.
fn of_schema(found: schema::Difference) -> Fault {
    let wrong = match found.how {
        schema::How::Gone => Wrong::Deleted,
        schema::How::Changed => Wrong::Edited,
        schema::How::Strange => Wrong::NotOurs,
    };
    Fault { table: "schema", stream: found.what, seq: None, wrong }
}

fn count(tx: &mut Tx<'_>, sql: &'static str) -> Result<u64, StoreError> {
    tx.query_opt(sql, &[])?.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.table, self.stream)?;
        match self.seq {
            Some(seq) if self.wrong == Wrong::RemovedWhole => write!(f, ", numbers 1 to {seq}")?,
            Some(seq) => write!(f, ", number {seq}")?,
            None => {}
        }
        write!(f, ": {}", self.wrong)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Reordered => "reordered",
            Self::CutOff => "cut off from here on",
            Self::Stray => "belongs to nothing",
            Self::Unreadable => "cannot be read",
            Self::SettledTwice => "settles a hold that was settled before",
            Self::NamesNothing => "names an entry that is not there",
            Self::Repeated => "its key or its id was used before",
            Self::RemovedWhole => "removed whole",
            Self::NotAsSealed => "not what was sealed: it, or something before it, was made anew",
            Self::NotAsKept => "not the seal that was kept",
            Self::NotOurs => "was not written by this program",
            Self::NotUnderKey => {
                "nothing here is under the key yet: \"phb adopt-key\" does that, once. If it was before, \
                 somebody took it away"
            }
            Self::NotAsAdded => "not what the ledger adds up to",
        })
    }
}
