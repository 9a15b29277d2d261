//! Spending: what left the accounts, what it was for, and what came in that
//! was not one of our payments. The person decides what a payment was for.

use super::agreement::not_their_own;
use super::bought::Bought;
use super::costs::{is_once, is_paid_from, once_left};
use super::given_back::{came_back, paid_last_first};
use super::limits::{Asked, Limit, Signed, beyond};
use super::years::is_promised;
use super::{By, CameIn, Decision, Event, Instalment, PaymentState, Receipt, postings};
use crate::case::circle::ConsentAbout;
use crate::case::plan::{Holding, HoldingWords, LineWords, Mode, changes};
use crate::case::{self, Case, plan};
use crate::known::{known, quoted};
use crate::ledger::{Account, Entry, Funder};
use crate::{
    BankLineId, Date, EntryId, FileId, HoldingId, InstalmentId, Line, LineId, Pence, Prose, Refusal,
    StatementId, dates,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A bank line, as far as the rules need it. Money in is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub id: BankLineId,
    pub holding: HoldingId,
    pub date: Date,
    pub amount: Pence,
    /// What the bank wrote about it.
    pub text: String,
}

/// Whether statements can be taken in for a holding.
pub fn can_take_in(case: &Case, holding: HoldingId) -> Result<(), Refusal> {
    match case.plan.holding(holding).map(|h| h.words.mode) {
        None => Err(Refusal::invalid("holding", "Choose which account the statement is from")),
        Some(Mode::Notional) => {
            Err(Refusal::invalid("holding", "A notional budget has no bank account, so it has no statements"))
        }
        Some(_) => Ok(()),
    }
}

/// Takes in the new lines of a statement. What went out leaves the holding
/// and waits to be matched; what came in is recognised if it is one or more of
/// our own payments, so that no pound counts twice.
pub fn take_in(
    case: &Case,
    statement: StatementId,
    holding: HoldingId,
    new: &[Movement],
    already: u32,
    by: By,
) -> Result<Decision, Refusal> {
    can_take_in(case, holding)?;
    let new_lines = u32::try_from(new.len()).unwrap_or(u32::MAX);
    let mut events: Vec<case::Event> =
        vec![Event::StatementTakenIn { statement, holding, new_lines, already }.into()];
    let mut entries = Vec::new();
    let mut arrived: BTreeSet<InstalmentId> =
        case.arrangement.arrived.iter().flat_map(|(_, all)| all.iter().copied()).collect();
    for movement in new {
        if movement.amount.is_negative() {
            let amount = -movement.amount;
            entries.push(postings::left_account(case, by, movement.id, holding, movement.date, amount));
            continue;
        }
        let ours = our_payment(case, movement, &arrived);
        if !ours.is_empty() {
            arrived.extend(ours.iter().copied());
            events.push(Event::PaymentArrived { bank_line: movement.id, instalments: ours }.into());
        }
    }
    Ok(Decision { events, entries })
}

/// The instalments that a line of money coming in is: one of the same amount,
/// or all that were paid on one day, up to 10 days before it arrived.
fn our_payment(case: &Case, movement: &Movement, arrived: &BTreeSet<InstalmentId>) -> Vec<InstalmentId> {
    let near = |i: &&Instalment| {
        let days = i.paid.map(|paid| dates::days_between(paid, movement.date));
        i.state == PaymentState::Paid
            && i.planned.holding == movement.holding
            && !arrived.contains(&i.planned.id)
            && days.is_some_and(|days| (-1..=10).contains(&days))
    };
    let open: Vec<&Instalment> = case.arrangement.instalments.iter().filter(near).collect();
    if let Some(one) = open.iter().find(|i| i.planned.amount == movement.amount) {
        return vec![one.planned.id];
    }
    let days: BTreeSet<Date> = open.iter().filter_map(|i| i.paid).collect();
    for day in days {
        let together: Vec<_> = open.iter().filter(|i| i.paid == Some(day)).collect();
        if together.iter().map(|i| i.planned.amount).sum::<Pence>() == movement.amount {
            return together.iter().map(|i| i.planned.id).collect();
        }
    }
    vec![]
}

fn current_line(case: &Case, id: LineId) -> Result<&LineWords, Refusal> {
    case.plan
        .line(id)
        .filter(|l| !l.removed)
        .map(|l| &l.words)
        .ok_or_else(|| Refusal::invalid("line", "Choose what in the plan it was for"))
}

