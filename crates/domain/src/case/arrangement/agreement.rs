//! The agreement: one document with the parts that apply, signed for the
//! person and for the body that pays, before any money moves (001:572-576).

use super::costs::{from_nowhere, paid_before, terms};
use super::years::{Year, year_with};
use super::{
    Agreement, ApprovedAccount, By, Decision, EnteredAccount, Event, Instalment, Part, PaymentState, Term,
    postings,
};
use crate::access::{Action, Facts, Verdict, decide};
use crate::case::circle::{self, ConsentAbout, ConsentState, Matter};
use crate::case::plan::{Holding, Mode, changes};
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

/// Whether an agreement is to be made: the plan is agreed, and there is none
/// about the plan as it is and the money as it is held now.
#[must_use]
pub fn is_due(case: &Case) -> bool {
    if case.signoff.agreed().is_none() {
        return false;
    }
    case.arrangement.agreement().is_none_or(|newest| is_stale(case, newest))
}

/// Whether the plan, or how the money is held, is not as it was any more when an
/// agreement was made, so that nobody signs it now, or a new one is to be made.
fn is_stale(case: &Case, agreement: &Agreement) -> bool {
    let agreed = case.signoff.agreed().and_then(|agreed| agreed.outcome.as_ref());
    let was_decided_since = agreed.is_some_and(|decided| decided.at > agreement.made);
    let is_read_first = agreement.signed.is_none() && has_other_amounts(case, agreement);
    was_decided_since
        || is_read_first
        || is_of_elsewhere(case, agreement)
        || !is_up_to_date(case, agreement)
        || pays_more(case, agreement)
}

/// Whether an agreement was made where the person lived before: with another body, which
/// this one signed nothing of.
fn is_of_elsewhere(case: &Case, agreement: &Agreement) -> bool {
    case.offer.came_from.as_ref().is_some_and(|(_, came)| agreement.made <= *came)
}

/// Whether the plan pays more into some way of holding money than an agreement says:
/// nothing is paid there that was not signed for it, whoever changed the plan.
fn pays_more(case: &Case, agreement: &Agreement) -> bool {
    if !changes::pending(case).is_empty() {
        return false;
    }
    let now = terms(&case.plan, &case.arrangement, Some(agreement.from));
    let once_before = |term: &Term, by| -> Pence {
        term.paid_once.iter().filter(|(funder, _)| *funder == by).map(|(_, paid)| *paid).sum()
    };
    now.iter().any(|term| {
        term.paid.iter().any(|paid| {
            let at = (term.holding, paid.by);
            let says = agreement.paid(at);
            let once = paid.once + once_before(term, paid.by);
            paid.regular > says.regular || (paid.once.0 > 0 && once > says.once + agreement.paid_once(at))
        })
    })
}

/// Whether a later year than that of the newest agreement has one that is not as
/// the plan is any more: it was made early, and something changed before it began.
#[must_use]
pub(super) fn is_due_for_later(case: &Case) -> bool {
    let Some(newest) = case.arrangement.agreement() else { return false };
    let later = case.arrangement.years().iter().copied().filter(|year| year.start > newest.from);
    let newest_of = |year| case.arrangement.of_year(year).next_back();
    later.filter_map(newest_of).any(|agreement| is_stale(case, agreement))
}

/// The earlier years whose agreement is not about the way in which money is held now, or
/// says less than the plan pays: the newest one is of a later year, and what is left of
/// this one has no way there.
pub(super) fn not_covered(case: &Case) -> impl Iterator<Item = Year> {
    let newest = case.arrangement.agreement().map(|newest| newest.from);
    let is_earlier = move |year: &Year| newest.is_some_and(|from| year.end <= from);
    let earlier = case.arrangement.years().iter().copied().filter(is_earlier);
    earlier.filter(|year| {
        let signed = case.arrangement.of_year(*year).rfind(|agreement| agreement.is_signed());
        signed.is_some_and(|agreement| !says_what_is_paid(case, agreement))
    })
}

