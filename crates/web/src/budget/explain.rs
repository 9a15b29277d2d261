//! How the budget was worked out, line by line, in words and numbers; and
//! every amount it ever had.

use super::calm;
use crate::address::{Address as _, GuidePage, Place};
use crate::components::{Column, Moment, Size, Table, cell, table, timeline, typed};
use domain::case::budget::{Step, Version, Working};
use domain::dates;
use domain::framework::Method;
use domain::ledger::Funder;
use domain::{Pence, Prose};
use maud::{Markup, html};
use service::Seen;

/// The lines of both parts. Nothing of health may be shown to a reader who
/// may not read the needs: callers ask that first.
pub fn working(seen: &Seen, working: &Working, says: &str) -> Markup {
    let Some(method) = seen.framework().method_version(working.method) else {
        return html! { p { "It was worked out by version " (working.method) " of the method." } };
    };
    html! {
        (part(seen, method, working, (Funder::Nhs, says)))
        (part(seen, method, working, (Funder::Council, says)))
        p { a href=(Place::Guide(GuidePage::Method).path()) { "See the whole method: every question, every answer and its points" } }
    }
}

fn part(seen: &Seen, method: &Method, working: &Working, (funder, says): (Funder, &str)) -> Markup {
    let (name, total) = match funder {
        Funder::Nhs => ("the NHS", working.nhs),
        Funder::Council => ("the council", working.council),
    };
    let steps: Vec<&Step> = working
        .steps
        .iter()
        .filter(|step| method.question(&step.question).is_some_and(|q| q.funder == funder))
        .collect();
    let points: u32 = steps.iter().map(|step| step.points).sum();
    let mut rows: Vec<Vec<Markup>> =
        steps.iter().map(|step| line(method, step, says_of(seen, step, says))).collect();
    rows.push(vec![
        html! { strong { "Together" } },
        html! { strong { (points) } },
        html! { strong { (total) } },
    ]);
    let caption = format!("The part from {name}");
    html! {
        (table(&Table {
            size: Size::S,
            ..Table::new(
                &caption,
                vec![Column::text("Question"), Column::number("Points"), Column::number("Pounds a year")],
                rows,
            )
        }))
        p { "Each point is " (calm(method.per_point(funder))) " a year from " (name) ". "
            (points) " points times " (calm(method.per_point(funder))) " is " strong { (calm(total)) } "." }
    }
}

/// What people differed on and settled is nobody's word alone.
fn says_of<'a>(seen: &Seen, step: &Step, says: &'a str) -> &'a str {
    let settled = seen.case.assessment.settled(&step.question);
    if settled.is_some_and(|settled| settled.level == step.level) { "It was settled" } else { says }
}

fn line(method: &Method, step: &Step, says: &str) -> Vec<Markup> {
    let question = method.question(&step.question);
    let title = question.map_or(step.question.as_str(), |q| q.title.as_str());
    let words = question.and_then(|q| q.level_words(step.level)).unwrap_or_default();
    let amount: Pence = step.nhs + step.council;
    vec![html! { strong { (title) } br; (says) ": “" (words) "”" }, cell(step.points), cell(amount)]
}

/// Every amount the budget had, newest first: what changed and why.
pub fn history(seen: &Seen, versions: &[&Version], reasons: bool) -> Markup {
    let all: Vec<Moment> = versions
        .iter()
        .enumerate()
        .rev()
        .map(|(place, version)| {
            let before = place.checked_sub(1).and_then(|p| versions.get(p));
            Moment {
                when: dates::moment(version.at),
                title: format!(
                    "{} for a year: {} from the NHS, {} from the council",
                    calm(version.amounts.yearly()),
                    calm(version.amounts.nhs),
                    calm(version.amounts.council)
                ),
                who: who(seen, version),
                more: what_changed(version, before.copied(), reasons),
            }
        })
        .collect();
    timeline(&all)
}

/// Who set this amount, as far as they have a place in the case.
pub fn who(seen: &Seen, version: &Version) -> String {
    let member = version.by.account().and_then(|account| seen.case.circle.member_of(account));
    member.map_or_else(String::new, |member| member.name.to_string())
}

fn what_changed(version: &Version, before: Option<&Version>, reasons: bool) -> Markup {
    html! {
        @match (&version.working, before) {
            (Some(_), None) => p { "Worked out from the answers about needs." },
            (Some(_), Some(_)) => p { "Worked out again, after the needs were looked at again." },
            (None, _) => p { "Changed by a person from what the method gave." },
        }
        @if let Some(before) = before {
            @let (old, new) = (before.amounts.yearly(), version.amounts.yearly());
            @if new > old { p { (calm(new - old)) " more than before." } }
            @else if new < old { p { (calm(old - new)) " less than before." } }
        }
        @if let (true, Some(why)) = (reasons, version.why.as_ref().map(Prose::as_str)) { p { "Why: " (typed(why)) } }
        @if version.shared.is_none() { p class="nhsuk-hint" { "Not shared with the family." } }
    }
}
