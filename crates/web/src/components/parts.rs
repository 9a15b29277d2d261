//! What fields are made of: label, hint, error message, fieldset.

use super::{Size, classes};
use maud::{Markup, html};

/// The label of one field.
#[derive(Clone, Debug, Default)]
pub struct Label<'a> {
    pub text: &'a str,
    /// The id of the field.
    pub of: &'a str,
    pub size: Size,
    /// Whether the label is the page's only heading.
    pub heading: bool,
    /// Further classes.
    pub class: &'a str,
}

#[must_use]
pub fn label(a: &Label<'_>) -> Markup {
    let class = classes(&[&a.size.class("nhsuk-label"), a.class]);
    let label = html! { label class=(class) for=(a.of) { (a.text) } };
    if a.heading {
        html! { h1 class="nhsuk-label-wrapper" { (label) } }
    } else {
        label
    }
}

/// Help that is always there, below a label.
#[must_use]
pub fn hint(id: &str, text: &str) -> Markup {
    html! { div class="nhsuk-hint" id=(id) { (text) } }
}

/// What is wrong with one field, in words.
#[must_use]
pub fn error_message(id: &str, text: &str) -> Markup {
    html! {
        span class="nhsuk-error-message" id=(id) {
            span class="nhsuk-u-visually-hidden" { "Error: " }
            (text)
        }
    }
}

/// A group of fields under one question.
#[derive(Clone, Debug, Default)]
pub struct Fieldset<'a> {
    pub legend: &'a str,
    pub size: Size,
    /// Whether the legend is the page's only heading.
    pub heading: bool,
    /// Ids of the hint and the error that belong to the group.
    pub described_by: &'a str,
    pub role: Option<&'a str>,
}

#[must_use]
pub fn fieldset(a: &Fieldset<'_>, content: &Markup) -> Markup {
    let described_by = Some(a.described_by).filter(|ids| !ids.is_empty());
    html! {
        fieldset class="nhsuk-fieldset" role=[a.role] aria-describedby=[described_by] {
            legend class=(a.size.class("nhsuk-fieldset__legend")) {
                @if a.heading { h1 class="nhsuk-fieldset__heading" { (a.legend) } }
                @else { (a.legend) }
            }
            (content)
        }
    }
}

/// The hint and the error of a field, and the ids that describe it.
pub(super) struct Described {
    pub ids: String,
    pub markup: Markup,
}

impl Described {
    pub(super) fn new(id: &str, hint_text: Option<&str>, error: Option<&str>) -> Self {
        let mut ids = String::new();
        if hint_text.is_some() {
            ids = format!("{id}-hint");
        }
        if error.is_some() {
            ids = format!("{ids}{}{id}-error", if ids.is_empty() { "" } else { " " });
        }
        let markup = html! {
            @if let Some(text) = hint_text { (hint(&format!("{id}-hint"), text)) }
            @if let Some(text) = error { (error_message(&format!("{id}-error"), text)) }
        };
        Self { ids, markup }
    }

    /// For `aria-describedby`: absent where nothing describes the field.
    pub(super) fn by(&self) -> Option<&str> {
        Some(self.ids.as_str()).filter(|ids| !ids.is_empty())
    }
}

/// A field with everything around it. `class` and `data` go on the group.
pub(super) fn form_group(error: bool, class: &str, content: &Markup) -> Markup {
    let error = if error { "nhsuk-form-group--error" } else { "" };
    html! { div class=(classes(&["nhsuk-form-group", error, class])) { (content) } }
}

/// A hidden field: a token, a version that was seen, a key.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Words after a link or a button that say which one it is, where several are called
/// the same: they are heard and not seen.
#[must_use]
pub fn unseen(which: &str) -> Markup {
    html! { span class="nhsuk-u-visually-hidden" { " " (which) } }
}
