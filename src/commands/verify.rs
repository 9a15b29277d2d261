//! `phb verify`: is everything as it was written?

use super::{DatabaseArg, Outcome, bar, count, show};
use service::{App, Clock, Settings};
use std::process::ExitCode;
use store::Db;

/// Check the whole record and the whole ledger
///
/// Follows the chain of every stream of events and of every ledger, checks that
/// every entry balances, that no hold was settled twice, and that the lists are
/// what the record gives. Every row that was edited, deleted, moved or cut off
/// is named on a line of its own. Nothing is changed. It can run while the
/// program serves.
///
/// Ends with 0 if everything is sound, with 1 if something is wrong.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
}

/// Checks, and prints what is wrong.
pub async fn run(args: Args) -> Outcome {
    let db = Db::open_existing(&args.database.address()?).await?;
    let progress = bar("Checking the record");
    let report = store::verify::verify(&db, |done, all| show(&progress, done, all)).await?;
    progress.finish_and_clear();
    let progress = bar("Checking the lists");
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let lists = app.check_lists(|done| show(&progress, done, report.streams)).await?;
    progress.finish_and_clear();
    db.close().await;
    for fault in &report.faults {
        println!("{fault}");
    }
    for difference in &lists.differences {
        println!("{difference}");
    }
    let wrong = (report.faults.len() + lists.differences.len()) as u64;
    println!(
        "Checked {} in {}, {} in {}, and {} of lists.",
        count(report.events, "event", "events"),
        count(report.streams, "stream", "streams"),
        count(report.entries, "entry", "entries"),
        count(report.ledgers, "ledger", "ledgers"),
        count(lists.rows, "row", "rows"),
    );
    if wrong == 0 {
        println!("Everything is as it was written.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} wrong.", count(wrong, "thing is", "things are"));
    if report.is_sound() {
        println!("The record itself is sound: \"phb rebuild\" makes the lists again from it.");
    }
    Ok(ExitCode::FAILURE)
}
