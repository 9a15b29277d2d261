//! The indicative budget: worked out by a small published method, explained
//! line by line, and never set in stone (001:450).

use super::Voice;
use crate::{Author, Pence, Prose, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

/// One line of the working: which answer gave how many points and pence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Key of the question in the area's question set.
    pub question: String,
    pub level: u8,
    pub points: u32,
    pub nhs: Pence,
    pub council: Pence,
}

/// A whole calculation, kept as it was worked out: same answers and same
/// method version give the same numbers for ever. Amounts are for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Working {
    /// Version of the area's published method.
    pub method: u32,
    pub questions: u32,
    pub steps: Vec<Step>,
    /// Pence for a year.
    pub nhs: Pence,
    pub council: Pence,
    /// Once, to begin with.
    pub start_up: Pence,
}

impl Working {
    /// Pence for a year, without the start-up money.
    #[must_use]
    pub fn yearly(&self) -> Pence {
        self.nhs + self.council
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "budget.worked-out")]
    WorkedOut { working: Working },
    /// A person changed the amount from what the method gave, and says why.
    #[serde(rename = "budget.adjusted")]
    Adjusted { nhs: Pence, council: Pence, start_up: Pence, why: Prose },
    /// The family may see it from now on, with its explanation.
    #[serde(rename = "budget.shared")]
    Shared,
    /// The person or someone who speaks for them opened it for the first time.
    #[serde(rename = "budget.seen")]
    Seen { voice: Voice },
    /// "This does not look right", or "this is not enough" (ISTM-03).
    #[serde(rename = "budget.questioned")]
    Questioned { voice: Voice, words: Prose },
    #[serde(rename = "budget.question-answered")]
    QuestionAnswered { words: Prose },
}

/// The amounts that count now, for a year (and once, to start).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub nhs: Pence,
    pub council: Pence,
    pub start_up: Pence,
}

impl Amounts {
    #[must_use]
    pub fn yearly(self) -> Pence {
        self.nhs + self.council
    }

    #[must_use]
    pub fn first_year(self) -> Pence {
        self.nhs + self.council + self.start_up
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    pub working: Option<Working>,
    pub adjusted: Option<(Amounts, Prose, Author, Timestamp)>,
    pub shared: Option<Timestamp>,
    pub seen: Vec<(Voice, Timestamp)>,
    /// Question, who asked, and the answer if there is one.
    pub questions: Vec<(Prose, Voice, Option<Prose>)>,
    pub worked_out: Option<Timestamp>,
}

impl Budget {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::WorkedOut { working } => {
                self.working = Some(working);
                self.adjusted = None;
                self.shared = None;
                self.seen.clear();
                self.worked_out = Some(recorded.at);
            }
            Event::Adjusted { nhs, council, start_up, why } => {
                self.adjusted = Some((Amounts { nhs, council, start_up }, why, recorded.by, recorded.at));
                self.seen.clear();
            }
            Event::Shared => self.shared = Some(recorded.at),
            Event::Seen { voice } => {
                if !self.seen.iter().any(|(v, _)| *v == voice) {
                    self.seen.push((voice, recorded.at));
                }
            }
            Event::Questioned { voice, words } => self.questions.push((words, voice, None)),
            Event::QuestionAnswered { words } => {
                if let Some(open) = self.questions.iter_mut().find(|(_, _, answer)| answer.is_none()) {
                    open.2 = Some(words);
                }
            }
        }
    }

    /// What the budget is now; none before it is worked out.
    #[must_use]
    pub fn amounts(&self) -> Option<Amounts> {
        if let Some((amounts, ..)) = &self.adjusted {
            return Some(*amounts);
        }
        self.working.as_ref().map(|w| Amounts { nhs: w.nhs, council: w.council, start_up: w.start_up })
    }
}
