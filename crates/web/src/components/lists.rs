//! Lists: facts, tasks, dos and don'ts.

use super::{Icon, Tag, heading, icon, tag};
use maud::{Markup, html};

/// Something that can be done about a row or a card. `hidden` completes the
/// words for people who do not see what is around them.
#[derive(Clone, Debug, Default)]
pub struct RowLink {
    pub href: String,
    pub text: String,
    pub hidden: String,
}

impl RowLink {
    #[must_use]
    pub fn new(href: impl Into<String>, text: impl Into<String>, hidden: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into(), hidden: hidden.into() }
    }
}

/// One fact: what it is, what it says, what can be done about it.
#[derive(Clone, Debug)]
pub struct Row {
    pub key: String,
    pub value: Markup,
    pub actions: Vec<RowLink>,
}

impl Row {
    #[must_use]
    pub fn text(key: impl Into<String>, value: impl AsRef<str>) -> Self {
        Self::html(key, html! { (value.as_ref()) })
    }

    #[must_use]
    pub fn html(key: impl Into<String>, value: Markup) -> Self {
        Self { key: key.into(), value, actions: Vec::new() }
    }

    /// Adds a link, usually "Change".
    #[must_use]
    pub fn action(mut self, action: RowLink) -> Self {
        self.actions.push(action);
        self
    }
}

/// Facts in two columns.
#[derive(Clone, Debug, Default)]
pub struct SummaryList<'a> {
    pub rows: Vec<Row>,
    /// Puts the list in a card with this heading.
    pub card: Option<&'a str>,
    /// The level of the card's heading; 2 if not said.
    pub level: u8,
    pub no_border: bool,
}

impl SummaryList<'_> {
    #[must_use]
    pub fn new(rows: Vec<Row>) -> Self {
        Self { rows, ..Self::default() }
    }
}

#[must_use]
pub fn summary_list(a: &SummaryList<'_>) -> Markup {
    let any_actions = a.rows.iter().any(|row| !row.actions.is_empty());
    let list = html! {
        dl .nhsuk-summary-list .nhsuk-summary-list--no-border[a.no_border] {
            @for row in &a.rows {
                div .nhsuk-summary-list__row
                    .nhsuk-summary-list__row--no-actions[any_actions && row.actions.is_empty()] {
                    dt class="nhsuk-summary-list__key" { (row.key) }
                    dd class="nhsuk-summary-list__value" { (row.value) }
                    @if !row.actions.is_empty() {
                        dd class="nhsuk-summary-list__actions" { (actions(&row.actions, a.card)) }
                    }
                }
            }
        }
    };
    let Some(title) = a.card else { return list };
    html! {
        div class="nhsuk-card" {
            div class="nhsuk-card__content" {
                (heading(a.level, "nhsuk-card__heading", &html! { (title) }))
                (list)
            }
        }
    }
}

fn actions(all: &[RowLink], card: Option<&str>) -> Markup {
    let link = |action: &RowLink| {
        let suffix = match (action.hidden.as_str(), card) {
            ("", None) => String::new(),
            ("", Some(card)) => format!(" ({card})"),
            (words, None) => format!(" {words}"),
            (words, Some(card)) => format!(" {words} ({card})"),
        };
        html! {
            a class="nhsuk-link" href=(action.href) {
                (action.text)
                @if !suffix.is_empty() { span class="nhsuk-u-visually-hidden" { (suffix) } }
            }
        }
    };
    match all {
        [one] => link(one),
        all => html! {
            ul class="nhsuk-summary-list__actions-list" {
                @for action in all { li class="nhsuk-summary-list__actions-list-item" { (link(action)) } }
            }
        },
    }
}

/// How far a task has come.
#[derive(Clone, Debug)]
pub enum Status {
    /// Plain words: "Completed".
    Done(String),
    /// Plain words for what cannot be started yet: "Cannot start yet".
    Waiting(String),
    /// A tag for what needs doing.
    Tag(Tag),
}

/// One thing to do.
#[derive(Clone, Debug)]
pub struct Task {
    pub title: String,
    pub href: Option<String>,
    pub hint: Option<String>,
    pub status: Status,
}

/// Things to do, with how far each has come. Ids begin with `id_prefix`.
#[must_use]
pub fn task_list(id_prefix: &str, tasks: &[Task]) -> Markup {
    html! {
        ul class="nhsuk-task-list" {
            @for (i, task) in tasks.iter().enumerate() { (task_item(id_prefix, i + 1, task)) }
        }
    }
}

fn task_item(id_prefix: &str, place: usize, task: &Task) -> Markup {
    let hint_id = format!("{id_prefix}-{place}-hint");
    let status_id = format!("{id_prefix}-{place}-status");
    let described = if task.hint.is_some() { format!("{hint_id} {status_id}") } else { status_id.clone() };
    let class = match task.status {
        Status::Done(_) => " nhsuk-task-list__status--completed",
        Status::Waiting(_) => " nhsuk-task-list__status--cannot-start-yet",
        Status::Tag(_) => "",
    };
    html! {
        li .nhsuk-task-list__item .nhsuk-task-list__item--with-link[task.href.is_some()] {
            div class="nhsuk-task-list__name-and-hint" {
                @match &task.href {
                    Some(href) => a class="nhsuk-task-list__link nhsuk-link" href=(href)
                        aria-describedby=(described) { (task.title) },
                    None => div { (task.title) },
                }
                @if let Some(text) = &task.hint { div class="nhsuk-task-list__hint" id=(hint_id) { (text) } }
            }
            div class={ "nhsuk-task-list__status" (class) } id=(status_id) {
                @match &task.status {
                    Status::Done(text) | Status::Waiting(text) => (text),
                    Status::Tag(a) => (tag(a)),
                }
            }
        }
    }
}

/// What is met and what can be done, each with a tick.
#[must_use]
pub fn do_list(title: &str, items: &[&str]) -> Markup {
    ticked_or_crossed(title, items, Icon::Tick, "tick")
}

/// What cannot be done, each with a cross. Items are whole sentences; no
/// "do not" is put in front.
#[must_use]
pub fn dont_list(title: &str, items: &[&str]) -> Markup {
    ticked_or_crossed(title, items, Icon::Cross, "cross")
}

fn ticked_or_crossed(title: &str, items: &[&str], which: Icon, kind: &str) -> Markup {
    html! {
        div class="nhsuk-card nhsuk-card--feature" {
            div class="nhsuk-card__content" {
                h3 class="nhsuk-card__heading" { (title) }
                ul class={ "nhsuk-list nhsuk-list--" (kind) } role="list" {
                    @for item in items { li { (icon(which)) (item) } }
                }
            }
        }
    }
}
