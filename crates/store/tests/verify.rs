//! Whatever somebody does to the rows behind the program's back is named.

mod common;

use common::{append, at, case_stream, entry, of_rows, post, said, tamper};
use domain::EntryId;
use domain::ledger::Purpose;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::seal::{Seal, seal};
use store::verify::{Report, Wrong, check_kept, verify};
use store::{Db, StoreError};
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

/// What nothing but a seal shows, and what may be done to the seals themselves.
const SEALED_DEEDS: &[(&str, &[Named])] = &[
    (
        "DELETE FROM streams WHERE id IN (SELECT stream_id FROM events WHERE body LIKE '% of 2%');
         DELETE FROM events WHERE body LIKE '% of 2%'",
        &[("streams", Some(6), Wrong::RemovedWhole)],
    ),
    (
        "DELETE FROM moves; DELETE FROM entries; DELETE FROM ledgers",
        &[("sums", None, Wrong::Stray), ("ledgers", Some(7), Wrong::RemovedWhole)],
    ),
    (
        "UPDATE streams SET version = 4, head = (SELECT hash FROM events WHERE seq = 4 AND body LIKE '% of 2%')
         WHERE id IN (SELECT stream_id FROM events WHERE body LIKE '% of 2%');
         DELETE FROM events WHERE seq > 4 AND body LIKE '% of 2%'",
        &[("events", Some(5), Wrong::CutOff)],
    ),
    (
        "UPDATE ledgers SET entries = 5, head = (SELECT hash FROM entries WHERE seq = 5);
         DELETE FROM moves WHERE seq > 5; DELETE FROM entries WHERE seq > 5",
        &[("entries", Some(6), Wrong::CutOff)],
    ),
    (
        "UPDATE seal_members SET version = 5 WHERE seal = 1 AND no = 2",
        &[("seal_members", Some(2), Wrong::Edited), ("events", Some(5), Wrong::NotAsSealed)],
    ),
    ("UPDATE seal_members SET kind = 'area' WHERE seal = 2 AND no = 1", &[
        ("seal_members", Some(1), Wrong::Edited),
        ("streams", Some(8), Wrong::RemovedWhole),
    ]),
    ("DELETE FROM seal_members WHERE seal = 1 AND no = 3", &[("seal_members", Some(3), Wrong::Deleted)]),
    ("DELETE FROM seal_members WHERE seal = 1 AND no = 4", &[("seal_members", Some(4), Wrong::CutOff)]),
    (
        "UPDATE seal_members SET no = 900 WHERE seal = 1 AND no = 1;
         UPDATE seal_members SET no = 1 WHERE seal = 1 AND no = 2;
         UPDATE seal_members SET no = 2 WHERE seal = 1 AND no = 900",
        &[("seal_members", Some(1), Wrong::Reordered), ("seal_members", Some(2), Wrong::Reordered)],
    ),
    (
        "INSERT INTO seal_members (seal, no, kind, id, version, head, hash)
         SELECT 2, 3, kind, id, version, head, hash FROM seal_members WHERE seal = 1 AND no = 2",
        &[("seal_members", Some(3), Wrong::Stray)],
    ),
    (
        "UPDATE seal_members SET hash = substr(hash, 1, 31) WHERE seal = 1 AND no = 2",
        &[("seal_members", Some(2), Wrong::Unreadable)],
    ),
    (
        "UPDATE ledgers SET entries = 5, head = (SELECT hash FROM entries WHERE seq = 5);
         DELETE FROM moves WHERE seq > 5 OR seq = 4; DELETE FROM entries WHERE seq > 5",
        &[("entries", Some(4), Wrong::Unreadable), ("entries", Some(6), Wrong::CutOff)],
    ),
    ("UPDATE sums SET money_in = money_in + 1 WHERE day <> ''", &[("sums", None, Wrong::NotAsAdded)]),
    ("DELETE FROM sums WHERE day = ''", &[("sums", None, Wrong::NotAsAdded)]),
    ("UPDATE seals SET at = at + 1 WHERE number = 1", &[("seals", None, Wrong::Edited)]),
    ("UPDATE seals SET hash = substr(hash, 1, 31) WHERE number = 2", &[("seals", None, Wrong::Unreadable)]),
    (
        "DELETE FROM seal_members WHERE seal = 1; DELETE FROM seals WHERE number = 1",
        &[("seals", None, Wrong::Deleted)],
    ),
    ("DELETE FROM seals WHERE number = 2", &[("seals", None, Wrong::Deleted)]),
];