/// Says what a payment was for: one line of the plan, or several whose
/// amounts come to exactly what was paid.
pub fn match_spending(
    case: &Case,
    movement: &Movement,
    to: Vec<(LineId, Pence)>,
    by: By,
    entry: EntryId,
) -> Result<Decision, Refusal> {
    if !movement.amount.is_negative() {
        return Err(Refusal::not_yet(
            "This money came in, so it was not spending",
            "Say where it came from instead.",
        ));
    }
    if case.arrangement.match_of(movement.id).is_some() {
        return Err(Refusal::already_done("This payment has been matched already"));
    }
    let paid = -movement.amount;
    let different: BTreeSet<LineId> = to.iter().map(|(line, _)| *line).collect();
    for (line, amount) in &to {
        current_line(case, *line)?;
        if amount.0 <= 0 {
            return Err(Refusal::invalid("amount", "Each part must be more than £0"));
        }
    }
    if to.is_empty() || different.len() != to.len() {
        return Err(Refusal::invalid("line", "Choose each part of the plan once"));
    }
    let total: i128 = to.iter().map(|(_, amount)| i128::from(amount.0)).sum();
    if total != i128::from(paid.0) {
        return Err(Refusal::invalid(
            "amount",
            format!("The parts must come to exactly {paid}, which is what was paid"),
        ));
    }
    let entries = vec![postings::matched(case, by, entry, movement.id, movement.date, &to)];
    Ok(Decision { events: vec![Event::SpendingMatched { bank_line: movement.id, to }.into()], entries })
}

/// Takes a match back. `matched` is the entry that made it.
pub fn unmatch(
    case: &Case,
    bank_line: BankLineId,
    why: Prose,
    matched: &Entry,
    by: By,
    entry: EntryId,
) -> Result<Decision, Refusal> {
    if case.arrangement.match_of(bank_line).is_none() {
        return Err(Refusal::already_done("This payment is not matched to the plan"));
    }
    let reason = "It was for something else in the plan";
    Ok(Decision {
        events: vec![Event::SpendingUnmatched { bank_line, why }.into()],
        entries: vec![postings::taken_back(case, by, entry, matched, reason)],
    })
}

/// Says what money was that came in and is not one of our payments. Money of
/// one's own may be added to social care, never to the NHS part (001:576).
pub fn explain_money_in(case: &Case, movement: &Movement, what: CameIn, by: By) -> Result<Decision, Refusal> {
    if movement.amount.0 <= 0 {
        return Err(Refusal::not_yet("This money went out", "Match it to the plan instead."));
    }
    if case.arrangement.knows_what_came_in(movement.id) {
        return Err(Refusal::already_done("We know what this money was already"));
    }
    let from = match what {
        CameIn::OwnMoney if !has_council_money(case, movement.holding) => {
            return Err(Refusal::not_yet(
                "Your own money cannot be added to the NHS part of a budget",
                "The NHS part pays for all of the care it was agreed for. Take this money out of the account, and tell your care co-ordinator if the budget is not enough.",
            ));
        }
        CameIn::OwnMoney | CameIn::Interest => Account::Own,
        CameIn::Refund { line } => {
            current_line(case, line)?;
            Account::Line(line)
        }
    };
    let (holding, amount) = (movement.holding, movement.amount);
    let entries = vec![postings::came_in(case, by, movement.id, holding, from, movement.date, amount)];
    Ok(Decision { events: vec![Event::MoneyInExplained { bank_line: movement.id, what }.into()], entries })
}

fn has_council_money(case: &Case, holding: HoldingId) -> bool {
    super::costs::is_paid_by(&case.plan, holding, Funder::Council)
}

