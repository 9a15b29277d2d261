//! What may happen to the budget: working it out, changing it with a reason,
//! showing it to the family, and their saying that it does not look right.
//!
//! Nothing here, and nothing in [`super::Working`], knows what anyone owns or
//! earns: NHS care never depends on the ability to pay (003:135). What the
//! council may charge for its own part is the council's to work out.

use super::{Amounts, Event, Step, Working};
use crate::case::{self, Case, Voice};
use crate::framework::Method;
use crate::ledger::Funder;
use crate::{Pence, Prose, Refusal};

/// The budget that the method gives for these answers. Pure: the same answers
/// and the same method give the same numbers for ever, and the steps add up to
/// the totals to the penny.
pub fn work_out(case: &Case, method: &Method) -> Result<Working, Refusal> {
    if case.assessment.completed.is_none() {
        return Err(Refusal::not_yet(
            "The budget cannot be worked out yet, because the questions about needs are not finished",
            "Finish them first",
        ));
    }
    method.check()?;
    let mut working = Working {
        method: method.version,
        questions: method.version,
        steps: Vec::with_capacity(method.questions.len()),
        nhs: Pence::ZERO,
        council: Pence::ZERO,
        start_up: method.start_up,
    };
    for question in &method.questions {
        let level = case.assessment.level(&question.key);
        let found = level.and_then(|level| Some((level, question.points(level)?)));
        let Some((level, points)) = found else {
            return Err(Refusal::not_yet(
                format!("“{}” has no answer that the method can use", question.title),
                "Open the questions about needs again and answer it",
            ));
        };
        let amount = method.per_point(question.funder).times(i64::from(points), 1);
        let (nhs, council) = match question.funder {
            Funder::Nhs => (amount, Pence::ZERO),
            Funder::Council => (Pence::ZERO, amount),
        };
        working.nhs += nhs;
        working.council += council;
        working.steps.push(Step { question: question.key.clone(), level, points, nhs, council });
    }
    Ok(working)
}

/// Whether the needs were looked at again after the budget was worked out.
#[must_use]
pub fn is_out_of_date(case: &Case) -> bool {
    match (case.budget.worked_out_as, case.assessment.completed_as) {
        (Some(worked_out), Some(completed)) => completed > worked_out,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Works the budget out and records the whole working. Doing it again without
/// new answers is refused, so that a change a person made is not lost by a
/// second press.
pub fn work_out_again(case: &Case, method: &Method) -> Result<Vec<case::Event>, Refusal> {
    let working = work_out(case, method)?;
    if case.budget.worked_out.is_some() && !is_out_of_date(case) {
        return Err(Refusal::already_done("The budget has been worked out from these answers already"));
    }
    Ok(vec![Event::WorkedOut { working }.into()])
}

/// A person sets other amounts than the method gave, and says why. Where the
/// family can see the budget already they see the change at once.
pub fn adjust(case: &Case, amounts: Amounts, why: Prose) -> Result<Vec<case::Event>, Refusal> {
    let Some(now) = case.budget.newest() else {
        return Err(Refusal::not_yet("There is no budget to change yet", "Work it out first"));
    };
    let all = [amounts.nhs, amounts.council, amounts.start_up];
    if let Some(place) = all.iter().position(|a| a.is_negative() || *a > crate::money::MOST) {
        let field = ["nhs", "council", "start_up"][place];
        return Err(Refusal::invalid(field, "Enter an amount from £0 to £10,000,000"));
    }
    if amounts.yearly().is_zero() {
        return Err(Refusal::invalid(
            "nhs",
            "A budget cannot be nothing: enter an amount for at least one part",
        ));
    }
    if now == amounts {
        return Err(Refusal::already_done("The budget is these amounts already"));
    }
    let Amounts { nhs, council, start_up } = amounts;
    Ok(vec![Event::Adjusted { nhs, council, start_up, why }.into()])
}

/// The family may see it from now on.
pub fn share(case: &Case) -> Result<Vec<case::Event>, Refusal> {
    if case.budget.newest().is_none() {
        return Err(Refusal::not_yet("There is no budget to share yet", "Work it out first"));
    }
    if is_out_of_date(case) {
        return Err(Refusal::not_yet(
            "The needs were looked at again after this budget was worked out",
            "Finish the needs, and work the budget out again",
        ));
    }
    if case.budget.shared.is_some() {
        return Err(Refusal::already_done("The family can see the budget already"));
    }
    Ok(vec![Event::Shared.into()])
}

/// Notes that the person, or family, opened the budget; once for each of them
/// and each amount.
pub fn record_seen(case: &Case, voice: Voice) -> Result<Vec<case::Event>, Refusal> {
    if case.budget.shown().is_none() {
        return Err(Refusal::not_yet(
            "Your budget is not ready to look at yet",
            "Your care co-ordinator will share it with you",
        ));
    }
    if case.budget.shared.is_none() || case.budget.seen.iter().any(|(seen, _)| *seen == voice) {
        return Ok(vec![]);
    }
    Ok(vec![Event::Seen { voice }.into()])
}

/// Planning opens once someone of the family has seen the budget (001:438-440,
/// 004:128), and stays open when the budget changes later: nobody is stopped
/// in the middle of a plan.
pub fn planning_is_open(case: &Case) -> Result<(), Refusal> {
    if case.budget.first_seen.is_some() {
        return Ok(());
    }
    let refusal = if case.budget.shown().is_some() {
        Refusal::not_yet(
            "The plan can be started once the budget has been looked at",
            "Open the budget and see how it was worked out",
        )
    } else if case.assessment.completed.is_some() {
        Refusal::not_yet(
            "The plan can be started once you know how much money there is",
            "The care co-ordinator is working it out and will share it",
        )
    } else {
        Refusal::not_yet(
            "The plan can be started once you know how much money there is",
            "Answer the questions about needs first",
        )
    };
    Err(refusal)
}

/// "This does not look right", or "this is not enough". The same words sent
/// twice are one question.
pub fn ask_again(case: &Case, voice: Voice, words: Prose) -> Result<Vec<case::Event>, Refusal> {
    if case.budget.shown().is_none() {
        return Err(Refusal::not_yet(
            "There is no budget to ask about yet",
            "Your care co-ordinator will share it with you",
        ));
    }
    let waiting =
        case.budget.questions.iter().any(|q| q.voice == voice && q.words == words && q.answer.is_none());
    if waiting { Ok(vec![]) } else { Ok(vec![Event::Questioned { voice, words }.into()]) }
}

/// Answers the question at this place. Questions are answered in the order
/// they came, so that an answer never lands under another question.
pub fn answer_question(case: &Case, place: usize, words: Prose) -> Result<Vec<case::Event>, Refusal> {
    match (case.budget.questions.get(place), case.budget.open_question()) {
        (None, _) => Err(Refusal::invalid("place", "That question is not on the list")),
        (Some(asked), _) if asked.answer.is_some() => {
            Err(Refusal::already_done("Someone has answered this question. Read their answer first"))
        }
        (Some(_), Some((first, _))) if first == place => Ok(vec![Event::QuestionAnswered { words }.into()]),
        (Some(_), _) => Err(Refusal::not_yet("An older question waits", "Answer the older one first")),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
