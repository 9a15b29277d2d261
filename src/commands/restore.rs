//! `phb restore`: a database from a backup.

use super::{DatabaseArg, Outcome, bring_up_to_date, count, say_demonstration};
use crate::failure::Failure;
use service::{App, Clock, Settings};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::through::Through;

/// Fill an empty database from a backup
///
/// The whole file is read and checked before anything is written: a file that
/// is damaged, cut off, not a backup, or from a newer program is refused, and
/// so is a database that holds anything. If it is a file that is not there, it
/// is made. A backup of one kind of database can be restored into the other.
/// One that an older program made is brought up to date on the way, which needs
/// a database that has no tables yet.
///
/// What was destroyed after the backup was made is in it again. With --disposals it is
/// destroyed again at once, by the list that "phb disposals" prints or that phb serve
/// keeps (--disposals-file).
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  phb restore --from phb-monday.backup --database new.db\n  phb restore --from phb-monday.age --through \"age --decrypt --identity backups.key\" --database new.db"
)]
pub struct Args {
    /// The backup to read
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// A command that it passes through on its way out of the file, to decrypt it
    #[arg(long, value_name = "COMMAND")]
    pub through: Option<String>,
    /// What was destroyed since: the list that phb disposals prints
    #[arg(long, value_name = "FILE")]
    pub disposals: Option<PathBuf>,
    #[command(flatten)]
    pub database: DatabaseArg,
}

/// Checks the backup, then fills the database.
pub async fn run(args: Args) -> Outcome {
    let address = args.database.address()?;
    // Read first: where it is not there, nothing is restored.
    let list = args.disposals.as_deref().map(read).transpose()?;
    let through = args.through.as_deref().map(Through::command).unwrap_or_default();
    let tables = store::archive::restore_through(&args.from, &address, &through).await?;
    let rows = tables.iter().map(|t| t.rows).sum();
    println!("Restored {}. Every table fits its checksum.", count(rows, "row", "rows"));
    let db = args.database.open().await?;
    // Without its key nothing can be said of what is in it.
    if !db.is_encrypted() || !db.keys().is_empty() {
        say_demonstration(&db).await?;
    }
    db.close().await;
    match list {
        Some(list) => destroy_again(&args.database, &list).await?,
        None => {
            println!("What was destroyed after it was made is in it again: see \"phb disposals --help\".")
        }
    }
    println!("\"phb verify\" checks what the rows say.");
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, Failure> {
    let cannot = |why| Failure::because(&format!("{} cannot be read", path.display()), why);
    std::fs::read_to_string(path).map_err(cannot)
}

async fn destroy_again(
    database: &DatabaseArg,
    list: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let db = database.open().await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    bring_up_to_date(&app).await?;
    let again = app.destroy_again(list).await?;
    println!("Destroyed again: {}.", count(again.records, "record", "records"));
    db.close().await;
    Ok(())
}
