//! The design system: every part that a page is made of.
//!
//! Each component is a function of one typed argument struct and gives the
//! same HTML as the template of the same name in nhsuk-frontend; a test
//! renders both and compares them. Write
//! `input(Input { hint: Some("…"), ..Input::new("name", "Your name").with(&form) })`.
//!
//! Text arguments are always text: what a person typed is escaped. Arguments
//! of type [`Markup`] are HTML that a page has built.

mod card;
mod choices;
mod fields;
mod icon;
mod lists;
mod navigation;
mod notices;
mod own;
mod parts;
mod table;

pub use card::*;
pub use choices::*;
pub use fields::*;
pub use icon::{Icon, icon};
pub use lists::*;
pub use maud::Markup;
pub use navigation::*;
pub use notices::*;
pub use own::*;
pub use parts::*;
pub use table::*;

/// The size of a label, a legend or a heading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As the component has it by itself.
    #[default]
    Plain,
    S,
    M,
    L,
    Xl,
}

impl Size {
    fn letter(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::S => Some("s"),
            Self::M => Some("m"),
            Self::L => Some("l"),
            Self::Xl => Some("xl"),
        }
    }

    /// `base`, followed by `base--m` where there is a size.
    fn class(self, base: &str) -> String {
        self.letter().map_or_else(|| base.to_owned(), |letter| format!("{base} {base}--{letter}"))
    }
}

/// A heading of level 1 to 6 around some content; other levels become 2.
#[must_use]
pub fn heading(level: u8, class: &str, content: &Markup) -> Markup {
    use maud::html;
    match level {
        1 => html! { h1 class=(class) { (content) } },
        3 => html! { h3 class=(class) { (content) } },
        4 => html! { h4 class=(class) { (content) } },
        5 => html! { h5 class=(class) { (content) } },
        6 => html! { h6 class=(class) { (content) } },
        _ => html! { h2 class=(class) { (content) } },
    }
}

/// Class names, without the empty ones, one space between.
fn classes(names: &[&str]) -> String {
    let mut all = String::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(name);
    }
    all
}
