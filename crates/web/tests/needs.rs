//! Needs, as the husband and the care co-ordinator fill them in together.

use domain::case::{Voice, assessment};
use domain::{AccountId, CaseId};
use testkit::client::Client;
use testkit::databases::both;
use testkit::stages::Stage;
use testkit::world::World;

const HEALTH: [&str; 6] = ["breathing", "eating", "skin", "communicating", "mind", "changes"];
const SOCIAL: [&str; 6] = ["washing", "safety", "home", "out", "roles", "family"];

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

async fn voice(world: &World, case: CaseId, account: AccountId) -> String {
    match world.case(case).await.circle.voice_of(account) {
        Some(Voice::Member(id)) => id.to_string(),
        _ => "person".to_owned(),
    }
}

async fn says(client: &Client, case: CaseId, key: &str, level: &str, voice: &str) -> String {
    let path = format!("/cases/{case}/needs/questions/{key}");
    let page = client.post(&path, &[("level", level), ("words", ""), ("voice", voice)]).await;
    page.leads_to(&format!("/cases/{case}/needs")).location().unwrap_or_default()
}

#[tokio::test]
async fn the_family_and_the_co_ordinator_fill_it_in_settle_and_finish() {
    for world in worlds().await {
        let case = world.case_at(Stage::Needs).await;
        let at = |rest: &str| format!("/cases/{case}/needs{rest}");
        let husband = world.client(world.people.husband).await;
        let coordinator = world.client(world.people.coordinator).await;
        let nurse = world.client(world.people.nurse).await;
        let his = voice(&world, case, world.people.husband).await;
        let hers = voice(&world, case, world.people.nurse).await;

        let page = husband.get(&at("")).await.expect(200);
        page.clone().says("0 of 12 questions").says("Answer the next question").says("Breathing");
        let question = husband.get(&at("/questions/breathing")).await.expect(200);
        assert_eq!(question.value("voice").as_deref(), Some(his.as_str()), "his own words unless he says");
        let next = says(&husband, case, "breathing", "3", "person").await;
        assert_eq!(next, at("/questions/eating"), "on to the next question");
        for key in HEALTH.iter().chain(&SOCIAL).skip(1) {
            says(&husband, case, key, "2", &his).await;
        }
        // The nurse sees one thing differently: both stand.
        let to = says(&nurse, case, "mind", "1", &hers).await;
        assert_eq!(to, at("/settle/mind"));
        let both = nurse.get(&to).await.expect(200);
        both.says("Martin Hale").says("Priya Nair").says("I need help most days").says("now and then");
        husband.get(&at("")).await.says("Settle together").says("Said by Martin Hale and Priya Nair");

        let early = coordinator.post(&at("/complete"), &[]).await.expect(422);
        let missing = early.attributes(".nhsuk-error-summary a", "href");
        assert_eq!(missing, [at("/settle/mind"), at("/list")]);
        early.says("People see “Mind and mood” differently").says("put at least one in words");

        // What one of them says counts when the other agrees.
        let how = [("level", "2"), ("how", "We talked about the winter.")];
        for _ in 0..2 {
            husband.post(&at("/settle/mind"), &how).await.leads_to(&at("?done=agreed"));
        }
        assert!(world.case(case).await.assessment.settled.is_empty(), "not over her head");
        assert_eq!(world.case(case).await.assessment.agreed_to.len(), 1, "said once");
        nurse.get(&at("/settle/mind")).await.says("It does not count before Priya Nair agrees too");
        let hers_too = [("level", "2"), ("how", "I had not seen the winter.")];
        for _ in 0..2 {
            nurse.post(&at("/settle/mind"), &hers_too).await.leads_to(&at("?done=settled"));
        }
        assert_eq!(world.case(case).await.assessment.settled.len(), 1, "settled once");
        husband
            .get(&at("/check"))
            .await
            .says("Martin Hale agreed to this: We talked about the winter.")
            .says("Priya Nair agreed to this: I had not seen the winter.")
            .never_says("wrote down how it was settled");
        let told = world.letters_to("martin@mail.example").await;
        let of_it = told.iter().filter(|letter| letter.subject == "It is settled which answer counts");
        assert_eq!(of_it.count(), 1, "he is told once");

        husband.get(&at("/list")).await.expect(200).says("The answers suggest").says("Write it down");
        let add = husband.get(&at("/add?question=breathing")).await.expect(200);
        let key = add.value("key").expect("a key");
        assert_eq!(add.value("funder").as_deref(), Some("nhs"));
        let need = [
            ("key", key.as_str()),
            ("question", "breathing"),
            ("words", "Someone awake who knows her breathing"),
            ("funder", "nhs"),
            ("voice", "person"),
        ];
        for _ in 0..2 {
            husband.post(&at("/add"), &need).await.leads_to(&at("/list?done=added"));
        }
        assert_eq!(world.case(case).await.assessment.needs.len(), 1, "sent twice, one need");

        // Finishing is the co-ordinator's, with the family.
        husband.post(&at("/complete"), &[]).await.expect(403);
        husband
            .get(&at("/check"))
            .await
            .says("Jo Field finishes this with you")
            .never_says("Finish the questions");
        coordinator.get(&at("/check")).await.says("Finish the questions");
        coordinator.post(&at("/complete"), &[]).await.leads_to(&at("?done=completed"));
        coordinator.post(&at("/complete"), &[]).await.leads_to(&at("?done=completed"));
        husband.get(&at("")).await.says("These questions were finished on 2 March 2026");

        let late = [("level", "1"), ("voice", his.as_str())];
        husband.post(&at("/questions/eating"), &late).await.expect(422).says("are finished");
        coordinator.post(&at("/reopen"), &[("why", " ")]).await.expect(422).says("Enter what has changed");
        let why = [("why", "A bad winter 🌧")];
        coordinator.post(&at("/reopen"), &why).await.leads_to(&at("?done=reopened"));
        coordinator.post(&at("/reopen"), &why).await.leads_to(&at("?done=reopened"));
        husband.get(&at("")).await.says("Opened again because: A bad winter 🌧");
        says(&husband, case, "eating", "3", &his).await;
        coordinator.post(&at("/complete"), &[]).await.leads_to(&at("?done=completed"));
    }
}

