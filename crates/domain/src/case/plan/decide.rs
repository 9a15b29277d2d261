//! What may happen to the words of a plan: sections, outcomes, risks, actions.
//! Nothing a person writes is ever refused because somebody else wrote too.
//! The money is in [`super::money`].

use super::{ActionWords, Aim, Event, Item, OutcomeWords, RiskWords, Section};
use crate::case::budget::planning_is_open;
use crate::case::{self, Case, Voice};
use crate::framework::Framework;
use crate::known::{known, quoted};
pub use crate::words::short;
use crate::{ActionId, Date, OutcomeId, Prose, Refusal, RiskId, dates};

/// What a decision gives. No events means that it had been done already.
pub type Decision = Result<Vec<case::Event>, Refusal>;

/// Whose words they are must be somebody in the circle.
pub(super) fn known_voice(case: &Case, voice: Voice) -> Result<(), Refusal> {
    match voice {
        Voice::Person => Ok(()),
        Voice::Member(id) if case.circle.present().any(|m| m.id == id) => Ok(()),
        Voice::Member(_) => Err(Refusal::invalid("voice", "Choose whose words these are")),
    }
}

pub(super) fn ready(case: &Case, voice: Voice) -> Result<(), Refusal> {
    planning_is_open(case)?;
    known_voice(case, voice)
}

/// Writes a section. `based_on` is the number of the version its writer had
/// before them, 0 for none. If somebody wrote meanwhile, both stand side by
/// side: that is never an error.
///
/// # Errors
/// Before planning is open, and where a professional's own words would stand
/// as what matters to the person, which only they can know (003:490).
pub fn write_section(case: &Case, section: Section, text: Prose, voice: Voice, based_on: u64) -> Decision {
    ready(case, voice)?;
    if section == Section::ImportantToMe && !case.circle.is_close_voice(voice) {
        return Err(Refusal::invalid(
            "voice",
            format!(
                "Only {name} can know what matters to {name}. You can write it down for them: choose whose words they are",
                name = case.person_name()
            ),
        ));
    }
    if is_there(case, section, &text, voice, based_on) {
        return Ok(vec![]);
    }
    // A version that is not there yet cannot have been seen.
    let based_on = based_on.min(case.plan.section(section).map_or(0, super::Written::seq));
    Ok(vec![Event::SectionWritten { section, text, voice, based_on }.into()])
}

/// The same words sent twice (a button pressed twice, a page sent again).
fn is_there(case: &Case, section: Section, text: &Prose, voice: Voice, based_on: u64) -> bool {
    let Some(written) = case.plan.section(section) else { return false };
    let same = |w: &super::Writing| w.text == *text && w.voice == voice;
    let stands_alone = matches!(written.standing.as_slice(), [only] if same(only));
    let sent_before = |w: &super::Writing| same(w) && w.based_on == based_on;
    stands_alone || written.standing.iter().chain(&written.earlier).any(sent_before)
}

/// Brings versions that stand side by side together into one. `based_on` is
/// the newest of those that were shown; what came after it stays.
///
/// # Errors
/// As [`write_section`].
pub fn bring_together(case: &Case, section: Section, text: Prose, voice: Voice, based_on: u64) -> Decision {
    write_section(case, section, text, voice, based_on)
}

// ---- outcomes

/// Adds an outcome: a change that the person wants, not a service (003:525).
///
/// # Errors
/// Before planning is open, or for a need that is not one of theirs.
pub fn add_outcome(
    case: &Case,
    id: OutcomeId,
    outcome: OutcomeWords,
    aim: Option<Aim>,
    voice: Voice,
) -> Decision {
    ready(case, voice)?;
    let kept = known(case.plan.outcome(id), |o| o.has_said(&outcome, aim.as_ref(), voice));
    if !kept.is_new(|o| quoted(&o.words.words))? {
        return Ok(vec![]);
    }
    known_needs(case, &outcome)?;
    let mut events = vec![Event::OutcomeAdded { id, outcome, voice }.into()];
    events.extend(aim.map(|aim| Event::OutcomeAimed { id, aim }.into()));
    Ok(events)
}

