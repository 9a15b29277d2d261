//! Letters to the person's side: a family carer gets each that the person gets.

use domain::access::{Action, CaseRole};
use domain::case::budget::Amounts;
use domain::case::circle::{ContactBy, ContactPreference, Event};
use domain::case::{Voice, arrangement};
use domain::testing::{joined, line, prose};
use domain::{CaseId, InstalmentId, MemberId, Pence, ReviewId, dates};
use service::signoff::{Decision, Verdict};
use testkit::{Stage, World, databases};

/// Dee comes to care for Alice: her voice.
async fn dee_cares(world: &World, case: CaseId) -> Voice {
    let id = MemberId(world.app.id());
    let dee = joined(id, "Dee Lowe", CaseRole::FamilyCarer, Some(world.people.dee));
    world.say(case, world.people.coordinator, dee).await;
    Voice::Member(id)
}

/// The subjects of the letters to Dee since there were so many.
async fn since(world: &World, before: usize) -> Vec<String> {
    let mut all = subjects(world).await;
    all.truncate(all.len() - before);
    all
}

async fn subjects(world: &World) -> Vec<String> {
    let to_dee = world.letters_to("dee@mail.example").await;
    to_dee.into_iter().map(|letter| letter.subject).collect()
}

const NEWS: &str = "There is news for you to read";
const OF_BUDGET: &str = "There is news about a personal health budget";

#[tokio::test(flavor = "multi_thread")]
async fn a_family_carer_is_told_of_the_budget() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Money).await;
        let dee = dee_cares(&world, case).await;
        let (app, p) = (&world.app, world.people);
        let (jo, alice) = (world.actor(p.coordinator).await, world.actor(p.alice).await);
        let before = subjects(&world).await.len();
        app.work_out_budget(&jo, case).await.expect(name);
        assert_eq!(since(&world, before).await, [""; 0], "{name}: it is not shared");
        for _ in 0..2 {
            let _ = app.share_budget(&jo, case).await;
        }
        let amounts = Amounts { nhs: Pence(9_000_000), council: Pence(1_000_000), start_up: Pence::ZERO };
        for _ in 0..2 {
            app.adjust_budget(&jo, case, amounts, prose("Nights")).await.expect(name);
        }
        app.question_budget(&alice, case, Voice::Person, prose("Why?")).await.expect(name);
        app.answer_budget_question(&jo, case, 0, prose("So")).await.expect(name);
        assert_eq!(since(&world, before).await, [OF_BUDGET; 3], "{name}: each once");
        // Whoever did it is not written to, nor whoever asks not to be emailed.
        let by_phone =
            ContactPreference { by: vec![ContactBy::Phone], only: true, details: None, when: None };
        world.say(case, p.coordinator, Event::ContactPreferred { who: dee, preference: by_phone }).await;
        app.adjust_budget(&jo, case, Amounts { start_up: Pence(100), ..amounts }, prose("More"))
            .await
            .expect(name);
        assert_eq!(since(&world, before).await.len(), 3, "{name}: by phone only");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_carer_is_told_of_decisions_money_and_reviews() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_sent().await;
        dee_cares(&world, case).await;
        let (app, p, teller) = (&world.app, world.people, world.teller(case));
        let (jo, carys) = (world.actor(p.coordinator).await, world.actor(p.commissioner).await);
        let before = subjects(&world).await.len();
        let state = world.case(case).await;
        let submission = state.signoff.waiting().expect("it is sent").id;
        let (reasons, verdict) = (prose("It keeps her safe"), Verdict::Agreed);
        let decision = Decision { submission, seen: state.plan.changed, reasons, verdict };
        app.decide_on_plan(&world.actor(p.nurse).await, case, Action::SignOff, decision).await.expect(name);
        let mut expected = vec![NEWS];

        app.make_agreement(&jo, case, world.today()).await.expect(name);
        let voice = world.case(case).await.circle.voice_of(p.husband).expect("his");
        app.sign_agreement(&world.actor(p.husband).await, case, 1, voice, prose("A blink"))
            .await
            .expect(name);
        app.countersign_agreement(&carys, case, 1).await.expect(name);
        let holding = world.case(case).await.plan.open_holdings().next().expect("a holding").id;
        teller.approves(holding, line("Vale"), "4821").await.expect(name);
        let id = InstalmentId(app.id());
        let planned = arrangement::Scheduled {
            id,
            holding,
            due: world.today(),
            funder: domain::ledger::Funder::Nhs,
            kind: arrangement::InstalmentKind::Regular,
            amount: Pence(150_000),
        };
        let (farid, fay) = (world.actor(p.finance1).await, world.actor(p.finance2).await);
        app.schedule_payment(&farid, case, planned).await.expect(name);
        app.release_payment(&farid, case, id).await.expect(name);
        app.confirm_payment(&fay, case, id).await.expect(name);
        expected.extend([
            "An agreement for you to read",
            "The agreement is signed",
            "An account to pay into was approved",
            "A payment has been made",
        ]);

        let review = ReviewId(app.id());
        app.ask_for_review(&jo, case, review, None).await.expect(name);
        let on = dates::days_after(world.today(), 7);
        app.book_review(&jo, case, review, on, prose("At home")).await.expect(name);
        expected.push(NEWS);
        expected.reverse();
        assert_eq!(since(&world, before).await, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_carer_is_reminded_of_a_review() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        dee_cares(&world, case).await;
        world.days_later(400);
        let before = subjects(&world).await.len();
        world.app.work_once(None).await.expect(name);
        assert_eq!(since(&world, before).await, ["A review of a personal health budget"], "{name}");
    }
}
