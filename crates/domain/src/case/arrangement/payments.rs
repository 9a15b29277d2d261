//! Payments: scheduled to the penny, released by one finance person and
//! confirmed by another; only then does money move.

use super::agreement::{self, Signed, agreement_for, covered, no_agreement, not_their_own};
use super::costs::{for_lines, once_to_plan, regular, regular_left};
use super::limits::{self, Asked};
use super::years::is_promised;
use super::{By, Decision, Event, Instalment, InstalmentKind, PaymentState, Scheduled, postings};
use crate::case::circle::ConsentAbout;
use crate::case::plan::{Mode, changes};
use crate::case::{self, Case};
use crate::known::known;
use crate::ledger::Funder;
use crate::{Date, EntryId, HoldingId, InstalmentId, Pence, Prose, Refusal, dates};
use std::collections::BTreeSet;
use strum::{EnumString, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// How often regular payments are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Rhythm {
    Monthly,
    FourWeekly,
}

impl Rhythm {
    /// How many payments a year has.
    #[must_use]
    pub fn payments(self) -> u32 {
        match self {
            Self::Monthly => 12,
            Self::FourWeekly => 13,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Monthly => "every month",
            Self::FourWeekly => "every 4 weeks",
        }
    }

    fn day(self, first: Date, number: i32) -> Date {
        match self {
            // Counted from the first day each time, so that the 31st comes
            // back after a short month.
            Self::Monthly => dates::months_after(first, number),
            Self::FourWeekly => dates::days_after(first, 28 * number),
        }
    }
}

/// Schedules a year of payments into one holding: start-up money on the first
/// day, and the yearly amount of each funder in equal parts that lose no penny,
/// until what the year has left for them is planned.
/// `ids` deals an id for each payment; the first is the form's own, so that
/// sending it twice schedules once.
pub fn schedule(
    case: &Case,
    holding: HoldingId,
    first: Date,
    rhythm: Rhythm,
    by: By,
    mut ids: impl FnMut() -> Uuid,
) -> Result<Decision, Refusal> {
    let key = InstalmentId(ids());
    let kept = known(case.arrangement.instalment(key), |first_one| {
        let planned = &first_one.planned;
        let next = rhythm.day(first, 1);
        let all = case.arrangement.instalments.iter().map(|i| &i.planned);
        (planned.holding, planned.due) == (holding, first)
            && all
                .filter(|p| p.holding == holding && p.kind == InstalmentKind::Regular)
                .any(|p| p.due == next)
    });
    if !kept.is_new(|i| format!("payments from {}", dates::long(i.planned.due)))? {
        return Ok(Decision::default());
    }
    let mut next = Some(key.0);
    let mut deal = move || InstalmentId(next.take().unwrap_or_else(&mut ids));
    within_a_year(first, by)?;
    let Some(year) = case.arrangement.year_of(first) else { return Err(no_agreement(case, first)) };
    covered(case, agreement::open(case, holding)?, first, Signed::NotYet)?;
    let mut instalments = Vec::new();
    for funder in Funder::VARIANTS.iter().copied() {
        let once = once_to_plan(case, year, holding, funder);
        let mut add = |due, kind, amount: Pence| {
            if amount.0 > 0 {
                instalments.push(Scheduled { id: deal(), holding, due, funder, kind, amount });
            }
        };
        add(first, InstalmentKind::StartUp, once);
        let mut left = regular_left(case, year, holding, funder);
        let parts = regular(case, year, (holding, funder)).split(rhythm.payments());
        for (number, part) in (0i32..).zip(parts) {
            let amount = part.min(left);
            left -= amount;
            add(rhythm.day(first, number), InstalmentKind::Regular, amount);
        }
    }
    if instalments.is_empty() {
        return Err(Refusal::not_yet(
            "Nothing is left to plan from here for this year",
            "Look at the payments that are planned or paid already, and at what the plan pays from here.",
        ));
    }
    promised(case, holding, first, by, instalments)
}

/// Schedules one more payment, at a time that makes sense to the person (004:110).
pub fn schedule_one(case: &Case, planned: Scheduled, by: By) -> Result<Decision, Refusal> {
    let kept = known(case.arrangement.instalment(planned.id), |kept| kept.planned == planned);
    if !kept.is_new(|i| format!("{} due on {}", i.planned.amount, dates::long(i.planned.due)))? {
        return Ok(Decision::default());
    }
    if planned.amount.0 <= 0 {
        return Err(Refusal::invalid("amount", "The amount must be more than £0"));
    }
    promised(case, planned.holding, planned.due, by, vec![planned])
}

fn within_a_year(first: Date, by: By) -> Result<(), Refusal> {
    if first < by.today || first > dates::months_after(by.today, 12) {
        return Err(Refusal::invalid("due", "The day must be from today to 12 months from today"));
    }
    Ok(())
}

