//! Sign-off: who may send, who may decide, what no decision can leave out.

use domain::access::{Actor, HeldPost, Kind, Post};
use domain::area::Area;
use domain::case::circle::{self, CaseRole, ConsentAbout, Footing};
use domain::case::plan::checklist::BudgetAmounts;
use domain::case::plan::{
    self, ActionWords, Every, HoldingWords, LineWords, Mode, OutcomeWords, RiskWords, Section,
};
use domain::case::signoff::{self, Outcome};
use domain::case::{Case, Event, Voice, arrangement, budget, review};
use domain::framework::{self, Framework};
use domain::ledger::Funder;
use domain::place::{CasePage, PlanList, PlanPage};
use domain::testing::{id, line, prose};
use domain::*;
use strum::VariantArray;
use uuid::Uuid;

const HUSBAND: u128 = 1;
const NURSE: u128 = 2;
const BROKER: u128 = 3;
const COMMISSIONER: u128 = 4;
const COORDINATOR: u128 = 5;
const LIMIT: Pence = Pence(1_000_000);

fn account(n: u128) -> AccountId {
    AccountId(id(n))
}
fn member(n: u128) -> MemberId {
    MemberId(id(100 + n))
}
fn area() -> AreaId {
    AreaId(id(9))
}
fn at(day: i8) -> Timestamp {
    format!("2026-03-{day:02}T10:00:00Z").parse().expect("an instant")
}

/// A case told event by event.
struct Story(Case);

impl Story {
    fn say(&mut self, by: u128, event: impl Into<Event>) -> &mut Self {
        self.0 = self.0.after(Author::Account(account(by)), at(2), &[event.into()]);
        self
    }
    fn all(&mut self, by: u128, events: Vec<Event>) -> &mut Self {
        for event in events {
            self.say(by, event);
        }
        self
    }
}

fn actor(n: u128) -> Actor {
    // Those who have a seat of the NHS have the post behind it.
    let post = if n == COMMISSIONER { Post::Commissioner } else { Post::Practitioner };
    let posts =
        vec![HeldPost { area: area(), organisation: OrganisationId(id(8)), kind: Kind::NhsBody, post }];
    Actor {
        account: account(n),
        name: "Someone".into(),
        posts,
        second_factor: true,
        today: Date::constant(2026, 3, 2),
    }
}

fn framework() -> Framework {
    let spending = vec![testing::spending("care", "Care")];
    let adopted =
        Framework { area: area(), clinician_limit: LIMIT, methods: vec![], spending, ..testing::framework() };
    let event = framework::Event::Adopted { framework: Box::new(adopted) };
    let area = Area::new(area()).after(Author::System, at(1), &[event]);
    area.framework.expect("it was adopted").as_ref().clone()
}

fn joined(n: u128, role: CaseRole) -> Event {
    testing::joined(member(n), "Somebody", role, Some(account(n)))
}

fn bought(pence: i64) -> LineWords {
    LineWords {
        what: line("Night carers"),
        kind: "care".into(),
        funder: Funder::Nhs,
        amount: Pence(pence),
        every: Every::Year,
        outcomes: vec![OutcomeId(id(20))],
        holding: Some(HoldingId(id(21))),
    }
}

