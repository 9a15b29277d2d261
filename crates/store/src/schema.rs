//! Whether the tables, what keeps their rows apart and what refuses to change
//! them are as the program made them: a trigger that is gone, a rule that says
//! "do nothing", a constraint that is not asked any more.
//!
//! SQLite keeps the very text of each; what it should be is found by making a
//! database in memory. Of PostgreSQL a list is kept beside the migrations, of
//! what the catalogue says when they have been applied; a test compares them.

use crate::value::Row;
use crate::{Db, Engine, StoreError, dialect, migrations};
use std::collections::BTreeMap;

/// What PostgreSQL says of a database that the migrations made.
const POSTGRES: &str = include_str!("../migrations/schema.postgres.txt");

/// One thing in the database that is no row, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// As `trigger events_no_update`.
    pub what: String,
    pub how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Gone,
    Changed,
    /// The program did not make it.
    Strange,
}

/// Compares what is there with what the program makes.
pub async fn compare(db: &Db) -> Result<Vec<Difference>, StoreError> {
    let engine = db.engine();
    let there = db.read(move |tx| by_name(tx.query(dialect::schema(engine), &[])?)).await?;
    let made = match engine {
        Engine::Postgres => POSTGRES.lines().filter_map(|line| line.split_once('\t')).map(owned).collect(),
        Engine::Sqlite => tokio::task::spawn_blocking(made_by_migrations)
            .await
            .map_err(|why| StoreError::Io { what: why.to_string() })??,
    };
    Ok(differences(&made, &there))
}

fn owned((name, text): (&str, &str)) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn made_by_migrations() -> Result<BTreeMap<String, String>, StoreError> {
    by_name(migrations::as_made()?.query(dialect::schema(Engine::Sqlite), &[])?)
}

fn by_name(rows: Vec<Row>) -> Result<BTreeMap<String, String>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("catalogue", 1);
        let (name, text): (String, String) = (row.take("name")?, row.take("text")?);
        // How it is laid out, and whether names stand in quotes, says nothing.
        Ok((name, text.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ")))
    };
    rows.into_iter().map(read).collect()
}

fn differences(made: &BTreeMap<String, String>, there: &BTreeMap<String, String>) -> Vec<Difference> {
    let missing = made.iter().filter_map(|(what, text)| match there.get(what) {
        None => Some((what, How::Gone)),
        Some(other) if other != text => Some((what, How::Changed)),
        Some(_) => None,
    });
    let strange = there.keys().filter(|what| !made.contains_key(*what)).map(|what| (what, How::Strange));
    missing.chain(strange).map(|(what, how)| Difference { what: what.clone(), how }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_new_database_is_as_the_program_makes_it() {
        let url = testkit::databases::postgres_url();
        let db = Db::open(&url).await.expect("it opens");
        let there = db.read(|tx| by_name(tx.query(dialect::schema(Engine::Postgres), &[])?)).await;
        let text: String =
            there.expect("the catalogue").iter().map(|(name, text)| format!("{name}\t{text}\n")).collect();
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/schema.postgres.txt");
            std::fs::write(path, &text).expect("it is written");
        } else {
            assert_eq!(text, POSTGRES, "UPDATE_SCHEMA=1 cargo test -p phb-store schema writes it anew");
        }
        for (name, url) in testkit::databases::both() {
            let db = Db::open(&url).await.expect("it opens");
            assert!(text != POSTGRES || compare(&db).await == Ok(vec![]), "{name}");
        }
    }
}
