//! The money in a plan: what it buys, for which outcome, and who holds it.
//!
//! Going over the budget is shown while writing and stops the sending, not the
//! writing. What the law excludes is refused, with its reason and its source.

use super::decide::{Decision, current, known_outcomes, ready, taken_out_already, was_read};
use super::{Event, HoldingWords, LineWords, Mode};
use crate::case::arrangement::{self, PaymentState};
use crate::case::budget::planning_is_open;
use crate::case::circle::ConsentAbout;
use crate::case::{Case, Voice};
use crate::framework::Framework;
use crate::known::{known, quoted};
use crate::ledger::Funder;
use crate::{Date, HoldingId, LineId, Pence, Prose, Refusal};
use strum::VariantArray as _;

impl Funder {
    /// Whose money it is, in words.
    #[must_use]
    pub fn body(self) -> &'static str {
        match self {
            Self::Nhs => "the NHS",
            Self::Council => "the council",
        }
    }
}

/// What there is in the first year from one funder, pence. Start-up money is
/// the NHS's. None before the budget is worked out.
#[must_use]
pub fn given(case: &Case, funder: Funder) -> Option<Pence> {
    case.budget.amounts().map(|a| match funder {
        Funder::Nhs => a.nhs + a.start_up,
        Funder::Council => a.council,
    })
}

/// What is left of it after the plan's lines, pence; below nought where the
/// plan costs more.
#[must_use]
pub fn left(case: &Case, funder: Funder) -> Option<Pence> {
    given(case, funder).map(|given| given - case.plan.first_year_cost_of(funder))
}

/// By how much the plan costs more than there is, by funder: this stops the
/// sending. Empty where it fits.
#[must_use]
pub fn over(case: &Case) -> Vec<(Funder, Pence)> {
    Funder::VARIANTS
        .iter()
        .copied()
        .filter_map(|f| left(case, f).filter(|l| l.is_negative()).map(|l| (f, -l)))
        .collect()
}

/// Adds something that the money buys. `own` is what the person would add of
/// their own each time, pence.
///
/// # Errors
/// For what the law does not let a personal health budget buy, for NHS money
/// with a top-up, and for money that is for no outcome.
pub fn add_line(
    case: &Case,
    framework: &Framework,
    id: LineId,
    line: LineWords,
    own: Pence,
    voice: Voice,
) -> Decision {
    ready(case, voice)?;
    let added = Some(own).filter(|own| !own.is_zero());
    let kept = known(case.plan.line(id), |l| l.has_said(&line, added.as_ref(), voice));
    if !kept.is_new(|l| quoted(&l.words.what))? {
        return Ok(vec![]);
    }
    known_line(case, framework, &line, own)?;
    let mut events = vec![Event::LineAdded { id, line, voice }.into()];
    if !own.is_zero() {
        events.push(Event::LineTopUpSet { id, own }.into());
    }
    Ok(events)
}

/// Changes a line. `based_on` is the number of the version its writer had
/// before them, 0 for none; what was written meanwhile stands beside it, and
/// the newest is what sums are made of.
///
/// # Errors
/// As [`add_line`], and where it was taken out.
pub fn change_line(
    case: &Case,
    framework: &Framework,
    id: LineId,
    line: LineWords,
    own: Pence,
    voice: Voice,
    based_on: u64,
) -> Decision {
    ready(case, voice)?;
    let before = current(case.plan.line(id))?;
    known_line(case, framework, &line, own)?;
    let news = before.news(&line, Some(own).filter(|o| !o.is_zero()).as_ref(), voice, based_on);
    let mut events = vec![];
    if let based_on @ Some(_) = news.words {
        events.push(Event::LineChanged { id, line, voice, based_on }.into());
    }
    if news.aside {
        events.push(Event::LineTopUpSet { id, own }.into());
    }
    Ok(events)
}

/// Says which holding pays for a line; the rest of it stays, and so do
/// versions that stand beside it.
///
/// # Errors
/// Where the line or the holding is not there.
pub fn assign_line(case: &Case, id: LineId, holding: HoldingId) -> Decision {
    planning_is_open(case)?;
    let line = current(case.plan.line(id))?;
    known_holding(case, Some(holding))?;
    if line.words.holding == Some(holding) {
        return Ok(vec![]);
    }
    let words = LineWords { holding: Some(holding), ..line.words.clone() };
    Ok(vec![Event::LineChanged { id, line: words, voice: line.voice, based_on: None }.into()])
}

/// # Errors
/// Before planning is open, where it was changed since it was read, and where it
/// was taken out for another reason.
pub fn remove_line(case: &Case, id: LineId, why: Prose, seen: u64) -> Decision {
    planning_is_open(case)?;
    let line = case.plan.line(id);
    if let Some(line) = line.filter(|line| line.removed) {
        return taken_out_already(case, line, &why);
    }
    let line = current(line)?;
    was_read(line, seen)?;
    Ok(vec![Event::LineRemoved { id, why }.into()])
}

