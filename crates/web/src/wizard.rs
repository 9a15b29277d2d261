//! Forms of several pages.
//!
//! The pages stand in a row and lead to one on which every answer is checked.
//! Which page comes next is asked in one way ([`next_open`]), whether each
//! answer is on the record as soon as it is given, as in needs, or nothing is
//! kept before the end.
//!
//! The second kind is a [`Wizard`]. It has one address, to which every page is
//! sent, and what was typed on the other pages travels along in hidden fields:
//! nothing is in an address. Whatever was put into these fields is read again
//! before anything is done with it.

use crate::carried::carried;
use crate::components::{Button, Look, Row, SummaryList, button, buttons, hidden, summary_list};
use crate::form::Form;
use crate::tokens::csrf_field;
use maud::{Markup, html};

/// The place and the page of the first after `place` that is still open; none
/// where all that follow are done. Without a place it is the first of all.
pub fn next_open<P>(pages: &[P], place: Option<usize>, is_open: impl Fn(&P) -> bool) -> Option<(usize, &P)> {
    let from = place.map_or(0, |place| place + 1);
    pages.iter().enumerate().skip(from).find(|(_, page)| is_open(page))
}

/// One page; `C` is what its words depend on besides what was typed.
pub struct Page<C> {
    /// What the form calls it.
    pub name: &'static str,
    pub title: &'static str,
    /// The fields that it asks for; every other is carried along.
    pub fields: &'static [&'static str],
    /// What it shows, under its title.
    pub ask: fn(&C, &str, &Form) -> Markup,
    /// Notes in the form what is wrong with its fields.
    pub read: fn(&C, &mut Form),
    /// Its answers, as they stand on the last page.
    pub answers: fn(&C, &Form) -> Vec<Answer>,
}

/// An answer to be checked.
pub struct Answer {
    pub name: &'static str,
    pub value: Markup,
    /// What is changed there, after "Change".
    pub what: &'static str,
}

/// The pages of a form in their order. The first says what it is about.
pub struct Wizard<C> {
    /// The address that every page is sent to.
    pub to: String,
    pub pages: Vec<Page<C>>,
    /// The button of the first page.
    pub start: &'static str,
    /// The button of the last page.
    pub send: &'static str,
    /// What is said on the last page above that button.
    pub before_sending: Markup,
}

/// Where somebody is in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Page(usize),
    /// The last page, with every answer.
    Check,
}

/// What is to be done with a page that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Show this page: the next one, or the same again where the form is wrong.
    Show(Step),
    /// Every page could be read, and every answer was checked.
    Send,
}

/// The fields that say where somebody is, where they go, and that they have
/// been on the last page.
const AT: &str = "at";
const GO: &str = "go";
const CHECKED: &str = "checked";
const OUR_OWN: [&str; 3] = [AT, GO, CHECKED];

const BACK: &str = "back";
const CHANGE: &str = "change-";
const CHECK: &str = "check";
const CHECK_TITLE: &str = "Check your answers";

impl<C> Wizard<C> {
    /// Reads the page that was sent, and says where it leads. The way back is
    /// open with whatever was typed.
    pub fn turn(&self, context: &C, form: &mut Form) -> Turn {
        let at = self.step(form.text(AT)).unwrap_or(Step::Page(0));
        let go = form.text(GO);
        if go == BACK {
            return Turn::Show(self.before(at));
        }
        if let Some(to) = go.strip_prefix(CHANGE).and_then(|name| self.step(name)) {
            return Turn::Show(to);
        }
        let Step::Page(place) = at else { return self.read_all(context, form) };
        (self.pages[place].read)(context, form);
        Turn::Show(if form.is_ok() { self.after(place, form) } else { at })
    }

    fn read_all(&self, context: &C, form: &mut Form) -> Turn {
        for (place, page) in self.pages.iter().enumerate() {
            (page.read)(context, form);
            if !form.is_ok() {
                return Turn::Show(Step::Page(place));
            }
        }
        Turn::Send
    }

    fn step(&self, name: &str) -> Option<Step> {
        if name == CHECK {
            return Some(Step::Check);
        }
        self.pages.iter().position(|page| page.name == name).map(Step::Page)
    }

    fn before(&self, step: Step) -> Step {
        let place = match step {
            Step::Page(place) => place,
            Step::Check => self.pages.len(),
        };
        Step::Page(place.saturating_sub(1))
    }

    /// After a change from the last page, straight back to it.
    fn after(&self, place: usize, form: &Form) -> Step {
        let next = next_open(&self.pages, Some(place), |_| !form.ticked(CHECKED));
        next.map_or(Step::Check, |(place, _)| Step::Page(place))
    }

    fn name(&self, step: Step) -> &'static str {
        match step {
            Step::Page(place) => self.pages[place].name,
            Step::Check => CHECK,
        }
    }

    #[must_use]
    pub fn title(&self, step: Step) -> &'static str {
        match step {
            Step::Page(place) => self.pages[place].title,
            Step::Check => CHECK_TITLE,
        }
    }

    /// The content of a page; `token` is the one of our own forms.
    pub fn content(&self, context: &C, step: Step, token: &str, form: &Form) -> Markup {
        let was_checked = form.ticked(CHECKED) || step == Step::Check;
        html! {
            (form.error_summary())
            form method="post" action=(self.to) novalidate {
                (csrf_field(token))
                (hidden(AT, self.name(step)))
                @if was_checked { (hidden(CHECKED, "yes")) }
                (carried(&self.typed_elsewhere(step, form)))
                @match step {
                    Step::Page(place) => ((self.pages[place].ask)(context, self.title(step), form)),
                    Step::Check => (self.check(context, form)),
                }
                (buttons(&html! {
                    (button(&Button::submit(self.go_on(step))))
                    @if step != Step::Page(0) { (button(&back())) }
                }))
            }
            @if let Step::Page(place @ 1..) = step {
                p class="nhsuk-body-s" { "Step " (place) " of " (self.pages.len()) ". Nothing is sent until you say so." }
            }
        }
    }

    fn go_on(&self, step: Step) -> &'static str {
        match step {
            Step::Page(0) => self.start,
            Step::Page(_) => "Continue",
            Step::Check => self.send,
        }
    }

    /// What is carried unseen: everything but this page's own fields.
    fn typed_elsewhere(&self, step: Step, form: &Form) -> Form {
        let own = match step {
            Step::Page(place) => self.pages[place].fields,
            Step::Check => &[],
        };
        let mut rest = form.clone();
        rest.values.retain(|name, _| !own.contains(&name.as_str()) && !OUR_OWN.contains(&name.as_str()));
        rest
    }

    fn check(&self, context: &C, form: &Form) -> Markup {
        let mut rows = vec![];
        for page in &self.pages {
            for Answer { name, value, what } in (page.answers)(context, form) {
                rows.push(Row::html(name, html! { (value) " " (change(page.name, what)) }));
            }
        }
        html! {
            h1 { (CHECK_TITLE) }
            (summary_list(&SummaryList::new(rows)))
            (self.before_sending)
        }
    }
}

fn back() -> Button<'static> {
    Button { look: Look::Link, name: Some(GO), value: Some(BACK), once: false, ..Button::submit("Back") }
}

fn change(page: &str, what: &str) -> Markup {
    html! {
        button class="phb-button--link nhsuk-link" type="submit" name=(GO) value={ (CHANGE) (page) } {
            "Change" span class="nhsuk-u-visually-hidden" { " " (what) }
        }
    }
}
