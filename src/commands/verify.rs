//! `phb verify`: is everything as it was written?

use super::{DatabaseArg, Outcome, bar, count, say_demonstration, show};
use service::{App, Clock, Settings};
use std::process::ExitCode;
use store::seal::Seal;

/// Nothing is wrong, and not everything could be checked.
const NOT_ALL: u8 = 3;
/// Something is wrong.
const WRONG: u8 = 4;

/// Check the whole record and the whole ledger
///
/// Follows the chain of every stream of events and of every ledger, checks that
/// every entry balances, that no hold was settled twice, and that the lists are
/// what the record gives. Every row that was edited, deleted, moved or cut off
/// is named on a line of its own. Nothing is changed. It can run while the
/// program serves.
///
/// The program also makes seals: every hour, when it stops, and before a
/// backup, it writes down how far each stream and each ledger has come. So what
/// was sealed and is gone as a whole, or is shorter than it was, or was made
/// anew, is named too. What was written since the newest seal is only checked
/// by its own chain; how much that is, is said.
///
/// Whoever can write to the database can make the seals anew as well. Against
/// that, keep the number and hash of the newest seal somewhere else (this
/// command and "phb backup" print it, and it is in the log), and give it back
/// later with --seal. If the database does not hold that very seal, it is said.
///
/// What was written with a key (see "phb new-key") is checked with it: who may
/// sign in and how, sessions, links, letters, jobs, the newest link of every
/// chain, and the seals. What was written with a key that is not here is counted,
/// and not checked. Files, statements, their lines and looks are held against
/// the registers, and tables, constraints and triggers against those that the
/// program makes.
///
/// Ends with 0 if everything is sound, with 4 if something is wrong, with 3 if
/// nothing is wrong and not everything could be checked; and with 1 if it could
/// not be checked at all (as any command that cannot do what it was told), with 2
/// if the options cannot be understood.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  phb verify
  phb verify --seal 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// A seal that you kept elsewhere; may be given more than once
    #[arg(long, value_name = "NUMBER:HASH")]
    pub seal: Vec<Seal>,
}

/// Checks, and prints what is wrong.
pub async fn run(args: Args) -> Outcome {
    let db = args.database.open().await?;
    let progress = bar("Checking the record");
    let mut report = store::verify::verify(&db, |done, all| show(&progress, done, all)).await?;
    report.faults.extend(store::verify::check_kept(&db, &args.seal).await?);
    progress.finish_and_clear();
    // With keys that are others, nothing would be opened. What can be held
    // against them has been; the lists are held against the record without.
    let db = if report.unchecked.is_empty() {
        db
    } else {
        db.close().await;
        args.database.open_without_keys().await?
    };
    let progress = bar("Checking the lists");
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let upkeep = app.check_upkeep().await?;
    // Rows of an older program are others, which is said once and not of each.
    let readable = !db.is_encrypted() || !db.keys().is_empty();
    let lists = if readable && app.lists_are_made().await? {
        app.check_lists(|done| show(&progress, done, report.streams)).await?
    } else {
        service::rebuild::Rebuilt::default()
    };
    progress.finish_and_clear();
    say_demonstration(&db).await?;
    db.close().await;
    for fault in &report.faults {
        println!("{fault}");
    }
    for difference in &lists.differences {
        println!("{difference}");
    }
    for line in &upkeep {
        println!("{line}");
    }
    let wrong = (report.faults.len() + lists.differences.len() + upkeep.len()) as u64;
    println!(
        "Checked {} in {}, {} in {}, and {} of lists.",
        count(report.events, "event", "events"),
        count(report.streams, "stream", "streams"),
        count(report.entries, "entry", "entries"),
        count(report.ledgers, "ledger", "ledgers"),
        count(lists.rows, "row", "rows"),
    );
    println!(
        "Checked {} of files, statements, their lines and looks in {}, and {} that only the program may write.",
        count(report.registered, "entry", "entries"),
        count(report.registers, "register", "registers"),
        count(report.keyed_rows, "row", "rows"),
    );
    println!(
        "Checked {} in {}.",
        count(report.security_events, "security event", "security events"),
        count(report.security_logs, "log", "logs"),
    );
    match report.newest_seal {
        None => println!("Nothing has been sealed yet."),
        Some(seal) => println!(
            "Checked {}. {} grown since they were last sealed. The newest seal, to keep elsewhere:\n{seal}",
            count(report.seals, "seal", "seals"),
            count(report.unsealed, "stream or ledger has", "streams and ledgers have"),
        ),
    }
    if report.destroyed > 0 {
        println!(
            "Of {} the key was destroyed: nobody can read what was in them.",
            count(report.destroyed, "stream", "streams")
        );
    }
    if !readable {
        println!(
            "Not checked: the lists, since what they are made from is encrypted, and its key is not here."
        );
    }
    for (key, rows) in report.unchecked.of_each() {
        println!(
            "Not checked, since the key {key} is not here: {}.",
            count(rows, "row, head or seal", "rows, heads and seals")
        );
    }
    if wrong == 0 && !report.unchecked.is_empty() {
        println!("Nothing is wrong with what could be checked.");
        return Ok(ExitCode::from(NOT_ALL));
    }
    if wrong == 0 {
        println!("Everything is as it was written.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} wrong.", count(wrong, "thing is", "things are"));
    if report.is_sound() && !lists.differences.is_empty() {
        println!("The record itself is sound: \"phb rebuild\" makes the lists again from it.");
    }
    Ok(ExitCode::from(WRONG))
}
