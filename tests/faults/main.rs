//! The real server is killed while people write, again and again; and its
//! disk fills up. What was acknowledged is there afterwards, nothing is there
//! twice, and everything fits together.
//!
//! `PHB_KILLS=2000 cargo test --test faults -- --nocapture` kills more often.

#[path = "../common/mod.rs"]
mod common;
mod writers;

use rand::RngExt as _;
use service::{App, Clock, Settings};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Db;
use testkit::http::Http;
use writers::{KINDS, Place, Told, WRITERS, people, write_on, written};

/// Whole checks are made after this many kills, and at the end.
const CHECK_EVERY: u32 = 25;

fn kills() -> u32 {
    std::env::var("PHB_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
}

/// A server process, killed when it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts the real program and waits until it answers.
    async fn start(url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phb"));
        command.args(["serve", "--database", url]);
        Self::of(command).await
    }

    async fn of(mut command: Command) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let child = command
            .args(["--listen", &address, "--log", "error"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let server = Self { child, address };
        let began = Instant::now();
        loop {
            if let Ok(mut http) = Http::connect(&server.address, "").await
                && http.get("/health").await.is_ok_and(|answer| answer.status == 200)
            {
                return server;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "the server does not answer");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// SIGKILL: no time to finish anything.
    fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Everything that was acknowledged is there, once, and nothing that was
/// never sent; each movement of money is in the ledger, once. Where it is
/// checked wholly: the chains and the seals hold, every entry balances, and
/// the lists are what the record gives.
async fn check(url: &str, places: &[Place], told: &Mutex<Told>, wholly: bool) {
    let db = Db::open_existing(url).await.expect("it opens again");
    let there = written(&db, places).await;
    let set: BTreeSet<String> = there.iter().cloned().collect();
    assert_eq!(there.len(), set.len(), "something is there twice");
    {
        let told = told.lock().expect("told");
        let lost: Vec<_> = told.kept.difference(&set).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let strange: Vec<_> = set.difference(&told.sent).collect();
        assert!(strange.is_empty(), "never sent: {strange:?}");
    }
    if wholly {
        sound(&db).await;
    }
    db.close().await;
}

async fn sound(db: &Db) {
    // The killed server still has the lease for all work in the background, so in
    // a short run no other has come to sealing.
    let clock = Clock::of_the_machine();
    store::seal::seal(db, clock.now()).await.expect("sealed");
    let report = store::verify::verify(db, |_, _| {}).await.expect("verified");
    assert!(report.is_sound(), "{:?}", report.faults);
    assert!(report.seals > 0, "nothing was sealed");
    let app = App::new(db.clone(), clock, Settings::default());
    let lists = app.check_lists(|_| {}).await.expect("compared");
    assert_eq!(lists.differences, [], "rebuilt is not live");
}

/// What is there before anybody writes.
async fn known(url: &str, places: &[Place]) -> Told {
    let db = Db::open_existing(url).await.expect("it opens");
    let there: BTreeSet<String> = written(&db, places).await.into_iter().collect();
    db.close().await;
    Told { sent: there.clone(), kept: there }
}

/// Kills the server so many times, each at a moment up to `within` milliseconds
/// after it answered first; and more often if by then not everything that
/// people do was once acknowledged.
async fn kill_again_and_again(name: &str, url: &str, times: u32, within: u64) {
    let (writers, places) = people(url).await;
    let before = known(url, &places).await;
    let told = Arc::new(Mutex::new(before.clone()));
    let (began, mut killed) = (Instant::now(), 0);
    loop {
        let server = Server::start(url).await;
        let tasks: Vec<_> = writers
            .iter()
            .map(|w| tokio::spawn(write_on(w.clone(), server.address.clone(), Arc::clone(&told))))
            .collect();
        let moment = rand::rng().random_range(1..within);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        for task in tasks {
            task.await.expect("a writer");
        }
        killed += 1;
        let kinds = kinds(&told, &before);
        let enough = killed >= times && KINDS.iter().all(|kind| kinds.contains_key(*kind));
        check(url, &places, &told, enough || killed % CHECK_EVERY == 0).await;
        if enough {
            let kept: u32 = kinds.values().sum();
            println!(
                "{name}: killed {killed} times in {:.0?}; {kept} things acknowledged, none lost: {kinds:?}",
                began.elapsed()
            );
            assert!(kept > times, "the server was killed before it could write: {kept}");
            return;
        }
        assert!(killed < 10 * times + 100, "not everything is ever acknowledged: {kinds:?}");
    }
}

/// How many things of each kind were acknowledged.
fn kinds(told: &Mutex<Told>, before: &Told) -> BTreeMap<String, u32> {
    let mut kinds = BTreeMap::new();
    for label in told.lock().expect("told").kept.difference(&before.kept) {
        *kinds.entry(label.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_writing_to_sqlite() {
    kill_again_and_again("sqlite", &testkit::databases::sqlite_url(), kills(), 160).await;
}

/// Its connections take longer to be ready, so it is killed later and less often.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_writing_to_postgres() {
    let times = kills().div_ceil(4);
    kill_again_and_again("postgres", &testkit::databases::postgres_url(), times, 400).await;
}

/// Two real servers on one PostgreSQL, and people at both who write to the same
/// case; one of the two is killed again and again. Nobody is told that something
/// went wrong, and nothing is lost or there twice.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_a_database_and_one_is_killed() {
    let url = testkit::databases::postgres_url();
    let (writers, places) = people(&url).await;
    let before = known(&url, &places).await;
    let told = Arc::new(Mutex::new(before.clone()));
    let stays = Server::start(&url).await;
    let at = |writer: &writers::Writer, server: &Server| {
        tokio::spawn(write_on(writer.clone(), server.address.clone(), Arc::clone(&told)))
    };
    let (here, there): (Vec<_>, Vec<_>) = writers.iter().enumerate().partition(|(n, _)| n % 2 == 0);
    let staying: Vec<_> = here.iter().map(|(_, w)| at(w, &stays)).collect();
    for _ in 0..4 {
        let falls = Server::start(&url).await;
        let falling: Vec<_> = there.iter().map(|(_, w)| at(w, &falls)).collect();
        tokio::time::sleep(Duration::from_millis(700)).await;
        falls.kill();
        for task in falling {
            task.await.expect("a writer");
        }
        assert!(staying.iter().all(|task| !task.is_finished()), "those at the other server write on");
    }
    stays.kill();
    for task in staying {
        task.await.expect("a writer");
    }
    let kinds = kinds(&told, &before);
    check(&url, &places, &told, true).await;
    println!("two servers, one killed 4 times: acknowledged and not lost: {kinds:?}");
    assert!(kinds.get("Note").is_some_and(|notes| *notes > 10), "they wrote: {kinds:?}");
}

/// A file is served by one program. A second one says so and serves nothing;
/// whoever only reads or copies it may; and when the first is gone, however it
/// went, the next one begins at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_served_by_one_program_at_a_time() {
    let url = testkit::databases::sqlite_url();
    people(&url).await;
    let first = Server::start(&url).await;
    let told = common::badly(&["serve", "--listen", "127.0.0.1:0", "--database", &url]);
    assert!(told.contains("another program serves") && told.contains("PostgreSQL"), "{told}");
    common::well(&["verify", "--database", &url]);
    let backup = format!("{url}.backup");
    common::well(&["backup", "--database", &url, "--to", &backup]);
    let mut http = Http::connect(&first.address, "").await.expect("it still answers");
    assert_eq!(http.get("/health").await.expect("an answer").status, 200);
    first.kill();

    // The next one works in the background at once: nobody else can.
    let next = Server::start(&url).await;
    let db = Db::open_existing(&url).await.expect("it opens");
    let holder = async || {
        let lease = db.read(|tx| store::leases::lease(tx, service::runner::WORK)).await;
        lease.map_err(|e: store::StoreError| e).expect("it is read").map(|lease| lease.holder)
    };
    let began = Instant::now();
    let process = format!(" {} ", next.child.id());
    while !holder().await.is_some_and(|holder| holder.contains(&process)) {
        assert!(began.elapsed() < Duration::from_secs(40), "it waits for one that is gone");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How the server gets a disk of a few megabytes: in a name space of its own,
/// with a file on it that can be taken away again.
async fn on_a_small_disk(folder: &Path) -> Server {
    let script = format!(
        "mount -t tmpfs -o size=6m tmpfs '{0}/disk' && head -c 3000000 /dev/zero > '{0}/disk/filler' \
         && cp '{0}/phb.db' '{0}/disk/phb.db' && exec '{1}' serve --database '{0}/disk/phb.db' \"$@\"",
        folder.display(),
        env!("CARGO_BIN_EXE_phb"),
    );
    let unshare = ["--user", "--map-root-user", "--mount"];
    let can = Command::new("unshare").args(unshare).arg("true").status().is_ok_and(|s| s.success());
    assert!(can, "this test needs a name space of its own for a small disk (unshare --user --mount)");
    let mut command = Command::new("unshare");
    command.args(unshare).args(["sh", "-c", &script, "sh"]);
    Server::of(command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_damages_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = folder.path().join("phb.db").display().to_string();
    std::fs::create_dir(folder.path().join("disk")).expect("made");
    let (writers, places) = people(&url).await;
    // They were last seen ten minutes ago, so that the next page wants it noted.
    let aged = rusqlite::Connection::open(&url)
        .and_then(|db| db.execute("UPDATE sessions SET last_seen = last_seen - 600000000", []));
    assert!(aged.expect("aged") > WRITERS, "each who writes, and others who came in before");
    let server = on_a_small_disk(folder.path()).await;
    let inside = format!("/proc/{}/root{}/disk", server.child.id(), folder.path().display());
    let (writer, case) = (&writers[0].browser, places[0].case);
    let mut http = Http::connect(&server.address, &writer.cookies).await.expect("connected");
    let notes = format!("/cases/{case}/notes");

    let told = Mutex::new(known(&url, &places).await);
    let long = "It is a long story. ".repeat(200);
    let mut full = None;
    for n in 0..3_000 {
        let text = format!("{long}{n}");
        told.lock().expect("told").sent.insert(text.clone());
        let answer = http.post(&notes, &writer.note(&text)).await.expect("an answer");
        match answer.status {
            303 => told.lock().expect("told").kept.insert(text),
            507 => {
                full = Some(String::from_utf8_lossy(&answer.body).into_owned());
                break;
            }
            other => panic!("{other}: {}", String::from_utf8_lossy(&answer.body)),
        };
    }
    let page = full.expect("the disk fills up");
    assert!(page.contains("Our storage is full"), "{page}");

    // Reading goes on, also where nobody had looked yet.
    for path in
        [notes.clone(), format!("/cases/{case}"), format!("/cases/{case}/documents"), "/health".into()]
    {
        let answer = http.get(&path).await.expect("an answer");
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    }
    assert_eq!(http.post(&notes, &writer.note(&long)).await.expect("an answer").status, 507, "still full");
    // Somebody who comes only now, and of whom no coming can be noted.
    let other = &writers[1];
    let mut late = Http::connect(&server.address, &other.browser.cookies).await.expect("connected");
    let answer = late.get(&format!("/cases/{}", other.places[0].case)).await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));

    // There is space again, and without a restart writing goes on.
    std::fs::remove_file(format!("{inside}/filler")).expect("taken away");
    let after = "There is space again".to_owned();
    let answer = http.post(&notes, &writer.note(&after)).await.expect("an answer");
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    told.lock().expect("told").sent.insert(after.clone());
    told.lock().expect("told").kept.insert(after);
    told.lock().expect("told").sent.insert(long);
    // SQLite would not open it where it is: the server does nothing, so it is copied.
    let copy = folder.path().join("copy.db");
    for suffix in ["", "-wal"] {
        let there = format!("{inside}/phb.db{suffix}");
        std::fs::copy(there, format!("{}{suffix}", copy.display())).expect("copied");
    }
    check(&copy.display().to_string(), &places, &told, true).await;
    let kept = told.lock().expect("told").kept.len();
    println!("disk full after {kept} notes: refused in words, read on, nothing damaged");
}
