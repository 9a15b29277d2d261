//! A connection to PostgreSQL that is encrypted is also checked: a server
//! whose certificate we do not trust is refused, and so is one with a
//! certificate for another name.
//!
//! The certificates are made with the `openssl` command, which Debian's
//! PostgreSQL brings along, rather than with a library for this one test.

mod common;

use common::{append, case_stream, said};
use std::path::Path;
use std::process::Command;
use store::{Db, StoreError};

/// A PostgreSQL of its own that can encrypt; it is thrown away at the end.
struct Server {
    folder: tempfile::TempDir,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        drop(listener);
        // PostgreSQL's own user has to get to it.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        let folder =
            tempfile::Builder::new().prefix("phb-tls-").permissions(open).tempdir().expect("a folder");
        authority(folder.path(), "right");
        authority(folder.path(), "wrong");
        certificate(folder.path());
        let server = Self { folder, port };
        server.script("start");
        server
    }

    fn script(&self, what: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres.sh");
        let run = Command::new(script)
            .arg(what)
            .env("PHB_PG_DIR", self.folder.path().join("postgres"))
            .env("PHB_PG_TLS", self.folder.path())
            .env("PHB_PG_PORT", self.port.to_string())
            .output()
            .expect("the script runs");
        assert!(run.status.success(), "{what}: {}", String::from_utf8_lossy(&run.stderr));
    }

    fn url(&self, host: &str, query: &str) -> String {
        format!("postgres://phb@{host}:{}/postgres?{query}", self.port)
    }

    /// `sslmode=…` with one of the authorities.
    fn with_root(&self, mode: &str, root: &str) -> String {
        format!(
            "sslmode={mode}&sslrootcert={}",
            self.folder.path().join(root).with_extension("crt").display()
        )
    }

    /// How many of our connections are encrypted and how many are not.
    fn connections(&self) -> String {
        let sql = "SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl)
            FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'openphb'";
        let run = Command::new("psql")
            .args(["--no-psqlrc", "-At", "-c", sql, &self.url("127.0.0.1", "")])
            .output()
            .expect("psql");
        String::from_utf8_lossy(&run.stdout).trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.script("stop");
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let run = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
    let run = run.expect("openssl (Debian: openssl)");
    assert!(run.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&run.stderr));
}

fn authority(folder: &Path, name: &str) {
    let make =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=An-authority";
    openssl(folder, &format!("{make} -keyout {name}.key -out {name}.crt"));
}

/// A certificate for `localhost`, and not for `127.0.0.1`.
fn certificate(folder: &Path) {
    let names = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n";
    std::fs::write(folder.join("names"), names).expect("written");
    let ask = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost";
    openssl(folder, &format!("{ask} -keyout server.key -out server.csr"));
    let sign = "x509 -req -in server.csr -CA right.crt -CAkey right.key -CAcreateserial -days 2";
    openssl(folder, &format!("{sign} -extfile names -out server.crt"));
}

async fn refusal(url: &str) -> String {
    let refused = Db::open(url).await.err().unwrap_or_else(|| panic!("{url} is opened"));
    assert!(matches!(refused, StoreError::NotThere { .. }), "{refused:?}");
    refused.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_is_checked() {
    let server = Server::start();
    for mode in ["require", "verify-ca", "verify-full"] {
        let db = Db::open(&server.url("localhost", &server.with_root(mode, "right"))).await.expect(mode);
        append(&db, case_stream(1), 0, vec![said("a secret")]).await.ok();
        assert_eq!(server.connections(), "5|0", "{mode}: all are encrypted");
        db.close().await;

        let wrong = refusal(&server.url("localhost", &server.with_root(mode, "wrong"))).await;
        assert!(wrong.contains("certificate of the database is refused"), "{mode}: {wrong}");
        let public = refusal(&server.url("localhost", &format!("sslmode={mode}"))).await;
        assert!(
            public.contains("certificate of the database is refused"),
            "{mode}: no public authority vouches for it: {public}"
        );
        let other_name = refusal(&server.url("127.0.0.1", &server.with_root(mode, "right"))).await;
        assert!(other_name.contains("certificate of the database is refused"), "{mode}: {other_name}");
    }
    let none = refusal(&server.url("localhost", &server.with_root("verify-full", "nowhere"))).await;
    assert!(none.contains("nowhere.crt cannot be read"), "{none}");
    let slip = refusal(&server.url("localhost", &server.with_root("verify-fully", "right"))).await;
    assert!(slip.contains("sslmode=verify-fully"), "{slip}");

    for query in ["", "sslmode=disable", "sslmode=prefer"] {
        let db = Db::open(&server.url("localhost", query)).await.expect("it opens");
        assert_eq!(server.connections(), "0|5", "{query}: it was not asked for");
        db.close().await;
    }
}

/// A server that cannot encrypt is not written to in the clear.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_encrypt_is_refused() {
    let url = testkit::databases::postgres_url();
    assert!(Db::open(&url).await.is_ok());
    let refused = refusal(&format!("{url}?sslmode=require")).await;
    assert!(refused.to_lowercase().contains("tls"), "{refused}");
}
