//! How the system is.

use super::{InArea, frame};
use crate::components::{Column, Row, SummaryList, Table, cell, summary_list, table};
use crate::error_page::Answer;
use crate::form::Form;
use crate::{Door, ErrorPage, Me, Routes};
use domain::access::Action;
use domain::dates;
use maud::html;

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/system", Door::Area(&[Action::SeeSystem]), show);
}

async fn show(me: Me, InArea(area): InArea) -> Answer {
    if !me.actor.may_in(Action::SeeSystem, area) {
        return Err(ErrorPage::Hidden);
    }
    let health = me.web().app.health().await?;
    // What is counted is of the whole installation. Where others share it, how
    // much they do is none of this area's business.
    let is_alone = me.web().app.areas().await?.len() <= 1;
    let letters = if is_alone { me.web().app.latest_letters(500).await? } else { vec![] };
    let count = |n: u64| match n {
        0 => "None".to_owned(),
        n if is_alone => n.to_string(),
        _ => "Some".to_owned(),
    };
    let rows = vec![
        Row::text("Version", env!("CARGO_PKG_VERSION")),
        Row::text("Database", health.database),
        Row::text("Letters that wait to be sent", count(health.letters_waiting)),
        Row::text("Letters that could not be sent", count(health.letters_failed)),
        Row::text("Background work that waits", count(health.jobs_waiting)),
        Row::text("Background work that failed", count(health.jobs_failed)),
    ];
    // Neither addresses nor words: only when, and what came in the way.
    let failed = letters
        .iter()
        .filter_map(|letter| {
            let failed = letter.failed?;
            let why = letter.last_error.clone().unwrap_or_default();
            Some(vec![cell(letter.id), cell(dates::moment(failed)), cell(letter.attempts), cell(why)])
        })
        .collect::<Vec<_>>();
    let counts = health.rows.iter().map(|(name, rows)| vec![cell(name), cell(rows)]).collect();
    let content = html! {
        h1 { "The system" }
        (summary_list(&SummaryList::new(rows)))
        @if !failed.is_empty() {
            (table(&Table::new(
                "Letters that could not be sent",
                vec![Column::text("Letter"), Column::text("Given up"), Column::number("Tries"), Column::text("Why")],
                failed,
            )))
        }
        @if is_alone {
            (table(&Table::new("Rows of each table", vec![Column::text("Table"), Column::number("Rows")], counts)))
        } @else {
            p { "Other areas use this installation too, so exact figures are not shown here. Whoever runs it can see them." }
        }
    };
    Ok(frame(&me, area, "The system", "system", None, &Form::empty(), &content))
}
