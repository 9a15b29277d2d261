//! The six stages, drawn as a path with "you are here".

use crate::components::{Icon, icon};
use maud::{Markup, html};
use std::fmt::Write as _;

/// Where a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageStatus {
    Done,
    Here,
    Ahead,
}

impl StageStatus {
    fn class(self) -> &'static str {
        match self {
            Self::Done => "phb-path__stage--done",
            Self::Here => "phb-path__stage--here",
            Self::Ahead => "phb-path__stage--ahead",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Here => "You are here",
            Self::Ahead => "Still to come",
        }
    }
}

/// One stage on the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub name: String,
    pub status: StageStatus,
    /// A few words: a date, or whose move it is. May be empty.
    pub note: String,
    /// Where to read more about it.
    pub href: Option<String>,
}

impl Stage {
    #[must_use]
    pub fn new(name: impl Into<String>, status: StageStatus, note: impl Into<String>) -> Self {
        Self { name: name.into(), status, note: note.into(), href: None }
    }
}

/// The path: across on a wide screen, down on a phone.
#[must_use]
pub fn path_of_stages(stages: &[Stage]) -> Markup {
    // On a wide screen the list is drawn over this one line; a column is 100
    // wide, and the places of the nodes must match pictures.css.
    let width = stages.len() * 100;
    // With nobody on it the path shows only how it goes.
    let walking = stages.iter().any(|stage| stage.status != StageStatus::Ahead);
    let reached = stages.iter().rposition(|stage| stage.status != StageStatus::Ahead).unwrap_or(0);
    html! {
        div class="phb-path" {
            svg class="phb-path__across" viewBox={ "0 0 " (width) " 104" } preserveAspectRatio="none"
                aria-hidden="true" focusable="false" {
                path class="phb-path__line phb-path__line--ahead" d=(across(0, stages.len())) {}
                path class="phb-path__line" d=(across(0, reached + 1)) {}
            }
            ol class="phb-path__list" role="list" {
                @for (i, stage) in stages.iter().enumerate() {
                    (stage_item(i, stage, stages.get(i + 1), walking))
                }
            }
        }
    }
}

fn stage_item(i: usize, stage: &Stage, next: Option<&Stage>, walking: bool) -> Markup {
    let walked = next.is_some_and(|next| next.status != StageStatus::Ahead);
    let down = if i.is_multiple_of(2) { "M22 0C22 50 42 50 42 100" } else { "M42 0C42 50 22 50 22 100" };
    html! {
        li class={ "phb-path__stage " (stage.status.class()) }
            aria-current=[(stage.status == StageStatus::Here).then_some("step")] {
            @if next.is_some() {
                svg class="phb-path__down" viewBox="0 0 64 100" preserveAspectRatio="none" aria-hidden="true"
                    focusable="false" {
                    path .phb-path__line .phb-path__line--ahead[!walked] d=(down) {}
                }
            }
            span class="phb-path__node" aria-hidden="true" {
                @if stage.status == StageStatus::Done { (icon(Icon::Tick)) } @else { (i + 1) }
            }
            div class="phb-path__words" {
                @if walking { span class="phb-path__status" { (stage.status.words()) } }
                span class="phb-path__name" {
                    span class="nhsuk-u-visually-hidden" { "Stage " (i + 1) ": " }
                    @match &stage.href {
                        Some(href) => a href=(href) { (stage.name) },
                        None => (stage.name),
                    }
                }
                @if !stage.note.is_empty() { span class="phb-path__note" { (stage.note) } }
            }
        }
    }
}

/// The line through the middles of the nodes from one stage up to another.
fn across(from: usize, to: usize) -> String {
    let place = |i: usize| (i * 100 + 50, if i.is_multiple_of(2) { 30 } else { 74 });
    let (mut x, mut y) = place(from);
    let mut line = format!("M{x} {y}");
    for i in from + 1..to {
        let (to_x, to_y) = place(i);
        let middle = usize::midpoint(x, to_x);
        write!(line, "C{middle} {y} {middle} {to_y} {to_x} {to_y}").expect("writing to a string");
        (x, y) = (to_x, to_y);
    }
    line
}
