//! What was destroyed, outside of every database: a file that outlives it. A backup
//! from before opens with the key that is outside too, so whoever restores one would
//! have it all again; the list says what is destroyed again, before anything is served.
//!
//! Each line is one step of destroying: the events of its stream, which hold numbers
//! and no names, and before them a MAC by the key of the installation. So nobody who
//! can write to the file alone makes the program destroy anything.

use super::destroy::{Disposed, destroys, stream_of};
use crate::stream::load;
use crate::{App, Error};
use domain::disposal::{Disposal, Event, Item};
use domain::{Aggregate, DisposalId, Recorded, StreamKind};
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use store::keys::Keys;
use store::{StoreError, Tx, record};

/// What lines of this file are signed for.
const PURPOSE: &str = "what was destroyed";
/// How many streams are read at once.
const PAGE: u32 = 500;

/// One step of destroying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    disposal: DisposalId,
    events: Vec<Recorded<Event>>,
}

impl Line {
    fn text(&self, keys: &Keys) -> Option<String> {
        let json = serde_json::to_string(self).expect("our own values can be written as JSON");
        keys.sign_line(PURPOSE, &json).map(|mac| format!("{mac} {json}"))
    }

    fn read(no: usize, text: &str, keys: &Keys) -> Result<Self, Error> {
        let cannot = |why: &str| {
            let what =
                format!("the list of what was destroyed, line {no}: {why}. Nothing was destroyed by it");
            Error::Broken(StoreError::Archive { what })
        };
        let (mac, json) = text.split_once(' ').ok_or_else(|| cannot("it cannot be read"))?;
        if !keys.signed_line(PURPOSE, json, mac) {
            return Err(cannot("it was not written with a key that is here"));
        }
        serde_json::from_str(json).map_err(|_| cannot("this program cannot read it"))
    }
}

impl App {
    /// All that was destroyed, as lines for a file that is kept elsewhere.
    pub async fn disposals_to_keep(&self) -> Result<Vec<String>, Error> {
        let keys = self.db.keys().clone();
        let lines = self.db.read(|tx| Ok::<_, Error>(all(tx)?)).await?;
        Ok(lines.iter().filter_map(|line| line.text(&keys)).collect())
    }

    /// Adds to the file of the settings what it lacks; how many lines. Nothing where
    /// none is set.
    pub async fn write_disposals(&self) -> Result<usize, Error> {
        let Some(path) = self.settings.disposals_file.clone() else { return Ok(0) };
        let kept = read_file(&path)?;
        let lines: Vec<String> =
            self.disposals_to_keep().await?.into_iter().filter(|line| !has(&kept, line)).collect();
        if lines.is_empty() {
            return Ok(0);
        }
        append(&path, &kept, &lines).map_err(|why| io(&path, &why))?;
        Ok(lines.len())
    }

    /// Destroys again what the file of the settings says was destroyed, before
    /// anything is served, and adds to it what it lacks.
    pub async fn keep_destroyed(&self) -> Result<Disposed, Error> {
        let Some(path) = self.settings.disposals_file.clone() else { return Ok(Disposed::default()) };
        let again = self.destroy_again(&read_file(&path)?).await?;
        self.write_disposals().await?;
        Ok(again)
    }

    /// Destroys again what these lines say was destroyed. All of them are read and
    /// checked before anything is done; one that says what is so already does nothing.
    pub async fn destroy_again(&self, text: &str) -> Result<Disposed, Error> {
        let keys = self.db.keys().clone();
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let lines: Vec<Line> =
            lines.map(|(no, line)| Line::read(no, line, &keys)).collect::<Result<_, _>>()?;
        let mut done = Disposed::default();
        for line in lines {
            let app = self.clone();
            let one = self.db.write(move |tx| app.again(tx, &line)).await?;
            done.records += one.records;
            done.streams += one.streams;
        }
        Ok(done)
    }

    fn again(&self, tx: &mut Tx<'_>, line: &Line) -> Result<Disposed, Error> {
        let told = Disposal::fold(line.disposal, &line.events);
        let mut here = load::<Disposal>(tx, line.disposal)?;
        // What the backup does not know yet of it, as it was.
        let known = here.version;
        for event in line.events.iter().filter(|event| event.seq > known) {
            here = self.append(tx, &here, event.by, event.at, std::slice::from_ref(&event.event))?;
        }
        let (Some((_, at)), Some(proposed)) = (told.destroyed(), &told.proposed) else {
            return Ok(Disposed::default());
        };
        let mut done = Disposed::default();
        for item in &proposed.items {
            if is_there(tx, item)? {
                done.records += 1;
                done.streams += self.destroy_one(tx, item, at)?;
            }
        }
        Ok(done)
    }
}

/// Whether a record is there and can be read.
fn is_there(tx: &mut Tx<'_>, item: &Item) -> Result<bool, StoreError> {
    let stream = stream_of(item.what);
    if record::version(tx, stream)? == 0 {
        return Ok(false);
    }
    match record::load_some::<serde_json::Value>(tx, stream, [1]) {
        Err(StoreError::KeyGone { destroyed: true, .. }) => Ok(false),
        other => other.map(|_| true),
    }
}

/// Every step by which something was destroyed.
fn all(tx: &mut Tx<'_>) -> Result<Vec<Line>, StoreError> {
    let (mut lines, mut after) = (vec![], None);
    loop {
        let page = record::all_streams(tx, StreamKind::Disposal, after, PAGE)?;
        for (id, _) in &page {
            let disposal = DisposalId(*id);
            let events = record::load::<Event>(tx, Disposal::stream_of(disposal))?;
            if events.iter().any(|event| destroys(&event.event)) {
                lines.push(Line { disposal, events });
            }
        }
        match page.last() {
            Some((id, _)) if page.len() == PAGE as usize => after = Some(*id),
            _ => return Ok(lines),
        }
    }
}

/// Whether a file has a line, whichever key it was signed with.
fn has(kept: &str, line: &str) -> bool {
    let said = |line: &str| line.split_once(' ').map(|(_, json)| json.to_owned());
    kept.lines().any(|one| said(one) == said(line))
}

fn io(path: &Path, why: &std::io::Error) -> Error {
    Error::Broken(StoreError::Io { what: format!("{}: {why}", path.display()) })
}

/// What stands in a file; nothing where it is not there yet.
fn read_file(path: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(String::new()),
        other => other.map_err(|why| io(path, &why)),
    }
}

fn append(path: &Path, kept: &str, lines: &[String]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    // A line that was broken off ends here, and is named when it is read.
    let start = if kept.is_empty() || kept.ends_with('\n') { "" } else { "\n" };
    writeln!(file, "{start}{}", lines.join("\n"))?;
    file.sync_all()
}
