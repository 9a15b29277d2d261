//! A short supported self-assessment over health and social care. Every
//! answer keeps who said it (001:364); where people see it differently, both
//! stand until they settle it together.

mod decide;
mod describe;
mod turns;

pub use decide::{
    Gap, Settler, answer, complete, gaps, is_contested, method_of, record_need, reopen, settle, suggestions,
    to_agree, withdraw_need,
};
pub(super) use describe::describe;
pub(super) use turns::next_step;

use super::Voice;
use crate::ledger::Funder;
use crate::{Author, NeedId, Prose, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// `questions` is the version of the area's published question set.
    #[serde(rename = "assessment.started")]
    Started { questions: u32 },
    #[serde(rename = "assessment.answered")]
    Answered { question: String, level: u8, words: Option<Prose>, voice: Voice },
    /// Somebody says that this level may count, where people answered differently.
    /// It counts when all who said otherwise have agreed to it.
    #[serde(rename = "assessment.level-agreed-to")]
    LevelAgreedTo { question: String, level: u8, how: Prose, voice: Voice },
    /// People who answered differently agreed on one level.
    #[serde(rename = "assessment.settled")]
    Settled { question: String, level: u8, how: Prose },
    #[serde(rename = "assessment.need-recorded")]
    NeedRecorded { id: NeedId, words: Prose, funder: Funder, question: Option<String>, voice: Voice },
    #[serde(rename = "assessment.need-withdrawn")]
    NeedWithdrawn { id: NeedId, why: Prose },
    #[serde(rename = "assessment.completed")]
    Completed,
    /// Opened again because something changed.
    #[serde(rename = "assessment.reopened")]
    Reopened { why: Prose },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub question: String,
    pub level: u8,
    pub words: Option<Prose>,
    pub voice: Voice,
    pub recorded_by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub id: NeedId,
    pub words: Prose,
    /// Whose duty it mainly is: a health or a social care need.
    pub funder: Funder,
    pub question: Option<String>,
    pub voice: Voice,
    pub by: Author,
    pub withdrawn: bool,
}

/// What was agreed on where people had answered a question differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub question: String,
    pub level: u8,
    pub how: Prose,
    /// The last who agreed, or whoever wrote down that all did.
    pub by: Author,
    pub at: Timestamp,
}

/// That somebody lets a level count which not everybody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedTo {
    pub question: String,
    pub level: u8,
    pub how: Prose,
    pub voice: Voice,
    pub by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// The version of the question set it uses.
    pub questions: Option<u32>,
    /// The newest answer of each voice to each question.
    pub answers: Vec<Given>,
    /// The newest word of each voice on which level may count.
    pub agreed_to: Vec<AgreedTo>,
    pub settled: Vec<Settled>,
    pub needs: Vec<Need>,
    pub completed: Option<Timestamp>,
    /// The place in the record at which it was finished.
    pub completed_as: Option<u64>,
    /// Each time it was opened again, and why.
    pub reopened: Vec<(Prose, Timestamp)>,
}

impl Assessment {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::Started { questions } => self.questions = Some(questions),
            Event::Answered { question, level, words, voice } => {
                self.answers.retain(|a| !(a.question == question && a.voice == voice));
                self.agreed_to.retain(|agreed| agreed.question != question);
                self.settled.retain(|settled| settled.question != question);
                self.answers.push(Given {
                    question,
                    level,
                    words,
                    voice,
                    recorded_by: recorded.by,
                    at: recorded.at,
                });
            }
            Event::LevelAgreedTo { question, level, how, voice } => {
                self.agreed_to.retain(|agreed| !(agreed.question == question && agreed.voice == voice));
                let (by, at) = (recorded.by, recorded.at);
                self.agreed_to.push(AgreedTo { question, level, how, voice, by, at });
            }
            Event::Settled { question, level, how } => {
                self.settled.retain(|settled| settled.question != question);
                self.settled.push(Settled { question, level, how, by: recorded.by, at: recorded.at });
            }
            Event::NeedRecorded { id, words, funder, question, voice } => {
                let by = recorded.by;
                self.needs.push(Need { id, words, funder, question, voice, by, withdrawn: false });
            }
            Event::NeedWithdrawn { id, .. } => {
                if let Some(need) = self.needs.iter_mut().find(|n| n.id == id) {
                    need.withdrawn = true;
                }
            }
            Event::Completed => {
                self.completed = Some(recorded.at);
                self.completed_as = Some(recorded.seq);
            }
            Event::Reopened { why } => {
                self.completed = None;
                self.completed_as = None;
                self.reopened.push((why, recorded.at));
            }
        }
    }

    /// What everyone said about one question.
    pub fn said<'a>(&'a self, question: &'a str) -> impl Iterator<Item = &'a Given> {
        self.answers.iter().filter(move |a| a.question == question)
    }

    /// How a question was settled on which people differed.
    #[must_use]
    pub fn settled(&self, question: &str) -> Option<&Settled> {
        self.settled.iter().find(|settled| settled.question == question)
    }

    /// Who lets which level of a question count.
    pub fn agreed_to<'a>(&'a self, question: &'a str) -> impl Iterator<Item = &'a AgreedTo> {
        self.agreed_to.iter().filter(move |agreed| agreed.question == question)
    }

    /// The level that counts: the settled one, or the one all voices share.
    #[must_use]
    pub fn level(&self, question: &str) -> Option<u8> {
        if let Some(settled) = self.settled(question) {
            return Some(settled.level);
        }
        let mut said = self.said(question).map(|a| a.level);
        let first = said.next()?;
        said.all(|level| level == first).then_some(first)
    }

    pub fn current_needs(&self) -> impl Iterator<Item = &Need> {
        self.needs.iter().filter(|n| !n.withdrawn)
    }
}
