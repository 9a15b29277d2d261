//! Sign-off by someone close to the person, within a delegated limit; "not
//! yet" always says what would need to change and how to appeal.

use super::Voice;
use crate::{AccountId, Author, MemberId, Pence, Prose, Recorded, SubmissionId, Timestamp};
use serde::{Deserialize, Serialize};

mod decide;
mod describe;
mod turns;
pub use decide::*;
pub(super) use describe::describe;
pub use turns::appeal_turn;
pub(super) use turns::turns;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// The plan was sent to be agreed. `to` is who was asked.
    #[serde(rename = "signoff.sent")]
    Sent { id: SubmissionId, voice: Voice, to: Option<MemberId>, note: Option<Prose> },
    #[serde(rename = "signoff.taken-back")]
    TakenBack { id: SubmissionId, voice: Voice },
    #[serde(rename = "signoff.agreed")]
    Agreed {
        id: SubmissionId,
        reasons: Prose,
        /// What was agreed for the first year, pence.
        nhs: Pence,
        council: Pence,
        start_up: Pence,
        /// The limit under which the decider agreed it.
        limit: Pence,
    },
    #[serde(rename = "signoff.not-yet")]
    NotYet {
        id: SubmissionId,
        reasons: Prose,
        /// What would need to change.
        change: Prose,
        /// How to appeal, in words.
        appeal: Prose,
    },
    /// Passed on because it is above the delegated limit.
    #[serde(rename = "signoff.passed-on")]
    PassedOn { id: SubmissionId, why: Prose },
    #[serde(rename = "signoff.decision-seen")]
    DecisionSeen { id: SubmissionId, voice: Voice },
    #[serde(rename = "signoff.appealed")]
    Appealed { id: SubmissionId, voice: Voice, words: Prose },
    #[serde(rename = "signoff.appeal-answered")]
    AppealAnswered { id: SubmissionId, words: Prose, upheld: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Agreed { reasons: Prose, nhs: Pence, council: Pence, start_up: Pence, limit: Pence },
    NotYet { reasons: Prose, change: Prose, appeal: Prose },
    TakenBack,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    pub words: Prose,
    pub voice: Voice,
    pub by: Author,
    pub at: Timestamp,
    pub answer: Option<AppealAnswer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppealAnswer {
    pub words: Prose,
    /// Whether the appeal was right.
    pub upheld: bool,
    pub by: Author,
    pub at: Timestamp,
}

/// What became of a sending, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub outcome: Outcome,
    pub by: Author,
    pub at: Timestamp,
}

/// One sending of the plan and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub id: SubmissionId,
    /// The event number of the sending: the plan as it stood then was sent.
    pub seq: u64,
    pub voice: Voice,
    pub by: Author,
    pub to: Option<MemberId>,
    pub note: Option<Prose>,
    pub sent: Timestamp,
    pub passed_on: Option<Prose>,
    pub outcome: Option<Decided>,
    /// The event number of the decision: the plan as it stood then was decided on.
    pub decided: Option<u64>,
    pub seen: Vec<(Voice, Timestamp)>,
    pub appeal: Option<Appeal>,
}

impl Submission {
    #[must_use]
    pub fn was_decided_by(&self, account: AccountId) -> bool {
        self.outcome.as_ref().is_some_and(|decided| decided.by.account() == Some(account))
    }

    fn is_appealed(&self) -> bool {
        self.appeal.as_ref().is_some_and(|appeal| appeal.answer.is_none())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signoff {
    pub submissions: Vec<Submission>,
}

impl Signoff {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        let (by, at) = (recorded.by, recorded.at);
        match event.clone() {
            Event::Sent { id, voice, to, note } => self.submissions.push(Submission {
                id,
                seq: recorded.seq,
                voice,
                by: recorded.by,
                to,
                note,
                sent: at,
                passed_on: None,
                outcome: None,
                decided: None,
                seen: vec![],
                appeal: None,
            }),
            Event::TakenBack { id, .. } => {
                self.with(id, |s| s.outcome = Some(Decided { outcome: Outcome::TakenBack, by, at }))
            }
            Event::Agreed { id, reasons, nhs, council, start_up, limit } => {
                self.with(id, |s| {
                    let outcome = Outcome::Agreed { reasons, nhs, council, start_up, limit };
                    s.outcome = Some(Decided { outcome, by, at });
                    s.decided = Some(recorded.seq);
                });
            }
            Event::NotYet { id, reasons, change, appeal } => {
                self.with(id, |s| {
                    s.outcome =
                        Some(Decided { outcome: Outcome::NotYet { reasons, change, appeal }, by, at });
                    s.decided = Some(recorded.seq);
                });
            }
            Event::PassedOn { id, why } => self.with(id, |s| s.passed_on = Some(why)),
            Event::DecisionSeen { id, voice } => self.with(id, |s| s.seen.push((voice, at))),
            Event::Appealed { id, voice, words } => {
                self.with(id, |s| {
                    s.appeal = Some(Appeal { words, voice, by: recorded.by, at, answer: None })
                });
            }
            Event::AppealAnswered { id, words, upheld } => self.with(id, |s| {
                if let Some(appeal) = &mut s.appeal {
                    appeal.answer = Some(AppealAnswer { words, upheld, by, at });
                }
            }),
        }
    }

    fn with(&mut self, id: SubmissionId, change: impl FnOnce(&mut Submission)) {
        if let Some(submission) = self.submissions.iter_mut().find(|s| s.id == id) {
            change(submission);
        }
    }

    /// The sending that waits for a decision.
    #[must_use]
    pub fn waiting(&self) -> Option<&Submission> {
        self.submissions.iter().rev().find(|s| s.outcome.is_none())
    }

    /// The newest agreement: what the person may spend under now.
    #[must_use]
    pub fn agreed(&self) -> Option<&Submission> {
        self.submissions
            .iter()
            .rev()
            .find(|s| matches!(s.outcome, Some(Decided { outcome: Outcome::Agreed { .. }, .. })))
    }

    #[must_use]
    pub fn get(&self, id: SubmissionId) -> Option<&Submission> {
        self.submissions.iter().find(|s| s.id == id)
    }

    /// Appeals that wait for an answer.
    pub fn appealed(&self) -> impl Iterator<Item = &Submission> {
        self.submissions.iter().filter(|s| s.is_appealed())
    }

    #[must_use]
    pub fn latest(&self) -> Option<&Submission> {
        self.submissions.last()
    }
}
