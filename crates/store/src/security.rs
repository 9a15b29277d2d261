//! Security events. Each is a row of the log of one day and one server: so
//! servers that share a database never wait for each other's log, and a day is
//! removed whole. The rows of a log are a chain with a head, like the events of
//! a stream; the MAC of the head covers the day too, and whether the rows were
//! removed, so that nobody without the key makes them go.

use crate::chain::{Chain, Hash};
use crate::heads::{checked, head_content};
use crate::value::{Row, Value, encode};
use crate::{StoreError, Tx};
use domain::security::{Kind, Outcome};
use domain::{AccountId, CaseId, Date, Timestamp};
use uuid::Uuid;

/// How such a log is called among the kinds of chains that are sealed.
pub(crate) const LOG: &str = "security-log";

const HEAD: &str = "SELECT events AS version, head, mac, day, removed FROM security_logs WHERE id = $1";
const BEGIN: &str = "INSERT INTO security_logs (id, day, removed, events, head, mac)
    VALUES ($1, $2, '', $3, $4, $5)";
const ADVANCE: &str =
    "UPDATE security_logs SET events = $2, head = $3, mac = $4 WHERE id = $1 AND events = $5";
const ADD: &str = "INSERT INTO security_events (log_id, seq, at, last_at, times, kind, outcome, account_id,
    about_id, areas, case_id, reached, network, browser, reference, detail, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT log_id, seq, at, last_at, times, kind, outcome, account_id, about_id, areas, case_id, \
             reached, network, browser, reference, detail, hash FROM security_events ",
            $rest
        )
    };
}
const OF_LOG: &str = select!("WHERE log_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
const OF_AREA: &str = select!(
    "WHERE at >= $1 AND at < $2 AND (at, log_id, seq) < ($3, $4, $5) AND kind LIKE $6
     AND (areas LIKE $7 OR (areas = '' AND account_id IS NULL AND about_id IS NULL))
     ORDER BY at DESC, log_id DESC, seq DESC LIMIT $8"
);
const OF_ONE_IN_AREA: &str = select!(
    "WHERE at >= $1 AND at < $2 AND (at, log_id, seq) < ($3, $4, $5) AND kind LIKE $6
     AND areas LIKE $7 AND (account_id = $9 OR about_id = $9)
     ORDER BY at DESC, log_id DESC, seq DESC LIMIT $8"
);
const ABOUT: &str = select!(
    "WHERE about_id = $1 AND (at, log_id, seq) < ($2, $3, $4) ORDER BY at DESC, log_id DESC, seq DESC LIMIT $5"
);
const LOGS_SINCE: &str = "SELECT id, events FROM security_logs
    WHERE day >= $1 AND removed = '' ORDER BY day, id";
const FIRST_DAY: &str = "SELECT day FROM security_logs WHERE removed = '' ORDER BY day LIMIT 1";
const OLD: &str = "SELECT id, day, events FROM security_logs
    WHERE day < $1 AND removed = '' ORDER BY day, id LIMIT $2";
const REMOVE: &str = "UPDATE security_logs SET removed = $2, mac = $3 WHERE id = $1 AND removed = ''";
const DROP: &str = "DELETE FROM security_events WHERE log_id = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    HEAD,
    BEGIN,
    ADVANCE,
    ADD,
    OF_LOG,
    OF_AREA,
    OF_ONE_IN_AREA,
    ABOUT,
    LOGS_SINCE,
    FIRST_DAY,
    OLD,
    REMOVE,
    DROP,
];

/// The log of a day and a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    pub id: Uuid,
    pub day: Date,
}

/// Something that happened, once or several times alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityEvent {
    pub at: Timestamp,
    /// When it happened last; the same instant where it did once.
    pub last_at: Timestamp,
    pub times: u64,
    pub kind: Kind,
    pub outcome: Outcome,
    /// Who did it, or tried to.
    pub account: Option<AccountId>,
    /// Whose account it concerns; mostly their own.
    pub about: Option<AccountId>,
    /// The areas whose administrators see it: ids, a space before and after each.
    pub areas: String,
    pub case: Option<CaseId>,
    /// The declared address of the route, or the name of a command; never what
    /// somebody filled into it.
    pub reached: String,
    /// The network that it came from, under the key of this installation.
    pub network: String,
    /// What the browser is, in words.
    pub browser: String,
    /// The reference of the request.
    pub reference: String,
    /// A word of the program's that says more, never one of a person's.
    pub detail: String,
}