fn known_line(case: &Case, framework: &Framework, line: &LineWords, own: Pence) -> Result<(), Refusal> {
    may_buy(framework, &line.kind)?;
    if line.amount.0 <= 0 {
        return Err(Refusal::invalid("amount", "Enter an amount of more than 0"));
    }
    if line.amount > crate::money::MOST || own > crate::money::MOST {
        return Err(Refusal::invalid("amount", crate::money::NotMoney::TooLarge.to_string()));
    }
    known_outcomes(case, &line.outcomes)?;
    known_holding(case, line.holding)?;
    if own.0 > 0 && line.funder == Funder::Nhs {
        return Err(Refusal::invalid(
            "own",
            "You cannot add your own money to NHS money. NHS care is free, and the budget must be enough for it. If it is not enough, tell us on the budget page",
        ));
    }
    Ok(())
}

/// Whether the area's list has this kind of spending, and the law allows it.
///
/// # Errors
/// With the reason and where it is written, in words.
pub fn may_buy(framework: &Framework, kind: &str) -> Result<(), Refusal> {
    let Some(kind) = framework.spending_kind(kind) else {
        return Err(Refusal::invalid("kind", "Choose what kind of spending this is"));
    };
    match &kind.excluded {
        None => Ok(()),
        Some((reason, source)) => {
            let name = kind.name.as_str();
            let reason = reason.as_str().trim_end_matches('.');
            Err(Refusal::invalid(
                "kind",
                format!("A personal health budget cannot be used for this: {name}. {reason} ({source})"),
            ))
        }
    }
}

fn known_holding(case: &Case, holding: Option<HoldingId>) -> Result<(), Refusal> {
    match holding {
        Some(id) if !case.plan.open_holdings().any(|h| h.id == id) => {
            Err(Refusal::invalid("holding", "Choose who holds the money for this"))
        }
        _ => Ok(()),
    }
}

/// Adds a way in which money is held. Several may stand side by side.
///
/// # Errors
/// A third party needs an organisation; a direct payment needs agreement to it.
pub fn add_holding(case: &Case, id: HoldingId, holding: HoldingWords, from: Date) -> Decision {
    planning_is_open(case)?;
    let kept = known(case.plan.holding(id), |h| h.words == holding && h.from == from);
    if !kept.is_new(|h| quoted(&h.words.name))? {
        return Ok(vec![]);
    }
    if holding.mode == Mode::ThirdParty && holding.organisation.is_none() {
        return Err(Refusal::invalid("organisation", "Choose the organisation that will hold the money"));
    }
    if holding.mode != Mode::ThirdParty && holding.organisation.is_some() {
        return Err(Refusal::invalid("mode", "Only money held by an organisation has one to hold it"));
    }
    if holding.mode == Mode::DirectPayment && !case.circle.has_consented(ConsentAbout::DirectPayment) {
        return Err(Refusal::not_yet(
            format!("{} has not agreed to a direct payment yet", case.person_name()),
            "Record their agreement, and how they gave it, on the People page. Then come back to this",
        ));
    }
    let same = |h: &super::Holding| {
        h.words.mode == holding.mode
            && h.words.organisation == holding.organisation
            && h.words.name == holding.name
    };
    if case.plan.open_holdings().any(same) {
        return Err(Refusal::already_done("This is in the plan already"));
    }
    Ok(vec![Event::HoldingAdded { id, holding, from }.into()])
}

/// Ends a way in which money is held. `left` is what the ledger says is still in it,
/// pence: that is written down, and waits for somebody to say what becomes of it.
///
/// # Errors
/// While lines are paid from it, or payments into it are planned; and where it
/// was ended for another reason.
pub fn end_holding(case: &Case, id: HoldingId, on: Date, why: Prose, left: Pence) -> Decision {
    planning_is_open(case)?;
    let Some(holding) = case.plan.holding(id) else { return Ok(vec![]) };
    if let Some(ending) = &holding.ending {
        if ending.why == why {
            return Ok(vec![]);
        }
        return Err(case.circle.done_before("This was ended", ending.by, ending.at));
    }
    let lines = case.plan.current_lines().filter(|l| l.words.holding == Some(id)).count();
    if lines > 0 {
        let things = if lines == 1 { "1 thing".to_owned() } else { format!("{lines} things") };
        return Err(Refusal::not_yet(
            format!("{things} in the plan would have nobody to pay for them"),
            "First say who pays for them instead, on the page about what the money buys",
        ));
    }
    let planned = |s| matches!(s, PaymentState::Planned | PaymentState::Released);
    if case.arrangement.instalments.iter().any(|i| i.planned.holding == id && planned(i.state)) {
        return Err(Refusal::not_yet(
            "Payments are still planned to it",
            "The finance team cancels those first. Ask your care co-ordinator",
        ));
    }
    if on < holding.from {
        return Err(Refusal::invalid("on", "It cannot end before it started"));
    }
    let ended = Event::HoldingEnded { id, on, why }.into();
    let is_left = arrangement::Event::MoneyLeft { holding: id, left };
    Ok([ended].into_iter().chain((left.0 > 0).then(|| is_left.into())).collect())
}
