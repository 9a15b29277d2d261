//! Where everything is kept: the only crate that knows SQL.
//!
//! [`Db`] runs plain closures on SQLite or PostgreSQL; each other module is
//! one set of tables with functions that take the transaction, [`Tx`].

mod chain;
mod db;
mod dialect;
mod engine;
mod error;
mod group_commit;
mod heads;
mod held;
mod keyed;
mod migrations;
mod private;
mod queue;
mod tables;
pub mod through;
mod tx;
mod under_key;
mod value;

pub mod accounts;
pub mod adopt;
pub mod alone;
pub mod archive;
pub mod bank;
mod bank_line;
mod beside;
pub mod copies;
pub mod copy;
pub mod data_keys;
pub mod encrypt;
pub mod factors;
pub mod files;
pub mod guard;
pub mod jobs;
pub mod keys;
pub mod leases;
pub mod ledger;
pub mod list_looks;
pub mod lists;
pub mod looks;
pub mod marks;
pub mod open_lines;
pub mod outbox;
pub mod record;
pub mod register;
pub mod rotate;
pub mod schema;
pub mod seal;
pub mod security;
pub mod stats;
pub mod stored;
pub mod sums;
pub mod verify;

pub use db::Db;
pub use engine::Engine;
pub use error::StoreError;
pub use record::{Stream, StreamKind};
pub use tx::Tx;

/// What the program asks while it serves.
#[cfg(test)]
fn of_service() -> Vec<&'static [&'static str]> {
    vec![
        migrations::ALL,
        accounts::ALL,
        adopt::ALL,
        heads::ALL,
        under_key::ALL,
        bank::ALL,
        copies::ALL,
        data_keys::ALL,
        encrypt::ALL,
        factors::ALL,
        files::ALL,
        jobs::ALL,
        keyed::ALL,
        leases::ALL,
        ledger::ALL,
        list_looks::ALL,
        lists::ALL,
        ledger::ALL_PAGES,
        looks::ALL,
        marks::ALL,
        open_lines::ALL,
        outbox::ALL,
        record::ALL,
        register::ALL,
        seal::ALL,
        security::ALL,
        stats::ALL,
        stored::ALL,
        ledger::ALL_OF_A_HOLDING,
        sums::ALL,
        verify::ALL,
        verify::ALL_SEALED,
        verify::ALL_ROWS,
        verify::ALL_REGISTERS,
        verify::ALL_SECURITY,
    ]
}

/// The same, and what only the owner of the tables asks.
#[cfg(test)]
fn statements() -> Vec<&'static [&'static str]> {
    let mut every = of_service();
    every.extend([migrations::ALL_OF_OWNER, marks::ALL_OF_OWNER, keyed::ALL_OF_OWNER, lists::ALL_OF_TESTS]);
    let tables = tables::now().map(|t| [t.count, t.first, t.next, t.insert, t.one]);
    every.extend(tables.map(|four| &*Vec::leak(four.to_vec())));
    every
}

#[cfg(test)]
mod tests {
    //! Every statement is understood by both databases.

    use crate::engine::{Access, Place};

    /// Backups and copies must not leave a table or a column out.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_table_is_forgotten() {
        const SQLITE: &str = "SELECT m.name, (SELECT COUNT(*) FROM pragma_table_info(m.name)) AS columns
            FROM sqlite_master m WHERE m.type = 'table' AND m.name <> 'migrations' ORDER BY m.name";
        const POSTGRES: &str =
            "SELECT CAST(table_name AS TEXT) AS name, COUNT(*) AS columns FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name <> 'migrations' GROUP BY 1 ORDER BY 1";
        for (name, url) in testkit::databases::both() {
            let db = crate::Db::open(&url).await.expect("it opens");
            let sql = if name == "sqlite" { SQLITE } else { POSTGRES };
            let mut known: Vec<(String, i64)> = crate::tables::now()
                .map(|table| (table.name.to_owned(), i64::try_from(table.kinds.len()).expect("few columns")))
                .collect();
            known.sort();
            let rows = db.read::<_, crate::StoreError>(move |tx| {
                let read = |row: crate::value::Row| {
                    let mut row = row.of("tables", 1);
                    Ok((row.take("name")?, row.take("columns")?))
                };
                tx.query(sql, &[])?.into_iter().map(read).collect::<Result<Vec<(String, i64)>, _>>()
            });
            assert_eq!(rows.await.expect("the tables"), known, "{name}");
        }
    }

    /// Nothing fits any more: writing says so, reading goes on, and when there
    /// is space again so does writing.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_disk() {
        use crate::{StoreError, jobs};
        let db = crate::Db::open(&testkit::databases::sqlite_url()).await.expect("it opens");
        let add = async |n: u128, size: usize| {
            let job = jobs::Job::new(uuid::Uuid::from_u128(n), "big", "x".repeat(size), jiff::Timestamp::MIN);
            db.write::<_, StoreError>(move |tx| jobs::enqueue(tx, &job)).await
        };
        let pages = async |sql: &'static str| {
            db.write::<_, StoreError>(move |tx| tx.query(sql, &[])).await.expect("a setting");
        };
        assert_eq!(add(1, 10).await, Ok(true));
        pages("PRAGMA max_page_count = 100").await;
        assert_eq!(add(2, 2_000_000).await, Err(StoreError::Full));
        assert_eq!(
            db.read::<_, StoreError>(|tx| tx.query("SELECT id FROM jobs", &[])).await.map(|r| r.len()),
            Ok(1)
        );
        pages("PRAGMA max_page_count = 100000").await;
        assert_eq!(add(2, 2_000_000).await, Ok(true));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn both_databases_understand_every_statement() {
        for (name, url) in testkit::databases::both() {
            crate::Db::open(&url).await.expect("it opens").close().await;
            let check = tokio::task::spawn_blocking(move || {
                let place = Place::parse(&url).expect("an address");
                let mut connection = place.connect(Access::Write).expect("a connection");
                let engine = place.engine();
                let own = [crate::dialect::clock(engine), crate::dialect::schema(engine)];
                for sql in crate::statements().into_iter().flatten().chain(&own) {
                    if let Err(refusal) = connection.prepare(sql) {
                        panic!("{name} refuses {sql}: {refusal}");
                    }
                }
            });
            check.await.expect("every statement");
        }
    }
}
