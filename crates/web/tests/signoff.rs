//! Sending a plan, deciding on it and appealing, as the people involved.

use domain::CaseId;
use domain::access::Post;
use domain::case::{plan, signoff};
use domain::dates;
use domain::testing::prose;
use testkit::{Stage, World, databases};

/// Alice's case with a plan that was agreed and has changed since, so that it
/// can be sent again.
async fn changed(world: &World) -> CaseId {
    let case = world.case_at(Stage::Organise).await;
    let on = dates::months_after(world.today(), 1);
    world.say(case, world.people.husband, plan::Event::FirstReviewSet { on }).await;
    case
}

const KEY: &str = "01890000-0000-7000-8000-000000000001";

async fn send(world: &World, case: CaseId) {
    let husband = world.client(world.people.husband).await;
    let page = husband.get(&format!("/cases/{case}/sign-off")).await.expect(200);
    let key = page.value("key").expect("the form has a key");
    husband
        .post(&format!("/cases/{case}/sign-off/send"), &[("key", &key), ("note", "Please ring 👋🏽")])
        .await
        .leads_to(&format!("/cases/{case}/sign-off?done=sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn not_yet_cannot_be_said_without_what_to_change_and_how_to_appeal() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let nurse = world.client(world.people.nurse).await;
        let path = format!("/cases/{case}/sign-off");
        let page = nurse.get(&path).await.expect(200).says("Please ring 👋🏽").says("Your decision");
        assert!(page.value("appeal").is_some_and(|words| words.len() > 20), "{name}: filled in beforehand");
        let (submission, seen) =
            (page.value("submission").expect("an id"), page.value("seen").expect("a version"));
        let decide = format!("{path}/decide");
        let same = [("submission", submission.as_str()), ("seen", seen.as_str())];
        let with = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
            same.iter().copied().chain(more.iter().copied()).collect()
        };
        nurse
            .post(&decide, &with(&[]))
            .await
            .expect(422)
            .says("Enter your reasons")
            .says("Choose agreed or not yet");
        let half = with(&[("decision", "not-yet"), ("reasons", "No plan for a power cut مرحبا")]);
        nurse
            .post(&decide, &half)
            .await
            .expect(422)
            .says("Enter what would need to change")
            .says("Enter how to appeal")
            .says("No plan for a power cut مرحبا");
        let long = "x".repeat(10_001);
        let mut too_long = with(&[("decision", "agree")]);
        too_long.push(("reasons", &long));
        nurse.post(&decide, &too_long).await.expect(422).says("It is 1 too long");
        assert!(world.case(case).await.signoff.waiting().is_some(), "nothing was decided");
        let whole = with(&[
            ("decision", "not-yet"),
            ("reasons", "No plan for a power cut"),
            ("change", "Say who comes"),
            ("appeal", "Write to us"),
        ]);
        nurse.post(&decide, &whole).await.leads_to(&format!("{path}?done=decided"));
        // The same form again changes nothing.
        nurse.post(&decide, &whole).await.expect(303);
        assert_eq!(world.case(case).await.signoff.submissions.len(), 2);

        // The husband is told, sees who, why and what next, and that he saw it is kept.
        let husband = world.client(world.people.husband).await;
        husband.get(&format!("/cases/{case}")).await.expect(200).says("News for you").says("Read the answer");
        husband
            .get(&path)
            .await
            .expect(200)
            .says("Priya Nair")
            .says("No plan for a power cut")
            .says("Say who comes")
            .says("Write to us");
        let seen = world.case(case).await.signoff.latest().expect("a sending").seen.len();
        assert_eq!(seen, 1, "{name}");
        husband.get(&format!("/cases/{case}")).await.expect(200).never_says("News for you");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_is_answered_by_somebody_else_and_goes_on_by_itself() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let path = format!("/cases/{case}/sign-off");
        let people = world.people;
        // Whoever is asked knows beforehand what happens where they differ.
        for who in [people.husband, people.coordinator, people.nurse, people.commissioner] {
            let page = world.client(who).await.get(&path).await.expect(200);
            page.says("If it is “not yet”, it says what would need to change and how to appeal.");
        }
        let guide = world.nobody().get("/about/disagree").await.expect(200).says("Ask us to look again");
        guide.says("Where the answer is “not yet”, it also says how").says("in how many days we answer");
        let nurse = world.client(people.nurse).await;
        let page = nurse.get(&path).await;
        let submission = page.value("submission").expect("an id");
        let seen = page.value("seen").expect("a version");
        let not_yet = [
            ("submission", submission.as_str()),
            ("seen", &seen),
            ("decision", "not-yet"),
            ("reasons", "Why"),
            ("change", "What"),
            ("appeal", "How"),
        ];
        nurse.post(&format!("{path}/decide"), &not_yet).await.expect(303);
        let husband = world.client(world.people.husband).await;
        let appeal = format!("{path}/appeal");
        let offers = |page: &testkit::Page| page.attributes("main form", "action").contains(&appeal);
        assert!(offers(&husband.get(&path).await.expect(200)), "the appeal begins where the answer is");
        assert!(!offers(&nurse.get(&path).await.expect(200)), "and not for whoever gave it");
        husband
            .post(&appeal, &[("submission", &submission), ("words", "  ")])
            .await
            .expect(422)
            .says("Enter why you disagree");
        let words = [("submission", submission.as_str()), ("words", "It is on page 2"), ("voice", "person")];
        husband.post(&appeal, &words).await.leads_to(&path);
        husband.post(&appeal, &words).await.leads_to(&path);
        nurse.post(&format!("{path}/answer"), &[]).await.expect(403);
        let commissioner = world.client(world.people.commissioner).await;
        let page = commissioner.get(&path).await.expect(200).says("It is on page 2");
        let key = page.value("key").expect("a key");
        let answer = [
            ("submission", submission.as_str()),
            ("key", &key),
            ("words", "You are right"),
            ("upheld", "yes"),
        ];
        nurse.post(&format!("{path}/answer"), &answer).await.expect(403);
        commissioner.post(&format!("{path}/answer"), &answer).await.leads_to(&path);
        let state = world.case(case).await;
        assert!(state.signoff.waiting().is_some_and(|s| s.passed_on.is_some()));
        let page = commissioner.get(&path).await.expect(200).says("Your decision");
        let submission = page.value("submission").expect("an id");
        let seen = page.value("seen").expect("a version");
        let agree = [
            ("submission", submission.as_str()),
            ("seen", &seen),
            ("decision", "agree"),
            ("reasons", "It meets her needs"),
        ];
        nurse.post(&format!("{path}/decide"), &agree).await.expect(403);
        commissioner.post(&format!("{path}/decide-above"), &agree).await.leads_to(&path);
        // That it is agreed and that they know it are two facts, each with its day.
        let agreed_on = world.app.clock.now();
        let told = |state: &domain::case::Case| {
            let latest = state.signoff.latest().expect("a sending");
            (latest.outcome.as_ref().map(|decided| decided.at), latest.seen.first().map(|(_, at)| *at))
        };
        assert_eq!(told(&*world.case(case).await), (Some(agreed_on), None));
        world.days_later(1);
        let husband = world.client(people.husband).await;
        husband.get(&path).await.expect(200).says("The plan is agreed").says("Carys Bevan");
        assert_eq!(told(&*world.case(case).await), (Some(agreed_on), Some(world.app.clock.now())));
    }
}

