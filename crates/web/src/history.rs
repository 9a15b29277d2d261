//! The history: everything that happened, in words; the plan on an earlier
//! day; and who looked.

mod plan_then;

use crate::address::{Address as _, CasePage, PlanPage};
use crate::case_page::{At, Opened, caption, nothing_here};
use crate::components::{
    Button, DateInput, Select, button, date_input, nothing_yet, page_heading, select, unseen,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::money::frame::older;
use crate::{Door, Me, Routes};
use axum::extract::RawQuery;
use domain::access::{Action, Role};
use domain::case::history::Part;
use domain::case::{Case, CaseRole};
use domain::{CaseId, Date, MemberId, dates};
use maud::{Markup, html};
use service::history::words;
use service::history::{Entry, InList, List, LookedBy, Page, Place, Reader, Wanted, Week};
use strum::VariantArray;

pub use plan_then::plan_as_it_stood;

/// The routes of the history.
pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/history", Door::Case(Action::SeeHistory), show);
    routes.get("/cases/{id}/plan/on", Door::Case(Action::SeeHistory), plan_on);
    routes.get("/cases/{id}/looks", Door::Case(Action::SeeLooks), looks);
}

/// What an address says is wanted; nonsense in it is as if it were not there.
fn wanted(query: &Form) -> Wanted {
    Wanted {
        before: query.text("before").parse().ok(),
        part: query.text("part").parse().ok(),
        who: query.text("who").parse::<MemberId>().ok(),
    }
}

fn query(raw: Option<&str>) -> Form {
    Form::parse(raw.unwrap_or_default().as_bytes())
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(raw): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeHistory, "history").await?;
    let query = query(raw.as_deref());
    let wanted = wanted(&query);
    let reader = Reader::of(&me.actor, &opened.seen);
    let found = me.web().app.history(&opened.seen, reader, wanted.clone()).await?;
    let content = html! {
        (page_heading(caption(&opened.seen), "Everything that happened"))
        p { "Nothing here is ever changed or taken away. The newest is first." }
        (filters(&opened, &wanted))
        @if opened.may(Action::SeePlan) { (ask_for_a_day(id, &Form::empty())) }
        @if found.entries.is_empty() {
            @if found.older.is_some() { (nothing_yet("Nothing like this is among the things we looked through. Choose “Older” to look further back.")) }
            @else { (nothing_here(&opened.seen, "Nothing here yet.")) }
        }
        (by_day(&me, opened.case(), &found))
        (further(id, &found, &wanted))
        @if opened.may(Action::SeeLooks) {
            p { a href=(CasePage::Looks.of(id).path()) { "See who looked, and when" } }
        }
    };
    Ok(opened.page("Everything that happened", None, &content))
}

