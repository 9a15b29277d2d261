//! One connection to one of the two databases, behind the same few verbs.

mod postgres;
mod sqlite;

use crate::StoreError;
use crate::value::{Row, Value};

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
            Self::Sqlite(path) => sqlite::Connection::open(path, access).map(Connection::Sqlite),
            Self::Postgres(settings) => postgres::Connection::open(settings, access)
                .map(|connection| Connection::Postgres(Box::new(connection))),
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Refuses what touched no row, or several.
fn one_each(touched: &[u64]) -> Result<(), StoreError> {
    if touched.iter().all(|rows| *rows == 1) {
        return Ok(());
    }
    Err(StoreError::Clash { what: "a row that was to be written".to_owned() })
}

pub(crate) enum Connection {
    Sqlite(sqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

macro_rules! each {
    ($self:ident, $connection:ident => $work:expr) => {
        match $self {
            Connection::Sqlite($connection) => $work,
            Connection::Postgres($connection) => $work,
        }
    };
}

impl Connection {
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    pub fn begin(&mut self) -> Result<(), StoreError> {
        each!(self, c => c.begin())
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
        if let Self::Sqlite(c) = self {
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
        each!(self, c => c.query(sql, params))
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
        match self {
            Self::Sqlite(c) => questions.iter().map(|(sql, params)| c.query(sql, params)).collect(),
            Self::Postgres(c) => c.query_all(questions),
        }
    }

    /// Runs statements that touch one row each, at the latest with the next
    /// question or with the commit; that one did not is then a clash.
    pub fn later(&mut self, statements: Vec<(&'static str, Vec<Value>)>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) => c.execute_all(&statements).and_then(|touched| one_each(&touched)),
            Self::Postgres(c) => {
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
