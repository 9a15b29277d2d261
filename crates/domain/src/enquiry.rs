//! A request to be contacted, made by anyone, without an account.

use crate::case::circle::ContactPreference;
use crate::{AccountId, AreaId, CaseId, Date, Line, Prose, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "enquiry.made")]
    Made {
        area: AreaId,
        reference: String,
        name: Line,
        /// Who it is about, when that is someone else, and what they are to them.
        about: Option<(Line, Line)>,
        preference: ContactPreference,
        words: Option<Prose>,
        /// The day by which someone will have been in touch.
        answer_by: Date,
    },
    #[serde(rename = "enquiry.taken-on")]
    TakenOn { by: AccountId },
    #[serde(rename = "enquiry.case-opened")]
    CaseOpened { case: CaseId },
    #[serde(rename = "enquiry.closed")]
    Closed { why: Prose },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub area: AreaId,
    pub reference: String,
    pub name: Line,
    pub about: Option<(Line, Line)>,
    pub preference: ContactPreference,
    pub words: Option<Prose>,
    pub answer_by: Date,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enquiry {
    pub version: u64,
    pub made: Option<Made>,
    pub taken_on: Option<AccountId>,
    pub case: Option<CaseId>,
    pub closed: Option<Prose>,
}

impl Enquiry {
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<Event>>) -> Self {
        let mut enquiry = Self::default();
        for recorded in events {
            enquiry.apply(recorded);
        }
        enquiry
    }

    pub fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        match recorded.event.clone() {
            Event::Made { area, reference, name, about, preference, words, answer_by } => {
                self.made = Some(Made {
                    area,
                    reference,
                    name,
                    about,
                    preference,
                    words,
                    answer_by,
                    at: recorded.at,
                });
            }
            Event::TakenOn { by } => self.taken_on = Some(by),
            Event::CaseOpened { case } => self.case = Some(case),
            Event::Closed { why } => self.closed = Some(why),
        }
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.made.is_some() && self.case.is_none() && self.closed.is_none()
    }
}
