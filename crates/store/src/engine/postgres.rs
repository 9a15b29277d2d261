//! PostgreSQL, and databases that speak its language. Each connection has its
//! own thread and its own small runtime, so that a round trip wakes nobody
//! else. Commands that give no answer (BEGIN, SAVEPOINT, RELEASE) are kept
//! back and sent along with the next statement.

use super::{Access, Turn};
use crate::value::{Names, Row, Value};
use crate::{StoreError, dialect};
use futures_util::future::{join, join_all};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, Statement};

/// How many statements are under way at once without waiting for an answer.
const PIPELINE: usize = 24;
/// How many of [`PIPELINE`] statements may be sent ahead of one question.
const PIPELINES: usize = 24;

/// A statement and its parameters.
type Asked = (&'static str, Vec<Value>);

/// An address, and how to trust who answers there.
#[derive(Clone)]
pub(crate) struct Settings {
    config: Config,
    tls: Option<rustls::ClientConfig>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        write!(f, "Settings({:?})", self.config.get_hosts())
    }
}

impl Settings {
    /// Reads an address. `sslmode=require`, `verify-ca` and `verify-full` all
    /// mean a certificate that is checked, against `sslrootcert` (a PEM file)
    /// where that is given and against the public authorities otherwise.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let mut others = Vec::new();
        let (mut checked, mut root) = (false, None);
        for part in query.split('&').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some(("sslmode", mode)) => checked = wants_tls(mode)?,
                Some(("sslrootcert", path)) => root = Some(path.to_owned()),
                _ => others.push(part),
            }
        }
        let mode = if checked { "sslmode=require" } else { "sslmode=disable" };
        others.push(mode);
        let address = format!("{address}?{}", others.join("&"));
        let mut config: Config = address.parse().map_err(|e: tokio_postgres::Error| {
            StoreError::NotThere { what: format!("the database address cannot be read: {e}") }
        })?;
        config.application_name("openphb").connect_timeout(Duration::from_secs(5));
        let tls = if checked { Some(trust(root.as_deref())?) } else { None };
        Ok(Self { config, tls })
    }
}

impl Settings {
    /// Whether what is said can be read on a network.
    pub fn goes_in_the_clear(&self) -> bool {
        let far = |host: &Host| match host {
            Host::Tcp(name) => !is_this_computer(name),
            #[cfg(unix)]
            Host::Unix(_) => false,
        };
        let hosts = self.config.get_hosts();
        self.tls.is_none()
            && (hosts.iter().any(far) || self.config.get_hostaddrs().iter().any(|ip| !ip.is_loopback()))
    }
}

