//! The whole plan on one page, in the person's order, good on paper too.

use super::frame::{Done, to_read};
use super::versions::{self, others};
use crate::address::CasePage;
use crate::case_page::At;
use crate::components::{Column, Table, cell, own_words, table, typed};
use crate::{Answer, Me};
use axum::extract::Query;
use domain::access::Action;
use domain::case::Case;
use domain::case::plan::{ActionItem, Plan, Section, Writing};
use domain::framework::Framework;
use domain::ledger::Funder;
use domain::listed;
use domain::{CaseId, OutcomeId, Pence, dates};
use maud::{Markup, html};

pub async fn show(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = format!("{}’s plan", opened.case().person_name());
    let sees_people = opened.me.actor.may(Action::SeePeople, opened.case());
    let content = html! {
        h1 { (title) }
        (versions::waiting(&opened))
        (whole_plan(opened.case(), opened.seen.framework(), sees_people))
        div class="phb-no-print" { p { a href=(opened.path(CasePage::Plan)) { "Back to the parts of the plan" } } }
    };
    Ok(opened.page(&title, done.words(), &content))
}

/// The whole plan as it stands in this fold of the case; the page around it
/// gives the heading. How to talk with the person and who is around them stand
/// in it for those who see people.
#[must_use]
pub fn whole_plan(case: &Case, framework: &Framework, sees_people: bool) -> Markup {
    use Section as S;
    html! {
        article class="phb-whole" {
            @if sees_people { (opening(case)) }
            @for section in [S::ImportantToMe, S::WhoIAm, S::WhoSpeaks, S::Working, S::NotWorking, S::ImportantForMyHealth] {
                (part(case, section))
            }
            (outcomes(case, framework))
            (risks(case, framework))
            (part(case, S::IfThingsGoWrong))
            (part(case, S::HowMoneyIsHeld))
            (money(case, framework))
            (part(case, S::HowWeReview))
            @if sees_people { (people(case)) }
        }
    }
}

fn opening(case: &Case) -> Markup {
    let Some(how) = &case.circle.communication else { return html! {} };
    html! {
        section class="phb-whole__how" {
            h2 { "How I say what I want" }
            @if how.yes.is_some() || how.no.is_some() {
                dl class="phb-whole__yes-no" {
                    @if let Some(yes) = &how.yes { div { dt { "Yes" } dd { (typed(yes.as_str())) } } }
                    @if let Some(no) = &how.no { div { dt { "No" } dd { (typed(no.as_str())) } } }
                }
            }
            p { (typed(how.how.as_str())) }
            @if let Some(helps) = &how.helps { p { strong { "What helps: " } (typed(helps.as_str())) } }
        }
    }
}

fn part(case: &Case, section: Section) -> Markup {
    let Some(written) = case.plan.section(section) else { return html! {} };
    html! {
        section id=(section.into_str()) {
            h2 { (section.title()) }
            @if written.is_contested() { p class="phb-whole__note" { "Two people wrote this at the same time. Both versions stand until they are brought together." } }
            @for writing in &written.standing { (own_words(writing.text.as_str(), &said(case, writing))) }
        }
    }
}

fn said(case: &Case, writing: &Writing) -> String {
    let when = dates::long(dates::london(writing.at));
    format!("{}, {when}", case.circle.whose(writing.voice, writing.by))
}

fn outcomes(case: &Case, framework: &Framework) -> Markup {
    let plan = &case.plan;
    if plan.current_outcomes().next().is_none() {
        return html! {};
    }
    html! {
        section id="outcomes" {
            h2 { "What should change, and how" }
            ol class="phb-whole__outcomes" {
                @for outcome in plan.current_outcomes() {
                    li value=(plan.number(outcome.id)) {
                        p class="phb-whole__outcome" { (typed(outcome.words.words.as_str())) }
                        @if let Some(sign) = &outcome.words.sign { p { strong { "How we will know: " } (typed(sign.as_str())) } }
                        (needs_of(case, &outcome.words.needs))
                        (others(case, framework, outcome, &html! {}))
                        (actions_for(case, framework, outcome.id))
                    }
                }
            }
        }
    }
}

fn needs_of(case: &Case, needs: &[domain::NeedId]) -> Markup {
    html! {
        @for need in case.assessment.needs.iter().filter(|n| needs.contains(&n.id)) {
            p { strong { "For this need: " } (typed(need.words.as_str())) }
        }
    }
}

fn actions_for(case: &Case, framework: &Framework, outcome: OutcomeId) -> Markup {
    let plan = &case.plan;
    html! {
        ul class="phb-whole__actions" {
            @for action in plan.current_actions().filter(|a| a.words.outcomes.contains(&outcome)) {
                li {
                    strong { (typed(action.words.who.as_str())) } ": " (typed(action.words.what.as_str()))
                    span class="phb-whole__when" {
                        (typed(action.words.when.as_str()))
                        @if let Some(by) = action.words.by { ", by " (dates::long(by)) }
                        @if !action.words.paid { " · unpaid" }
                        @if let Some(on) = plan.done(action.id) { " · done " (dates::long(on)) }
                    }
                    @if let Some(otherwise) = plan.fallback(action.id) { p { "If it does not work out: " (typed(otherwise.as_str())) } }
                    (action_versions(case, framework, action, outcome))
                }
            }
            @for line in plan.current_lines().filter(|l| l.words.outcomes.contains(&outcome)) {
                li { (typed(line.words.what.as_str())) span class="phb-whole__when" { (line.words.amount) " " (line.words.every.words()) } }
            }
        }
    }
}

