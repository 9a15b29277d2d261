//! The agreement: one document with the parts that apply, signed for the
//! person and for the body that pays, before any money moves (001:572-576).

use super::payments::{FUNDERS, to_pay};
use super::{Agreement, ApprovedAccount, By, Decision, Event, Instalment, Part, Term, postings};
use crate::case::circle::{self, ConsentAbout, Matter};
use crate::case::plan::{Holding, Mode, Plan, changes};
use crate::case::{self, Case, Voice};
use crate::known::quoted;
use crate::ledger::{Account, Balances, Funder, Layer};
use crate::{Date, EntryId, HoldingId, Line, LineId, Pence, Prose, Refusal, dates};
use std::collections::BTreeSet;

/// Kinds of spending that mean the person employs people themselves.
const EMPLOYING: [&str; 2] = ["assistant", "employing"];

/// The parts that apply to the plan as it stands, derived from how its money is held.
#[must_use]
pub fn parts(case: &Case) -> Vec<Part> {
    let has = |mode: Mode| case.plan.open_holdings().any(|h| h.words.mode == mode);
    let employs = has(Mode::DirectPayment)
        && case.plan.current_lines().any(|l| EMPLOYING.contains(&l.words.kind.as_str()));
    let mut parts = vec![Part::Everyone];
    parts.extend(has(Mode::Notional).then_some(Part::Notional));
    parts.extend(has(Mode::ThirdParty).then_some(Part::ThirdParty));
    parts.extend(has(Mode::DirectPayment).then_some(Part::DirectPayment));
    parts.extend(employs.then_some(Part::EmployingPeople));
    parts
}

/// The part that a way of holding money needs.
#[must_use]
pub fn part_for(mode: Mode) -> Part {
    match mode {
        Mode::Notional => Part::Notional,
        Mode::ThirdParty => Part::ThirdParty,
        Mode::DirectPayment => Part::DirectPayment,
    }
}

/// The day on which the year began that an agreement from `from` belongs to:
/// an agreement made 11 months on or later begins a year of its own.
#[must_use]
pub fn year_start(case: &Case, from: Date) -> Date {
    let agreements = case.arrangement.agreements.iter().map(|a| a.from);
    let days = agreements.chain([from]);
    let begins = |start: Date, day: Date| if day >= dates::months_after(start, 11) { day } else { start };
    days.reduce(begins).unwrap_or(from)
}

/// What an agreement that is made of a plan says of its money: each way of
/// holding it, and what each funder pays there.
#[must_use]
pub(super) fn terms(plan: &Plan, instalments: &[Instalment]) -> Vec<Term> {
    let paid = |holding| FUNDERS.map(|funder| to_pay(plan, instalments, holding, funder)).to_vec();
    let term = |h: &Holding| Term { holding: h.id, words: h.words.clone(), paid: paid(h.id) };
    plan.open_holdings().map(term).collect()
}

/// Whether an agreement is to be made: the plan is agreed, and there is none
/// about the plan as it was agreed last and the money as it is held now.
#[must_use]
pub fn is_due(case: &Case) -> bool {
    let Some(agreed) = case.signoff.agreed() else { return false };
    let Some(last) = case.arrangement.agreement() else { return true };
    let decided = agreed.outcome.as_ref().map(|decided| decided.at);
    decided.is_some_and(|at| at > last.made) || !is_up_to_date(case, last)
}

/// Whether an agreement is about each way in which the money is held now, and
/// about no other.
fn is_up_to_date(case: &Case, agreement: &Agreement) -> bool {
    let now: BTreeSet<HoldingId> = case.plan.open_holdings().map(|h| h.id).collect();
    now == agreement.terms.iter().map(|term| term.holding).collect()
}

/// Whether the plan pays the same sums from each funder as the agreement says,
/// and not from where it says. That is the person's own to change within what
/// was agreed (`docs/plan-changes.md`), so nobody has to sign again; they can.
#[must_use]
pub fn has_moved(case: &Case, agreement: &Agreement) -> bool {
    let now = terms(&case.plan, &case.arrangement.instalments);
    let sum = |terms: &[Term], funder| -> Pence { regular(terms, funder).map(|(_, pence)| pence).sum() };
    let set = |terms: &[Term], funder| regular(terms, funder).collect::<BTreeSet<_>>();
    is_up_to_date(case, agreement)
        && FUNDERS.iter().all(|funder| sum(&now, *funder) == sum(&agreement.terms, *funder))
        && FUNDERS.iter().any(|funder| set(&now, *funder) != set(&agreement.terms, *funder))
}

