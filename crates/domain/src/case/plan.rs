//! The care and support plan, in the person's own terms.
//!
//! Two people may write at once: each writing says which version it was based
//! on, and where two were based on the same one both stand, side by side,
//! until somebody brings them together. Nobody's words are lost.
//!
//! What may happen is decided in [`decide`]; what a plan must show before it
//! is agreed is in [`checklist`]; what needs agreeing again is in [`changes`].

pub mod changes;
pub mod checklist;
pub mod decide;
pub mod money;
#[cfg(test)]
mod tests;
mod words;

pub use words::*;

use super::{Voice, signoff};
use crate::ledger::Funder;
use crate::{
    ActionId, Author, Date, HoldingId, LineId, OutcomeId, Pence, Prose, Recorded, RiskId, SubmissionId,
    Timestamp,
};
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
    OutcomeChanged { id: OutcomeId, outcome: OutcomeWords, voice: Voice },
    #[serde(rename = "plan.outcome-aimed")]
    OutcomeAimed { id: OutcomeId, aim: Aim },
    #[serde(rename = "plan.outcome-removed")]
    OutcomeRemoved { id: OutcomeId, why: Prose },
    #[serde(rename = "plan.risk-added")]
    RiskAdded { id: RiskId, risk: RiskWords, voice: Voice },
    #[serde(rename = "plan.risk-changed")]
    RiskChanged { id: RiskId, risk: RiskWords, voice: Voice },
    #[serde(rename = "plan.risk-removed")]
    RiskRemoved { id: RiskId, why: Prose },
    #[serde(rename = "plan.action-added")]
    ActionAdded { id: ActionId, action: ActionWords, voice: Voice },
    #[serde(rename = "plan.action-changed")]
    ActionChanged { id: ActionId, action: ActionWords, voice: Voice },
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
    LineChanged { id: LineId, line: LineWords, voice: Voice },
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
    pub earlier: Vec<Writing>,
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