fn is_this_computer(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A word that nobody knows is refused: it may be a slip for one that matters.
fn wants_tls(mode: &str) -> Result<bool, StoreError> {
    match mode {
        "require" | "verify-ca" | "verify-full" => Ok(true),
        "disable" | "allow" | "prefer" => Ok(false),
        other => Err(StoreError::NotThere {
            what: format!("the database address has sslmode={other}: use verify-full, or disable"),
        }),
    }
}

fn trust(root: Option<&str>) -> Result<rustls::ClientConfig, StoreError> {
    let bad = |what: String| StoreError::NotThere { what };
    let mut roots = rustls::RootCertStore::empty();
    match root {
        Some(path) => {
            let certificates = CertificateDer::pem_file_iter(path)
                .map_err(|e| bad(format!("the certificate file {path} cannot be read: {e}")))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|e| bad(format!("{path}: {e}")))?;
                roots.add(certificate).map_err(|e| bad(format!("{path}: {e}")))?;
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| bad(e.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

pub(crate) struct Connection {
    settings: Settings,
    access: Access,
    runtime: Runtime,
    session: Session,
    /// Commands to send before the next statement.
    pending: String,
    /// Rows to write, one each, before the next question or the commit.
    rows: Vec<Asked>,
    /// Something went wrong with the connection: the next transaction begins
    /// on a new one (on the new leader, after a failover).
    suspect: bool,
}

struct Session {
    client: Client,
    /// Whether writers can wait in a queue: they do not read, and they may not
    /// where the database is spread over machines.
    queues: bool,
    statements: HashMap<&'static str, Statement>,
}

impl Connection {
    pub fn access(&self) -> Access {
        self.access
    }

    pub fn open(settings: &Settings, access: Access) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| StoreError::Io { what: e.to_string() })?;
        let session = connect(&runtime, settings, access)?;
        Ok(Self {
            settings: settings.clone(),
            access,
            runtime,
            session,
            pending: String::new(),
            rows: Vec::new(),
            suspect: false,
        })
    }

    pub fn begin(&mut self) -> Result<(), StoreError> {
        if self.suspect || self.session.client.is_closed() {
            self.session = connect(&self.runtime, &self.settings, self.access)?;
            self.suspect = false;
        }
        self.pending.clear();
        self.rows.clear();
        self.pending.push_str(match self.access {
            Access::Write => "BEGIN ISOLATION LEVEL SERIALIZABLE;",
            Access::Read => "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;",
        });
        Ok(())
    }

    /// Whoever writes has a weak lock on one table, which costs next to nothing;
    /// whoever lost against others takes a strong one, for which the database
    /// lets them wait in a queue. Both are taken before the transaction sees
    /// anything, so that what it then sees is no older than its turn. It is the
    /// table of the lists, of which the serving user may delete rows: to lock one
    /// takes a right on the whole of it, and of others it may change columns.
    pub fn begin_to_write(&mut self, turn: Turn) -> Result<(), StoreError> {
        self.begin()?;
        if self.session.queues {
            self.pending.push_str(match turn {
                Turn::Beside => "LOCK TABLE list_rows IN ROW EXCLUSIVE MODE;",
                // A server that stops in the middle does not stop the others for ever.
                Turn::Alone => {
                    "SET LOCAL idle_in_transaction_session_timeout = '30s';
                     LOCK TABLE list_rows IN EXCLUSIVE MODE;"
                }
            });
        }
        Ok(())
    }

    pub fn commit(&mut self) -> Result<(), StoreError> {
        // Not along with the commit: whether each touched its row is known first.
        self.query_all(&[])?;
        self.pending.push_str("COMMIT;");
        self.flush().map_err(|e| match e {
            StoreError::Unreachable { what } => StoreError::Unknown { what },
            other => other,
        })
    }

    pub fn rollback(&mut self) {
        self.pending.clear();
        self.rows.clear();
        self.pending.push_str("ROLLBACK;");
        // A connection that cannot even do this is found closed by the next
        // `begin`, and the server has rolled back by then.
        self.flush().ok();
    }

    pub fn savepoint(&mut self) -> Result<(), StoreError> {
        self.pending.push_str("SAVEPOINT job;");
        Ok(())
    }

    pub fn keep_savepoint(&mut self) -> Result<(), StoreError> {
        self.pending.push_str("RELEASE job;");
        Ok(())
    }

    pub fn undo_savepoint(&mut self) -> Result<(), StoreError> {
        self.pending.push_str("ROLLBACK TO job;RELEASE job;");
        Ok(())
    }

    pub fn later(&mut self, mut rows: Vec<Asked>) {
        self.rows.append(&mut rows);
    }

    /// Writes the rows that were kept back and asks questions, all in one
    /// round trip (where the rows are not very many).
    pub fn query_all(&mut self, questions: &[Asked]) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut rows = std::mem::take(&mut self.rows);
        while rows.len() > PIPELINE * PIPELINES {
            let rest = rows.split_off(PIPELINE * PIPELINES);
            self.exchange(&rows, &[])?;
            rows = rest;
        }
        if rows.is_empty() && questions.is_empty() {
            return Ok(Vec::new());
        }
        self.exchange(&rows, questions)
    }

    fn exchange(&mut self, rows: &[Asked], questions: &[Asked]) -> Result<Vec<Vec<Row>>, StoreError> {
        let Self { runtime, session, pending, .. } = self;
        let before = std::mem::take(pending);
        let outcome = runtime.block_on(async {
            let rows = session.ready(rows).await?;
            let questions = session.ready(questions).await?;
            let client = &session.client;
            // Short lists of futures are begun in their order, long ones perhaps not.
            let writes = rows.chunks(PIPELINE).map(|some| {
                join_all(some.iter().map(|(statement, params)| client.execute(statement, params)))
            });
            let answers = questions
                .chunks(PIPELINE)
                .map(|some| join_all(some.iter().map(|(statement, params)| client.query(statement, params))));
            let (writes, answers) = (join_all(writes), join_all(answers));
            let (first, (written, answers)) = join(session.send(&before), join(writes, answers)).await;
            first?;
            for touched in written.into_iter().flatten() {
                if touched.map_err(fault)? != 1 {
                    return Err(StoreError::Clash { what: "a row that was to be written".to_owned() });
                }
            }
            answers.into_iter().flatten().map(|rows| rows.map_err(fault)).collect::<Result<Vec<_>, _>>()
        });
        let answers = self.noting(outcome)?;
        answers.iter().map(|rows| own_all(rows)).collect()
    }

    pub fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        if !self.rows.is_empty() {
            let answers = self.query_all(&[(sql, params.to_vec())])?;
            return Ok(answers.into_iter().next().unwrap_or_default());
        }
        let Self { runtime, session, pending, .. } = self;
        let before = std::mem::take(pending);
        let rows = runtime.block_on(async {
            let statement = session.prepared(sql).await?;
            let params = borrow(params);
            let (first, rows) = join(session.send(&before), session.client.query(&statement, &params)).await;
            first.and(rows.map_err(fault))
        });
        own_all(&self.noting(rows)?)
    }

    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        self.query_all(&[])?;
        let Self { runtime, session, pending, .. } = self;
        let before = std::mem::take(pending);
        let touched = runtime.block_on(async {
            let statement = session.prepared(sql).await?;
            let params = borrow(params);
            let (first, touched) =
                join(session.send(&before), session.client.execute(&statement, &params)).await;
            first.and(touched.map_err(fault))
        });
        self.noting(touched)
    }

    pub fn execute_all(&mut self, statements: &[(&'static str, Vec<Value>)]) -> Result<Vec<u64>, StoreError> {
        self.query_all(&[])?;
        let mut before = std::mem::take(&mut self.pending);
        let mut touched = Vec::with_capacity(statements.len());
        for some in statements.chunks(PIPELINE) {
            let Self { runtime, session, .. } = self;
            let first = std::mem::take(&mut before);
            let answers = runtime.block_on(async {
                let mut calls = Vec::with_capacity(some.len());
                for (sql, params) in some {
                    calls.push((session.prepared(sql).await?, borrow(params)));
                }
                let client = &session.client;
                let calls = calls.iter().map(|(statement, params)| client.execute(statement, params));
                let (first, answers) = join(session.send(&first), join_all(calls)).await;
                first?;
                answers.into_iter().map(|answer| answer.map_err(fault)).collect::<Result<Vec<_>, _>>()
            });
            touched.extend(self.noting(answers)?);
        }
        Ok(touched)
    }

    pub fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.flush()?;
        self.runtime.block_on(self.session.client.batch_execute(sql)).map_err(fault)
    }

    #[cfg(test)]
    pub fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.runtime.block_on(self.session.client.prepare(sql)).map(|_| ()).map_err(fault)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let commands = std::mem::take(&mut self.pending);
        let outcome = self.runtime.block_on(self.session.send(&commands));
        self.noting(outcome)
    }

    fn noting<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.suspect |= matches!(outcome, Err(StoreError::Unreachable { .. }));
        outcome
    }
}