/// Whether what the plan pays through the year now, and how, is in an agreement. What
/// is paid once may be in that of another year.
fn says_what_is_paid(case: &Case, agreement: &Agreement) -> bool {
    if !is_up_to_date(case, agreement) {
        return false;
    }
    let is_pending = !changes::pending(case).is_empty();
    let now = terms(&case.plan, &case.arrangement, Some(agreement.from));
    is_pending || regular(&now).all(|(holding, by, pays)| pays <= agreement.paid((holding, by)).regular)
}

/// Whether an agreement is about each way in which the money is held now, and
/// about no other.
fn is_up_to_date(case: &Case, agreement: &Agreement) -> bool {
    let now: BTreeSet<HoldingId> = case.plan.open_holdings().map(|h| h.id).collect();
    now == agreement.terms.iter().map(|term| term.holding).collect()
}

/// Whether the plan now pays other sums through the year than an agreement that
/// counts says, and nowhere more. That is the person's own to change within what was
/// agreed (`docs/plan-changes.md`), so nobody has to sign again; they can.
#[must_use]
pub fn has_moved(case: &Case, agreement: &Agreement) -> bool {
    !is_stale(case, agreement) && has_other_amounts(case, agreement)
}

/// The same of one that nobody may have signed. A plan that is still being
/// written, and agreed again, says no other amounts yet.
fn has_other_amounts(case: &Case, agreement: &Agreement) -> bool {
    if !changes::pending(case).is_empty() {
        return false;
    }
    let now = terms(&case.plan, &case.arrangement, Some(agreement.from));
    let set = |terms: &[Term]| regular(terms).collect::<BTreeSet<_>>();
    set(&now) != set(&agreement.terms)
}

/// What each funder pays through a year into each way of holding money.
fn regular(terms: &[Term]) -> impl Iterator<Item = (HoldingId, Funder, Pence)> {
    terms.iter().flat_map(|term| term.paid.iter().map(|paid| (term.holding, paid.by, paid.regular)))
}

/// Refuses to sign what is not so any more.
fn must_be_up_to_date(case: &Case) -> Result<(), Refusal> {
    if !is_due(case) {
        return Ok(());
    }
    Err(Refusal::not_yet(
        "The plan, or how the money is held, has changed since this agreement was written",
        "The care co-ordinator makes a new agreement first. Then you can read and sign that.",
    ))
}

/// The day that a new agreement begins where nothing else is said: the first of
/// the next year, in the 8 weeks before it, and otherwise today; today too, where the
/// agreement of this year is not about the way in which money is held now, or says less
/// than the plan pays.
#[must_use]
pub fn begins(case: &Case, today: Date) -> Date {
    let this_year = case.arrangement.year_of(today);
    let newest = this_year.and_then(|year| case.arrangement.of_year(year).next_back());
    if newest.is_some_and(|agreement| !says_what_is_paid(case, agreement)) {
        return today;
    }
    to_renew(case).filter(|renewal| renewal.from <= today).map_or(today, |renewal| renewal.year_ends)
}

/// When the agreement for the next year is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Renewal {
    pub from: Date,
    /// The first day of the next year.
    pub year_ends: Date,
}

/// How long before a year ends the next agreement is made: days.
const RENEWED_BEFORE: i32 = 8 * 7;

/// When the agreement for the next year is to be made, if this one is signed.
pub(super) fn to_renew(case: &Case) -> Option<Renewal> {
    let last = *case.arrangement.years().last()?;
    case.arrangement.of_year(last).next_back().filter(|agreement| agreement.is_signed())?;
    Some(Renewal { from: dates::days_after(last.end, -RENEWED_BEFORE), year_ends: last.end })
}

/// Makes the agreement for a year from `from`, and brings the budget layer of
/// the ledger to what the agreed plan says for that year, line by line.
/// `balances` are of the entries of that year ([`year_with`]): what other years
/// have stays as it is.
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
    if let Some(line) = from_nowhere(&case.plan) {
        return Err(Refusal::not_yet(
            format!("The plan does not say from where {} is paid", quoted(&line.words.what)),
            "Say so in the plan first. Then make the agreement.",
        ));
    }
    if let Some(same) = made_already(case, from) {
        return Err(Refusal::already_done(format!(
            "There is an agreement about this already, from {}",
            dates::long(same.from)
        )));
    }
    if from < dates::months_after(by.today, -3) || from > dates::months_after(by.today, 12) {
        return Err(Refusal::invalid(
            "from",
            "The agreement must begin between 3 months ago and 12 months from today",
        ));
    }
    let changes = budget_changes(case, year_with(case, from), balances);
    let entry = postings::budget(case, by, id, from, &changes);
    Ok(Decision {
        events: vec![Event::AgreementMade { parts, from }.into()],
        entries: entry.into_iter().collect(),
    })
}

