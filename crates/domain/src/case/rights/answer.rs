//! What may happen about something that was asked about the record.

use super::asked::{Answer, Ask, Asked, Right, Said, ToldUs};
use super::{Event, answer_by, look};
use crate::access::{Action, Actor};
use crate::case::circle::{self, Matter};
use crate::case::{Case, Event as CaseEvent, Voice};
use crate::framework::Framework;
use crate::known::{known, quoted};
use crate::{Author, Date, Prose, Refusal, RequestId, dates};

type Decision = Result<Vec<CaseEvent>, Refusal>;

/// Asks for something to be done about what is held.
pub fn ask_about(
    case: &Case,
    framework: &Framework,
    id: RequestId,
    voice: Voice,
    ask: Ask,
    today: Date,
) -> Decision {
    let kept = known(case.rights.asked(id), |kept| kept.ask == ask && kept.voice == voice);
    if !kept.is_new(|kept| quoted(kept.ask.first_words()))? {
        return Ok(vec![]);
    }
    circle::must_decide(case, voice, Matter::Sharing, "ask for this")?;
    if let Ask::Restrict { until, .. } = &ask {
        if until.is_some_and(|last| last < today) {
            return Err(Refusal::invalid("until", "Enter a day that has not passed, or leave it empty"));
        }
        let is_open = |one: &&Asked| one.ask.right() == Right::Restrict && one.is_waiting();
        if let Some(open) = case.rights.asks.iter().find(is_open) {
            let due = dates::long(open.time.due);
            let message = format!("This was asked for already. You get an answer by {due}");
            return Err(Refusal::already_done(message));
        }
        if case.rights.restriction(today).is_some() {
            return Err(Refusal::already_done("The use of the record is restricted already"));
        }
    }
    let due = answer_by(today, &framework.bank_holidays);
    Ok(vec![Event::Asked { id, voice, ask, due }.into()])
}

fn asked(case: &Case, id: RequestId) -> Result<&Asked, Refusal> {
    case.rights.asked(id).ok_or_else(|| Refusal::invalid("request", "There is no such request"))
}

/// How it is known that something is their wish, where whoever writes it down does
/// not decide it themselves. Nobody takes a thing back for another without saying so.
fn must_say(case: &Case, voice: Voice, told: Option<&ToldUs>, actor: &Actor) -> Result<(), Refusal> {
    let own = case.circle.voice_of(actor.account);
    if told.is_some() || own.is_some_and(|own| circle::may_decide(case, own, Matter::Sharing)) {
        return Ok(());
    }
    let name = case.circle.name_of(voice);
    Err(Refusal::invalid("how", format!("Enter how {name} said that this is what they want")))
}

/// Takes it back: one that waits, or a restriction that holds. `told` is how it is
/// known that they want that, where somebody writes it down for them.
pub fn withdraw(
    case: &Case,
    id: RequestId,
    (voice, told): (Voice, Option<ToldUs>),
    actor: &Actor,
    today: Date,
) -> Decision {
    let one = asked(case, id)?;
    match &one.withdrawn {
        Some(done) if done.voice == voice && done.told == told => return Ok(vec![]),
        Some(_) => return Err(Refusal::already_done("It was taken back already")),
        None => {}
    }
    if !one.can_be_taken_back(today) {
        return Err(Refusal::already_done("It was answered, so it cannot be taken back"));
    }
    look::must(case, one, Action::TakeRequestBack, actor)?;
    circle::must_decide(case, voice, Matter::Sharing, "take this back")?;
    must_say(case, voice, told.as_ref(), actor)?;
    Ok(vec![Event::Withdrawn { id, voice, told }.into()])
}

/// Says, with a yes to a request to erase, that all of the record is to be destroyed
/// and not only a part of it: two others do that (`disposal`).
pub fn answer_with_all(
    case: &Case,
    id: RequestId,
    (said, words): (Answer, Prose),
    actor: &Actor,
) -> Decision {
    let one = asked(case, id)?;
    if one.ask.right() != Right::Erase || said != Answer::Yes {
        let message = "Only a yes to erasing information can be about all of the record";
        return Err(Refusal::invalid("all", message));
    }
    let mut events = answer(case, id, (said, words), actor)?;
    if !events.is_empty() {
        look::must(case, one, Action::GrantErasure, actor)?;
        events.push(Event::AllToBeErased { id }.into());
    }
    Ok(events)
}

