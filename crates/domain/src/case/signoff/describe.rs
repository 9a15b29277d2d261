//! Sign-off, in words.

use super::Event;
use crate::case::history::{Context, Description, said};

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::Sent { id: _, voice, to, note } => said("The plan was sent to be agreed")
            .by(*voice)
            .maybe("To", to.and_then(|id| cx.case.circle.member(id)).map(|m| &m.name))
            .maybe("Note", note.as_ref()),
        E::TakenBack { id: _, voice } => said("The plan was taken back").by(*voice),
        E::Agreed { id: _, reasons, nhs, council, start_up, limit } => said("The plan was agreed")
            .with("Why", reasons)
            .with("NHS, for a year", nhs)
            .with("Council, for a year", council)
            .with("Once", start_up)
            .with("Limit it was agreed under", limit),
        E::NotYet { id: _, reasons, change, appeal } => said("The answer to the plan was “not yet”")
            .with("Why", reasons)
            .with("What would need to change", change)
            .with("How to appeal", appeal),
        E::PassedOn { id: _, why } => said("The decision was passed on to the commissioner").with("Why", why),
        E::DecisionSeen { id: _, voice } => said("The decision was opened").by(*voice),
        E::Appealed { id: _, voice, words } => {
            said("Someone appealed against the decision").by(*voice).with("In words", words)
        }
        E::AppealAnswered { id: _, words, upheld } => {
            let answer = if *upheld { "The appeal was right" } else { "The decision stands" };
            said("The appeal was answered").with("Answer", answer).with("Why", words)
        }
    }
}