/// The agreement that says already what one from `from` would: the newest one,
/// from that very day, or a signed one of its year. One that is not signed yet
/// can be made anew from another day.
fn made_already(case: &Case, from: Date) -> Option<&Agreement> {
    let newest = case.arrangement.agreement().filter(|newest| newest.from == from);
    let year = year_with(case, from);
    // One that begins later than it should have can be put right.
    let says_so = |agreement: &&Agreement| agreement.is_signed() && agreement.from <= from;
    let signed = || case.arrangement.of_year(year).rfind(says_so);
    newest.filter(|a| !a.is_signed()).or_else(signed).filter(|a| !is_stale(case, a) && !has_moved(case, a))
}

/// What the budget of a year changes by, line by line. What is paid once, and
/// was in an earlier year, is not agreed a second time.
fn budget_changes(case: &Case, year: Year, balances: &Balances) -> Vec<(Funder, LineId, Pence)> {
    let change = |line: &case::plan::LineItem| {
        let yearly = if line.removed { Pence::ZERO } else { line.words.yearly() };
        let target = (yearly - paid_before(case, year, line)).or_zero();
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
    let facts = Facts::of_account(case, by.who);
    if !may_as_any(Action::CountersignAgreement, facts) {
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
/// is and its last four numbers, which are all that is kept. Another account in
/// place of one that was checked needs two people: the second enters it anew. With
/// it, payments that were on their way to the old one are taken back.
pub fn approve_account(
    case: &Case,
    holding: HoldingId,
    name: Line,
    last_four: &str,
    by: By,
) -> Result<Vec<case::Event>, Refusal> {
    not_their_own(case, by)?;
    let holding = open(case, holding)?;
    if holding.words.mode == Mode::Notional {
        return Err(Refusal::invalid("holding", "A notional budget has no bank account: we hold the money"));
    }
    let last_four = last_four.trim();
    if last_four.len() != 4 || !last_four.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::invalid("last-four", "Enter the last 4 numbers of the account, like 0417"));
    }
    let (holding, last_four) = (holding.id, last_four.to_owned());
    if case
        .arrangement
        .account_of(holding)
        .is_some_and(|old| (&old.name, &old.last_four) == (&name, &last_four))
    {
        return Err(Refusal::already_done("This account has been approved already"));
    }
    if !is_another(case, holding, &name, &last_four) {
        return Ok(vec![Event::AccountApproved { holding, name, last_four }.into()]);
    }
    let is_it = |new: &&EnteredAccount| new.name == name && new.last_four == last_four;
    match entered(case, holding, by.today).filter(is_it) {
        None => Ok(vec![Event::AccountChangeEntered { holding, name, last_four }.into()]),
        Some(first) if first.by.account() == Some(by.who) => Err(Refusal::not_allowed(
            "You entered this account, so somebody else in finance checks it on paper and enters it too",
        )),
        Some(_) => {
            let is_on_its_way =
                |i: &&Instalment| i.planned.holding == holding && i.state == PaymentState::Released;
            let released = case.arrangement.instalments.iter().filter(is_on_its_way);
            let why = Prose::parse("The account that it goes to has changed.")
                .expect("these words are within what may be written");
            let sent_back =
                |i: &Instalment| Event::PaymentSentBack { instalment: i.planned.id, why: why.clone() }.into();
            let approved = Event::AccountApproved { holding, name, last_four }.into();
            Ok(released.map(sent_back).chain([approved]).collect())
        }
    }
}

/// The account that money of a way of holding it went to before: its own, that of one
/// which it took over from, or else of one that has ended. Whoever ends one and begins
/// another does not thereby choose alone where money goes.
fn account_before(case: &Case, holding: HoldingId) -> Option<&ApprovedAccount> {
    let line = case.arrangement.line_of(holding);
    let of_line = line.into_iter().find_map(|id| case.arrangement.account_of(id));
    let has_ended =
        |account: &&ApprovedAccount| case.plan.holding(account.holding).is_some_and(|h| h.ending.is_some());
    of_line.or_else(|| case.arrangement.accounts.iter().rfind(has_ended))
}

/// Whether an account is another than the one that money went to before.
#[must_use]
pub(in crate::case) fn is_another(case: &Case, holding: HoldingId, name: &Line, last_four: &str) -> bool {
    let before = account_before(case, holding);
    before.is_some_and(|before| &before.name != name || before.last_four != last_four)
}

/// The account that somebody entered in place of another, while it waits for a second
/// person.
#[must_use]
pub fn entered(case: &Case, holding: HoldingId, today: Date) -> Option<&EnteredAccount> {
    let is_it = |new: &&EnteredAccount| new.holding == holding && today <= new.waits_until();
    case.arrangement.entered.iter().find(is_it)
}

/// Takes back an account that waits for a second person, and says why: whoever
/// entered it, or anybody else who may.
pub fn take_back_account(
    case: &Case,
    holding: HoldingId,
    why: Prose,
    by: By,
) -> Result<Vec<case::Event>, Refusal> {
    not_their_own(case, by)?;
    if entered(case, holding, by.today).is_none() {
        return Err(Refusal::already_done("No other account waits here to be checked"));
    }
    Ok(vec![Event::AccountChangeTakenBack { holding, why }.into()])
}

/// For how long it is said where money is paid that an account is another: days.
const IS_NEW: i32 = 14;

/// The day since which money of a holding goes to another account than before,
/// where that is not long ago.
#[must_use]
pub fn goes_elsewhere_since(case: &Case, holding: HoldingId, today: Date) -> Option<Date> {
    let account = case.arrangement.account_of(holding).filter(|account| account.is_another)?;
    Some(dates::london(account.since)).filter(|since| is_new(*since, today))
}

/// Whether an account in place of another is so new that it is said where money is
/// paid.
#[must_use]
pub fn is_new(since: Date, today: Date) -> bool {
    dates::days_between(since, today) <= IS_NEW
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

/// By whom an agreement has to be signed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    NotYet,
    ByBoth,
}

/// The agreements of the year of a day, the newest of them last.
fn of_year_of(case: &Case, day: Date, signed: Signed) -> Option<(Year, Vec<&Agreement>)> {
    let year = case.arrangement.year_of(day)?;
    let all = case.arrangement.of_year(year).filter(|a| signed == Signed::NotYet || a.is_signed());
    Some((year, all.collect()))
}

/// That there is no agreement for a day.
pub(super) fn no_agreement(case: &Case, day: Date) -> Refusal {
    if case.arrangement.agreements.is_empty() {
        return Refusal::not_yet(
            "There is no agreement about the money yet",
            "Payments can be scheduled when the plan is agreed and the agreement is made.",
        );
    }
    Refusal::not_yet(
        format!("No agreement is about {}", dates::long(day)),
        "Choose a day in the year that the agreement is for. For a later one the care co-ordinator makes the next agreement.",
    )
}

/// The newest agreement of the year of a day, and that year.
pub(super) fn agreement_for(case: &Case, day: Date, signed: Signed) -> Result<(Year, &Agreement), Refusal> {
    let found = of_year_of(case, day, signed).and_then(|(year, all)| Some((year, *all.last()?)));
    found.ok_or_else(|| match signed {
        Signed::NotYet => no_agreement(case, day),
        Signed::ByBoth => not_signed(),
    })
}

fn not_signed() -> Refusal {
    Refusal::not_yet(
        "The agreement has not been signed by both sides",
        "The person, or someone who speaks for them, signs first. Then the NHS signs.",
    )
}

/// Refuses what the agreements of its year are not about: the newest has to
/// cover the way of holding money, and one that does has to have begun.
pub(super) fn covered(case: &Case, holding: &Holding, day: Date, signed: Signed) -> Result<(), Refusal> {
    let Some((_, all)) = of_year_of(case, day, signed) else { return Err(no_agreement(case, day)) };
    let Some(newest) = all.last() else { return Err(not_signed()) };
    if !newest.covers(holding.id) {
        let which = if signed == Signed::ByBoth { "signed agreement" } else { "agreement" };
        return Err(Refusal::not_yet(
            format!("The {which} is not about {}", quoted(&holding.words.name)),
            "The care co-ordinator makes a new agreement, and both sides sign it.",
        ));
    }
    let began = all.iter().filter(|agreement| agreement.covers(holding.id)).map(|a| a.from).min();
    match began.filter(|began| *began > day) {
        None => Ok(()),
        Some(began) => Err(Refusal::not_yet(
            format!("The agreement about {} begins on {}", quoted(&holding.words.name), dates::long(began)),
            "Choose a day from then on.",
        )),
    }
}

/// Refuses for a day in whose year no signed agreement that had begun was about a
/// way of holding money. It may have ended since.
pub(super) fn was_covered(case: &Case, holding: &Holding, day: Date) -> Result<(), Refusal> {
    let Some((_, all)) = of_year_of(case, day, Signed::ByBoth) else { return Err(no_agreement(case, day)) };
    if all.is_empty() {
        return Err(not_signed());
    }
    if all.iter().any(|agreement| agreement.covers(holding.id) && agreement.from <= day) {
        return Ok(());
    }
    Err(Refusal::not_yet(
        format!("No signed agreement was about {} on that day", quoted(&holding.words.name)),
        "The care co-ordinator makes one, and both sides sign it.",
    ))
}

/// The newest signed agreement of the year of a day that is about a way of holding
/// money, and that year. It may have ended since.
pub(super) fn about<'c>(
    case: &'c Case,
    holding: &Holding,
    day: Date,
) -> Result<(Year, &'c Agreement), Refusal> {
    let found = of_year_of(case, day, Signed::ByBoth);
    let found = found.and_then(|(year, all)| Some((year, *all.iter().rfind(|a| a.covers(holding.id))?)));
    found.ok_or_else(not_signed)
}