fn filters(opened: &Opened, wanted: &Wanted) -> Markup {
    let mut parts = vec![("", "Everything")];
    let told = |part: &&Part| opened.may(part.read_by());
    parts.extend(Part::VARIANTS.iter().filter(told).map(|part| (part.into_str(), part.title())));
    let sees_people = opened.may(Action::SeePeople);
    let people: Vec<(String, String)> = opened
        .case()
        .circle
        .members
        .iter()
        .filter(|_| sees_people)
        .map(|m| (m.id.to_string(), format!("{}, {}", m.name, m.relation)))
        .collect();
    let mut who = vec![("", "Everyone")];
    who.extend(people.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    let chosen = wanted.who.map(|id| id.to_string()).unwrap_or_default();
    let part = wanted.part.map_or("", |part| part.into_str());
    html! {
        form class="phb-filters" method="get" action=(opened.path(CasePage::History)) {
            (select(&Select { value: part, ..Select::new("part", "About", &parts) }))
            @if sees_people { (select(&Select { value: &chosen, ..Select::new("who", "By", &who) })) }
            (button(&Button { small: true, once: false, ..Button::secondary("Show") }))
        }
    }
}

fn ask_for_a_day(id: CaseId, typed: &Form) -> Markup {
    html! {
        details class="nhsuk-details" open[!typed.is_ok()] {
            summary class="nhsuk-details__summary" { span class="nhsuk-details__summary-text" { "See what the plan said on an earlier day" } }
            div class="nhsuk-details__text" {
                form method="get" action=(CasePage::InPlan(PlanPage::On).of(id).path()) novalidate {
                    (date_input(&DateInput { hint: Some("For example, 27 3 2026"), ..DateInput::new("on", "Which day?").with(typed) }))
                    (button(&Button { once: false, ..Button::secondary("Show the plan") }))
                }
            }
        }
    }
}

/// Entries under the day on which they were recorded.
fn by_day(me: &Me, case: &Case, found: &Page) -> Markup {
    let mut days: Vec<(Date, Vec<Entry>)> = Vec::new();
    for entry in &found.entries {
        let day = dates::london(entry.at);
        match days.last_mut() {
            Some((last, entries)) if *last == day => entries.push(entry.clone()),
            _ => days.push((day, vec![entry.clone()])),
        }
    }
    html! {
        @for (day, all) in &days {
            section aria-labelledby={ "day-" (day) } {
                h2 class="nhsuk-heading-m" id={ "day-" (day) } { (dates::long(*day)) }
                (entries(me, case, all))
            }
        }
    }
}

/// What happened, each with its place in the history for those who may open it.
#[must_use]
pub fn entries(me: &Me, case: &Case, all: &[Entry]) -> Markup {
    let linked = me.actor.may(Action::SeeHistory, case);
    html! {
        ol class="phb-timeline" role="list" {
            @for entry in all { (one(case.id, entry, linked)) }
        }
    }
}

/// What happened in one line each, for a page with little room.
#[must_use]
pub fn in_short(id: CaseId, all: &[Entry]) -> Markup {
    html! {
        ol class="phb-timeline" role="list" {
            @for entry in all {
                li class="phb-timeline__moment phb-timeline__moment--short" {
                    p class="phb-timeline__when" { (dates::moment(entry.at)) ", " (entry.recorder) }
                    p class="phb-timeline__title" { a href=(link(id, entry)) { (entry.description.title) (unseen(&about(entry))) } }
                }
            }
        }
    }
}

/// An address that leads to the page on which this event is the newest.
fn link(id: CaseId, entry: &Entry) -> String {
    let page = CasePage::History.of(id).with("before", &entry.place.to_string());
    format!("{page}#{}", entry.anchor)
}

/// What tells an entry from another with the same title.
fn about(entry: &Entry) -> String {
    let number = entry.place.seq;
    match entry.description.detail.first() {
        Some((_, first)) => format!("({first}, entry {number})"),
        None => format!("(entry {number})"),
    }
}

fn one(id: CaseId, entry: &Entry, linked: bool) -> Markup {
    let moment = dates::moment(entry.at);
    let time = moment.rsplit_once(" at ").map_or(moment.as_str(), |(_, time)| time);
    html! {
        li class="phb-timeline__moment" id=(entry.anchor) {
            p class="phb-timeline__when" {
                @let when = html! { time datetime=(entry.at) { (time) } };
                @if linked { a href=(link(id, entry)) { (when) (unseen(&about(entry))) } } @else { (when) }
                " · " (entry.part.title())
            }
            h3 class="phb-timeline__title" { (entry.description.title) }
            p class="phb-timeline__who" {
                @match &entry.said_by {
                    Some(said_by) => { "In the words of " (said_by) ", recorded by " (entry.recorder) },
                    None => { (entry.recorder) },
                }
            }
            @if !entry.description.detail.is_empty() {
                dl class="phb-timeline__more" {
                    @for (label, words) in &entry.description.detail {
                        div { dt { (label) } dd { (crate::components::typed(words)) } }
                    }
                }
            }
        }
    }
}

fn further(id: CaseId, found: &Page, wanted: &Wanted) -> Markup {
    let address = |before: Option<&Place>| {
        let mut text = form_urlencoded::Serializer::new(String::new());
        if let Some(part) = wanted.part {
            text.append_pair("part", part.into_str());
        }
        if let Some(who) = wanted.who {
            text.append_pair("who", &who.to_string());
        }
        if let Some(before) = before {
            text.append_pair("before", &before.to_string());
        }
        CasePage::History.of(id).asking(&text.finish())
    };
    html! {
        nav class="phb-further" aria-label="Further" {
            @if wanted.before.is_some() { a href=(address(None)) { "Back to the newest" } " " }
            @if let Some(older) = &found.older { a href=(address(Some(older))) rel="next" { "Older" } }
        }
    }
}

async fn plan_on(me: Me, At(id): At<CaseId>, RawQuery(raw): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeHistory, "history").await?;
    if !opened.may(Action::SeePlan) {
        return Err(crate::ErrorPage::Hidden);
    }
    let mut query = query(raw.as_deref());
    let day = query.date("on", "the day").and_then(|day| {
        if day > opened.seen.today {
            query.wrong("on", "The day must be today or in the past")
        } else {
            Some(day)
        }
    });
    let Some(day) = day else {
        let content = html! {
            (query.error_summary())
            (page_heading(caption(&opened.seen), "The plan on an earlier day"))
            (ask_for_a_day(id, &query))
        };
        return Ok(opened.again("The plan on an earlier day", &content));
    };
    let (app, reader) = (&me.web().app, me.actor.account);
    let stood = app.case_on(reader, opened.seen.case.clone(), opened.seen.framework().clone(), day).await?;
    let title = format!("The plan at the end of {}", dates::long(day));
    let content = html! {
        (plan_as_it_stood(&opened, &stood, &title))
        (ask_for_a_day(id, &Form::empty()))
        p { a href=(CasePage::History.of(id).path()) { "Back to everything that happened" } }
    };
    Ok(opened.page(&title, None, &content))
}

