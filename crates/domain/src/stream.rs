//! Streams: sequences of events that only grow, each the life of one thing.
//!
//! What a stream is about is declared here, a line for each kind. How its
//! events add up is said once, by the [`Aggregate`] of that kind.

use crate::case::Case;
use crate::case::confidence::Confidence;
use crate::case::history::{Context, Description, Part};
use crate::{CaseId, Recorded, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};
use uuid::Uuid;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $word:literal $module:ident::$state:ident;)*) => {
        /// What a stream is about.
        ///
        /// Its word is how it stands in the database, for ever.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr, VariantArray,
            Serialize, Deserialize,
        )]
        #[strum(const_into_str)]
        pub enum StreamKind { $($(#[$doc])* #[strum(serialize = $word)] #[serde(rename = $word)] $name),* }

        /// Does the same with a stream of any kind: in the last part the name
        /// stands for the [`Aggregate`] of that kind.
        /// `of_kind!(stream.kind, A => load::<A>(tx, stream.id.into()))`.
        #[macro_export]
        macro_rules! of_kind {
            ($kind:expr, $aggregate:ident => $what:expr) => {
                match $kind {
                    $($crate::StreamKind::$name => {
                        type $aggregate = $crate::$module::$state;
                        $what
                    })*
                }
            };
        }
    };
}

kinds! {
    Case "case" case::Case;
    Account "account" account::Account;
    Organisation "organisation" organisation::Organisation;
    /// A local area and its framework.
    Area "area" area::Area;
    Enquiry "enquiry" enquiry::Enquiry;
    Team "team" team::Team;
    /// What was destroyed, and why.
    Disposal "disposal" disposal::Disposal;
}

impl StreamKind {
    /// Whether somebody's life is in it: such a stream is encrypted at rest. Of the
    /// others only who holds which post is about people, by the ids of accounts.
    #[must_use]
    pub fn is_personal(self) -> bool {
        match self {
            Self::Case | Self::Account | Self::Enquiry | Self::Team => true,
            Self::Organisation | Self::Area | Self::Disposal => false,
        }
    }
}

/// One sequence of events that only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    pub kind: StreamKind,
    pub id: Uuid,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.into_str(), self.id)
    }
}

/// What a kind of stream is called in a copy of all that is held in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InACopy {
    /// The heading above its events.
    pub title: &'static str,
    /// What it is, before who keeps it.
    pub from: &'static str,
}

/// An event in words: the part of the history that it stands in, if it does in
/// one, and what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub part: Option<Part>,
    pub said: Description,
}

impl Told {
    /// What stands in the history of a case.
    #[must_use]
    pub fn in_part((part, said): (Part, Description)) -> Self {
        Self { part: Some(part), said }
    }

    /// What stands in no history of a case.
    #[must_use]
    pub fn alone(title: String) -> Self {
        Self { part: None, said: crate::case::history::said(title) }
    }
}

/// What the events of one stream add up to. Each kind of stream has one, and
/// whatever reads a stream, adds to it or goes through all of them does it by
/// this.
pub trait Aggregate: Clone {
    type Id: Copy + Into<Uuid> + From<Uuid>;
    /// What can happen to it. On the record it is `{"type":"plan.section-written",
    /// "data":{…}}`.
    type Event: Clone + Serialize + DeserializeOwned;
    const KIND: StreamKind;

    /// As it is before anything has happened.
    fn new(id: Self::Id) -> Self;

    fn id(&self) -> Self::Id;

    /// How many events it has seen.
    fn version(&self) -> u64;

    /// Takes one more event, whatever it is: every event that was ever
    /// released is taken, and no rule is asked here.
    fn apply(&mut self, recorded: &Recorded<Self::Event>);

    /// The case that it belongs to, where it is a part of one that has a
    /// stream of its own. Its events are then told in that case's history.
    fn belongs_to(&self) -> Option<CaseId> {
        None
    }

    /// One of its events in words, for the history of the case: the part of
    /// the history, and what is said.
    fn describe(_: &Self::Event, _: &Context<'_>) -> Option<(Part, Description)> {
        None
    }

    /// The events from the first on, added up.
    #[must_use]
    fn fold<'a>(id: Self::Id, events: impl IntoIterator<Item = &'a Recorded<Self::Event>>) -> Self
    where
        Self::Event: 'a,
    {
        let mut state = Self::new(id);
        for event in events {
            state.apply(event);
        }
        state
    }

    /// As it is after these events, which one author adds at one moment.
    #[must_use]
    fn after(&self, by: crate::Author, at: Timestamp, events: &[Self::Event]) -> Self {
        let mut state = self.clone();
        for (seq, event) in (self.version() + 1..).zip(events) {
            state.apply(&Recorded { seq, at, by, event: event.clone() });
        }
        state
    }

    /// Where its events stand on the record.
    #[must_use]
    fn stream_of(id: Self::Id) -> Stream {
        Stream { kind: Self::KIND, id: id.into() }
    }

    #[must_use]
    fn stream(&self) -> Stream {
        Self::stream_of(self.id())
    }
}

/// What a kind of stream is to a case: whether the case consists of it, and what of
/// it is given in a copy of all that is held. Each kind says it, or that it is
/// [`OfNoCase`].
pub trait OfCase: Aggregate {
    /// What it is to a person in a copy of all that is held about them; none
    /// where no case consists of it, and then it is never given.
    const IN_A_COPY: Option<InACopy>;

    /// Whether a case consists of it, with other things.
    fn is_part_of(&self, case: &Case) -> bool;

    /// Whether one of its events was said in confidence, so that the person does
    /// not get it before somebody has looked. Each kind of stream says so of each
    /// of its events: nothing is given out by default.
    fn in_confidence(recorded: &Recorded<Self::Event>, case: &Case) -> Option<Confidence>;

    /// One of its events in words, for a copy of all that is held in a case; none
    /// where no case consists of it.
    fn tell(event: &Self::Event, cx: &Context<'_>) -> Option<Told>;
}

/// A stream that is of everybody in an area: it belongs to no case, and is given with
/// none.
pub trait OfNoCase: Aggregate {}

impl<A: OfNoCase> OfCase for A {
    const IN_A_COPY: Option<InACopy> = None;

    fn is_part_of(&self, _: &Case) -> bool {
        false
    }

    fn in_confidence(_: &Recorded<Self::Event>, _: &Case) -> Option<Confidence> {
        None
    }

    fn tell(_: &Self::Event, _: &Context<'_>) -> Option<Told> {
        None
    }
}
