//! Reviews, in words.

use super::Event;
use crate::case::history::{Context, Description, day, said, short};

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::AskedFor { id: _, voice, why } => {
            let described = said("A review was asked for").maybe("Why", why.as_ref());
            match voice {
                Some(voice) => described.by(*voice),
                None => described,
            }
        }
        E::Booked { id: _, on, where_and_how } => {
            said("A review was booked").with("Day", day(*on)).with("Where and how", where_and_how)
        }
        E::Contributed { id: _, voice, words } => {
            said("Someone said what they want to talk about at the review").by(*voice).with("In words", words)
        }
        E::Held { id: _, on, with, working, not_working, outcomes, enough, money, changes, next } => {
            let mut described = said("A review was held")
                .with("Day", day(*on))
                .list("Who was there", cx.names(with))
                .with("What is working", working)
                .with("What is not working", not_working);
            for told_of in outcomes {
                let outcome = cx.case.plan.outcome(told_of.outcome);
                let name = outcome.map_or_else(|| "An outcome".to_owned(), |o| short(o.words.words.as_str()));
                let said = told_of.words.as_ref().map_or_else(String::new, |words| format!(": {words}"));
                described = described.with(&name, format!("{}{said}", told_of.progress.words()));
            }
            described
                .with("Is the money enough", if *enough { "Yes" } else { "No" })
                .maybe("About the money", money.as_ref())
                .maybe("What changes", changes.as_ref())
                .with("Next review by", day(*next))
        }
    }
}
