//! What may happen in the first stage: conversations, questions, the offer
//! and its answer.

use super::{Answer, CameFrom, Conversation, Event, GivenOut, Topic};
use crate::case::circle::Matter;
use crate::case::{self, Case, Stage, Voice, circle};
use crate::known::{known, quoted};
use crate::{
    AccountId, AreaId, ConversationId, Date, EnquiryId, Prose, QuestionId, Refusal, Timestamp, dates,
};

type Decision = Result<Vec<case::Event>, Refusal>;

/// The most questions that can be added at once.
pub const MOST_QUESTIONS: usize = 100;

/// What has to have been talked about before an offer is made.
pub const BEFORE_AN_OFFER: [Topic; 2] = [Topic::WhatItIs, Topic::ItIsVoluntary];

/// A conversation as it is put on the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConversation {
    pub id: ConversationId,
    pub on: Date,
    pub with: Vec<Voice>,
    pub topics: Vec<Topic>,
    /// Something to read was given as well.
    pub leaflet: bool,
    pub note: Option<Prose>,
}

impl NewConversation {
    fn is(&self, kept: &Conversation) -> bool {
        let Conversation { id: _, on, with, topics, leaflet, note, by: _ } = kept;
        (self.on, self.leaflet) == (*on, *leaflet)
            && (&self.with, &self.topics, &self.note) == (with, topics, note)
    }
}

/// A request to be contacted that a case is opened from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FromRequest {
    pub id: EnquiryId,
    /// The day by which whoever asked was promised that somebody is in touch.
    pub contact_by: Option<Date>,
}

/// Opens a case; the reference holds nothing personal.
pub fn open_case(case: &Case, area: AreaId, reference: String, from: Option<FromRequest>) -> Decision {
    if case.exists() {
        return Ok(vec![]);
    }
    let (enquiry, contact_by) = (from.map(|from| from.id), from.and_then(|from| from.contact_by));
    Ok(vec![Event::CaseOpened { area, reference, enquiry, contact_by }.into()])
}

/// Says that all of a case was given to another area. The same archive is given
/// once.
pub fn give_out(case: &Case, given: GivenOut) -> Decision {
    let is_same = |(before, _): &(GivenOut, Timestamp)| before.sha256 == given.sha256;
    if case.offer.given_out.iter().any(is_same) {
        return Ok(vec![]);
    }
    Ok(vec![Event::CaseGivenOut { given }.into()])
}

/// A case that came from another area goes on in this one. Whoever worked with the
/// person there does not here, and everybody in the circle is given a sign-in anew:
/// the old ones are of the place that it came from.
///
/// # Errors
/// Where it did not come from elsewhere: it is of this area, or nothing.
pub fn take_in(case: &Case, area: AreaId, from: CameFrom) -> Decision {
    if !case.exists() || case.area() == Some(area) {
        return Err(Refusal::already_done("This case is of that area already"));
    }
    let why = format!("The budget moved here from {}", from.area_name);
    let why = Prose::parse(&why).map_err(|_| Refusal::not_yet("The area has no name", ""))?;
    let mut events: Vec<case::Event> = vec![Event::CaseTakenIn { area, from }.into()];
    for member in case.circle.present() {
        let (id, why) = (member.id, why.clone());
        if member.role.is_of_a_body() {
            events.push(circle::Event::MemberLeft { id, why: Some(why) }.into());
        } else if member.account.is_some() {
            events.push(circle::Event::SignInEnded { member: id, why }.into());
        }
    }
    Ok(events)
}

