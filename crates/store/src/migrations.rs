//! Numbered, forward-only, hashed. All of them are applied when a database is
//! opened; one that was edited after it was applied is refused, and so is a
//! database made by a newer program.

use crate::engine::{Access, Connection, Place};
use crate::{Engine, StoreError, Tx, dialect};
use sha2::{Digest, Sha256};

struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "start",
        sqlite: include_str!("../migrations/0001_start.sqlite.sql"),
        postgres: include_str!("../migrations/0001_start.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "seals",
        sqlite: include_str!("../migrations/0002_seals.sqlite.sql"),
        postgres: include_str!("../migrations/0002_seals.postgres.sql"),
    },
    Migration {
        number: 3,
        name: "lean",
        sqlite: include_str!("../migrations/0003_lean.sqlite.sql"),
        postgres: include_str!("../migrations/0003_lean.postgres.sql"),
    },
    Migration {
        number: 4,
        name: "marks",
        sqlite: include_str!("../migrations/0004_marks.sqlite.sql"),
        postgres: include_str!("../migrations/0004_marks.postgres.sql"),
    },
    Migration {
        number: 5,
        name: "sums",
        sqlite: include_str!("../migrations/0005_sums.sqlite.sql"),
        postgres: include_str!("../migrations/0005_sums.postgres.sql"),
    },
    Migration {
        number: 6,
        name: "links",
        sqlite: include_str!("../migrations/0006_links.sqlite.sql"),
        postgres: include_str!("../migrations/0006_links.postgres.sql"),
    },
    Migration {
        number: 7,
        name: "factor",
        sqlite: include_str!("../migrations/0007_factor.sqlite.sql"),
        postgres: include_str!("../migrations/0007_factor.postgres.sql"),
    },
    Migration {
        number: 8,
        name: "stored",
        sqlite: include_str!("../migrations/0008_stored.sqlite.sql"),
        postgres: include_str!("../migrations/0008_stored.postgres.sql"),
    },
    Migration {
        number: 9,
        name: "leases",
        sqlite: include_str!("../migrations/0009_leases.sqlite.sql"),
        postgres: include_str!("../migrations/0009_leases.postgres.sql"),
    },
    Migration {
        number: 10,
        name: "keyed",
        sqlite: include_str!("../migrations/0010_keyed.sqlite.sql"),
        postgres: include_str!("../migrations/0010_keyed.postgres.sql"),
    },
    Migration {
        number: 11,
        name: "security",
        sqlite: include_str!("../migrations/0011_security.sqlite.sql"),
        postgres: include_str!("../migrations/0011_security.postgres.sql"),
    },
    Migration {
        number: 12,
        name: "lists",
        sqlite: include_str!("../migrations/0012_lists.sqlite.sql"),
        postgres: include_str!("../migrations/0012_lists.postgres.sql"),
    },
    Migration {
        number: 13,
        name: "copies",
        sqlite: include_str!("../migrations/0013_copies.sqlite.sql"),
        postgres: include_str!("../migrations/0013_copies.postgres.sql"),
    },
    Migration {
        number: 14,
        name: "data_keys",
        sqlite: include_str!("../migrations/0014_data_keys.sqlite.sql"),
        postgres: include_str!("../migrations/0014_data_keys.postgres.sql"),
    },
];

/// The number of the newest migration this program knows.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)";
const APPLIED: &str = "SELECT number, name, sha256 FROM migrations ORDER BY number";
const VERSION: &str = "SELECT COALESCE(MAX(number), 0) FROM migrations";
const RECORD: &str = "INSERT INTO migrations (number, name, sha256) VALUES ($1, $2, $3)";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[APPLIED, VERSION];
#[cfg(test)]
pub(crate) const ALL_OF_OWNER: &[&str] = &[RECORD];

/// How often to look again when another program migrates at the same moment.
const TRIES: u32 = 20;

