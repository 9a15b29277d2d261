//! One connection to one of the two databases, behind the same few verbs.

mod postgres;
mod sqlite;

use crate::StoreError;
use crate::keys::Keys;
use crate::value::{Row, Value};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where a database is, read from its address.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Sqlite(std::path::PathBuf),
    Postgres(Box<postgres::Settings>),
}

impl Place {
    /// `postgres://…` or `postgresql://…`, `sqlite:path`, or a bare path.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return postgres::Settings::parse(url).map(|settings| Self::Postgres(Box::new(settings)));
        }
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains("://") {
            return Err(StoreError::NotThere {
                what: "the database is a file, like phb.db, or an address that starts with postgres://"
                    .to_owned(),
            });
        }
        Ok(Self::Sqlite(path.into()))
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    pub fn connect(&self, access: Access) -> Result<Connection, StoreError> {
        match self {
            Self::Sqlite(path) => sqlite::Connection::open(path, access).map(Kind::Sqlite),
            Self::Postgres(settings) => postgres::Connection::open(settings, access)
                .map(|connection| Kind::Postgres(Box::new(connection))),
        }
        .map(|kind| Connection {
            kind,
            asked: Arc::default(),
            keys: Keys::default(),
            is_encrypted: false,
            own_key: OwnKey::default(),
        })
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// How a writer begins where others write too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// At the same time, in the hope that they want other rows.
    Beside,
    /// When those who write now are done, and before all who come later.
    Alone,
}

/// Refuses what touched no row, or several.
fn one_each(touched: &[u64]) -> Result<(), StoreError> {
    if touched.iter().all(|rows| *rows == 1) {
        return Ok(());
    }
    Err(StoreError::Clash { what: "a row that was to be written".to_owned() })
}

/// How much was asked of a database: what a page costs, whatever the machine.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub questions: AtomicU64,
    pub rows: AtomicU64,
}

/// The key of the database itself, wrapped as it stood there when it was first read: it
/// is asked for with every list, is never destroyed, and is wrapped anew only under a
/// key that is in the ring beside the one before.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnKey(Arc<OnceLock<Vec<u8>>>);

pub(crate) struct Connection {
    kind: Kind,
    asked: Arc<Asked>,
    keys: Keys,
    is_encrypted: bool,
    own_key: OwnKey,
}

enum Kind {
    Sqlite(sqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

macro_rules! each {
    ($self:ident, $connection:ident => $work:expr) => {
        match &mut $self.kind {
            Kind::Sqlite($connection) => $work,
            Kind::Postgres($connection) => $work,
        }
    };
}

impl Connection {
    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// Counts what is asked here together with what is asked elsewhere.
    pub fn counted_in(self, asked: &Arc<Asked>) -> Self {
        Self { asked: Arc::clone(asked), ..self }
    }

    /// The same, for what is written and checked with these keys.
    pub fn with_keys(self, keys: &Keys) -> Self {
        Self { keys: keys.clone(), ..self }
    }

    /// The same, for a database in which what is personal is encrypted, or not.
    pub fn encrypting(self, is_encrypted: bool) -> Self {
        Self { is_encrypted, ..self }
    }

    /// The same, which knows the key of the database once another has read it.
    pub fn sharing(self, own_key: &OwnKey) -> Self {
        Self { own_key: own_key.clone(), ..self }
    }

    pub fn own_key(&self) -> Option<&[u8]> {
        self.own_key.0.get().map(Vec::as_slice)
    }

    /// Keeps the key of the database as it was read. What a transaction that writes
    /// sees may still be undone, so only one that reads says it.
    pub fn keep_own_key(&self, wrapped: &[u8]) {
        if self.reads_only() {
            self.own_key.0.get_or_init(|| wrapped.to_vec());
        }
    }

    fn reads_only(&self) -> bool {
        let access = match &self.kind {
            Kind::Sqlite(connection) => connection.access(),
            Kind::Postgres(connection) => connection.access(),
        };
        access == Access::Read
    }

    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    fn count(&self, questions: usize, rows: usize) {
        let add = |to: &AtomicU64, n: usize| to.fetch_add(n as u64, Ordering::Relaxed);
        add(&self.asked.questions, questions);
        add(&self.asked.rows, rows);
    }

    pub fn begin(&mut self) -> Result<(), StoreError> {
        each!(self, c => c.begin())
    }

    /// Begins to write, beside those who write through other connections or
    /// before them.
    pub fn begin_to_write(&mut self, turn: Turn) -> Result<(), StoreError> {
        match &mut self.kind {
            // Only one writes at any moment.
            Kind::Sqlite(c) => c.begin(),
            Kind::Postgres(c) => c.begin_to_write(turn),
        }
    }

    pub fn commit(&mut self) -> Result<(), StoreError> {
        each!(self, c => c.commit())
    }

    /// Ends the transaction, if there is one, and drops what it did.
    pub fn rollback(&mut self) {
        each!(self, c => c.rollback());
    }

    /// What may be done after the answers were given. `quiet`: nobody waits.
    pub fn tidy(&mut self, quiet: bool) {
        if let Kind::Sqlite(c) = &mut self.kind {
            c.tidy(quiet);
        }
    }

    pub fn savepoint(&mut self) -> Result<(), StoreError> {
        each!(self, c => c.savepoint())
    }

    pub fn keep_savepoint(&mut self) -> Result<(), StoreError> {
        each!(self, c => c.keep_savepoint())
    }

    pub fn undo_savepoint(&mut self) -> Result<(), StoreError> {
        each!(self, c => c.undo_savepoint())
    }

    pub fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = each!(self, c => c.query(sql, params))?;
        self.count(1, rows.len());
        Ok(rows)
    }

    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        each!(self, c => c.execute(sql, params))
    }

    pub fn execute_all(&mut self, statements: &[(&'static str, Vec<Value>)]) -> Result<Vec<u64>, StoreError> {
        each!(self, c => c.execute_all(statements))
    }

    /// Asks several questions in one round trip.
    pub fn query_all(
        &mut self,
        questions: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        let answers: Vec<Vec<Row>> = match &mut self.kind {
            Kind::Sqlite(c) => {
                questions.iter().map(|(sql, params)| c.query(sql, params)).collect::<Result<_, _>>()?
            }
            Kind::Postgres(c) => c.query_all(questions)?,
        };
        self.count(questions.len(), answers.iter().map(Vec::len).sum());
        Ok(answers)
    }

    /// Runs statements that touch one row each, at the latest with the next
    /// question or with the commit; that one did not is then a clash.
    pub fn later(&mut self, statements: Vec<(&'static str, Vec<Value>)>) -> Result<(), StoreError> {
        match &mut self.kind {
            Kind::Sqlite(c) => c.execute_all(&statements).and_then(|touched| one_each(&touched)),
            Kind::Postgres(c) => {
                c.later(statements);
                Ok(())
            }
        }
    }

    /// Runs statements that take no parameters and give no rows (migrations).
    pub fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        each!(self, c => c.script(sql))
    }

    /// Checks that the database understands a statement, without running it.
    #[cfg(test)]
    pub fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        each!(self, c => c.prepare(sql))
    }
}