/// Alice's case with a plan that meets the nine criteria and costs `pence`.
fn written(pence: i64) -> Story {
    let mut story = Story(Case::new(CaseId(id(1000))));
    let voice = Voice::Member(member(HUSBAND));
    story
        .say(5, testing::opened(area()))
        .say(5, testing::named("Alice"))
        .say(5, joined(HUSBAND, CaseRole::Representative))
        .say(5, joined(NURSE, CaseRole::Clinician))
        .say(5, joined(BROKER, CaseRole::Supporter))
        .say(5, joined(COORDINATOR, CaseRole::CareCoordinator));
    for &about in ConsentAbout::VARIANTS {
        story.say(5, circle::Event::ConsentGiven { about, voice: Voice::Person, how: prose("One blink") });
    }
    let (nhs, council, start_up) = (Pence(5_000_000), Pence::ZERO, Pence::ZERO);
    let working = budget::Working { method: 1, questions: 1, steps: vec![], nhs, council, start_up };
    story.say(5, budget::Event::WorkedOut { working }).say(5, budget::Event::Shared);
    for &section in Section::VARIANTS {
        story.say(1, plan::Event::SectionWritten { section, text: prose("Ours"), voice, based_on: 0 });
    }
    let outcome = OutcomeWords { words: prose("I sleep"), needs: vec![], sign: None };
    let risk = RiskWords { words: prose("Nobody comes"), what_we_do: prose("Phone"), who: line("Tom") };
    let action = ActionWords {
        what: prose("Show new carers"),
        who: line("Tom"),
        paid: false,
        when: line("Each time"),
        by: None,
        outcomes: vec![OutcomeId(id(20))],
    };
    let holding = HoldingWords { mode: Mode::Notional, organisation: None, name: line("NHS") };
    let from = Date::constant(2026, 4, 1);
    story
        .say(1, plan::Event::OutcomeAdded { id: OutcomeId(id(20)), outcome, voice })
        .say(1, plan::Event::RiskAdded { id: RiskId(id(22)), risk, voice })
        .say(1, plan::Event::ActionAdded { id: ActionId(id(23)), action, voice })
        .say(1, plan::Event::HoldingAdded { id: HoldingId(id(21)), holding, from })
        .say(1, plan::Event::LineAdded { id: LineId(id(24)), line: bought(pence), voice })
        .say(1, plan::Event::FirstReviewSet { on: Date::constant(2026, 6, 1) });
    story
}

const SENT: SubmissionId = SubmissionId(Uuid::from_u128(50));
const AGAIN: SubmissionId = SubmissionId(Uuid::from_u128(51));

fn husband() -> Voice {
    Voice::Member(member(HUSBAND))
}

/// He does it himself, in his own voice.
fn by_husband() -> (AccountId, Voice) {
    (account(HUSBAND), husband())
}

fn sent(pence: i64) -> Story {
    let mut story = written(pence);
    let events = send(&story, BudgetAmounts::Told, SENT, by_husband()).expect("it is sent");
    story.all(HUSBAND, events);
    story
}

/// Sends the plan to whoever it goes to by itself.
fn send(
    story: &Story,
    amounts: BudgetAmounts,
    id: SubmissionId,
    by: (AccountId, Voice),
) -> Result<Vec<Event>, Refusal> {
    let colleagues = [NURSE, COORDINATOR].map(actor);
    signoff::send(&story.0, amounts, id, by, signoff::To { chosen: None, colleagues: &colleagues }, None)
}

/// It is confirmed that her husband speaks for her, about everything.
fn speaks(mut story: Story) -> Story {
    let (about, footing) = (prose("All"), Footing::Representative);
    story
        .say(5, circle::Event::SpeakerRecognised { member: member(HUSBAND), footing, about, evidence: None });
    story
}

fn why(result: Result<Vec<Event>, Refusal>) -> Why {
    result.expect_err("it is refused").why
}

fn say_not_yet(story: &Story, by: u128, seen: u64) -> Result<Vec<Event>, Refusal> {
    let [reasons, change, appeal] = ["No plan for a power cut", "Say who comes", "Write to us"].map(prose);
    signoff::not_yet(&story.0, &framework(), &actor(by), SENT, seen, reasons, change, appeal)
}

fn agree(story: &Story, by: u128, seen: u64) -> Result<Vec<Event>, Refusal> {
    signoff::agree(&story.0, &framework(), &actor(by), SENT, seen, prose("It keeps her safe"))
}

#[test]
fn a_whole_plan_goes_to_the_only_clinician() {
    let story = sent(500_000);
    let waiting = story.0.signoff.waiting().expect("it waits");
    assert_eq!(waiting.to, Some(member(NURSE)));
    // The same form sent twice is one sending; another one is refused.
    assert_eq!(send(&story, BudgetAmounts::Told, SENT, by_husband()), Ok(vec![]));
    assert_eq!(why(send(&story, BudgetAmounts::Told, AGAIN, by_husband())), Why::AlreadyDone);
}

