//! Components of our own, for what the design system has none: the next step,
//! figures at a glance, a person's own words, what happened when.

use maud::{Markup, html};

/// A page's heading, with a few words above it saying whose or which.
#[must_use]
pub fn page_heading(caption: &str, title: &str) -> Markup {
    html! {
        h1 class="nhsuk-heading-l phb-heading" {
            @if !caption.is_empty() { span class="nhsuk-caption-l" { (caption) " " } }
            (title)
        }
    }
}

/// The one thing to do next, and whose move it is. `action` is a button or a
/// link, or nothing where somebody else moves next.
#[must_use]
pub fn next_step(whose: &str, title: &str, content: &Markup, action: &Markup) -> Markup {
    html! {
        section class="phb-next" aria-labelledby="next-step" {
            p class="phb-next__whose" { (whose) }
            h2 class="phb-next__title" id="next-step" { (title) }
            (content)
            (action)
        }
    }
}

/// A number that answers a question at a glance.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    pub number: String,
    pub words: String,
    pub href: Option<String>,
}

#[must_use]
pub fn figures(all: &[Figure]) -> Markup {
    html! {
        ul class="phb-figures" role="list" {
            @for figure in all {
                li class="phb-figures__one" {
                    span class="phb-figures__number" { (figure.number) }
                    " "
                    @match &figure.href {
                        Some(href) => a class="phb-figures__words" href=(href) { (figure.words) },
                        None => span class="phb-figures__words" { (figure.words) },
                    }
                }
            }
        }
    }
}

/// How a part of the way should feel, in the words of people who have been
/// through it (001:236): a small line at the top, no more.
#[must_use]
pub fn feeling(whose: &str, words: &str) -> Markup {
    html! { p class="phb-feeling" { (whose) " " q { (words) } } }
}

/// What somebody said, in their own words with their own line breaks, and
/// who. `dir="auto"` lets Arabic or Hebrew run its own way.
#[must_use]
pub fn own_words(words: &str, who: &str) -> Markup {
    html! {
        figure class="phb-words" {
            blockquote class="phb-words__text" dir="auto" { (words) }
            @if !who.is_empty() { figcaption class="phb-words__who" { (who) } }
        }
    }
}

/// Text that a person typed, with its line breaks.
#[must_use]
pub fn typed(words: &str) -> Markup {
    html! { span class="phb-typed" dir="auto" { (words) } }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Moment {
    /// `27 March 2026 at 2:05pm`.
    pub when: String,
    pub title: String,
    pub who: String,
    /// More about it; may be empty.
    pub more: Markup,
}

/// What happened, newest first or oldest first as given.
#[must_use]
pub fn timeline(moments: &[Moment]) -> Markup {
    html! {
        ol class="phb-timeline" role="list" {
            @for moment in moments {
                li class="phb-timeline__moment" {
                    p class="phb-timeline__when" { (moment.when) }
                    h3 class="phb-timeline__title" { (moment.title) }
                    @if !moment.who.is_empty() { p class="phb-timeline__who" { (moment.who) } }
                    @if !moment.more.0.is_empty() { div class="phb-timeline__more" { (moment.more) } }
                }
            }
        }
    }
}

/// What there is to say where a list is empty.
#[must_use]
pub fn nothing_yet(words: &str) -> Markup {
    html! { p class="phb-nothing" { (words) } }
}

/// The page's text beside something smaller, one under the other on a phone.
#[must_use]
pub fn beside(main: &Markup, aside: &Markup) -> Markup {
    html! {
        div class="phb-beside" {
            div class="phb-beside__main" { (main) }
            aside class="phb-beside__aside" { (aside) }
        }
    }
}

/// Buttons in a row, with room between them.
#[must_use]
pub fn buttons(content: &Markup) -> Markup {
    html! { div class="nhsuk-form-group nhsuk-button-group" { (content) } }
}
