//! `phb take-in`: a case that another area gave.

use super::{DatabaseArg, Outcome, count, seal_first};
use domain::{EmailAddress, Line};
use service::everything::check::check;
use service::everything::take_in::{TakeIn, TakenIn};
use service::{App, Clock, Settings};
use std::path::PathBuf;
use std::process::ExitCode;

/// Take in a case that another area gave
///
/// Reads the file of "phb give-out" as "phb check-copy" does, and takes in all of
/// it or nothing: what happened, as it was and with the same hashes, files, bank
/// statements, money, who looked, and when letters went. Whoever did something there
/// is known here by name, and has no sign-in and no post. The case is of your area
/// from then on, and the care co-ordinator whom you name has it.
///
/// The sum is that which whoever gave the file told you, by another way than the
/// file: nothing else says that it is theirs.
///
/// Ends with 0 if it was taken in, with 1 if not, and says why.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  phb take-in --from for-north-vale.zip --sum 9f86d0… --area 'North Vale' \\\n    --coordinator jo@northvale.example --by 'Kim Tan, records' --dry-run"
)]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// The file
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The sum (SHA-256) that whoever gave it told you
    #[arg(long, value_name = "SUM")]
    pub sum: String,
    /// Your area, by its name or its id
    #[arg(long, value_name = "AREA")]
    pub area: String,
    /// The email address of its care co-ordinator here
    #[arg(long, value_name = "EMAIL")]
    pub coordinator: EmailAddress,
    /// Your name and what you do, for the record
    #[arg(long, value_name = "NAME", value_parser = super::line)]
    pub by: Line,
    /// Only say what would be taken in, and what would stand in the way
    #[arg(long)]
    pub dry_run: bool,
}

/// Takes it in.
pub async fn run(args: Args) -> Outcome {
    let bytes = super::check_copy::read(&args.from)?;
    let checked = match check(&bytes, Some(&args.sum)) {
        Ok(checked) => checked,
        Err(wrong) => {
            wrong.iter().for_each(|why| println!("{why}"));
            println!("Nothing was taken in.");
            return Ok(ExitCode::FAILURE);
        }
    };
    let db = args.database.open().await?;
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let into = TakeIn { area: args.area, coordinator: args.coordinator, by: args.by };
    let taken = app.take_in(checked, into, args.dry_run).await;
    if taken.is_ok() && !args.dry_run {
        seal_first(&db).await;
    }
    db.close().await;
    match taken {
        Ok(taken) => tell(&taken, args.dry_run),
        Err(why) => {
            println!("{why}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(taken: &TakenIn, is_tried: bool) {
    let TakenIn { reference, from, into, coordinator, .. } = taken;
    let was = if is_tried { "Would be taken in" } else { "Taken in" };
    println!("{was}: {reference}, from {from} into {into}. Its care co-ordinator is {coordinator}.");
    let rows = [
        (taken.events, "event, with the hash that it had", "events, with the hashes that they had"),
        (taken.files as u64, "file", "files"),
        (taken.entries as u64, "entry of the ledger", "entries of the ledger"),
        (taken.statements as u64, "bank statement", "bank statements"),
        (taken.bank_lines as u64, "line of them", "lines of them"),
        (taken.looks as u64, "look", "looks"),
        (taken.letters as u64, "letter that was sent", "letters that were sent"),
        (taken.names as u64, "person known by name alone", "people known by name alone"),
    ];
    for (n, one, many) in rows {
        println!("  {}", count(n, one, many));
    }
    taken.not_kept.iter().for_each(|what| println!("Not taken in: {what}."));
    println!("The case: {}", taken.case);
}
