//! Payments: scheduled to the penny, released by one finance person and
//! confirmed by another; only then does money move.

use super::agreement::{may_be_paid, not_their_own, year_start, year_starts};
use super::{
    By, Decision, Event, Instalment, InstalmentKind, Paid, PaymentState, Scheduled, Settled, postings,
};
use crate::case::budget::Amounts;
use crate::case::circle::ConsentAbout;
use crate::case::plan::{Every, Mode, Plan};
use crate::case::{self, Case, signoff};
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

pub const FUNDERS: [Funder; 2] = [Funder::Nhs, Funder::Council];

/// What the plan says one funder pays into one holding in the first year:
/// once to begin with, and through the year. A line that names no holding
/// belongs to the only one there is.
#[must_use]
pub fn planned_for(plan: &Plan, holding: HoldingId, funder: Funder) -> Paid {
    let mut open = plan.open_holdings();
    let only = match (open.next(), open.next()) {
        (Some(one), None) => Some(one.id),
        _ => None,
    };
    let lines = || {
        plan.current_lines().filter(|l| l.words.funder == funder && l.words.holding.or(only) == Some(holding))
    };
    let once = lines().filter(|l| l.words.every == Every::Once).map(|l| l.words.yearly()).sum();
    let regular = lines().filter(|l| l.words.every != Every::Once).map(|l| l.words.yearly()).sum();
    Paid { by: funder, once, regular }
}

/// The same, without what is paid once and has been, or is planned: it is paid
/// once, however often the way of holding it changes.
#[must_use]
pub fn to_pay(plan: &Plan, instalments: &[Instalment], holding: HoldingId, funder: Funder) -> Paid {
    let planned = planned_for(plan, holding, funder);
    let of_all: Pence = plan.open_holdings().map(|h| planned_for(plan, h.id, funder).once).sum();
    let is_of_it = |i: &&Instalment| {
        i.planned.kind == InstalmentKind::StartUp
            && i.planned.funder == funder
            && i.state != PaymentState::Cancelled
    };
    let before: Pence = instalments.iter().filter(is_of_it).map(|i| i.planned.amount).sum();
    Paid { once: planned.once.min((of_all - before).or_zero()), ..planned }
}

/// What was agreed for a year, and may be promised at most.
#[must_use]
pub fn agreed_amounts(case: &Case) -> Option<Amounts> {
    match &case.signoff.agreed()?.outcome.as_ref()?.outcome {
        signoff::Outcome::Agreed { nhs, council, start_up, .. } => {
            Some(Amounts { nhs: *nhs, council: *council, start_up: *start_up })
        }
        _ => None,
    }
}