async fn looks(me: Me, At(id): At<CaseId>, RawQuery(raw): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeLooks, "looks").await?;
    let up_to: Option<Date> = query(raw.as_deref()).text("before").parse().ok();
    let here = CasePage::Looks.of(id);
    let found = me.web().app.looks(&opened.seen, me.actor.account, up_to).await?;
    let newest = up_to.map(|_| here.path());
    let next = found.older.map(|day| here.with("before", &day.to_string()));
    let is_theirs = opened.seen.roles.contains(&Role::Case(CaseRole::Person));
    let whose = if is_theirs { "your" } else { "the" };
    let content = html! {
        (page_heading(caption(&opened.seen), "Who looked"))
        p { "Every time someone opens a part of this case, it is written down here. So is every list in which it stood. What you looked at yourself is left out." }
        p { "You can ask about any of it: " a href=(CasePage::Questions.of(id).path()) { "ask a question here" }
            ", or call " (opened.seen.framework().phone) "." }
        @if found.weeks.is_empty() { (nothing_yet("Nobody else has looked in this time.")) }
        @for week in &found.weeks { (week_of(week, opened.seen.today, whose)) }
        (older(newest.as_deref(), next.as_deref()))
    };
    Ok(opened.page("Who looked", None, &content))
}

fn week_of(week: &Week, today: Date, whose: &str) -> Markup {
    let is_this = dates::days_between(week.begins, today) < 7;
    let ends = dates::days_after(week.begins, 6);
    let id = format!("week-{}", week.begins);
    let (opened, lists): (Vec<&InList>, Vec<&InList>) =
        week.lists.iter().partition(|one| one.list == Some(List::Request));
    html! {
        section aria-labelledby=(id) {
            h2 class="nhsuk-heading-m" id=(id) {
                @if is_this { "This week, from " (dates::long(week.begins)) }
                @else { (dates::long(week.begins)) " to " (dates::long(ends)) }
            }
            @if !week.readers.is_empty() {
                ol class="phb-timeline" role="list" {
                    @for reader in &week.readers { li class="phb-timeline__moment" { (looked_by(reader, whose)) } }
                }
            }
            @if !opened.is_empty() {
                h3 class="nhsuk-heading-s" { "Before there was a budget" }
                ul class="nhsuk-list nhsuk-list--bullet" { @for one in opened { li { (words::in_list(one, whose)) } } }
            }
            @if !lists.is_empty() {
                h3 class="nhsuk-heading-s" { "Lists" }
                ul class="nhsuk-list nhsuk-list--bullet" { @for one in lists { li { (words::in_list(one, whose)) } } }
            }
        }
    }
}

fn looked_by(reader: &LookedBy, whose: &str) -> Markup {
    html! {
        p class="phb-timeline__who" { strong { (reader.name) } ", " (reader.words) }
        ul class="nhsuk-list nhsuk-list--bullet" {
            @for (section, times, last) in &reader.parts {
                li { "looked at " (words::section(section, whose)) " " (words::how_often(*times)) ", last on " (dates::moment(*last)) }
            }
        }
    }
}
