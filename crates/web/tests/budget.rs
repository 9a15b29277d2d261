//! The budget: worked out, changed with a reason, shared, seen, asked about.

use domain::case::{assessment, budget};
use domain::{CaseId, Pence};
use testkit::databases::both;
use testkit::stages::Stage;
use testkit::world::{World, prose};

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

/// How many times a budget was worked out, by the record.
async fn worked_out(world: &World, case: CaseId) -> usize {
    let events = world.events(case).await;
    let is_it = |event: &domain::case::Event| {
        matches!(event, domain::case::Event::Budget(budget::Event::WorkedOut { .. }))
    };
    events.iter().filter(|recorded| is_it(&recorded.event)).count()
}

#[tokio::test]
async fn from_answers_to_an_amount_that_the_husband_understands() {
    for world in worlds().await {
        let case = world.case_at(Stage::Money).await;
        let at = |rest: &str| format!("/cases/{case}/budget{rest}");
        let husband = world.client(world.people.husband).await;
        let coordinator = world.client(world.people.coordinator).await;
        let broker = world.client(world.people.broker).await;

        husband.get(&at("")).await.expect(200).says("We are working out how much money there is");
        coordinator.get(&at("")).await.expect(200).says("Work out the budget");
        for _ in 0..2 {
            coordinator.post(&at("/work-out"), &[]).await.leads_to(&at("?done=worked-out"));
        }
        assert_eq!(worked_out(&world, case).await, 1, "pressed twice, worked out once");
        coordinator.get(&at("")).await.says("Preview: the family does not see this yet").says("£73,160.00");
        for client in [&husband, &broker] {
            client.get(&at("")).await.expect(200).never_says("73,160");
        }
        assert!(budget::planning_is_open(&*world.case(case).await).is_err());

        for _ in 0..2 {
            coordinator.post(&at("/share"), &[]).await.leads_to(&at("?done=shared"));
        }
        coordinator.get(&at("")).await.says("Nobody in the family has opened it yet");
        assert!(budget::planning_is_open(&*world.case(case).await).is_err());

        let page = husband.get(&at("")).await.expect(200);
        page.clone()
            .says("£104,840")
            .says("From the NHS £73,160.00")
            .says("From the council £31,680.00")
            .says("This is not set in stone")
            .says("£1,500 , once")
            .says("You said: “Someone trained has to be with me all day and all night")
            .says("Each point is £310 a year from the NHS")
            .says("236 points times £310 is £73,160")
            .says("The NHS part is free")
            .says("Mendip Vale Council may ask you to pay something")
            .says("Gambling")
            .says("regulation 12")
            .says("Before any money is paid");
        assert!(page.html.contains("/about/method") && page.html.contains(&format!("/cases/{case}/plan")));
        husband.get(&at("")).await.expect(200);
        let state = world.case(case).await;
        assert_eq!(state.budget.seen.len(), 1);
        assert_eq!(budget::planning_is_open(&state), Ok(()));
        let seen = world
            .events(case)
            .await
            .into_iter()
            .filter(|e| matches!(e.event, domain::case::Event::Budget(budget::Event::Seen { .. })));
        assert_eq!(seen.count(), 1, "seen is on the record once");
        coordinator.get(&at("")).await.says("Seen by Martin Hale");
        broker.get(&at("")).await.expect(200).says("£73,160.00");
    }
}