/// Schedules a year of payments into one holding: start-up money on the first
/// day, and the yearly amount of each funder in equal parts that lose no penny.
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
    // Where the year had begun before the newest agreement, its first months
    // have been paid for elsewhere.
    let ends = case.arrangement.agreement().and_then(|agreement| {
        let start = year_start(case, agreement.from);
        (start < agreement.from).then(|| dates::months_after(start, 12))
    });
    let mut instalments = Vec::new();
    for funder in FUNDERS {
        let Paid { once, regular, .. } = to_pay(&case.plan, &case.arrangement.instalments, holding, funder);
        let mut add = |due, kind, amount: Pence| {
            if amount.0 > 0 {
                instalments.push(Scheduled { id: deal(), holding, due, funder, kind, amount });
            }
        };
        add(first, InstalmentKind::StartUp, once);
        for (number, amount) in (0i32..).zip(regular.split(rhythm.payments())) {
            let due = rhythm.day(first, number);
            if ends.is_none_or(|end| due < end) {
                add(due, InstalmentKind::Regular, amount);
            }
        }
    }
    if instalments.is_empty() {
        return Err(Refusal::not_yet(
            "The plan pays for nothing from here",
            "Say in the plan which costs are paid from this holding first.",
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

fn promised(
    case: &Case,
    holding: HoldingId,
    first: Date,
    by: By,
    instalments: Vec<Scheduled>,
) -> Result<Decision, Refusal> {
    not_their_own(case, by)?;
    let held = super::agreement::open(case, holding)?;
    if held.words.mode == Mode::Notional {
        return Err(Refusal::invalid(
            "holding",
            "Nothing is paid out for a notional budget: we hold the money and buy the care",
        ));
    }
    if first < by.today || first > dates::months_after(by.today, 12) {
        return Err(Refusal::invalid("due", "The day must be from today to 12 months from today"));
    }
    within_agreed(case, &instalments)?;
    let entries = instalments.iter().map(|i| postings::promise(case, by, i)).collect();
    Ok(Decision { events: vec![Event::PaymentsScheduled { instalments }.into()], entries })
}

/// Refuses to promise more in a year than was agreed, in total and by funder.
/// Each payment is of the year in which it falls, whatever was made since.
fn within_agreed(case: &Case, new: &[Scheduled]) -> Result<(), Refusal> {
    let (Some(agreed), false) = (agreed_amounts(case), case.arrangement.agreements.is_empty()) else {
        return Err(Refusal::not_yet(
            "There is no agreement about the money yet",
            "Payments can be scheduled when the plan is agreed and the agreement is made.",
        ));
    };
    let starts = year_starts(case);
    let year_of = |day: Date| starts.iter().rposition(|start| *start <= day).unwrap_or_default();
    let years: BTreeSet<usize> = new.iter().map(|planned| year_of(planned.due)).collect();
    years.into_iter().try_for_each(|year| {
        let before = case.arrangement.instalments.iter().filter(|i| i.state != PaymentState::Cancelled);
        let all = before.map(|i| &i.planned).chain(new).filter(|planned| year_of(planned.due) == year);
        // What came back can be promised again.
        let back = case.arrangement.settled.iter().filter(|settled| year_of(settled.on) == year);
        within_year(&agreed, &all.collect::<Vec<_>>(), &back.collect::<Vec<_>>())
    })
}

/// The same of what is promised in one year, and came back in it.
fn within_year(agreed: &Amounts, all: &[&Scheduled], back: &[&Settled]) -> Result<(), Refusal> {
    let promised = |funder: Funder| -> Pence {
        let of_funder = all.iter().filter(|planned| planned.funder == funder);
        let returned = back.iter().map(|settled| match funder {
            Funder::Nhs => settled.nhs,
            Funder::Council => settled.council,
        });
        of_funder.map(|planned| planned.amount).sum::<Pence>() - returned.sum::<Pence>()
    };
    let Amounts { nhs, council, start_up } = *agreed;
    let (from_nhs, from_council) = (promised(Funder::Nhs), promised(Funder::Council));
    let limits = [
        (from_nhs, nhs + start_up, "the NHS agreed to pay"),
        (from_council, council + start_up, "the council agreed to pay"),
        (from_nhs + from_council, nhs + council + start_up, "was agreed"),
    ];
    for (total, limit, words) in limits {
        if total > limit {
            return Err(Refusal::not_yet(
                format!("That would promise {total} for this year, and {limit} is what {words}"),
                "Begin on a later day, cancel other payments first, or have a plan agreed that costs more.",
            ));
        }
    }
    Ok(())
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
    let waits = matches!(instalment.state, PaymentState::Planned | PaymentState::Released);
    may_be_paid(case, instalment.planned.holding).err().filter(|_| waits)
}

/// Whether money of a holding is to stay where it is, since consent to a direct
/// payment is not given, or not any more.
#[must_use]
pub fn is_stopped(case: &Case, holding: HoldingId) -> bool {
    let is_direct = case.plan.holding(holding).is_some_and(|h| h.words.mode == Mode::DirectPayment);
    is_direct && !case.circle.has_consented(ConsentAbout::DirectPayment)
}

/// One finance person releases a payment.
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
    may_be_paid(case, instalment.planned.holding)?;
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
    may_be_paid(case, instalment.planned.holding)?;
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
