//! Which changes of an agreed plan need agreeing again, and which do not.
//!
//! A plan is a living document (001:528). The rules, in words, are in
//! `docs/plan-changes.md`: the plan as it is now is held against the plan that
//! was agreed, so a change that is taken back needs nothing any more.

use super::{Basis, LineItem, Mode};
use crate::case::Case;
use crate::case::signoff::Outcome;
use crate::ledger::Funder;
use crate::{HoldingId, LineId, Pence};

/// A change that waits to be agreed, and why it has to be.
pub type Waiting = (String, String);

/// The plan that is agreed now, and up to what it may cost, by funder.
fn agreed(case: &Case) -> Option<(&Basis, Pence, Pence)> {
    let submission = case.signoff.agreed()?;
    let basis = case.plan.sent.iter().find(|b| b.submission == submission.id)?;
    let Outcome::Agreed { nhs, council, start_up, .. } = &submission.outcome.as_ref()?.outcome else {
        return None;
    };
    Some((basis, *nhs + *start_up, *council))
}

/// What was changed since the plan was agreed and needs agreeing again: what,
/// and why. Empty before a first agreement, and where nothing needs it.
#[must_use]
pub fn pending(case: &Case) -> Vec<Waiting> {
    let Some((basis, nhs, council)) = agreed(case) else { return vec![] };
    let mut all = Vec::new();
    more_money(case, basis, &mut all, Funder::Nhs, nhs);
    more_money(case, basis, &mut all, Funder::Council, council);
    new_uses(case, basis, &mut all);
    new_holdings(case, basis, &mut all);
    dropped_safeguards(case, basis, &mut all);
    all
}

fn more_money(case: &Case, basis: &Basis, all: &mut Vec<Waiting>, funder: Funder, most: Pence) {
    let now = case.plan.first_year_cost_of(funder);
    let then: Pence = basis.lines.iter().filter(|(_, l)| l.funder == funder).map(|(_, l)| l.yearly()).sum();
    let most = most.max(then);
    if now > most {
        all.push((
            format!("The plan now costs {now} in a year from {}", funder.body()),
            format!("{most} was agreed, so {} more has to be agreed", now - most),
        ));
    }
}

fn new_uses(case: &Case, basis: &Basis, all: &mut Vec<Waiting>) {
    all.extend(case.plan.current_lines().filter_map(|line| new_use(case, basis, line)));
}

/// Why a cost has to be agreed, if it has to be.
fn new_use(case: &Case, basis: &Basis, line: &LineItem) -> Option<Waiting> {
    let words = &line.words;
    let before = basis.lines.iter().find(|(id, _)| *id == line.id).map(|(_, l)| l);
    if before == Some(words) {
        return None;
    }
    let what = format!("“{}”", words.what);
    if let Some(outcome) = words.outcomes.iter().find(|id| !basis.outcomes.contains(id)) {
        let number = case.plan.number(*outcome);
        return Some((what, format!("it uses money for outcome {number}, which was not in the agreed plan")));
    }
    let is_known = basis.lines.iter().any(|(_, l)| l.kind == words.kind && l.funder == words.funder);
    let funder = words.funder.body();
    let why = || format!("it is a kind of spending that was not agreed for money from {funder}");
    (!is_known).then(|| (what, why()))
}

/// Why a cost has to be agreed before money is used for it, if it has to be.
#[must_use]
pub fn waits_for(case: &Case, line: LineId) -> Option<Waiting> {
    let (basis, ..) = agreed(case)?;
    case.plan.current_lines().find(|l| l.id == line).and_then(|line| new_use(case, basis, line))
}

/// What has to be agreed before more is planned from a way of holding money, if
/// something there has to be: other payments go on as they were agreed.
#[must_use]
pub fn touched(case: &Case, holding: HoldingId) -> Option<Waiting> {
    let (basis, ..) = agreed(case)?;
    let of_it = case.plan.current_lines().filter(|line| case.plan.paid_from(line) == Some(holding));
    of_it.filter_map(|line| new_use(case, basis, line)).next()
}

fn new_holdings(case: &Case, basis: &Basis, all: &mut Vec<Waiting>) {
    for holding in case.plan.open_holdings() {
        let known = |h: &super::HoldingWords| {
            h.mode == holding.words.mode && h.organisation == holding.words.organisation
        };
        if basis.holdings.iter().any(known) {
            continue;
        }
        let why = if holding.words.mode == Mode::ThirdParty {
            "an organisation that was not agreed would hold money"
        } else {
            "it is a way of holding the money that was not agreed"
        };
        all.push((format!("{}, {}", holding.words.name, holding.words.mode.words()), why.to_owned()));
    }
}

fn dropped_safeguards(case: &Case, basis: &Basis, all: &mut Vec<Waiting>) {
    for risk in case.plan.risks.iter().filter(|r| r.removed && basis.risks.contains(&r.id)) {
        all.push((
            format!("“{}” was taken out of the risks", super::decide::short(risk.words.words.as_str())),
            "what was agreed to be done about it goes with it".to_owned(),
        ));
    }
}
