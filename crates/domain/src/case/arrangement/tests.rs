//! Every decision about money and every refusal, given a case.

mod accounts;
mod carried;
mod changed;
mod limits;
mod once;
mod spending;
mod years;

use super::agreement::{approve_account, countersign, make, parts, sign};
use super::payments::{Rhythm, cancel, confirm, release, schedule, schedule_one, send_back};
use super::spending::{
    Change, Held, Leftover, add_receipt, change_holding, explain_money_in, match_spending, record_notional,
    take_in, unmatch,
};
use super::years::year_with;
use super::*;
use crate::case::circle::{self, CaseRole, ConsentAbout};
use crate::case::plan::{self, Every, HoldingWords, LineWords, Mode};
use crate::case::{self, Case, signoff};
use crate::ledger::{Account, Balances, Layer, Posting};
use crate::testing::{id, joined, line, prose};
use crate::{
    Aggregate, Author, CaseId, EntryId, FileId, MemberId, OrganisationId, Refusal, SubmissionId, Why,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const TODAY: Date = Date::constant(2026, 4, 6);

/// The number of the agreement that stands on the page.
fn newest(case: &Case) -> usize {
    case.arrangement.agreements.len()
}

/// What the ledger says of a holding.
fn held(world: &World, holding: HoldingId) -> Held {
    let mut through: BTreeMap<Account, Pence> = BTreeMap::new();
    for entry in &world.entries {
        let actual = || entry.postings().iter().filter(|p| p.layer == Layer::Actual);
        let own: Pence = actual().filter(|p| p.account == Account::Holding(holding)).map(|p| p.amount).sum();
        // Each entry of a test is between a holding and one side of others.
        let is_in = |p: &&Posting| !own.is_zero() && p.account != Account::Holding(holding);
        for other in actual().filter(is_in) {
            *through.entry(other.account).or_default() += -other.amount;
        }
    }
    Held::of(&through, |other| held(world, other))
}
fn account(n: u128) -> AccountId {
    AccountId(id(n))
}
fn by(n: u128) -> By {
    By { who: account(n), now: "2026-04-06T10:00:00Z".parse().expect("an instant"), today: TODAY }
}

const FIRST: u128 = 71;
const SECOND: u128 = 72;
const HUSBAND: MemberId = MemberId(Uuid::from_u128(31));
const DIRECT: HoldingId = HoldingId(Uuid::from_u128(41));
const THIRD: HoldingId = HoldingId(Uuid::from_u128(42));
const NOTIONAL: HoldingId = HoldingId(Uuid::from_u128(43));
const WAGES: LineId = LineId(Uuid::from_u128(51));
const CHAIR: LineId = LineId(Uuid::from_u128(52));
const SWIM: LineId = LineId(Uuid::from_u128(53));

/// A case with its ledger: what the record and the store would hold.
#[derive(Clone)]
struct World {
    case: Case,
    entries: Vec<Entry>,
    dealt: u128,
}

impl World {
    fn deal(&mut self) -> Uuid {
        self.dealt += 1;
        id(1_000 + self.dealt)
    }
    fn entry(&mut self) -> EntryId {
        EntryId(self.deal())
    }
    fn happen(&mut self, who: u128, events: Vec<case::Event>) {
        for event in events {
            let seq = self.case.version + 1;
            let by = Author::Account(account(who));
            self.case.apply(&Recorded { seq, at: super::tests::by(who).now, by, event });
        }
    }
    fn take(&mut self, who: u128, decision: Result<Decision, Refusal>) {
        let decision = decision.expect("may happen");
        self.entries.extend(decision.entries);
        self.happen(who, decision.events);
    }
    fn balances(&self) -> Balances {
        Balances::of(self.entries.iter().flat_map(|e| e.postings().iter().copied()))
    }
    /// The id of the nth instalment.
    fn nth(&self, n: usize) -> InstalmentId {
        self.case.arrangement.instalments[n].planned.id
    }
    fn pay(&mut self, n: usize) {
        let payment = self.nth(n);
        self.paid(by(5), payment).expect("paid");
    }
}

fn at(today: Date) -> By {
    By { now: format!("{today}T10:00:00Z").parse().expect("an instant"), today, ..by(5) }
}

fn finance(at: By, who: u128) -> By {
    By { who: account(who), ..at }
}

impl World {
    /// What somebody decided on a day.
    fn on(&mut self, by: By, decision: Result<Decision, Refusal>) {
        let Decision { events, entries } = decision.expect("may happen");
        self.entries.extend(entries);
        for event in events {
            let (seq, author) = (self.case.version + 1, Author::Account(by.who));
            self.case.apply(&Recorded { seq, at: by.now, by: author, event });
        }
    }
    fn all_on(&mut self, by: By, events: Result<Vec<case::Event>, Refusal>) {
        self.on(by, events.map(|events| Decision { events, entries: vec![] }));
    }
    /// An agreement is made from a day.
    fn made(&mut self, by: By, from: Date) {
        let entry = self.entry();
        let year = year_with(&self.case, from);
        let of_year = self.entries.iter().filter(|e| year.has(e.happened));
        let balances = Balances::of(of_year.flat_map(|e| e.postings().iter().copied()));
        let made = make(&self.case, from, by, entry, &balances);
        self.on(by, made);
    }
    fn signed(&mut self, by: By) {
        let signed = sign(&self.case, newest(&self.case), Voice::Person, prose("Said yes"));
        self.all_on(By { who: account(3), ..by }, signed);
        let countersigned = countersign(&self.case, newest(&self.case), by);
        self.all_on(by, countersigned);
    }
    /// The plan pays another amount each week, and that is agreed.
    fn wages(&mut self, by: By, pence: i64) {
        let words = self.case.plan.line(WAGES).expect("there").words.clone();
        let line = LineWords { amount: Pence(pence), ..words };
        let changed = plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None };
        let id = SubmissionId(self.deal());
        let sent = signoff::Event::Sent { id, voice: Voice::Person, to: None, note: None };
        let agreed = signoff::Event::Agreed {
            id,
            reasons: prose("It is what is needed"),
            nhs: Pence(pence * 52),
            council: Pence(7_777 * 12),
            start_up: Pence(25_000),
            limit: Pence(5_000_000),
        };
        self.all_on(by, Ok(vec![changed.into(), sent.into(), agreed.into()]));
    }
    fn planned_from(&mut self, by: By, held: HoldingId, first: Date) -> Result<(), Refusal> {
        let mut ids: Vec<Uuid> = (0..40).map(|_| self.deal()).collect();
        let ids = || ids.pop().expect("an id");
        let decision = schedule(&self.case, held, first, Rhythm::Monthly, finance(by, FIRST), ids)?;
        self.on(finance(by, FIRST), Ok(decision));
        Ok(())
    }
    /// A payment is made, no earlier than it can be.
    fn paid(&mut self, by: By, id: InstalmentId) -> Result<(), Refusal> {
        let from = payments::released_from(self.case.arrangement.instalment(id).expect("planned"));
        let by = if from > by.today { By { who: by.who, ..at(from) } } else { by };
        let released = release(&self.case, id, finance(by, FIRST))?;
        self.all_on(finance(by, FIRST), Ok(released));
        let entry = self.entry();
        let confirmed = confirm(&self.case, id, finance(by, SECOND), entry)?;
        self.on(finance(by, SECOND), Ok(confirmed));
        Ok(())
    }
    /// The payments into a holding, in the order in which they were planned.
    fn of(&self, holding: HoldingId) -> Vec<InstalmentId> {
        let all = self.case.arrangement.instalments.iter();
        all.filter(|i| i.planned.holding == holding).map(|i| i.planned.id).collect()
    }
    fn cancelled(&mut self, by: By, id: InstalmentId) {
        let entry = self.entry();
        let cancelled = cancel(&self.case, id, prose("Not needed"), finance(by, FIRST), entry);
        self.on(finance(by, FIRST), cancelled);
    }
    /// One payment is planned by itself.
    fn one(
        &mut self,
        by: By,
        (holding, funder): (HoldingId, Funder),
        pence: i64,
    ) -> Result<InstalmentId, Refusal> {
        let (id, kind) = (InstalmentId(self.deal()), InstalmentKind::OneOff);
        let planned = Scheduled { id, holding, due: by.today, funder, kind, amount: Pence(pence) };
        let decision = schedule_one(&self.case, planned, finance(by, FIRST))?;
        self.on(finance(by, FIRST), Ok(decision));
        Ok(id)
    }
    /// A cost of the plan is changed.
    fn line_changed(&mut self, by: By, id: LineId, change: impl FnOnce(&mut LineWords)) {
        let mut line = self.case.plan.line(id).expect("there").words.clone();
        change(&mut line);
        let changed = plan::Event::LineChanged { id, line, voice: Voice::Person, based_on: None };
        self.all_on(by, Ok(vec![changed.into()]));
    }
    /// The plan as it is now is sent and agreed.
    fn agreed_on(&mut self, by: By) {
        let id = SubmissionId(self.deal());
        let costs = signoff::costs(&self.case);
        let sent = signoff::Event::Sent { id, voice: Voice::Person, to: None, note: None };
        let agreed = signoff::Event::Agreed {
            id,
            reasons: prose("It is what is needed"),
            nhs: costs.nhs,
            council: costs.council,
            start_up: costs.start_up,
            limit: Pence(5_000_000),
        };
        self.all_on(by, Ok(vec![sent.into(), agreed.into()]));
    }
    fn withdrawn(&mut self, by: By, about: ConsentAbout) {
        let back =
            circle::Event::ConsentWithdrawn { about, voice: Voice::Person, how: prose("Blinked twice") };
        self.all_on(by, Ok(vec![back.into()]));
    }
    fn planned_now(&self) -> Vec<InstalmentId> {
        let all = self.case.arrangement.instalments.iter();
        all.filter(|i| i.state == PaymentState::Planned).map(|i| i.planned.id).collect()
    }
    fn tasks(&self, today: Date) -> Vec<String> {
        turns(&self.case).into_iter().filter(|turn| turn.waits(today)).map(|turn| turn.task).collect()
    }
    /// The money is held otherwise from a day on, and that is agreed.
    fn changed(&mut self, at: By, (old, new): (HoldingId, HoldingId), mode: Mode, leftover: Leftover) {
        let words = HoldingWords { mode, organisation: None, name: line("Held anew") };
        let change = Change { old, new, words, on: at.today, why: prose("It has to be"), leftover };
        let held = held(self, old);
        let mut ids: Vec<EntryId> = (0..60).map(|_| self.entry()).collect();
        let changed = change_holding(&self.case, change, held, at, || ids.pop().expect("an id"));
        self.on(at, changed);
    }
    fn regular(&self, counts: impl Fn(&Instalment) -> bool) -> Pence {
        let all = self.case.arrangement.instalments.iter().filter(|i| is_regular(i) && counts(i));
        all.map(|i| i.planned.amount).sum()
    }
}