/// A place in the circle alone lets nobody decide: the post behind it has to stand.
#[test]
fn nobody_is_asked_whose_post_has_ended() {
    let story = written(500_000);
    let send = |colleagues: &[Actor]| {
        let to = signoff::To { chosen: None, colleagues };
        signoff::send(&story.0, BudgetAmounts::Told, SENT, by_husband(), to, None)
    };
    assert!(send(&[actor(NURSE)]).is_ok());
    let left = Actor { posts: vec![], ..actor(NURSE) };
    for colleagues in [vec![], vec![left], vec![actor(COORDINATOR)]] {
        let refusal = send(&colleagues).expect_err("nobody can agree it");
        assert!(refusal.message.contains("nobody in the circle yet who can agree"), "{refusal}");
    }
}

#[test]
fn a_plan_with_something_missing_is_not_sent_and_says_what() {
    let mut story = written(500_000);
    story.say(1, plan::Event::RiskRemoved { id: RiskId(id(22)), why: prose("By mistake") });
    let refusal = send(&story, BudgetAmounts::Told, SENT, by_husband()).expect_err("refused");
    assert_eq!(refusal.why, Why::NotYet);
    assert!(refusal.message.contains("could go wrong"), "{refusal}");
    assert_eq!(
        signoff::missing(&story.0, BudgetAmounts::Told)[0].page,
        PlanPage::List(PlanList::Risks).into()
    );
}

#[test]
fn a_plan_that_costs_more_than_there_is_is_not_sent() {
    let story = written(5_000_001);
    let refusal = send(&story, BudgetAmounts::Told, SENT, by_husband()).expect_err("refused");
    assert!(refusal.message.contains("£0.01 more than there is"), "{refusal}");
    // Whoever sends it, and does not see the budget, learns no amount of it.
    let untold = send(&story, BudgetAmounts::Withheld, SENT, by_husband());
    let refusal = untold.expect_err("refused");
    assert!(refusal.message.contains("The plan costs more than there is"), "{refusal}");
    assert!(!refusal.message.contains("0.01"), "{refusal}");
}

#[test]
fn nobody_decides_on_their_own_familys_plan() {
    let mut story = sent(500_000);
    story.say(5, joined(HUSBAND, CaseRole::Clinician));
    let seen = story.0.plan.changed;
    assert_eq!(why(agree(&story, HUSBAND, seen)), Why::NotAllowed);
    // A nurse who holds a power of attorney cannot either; one who helps to communicate can.
    let recognised = |footing| circle::Event::SpeakerRecognised {
        member: member(NURSE),
        footing,
        about: prose("All"),
        evidence: None,
    };
    story.say(5, recognised(Footing::HelpsToCommunicate));
    assert!(agree(&story, NURSE, seen).is_ok());
    story.say(5, recognised(Footing::Attorney));
    assert_eq!(why(agree(&story, NURSE, seen)), Why::NotAllowed);
    assert_eq!(why(say_not_yet(&story, NURSE, seen)), Why::NotAllowed);
    assert_eq!(why(agree(&story, BROKER, seen)), Why::NotAllowed);
}

#[test]
fn agreed_up_to_the_limit_to_the_penny() {
    let mut story = sent(LIMIT.0);
    let seen = story.0.plan.changed;
    let events = agree(&story, NURSE, seen).expect("within the limit");
    story.all(NURSE, events);
    let agreed = story.0.signoff.agreed().expect("agreed");
    assert!(
        matches!(agreed.outcome.as_ref().map(|decided| &decided.outcome), Some(Outcome::Agreed { nhs, limit, .. }) if *nhs == LIMIT && *limit == LIMIT)
    );
    assert_eq!(why(agree(&story, NURSE, seen)), Why::AlreadyDone);
    assert_eq!(why(agree(&story, COMMISSIONER, seen)), Why::AlreadyDone);
    assert_eq!(why(say_not_yet(&story, NURSE, seen)), Why::AlreadyDone);
    assert_eq!(why(signoff::take_back(&story.0, SENT, by_husband())), Why::AlreadyDone);
    assert!(!signoff::has_changed_since_agreed(&story.0));

    let mut over = sent(LIMIT.0 + 1);
    let seen = over.0.plan.changed;
    let refusal = agree(&over, NURSE, seen).expect_err("a penny too much");
    assert_eq!(refusal.why, Why::NotYet);
    assert_eq!(why(agree(&over, COMMISSIONER, seen)), Why::NotAllowed, "the clinician looks first");
    let events = signoff::pass_on(&over.0, &framework(), &actor(NURSE), SENT, prose("Above my limit"));
    over.all(NURSE, events.expect("passed on"));
    assert_eq!(why(agree(&over, NURSE, seen)), Why::NotAllowed);
    assert!(agree(&over, COMMISSIONER, seen).is_ok());
}