/// Where an event stands among all, by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: Timestamp,
    pub log: Uuid,
    pub seq: u64,
}

impl Place {
    /// After every event that there can be.
    pub const LAST: Self = Self { at: Timestamp::MAX, log: Uuid::max(), seq: i64::MAX as u64 };
}

/// What is read of an area.
#[derive(Clone, Debug)]
pub struct Asked {
    pub area: Uuid,
    pub from: Timestamp,
    pub until: Timestamp,
    pub kind: Option<Kind>,
    pub account: Option<AccountId>,
    pub before: Place,
    pub limit: u32,
}

/// How a list of areas is written, and looked for.
#[must_use]
pub fn areas_text(areas: &[Uuid]) -> String {
    areas.iter().map(|area| format!(" {area} ")).collect()
}

/// What is MACed of a log besides its head.
pub(crate) fn label(day: &str, removed: &str) -> String {
    format!("{LOG} {day} {removed}")
}

/// Adds events to a log, in this order.
pub fn add(tx: &mut Tx<'_>, log: Log, events: &[SecurityEvent]) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let (count, mut hash) = head(tx, log)?;
    let (mut seq, mut statements) = (count, Vec::with_capacity(events.len() + 1));
    for event in events {
        seq += 1;
        let mut row = row_of(log.id, seq, event);
        hash = event_hash(hash, &row);
        row.push(hash.into());
        statements.push((ADD, row));
    }
    let label = label(&log.day.to_string(), "");
    let mac: Value = tx.keys().mac(&head_content(&label, log.id, seq, hash)).into();
    statements.push(if count == 0 {
        (BEGIN, vec![log.id.into(), log.day.into(), seq.into(), hash.into(), mac])
    } else {
        (ADVANCE, vec![log.id.into(), seq.into(), hash.into(), mac, count.into()])
    });
    tx.write_rows(statements, || format!("the security log {}", log.id))?;
    if let Some(heads) = tx.heads() {
        heads.security.insert(log.id, (seq, hash));
    }
    Ok(())
}

fn head(tx: &mut Tx<'_>, log: Log) -> Result<(u64, Hash), StoreError> {
    if let Some(known) = tx.heads().and_then(|heads| heads.security.get(&log.id)) {
        return Ok(*known);
    }
    let row = tx.query_opt(HEAD, &[log.id.into()])?;
    let head = checked(tx.keys(), ("security_logs", &label(&log.day.to_string(), ""), log.id), row)?;
    if let Some(heads) = tx.heads() {
        heads.security.insert(log.id, head);
    }
    Ok(head)
}

/// The columns of an event but for its hash.
fn row_of(log: Uuid, seq: u64, event: &SecurityEvent) -> Vec<Value> {
    vec![
        log.into(),
        seq.into(),
        event.at.into(),
        event.last_at.into(),
        event.times.into(),
        event.kind.into_str().into(),
        event.outcome.into_str().into(),
        event.account.map(|account| account.0).into(),
        event.about.map(|account| account.0).into(),
        event.areas.as_str().into(),
        event.case.map(|case| case.0).into(),
        event.reached.as_str().into(),
        event.network.as_str().into(),
        event.browser.as_str().into(),
        event.reference.as_str().into(),
        event.detail.as_str().into(),
    ]
}

/// The hash of an event: over the hash before it and everything in its row.
pub(crate) fn event_hash(before: Hash, row: &[Value]) -> Hash {
    Chain::after(before).bytes(&encode(row)).done()
}

/// An event as it stands in its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub log: Uuid,
    pub seq: u64,
    pub event: SecurityEvent,
    pub(crate) hash: Hash,
}

impl Written {
    #[must_use]
    pub fn place(&self) -> Place {
        Place { at: self.event.at, log: self.log, seq: self.seq }
    }

    /// The hash that it would have elsewhere.
    pub(crate) fn hash_as(&self, before: Hash, seq: u64) -> Hash {
        event_hash(before, &row_of(self.log, seq, &self.event))
    }
}

