//! Fields that people choose in: radios and checkboxes.

use super::parts::{Described, form_group};
use super::{Fieldset, Label, Size, classes, fieldset, label};
use crate::form::Form;
use maud::{Markup, html};

/// One thing that may be chosen.
#[derive(Clone, Debug, Default)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub text: &'a str,
    pub hint: Option<&'a str>,
    /// Fields that show when this is chosen (always, without JavaScript).
    pub reveals: Option<Markup>,
    /// For checkboxes: "None of these", which clears the others.
    pub alone: bool,
    /// A word such as "or" in front of this choice.
    pub divider: Option<&'a str>,
}

impl<'a> Choice<'a> {
    #[must_use]
    pub fn new(value: &'a str, text: &'a str) -> Self {
        Self { value, text, ..Self::default() }
    }

    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    #[must_use]
    pub fn reveals(self, fields: Markup) -> Self {
        Self { reveals: Some(fields), ..self }
    }

    #[must_use]
    pub fn after(self, divider: &'a str) -> Self {
        Self { divider: Some(divider), ..self }
    }
}

/// A question with choices. The first choice has the question's name as its
/// id, so that an error summary can lead to it.
#[derive(Clone, Debug, Default)]
pub struct Choices<'a> {
    pub name: &'a str,
    /// The question. Empty: no fieldset is put around the choices.
    pub legend: &'a str,
    pub size: Size,
    pub heading: bool,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    pub choices: Vec<Choice<'a>>,
    /// The values that are chosen.
    pub chosen: Vec<&'a str>,
    /// Side by side: for two short choices.
    pub inline: bool,
    pub small: bool,
}

impl<'a> Choices<'a> {
    #[must_use]
    pub fn new(name: &'a str, legend: &'a str, choices: Vec<Choice<'a>>) -> Self {
        Self { name, legend, choices, ..Self::default() }
    }

    /// Yes and no, side by side.
    #[must_use]
    pub fn yes_no(name: &'a str, legend: &'a str) -> Self {
        let choices = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
        Self { inline: true, ..Self::new(name, legend, choices) }
    }

    /// Shows again what was chosen, and what is wrong with it.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        Self { chosen: form.texts(self.name).collect(), error: form.error_for(self.name), ..self }
    }
}

/// One of several.
#[must_use]
pub fn radios(a: &Choices<'_>) -> Markup {
    group(a, "radio")
}

/// Any of several.
#[must_use]
pub fn checkboxes(a: &Choices<'_>) -> Markup {
    group(a, "checkbox")
}

fn group(a: &Choices<'_>, kind: &'static str) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let block = if kind == "radio" { "nhsuk-radios" } else { "nhsuk-checkboxes" };
    let small = if a.small { format!("{block}--small") } else { String::new() };
    let inline = if a.inline { format!("{block}--inline") } else { String::new() };
    let mut place = 0;
    let content = html! {
        (about.markup)
        div class=(classes(&[block, &small, &inline])) data-module=(block) {
            @for choice in &a.choices {
                @if let Some(word) = choice.divider {
                    ({ place += 1; maud::PreEscaped("") })
                    div class={ (block) "__divider" } { (word) }
                }
                ({ place += 1; item(a, choice, kind, block, place) })
            }
        }
    };
    let content = if a.legend.is_empty() {
        content
    } else {
        let question = Fieldset {
            legend: a.legend,
            size: a.size,
            heading: a.heading,
            described_by: &about.ids,
            role: None,
        };
        fieldset(&question, &content)
    };
    form_group(a.error.is_some(), "", &content)
}

fn item(a: &Choices<'_>, choice: &Choice<'_>, kind: &str, block: &str, place: usize) -> Markup {
    let id = if place == 1 { a.name.to_owned() } else { format!("{}-{place}", a.name) };
    let hint_id = choice.hint.map(|_| format!("{id}-item-hint"));
    let reveals = choice.reveals.as_ref().map(|_| format!("conditional-{id}"));
    let checked = a.chosen.contains(&choice.value);
    let hidden = if checked { String::new() } else { format!("{block}__conditional--hidden") };
    html! {
        div class={ (block) "__item" } {
            input class={ (block) "__input" } id=(id) name=(a.name) type=(kind) value=(choice.value)
                checked[checked] data-aria-controls=[&reveals] data-behaviour=[choice.alone.then_some("exclusive")]
                aria-describedby=[&hint_id];
            (label(&Label { text: choice.text, of: &id, class: &format!("{block}__label"), ..Label::default() }))
            @if let (Some(text), Some(id)) = (choice.hint, &hint_id) {
                div class={ "nhsuk-hint " (block) "__hint" } id=(id) { (text) }
            }
        }
        @if let (Some(fields), Some(id)) = (&choice.reveals, &reveals) {
            div class=(classes(&[&format!("{block}__conditional"), &hidden])) id=(id) { (fields) }
        }
    }
}
