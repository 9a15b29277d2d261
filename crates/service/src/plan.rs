//! Writing the plan: one use case for everything that can be changed in it.

use crate::{App, Effects, Error, OpenCase};
use domain::access::{Action, Actor};
use domain::case::plan::{ActionWords, Aim, HoldingWords, LineWords, OutcomeWords, RiskWords, Section};
use domain::case::plan::{decide, money};
use domain::case::{self, Case, Voice};
use domain::ledger::{Account, Layer};
use domain::place::CasePage;
use domain::{ActionId, CaseId, Date, HoldingId, LineId, OutcomeId, Pence, Prose, Refusal, RiskId};
use std::sync::Arc;
use store::{StoreError, sums};

/// A change to the plan. An id that is not known yet is the new thing's own;
/// `seen` is the number of the version that the writer had before them, so
/// that nobody's words are written over.
#[derive(Clone, Debug)]
pub enum Change {
    Section {
        section: Section,
        text: Prose,
        voice: Voice,
        seen: u64,
    },
    AddOutcome {
        id: OutcomeId,
        words: OutcomeWords,
        aim: Option<Aim>,
        voice: Voice,
    },
    ChangeOutcome {
        id: OutcomeId,
        words: OutcomeWords,
        aim: Option<Aim>,
        voice: Voice,
        seen: u64,
    },
    RemoveOutcome {
        id: OutcomeId,
        why: Prose,
        seen: u64,
    },
    AddRisk {
        id: RiskId,
        words: RiskWords,
        voice: Voice,
    },
    ChangeRisk {
        id: RiskId,
        words: RiskWords,
        voice: Voice,
        seen: u64,
    },
    RemoveRisk {
        id: RiskId,
        why: Prose,
        seen: u64,
    },
    AddAction {
        id: ActionId,
        words: ActionWords,
        otherwise: Option<Prose>,
        voice: Voice,
    },
    ChangeAction {
        id: ActionId,
        words: ActionWords,
        otherwise: Option<Prose>,
        voice: Voice,
        seen: u64,
    },
    /// It was done today.
    FinishAction {
        id: ActionId,
    },
    RemoveAction {
        id: ActionId,
        why: Prose,
        seen: u64,
    },
    /// `own` is what the person would add of their own each time, pence.
    AddLine {
        id: LineId,
        words: LineWords,
        own: Pence,
        voice: Voice,
    },
    ChangeLine {
        id: LineId,
        words: LineWords,
        own: Pence,
        voice: Voice,
        seen: u64,
    },
    RemoveLine {
        id: LineId,
        why: Prose,
        seen: u64,
    },
    /// Which account pays for which lines.
    AssignLines(Vec<(LineId, HoldingId)>),
    AddHolding {
        id: HoldingId,
        words: HoldingWords,
        from: Date,
    },
    /// From today, or from the day on which it was to start.
    EndHolding {
        id: HoldingId,
        why: Prose,
    },
    FirstReview {
        on: Date,
    },
}

impl Change {
    /// Whose words it is.
    fn voice(&self) -> Option<Voice> {
        match self {
            Self::Section { voice, .. }
            | Self::AddOutcome { voice, .. }
            | Self::ChangeOutcome { voice, .. }
            | Self::AddRisk { voice, .. }
            | Self::ChangeRisk { voice, .. }
            | Self::AddAction { voice, .. }
            | Self::ChangeAction { voice, .. }
            | Self::AddLine { voice, .. }
            | Self::ChangeLine { voice, .. } => Some(*voice),
            Self::RemoveOutcome { .. }
            | Self::RemoveRisk { .. }
            | Self::FinishAction { .. }
            | Self::RemoveAction { .. }
            | Self::RemoveLine { .. }
            | Self::AssignLines(_)
            | Self::AddHolding { .. }
            | Self::EndHolding { .. }
            | Self::FirstReview { .. } => None,
        }
    }
}

impl App {
    /// Changes the plan, and gives the case after it.
    pub async fn change_plan(&self, actor: &Actor, id: CaseId, change: Change) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::WritePlan, move |open| {
            let left = left_by(open, &change)?;
            let effects = Effects::from(decided(open, change.clone(), left)?);
            if !left.is_zero() {
                let told = "Money is left in an account that ended";
                return Ok(effects.told_to_their_side(open.case, open.actor.account, told, &CasePage::Money));
            }
            Ok(match change.voice() {
                Some(voice) => effects.told_of_words_in_their_name(open, voice, &CasePage::Plan),
                None => effects,
            })
        })
        .await
    }
}

/// What the ledger says is in a way of holding money that is to end, pence.
fn left_by(open: &mut OpenCase<'_, '_>, change: &Change) -> Result<Pence, StoreError> {
    let Change::EndHolding { id, .. } = change else { return Ok(Pence::ZERO) };
    let balances = sums::balances_of(&sums::all_time(open.tx, open.case.id)?);
    Ok(balances.get(Layer::Actual, Account::Holding(*id)).or_zero())
}

fn decided(open: &OpenCase<'_, '_>, change: Change, left: Pence) -> Result<Vec<case::Event>, Refusal> {
    use Change as C;
    let (case, framework, today) = (open.case, open.framework, open.today);
    match change {
        C::Section { section, text, voice, seen } => decide::write_section(case, section, text, voice, seen),
        C::AddOutcome { id, words, aim, voice } => decide::add_outcome(case, id, words, aim, voice),
        C::ChangeOutcome { id, words, aim, voice, seen } => {
            decide::change_outcome(case, id, words, aim, voice, seen)
        }
        C::RemoveOutcome { id, why, seen } => decide::remove_outcome(case, id, why, seen),
        C::AddRisk { id, words, voice } => decide::add_risk(case, id, words, voice),
        C::ChangeRisk { id, words, voice, seen } => decide::change_risk(case, id, words, voice, seen),
        C::RemoveRisk { id, why, seen } => decide::remove_risk(case, id, why, seen),
        C::AddAction { id, words, otherwise, voice } => decide::add_action(case, id, words, otherwise, voice),
        C::ChangeAction { id, words, otherwise, voice, seen } => {
            decide::change_action(case, id, words, otherwise, voice, seen)
        }
        C::FinishAction { id } => decide::finish_action(case, id, today, today),
        C::RemoveAction { id, why, seen } => decide::remove_action(case, id, why, seen),
        C::AddLine { id, words, own, voice } => money::add_line(case, framework, id, words, own, voice),
        C::ChangeLine { id, words, own, voice, seen } => {
            money::change_line(case, framework, id, words, own, voice, seen)
        }
        C::RemoveLine { id, why, seen } => money::remove_line(case, id, why, seen),
        C::AssignLines(lines) => assign(case, &lines),
        C::AddHolding { id, words, from } => money::add_holding(case, id, words, from),
        C::EndHolding { id, why } => {
            // One that was to start later never starts.
            let from = case.plan.holding(id).map_or(today, |holding| holding.from);
            money::end_holding(case, id, today.max(from), why, left)
        }
        C::FirstReview { on } => decide::set_first_review(case, framework, on, today),
    }
}

/// What cannot be is said of the line that it is about.
fn assign(case: &Case, lines: &[(LineId, HoldingId)]) -> Result<Vec<case::Event>, Refusal> {
    let mut events = vec![];
    for (line, holding) in lines {
        let assigned = money::assign_line(case, *line, *holding);
        events.extend(assigned.map_err(|no| no.renamed("holding", &format!("line-{line}")))?);
    }
    Ok(events)
}
