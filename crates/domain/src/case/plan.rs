//! The care and support plan, in the person's own terms.
//!
//! Two people may write at once: each writing says which version it was based
//! on, and where two were based on the same one both stand, side by side,
//! until somebody brings them together. Nobody's words are lost. It is so with
//! the sections ([`Written`]) and with each thing in the lists ([`Item`]).
//!
//! What may happen is decided in [`decide`]; what a plan must show before it
//! is agreed is in [`checklist`]; what needs agreeing again is in [`changes`].

pub mod changes;
pub mod checklist;
pub mod decide;
mod describe;
mod item;
pub mod money;
#[cfg(test)]
mod tests;
mod turns;
mod words;

pub use super::plan_section::Section;
pub use describe::InFull;
pub(super) use describe::describe;
pub use item::*;
pub(super) use turns::next_step;
pub use words::*;

use super::{Voice, signoff};
use crate::ledger::Funder;
use crate::{
    ActionId, Author, Date, HoldingId, LineId, OutcomeId, Pence, Prose, Recorded, RiskId, SubmissionId,
    Timestamp,
};
use rpds::VectorSync;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "plan.section-written")]
    SectionWritten {
        section: Section,
        text: Prose,
        voice: Voice,
        /// The event number of the version the writer had before them; 0 for none.
        based_on: u64,
    },
    #[serde(rename = "plan.outcome-added")]
    OutcomeAdded { id: OutcomeId, outcome: OutcomeWords, voice: Voice },
    #[serde(rename = "plan.outcome-changed")]
    OutcomeChanged {
        id: OutcomeId,
        outcome: OutcomeWords,
        voice: Voice,
        /// The event number of the version the writer had before them. None in
        /// events from before this was asked, when nothing stood side by side,
        /// and where only who pays is said: what stands beside goes on standing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<u64>,
    },
    #[serde(rename = "plan.outcome-aimed")]
    OutcomeAimed { id: OutcomeId, aim: Aim },
    #[serde(rename = "plan.outcome-removed")]
    OutcomeRemoved { id: OutcomeId, why: Prose },
    #[serde(rename = "plan.risk-added")]
    RiskAdded { id: RiskId, risk: RiskWords, voice: Voice },
    #[serde(rename = "plan.risk-changed")]
    RiskChanged {
        id: RiskId,
        risk: RiskWords,
        voice: Voice,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<u64>,
    },
    #[serde(rename = "plan.risk-removed")]
    RiskRemoved { id: RiskId, why: Prose },
    #[serde(rename = "plan.action-added")]
    ActionAdded { id: ActionId, action: ActionWords, voice: Voice },
    #[serde(rename = "plan.action-changed")]
    ActionChanged {
        id: ActionId,
        action: ActionWords,
        voice: Voice,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<u64>,
    },
    #[serde(rename = "plan.action-done")]
    ActionDone { id: ActionId, on: Date },
    /// What is done instead if it does not work out (000:245); none takes it back.
    #[serde(rename = "plan.action-fallback-set")]
    ActionFallbackSet { id: ActionId, otherwise: Option<Prose> },
    #[serde(rename = "plan.action-removed")]
    ActionRemoved { id: ActionId, why: Prose },
    #[serde(rename = "plan.line-added")]
    LineAdded { id: LineId, line: LineWords, voice: Voice },
    #[serde(rename = "plan.line-changed")]
    LineChanged {
        id: LineId,
        line: LineWords,
        voice: Voice,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<u64>,
    },
    /// What the person adds of their own to a council line, pence each time;
    /// nought takes it back. NHS money is never topped up.
    #[serde(rename = "plan.line-top-up-set")]
    LineTopUpSet { id: LineId, own: Pence },
    #[serde(rename = "plan.line-removed")]
    LineRemoved { id: LineId, why: Prose },
    #[serde(rename = "plan.holding-added")]
    HoldingAdded { id: HoldingId, holding: HoldingWords, from: Date },
    #[serde(rename = "plan.holding-ended")]
    HoldingEnded { id: HoldingId, on: Date, why: Prose },
    #[serde(rename = "plan.first-review-set")]
    FirstReviewSet { on: Date },
}

/// One writing of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The event number that wrote it.
    pub seq: u64,
    pub text: Prose,
    pub voice: Voice,
    /// The version the writer had before them.
    pub based_on: u64,
    pub by: Author,
    pub at: Timestamp,
}

/// A section as it stands: one writing, or several that were made side by
/// side and wait to be brought together. The first is the one written first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub section: Section,
    pub standing: Vec<Writing>,
    /// Writings that somebody saw and wrote a newer one from, oldest first.
    pub earlier: VectorSync<Writing>,
}

impl Written {
    /// What the next writer must say they are based on: the newest writing.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.standing.iter().map(|w| w.seq).max().unwrap_or(0)
    }

    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.standing.len() > 1
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub id: HoldingId,
    pub words: HoldingWords,
    pub from: Date,
    pub ending: Option<Ending>,
    /// The number of the event that added it.
    pub seq: u64,
}