/// What one funder pays through a year into each way of holding money.
fn regular(terms: &[Term], funder: Funder) -> impl Iterator<Item = (HoldingId, Pence)> {
    terms.iter().flat_map(move |term| {
        term.paid.iter().filter(move |paid| paid.by == funder).map(|paid| (term.holding, paid.regular))
    })
}

/// Refuses to sign what is not so any more.
fn must_be_up_to_date(case: &Case) -> Result<(), Refusal> {
    if !is_due(case) {
        return Ok(());
    }
    Err(Refusal::not_yet(
        "What was agreed, or how the money is held, has changed since this agreement was written",
        "The care co-ordinator makes a new agreement first. Then you can read and sign that.",
    ))
}

/// The days on which the years of the agreements began, the first of them first.
pub(super) fn year_starts(case: &Case) -> Vec<Date> {
    let mut starts: Vec<Date> = vec![];
    for from in case.arrangement.agreements.iter().map(|agreement| agreement.from) {
        if starts.last().is_none_or(|start| from >= dates::months_after(*start, 11)) {
            starts.push(from);
        }
    }
    starts
}

/// Makes the agreement for a year from `from`, and brings the budget layer of
/// the ledger to what the agreed plan says for that year, line by line.
/// `balances` are of the entries since [`year_start`]: what earlier years had
/// stays as it was.
pub fn make(case: &Case, from: Date, by: By, id: EntryId, balances: &Balances) -> Result<Decision, Refusal> {
    if case.signoff.agreed().is_none() {
        return Err(Refusal::not_yet(
            "The plan has not been agreed yet",
            "The agreement about the money can be made when the plan has been agreed.",
        ));
    }
    if let Some((what, why)) = changes::pending(case).first() {
        return Err(Refusal::not_yet(
            format!("The plan has changed since it was agreed: {what}"),
            format!("Have it agreed first, since {why}. Then make the agreement"),
        ));
    }
    let parts = parts(case);
    if parts.len() == 1 {
        return Err(Refusal::not_yet(
            "The plan does not say how the money is held",
            "Add at least one way of holding the money to the plan first.",
        ));
    }
    if let Some(last) = case.arrangement.agreement() {
        let year = year_starts(case).last().copied().unwrap_or(last.from);
        let renews = from >= dates::months_after(year, 11);
        if !renews && !is_due(case) && !has_moved(case, last) {
            return Err(Refusal::already_done(format!(
                "There is an agreement about this already, from {}",
                dates::long(last.from)
            )));
        }
    }
    if from < dates::months_after(by.today, -3) || from > dates::months_after(by.today, 12) {
        return Err(Refusal::invalid(
            "from",
            "The agreement must begin between 3 months ago and 12 months from today",
        ));
    }
    let entry = postings::budget(case, by, id, from, &budget_changes(case, balances));
    Ok(Decision {
        events: vec![Event::AgreementMade { parts, from }.into()],
        entries: entry.into_iter().collect(),
    })
}

fn budget_changes(case: &Case, balances: &Balances) -> Vec<(Funder, LineId, Pence)> {
    let change = |line: &case::plan::LineItem| {
        let target = if line.removed { Pence::ZERO } else { line.words.yearly() };
        let now = balances.get(Layer::Budget, Account::Line(line.id));
        (line.words.funder, line.id, target - now)
    };
    case.plan.lines.iter().map(change).collect()
}

/// Signs for the person: by themselves, in whatever way they communicate, or
/// by someone who speaks for them. `read` is the number of the agreement that
/// they had before them. A direct payment needs their consent too.
pub fn sign(case: &Case, read: usize, voice: Voice, how: Prose) -> Result<Vec<case::Event>, Refusal> {
    let agreement = newest(case, read)?;
    if agreement.signed.is_some() {
        return Err(Refusal::already_done("The agreement has been signed for you already"));
    }
    circle::must_decide(case, voice, Matter::Money, "sign the agreement")?;
    must_be_up_to_date(case)?;
    if agreement.parts.contains(&Part::DirectPayment)
        && !case.circle.has_consented(ConsentAbout::DirectPayment)
    {
        return Err(Refusal::not_yet(
            "Consent to a direct payment is not on the record",
            "Say yes to having a direct payment on the page about people and consent. Then sign here.",
        ));
    }
    Ok(vec![Event::AgreementSigned { voice, how }.into()])
}

