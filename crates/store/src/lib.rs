//! Where everything is kept: the only crate that knows SQL.
//!
//! [`Db`] runs plain closures on SQLite or PostgreSQL; each other module is
//! one set of tables with functions that take the transaction, [`Tx`].

mod chain;
mod db;
mod dialect;
mod engine;
mod error;
mod migrations;
mod queue;
mod tables;
mod tx;
mod value;
mod work;

pub mod accounts;
pub mod archive;
pub mod bank;
pub mod copy;
pub mod files;
pub mod jobs;
pub mod ledger;
pub mod lists;
pub mod looks;
pub mod outbox;
pub mod record;
pub mod stats;
pub mod verify;

pub use db::Db;
pub use engine::Engine;
pub use error::StoreError;
pub use record::{Stream, StreamKind};
pub use tx::Tx;

#[cfg(test)]
mod tests {
    //! Every statement is understood by both databases.

    use crate::engine::{Access, Place};

    #[tokio::test(flavor = "multi_thread")]
    async fn both_databases_understand_every_statement() {
        for (name, url) in testkit::databases::both() {
            crate::Db::open(&url).await.expect("it opens").close().await;
            let check = tokio::task::spawn_blocking(move || {
                let place = Place::parse(&url).expect("an address");
                let mut connection = place.connect(Access::Write).expect("a connection");
                for sql in crate::statements().into_iter().flatten() {
                    if let Err(refusal) = connection.prepare(sql) {
                        panic!("{name} refuses {sql}: {refusal}");
                    }
                }
            });
            check.await.expect("every statement");
        }
    }
}

#[cfg(test)]
fn statements() -> Vec<&'static [&'static str]> {
    let mut every = vec![
        migrations::ALL,
        accounts::ALL,
        bank::ALL,
        files::ALL,
        jobs::ALL,
        ledger::ALL,
        lists::ALL,
        looks::ALL,
        outbox::ALL,
        record::ALL,
        stats::ALL,
        verify::ALL,
    ];
    let tables = tables::TABLES.iter().map(|t| [t.count, t.first, t.next, t.insert]);
    every.extend(tables.map(|four| &*Vec::leak(four.to_vec())));
    every
}
