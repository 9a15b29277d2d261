//! The indicative budget: worked out by a small published method, explained
//! line by line, and never set in stone (001:450).

mod decide;
mod describe;
mod turns;

pub use decide::{
    adjust, answer_question, ask_again, is_out_of_date, planning_is_open, record_seen, share, work_out,
    work_out_again,
};
pub(super) use describe::describe;
pub(super) use turns::{next_step, turns};

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
    pub fn of(working: &Working) -> Self {
        Self { nhs: working.nhs, council: working.council, start_up: working.start_up }
    }

    #[must_use]
    pub fn yearly(self) -> Pence {
        self.nhs + self.council
    }

    #[must_use]
    pub fn first_year(self) -> Pence {
        self.nhs + self.council + self.start_up
    }
}

/// One amount that the budget had, and why: nothing that was said about
/// money is ever taken out of sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its place in the record.
    pub seq: u64,
    pub amounts: Amounts,
    /// How it was worked out; none where a person set it.
    pub working: Option<Working>,
    /// Why it was changed from what the method gave.
    pub why: Option<Prose>,
    pub by: Author,
    pub at: Timestamp,
    /// When the family could see it; none if they never did.
    pub shared: Option<Timestamp>,
}

/// What a person made of the amounts that the method gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    pub amounts: Amounts,
    pub why: Prose,
    pub by: Author,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub words: Prose,
    pub voice: Voice,
    pub by: Author,
    pub answer: Option<Prose>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    pub working: Option<Working>,
    pub adjusted: Option<Adjustment>,
    pub shared: Option<Timestamp>,
    pub seen: Vec<(Voice, Timestamp)>,
    /// In the order they came, which is the order they are answered in.
    pub questions: Vec<Question>,
    pub worked_out: Option<Timestamp>,
    /// The place in the record at which it was last worked out.
    pub worked_out_as: Option<u64>,
    /// Every amount it ever had, oldest first; the last is the newest.
    pub versions: Vec<Version>,
    /// When someone of the family first saw a budget: planning is open from then on.
    pub first_seen: Option<Timestamp>,
}

impl Budget {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::WorkedOut { working } => {
                self.versions.push(Version {
                    seq: recorded.seq,
                    amounts: Amounts::of(&working),
                    working: Some(working.clone()),
                    why: None,
                    by: recorded.by,
                    at: recorded.at,
                    shared: None,
                });
                self.working = Some(working);
                self.adjusted = None;
                self.shared = None;
                self.seen.clear();
                self.worked_out = Some(recorded.at);
                self.worked_out_as = Some(recorded.seq);
            }
            Event::Adjusted { nhs, council, start_up, why } => {
                let amounts = Amounts { nhs, council, start_up };
                self.versions.push(Version {
                    seq: recorded.seq,
                    amounts,
                    working: None,
                    why: Some(why.clone()),
                    by: recorded.by,
                    at: recorded.at,
                    // What the family can see already, they see change at once.
                    shared: self.shared.map(|_| recorded.at),
                });
                self.adjusted = Some(Adjustment { amounts, why, by: recorded.by, at: recorded.at });
                self.seen.clear();
            }
            Event::Shared => {
                self.shared = Some(recorded.at);
                if let Some(version) = self.versions.last_mut() {
                    version.shared = Some(recorded.at);
                }
            }
            Event::Seen { voice } => {
                self.first_seen.get_or_insert(recorded.at);
                if !self.seen.iter().any(|(v, _)| *v == voice) {
                    self.seen.push((voice, recorded.at));
                }
            }
            Event::Questioned { voice, words } => {
                self.questions.push(Question { words, voice, by: recorded.by, answer: None })
            }
            Event::QuestionAnswered { words } => {
                if let Some(open) = self.questions.iter_mut().find(|asked| asked.answer.is_none()) {
                    open.answer = Some(words);
                }
            }
        }
    }

    /// What the budget is now; none before the family is shown an amount, which
    /// counts until they are shown another.
    #[must_use]
    pub fn amounts(&self) -> Option<Amounts> {
        self.shown().map(|version| version.amounts)
    }

    /// Whether the amounts at a place in the record are before the family: they
    /// were shared, or are the working that something shared rests on.
    #[must_use]
    pub fn is_shown_at(&self, seq: u64) -> bool {
        let mut from_there = self.versions.iter().skip_while(|version| version.seq != seq);
        let Some(version) = from_there.next() else { return false };
        let mut upon_it = from_there.take_while(|later| version.working.is_some() && later.working.is_none());
        version.shared.is_some() || upon_it.any(|later| later.shared.is_some())
    }

    /// The newest amounts, shown to the family or not: what staff look at
    /// before they share it.
    #[must_use]
    pub fn newest(&self) -> Option<Amounts> {
        self.versions.last().map(|version| version.amounts)
    }

    /// The newest version that the family can see.
    #[must_use]
    pub fn shown(&self) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.shared.is_some())
    }

    /// The working that the version the family can see rests on.
    #[must_use]
    pub fn shown_working(&self) -> Option<&Working> {
        let last = self.versions.iter().rposition(|version| version.shared.is_some())?;
        self.versions[..=last].iter().rev().find_map(|version| version.working.as_ref())
    }

    /// The oldest question that waits for an answer: its place among all, and itself.
    #[must_use]
    pub fn open_question(&self) -> Option<(usize, &Question)> {
        self.questions.iter().enumerate().find(|(_, asked)| asked.answer.is_none())
    }
}