const WAGES_OF_A_YEAR: Pence = Pence(33_333 * 52);

fn is_regular(instalment: &Instalment) -> bool {
    instalment.planned.kind == InstalmentKind::Regular
}

fn is_not_called_off(instalment: &Instalment) -> bool {
    instalment.state != PaymentState::Cancelled
}

fn holding(id: HoldingId, mode: Mode) -> case::Event {
    let organisation = (mode == Mode::ThirdParty).then_some(OrganisationId(self::id(9)));
    let holding = HoldingWords { mode, organisation, name: line(mode.words()) };
    plan::Event::HoldingAdded { id, holding, from: TODAY }.into()
}

fn cost(id: LineId, funder: Funder, pence: i64, every: Every, holding: HoldingId, kind: &str) -> case::Event {
    let line = LineWords {
        what: line("A cost"),
        kind: kind.into(),
        funder,
        amount: Pence(pence),
        every,
        outcomes: vec![],
        holding: Some(holding),
    };
    plan::Event::LineAdded { id, line, voice: Voice::Person }.into()
}

/// A case whose plan is agreed: wages (NHS, weekly) and a chair (NHS, once)
/// by direct payment, swimming (council, monthly) through an organisation.
fn planned() -> World {
    let mut world = World { case: Case::new(CaseId(id(1))), entries: vec![], dealt: 0 };
    let consent = circle::Event::ConsentGiven {
        about: ConsentAbout::DirectPayment,
        voice: Voice::Person,
        how: prose("Blinked once"),
    };
    let husband = joined(HUSBAND, "Her husband", CaseRole::Representative, Some(account(3)));
    let speaks = circle::Event::SpeakerRecognised {
        member: HUSBAND,
        footing: circle::Footing::Representative,
        about: prose("All"),
        evidence: None,
    };
    let sending = SubmissionId(id(8));
    world.happen(
        3,
        vec![
            husband,
            speaks.into(),
            consent.into(),
            holding(DIRECT, Mode::DirectPayment),
            holding(THIRD, Mode::ThirdParty),
            cost(WAGES, Funder::Nhs, 33_333, Every::Week, DIRECT, "assistant"),
            cost(CHAIR, Funder::Nhs, 25_000, Every::Once, DIRECT, "equipment"),
            cost(SWIM, Funder::Council, 7_777, Every::Month, THIRD, "activities"),
            signoff::Event::Sent { id: sending, voice: Voice::Person, to: None, note: None }.into(),
            signoff::Event::Agreed {
                id: sending,
                reasons: prose("It meets the nine"),
                nhs: Pence(33_333 * 52),
                council: Pence(7_777 * 12),
                start_up: Pence(25_000),
                limit: Pence(5_000_000),
            }
            .into(),
        ],
    );
    world
}

