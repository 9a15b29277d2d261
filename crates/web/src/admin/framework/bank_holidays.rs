//! The bank holidays, as GOV.UK publishes them.

use super::{Change, Setting};
use crate::address::FrameworkPart;
use crate::components::{Textarea, textarea};
use crate::form::Form;
use domain::framework::{Amendment, BANK_HOLIDAYS, Framework};
use domain::working_days::{BankHoliday, BankHolidays};
use domain::{Date, dates};
use formats::bank_holidays::{read, write};
use maud::{Markup, html};

/// Every bank holiday of the years that are known.
#[derive(Clone)]
pub(super) struct Published(BankHolidays);

impl Setting for Published {
    const PART: FrameworkPart = FrameworkPart::BankHolidays;
    const TITLE: &'static str = "Take in new bank holidays";
    const BUTTON: &'static str = "Take them in";
    const DONE: &'static str = "The bank holidays are taken in. They count for what is promised from now on.";

    fn fill(framework: &Framework) -> Form {
        Form::filled([(BANK_HOLIDAYS, write(&framework.bank_holidays))])
    }

    fn fields(_: &Framework, form: &Form) -> Markup {
        let hint = Some(
            "One day on each line, like: 25 December 2028 Christmas Day. Or put the whole of GOV.UK’s own file here",
        );
        let spellcheck = Some(false);
        html! {
            p { "GOV.UK publishes the bank holidays of the next years, and now and then one for a single year. You find them at gov.uk/bank-holidays, and the file at gov.uk/bank-holidays.json." }
            p { "Enter whole years. For years that are not here we work out the usual days." }
            (textarea(&Textarea { rows: 20, hint, spellcheck, ..Textarea::new(BANK_HOLIDAYS, "Bank holidays of England and Wales").with(form) }))
        }
    }

    fn read(form: &mut Form, _: &Framework) -> Option<Self> {
        let text = form.text(BANK_HOLIDAYS).to_owned();
        match read(&text) {
            Ok(days) => Some(Self(days)),
            Err(wrong) => {
                let all: Vec<_> = wrong.iter().map(ToString::to_string).collect();
                form.wrong(BANK_HOLIDAYS, all.join(". "))
            }
        }
    }

    fn amendment(self) -> Amendment {
        Amendment::BankHolidays(self.0)
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        let (now, then) = (&framework.bank_holidays, &self.0);
        let all = now.days().iter().chain(then.days()).map(|day| day.date);
        let dates: std::collections::BTreeSet<Date> = all.collect();
        let name = |days: &BankHolidays, date: Date| {
            let day = days.days().iter().find(|day| day.date == date);
            day.map_or_else(|| "Not there".to_owned(), |BankHoliday { title, .. }| title.to_string())
        };
        let change = |date: Date| Change::of(dates::long(date), name(now, date), name(then, date));
        dates.into_iter().filter_map(change).collect()
    }

    fn means(&self, _: &Framework) -> Markup {
        html! { p { "Whoever has asked to be contacted keeps the day that they were promised." } }
    }
}

/// Which bank holidays are known, and what to do where they soon are not.
pub(super) fn known(framework: &Framework, today: Date) -> Markup {
    let years = framework.bank_holidays.years();
    html! {
        h2 { "Bank holidays" }
        @match years {
            Some((first, last)) => {
                p { "The bank holidays of " (first) " to " (last) " are as they were published." }
                @if last <= today.year() {
                    p { "Those of the next year are worked out. Look at gov.uk/bank-holidays whether they are published, and take them in." }
                }
            }
            None => { p { "No bank holidays are taken in. The usual days are worked out." } }
        }
    }
}
