//! Needs, in words.

use super::Event;
use crate::case::history::{Context, Description, funder, said};

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::Started { questions } => {
            said("The questions about needs were begun").with("Version of the questions", questions)
        }
        E::Answered { question, level, words, voice } => said("A question about needs was answered")
            .by(*voice)
            .with("Question", question_words(cx, question))
            .with("Answer", level_words(cx, question, *level))
            .maybe("In words", words.as_ref()),
        E::LevelAgreedTo { question, level, how, voice } => {
            said("Somebody agreed that this answer may count")
                .by(*voice)
                .with("Question", question_words(cx, question))
                .with("Answer", level_words(cx, question, *level))
                .with("How", how)
        }
        E::Settled { question, level, how } => said("Different answers were brought together")
            .with("Question", question_words(cx, question))
            .with("Answer", level_words(cx, question, *level))
            .with("How", how),
        E::NeedRecorded { id: _, words, funder: whose, question, voice } => said("A need was recorded")
            .by(*voice)
            .with("Need", words)
            .with("Mainly for", funder(*whose))
            .maybe("From the question", question.as_ref().map(|q| question_words(cx, q))),
        E::NeedWithdrawn { id, why } => {
            let need = cx.case.assessment.needs.iter().find(|n| n.id == *id);
            said("A need was taken out").maybe("Need", need.map(|n| &n.words)).with("Why", why)
        }
        E::Completed => said("The questions about needs were finished"),
        E::Reopened { why } => said("The questions about needs were opened again").with("Why", why),
    }
}

/// A question of the assessment as it was put.
fn question_words(cx: &Context<'_>, key: &str) -> String {
    asked(cx, key).map_or_else(|| key.to_owned(), |q| q.title.to_string())
}

/// A level of a question in its own words.
fn level_words(cx: &Context<'_>, key: &str, level: u8) -> String {
    let words = asked(cx, key).and_then(|q| q.levels.get(usize::from(level)));
    words.map_or_else(|| format!("Level {level}"), |(words, _)| words.to_string())
}

fn asked<'a>(cx: &Context<'a>, key: &str) -> Option<&'a crate::framework::Question> {
    let version = cx.case.assessment.questions?;
    let method = cx.framework.method_version(version).or_else(|| cx.framework.method())?;
    method.questions.iter().find(|q| q.key == key)
}
