//! What the program can be told to do, one module for each command.

pub mod add_administrator;
pub mod adopt_key;
pub mod backup;
pub mod check_copy;
pub mod check_people;
pub mod copy;
#[cfg(feature = "demo")]
pub mod demo;
pub mod disposals;
pub mod encrypt;
pub mod export_journal;
pub mod give_out;
pub mod grants;
pub mod migrate;
pub mod new_key;
pub mod rebuild;
pub mod restore;
pub mod rotate_keys;
pub mod seal;
pub mod security_events;
pub mod serve;
pub mod take_in;
pub mod verify;

use crate::config::{Clear, Config, Options, check_database, keys};
use crate::failure::Failure;
use domain::security::Kind;
use domain::{CaseId, Line};
use indicatif::{ProgressBar, ProgressStyle};
use service::demonstration::Nature;
use service::happened::{Happened, Origin};
use service::{App, Clock, Settings};
use std::path::PathBuf;
use std::process::ExitCode;
use store::Db;
use store::keys::Keys;

/// How a command ends. An error is shown as one line, so its text is written
/// for whoever typed the command.
pub type Outcome = Result<ExitCode, Box<dyn std::error::Error + Send + Sync>>;

/// Two databases: everything goes from one to the other.
#[derive(Clone, Debug, clap::Args)]
pub struct Between {
    /// Where everything is now
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// The empty database that it goes to
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// What may go over a network unencrypted, if you say so: database
    #[arg(long, env = "PHB_IN_THE_CLEAR", value_delimiter = ',', value_name = "WHAT")]
    in_the_clear: Vec<Clear>,
    /// The file with the key: of both, where both are written with one
    #[arg(long, env = "PHB_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// A command that prints that key
    #[arg(long, env = "PHB_KEY_COMMAND", value_name = "COMMAND", hide_env_values = true)]
    key_command: Option<String>,
}

impl Between {
    /// That they are two, and that what goes to either is not read on the way.
    fn check(&self) -> Result<(), Failure> {
        if self.from == self.to {
            return Err(Failure("The two databases are the same one.".into()));
        }
        [&self.from, &self.to]
            .into_iter()
            .try_for_each(|address| check_database(address, &self.in_the_clear).map(drop))
    }

    /// The keys for one of them.
    fn keys_of(&self, address: &str) -> Result<Keys, Failure> {
        keys(address, self.key_file.as_deref(), self.key_command.as_deref())
    }
}

/// Which database a command works on.
#[derive(Clone, Debug, clap::Args)]
pub struct DatabaseArg {
    /// The database: a file (SQLite), or postgres://user@host/name [default: phb.db]
    #[arg(long, env = "PHB_DATABASE", value_name = "WHERE", hide_env_values = true)]
    database: Option<String>,
    /// The file of settings (TOML) that says where the database is
    #[arg(long, env = "PHB_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// What may go over a network unencrypted, if you say so: database
    #[arg(long, env = "PHB_IN_THE_CLEAR", value_delimiter = ',', value_name = "WHAT")]
    in_the_clear: Option<Vec<Clear>>,
    /// The file with the key that the database is written with [default: its own name with .key, where that is there]
    #[arg(long, env = "PHB_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// A command that prints that key
    #[arg(long, env = "PHB_KEY_COMMAND", value_name = "COMMAND", hide_env_values = true)]
    key_command: Option<String>,
}

impl DatabaseArg {
    /// Where the database is: from the option, the environment, the file of
    /// settings, or else the usual place.
    pub fn address(&self) -> Result<String, Failure> {
        self.settle().map(|config| config.database)
    }

    /// Opens the database, which is there already, with its keys if they are.
    pub async fn open(&self) -> Result<Db, Box<dyn std::error::Error + Send + Sync>> {
        let config = self.settle()?;
        Ok(Db::open_existing_with(&config.database, &config.keys).await?)
    }

