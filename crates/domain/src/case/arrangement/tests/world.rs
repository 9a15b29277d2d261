//! A case with its ledger in which decisions about money are taken, and what happens in
//! it: what all these tests share.

use super::*;
use crate::Recorded;

pub(super) const TODAY: Date = Date::constant(2026, 4, 6);

/// The number of the agreement that stands on the page.
pub(super) fn newest(case: &Case) -> usize {
    case.arrangement.agreements.len()
}

/// What the ledger says of a holding.
pub(super) fn held(world: &World, holding: HoldingId) -> Held {
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
pub(super) fn account(n: u128) -> AccountId {
    AccountId(id(n))
}
pub(super) fn by(n: u128) -> By {
    By { who: account(n), now: "2026-04-06T10:00:00Z".parse().expect("an instant"), today: TODAY }
}

pub(super) const FIRST: u128 = 71;
pub(super) const SECOND: u128 = 72;
pub(super) const HUSBAND: MemberId = MemberId(Uuid::from_u128(31));
pub(super) const DIRECT: HoldingId = HoldingId(Uuid::from_u128(41));
pub(super) const THIRD: HoldingId = HoldingId(Uuid::from_u128(42));
pub(super) const NOTIONAL: HoldingId = HoldingId(Uuid::from_u128(43));
pub(super) const WAGES: LineId = LineId(Uuid::from_u128(51));
pub(super) const CHAIR: LineId = LineId(Uuid::from_u128(52));
pub(super) const SWIM: LineId = LineId(Uuid::from_u128(53));

/// A case with its ledger: what the record and the store would hold.
#[derive(Clone)]
pub(super) struct World {
    pub case: Case,
    pub entries: Vec<Entry>,
    pub dealt: u128,
}

impl World {
    pub fn deal(&mut self) -> Uuid {
        self.dealt += 1;
        id(1_000 + self.dealt)
    }
    pub fn entry(&mut self) -> EntryId {
        EntryId(self.deal())
    }
    pub fn happen(&mut self, who: u128, events: Vec<case::Event>) {
        for event in events {
            let seq = self.case.version + 1;
            let by = Author::Account(account(who));
            self.case.apply(&Recorded { seq, at: self::by(who).now, by, event });
        }
    }
    pub fn take(&mut self, who: u128, decision: Result<Decision, Refusal>) {
        let decision = decision.expect("may happen");
        self.entries.extend(decision.entries);
        self.happen(who, decision.events);
    }
    pub fn balances(&self) -> Balances {
        Balances::of(self.entries.iter().flat_map(|e| e.postings().iter().copied()))
    }
    /// The id of the nth instalment.
    pub fn nth(&self, n: usize) -> InstalmentId {
        self.case.arrangement.instalments[n].planned.id
    }
    pub fn pay(&mut self, n: usize) {
        let payment = self.nth(n);
        self.paid(by(5), payment).expect("paid");
    }
}

pub(super) fn at(today: Date) -> By {
    By { now: format!("{today}T10:00:00Z").parse().expect("an instant"), today, ..by(5) }
}

pub(super) fn finance(at: By, who: u128) -> By {
    By { who: account(who), ..at }
}

impl World {
    /// What somebody decided on a day.
    pub fn on(&mut self, by: By, decision: Result<Decision, Refusal>) {
        let Decision { events, entries } = decision.expect("may happen");
        self.entries.extend(entries);
        for event in events {
            let (seq, author) = (self.case.version + 1, Author::Account(by.who));
            self.case.apply(&Recorded { seq, at: by.now, by: author, event });
        }
    }
    pub fn all_on(&mut self, by: By, events: Result<Vec<case::Event>, Refusal>) {
        self.on(by, events.map(|events| Decision { events, entries: vec![] }));
    }
    /// An agreement is made from a day.
    pub fn made(&mut self, by: By, from: Date) {
        let entry = self.entry();
        let year = year_with(&self.case, from);
        let of_year = self.entries.iter().filter(|e| year.has(e.happened));
        let balances = Balances::of(of_year.flat_map(|e| e.postings().iter().copied()));
        let made = make(&self.case, from, by, entry, &balances);
        self.on(by, made);
    }
    pub fn signed(&mut self, by: By) {
        let signed = sign(&self.case, newest(&self.case), Voice::Person, prose("Said yes"));
        self.all_on(By { who: account(3), ..by }, signed);
        let countersigned = countersign(&self.case, newest(&self.case), by);
        self.all_on(by, countersigned);
    }
    /// The plan pays another amount each week, and that is agreed.
    pub fn wages(&mut self, by: By, pence: i64) {
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
    pub fn planned_from(&mut self, by: By, held: HoldingId, first: Date) -> Result<(), Refusal> {
        let mut ids: Vec<Uuid> = (0..40).map(|_| self.deal()).collect();
        let ids = || ids.pop().expect("an id");
        let decision = schedule(&self.case, held, first, Rhythm::Monthly, finance(by, FIRST), ids)?;
        self.on(finance(by, FIRST), Ok(decision));
        Ok(())
    }
    /// A payment is made, no earlier than it can be.
    pub fn paid(&mut self, by: By, id: InstalmentId) -> Result<(), Refusal> {
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
    pub fn of(&self, holding: HoldingId) -> Vec<InstalmentId> {
        let all = self.case.arrangement.instalments.iter();
        all.filter(|i| i.planned.holding == holding).map(|i| i.planned.id).collect()
    }
    pub fn cancelled(&mut self, by: By, id: InstalmentId) {
        let entry = self.entry();
        let cancelled = cancel(&self.case, id, prose("Not needed"), finance(by, FIRST), entry);
        self.on(finance(by, FIRST), cancelled);
    }
    /// One payment is planned by itself.
    pub fn one(
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
    pub fn line_changed(&mut self, by: By, id: LineId, change: impl FnOnce(&mut LineWords)) {
        let mut line = self.case.plan.line(id).expect("there").words.clone();
        change(&mut line);
        let changed = plan::Event::LineChanged { id, line, voice: Voice::Person, based_on: None };
        self.all_on(by, Ok(vec![changed.into()]));
    }
    /// The plan as it is now is sent and agreed.
    pub fn agreed_on(&mut self, by: By) {
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
    pub fn withdrawn(&mut self, by: By, about: ConsentAbout) {
        let back =
            circle::Event::ConsentWithdrawn { about, voice: Voice::Person, how: prose("Blinked twice") };
        self.all_on(by, Ok(vec![back.into()]));
    }
    pub fn planned_now(&self) -> Vec<InstalmentId> {
        let all = self.case.arrangement.instalments.iter();
        all.filter(|i| i.state == PaymentState::Planned).map(|i| i.planned.id).collect()
    }
    pub fn tasks(&self, today: Date) -> Vec<String> {
        turns(&self.case).into_iter().filter(|turn| turn.waits(today)).map(|turn| turn.task).collect()
    }
    /// The money is held otherwise from a day on, and that is agreed.
    pub fn changed(&mut self, at: By, (old, new): (HoldingId, HoldingId), mode: Mode, leftover: Leftover) {
        let words = HoldingWords { mode, organisation: None, name: line("Held anew") };
        let change = Change { old, new, words, on: at.today, why: prose("It has to be"), leftover };
        let held = held(self, old);
        let mut ids: Vec<EntryId> = (0..60).map(|_| self.entry()).collect();
        let changed = change_holding(&self.case, change, held, at, || ids.pop().expect("an id"));
        self.on(at, changed);
    }
    pub fn regular(&self, counts: impl Fn(&Instalment) -> bool) -> Pence {
        let all = self.case.arrangement.instalments.iter().filter(|i| is_regular(i) && counts(i));
        all.map(|i| i.planned.amount).sum()
    }
}

pub(super) const WAGES_OF_A_YEAR: Pence = Pence(33_333 * 52);

pub(super) fn is_regular(instalment: &Instalment) -> bool {
    instalment.planned.kind == InstalmentKind::Regular
}

pub(super) fn is_not_called_off(instalment: &Instalment) -> bool {
    instalment.state != PaymentState::Cancelled
}

pub(super) fn holding(id: HoldingId, mode: Mode) -> case::Event {
    let organisation = (mode == Mode::ThirdParty).then_some(OrganisationId(self::id(9)));
    let holding = HoldingWords { mode, organisation, name: line(mode.words()) };
    plan::Event::HoldingAdded { id, holding, from: TODAY }.into()
}

pub(super) fn cost(
    id: LineId,
    funder: Funder,
    pence: i64,
    every: Every,
    holding: HoldingId,
    kind: &str,
) -> case::Event {
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
pub(super) fn planned() -> World {
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
pub(super) fn agreed_anew(world: &mut World) {
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
pub(super) fn agreed() -> World {
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
pub(super) fn wages_planned() -> World {
    let mut world = agreed();
    let first = finance(by(5), FIRST);
    world.planned_from(first, THIRD, TODAY).expect("planned");
    world.planned_from(first, DIRECT, TODAY).expect("planned");
    world
}

pub(super) fn scheduled() -> World {
    let mut world = agreed();
    for (held, rhythm) in [(DIRECT, Rhythm::FourWeekly), (THIRD, Rhythm::Monthly)] {
        let mut ids: Vec<Uuid> = (0..40).map(|_| world.deal()).collect();
        let decision = schedule(&world.case, held, TODAY, rhythm, by(FIRST), || ids.pop().expect("an id"));
        world.take(FIRST, decision);
    }
    world
}

pub(super) fn movement(n: u128, held: HoldingId, pence: i64) -> Movement {
    Movement { id: BankLineId(id(n)), holding: held, date: TODAY, amount: Pence(pence), text: "ACME".into() }
}

pub(super) fn refused<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> (Why, String) {
    let refusal = answer.expect_err("must be refused");
    (refusal.why, refusal.message)
}
