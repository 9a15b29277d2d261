//! Durable ledger posting as a use case does it (permission checked, case
//! opened), beside a bare loop that inserts the same rows and commits.

#[path = "../../../store/benches/bare/mod.rs"]
mod bare;

use crate::table::{Table, median};
use domain::access::Action;
use domain::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Purpose, transfer};
use domain::{CaseId, EntryId, HoldingId, Pence};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Db, StoreError, ledger};
use testkit::{Stage, World};

const ROUNDS: usize = 5;
const EACH: Duration = Duration::from_millis(1200);

pub async fn through_the_use_case(table: &mut Table) {
    for engine in ["sqlite", "postgres"] {
        compare(table, engine).await;
    }
}

async fn compare(table: &mut Table, engine: &str) {
    let new = || match engine {
        "sqlite" => testkit::databases::sqlite_url(),
        _ => testkit::databases::durable_postgres_url(),
    };
    let url = new();
    // The tables for the bare loop, in a database of its own.
    Db::open(&url).await.expect("the database opens").close().await;
    let world = World::new(&new()).await;
    let mut cases = vec![];
    for _ in 0..20 {
        cases.push(world.case_at(Stage::Contact).await);
    }
    let clients = [1, 16, 64];
    let (mut bare_rates, mut rates) = (vec![], vec![vec![]; clients.len()]);
    for _ in 0..ROUNDS {
        bare_rates.push(bare::rate(engine, &url, EACH).await);
        for (i, clients) in clients.iter().enumerate() {
            rates[i].push(ours(&world, &cases, *clients).await);
        }
    }
    let bare = median(bare_rates);
    let rates: Vec<f64> = rates.into_iter().map(median).collect();
    let wanted = ["0.60", "at least 4", "not below 16"];
    for ((clients, rate), wanted) in clients.iter().zip(&rates).zip(wanted) {
        let figure = format!("{rate:.0} a second, bare {bare:.0}");
        let what = format!("{engine}: posting, {clients} at once");
        table.add(&what, figure, format!("{:.2} of bare", rate / bare), wanted);
    }
}

async fn ours(world: &World, cases: &[CaseId], clients: usize) -> f64 {
    let (start, count) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let actor = world.actor(world.people.husband).await;
    let mut tasks = vec![];
    for client in 0..clients {
        let (app, db) = (world.app.clone(), world.db.clone());
        let (actor, count) = (actor.clone(), Arc::clone(&count));
        let case = cases[client % cases.len()];
        tasks.push(tokio::spawn(async move {
            while start.elapsed() < EACH {
                let entry = an_entry(case, app.id());
                app.authorise(&actor, case, Action::WriteNote).await.expect("they may");
                let posted =
                    db.write::<_, StoreError>(move |tx| ledger::post_all(tx, std::slice::from_ref(&entry)));
                posted.await.expect("a post");
                count.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    for task in tasks {
        task.await.expect("a client");
    }
    #[allow(clippy::cast_precision_loss)]
    let count = count.load(Ordering::Relaxed) as f64;
    count / start.elapsed().as_secs_f64()
}

fn an_entry(case: CaseId, id: uuid::Uuid) -> Entry {
    let heading = Heading {
        id: EntryId(id),
        case,
        purpose: Purpose::Plain,
        cause: Cause::BudgetSet,
        about: id,
        by: None,
        happened: domain::Date::constant(2026, 3, 1),
        recorded: jiff::Timestamp::UNIX_EPOCH,
        key: id.to_string(),
    };
    let to = Account::Holding(HoldingId(case.0));
    let postings = transfer(Layer::Actual, Account::Funding(Funder::Nhs), to, Pence(100));
    Entry::new(heading, postings.to_vec()).expect("it balances")
}
