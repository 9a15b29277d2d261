//! What happened in a case, in words, a page at a time; and the case as it
//! stood on an earlier day.

mod looked;
mod place;
mod sources;
pub mod words;

pub use crate::shown::List;
pub use looked::{InList, Reader as LookedBy, Week, Weeks};
pub(crate) use looked::{all_months, enquiry_of, ids_in_lists};
pub use place::Place;

use crate::directory::Names;
use crate::{App, Error, Seen};
use domain::access::Actor;
use domain::case::arrangement::sight::{Accounts, sees_every_line};
use domain::case::history::{Description, Part, describe};
use domain::case::{self, Case, Voice};
use domain::framework::Framework;
use domain::{AccountId, Aggregate, Author, Date, MemberId, Recorded, Timestamp, dates};
use sources::Sources;
use std::sync::Arc;
use store::{StoreError, Tx, record};

/// How many events one page shows.
pub const PAGE: usize = 50;
/// How many are read at once when few of them are wanted.
const BATCH: u32 = 200;
/// How many one page looks through for those that are wanted. Then it shows
/// what it found, and how to look further back.
const LOOKED_THROUGH: u64 = 1_000;

/// How many changes of a plan since an earlier day are told at most.
pub const CHANGES: usize = 100;

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only those before this place.
    pub before: Option<Place>,
    pub part: Option<Part>,
    /// Recorded by this member, or said by them.
    pub who: Option<MemberId>,
}

/// One event as the page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The place before which it is the newest.
    pub place: Place,
    /// A name for it on a page.
    pub anchor: String,
    pub at: Timestamp,
    /// Who recorded it.
    pub recorder: String,
    /// Whose words it was, where that is somebody else.
    pub said_by: Option<String>,
    pub part: Part,
    pub description: Description,
}

/// A page of history, newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// Ask for what is before this next, to go further back.
    pub older: Option<Place>,
}

/// The reader: nothing is told of a part that they may not open.
#[derive(Clone, Debug)]
pub struct Reader {
    actor: Actor,
    /// Whether they see the single lines of every account.
    lines: bool,
    accounts: Accounts,
}

impl Reader {
    #[must_use]
    pub fn of(actor: &Actor, seen: &Seen) -> Self {
        let lines = sees_every_line(actor, &seen.case);
        Self { actor: actor.clone(), lines, accounts: Accounts::of(actor, &seen.case) }
    }
}

/// One page of what happened, without what this reader may not read.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    case: &Case,
    framework: &Framework,
    reader: &Reader,
    wanted: &Wanted,
) -> Result<Page, StoreError> {
    some(tx, case, framework, reader, wanted, PAGE)
}

/// At most `most` of what happened.
fn some(
    tx: &mut Tx<'_>,
    case: &Case,
    framework: &Framework,
    reader: &Reader,
    wanted: &Wanted,
    most: usize,
) -> Result<Page, StoreError> {
    let mut found: Vec<Entry> = Vec::new();
    let mut names = Names::default();
    let wants_all = wanted.part.is_none() && wanted.who.is_none();
    let batch = if wants_all { u32::try_from(most + most / 5 + 1).unwrap_or(BATCH) } else { BATCH };
    let mut sources = Sources::open(tx, case, framework, reader, batch, wanted.before.as_ref())?;
    let mut looked = 0;
    while let Some((place, anchor, happened)) = sources.next(tx)? {
        looked += 1;
        let described = happened.described.filter(|(part, description)| {
            wanted.part.is_none_or(|wanted| wanted == *part)
                && is_by(case, happened.by, description.voice, wanted.who)
        });
        if let Some((part, description)) = described {
            if found.len() == most {
                return Ok(Page { entries: found, older: Some(place) });
            }
            let (recorder, said_by) = who(tx, case, &mut names, happened.by, description.voice)?;
            found.push(Entry { place, anchor, at: happened.at, recorder, said_by, part, description });
        }
        if looked >= LOOKED_THROUGH {
            return Ok(Page { entries: found, older: Some(sources.place()) });
        }
    }
    Ok(Page { entries: found, older: None })
}