/// Signs for the NHS, after the person, and by somebody else than whoever
/// recorded the person's signature.
pub fn countersign(case: &Case, read: usize, by: By) -> Result<Vec<case::Event>, Refusal> {
    let agreement = newest(case, read)?;
    if agreement.countersigned.is_some() {
        return Err(Refusal::already_done("The agreement has been signed for the NHS already"));
    }
    if agreement.signed.is_none() {
        return Err(Refusal::not_yet(
            "The agreement has not been signed for the person yet",
            "They read it and sign first, in their own time. Then you can sign for the NHS.",
        ));
    }
    if case.circle.is_on_their_side(by.who) {
        return Err(Refusal::not_allowed("Nobody can sign both for the person and for the NHS"));
    }
    must_be_up_to_date(case)?;
    Ok(vec![Event::AgreementCountersigned.into()])
}

/// The newest agreement, where it is the one that was read.
fn newest(case: &Case, read: usize) -> Result<&Agreement, Refusal> {
    let Some(agreement) = case.arrangement.agreement() else {
        return Err(Refusal::not_yet(
            "The agreement has not been made yet",
            "The care co-ordinator makes it when the plan has been agreed.",
        ));
    };
    if read != case.arrangement.agreements.len() {
        return Err(Refusal::not_yet(
            "A new agreement was made since you opened this page",
            "Read what it says now. Then you can sign it.",
        ));
    }
    Ok(agreement)
}

/// Notes that an account for a direct payment was checked (reg. 10): whose it
/// is and its last four numbers, which are all that is kept.
pub fn approve_account(
    case: &Case,
    holding: HoldingId,
    name: Line,
    last_four: &str,
) -> Result<Vec<case::Event>, Refusal> {
    let holding = open(case, holding)?;
    if holding.words.mode == Mode::Notional {
        return Err(Refusal::invalid("holding", "A notional budget has no bank account: we hold the money"));
    }
    let last_four = last_four.trim();
    if last_four.len() != 4 || !last_four.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::invalid("last-four", "Enter the last 4 numbers of the account, like 0417"));
    }
    let same =
        |old: &ApprovedAccount| old.holding == holding.id && old.name == name && old.last_four == last_four;
    if case.arrangement.accounts.iter().any(same) {
        return Err(Refusal::already_done("This account has been approved already"));
    }
    let last_four = last_four.to_owned();
    Ok(vec![Event::AccountApproved { holding: holding.id, name, last_four }.into()])
}

/// A holding that is open.
pub(super) fn open(case: &Case, id: HoldingId) -> Result<&Holding, Refusal> {
    match case.plan.holding(id) {
        None => Err(Refusal::invalid("holding", "Choose where the money is held")),
        Some(h) if h.ending.is_some() => Err(Refusal::not_yet(
            "This way of holding the money has ended",
            "Choose the one that is used now.",
        )),
        Some(holding) => Ok(holding),
    }
}

/// Whether money may be paid into a holding now: plan agreed, an agreement
/// that covers it signed on both sides, and for a direct payment consent and
/// an approved account.
pub fn may_be_paid(case: &Case, holding: HoldingId) -> Result<&Holding, Refusal> {
    let holding = open(case, holding)?;
    if case.signoff.agreed().is_none() {
        return Err(Refusal::not_yet("The plan has not been agreed yet", "No money moves before that."));
    }
    let Some(agreement) = case.arrangement.in_force() else {
        return Err(Refusal::not_yet(
            "The agreement has not been signed by both sides",
            "The person, or someone who speaks for them, signs first. Then the NHS signs.",
        ));
    };
    if !agreement.covers(holding.id) {
        return Err(Refusal::not_yet(
            format!("The signed agreement is not about {}", quoted(&holding.words.name)),
            "The care co-ordinator makes a new agreement, and both sides sign it.",
        ));
    }
    if holding.words.mode == Mode::DirectPayment {
        if !case.circle.has_consented(ConsentAbout::DirectPayment) {
            return Err(Refusal::not_yet(
                "There is no consent to a direct payment",
                "It must be on the record before any money is paid, and can be taken back at any time.",
            ));
        }
        if !case.arrangement.accounts.iter().any(|account| account.holding == holding.id) {
            return Err(Refusal::not_yet(
                "No bank account has been approved",
                "Approve the account the direct payment goes into first.",
            ));
        }
    }
    Ok(holding)
}

/// Nobody handles payments for themselves or their own family.
pub(super) fn not_their_own(case: &Case, by: By) -> Result<(), Refusal> {
    if case.circle.member_of(by.who).is_some() {
        let message = "You have a place in this case, so somebody else in finance must do this";
        return Err(Refusal::not_allowed(message));
    }
    Ok(())
}
