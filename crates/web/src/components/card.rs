//! Cards and images.

use super::{Size, classes, heading, unseen};
use maud::{Markup, html};

/// A card: one thing, with a heading.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    pub title: &'a str,
    /// The level of the heading.
    pub level: u8,
    pub size: Size,
    /// Where the whole card leads.
    pub href: Option<&'a str>,
    pub content: Markup,
    /// Which one it is, where several have the same title.
    pub hidden: Option<&'a str>,
    /// With its heading on a band of colour.
    pub feature: bool,
}

impl<'a> Card<'a> {
    #[must_use]
    pub fn new(title: &'a str, content: Markup) -> Self {
        Self { title, level: 2, size: Size::M, href: None, content, hidden: None, feature: false }
    }

    /// A card that leads somewhere.
    #[must_use]
    pub fn to(title: &'a str, href: &'a str, content: Markup) -> Self {
        Self { href: Some(href), ..Self::new(title, content) }
    }
}

#[must_use]
pub fn card(a: &Card<'_>) -> Markup {
    let size = match a.size {
        Size::Plain => "",
        Size::S => "nhsuk-heading-s",
        Size::M => "nhsuk-heading-m",
        Size::L => "nhsuk-heading-l",
        Size::Xl => "nhsuk-heading-xl",
    };
    let class = classes(&["nhsuk-card__heading", size]);
    let title = html! {
        @if let Some(href) = a.href { a class="nhsuk-card__link" href=(href) { (a.title) @if let Some(which) = a.hidden { (unseen(which)) } } }
        @else { (a.title) }
    };
    html! {
        div .nhsuk-card .nhsuk-card--clickable[a.href.is_some()] .nhsuk-card--feature[a.feature] {
            div class="nhsuk-card__content" { (heading(a.level, &class, &title)) (a.content) }
        }
    }
}

/// Cards side by side, two across where there is room, or three.
#[must_use]
pub fn card_group(across: u8, cards: &[Markup]) -> Markup {
    let width = if across >= 3 { "nhsuk-grid-column-one-third" } else { "nhsuk-grid-column-one-half" };
    html! {
        ul class="nhsuk-grid-row nhsuk-card-group" {
            @for card in cards { li class={ (width) " nhsuk-card-group__item" } { (card) } }
        }
    }
}

/// A picture with a caption. `alt` says what it shows, and is never empty for
/// a picture that says something.
#[must_use]
pub fn image(src: &str, alt: &str, caption: Option<&str>) -> Markup {
    html! {
        figure class="nhsuk-image" {
            img class="nhsuk-image__img" src=(src) alt=(alt);
            @if let Some(text) = caption { figcaption class="nhsuk-image__caption" { (text) } }
        }
    }
}
