//! `phb check-people`: may two people share one sign-in?

use super::{DatabaseArg, Outcome, bar, count, show};
use service::{App, Clock, Settings};
use std::process::ExitCode;
use store::stats;

/// Say where two people may share one sign-in
///
/// Until 2026 addresses that differed only in signs (ann_lee@, ann.lee@) were
/// taken for one. Names to sign in with are made again from the record when
/// such a database is opened, but whoever was given the sign-in of another then
/// has it still. This names every account that may be of several people: two
/// accounts with one address; an account that has a place in a case under
/// another name than its own; one that was invited for different things. Look
/// at each with somebody who knows the people: most are in order.
///
/// It prints names and addresses, so mind who sees it. Where an older program
/// made the names to sign in with, it makes them again first, as opening the
/// database to serve it does, and says how many; it changes nothing else. It
/// can run while the program serves. Ends with 0 if there is nothing to look
/// at, with 1 if there is.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
}

/// Goes through the record, and prints what to look at.
pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    let counts = db.read::<_, store::StoreError>(stats::row_counts).await?;
    let all = counts.iter().find(|(table, _)| *table == "streams").map_or(0, |(_, rows)| *rows);
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let remade = app.remake_login_names().await?;
    let progress = bar("Going through the cases");
    let concerns = app.check_people(|done| show(&progress, done, all)).await?;
    progress.finish_and_clear();
    if let Some(remade) = remade {
        println!("{} made again from the record.", count(remade.changed, "name was", "names were"));
    }
    for concern in &concerns {
        println!("{concern}");
        for account in concern.accounts() {
            let named = app.named(account).await?;
            println!(
                "  {account}: {}",
                named.map_or_else(String::new, |n| format!("{} <{}>", n.name, n.email))
            );
        }
    }
    db.close().await;
    if concerns.is_empty() {
        println!("No two people seem to share a sign-in.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} to look at.", count(concerns.len() as u64, "thing is", "things are"));
    Ok(ExitCode::FAILURE)
}
