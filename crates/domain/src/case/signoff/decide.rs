//! What may happen about sign-off: sending, deciding, appealing.

use super::{Event, Outcome, Submission};
use crate::access::{Action, Actor, Facts, Role, Verdict, decide};
use crate::case::budget::Amounts;
use crate::case::circle::{self, Matter, Member};
use crate::case::plan::checklist::{BudgetAmounts, Missing, checklist};
use crate::case::plan::{Every, LineWords};
use crate::case::{Case, Event as CaseEvent, Voice};
use crate::framework::Framework;
use crate::known::{Known, sent_before};
use crate::ledger::Funder;
use crate::{AccountId, MemberId, Pence, Prose, Refusal, SubmissionId};

/// What a plan must have and this one has not, with where to put it right; it
/// may be sent when there is nothing.
#[must_use]
pub fn missing(case: &Case, amounts: BudgetAmounts) -> Vec<Missing> {
    checklist(case, amounts).into_iter().flat_map(|criterion| criterion.missing).collect()
}

fn in_words(missing: &[Missing]) -> String {
    missing.iter().map(|m| m.words.as_str()).collect::<Vec<_>>().join(". ")
}

/// What the plan costs in its first year, as it is agreed: what comes back
/// through the year from the NHS, everything from the council, and what the
/// NHS pays for once, to begin with.
#[must_use]
pub fn costs(case: &Case) -> Amounts {
    let is_start_up = |line: &LineWords| line.funder == Funder::Nhs && line.every == Every::Once;
    let lines = || case.plan.current_lines().map(|l| &l.words);
    let sum = |which: &dyn Fn(&LineWords) -> bool| lines().filter(|l| which(l)).map(LineWords::yearly).sum();
    Amounts {
        nhs: sum(&|l| l.funder == Funder::Nhs && !is_start_up(l)),
        council: sum(&|l| l.funder == Funder::Council),
        start_up: sum(&is_start_up),
    }
}

/// To whom a plan can go: the colleagues in the circle as they are now, and who of
/// them was chosen.
#[derive(Clone, Copy, Debug)]
pub struct To<'a> {
    pub chosen: Option<MemberId>,
    pub colleagues: &'a [Actor],
}

/// Those in the circle who can be asked to agree the plan: those of the colleagues
/// who may, by the place that they have there.
pub fn deciders<'c>(case: &'c Case, colleagues: &'c [Actor]) -> impl Iterator<Item = &'c Member> {
    let may = |account| colleagues.iter().any(|c| c.account == account && c.may(Action::SignOff, case));
    let is_the_place = |m: &&Member| {
        let facts = Facts { apart: true, ..Facts::of_member(case, m) };
        decide(Role::Case(m.role), Action::SignOff, facts) == Verdict::Allowed
    };
    case.circle.present().filter(is_the_place).filter(move |m| m.account.is_some_and(may))
}

/// Sends the plan to be agreed, in the sender's own voice or that of somebody who
/// decides about care. It goes to the clinician closest to the person;
/// where there is only one, nobody need be chosen.
pub fn send(
    case: &Case,
    amounts: BudgetAmounts,
    id: SubmissionId,
    (by, voice): (AccountId, Voice),
    To { chosen, colleagues }: To<'_>,
    note: Option<Prose>,
) -> Result<Vec<CaseEvent>, Refusal> {
    let is_it = |sent: &&Submission| {
        sent.voice == voice && sent.note == note && (chosen.is_none() || sent.to == chosen)
    };
    match crate::known::known(case.signoff.get(id), is_it) {
        Known::Same => return Ok(vec![]),
        Known::Other(_) if case.signoff.waiting().is_none() => {
            return Err(sent_before("the plan as it was sent"));
        }
        Known::Other(_) | Known::New => {}
    }
    circle::must_speak(case, voice, by, Matter::Care, "send the plan")?;
    if case.signoff.waiting().is_some() {
        return Err(Refusal::already_done("The plan has been sent already. We are reading it now"));
    }
    if !has_changed_since_agreed(case) {
        return Err(Refusal::already_done(
            "This plan has been agreed already, and nothing in it has changed",
        ));
    }
    let missing = missing(case, amounts);
    if !missing.is_empty() {
        let message = format!("The plan is not ready to send. {}", in_words(&missing));
        return Err(Refusal::not_yet(message, "Add what is missing, then send it"));
    }
    let mut can = deciders(case, colleagues).map(|m| m.id);
    let to = match chosen {
        Some(chosen) if can.any(|id| id == chosen) => chosen,
        Some(_) => return Err(Refusal::invalid("to", "Choose someone from the list")),
        None => match (can.next(), can.next()) {
            (Some(only), None) => only,
            (Some(_), Some(_)) => return Err(Refusal::invalid("to", "Choose who to send it to")),
            (None, _) => {
                return Err(Refusal::not_yet(
                    "There is nobody in the circle yet who can agree the plan",
                    "Your care co-ordinator can add the nurse or doctor who knows you best",
                ));
            }
        },
    };
    Ok(vec![Event::Sent { id, voice, to: Some(to), note }.into()])
}

