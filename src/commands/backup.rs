//! `phb backup`: everything in one file.

use super::{DatabaseArg, Outcome, count, seal_first};
use std::path::PathBuf;
use std::process::ExitCode;

/// Write everything into one file, while the program serves
///
/// The file holds every row as it stood at one instant, compressed and with
/// checksums, and is not bound to one kind of database. It appears whole or not
/// at all. It is not encrypted and holds people's health information: keep it
/// as safe as the database, and in another place.
///
/// What was written since the last seal is sealed first, and the newest seal is
/// printed: keep that line, for "phb verify --seal".
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb backup --database phb.db --to /var/backups/phb-monday.backup")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
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
    let newest = db.read::<_, store::StoreError>(store::seal::newest).await?;
    let tables = store::archive::backup(&db, &args.to).await?;
    db.close().await;
    let bytes = std::fs::metadata(&args.to).map_or(0, |m| m.len());
    let rows = tables.iter().map(|t| t.rows).sum();
    println!("Wrote {} in {bytes} bytes to {shown}.", count(rows, "row", "rows"));
    if let Some(seal) = newest {
        println!("The newest seal is {seal}");
    }
    Ok(ExitCode::SUCCESS)
}