/// Changes the words of an outcome, its needs or what it hopes for. `based_on`
/// is the number of the version its writer had before them, 0 for none. As
/// with a section, what was written meanwhile stands beside it.
///
/// # Errors
/// As [`add_outcome`], and where it was taken out.
pub fn change_outcome(
    case: &Case,
    id: OutcomeId,
    outcome: OutcomeWords,
    aim: Option<Aim>,
    voice: Voice,
    based_on: u64,
) -> Decision {
    ready(case, voice)?;
    let before = current(case.plan.outcome(id))?;
    known_needs(case, &outcome)?;
    let aim = aim.or(before.aside);
    let news = before.news(&outcome, aim.as_ref(), voice, based_on);
    let mut events = vec![];
    if let based_on @ Some(_) = news.words {
        events.push(Event::OutcomeChanged { id, outcome, voice, based_on }.into());
    }
    if let Some(aim) = aim.filter(|_| news.aside) {
        events.push(Event::OutcomeAimed { id, aim }.into());
    }
    Ok(events)
}

/// Takes an outcome out, saying why (000:257: outcomes must not get lost).
/// `seen` is the number of the version that was read before.
///
/// # Errors
/// While money or an action is there for this outcome alone, where it was
/// changed since it was read, and where it was taken out for another reason.
pub fn remove_outcome(case: &Case, id: OutcomeId, why: Prose, seen: u64) -> Decision {
    planning_is_open(case)?;
    let outcome = case.plan.outcome(id);
    if let Some(outcome) = outcome.filter(|outcome| outcome.removed) {
        return taken_out_already(case, outcome, &why);
    }
    let outcome = current(outcome)?;
    was_read(outcome, seen)?;
    let lines = case.plan.current_lines().filter(|l| l.words.outcomes == [id]);
    let actions = case.plan.current_actions().filter(|a| a.words.outcomes == [id]);
    let only: Vec<String> = lines
        .map(|l| format!("“{}”", l.words.what))
        .chain(actions.map(|a| format!("“{}”", short(a.words.what.as_str()))))
        .collect();
    if !only.is_empty() {
        return Err(Refusal::not_yet(
            format!("{} in the plan only for this outcome", are(&only)),
            "Link it to another outcome, or take it out first. Then you can take this outcome out",
        ));
    }
    Ok(vec![Event::OutcomeRemoved { id, why }.into()])
}

fn known_needs(case: &Case, outcome: &OutcomeWords) -> Result<(), Refusal> {
    let known = |id| case.assessment.current_needs().any(|n| n.id == id);
    if outcome.needs.iter().all(|id| known(*id)) {
        return Ok(());
    }
    Err(Refusal::invalid("needs", "Choose needs from the list"))
}

/// A gentle word where an outcome sounds like a service ("8 hours of care"):
/// a hint to show, never a refusal. None where it reads like a change.
#[must_use]
pub fn sounds_like_a_service(words: &str) -> Option<&'static str> {
    const CHANGES: [&str; 26] = [
        "so that",
        "able to",
        " can ",
        "feel",
        "more ",
        "less ",
        "fewer",
        "better",
        "keep",
        "stay",
        "without",
        "improve",
        "enjoy",
        "build",
        "maximise",
        "confident",
        "confidence",
        "independen",
        "sleep",
        "avoid",
        "again",
        "control",
        "choose",
        "understood",
        "safe",
        "comfortable",
    ];
    const SERVICES: [&str; 22] = [
        "hours of",
        "hour of",
        "hours a week",
        "hours per week",
        "sessions",
        "session of",
        "visits",
        "days a week",
        "nights a week",
        "package",
        "respite",
        "day centre",
        "physio",
        "therapy",
        "therapist",
        "care agency",
        "personal assistant",
        "carer",
        "wheelchair",
        "equipment",
        "nursing",
        "care home",
    ];
    let folded = format!(" {} ", words.to_lowercase());
    if CHANGES.iter().any(|change| folded.contains(change)) {
        return None;
    }
    SERVICES.iter().any(|service| folded.contains(service)).then_some(
        "This sounds like a service. What will change because of it? The help itself can go under “Who does what” and “What the money buys”.",
    )
}

