//! The golden thread of one plan: need, outcome, action, money.

use super::frame::{Done, to_read};
use crate::address::CasePage;
use crate::case_page::At;
use crate::components::nothing_yet;
use crate::picture::{Thread, ThreadLine, golden_thread};
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use domain::access::Action;
use domain::case::Case;
use domain::case::plan::{LineItem, OutcomeItem};
use domain::{CaseId, Pence};
use maud::html;

pub async fn show(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = "From each need to the money";
    let (actor, case) = (&opened.me.actor, opened.case());
    if !actor.may(Action::SeeNeedsMet, case) {
        return Err(ErrorPage::Hidden);
    }
    let money = match actor.may(Action::SeeMoney, case) {
        true => Some(opened.app().money(actor, opened.seen.case.clone()).await?),
        false => None,
    };
    let paid = |line: &LineItem| {
        let shown = money.as_ref().filter(|money| money.accounts.pay_for(line))?;
        Some(shown.spent_on(line.id))
    };
    let threads = threads(case, paid);
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "Every pound is for something that should change, and every change is for a need." }
        @if threads.is_empty() { (nothing_yet("There are no outcomes yet.")) } @else { (golden_thread(&threads)) }
        p { a href=(opened.path(CasePage::Plan)) { "Back to the plan" } }
    };
    Ok(opened.page(title, done.words(), &content))
}

/// The threads of a plan; `paid` says what was paid for a line so far, where
/// the reader is told.
fn threads(case: &Case, paid: impl Fn(&LineItem) -> Option<Pence>) -> Vec<Thread> {
    let mut all: Vec<Thread> = case.plan.current_outcomes().map(|o| thread(case, o, &paid)).collect();
    let answered = |need| case.plan.current_outcomes().any(|o| o.words.needs.contains(&need));
    all.extend(case.assessment.current_needs().filter(|n| !answered(n.id)).map(|n| Thread {
        need: n.words.to_string(),
        outcome: "No outcome yet".into(),
        lines: vec![],
    }));
    all
}

fn thread(case: &Case, outcome: &OutcomeItem, paid: &impl Fn(&LineItem) -> Option<Pence>) -> Thread {
    let needs: Vec<&str> = case
        .assessment
        .needs
        .iter()
        .filter(|n| outcome.words.needs.contains(&n.id))
        .map(|n| n.words.as_str())
        .collect();
    let actions = case.plan.current_actions().filter(|a| a.words.outcomes.contains(&outcome.id));
    let money = case.plan.current_lines().filter(|l| l.words.outcomes.contains(&outcome.id));
    let mut lines: Vec<ThreadLine> = actions
        .map(|a| ThreadLine {
            action: format!("{} ({})", a.words.what, a.words.who),
            ..ThreadLine::default()
        })
        .collect();
    lines.extend(money.map(|l| ThreadLine {
        action: l.words.what.to_string(),
        line: format!("From {}", l.words.funder.body()),
        planned: l.words.yearly(),
        paid: paid(l),
        href: None,
    }));
    Thread {
        need: if needs.is_empty() { "No need is linked yet".into() } else { needs.join("\n") },
        outcome: format!("{}. {}", case.plan.number(outcome.id), outcome.words.words),
        lines,
    }
}