/// The plan as it is now is sent and agreed.
fn agreed_anew(world: &mut World) {
    let id = SubmissionId(world.deal());
    let cost = |funder| world.case.plan.first_year_cost_of(funder);
    let (nhs, council) = (cost(Funder::Nhs), cost(Funder::Council));
    let agreed = signoff::Event::Agreed {
        id,
        reasons: prose("The same care"),
        nhs,
        council,
        start_up: Pence(0),
        limit: Pence(5_000_000),
    };
    let sent = signoff::Event::Sent { id, voice: Voice::Person, to: None, note: None };
    world.happen(3, vec![sent.into(), agreed.into()]);
}

/// The same with the agreement signed on both sides and the account approved.
fn agreed() -> World {
    let mut world = planned();
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    let signed =
        sign(&world.case, newest(&world.case), Voice::Person, prose("Blinked once")).expect("signed");
    world.happen(3, signed);
    let countersigned = countersign(&world.case, newest(&world.case), by(5)).expect("countersigned");
    world.happen(5, countersigned);
    let account =
        approve_account(&world.case, DIRECT, line("A budget"), "0417", by(FIRST)).expect("approved");
    world.happen(FIRST, account);
    world
}

/// The same with a year of monthly payments planned into both.
fn wages_planned() -> World {
    let mut world = agreed();
    let first = finance(by(5), FIRST);
    world.planned_from(first, THIRD, TODAY).expect("planned");
    world.planned_from(first, DIRECT, TODAY).expect("planned");
    world
}

