//! The record: append-only streams of events, each chained to the one before
//! by a hash, so that a changed, missing or moved event can be found.

use crate::chain::{Chain, Hash, START as BEGINNING};
use crate::heads::{self, head_content};
use crate::value::{Row, Value, next_id};
use crate::{StoreError, Tx, data_keys};
use domain::{AccountId, Author, Recorded, Timestamp};
use phb_cipher::{Place, Secret};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use domain::{Stream, StreamKind};

const START: &str = "INSERT INTO streams (kind, id, version, head, mac) VALUES ($1, $2, $3, $4, $5)";
const ADVANCE: &str =
    "UPDATE streams SET version = $3, head = $4, mac = $5 WHERE kind = $1 AND id = $2 AND version = $6";
const APPEND: &str = "INSERT INTO events (stream_kind, stream_id, seq, at, author, type, body, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const LOAD: &str = "SELECT stream_kind, stream_id, seq, at, author, body, type FROM events
    WHERE stream_kind = $1 AND stream_id = $2 AND seq > $3 AND at <= $4 ORDER BY seq";
const LOAD_LINKS: &str = "SELECT stream_kind, stream_id, seq, at, author, body, type, hash FROM events
    WHERE stream_kind = $1 AND stream_id = $2 AND seq >= $3 ORDER BY seq";
const LOAD_BEFORE: &str = "SELECT stream_kind, stream_id, seq, at, author, body, type FROM events
    WHERE stream_kind = $1 AND stream_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4";
const LOAD_SOME: &str = "SELECT stream_kind, stream_id, seq, at, author, body, type FROM events
    WHERE stream_kind = $1 AND stream_id = $2 AND seq IN ($3, $4, $5, $6, $7, $8, $9, $10) ORDER BY seq";
const STREAMS: &str = "SELECT id, version FROM streams WHERE kind = $1 AND id >= $2 ORDER BY id LIMIT $3";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[START, ADVANCE, APPEND, LOAD, LOAD_LINKS, LOAD_BEFORE, LOAD_SOME, STREAMS];

/// Adds events to a stream whose version was `seen` when they were decided
/// (0 for a new stream), and gives its new version. An event serialises to a
/// JSON object with a text field `type`. If somebody else wrote in between it
/// is a [`StoreError::Clash`] and nothing is added.
pub fn append<E: Serialize>(
    tx: &mut Tx<'_>,
    stream: Stream,
    seen: u64,
    by: Author,
    at: Timestamp,
    events: &[E],
) -> Result<u64, StoreError> {
    let (version, head) = head(tx, stream)?;
    if version != seen {
        return Err(StoreError::Clash { what: format!("{stream} was at {seen} and is at {version}") });
    }
    if events.is_empty() {
        return Ok(version);
    }
    let bodies = if version == 0 { Bodies::of_new(tx, stream)? } else { Bodies::of(tx, stream)? };
    let (mut seq, mut hash) = (version, head);
    let (kind, id, author): (Value, Value, Value) =
        (stream.kind.into_str().into(), stream.id.into(), author_text(by).into());
    let mut statements = Vec::with_capacity(events.len() + 1);
    for event in events {
        seq += 1;
        let (word, clear) = body_of(event, stream)?;
        let body = bodies.close(seq, &word, clear);
        hash = event_hash(hash, stream, seq, at.as_microsecond(), &author_text(by), &word, &body);
        let row = vec![
            kind.clone(),
            id.clone(),
            seq.into(),
            at.into(),
            author.clone(),
            word.into(),
            body.into(),
            hash.into(),
        ];
        statements.push((APPEND, row));
    }
    let mac: Value = tx.keys().mac(&head_content(stream.kind.into_str(), stream.id, seq, hash)).into();
    if version == 0 {
        statements.push((START, vec![kind, id, seq.into(), hash.into(), mac]));
    } else {
        statements.push((ADVANCE, vec![kind, id, seq.into(), hash.into(), mac, version.into()]));
    }
    tx.write_rows(statements, || format!("{stream} moved on from {seen}"))?;
    if let Some(heads) = tx.heads() {
        heads.streams.insert(stream, (seq, hash));
    }
    Ok(seq)
}