#[tokio::test]
async fn bad_input_is_refused_beside_its_field_and_nothing_typed_is_lost() {
    for world in worlds().await {
        let case = world.case_at(Stage::Needs).await;
        let at = |rest: &str| format!("/cases/{case}/needs{rest}");
        let husband = world.client(world.people.husband).await;
        let words = "مرحبا 👩🏽‍🦽 <b>bold</b>";

        for level in ["", "4", "-1", "256", "1e1", "two", "٣"] {
            let fields = [("level", level), ("words", words), ("voice", "person")];
            let page = husband.post(&at("/questions/eating"), &fields).await.expect(422);
            assert_eq!(page.value("words").as_deref(), Some(words), "{level}: kept");
            page.never_says("<b>bold</b>").says("the answer that is closest");
        }
        let stranger = domain::MemberId(world.app.id()).to_string();
        for voice in ["", "nobody", stranger.as_str()] {
            let fields = [("level", "1"), ("voice", voice)];
            husband
                .post(&at("/questions/eating"), &fields)
                .await
                .expect(422)
                .says("Choose whose words these are");
        }
        let long = "x".repeat(10_001);
        let fields = [("level", "1"), ("words", long.as_str()), ("voice", "person")];
        husband.post(&at("/questions/eating"), &fields).await.expect(422).says("It is 1 too long");
        husband.post(&at("/questions/eating"), &[]).await.expect(422);
        for key in ["shoe-size", "%00", "eating%20"] {
            husband.get(&at(&format!("/questions/{key}"))).await.expect(404);
            husband.post(&at(&format!("/questions/{key}")), &[("level", "1")]).await.expect(404);
            husband.get(&at(&format!("/settle/{key}"))).await.expect(404);
        }
        let empty = husband.post(&at("/add"), &[]).await.expect(422);
        empty.says("Enter what is needed").says("Choose health or daily life").says("Choose whose words");
        let odd =
            [("key", "x"), ("question", "shoe-size"), ("words", "a"), ("funder", "nhs"), ("voice", "person")];
        husband.post(&at("/add"), &odd).await.expect(422).says("not one of the questions");
        let unknown = domain::NeedId(world.app.id());
        husband.get(&at(&format!("/withdraw/{unknown}"))).await.expect(404);
        husband.post(&at(&format!("/withdraw/{unknown}")), &[("why", "a")]).await.expect(404);
        husband.get(&at("/withdraw/1")).await.expect(404);
        assert!(world.case(case).await.assessment.answers.is_empty(), "nothing was recorded");
    }
}

