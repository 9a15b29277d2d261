//! What the database itself keeps the program from: the rights of the user
//! who serves (PostgreSQL), and the triggers that refuse to change what was
//! written (SQLite).

use crate::engine::Place;
use crate::value::Row;
use crate::{Db, Engine, StoreError, Tx, dialect, migrations, tables};
use std::collections::BTreeSet;

/// Whether what is said to a database can be read on the way: it goes over a
/// network and is not encrypted, or who answers is not checked. Files, sockets
/// and this very computer are no network.
pub fn goes_in_the_clear(url: &str) -> Result<bool, StoreError> {
    Ok(match Place::parse(url)? {
        Place::Sqlite(_) => false,
        Place::Postgres(settings) => settings.goes_in_the_clear(),
    })
}

/// What a user may be allowed to do to a whole table.
const WHOLE: [&str; 3] = ["SELECT", "INSERT", "DELETE"];
/// What nobody who serves needs.
const NEVER: [&str; 3] = ["TRUNCATE", "TRIGGER", "REFERENCES"];

/// The statements by which the owner of the tables lets `role` serve, and do
/// no more: nothing that was recorded can be changed or removed by it.
#[must_use]
pub fn grants(role: &str, schema: &str) -> String {
    let (role, schema) = (quoted(role), quoted(schema));
    let mut text = format!(
        "-- For the owner of the tables. Run it again after each \"phb migrate\".\n\
         BEGIN;\n\
         DO $$ BEGIN\n  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());\nEND $$;\n\
         REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;\n\
         REVOKE ALL ON SCHEMA {schema} FROM {role};\n\
         GRANT USAGE ON SCHEMA {schema} TO {role};\n\
         REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role};\n\
         GRANT SELECT ON {schema}.migrations TO {role};\n"
    );
    for table in tables::now() {
        let rights = rights(table.changes).join(", ");
        text.push_str(&format!("GRANT {rights} ON {schema}.{} TO {role};\n", table.name));
    }
    text.push_str("COMMIT;\n");
    text
}

/// A name as PostgreSQL reads it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn rights(changes: &'static [&'static str]) -> Vec<&'static str> {
    ["SELECT", "INSERT"].into_iter().chain(changes.iter().copied()).collect()
}

/// Looks, before anything is served, whether the database keeps what it is
/// meant to keep. An error says what is missing; a warning for each thing that
/// its user could do and should not.
pub async fn check(db: &Db) -> Result<Vec<String>, StoreError> {
    match db.engine() {
        Engine::Sqlite => {
            let made = tokio::task::spawn_blocking(triggers_as_made)
                .await
                .map_err(|why| StoreError::Io { what: why.to_string() })??;
            let there = db.read(triggers).await?;
            compare(&made, &there).map(|()| vec![])
        }
        Engine::Postgres => db.read(check_rights).await,
    }
}

/// The triggers that the program's own migrations make.
fn triggers_as_made() -> Result<Vec<(String, String)>, StoreError> {
    migrations::as_made()?.query(dialect::SQLITE_TRIGGERS, &[])?.into_iter().map(read).collect()
}

