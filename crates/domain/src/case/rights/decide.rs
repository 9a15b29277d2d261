//! What may happen about a copy of everything.

use super::{Event, Found, Made, Request, Time, answer_by, day, look, look_by};
use crate::access::{Action, Actor, Facts, Verdict};
use crate::case::circle::{self, Matter};
use crate::case::confidence::Confidence;
use crate::case::{Case, Event as CaseEvent, Voice};
use crate::framework::Framework;
use crate::{AccountId, Author, CopyId, Date, Prose, Refusal, RequestId, Timestamp, dates};

type Decision = Result<Vec<CaseEvent>, Refusal>;

/// Asks for a copy of everything. `passages` is what was said in confidence so
/// far. One request at a time, as long as its time can be kept, and one on a day.
pub fn ask(
    case: &Case,
    framework: &Framework,
    id: RequestId,
    voice: Voice,
    passages: Vec<Found>,
    today: Date,
) -> Decision {
    if case.rights.get(id).is_some_and(|request| request.voice == voice) {
        return Ok(vec![]);
    }
    if let Some(first) = case.rights.in_the_way(today) {
        let (asked, due) = (dates::long(day(first.at)), dates::long(first.time.due));
        let message = if first.is_being_made() {
            format!("A copy was asked for on {asked}, and is being put together")
        } else {
            format!("A copy was asked for on {asked}, and is not all there yet. You get it by {due}")
        };
        return Err(Refusal::already_done(message));
    }
    // One that lacks its paper does not use up the day.
    let is_of_today = |request: &Request| {
        day(request.at) == today && !request.made.as_ref().is_some_and(|(made, _)| made.lacks_paper)
    };
    if case.rights.requests.iter().any(is_of_today) {
        return Err(Refusal::not_yet("A copy was made today", "Fetch that one. You can ask again tomorrow"));
    }
    circle::must_decide(case, voice, Matter::Sharing, "ask for a copy")?;
    let holidays = &framework.bank_holidays;
    let (due, look) = (answer_by(today, holidays), look_by(today, holidays));
    let look_by = (!passages.is_empty()).then_some(look);
    Ok(vec![Event::CopyAskedFor { id, voice, due, passages, look_by }.into()])
}

fn request(case: &Case, id: RequestId) -> Result<&Request, Refusal> {
    case.rights.get(id).ok_or_else(|| Refusal::invalid("request", "There is no such request"))
}

/// Who alone can decide about a passage: whoever wrote it for themselves. They stay
/// the only one when they have left: otherwise it would be enough to take somebody
/// out of the circle, and to read what they were promised nobody reads.
#[must_use]
pub fn only_by(found: Found) -> Option<AccountId> {
    found.by.account().filter(|_| found.what == Confidence::NoteOfOne)
}

/// Whether somebody is the one to decide about a passage, and so may read it.
#[must_use]
pub fn may_decide_on(case: &Case, found: Found, actor: &Actor) -> bool {
    let not_anothers_own = only_by(found).is_none_or(|writer| writer == actor.account);
    let facts = Facts { not_anothers_own, ..Facts::of(case) };
    actor.verdict_about(Action::DecideOnPassage, case, facts) == Verdict::Allowed
}

/// Whether anybody is there to decide about a passage. `writer` is who alone can,
/// as they are now; nobody, where their account is closed. What somebody wrote for
/// themselves who may not look through what was said in confidence (a relative,
/// a colleague whose post has ended, or whoever has left) stays theirs: it is left
/// out, and holds nothing up.
#[must_use]
pub fn can_be_decided(case: &Case, found: Found, writer: Option<&Actor>) -> bool {
    let may = |writer: &Actor| may_decide_on(case, found, writer);
    found.what.can_be_given() && (only_by(found).is_none() || writer.is_some_and(may))
}

/// What somebody noted for themselves alone stays out where they did not decide
/// about it by the day by which all is looked at, or cannot any more
/// (`cannot_any_more`): nobody
/// else can, and nobody waits for them.
pub fn leave_to_writers(
    case: &Case,
    id: RequestId,
    today: Date,
    cannot_any_more: impl Fn(Found) -> bool,
) -> Decision {
    let request = request(case, id)?;
    let is_over = request.look_by.is_some_and(|day| day < today);
    let mut events = vec![];
    for found in request.open().map(|passage| passage.found) {
        let why = match only_by(found) {
            None => continue,
            Some(_) if cannot_any_more(found) => {
                "Whoever wrote it cannot decide about it any more, and nobody else may read it"
            }
            Some(_) if is_over => "Whoever wrote it did not decide in time, and nobody else may read it",
            Some(_) => continue,
        };
        let why = Prose::try_from(why).map_err(|_| Refusal::invalid("why", why))?;
        events.push(Event::PassageDecided { id, seq: found.seq, give: false, why }.into());
    }
    Ok(events)
}