// ---- risks

/// Adds a risk and what is done about it, so that it is acceptable to
/// everyone (003:365); risk is never asked to be nothing (003:328).
///
/// # Errors
/// Before planning is open.
pub fn add_risk(case: &Case, id: RiskId, risk: RiskWords, voice: Voice) -> Decision {
    ready(case, voice)?;
    let kept = known(case.plan.risk(id), |r| r.has_said(&risk, None, voice));
    if !kept.is_new(|r| quoted(&r.words.words))? {
        return Ok(vec![]);
    }
    Ok(vec![Event::RiskAdded { id, risk, voice }.into()])
}

/// Changes a risk; `based_on` as with an outcome.
///
/// # Errors
/// Where it was taken out.
pub fn change_risk(case: &Case, id: RiskId, risk: RiskWords, voice: Voice, based_on: u64) -> Decision {
    ready(case, voice)?;
    let based_on = current(case.plan.risk(id))?.news(&risk, None, voice, based_on).words;
    if based_on.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![Event::RiskChanged { id, risk, voice, based_on }.into()])
}

/// # Errors
/// Before planning is open, where it was changed since it was read, and where it
/// was taken out for another reason.
pub fn remove_risk(case: &Case, id: RiskId, why: Prose, seen: u64) -> Decision {
    planning_is_open(case)?;
    let risk = case.plan.risk(id);
    if let Some(risk) = risk.filter(|risk| risk.removed) {
        return taken_out_already(case, risk, &why);
    }
    let risk = current(risk)?;
    was_read(risk, seen)?;
    Ok(vec![Event::RiskRemoved { id, why }.into()])
}

// ---- actions

/// Adds an action: who does what and when (003:371), paid or not, for at
/// least one outcome (003:529), and what is done if it does not work out.
///
/// # Errors
/// Before planning is open, or where it is for no outcome.
pub fn add_action(
    case: &Case,
    id: ActionId,
    action: ActionWords,
    otherwise: Option<Prose>,
    voice: Voice,
) -> Decision {
    ready(case, voice)?;
    let kept = known(case.plan.action(id), |a| a.has_said(&action, otherwise.as_ref(), voice));
    if !kept.is_new(|a| quoted(&a.words.what))? {
        return Ok(vec![]);
    }
    known_outcomes(case, &action.outcomes)?;
    let mut events = vec![Event::ActionAdded { id, action, voice }.into()];
    if otherwise.is_some() {
        events.push(Event::ActionFallbackSet { id, otherwise }.into());
    }
    Ok(events)
}

/// Changes an action; `based_on` as with an outcome.
///
/// # Errors
/// As [`add_action`], and where it was taken out.
pub fn change_action(
    case: &Case,
    id: ActionId,
    action: ActionWords,
    otherwise: Option<Prose>,
    voice: Voice,
    based_on: u64,
) -> Decision {
    ready(case, voice)?;
    let before = current(case.plan.action(id))?;
    known_outcomes(case, &action.outcomes)?;
    let news = before.news(&action, otherwise.as_ref(), voice, based_on);
    let mut events = vec![];
    if let based_on @ Some(_) = news.words {
        events.push(Event::ActionChanged { id, action, voice, based_on }.into());
    }
    if news.aside {
        events.push(Event::ActionFallbackSet { id, otherwise }.into());
    }
    Ok(events)
}

/// Notes that an action was done on a day up to today.
///
/// # Errors
/// For a day still to come, or where it was taken out.
pub fn finish_action(case: &Case, id: ActionId, on: Date, today: Date) -> Decision {
    planning_is_open(case)?;
    current(case.plan.action(id))?;
    match case.plan.done(id) {
        Some(noted) if noted == on => return Ok(vec![]),
        Some(noted) => {
            let message = format!("This was done on {} already", dates::long(noted));
            return Err(Refusal::already_done(message));
        }
        None => {}
    }
    if on > today {
        return Err(Refusal::invalid("on", "The day it was done must be today or before"));
    }
    Ok(vec![Event::ActionDone { id, on }.into()])
}

