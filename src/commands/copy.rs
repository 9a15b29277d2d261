//! `phb copy`: everything from one database to another.

use super::{Between, Outcome, bar, count, say_demonstration, seal_first, show};
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
    #[command(flatten)]
    pub between: Between,
}

/// Copies, and prints the proof.
pub async fn run(args: Args) -> Outcome {
    let Between { from, to, .. } = &args.between;
    args.between.check()?;
    let keys = args.between.keys_of(from)?;
    let from = Db::open_existing_with(from, &keys).await?;
    let to = Db::open_to_fill(to).await?;
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