/// Records what the NHS or the council spent from a notional budget: the
/// person sees it as they would see their own account (002:417).
///
/// `kept` says that the ledger has an entry of this id.
pub fn record_notional(
    case: &Case,
    bought: Bought,
    by: By,
    entry: EntryId,
    kept: bool,
) -> Result<Decision, Refusal> {
    // What was bought has no id on the record; its entry has.
    let all = Some(&case.arrangement.bought).filter(|_| kept);
    let is_there = known(all, |all| all.iter().any(|one| one.bought == bought));
    if !is_there.is_new(|_| "something else that was bought".to_owned())? {
        return Ok(Decision::default());
    }
    let Bought { holding, line, amount, on, what } = bought;
    let held = match case.plan.holding(holding) {
        Some(h) if h.words.mode == Mode::Notional => h,
        _ => return Err(Refusal::invalid("holding", "Choose a notional budget")),
    };
    if held.ended().is_some_and(|ended| on > ended) {
        return Err(Refusal::invalid("on", "The day must be before the notional budget ended"));
    }
    if super::agreement::took_back_on(case).is_some_and(|day| on >= day) {
        return Err(Refusal::not_yet(
            "The person took back their yes to a budget",
            "Nothing is bought while that is so. Talk to them, and to whoever co-ordinates their care.",
        ));
    }
    let funder = current_line(case, line)?.funder;
    if !is_paid_from(case, line, holding) {
        let message = "The plan pays for this from elsewhere. Choose something that this budget pays for";
        return Err(Refusal::invalid("line", message));
    }
    if let Some((what, why)) = changes::waits_for(case, line) {
        return Err(Refusal::not_yet(
            format!("{what} has to be agreed before money is used for it"),
            format!("It waits because {why}"),
        ));
    }
    if amount.0 <= 0 {
        return Err(Refusal::invalid("amount", "The amount must be more than £0"));
    }
    if on > by.today {
        return Err(Refusal::invalid("on", "The day must be today or in the past"));
    }
    within_agreement(case, held, (funder, line, amount), on)?;
    let entries = vec![postings::notional(case, by, entry, funder, holding, (line, amount), on)];
    Ok(Decision { events: vec![Event::NotionalSpent { holding, line, amount, on, what }.into()], entries })
}

/// Refuses what no signed agreement of its year is about, and more than that year,
/// or a cost that is paid once, has left.
fn within_agreement(
    case: &Case,
    held: &Holding,
    (funder, line, amount): (Funder, LineId, Pence),
    on: Date,
) -> Result<(), Refusal> {
    super::agreement::was_covered(case, held, on)?;
    let (year, agreement) = super::agreement::about(case, held, on)?;
    let is_once = case.plan.line(line).is_none_or(is_once);
    let once_left = case.plan.line(line).map_or(Pence::ZERO, |l| once_left(&case.arrangement, l));
    if is_once && amount > once_left {
        return Err(Refusal::not_yet(
            format!("{once_left} is what is left for this, since it is paid once"),
            "Look at what was bought for it before. If more is needed, a plan that costs more is agreed first.",
        ));
    }
    let (regular, once) = if is_once { (Pence::ZERO, amount) } else { (amount, Pence::ZERO) };
    let signed = Signed { year, agreement };
    match beyond(case, signed, (held.id, funder), is_promised, Asked { regular, once }) {
        None => Ok(()),
        Some(Limit { total, most, words }) => Err(Refusal::not_yet(
            format!("With this it would be {total} for this year, and {most} is what {words}"),
            "Look at the amount again. If more is needed, a plan that costs more is agreed first.",
        )),
    }
}

/// What was kept with a form before, in words.
#[must_use]
pub fn kept_receipt(kept: &Receipt) -> String {
    kept.what
        .as_ref()
        .map_or_else(|| "another receipt".to_owned(), |what| format!("a receipt of {}", quoted(what)))
}

/// Keeps a receipt, beside a payment or a part of the plan where that is said.
pub fn add_receipt(
    case: &Case,
    file: FileId,
    bank_line: Option<BankLineId>,
    line: Option<LineId>,
    what: Option<Line>,
) -> Result<Vec<case::Event>, Refusal> {
    let is_it = |kept: &&Receipt| (kept.bank_line, kept.line, &kept.what) == (bank_line, line, &what);
    if !known(case.arrangement.receipt(file), is_it).is_new(kept_receipt)? {
        return Ok(vec![]);
    }
    if let Some(line) = line {
        current_line(case, line)?;
    }
    Ok(vec![Event::ReceiptAdded { file, bank_line, line, what }.into()])
}

/// Where the money that is left goes when the way of holding it changes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Leftover {
    /// To the new holding.
    MoveOn,
    /// To whoever paid it in, in the shares they paid.
    GiveBack,
}

/// A change of how money is held.
#[derive(Clone, Debug)]
pub struct Change {
    pub old: HoldingId,
    pub new: HoldingId,
    pub words: HoldingWords,
    pub on: Date,
    pub why: Prose,
    pub leftover: Leftover,
}