#[tokio::test]
async fn a_change_has_a_reason_and_the_earlier_amount_stays_visible() {
    for world in worlds().await {
        let case = world.case_at(Stage::Plan).await;
        let at = |rest: &str| format!("/cases/{case}/budget{rest}");
        let husband = world.client(world.people.husband).await;
        let coordinator = world.client(world.people.coordinator).await;

        let form = coordinator.get(&at("/adjust")).await.expect(200);
        assert_eq!(form.value("nhs").as_deref(), Some("73160.00"));
        for bad in ["£1,234.5", "-3", "1e9", "", "ten", "10000001", "12,34", "💷"] {
            let fields = [("nhs", bad), ("council", "100"), ("start_up", "0"), ("why", "Kept <i>")];
            let page = coordinator.post(&at("/adjust"), &fields).await.expect(422);
            assert_eq!(page.value("nhs").as_deref().unwrap_or_default(), bad, "kept as typed");
            assert_eq!(page.value("why").as_deref(), Some("Kept <i>"));
            assert_eq!(page.attributes(".nhsuk-error-summary a", "href"), ["#nhs"], "{bad}");
        }
        let none = [("nhs", "0"), ("council", "0.00"), ("start_up", "5"), ("why", "Nothing")];
        coordinator.post(&at("/adjust"), &none).await.expect(422).says("cannot be nothing");
        let unexplained = [("nhs", "80000"), ("council", "30000"), ("start_up", "0"), ("why", "")];
        coordinator.post(&at("/adjust"), &unexplained).await.expect(422).says("Enter why it changes");
        assert_eq!(world.case(case).await.budget.versions.len(), 1, "nothing was recorded");

        let change =
            [("nhs", "£80,000.50"), ("council", "30000"), ("start_up", "0"), ("why", "Two carers at night")];
        for _ in 0..2 {
            coordinator.post(&at("/adjust"), &change).await.leads_to(&at("?done=adjusted"));
        }
        let state = world.case(case).await;
        assert_eq!(state.budget.versions.len(), 2, "pressed twice, changed once");
        assert_eq!(state.budget.amounts().map(|a| a.nhs), Some(Pence(8_000_050)));
        let page = husband.get(&at("")).await.expect(200);
        page.says("£110,000.50")
            .says("Why it changed")
            .says("Two carers at night")
            .says("What changed and why")
            .says("£104,840 for a year")
            .says("£5,160.50 more than before");
    }
}

#[tokio::test]
async fn new_needs_give_a_new_budget_and_the_family_keeps_the_old_one_until_it_is_shared() {
    for world in worlds().await {
        let case = world.case_at(Stage::Plan).await;
        let at = |rest: &str| format!("/cases/{case}/budget{rest}");
        let husband = world.client(world.people.husband).await;
        let coordinator = world.client(world.people.coordinator).await;
        coordinator.post(&at("/work-out"), &[]).await.leads_to(&at("?done=worked-out"));
        assert_eq!(worked_out(&world, case).await, 1, "the same answers are not worked out again");

        let needs = format!("/cases/{case}/needs");
        coordinator.post(&format!("{needs}/reopen"), &[("why", "She breathes better")]).await.expect(303);
        coordinator.post(&at("/work-out"), &[]).await.expect(409).says("not finished");
        let husband_voice =
            world.case(case).await.circle.voice_of(world.people.husband).expect("he is in it");
        let better = assessment::Event::Answered {
            question: "breathing".into(),
            level: 2,
            words: None,
            voice: husband_voice,
        };
        world.say(case, world.people.husband, better).await;
        coordinator.post(&format!("{needs}/complete"), &[]).await.expect(303);
        coordinator.get(&at("")).await.says("Work out the budget again");
        coordinator.post(&at("/work-out"), &[]).await.expect(303);
        assert_eq!(worked_out(&world, case).await, 2);
        coordinator.get(&at("")).await.says("they still see £104,840").says("£57,660.00");
        husband
            .get(&at(""))
            .await
            .says("£104,840")
            .says("working out your budget again")
            .never_says("57,660");
        assert_eq!(budget::planning_is_open(&*world.case(case).await), Ok(()), "nobody is stopped midway");
        coordinator.post(&at("/share"), &[]).await.expect(303);
        husband.get(&at("")).await.says("£89,340").says("£15,500 less than before");
    }
}

