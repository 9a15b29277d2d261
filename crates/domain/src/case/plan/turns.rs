//! Whose move it is while a plan is written.

use crate::access::Action;
use crate::case::signoff::Outcome;
use crate::case::{Case, Meant, Turn};
use crate::place::CasePage;

pub(in crate::case) fn next_step(case: &Case) -> Option<Turn> {
    if case.signoff.waiting().is_some() {
        return None;
    }
    if case.budget.seen.is_empty() {
        let turn = Turn::new(
            Action::SeeBudget,
            "Waiting for them to see the budget",
            "Look at your budget and how it was worked out. Then you can start your plan.",
            CasePage::Budget,
        );
        return Some(turn.meant(Meant::Family));
    }
    let latest = case.signoff.latest().and_then(|sent| sent.outcome.as_ref());
    let (task, words) = if latest.is_some_and(|decided| matches!(decided.outcome, Outcome::NotYet { .. })) {
        (
            "Plan being changed after “not yet”",
            "We said “not yet” and what would need to change. Look at it, and change the plan or ask us to look again.",
        )
    } else {
        (
            "Plan being written",
            "Write your plan, in your own words and at your own pace. Your broker can help.",
        )
    };
    Some(Turn::new(Action::WritePlan, task, words, CasePage::Plan).meant(Meant::Family))
}
