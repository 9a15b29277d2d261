//! `phb backup`: everything in one file.

use super::{DatabaseArg, Outcome, count, seal_first};
use std::path::PathBuf;
use std::process::ExitCode;
use store::through::Through;

/// Write everything into one file, while the program serves
///
/// The file holds every row as it stood at one instant, compressed and with
/// checksums, and is not bound to one kind of database. It appears whole or not
/// at all. It holds people's health information: let it pass through a command
/// that encrypts it (--through), and keep it in another place than the database.
///
/// What was written since the last seal is sealed first, and the newest seal is
/// printed: keep that line, for "phb verify --seal".
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  phb backup --database phb.db --to /var/backups/phb-monday.backup\n  phb backup --database phb.db --to /var/backups/phb-monday.age --through \"age --encrypt --recipients-file /etc/openphb/backups.pub\""
)]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// A command that it passes through on its way into the file, to encrypt it
    #[arg(long, env = "PHB_BACKUP_THROUGH", value_name = "COMMAND")]
    pub through: Option<String>,
}

/// Writes the backup.
pub async fn run(args: Args) -> Outcome {
    let shown = args.to.display();
    if args.to.exists() {
        return Err(format!("{shown} is there already. Choose another name, or move it away.").into());
    }
    let db = args.database.open().await?;
    super::note_taken_out(&db, "phb backup", "backup", None).await;
    seal_first(&db).await;
    let through = args.through.as_deref().map(Through::command).unwrap_or_default();
    let newest = db.read::<_, store::StoreError>(store::seal::newest).await?;
    let tables = store::archive::backup_through(&db, &args.to, &through).await?;
    db.close().await;
    let bytes = std::fs::metadata(&args.to).map_or(0, |m| m.len());
    let rows = tables.iter().map(|t| t.rows).sum();
    println!("Wrote {} in {bytes} bytes to {shown}.", count(rows, "row", "rows"));
    if let Some(seal) = newest {
        println!("The newest seal is {seal}");
    }
    Ok(ExitCode::SUCCESS)
}
