//! What is held about the person, and what they may ask about it: a copy, to put
//! something right, to use it less, to stop a use, to erase it.

mod answer;
mod ask;
mod asked;
mod request;
mod say;

use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{Column, Table, cell, nothing_yet, page_heading, table};
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::rights::{Asked, Right};
use domain::{Author, CaseId, dates};
use maud::{Markup, html};
use strum::VariantArray as _;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/rights", Door::Case(Action::SeeRequests), show);
    ask::declare(routes);
    asked::declare(routes);
    answer::declare(routes);
    say::declare(routes);
}

/// The name of the section, in the menu and among looks.
const SECTION: &str = "rights";

fn title(opened: &Opened) -> String {
    if opened.is_family() {
        "Your information and your rights".to_owned()
    } else {
        format!("The information and the rights of {}", opened.case().person_name())
    }
}

/// The way there, for the page about people.
pub fn way_there(opened: &Opened) -> Markup {
    html! {
        @if opened.may(Action::SeeRequests) {
            p { a href=(opened.path(CasePage::Rights)) { (title(opened)) } }
        }
    }
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeRequests, SECTION).await?;
    let flash = (query.as_deref() == Some("done=taken-back")).then_some("It is taken back.");
    Ok(opened.page(&title(&opened), flash, &content(&opened)))
}

fn content(opened: &Opened) -> Markup {
    let case = opened.case();
    html! {
        (page_heading(if opened.is_family() { "" } else { case.person_name() }, &title(opened)))
        p { "The record is about a person, and the law gives them a say in it. Each request gets an answer within one month. It costs nothing." }
        @if opened.may(Action::SeeCopies) {
            h2 { "See what we hold" }
            p { a href=(opened.path(CasePage::Everything)) { "Get a copy of everything" } }
        }
        @if opened.may(Action::AskAboutRecord) {
            h2 { "Ask us to do something about it" }
            ul {
                @for right in Right::VARIANTS {
                    li { a href=(opened.path(CasePage::AskAbout(*right))) { (invitation(*right)) } }
                }
            }
        }
        h2 { "What was asked" }
        (all(opened))
    }
}

/// What somebody may ask, as a link says it.
fn invitation(right: Right) -> &'static str {
    match right {
        Right::PutRight => "Something is wrong: put it right",
        Right::Restrict => "Use the record less, for a time",
        Right::Object => "Stop using my information in some way",
        Right::Erase => "Erase information",
    }
}

fn all(opened: &Opened) -> Markup {
    let asks = &opened.case().rights.asks;
    let columns = ["What", "Asked on", "How far it is"].map(Column::text).to_vec();
    let rows = asks.iter().enumerate().rev().map(|(before, asked)| {
        // Several may be to the same, on the same day.
        let number = html! { span class="nhsuk-u-visually-hidden" { ", request " (before + 1) } };
        let link = html! { a href=(opened.path(CasePage::Asked(asked.id))) { (name(asked)) (number) } };
        vec![link, cell(dates::long(dates::london(asked.at))), cell(how_far(asked))]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    if rows.is_empty() {
        return nothing_yet("Nothing was asked yet.");
    }
    table(&Table::new("What was asked about the record", columns, rows))
}

/// A request, as a title.
fn name(asked: &Asked) -> &'static str {
    match asked.ask.right() {
        Right::PutRight => "Put something right",
        Right::Restrict => "Use the record less",
        Right::Object => "Stop a use",
        Right::Erase => "Erase information",
    }
}

fn how_far(asked: &Asked) -> String {
    if asked.withdrawn.is_some() {
        return "Taken back".to_owned();
    }
    match asked.answer().filter(|_| !asked.is_waiting()) {
        Some(given) => format!("Answered: {}", given.answer.words()),
        None if asked.time.paused.is_some() => "We asked something first".to_owned(),
        None => format!("Answer by {}", dates::long(asked.time.due)),
    }
}

/// The name of somebody, as the circle knows them.
fn name_of(opened: &Opened, by: Author) -> String {
    opened.case().circle.name_of_author(by).unwrap_or("Somebody").to_owned()
}
