//! Many at once: who wins, who is told, and what one failure does to others.

mod common;

use common::{append, at, case_stream, entry, post, said};
use domain::ledger::Purpose;
use domain::{Author, CaseId};
use store::{Db, StoreError, ledger, record};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_saw_the_same_exactly_one_writes() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        for seen in 0..4 {
            let tasks: Vec<_> = (0..64)
                .map(|i| {
                    let db = db.clone();
                    tokio::spawn(async move {
                        append(&db, case_stream(1), seen, vec![said(&format!("writer {i}"))]).await
                    })
                })
                .collect();
            let mut won = 0;
            for task in tasks {
                match task.await.expect("no panic") {
                    Ok(version) => {
                        assert_eq!(version, seen + 1);
                        won += 1;
                    }
                    Err(StoreError::Clash { .. }) => {}
                    Err(other) => panic!("{name}: {other}"),
                }
            }
            assert_eq!(won, 1, "{name}");
        }
        assert_eq!(db.read(|tx| record::version(tx, case_stream(1))).await, Ok::<_, StoreError>(4));
    }
}

/// Two programs on one database, each with its own writer.
#[tokio::test(flavor = "multi_thread")]
async fn two_programs_lose_nothing() {
    for (name, url) in testkit::databases::both() {
        let both = [Db::open(&url).await.expect("it opens"), Db::open(&url).await.expect("it opens")];
        let tasks: Vec<_> = (0..40_u128)
            .map(|i| {
                let db = both[usize::from(i % 2 == 0)].clone();
                tokio::spawn(async move { post(&db, &entry(1 + i % 2, 1000 + i, Purpose::Plain)).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Ok(ledger::Posted::New), "{name}");
        }
        let case = CaseId(Uuid::from_u128(1));
        let entries = both[0].read(move |tx| ledger::entries(tx, case)).await.map_err(|e: StoreError| e);
        assert_eq!(entries.expect("read").len(), 20, "{name}");
        let report = store::verify::verify(&both[1], |_, _| ()).await.expect("it runs");
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_does_not_hurt_the_others() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        let tasks: Vec<_> = (0..48_u128)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(move |tx| {
                        let events = [said("kept or not")];
                        record::append(tx, case_stream(i), 0, Author::System, at(1), &events)?;
                        match i % 4 {
                            1 => Err(StoreError::Closed),
                            2 => {
                                // An SQL error that the closure swallows is still an error.
                                record::append(tx, case_stream(i), 0, Author::System, at(1), &events).ok();
                                ledger::post(tx, &entry(i, 500 + i, Purpose::Plain))?;
                                let twice = entry(i, 500 + i, Purpose::Hold { expires: None });
                                let mut other = common::heading(i, 500 + i, Purpose::Plain);
                                other.key = "another key, the same id".into();
                                let again = domain::ledger::Entry::new(other, twice.postings().to_vec());
                                ledger::post(tx, &again.expect("it balances")).ok();
                                Ok(())
                            }
                            3 => panic!("a mistake in a closure"),
                            _ => Ok(()),
                        }
                    })
                    .await
                })
            })
            .collect();
        for (i, task) in tasks.into_iter().enumerate() {
            let outcome = task.await;
            match i % 4 {
                1 => assert_eq!(outcome.expect("no panic"), Err(StoreError::Closed), "{name}"),
                2 => assert!(matches!(outcome.expect("no panic"), Err(StoreError::Clash { .. })), "{name}"),
                3 => assert!(outcome.expect_err("a panic").is_panic(), "{name}"),
                _ => assert_eq!(outcome.expect("no panic"), Ok(()), "{name}"),
            }
            let stream = case_stream(i as u128);
            let version = db.read(move |tx| record::version(tx, stream)).await;
            assert_eq!(version, Ok::<_, StoreError>(u64::from(i % 4 == 0)), "{name} {i}");
        }
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_moment_and_cannot_write() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        let (other, handle) = (db.clone(), tokio::runtime::Handle::current());
        let seen = db
            .read(move |tx| {
                let before = record::version(tx, case_stream(1))?;
                // Somebody writes while this reader looks.
                handle.block_on(append(&other, case_stream(1), 0, vec![said("meanwhile")]))?;
                Ok::<_, StoreError>((before, record::version(tx, case_stream(1))?))
            })
            .await;
        assert_eq!(seen, Ok((0, 0)), "{name}");
        let written =
            db.read(|tx| record::append(tx, case_stream(2), 0, Author::System, at(1), &[said("no")])).await;
        assert!(written.is_err(), "{name}: a reader wrote");
        db.close().await;
    }
}

/// The server drops every connection (as in a restart or a failover): whoever
/// asks next notices nothing.
#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_are_made_again() {
    let url = testkit::databases::postgres_url();
    let db = Db::open(&url).await.expect("it opens");
    for n in 0..3_u128 {
        post(&db, &entry(1, n, Purpose::Plain)).await.expect("posted");
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        common::tamper(&url, others).expect("terminated");
        let case = CaseId(Uuid::from_u128(1));
        let read = db.read(move |tx| ledger::entries(tx, case)).await.map_err(|e: StoreError| e);
        assert_eq!(read.expect("read").len() as u128, n + 1);
    }
    let tasks: Vec<_> = (10..30_u128)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { post(&db, &entry(1, n, Purpose::Plain)).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), Ok(ledger::Posted::New));
    }
}

/// Many entries at once are the ledger that they would be one by one, also
/// where some of them are there already and others share the commit.
#[tokio::test(flavor = "multi_thread")]
async fn many_entries_at_once_are_what_they_are_one_by_one() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        let hold = entry(1, 3, Purpose::Hold { expires: None });
        let settled = entry(1, 4, Purpose::Post { hold: hold.id });
        let all = vec![
            entry(1, 1, Purpose::Plain),
            entry(1, 2, Purpose::Plain),
            hold,
            settled,
            entry(1, 5, Purpose::Plain),
            entry(1, 6, Purpose::Plain),
            entry(2, 7, Purpose::Plain),
        ];
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let (db, all) = (db.clone(), all.clone());
                let stream = [case_stream(1)].to_vec();
                tokio::spawn(
                    async move { db.write_about(stream, move |tx| ledger::post_all(tx, &all)).await },
                )
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Ok(()), "{name}");
        }
        let case = CaseId(Uuid::from_u128(1));
        let entries = db.read(move |tx| ledger::entries(tx, case)).await.map_err(|e: StoreError| e);
        assert_eq!(entries.expect("read"), all[..6], "{name}");
        let report = store::verify::verify(&db, |_, _| ()).await.expect("it runs");
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
        db.close().await;
    }
}
