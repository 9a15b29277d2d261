//! What whoever runs the service needs to know: does it answer, and what waits.

use crate::{App, No, runner};
use domain::{AccountId, EmailAddress};
use store::{jobs, outbox, stats};

/// How the service is.
#[derive(Clone, Debug)]
pub struct Health {
    /// Rows of each table.
    pub rows: Vec<(&'static str, u64)>,
    pub letters_waiting: u64,
    pub letters_failed: u64,
    pub jobs_waiting: u64,
    pub jobs_failed: u64,
    /// Whether it is this server that works in the background.
    pub is_runner: bool,
    /// "SQLite" or "PostgreSQL".
    pub database: &'static str,
}

impl App {
    /// Whether the database answers.
    pub async fn is_ready(&self) -> Result<(), No> {
        self.db.read(|tx| Ok(stats::ping(tx)?)).await
    }

    /// Counts what is there and what waits.
    pub async fn health(&self) -> Result<Health, No> {
        let database = match self.db.engine() {
            store::Engine::Sqlite => "SQLite",
            store::Engine::Postgres => "PostgreSQL",
        };
        let (engine, name) = (self.db.engine(), self.name.clone());
        self.db
            .read(move |tx| {
                let (letters_waiting, letters_failed) = outbox::message_counts(tx)?;
                let (jobs_waiting, jobs_failed) = jobs::job_counts(tx)?;
                let rows = stats::row_counts(tx)?;
                let is_runner = runner::is_it(tx, engine, &name)?;
                Ok(Health {
                    rows,
                    letters_waiting,
                    letters_failed,
                    jobs_waiting,
                    jobs_failed,
                    is_runner,
                    database,
                })
            })
            .await
    }

    /// Whose an email address is.
    pub async fn account_of(&self, email: &str) -> Result<Option<AccountId>, No> {
        let Ok(email) = EmailAddress::parse(email) else { return Ok(None) };
        self.db.read(move |tx| Ok(store::accounts::account_by_email(tx, &email)?)).await
    }

    /// The newest letters, sent or not.
    pub async fn latest_letters(&self, most: u32) -> Result<Vec<store::outbox::Message>, No> {
        self.db.read(move |tx| Ok(store::outbox::latest_messages(tx, most)?)).await
    }
}