/// # Errors
/// Before planning is open, where it was changed since it was read, and where it
/// was taken out for another reason.
pub fn remove_action(case: &Case, id: ActionId, why: Prose, seen: u64) -> Decision {
    planning_is_open(case)?;
    let action = case.plan.action(id);
    if let Some(action) = action.filter(|action| action.removed) {
        return taken_out_already(case, action, &why);
    }
    let action = current(action)?;
    was_read(action, seen)?;
    Ok(vec![Event::ActionRemoved { id, why }.into()])
}

pub(super) fn known_outcomes(case: &Case, outcomes: &[OutcomeId]) -> Result<(), Refusal> {
    if case.plan.current_outcomes().next().is_none() {
        return Err(Refusal::not_yet(
            "Everything in the plan is for an outcome, and there is none yet",
            "Write what should change first. Then come back to this",
        ));
    }
    if outcomes.is_empty() {
        return Err(Refusal::invalid("outcomes", "Choose at least one outcome that this is for"));
    }
    let known = |id| case.plan.current_outcomes().any(|o| o.id == id);
    if outcomes.iter().all(|id| known(*id)) {
        return Ok(());
    }
    Err(Refusal::invalid("outcomes", "Choose outcomes from the list"))
}

// ---- the first review

/// The last day on which the first review may be: months after money first
/// moves, or after the day it is meant to start (reg. 14 of the 2013
/// Regulations; the months are the area's, at most 3 by law).
#[must_use]
pub fn latest_first_review(case: &Case, framework: &Framework, today: Date) -> Date {
    let planned = case.plan.open_holdings().map(|h| h.from).min().unwrap_or(today).max(today);
    let start = case.arrangement.first_paid.unwrap_or(planned);
    dates::months_after(start, framework.first_review_months.clamp(1, 3))
}

/// Says when the plan is first looked at together.
///
/// # Errors
/// For a day that is past or too late, and after the first review was held.
pub fn set_first_review(case: &Case, framework: &Framework, on: Date, today: Date) -> Decision {
    planning_is_open(case)?;
    if case.review.last_held().is_some() {
        return Err(Refusal::already_done(
            "The first review has been held. The next one is set in the review",
        ));
    }
    if case.plan.first_review == Some(on) {
        return Ok(vec![]);
    }
    if on < today {
        return Err(Refusal::invalid("on", "The first review must be on a day still to come"));
    }
    let latest = latest_first_review(case, framework, today);
    if on > latest {
        return Err(Refusal::invalid(
            "on",
            format!(
                "The first review must be by {}: within 3 months of the money starting, so that nobody is left alone with a plan that does not work",
                dates::long(latest)
            ),
        ));
    }
    Ok(vec![Event::FirstReviewSet { on }.into()])
}

// ---- words

/// The item, unless it is not there or was taken out.
pub(super) fn current<I, W, S>(item: Option<&Item<I, W, S>>) -> Result<&Item<I, W, S>, Refusal> {
    item.filter(|i| !i.removed)
        .ok_or_else(|| Refusal::already_done("This was taken out of the plan. You can add it again"))
}

/// It was taken out before. The same form sent twice changes nothing; somebody
/// with another reason is told whose stands.
pub(super) fn taken_out_already<I, W, S>(case: &Case, item: &Item<I, W, S>, why: &Prose) -> Decision {
    if item.why.as_ref() == Some(why) {
        return Ok(vec![]);
    }
    Err(case.circle.done_before("This was taken out of the plan", item.by, item.at))
}

/// What is taken out must have been read as it stands: words that somebody
/// wrote meanwhile are not to go unseen.
pub(super) fn was_read<I, W, S>(item: &Item<I, W, S>, seen: u64) -> Result<(), Refusal> {
    if seen >= item.seq {
        return Ok(());
    }
    Err(Refusal::not_yet(
        "This was changed since you opened the page",
        "Read what it says now. If you still want to, take it out",
    ))
}

fn are(things: &[String]) -> String {
    match things {
        [one] => format!("{one} is"),
        several => format!("{} are", crate::listed(several)),
    }
}