    /// The same without any key: of what is under one, nothing is held against it.
    pub async fn open_without_keys(&self) -> Result<Db, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Db::open_existing_with(&self.address()?, &Keys::default()).await?)
    }

    fn settle(&self) -> Result<Config, Failure> {
        let said = Self::clone(self);
        let Self { database, config, in_the_clear, key_file, key_command } = said;
        let options = Options { config, database, in_the_clear, key_file, key_command, ..Options::default() };
        let config = options.settle("phb.db")?;
        check_database(&config.database, &config.in_the_clear)?;
        Ok(config)
    }
}

/// Writes down that a command takes something out. Where the database cannot be
/// written (its key is elsewhere) it is said, and the command goes on.
pub async fn note_taken_out(db: &Db, command: &'static str, what: &'static str, case: Option<CaseId>) {
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let origin = Origin { reached: command.into(), ..Origin::default() };
    let what = Happened { case, ..Happened::new(Kind::TakenOut).saying(what) };
    if let Err(why) = app.asked_from(origin).note_now(what).await {
        eprintln!("That this was done could not be written down among the security events: {why}");
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

/// Refuses a database whose passphrases everyone knows, because `phb demo` made it.
pub async fn refuse_demonstration(app: &App, shown: &str) -> Done {
    let nature = app.nature().await.map_err(|why| Failure::because("the database cannot be read", why))?;
    match nature {
        Nature::Real | Nature::Empty => Ok(()),
        Nature::Demonstration | Nature::Both => Err(Failure(format!(
            "{shown} was made by \"phb demo\": everyone in it is made up, and everyone's passphrase is known. \
             It can only be looked at, with \"phb demo\". For real people choose another with --database"
        ))),
    }
}

/// Says of a database that it is a demonstration's, where a command would
/// otherwise not tell.
pub async fn say_demonstration(db: &Db) -> Done {
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let nature = app.nature().await.map_err(|why| Failure::because("the database cannot be read", why))?;
    if matches!(nature, Nature::Demonstration | Nature::Both) {
        println!("It was made by \"phb demo\": everyone in it is made up.");
    }
    Ok(())
}

/// Does what an older program left undone in a database, before anything is
/// served from it, and says so on the terminal.
pub async fn bring_up_to_date(app: &App) -> Done {
    let (mut told, mut next) = ("", 0);
    let progress = |step: &'static str, done: u64| {
        if done > 0 && told != step {
            (told, next) = (step, 5_000);
            eprintln!("phb: bringing \"{step}\" up to date: a moment, please");
        }
        if done >= next && done > 0 {
            next = done + 5_000;
            eprintln!("phb: {done} done");
        }
    };
    let done = app.bring_up_to_date(progress).await;
    let done = done.map_err(|why| Failure::because("the database cannot be brought up to date", why))?;
    if !done.steps.is_empty() {
        tracing::info!(steps = ?done.steps, put_right = done.put_right, "brought up to date");
    }
    tell_of_names(app).await?;
    if done.unreadable > 0 {
        tracing::error!(streams = done.unreadable, "part of the record cannot be read");
        eprintln!("phb: part of the record cannot be read: \"phb verify\" says where");
    }
    Ok(())
}

/// Makes the names to sign in with again where an older program made them, and
/// says, on the terminal and in the log, which accounts may be of two people.
async fn tell_of_names(app: &App) -> Done {
    let remade = app.remake_login_names().await;
    let failed = |why| Failure::because("the names to sign in with cannot be made again", why);
    let Some(remade) = remade.map_err(failed)? else { return Ok(()) };
    tracing::warn!(changed = remade.changed, "the names to sign in with were made again from the record");
    eprintln!("phb: {} names to sign in with were made again from the record", remade.changed);
    for concern in &remade.concerns {
        tracing::warn!(%concern, "two people may share a sign-in");
        eprintln!("phb: {concern}");
    }
    if !remade.concerns.is_empty() {
        eprintln!("phb: look at these with somebody who knows the people; \"phb check-people\" names them");
    }
    Ok(())
}

/// A line that somebody types for the record.
pub fn line(text: &str) -> Result<Line, String> {
    Line::parse(text).map_err(|why| why.to_string())
}

/// `1 stream`, `2 streams`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// What a command gives that ends well or not at all.
pub type Done = Result<(), Failure>;