/// Changes how money is held, in the same case and with nothing lost: the old
/// holding ends and the new one begins, planned payments are cancelled, what
/// is left moves on or goes back, and the plan's costs follow. `held` is what
/// the ledger says of the old holding; `ids` deals ids for new entries.
pub fn change_holding(
    case: &Case,
    change: Change,
    held: Held,
    by: By,
    mut ids: impl FnMut() -> EntryId,
) -> Result<Decision, Refusal> {
    let is_it = |new: &&Holding| {
        let ended = case.plan.holding(change.old).and_then(|old| old.ending.as_ref());
        // Of a change from before this was recorded, what was left is not known.
        let settled = case.arrangement.settled.iter().find(|settled| settled.holding == change.old);
        new.words == change.words
            && settled.is_none_or(|settled| settled.leftover == change.leftover)
            && new.from == change.on
            && ended.is_some_and(|ended| ended.on == change.on && ended.why == change.why)
    };
    if !known(case.plan.holding(change.new), is_it).is_new(|new| quoted(&new.words.name))? {
        return Ok(Decision::default());
    }
    let old = super::agreement::open(case, change.old)?;
    // All of it happens at once: payments stop and what is left moves.
    if change.on < old.from || change.on > by.today {
        return Err(Refusal::invalid(
            "on",
            "The day must be after the old way began, and not after today. Come back here on the day",
        ));
    }
    if change.words.mode == Mode::ThirdParty && change.words.organisation.is_none() {
        return Err(Refusal::invalid("organisation", "Choose the organisation that will hold the money"));
    }
    if change.words.mode == Mode::DirectPayment && !case.circle.has_consented(ConsentAbout::DirectPayment) {
        return Err(Refusal::not_yet(
            "There is no consent to a direct payment",
            "It must be on the record before money is held so. It is given on the page about people and consent.",
        ));
    }
    not_their_own_money(case, by)?;
    let mut decision = Decision::default();
    for instalment in case.arrangement.instalments.iter().filter(|i| i.planned.holding == change.old) {
        match instalment.state {
            PaymentState::Released => {
                return Err(Refusal::not_yet(
                    "A payment is waiting to be confirmed",
                    "Finance confirms it or sends it back first.",
                ));
            }
            PaymentState::Planned => {
                let why = change.why.clone();
                decision.join(super::payments::call_off(case, instalment.planned.id, why, by, ids())?);
            }
            PaymentState::Paid | PaymentState::Cancelled => {}
        }
    }
    let left = held.left;
    let to = match change.leftover {
        Leftover::MoveOn => vec![(Account::Holding(change.new), left)],
        Leftover::GiveBack => shares(case, change.old, held),
    };
    let back =
        |funder| to.iter().filter(|(account, _)| *account == Account::Funding(funder)).map(|(_, p)| *p).sum();
    decision.events.push(
        Event::LeftoverSettled {
            holding: change.old,
            leftover: change.leftover,
            left,
            nhs: back(Funder::Nhs),
            council: back(Funder::Council),
        }
        .into(),
    );
    let key = format!("holding:{}:ended", change.old);
    decision.entries.extend(postings::moved_on(case, by, ids(), change.old, by.today, &to, key));
    decision
        .events
        .push(plan::Event::HoldingAdded { id: change.new, holding: change.words, from: change.on }.into());
    for line in case.plan.current_lines().filter(|l| l.words.holding == Some(change.old)) {
        let words = LineWords { holding: Some(change.new), ..line.words.clone() };
        decision.events.push(
            plan::Event::LineChanged { id: line.id, line: words, voice: line.voice, based_on: None }.into(),
        );
    }
    decision.events.push(plan::Event::HoldingEnded { id: change.old, on: change.on, why: change.why }.into());
    Ok(decision)
}

/// Says what becomes of money that is left in a way of holding it which ended: it moves
/// on `into` another that is open, or goes back to whoever paid it in. `held` is what
/// the ledger says of it.
pub fn settle_left(
    case: &Case,
    holding: HoldingId,
    into: Option<HoldingId>,
    held: Held,
    by: By,
    id: EntryId,
) -> Result<Decision, Refusal> {
    let Some(ended) = case.plan.holding(holding) else {
        return Err(Refusal::invalid("holding", "Choose where the money is"));
    };
    if ended.ending.is_none() {
        return Err(Refusal::not_yet(
            "This way of holding the money has not ended",
            "Change how the money is held, and say there what becomes of what is left.",
        ));
    }
    if case.arrangement.left_in(holding).is_none() && held.left.0 <= 0 {
        return Err(Refusal::already_done("Nothing is left in this account"));
    }
    not_their_own_money(case, by)?;
    // It may have been spent since.
    let held = Held { left: held.left.or_zero(), ..held };
    let to = match into {
        Some(new) => {
            let new = super::agreement::open(case, new)
                .map_err(|no| Refusal { field: Some("into".into()), ..no })?;
            let stops = super::payments::is_stopped(case, new.id);
            if new.words.mode == Mode::Notional || stops {
                let message = "Choose an account that money can be paid into now, or give it back";
                return Err(Refusal::invalid("into", message));
            }
            vec![(Account::Holding(new.id), held.left)]
        }
        None => shares(case, holding, held),
    };
    let back = |funder| -> Pence {
        to.iter().filter(|(account, _)| *account == Account::Funding(funder)).map(|(_, p)| *p).sum()
    };
    let (nhs, council) = (back(Funder::Nhs), back(Funder::Council));
    let key = format!("holding:{holding}:settled:{}", case.version);
    let entry = postings::moved_on(case, by, id, holding, by.today, &to, key);
    Ok(Decision {
        events: vec![Event::MoneyLeftSettled { holding, into, left: held.left, nhs, council }.into()],
        entries: entry.into_iter().collect(),
    })
}

