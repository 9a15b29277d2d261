//! First contact, the conversation, the questions and the offer: always
//! voluntary (003:231-237), and a leaflet alone does not count as advice.

mod decide;
mod describe;
mod turns;

pub use decide::*;
pub(super) use describe::describe;
pub(super) use turns::{next_step, turns};

use super::Voice;
use crate::Line;
use crate::{AreaId, Author, ConversationId, Date, EnquiryId, Prose, QuestionId, Recorded, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// What a first conversation can cover (001:301-340).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Topic {
    WhatItIs,
    WhatItCanBuy,
    WhatItCannotBuy,
    WaysToHoldTheMoney,
    TheSixStages,
    HelpAndSupport,
    ItIsVoluntary,
    SayingNoChangesNothing,
    Disagreeing,
    PeerSupport,
}

impl Topic {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::WhatItIs => "What a personal health budget is",
            Self::WhatItCanBuy => "What it can be used for",
            Self::WhatItCannotBuy => "What it cannot be used for",
            Self::WaysToHoldTheMoney => "The ways the money can be held",
            Self::TheSixStages => "The six stages",
            Self::HelpAndSupport => "Who can help, and how",
            Self::ItIsVoluntary => "It is their choice, with no deadline",
            Self::SayingNoChangesNothing => "Saying no changes nothing about their care",
            Self::Disagreeing => "What to do if they disagree with us",
            Self::PeerSupport => "Talking to others who have done it",
        }
    }
}

/// The answer to an offer. None of them is a failure (003:233-235).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Answer {
    Yes,
    NotYet { ask_again: Option<Date> },
    OnlyPart { which: Prose },
    No,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// The case was opened, often from a request to be contacted.
    #[serde(rename = "offer.case-opened")]
    CaseOpened {
        area: AreaId,
        reference: String,
        enquiry: Option<EnquiryId>,
        /// The day by which whoever asked was promised that somebody is in touch. It
        /// was not kept at first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Date>,
    },
    #[serde(rename = "offer.conversation-held")]
    ConversationHeld {
        id: ConversationId,
        on: Date,
        with: Vec<Voice>,
        topics: Vec<Topic>,
        /// Something to read was also given; never enough by itself.
        leaflet: bool,
        note: Option<Prose>,
    },
    #[serde(rename = "offer.question-asked")]
    QuestionAsked { id: QuestionId, words: Prose, voice: Voice },
    #[serde(rename = "offer.question-answered")]
    QuestionAnswered { id: QuestionId, answer: Prose },
    /// The answer did not answer it.
    #[serde(rename = "offer.question-reopened")]
    QuestionReopened { id: QuestionId, why: Prose },
    #[serde(rename = "offer.made")]
    Made {
        /// What was offered, in words; whole or part of their care.
        what: Prose,
        /// Why now is the right time, as the person said it (003:231).
        why_now: Option<Prose>,
        said_voluntary: bool,
    },
    #[serde(rename = "offer.answered")]
    Answered { answer: Answer, voice: Voice, how: Option<Prose> },
    /// All of the case was given to another area, which takes it over.
    #[serde(rename = "offer.case-given-out")]
    CaseGivenOut { given: GivenOut },
    /// The case came from another area and goes on here. It belongs to this area
    /// from now on, and keeps its reference.
    #[serde(rename = "offer.case-taken-in")]
    CaseTakenIn { area: AreaId, from: CameFrom },
}

/// An archive of a case that went to another area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenOut {
    /// To whom, in words.
    pub to: Line,
    /// Who gave it, in words: a command has no account.
    pub by: Line,
    /// SHA-256 of the archive, as 64 figures (hex).
    pub sha256: String,
    /// The number of the newest event that is in it.
    pub version: u64,
}