/// One thing in the plan, with whose it is and whether it was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<I, W> {
    pub id: I,
    pub words: W,
    pub voice: Voice,
    /// Who recorded it last, and when.
    pub by: Author,
    pub at: Timestamp,
    pub removed: bool,
    /// Why it was taken out.
    pub why: Option<Prose>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub id: HoldingId,
    pub words: HoldingWords,
    pub from: Date,
    pub ended: Option<Date>,
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
    pub outcomes: Vec<Item<OutcomeId, OutcomeWords>>,
    pub risks: Vec<Item<RiskId, RiskWords>>,
    pub actions: Vec<Item<ActionId, ActionWords>>,
    pub aims: Vec<(OutcomeId, Aim)>,
    pub actions_done: Vec<(ActionId, Date)>,
    /// What is done instead if an action does not work out.
    pub fallbacks: Vec<(ActionId, Prose)>,
    /// What the person adds of their own to a council line, pence each time.
    pub top_ups: Vec<(LineId, Pence)>,
    pub lines: Vec<Item<LineId, LineWords>>,
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
        let touch = Touch { by, at };
        match event.clone() {
            Event::SectionWritten { section, text, voice, based_on } => {
                self.written(section, Writing { seq: recorded.seq, text, voice, based_on, by, at });
            }
            Event::OutcomeAdded { id, outcome, voice } => touch.add(&mut self.outcomes, id, outcome, voice),
            Event::OutcomeChanged { id, outcome, voice } => {
                touch.change(&mut self.outcomes, id, outcome, voice);
            }
            Event::OutcomeAimed { id, aim } => put(&mut self.aims, id, Some(aim)),
            Event::OutcomeRemoved { id, why } => touch.remove(&mut self.outcomes, id, why),
            Event::RiskAdded { id, risk, voice } => touch.add(&mut self.risks, id, risk, voice),
            Event::RiskChanged { id, risk, voice } => touch.change(&mut self.risks, id, risk, voice),
            Event::RiskRemoved { id, why } => touch.remove(&mut self.risks, id, why),
            Event::ActionAdded { id, action, voice } => touch.add(&mut self.actions, id, action, voice),
            Event::ActionChanged { id, action, voice } => touch.change(&mut self.actions, id, action, voice),
            Event::ActionDone { id, on } => put(&mut self.actions_done, id, Some(on)),
            Event::ActionFallbackSet { id, otherwise } => put(&mut self.fallbacks, id, otherwise),
            Event::ActionRemoved { id, why } => touch.remove(&mut self.actions, id, why),
            Event::LineAdded { id, line, voice } => touch.add(&mut self.lines, id, line, voice),
            Event::LineChanged { id, line, voice } => touch.change(&mut self.lines, id, line, voice),
            Event::LineTopUpSet { id, own } => {
                put(&mut self.top_ups, id, Some(own).filter(|o| !o.is_zero()));
            }
            Event::LineRemoved { id, why } => touch.remove(&mut self.lines, id, why),
            Event::HoldingAdded { id, holding, from } => {
                self.holdings.push(Holding { id, words: holding, from, ended: None });
            }
            Event::HoldingEnded { id, on, .. } => {
                if let Some(holding) = self.holdings.iter_mut().find(|h| h.id == id) {
                    holding.ended = Some(on);
                }
            }
            Event::FirstReviewSet { on } => self.first_review = Some(on),
        }
    }

    /// A new writing takes the place of every writing that its writer saw.
    /// Those written meanwhile stand beside it.
    fn written(&mut self, section: Section, writing: Writing) {
        let at = self.sections.iter().position(|s| s.section == section).unwrap_or_else(|| {
            self.sections.push(Written { section, standing: vec![], earlier: vec![] });
            self.sections.len() - 1
        });
        let written = &mut self.sections[at];
        let (seen, meanwhile) =
            std::mem::take(&mut written.standing).into_iter().partition(|w| w.seq <= writing.based_on);
        let seen: Vec<Writing> = seen;
        written.earlier.extend(seen);
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

    pub fn current_outcomes(&self) -> impl Iterator<Item = &Item<OutcomeId, OutcomeWords>> {
        self.outcomes.iter().filter(|i| !i.removed)
    }

    pub fn current_risks(&self) -> impl Iterator<Item = &Item<RiskId, RiskWords>> {
        self.risks.iter().filter(|i| !i.removed)
    }

    pub fn current_actions(&self) -> impl Iterator<Item = &Item<ActionId, ActionWords>> {
        self.actions.iter().filter(|i| !i.removed)
    }

    pub fn current_lines(&self) -> impl Iterator<Item = &Item<LineId, LineWords>> {
        self.lines.iter().filter(|i| !i.removed)
    }

    pub fn open_holdings(&self) -> impl Iterator<Item = &Holding> {
        self.holdings.iter().filter(|h| h.ended.is_none())
    }

    #[must_use]
    pub fn outcome(&self, id: OutcomeId) -> Option<&Item<OutcomeId, OutcomeWords>> {
        self.outcomes.iter().find(|o| o.id == id)
    }

    #[must_use]
    pub fn line(&self, id: LineId) -> Option<&Item<LineId, LineWords>> {
        self.lines.iter().find(|l| l.id == id)
    }

    #[must_use]
    pub fn risk(&self, id: RiskId) -> Option<&Item<RiskId, RiskWords>> {
        self.risks.iter().find(|r| r.id == id)
    }

    #[must_use]
    pub fn action(&self, id: ActionId) -> Option<&Item<ActionId, ActionWords>> {
        self.actions.iter().find(|a| a.id == id)
    }

    #[must_use]
    pub fn aim(&self, id: OutcomeId) -> Option<Aim> {
        self.aims.iter().find(|(o, _)| *o == id).map(|(_, aim)| *aim)
    }

    #[must_use]
    pub fn fallback(&self, id: ActionId) -> Option<&Prose> {
        self.fallbacks.iter().find(|(a, _)| *a == id).map(|(_, otherwise)| otherwise)
    }

    #[must_use]
    pub fn done(&self, id: ActionId) -> Option<Date> {
        self.actions_done.iter().find(|(a, _)| *a == id).map(|(_, on)| *on)
    }

    /// What the person adds of their own each time, pence.
    #[must_use]
    pub fn top_up(&self, id: LineId) -> Pence {
        self.top_ups.iter().find(|(l, _)| *l == id).map_or(Pence::ZERO, |(_, own)| *own)
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

/// Who changed an item, and when.
#[derive(Clone, Copy)]
struct Touch {
    by: Author,
    at: Timestamp,
}

impl Touch {
    fn add<I, W>(self, items: &mut Vec<Item<I, W>>, id: I, words: W, voice: Voice) {
        items.push(Item { id, words, voice, by: self.by, at: self.at, removed: false, why: None });
    }

    fn change<I: PartialEq, W>(self, items: &mut [Item<I, W>], id: I, words: W, voice: Voice) {
        if let Some(item) = items.iter_mut().find(|i| i.id == id) {
            *item = Item { id, words, voice, by: self.by, at: self.at, removed: item.removed, why: None };
        }
    }

    fn remove<I: PartialEq, W>(self, items: &mut [Item<I, W>], id: I, why: Prose) {
        if let Some(item) = items.iter_mut().find(|i| i.id == id) {
            (item.removed, item.why, item.by, item.at) = (true, Some(why), self.by, self.at);
        }
    }
}

/// Sets what stands beside an id, or takes it away.
fn put<I: PartialEq, V>(pairs: &mut Vec<(I, V)>, id: I, value: Option<V>) {
    pairs.retain(|(i, _)| *i != id);
    pairs.extend(value.map(|v| (id, v)));
}
