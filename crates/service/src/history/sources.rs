//! What happened in a case and in the streams that belong to it, as one
//! sequence, newest first. Each stream keeps its own order; between streams
//! the time decides.

use super::Reader;
use super::place::{Place, anchor};
use crate::stream::streams_in;
use domain::access::Action;
use domain::case::arrangement::sight::{sees_what_was_bought, tells_of_lines};
use domain::case::history::{Context, Description, Part, is_described};
use domain::case::{self, Case, arrangement, budget, notes};
use domain::framework::Framework;
use domain::{Aggregate, Author, Recorded, Stream, StreamKind, Timestamp, of_kind};
use std::collections::VecDeque;
use store::{StoreError, Tx, record};

/// One event of one of the streams.
pub(super) struct Happened {
    seq: u64,
    pub at: Timestamp,
    pub by: Author,
    /// Its words; none where it is not told to this reader.
    pub described: Option<(Part, Description)>,
}

/// One stream, from a place in it back.
struct Source {
    stream: Stream,
    before: u64,
    waiting: VecDeque<Happened>,
    is_read: bool,
}

impl Source {
    fn new(stream: Stream, before: u64) -> Self {
        Self { stream, before, waiting: VecDeque::new(), is_read: false }
    }
}

pub(super) struct Sources<'a> {
    case: &'a Case,
    framework: &'a Framework,
    reader: &'a Reader,
    batch: u32,
    own: Source,
    beside: Vec<Source>,
}

impl<'a> Sources<'a> {
    /// From a place on; from the newest on where none is given.
    pub(crate) fn open(
        tx: &mut Tx<'_>,
        case: &'a Case,
        framework: &'a Framework,
        reader: &'a Reader,
        batch: u32,
        before: Option<&Place>,
    ) -> Result<Self, StoreError> {
        const NEWEST: u64 = i64::MAX as u64;
        let start = before.map_or(NEWEST, |place| place.seq.min(NEWEST));
        let own = Source::new(case.stream(), start);
        let mut sources = Self { case, framework, reader, batch, own, beside: vec![] };
        for stream in streams_in(tx, case.id)? {
            let known = before.and_then(|place| place.of(stream));
            let mut source = Source::new(stream, known.unwrap_or(NEWEST).min(NEWEST));
            if before.is_some() && known.is_none() {
                sources.leave_out_what_is_newer(tx, &mut source)?;
            }
            sources.beside.push(source);
        }
        Ok(sources)
    }

    /// Of a stream whose place is not known: what came after the first event
    /// of the case that is shown is not before it.
    fn leave_out_what_is_newer(&mut self, tx: &mut Tx<'_>, source: &mut Source) -> Result<(), StoreError> {
        let Some(first) = self.read_on_own(tx)? else { return Ok(()) };
        while self.read_on(tx, source)?.is_some_and(|at| at > first) {
            source.waiting.pop_front();
        }
        Ok(())
    }

    /// The place from which on nothing has been given yet.
    pub fn place(&self) -> Place {
        let next = |source: &Source| match source.waiting.front() {
            Some(happened) => happened.seq + 1,
            None => source.before,
        };
        let beside = self.beside.iter().map(|source| (source.stream, next(source))).collect();
        Place { seq: next(&self.own), beside }
    }

    /// What happened before that which was given last, with the place at which
    /// it is the newest and its name on a page.
    pub(crate) fn next(&mut self, tx: &mut Tx<'_>) -> Result<Option<(Place, String, Happened)>, StoreError> {
        let own = self.read_on_own(tx)?;
        let mut beside = std::mem::take(&mut self.beside);
        let mut newest: Option<(Timestamp, usize)> = None;
        for (number, source) in beside.iter_mut().enumerate() {
            let at = self.read_on(tx, source)?;
            newest = newest.max(at.map(|at| (at, number)));
        }
        self.beside = beside;
        let place = self.place();
        let source = match newest {
            Some((at, number)) if own.is_none_or(|own| at >= own) => &mut self.beside[number],
            _ => &mut self.own,
        };
        let Some(happened) = source.waiting.pop_front() else { return Ok(None) };
        let name = anchor(self.case, source.stream, happened.seq);
        Ok(Some((place, name, happened)))
    }