fn not_their_own_money(case: &Case, by: By) -> Result<(), Refusal> {
    if case.circle.is_close(by.who) { not_their_own(case, by) } else { Ok(()) }
}

/// What the ledger says of a holding: what is left in it, and how much of what
/// came in was paid by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub left: Pence,
    pub from_nhs: Pence,
    pub from_council: Pence,
    /// What the person or their family put in, and interest.
    pub from_own: Pence,
}

impl Held {
    /// What was paid in by whom. Where money moved on from another holding,
    /// `of_other` says the same of that one, and it comes in those shares.
    #[must_use]
    pub fn of(through: &BTreeMap<Account, Pence>, mut of_other: impl FnMut(HoldingId) -> Self) -> Self {
        let mut held = Self { left: through.values().copied().sum(), ..Self::default() };
        for (account, amount) in through {
            match *account {
                Account::Funding(Funder::Nhs) => held.from_nhs += *amount,
                Account::Funding(Funder::Council) => held.from_council += *amount,
                Account::Own => held.from_own += *amount,
                Account::Holding(other) if amount.0 > 0 => {
                    let [nhs, council, own] = of_other(other).split(*amount);
                    held.from_nhs += nhs;
                    held.from_council += council;
                    held.from_own += own;
                }
                _ => {}
            }
        }
        held
    }

    /// An amount in the shares in which money was paid in: by the NHS, by the
    /// council, and by the person's own side.
    fn split(self, amount: Pence) -> [Pence; 3] {
        let (nhs, council, own) =
            (self.from_nhs.or_zero(), self.from_council.or_zero(), self.from_own.or_zero());
        let whole = nhs + council + own;
        let part = |of: Pence| if whole.is_zero() { Pence::ZERO } else { amount.times(of.0, whole.0) };
        let (council, own) = (part(council), part(own));
        [amount - council - own, council, own]
    }
}

/// What is left, shared as it was paid in: what is the person's own in the share in
/// which that came, and the rest to the funders who paid in last, year by year.
fn shares(case: &Case, holding: HoldingId, held: Held) -> Vec<(Account, Pence)> {
    let [nhs, council, own] = held.split(held.left);
    let (nhs, council) = paid_in_last(case, holding, nhs + council).unwrap_or((nhs, council));
    vec![
        (Account::Funding(Funder::Nhs), nhs),
        (Account::Funding(Funder::Council), council),
        (Account::Own, own),
    ]
}

/// Who paid in last what is left, in the shares of each year, the newest first: the
/// NHS, and the council. None where the payments that are known do not come to it.
fn paid_in_last(case: &Case, holding: HoldingId, mut left: Pence) -> Option<(Pence, Pence)> {
    let arrangement = &case.arrangement;
    let came_back = came_back(arrangement);
    let is_left = |i: &Instalment| -> Pence {
        let back = came_back.iter().filter(|back| back.of.planned.id == i.planned.id);
        i.planned.amount - back.map(|back| back.part).sum()
    };
    let paid: Vec<&Instalment> = paid_last_first(arrangement, &arrangement.line_of(holding)).collect();
    let (mut to_nhs, mut to_council) = (Pence::ZERO, Pence::ZERO);
    for year in arrangement.years().iter().rev() {
        let of = |funder| -> Pence {
            let of_it = paid.iter().filter(|i| i.planned.funder == funder && arrangement.is_of(*year, i));
            of_it.map(|i| is_left(i)).sum()
        };
        let (nhs, council) = (of(Funder::Nhs), of(Funder::Council));
        let whole = nhs + council;
        let part = whole.min(left);
        if part.0 > 0 {
            let of_council = part.times(council.0, whole.0);
            to_council += of_council;
            to_nhs += part - of_council;
            left -= part;
        }
    }
    left.is_zero().then_some((to_nhs, to_council))
}