#[test]
fn what_is_within_the_limit_is_not_passed_on() {
    let story = sent(LIMIT.0);
    let passed = signoff::pass_on(&story.0, &framework(), &actor(NURSE), SENT, prose("Not sure"));
    assert_eq!(why(passed), Why::NotYet);
}

#[test]
fn a_plan_that_changed_has_to_be_looked_at_again() {
    let mut story = sent(500_000);
    let seen = story.0.plan.changed;
    story.say(1, plan::Event::FirstReviewSet { on: Date::constant(2026, 5, 1) });
    assert!(
        agree(&story, NURSE, seen).expect_err("stale").message.contains("has changed since you opened it")
    );
    assert_eq!(why(say_not_yet(&story, NURSE, seen)), Why::NotYet);
    assert!(agree(&story, NURSE, story.0.plan.changed).is_ok());
}

#[test]
fn not_yet_then_an_appeal_that_is_right_comes_back_by_itself() {
    let mut story = speaks(sent(500_000));
    let seen = story.0.plan.changed;
    let events = say_not_yet(&story, NURSE, seen).expect("answered");
    story.all(NURSE, events);
    assert_eq!(signoff::open_decision(&story.0, SENT, husband()).len(), 1);
    let opened = signoff::open_decision(&story.0, SENT, husband());
    story.all(HUSBAND, opened);
    assert!(signoff::open_decision(&story.0, SENT, husband()).is_empty(), "only the first time");

    let words = prose("It is on page 2");
    let events = signoff::appeal(&story.0, SENT, husband(), words.clone()).expect("appealed");
    story.all(HUSBAND, events);
    assert_eq!(why(signoff::appeal(&story.0, SENT, husband(), words)), Why::AlreadyDone);
    let answer = |by, story: &Story| {
        signoff::answer_appeal(&story.0, &actor(by), SENT, AGAIN, prose("You are right"), true)
    };
    assert_eq!(why(answer(NURSE, &story)), Why::NotAllowed, "not by whoever decided");
    let events = answer(COMMISSIONER, &story).expect("answered");
    story.all(COMMISSIONER, events);
    let waiting = story.0.signoff.waiting().expect("it is decided on again");
    assert!(waiting.id == AGAIN && waiting.passed_on.is_some());
    assert_eq!(why(answer(COMMISSIONER, &story)), Why::AlreadyDone);
}

#[test]
fn there_is_nothing_to_appeal_against_in_a_yes() {
    let mut story = speaks(sent(500_000));
    let events = agree(&story, NURSE, story.0.plan.changed).expect("agreed");
    story.all(NURSE, events);
    assert_eq!(why(signoff::appeal(&story.0, SENT, husband(), prose("No"))), Why::NotYet);
}

#[test]
fn taken_back_it_can_be_sent_again() {
    let mut story = sent(500_000);
    let events = signoff::take_back(&story.0, SENT, by_husband()).expect("taken back");
    story.all(HUSBAND, events);
    assert_eq!(signoff::take_back(&story.0, SENT, by_husband()), Ok(vec![]));
    assert_eq!(why(agree(&story, NURSE, story.0.plan.changed)), Why::AlreadyDone);
    assert_eq!(send(&story, BudgetAmounts::Told, AGAIN, by_husband()).map(|e| e.len()), Ok(1));
}