fn scheduled() -> World {
    let mut world = agreed();
    for (held, rhythm) in [(DIRECT, Rhythm::FourWeekly), (THIRD, Rhythm::Monthly)] {
        let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
        let decision = schedule(&world.case, held, TODAY, rhythm, by(FIRST), || ids.pop().expect("an id"));
        world.take(FIRST, decision);
    }
    world
}

fn movement(n: u128, held: HoldingId, pence: i64) -> Movement {
    Movement { id: BankLineId(id(n)), holding: held, date: TODAY, amount: Pence(pence), text: "ACME".into() }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> (Why, String) {
    let refusal = answer.expect_err("must be refused");
    (refusal.why, refusal.message)
}

#[test]
fn the_parts_that_apply_follow_from_the_plan() {
    let world = planned();
    use Part::{DirectPayment, EmployingPeople, Everyone, ThirdParty};
    assert_eq!(parts(&world.case), [Everyone, ThirdParty, DirectPayment, EmployingPeople]);
    assert_eq!(parts(&Case::new(CaseId(id(2)))), [Everyone]);
}

#[test]
fn no_agreement_before_a_plan_is_agreed_and_not_the_same_twice() {
    let empty = Case::new(CaseId(id(2)));
    let entry = EntryId(id(6));
    assert_eq!(refused(make(&empty, TODAY, by(5), entry, &Balances::default())).0, Why::NotYet);
    let world = agreed();
    let again = make(&world.case, TODAY, by(5), entry, &world.balances());
    assert_eq!(refused(again).0, Why::AlreadyDone);
    let other = make(&world.case, crate::dates::days_after(TODAY, 1), by(5), entry, &world.balances());
    assert_eq!(refused(other).0, Why::AlreadyDone);
    let next_year = make(&world.case, Date::constant(2027, 4, 6), by(5), entry, &world.balances());
    assert_eq!(next_year.expect("renewed").entries, vec![], "the budget layer says so already");
    let far = make(&planned().case, Date::constant(2028, 1, 1), by(5), entry, &Balances::default());
    assert_eq!(refused(far).0, Why::Invalid);
}

#[test]
fn the_budget_layer_says_what_was_agreed_line_by_line() {
    let balances = agreed().balances();
    assert_eq!(balances.get(Layer::Budget, Account::Line(WAGES)), Pence(33_333 * 52));
    assert_eq!(balances.get(Layer::Budget, Account::Line(SWIM)), Pence(7_777 * 12));
    assert_eq!(balances.come_in(), Pence(0), "an agreement moves no money");
}

#[test]
fn both_sides_sign_in_turn() {
    let mut world = planned();
    assert_eq!(refused(sign(&world.case, newest(&world.case), Voice::Person, prose("x"))).0, Why::NotYet);
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    assert_eq!(refused(countersign(&world.case, newest(&world.case), by(5))).0, Why::NotYet);
    let stranger = Voice::Member(MemberId(id(99)));
    assert_eq!(refused(sign(&world.case, newest(&world.case), stranger, prose("x"))).0, Why::Invalid);
    let signed = sign(&world.case, newest(&world.case), Voice::Member(HUSBAND), prose("For Alice"))
        .expect("he represents her");
    world.happen(3, signed);
    assert_eq!(
        refused(sign(&world.case, newest(&world.case), Voice::Person, prose("x"))).0,
        Why::AlreadyDone
    );
    assert_eq!(
        refused(countersign(&world.case, newest(&world.case), by(3))).0,
        Why::NotAllowed,
        "not for both sides"
    );
    let countersigned = countersign(&world.case, newest(&world.case), by(5)).expect("countersigned");
    world.happen(5, countersigned);
    assert_eq!(refused(countersign(&world.case, newest(&world.case), by(5))).0, Why::AlreadyDone);
    assert!(world.case.arrangement.in_force().is_some());
}

#[test]
fn a_direct_payment_needs_consent_to_be_signed_and_to_be_paid() {
    let mut world = scheduled();
    let withdrawn = circle::Event::ConsentWithdrawn {
        about: ConsentAbout::DirectPayment,
        voice: Voice::Person,
        how: prose("Blinked twice"),
    };
    world.happen(3, vec![withdrawn.into()]);
    let (why, message) = refused(release(&world.case, world.nth(0), by(FIRST)));
    assert_eq!((why, message.contains("consent")), (Why::NotYet, true));
}

#[test]
fn an_account_is_four_numbers_of_a_holding_that_has_one() {
    let world = planned();
    for wrong in ["", "123", "12345", "12a4", "١٢٣٤", "-123"] {
        let answer = approve_account(&world.case, DIRECT, line("A"), wrong, by(FIRST));
        assert_eq!(refused(answer).0, Why::Invalid, "{wrong}");
    }
    let gone = approve_account(&world.case, NOTIONAL, line("A"), "1234", by(FIRST));
    assert_eq!(refused(gone).0, Why::Invalid);
    let again = approve_account(&agreed().case, DIRECT, line("A budget"), "0417", by(FIRST));
    assert_eq!(refused(again).0, Why::AlreadyDone);
}

#[test]
fn a_year_is_scheduled_to_the_penny_and_set_aside() {
    let world = scheduled();
    let all = &world.case.arrangement.instalments;
    assert_eq!(all.len(), 1 + 13 + 12);
    let sum = |held: HoldingId| -> Pence {
        all.iter().filter(|i| i.planned.holding == held).map(|i| i.planned.amount).sum()
    };
    assert_eq!((sum(DIRECT), sum(THIRD)), (Pence(33_333 * 52 + 25_000), Pence(7_777 * 12)));
    assert_eq!(all[0].planned.kind, InstalmentKind::StartUp);
    assert_eq!(all[13].planned.due, Date::constant(2027, 3, 8), "12 times 4 weeks later");
    assert_eq!(all[15].planned.due, Date::constant(2026, 5, 6));
    assert_eq!(world.balances().promised(), Pence(33_333 * 52 + 25_000 + 7_777 * 12));
}

#[test]
fn nothing_is_promised_beyond_what_was_agreed() {
    let world = scheduled();
    let more = |funder, pence, n| {
        let amount = Pence(pence);
        let one = Scheduled {
            id: InstalmentId(id(n)),
            holding: THIRD,
            due: TODAY,
            funder,
            kind: InstalmentKind::OneOff,
            amount,
        };
        schedule_one(&world.case, one, by(FIRST))
    };
    let (why, message) = refused(more(Funder::Council, 1, 600));
    assert_eq!(why, Why::NotYet);
    assert!(message.contains("£"), "{message}");
    assert_eq!(refused(more(Funder::Nhs, 0, 601)).0, Why::Invalid);
    assert_eq!(refused(more(Funder::Nhs, -5, 602)).0, Why::Invalid);
    let first = world.nth(0).0;
    let again = |rhythm, day| schedule(&world.case, DIRECT, day, rhythm, by(FIRST), || first);
    let same = again(Rhythm::FourWeekly, TODAY);
    assert_eq!(same, Ok(Decision::default()), "the same form sent twice");
    assert_eq!(refused(again(Rhythm::Monthly, TODAY)).0, Why::AlreadyDone);
    assert_eq!(refused(again(Rhythm::FourWeekly, crate::dates::days_after(TODAY, 1))).0, Why::AlreadyDone);
}

#[test]
fn what_cannot_be_scheduled() {
    let world = agreed();
    let try_it = |held, day, who| schedule(&world.case, held, day, Rhythm::Monthly, who, || id(700));
    assert_eq!(refused(try_it(HoldingId(id(404)), TODAY, by(FIRST))).0, Why::Invalid);
    assert_eq!(refused(try_it(DIRECT, Date::constant(2026, 4, 5), by(FIRST))).0, Why::Invalid);
    assert_eq!(refused(try_it(DIRECT, Date::constant(2028, 4, 5), by(FIRST))).0, Why::Invalid);
    assert_eq!(refused(try_it(DIRECT, TODAY, by(3))).0, Why::NotAllowed, "not for one's own family");
    let early = schedule(&planned().case, DIRECT, TODAY, Rhythm::Monthly, by(FIRST), || id(700));
    assert_eq!(refused(early).0, Why::NotYet, "there is no agreement");
}

#[test]
fn one_releases_another_confirms_and_the_money_moves_once() {
    let mut world = scheduled();
    let payment = world.nth(0);
    let entry = EntryId(id(800));
    assert_eq!(refused(confirm(&world.case, payment, by(SECOND), entry)).0, Why::NotYet);
    let released = release(&world.case, payment, by(FIRST)).expect("released");
    world.happen(FIRST, released);
    assert_eq!(refused(release(&world.case, payment, by(SECOND))).0, Why::AlreadyDone);
    let (why, message) = refused(confirm(&world.case, payment, by(FIRST), entry));
    assert_eq!(why, Why::NotAllowed);
    assert!(message.contains("somebody else"), "{message}");
    assert_eq!(world.balances().come_in(), Pence(0), "released is not paid");
    assert_eq!(refused(cancel(&world.case, payment, prose("x"), by(FIRST), entry)).0, Why::NotYet);
    let before = world.balances().promised();
    let confirmed = confirm(&world.case, payment, by(SECOND), entry);
    world.take(SECOND, confirmed);
    assert_eq!(refused(confirm(&world.case, payment, by(SECOND), entry)).0, Why::AlreadyDone);
    assert_eq!(world.balances().come_in(), Pence(25_000));
    assert_eq!(world.balances().promised(), before - Pence(25_000), "the promise is kept");
    assert_eq!(world.case.arrangement.first_paid, Some(TODAY));
    assert_eq!(refused(send_back(&world.case, payment, prose("x"), by(FIRST))).0, Why::NotYet);
    assert_eq!(refused(cancel(&world.case, payment, prose("x"), by(FIRST), entry)).0, Why::NotYet);
}

#[test]
fn nothing_is_released_before_both_have_signed() {
    let mut world = planned();
    let entry = world.entry();
    let made = make(&world.case, TODAY, by(5), entry, &world.balances());
    world.take(5, made);
    let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
    let decision =
        schedule(&world.case, THIRD, TODAY, Rhythm::Monthly, by(FIRST), || ids.pop().expect("an id"));
    world.take(FIRST, decision);
    assert_eq!(refused(release(&world.case, world.nth(0), by(FIRST))).0, Why::NotYet);
    let signed =
        sign(&world.case, newest(&world.case), Voice::Person, prose("Blinked once")).expect("signed");
    world.happen(3, signed);
    assert_eq!(refused(release(&world.case, world.nth(0), by(FIRST))).0, Why::NotYet, "one side is not both");
}

#[test]
fn sent_back_and_cancelled_money_is_free_again() {
    let mut world = scheduled();
    let payment = world.nth(0);
    let released = release(&world.case, payment, by(FIRST)).expect("released");
    world.happen(FIRST, released);
    let back = send_back(&world.case, payment, prose("The account is another"), by(SECOND)).expect("back");
    world.happen(SECOND, back);
    assert_eq!(world.case.arrangement.instalments[0].state, PaymentState::Planned);
    let before = world.balances().promised();
    let cancelled = cancel(&world.case, payment, prose("Not needed"), by(FIRST), EntryId(id(801)));
    world.take(FIRST, cancelled);
    assert_eq!(world.balances().promised(), before - Pence(25_000));
    let again = cancel(&world.case, payment, prose("x"), by(FIRST), EntryId(id(802)));
    assert_eq!(refused(again).0, Why::AlreadyDone);
    assert_eq!(refused(release(&world.case, payment, by(FIRST))).0, Why::NotYet);
}

proptest! {
    #[test]
    fn schedules_lose_no_penny(weekly in 1i64..500_000, monthly in any::<bool>()) {
        let mut world = planned();
        let line = LineWords { amount: Pence(weekly), ..world.case.plan.line(WAGES).expect("there").words.clone() };
        let sending = SubmissionId(id(9));
        world.happen(3, vec![
            plan::Event::LineChanged { id: WAGES, line, voice: Voice::Person, based_on: None }.into(),
            signoff::Event::Sent { id: sending, voice: Voice::Person, to: None, note: None }.into(),
            signoff::Event::Agreed {
                id: sending, reasons: prose("x"), nhs: Pence(weekly * 52), council: Pence(0),
                start_up: Pence(25_000), limit: Pence(i64::MAX),
            }.into(),
        ]);
        let entry = world.entry();
        let made = make(&world.case, TODAY, by(5), entry, &world.balances());
        world.take(5, made);
        let rhythm = if monthly { Rhythm::Monthly } else { Rhythm::FourWeekly };
        let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
        let decision = schedule(&world.case, DIRECT, TODAY, rhythm, by(FIRST), || ids.pop().expect("an id"));
        world.take(FIRST, decision);
        prop_assert_eq!(world.balances().promised(), Pence(weekly * 52 + 25_000));
    }

    #[test]
    fn what_came_in_is_spent_or_left_whatever_happens(
        steps in proptest::collection::vec((0u8..9, 1i64..200_000, 0usize..26), 1..60)
    ) {
        let mut world = scheduled();
        let mut out: Vec<Movement> = vec![];
        for (n, (kind, pence, nth)) in (10_000u128..).zip(steps) {
            let before = world.clone();
            let payment = world.nth(nth);
            let entry = EntryId(id(n));
            let decision = match kind {
                0 => release(&world.case, payment, by(FIRST)).map(|events| Decision { events, entries: vec![] }),
                1 => confirm(&world.case, payment, by(SECOND), entry),
                2 => send_back(&world.case, payment, prose("x"), by(SECOND)).map(|events| Decision { events, entries: vec![] }),
                3 => cancel(&world.case, payment, prose("x"), by(FIRST), entry),
                4 => {
                    out.push(movement(n, DIRECT, -pence));
                    take_in(&world.case, StatementId(id(n)), DIRECT, &out[out.len() - 1..], 0, by(3))
                }
                5 => explain_money_in(&world.case, &movement(n, THIRD, pence), CameIn::OwnMoney, by(3)),
                6 => explain_money_in(&world.case, &movement(n, DIRECT, pence), CameIn::Refund { line: WAGES }, by(3)),
                7 => match out.get(nth) {
                    Some(m) => match_spending(&world.case, m, vec![(WAGES, -m.amount)], by(3), entry),
                    None => continue,
                },
                _ => {
                    let Some(m) = out.get(nth) else { continue };
                    let made = world.entries.iter().rev().find(|e| e.about == m.id.0 && e.cause == crate::ledger::Cause::BankLineMatched);
                    let Some(made) = made.cloned() else { continue };
                    unmatch(&world.case, m.id, prose("x"), &made, by(3), entry)
                }
            };
            match decision {
                Ok(decision) => {
                    let who = if kind == 1 || kind == 2 { SECOND } else { FIRST };
                    world.take(who, Ok(decision));
                }
                Err(_) => prop_assert_eq!(&world.case, &before.case),
            }
            let b = world.balances();
            prop_assert_eq!(b.come_in(), b.spent() + b.left());
            let waiting: Pence = world.case.arrangement.instalments.iter()
                .filter(|i| matches!(i.state, PaymentState::Planned | PaymentState::Released))
                .map(|i| i.planned.amount).sum();
            prop_assert_eq!(b.promised(), waiting, "what is promised is what is scheduled and not paid");
            let mut keys: Vec<_> = world.entries.iter().map(|e| e.key.clone()).collect();
            keys.sort();
            keys.dedup();
            prop_assert_eq!(keys.len(), world.entries.len(), "no key is used twice");
        }
    }
}
