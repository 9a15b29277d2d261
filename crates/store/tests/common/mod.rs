//! What the tests of the store share.
#![allow(dead_code, reason = "each test file uses its own part")]

use domain::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Posting, Purpose, transfer};
use domain::{Author, CaseId, Date, EntryId, HoldingId, LineId, Pence, Timestamp};
use serde::{Deserialize, Serialize};
use std::process::Command;
use store::keys::Keys;
use store::verify::{Fault, Report};
use store::{Db, StoreError, Stream, StreamKind, ledger, record};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Event {
    Said { words: String },
    Left,
}

pub fn said(words: &str) -> Event {
    Event::Said { words: words.to_owned() }
}

pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).expect("an instant")
}

pub fn case_stream(n: u128) -> Stream {
    Stream { kind: StreamKind::Case, id: Uuid::from_u128(n) }
}

pub const HOLDING: HoldingId = HoldingId(Uuid::from_u128(77));

pub fn holding() -> Account {
    Account::Holding(HOLDING)
}

pub fn line() -> Account {
    Account::Line(LineId(Uuid::from_u128(78)))
}

pub fn heading(case: u128, n: u128, purpose: Purpose) -> Heading {
    Heading {
        id: EntryId(Uuid::from_u128(n)),
        case: CaseId(Uuid::from_u128(case)),
        purpose,
        cause: Cause::InstalmentPromised,
        about: Uuid::from_u128(5),
        by: None,
        happened: Date::constant(2026, 3, 1),
        recorded: at(7),
        key: format!("key {n}"),
    }
}

pub fn entry_of(case: u128, n: u128, purpose: Purpose, postings: Vec<Posting>) -> Entry {
    Entry::new(heading(case, n, purpose), postings).expect("it balances")
}

pub fn entry(case: u128, n: u128, purpose: Purpose) -> Entry {
    let from = Account::Funding(Funder::Nhs);
    entry_of(case, n, purpose, transfer(Layer::Actual, from, holding(), Pence(1200)).to_vec())
}

pub async fn post(db: &Db, entry: &Entry) -> Result<ledger::Posted, StoreError> {
    let entry = entry.clone();
    db.write(move |tx| ledger::post(tx, &entry)).await
}

pub async fn append(db: &Db, stream: Stream, seen: u64, events: Vec<Event>) -> Result<u64, StoreError> {
    db.write(move |tx| record::append(tx, stream, seen, Author::System, at(3), &events)).await
}

/// Some keys.
pub fn keys() -> Keys {
    Keys::parse(&"5a".repeat(32)).expect("a key")
}

/// What is wrong with rows. To get at those of SQLite its triggers are taken
/// away, which is named too.
pub fn of_rows(report: &Report) -> Vec<&Fault> {
    report.faults.iter().filter(|fault| fault.table != "schema").collect()
}

/// Runs SQL behind the program's back, with the database's own guards off.
pub fn tamper(url: &str, sql: &str) -> Result<(), String> {
    if url.starts_with("postgres") {
        let sql = format!("SET session_replication_role = replica; {sql}");
        let output = Command::new("psql")
            .args(["--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-c", &sql, url])
            .output()
            .expect("psql");
        return if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        };
    }
    let db = rusqlite::Connection::open(url).expect("the file opens");
    let triggers: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect("the triggers");
    for trigger in triggers {
        db.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
    }
    db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).map_err(|e| e.to_string())
}