/// Answers it. What was asked again is answered by somebody else.
pub fn answer(case: &Case, id: RequestId, (answer, words): (Answer, Prose), actor: &Actor) -> Decision {
    let one = asked(case, id)?;
    let me = Author::Account(actor.account);
    if one.withdrawn.is_some() {
        return Err(Refusal::already_done("They took this back, so it needs no answer"));
    }
    if !one.is_waiting() {
        let Some(given) = one.answer() else { return Ok(vec![]) };
        if given.by == me && given.answer == answer && given.words == words {
            return Ok(vec![]);
        }
        return Err(case.circle.done_before("It was answered", given.by, given.at));
    }
    look::must(case, one, Action::AnswerRequest, actor)?;
    Ok(vec![Event::Answered { id, answer, words }.into()])
}

/// Asks that somebody else looks at it again. Once: after that the Information
/// Commissioner looks at it.
pub fn ask_again(
    case: &Case,
    framework: &Framework,
    id: RequestId,
    (voice, why): (Voice, Prose),
    today: Date,
) -> Decision {
    let one = asked(case, id)?;
    if let Some(again) = &one.again {
        return sent_twice(again, voice, &why, "Somebody was asked to look at it again already");
    }
    if one.answers.is_empty() || one.withdrawn.is_some() {
        return Err(Refusal::not_yet("There is no answer yet", "Wait for the answer first"));
    }
    if one.is_granted_in_full() {
        return Err(Refusal::already_done("The answer was yes"));
    }
    circle::must_decide(case, voice, Matter::Sharing, "ask for this")?;
    let due = answer_by(today, &framework.bank_holidays);
    Ok(vec![Event::AskedAgain { id, voice, why, due }.into()])
}

/// Keeps what they say themselves beside what was not put right, or not all.
pub fn state(case: &Case, id: RequestId, voice: Voice, words: Prose) -> Decision {
    let one = asked(case, id)?;
    if let Some(said) = &one.statement {
        return sent_twice(said, voice, &words, "There is a statement already");
    }
    if one.ask.right() != Right::PutRight {
        return Err(Refusal::invalid("statement", "A statement goes beside what was to be put right"));
    }
    if one.answers.is_empty() {
        return Err(Refusal::not_yet("There is no answer yet", "Wait for the answer first"));
    }
    if one.is_granted_in_full() {
        return Err(Refusal::already_done("It was put right as they asked"));
    }
    circle::must_decide(case, voice, Matter::Sharing, "add a statement")?;
    Ok(vec![Event::StatementAdded { id, voice, words }.into()])
}

/// Takes a statement back. What it said stays in the history, and is shown beside
/// nothing any more.
pub fn take_statement_back(
    case: &Case,
    id: RequestId,
    (voice, told): (Voice, Option<ToldUs>),
    actor: &Actor,
) -> Decision {
    let one = asked(case, id)?;
    if one.statement.is_none() {
        return Err(Refusal::already_done("There is no statement any more"));
    }
    look::must(case, one, Action::TakeRequestBack, actor)?;
    circle::must_decide(case, voice, Matter::Sharing, "take this back")?;
    must_say(case, voice, told.as_ref(), actor)?;
    Ok(vec![Event::StatementTakenBack { id, voice, told }.into()])
}

fn sent_twice(kept: &Said, voice: Voice, words: &Prose, otherwise: &str) -> Decision {
    if kept.voice == voice && kept.words == *words {
        return Ok(vec![]);
    }
    Err(Refusal::already_done(otherwise))
}

/// Ends a restriction. They are told why before it ends (article 18(3)): it is
/// on the record, and the letter goes, in one step with it.
pub fn lift(case: &Case, id: RequestId, why: Prose, actor: &Actor, today: Date) -> Decision {
    let one = asked(case, id)?;
    if one.lifted.as_ref().is_some_and(|(kept, _)| *kept == why) {
        return Ok(vec![]);
    }
    if !one.restricts(today) {
        return Err(Refusal::already_done("The use is not restricted any more"));
    }
    look::must(case, one, Action::AnswerRequest, actor)?;
    Ok(vec![Event::RestrictionLifted { id, why }.into()])
}

#[cfg(test)]
mod tests;
