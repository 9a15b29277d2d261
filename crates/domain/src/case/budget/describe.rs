//! The budget, in words.

use super::Event;
use crate::case::history::{Context, Description, said};

pub(in crate::case) fn describe(event: &Event, _: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::WorkedOut { working } => said("The budget was worked out")
            .with("NHS, for a year", working.nhs)
            .with("Council, for a year", working.council)
            .with("Once, to begin with", working.start_up)
            .with("By version of the method", working.method),
        E::Adjusted { nhs, council, start_up, why } => said("The budget was changed by hand")
            .with("NHS, for a year", nhs)
            .with("Council, for a year", council)
            .with("Once, to begin with", start_up)
            .with("Why", why),
        E::Shared => said("The budget was shared"),
        E::Seen { voice } => said("The budget was opened for the first time").by(*voice),
        E::Questioned { voice, words } => {
            said("Someone said that the budget does not look right").by(*voice).with("In words", words)
        }
        E::QuestionAnswered { words } => {
            said("A question about the budget was answered").with("Answer", words)
        }
    }
}
