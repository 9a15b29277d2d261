//! `phb check-copy`: is what somebody carried here what it says?

use super::{Outcome, count};
use service::everything::check::check;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Check a copy of a case that came from elsewhere
///
/// Reads the file of "phb give-out", or one that a person fetched. Each event is
/// read by the rules of this program and has to have the hash that it says, each
/// entry has to balance, each file has to be the one that was added. Whatever is
/// wrong is named on a line of its own. Nothing is written anywhere.
///
/// A copy that a person fetched can lack what was said in confidence: then that
/// is said too, since the record is not whole.
///
/// Ends with 0 if everything is sound, with 1 if something is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb check-copy --from for-north-vale.zip --sum 9f86d0…")]
pub struct Args {
    /// The file
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The sum (SHA-256) that whoever gave it told you
    #[arg(long, value_name = "SUM")]
    pub sum: Option<String>,
}

/// Checks, and prints what is wrong.
pub fn run(args: &Args) -> Outcome {
    let shown = args.from.display();
    let bytes = read(&args.from)?;
    let checked = match check(&bytes, args.sum.as_deref()) {
        Ok(checked) => checked,
        Err(wrong) => {
            wrong.iter().for_each(|why| println!("{why}"));
            println!("{} in {shown}.", count(wrong.len() as u64, "thing is wrong", "things are wrong"));
            return Ok(ExitCode::FAILURE);
        }
    };
    let about = &checked.all.about;
    println!("Sound: {} of {}, from {}.", about.reference, about.person, about.area_name);
    for events in &checked.all.streams {
        println!(
            "{} {}: {}, ends in {}",
            events.kind.into_str(),
            events.id,
            count(events.version, "event", "events"),
            events.head
        );
    }
    let entries = checked.all.ledger.entries.len() as u64;
    println!("ledger: {}, ends in {}", count(entries, "entry", "entries"), checked.all.ledger.head);
    println!("Its sum (SHA-256) is {}", checked.sha256);
    Ok(ExitCode::SUCCESS)
}

/// The file, where it is not larger than any copy is.
pub fn read(from: &Path) -> Result<Vec<u8>, String> {
    let (shown, most) = (from.display(), formats::everything::archive::MOST_BYTES);
    let cannot = |why: std::io::Error| format!("Cannot read {shown}: {why}");
    if std::fs::metadata(from).map_err(cannot)?.len() > most {
        return Err(format!("{shown} is larger than {} MB", most / 1_000_000));
    }
    std::fs::read(from).map_err(cannot)
}