fn promised(
    case: &Case,
    holding: HoldingId,
    first: Date,
    by: By,
    instalments: Vec<Scheduled>,
) -> Result<Decision, Refusal> {
    not_their_own(case, by)?;
    let held = agreement::open(case, holding)?;
    if held.words.mode == Mode::Notional {
        return Err(Refusal::invalid(
            "holding",
            "Nothing is paid out for a notional budget: we hold the money and buy the care",
        ));
    }
    within_a_year(first, by)?;
    covered(case, held, first, Signed::NotYet)?;
    if let Some((what, why)) = changes::touched(case, holding) {
        return Err(Refusal::not_yet(
            format!("{what} has to be agreed before more is planned here"),
            format!("It waits because {why}. Payments that are planned already go on"),
        ));
    }
    within_agreed(case, holding, first, &instalments)?;
    let entries = instalments.iter().map(|i| postings::promise(case, by, i)).collect();
    Ok(Decision { events: vec![Event::PaymentsScheduled { instalments }.into()], entries })
}

/// Refuses to promise more in a year than was agreed. What is scheduled together is
/// of the year in which the first of it falls.
fn within_agreed(case: &Case, holding: HoldingId, first: Date, new: &[Scheduled]) -> Result<(), Refusal> {
    let (year, agreement) = agreement_for(case, first, Signed::NotYet)?;
    for funder in Funder::VARIANTS.iter().copied() {
        let of_it = || new.iter().filter(|planned| planned.funder == funder);
        let all: Pence = of_it().map(|planned| planned.amount).sum();
        let once: Pence = of_it()
            .flat_map(|planned| for_lines(&case.plan, &case.arrangement, planned, first))
            .map(|(_, part)| part)
            .sum();
        let asked = Asked { regular: all - once, once };
        let signed = limits::Signed { year, agreement };
        if all.is_zero() {
            continue;
        }
        if let Some(limit) = limits::beyond(case, signed, (holding, funder), is_promised, asked) {
            let (total, most, words) = (limit.total, limit.most, limit.words);
            return Err(Refusal::not_yet(
                format!("That would promise {total} for this year, and {most} is what {words}"),
                "Cancel other payments of this year first, or have a plan agreed that costs more.",
            ));
        }
    }
    Ok(())
}

/// Refuses to pay more in a year than the signed agreement says: the payments of which
/// `counts` says so, with this one.
fn paid_within_agreed(
    case: &Case,
    paid: &Instalment,
    counts: impl Fn(&Instalment) -> bool,
) -> Result<(), Refusal> {
    let (year, agreement) = agreement_for(case, paid.first_due, Signed::ByBoth)?;
    let counts = |i: &Instalment| i.planned.id != paid.planned.id && counts(i);
    let here = (paid.planned.holding, paid.planned.funder);
    let signed = limits::Signed { year, agreement };
    let Some(limit) = limits::beyond(case, signed, here, counts, Asked::of(paid)) else {
        return Ok(());
    };
    let (total, most, words) = (limit.total, limit.most, limit.words);
    Err(Refusal::not_yet(
        format!("With this payment it would be {total} for this year, and {most} is what {words}"),
        "Less was agreed after it was planned. Cancel it, and plan the rest of the year again.",
    ))
}

fn found(case: &Case, id: InstalmentId) -> Result<&Instalment, Refusal> {
    case.arrangement
        .instalment(id)
        .ok_or_else(|| Refusal::not_yet("This payment is not there", "Look at the list of payments again."))
}

/// Why a payment that is planned or released cannot be paid now, if something is
/// in the way: an agreement that is missing, a consent that was taken back.
#[must_use]
pub fn held_up(case: &Case, instalment: &Instalment) -> Option<Refusal> {
    let waits = instalment.waits();
    may_be_paid(case, instalment).err().filter(|_| waits)
}

/// Refuses where a payment cannot be made now.
fn may_be_paid(case: &Case, instalment: &Instalment) -> Result<(), Refusal> {
    agreement::may_be_paid(case, instalment.planned.holding, instalment.first_due)?;
    paid_within_agreed(case, instalment, |i| matches!(i.state, PaymentState::Released | PaymentState::Paid))
}

/// The payments to come that can be made as things are, in the order in which they
/// would be: nothing is in their way, and what was signed has room for all of them.
#[must_use]
pub fn that_can_be_made(case: &Case) -> Vec<&Instalment> {
    let mut waiting: Vec<&Instalment> = case.arrangement.instalments.iter().filter(|i| i.waits()).collect();
    waiting.sort_by_key(|i| (i.state == PaymentState::Planned, i.planned.due, i.planned.id));
    let mut made: BTreeSet<InstalmentId> = BTreeSet::new();
    waiting.retain(|i| {
        let counts =
            |other: &Instalment| other.state == PaymentState::Paid || made.contains(&other.planned.id);
        let can_be = agreement::may_be_paid(case, i.planned.holding, i.first_due).is_ok()
            && paid_within_agreed(case, i, counts).is_ok();
        can_be && made.insert(i.planned.id)
    });
    waiting
}

