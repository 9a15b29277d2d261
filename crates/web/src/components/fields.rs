//! Fields that people type into.

use super::parts::{Described, form_group};
use super::{Fieldset, Label, Size, classes, fieldset, label};
use crate::form::Form;
use maud::{Markup, html};

/// The keyboard that a phone shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyboard {
    /// Whole numbers: `inputmode="numeric"`.
    Numbers,
    /// Money: `inputmode="decimal"`.
    Decimals,
    Email,
    Telephone,
}

/// One line of text. Errors and values come from a [`Form`] by [`Input::with`].
#[derive(Clone, Debug, Default)]
pub struct Input<'a> {
    /// The field's name, and its id.
    pub name: &'a str,
    pub label: &'a str,
    pub size: Size,
    /// Whether the label is the page's only heading.
    pub heading: bool,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    pub value: &'a str,
    /// `£`, say.
    pub prefix: Option<&'a str>,
    pub suffix: Option<&'a str>,
    /// How many characters wide: 2, 3, 4, 5, 10, 20 or 30.
    pub width: Option<u8>,
    pub keyboard: Option<Keyboard>,
    pub autocomplete: Option<&'a str>,
    /// `Some(false)` for names and codes that a spelling checker would underline.
    pub spellcheck: Option<bool>,
}

impl<'a> Input<'a> {
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, ..Self::default() }
    }

    /// An amount of money: a pound sign and the right keyboard.
    #[must_use]
    pub fn money(name: &'a str, label: &'a str) -> Self {
        let keyboard = Some(Keyboard::Decimals);
        Self { prefix: Some("£"), width: Some(10), keyboard, ..Self::new(name, label) }
    }

    /// Shows again what was typed, and what is wrong with it.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        Self { value: form.text(self.name), error: form.error_for(self.name), ..self }
    }
}

#[must_use]
pub fn input(a: &Input<'_>) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let width = a.width.map_or_else(String::new, |n| format!("nhsuk-input--width-{n}"));
    let error = if a.error.is_some() { "nhsuk-input--error" } else { "" };
    let (kind, mode) = match a.keyboard {
        None => ("text", None),
        Some(Keyboard::Numbers) => ("text", Some("numeric")),
        Some(Keyboard::Decimals) => ("text", Some("decimal")),
        Some(Keyboard::Email) => ("email", None),
        Some(Keyboard::Telephone) => ("tel", None),
    };
    let value = Some(a.value).filter(|value| !value.is_empty());
    let field = html! {
        input class=(classes(&["nhsuk-input", error, &width])) id=(a.name) name=(a.name) type=(kind)
            spellcheck=[a.spellcheck] value=[value] aria-describedby=[about.by()]
            autocomplete=[a.autocomplete] inputmode=[mode];
    };
    let content = html! {
        (label(&Label { text: a.label, of: a.name, size: a.size, heading: a.heading, class: "" }))
        (about.markup)
        @if a.prefix.is_some() || a.suffix.is_some() {
            div class="nhsuk-input-wrapper" {
                @if let Some(text) = a.prefix {
                    div class="nhsuk-input-wrapper__prefix" aria-hidden="true" { (text) }
                }
                (field)
                @if let Some(text) = a.suffix {
                    div class="nhsuk-input-wrapper__suffix" aria-hidden="true" { (text) }
                }
            }
        } @else { (field) }
    };
    form_group(a.error.is_some(), "", &content)
}

/// Several lines of text. With `most`, how many characters are left is shown.
#[derive(Clone, Debug)]
pub struct Textarea<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub size: Size,
    pub heading: bool,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    pub value: &'a str,
    pub rows: u8,
    /// The most characters it may have: makes it a character count.
    pub most: Option<usize>,
    pub spellcheck: Option<bool>,
}

impl<'a> Textarea<'a> {
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            size: Size::Plain,
            heading: false,
            hint: None,
            error: None,
            value: "",
            rows: 5,
            most: None,
            spellcheck: None,
        }
    }

    /// Shows again what was typed, and what is wrong with it.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        Self { value: form.text(self.name), error: form.error_for(self.name), ..self }
    }
}

