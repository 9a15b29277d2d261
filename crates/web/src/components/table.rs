//! Tables. Numbers line up on the right; on a phone a wide table becomes a
//! list of cards.

use super::Size;
use maud::{Markup, html};

/// A column's heading.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub text: &'a str,
    pub numeric: bool,
}

impl<'a> Column<'a> {
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self { text, numeric: false }
    }

    /// A column of amounts or counts.
    #[must_use]
    pub fn number(text: &'a str) -> Self {
        Self { text, numeric: true }
    }
}

/// A table with a caption, which says what it shows.
#[derive(Clone, Debug, Default)]
pub struct Table<'a> {
    pub caption: &'a str,
    pub size: Size,
    pub columns: Vec<Column<'a>>,
    pub rows: Vec<Vec<Markup>>,
    /// Whether the first cell of each row names the row.
    pub first_names_row: bool,
    /// Whether rows become cards on a phone.
    pub responsive: bool,
}

impl<'a> Table<'a> {
    /// A responsive table whose first column names each row.
    #[must_use]
    pub fn new(caption: &'a str, columns: Vec<Column<'a>>, rows: Vec<Vec<Markup>>) -> Self {
        Self { caption, columns, rows, responsive: true, ..Self::default() }
    }
}

/// A cell of plain text.
#[must_use]
pub fn cell(text: impl std::fmt::Display) -> Markup {
    html! { (text.to_string()) }
}

#[must_use]
pub fn table(a: &Table<'_>) -> Markup {
    let role = |name: &'static str| a.responsive.then_some(name);
    html! {
        table .nhsuk-table .nhsuk-table--responsive[a.responsive] role=[role("table")] {
            @if !a.caption.is_empty() {
                caption class=(a.size.class("nhsuk-table__caption")) { (a.caption) }
            }
            thead class="nhsuk-table__head" role=[role("rowgroup")] {
                tr class="nhsuk-table__row" role=[role("row")] {
                    @for column in &a.columns {
                        th .nhsuk-table__header .nhsuk-table__header--numeric[column.numeric] scope="col"
                            role=[role("columnheader")] { (column.text) }
                    }
                }
            }
            tbody class="nhsuk-table__body" {
                @for row in &a.rows {
                    tr class="nhsuk-table__row" role=[role("row")] {
                        @for (i, content) in row.iter().enumerate() {
                            (body_cell(a, i, content))
                        }
                    }
                }
            }
        }
    }
}

fn body_cell(a: &Table<'_>, place: usize, content: &Markup) -> Markup {
    let column = a.columns.get(place);
    let numeric = column.is_some_and(|column| column.numeric);
    let inner = html! {
        @if let (true, Some(column)) = (a.responsive, column) {
            span class="nhsuk-table__heading" aria-hidden="true" { (column.text) " " }
        }
        (content)
    };
    if place == 0 && a.first_names_row {
        html! {
            th .nhsuk-table__header .nhsuk-table__header--numeric[numeric] scope="row"
                role=[a.responsive.then_some("rowheader")] { (inner) }
        }
    } else {
        html! {
            td .nhsuk-table__cell .nhsuk-table__cell--numeric[numeric]
                role=[a.responsive.then_some("cell")] { (inner) }
        }
    }
}