/// The name of who recorded something, and of whose words it was where that is
/// somebody else.
fn who(
    tx: &mut Tx<'_>,
    case: &Case,
    names: &mut Names,
    by: Author,
    voice: Option<Voice>,
) -> Result<(String, Option<String>), StoreError> {
    let recorder = names.of(tx, by)?;
    let said_by = voice.map(|voice| case.circle.name_of(voice).to_owned()).filter(|n| *n != recorder);
    Ok((recorder, said_by))
}

/// Whether this member recorded it or said it; everything is by nobody in
/// particular.
fn is_by(case: &Case, by: Author, voice: Option<Voice>, who: Option<MemberId>) -> bool {
    let Some(who) = who else { return true };
    let Some(member) = case.circle.member(who) else { return false };
    let recorded_it = by.account().is_some_and(|by| member.account == Some(by) || member.had.contains(&by));
    recorded_it || voice == Some(member.voice())
}

/// The newest few events, for a page that shows them at a glance.
pub(crate) fn newest(
    tx: &mut Tx<'_>,
    case: &Case,
    framework: &Framework,
    reader: &Reader,
    most: usize,
) -> Result<Vec<Entry>, StoreError> {
    Ok(some(tx, case, framework, reader, &Wanted::default(), most)?.entries)
}

/// A case as it stood, and what happened to its plan since.
#[derive(Clone, Debug)]
pub struct AsItStood {
    pub case: Case,
    /// The newest of them, [`CHANGES`] at most, oldest first.
    pub changes_since: Vec<Entry>,
    /// How many more there were, before these.
    pub more_changes: usize,
}

/// The case as it stood after event `seq`, and how its plan changed since.
pub(crate) fn after_event(
    tx: &mut Tx<'_>,
    now: &Case,
    framework: &Framework,
    seq: u64,
) -> Result<AsItStood, StoreError> {
    stood(tx, now, framework, |recorded| recorded.seq <= seq)
}

/// The case as it stood at the end of a day in London.
pub(crate) fn on_day(
    tx: &mut Tx<'_>,
    now: &Case,
    framework: &Framework,
    day: Date,
) -> Result<AsItStood, StoreError> {
    stood(tx, now, framework, |recorded| dates::london(recorded.at) <= day)
}

fn stood(
    tx: &mut Tx<'_>,
    now: &Case,
    framework: &Framework,
    then: impl Fn(&Recorded<case::Event>) -> bool,
) -> Result<AsItStood, StoreError> {
    let events = record::load::<case::Event>(tx, now.stream())?;
    let split = events.iter().position(|e| !then(e)).unwrap_or(events.len());
    let case = Case::fold(now.id, &events[..split]);
    let mut names = Names::default();
    let mut changes_since = Vec::new();
    let changes: Vec<_> =
        events[split..].iter().filter(|e| matches!(e.event, case::Event::Plan(_))).collect();
    let more_changes = changes.len().saturating_sub(CHANGES);
    for recorded in changes.into_iter().skip(more_changes) {
        let description = describe(now, framework, recorded);
        let (recorder, said_by) = who(tx, now, &mut names, recorded.by, description.voice)?;
        changes_since.push(Entry {
            place: Place::at(recorded.seq),
            anchor: place::anchor(now, now.stream(), recorded.seq),
            at: recorded.at,
            recorder,
            said_by,
            part: Part::of(&recorded.event),
            description,
        });
    }
    Ok(AsItStood { case, changes_since, more_changes })
}

impl App {
    /// One page of what happened in a case that was opened to read its history.
    pub async fn history(&self, seen: &Seen, reader: Reader, wanted: Wanted) -> Result<Page, Error> {
        let (case, framework) = (Arc::clone(&seen.case), Arc::clone(&seen.framework));
        self.db.read(move |tx| Ok(page(tx, &case, &framework, &reader, &wanted)?)).await
    }

    /// See [`after_event`].
    pub async fn case_after(
        &self,
        reader: AccountId,
        now: Arc<Case>,
        framework: Framework,
        seq: u64,
    ) -> Result<AsItStood, Error> {
        self.heavy_read(reader, move |tx| Ok(after_event(tx, &now, &framework, seq)?)).await
    }

    /// See [`on_day`].
    pub async fn case_on(
        &self,
        reader: AccountId,
        now: Arc<Case>,
        framework: Framework,
        day: Date,
    ) -> Result<AsItStood, Error> {
        self.heavy_read(reader, move |tx| Ok(on_day(tx, &now, &framework, day)?)).await
    }
}
