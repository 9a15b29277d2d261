//! What the tests of the whole program share.
#![allow(dead_code, reason = "each test uses its part of this")]

pub mod alice;

use domain::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Purpose, transfer};
use domain::{AccountId, Author, CaseId, Date, EntryId, HoldingId, Pence, Timestamp};
use service::{App, Clock, Settings};
use std::process::{Command, Output};
use store::{Db, StoreError, Stream, StreamKind, ledger, record};
use uuid::Uuid;

/// Runs the real program.
pub fn phb(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_phb"))
        .args(arguments)
        .env_remove("PHB_DATABASE")
        .output()
        .expect("the program runs")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs the program and expects it to end well.
pub fn well(arguments: &[&str]) -> String {
    let output = phb(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// Runs the program and expects it to refuse.
pub fn badly(arguments: &[&str]) -> String {
    let output = phb(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// Runs `phb verify` and expects it to find something wrong.
pub fn wrong(arguments: &[&str]) -> String {
    let output = phb(&[&["verify"], arguments].concat());
    assert_eq!(output.status.code(), Some(4), "{arguments:?}: {}", said(&output));
    said(&output)
}

pub fn app(db: &Db) -> App {
    let clock = Clock::standing_at("2026-11-02T10:00:00Z".parse().expect("a time"));
    App::new(db.clone(), clock, Settings::default())
}

pub fn case_stream(case: CaseId) -> Stream {
    Stream { kind: StreamKind::Case, id: case.0 }
}

/// A database with an area, an account, Alice's case and three more with
/// money, and every list made.
pub async fn filled(url: &str) -> Db {
    let db = Db::open(url).await.expect("it opens");
    let app = app(&db);
    app.bring_up_to_date(|_, _| {}).await.expect("a new database is up to date");
    app.adopt_framework(Author::System, alice::framework()).await.expect("a framework");
    let (name, email) = (alice::line("Robert Fenwick"), "robert@example.org".parse());
    app.put_account(alice::HUSBAND, name, email.expect("an address")).await.expect("an account");
    alice::write(&db).await;
    for n in 1..=3_u128 {
        let case = CaseId(Uuid::from_u128(0xca5e_0000 + n));
        let events = alice::opening(&format!("Someone {n}"), &format!("NM-100{n}"));
        let at: Timestamp = "2026-10-01T09:00:00Z".parse().expect("a time");
        db.write::<_, StoreError>(move |tx| {
            record::append(tx, case_stream(case), 0, Author::System, at, &events)?;
            for entry in entries(case, n) {
                ledger::post(tx, &entry)?;
            }
            Ok(())
        })
        .await
        .expect("a case");
    }
    app.rebuild(|_| {}).await.expect("lists");
    db
}

/// Money that came in, was set aside and was spent.
fn entries(case: CaseId, n: u128) -> Vec<Entry> {
    let id = |k: u128| EntryId(Uuid::from_u128(0xe000_0000 + n * 100 + k));
    let holding = Account::Holding(HoldingId(Uuid::from_u128(0x401d + n)));
    let entry = |k: u128, purpose, from, to, pence| {
        let heading = Heading {
            id: id(k),
            case,
            purpose,
            cause: Cause::InstalmentPaid,
            about: id(k).0,
            by: Some(AccountId(Uuid::from_u128(7))),
            happened: Date::constant(2026, 10, 2),
            recorded: "2026-10-02T09:00:00Z".parse().expect("a time"),
            key: format!("entry {k}"),
        };
        Entry::new(heading, transfer(Layer::Actual, from, to, Pence(pence)).to_vec()).expect("it balances")
    };
    vec![
        entry(1, Purpose::Plain, Account::Funding(Funder::Nhs), holding, 123_456),
        entry(2, Purpose::Hold { expires: None }, holding, Account::Unmatched, 1_999),
        entry(3, Purpose::Release { hold: id(2) }, Account::Unmatched, holding, 1_999),
        entry(4, Purpose::Plain, holding, Account::Unmatched, 4_200),
    ]
}
