//! `phb copy`: everything from one database to another.

use super::{Outcome, bar, count, say_demonstration, seal_first, show};
use crate::config::{Clear, check_database, keys};
use std::path::PathBuf;
use std::process::ExitCode;
use store::Db;

/// Copy everything to another database, and prove that it arrived
///
/// From SQLite to PostgreSQL, back, or from one of a kind to another. The
/// target must be empty; if it is a file that is not there, it is made. Then
/// the rows of each table are counted and hashed on both sides, and the
/// balances of every case are worked out on both sides and compared. What was
/// written since the last seal is sealed first, and the seals go along. The copy
/// is under the key that the original is under.
///
/// Stop the program before you copy: what people write afterwards stays behind.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb copy --from phb.db --to postgres://phb@localhost/phb")]
pub struct Args {
    /// Where everything is now
    #[arg(long, value_name = "ADDRESS")]
    pub from: String,
    /// The empty database it goes to
    #[arg(long, value_name = "ADDRESS")]
    pub to: String,
    /// What may go over a network unencrypted, if you say so: database
    #[arg(long, env = "PHB_IN_THE_CLEAR", value_delimiter = ',', value_name = "WHAT")]
    pub in_the_clear: Vec<Clear>,
    /// The file with the key that the database is written with
    #[arg(long, env = "PHB_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// A command that prints that key
    #[arg(long, env = "PHB_KEY_COMMAND", value_name = "COMMAND", hide_env_values = true)]
    pub key_command: Option<String>,
}

/// Copies, and prints the proof.
pub async fn run(args: Args) -> Outcome {
    if args.from == args.to {
        return Err("The two databases are the same one.".into());
    }
    for address in [&args.from, &args.to] {
        check_database(address, &args.in_the_clear)?;
    }
    let keys = keys(&args.from, args.key_file.as_deref(), args.key_command.as_deref())?;
    let from = Db::open_existing_with(&args.from, &keys).await?;
    let to = Db::open_to_fill(&args.to).await?;
    super::note_taken_out(&from, "phb copy", "copy", None).await;
    seal_first(&from).await;
    let progress = bar("Copying");
    let copied = store::copy::copy(&from, &to, |done, all| show(&progress, done, all)).await?;
    progress.finish_and_clear();
    say_demonstration(&to).await?;
    from.close().await;
    to.close().await;
    let rows = copied.tables.iter().map(|t| t.rows).sum();
    println!(
        "Copied {} in {} tables. Every table has the same rows and the same hash on both sides.",
        count(rows, "row", "rows"),
        copied.tables.len()
    );
    println!("Compared the balances of {}: all equal.", count(copied.ledgers, "case", "cases"));
    Ok(ExitCode::SUCCESS)
}
