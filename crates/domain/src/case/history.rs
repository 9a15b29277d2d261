//! Every event in words, for anyone with the right to open the history.
//!
//! Each section describes its own events, and its match over them has no
//! catch-all: an event without words does not compile. Who recorded it and when
//! stand on the event itself; here is what happened, whose words it was, and
//! what was said.

pub use super::plan::InFull;

use super::read_by::ReadBy;
use super::{Case, Event, Voice, arrangement};
use crate::access::{Action, Actor};
use crate::framework::Framework;
use crate::ledger::Funder;
use crate::{Date, Recorded, dates};
use std::fmt::Display;
use strum::{EnumString, IntoStaticStr, VariantArray};

macro_rules! parts {
    ($($name:ident $key:literal $title:literal)*) => {
        /// The parts of a case's history, to look at one by itself.
        /// Its word is for an address: `?part=plan`.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr, VariantArray,
        )]
        #[strum(const_into_str)]
        pub enum Part { $(#[strum(serialize = $key)] $name),* }

        impl Part {
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }
        }
    };
}

parts! {
    Offer "offer" "Finding out"
    People "people" "People and consent"
    Needs "needs" "Needs"
    Budget "budget" "The budget"
    Plan "plan" "The plan"
    Signoff "sign-off" "Sign-off"
    Payments "payments" "Payments and spending"
    Reviews "reviews" "Reviews"
    Notes "notes" "Notes"
    Rights "rights" "Rights about the record"
}

impl Part {
    /// What opens it: the history tells nobody what they may not read elsewhere.
    /// Of notes each is asked by itself ([`notes::may_read`](super::notes::may_read)).
    #[must_use]
    pub fn read_by(self) -> Action {
        match self {
            Self::Offer | Self::People => Action::SeePeople,
            Self::Needs => Action::SeeNeeds,
            Self::Budget => Action::SeeBudget,
            Self::Plan | Self::Signoff => Action::SeePlan,
            Self::Payments => Action::SeeMoney,
            Self::Reviews => Action::SeeReviews,
            Self::Notes => Action::SeeNotes,
            Self::Rights => Action::SeeCopies,
        }
    }
}

/// One event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// A whole sentence without a full stop: "The plan was sent to be agreed".
    pub title: String,
    /// What was said and chosen: (label, words).
    pub detail: Vec<(String, String)>,
    /// Whose words or choice it was, where somebody spoke.
    pub voice: Option<Voice>,
    /// Not for everyone who may open the history: ask [`notes::may_read`].
    pub private: Option<ReadBy>,
}

/// A description by its title alone.
pub(crate) fn said(title: impl Into<String>) -> Description {
    Description { title: title.into(), detail: vec![], voice: None, private: None }
}

impl Description {
    pub(crate) fn by(mut self, voice: Voice) -> Self {
        self.voice = Some(voice);
        self
    }

    pub(crate) fn with(mut self, label: &str, words: impl Display) -> Self {
        self.detail.push((label.to_owned(), words.to_string()));
        self
    }

    pub(crate) fn maybe<T: Display>(self, label: &str, words: Option<T>) -> Self {
        match words {
            Some(words) => self.with(label, words),
            None => self,
        }
    }

    /// A list in one line; nothing where it is empty.
    pub(crate) fn list(self, label: &str, all: impl IntoIterator<Item = String>) -> Self {
        let all: Vec<String> = all.into_iter().collect();
        if all.is_empty() { self } else { self.with(label, all.join(", ")) }
    }
}

/// Whether an event is described by itself. Of the parts that a long statement
/// is taken in by, the last describes all.
#[must_use]
pub fn is_described(case: &Case, recorded: &Recorded<Event>) -> bool {
    match &recorded.event {
        Event::Arrangement(arrangement::Event::StatementTakenIn { statement, .. }) => {
            case.arrangement.sending(*statement, recorded.seq).is_some()
        }
        _ => true,
    }
}

/// What the words of an event are looked up in: the case as it is now (what was
/// removed since is still known by name in it), and the event's own place on
/// the record.
pub struct Context<'a> {
    pub case: &'a Case,
    pub framework: &'a Framework,
    pub seq: u64,
    /// Who is told: what an event names of another part of the record is said
    /// only to whoever may read that part too. None: somebody who reads all.
    pub reader: Option<&'a Actor>,
}

impl Context<'_> {
    #[must_use]
    pub fn name(&self, voice: Voice) -> String {
        self.case.circle.name_of(voice).to_owned()
    }

    #[must_use]
    pub fn names(&self, voices: &[Voice]) -> Vec<String> {
        voices.iter().map(|v| self.name(*v)).collect()
    }
}

/// An event in words.
#[must_use]
pub fn describe(case: &Case, framework: &Framework, recorded: &Recorded<Event>) -> Description {
    super::describe(&recorded.event, &Context { case, framework, seq: recorded.seq, reader: None })
}

pub(super) fn funder(funder: Funder) -> &'static str {
    match funder {
        Funder::Nhs => "NHS",
        Funder::Council => "Council",
    }
}

pub(super) fn day(date: Date) -> String {
    dates::long(date)
}

/// The beginning of long words, for naming a thing by them.
pub(super) fn short(words: &str) -> String {
    let first = words.lines().next().unwrap_or_default();
    if first.chars().count() <= 80 {
        return first.to_owned();
    }
    let cut: String = first.chars().take(77).collect();
    format!("{}…", cut.trim_end())
}