/// Decides whether a passage is given, with a reason that the person reads where
/// it is not.
pub fn decide_on(
    case: &Case,
    id: RequestId,
    seq: u64,
    (give, why): (bool, Prose),
    actor: &Actor,
) -> Decision {
    let passage = request(case, id)?.passage(seq);
    let passage = passage.ok_or_else(|| Refusal::invalid("passage", "There is nothing to look at there"))?;
    if let Some(decided) = &passage.decided {
        if decided.give == give && decided.why == why && decided.by == Author::Account(actor.account) {
            return Ok(vec![]);
        }
        let what = if decided.give { "It was decided to give it" } else { "It was decided not to give it" };
        return Err(case.circle.done_before(what, decided.by, decided.at));
    }
    if !may_decide_on(case, passage.found, actor) {
        let message = if only_by(passage.found).is_some() {
            "Only whoever wrote this note decides about it, since nobody else may read it"
        } else {
            "A care co-ordinator or a clinician decides about this"
        };
        return Err(Refusal::not_allowed(message));
    }
    Ok(vec![Event::PassageDecided { id, seq, give, why }.into()])
}

/// A copy was put together.
pub fn make(case: &Case, id: RequestId, made: Made) -> Decision {
    let is_known = request(case, id)?.made.as_ref().is_some_and(|(known, _)| known.copy == made.copy);
    Ok(if is_known { vec![] } else { vec![Event::CopyMade { id, made }.into()] })
}

/// Fetching again within so many seconds is the same fetching, as it is with a
/// look: a download that breaks is begun again.
const SAME_SECONDS: i64 = 15 * 60;

/// Somebody fetches a copy. Each time is written down.
pub fn fetch(case: &Case, id: RequestId, copy: CopyId, by: AccountId, now: Timestamp) -> Decision {
    let request = request(case, id)?;
    let made_since = |at: Timestamp| request.made.as_ref().is_some_and(|(_, made)| *made <= at);
    let is_same = |(who, at): &(Author, Timestamp)| {
        let seconds = now.duration_since(*at).as_secs();
        *who == Author::Account(by) && made_since(*at) && (0..SAME_SECONDS).contains(&seconds)
    };
    match request.ready(dates::london(now)) {
        Some(made) if made.copy == copy && request.fetched.iter().any(is_same) => Ok(vec![]),
        Some(made) if made.copy == copy => Ok(vec![Event::CopyFetched { id, copy }.into()]),
        Some(_) => Err(Refusal::not_yet("There is a newer copy", "Fetch that one")),
        None => Err(gone(case, dates::london(now))),
    }
}

/// What whoever wants to fetch a copy is told that is not there any more, and
/// what they can do.
#[must_use]
pub fn gone(case: &Case, today: Date) -> Refusal {
    let next = case.rights.in_the_way(today).map_or_else(
        || "Ask for a new one".to_owned(),
        |first| format!("You get a new one by {}", dates::long(first.time.due)),
    );
    Refusal::not_yet("The copy is not here any more", next)
}

/// The time for an answer that is still open, for whoever may change it.
fn running<'c>(case: &'c Case, id: RequestId, actor: &Actor) -> Result<&'c Time, Refusal> {
    let answered = || Refusal::already_done("This request is answered already");
    if let Some(one) = case.rights.asked(id) {
        look::must(case, one, Action::KeepItsTime, actor)?;
        return if one.is_waiting() { Ok(&one.time) } else { Err(answered()) };
    }
    let one = request(case, id)?;
    if one.is_answered() { Err(answered()) } else { Ok(&one.time) }
}

fn is_over() -> Refusal {
    Refusal::not_yet("The time for the answer is over", "Answer it now")
}

/// The clock stands still, while the person is asked for what we need to know
/// first, who they are (UK GDPR, article 12(6)) or what they mean: Data Protection
/// Act 2018, as the Data (Use and Access) Act 2025 has it. What is late cannot be
/// stopped any more.
pub fn pause(case: &Case, id: RequestId, why: Prose, actor: &Actor, today: Date) -> Decision {
    let time = running(case, id, actor)?;
    match &time.paused {
        Some((known, _)) if *known == why => Ok(vec![]),
        Some(_) => Err(Refusal::already_done("The clock stands still already")),
        None if time.is_over(today) => Err(is_over()),
        None => Ok(vec![Event::TimePaused { id, why }.into()]),
    }
}

/// It goes on, and the days for which it stood still are added.
pub fn resume(case: &Case, framework: &Framework, id: RequestId, actor: &Actor, today: Date) -> Decision {
    let time = running(case, id, actor)?;
    if time.paused.is_none() {
        return Ok(vec![]);
    }
    let due = time.due_if_resumed(today, &framework.bank_holidays);
    Ok(vec![Event::TimeResumed { id, due }.into()])
}

/// It takes longer, by two months at most, and once. The person has to be told
/// within the first month.
pub fn extend(
    case: &Case,
    framework: &Framework,
    id: RequestId,
    (due, why): (Date, Prose),
    actor: &Actor,
    today: Date,
) -> Decision {
    let time = running(case, id, actor)?;
    if let Some(known) = &time.extended {
        if time.due == due && *known == why {
            return Ok(vec![]);
        }
        return Err(Refusal::already_done("It was put off once already"));
    }
    if time.is_over(today) {
        return Err(is_over());
    }
    let holidays = &framework.bank_holidays;
    let (now, latest) = (time.due_if_resumed(today, holidays), time.latest(today, holidays));
    if due <= now || due > latest {
        let (first, last) = (dates::long(dates::days_after(now, 1)), dates::long(latest));
        return Err(Refusal::invalid("due", format!("Enter a day from {first} to {last}")));
    }
    Ok(vec![Event::TimeExtended { id, due, why }.into()])
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
