//! Whatever somebody does to the rows behind the program's back is named.

mod common;

use common::{append, case_stream, entry, post, said, tamper};
use domain::EntryId;
use domain::ledger::Purpose;
use store::Db;
use store::verify::{Wrong, verify};
use uuid::Uuid;

async fn filled(url: &str) -> Db {
    let db = Db::open(url).await.expect("it opens");
    for n in 1..=3 {
        let events = (0..6).map(|i| said(&format!("event {i} of {n}"))).collect();
        append(&db, case_stream(n), 0, events).await.expect("appended");
    }
    let hold = EntryId(Uuid::from_u128(101));
    post(&db, &entry(1, 101, Purpose::Hold { expires: None })).await.expect("posted");
    post(&db, &entry(1, 102, Purpose::Post { hold })).await.expect("posted");
    let correct = Purpose::Correct { entry: EntryId(Uuid::from_u128(102)), reason: "typed twice".into() };
    post(&db, &entry(1, 103, correct)).await.expect("posted");
    for n in 104..=106 {
        post(&db, &entry(1, n, Purpose::Plain)).await.expect("posted");
    }
    db
}

/// The table, the place and what is wrong.
type Named = (&'static str, Option<u64>, Wrong);

/// What was done, and the first faults that must be named.
const DEEDS: &[(&str, &[Named])] = &[
    (
        "UPDATE events SET body = replace(body, 'event 2 of', 'nothing of') WHERE seq = 3 AND body LIKE '% of 1%'",
        &[("events", Some(3), Wrong::Edited)],
    ),
    (
        "UPDATE events SET author = 'public' WHERE seq = 6 AND body LIKE '% of 2%'",
        &[("events", Some(6), Wrong::Edited)],
    ),
    (
        "UPDATE events SET at = at + 1 WHERE seq = 1 AND body LIKE '% of 2%'",
        &[("events", Some(1), Wrong::Edited)],
    ),
    (
        "UPDATE events SET type = 'left' WHERE seq = 2 AND body LIKE '% of 2%'",
        &[("events", Some(2), Wrong::Edited)],
    ),
    ("DELETE FROM events WHERE seq = 4 AND body LIKE '% of 1%'", &[("events", Some(4), Wrong::Deleted)]),
    ("DELETE FROM events WHERE seq = 1 AND body LIKE '% of 3%'", &[("events", Some(1), Wrong::Deleted)]),
    ("DELETE FROM events WHERE seq >= 5 AND body LIKE '% of 1%'", &[("events", Some(5), Wrong::CutOff)]),
    (
        "UPDATE events SET seq = 900 WHERE seq = 2 AND body LIKE '% of 1%';
         UPDATE events SET seq = 2 WHERE seq = 3 AND body LIKE '% of 1%';
         UPDATE events SET seq = 3 WHERE seq = 900",
        &[("events", Some(2), Wrong::Reordered), ("events", Some(3), Wrong::Reordered)],
    ),
    (
        "UPDATE events SET seq = 7 WHERE seq = 6 AND body LIKE '% of 1%'",
        &[("events", Some(7), Wrong::Stray), ("events", Some(6), Wrong::CutOff)],
    ),
    ("DELETE FROM streams WHERE version = 6", &[("streams", None, Wrong::Deleted)]),
    ("UPDATE streams SET version = 5", &[("events", Some(6), Wrong::Stray)]),
    ("UPDATE moves SET amount = 1201 WHERE seq = 4", &[("entries", Some(4), Wrong::Edited)]),
    ("UPDATE moves SET to_account = 'own' WHERE seq = 4", &[("entries", Some(4), Wrong::Edited)]),
    ("UPDATE entries SET happened = '2026-03-02' WHERE seq = 1", &[("entries", Some(1), Wrong::Edited)]),
    ("UPDATE entries SET reason = 'no reason' WHERE seq = 3", &[("entries", Some(3), Wrong::Edited)]),
    (
        "DELETE FROM moves WHERE seq = 5; DELETE FROM entries WHERE seq = 5",
        &[("entries", Some(5), Wrong::Deleted)],
    ),
    (
        "DELETE FROM moves WHERE seq = 6; DELETE FROM entries WHERE seq = 6",
        &[("entries", Some(6), Wrong::CutOff)],
    ),
    ("DELETE FROM moves WHERE seq = 4", &[("entries", Some(4), Wrong::Unreadable)]),
    (
        "UPDATE entries SET seq = 900 WHERE seq = 4; UPDATE entries SET seq = 4 WHERE seq = 5;
         UPDATE entries SET seq = 5 WHERE seq = 900",
        &[("entries", Some(4), Wrong::Reordered), ("entries", Some(5), Wrong::Reordered)],
    ),
    (
        "DELETE FROM entries WHERE seq = 6",
        &[("entries", Some(6), Wrong::CutOff), ("moves", Some(6), Wrong::Stray)],
    ),
    ("DELETE FROM ledgers", &[("ledgers", None, Wrong::Deleted)]),
];

async fn every_deed_is_named(url: impl Fn() -> String) {
    for (deed, expected) in DEEDS {
        let url = url();
        let db = filled(&url).await;
        let before = verify(&db, |_, _| ()).await.expect("it runs");
        assert!(before.is_sound() && before.events == 18 && before.entries == 6, "{before:?}");
        tamper(&url, deed).unwrap_or_else(|e| panic!("{deed}: {e}"));
        let report = verify(&db, |_, _| ()).await.unwrap_or_else(|e| panic!("{deed}: {e}"));
        let mut found: Vec<_> = report.faults.iter().map(|f| (f.table, f.seq, f.wrong)).collect();
        found.dedup();
        assert_eq!(&found, expected, "{deed}");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_named_on_sqlite() {
    every_deed_is_named(testkit::databases::sqlite_url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_named_on_postgres() {
    every_deed_is_named(testkit::databases::postgres_url).await;
}