/// Puts a conversation on the record. A leaflet alone is not one (003:459).
pub fn hold_conversation(case: &Case, new: NewConversation, today: Date) -> Decision {
    let kept = case.offer.conversations.iter().find(|c| c.id == new.id);
    if !known(kept, |kept| new.is(kept)).is_new(|c| format!("a conversation on {}", dates::long(c.on)))? {
        return Ok(vec![]);
    }
    if new.on > today {
        return Err(Refusal::invalid("on", "The conversation must be today or in the past"));
    }
    if new.with.iter().any(|voice| !circle::is_known(case, *voice)) {
        return Err(Refusal::invalid("with", "Choose people who are in the circle"));
    }
    let with_them = new.with.iter().any(|voice| case.circle.is_close_voice(*voice));
    if !with_them && new.leaflet {
        return Err(Refusal::not_yet(
            "Giving someone a leaflet is not a conversation, so it does not count",
            "Talk it through with them, then say who was there and what you talked about",
        ));
    }
    if !with_them {
        return Err(Refusal::invalid(
            "with",
            "Choose who you talked with: the person, or somebody of their family",
        ));
    }
    if new.topics.is_empty() {
        return Err(Refusal::invalid("topics", "Choose what you talked about"));
    }
    let NewConversation { id, on, with, topics, leaflet, note } = new;
    Ok(vec![Event::ConversationHeld { id, on, with, topics, leaflet, note }.into()])
}

/// Reads a list as people write one: a question on each line, with or without
/// numbers or dashes in front.
pub fn one_per_line(text: &str) -> Result<Vec<Prose>, Refusal> {
    let mut questions = Vec::new();
    for line in text.lines() {
        let line = without_bullet(line.trim());
        if line.is_empty() {
            continue;
        }
        let words = Prose::parse(line).map_err(|why| Refusal::invalid("questions", why.to_string()))?;
        questions.push(words);
    }
    match questions.len() {
        0 => Err(Refusal::invalid("questions", "Write at least one question")),
        n if n > MOST_QUESTIONS => Err(Refusal::invalid(
            "questions",
            format!("Add {MOST_QUESTIONS} questions or fewer at a time. You have {n}"),
        )),
        _ => Ok(questions),
    }
}

/// The questions that somebody brought when they asked to be contacted: they
/// were told to put each on its own line. What is no list stays as it is.
#[must_use]
pub fn of_a_request(words: Prose) -> Vec<Prose> {
    one_per_line(words.as_str()).unwrap_or_else(|_| vec![words])
}

