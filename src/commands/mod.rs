//! What the program can be told to do, one module for each command.

pub mod add_administrator;
pub mod backup;
pub mod copy;
pub mod demo;
pub mod export_journal;
pub mod migrate;
pub mod rebuild;
pub mod restore;
pub mod serve;
pub mod verify;

use crate::config::Options;
use indicatif::{ProgressBar, ProgressStyle};
use service::Clock;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use store::Db;

/// How a command ends. An error is shown as one line, so its text is written
/// for whoever typed the command.
pub type Outcome = Result<ExitCode, Box<dyn std::error::Error + Send + Sync>>;

/// Which database a command works on.
#[derive(Clone, Debug, clap::Args)]
pub struct DatabaseArg {
    /// The database: a file (SQLite), or postgres://user@host/name [default: phb.db]
    #[arg(long, env = "PHB_DATABASE", value_name = "WHERE", hide_env_values = true)]
    database: Option<String>,
    /// The file of settings (TOML) that says where the database is
    #[arg(long, env = "PHB_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

impl DatabaseArg {
    /// Where the database is: from the option, the environment, the file of
    /// settings, or else the usual place.
    pub fn address(&self) -> Result<String, Failure> {
        let said = Self::clone(self);
        let options = Options { config: said.config, database: said.database, ..Options::default() };
        Ok(options.settle("phb.db")?.database)
    }
}

/// A bar on the terminal that shows how far long work is; nothing is drawn
/// where the output goes to a file.
pub fn bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {human_pos} of {human_len}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style.progress_chars("=> ")).with_message(what)
}

/// The bar's news: how many of how many are done.
pub fn show(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done);
}

/// Seals what is there before it is taken elsewhere. That it cannot be sealed
/// (the disk is full, say) is told and keeps nobody from taking it.
pub async fn seal_first(db: &Db) {
    if let Err(why) = store::seal::seal(db, Clock::of_the_machine().now()).await {
        eprintln!("phb: it could not be sealed first: {why}");
    }
}

/// `1 stream`, `2 streams`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Why a command did not do what was asked, in words for a terminal.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// What was being done, and what came in the way.
    pub fn because(what: &str, why: impl fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

/// What a command gives that ends well or not at all.
pub type Done = Result<(), Failure>;
