//! SQLite: a file beside the program. One connection writes, others read a
//! snapshot of the write-ahead log.

use super::Access;
use crate::StoreError;
use crate::value::{Row, Value};
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql};
use std::path::Path;
use std::time::Duration;

/// How long to wait for another program that writes to the same file.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Connection {
    db: rusqlite::Connection,
    access: Access,
}

impl Connection {
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            // Not read-only: the first reader of a log may have to recover it.
            Access::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        let db = rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| StoreError::NotThere { what: format!("cannot open {}: {e}", path.display()) })?;
        db.busy_timeout(PATIENCE).map_err(fault)?;
        db.set_prepared_statement_cache_capacity(256);
        db.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;",
        )
        .map_err(|e| match fault(e) {
            StoreError::Sql { what } => {
                StoreError::NotThere { what: format!("{} is not a database: {what}", path.display()) }
            }
            other => other,
        })?;
        if access == Access::Read {
            db.execute_batch("PRAGMA query_only = ON;").map_err(fault)?;
        }
        Ok(Self { db, access })
    }

    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.simple(match self.access {
            Access::Write => "BEGIN IMMEDIATE",
            Access::Read => "BEGIN DEFERRED",
        })
    }

    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.simple("COMMIT")
    }

    pub fn rollback(&mut self) {
        // SQLite ends some failed transactions by itself, so a refusal here
        // only says that there is nothing to end.
        if !self.db.is_autocommit() {
            self.simple("ROLLBACK").ok();
        }
    }

    pub fn savepoint(&mut self) -> Result<(), StoreError> {
        self.simple("SAVEPOINT job")
    }

    pub fn keep_savepoint(&mut self) -> Result<(), StoreError> {
        self.simple("RELEASE job")
    }

    pub fn undo_savepoint(&mut self) -> Result<(), StoreError> {
        self.simple("ROLLBACK TO job")?;
        self.simple("RELEASE job")
    }

    pub fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.db.prepare_cached(sql).map_err(fault)?;
        let columns = statement.column_count();
        let order = order(&statement)?;
        bind(&mut statement, &order, params)?;
        let mut rows = statement.raw_query();
        let mut answer = Vec::new();
        while let Some(row) = rows.next().map_err(fault)? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(own(row.get_ref(column).map_err(fault)?)?);
            }
            answer.push(Row(values));
        }
        Ok(answer)
    }

    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        let mut statement = self.db.prepare_cached(sql).map_err(fault)?;
        let order = order(&statement)?;
        bind(&mut statement, &order, params)?;
        let touched = statement.raw_execute().map_err(fault)?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    pub fn execute_all(&mut self, statements: &[(&'static str, Vec<Value>)]) -> Result<Vec<u64>, StoreError> {
        let mut touched = Vec::with_capacity(statements.len());
        // Rows of one table tend to come in a row: prepared once, bound many times.
        for run in statements.chunk_by(|a, b| std::ptr::eq(a.0, b.0)) {
            let Some((sql, _)) = run.first() else { continue };
            let mut statement = self.db.prepare_cached(sql).map_err(fault)?;
            let order = order(&statement)?;
            for (_, params) in run {
                bind(&mut statement, &order, params)?;
                let rows = statement.raw_execute().map_err(fault)?;
                touched.push(u64::try_from(rows).unwrap_or(u64::MAX));
            }
        }
        Ok(touched)
    }

    pub fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.db.execute_batch(sql).map_err(fault)
    }

    #[cfg(test)]
    pub fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.db.prepare(sql).map(|_| ()).map_err(fault)
    }

    fn simple(&self, sql: &str) -> Result<(), StoreError> {
        self.db.prepare_cached(sql).and_then(|mut s| s.execute([])).map(|_| ()).map_err(fault)
    }
}

/// To SQLite `$2` is a name, and names are numbered as they appear in the
/// statement; to PostgreSQL it is the second parameter. So it is here.
fn order(statement: &rusqlite::Statement<'_>) -> Result<Vec<usize>, StoreError> {
    let number = |index| statement.parameter_name(index)?.get(1..)?.parse::<usize>().ok()?.checked_sub(1);
    (1..=statement.parameter_count()).map(|index| number(index).ok_or_else(too_few)).collect()
}

fn bind(
    statement: &mut rusqlite::Statement<'_>,
    order: &[usize],
    params: &[Value],
) -> Result<(), StoreError> {
    for (index, place) in (1..).zip(order) {
        let value = params.get(*place).ok_or_else(too_few)?;
        statement.raw_bind_parameter(index, value).map_err(fault)?;
    }
    Ok(())
}

fn too_few() -> StoreError {
    StoreError::Sql { what: "a statement has more parameters than it was given".to_owned() }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Int(n) => ToSqlOutput::Owned(Owned::Integer(*n)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Uuid(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
        })
    }
}

fn own(value: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        // Text that is not UTF-8 is kept as bytes: whoever reads it as text
        // then says which table, column and row it is in.
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(text.to_vec()),
        },
        ValueRef::Real(_) => return Err(StoreError::corrupt("(answer)", "(a fraction)", "")),
    })
}

fn fault(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, message) = &error else {
        return StoreError::Sql { what: error.to_string() };
    };
    let what = message.clone().unwrap_or_else(|| error.to_string());
    match code.code {
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::ConstraintViolation => match code.extended_code {
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
            | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | rusqlite::ffi::SQLITE_CONSTRAINT_ROWID => StoreError::Clash { what },
            _ => StoreError::Constraint { what },
        },
        _ => StoreError::Sql { what },
    }
}
