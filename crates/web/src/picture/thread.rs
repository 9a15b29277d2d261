//! The golden thread: from a need to the outcome, to what is done, to the
//! line of the budget, to what was paid.

use crate::components::{Column, Details, Table, cell, details, table};
use domain::Pence;
use maud::{Markup, html};

/// Something that is done for an outcome, the line of the budget that pays
/// for it and what has been paid. Unpaid help has no line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadLine {
    pub action: String,
    /// The budget line's name; empty for what costs nothing.
    pub line: String,
    pub planned: Pence,
    /// None: it is not said to this reader.
    pub paid: Option<Pence>,
    pub href: Option<String>,
}

/// One need, the outcome that answers it, and everything done for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    pub need: String,
    pub outcome: String,
    pub lines: Vec<ThreadLine>,
}

/// The threads, one after the other, then the same as a table.
#[must_use]
pub fn golden_thread(threads: &[Thread]) -> Markup {
    html! {
        div class="phb-thread" {
            @for thread in threads { (one(thread)) }
            @if !threads.is_empty() { (details(&Details::new("See this as a table", as_table(threads)))) }
        }
    }
}

fn one(thread: &Thread) -> Markup {
    html! {
        section class="phb-thread__one" {
            div class="phb-thread__step phb-thread__step--need" {
                span class="phb-thread__label" { "What is needed" }
                p { (thread.need) }
            }
            div class="phb-thread__step phb-thread__step--outcome" {
                span class="phb-thread__label" { "What should change" }
                p { (thread.outcome) }
            }
            @if thread.lines.is_empty() {
                p class="phb-thread__none" { "Nothing is planned for this yet." }
            } @else {
                ul class="phb-thread__lines" role="list" {
                    @for line in &thread.lines { li class="phb-thread__line" { (branch(line)) } }
                }
            }
        }
    }
}

fn branch(line: &ThreadLine) -> Markup {
    html! {
        div class="phb-thread__action" {
            span class="phb-thread__label" { "What is done" }
            p {
                @match &line.href {
                    Some(href) => a href=(href) { (line.action) },
                    None => (line.action),
                }
            }
        }
        div class="phb-thread__pays" {
            @if line.line.is_empty() {
                span class="phb-thread__label" { "Cost" }
                p { "Nothing from this budget" }
            } @else {
                span class="phb-thread__label" { (line.line) }
                p {
                    span class="phb-thread__sum" { span class="phb-thread__amount" { (line.planned) } " planned" }
                    @if let Some(paid) = line.paid {
                        " "
                        span class="phb-thread__sum" { span class="phb-thread__amount" { (paid) } " paid" }
                    }
                }
            }
        }
    }
}

fn as_table(threads: &[Thread]) -> Markup {
    let mut rows = Vec::new();
    for thread in threads {
        if thread.lines.is_empty() {
            rows.push(vec![
                cell(&thread.need),
                cell(&thread.outcome),
                cell("Nothing yet"),
                cell(""),
                cell(""),
                cell(""),
            ]);
        }
        for line in &thread.lines {
            rows.push(vec![
                cell(&thread.need),
                cell(&thread.outcome),
                cell(&line.action),
                cell(if line.line.is_empty() { "Unpaid help" } else { &line.line }),
                cell(line.planned),
                cell(line.paid.map_or_else(String::new, |paid| paid.to_string())),
            ]);
        }
    }
    let mut columns = vec![
        Column::text("Need"),
        Column::text("Outcome"),
        Column::text("Action"),
        Column::text("Line of the budget"),
        Column::number("Planned"),
        Column::number("Paid"),
    ];
    let is_paid_told = threads.iter().flat_map(|thread| &thread.lines).any(|line| line.paid.is_some());
    let title = if is_paid_told { "From each need to what was paid" } else { "From each need to the money" };
    if !is_paid_told {
        columns.pop();
        rows.iter_mut().for_each(|row| row.truncate(columns.len()));
    }
    table(&Table::new(title, columns, rows))
}
