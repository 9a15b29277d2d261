//! The limit, the names and contacts, and the clocks.

use super::{Change, Setting};
use crate::address::FrameworkPart;
use crate::components::{Input, Keyboard, Textarea, input, textarea};
use crate::form::Form;
use domain::Pence;
use domain::framework::{Amendment, Clocks, Framework, Words};
use maud::{Markup, html};

/// What a clinician may agree for a first year.
#[derive(Clone)]
pub(super) struct Agreed(Pence);

impl Setting for Agreed {
    const PART: FrameworkPart = FrameworkPart::Limit;
    const TITLE: &'static str = "Change what a clinician may agree";
    const BUTTON: &'static str = "Change the limit";
    const DONE: &'static str = "The limit is changed. It counts for decisions made from now on.";

    fn fill(_: &Framework) -> Form {
        Form::empty()
    }

    fn fields(framework: &Framework, form: &Form) -> Markup {
        html! {
            p { "It is " (framework.clinician_limit) " for a first year now. Plans above it go to a commissioner." }
            (input(&Input::money("limit", "New limit for a first year, in pounds").with(form)))
        }
    }

    fn read(form: &mut Form, _: &Framework) -> Option<Self> {
        form.money("limit", "the new limit").map(Self)
    }

    fn amendment(self) -> Amendment {
        Amendment::Limit(self.0)
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        let what = "A clinician may agree, for a first year, up to";
        Change::of(what, framework.clinician_limit, self.0).into_iter().collect()
    }

    fn means(&self, _: &Framework) -> Markup {
        html! { p { "Decisions that have been made stay as they are." } }
    }
}

/// Names, contacts and how to appeal.
#[derive(Clone)]
pub(super) struct Contacts(Words);

impl Setting for Contacts {
    const PART: FrameworkPart = FrameworkPart::Words;
    const TITLE: &'static str = "Change names, contacts and how to appeal";
    const BUTTON: &'static str = "Change them";
    const DONE: &'static str = "The names and contacts are changed on every page.";

    fn fill(framework: &Framework) -> Form {
        Form::filled(by_field(&framework.words()).map(|(field, _, words)| (field, words)))
    }

    fn fields(_: &Framework, form: &Form) -> Markup {
        let hint = Some(
            "It stands in every decision that is not a yes. Say where to write or call, and how soon they are answered",
        );
        html! {
            (input(&Input::new("service-name", "Name over every page").with(form)))
            (input(&Input::new("nhs-body", "NHS body").with(form)))
            (input(&Input::new("council", "Council").with(form)))
            (input(&Input { keyboard: Some(Keyboard::Telephone), width: Some(20), ..Input::new("phone", "Phone number that people call").with(form) }))
            (input(&Input { keyboard: Some(Keyboard::Email), ..Input::new("email", "Email address that people write to").with(form) }))
            (textarea(&Textarea { rows: 6, hint, ..Textarea::new("appeal", "How to appeal").with(form) }))
        }
    }

    fn read(form: &mut Form, _: &Framework) -> Option<Self> {
        let service_name = form.line("service-name", "the name over every page");
        let nhs_body = form.line("nhs-body", "the name of the NHS body");
        let council = form.line("council", "the name of the council");
        let phone = form.line("phone", "the phone number");
        let email = form.email("email", "the email address");
        let appeal = form.prose("appeal", "how to appeal");
        Some(Self(Words {
            service_name: service_name?,
            nhs_body: nhs_body?,
            council: council?,
            phone: phone?,
            email: email?.to_line(),
            appeal: appeal?,
        }))
    }

    fn amendment(self) -> Amendment {
        Amendment::Words(self.0)
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        let (now, then) = (framework.words(), by_field(&self.0));
        let pairs = by_field(&now).into_iter().zip(then);
        pairs.filter_map(|((_, what, now), (_, _, then))| Change::of(what, now, then)).collect()
    }

