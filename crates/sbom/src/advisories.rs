//! Published weaknesses of what others wrote: those that we know of and have
//! not mended yet, and those in a copy of RustSec's database.

use crate::policy::Policy;
use jiff::ToSpan as _;
use jiff::civil::Date;
use rustsec::{Database, Lockfile, Report, report};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A row of `docs/security/weaknesses.tsv`.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: String,
    pub component: String,
    pub version: String,
    pub published: Date,
    /// How bad it is where what is weak can be reached.
    pub severity: String,
    /// How bad it is here.
    pub here: String,
    pub why: String,
    /// When that was judged.
    pub judged: Date,
    /// The last day on which it may stand without being judged anew.
    pub until: Date,
}

/// How bad something can be here, and for how many days at most it may stand
/// before it is mended or judged anew: the table in `SECURITY.md`.
pub const FRAMES: [(&str, i32); 5] =
    [("critical", 2), ("high", 7), ("medium", 30), ("low", 90), ("not reachable", 180)];

/// What is known.
///
/// # Errors
/// In words, if the table is not there or not one of nine cells.
pub fn known(root: &Path) -> Result<Vec<Known>, String> {
    let path = root.join("docs/security/weaknesses.tsv");
    let text = fs::read_to_string(path).map_err(|why| format!("weaknesses.tsv: {why}"))?;
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [id, component, version, published, severity, here, why, judged, until] =
            <[String; 9]>::try_from(cells).map_err(|_| format!("not nine cells: {line}"))?;
        let [published, judged, until] = [day(&published)?, day(&judged)?, day(&until)?];
        Ok(Known { id, component, version, published, severity, here, why, judged, until })
    });
    rows.collect()
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("not a day: {text}"))
}

/// What does not fit between the table, `deny.toml` and `Cargo.lock`.
///
/// # Errors
/// In words, if one of them cannot be read.
pub fn offences(root: &Path, policy: &Policy) -> Result<Vec<String>, String> {
    let known = known(root)?;
    let lock = Lockfile::load(root.join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
    let mut found = vec![];
    for row in &known {
        let is_in = lock
            .packages
            .iter()
            .any(|p| p.name.as_str() == row.component && p.version.to_string() == row.version);
        if !is_in {
            found.push(format!("{}: {} {} is not used any more", row.id, row.component, row.version));
        }
        let frame = FRAMES.iter().find(|(word, _)| *word == row.here).map(|(_, days)| *days);
        let Some(days) = frame.filter(|_| !row.why.trim().is_empty()) else {
            found.push(format!("{}: how bad it is here, and why, is not said", row.id));
            continue;
        };
        if row.judged < row.published || row.until > row.judged.saturating_add(days.days()) {
            found.push(format!("{}: may stand for {days} days from the day it was judged", row.id));
        }
    }
    let listed: BTreeSet<&str> = known.iter().map(|row| row.id.as_str()).collect();
    let ignored: BTreeSet<&str> = policy.advisories.ignore.iter().map(|i| i.id.as_str()).collect();
    found.extend(
        listed
            .symmetric_difference(&ignored)
            .map(|id| format!("{id} stands in one of docs/security/weaknesses.tsv and deny.toml alone")),
    );
    Ok(found)
}

/// What a copy of RustSec's database says of `Cargo.lock` that is not in the
/// table, and what of the table was to be judged anew before this day.
///
/// # Errors
/// In words, if the database or the lock file cannot be read.
pub fn found_in(database: &Path, root: &Path, today: Date) -> Result<Vec<String>, String> {
    let known = known(root)?;
    let database = Database::open(database).map_err(|why| format!("the database: {why}"))?;
    let lock = Lockfile::load(root.join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
    let everything = report::Settings {
        informational_warnings: vec![
            rustsec::advisory::Informational::Unmaintained,
            rustsec::advisory::Informational::Unsound,
            rustsec::advisory::Informational::Notice,
        ],
        ..report::Settings::default()
    };
    let report = Report::generate(&database, &lock, &everything);
    let weak = report.vulnerabilities.list.iter().map(|v| (&v.advisory.id, &v.package, &v.advisory.title));
    let warned = report
        .warnings
        .values()
        .flatten()
        .filter_map(|w| w.advisory.as_ref().map(|advisory| (&advisory.id, &w.package, &advisory.title)));
    let is_known = |id: &str, name: &str| known.iter().any(|k| k.id == id && k.component == name);
    let mut found: Vec<String> = weak
        .chain(warned)
        .filter(|(id, package, _)| !is_known(id.as_str(), package.name.as_str()))
        .map(|(id, package, title)| format!("{id}: {} {}: {title}", package.name, package.version))
        .collect();
    let late = known.iter().filter(|row| row.until < today);
    found.extend(late.map(|row| format!("{}: was to be judged anew by {}", row.id, row.until)));
    Ok(found)
}
