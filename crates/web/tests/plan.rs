//! The plan as it is written: by two people at once, with good input and bad,
//! on both databases.

mod at_once;

use domain::case::Voice;
use domain::case::plan::Section;
use domain::{CaseId, NeedId};
use strum::VariantArray;
use testkit::{Client, Page, Stage, World, databases};

/// A case whose plan is open, with her husband's and the broker's browsers.
struct Planning {
    world: World,
    case: CaseId,
    husband: Client,
    broker: Client,
}

impl Planning {
    async fn at(url: &str, stage: Stage) -> Self {
        let world = World::new(url).await;
        let case = world.case_at(stage).await;
        let husband = world.client(world.people.husband).await;
        let broker = world.client(world.people.broker).await;
        Self { world, case, husband, broker }
    }

    fn page(&self, page: &str) -> String {
        format!("/cases/{}/plan{page}", self.case)
    }

    async fn voice(&self, account: domain::AccountId) -> String {
        let case = self.world.case(self.case).await;
        case.circle.member_of(account).expect("in the circle").id.to_string()
    }

    async fn husbands(&self) -> String {
        self.voice(self.world.people.husband).await
    }

    /// Adds an outcome through its form and gives its id.
    async fn outcome(&self, words: &str) -> String {
        let voice = self.husbands().await;
        let form = self.husband.get(&self.page("/outcomes/add")).await.expect(200);
        let key = form.value("key").expect("a key");
        let fields = [("key", key.as_str()), ("words", words), ("aim", "better"), ("voice", &voice)];
        self.husband.post(&self.page("/outcomes/add"), &fields).await.leads_to(&self.page("/outcomes"));
        key
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_part_by_part_until_all_nine_are_there() {
    for (name, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let voice = d.husbands().await;
        d.husband.get(&d.page("")).await.expect(200).says("1 of 9 things are there").says("Nothing yet");
        for &section in Section::VARIANTS {
            let page = d.page(&format!("/write/{}", section.into_str()));
            let form = d.husband.get(&page).await.expect(200).says("Questions that may help");
            // The core questions (003:497), each where its answer is written.
            let core = match section {
                Section::ImportantToMe => "What matters most, in the person's own words",
                Section::ImportantForMyHealth => "health",
                Section::Working => "What works well in a normal week?",
                Section::NotWorking => "What would you stop or change if you could?",
                _ => "",
            };
            let form = form.says(core);
            let based_on = form.value("based-on").expect("a number");
            assert_eq!(form.value("voice"), Some(voice.clone()), "the writer's own voice is offered first");
            let fields = [("text", "Written with Alice."), ("based-on", &based_on), ("voice", "person")];
            d.husband.post(&page, &fields).await.leads_to(&d.page(""));
        }
        let outcome = d.outcome("She sleeps through the night because she feels safe.").await;
        write_the_lists(&d, &voice, &outcome).await;
        let plan = d.husband.get(&d.page("")).await.expect(200);
        plan.clone().says("9 of 9 things are there").says("Everything is there");
        let whole = d.husband.get(&d.page("/whole")).await.expect(200);
        whole
            .says("Written with Alice.")
            .says("Alice Hale, written down by Martin Hale")
            .says("If it does not work out: A private therapist")
            .says("Vale Supported Lives")
            .says("£5,200.00");
        d.husband.get(&d.page("/thread")).await.expect(200).says("Speech therapist").says("planned");
        assert_eq!(d.world.case(d.case).await.plan.first_year_cost().0, 520_000, "{name}");
    }
}

async fn write_the_lists(d: &Planning, voice: &str, outcome: &str) {
    let risk =
        [("words", "Nobody comes"), ("what-we-do", "Martin stays"), ("who", "Martin"), ("voice", voice)];
    d.husband.post(&d.page("/risks/add"), &risk).await.leads_to(&d.page("/risks?done=added"));
    let action = [
        ("what", "See the speech therapist"),
        ("who", "Speech therapist"),
        ("paid", "no"),
        ("when", "every Tuesday"),
        ("outcomes", outcome),
        ("otherwise", "A private therapist"),
        ("voice", voice),
    ];
    d.husband.post(&d.page("/actions/add"), &action).await.leads_to(&d.page("/actions?done=added"));
    let organisation = d.world.organisations.third_party.to_string();
    let holding = [
        ("mode", "third-party"),
        ("organisation", organisation.as_str()),
        ("from-day", "1"),
        ("from-month", "4"),
        ("from-year", "2026"),
    ];
    d.husband.post(&d.page("/holding/add"), &holding).await.leads_to(&d.page("/holding?done=added"));
    let line = [
        ("what", "Carers at night"),
        ("kind", "agency"),
        ("funder", "nhs"),
        ("amount", "£100.00"),
        ("every", "week"),
        ("outcomes", outcome),
        ("voice", voice),
    ];
    d.husband.post(&d.page("/money/add"), &line).await.leads_to(&d.page("/money?done=added"));
    d.husband
        .get(&d.page("/money"))
        .await
        .expect(200)
        .says("£5,200.00 planned")
        .says("Nobody pays for it yet");
    let case = d.world.case(d.case).await;
    let (line, held) = (case.plan.lines[0].id, case.plan.holdings[0].id.to_string());
    let assign = [(format!("line-{line}"), held)];
    let assign: Vec<(&str, &str)> = assign.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    d.husband.post(&d.page("/holding/assign"), &assign).await.leads_to(&d.page("/holding?done=assigned"));
    let date = [("on-day", "1"), ("on-month", "6"), ("on-year", "2026")];
    d.husband.post(&d.page("/review-date"), &date).await.leads_to(&d.page("?done=date"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_write_at_once_lose_nothing() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let page = d.page("/write/working");
        let (martin, sam) = (d.husbands().await, d.voice(d.world.people.broker).await);
        // Both open the page before either saves.
        let opened = (d.husband.get(&page).await.expect(200), d.broker.get(&page).await.expect(200));
        let seen = (opened.0.value("based-on").expect("0"), opened.1.value("based-on").expect("0"));
        assert_eq!((seen.0.as_str(), seen.1.as_str()), ("0", "0"));
        let one = [("text", "The mornings work."), ("based-on", seen.0.as_str()), ("voice", martin.as_str())];
        let two = [("text", "The nights work."), ("based-on", seen.1.as_str()), ("voice", sam.as_str())];
        let both = tokio::join!(d.husband.post(&page, &one), d.broker.post(&page, &two));
        for answer in [&both.0, &both.1] {
            assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        }
        let shown = d.broker.get(&page).await.expect(200);
        let shown = shown.says("Two people wrote at the same time").says("Bring them together");
        let text = shown.value("text").expect("a box");
        assert!(text.contains("The mornings work.") && text.contains("The nights work."), "{text}");
        d.husband.get(&d.page("")).await.says("2 versions").says("stand side by side");
        d.husband.get(&d.page("/whole")).await.says("The mornings work.").says("The nights work.");
        let based_on = shown.value("based-on").expect("a number");
        let joined = [("text", "Mornings and nights work."), ("based-on", &based_on), ("voice", "person")];
        d.broker.post(&page, &joined).await.leads_to(&d.page("?done=together"));
        let after = d.husband.get(&page).await.expect(200);
        assert_eq!(after.value("text").as_deref(), Some("Mornings and nights work."));
        after.says("What was written here before").says("The mornings work.").says("The nights work.");
        // A form without its number never writes over anything.
        d.husband.post(&page, &[("text", "Late"), ("voice", &martin)]).await.leads_to(&page);
        d.husband.get(&page).await.says("Late").says("Mornings and nights work.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_words_are_shown_again_and_a_meanwhile_is_told() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let page = d.page("/write/who-i-am");
        let voice = d.husbands().await;
        let post = |text: String, voice: String| {
            let page = page.clone();
            let client = d.husband.clone();
            async move { client.post(&page, &[("text", &text), ("based-on", "0"), ("voice", &voice)]).await }
        };
        post("  \n ".into(), voice.clone()).await.expect(422).says("Enter the words for this part");
        let long = "ä".repeat(10_001);
        let again = post(long.clone(), voice.clone()).await.expect(422).says("It is 1 too long");
        assert_eq!(again.value("text"), Some(long), "everything typed is kept");
        for bad in ["", "nobody", "00000000-0000-0000-0000-000000000000"] {
            post("Hello".into(), bad.into()).await.expect(422).says("Choose whose words these are");
        }
        post("a\0b".into(), voice.clone()).await.expect(422).says("characters that cannot be shown");
        let sam = d.voice(d.world.people.broker).await;
        d.broker
            .post(&page, &[("text", "Sam's words"), ("based-on", "0"), ("voice", &sam)])
            .await
            .expect(303);
        let told = post(String::new(), voice.clone()).await.expect(422);
        told.says("Somebody else wrote here while you did").says("Sam's words");
        // Emoji and right-to-left text come back as they were typed.
        for words in ["👩🏽‍🦽 out & about <b>", "أحب الموسيقى", "אני אוהבת"] {
            let form = d.husband.get(&page).await;
            let based_on = form.value("based-on").expect("a number");
            let fields = [("text", words), ("based-on", &based_on), ("voice", "person")];
            d.husband.post(&page, &fields).await.expect(303);
            assert_eq!(d.husband.get(&page).await.value("text").as_deref(), Some(words));
        }
        d.husband.get(&d.page("/whole")).await.says("אני אוהבת").never_says("<b>");
        d.husband.get(&d.page("/write/no-such-part")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_typing_survives_the_end_of_a_session() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let words = "A long evening's writing. ".repeat(200);
        let fields = [("text", words.as_str()), ("based-on", "0"), ("voice", "person")];
        let page = d.page("/write/important-to-me");
        let asked = d.world.nobody().post(&page, &fields).await.expect(401);
        let asked = asked.says("Nothing you typed is lost");
        let body = asked.value("resume-body").expect("what was typed");
        let kept: Vec<(String, String)> =
            form_urlencoded::parse(body.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
        assert!(kept.contains(&("text".into(), words.clone())), "every word is carried along");
        assert_eq!(asked.value("resume-path"), Some(page));
        assert!(d.world.case(d.case).await.plan.sections.is_empty(), "and nothing was done without her");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_close_to_her_say_what_matters_to_her() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let page = d.page("/write/important-to-me");
        let sam = d.voice(d.world.people.broker).await;
        let form = d.broker.get(&page).await.expect(200);
        assert!(!form.attributes("input[name=voice]", "value").contains(&sam));
        let own = [("text", "Her lunch"), ("based-on", "0"), ("voice", sam.as_str())];
        let refused = d.broker.post(&page, &own).await.expect(422).says("Only Alice Hale can know");
        assert_eq!(refused.value("text").as_deref(), Some("Her lunch"));
        let hers = [("text", "Music"), ("based-on", "0"), ("voice", "person")];
        d.broker.post(&page, &hers).await.expect(303);
        d.husband.get(&d.page("/whole")).await.says("Alice Hale, written down by Sam Okoro");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_are_added_once_nudged_gently_and_taken_out_with_a_reason() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let (voice, add) = (d.husbands().await, d.page("/outcomes/add"));
        let bad =
            d.husband.post(&add, &[("words", ""), ("aim", "cheaper"), ("needs", "x"), ("voice", "")]).await;
        let bad = bad.expect(422).says("Enter what should change").says("Choose what you hope for");
        bad.says("Choose needs from the list").says("Choose whose words these are");
        let foreign = NeedId(d.world.app.id()).to_string();
        let fields = [("words", "X"), ("needs", foreign.as_str()), ("voice", voice.as_str())];
        d.husband.post(&add, &fields).await.expect(422).says("Choose needs from the list");
        // A service is taken in, with a gentle word; the same form twice is one.
        let key = d.outcome("8 hours of care a week").await;
        let twice = [
            ("key", key.as_str()),
            ("words", "8 hours of care a week"),
            ("aim", "better"),
            ("voice", voice.as_str()),
        ];
        d.husband.post(&add, &twice).await.leads_to(&d.page("/outcomes"));
        let list = d.husband.get(&d.page("/outcomes")).await.expect(200);
        assert_eq!(list.select(".phb-outcome").len(), 1);
        list.says("This sounds like a service").says("These needs have no outcome yet");
        let item = d.page(&format!("/outcomes/{key}"));
        let form = d.husband.get(&item).await.expect(200);
        assert_eq!(form.value("words").as_deref(), Some("8 hours of care a week"));
        let seen = form.value("based-on").expect("a number");
        let changed = [("words", "I feel safe at night 🌙"), ("voice", voice.as_str()), ("based-on", &seen)];
        d.husband.post(&item, &changed).await.leads_to(&d.page("/outcomes?done=changed"));
        d.husband.get(&d.page("/outcomes")).await.says("I feel safe at night 🌙").never_says("sounds like");
        let why = format!("{item}/remove");
        let asked = d.husband.get(&why).await.expect(200).says("I feel safe at night");
        d.husband.post(&why, &[("why", " ")]).await.expect(422).says("Enter why you are taking it out");
        let seen = asked.value("based-on").expect("a number");
        let reason = [("why", "She does now"), ("based-on", seen.as_str())];
        d.husband.post(&why, &reason).await.leads_to(&d.page("/outcomes?done=removed"));
        d.husband.post(&why, &reason).await.leads_to(&d.page("/outcomes?done=removed"));
        d.husband.get(&item).await.expect(404);
        d.husband.post(&item, &changed).await.expect(422).says("taken out of the plan");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_refuses_what_is_no_amount_and_what_the_law_excludes() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let (voice, add) = (d.husbands().await, d.page("/money/add"));
        d.husband.get(&add).await.expect(200).says("Write what should change first");
        let outcome = d.outcome("She sleeps").await;
        let post = |changes: Vec<(&'static str, String)>| {
            let mut fields: Vec<(&str, String)> = [
                ("what", "Night carers"),
                ("kind", "agency"),
                ("funder", "nhs"),
                ("amount", "100"),
                ("every", "week"),
                ("outcomes", outcome.as_str()),
                ("voice", voice.as_str()),
            ]
            .map(|(n, v)| (n, v.to_owned()))
            .to_vec();
            for (name, value) in changes {
                fields.retain(|(n, _)| *n != name);
                fields.push((name, value));
            }
            let (client, add) = (d.husband.clone(), add.clone());
            async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
                client.post(&add, &fields).await
            }
        };
        for (amount, says) in [
            ("", "Enter what it costs"),
            ("£1,234.5", "2 numbers after the point"),
            ("-3", "without a minus sign"),
            ("1e9", "must be a number of pounds"),
            ("0", "more than 0"),
            ("💷", "must be a number of pounds"),
            ("99999999999999999999", "under £10,000,000"),
        ] {
            let page = post(vec![("amount", amount.into())]).await.expect(422).says(says);
            assert_eq!(page.value("amount").unwrap_or_default(), amount, "what was typed is kept");
        }
        let tobacco = post(vec![("kind", "tobacco".into())]).await.expect(422);
        tobacco.says("cannot be used for this: Tobacco").says("Regulations 2013");
        post(vec![("kind", "".into())]).await.expect(422).says("Choose what kind of thing it is");
        post(vec![("kind", "rocket".into())]).await.expect(422).says("Choose what kind of spending");
        post(vec![("funder", "me".into())]).await.expect(422).says("Choose whose money");
        post(vec![("every", "second".into())]).await.expect(422).says("Choose how often");
        post(vec![("outcomes", "".into())]).await.expect(422).says("at least one outcome");
        post(vec![("outcomes", "zzz".into())]).await.expect(422).says("Choose outcomes from the list");
        post(vec![("holding", d.world.app.id().to_string())]).await.expect(422).says("who holds the money");
        post(vec![("own", "5".into())]).await.expect(422).says("cannot add your own money to NHS money");
        post(vec![("what", "x".repeat(201))]).await.expect(422).says("It is 1 too long");
        assert!(d.world.case(d.case).await.plan.lines.is_empty(), "nothing of this was written");
        post(vec![("own", "5".into()), ("funder", "council".into())]).await.expect(303);
        // Far over the budget: written, shown, and named in the nine.
        post(vec![("amount", "9,999,999".into())]).await.expect(303);
        d.husband.get(&d.page("/money")).await.says("too much").says("With £5.00 of your own");
        d.husband.get(&d.page("")).await.says("more than there is from the NHS").says("Over the budget");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_forms_say_what_is_wrong() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let outcome = d.outcome("She sleeps").await;
        let p = |page: &str| d.page(page);
        let prompts = d.husband.get(&p("/risks/add")).await.expect(200).says("is worried about");
        prompts.says("happened before").says("be hurt or treated badly").says("enough support for you");
        let risk = d.husband.post(&p("/risks/add"), &[]).await.expect(422);
        risk.says("Enter what could go wrong").says("Enter what you do about it").says("Enter who does that");
        let action = d.husband.post(&p("/actions/add"), &[]).await.expect(422);
        action.says("Enter what is done").says("Choose yes or no").says("Enter when it is done");
        let impossible = [
            ("what", "X"),
            ("who", "Y"),
            ("paid", "no"),
            ("when", "soon"),
            ("by-day", "30"),
            ("by-month", "2"),
            ("by-year", "2026"),
            ("outcomes", outcome.as_str()),
            ("voice", "person"),
        ];
        d.husband.post(&p("/actions/add"), &impossible).await.expect(422).says("must be a real date");
        let holding = d.husband.post(&p("/holding/add"), &[("mode", "under the bed")]).await.expect(422);
        holding.says("Choose how it should be held").says("Enter the day it starts");
        let today = [("from-day", "2"), ("from-month", "3"), ("from-year", "2026")];
        let nobody = [&[("mode", "third-party")][..], &today].concat();
        d.husband.post(&p("/holding/add"), &nobody).await.expect(422).says("Choose the organisation");
        let council = d.world.organisations.council.to_string();
        let wrong = [&[("mode", "third-party"), ("organisation", council.as_str())][..], &today].concat();
        d.husband.post(&p("/holding/add"), &wrong).await.expect(422).says("Choose the organisation");
        let own = [&[("mode", "direct-payment")][..], &today].concat();
        d.husband.post(&p("/holding/add"), &own).await.expect(303);
        d.husband.post(&p("/holding/add"), &own).await.expect(422).says("in the plan already");
        for (date, says) in [
            (["", "", ""], "Enter the day"),
            (["31", "2", "2026"], "must be a real date"),
            (["1", "3", "2026"], "still to come"),
            (["3", "6", "2026"], "must be by 2 June 2026"),
        ] {
            let fields = [("on-day", date[0]), ("on-month", date[1]), ("on-year", date[2])];
            d.husband.post(&p("/review-date"), &fields).await.expect(422).says(says);
        }
        let unknown = d.world.app.id();
        for page in ["outcomes", "risks", "actions", "money"] {
            d.husband.get(&p(&format!("/{page}/{unknown}"))).await.expect(404);
            d.husband.post(&p(&format!("/{page}/{unknown}/remove")), &[("why", "x")]).await.expect(404);
            d.husband.get(&p(&format!("/{page}/not-an-id"))).await.expect(404);
        }
        d.husband.post(&p(&format!("/holding/{unknown}/end")), &[("why", "x")]).await.expect(404);
        d.husband.post(&p(&format!("/actions/{unknown}/done")), &[]).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreed_plan_is_theirs_to_change_and_says_what_waits() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Review).await;
        let voice = d.husbands().await;
        d.husband.get(&d.page("")).await.expect(200).says("it is yours to change");
        let case = d.world.case(d.case).await;
        let (outcome, action) = (case.plan.outcomes[0].id.to_string(), case.plan.actions[0].id);
        // A carer frightened Alice: somebody else does it, and nobody is asked.
        let replaced = [
            ("what", "Be with Alice at night"),
            ("who", "Rosa, whom she knows"),
            ("paid", "yes"),
            ("when", "every night"),
            ("outcomes", outcome.as_str()),
            ("voice", "person"),
        ];
        let page = d.page(&format!("/actions/{action}"));
        let seen = d.husband.get(&page).await.expect(200).value("based-on").expect("a number");
        let replaced = [&replaced[..], &[("based-on", seen.as_str())]].concat();
        d.husband.post(&page, &replaced).await.leads_to(&d.page("/actions?done=changed"));
        d.husband.get(&d.page("")).await.says("it is yours to change").never_says("Waiting to be agreed");
        d.husband.post(&format!("{page}/done"), &[]).await.leads_to(&d.page("/actions?done=finished"));
        d.husband.get(&d.page("/actions")).await.says("Done").says("Rosa");
        let sign_off = format!("/cases/{}/sign-off", d.case);
        let free = d.husband.get(&sign_off).await.expect(200);
        free.says("Nothing in the changes has to be agreed again").never_says("Send the plan again");
        // A kind of spending nobody agreed on is written down, and waits.
        let line = [
            ("what", "Music lessons"),
            ("kind", "activity"),
            ("funder", "nhs"),
            ("amount", "1"),
            ("every", "once"),
            ("outcomes", outcome.as_str()),
            ("voice", voice.as_str()),
        ];
        d.husband.post(&d.page("/money/add"), &line).await.expect(303);
        d.husband.get(&d.page("/money")).await.says("Waiting to be agreed");
        let waits = d.husband.get(&d.page("")).await.says("Waiting to be agreed");
        waits
            .says("Music lessons")
            .says("a kind of spending that was not agreed")
            .says("Send the plan again");
        let waits = d.husband.get(&sign_off).await.expect(200);
        waits.says("Say who pays for “Music lessons”").never_says("Nothing in the changes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_is_closed_to_those_who_have_no_place() {
    for (_, url) in databases::both() {
        let d = Planning::at(&url, Stage::Plan).await;
        let p = d.world.people;
        let stranger = d.world.client(p.stranger).await;
        let finance = d.world.client(p.finance1).await;
        let auditor = d.world.client(p.auditor).await;
        for page in ["", "/whole", "/thread", "/outcomes", "/write/working", "/money/add"] {
            stranger.get(&d.page(page)).await.expect(404).never_says("Alice");
            finance.get(&d.page(page)).await.expect(403).never_says("Alice");
        }
        let words = [("text", "X"), ("based-on", "0"), ("voice", "person")];
        stranger.post(&d.page("/write/working"), &words).await.expect(404);
        finance.post(&d.page("/write/working"), &words).await.expect(403);
        auditor.post(&d.page("/write/working"), &words).await.expect(403);
        let read: Page = auditor.get(&d.page("")).await.expect(200);
        assert!(read.attributes("a", "href").iter().all(|href| !href.contains("/write/")));
        let other = d.world.other_case().await;
        d.husband.get(&format!("/cases/{other}/plan")).await.expect(404).never_says("David");
        let early = d.world.case_at(Stage::Money).await;
        d.husband.get(&format!("/cases/{early}/plan")).await.expect(200).says("Go to the budget");
        d.husband
            .get(&format!("/cases/{early}/plan/write/working"))
            .await
            .expect(409)
            .says("Not possible yet");
        d.husband.post(&format!("/cases/{early}/plan/write/working"), &words).await.expect(409);
    }
}

#[tokio::test]
async fn the_person_is_told_of_words_that_others_write_in_their_name() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    let nurse = world.client(world.people.nurse).await;
    let mine = world.case(case).await.circle.voice_of(world.people.nurse).expect("she is in it");
    let Voice::Member(mine) = mine else { panic!("she is not the person") };
    let write = async |voice: &str, text: &str| {
        let fields = [("text", text), ("based-on", "0"), ("voice", voice)];
        nurse.post(&format!("/cases/{case}/plan/write/who-speaks"), &fields).await.expect(303);
    };
    let told = async |to: &str| {
        let letters = world.letters_to(to).await;
        letters.iter().filter(|letter| letter.subject.contains("own name")).count()
    };
    write(&mine.to_string(), "Her own").await;
    assert_eq!(told("alice@mail.example").await, 0, "her own words are hers");
    for text in ["I decide alone", "I decide with the nurse"] {
        write("person", text).await;
    }
    assert_eq!((told("alice@mail.example").await, told("martin@mail.example").await), (1, 1));
    assert_eq!(told("priya@mendipvale.example").await, 0);
    let alice = world.client(world.people.alice).await;
    let whole = alice.get(&format!("/cases/{case}/plan/whole")).await.expect(200);
    whole.says("Alice Hale, written down by Priya Nair");
}

#[tokio::test]
async fn whoever_writes_in_their_name_every_day_is_told_of_every_day() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    // Three days, and never a whole day between two of them.
    for (text, told) in [("I decide alone", 1), ("I decide with the nurse", 2), ("I decide with Martin", 3)] {
        let nurse = world.client(world.people.nurse).await;
        for text in [text, &format!("{text}, and say so")] {
            let fields = [("text", text), ("based-on", "0"), ("voice", "person")];
            nurse.post(&format!("/cases/{case}/plan/write/who-speaks"), &fields).await.expect(303);
        }
        let letters = world.letters_to("alice@mail.example").await;
        assert_eq!(letters.iter().filter(|letter| letter.subject.contains("own name")).count(), told);
        world.seconds_later(20 * 60 * 60);
    }
}

#[tokio::test]
async fn who_helps_to_communicate_says_nothing_in_their_place() {
    use domain::case::circle::{self, Footing};
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    let Some(Voice::Member(member)) = world.case(case).await.circle.voice_of(world.people.nurse) else {
        panic!("she is in it")
    };
    let (footing, about) = (Footing::HelpsToCommunicate, testkit::world::prose("Reads her eyes"));
    let helps = circle::Event::SpeakerRecognised { member, footing, about, evidence: None };
    world.say(case, world.people.coordinator, helps).await;
    let nurse = world.client(world.people.nurse).await;
    let page = format!("/cases/{case}/plan/write/important-to-me");
    let member = member.to_string();
    let fields = [("text", "Quiet"), ("based-on", "0"), ("voice", member.as_str())];
    nurse.post(&page, &fields).await.expect(422).says("Only Alice Hale can know what matters");
}

#[tokio::test]
async fn examples_in_a_plan_name_nobody_else_s_people() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    let husband = world.client(world.people.husband).await;
    let mut pages: Vec<String> =
        Section::VARIANTS.iter().map(|section| format!("write/{}", section.into_str())).collect();
    pages.extend(["outcomes/add", "actions/add", "holding/add"].map(str::to_owned));
    for page in pages {
        let shown = husband.get(&format!("/cases/{case}/plan/{page}")).await.expect(200);
        for example in shown.select("main details, main .nhsuk-hint") {
            assert!(!example.contains("Martin") && !example.contains("Alice"), "{page}: {example}");
        }
    }
}
