//! Whose move it is about a plan that was sent, and about appeals.

use crate::access::Action;
use crate::case::{Case, Turn};
use crate::dates;
use crate::framework::Framework;
use crate::place::CasePage;

pub(in crate::case) fn turns(case: &Case, framework: &Framework) -> Vec<Turn> {
    let mut turns = vec![];
    if case.signoff.appealed().next().is_some() {
        let words = "We are looking again at the decision.";
        turns.push(Turn::new(Action::AnswerAppeal, "Answer an appeal", words, CasePage::SignOff));
    }
    if let Some(sent) = case.signoff.waiting() {
        let action = if sent.passed_on.is_some() { Action::SignOffAboveLimit } else { Action::SignOff };
        let due = dates::days_after(dates::london(sent.sent), framework.decision_days);
        let words = "Your plan has been sent. We are reading it now.";
        turns.push(Turn::new(action, "Decide on the plan", words, CasePage::SignOff).by(Some(due)));
    }
    turns
}
