//! `phb rebuild`: every list again from the record.

use super::{DatabaseArg, Outcome, bar, bring_up_to_date, count, show};
use service::{App, Clock, Settings};
use std::process::ExitCode;
use store::stats;

/// Make every list again from the record
///
/// Work lists, names and memberships are only a quick way to find things: all
/// of it follows from the record. This makes it again, and says which rows were
/// not what they should have been (none, unless somebody changed the database
/// by hand). It can run while the program serves.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
}

/// Rebuilds, and prints what differed.
pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    let counts = db.read::<_, store::StoreError>(stats::row_counts).await?;
    let all = counts.iter().find(|(table, _)| *table == "streams").map_or(0, |(_, rows)| *rows);
    let progress = bar("Making the lists");
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let rebuilt = app.rebuild(|done| show(&progress, done, all)).await?;
    progress.finish_and_clear();
    bring_up_to_date(&app).await?;
    db.close().await;
    for difference in &rebuilt.differences {
        println!("{difference}");
    }
    println!(
        "Made {} again from {}.",
        count(rebuilt.rows, "row", "rows"),
        count(rebuilt.streams, "stream", "streams")
    );
    let unreadable = rebuilt.unreadable() > 0;
    match rebuilt.differences.len() as u64 {
        0 => println!("All of them were the same before."),
        n => println!("{} put right.", count(n, "stream was", "streams were")),
    }
    if unreadable {
        println!("Part of the record cannot be read: \"phb verify\" says where.");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