/// Its versions under the first outcome that it is for, and where those are
/// under the others.
fn action_versions(case: &Case, framework: &Framework, action: &ActionItem, outcome: OutcomeId) -> Markup {
    let first = case.plan.current_outcomes().find(|o| action.words.outcomes.contains(&o.id)).map(|o| o.id);
    match first {
        Some(first) if first != outcome && action.is_contested() => {
            html! { p { "This stands in two versions: see outcome " (case.plan.number(first)) "." } }
        }
        _ => others(case, framework, action, &html! {}),
    }
}

fn risks(case: &Case, framework: &Framework) -> Markup {
    if case.plan.current_risks().next().is_none() {
        return html! {};
    }
    html! {
        section id="risks" {
            h2 { "What could go wrong, and what we do" }
            dl class="phb-whole__risks" {
                @for risk in case.plan.current_risks() {
                    div {
                        dt { (typed(risk.words.words.as_str())) }
                        dd { (typed(risk.words.what_we_do.as_str())) span class="phb-whole__when" { (typed(risk.words.who.as_str())) } (others(case, framework, risk, &html! {})) }
                    }
                }
            }
        }
    }
}

fn money(case: &Case, framework: &Framework) -> Markup {
    let plan = &case.plan;
    if plan.current_lines().next().is_none() {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> = plan
        .current_lines()
        .map(|line| {
            let words = &line.words;
            let holder = words
                .holding
                .and_then(|id| plan.holding(id))
                .map_or("Not decided yet", |h| h.words.name.as_str());
            let kind = framework.spending_kind(&words.kind).map_or("", |k| k.name.as_str());
            vec![
                html! { (typed(words.what.as_str())) span class="phb-whole__when" { (kind) } },
                cell(outcome_numbers(plan, &words.outcomes)),
                cell(if words.funder == Funder::Nhs { "NHS" } else { "Council" }),
                html! { (typed(holder)) },
                html! { (words.amount) span class="phb-whole__when" { (words.every.words()) } },
                cell(words.yearly()),
            ]
        })
        .collect();
    let columns = vec![
        Column::text("What"),
        Column::text("For"),
        Column::text("Money from"),
        Column::text("Paid by"),
        Column::number("Each time"),
        Column::number("In a year"),
    ];
    html! {
        section id="money" {
            h2 { "What the money buys" }
            (table(&Table { first_names_row: true, ..Table::new("What the money buys in the first year", columns, rows) }))
            @for line in plan.current_lines().filter(|l| l.is_contested()) {
                h3 class="nhsuk-heading-s" { (typed(line.words.what.as_str())) }
                (others(case, framework, line, &html! {}))
            }
            p {
                strong { (plan.first_year_cost()) " in the first year" }
                ": " (plan.first_year_cost_of(Funder::Nhs)) " from the NHS and "
                (plan.first_year_cost_of(Funder::Council)) " from the council."
            }
            ul {
                @for holding in plan.open_holdings() {
                    li { strong { (typed(holding.words.name.as_str())) } ": " (holding.words.mode.words()) ", from " (dates::long(holding.from)) ". " (yearly_of(plan, holding.id)) " in a year." }
                }
            }
        }
    }
}

fn yearly_of(plan: &Plan, holding: domain::HoldingId) -> Pence {
    plan.current_lines().filter(|l| l.words.holding == Some(holding)).map(|l| l.words.yearly()).sum()
}

fn people(case: &Case) -> Markup {
    html! {
        section id="people" {
            h2 { "Who is there" }
            @if let Some(coordinator) = case.circle.care_coordinator() {
                p { "My care co-ordinator is " strong { (typed(coordinator.name.as_str())) } "." }
            }
            ul {
                @for member in case.circle.present().filter(|m| m.role != domain::case::CaseRole::Person) {
                    li {
                        (typed(member.name.as_str())) ", " (typed(member.relation.as_str()))
                        @for speaks in &member.speaks { span class="phb-whole__when" { (speaks.words()) ": " (typed(speaks.about.as_str())) } }
                    }
                }
            }
            @if let Some(on) = case.plan.first_review { p { "The first review is on " strong { (dates::long(on)) } "." } }
        }
    }
}

/// `outcomes 1 and 3`, as the plan numbers them.
#[must_use]
pub fn outcome_numbers(plan: &Plan, outcomes: &[OutcomeId]) -> String {
    let mut numbers: Vec<usize> = outcomes.iter().map(|id| plan.number(*id)).collect();
    numbers.sort_unstable();
    match numbers.as_slice() {
        [] => "no outcome yet".into(),
        [one] => format!("outcome {one}"),
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            format!("outcomes {}", listed(&several))
        }
    }
}