#[tokio::test]
async fn two_people_who_answer_at_once_are_both_heard() {
    for world in worlds().await {
        let case = world.case_at(Stage::Needs).await;
        let husband = world.client(world.people.husband).await;
        let coordinator = world.client(world.people.coordinator).await;
        let his = voice(&world, case, world.people.husband).await;
        let hers = voice(&world, case, world.people.coordinator).await;
        tokio::join!(
            says(&husband, case, "washing", "3", &his),
            says(&coordinator, case, "washing", "1", &hers)
        );
        let state = world.case(case).await;
        assert_eq!(state.assessment.said("washing").count(), 2);
        assert!(assessment::is_contested(&state.assessment, "washing"));
    }
}

#[tokio::test]
async fn strangers_find_nothing_and_readers_change_nothing() {
    for world in worlds().await {
        let case = world.case_at(Stage::Money).await;
        let stranger = world.client(world.people.stranger).await;
        let finance = world.client(world.people.finance1).await;
        let auditor = world.client(world.people.auditor).await;
        for rest in ["", "/check", "/list", "/add", "/questions/eating", "/settle/eating", "/reopen"] {
            let path = format!("/cases/{case}/needs{rest}");
            stranger.get(&path).await.expect(404).never_says("Alice");
            finance.get(&path).await.expect(403).never_says("breathes");
        }
        stranger.post(&format!("/cases/{case}/needs/complete"), &[]).await.expect(404);
        auditor.get(&format!("/cases/{case}/needs")).await.expect(200).never_says("Open the questions again");
        auditor.post(&format!("/cases/{case}/needs/reopen"), &[("why", "a")]).await.expect(403);
    }
}

#[tokio::test]
async fn the_co_ordinator_writes_down_what_was_settled_and_her_name_stands_there() {
    for world in worlds().await {
        let case = world.case_at(Stage::Needs).await;
        let (his, hers) =
            (voice(&world, case, world.people.husband).await, voice(&world, case, world.people.nurse).await);
        let coordinator = world.client(world.people.coordinator).await;
        says(&coordinator, case, "washing", "3", &his).await;
        says(&coordinator, case, "washing", "1", &hers).await;
        let at = |rest: &str| format!("/cases/{case}/needs{rest}");
        let how = [("level", "2"), ("how", "At home, with both of them.")];
        coordinator.post(&at("/settle/washing"), &how).await.leads_to(&at("?done=settled"));
        let husband = world.client(world.people.husband).await;
        husband.get(&at("/check")).await.says("Jo Field wrote down how it was settled: At home, with both");
        let told = world.letters_to("martin@mail.example").await;
        assert!(told.iter().any(|letter| letter.subject == "It is settled which answer counts"));
    }
}

#[tokio::test]
async fn the_person_hears_of_an_answer_that_somebody_else_gives_in_their_name() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = world.case_at(Stage::Needs).await;
    let nurse = world.client(world.people.nurse).await;
    for level in ["2", "3"] {
        says(&nurse, case, "eating", level, "person").await;
    }
    let told = world.letters_to("alice@mail.example").await;
    let of_it = told.iter().filter(|letter| letter.subject.contains("own name")).count();
    assert_eq!(of_it, 1, "once a day, however much it is");
}
