//! `phb disposals`: what was destroyed, for keeping elsewhere.

use super::{DatabaseArg, Outcome};
use service::{App, Clock, Settings};
use std::process::ExitCode;

/// Print what was destroyed, for keeping elsewhere
///
/// One line for each time that records were destroyed: their numbers and days, the
/// rule, and who saw to it; no names. Each line is signed with the key of the
/// installation. Keep it where the backups are not: a backup from before brings
/// everything back, and this list is what destroys it again ("phb restore --disposals",
/// or the setting disposals-file of "phb serve", which writes it by itself).
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb disposals > /mnt/elsewhere/disposals.txt")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
}

pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let lines = app.disposals_to_keep().await?;
    db.close().await;
    for line in &lines {
        println!("{line}");
    }
    if lines.is_empty() {
        eprintln!("Nothing was destroyed in this database.");
    }
    Ok(ExitCode::SUCCESS)
}