/// Whether the plan differs from the newest agreed one (or none was agreed).
#[must_use]
pub fn has_changed_since_agreed(case: &Case) -> bool {
    case.signoff.agreed().and_then(|agreed| agreed.decided).is_none_or(|seq| case.plan.changed > seq)
}

/// Takes the plan back before it is decided on.
pub fn take_back(
    case: &Case,
    id: SubmissionId,
    (by, voice): (AccountId, Voice),
) -> Result<Vec<CaseEvent>, Refusal> {
    let sent = known(case, id)?;
    circle::must_speak(case, voice, by, Matter::Care, "take the plan back")?;
    match sent.outcome.as_ref().map(|decided| &decided.outcome) {
        None => Ok(vec![Event::TakenBack { id, voice }.into()]),
        Some(Outcome::TakenBack) => Ok(vec![]),
        Some(_) => Err(Refusal::already_done("The plan has been decided on, so it cannot be taken back")),
    }
}

/// What lets somebody decide on a sending.
#[must_use]
pub fn right_to_decide(sent: &Submission) -> Action {
    if sent.passed_on.is_some() { Action::SignOffAboveLimit } else { Action::SignOff }
}

/// Why this person may not decide on the sending that waits; nothing where
/// they may.
#[must_use]
pub fn may_not_decide(
    case: &Case,
    framework: &Framework,
    actor: &Actor,
    sent: &Submission,
) -> Option<Refusal> {
    let right = right_to_decide(sent);
    if !actor.may(right, case) {
        return Some(not_theirs(case, actor, sent));
    }
    let (cost, limit) = (case.plan.first_year_cost(), framework.clinician_limit);
    (right == Action::SignOff && cost > limit).then(|| {
        Refusal::not_yet(
            format!("The plan costs {cost} in its first year. That is above the {limit} that you can agree"),
            "Pass it on to the commissioner and say why",
        )
    })
}

/// Why the policy does not let somebody decide, in words.
fn not_theirs(case: &Case, actor: &Actor, sent: &Submission) -> Refusal {
    Refusal::not_allowed(if case.circle.is_close(actor.account) {
        "You are of this person's family or speak for them, so somebody else has to decide on this plan"
    } else if sent.passed_on.is_some() {
        "This plan was passed on, so a commissioner decides on it"
    } else {
        "The clinician closest to the person decides first. A commissioner decides on what they pass on"
    })
}

/// Agrees the plan as it stands. `seen` is the number of the newest change to
/// the plan that the decider had before them.
pub fn agree(
    case: &Case,
    framework: &Framework,
    actor: &Actor,
    id: SubmissionId,
    seen: u64,
    reasons: Prose,
) -> Result<Vec<CaseEvent>, Refusal> {
    let sent = waiting(case, id)?;
    if let Some(refusal) = may_not_decide(case, framework, actor, sent) {
        return Err(refusal);
    }
    fresh(case, seen)?;
    let missing = missing(case, BudgetAmounts::to(actor, case));
    if !missing.is_empty() {
        let message = format!("The plan was changed after it was sent. {}", in_words(&missing));
        return Err(Refusal::not_yet(message, "Answer “not yet” and say what is missing"));
    }
    let Amounts { nhs, council, start_up } = costs(case);
    let limit = framework.clinician_limit;
    Ok(vec![Event::Agreed { id, reasons, nhs, council, start_up, limit }.into()])
}

/// Answers "not yet". It cannot be said without reasons, what would need to
/// change, and how to appeal: none of them can be empty.
#[expect(clippy::too_many_arguments, reason = "each is one answer that the law or the guides ask for")]
pub fn not_yet(
    case: &Case,
    framework: &Framework,
    actor: &Actor,
    id: SubmissionId,
    seen: u64,
    reasons: Prose,
    change: Prose,
    appeal: Prose,
) -> Result<Vec<CaseEvent>, Refusal> {
    let sent = waiting(case, id)?;
    match may_not_decide(case, framework, actor, sent) {
        // Anyone close enough to decide may say what is missing, whatever it costs.
        Some(refusal) if refusal.why == crate::Why::NotAllowed => return Err(refusal),
        _ => {}
    }
    fresh(case, seen)?;
    Ok(vec![Event::NotYet { id, reasons, change, appeal }.into()])
}