#[tokio::test]
async fn it_looks_wrong_is_asked_and_answered_on_the_page() {
    for world in worlds().await {
        let case = world.case_at(Stage::Plan).await;
        let at = |rest: &str| format!("/cases/{case}/budget{rest}");
        let husband = world.client(world.people.husband).await;
        let coordinator = world.client(world.people.coordinator).await;
        let nurse = world.client(world.people.nurse).await;

        husband.post(&at("/question"), &[]).await.expect(422).says("Enter what you would like to say");
        let long = "x".repeat(10_001);
        let too_long = [("words", long.as_str()), ("voice", "person")];
        husband.post(&at("/question"), &too_long).await.expect(422).says("1 too long");
        let words = "The nights are missing <script>";
        let asked = [("words", words), ("voice", "person")];
        for _ in 0..2 {
            husband.post(&at("/question"), &asked).await.leads_to(&at("?done=asked"));
        }
        assert_eq!(world.case(case).await.budget.questions.len(), 1, "sent twice, asked once");
        husband.get(&at("")).await.says("waits for an answer").never_says("<script>\n").says(words);
        coordinator.get(&at("")).await.says(words).says("Answer the oldest question");

        coordinator.get(&at("/answer")).await.expect(200).says(words);
        coordinator.post(&at("/answer"), &[("place", "0"), ("words", " ")]).await.expect(422);
        for place in ["", "-1", "x", "9"] {
            coordinator.post(&at("/answer"), &[("place", place), ("words", "Yes")]).await.expect(422);
        }
        let reply = [("place", "0"), ("words", "We add a second carer. You hear by Friday.")];
        coordinator.post(&at("/answer"), &reply).await.leads_to(&at("?done=answered"));
        coordinator.post(&at("/answer"), &reply).await.leads_to(&at("?done=answered"));
        let other = [("place", "0"), ("words", "I would say no")];
        nurse
            .post(&at("/answer"), &other)
            .await
            .expect(422)
            .says("Someone has answered")
            .says("I would say no");
        husband.get(&at("")).await.says("We add a second carer").never_says("I would say no");
    }
}

#[tokio::test]
async fn everyone_sees_what_they_should_and_nothing_else() {
    for world in worlds().await {
        let case = world.case_at(Stage::Plan).await;
        let at = |rest: &str| format!("/cases/{case}/budget{rest}");
        let p = world.people;
        world
            .say(
                case,
                p.coordinator,
                budget::Event::Adjusted {
                    nhs: Pence(7_000_000),
                    council: Pence(100),
                    start_up: Pence(0),
                    why: prose("Her ventilator changed"),
                },
            )
            .await;
        let finance = world.client(p.finance1).await;
        let page = finance.get(&at("")).await.expect(200);
        page.says("£70,000.00").never_says("ventilator").never_says("Breathing").never_says("Skin");
        let stranger = world.client(p.stranger).await;
        let husband = world.client(p.husband).await;
        for rest in ["", "/adjust", "/question", "/answer"] {
            stranger.get(&at(rest)).await.expect(404).never_says("Alice").never_says("70,000");
        }
        for rest in ["/work-out", "/adjust", "/share", "/question", "/answer"] {
            stranger.post(&at(rest), &[("words", "a")]).await.expect(404);
        }
        for rest in ["/work-out", "/share", "/adjust"] {
            let all = [("nhs", "1"), ("council", "1"), ("start_up", "1"), ("why", "Because")];
            husband.post(&at(rest), &all).await.expect(403);
        }
        finance.post(&at("/question"), &[("words", "a"), ("voice", "person")]).await.expect(403);
    }
}

#[tokio::test]
async fn anyone_may_read_the_whole_method() {
    for world in worlds().await {
        let nobody = world.nobody();
        let page = nobody.get("/about/method").await.expect(200);
        page.clone()
            .says("The method of Mendip Vale, version 1")
            .says("Someone trained has to be with me all day and all night")
            .says("£24,800.00")
            .says("takes nothing away")
            .says("Everyone gets £1,500");
        assert_eq!(page.select("table").len(), 12, "every question");
        nobody.get("/about/method?area=nowhere").await.expect(200).says("Mendip Vale");
    }
}