fn named(report: &Report) -> Vec<Named> {
    let mut found: Vec<_> = of_rows(report).iter().map(|f| (f.table, f.seq, f.wrong)).collect();
    found.dedup();
    found
}

async fn report_on(db: &Db) -> Report {
    verify(db, |_, _| ()).await.expect("it runs")
}

async fn every_deed_is_named(url: impl Fn() -> String) {
    for (deed, expected) in DEEDS {
        let url = url();
        let db = filled(&url).await;
        let before = report_on(&db).await;
        assert!(before.is_sound() && before.events == 18 && before.entries == 6, "{before:?}");
        assert_eq!((before.seals, before.newest_seal, before.unsealed), (0, None, 4));
        tamper(&url, deed).unwrap_or_else(|e| panic!("{deed}: {e}"));
        let found = named(&report_on(&db).await);
        assert_eq!(&found, expected, "{deed}");
        db.close().await;
    }
}

/// Filled and sealed, then grown and sealed again.
async fn sealed(url: &str) -> (Db, Seal) {
    let db = filled(url).await;
    let first = seal(&db, at(50)).await.expect("sealed").expect("there was something to seal");
    assert_eq!((first.number, seal(&db, at(51)).await), (1, Ok(None)), "nothing has moved since");
    append(&db, case_stream(1), 6, vec![said("event 6 of 1"), said("event 7 of 1")]).await.expect("appended");
    post(&db, &entry(1, 107, Purpose::Plain)).await.expect("posted");
    assert_eq!(report_on(&db).await.unsealed, 2);
    let second = seal(&db, at(60)).await.expect("sealed").expect("there was something to seal");
    (db, second)
}

