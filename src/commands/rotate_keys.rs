//! `phb rotate-keys`: the keys of streams, wrapped with the newest key.

use super::{DatabaseArg, Outcome, bar, count, show};
use std::process::ExitCode;

/// Wrap the keys of streams anew, with the first key of the file
///
/// After "phb new-key" has put a new key above the others, and the program was
/// started again with it, this wraps each key of a case, an account, an enquiry or
/// a team with the new one. What is encrypted stays as it is. It can run while the
/// program serves; broken off and run again it does what is left.
///
/// When it says that nothing is left under an older key, the older one opens
/// nothing any more that is in this database. It is still needed for backups from
/// before, and to check the seals that were made with it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb new-key /etc/openphb/key\n  (start the program again)\n  phb \
                        rotate-keys --key-file /etc/openphb/key")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
}

pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    if !db.is_encrypted() {
        db.close().await;
        return Err("Nothing is encrypted in this database: \"phb encrypt\" makes one in which it is.".into());
    }
    db.may_be_written()?;
    // What carries a MAC first, keys among them.
    store::adopt::adopt(&db, store::adopt::First::Refuse, |_| ()).await?;
    let progress = bar("Wrapping keys");
    let done = store::rotate::rewrap(&db, |done, all| show(&progress, done, all)).await?;
    progress.finish_and_clear();
    db.close().await;
    println!(
        "Looked at {}: {} wrapped anew with the first key.",
        count(done.seen, "key", "keys"),
        count(done.wrapped, "was", "were")
    );
    if done.left > 0 {
        println!(
            "{} under a key that is not here, or not written by this program: see \"phb verify\".",
            count(done.left, "is", "are")
        );
        return Ok(ExitCode::FAILURE);
    }
    println!("Nothing is left under an older key.");
    Ok(ExitCode::SUCCESS)
}
