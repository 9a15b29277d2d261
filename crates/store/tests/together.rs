//! Many at once: who wins, who is told, and what one failure does to others.

mod common;

use common::{append, at, case_stream, entry, post, said};
use domain::ledger::Purpose;
use domain::{Author, CaseId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::UNIX_EPOCH;
use store::{Db, StoreError, Tx, ledger, record};
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

/// Another server takes the key that this one is about to write: it decides
/// again, as for any other clash. A key that was there all along is said at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_server_took_is_decided_again_and_one_that_was_there_is_not() {
    for (name, url) in testkit::databases::both() {
        let both = [Db::open(&url).await.expect("it opens"), Db::open(&url).await.expect("it opens")];
        let tasks: Vec<_> = (0..60)
            .map(|n| {
                let db = both[n % 2].clone();
                tokio::spawn(async move {
                    db.write::<_, StoreError>(move |tx| {
                        let seen = record::version(tx, case_stream(1))?;
                        record::append(tx, case_stream(1), seen, Author::System, at(1), &[said("word")])
                    })
                    .await
                })
            })
            .collect();
        for task in tasks {
            let written = task.await.expect("no panic");
            assert!(written.is_ok(), "{name}: {written:?}");
        }
        let version = both[0].read(|tx| record::version(tx, case_stream(1))).await;
        assert_eq!(version, Ok::<_, StoreError>(60), "{name}");

        // The same key again, which nothing can mend by trying.
        let tried = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&tried);
        let job = store::jobs::Job::new(Uuid::from_u128(1), "any", "{}", at(1));
        let again = job.clone();
        both[0]
            .write(move |tx| store::jobs::enqueue(tx, &job))
            .await
            .map_err(|e: StoreError| e)
            .expect("it is new");
        let refused = both[1]
            .write::<_, StoreError>(move |tx| {
                count.fetch_add(1, Relaxed);
                store::jobs::enqueue(tx, &again)
            })
            .await;
        assert!(matches!(refused, Err(StoreError::Clash { .. })), "{name}: {refused:?}");
        let tried = tried.load(Relaxed);
        assert!(tried <= 3, "{name}: tried {tried} times");
    }
}

/// One server writes without a pause; the other, which wants the same row, is
/// let in all the same.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_all_the_time_does_not_keep_another_server_out() {
    let url = testkit::databases::postgres_url();
    let (busy, other) = (Db::open(&url).await.expect("it opens"), Db::open(&url).await.expect("it opens"));
    let add = |tx: &mut Tx<'_>| {
        let seen = record::version(tx, case_stream(1))?;
        record::append(tx, case_stream(1), seen, Author::System, at(1), &[said("word")])
    };
    let writing = Arc::new(AtomicBool::new(true));
    let goes_on = Arc::clone(&writing);
    let never_stops = tokio::spawn(async move {
        let mut wrote = 0;
        while goes_on.load(Relaxed) {
            busy.write::<_, StoreError>(add).await.expect("it writes");
            wrote += 1;
        }
        wrote
    });
    let tried = Arc::new(AtomicU32::new(0));
    for n in 0..40 {
        let count = Arc::clone(&tried);
        let written = other.write::<_, StoreError>(move |tx| {
            count.fetch_add(1, Relaxed);
            add(tx)
        });
        assert!(written.await.is_ok(), "write {n} was kept out");
    }
    writing.store(false, Relaxed);
    let wrote = never_stops.await.expect("it ends");
    let version = other.read(|tx| record::version(tx, case_stream(1))).await;
    assert_eq!(version, Ok::<_, StoreError>(wrote + 40));
    // Once in hope, once again, and then in its turn: never a row of defeats.
    let tried = tried.load(Relaxed);
    assert!(tried <= 40 * 4, "40 writes took {tried} tries");
}