fn read(row: Row) -> Result<Written, StoreError> {
    let mut row = row.of("security_events", 2);
    Ok(Written {
        log: row.take("log_id")?,
        seq: row.take("seq")?,
        event: SecurityEvent {
            at: row.take("at")?,
            last_at: row.take("last_at")?,
            times: row.take("times")?,
            kind: row.parse("kind")?,
            outcome: row.parse("outcome")?,
            account: row.take::<Option<Uuid>>("account_id")?.map(AccountId),
            about: row.take::<Option<Uuid>>("about_id")?.map(AccountId),
            areas: row.take("areas")?,
            case: row.take::<Option<Uuid>>("case_id")?.map(CaseId),
            reached: row.take("reached")?,
            network: row.take("network")?,
            browser: row.take("browser")?,
            reference: row.take("reference")?,
            detail: row.take("detail")?,
        },
        hash: row.take("hash")?,
    })
}

fn between(place: Place) -> [Value; 3] {
    [place.at.into(), place.log.into(), place.seq.into()]
}

/// What an area's administrators may read, the newest first: what concerns the
/// area, and what concerns nobody that is known.
pub fn of_area(tx: &mut Tx<'_>, asked: &Asked) -> Result<Vec<Written>, StoreError> {
    let [at, log, seq] = between(asked.before);
    let kind = asked.kind.map_or("%", |kind| kind.into_str());
    let area = format!("%{}%", areas_text(&[asked.area]));
    let mut params: Vec<Value> = vec![
        asked.from.into(),
        asked.until.into(),
        at,
        log,
        seq,
        kind.into(),
        area.into(),
        asked.limit.into(),
    ];
    let sql = match asked.account {
        None => OF_AREA,
        Some(account) => {
            params.push(account.0.into());
            OF_ONE_IN_AREA
        }
    };
    tx.query(sql, &params)?.into_iter().map(read).collect()
}

/// What concerns one account, the newest first.
pub fn about(
    tx: &mut Tx<'_>,
    account: AccountId,
    before: Place,
    limit: u32,
) -> Result<Vec<Written>, StoreError> {
    let [at, log, seq] = between(before);
    let params = [account.0.into(), at, log, seq, limit.into()];
    tx.query(ABOUT, &params)?.into_iter().map(read).collect()
}

/// The logs from a day on, and how many events each has.
pub fn logs_since(tx: &mut Tx<'_>, day: Date) -> Result<Vec<(Uuid, u64)>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("security_logs", 1);
        Ok((row.take("id")?, row.take("events")?))
    };
    tx.query(LOGS_SINCE, &[day.into()])?.into_iter().map(read).collect()
}

/// The events of a log after a place in it, `limit` at most.
pub fn of_log(tx: &mut Tx<'_>, log: Uuid, after: u64, limit: u32) -> Result<Vec<Written>, StoreError> {
    each_of_log(tx, log, after, limit)?.into_iter().collect()
}

/// The same, each as far as it can be read.
pub(crate) fn each_of_log(
    tx: &mut Tx<'_>,
    log: Uuid,
    after: u64,
    limit: u32,
) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
    Ok(tx.query(OF_LOG, &[log.into(), after.into(), limit.into()])?.into_iter().map(read).collect())
}

/// The first day of which events are still there.
pub fn first_day(tx: &mut Tx<'_>) -> Result<Option<Date>, StoreError> {
    tx.query_opt(FIRST_DAY, &[])?.map(|row| row.of("security_logs", 1).take("day")).transpose()
}

/// Logs of days before one, whose events are still there: with how many, the
/// oldest first.
pub fn older_than(tx: &mut Tx<'_>, day: Date, limit: u32) -> Result<Vec<(Log, u64)>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("security_logs", 1);
        Ok((Log { id: row.take("id")?, day: row.take("day")? }, row.take("events")?))
    };
    tx.query(OLD, &[day.into(), limit.into()])?.into_iter().map(read).collect()
}

/// Removes the events of a log. Its line stays, and says on which day they went.
pub fn remove(tx: &mut Tx<'_>, log: Log, today: Date) -> Result<(), StoreError> {
    let (count, hash) = head(tx, log)?;
    let label = label(&log.day.to_string(), &today.to_string());
    let mac: Value = tx.keys().mac(&head_content(&label, log.id, count, hash)).into();
    if tx.execute(REMOVE, &[log.id.into(), today.into(), mac])? == 1 {
        tx.execute(DROP, &[log.id.into()])?;
    }
    Ok(())
}