fn without_bullet(line: &str) -> &str {
    let dashed = line.trim_start_matches(['-', '*', '•', '–']).trim_start();
    if dashed.len() < line.len() {
        return dashed;
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line[digits..].strip_prefix(['.', ')']) {
        Some(rest) if digits > 0 && digits < 4 => rest.trim_start(),
        _ => line,
    }
}

/// Adds questions (000:311-315). The first one's id stands for the whole
/// sending: a list sent twice is added once, and so is one of which all is there.
pub fn ask_questions(case: &Case, questions: Vec<(QuestionId, Prose)>, voice: Voice) -> Decision {
    let Some((first, _)) = questions.first() else {
        return Err(Refusal::invalid("questions", "Write at least one question"));
    };
    let kept = case.offer.questions.iter().find(|q| q.id == *first);
    let is_there = |words: &Prose| case.offer.questions.iter().any(|q| q.voice == voice && q.words == *words);
    if !known(kept, |_| questions.iter().all(|(_, words)| is_there(words))).is_new(|q| quoted(&q.words))? {
        return Ok(vec![]);
    }
    if !circle::is_known(case, voice) {
        return Err(Refusal::invalid("voice", "Choose whose questions these are"));
    }
    let asked = |(id, words)| Event::QuestionAsked { id, words, voice }.into();
    Ok(questions.into_iter().map(asked).collect())
}

/// Whether somebody may ask in this voice. Who works for the NHS or the council
/// asks for themselves: they are the ones who answer.
#[must_use]
pub fn may_ask_as(case: &Case, asker: AccountId, voice: Voice) -> bool {
    let Voice::Member(id) = voice else { return true };
    case.circle.member(id).is_none_or(|m| !m.role.is_of_a_body() || m.account == Some(asker))
}

/// Answers a question, or adds to its answer; every answer stays.
pub fn answer_question(case: &Case, id: QuestionId, answer: Prose) -> Decision {
    let question = question(case, id)?;
    if !question.open && question.answers.last().is_some_and(|last| last.words == answer) {
        return Ok(vec![]);
    }
    Ok(vec![Event::QuestionAnswered { id, answer }.into()])
}

/// Whoever asked says that the answer did not answer it.
pub fn reopen_question(case: &Case, id: QuestionId, why: Prose) -> Decision {
    let question = question(case, id)?;
    if question.answers.is_empty() {
        return Err(Refusal::not_yet("This question has no answer yet", "We will answer it"));
    }
    if question.open {
        return Err(Refusal::already_done("This question is open again"));
    }
    Ok(vec![Event::QuestionReopened { id, why }.into()])
}

fn question(case: &Case, id: QuestionId) -> Result<&super::Question, Refusal> {
    let found = case.offer.questions.iter().find(|q| q.id == id);
    found.ok_or_else(|| Refusal::not_yet("There is no such question", "Go back to the list of questions"))
}

/// What still has to be talked about before an offer can be made.
#[must_use]
pub fn topics_missing(case: &Case) -> Vec<Topic> {
    let covered = |topic: &Topic| case.offer.conversations.iter().any(|c| c.topics.contains(topic));
    BEFORE_AN_OFFER.into_iter().filter(|topic| !covered(topic)).collect()
}

/// Makes the offer. It is voluntary, and said to be (003:233-235); it may be
/// made again after "no" or "not yet", and widened after "only part".
pub fn make_offer(case: &Case, what: Prose, why_now: Option<Prose>, said_voluntary: bool) -> Decision {
    if case.offer.conversations.is_empty() {
        return Err(Refusal::not_yet(
            "No conversation is on the record yet, and a leaflet alone does not count",
            "Talk with them first, and put the conversation on the record",
        ));
    }
    let missing = topics_missing(case);
    if !missing.is_empty() {
        let words: Vec<&str> = missing.iter().map(|topic| topic.words()).collect();
        return Err(Refusal::not_yet(
            format!("You have not talked about this yet: {}", words.join("; ")),
            "Talk about it with them, and put the conversation on the record",
        ));
    }
    if !case.offer.offers.is_empty() && case.offer.answer().is_none() {
        return Err(Refusal::already_done("The offer has been made. It waits for their answer"));
    }
    if case.offer.answer() == Some(&Answer::Yes) {
        return Err(Refusal::already_done("They have said yes already"));
    }
    if !said_voluntary {
        return Err(Refusal::invalid(
            "voluntary",
            "Say to them that it is their choice, and tick that you have",
        ));
    }
    Ok(vec![Event::Made { what, why_now, said_voluntary }.into()])
}

/// Records the answer to the offer. They may change their mind for as long as
/// nothing has been worked out from it.
pub fn answer_offer(case: &Case, answer: Answer, voice: Voice, how: Option<Prose>, today: Date) -> Decision {
    let Some(offer) = case.offer.offers.last() else {
        return Err(Refusal::not_yet(
            "No offer has been made yet",
            "Your care co-ordinator will talk it through with you first",
        ));
    };
    if offer.answer.as_ref().is_some_and(|old| old.answer == answer && old.voice == voice) && offer.how == how
    {
        return Ok(vec![]);
    }
    if case.stage() > Stage::Needs {
        return Err(Refusal::not_yet(
            "The budget has been worked out since, so the answer is not changed here",
            "You can still stop or change things at any time: ask for a review, or talk to your care co-ordinator",
        ));
    }
    circle::must_decide(case, voice, Matter::Care, "answer the offer")?;
    if let Answer::NotYet { ask_again: Some(day) } = &answer
        && *day <= today
    {
        return Err(Refusal::invalid("ask-again", "The day to ask again must be after today"));
    }
    Ok(vec![Event::Answered { answer, voice, how }.into()])
}

#[cfg(test)]
mod tests;
