//! What is bought and what it costs, without the rest of the plan: for those
//! with whom the person shares no more than that.

use crate::address::{Address as _, CasePage};
use crate::case_page::{At, Opened, nothing_here};
use crate::components::{Column, Table, cell, page_heading, table};
use crate::money::frame::lines_seen;
use crate::{Answer, Door, Me, Routes};
use domain::CaseId;
use domain::access::Action;
use maud::{Markup, html};

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/costs", Door::Case(Action::SeeCosts), show);
}

const TITLE: &str = "What is bought";

async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::SeeCosts, "costs").await?;
    Ok(opened.page(TITLE, None, &content(&opened)))
}

fn content(opened: &Opened) -> Markup {
    let case = opened.case();
    let rows: Vec<Vec<Markup>> = lines_seen(case, &opened.me.actor)
        .map(|line| {
            let held = line.words.holding.and_then(|id| case.plan.holding(id));
            vec![
                cell(&line.words.what),
                cell(line.words.amount),
                cell(line.words.every.words()),
                cell(held.map_or("Not said yet", |h| h.words.name.as_str())),
            ]
        })
        .collect();
    html! {
        (page_heading(case.person_name(), TITLE))
        @if rows.is_empty() { (nothing_here(&opened.seen, "Nothing of what you can see here is planned yet.")) }
        @else {
            (table(&Table::new("", vec![
                Column::text("What"), Column::number("Costs"), Column::text("How often"), Column::text("Where the money is held"),
            ], rows)))
        }
        @if opened.may(Action::SeeMoney) {
            p { a href=(CasePage::Money.of(case.id).path()) { "See the money" } }
        }
    }
}