async fn every_deed_is_named_after_sealing(url: impl Fn() -> String) {
    for (deed, expected) in SEALED_DEEDS {
        let url = url();
        let (db, newest) = sealed(&url).await;
        let before = report_on(&db).await;
        assert!(before.is_sound(), "{before:?}");
        assert_eq!((before.seals, before.newest_seal, before.unsealed), (2, Some(newest), 0));
        tamper(&url, deed).unwrap_or_else(|e| panic!("{deed}: {e}"));
        let found = named(&report_on(&db).await);
        assert_eq!(&found, expected, "{deed}");
        db.close().await;
    }
    // What was named before is named still.
    for (deed, expected) in DEEDS {
        let url = url();
        let db = filled(&url).await;
        seal(&db, at(50)).await.expect("sealed");
        tamper(&url, deed).unwrap_or_else(|e| panic!("{deed}: {e}"));
        let found = named(&report_on(&db).await);
        assert!(expected.iter().all(|named| found.contains(named)), "{deed}: {found:?}");
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

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_named_after_sealing_on_sqlite() {
    every_deed_is_named_after_sealing(testkit::databases::sqlite_url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_named_after_sealing_on_postgres() {
    every_deed_is_named_after_sealing(testkit::databases::postgres_url).await;
}

/// Somebody with the program itself makes a stream anew, and then the seals:
/// the first is seen by the seals, the second by one that was kept elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_anew_is_named() {
    for (name, url) in testkit::databases::both() {
        let (db, newest) = sealed(&url).await;
        let kept: Seal = newest.to_string().parse().expect("it is read as it is written");
        assert_eq!((kept, check_kept(&db, &[kept]).await), (newest, Ok(vec![])), "{name}");
        let away = "DELETE FROM streams WHERE id IN (SELECT stream_id FROM events WHERE body LIKE '% of 2%');
            DELETE FROM events WHERE body LIKE '% of 2%'";
        tamper(&url, away).expect(name);
        let other = (0..7).map(|i| said(&format!("another {i} of 2"))).collect();
        append(&db, case_stream(2), 0, other).await.expect(name);
        seal(&db, at(70)).await.expect(name);
        let report = report_on(&db).await;
        assert_eq!(named(&report), [("events", Some(6), Wrong::NotAsSealed)], "{name}");
        assert!(report.faults[0].to_string().contains("number 6: not what was sealed"), "{name}");

        tamper(&url, "DELETE FROM seal_members; DELETE FROM seals").expect(name);
        let gone = check_kept(&db, &[kept]).await.expect(name);
        assert_eq!(gone.iter().map(|f| f.wrong).collect::<Vec<_>>(), [Wrong::Deleted], "{name}");
        for n in 0..2 {
            append(&db, case_stream(9), n, vec![said("more")]).await.expect(name);
            seal(&db, at(80)).await.expect(name);
        }
        assert_eq!(named(&report_on(&db).await), [], "{name}: the database alone shows nothing any more");
        let other = check_kept(&db, &[kept]).await.expect(name);
        assert_eq!(other[0].to_string(), "seals: seal 2: not the seal that was kept", "{name}");
        for text in ["", "2", "2:", "0:00", "two:00", &format!("{kept}00"), &format!("-{kept}")] {
            assert!(text.parse::<Seal>().is_err(), "{text}");
        }
        db.close().await;
    }
}

/// Two programs seal and many write, all at once: every seal fits the one
/// before it, and at the end everything is sealed.
#[tokio::test(flavor = "multi_thread")]
async fn sealing_while_many_write() {
    for (name, url) in testkit::databases::both() {
        let both = [Db::open(&url).await.expect("it opens"), Db::open(&url).await.expect("it opens")];
        let done = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..24_u128)
            .map(|n| {
                let db = both[usize::from(n % 2 == 0)].clone();
                tokio::spawn(async move {
                    for i in 0..12 {
                        append(&db, case_stream(n), i, vec![said("a word")]).await?;
                        post(&db, &entry(n, 1000 + u128::from(i), Purpose::Plain)).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .collect();
        let sealers: Vec<_> = both
            .iter()
            .map(|db| {
                let db = db.clone();
                let done = Arc::clone(&done);
                tokio::spawn(async move {
                    while !done.load(Ordering::Relaxed) {
                        seal(&db, at(5)).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .collect();
        for task in writers {
            assert_eq!(task.await.expect("no panic"), Ok(()), "{name}");
        }
        done.store(true, Ordering::Relaxed);
        for task in sealers {
            assert_eq!(task.await.expect("no panic"), Ok(()), "{name}");
        }
        seal(&both[0], at(99)).await.expect(name);
        let report = report_on(&both[1]).await;
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
        assert_eq!((report.events, report.entries, report.unsealed), (288, 288, 0), "{name}");
        assert!(report.seals > 1, "{name}: {}", report.seals);
    }
}

/// More streams than one seal or one page takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_seal_of_many_streams() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        let many = db.write(|tx| {
            for n in 0..5_100 {
                let by = domain::Author::System;
                store::record::append(tx, case_stream(n), 0, by, at(3), &[said("a word")])?;
            }
            Ok::<_, StoreError>(())
        });
        many.await.expect(name);
        let newest = seal(&db, at(5)).await.expect(name).expect(name);
        assert_eq!(newest.number, 3, "{name}");
        let report = report_on(&db).await;
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
        assert_eq!((report.seals, report.streams, report.unsealed), (3, 5_100, 0), "{name}");
        db.close().await;
    }
}