/// All events of a stream, in order, as [`load_after`] gives them.
pub fn load<E: DeserializeOwned>(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Recorded<E>>, StoreError> {
    load_after(tx, stream, 0)
}

/// The events after `seq`. Where there is a ring of keys they are followed to
/// the head of the stream: whoever may do what is worked out from them, so one
/// that somebody changed, took away or put in is not believed.
pub fn load_after<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    stream: Stream,
    seq: u64,
) -> Result<Vec<Recorded<E>>, StoreError> {
    if tx.keys().is_empty() {
        return load_between(tx, stream, seq, i64::MAX);
    }
    let (version, head) = head(tx, stream)?;
    if version > 0 && is_encrypted(tx, stream) {
        // What somebody still has in memory of a stream that was destroyed is gone too.
        data_keys::must_be_there(tx, stream.into())?;
    }
    if version <= seq {
        return Ok(vec![]);
    }
    let bodies = Bodies::of(tx, stream)?;
    let params = [stream.kind.into_str().into(), stream.id.into(), seq.into()];
    let (mut events, mut hash) = (Vec::new(), BEGINNING);
    for row in tx.query(LOAD_LINKS, &params)? {
        if seq > 0 && row.get("seq") == Some(&seq.into()) {
            // What these follow. With another one here they do not lead to the head.
            hash = row.of("events", 3).take("hash")?;
            continue;
        }
        let (after, event) = follow(row, &bodies, hash)?;
        hash = after;
        events.push(event);
    }
    if hash == head { Ok(events) } else { Err(StoreError::not_ours("events", stream)) }
}

/// An event as it stands in its row, for what carries it elsewhere to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub seq: u64,
    pub at: Timestamp,
    pub by: Author,
    /// The event as JSON, as it was written before it was encrypted.
    pub body: String,
    /// Over the hash before it and everything in its row, all in the clear. Where
    /// nothing is encrypted it is the hash that the row has.
    pub hash: [u8; 32],
}

/// All rows of a stream, in order. They are followed to its head, with or
/// without a ring of keys: what is not the record is carried nowhere. What is
/// given has a chain of its own, over what is in the clear, which whoever gets it
/// can follow.
pub fn written(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Written>, StoreError> {
    let (version, head) = head(tx, stream)?;
    if version == 0 {
        return Ok(vec![]);
    }
    let bodies = Bodies::of(tx, stream)?;
    let mut clear = BEGINNING;
    let params = [stream.kind.into_str().into(), stream.id.into(), 0_u64.into()];
    let (mut all, mut before) = (Vec::new(), BEGINNING);
    for row in tx.query(LOAD_LINKS, &params)? {
        let mut row = row.of("events", 3);
        row.take::<String>("stream_kind")?;
        row.take::<Uuid>("stream_id")?;
        let (seq, at): (u64, Timestamp) = (row.take("seq")?, row.take("at")?);
        let (text, body): (String, String) = (row.take("author")?, row.take("body")?);
        let word: String = row.take("type")?;
        let by = author(&text).ok_or_else(|| row.corrupt("author"))?;
        let micros = at.as_microsecond();
        before = event_hash(before, stream, seq, micros, &text, &word, &body);
        let body = bodies.open(seq, &word, body)?;
        clear = event_hash(clear, stream, seq, micros, &text, &word, &body);
        all.push(Written { seq, at, by, body, hash: clear });
    }
    if before == head { Ok(all) } else { Err(StoreError::not_ours("events", stream)) }
}

/// The hash that an event has where it follows another (32 zeros: none).
#[must_use]
pub fn hash_after(before: [u8; 32], stream: Stream, event: &Written, word: &str) -> [u8; 32] {
    let Written { seq, at, by, body, .. } = event;
    event_hash(before, stream, *seq, at.as_microsecond(), &author_text(*by), word, body)
}

/// The stream as it stood at an instant (what was recorded then included): all
/// that was there before the first event that came later. Servers' clocks differ
/// a little, so an event may bear an earlier time than the one before it; it is
/// never told without that one.
pub fn load_until<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    stream: Stream,
    at: Timestamp,
) -> Result<Vec<Recorded<E>>, StoreError> {
    let events = load_between(tx, stream, 0, at.as_microsecond())?;
    Ok((1_u64..).zip(events).take_while(|(seq, event)| *seq == event.seq).map(|(_, event)| event).collect())
}