/// Whether money of a holding is to stay where it is: consent to a direct payment
/// is not given, or not any more, or that to a budget was taken back.
#[must_use]
pub fn is_stopped(case: &Case, holding: HoldingId) -> bool {
    let is_direct = case.plan.holding(holding).is_some_and(|h| h.words.mode == Mode::DirectPayment);
    agreement::is_taken_back(case) || (is_direct && !case.circle.has_consented(ConsentAbout::DirectPayment))
}

/// How long before it is due a payment can be released: days.
pub const RELEASED_BEFORE: i32 = 7;

/// The first day on which a payment can be released.
#[must_use]
pub fn released_from(instalment: &Instalment) -> Date {
    dates::days_after(instalment.planned.due, -RELEASED_BEFORE)
}

/// One finance person releases a payment, when it is nearly due.
pub fn release(case: &Case, id: InstalmentId, by: By) -> Result<Vec<case::Event>, Refusal> {
    let instalment = found(case, id)?;
    not_their_own(case, by)?;
    match instalment.state {
        PaymentState::Planned => {}
        PaymentState::Released | PaymentState::Paid => {
            return Err(Refusal::already_done("This payment has been released already"));
        }
        PaymentState::Cancelled => return Err(cancelled()),
    }
    may_be_paid(case, instalment)?;
    let from = released_from(instalment);
    if by.today < from {
        return Err(Refusal::not_yet(
            format!("This payment is due on {}", dates::long(instalment.planned.due)),
            format!("It can be released from {} on.", dates::long(from)),
        ));
    }
    Ok(vec![Event::PaymentReleased { instalment: id }.into()])
}

/// Another finance person confirms it: the money moves now, once.
pub fn confirm(case: &Case, id: InstalmentId, by: By, entry: EntryId) -> Result<Decision, Refusal> {
    let instalment = found(case, id)?;
    not_their_own(case, by)?;
    match instalment.state {
        PaymentState::Released => {}
        PaymentState::Paid => return Err(Refusal::already_done("This payment has been confirmed already")),
        PaymentState::Cancelled => return Err(cancelled()),
        PaymentState::Planned => {
            return Err(Refusal::not_yet(
                "This payment has not been released",
                "One person in finance releases it, and another confirms it.",
            ));
        }
    }
    if instalment.released_by.is_none_or(|first| first == by.who) {
        return Err(Refusal::not_allowed(
            "You released this payment, so somebody else in finance must confirm it",
        ));
    }
    may_be_paid(case, instalment)?;
    Ok(Decision {
        events: vec![Event::PaymentConfirmed { instalment: id, paid: by.today }.into()],
        entries: vec![postings::paid(case, by, entry, &instalment.planned, by.today)],
    })
}

/// Sends a released payment back, saying why; it can be released again.
pub fn send_back(case: &Case, id: InstalmentId, why: Prose, by: By) -> Result<Vec<case::Event>, Refusal> {
    not_their_own(case, by)?;
    match found(case, id)?.state {
        PaymentState::Released => Ok(vec![Event::PaymentSentBack { instalment: id, why }.into()]),
        PaymentState::Paid => {
            Err(Refusal::not_yet("This payment has been made", "What has been paid can only be returned."))
        }
        PaymentState::Planned => Err(Refusal::already_done("This payment is not waiting to be confirmed")),
        PaymentState::Cancelled => Err(cancelled()),
    }
}

/// Cancels a payment that is not on its way: what was set aside is free again.
pub fn cancel(
    case: &Case,
    id: InstalmentId,
    why: Prose,
    by: By,
    entry: EntryId,
) -> Result<Decision, Refusal> {
    not_their_own(case, by)?;
    call_off(case, id, why, by, entry)
}

/// The same where it follows from something else that was decided. It pays
/// nobody, so that who decided that is asked there and not here.
pub(super) fn call_off(
    case: &Case,
    id: InstalmentId,
    why: Prose,
    by: By,
    entry: EntryId,
) -> Result<Decision, Refusal> {
    let instalment = found(case, id)?;
    match instalment.state {
        PaymentState::Planned => Ok(Decision {
            events: vec![Event::PaymentCancelled { instalment: id, why }.into()],
            entries: vec![postings::given_up(case, by, entry, &instalment.planned)],
        }),
        PaymentState::Released => Err(Refusal::not_yet(
            "This payment is waiting to be confirmed",
            "Send it back first. Then it can be cancelled.",
        )),
        PaymentState::Paid => {
            Err(Refusal::not_yet("This payment has been made", "What has been paid can only be returned."))
        }
        PaymentState::Cancelled => Err(Refusal::already_done("This payment has been cancelled already")),
    }
}

fn cancelled() -> Refusal {
    Refusal::not_yet("This payment was cancelled", "Schedule a new one if it is needed after all.")
}