/// Whose move it is follows from the policy: of two commissioners it is the one who
/// did not decide, in their list, on the page and by a letter.
#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_waits_for_a_commissioner_who_did_not_decide_and_writes_to_them() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let other = world.colleague("Cai Rees", "cai.rees@example.org", Post::Commissioner).await;
        let (people, area) = (world.people, world.place.area);
        let id = world.case(case).await.signoff.waiting().expect("it waits").id;
        let why = prose("It costs more");
        world.say(case, people.nurse, signoff::Event::PassedOn { id, why }).await;
        let [reasons, change, appeal] = ["Too much", "Say why", "Write to us"].map(prose);
        world.say(case, people.commissioner, signoff::Event::NotYet { id, reasons, change, appeal }).await;
        let decided = world.client(people.commissioner).await;
        let written = world.letters_to("cai.rees@example.org").await.len();
        let before = world.app.latest_letters(500).await.expect("letters").len();

        let path = format!("/cases/{case}/sign-off");
        let (id, words) = (id.to_string(), [("words", "I need it"), ("voice", "person")]);
        let appeal = [("submission", id.as_str()), words[0], words[1]];
        let husband = world.client(people.husband).await;
        husband.post(&format!("{path}/appeal"), &appeal).await.leads_to(&format!("{path}?done=appealed"));
        let letters = world.letters_to("cai.rees@example.org").await;
        assert_eq!(letters.len(), written + 1, "{name}: whoever may answer is written to");
        assert_eq!(letters[0].subject, "There is news for you to read");
        let after = world.app.latest_letters(500).await.expect("letters").len();
        assert_eq!(after, before + 2, "{name}: and the co-ordinator, and nobody else");

        let other = world.client(other).await;
        let task = "Answer an appeal";
        let list = format!("/home/waiting/commissioner/{area}");
        for page in ["/home", list.as_str()] {
            other.get(page).await.expect(200).says(task);
            decided.get(page).await.expect(200).never_says(task);
        }
        let of_case = format!("/cases/{case}");
        let row_of = |html: &str| {
            html.split("<tr").find(|row| row.contains(task)).expect("the row of the task").to_owned()
        };
        let theirs = row_of(&other.get(&of_case).await.expect(200).html);
        assert!(theirs.contains(">You<"), "{name}: it is their move: {theirs}");
        let anothers = row_of(&decided.get(&of_case).await.expect(200).html);
        assert!(!anothers.contains(">You<"), "{name}: it is another's move: {anothers}");
        // A word that is no queue leads nowhere.
        for word in ["auditor", "commissoner", "Finance"] {
            other.get(&format!("/home/waiting/{word}/{area}")).await.expect(404);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_changed_has_to_be_looked_at_again() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let path = format!("/cases/{case}/sign-off");
        let nurse = world.client(world.people.nurse).await;
        let page = nurse.get(&path).await;
        let submission = page.value("submission").expect("an id");
        let seen = page.value("seen").expect("a version");
        let on = dates::months_after(world.today(), 2);
        world.say(case, world.people.husband, plan::Event::FirstReviewSet { on }).await;
        let agree = [
            ("submission", submission.as_str()),
            ("seen", &seen),
            ("decision", "agree"),
            ("reasons", "It keeps her safe"),
        ];
        let again = nurse.post(&format!("{path}/decide"), &agree).await.expect(422);
        let again = again.says("The plan has changed since you opened it").says("Changed since it was sent");
        let fresh = again.value("seen").expect("the new version");
        assert_ne!(fresh, seen);
        let agree = [agree[0], ("seen", &fresh), agree[2], agree[3]];
        nurse.post(&format!("{path}/decide"), &agree).await.leads_to(&path);
        nurse.get(&format!("{path}/sent/{submission}")).await.expect(200).says("What changed since");
        nurse.get(&format!("{path}/sent/{KEY}")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_lacks_something_says_what_and_where() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let husband = world.client(world.people.husband).await;
        let path = format!("/cases/{case}/sign-off");
        let page = husband.get(&path).await.expect(200).says("Some things are missing");
        assert!(!page.attributes(&format!("a[href='/cases/{case}/plan/outcomes']"), "href").is_empty());
        husband
            .post(&format!("{path}/send"), &[("key", KEY)])
            .await
            .expect(422)
            .says("The plan is not ready to send");
        assert!(world.case(case).await.signoff.submissions.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_find_nothing() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let stranger = world.client(world.people.stranger).await;
        for page in ["sign-off", "history", "reviews", "notes", "looks", "plan/on", ""] {
            let found = stranger.get(format!("/cases/{case}/{page}").trim_end_matches('/')).await;
            found.expect(404).never_says("Alice");
        }
        stranger.post(&format!("/cases/{case}/sign-off/send"), &[("key", KEY)]).await.expect(404);
        // Finance knows of the case, and reads nothing of health.
        let finance = world.client(world.people.finance1).await;
        for page in ["sign-off", "history", "reviews", "notes", "looks"] {
            finance.get(&format!("/cases/{case}/{page}")).await.expect(403);
        }
        finance.get(&format!("/cases/{case}")).await.expect(200).never_says("Blinks");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_a_plan_that_was_taken_back_says_so_and_loses_no_words() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let (nurse, husband) =
            (world.client(world.people.nurse).await, world.client(world.people.husband).await);
        let path = format!("/cases/{case}/sign-off");
        let page = nurse.get(&path).await.expect(200);
        let submission = page.value("submission").expect("what is decided on");
        let seen = page.value("seen").expect("what was seen");
        let no = [
            ("submission", submission.as_str()),
            ("seen", seen.as_str()),
            ("decision", "not-yet"),
            ("reasons", "A long and careful text"),
            ("change", "Say who comes at night"),
            ("appeal", "Write to us"),
        ];
        husband.post(&format!("{path}/take-back"), &[("submission", &submission)]).await.expect(303);
        let page = nurse.post(&format!("{path}/decide"), &no).await.expect(422);
        page.says("The plan was taken back").says("A long and careful text").says("Say who comes at night");
        // Sent again and decided: the very same twice is one decision, another is told.
        send(&world, case).await;
        let page = nurse.get(&path).await.expect(200);
        let submission = page.value("submission").expect("what is decided on");
        let again = [&[("submission", submission.as_str())], &no[1..]].concat();
        nurse.post(&format!("{path}/decide"), &again).await.expect(303);
        nurse.post(&format!("{path}/decide"), &again).await.expect(303);
        let mut other = again.clone();
        other[3] = ("reasons", "Quite another reason");
        let page = nurse.post(&format!("{path}/decide"), &other).await.expect(422);
        page.says("The plan has been decided on already").says("Quite another reason");
        let decided =
            world.case(case).await.signoff.submissions.iter().filter(|s| s.outcome.is_some()).count();
        assert!(decided >= 2, "{name}: {decided}");
    }
}

/// The only commissioner decided: the person is told the truth, and the people who can
/// do something about it are told that they have to.
#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_nobody_may_answer_is_not_silent() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = changed(&world).await;
        send(&world, case).await;
        let p = world.people;
        let id = world.case(case).await.signoff.waiting().expect("it waits").id;
        world.say(case, p.nurse, signoff::Event::PassedOn { id, why: prose("It costs more") }).await;
        let [reasons, change, appeal] = ["Too much", "Say why", "Write to us"].map(prose);
        world.say(case, p.commissioner, signoff::Event::NotYet { id, reasons, change, appeal }).await;
        let home = async || world.client(p.admin).await.get("/home").await.expect(200);
        let nobody = "Nobody may look at it again";
        home().await.never_says(nobody);
        let words = prose("I need it");
        let voice = domain::case::Voice::Person;
        world.say(case, p.husband, signoff::Event::Appealed { id, voice, words }).await;
        home().await.says(nobody).says("1 appeal or request waits");
        let path = format!("/cases/{case}/sign-off");
        let page = async || world.client(p.husband).await.get(&path).await.expect(200);
        let not_here = "Nobody who may look at it is here yet";
        page().await.says(not_here).never_says("is looking at it again");
        world.colleague("Cai Rees", "cai@mendipvale.example", Post::Commissioner).await;
        home().await.never_says(nobody);
        page().await.never_says(not_here).says("is looking at it again");
    }
}

/// The day beside what waits is the day of that, and of nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_has_its_own_day() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let (id, voice) = (domain::QuestionId(world.app.id()), domain::case::Voice::Person);
        let asked = domain::case::offer::Event::QuestionAsked { id, words: prose("Who comes?"), voice };
        world.say(case, world.people.husband, asked).await;
        world.days_later(61);
        let words = world.case(case).await.person_name().to_owned();
        let jo = world.client(world.people.coordinator).await;
        let html = jo.post("/home", &[("words", &words)]).await.expect(200).main();
        let found = html.split("Cases found for").nth(1).expect("it is found");
        let ends =
            ["Requests to be contacted", "Waiting for me"].into_iter().filter_map(|next| found.find(next));
        let found = &found[..ends.min().expect("something stands below it")];
        assert!(found.contains("No date") && !found.contains("late"), "{name}: {found}");
    }
}
