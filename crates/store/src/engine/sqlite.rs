//! SQLite: a file beside the program. One connection writes, others read a
//! snapshot of the write-ahead log.

use super::Access;
use crate::value::{Names, Row, Value};
use crate::{StoreError, private};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long to wait for another program that writes to the same file.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many pages the log may hold before they go to the file, in a quiet
/// moment and at the latest.
const LOGGED: (u32, u32) = (1_000, 8_000);

pub(crate) struct Connection {
    db: rusqlite::Connection,
    access: Access,
    /// How many pages the log held after the last commit.
    logged: Arc<AtomicU32>,
}

impl Connection {
    pub fn access(&self) -> Access {
        self.access
    }

    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            // Not read-only: the first reader of a log may have to recover it.
            Access::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        if access == Access::Write && path != Path::new(":memory:") {
            private::keep_to_oneself(path);
        }
        let mut db = rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| StoreError::NotThere { what: format!("cannot open {}: {e}", path.display()) })?;
        db.busy_timeout(PATIENCE).map_err(fault)?;
        db.set_prepared_statement_cache_capacity(256);
        // Without it SQLite prepares a statement anew whenever other values are
        // put in, in case they asked for another way to look.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
        db.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = FAST;
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
        let logged = Arc::new(AtomicU32::new(0));
        if access == Access::Write {
            // Instead of SQLite's own, which makes whoever commits wait for it.
            let pages = Arc::clone(&logged);
            db.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
                pages.store(u32::try_from(count).unwrap_or(0), Ordering::Relaxed);
                Ok(())
            }))
            .map_err(fault)?;
        }
        Ok(Self { db, access, logged })
    }

    /// Takes what is in the log over into the file, if that is much: between
    /// pieces of work, when nobody waits for an answer.
    pub fn tidy(&mut self, quiet: bool) {
        let (in_a_quiet_moment, at_the_latest) = LOGGED;
        let most = if quiet { in_a_quiet_moment } else { at_the_latest };
        if self.logged.load(Ordering::Relaxed) < most {
            return;
        }
        self.logged.store(0, Ordering::Relaxed);
        // What was committed is safe in the log: a full disk is met again, and
        // told, at the next commit.
        if let Err(error) = self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the log was not taken over into the file");
        }
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
        let names: Names = statement.column_names().map(Box::from).collect();
        let order = order(&statement)?;
        bind(&mut statement, &order, params)?;
        let mut rows = statement.raw_query();
        let mut answer = Vec::new();
        while let Some(row) = rows.next().map_err(fault)? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(own(row.get_ref(column).map_err(fault)?)?);
            }
            answer.push(Row::new(Names::clone(&names), values));
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
            let many = if run.len() < AT_ONCE { None } else { of_many_rows(sql) };
            let (together, one_by_one) =
                run.split_at(many.as_ref().map_or(0, |_| run.len() / AT_ONCE * AT_ONCE));
            if let Some(many) = many {
                let single = self.db.prepare_cached(sql).map_err(fault)?;
                let order = order(&single)?;
                let mut statement = self.db.prepare_cached(&many).map_err(fault)?;
                for rows in together.chunks(AT_ONCE) {
                    let values =
                        rows.iter().flat_map(|(_, params)| order.iter().map(|place| params.get(*place)));
                    for (index, value) in (1..).zip(values) {
                        statement.raw_bind_parameter(index, value.ok_or_else(too_few)?).map_err(fault)?;
                    }
                    let inserted = statement.raw_execute().map_err(fault)?;
                    touched.extend(rows.iter().map(|_| u64::from(inserted == AT_ONCE)));
                }
            }
            let mut statement = self.db.prepare_cached(sql).map_err(fault)?;
            let order = order(&statement)?;
            for (_, params) in one_by_one {
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

/// How many rows go into a table in one statement, where there are many.
const AT_ONCE: usize = 32;

/// The same statement for [`AT_ONCE`] rows, if it inserts one: SQLite then
/// looks for the place in each index once, and goes on from there.
fn of_many_rows(sql: &str) -> Option<String> {
    let (before, row) = sql.split_once(" VALUES ").or_else(|| sql.split_once("\n    VALUES "))?;
    let columns = row.matches('$').count();
    let plain =
        sql.starts_with("INSERT INTO ") && row.ends_with(')') && row.matches(',').count() + 1 == columns;
    let row = format!("({})", vec!["?"; columns].join(", "));
    plain.then(|| format!("{before} VALUES {}", vec![row; AT_ONCE].join(", ")))
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
            Self::Word(word) => ToSqlOutput::Borrowed(ValueRef::Text(word.as_bytes())),
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