/// Where a case came from, and by what that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameFrom {
    pub area: AreaId,
    pub area_name: Line,
    /// The address of the service that gave it.
    pub site: Line,
    /// SHA-256 of the archive, as 64 figures (hex).
    pub sha256: String,
    /// When the archive was made.
    pub made: Timestamp,
    /// How many events came, and the hash of the last one.
    pub version: u64,
    pub head: String,
    /// The newest seal of the service that gave it, where it had one.
    pub seal: Option<String>,
    /// Who took it in, in words: a command has no account.
    pub by: Line,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub area: AreaId,
    pub reference: String,
    pub enquiry: Option<EnquiryId>,
    /// The day by which whoever asked was promised that somebody is in touch.
    pub contact_by: Option<Date>,
    pub at: Timestamp,
    pub by: Author,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    pub on: Date,
    pub with: Vec<Voice>,
    pub topics: Vec<Topic>,
    pub leaflet: bool,
    pub note: Option<Prose>,
    pub by: Author,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub id: QuestionId,
    pub words: Prose,
    pub voice: Voice,
    pub by: Author,
    pub asked: Timestamp,
    /// Newest last.
    pub answers: Vec<QuestionAnswer>,
    /// What was still missing each time it was asked again.
    pub asked_again: Vec<AskedAgain>,
    pub open: bool,
}

/// What somebody answered to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionAnswer {
    pub words: Prose,
    pub by: Author,
    pub at: Timestamp,
}

/// Why an answer did not answer a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAgain {
    /// How many answers there were by then.
    pub after: usize,
    pub why: Prose,
    pub by: Author,
    pub at: Timestamp,
}

/// How an offer was answered, and in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferAnswer {
    pub answer: Answer,
    pub voice: Voice,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeOffer {
    pub what: Prose,
    pub why_now: Option<Prose>,
    pub at: Timestamp,
    pub by: Author,
    pub answer: Option<OfferAnswer>,
    /// How the answer was given: "one blink, asked twice".
    pub how: Option<Prose>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub opened: Option<Opened>,
    pub conversations: Vec<Conversation>,
    pub questions: Vec<Question>,
    /// Every offer ever made, newest last.
    pub offers: Vec<MadeOffer>,
    /// When it was given to another area, and which archive that was.
    pub given_out: Vec<(GivenOut, Timestamp)>,
    /// The area that it came from last, if it came from one.
    pub came_from: Option<(CameFrom, Timestamp)>,
}

impl Offer {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::CaseOpened { area, reference, enquiry, contact_by } => {
                let (at, by) = (recorded.at, recorded.by);
                self.opened = Some(Opened { area, reference, enquiry, contact_by, at, by });
            }
            Event::ConversationHeld { id, on, with, topics, leaflet, note } => {
                self.conversations.push(Conversation {
                    id,
                    on,
                    with,
                    topics,
                    leaflet,
                    note,
                    by: recorded.by,
                });
            }
            Event::QuestionAsked { id, words, voice } => self.questions.push(Question {
                id,
                words,
                voice,
                by: recorded.by,
                asked: recorded.at,
                answers: vec![],
                asked_again: vec![],
                open: true,
            }),
            Event::QuestionAnswered { id, answer } => self.question_mut(id, |q| {
                q.answers.push(QuestionAnswer { words: answer, by: recorded.by, at: recorded.at });
                q.open = false;
            }),
            Event::QuestionReopened { id, why } => self.question_mut(id, |q| {
                let (after, by, at) = (q.answers.len(), recorded.by, recorded.at);
                q.asked_again.push(AskedAgain { after, why, by, at });
                q.open = true;
            }),
            Event::Made { what, why_now, .. } => {
                self.offers.push(MadeOffer {
                    what,
                    why_now,
                    at: recorded.at,
                    by: recorded.by,
                    answer: None,
                    how: None,
                });
            }
            Event::Answered { answer, voice, how } => {
                if let Some(offer) = self.offers.last_mut() {
                    offer.answer = Some(OfferAnswer { answer, voice, at: recorded.at });
                    offer.how = how;
                }
            }
            Event::CaseGivenOut { given } => self.given_out.push((given, recorded.at)),
            Event::CaseTakenIn { area, from } => {
                if let Some(opened) = &mut self.opened {
                    opened.area = area;
                }
                self.came_from = Some((from, recorded.at));
            }
        }
    }

    fn question_mut(&mut self, id: QuestionId, change: impl FnOnce(&mut Question)) {
        if let Some(question) = self.questions.iter_mut().find(|q| q.id == id) {
            change(question);
        }
    }

    /// The newest answer to the newest offer.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.offers.last().and_then(|o| o.answer.as_ref()).map(|given| &given.answer)
    }

    /// They said yes, to all or to part.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.answer(), Some(Answer::Yes | Answer::OnlyPart { .. }))
    }
}
