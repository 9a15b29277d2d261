//! Reviews: the first within three months of starting, then within a year of
//! the last (2013 Regulations, reg. 14), and sooner whenever someone asks.

use super::Voice;
use crate::{Author, Date, OutcomeId, Prose, Recorded, ReviewId, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

mod decide;
mod describe;
mod turns;
pub use decide::*;
pub(super) use describe::describe;
pub(super) use turns::{booked, next_step, turns};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Progress {
    Reached,
    Better,
    SomeChange,
    NoChange,
    Worse,
}

impl Progress {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Reached => "we got there",
            Self::Better => "going well",
            Self::SomeChange => "a little better",
            Self::NoChange => "no change yet",
            Self::Worse => "going worse",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeProgress {
    pub outcome: OutcomeId,
    pub progress: Progress,
    pub words: Option<Prose>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// Someone asked for a review now. No voice where it is nobody of the
    /// circle: an organisation that holds the money.
    #[serde(rename = "review.asked-for")]
    AskedFor { id: ReviewId, voice: Option<Voice>, why: Option<Prose> },
    #[serde(rename = "review.booked")]
    Booked { id: ReviewId, on: Date, where_and_how: Prose },
    /// What someone wants to be talked about, said before the meeting.
    #[serde(rename = "review.contributed")]
    Contributed { id: ReviewId, voice: Voice, words: Prose },
    #[serde(rename = "review.held")]
    Held {
        id: ReviewId,
        on: Date,
        with: Vec<Voice>,
        working: Prose,
        not_working: Prose,
        outcomes: Vec<OutcomeProgress>,
        /// Whether the money is enough, and what was said about it.
        enough: bool,
        money: Option<Prose>,
        /// What changes because of it, in words; the plan changes by its own events.
        changes: Option<Prose>,
        next: Date,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub on: Date,
    pub with: Vec<Voice>,
    pub working: Prose,
    pub not_working: Prose,
    pub outcomes: Vec<OutcomeProgress>,
    pub enough: bool,
    pub money: Option<Prose>,
    pub changes: Option<Prose>,
    pub next: Date,
    pub by: Author,
    pub at: Timestamp,
}

/// Somebody wanted a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFor {
    /// None where it was an organisation that holds the money.
    pub voice: Option<Voice>,
    pub why: Option<Prose>,
    pub at: Timestamp,
}

/// What somebody said before the meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub voice: Voice,
    pub by: Author,
    pub words: Prose,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub id: ReviewId,
    pub asked: Option<AskedFor>,
    pub booked: Option<(Date, Prose)>,
    /// What people said before the meeting, oldest first.
    pub said: Vec<Contribution>,
    pub held: Option<Held>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    pub all: Vec<Review>,
}

impl Reviews {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::AskedFor { id, voice, why } => {
                self.of(id).asked = Some(AskedFor { voice, why, at: recorded.at });
            }
            Event::Booked { id, on, where_and_how } => self.of(id).booked = Some((on, where_and_how)),
            Event::Contributed { id, voice, words } => {
                self.of(id).said.push(Contribution { voice, by: recorded.by, words, at: recorded.at })
            }
            Event::Held { id, on, with, working, not_working, outcomes, enough, money, changes, next } => {
                self.of(id).held = Some(Held {
                    on,
                    with,
                    working,
                    not_working,
                    outcomes,
                    enough,
                    money,
                    changes,
                    next,
                    by: recorded.by,
                    at: recorded.at,
                });
            }
        }
    }

    fn of(&mut self, id: ReviewId) -> &mut Review {
        let at = self.all.iter().position(|r| r.id == id).unwrap_or_else(|| {
            self.all.push(Review { id, asked: None, booked: None, said: vec![], held: None });
            self.all.len() - 1
        });
        &mut self.all[at]
    }

    #[must_use]
    pub fn last_held(&self) -> Option<&Held> {
        self.all.iter().filter_map(|r| r.held.as_ref()).max_by_key(|h| h.on)
    }

    #[must_use]
    pub fn get(&self, id: ReviewId) -> Option<&Review> {
        self.all.iter().find(|r| r.id == id)
    }

    /// Asked for or booked, and not yet held.
    pub fn open(&self) -> impl Iterator<Item = &Review> {
        self.all.iter().filter(|r| r.held.is_none())
    }
}
