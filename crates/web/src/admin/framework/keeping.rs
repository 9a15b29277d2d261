//! How long the area keeps what it has about people.

use super::{Change, Setting};
use crate::address::FrameworkPart;
use crate::components::{Input, Keyboard, Row, SummaryList, Textarea, input, summary_list, textarea, typed};
use crate::form::Form;
use domain::framework::{Amendment, Framework, Retention};
use maud::{Markup, html};

#[derive(Clone)]
pub(super) struct Keeping(Retention);

impl Setting for Keeping {
    const PART: FrameworkPart = FrameworkPart::Retention;
    const TITLE: &'static str = "Change how long records are kept";
    const BUTTON: &'static str = "Change it";
    const DONE: &'static str = "How long records are kept is changed.";

    fn fill(framework: &Framework) -> Form {
        Form::filled(by_field(&framework.retention).map(|(field, _, value)| (field, value)))
    }

    fn fields(_: &Framework, form: &Form) -> Markup {
        let number = |name, label, suffix| {
            let (width, keyboard) = (Some(3), Some(Keyboard::Numbers));
            input(&Input { width, keyboard, suffix, ..Input::new(name, label).with(form) })
        };
        let hint =
            Some("Where these periods are written, and why any of them is longer. People can read this");
        html! {
            p { "The Records Management Code of Practice says the least. You may keep records longer, with a reason." }
            (number("case-years", "A case, after the last thing that happened in it", Some("years")))
            (number("child-birthday", "The case of a child, until this birthday", None))
            (number("payment-years", "A case with payments, after the financial year of the last thing", Some("years")))
            (number("enquiry-years", "A request to be contacted that led to nothing, after the last thing", Some("years")))
            (textarea(&Textarea { rows: 6, hint, ..Textarea::new("why", "Who keeps the records, and why so long").with(form) }))
        }
    }

    fn read(form: &mut Form, _: &Framework) -> Option<Self> {
        let mut number = |field, label, least| {
            form.number(field, label, least, 100).map(|number| i32::try_from(number).unwrap_or(i32::MAX))
        };
        let case_years = number("case-years", "the years for a case", 8);
        let child_birthday = number("child-birthday", "the birthday", 25);
        let payment_years = number("payment-years", "the years for payments", 6);
        let enquiry_years = number("enquiry-years", "the years for a request", 1);
        let why = form.prose("why", "who keeps the records, and why so long");
        Some(Self(Retention {
            case_years: case_years?,
            child_birthday: child_birthday?,
            payment_years: payment_years?,
            enquiry_years: enquiry_years?,
            why: why?,
        }))
    }

    fn amendment(self) -> Amendment {
        Amendment::Retention(self.0)
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        let pairs = in_words(&framework.retention).into_iter().zip(in_words(&self.0));
        pairs.filter_map(|((what, now), (_, then))| Change::of(what, now, then)).collect()
    }

    fn means(&self, _: &Framework) -> Markup {
        html! { p { "It counts at once, for what is there already too." } }
    }
}

fn by_field(retention: &Retention) -> [(&'static str, &'static str, String); 5] {
    [
        ("case-years", "A case, after the last thing that happened in it", retention.case_years.to_string()),
        ("child-birthday", "The case of a child", retention.child_birthday.to_string()),
        ("payment-years", "A case with payments", retention.payment_years.to_string()),
        ("enquiry-years", "A request that led to nothing", retention.enquiry_years.to_string()),
        ("why", "Who keeps the records, and why so long", retention.why.to_string()),
    ]
}

/// What is kept, and how long.
fn in_words(retention: &Retention) -> [(&'static str, String); 5] {
    let years = |number: i32| format!("{number} year{}", if number == 1 { "" } else { "s" });
    let birthday = format!(
        "Until the {}th birthday, or the {}th if they were 17",
        retention.child_birthday,
        retention.child_birthday + 1
    );
    [
        ("A case, after the last thing that happened in it", years(retention.case_years)),
        ("The case of a child", birthday),
        ("A case with payments, after the financial year of the last thing", years(retention.payment_years)),
        (
            "A request to be contacted that led to nothing, after the last thing",
            years(retention.enquiry_years),
        ),
        ("Who keeps the records, and why so long", retention.why.to_string()),
    ]
}

/// The rules as they are, for the page of the framework.
pub(super) fn rules(framework: &Framework) -> Markup {
    let rows = in_words(&framework.retention).into_iter().map(|(what, how)| Row::html(what, typed(&how)));
    html! {
        h2 { "How long records are kept" }
        p { "Whatever keeps a case longest counts." }
        (summary_list(&SummaryList::new(rows.collect())))
    }
}
