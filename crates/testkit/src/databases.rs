//! Throw-away databases of both kinds. Nothing is skipped: a test that cannot
//! have its database fails and says what to install.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The address of a new, empty SQLite file, in a folder of its own.
#[must_use]
pub fn sqlite_url() -> String {
    // The folder is left to the system's temporary folder to clean: a test
    // that fails is easier to understand with its database still there.
    let folder = tempfile::Builder::new().prefix("phb-test-").tempdir().expect("a temporary folder").keep();
    folder.join("phb.db").display().to_string()
}

/// The address of a new, empty PostgreSQL database, on the cluster that
/// `PHB_TEST_POSTGRES` (an administrator's address) names, or else on a
/// throw-away one started by `scripts/postgres.sh`.
#[must_use]
pub fn postgres_url() -> String {
    static ADMIN: OnceLock<String> = OnceLock::new();
    let admin = ADMIN.get_or_init(|| match std::env::var("PHB_TEST_POSTGRES") {
        Ok(url) => url,
        Err(_) => throw_away_cluster(false),
    });
    create_database(admin)
}

/// The same on a cluster that syncs every commit to disk (for benches), which
/// `PHB_BENCH_POSTGRES` names or the script starts.
#[must_use]
pub fn durable_postgres_url() -> String {
    create_database(&std::env::var("PHB_BENCH_POSTGRES").unwrap_or_else(|_| throw_away_cluster(true)))
}

/// Both, with the name of each.
#[must_use]
pub fn both() -> [(&'static str, String); 2] {
    [("sqlite", sqlite_url()), ("postgres", postgres_url())]
}

/// Runs SQL on a test's database behind the program's back.
pub fn run_sql(url: &str, sql: &str) {
    if url.starts_with("postgres") {
        let output = Command::new("psql")
            .args(["--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url])
            .output();
        let output = output.expect("psql is installed (Debian: postgresql-client)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    } else {
        let file = rusqlite::Connection::open(url).expect("the file opens");
        file.execute_batch(sql).expect("the SQL runs");
    }
}

/// Runs SQL on a test's database behind the program's back, with the database's
/// own guards off: as its owner could.
pub fn tamper(url: &str, sql: &str) {
    if url.starts_with("postgres") {
        return run_sql(url, &format!("SET session_replication_role = replica; {sql}"));
    }
    let file = rusqlite::Connection::open(url).expect("the file opens");
    let triggers: Vec<String> = file
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut found| found.query_map([], |row| row.get(0))?.collect())
        .expect("the triggers");
    for trigger in triggers {
        file.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
    }
    let done = file.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}"));
    done.unwrap_or_else(|why| panic!("{sql}: {why}"));
}

/// The one text that a question gives.
#[must_use]
pub fn text_of(url: &str, sql: &str) -> String {
    if url.starts_with("postgres") {
        let output = Command::new("psql").args(["--no-psqlrc", "-q", "-A", "-t", "-c", sql, url]).output();
        let output = output.expect("psql is installed (Debian: postgresql-client)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return String::from_utf8_lossy(&output.stdout).trim().to_owned();
    }
    let file = rusqlite::Connection::open(url).expect("the file opens");
    file.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|why| panic!("{sql}: {why}"))
}

/// A copy of a database that nobody has open.
#[must_use]
pub fn copy_of(url: &str) -> String {
    if !url.starts_with("postgres") {
        let copy = sqlite_url();
        std::fs::copy(url, &copy).expect("the file can be copied");
        std::fs::copy(format!("{url}-wal"), format!("{copy}-wal")).ok();
        return copy;
    }
    let (before, name) = url.rsplit_once('/').expect("an address ends in /database");
    let (name, query) = name.split_once('?').map_or((name, None), |(name, query)| (name, Some(query)));
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let copy = format!("{name}_copy_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let with =
        |name: &str| query.map_or(format!("{before}/{name}"), |query| format!("{before}/{name}?{query}"));
    run_sql(&with("postgres"), &format!("CREATE DATABASE {copy} TEMPLATE {name}"));
    with(&copy)
}

/// Drops a copy again, so that many do not fill the disk.
pub fn drop_copy(url: &str) {
    if let Some((before, name)) = url.rsplit_once('/').filter(|_| url.starts_with("postgres")) {
        let (name, query) = name.split_once('?').map_or((name, ""), |(name, query)| (name, query));
        run_sql(&format!("{before}/postgres?{query}"), &format!("DROP DATABASE {name}"));
    } else if let Some(folder) = Path::new(url).parent() {
        std::fs::remove_dir_all(folder).ok();
    }
}

fn throw_away_cluster(durable: bool) -> String {
    let script = root().join("scripts/postgres.sh");
    let output = Command::new(&script)
        .arg("url")
        .env("PHB_PG_DURABLE", if durable { "1" } else { "0" })
        .output()
        .unwrap_or_else(|e| {
            panic!("{} cannot be run: {e}", script.display());
        });
    assert!(
        output.status.success(),
        "no PostgreSQL for the tests: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn create_database(admin: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let clock = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
    let name = format!("phb_test_{}_{clock}_{count}", std::process::id());
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--command", &format!("CREATE DATABASE {name}"), admin])
        .output()
        .expect("psql is installed (Debian: postgresql-client)");
    assert!(output.status.success(), "no test database: {}", String::from_utf8_lossy(&output.stderr));
    let (address, query) = admin.split_once('?').map_or((admin, None), |(a, q)| (a, Some(q)));
    let (server, _) = address.rsplit_once('/').expect("an administrator's address ends in /database");
    query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"))
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
