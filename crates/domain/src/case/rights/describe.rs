//! What was asked for about the record, in words.

use super::{Ask, Event, ToldUs};
use crate::RequestId;
use crate::case::history::{Context, Description, day, said};

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    // What is about a copy, and what is about another request, in their own words.
    let of_copy = |id: &RequestId| cx.case.rights.asked(*id).is_none();
    let until = |id: &RequestId| if of_copy(id) { "You get it by" } else { "You get an answer by" };
    match event {
        E::CopyAskedFor { id: _, voice, due, passages, look_by } => {
            let to_look_at = (!passages.is_empty()).then_some(passages.len());
            said("A copy of everything that is held was asked for")
                .by(*voice)
                .with("You get it by", day(*due))
                .maybe("Said in confidence, to be looked at first", to_look_at)
                .maybe("Looked at by", look_by.map(day))
        }
        E::PassageDecided { id: _, seq: _, give, why } => {
            let title = if *give {
                "Something that was said in confidence will be in the copy"
            } else {
                "Something that was said in confidence stays out of the copy"
            };
            // Why something is given is for those who decided.
            said(title).maybe("Why", (!*give).then_some(why))
        }
        E::CopyMade { id: _, made } => said("The copy was made")
            .with("It can be fetched until", day(made.until))
            .with("Size", format!("{} KB", made.size.div_ceil(1_000)))
            .with("Check number of the file", &made.sha256)
            .maybe("Said in confidence, and not in it", some(made.left_out))
            .maybe("Files that were too large to be in it", some(made.too_large))
            .maybe("Not in it", made.lacks_paper.then_some("The paper to print, which could not be made")),
        E::CopyFetched { id: _, copy: _ } => said("The copy was fetched"),
        E::TimePaused { id, why } => {
            let what = if of_copy(id) { "copy" } else { "answer" };
            said(format!("The time for the {what} stands still until something is answered")).with("Why", why)
        }
        E::TimeResumed { id, due } => {
            let what = if of_copy(id) { "copy" } else { "answer" };
            said(format!("The time for the {what} goes on")).with(until(id), day(*due))
        }
        E::TimeExtended { id, due, why } => {
            let what = if of_copy(id) { "copy" } else { "answer" };
            said(format!("The {what} takes longer")).with(until(id), day(*due)).with("Why", why)
        }
        E::Asked { id: _, voice, ask, due } => {
            let title = format!("We were asked to {}", ask.right().words());
            content(said(title).by(*voice), ask).with("You get an answer by", day(*due))
        }
        E::Withdrawn { id, voice, told } => {
            for_them(said(format!("The request to {} was taken back", of(cx, *id))).by(*voice), told.as_ref())
        }
        E::Answered { id, answer, words } => said(format!("The request to {} was answered", of(cx, *id)))
            .with("Answer", answer.words())
            .with("In words", words),
        E::AllToBeErased { id: _ } => said("All of the record is to be erased. Two people see to it"),
        E::AskedAgain { id, voice, why, due } => {
            said(format!("Somebody else is to look again at the request to {}", of(cx, *id)))
                .by(*voice)
                .with("Why", why)
                .with("You get an answer by", day(*due))
        }
        E::StatementAdded { id: _, voice, words } => {
            said("A statement was put beside what was not put right").by(*voice).with("It says", words)
        }
        E::StatementTakenBack { id: _, voice, told } => {
            let taken = said("A statement beside what was not put right was taken back").by(*voice);
            for_them(taken, told.as_ref())
        }
        E::HoldPut { id: _, why } => said("The record is held, so that it is kept").with("Why", why),
        E::HoldEnded { id: _, why } => said("A hold on the record has ended").with("Why", why),
        E::RestrictionLifted { id: _, why } => {
            said("The use of the record is not restricted any more").with("Why", why)
        }
    }
}

fn for_them(said: Description, told: Option<&ToldUs>) -> Description {
    said.maybe("How they said so", told.map(|told| &told.how)).maybe("Why", told.map(|told| &told.why))
}

/// A count, where there is anything to count.
fn some(count: u64) -> Option<u64> {
    (count > 0).then_some(count)
}

/// What a request is to, in words.
fn of(cx: &Context<'_>, id: RequestId) -> &'static str {
    cx.case.rights.asked(id).map_or("do something", |asked| asked.ask.right().words())
}

fn content(said: Description, ask: &Ask) -> Description {
    match ask {
        Ask::PutRight { about, wrong, instead } => said
            .with("Where it stands", about.words())
            .with("What is wrong", wrong)
            .with("What is right", instead),
        Ask::Restrict { why, until } => said.with("Why", why).maybe("Until", until.map(day)),
        Ask::Object { what, why } => said.with("What to stop", what).with("Why", why),
        Ask::Erase { what, why } => said.with("What to erase", what).with("Why", why),
    }
}
