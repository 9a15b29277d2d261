//! Pages for someone who is signed in, beside a bare handler that reads the
//! same rows and sends a page of the same size.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use rusqlite::{Connection, params};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::http::Http;
use uuid::Uuid;

const CONNECTIONS: usize = 64;
const EACH: Duration = Duration::from_millis(1500);

/// Serves a router on a port of its own and gives the address.
pub async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// Pages a second, with 64 connections that are kept open.
pub async fn rate(address: &str, cookies: &str, path: &str) -> f64 {
    let (count, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut tasks = vec![];
    for _ in 0..CONNECTIONS {
        let mut http = Http::connect(address, cookies).await.expect("a connection");
        let (path, count, stop) = (path.to_owned(), Arc::clone(&count), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let answer = http.get(&path).await.expect("an answer");
                assert_eq!(answer.status, 200, "{path}");
                count.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    let start = Instant::now();
    tokio::time::sleep(EACH).await;
    let done = count.load(Ordering::Relaxed);
    let took = start.elapsed();
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.expect("a connection");
    }
    #[allow(clippy::cast_precision_loss)]
    let done = done as f64;
    done / took.as_secs_f64()
}

/// What the bare handler reads for a page.
#[derive(Clone, Copy)]
pub enum Rows {
    /// Session, name, posts, the heads of the case and the area.
    Home,
    /// The same and the newest 50 events, whose JSON is read.
    History,
}

#[derive(Clone)]
struct Bare {
    pool: Arc<Mutex<Vec<Connection>>>,
    token: [u8; 32],
    account: Uuid,
    case: Uuid,
    area: Uuid,
    rows: Rows,
    page: Arc<String>,
}

/// A handler with nothing but the rows and a page that is ready.
pub fn bare(file: &str, token: [u8; 32], ids: (Uuid, Uuid, Uuid), rows: Rows, page_bytes: usize) -> Router {
    let connect = || {
        let db = Connection::open(file).expect("it opens");
        db.execute_batch("PRAGMA query_only = ON").expect("set");
        db
    };
    let (account, case, area) = ids;
    let pool = Arc::new(Mutex::new((0..4).map(|_| connect()).collect()));
    let bare = Bare { pool, token, account, case, area, rows, page: Arc::new("x".repeat(page_bytes)) };
    Router::new().route("/", get(answer)).with_state(bare)
}

async fn answer(State(bare): State<Bare>) -> axum::response::Html<String> {
    let work = move || {
        let db = loop {
            let free = bare.pool.lock().expect("the pool").pop();
            match free {
                Some(db) => break db,
                None => std::thread::yield_now(),
            }
        };
        let read = read(&db, &bare);
        bare.pool.lock().expect("the pool").push(db);
        assert!(read > 3);
        (*bare.page).clone()
    };
    axum::response::Html(tokio::task::spawn_blocking(work).await.expect("the rows"))
}

fn read(db: &Connection, bare: &Bare) -> usize {
    let list = "SELECT stream_id, row_no, body FROM list_rows WHERE list = ?1 AND owner = ?2 ORDER BY sort";
    let head = "SELECT version, head FROM streams WHERE kind = ?1 AND id = ?2";
    let mut found = rows(
        db,
        "SELECT account_id, last_seen, expires FROM sessions WHERE token_hash = ?1",
        params![bare.token],
    );
    found += rows(db, list, params!["names", bare.account.as_bytes()]);
    found += rows(db, list, params!["posts", bare.account.as_bytes()]);
    found += rows(db, head, params!["case", bare.case.as_bytes()]);
    found += rows(db, head, params!["area", bare.area.as_bytes()]);
    if matches!(bare.rows, Rows::History) {
        let mut events = db
            .prepare_cached(
                "SELECT seq, at, author, body FROM events WHERE stream_kind = 'case' AND stream_id = ?1
                 ORDER BY seq DESC LIMIT 50",
            )
            .expect("understood");
        let bodies = events
            .query_map(params![bare.case.as_bytes()], |row| row.get::<_, String>(3))
            .expect("the events");
        for body in bodies {
            let body: domain::case::Event = serde_json::from_str(&body.expect("text")).expect("an event");
            std::hint::black_box(body);
            found += 1;
        }
    }
    found
}

fn rows(db: &Connection, sql: &str, params: &[&dyn rusqlite::ToSql]) -> usize {
    let mut statement = db.prepare_cached(sql).expect("understood");
    let mut rows = statement.query(params).expect("rows");
    let mut found = 0;
    while let Some(row) = rows.next().expect("a row") {
        std::hint::black_box(row.get_ref(0).expect("a value"));
        found += 1;
    }
    found
}
