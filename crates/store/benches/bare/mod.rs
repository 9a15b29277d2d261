//! The raw limit of posting: a loop that inserts the rows of an entry and
//! commits, with the same sync setting, and does nothing else.

use rusqlite::params;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The cases that entries go to in turn.
const CASES: u64 = 200;

const ENTRY: &str =
    "INSERT INTO entries (case_id, seq, id, purpose, cause, about, happened, recorded, key, hash)
    VALUES ($1, $2, $3, 'plain', 'budget-set', $4, '2026-03-01', 0, $5, $6)";
const MOVE: &str =
    "INSERT INTO moves (case_id, seq, no, layer, from_account, to_account, amount, from_no, to_no)
    VALUES ($1, $2, 1, 'actual', 'funding:nhs', $3, 100, 0, 1)";

/// A new number for every entry of the run.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Entries a second into a database whose tables are there.
pub async fn rate(engine: &str, url: &str, each: Duration) -> f64 {
    if engine == "postgres" {
        return bare_postgres(url, each).await;
    }
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || bare_sqlite(&url, each)).await.expect("the bare loop")
}

fn bare_sqlite(url: &str, each: Duration) -> f64 {
    let db = rusqlite::Connection::open(url).expect("the file opens");
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;")
        .expect("settings");
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < each {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let (case, id) = (Uuid::from_u128(u128::from(n % CASES) + 1_000_000), Uuid::from_u128(n.into()));
        let seq = i64::try_from(n).expect("a small number");
        db.execute_batch("BEGIN IMMEDIATE").expect("begin");
        db.prepare_cached(ENTRY)
            .and_then(|mut s| {
                s.execute(params![
                    case.as_bytes(),
                    seq,
                    id.as_bytes(),
                    id.as_bytes(),
                    n.to_string(),
                    [0_u8; 32]
                ])
            })
            .expect("an entry");
        db.prepare_cached(MOVE)
            .and_then(|mut s| s.execute(params![case.as_bytes(), seq, format!("holding:{case}")]))
            .expect("a move");
        db.execute_batch("COMMIT").expect("commit");
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

async fn bare_postgres(url: &str, each: Duration) -> f64 {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let entry = client.prepare(ENTRY).await.expect("prepared");
    let one_move = client.prepare(MOVE).await.expect("prepared");
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < each {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let seq = i64::try_from(n).expect("a small number");
        let (case, id) = (Uuid::from_u128(u128::from(n % CASES) + 1_000_000), Uuid::from_u128(n.into()));
        client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE").await.expect("begin");
        let hash = vec![0_u8; 32];
        client.execute(&entry, &[&case, &seq, &id, &id, &n.to_string(), &hash]).await.expect("an entry");
        client.execute(&one_move, &[&case, &seq, &format!("holding:{case}")]).await.expect("a move");
        client.batch_execute("COMMIT").await.expect("commit");
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