#[tokio::test]
async fn letters_about_a_budget_name_nobody_and_say_nothing_of_it() {
    for world in worlds().await {
        let case = world.case_at(Stage::Money).await;
        let coordinator = world.client(world.people.coordinator).await;
        let husband = world.client(world.people.husband).await;
        let path = |rest: &str| format!("/cases/{case}/budget{rest}");
        let told = letters(&world).await.len();
        let letters = async |world: &World| letters(world).await.split_off(told);
        coordinator.post(&path("/work-out"), &[]).await.expect(303);
        assert!(letters(&world).await.is_empty(), "a preview is nobody's news");
        coordinator.post(&path("/share"), &[]).await.expect(303);
        coordinator.post(&path("/share"), &[]).await.expect(303);
        let mut to: Vec<String> = letters(&world).await.into_iter().map(|m| m.to_address).collect();
        to.sort();
        assert_eq!(to, ["alice@mail.example", "martin@mail.example"], "once each");
        let asked = [("words", "The nights are missing"), ("voice", "person")];
        for _ in 0..2 {
            husband.post(&path("/question"), &asked).await.expect(303);
        }
        let all = letters(&world).await;
        assert_eq!(all.iter().filter(|m| m.to_address == "jo@mendipvale.example").count(), 1);
        for letter in all {
            let text = format!("{} {}", letter.subject, letter.body);
            for secret in ["Alice", "Hale", "night", "£", "breath"] {
                assert!(!text.contains(secret), "{secret} is in {text}");
            }
            assert!(text.contains(&path("")), "{text}");
        }
    }
}

/// The oldest first.
async fn letters(world: &World) -> Vec<store::outbox::Message> {
    let latest = world.db.read(|tx| store::outbox::latest_messages(tx, 100)).await;
    let mut letters = latest.expect("the outbox");
    letters.reverse();
    letters
}

/// Nobody but those who work it out, and whoever checks, learns an amount before
/// it is shared: not from the page, the history, the overview, or a paper.
#[tokio::test(flavor = "multi_thread")]
async fn no_amount_is_told_before_it_is_shared() {
    for world in worlds().await {
        let case = world.case_at(Stage::Money).await;
        let p = world.people;
        let jo = world.actor(p.coordinator).await;
        let pages = ["", "/budget", "/history", "/plan", "/sign-off", "/documents", "/documents/budget"];
        let told = async |who| {
            let client = world.client(who).await;
            let mut text = String::new();
            for page in pages {
                text.push_str(&client.get(&format!("/cases/{case}{page}")).await.html.replace(',', ""));
            }
            text
        };
        world.app.work_out_budget(&jo, case).await.expect("worked out");
        let amounts =
            budget::Amounts { nhs: Pence(7_777_700), council: Pence(3_333_300), start_up: Pence(0) };
        world.app.adjust_budget(&jo, case, amounts, prose("Raised by £4321")).await.expect("changed");
        // The method's, the changed one, what both come to, and what the reason says.
        let marks = ["73160", "77777", "31680", "33333", "104840", "111110", "4321"];
        for who in [p.alice, p.husband, p.nurse, p.broker, p.council_worker, p.finance1] {
            let text = told(who).await;
            for mark in marks {
                assert!(!text.contains(mark), "{mark} is told to {who} before it is shared");
            }
        }
        let history = world.client(p.husband).await.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("The budget was worked out").says("The budget was changed by hand");
        for who in [p.coordinator, p.commissioner, p.auditor] {
            let text = told(who).await;
            assert!(marks.iter().all(|mark| text.contains(mark)), "{who} sees all of it");
        }
        world.app.share_budget(&jo, case).await.expect("shared");
        let history = world.client(p.husband).await.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("£77,777.00").says("£73,160.00").says("Raised by £4321");
        // Another one is a preview again, beside what they were shown.
        let more = budget::Amounts { nhs: Pence(8_888_800), ..amounts };
        world.app.adjust_budget(&jo, case, more, prose("More")).await.expect("changed");
        assert!(told(p.husband).await.contains("88888"), "what is shared already changes before their eyes");
    }
}

#[tokio::test]
async fn what_was_settled_is_never_said_to_be_the_reader_s_own_word() {
    use domain::case::assessment;
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = world.case_at(Stage::Money).await;
    let settled = assessment::Event::Settled {
        question: "breathing".to_owned(),
        level: 3,
        how: testkit::world::prose("All of them agreed"),
    };
    world.say(case, world.people.coordinator, settled).await;
    let coordinator = world.client(world.people.coordinator).await;
    for step in ["work-out", "share"] {
        coordinator.post(&format!("/cases/{case}/budget/{step}"), &[]).await.expect(303);
    }
    let husband = world.client(world.people.husband).await;
    husband
        .get(&format!("/cases/{case}/budget"))
        .await
        .says("It was settled: “Someone trained has to be with me all day and all night")
        .never_says("You said: “Someone trained has to be with me");
}
