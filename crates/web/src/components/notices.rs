//! What stands out from the text, quietly: tags, callouts, banners, summaries.

use super::heading;
use crate::form::{FieldError, Form};
use maud::{Markup, html};

/// The colours of a tag. The words say the same without the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// The design system's own blue.
    #[default]
    Plain,
    White,
    Grey,
    Green,
    AquaGreen,
    Blue,
    Purple,
    Pink,
    Red,
    Orange,
    Yellow,
}

impl Colour {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::White => " nhsuk-tag--white",
            Self::Grey => " nhsuk-tag--grey",
            Self::Green => " nhsuk-tag--green",
            Self::AquaGreen => " nhsuk-tag--aqua-green",
            Self::Blue => " nhsuk-tag--blue",
            Self::Purple => " nhsuk-tag--purple",
            Self::Pink => " nhsuk-tag--pink",
            Self::Red => " nhsuk-tag--red",
            Self::Orange => " nhsuk-tag--orange",
            Self::Yellow => " nhsuk-tag--yellow",
        }
    }
}

/// A word or two about the state of something.
#[derive(Clone, Debug, Default)]
pub struct Tag {
    pub text: String,
    pub colour: Colour,
}

impl Tag {
    #[must_use]
    pub fn new(text: impl Into<String>, colour: Colour) -> Self {
        Self { text: text.into(), colour }
    }
}

#[must_use]
pub fn tag(a: &Tag) -> Markup {
    html! { strong class={ "nhsuk-tag" (a.colour.class()) } { (a.text) } }
}

/// Everything that is wrong on a page: `(href, message)`, the address being
/// `#` and the field's id, or empty where no field is to blame.
#[must_use]
pub fn error_summary(title: &str, errors: &[(String, String)]) -> Markup {
    html! {
        div class="nhsuk-error-summary" data-module="nhsuk-error-summary" {
            div role="alert" {
                h2 class="nhsuk-error-summary__heading" { (title) }
                div class="nhsuk-error-summary__body" {
                    ul class="nhsuk-list nhsuk-error-summary__list" {
                        @for (href, message) in errors {
                            li { @if href.is_empty() { (message) } @else { a href=(href) { (message) } } }
                        }
                    }
                }
            }
        }
    }
}

/// Something that must be known before going on. Rarely.
#[must_use]
pub fn warning_callout(title: &str, level: u8, content: &Markup) -> Markup {
    let says_so = title.contains("Important") || title.contains("important");
    let words = html! {
        @if says_so { (title) } @else {
            span role="text" {
                span class="nhsuk-u-visually-hidden" { "Important: " }
                (title)
            }
        }
    };
    html! {
        div class="nhsuk-card nhsuk-card--warning" {
            div class="nhsuk-card__content" { (heading(level, "nhsuk-card__heading", &words)) (content) }
        }
    }
}

/// Wherever somebody writes what is read later, and may need help now.
#[must_use]
pub fn in_danger() -> Markup {
    html! { p { "If someone is in danger or very ill now, call 999. For medical help that is not an emergency, call 111." } }
}

/// Words set apart from the rest.
#[must_use]
pub fn inset_text(content: &Markup) -> Markup {
    html! {
        div class="nhsuk-inset-text" {
            span class="nhsuk-u-visually-hidden" { "Information: " }
            (content)
        }
    }
}

/// More for those who want it. Works without JavaScript.
#[derive(Clone, Debug)]
pub struct Details<'a> {
    pub summary: &'a str,
    pub content: Markup,
    pub open: bool,
    /// With a border, as a section of a page.
    pub expander: bool,
}

impl<'a> Details<'a> {
    #[must_use]
    pub fn new(summary: &'a str, content: Markup) -> Self {
        Self { summary, content, open: false, expander: false }
    }
}

#[must_use]
pub fn details(a: &Details<'_>) -> Markup {
    html! {
        details .nhsuk-details .nhsuk-expander[a.expander] open[a.open] {
            summary class="nhsuk-details__summary" {
                span class="nhsuk-details__summary-text" { (a.summary) }
            }
            div class="nhsuk-details__text" { (a.content) }
        }
    }
}

/// News about the whole page.
#[must_use]
pub fn notification(title: &str, content: &Markup) -> Markup {
    banner(false, title, content)
}

/// That something has been done, in a sentence. It is read out, but does not
/// take the focus from where a person is.
#[must_use]
pub fn success(message: &str) -> Markup {
    banner(true, "Success", &html! { p class="nhsuk-notification-banner__heading" { (message) } })
}

fn banner(done: bool, title: &str, content: &Markup) -> Markup {
    html! {
        div .nhsuk-notification-banner .nhsuk-notification-banner--success[done]
            data-module="nhsuk-notification-banner" data-disable-auto-focus=[done.then_some("true")] role=(if done { "alert" } else { "region" })
            aria-labelledby="nhsuk-notification-banner-title" {
            div class="nhsuk-notification-banner__header" {
                h2 class="nhsuk-notification-banner__title" id="nhsuk-notification-banner-title" { (title) }
            }
            div class="nhsuk-notification-banner__content" { (content) }
        }
    }
}

/// The end of something: its heading is the page's.
#[must_use]
pub fn panel(title: &str, content: &Markup) -> Markup {
    html! {
        div class="nhsuk-panel" {
            h1 class="nhsuk-panel__heading" { (title) }
            div class="nhsuk-panel__body" { (content) }
        }
    }
}

/// When a page of information was last looked at, and when it will be again.
#[must_use]
pub fn review_date(last: domain::Date, next: domain::Date) -> Markup {
    use domain::dates::long;
    html! {
        p class="nhsuk-body-s nhsuk-u-secondary-text-colour phb-review-date" {
            "Page last reviewed: " (long(last))
            br;
            "Next review due: " (long(next))
        }
    }
}

impl Form {
    /// The error summary, at the top of the page; nothing where nothing is wrong.
    #[must_use]
    pub fn error_summary(&self) -> Markup {
        if self.is_ok() {
            return html! {};
        }
        let link = |error: &FieldError| {
            let href = if error.id.is_empty() { String::new() } else { format!("#{}", error.id) };
            (href, error.message.clone())
        };
        let errors: Vec<_> = self.errors.iter().map(link).collect();
        error_summary("There is a problem", &errors)
    }
}
