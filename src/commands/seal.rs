//! `phb seal`: today's seal, for keeping elsewhere.

use super::{DatabaseArg, Outcome};
use service::Clock;
use std::process::ExitCode;

/// Seal what was written since the last seal, and print the newest
///
/// The program seals by itself every hour. This prints the line to be kept where
/// nobody who can write to the database can write: on paper, in a letter to
/// somebody, in another system. "phb verify --seal" holds the database against
/// it, whenever that is: if it holds that very seal, and all else is sound, then
/// everything that the seal and those before it cover is as it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb seal | mail -s \"Seal of today\" auditor@example.org")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
}

pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    store::seal::seal(&db, Clock::of_the_machine().now()).await?;
    let newest = db.read::<_, store::StoreError>(store::seal::newest).await?;
    db.close().await;
    match newest {
        Some(seal) => {
            println!("{seal}");
            Ok(ExitCode::SUCCESS)
        }
        None => Err("There is nothing to seal yet.".into()),
    }
}