    fn means(&self, _: &Framework) -> Markup {
        html! { p { "It stands on every page at once. Papers of an earlier day keep what was true on that day." } }
    }
}

/// Field, what it is, and the words.
fn by_field(words: &Words) -> [(&'static str, &'static str, String); 6] {
    [
        ("service-name", "Name over every page", words.service_name.to_string()),
        ("nhs-body", "NHS body", words.nhs_body.to_string()),
        ("council", "Council", words.council.to_string()),
        ("phone", "Phone", words.phone.to_string()),
        ("email", "Email", words.email.to_string()),
        ("appeal", "How to appeal", words.appeal.to_string()),
    ]
}

/// How soon things are done.
#[derive(Clone)]
pub(super) struct Time(Clocks);

impl Setting for Time {
    const PART: FrameworkPart = FrameworkPart::Clocks;
    const TITLE: &'static str = "Change how soon things are done";
    const BUTTON: &'static str = "Change them";
    const DONE: &'static str =
        "How soon things are done is changed. Lists show the new days within a minute.";

    fn fill(framework: &Framework) -> Form {
        let Clocks { contact_days, decision_days, first_review_months, review_months } = framework.clocks();
        Form::filled([
            ("contact-days", contact_days.to_string()),
            ("decision-days", decision_days.to_string()),
            ("first-review-months", first_review_months.to_string()),
            ("review-months", review_months.to_string()),
        ])
    }

    fn fields(_: &Framework, form: &Form) -> Markup {
        let number = |name, label, suffix, hint| {
            let width = Some(3);
            let keyboard = Some(Keyboard::Numbers);
            input(&Input {
                width,
                keyboard,
                suffix: Some(suffix),
                hint,
                ..Input::new(name, label).with(form)
            })
        };
        html! {
            (number("contact-days", "Someone who asks is contacted within", "working days", None))
            (number("decision-days", "A plan that was sent is decided on, and an appeal answered, within", "days", None))
            (number("first-review-months", "First review, after money first moved, within", "months", Some("The law says 3 months at most")))
            (number("review-months", "Then a review at least every", "months", Some("The law says 12 months at most")))
        }
    }

    fn read(form: &mut Form, _: &Framework) -> Option<Self> {
        let mut number = |field, label, most| {
            form.number(field, label, 1, most).map(|number| i32::try_from(number).unwrap_or(i32::MAX))
        };
        let contact_days = number("contact-days", "the days until someone is contacted", 20);
        let decision_days = number("decision-days", "the days for a decision", 90);
        let first_review_months = number("first-review-months", "the months until the first review", 3);
        let review_months = number("review-months", "the months between reviews", 12);
        Some(Self(Clocks {
            contact_days: contact_days?,
            decision_days: decision_days?,
            first_review_months: first_review_months?,
            review_months: review_months?,
        }))
    }

    fn amendment(self) -> Amendment {
        Amendment::Clocks(self.0)
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        let pairs = clock_words(&framework.clocks()).into_iter().zip(clock_words(&self.0));
        pairs.filter_map(|((_, what, now), (_, _, then))| Change::of(what, now, then)).collect()
    }

    fn means(&self, _: &Framework) -> Markup {
        html! {
            p { "What is due moves at once, for everyone: for example, a first review that was due in 3 months can be due in 2." }
            p { "Whoever has asked to be contacted keeps the day that they were promised." }
        }
    }
}

/// Field, what it is, and how soon.
pub(super) fn clock_words(clocks: &Clocks) -> [(&'static str, &'static str, String); 4] {
    let of = |number: i32, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    [
        ("contact-days", "Someone who asks is contacted within", of(clocks.contact_days, "working day")),
        (
            "decision-days",
            "A plan that was sent is decided on, and an appeal answered, within",
            of(clocks.decision_days, "day"),
        ),
        (
            "first-review-months",
            "First review, after money first moved, within",
            of(clocks.first_review_months, "month"),
        ),
        ("review-months", "Then a review at least every", of(clocks.review_months, "month")),
    ]
}
