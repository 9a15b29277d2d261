//! `phb security-events`: what happened, for a collector of logs.

mod ocsf;

use super::{DatabaseArg, Outcome, count};
use crate::failure::Failure;
use domain::Date;
use domain::security::Kind;
use service::happened::{Happened, Origin};
use service::{App, Clock, Settings};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use store::security::{Written, logs_since, of_log};
use store::{Db, StoreError};
use uuid::Uuid;

/// How many events of a log are read at once.
const PAGE: u32 = 1_000;
/// How often it is looked for more.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Write the security events, one JSON object a line
///
/// For a collector of logs: sign-ins and what did not work, second steps, posts,
/// refusals, and what was downloaded, in the fields of OCSF (schema.ocsf.io). There
/// are ids and no names; nothing of what people wrote, no passphrases and no codes.
///
/// With --place it is remembered in a file what was written, so that the next time
/// only what is new is. That file is written after the events, so that none is
/// left out; after a crash some may come twice, each with the same metadata.uid.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  phb security-events --since 2026-11-01 > events.jsonl
  phb security-events --place /var/lib/phb/collected --follow | collector")]
pub struct Args {
    #[command(flatten)]
    pub database: DatabaseArg,
    /// Only what was written down on this day or later (2026-11-29)
    #[arg(long, value_name = "DAY")]
    pub since: Option<Date>,
    /// A file that remembers what was written already
    #[arg(long, value_name = "FILE")]
    pub place: Option<PathBuf>,
    /// Go on writing what is new, until it is stopped
    #[arg(long)]
    pub follow: bool,
}

/// How much of each log was written.
type Place = BTreeMap<Uuid, u64>;

/// Writes what is new; for ever, where it follows.
pub async fn run(args: Args) -> Outcome {
    let mut place = args.place.as_deref().map(read_place).transpose()?.unwrap_or_default();
    let db = args.database.open().await?;
    note(&db).await;
    let since = args.since.unwrap_or(Date::MIN);
    let mut all = 0;
    loop {
        all += write_new(&db, since, &mut place, args.place.as_deref()).await?;
        if !args.follow {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    db.close().await;
    eprintln!("Wrote {}.", count(all, "event", "events"));
    Ok(ExitCode::SUCCESS)
}

/// Writes down that the events were taken out. Where that cannot be, it is said.
async fn note(db: &Db) {
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let origin = Origin { reached: "phb security-events".into(), ..Origin::default() };
    if let Err(why) = app.asked_from(origin).note_now(Happened::new(Kind::LogTakenOut)).await {
        eprintln!("That this was done could not be written down among the security events: {why}");
    }
}

/// Writes what came since the place, and moves the place on; how many.
async fn write_new(db: &Db, since: Date, place: &mut Place, kept: Option<&Path>) -> Result<u64, Failure> {
    let broken = |why: StoreError| Failure::because("the security events cannot be read", why);
    let logs = db.read::<_, StoreError>(move |tx| logs_since(tx, since)).await.map_err(broken)?;
    place.retain(|log, _| logs.iter().any(|(known, _)| known == log));
    let mut all = 0;
    for (log, events) in logs {
        let mut after = place.get(&log).copied().unwrap_or_default();
        while after < events {
            let page = db.read::<_, StoreError>(move |tx| of_log(tx, log, after, PAGE)).await;
            let page = page.map_err(broken)?;
            let Some(last) = page.last().map(|event| event.seq) else { break };
            print(&page).map_err(|why| Failure::because("the security events cannot be written", why))?;
            all += page.len() as u64;
            after = last;
            place.insert(log, last);
            if let Some(file) = kept {
                write_place(file, place)?;
            }
        }
    }
    Ok(all)
}

fn print(page: &[Written]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for event in page {
        serde_json::to_writer(&mut out, &ocsf::event(event))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// The place in a file: a line for each log, with how many of it were written.
fn read_place(file: &Path) -> Result<Place, Failure> {
    let name = file.display();
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Place::new()),
        Err(why) => return Err(Failure::because(&format!("{name} cannot be read"), why)),
    };
    let line = |line: &str| {
        let (log, seq) = line.split_once(' ')?;
        Some((log.parse().ok()?, seq.parse().ok()?))
    };
    let place: Option<Place> = text.lines().map(line).collect();
    place.ok_or_else(|| Failure(format!("{name} is not a file that \"phb security-events\" wrote")))
}

/// Written beside it and put in its place, so that it is never half there.
fn write_place(file: &Path, place: &Place) -> Result<(), Failure> {
    let text: String = place.iter().map(|(log, seq)| format!("{log} {seq}\n")).collect();
    let beside = file.with_extension("new");
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file));
    written.map_err(|why| Failure::because(&format!("{} cannot be written", file.display()), why))
}