#[must_use]
pub fn textarea(a: &Textarea<'_>) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let counted = if a.most.is_some() { "nhsuk-js-character-count" } else { "" };
    let error = if a.error.is_some() { "nhsuk-textarea--error" } else { "" };
    let info = format!("{}-info", a.name);
    let described = match (a.most, about.by()) {
        (None, by) => by.map(str::to_owned),
        (Some(_), None) => Some(info.clone()),
        (Some(_), Some(by)) => Some(format!("{info} {by}")),
    };
    let content = html! {
        (label(&Label { text: a.label, of: a.name, size: a.size, heading: a.heading, class: "" }))
        (about.markup)
        // A line end right after the tag is dropped by browsers, so one that
        // was typed needs another in front of it.
        textarea class=(classes(&["nhsuk-textarea", error, counted])) id=(a.name) name=(a.name)
            rows=(a.rows) spellcheck=[a.spellcheck] aria-describedby=[described] {
            @if a.value.starts_with(['\n', '\r']) { "\n" }
            (a.value)
        }
        @if let Some(most) = a.most {
            div class="nhsuk-hint nhsuk-character-count__message" id=(info) {
                "You can enter up to " (most) " characters"
            }
        }
    };
    let group_error = if a.error.is_some() { "nhsuk-form-group--error" } else { "" };
    let Some(most) = a.most else { return form_group(a.error.is_some(), "", &content) };
    html! {
        div class=(classes(&["nhsuk-form-group", group_error, "nhsuk-character-count"]))
            data-module="nhsuk-character-count" data-maxlength=(most) { (content) }
    }
}

/// A passphrase or a code that others should not read over a shoulder. It is
/// never shown again after a mistake.
#[derive(Clone, Debug, Default)]
pub struct Password<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    /// `current-password` or `new-password`.
    pub autocomplete: &'a str,
}

impl<'a> Password<'a> {
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, autocomplete: "current-password", ..Self::default() }
    }

    /// What is wrong with it. What was typed is not kept.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        Self { error: form.error_for(self.name), ..self }
    }
}

#[must_use]
pub fn password(a: &Password<'_>) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let error = if a.error.is_some() { "nhsuk-input--error" } else { "" };
    let group_error = if a.error.is_some() { "nhsuk-form-group--error" } else { "" };
    let class = "nhsuk-password-input__input nhsuk-js-password-input-input";
    let toggle = "nhsuk-button nhsuk-button--secondary nhsuk-button--small \
                  nhsuk-password-input__toggle nhsuk-js-password-input-toggle";
    html! {
        div class=(classes(&["nhsuk-form-group", group_error, "nhsuk-password-input"]))
            data-module="nhsuk-password-input" {
            (label(&Label { text: a.label, of: a.name, ..Label::default() }))
            (about.markup)
            div class="nhsuk-input-wrapper" {
                input class=(classes(&["nhsuk-input", error, class])) id=(a.name) name=(a.name)
                    type="password" spellcheck="false" aria-describedby=[about.by()]
                    autocomplete=(a.autocomplete) autocapitalize="none";
                button class=(toggle) data-module="nhsuk-button" type="button"
                    aria-label="Show password" aria-controls=(a.name) hidden { "Show" }
            }
        }
    }
}

/// A date in three boxes, named `NAME-day`, `NAME-month` and `NAME-year`.
#[derive(Clone, Debug, Default)]
pub struct DateInput<'a> {
    pub name: &'a str,
    pub legend: &'a str,
    pub size: Size,
    pub heading: bool,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    /// What is in the boxes: day, month, year.
    pub values: [String; 3],
}

impl<'a> DateInput<'a> {
    #[must_use]
    pub fn new(name: &'a str, legend: &'a str) -> Self {
        Self { name, legend, ..Self::default() }
    }

    /// Shows again what was typed, and what is wrong with it.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        let values = DATE_PARTS.map(|(part, _, _)| form.text(&format!("{}-{part}", self.name)).to_owned());
        Self { values, error: form.error_for(self.name), ..self }
    }

    /// Starts with a date that is known.
    #[must_use]
    pub fn on(self, date: domain::Date) -> Self {
        let values = [date.day().to_string(), date.month().to_string(), date.year().to_string()];
        Self { values, ..self }
    }
}

