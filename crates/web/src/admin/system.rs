//! How the system is.

use super::{InArea, frame};
use crate::components::{Column, Row, SummaryList, Table, cell, summary_list, table};
use crate::form::Form;
use crate::trouble::Answer;
use crate::{Door, Me, Routes, Trouble};
use domain::dates;
use maud::html;
use service::administer::READERS;

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/system", Door::Post(READERS), show);
}

async fn show(me: Me, InArea(area): InArea) -> Answer {
    if !READERS.iter().any(|post| me.actor.has_post(area, *post)) {
        return Err(Trouble::Hidden);
    }
    let health = me.web().app.health().await?;
    let letters = me.web().app.latest_letters(500).await?;
    let rows = vec![
        Row::text("Version", env!("CARGO_PKG_VERSION")),
        Row::text("Database", health.database),
        Row::text("Letters that wait to be sent", health.letters_waiting.to_string()),
        Row::text("Letters that could not be sent", health.letters_failed.to_string()),
        Row::text("Background work that waits", health.jobs_waiting.to_string()),
        Row::text("Background work that failed", health.jobs_failed.to_string()),
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
        (table(&Table::new("Rows of each table", vec![Column::text("Table"), Column::number("Rows")], counts)))
    };
    Ok(frame(&me, area, "The system", "system", None, &Form::empty(), &content))
}