/// Who holds a lease, and when it passes to another.
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_one_holders_until_it_runs_out() {
    use store::leases;
    const MINUTE: i64 = 60_000_000;
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        let take = async |holder: &'static str, now: i64| {
            let taken = db.write(move |tx| leases::take(tx, "work", holder, at(now), 60)).await;
            taken.map_err(|e: StoreError| e).expect("it is asked")
        };
        let holder = async || {
            let lease = db.read(|tx| leases::lease(tx, "work")).await.map_err(|e: StoreError| e);
            lease.expect("it is read").map(|lease| (lease.holder, lease.term))
        };
        assert_eq!(holder().await, None, "{name}");
        assert!(take("a", 0).await, "{name}: it is free");
        assert!(!take("b", MINUTE - 1).await, "{name}: it is a's");
        assert!(take("a", MINUTE - 1).await, "{name}: a renews it");
        assert!(!take("b", 2 * MINUTE - 2).await, "{name}: from then on");
        assert_eq!(holder().await, Some(("a".into(), 1)), "{name}");
        assert!(take("b", 2 * MINUTE - 1).await, "{name}: it has run out");
        assert_eq!(holder().await, Some(("b".into(), 2)), "{name}: it has passed");
        let holds = |who: &'static str| db.read(move |tx| leases::holds(tx, "work", who));
        assert_eq!(holds("a").await, Ok::<_, StoreError>(false), "{name}: a comes back and learns it");
        assert_eq!(holds("b").await, Ok::<_, StoreError>(true), "{name}");
        // The clock is put back by hours: what ends in the far future is over.
        assert!(take("a", -100 * MINUTE).await, "{name}");
        let give = async |who: &'static str| {
            let given = db.write(move |tx| leases::give_back(tx, "work", who)).await;
            given.map_err(|e: StoreError| e).expect("given back");
        };
        give("b").await;
        assert!(!take("b", -100 * MINUTE).await, "{name}: b has nothing to give back");
        give("a").await;
        assert!(take("b", -100 * MINUTE).await, "{name}: a gave it back");
        // Other leases are other leases.
        let other = db.write(|tx| leases::take(tx, "another", "c", at(-100 * MINUTE), 60)).await;
        assert_eq!(other, Ok::<_, StoreError>(true), "{name}");
        // The database's clock is a clock.
        let engine = db.engine();
        let told =
            db.read(move |tx| leases::clock(tx, engine)).await.map_err(|e: StoreError| e).expect("a clock");
        let apart =
            told.as_second() - i64::try_from(UNIX_EPOCH.elapsed().expect("a time").as_secs()).expect("now");
        assert!(apart.abs() < 600, "{name}: {apart} seconds from the machine's");
    }
}

/// Two programs seal at the same moment: each head is sealed, nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn two_programs_seal_what_moved_once() {
    for (name, url) in testkit::databases::both() {
        let both = [Db::open(&url).await.expect("it opens"), Db::open(&url).await.expect("it opens")];
        for round in 0..10 {
            for n in 1..=8 {
                append(&both[0], case_stream(n), round, vec![said("word")]).await.expect("written");
            }
            let tasks: Vec<_> = (0..6)
                .map(|n| {
                    let db = both[n % 2].clone();
                    tokio::spawn(async move { store::seal::seal(&db, at(9)).await })
                })
                .collect();
            for task in tasks {
                let sealed = task.await.expect("no panic");
                assert!(sealed.is_ok(), "{name}: {sealed:?}");
            }
            let report = store::verify::verify(&both[1], |_, _| ()).await.expect("it runs");
            assert!(report.is_sound(), "{name}: {:?}", report.faults);
            assert_eq!((report.seals, report.unsealed), (round + 1, 0), "{name}: once each round");
        }
    }
}

/// Servers' clocks differ: what is told of a day never has a hole in it.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_day_is_told_without_holes_whatever_the_clocks_said() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        for (seen, when) in (0..).zip([100, 120, 110, 130, 125]) {
            let events = [said(&format!("at {when}"))];
            let stream = case_stream(1);
            db.write(move |tx| record::append(tx, stream, seen, Author::System, at(when), &events))
                .await
                .map_err(|e: StoreError| e)
                .expect("written");
        }
        for (until, told) in [(99, 0), (100, 1), (115, 1), (120, 3), (125, 3), (130, 5)] {
            let events =
                db.read(move |tx| record::load_until::<common::Event>(tx, case_stream(1), at(until))).await;
            let seqs: Vec<u64> =
                events.map_err(|e: StoreError| e).expect("read").iter().map(|e| e.seq).collect();
            assert_eq!(seqs, (1..=told).collect::<Vec<u64>>(), "{name}: as it stood at {until}");
        }
    }
}