/// How a way of holding money came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The first day on which money is not held so any more.
    pub on: Date,
    pub why: Prose,
    /// Who recorded it, and when.
    pub by: Author,
    pub at: Timestamp,
}

impl Holding {
    #[must_use]
    pub fn ended(&self) -> Option<Date> {
        self.ending.as_ref().map(|ending| ending.on)
    }
}

/// The plan as it stood when it was sent to be agreed: what later changes are
/// held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    pub submission: SubmissionId,
    pub outcomes: Vec<OutcomeId>,
    pub risks: Vec<RiskId>,
    pub lines: Vec<(LineId, LineWords)>,
    pub holdings: Vec<HoldingWords>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub sections: Vec<Written>,
    /// Beside each: what it hopes for.
    pub outcomes: Vec<OutcomeItem>,
    pub risks: Vec<RiskItem>,
    /// Beside each: what is done instead if it does not work out.
    pub actions: Vec<ActionItem>,
    pub actions_done: Vec<(ActionId, Date)>,
    /// Beside each: what the person adds of their own to a council line, pence
    /// each time.
    pub lines: Vec<LineItem>,
    pub holdings: Vec<Holding>,
    pub first_review: Option<Date>,
    /// The number of the newest event that changed the plan.
    pub changed: u64,
    /// One for each time the plan was sent to be agreed, newest last.
    pub sent: Vec<Basis>,
}