/// Whether this is a database of ours.
pub(crate) fn any(connection: &mut Connection) -> Result<bool, StoreError> {
    let sql = dialect::table_exists(connection.engine());
    in_transaction(connection, |c| c.query(sql, &["migrations".into()])?[0].number().map(|n| n > 0))
}

/// A database in memory as the program makes it, to compare others with. It is
/// nobody's, so nothing is said of it in the log.
pub(crate) fn as_made() -> Result<Connection, StoreError> {
    let mut memory = Place::Sqlite(":memory:".into()).connect(Access::Write)?;
    while step(&mut memory, newest())?.is_some() {}
    Ok(memory)
}

/// Brings a database to a migration; one that is further on stays as it is.
pub(crate) fn apply(connection: &mut Connection, until: i64) -> Result<(), StoreError> {
    let mut tried = 0;
    loop {
        match step(connection, until) {
            Ok(Some(done)) => {
                tracing::info!(number = done.number, name = done.name, "migrated");
                tried = 0;
            }
            Ok(None) => return Ok(()),
            // Another program got there first: look again at what it did.
            Err(StoreError::Clash { .. } | StoreError::Taken { .. } | StoreError::Busy) if tried < TRIES => {
                tried += 1;
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            Err(StoreError::Denied { .. }) => {
                return Err(StoreError::Migration {
                    what: format!(
                        "the tables of this database are not those of this program (version {}), and its user \
                         may not change them: run \"phb migrate\" as the user that owns them, and then what \
                         \"phb grants\" prints",
                        newest()
                    ),
                });
            }
            Err(other) => return Err(other),
        }
    }
}

/// Applies the next migration, and gives it; `None` if there was none.
fn step(connection: &mut Connection, until: i64) -> Result<Option<&'static Migration>, StoreError> {
    if !any(connection)? {
        in_transaction(connection, |c| c.script(TABLE))?;
    }
    let engine = connection.engine();
    in_transaction(connection, |c| {
        let applied = applied(c)?;
        check(&applied, engine)?;
        let Some(next) = MIGRATIONS.get(applied.len()).filter(|next| next.number <= until) else {
            return Ok(None);
        };
        let text = text(next, engine);
        c.execute(RECORD, &[next.number.into(), next.name.into(), hash(text).into()])?;
        c.script(text)?;
        Ok(Some(next))
    })
}

/// The number of the last migration that made this database.
pub(crate) fn version(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_opt(VERSION, &[])?.map_or(Ok(0), |row| row.number())
}

struct Applied {
    number: i64,
    name: String,
    sha256: String,
}

fn applied(connection: &mut Connection) -> Result<Vec<Applied>, StoreError> {
    let read = |row: crate::value::Row| {
        let mut row = row.of("migrations", 1);
        Ok(Applied { number: row.take("number")?, name: row.take("name")?, sha256: row.take("sha256")? })
    };
    connection.query(APPLIED, &[])?.into_iter().map(read).collect()
}

fn check(applied: &[Applied], engine: Engine) -> Result<(), StoreError> {
    let newest = newest();
    let refuse = |what: String| Err(StoreError::Migration { what });
    for (i, done) in applied.iter().enumerate() {
        let Some(ours) = MIGRATIONS.get(i) else {
            let theirs = applied.last().map_or(0, |a| a.number);
            return refuse(format!(
                "this database is at version {theirs} and this program knows up to version {newest}: \
                 use the newer program"
            ));
        };
        if ours.number != done.number || hash(text(ours, engine)) != done.sha256 {
            return refuse(format!(
                "migration {} ({}) is not the one that made this database: it was edited",
                done.number, done.name
            ));
        }
    }
    Ok(())
}

fn text(migration: &Migration, engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => migration.sqlite,
        Engine::Postgres => migration.postgres,
    }
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

pub(crate) fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let outcome = connection.begin().and_then(|()| work(connection)).and_then(|value| {
        connection.commit()?;
        Ok(value)
    });
    if outcome.is_err() {
        connection.rollback();
    }
    outcome
}
