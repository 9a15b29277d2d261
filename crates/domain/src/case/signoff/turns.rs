//! Whose move it is about a plan that was sent, and about appeals.

use crate::access::Action;
use crate::case::{Case, Turn};
use crate::dates;
use crate::framework::Framework;
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case, framework: &Framework) -> Vec<Turn> {
    let mut turns = vec![];
    turns.extend(appeal_turn(case, framework));
    if let Some(sent) = case.signoff.waiting() {
        let action = if sent.passed_on.is_some() { Action::SignOffAboveLimit } else { Action::SignOff };
        let due = dates::days_after(dates::london(sent.sent), framework.decision_days);
        let words = "Your plan has been sent. We are reading it now.";
        turns.push(Turn::new(action, "Decide on the plan", words, CasePage::SignOff).by(Some(due)));
    }
    turns
}

/// An appeal that waits for an answer. It is a decision that is made again, so that it
/// has as many days as the first one had.
#[must_use]
pub fn appeal_turn(case: &Case, framework: &Framework) -> Option<Turn> {
    let made = case.signoff.appealed().filter_map(|sent| sent.appeal.as_ref());
    let first = made.map(|appeal| dates::london(appeal.at)).min()?;
    let words = "We are looking again at the decision.";
    let turn = Turn::new(Action::AnswerAppeal, "Answer an appeal", words, CasePage::SignOff);
    Some(turn.by(Some(dates::days_after(first, framework.decision_days))))
}