impl Plan {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        self.changed = recorded.seq;
        let (by, at) = (recorded.by, recorded.at);
        let touch = Touch { seq: recorded.seq, by, at };
        match event.clone() {
            Event::SectionWritten { section, text, voice, based_on } => {
                self.written(section, Writing { seq: recorded.seq, text, voice, based_on, by, at });
            }
            Event::OutcomeAdded { id, outcome, voice } => {
                self.outcomes.push(Item::new(id, outcome, voice, touch));
            }
            Event::OutcomeChanged { id, outcome, voice, based_on } => {
                within(&mut self.outcomes, id, |i| i.change(outcome, voice, based_on, touch));
            }
            Event::OutcomeAimed { id, aim } => {
                within(&mut self.outcomes, id, |i| i.set_aside(Some(aim), touch));
            }
            Event::OutcomeRemoved { id, why } => within(&mut self.outcomes, id, |i| i.remove(why, touch)),
            Event::RiskAdded { id, risk, voice } => self.risks.push(Item::new(id, risk, voice, touch)),
            Event::RiskChanged { id, risk, voice, based_on } => {
                within(&mut self.risks, id, |i| i.change(risk, voice, based_on, touch));
            }
            Event::RiskRemoved { id, why } => within(&mut self.risks, id, |i| i.remove(why, touch)),
            Event::ActionAdded { id, action, voice } => {
                self.actions.push(Item::new(id, action, voice, touch));
            }
            Event::ActionChanged { id, action, voice, based_on } => {
                within(&mut self.actions, id, |i| i.change(action, voice, based_on, touch));
            }
            Event::ActionDone { id, on } => {
                self.actions_done.retain(|(done, _)| *done != id);
                self.actions_done.push((id, on));
            }
            Event::ActionFallbackSet { id, otherwise } => {
                within(&mut self.actions, id, |i| i.set_aside(otherwise, touch));
            }
            Event::ActionRemoved { id, why } => within(&mut self.actions, id, |i| i.remove(why, touch)),
            Event::LineAdded { id, line, voice } => self.lines.push(Item::new(id, line, voice, touch)),
            Event::LineChanged { id, line, voice, based_on } => {
                within(&mut self.lines, id, |i| i.change(line, voice, based_on, touch));
            }
            Event::LineTopUpSet { id, own } => {
                within(&mut self.lines, id, |i| i.set_aside(Some(own).filter(|o| !o.is_zero()), touch));
            }
            Event::LineRemoved { id, why } => within(&mut self.lines, id, |i| i.remove(why, touch)),
            Event::HoldingAdded { id, holding, from } => {
                self.holdings.push(Holding { id, words: holding, from, ending: None, seq: recorded.seq });
            }
            Event::HoldingEnded { id, on, why } => {
                if let Some(holding) = self.holdings.iter_mut().find(|h| h.id == id) {
                    holding.ending = Some(Ending { on, why, by, at });
                }
            }
            Event::FirstReviewSet { on } => self.first_review = Some(on),
        }
    }

    /// A new writing takes the place of every writing that its writer saw.
    /// Those written meanwhile stand beside it.
    fn written(&mut self, section: Section, writing: Writing) {
        let at = self.sections.iter().position(|s| s.section == section).unwrap_or_else(|| {
            self.sections.push(Written { section, standing: vec![], earlier: VectorSync::default() });
            self.sections.len() - 1
        });
        let written = &mut self.sections[at];
        let (seen, meanwhile) =
            std::mem::take(&mut written.standing).into_iter().partition(|w| w.seq <= writing.based_on);
        let seen: Vec<Writing> = seen;
        seen.into_iter().for_each(|one| written.earlier.push_back_mut(one));
        written.standing = meanwhile;
        written.standing.push(writing);
    }

    /// Sign-off's events, so far as the plan remembers what was sent.
    pub(super) fn hear(&mut self, event: &signoff::Event) {
        let signoff::Event::Sent { id, .. } = event else { return };
        let basis = Basis {
            submission: *id,
            outcomes: self.current_outcomes().map(|o| o.id).collect(),
            risks: self.current_risks().map(|r| r.id).collect(),
            lines: self.current_lines().map(|l| (l.id, l.words.clone())).collect(),
            holdings: self.open_holdings().map(|h| h.words.clone()).collect(),
        };
        self.sent.push(basis);
    }

    #[must_use]
    pub fn section(&self, section: Section) -> Option<&Written> {
        self.sections.iter().find(|s| s.section == section)
    }

    pub fn current_outcomes(&self) -> impl Iterator<Item = &OutcomeItem> {
        self.outcomes.iter().filter(|i| !i.removed)
    }

    pub fn current_risks(&self) -> impl Iterator<Item = &RiskItem> {
        self.risks.iter().filter(|i| !i.removed)
    }

    pub fn current_actions(&self) -> impl Iterator<Item = &ActionItem> {
        self.actions.iter().filter(|i| !i.removed)
    }

    pub fn current_lines(&self) -> impl Iterator<Item = &LineItem> {
        self.lines.iter().filter(|i| !i.removed)
    }

    pub fn open_holdings(&self) -> impl Iterator<Item = &Holding> {
        self.holdings.iter().filter(|h| h.ending.is_none())
    }

    /// From which way of holding money a cost is paid. One that names none is paid from
    /// the only one there is.
    #[must_use]
    pub fn paid_from(&self, line: &LineItem) -> Option<HoldingId> {
        line.words.holding.or_else(|| {
            let mut open = self.open_holdings();
            open.next().filter(|_| open.next().is_none()).map(|only| only.id)
        })
    }

    #[must_use]
    pub fn outcome(&self, id: OutcomeId) -> Option<&OutcomeItem> {
        self.outcomes.iter().find(|o| o.id == id)
    }

    #[must_use]
    pub fn line(&self, id: LineId) -> Option<&LineItem> {
        self.lines.iter().find(|l| l.id == id)
    }

    #[must_use]
    pub fn risk(&self, id: RiskId) -> Option<&RiskItem> {
        self.risks.iter().find(|r| r.id == id)
    }

    #[must_use]
    pub fn action(&self, id: ActionId) -> Option<&ActionItem> {
        self.actions.iter().find(|a| a.id == id)
    }

    #[must_use]
    pub fn aim(&self, id: OutcomeId) -> Option<Aim> {
        self.outcome(id).and_then(|o| o.aside)
    }

    #[must_use]
    pub fn fallback(&self, id: ActionId) -> Option<&Prose> {
        self.action(id).and_then(|a| a.aside.as_ref())
    }

    #[must_use]
    pub fn done(&self, id: ActionId) -> Option<Date> {
        self.actions_done.iter().find(|(a, _)| *a == id).map(|(_, on)| *on)
    }

    /// What the person adds of their own each time, pence.
    #[must_use]
    pub fn top_up(&self, id: LineId) -> Pence {
        self.line(id).and_then(|l| l.aside).unwrap_or_default()
    }

    /// The place of an outcome in the plan, from 1; it never changes, so that
    /// "outcome 2" stays outcome 2 (000:241).
    #[must_use]
    pub fn number(&self, id: OutcomeId) -> usize {
        self.outcomes.iter().position(|o| o.id == id).map_or(0, |at| at + 1)
    }

    #[must_use]
    pub fn holding(&self, id: HoldingId) -> Option<&Holding> {
        self.holdings.iter().find(|h| h.id == id)
    }

    /// What the plan costs in its first year, pence.
    #[must_use]
    pub fn first_year_cost(&self) -> Pence {
        self.current_lines().map(|l| l.words.yearly()).sum()
    }

    /// The same for one funder.
    #[must_use]
    pub fn first_year_cost_of(&self, funder: Funder) -> Pence {
        self.current_lines().filter(|l| l.words.funder == funder).map(|l| l.words.yearly()).sum()
    }
}

/// Changes one item; an id that is not there changes nothing.
fn within<I: PartialEq, W, S>(items: &mut [Item<I, W, S>], id: I, change: impl FnOnce(&mut Item<I, W, S>)) {
    if let Some(item) = items.iter_mut().find(|i| i.id == id) {
        change(item);
    }
}