/// Passes the decision on to the commissioner, because the plan is above what
/// the clinician may agree.
pub fn pass_on(
    case: &Case,
    framework: &Framework,
    actor: &Actor,
    id: SubmissionId,
    why: Prose,
) -> Result<Vec<CaseEvent>, Refusal> {
    let sent = waiting(case, id)?;
    if sent.passed_on.is_some() {
        return Err(Refusal::already_done("The plan has been passed on already"));
    }
    match may_not_decide(case, framework, actor, sent) {
        None => Err(Refusal::not_yet(
            "This plan is within what you can agree, so the decision is yours",
            "Agree it, or answer “not yet” and say what would need to change",
        )),
        Some(refusal) if refusal.why == crate::Why::NotAllowed => Err(refusal),
        Some(_) => Ok(vec![Event::PassedOn { id, why }.into()]),
    }
}

/// Someone opened the decision; only the first time is worth recording.
#[must_use]
pub fn open_decision(case: &Case, id: SubmissionId, voice: Voice) -> Vec<CaseEvent> {
    let decided = case.signoff.get(id).filter(|s| {
        s.outcome.as_ref().is_some_and(|decided| decided.outcome != Outcome::TakenBack)
            && !s.seen.iter().any(|(v, _)| *v == voice)
    });
    decided.map(|_| Event::DecisionSeen { id, voice }.into()).into_iter().collect()
}

/// Appeals against "not yet", in the words of the person or of whoever decides
/// for them about care.
pub fn appeal(case: &Case, id: SubmissionId, voice: Voice, words: Prose) -> Result<Vec<CaseEvent>, Refusal> {
    let sent = known(case, id)?;
    circle::must_decide(case, voice, Matter::Care, "appeal")?;
    if sent.appeal.is_some() {
        return Err(Refusal::already_done("An appeal has been made already. We are looking at it"));
    }
    match sent.outcome.as_ref().map(|decided| &decided.outcome) {
        Some(Outcome::NotYet { .. }) => Ok(vec![Event::Appealed { id, voice, words }.into()]),
        _ => Err(Refusal::not_yet(
            "There is no “not yet” to appeal against",
            "If something is wrong, ask a question or change the plan",
        )),
    }
}

/// Answers an appeal. If it was right, the plan is sent again at once to be
/// decided on by the commissioner: the person need do nothing. `again` is the
/// id of that new sending.
pub fn answer_appeal(
    case: &Case,
    actor: &Actor,
    id: SubmissionId,
    again: SubmissionId,
    words: Prose,
    upheld: bool,
) -> Result<Vec<CaseEvent>, Refusal> {
    let sent = known(case, id)?;
    let Some(appeal) = &sent.appeal else {
        return Err(Refusal::not_yet("Nobody has appealed against this decision", ""));
    };
    if appeal.answer.is_some() {
        return Err(Refusal::already_done("This appeal has been answered already"));
    }
    let decided_by_another = !sent.was_decided_by(actor.account);
    let facts = Facts { decided_by_another, ..Facts::of(case) };
    if actor.verdict_about(Action::AnswerAppeal, case, facts) != Verdict::Allowed {
        let why = if !decided_by_another {
            "You made the decision, so somebody else has to answer the appeal"
        } else if case.circle.is_close(actor.account) {
            "You are of this person's family or speak for them, so somebody else has to answer"
        } else {
            "A commissioner answers an appeal"
        };
        return Err(Refusal::not_allowed(why));
    }
    let voice = appeal.voice;
    let mut events = vec![Event::AppealAnswered { id, words, upheld }.into()];
    if upheld && case.signoff.waiting().is_none() {
        let why = Prose::parse("The appeal was right, so a commissioner looks at the plan again.")
            .expect("our own words are within bounds");
        events.push(Event::Sent { id: again, voice, to: sent.to, note: None }.into());
        events.push(Event::PassedOn { id: again, why }.into());
    }
    Ok(events)
}

/// What the plan costs in its first year, and what the clinician may agree.
#[must_use]
pub fn is_within_limit(case: &Case, framework: &Framework) -> (Pence, bool) {
    let cost = case.plan.first_year_cost();
    (cost, cost <= framework.clinician_limit)
}

fn known(case: &Case, id: SubmissionId) -> Result<&Submission, Refusal> {
    let nothing = || Refusal::not_yet("The plan has not been sent", "Send the plan to be agreed first");
    case.signoff.get(id).ok_or_else(nothing)
}

fn waiting(case: &Case, id: SubmissionId) -> Result<&Submission, Refusal> {
    let sent = known(case, id)?;
    match sent.outcome.as_ref().map(|decided| &decided.outcome) {
        None => Ok(sent),
        Some(Outcome::TakenBack) => Err(Refusal::already_done("The plan was taken back")),
        Some(_) => Err(Refusal::already_done("The plan has been decided on already")),
    }
}

fn fresh(case: &Case, seen: u64) -> Result<(), Refusal> {
    if case.plan.changed <= seen {
        return Ok(());
    }
    Err(Refusal::not_yet("The plan has changed since you opened it", "Look at it again, then decide"))
}
