//! `phb restore`: a database from a backup.

use super::{DatabaseArg, Outcome, count, say_demonstration};
use std::path::PathBuf;
use std::process::ExitCode;
use store::Db;
use store::through::Through;

/// Fill an empty database from a backup
///
/// The whole file is read and checked before anything is written: a file that
/// is damaged, cut off, not a backup, or from a newer program is refused, and
/// so is a database that holds anything. If it is a file that is not there, it
/// is made. A backup of one kind of database can be restored into the other.
/// One that an older program made is brought up to date on the way, which needs
/// a database that has no tables yet.
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
    #[command(flatten)]
    pub database: DatabaseArg,
}

/// Checks the backup, then fills the database.
pub async fn run(args: Args) -> Outcome {
    let address = args.database.address()?;
    let through = args.through.as_deref().map(Through::command).unwrap_or_default();
    let tables = store::archive::restore_through(&args.from, &address, &through).await?;
    let rows = tables.iter().map(|t| t.rows).sum();
    println!("Restored {}. Every table fits its checksum.", count(rows, "row", "rows"));
    let db = Db::open_existing(&address).await?;
    say_demonstration(&db).await?;
    db.close().await;
    println!("\"phb verify\" checks what the rows say.");
    Ok(ExitCode::SUCCESS)
}