/// At most `limit` events before `seq` (the newest if `None`), newest first.
pub fn load_before<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    stream: Stream,
    seq: Option<u64>,
    limit: u32,
) -> Result<Vec<Recorded<E>>, StoreError> {
    let below = seq.and_then(|seq| i64::try_from(seq).ok()).unwrap_or(i64::MAX);
    let params = [stream.kind.into_str().into(), stream.id.into(), below.into(), limit.into()];
    let rows = tx.query(LOAD_BEFORE, &params)?;
    all_recorded(tx, stream, rows)
}

/// So many numbers [`LOAD_SOME`] has place for.
const SOME: usize = 8;

/// The events with these numbers, in order, and no others.
pub fn load_some<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    stream: Stream,
    numbers: impl IntoIterator<Item = u64>,
) -> Result<Vec<Recorded<E>>, StoreError> {
    let numbers: std::collections::BTreeSet<u64> = numbers.into_iter().collect();
    let numbers: Vec<u64> = numbers.into_iter().collect();
    let mut events = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(SOME) {
        let mut params: Vec<Value> = vec![stream.kind.into_str().into(), stream.id.into()];
        // The places that are left have the first once more.
        params.extend((0..SOME).map(|at| some[if at < some.len() { at } else { 0 }].into()));
        let rows = tx.query(LOAD_SOME, &params)?;
        events.extend(all_recorded(tx, stream, rows)?);
    }
    Ok(events)
}

/// How many events a stream has; 0 if there is no such stream.
pub fn version(tx: &mut Tx<'_>, stream: Stream) -> Result<u64, StoreError> {
    head(tx, stream).map(|(version, _)| version)
}

/// Whether the program wrote the newest event of a stream, by its head. Without
/// a ring of keys nothing is asked.
pub fn check_head(tx: &mut Tx<'_>, stream: Stream) -> Result<(), StoreError> {
    if tx.keys().is_empty() { Ok(()) } else { head(tx, stream).map(drop) }
}

/// Streams of one kind and their versions, in the order of their ids, after
/// `after` (from the beginning if `None`).
pub fn all_streams(
    tx: &mut Tx<'_>,
    kind: StreamKind,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<(Uuid, u64)>, StoreError> {
    let Some(from) = next_id(after) else { return Ok(Vec::new()) };
    let rows = tx.query(STREAMS, &[kind.into_str().into(), from.into(), limit.into()])?;
    let read = |row: Row| {
        let mut row = row.of("streams", 1);
        Ok((row.take("id")?, row.take("version")?))
    };
    rows.into_iter().map(read).collect()
}

fn head(tx: &mut Tx<'_>, stream: Stream) -> Result<(u64, Hash), StoreError> {
    if let Some(known) = tx.heads().and_then(|heads| heads.streams.get(&stream)) {
        return Ok(*known);
    }
    let (sql, params) = heads::ask_stream(stream);
    let row = tx.query_opt(sql, &params)?;
    let (head, held) = heads::read_stream(tx.keys(), stream, row)?;
    if let Some(held) = held {
        tx.held().insert(stream.into(), held);
    }
    if let Some(heads) = tx.heads() {
        heads.streams.insert(stream, head);
    }
    Ok(head)
}

fn load_between<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    stream: Stream,
    after: u64,
    until: i64,
) -> Result<Vec<Recorded<E>>, StoreError> {
    let params = [stream.kind.into_str().into(), stream.id.into(), after.into(), until.into()];
    let rows = tx.query(LOAD, &params)?;
    all_recorded(tx, stream, rows)
}

fn all_recorded<E: DeserializeOwned>(
    tx: &mut Tx<'_>,
    stream: Stream,
    rows: Vec<Row>,
) -> Result<Vec<Recorded<E>>, StoreError> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let bodies = Bodies::of(tx, stream)?;
    rows.into_iter().map(|row| recorded(row, &bodies)).collect()
}

fn is_encrypted(tx: &Tx<'_>, stream: Stream) -> bool {
    tx.is_encrypted() && stream.kind.is_personal()
}

/// How the bodies of a stream are written and read: encrypted each for its place,
/// or as they are.
pub(crate) struct Bodies {
    stream: Stream,
    secret: Option<Secret>,
}

impl Bodies {
    pub fn of(tx: &mut Tx<'_>, stream: Stream) -> Result<Self, StoreError> {
        let is_encrypted = is_encrypted(tx, stream);
        if is_encrypted && tx.keys().is_empty() {
            return Err(StoreError::no_ring());
        }
        let secret = is_encrypted.then(|| data_keys::secret(tx, stream)).transpose()?;
        Ok(Self { stream, secret })
    }

