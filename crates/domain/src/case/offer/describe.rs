//! Finding out, in words.

use super::{Answer, Event};
use crate::case::history::{Context, Description, day, said};
use crate::dates::moment;

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::CaseOpened { area: _, reference, enquiry, contact_by } => {
            let from = enquiry.map(|_| "A request to be contacted");
            let opened = said("The case was opened").with("Reference", reference).maybe("Began with", from);
            opened.maybe("Somebody is in touch by", contact_by.map(day))
        }
        E::ConversationHeld { id: _, on, with, topics, leaflet, note } => said("A conversation was held")
            .with("When", day(*on))
            .list("With", cx.names(with))
            .list("Talked about", topics.iter().map(|t| t.words().to_owned()))
            .maybe("Also given", leaflet.then_some("Something to read"))
            .maybe("Note", note.as_ref()),
        E::QuestionAsked { id: _, words, voice } => {
            said("A question was asked").by(*voice).with("Question", words)
        }
        E::QuestionAnswered { id, answer } => {
            said("A question was answered").maybe("Question", asked_question(cx, *id)).with("Answer", answer)
        }
        E::QuestionReopened { id, why } => {
            said("A question was opened again").maybe("Question", asked_question(cx, *id)).with("Why", why)
        }
        E::Made { what, why_now, said_voluntary } => said("A personal health budget was offered")
            .with("What was offered", what)
            .maybe("Why now", why_now.as_ref())
            .maybe("Said plainly", said_voluntary.then_some("It is a free choice")),
        E::CaseGivenOut { given } => said("All of it was given to another area, which takes it over")
            .with("To", &given.to)
            .with("By", &given.by)
            .with("Check number of the file", &given.sha256),
        E::CaseTakenIn { area: _, from } => said("The budget came from another area, and goes on here")
            .with("From", &from.area_name)
            .with("Taken in by", &from.by)
            .with("The file was made on", moment(from.made))
            .with("Check number of the file", &from.sha256)
            .with("Things that came with it", from.version.to_string())
            .with("The last of them ends in", &from.head)
            .maybe("Sealed by the service that gave it", from.seal.as_ref()),
        E::Answered { answer, voice, how } => answered(answer).by(*voice).maybe("How", how.as_ref()),
    }
}

fn asked_question(cx: &Context<'_>, id: crate::QuestionId) -> Option<String> {
    cx.case.offer.questions.iter().find(|q| q.id == id).map(|q| q.words.to_string())
}

fn answered(answer: &Answer) -> Description {
    let with = |words: &str| said("The offer was answered").with("Answer", words);
    match answer {
        Answer::Yes => with("Yes"),
        Answer::NotYet { ask_again } => with("Not yet").maybe("Ask again on", ask_again.map(day)),
        Answer::OnlyPart { which } => with("Only part").with("Which part", which),
        Answer::No => with("No"),
    }
}