/// Whose voice it is has to be whoever does it, or somebody who decides about care.
#[test]
fn nobody_sends_or_takes_back_or_appeals_in_anothers_name() {
    let send = |story: &Story, by, voice| send(story, BudgetAmounts::Told, SENT, (account(by), voice));
    let appeal = |story: &Story, voice| signoff::appeal(&story.0, SENT, voice, prose("It is on page 2"));
    let (broker, nurse, stranger) = (BROKER, NURSE, Voice::Member(member(77)));
    let story = speaks(written(500_000));
    assert_eq!(send(&story, broker, Voice::Member(member(BROKER))).map(|e| e.len()), Ok(1), "her own");
    assert_eq!(send(&story, broker, Voice::Person).map(|e| e.len()), Ok(1), "the person's");
    assert_eq!(send(&story, COORDINATOR, husband()).map(|e| e.len()), Ok(1), "he speaks for her");
    for voice in [Voice::Member(member(nurse)), stranger] {
        let refused = send(&story, broker, voice).expect_err("not theirs");
        assert_eq!((refused.why, refused.field.as_deref()), (Why::Invalid, Some("voice")), "{voice:?}");
    }
    let mut story = speaks(sent(500_000));
    let take_back = |story: &Story, voice| signoff::take_back(&story.0, SENT, (account(BROKER), voice));
    assert!(take_back(&story, Voice::Member(member(BROKER))).is_ok());
    for voice in [Voice::Member(member(nurse)), stranger] {
        assert_eq!(why(take_back(&story, voice)), Why::Invalid, "{voice:?}");
    }
    let events = say_not_yet(&story, NURSE, story.0.plan.changed).expect("answered");
    story.all(NURSE, events);
    for voice in [Voice::Member(member(BROKER)), Voice::Member(member(nurse)), stranger] {
        assert_eq!(why(appeal(&story, voice)), Why::Invalid, "{voice:?}");
    }
    assert!(appeal(&story, Voice::Person).is_ok() && appeal(&story, husband()).is_ok());
    // Who speaks for her about money alone does not appeal about her care.
    let (member, footing) = (member(HUSBAND), Footing::Attorney);
    let ended = |footing| circle::Event::SpeakerEnded { member, footing, why: None };
    for footing in Footing::VARIANTS {
        story.say(5, ended(*footing));
    }
    let (about, matters) = (prose("Her money"), vec![circle::Matter::Money]);
    story.say(5, circle::Event::MattersNamed { member, footing, matters });
    let proposed = circle::Event::SpeakerProposed { member, footing, about: about.clone(), evidence: None };
    let (seen, on) = (prose("The paper"), Date::constant(2026, 3, 1));
    story.say(5, proposed);
    let proposal = story.0.circle.waiting().next().expect("it waits").number;
    story.say(4, circle::Event::ProposalConfirmed { proposal, seen, on, works_in_the_area: true });
    story.say(4, circle::Event::SpeakerRecognised { member, footing, about, evidence: None });
    assert_eq!(why(appeal(&story, husband())), Why::Invalid);
}

// ---- reviews

/// An agreed plan under which money moved on a day.
fn living(first_paid: Date) -> Story {
    let mut story = sent(500_000);
    let events = agree(&story, NURSE, story.0.plan.changed).expect("agreed");
    story.all(NURSE, events);
    let spent = arrangement::Event::NotionalSpent {
        holding: HoldingId(id(21)),
        line: LineId(id(24)),
        amount: Pence(100),
        on: first_paid,
        what: line("Carers"),
    };
    story.say(COORDINATOR, spent);
    story
}

fn meeting(on: Date, next: Date) -> review::Meeting {
    review::Meeting {
        on,
        with: vec![Voice::Person, husband()],
        working: prose("Nights"),
        not_working: prose("New faces"),
        outcomes: vec![review::OutcomeProgress {
            outcome: OutcomeId(id(20)),
            progress: review::Progress::Better,
            words: None,
        }],
        enough: true,
        money: None,
        changes: None,
        next,
    }
}

const REVIEW: ReviewId = ReviewId(Uuid::from_u128(70));