const DATE_PARTS: [(&str, &str, &str); 3] =
    [("day", "Day", "2"), ("month", "Month", "2"), ("year", "Year", "4")];

#[must_use]
pub fn date_input(a: &DateInput<'_>) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let error = if a.error.is_some() { "nhsuk-input--error" } else { "" };
    let item = |part: &str, text: &str, width: &str, value: &str| {
        let id = format!("{}-{part}", a.name);
        let width = format!("nhsuk-input--width-{width}");
        let value = Some(value).filter(|value| !value.is_empty());
        let field = html! {
            (label(&Label { text, of: &id, class: "nhsuk-date-input__label", ..Label::default() }))
            input class=(classes(&["nhsuk-input", error, &width, "nhsuk-date-input__input"])) id=(id) name=(id)
                type="text" value=[value] inputmode="numeric";
        };
        html! { div class="nhsuk-date-input__item" { (form_group(a.error.is_some(), "", &field)) } }
    };
    let group = Fieldset {
        legend: a.legend,
        size: a.size,
        heading: a.heading,
        described_by: &about.ids,
        role: Some("group"),
    };
    let boxes = html! {
        (about.markup)
        div class="nhsuk-date-input" id=(a.name) {
            @for ((part, text, width), value) in DATE_PARTS.iter().zip(&a.values) {
                (item(part, text, width, value))
            }
        }
    };
    form_group(a.error.is_some(), "", &fieldset(&group, &boxes))
}

/// A choice from a list that drops down. Prefer radios for under ten choices.
#[derive(Clone, Debug, Default)]
pub struct Select<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub size: Size,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    /// `(value, text)`; give `("", "Choose …")` first where none is chosen yet.
    pub options: &'a [(&'a str, &'a str)],
    pub value: &'a str,
}

impl<'a> Select<'a> {
    #[must_use]
    pub fn new(name: &'a str, label: &'a str, options: &'a [(&'a str, &'a str)]) -> Self {
        Self { name, label, options, ..Self::default() }
    }

    /// Shows again what was chosen, and what is wrong with it.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        Self { value: form.text(self.name), error: form.error_for(self.name), ..self }
    }
}

#[must_use]
pub fn select(a: &Select<'_>) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let error = if a.error.is_some() { "nhsuk-select--error" } else { "" };
    let content = html! {
        (label(&Label { text: a.label, of: a.name, size: a.size, ..Label::default() }))
        (about.markup)
        select class=(classes(&["nhsuk-select", error])) id=(a.name) name=(a.name) aria-describedby=[about.by()] {
            @for (value, text) in a.options {
                option value=(value) selected[!a.value.is_empty() && *value == a.value] { (text) }
            }
        }
    };
    form_group(a.error.is_some(), "", &content)
}

/// A file to send. Its form needs `enctype="multipart/form-data"`.
#[derive(Clone, Debug, Default)]
pub struct FileUpload<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub size: Size,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    /// What the file chooser offers: `.csv,.ofx`. The server checks by itself.
    pub accept: Option<&'a str>,
    pub multiple: bool,
}

impl<'a> FileUpload<'a> {
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, ..Self::default() }
    }

    /// What is wrong with it. Browsers do not let a page choose the file again.
    #[must_use]
    pub fn with(self, form: &'a Form) -> Self {
        Self { error: form.error_for(self.name), ..self }
    }
}

#[must_use]
pub fn file_upload(a: &FileUpload<'_>) -> Markup {
    let about = Described::new(a.name, a.hint, a.error);
    let group_error = if a.error.is_some() { "nhsuk-form-group--error" } else { "" };
    html! {
        div class=(classes(&["nhsuk-form-group", group_error, "nhsuk-file-upload"])) data-module="nhsuk-file-upload" {
            (label(&Label { text: a.label, of: a.name, size: a.size, ..Label::default() }))
            (about.markup)
            input class="nhsuk-file-upload__input" id=(a.name) name=(a.name) type="file" multiple[a.multiple]
                aria-describedby=[about.by()] accept=[a.accept];
        }
    }
}
