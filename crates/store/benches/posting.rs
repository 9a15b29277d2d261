//! Durable ledger posting through the store, beside a bare loop that inserts
//! the same rows and commits, with the same sync setting, and beside a store
//! that is under a key. Taken in turn (A B A B), medians. `cargo bench -p phb-store --bench posting [sqlite|postgres]`
//!
//! PostgreSQL is the one of `PHB_BENCH_POSTGRES` (an administrator's address;
//! `PHB_PG_DURABLE=1 scripts/postgres.sh url` gives one that syncs).

mod bare;

use domain::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Purpose, transfer};
use domain::{CaseId, Date, EntryId, HoldingId, Pence, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::keys::Keys;
use store::{Db, StoreError, ledger};
use uuid::Uuid;

const ROUNDS: usize = 5;
const EACH: Duration = Duration::from_millis(1200);
const CASES: u64 = 200;

/// A new number for every entry of the run.
static NEXT: AtomicU64 = AtomicU64::new(1);

fn main() {
    let only = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    for engine in ["sqlite", "postgres"] {
        if only.as_deref().is_none_or(|only| only == engine) {
            runtime.block_on(compare(engine));
        }
    }
}

async fn compare(engine: &str) {
    let new = || match engine {
        "sqlite" => testkit::databases::sqlite_url(),
        _ => testkit::databases::durable_postgres_url(),
    };
    let (url, ours, under_key) = (new(), new(), new());
    // The tables for the bare loop, in a database of its own. It stays open, so
    // that SQLite keeps the log file of both.
    let tables = Db::open(&url).await.expect("the database opens");
    let db = Db::open(&ours).await.expect("the database opens");
    let keys = Keys::parse(&"5a".repeat(32)).expect("a key");
    let keyed = Db::open_with(&under_key, &keys).await.expect("the database opens");
    let clients = [1, 16, 64];
    let (mut bare_rates, mut rates) = (Vec::new(), vec![Vec::new(); clients.len()]);
    let mut keyed_rates = rates.clone();
    for _ in 0..ROUNDS {
        bare_rates.push(bare::rate(engine, &url, EACH).await);
        for (i, clients) in clients.iter().enumerate() {
            rates[i].push(through_store(&db, *clients).await);
            keyed_rates[i].push(through_store(&keyed, *clients).await);
        }
    }
    let bare = median(&mut bare_rates);
    println!("{engine}: bare loop {bare:.0} posts a second");
    for (i, clients) in clients.iter().enumerate() {
        let rate = median(&mut rates[i]);
        let keyed = median(&mut keyed_rates[i]);
        println!(
            "{engine}: {clients:>2} clients {rate:.0} a second, {:.2} of bare; under a key {keyed:.0}, {:.2} of without",
            rate / bare,
            keyed / rate
        );
    }
    db.close().await;
    keyed.close().await;
    tables.close().await;
}

async fn through_store(db: &Db, clients: u64) -> f64 {
    let (start, count) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (db, count) = (db.clone(), Arc::clone(&count));
            tokio::spawn(async move {
                while start.elapsed() < EACH {
                    let entry = an_entry(NEXT.fetch_add(1, Ordering::Relaxed));
                    db.write::<_, StoreError>(move |tx| ledger::post(tx, &entry)).await.expect("a post");
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a client");
    }
    #[allow(clippy::cast_precision_loss)]
    let count = count.load(Ordering::Relaxed) as f64;
    count / start.elapsed().as_secs_f64()
}

fn an_entry(n: u64) -> Entry {
    let case = Uuid::from_u128(u128::from(n % CASES));
    let heading = Heading {
        id: EntryId(Uuid::from_u128(n.into())),
        case: CaseId(case),
        purpose: Purpose::Plain,
        cause: Cause::BudgetSet,
        about: Uuid::from_u128(n.into()),
        by: None,
        happened: Date::constant(2026, 3, 1),
        recorded: Timestamp::UNIX_EPOCH,
        key: n.to_string(),
    };
    let to = Account::Holding(HoldingId(case));
    let postings = transfer(Layer::Actual, Account::Funding(Funder::Nhs), to, Pence(100));
    Entry::new(heading, postings.to_vec()).expect("it balances")
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