    fn read_on_own(&mut self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
        let mut own = std::mem::replace(&mut self.own, Source::new(self.case.stream(), 0));
        let at = self.read_on(tx, &mut own);
        self.own = own;
        at
    }

    /// Reads some more of a stream if nothing of it waits; when the next of it
    /// happened.
    fn read_on(&self, tx: &mut Tx<'_>, source: &mut Source) -> Result<Option<Timestamp>, StoreError> {
        if source.waiting.is_empty() && !source.is_read {
            let events = match source.stream.kind {
                StreamKind::Case => self.read(tx, source, |event| self.told(event))?,
                kind => of_kind!(kind, A => self.read(tx, source, |event| {
                    self.words_of::<A>(event).filter(|(part, _)| self.may_open(*part))
                })?),
            };
            source.is_read = events.len() < self.batch as usize;
            source.before = events.last().map_or(source.before, |last| last.seq);
            source.waiting = events.into();
        }
        Ok(source.waiting.front().map(|happened| happened.at))
    }

    fn read<E: serde::de::DeserializeOwned>(
        &self,
        tx: &mut Tx<'_>,
        source: &Source,
        describe: impl Fn(&Recorded<E>) -> Option<(Part, Description)>,
    ) -> Result<Vec<Happened>, StoreError> {
        let events = record::load_before::<E>(tx, source.stream, Some(source.before), self.batch)?;
        let happened = |event: Recorded<E>| {
            let described = describe(&event);
            Happened { seq: event.seq, at: event.at, by: event.by, described }
        };
        Ok(events.into_iter().map(happened).collect())
    }

    fn words_of<A: Aggregate>(&self, recorded: &Recorded<A::Event>) -> Option<(Part, Description)> {
        let cx = Context {
            case: self.case,
            framework: self.framework,
            seq: recorded.seq,
            reader: Some(&self.reader.actor),
        };
        A::describe(&recorded.event, &cx)
    }

    /// An event of the case itself, without what this reader may not read.
    fn told(&self, recorded: &Recorded<case::Event>) -> Option<(Part, Description)> {
        if !is_described(self.case, recorded) || !self.may_read(recorded) {
            return None;
        }
        let (part, mut description) = self.words_of::<Case>(recorded)?;
        let hides_lines = !self.reader.lines && tells_of_lines(&recorded.event);
        if hides_lines || !self.may_see_amounts(&recorded.event, recorded.seq) {
            description.detail.clear();
        }
        Some((part, description))
    }

    fn may_read(&self, recorded: &Recorded<case::Event>) -> bool {
        let (actor, case) = (&self.reader.actor, self.case);
        match &recorded.event {
            case::Event::Notes(notes::Event::Written { read_by, .. }) => {
                notes::may_read(*read_by, recorded.by, actor, case)
            }
            // What was bought says more than a sum.
            case::Event::Arrangement(arrangement::Event::NotionalSpent { holding, .. }) => {
                sees_what_was_bought(actor, case, *holding) && self.may_open(Part::Payments)
            }
            event => self.may_open(Part::of(event)) && self.reader.accounts.are_told(event, case),
        }
    }

    /// Of a budget that was not shared it is told that there is one, and no
    /// amount.
    fn may_see_amounts(&self, event: &case::Event, seq: u64) -> bool {
        use budget::Event::{Adjusted, WorkedOut};
        let case::Event::Budget(WorkedOut { .. } | Adjusted { .. }) = event else { return true };
        self.case.budget.is_shown_at(seq) || self.reader.actor.may(Action::SeePreview, self.case)
    }

    fn may_open(&self, part: Part) -> bool {
        self.reader.actor.may(part.read_by(), self.case)
    }
}