impl Session {
    async fn prepared(&mut self, sql: &'static str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await.map_err(fault)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    /// Statements and parameters as the driver takes them.
    async fn ready<'p>(
        &mut self,
        asked: &'p [Asked],
    ) -> Result<Vec<(Statement, Vec<&'p (dyn ToSql + Sync)>)>, StoreError> {
        let mut ready = Vec::with_capacity(asked.len());
        for (sql, params) in asked {
            ready.push((self.prepared(sql).await?, borrow(params)));
        }
        Ok(ready)
    }

    async fn send(&self, commands: &str) -> Result<(), StoreError> {
        if commands.is_empty() {
            return Ok(());
        }
        self.client.batch_execute(commands).await.map_err(fault)
    }
}

fn connect(runtime: &Runtime, settings: &Settings, access: Access) -> Result<Session, StoreError> {
    let client = runtime.block_on(async {
        // The task ends with the connection, which the client notices.
        let client = match &settings.tls {
            None => {
                let (client, connection) = settings.config.connect(NoTls).await?;
                tokio::spawn(connection);
                client
            }
            Some(tls) => {
                let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls.clone());
                let (client, connection) = settings.config.connect(tls).await?;
                tokio::spawn(connection);
                client
            }
        };
        let queues = access == Access::Write && {
            let row = client.query_one(dialect::POSTGRES_VERSION, &[]).await?;
            lets_writers_queue(row.try_get(0)?)
        };
        Ok::<_, tokio_postgres::Error>((client, queues))
    });
    match client {
        Ok((client, queues)) => Ok(Session { client, queues, statements: HashMap::new() }),
        Err(e) => Err(match fault(e) {
            StoreError::Sql { what } => StoreError::NotThere { what },
            other => other,
        }),
    }
}