/// Whether the person took back their yes to a budget.
#[must_use]
pub fn is_taken_back(case: &Case) -> bool {
    took_back_on(case).is_some()
}

/// The day on which they took it back, where that still is so.
pub(super) fn took_back_on(case: &Case) -> Option<Date> {
    let consent = case.circle.consent_to(ConsentAbout::TakingPart)?;
    (consent.state == ConsentState::Withdrawn).then(|| dates::london(consent.at))
}

/// Whether money may be paid into a holding now, as one of the payments that
/// begin on `day`: plan agreed, an agreement for that year that covers it signed
/// on both sides, and for a direct payment consent and an approved account.
pub fn may_be_paid(case: &Case, holding: HoldingId, day: Date) -> Result<&Holding, Refusal> {
    let holding = open(case, holding)?;
    if case.signoff.agreed().is_none() {
        return Err(Refusal::not_yet("The plan has not been agreed yet", "No money moves before that."));
    }
    if is_taken_back(case) {
        return Err(Refusal::not_yet(
            "The person took back their yes to a budget",
            "No money is paid out while that is so. Talk to them, and to whoever co-ordinates their care.",
        ));
    }
    if case.arrangement.agreement().is_some_and(|newest| is_of_elsewhere(case, newest)) {
        return Err(Refusal::not_yet(
            "The agreement was made in the area that the person moved from",
            "Make one here, and have it signed on both sides, before any money is paid.",
        ));
    }
    covered(case, holding, day, Signed::ByBoth)?;
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

/// Whether the policy lets somebody of whom these facts hold, in some role.
fn may_as_any(action: Action, facts: Facts) -> bool {
    action.roles().into_iter().any(|role| decide(role, action, facts) == Verdict::Allowed)
}

/// Nobody handles payments for themselves or their own family, as the policy has it.
pub(super) fn not_their_own(case: &Case, by: By) -> Result<(), Refusal> {
    if !may_as_any(Action::ReleasePayment, Facts::of_account(case, by.who)) {
        let message = "You have a place in this case, so somebody else in finance must do this";
        return Err(Refusal::not_allowed(message));
    }
    Ok(())
}