#[test]
fn the_clocks_of_reviews_keep_month_ends_and_leap_days() {
    let day = Date::constant;
    let framework = framework();
    // The plan's own first review (1 June) comes before the limit, and counts.
    assert_eq!(living(day(2026, 4, 30)).0.review_due(&framework), Some(day(2026, 6, 1)));
    // After it, the limit: three months, the last day where a month is short.
    for (paid, due) in [
        (day(2025, 11, 30), day(2026, 2, 28)),
        (day(2023, 11, 30), day(2024, 2, 29)),
        (day(2026, 1, 31), day(2026, 4, 30)),
    ] {
        assert_eq!(living(paid).0.review_due(&framework), Some(due), "{paid}");
    }
    let mut story = living(day(2023, 12, 1));
    let leap = day(2024, 2, 29);
    let held = |on, next, today| review::hold(&story.0, &framework, REVIEW, meeting(on, next), today);
    assert_eq!(held(leap, day(2025, 3, 1), leap).expect_err("a day too late").field.as_deref(), Some("next"));
    let events = held(leap, day(2025, 2, 28), leap).expect("exactly a year");
    story.all(COORDINATOR, events);
    assert_eq!(story.0.review_due(&framework), Some(day(2025, 2, 28)));
}

#[test]
fn a_review_is_asked_for_with_one_button_and_never_twice() {
    let mut story = living(Date::constant(2026, 4, 1));
    let events = review::ask(&story.0, REVIEW, Some(Voice::Person), None).expect("asked");
    story.all(HUSBAND, events);
    assert_eq!(review::ask(&story.0, REVIEW, Some(Voice::Person), None), Ok(vec![]));
    let other = ReviewId(id(71));
    assert_eq!(why(review::ask(&story.0, other, Some(Voice::Person), None)), Why::AlreadyDone);
    assert_eq!(why(review::ask(&written(1).0, REVIEW, Some(Voice::Person), None)), Why::NotYet);
    let today = Date::constant(2026, 4, 2);
    let book = |on| review::book(&story.0, &framework(), REVIEW, on, prose("At home"), today);
    assert_eq!(why(book(Date::constant(2026, 4, 1))), Why::Invalid, "in the past");
    assert_eq!(why(book(Date::constant(2026, 6, 2))), Why::Invalid, "after it is due");
    assert_eq!(book(Date::constant(2026, 6, 1)).map(|e| e.len()), Ok(1));
    let second = review::book(&story.0, &framework(), other, today, prose("At home"), today);
    assert_eq!(why(second), Why::AlreadyDone, "one review, not two");
}

#[test]
fn a_review_leaves_nothing_out() {
    let story = living(Date::constant(2026, 4, 1));
    let (on, next) = (Date::constant(2026, 5, 1), Date::constant(2027, 5, 1));
    let hold = |meeting: review::Meeting| {
        review::hold(&story.0, &framework(), REVIEW, meeting, on)
            .expect_err("refused")
            .field
            .unwrap_or_default()
    };
    let good = || meeting(on, next);
    assert_eq!(hold(review::Meeting { outcomes: vec![], ..good() }), format!("progress-{}", id::<Uuid>(20)));
    assert_eq!(hold(review::Meeting { with: vec![], ..good() }), "with");
    assert_eq!(hold(review::Meeting { enough: false, ..good() }), "money");
    assert_eq!(hold(review::Meeting { next: on, ..good() }), "next");
    assert_eq!(hold(review::Meeting { on: next, ..good() }), "on");
}

#[test]
fn when_the_money_is_not_enough_the_budget_is_looked_at_again() {
    let mut story = living(Date::constant(2026, 4, 1));
    let on = Date::constant(2026, 5, 1);
    let not_enough = review::Meeting {
        enough: false,
        money: Some(prose("Bank holidays")),
        ..meeting(on, Date::constant(2027, 5, 1))
    };
    let hold = |case: &Case, meeting| review::hold(case, &framework(), REVIEW, meeting, on);
    let events = hold(&story.0, not_enough.clone()).expect("held");
    story.all(COORDINATOR, events);
    assert_eq!(why(hold(&story.0, not_enough)), Why::AlreadyDone);
    let turns = story.0.turns(&framework());
    assert!(turns.iter().any(|t| t.page == CasePage::Budget && t.task.contains("not enough")), "{turns:?}");
}