/// Whether a database of this version has `LOCK TABLE` as PostgreSQL has it.
/// Others that speak its language do without: there only the pauses between
/// tries keep two writers apart.
fn lets_writers_queue(version: &str) -> bool {
    version.starts_with("PostgreSQL ") && !version.contains("-YB-")
}

fn borrow(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Self::Int(n) => n.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Word(word) => word.to_sql(ty, out),
            Self::Bytes(bytes) if *ty == Type::UUID => uuid::Uuid::from_slice(bytes)?.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
            Self::Uuid(id) => id.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::VARCHAR, Type::BYTEA, Type::UUID].contains(ty)
    }

    to_sql_checked!();
}

fn own_all(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, StoreError> {
    let Some(first) = rows.first() else { return Ok(vec![]) };
    let names: Names = first.columns().iter().map(|column| Box::from(column.name())).collect();
    rows.iter().map(|row| own(&names, row)).collect()
}

fn own(names: &Names, row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i).map(Value::from),
            Type::INT4 => row.try_get::<_, Option<i32>>(i).map(|n| n.map(i64::from).into()),
            Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<String>>(i).map(Value::from),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i).map(Value::from),
            Type::UUID => row.try_get::<_, Option<uuid::Uuid>>(i).map(Value::from),
            _ => return Err(StoreError::corrupt("(answer)", column.name(), column.type_())),
        };
        values.push(value.map_err(|_| StoreError::corrupt("(answer)", column.name(), ""))?);
    }
    Ok(Row::new(Names::clone(names), values))
}

/// Tells keys apart without keeping what is in them.
fn hashed(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

fn fault(error: tokio_postgres::Error) -> StoreError {
    let Some(db) = error.as_db_error() else {
        let source = std::error::Error::source(&error);
        let what = source.map_or_else(|| error.to_string(), ToString::to_string);
        let io = source.and_then(|source| source.downcast_ref::<std::io::Error>());
        let tls = io.and_then(|io| io.get_ref()).and_then(|inner| inner.downcast_ref());
        if let Some(rustls::Error::InvalidCertificate(_)) = tls {
            // Asking again would not help.
            return StoreError::Sql { what: format!("the certificate of the database is refused: {what}") };
        }
        return if error.is_closed() || io.is_some() || error.to_string().starts_with("error connecting") {
            StoreError::Unreachable { what }
        } else {
            StoreError::Sql { what: format!("{error}: {what}") }
        };
    };
    // The detail of an error can quote what was in the row; its message does not.
    let what = db.message().to_owned();
    let code = db.code();
    match code.code() {
        _ if *code == SqlState::UNIQUE_VIOLATION => {
            StoreError::Taken { what, key: hashed((db.constraint(), db.detail())) }
        }
        "40001" | "40P01" | "55P03" => StoreError::Busy,
        "53100" => StoreError::Full,
        "42501" => StoreError::Denied { what },
        "57P01" | "57P02" | "57P03" | "53300" | "25006" => StoreError::Unreachable { what },
        class if class.starts_with("08") => StoreError::Unreachable { what },
        class if class.starts_with("23") => StoreError::Constraint { what },
        _ => StoreError::Sql { what },
    }
}

#[cfg(test)]
mod tests {
    use super::lets_writers_queue;

    #[test]
    fn writers_queue_where_the_database_lets_them() {
        for (version, queues) in [
            ("PostgreSQL 15.14 (Debian 15.14-0+deb12u1) on x86_64-pc-linux-gnu", true),
            ("PostgreSQL 11.2-YB-2.20.0.0-b0 on x86_64-pc-linux-gnu", false),
            ("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", false),
        ] {
            assert_eq!(lets_writers_queue(version), queues, "{version}");
        }
    }
}