    /// Of a stream that has no event yet.
    pub fn of_new(tx: &mut Tx<'_>, stream: Stream) -> Result<Self, StoreError> {
        let is_encrypted = is_encrypted(tx, stream);
        let secret = is_encrypted.then(|| data_keys::secret_or_new(tx, stream)).transpose()?;
        Ok(Self { stream, secret })
    }

    fn place(&self, seq: u64, word: &str) -> Place {
        let Stream { kind, id } = self.stream;
        Place::new(&[
            b"events",
            b"body",
            kind.into_str().as_bytes(),
            id.as_bytes(),
            &seq.to_be_bytes(),
            word.as_bytes(),
        ])
    }

    /// As it is stored.
    pub fn close(&self, seq: u64, word: &str, clear: String) -> String {
        match &self.secret {
            Some(secret) => secret.close_text(&self.place(seq, word), &clear),
            None => clear,
        }
    }

    /// As it was written. What is not encrypted where it should be was put there by
    /// somebody else.
    pub fn open(&self, seq: u64, word: &str, stored: String) -> Result<String, StoreError> {
        let Some(secret) = &self.secret else { return Ok(stored) };
        let not_ours = || StoreError::not_ours("events", format!("{} {seq}", self.stream));
        secret.open_text(&self.place(seq, word), &stored).ok_or_else(not_ours)
    }
}

fn recorded<E: DeserializeOwned>(row: Row, bodies: &Bodies) -> Result<Recorded<E>, StoreError> {
    let mut row = row.of("events", 3);
    row.take::<String>("stream_kind")?;
    row.take::<Uuid>("stream_id")?;
    let (seq, at) = (row.take("seq")?, row.take("at")?);
    let (by, body): (String, String) = (row.take("author")?, row.take("body")?);
    let by = author(&by).ok_or_else(|| row.corrupt("author"))?;
    let body = bodies.open(seq, &row.take::<String>("type")?, body)?;
    let event = serde_json::from_str(&body).map_err(|_| row.corrupt("body"))?;
    Ok(Recorded { seq, at, by, event })
}

/// An event, with the hash that it has where it follows another.
fn follow<E: DeserializeOwned>(
    row: Row,
    bodies: &Bodies,
    before: Hash,
) -> Result<(Hash, Recorded<E>), StoreError> {
    let text = |column| match row.get(column) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    let number = |column| match row.get(column) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    };
    let (seq, at) = (number("seq").unsigned_abs(), number("at"));
    let hash = event_hash(before, bodies.stream, seq, at, text("author"), text("type"), text("body"));
    recorded(row, bodies).map(|event| (hash, event))
}

fn body_of<E: Serialize>(event: &E, stream: Stream) -> Result<(String, String), StoreError> {
    let json = serde_json::to_value(event).ok();
    let word = json.as_ref().and_then(|json| json.get("type")).and_then(|word| word.as_str());
    match (word, serde_json::to_string(event)) {
        (Some(word), Ok(body)) => Ok((word.to_owned(), body)),
        // Written so that it could never be read again: better not written.
        _ => Err(StoreError::Sql { what: format!("an event for {stream} is not an object with a type") }),
    }
}

/// The hash of an event: over the hash before it and everything in its row.
pub(crate) fn event_hash(
    before: Hash,
    stream: Stream,
    seq: u64,
    at: i64,
    author: &str,
    word: &str,
    body: &str,
) -> Hash {
    Chain::after(before)
        .text(stream.kind.into_str())
        .bytes(stream.id.as_bytes())
        .number(i64::try_from(seq).unwrap_or(i64::MAX))
        .number(at)
        .text(author)
        .text(word)
        .text(body)
        .done()
}

/// As stored: `public`, `system` or the id of an account.
fn author_text(by: Author) -> String {
    match by {
        Author::Public => "public".to_owned(),
        Author::System => "system".to_owned(),
        Author::Account(id) => id.to_string(),
    }
}

fn author(text: &str) -> Option<Author> {
    match text {
        "public" => Some(Author::Public),
        "system" => Some(Author::System),
        id => id.parse::<AccountId>().ok().map(Author::Account),
    }
}