fn triggers(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, StoreError> {
    tx.query(dialect::SQLITE_TRIGGERS, &[])?.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<(String, String), StoreError> {
    let mut row = row.of("sqlite_master", 1);
    Ok((row.take("name")?, row.take("sql")?))
}

fn compare(made: &[(String, String)], there: &[(String, String)]) -> Result<(), StoreError> {
    let names = |of: &[(String, String)], but: &[(String, String)]| -> Vec<String> {
        of.iter().filter(|trigger| !but.contains(trigger)).map(|(name, _)| name.clone()).collect()
    };
    let (missing, strange) = (names(made, there), names(there, made));
    if missing.is_empty() && strange.is_empty() {
        return Ok(());
    }
    let list = |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(StoreError::Migration {
        what: format!(
            "somebody changed what keeps this database from being rewritten. Triggers that are gone or \
             changed: {}. Triggers that the program did not make: {}. Keep the file as it is, find out who \
             had access, and go on from a backup (\"phb restore\" makes them all again)",
            list(missing),
            list(strange)
        ),
    })
}

/// The columns in a right like `UPDATE (last_at, times)`; none in another.
fn columns(right: &str) -> Option<BTreeSet<String>> {
    let list = right.strip_prefix("UPDATE")?.trim().trim_matches(['(', ')']);
    Some(list.split(',').map(|column| column.trim().to_owned()).collect())
}

fn check_rights(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let (mut missing, mut beyond) = (vec![], vec![]);
    for table in tables::now() {
        let needed = rights(table.changes);
        for right in WHOLE.into_iter().chain(NEVER) {
            let has = may(tx, table.name, right)?;
            match (needed.contains(&right), has) {
                (true, false) => missing.push(format!("{right} on {}", table.name)),
                (false, true) => beyond.push(format!("{right} on {}", table.name)),
                _ => {}
            }
        }
        let needed: BTreeSet<String> = needed.into_iter().filter_map(columns).flatten().collect();
        let has = may_update(tx, table.name)?;
        let those = |of: Vec<&String>| {
            let columns: Vec<&str> = of.into_iter().map(String::as_str).collect();
            (!columns.is_empty()).then(|| format!("UPDATE ({}) on {}", columns.join(", "), table.name))
        };
        missing.extend(those(needed.difference(&has).collect()));
        beyond.extend(those(has.difference(&needed).collect()));
    }
    if !missing.is_empty() {
        return Err(StoreError::Migration {
            what: format!(
                "the user of the database may not do what the program needs ({}): let the owner of the \
                 tables run what \"phb grants\" prints",
                missing.join(", ")
            ),
        });
    }
    let owned = tx.query_opt(dialect::POSTGRES_OWNED, &[])?.map_or(Ok(0), |row| row.number())?;
    let becomes: Vec<String> = names(tx.query(dialect::POSTGRES_BECOMES, &[])?)?;
    let mut warnings: Vec<String> = vec![];
    if owned > 0 {
        warnings.push(format!(
            "the user of the database owns {owned} tables, and so can change the record and drop what \
             protects it: serve as another user, see \"phb grants\""
        ));
        return Ok(warnings);
    }
    if !becomes.is_empty() {
        warnings.push(format!(
            "the user of the database may become or make one who owns the tables or stands above their owner \
             ({}), and so can change the record and drop what protects it: take that away (REVOKE, or ALTER \
             ROLE … NOSUPERUSER NOCREATEROLE), or serve as another user, see \"phb grants\"",
            becomes.join(", ")
        ));
    }
    if !beyond.is_empty() {
        warnings.push(format!(
            "the user of the database may do more than the program needs ({}): run what \"phb grants\" prints",
            beyond.join(", ")
        ));
    }
    Ok(warnings)
}

fn names<C: FromIterator<String>>(rows: Vec<Row>) -> Result<C, StoreError> {
    rows.into_iter().map(|row| row.of("pg_catalog", 1).take("name")).collect()
}

fn may_update(tx: &mut Tx<'_>, table: &'static str) -> Result<BTreeSet<String>, StoreError> {
    names(tx.query(dialect::POSTGRES_MAY_UPDATE, &[table.into()])?)
}

fn may(tx: &mut Tx<'_>, table: &'static str, right: &'static str) -> Result<bool, StoreError> {
    let row = tx.query_opt(dialect::POSTGRES_MAY, &[table.into(), right.into()])?;
    Ok(row.map_or(Ok(0), |row| row.number())? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The columns that a statement sets.
    fn set_by(words: &[&str]) -> BTreeSet<String> {
        let from = words.iter().position(|word| *word == "SET").expect("it sets something");
        let to = words.iter().position(|word| *word == "WHERE").filter(|to| *to > from);
        let text = words[from + 1..to.unwrap_or(words.len())].join(" ");
        text.split(',')
            .filter_map(|one| one.split_once('='))
            .map(|(name, _)| name.trim().to_owned())
            .collect()
    }

    /// What the statements of the program do to each table while it serves.
    fn done() -> BTreeMap<&'static str, BTreeSet<String>> {
        let mut changed: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        let mut done: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for sql in crate::of_service().into_iter().flatten() {
            let words: Vec<&str> = sql.split_whitespace().collect();
            match words.as_slice() {
                ["UPDATE", table, ..] => changed.entry(*table).or_default().extend(set_by(&words)),
                ["INSERT", "INTO", table, ..] if sql.contains("DO UPDATE") => {
                    changed.entry(*table).or_default().extend(set_by(&words));
                }
                ["DELETE", "FROM", table, ..] => {
                    done.entry(*table).or_default().insert("DELETE".into());
                }
                ["INSERT", "INTO", ..] | ["SELECT" | "WITH", ..] => {}
                other => panic!("neither read nor change: {other:?}"),
            }
        }
        for (table, columns) in changed {
            let columns = Vec::from_iter(columns).join(", ");
            done.entry(table).or_default().insert(format!("UPDATE ({columns})"));
        }
        done
    }

    #[test]
    fn the_serving_user_may_do_what_the_program_does_and_no_more() {
        let done = done();
        for table in tables::now() {
            let needed = done.get(table.name).cloned().unwrap_or_default();
            let given: BTreeSet<String> = table.changes.iter().map(|right| (*right).to_owned()).collect();
            assert_eq!(given, needed, "{}: what tables.rs says, and what the statements do", table.name);
        }
        for kept in
            ["events", "entries", "moves", "statements", "bank_lines", "files", "seals", "seal_members"]
        {
            assert!(!done.contains_key(kept), "{kept} only grows");
        }
    }

    #[test]
    fn a_role_of_any_name_is_one_name() {
        let text = grants("x\"; DROP TABLE events; --", "public");
        assert!(text.contains("TO \"x\"\"; DROP TABLE events; --\";"), "{text}");
        assert!(!text.contains("UPDATE ON"), "of no table is every column changed: {text}");
        assert!(text.contains("UPDATE (last_at, times) ON \"public\".looks"), "{text}");
        assert!(text.contains("UPDATE (value) ON \"public\".marks"), "{text}");
    }

    #[test]
    fn what_goes_over_a_network_unencrypted_is_known() {
        for (url, clear) in [
            ("phb.db", false),
            ("postgres://a@%2Frun%2Fpostgresql/phb", false),
            ("postgres:///phb?host=/run/postgresql", false),
            ("postgres://a@localhost/phb", false),
            ("postgres://a@127.0.0.1:5433/phb?sslmode=disable", false),
            ("postgres://a@[::1]/phb", false),
            ("postgres://a@db.example.org/phb", true),
            ("postgres://a@db.example.org/phb?sslmode=disable", true),
            ("postgres://a@db.example.org/phb?sslmode=prefer", true),
            ("postgres://a@localhost,db.example.org/phb", true),
            ("postgres://a@localhost/phb?hostaddr=192.0.2.7", true),
            ("postgres://a@10.0.0.7/phb", true),
            ("postgres://a@localhost.example.org/phb", true),
            ("postgres://a@db.example.org/phb?sslmode=require", false),
            ("postgres://a@db.example.org/phb?sslmode=verify-full", false),
        ] {
            assert_eq!(goes_in_the_clear(url), Ok(clear), "{url}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn triggers_that_are_gone_changed_or_strange_are_named() {
        let made = "SELECT RAISE(ABORT, 'events are never changed')";
        for (sql, says) in [
            ("", ""),
            ("DROP TRIGGER events_no_update", "gone or changed: events_no_update"),
            (
                "DROP TRIGGER moves_no_delete; CREATE TRIGGER moves_no_delete BEFORE DELETE ON moves BEGIN SELECT 1; END",
                "gone or changed: moves_no_delete",
            ),
            (
                "CREATE TRIGGER mine AFTER INSERT ON sessions BEGIN DELETE FROM looks; END",
                "did not make: mine",
            ),
        ] {
            let url = testkit::databases::sqlite_url();
            Db::open(&url).await.expect("it opens").close().await;
            let file = rusqlite::Connection::open(&url).expect("it opens");
            file.execute_batch(sql).expect("it is done");
            let db = Db::open(&url).await.expect("it opens");
            match check(&db).await {
                Ok(warnings) => assert!(says.is_empty() && warnings.is_empty(), "{sql}"),
                Err(why) => {
                    assert!(!says.is_empty() && why.to_string().contains(says), "{sql}: {why} {made}")
                }
            }
        }
    }
}
