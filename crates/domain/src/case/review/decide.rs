//! What may happen about reviews.

use super::{AskedFor, Event, OutcomeProgress};
use crate::case::{Case, Event as CaseEvent, Voice};
use crate::framework::Framework;
use crate::known::{Known, known, sent_before};
use crate::{Date, Prose, Refusal, ReviewId, dates};

/// Asks for a review now. Nobody has to say why. Sent twice it is one asking.
pub fn ask(
    case: &Case,
    id: ReviewId,
    voice: Option<Voice>,
    why: Option<Prose>,
) -> Result<Vec<CaseEvent>, Refusal> {
    let is_it = |asked: &AskedFor| asked.voice == voice && asked.why == why;
    let kept = known(case.review.get(id), |review| review.asked.as_ref().is_some_and(is_it));
    match kept {
        Known::Same => return Ok(vec![]),
        Known::Other(_) if case.review.open().next().is_none() => {
            return Err(sent_before("your wish for a review"));
        }
        Known::Other(_) | Known::New => {}
    }
    if case.arrangement.first_paid.is_none() && case.signoff.agreed().is_none() {
        return Err(Refusal::not_yet(
            "A review looks at a plan that has been agreed, and yours has not been agreed yet",
            "You can change your plan at any time, or ask a question",
        ));
    }
    if let Some(open) = case.review.open().next() {
        let message = match &open.booked {
            Some((on, _)) => format!("A review is booked already, for {}", dates::long(*on)),
            None => "A review has been asked for already. It will be booked soon".to_owned(),
        };
        return Err(Refusal::already_done(message));
    }
    Ok(vec![Event::AskedFor { id, voice, why }.into()])
}

/// Books a review, or books it again for another day. `id` is one that was
/// asked for, or a new one.
pub fn book(
    case: &Case,
    framework: &Framework,
    id: ReviewId,
    on: Date,
    where_and_how: Prose,
    today: Date,
) -> Result<Vec<CaseEvent>, Refusal> {
    let known = case.review.get(id);
    if known.is_some_and(|r| r.held.is_some()) {
        return Err(Refusal::already_done("This review has been held already"));
    }
    if known.and_then(|r| r.booked.as_ref()) == Some(&(on, where_and_how.clone())) {
        return Ok(vec![]);
    }
    if known.is_none() && case.review.open().next().is_some() {
        return Err(Refusal::already_done(
            "There is a review to come already. Change its day instead of booking a second one",
        ));
    }
    if on < today {
        return Err(Refusal::invalid("on", "The day of the review must be today or later"));
    }
    if let Some(due) = case.review_due(framework)
        && due >= today
        && on > due
    {
        let message =
            format!("The review has to be held by {}. Choose that day or an earlier one", dates::long(due));
        return Err(Refusal::invalid("on", message));
    }
    if on > dates::months_after(today, framework.review_months) {
        let message = format!("The review must be within {} months", framework.review_months);
        return Err(Refusal::invalid("on", message));
    }
    Ok(vec![Event::Booked { id, on, where_and_how }.into()])
}

/// Says before the meeting what should be talked about.
pub fn contribute(case: &Case, id: ReviewId, voice: Voice, words: Prose) -> Result<Vec<CaseEvent>, Refusal> {
    let Some(review) = case.review.get(id) else {
        return Err(Refusal::not_yet("There is no such review", "Ask for a review first"));
    };
    if review.held.is_some() {
        return Err(Refusal::already_done("This review has been held. You can ask for another one"));
    }
    if review.said.iter().any(|said| said.voice == voice && said.words == words) {
        return Ok(vec![]);
    }
    Ok(vec![Event::Contributed { id, voice, words }.into()])
}

/// What was said and settled at a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub on: Date,
    pub with: Vec<Voice>,
    pub working: Prose,
    pub not_working: Prose,
    pub outcomes: Vec<OutcomeProgress>,
    pub enough: bool,
    pub money: Option<Prose>,
    pub changes: Option<Prose>,
    pub next: Date,
}

/// Records a review. `id` is one that was asked for or booked, or a new one.
///
pub fn hold(
    case: &Case,
    framework: &Framework,
    id: ReviewId,
    meeting: Meeting,
    today: Date,
) -> Result<Vec<CaseEvent>, Refusal> {
    if case.review.get(id).is_some_and(|review| review.held.is_some()) {
        return Err(Refusal::already_done("This review has been held already"));
    }
    let Meeting { on, with, working, not_working, outcomes, enough, money, changes, next } = meeting;
    if case.signoff.agreed().is_none() {
        return Err(Refusal::not_yet(
            "A review looks at a plan that has been agreed, and this one has not been",
            "Send the plan to be agreed first",
        ));
    }
    if on > today {
        return Err(Refusal::invalid("on", "The day it was held must be today or in the past"));
    }
    if with.is_empty() {
        return Err(Refusal::invalid("with", "Choose who was there"));
    }
    if let Some(missing) =
        case.plan.current_outcomes().find(|outcome| !outcomes.iter().any(|o| o.outcome == outcome.id))
    {
        return Err(Refusal::invalid(
            &format!("progress-{}", missing.id),
            "Choose how this outcome is going",
        ));
    }
    if let Some(unknown) = outcomes.iter().find(|o| case.plan.outcome(o.outcome).is_none()) {
        let field = format!("progress-{}", unknown.outcome);
        return Err(Refusal::invalid(&field, "This outcome is not in the plan"));
    }
    if !enough && money.is_none() {
        return Err(Refusal::invalid("money", "Say what the money is not enough for"));
    }
    if next <= on {
        return Err(Refusal::invalid("next", "The next review must be after this one"));
    }
    let latest = dates::months_after(on, framework.review_months);
    if next > latest {
        let message = format!(
            "The next review must be within {} months of this one: on {} or earlier",
            framework.review_months,
            dates::long(latest)
        );
        return Err(Refusal::invalid("next", message));
    }
    Ok(vec![
        Event::Held { id, on, with, working, not_working, outcomes, enough, money, changes, next }.into(),
    ])
}

impl Case {
    /// The last review said that the money is not enough, and nobody has
    /// worked the budget out again since.
    #[must_use]
    pub fn budget_must_be_looked_at(&self) -> bool {
        let Some(held) = self.review.last_held().filter(|held| !held.enough) else { return false };
        let worked_out = self.budget.worked_out.is_some_and(|at| at > held.at);
        let adjusted = self.budget.adjusted.as_ref().is_some_and(|adjusted| adjusted.at > held.at);
        !worked_out && !adjusted
    }
}
