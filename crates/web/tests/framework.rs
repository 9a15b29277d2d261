//! The owner of a local framework changes it, on both databases: what it asks
//! for, what it refuses, whom it counts for, and the rows that follow it.

use domain::case::Stage;
use domain::case::budget;
use domain::framework::Framework;
use domain::{CaseId, Pence};
use testkit::client::Page;
use testkit::{Client, World, databases};

struct Owner {
    world: World,
    client: Client,
    base: String,
}

async fn owners() -> Vec<Owner> {
    let mut owners = vec![];
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let client = world.client(world.people.framework_owner).await;
        let base = format!("/admin/{}/framework", world.place.area);
        owners.push(Owner { world, client, base });
    }
    owners
}

impl Owner {
    async fn get(&self, path: &str) -> Page {
        self.client.get(&format!("{}/{path}", self.base)).await
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.client.post(&format!("{}/{path}", self.base), &fields).await
    }

    /// Checks, says yes, and gives the page of the framework afterwards.
    async fn does(&self, path: &str, fields: &[(String, String)]) -> Page {
        self.post(path, fields).await.expect(200).says("Check before you change it");
        self.post(path, &with(fields, &[("sure", "yes")]))
            .await
            .leads_to(&format!("{}?done={path}", self.base));
        self.client.get(&format!("{}?done={path}", self.base)).await.expect(200)
    }

    async fn framework(&self) -> Framework {
        self.world.app.framework_of(self.world.place.area).await.expect("there is one").as_ref().clone()
    }
}

/// What a form holds, with some fields changed or added.
fn with(fields: &[(String, String)], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = fields.iter().filter(|(name, _)| !changes.iter().any(|(n, _)| n == name)).cloned();
    kept.chain(changes.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_of_the_method_is_checked_and_published() {
    for owner in owners().await {
        let page = owner.get("method").await.expect(200).says("Write a new version of the method");
        let fields = page.filled();
        assert_eq!(page.value("nhs-per-point").as_deref(), Some("310.00"));
        owner.post("method", &fields).await.expect(422).says("Nothing is different");
        for (field, typed, says) in [
            ("nhs-per-point", "lots", "must be a number of pounds"),
            ("start-up", "", "Enter the amount to get started"),
            ("explained", "", "Enter what the method is"),
            ("title-breathing", "", "Enter what is asked in “Breathing"),
            ("words-breathing-1", "", "Enter answer 2 to “Breathing"),
            ("points-breathing-1", "many", "whole number from 0 to 10,000"),
            ("points-breathing-0", "3", "must give no points"),
            ("points-breathing-3", "1", "fewer points than a lower one"),
        ] {
            let typed_in = with(&fields, &[(field, typed), ("title-eating", "Food 🍲 and \"drink\"")]);
            for all in [typed_in.clone(), with(&typed_in, &[("sure", "yes")])] {
                let page = owner.post("method", &all).await.expect(422).says(says);
                assert!(page.html.contains(&format!("href=\"#{field}\"")), "the summary leads to {field}");
                assert_eq!(page.value("title-eating").as_deref(), Some("Food 🍲 and \"drink\""));
                assert!(page.html.contains(&format!("id=\"{field}-error\"")), "it is said beside {field}");
            }
        }
        let changed = with(&fields, &[("nhs-per-point", "320.00"), ("points-breathing-3", "90")]);
        let check = owner.post("method", &changed).await.expect(200);
        let check = check.says("£310.00").says("£320.00").says("answer 4").says("90 points").says("more");
        check.says("still says £310").never_says("Once, to get started");
        assert_eq!(owner.framework().await.methods.len(), 1, "nothing is published by looking");
        // Back to the form, with everything typed.
        let back = owner.post("method", &with(&changed, &[("again", "yes")])).await.expect(200);
        assert_eq!(back.value("nhs-per-point").as_deref(), Some("320.00"));
        owner.does("method", &changed).await.says("version 2").says("Version 2 of the method was published");
        // The same form sent twice is one version; somebody's older form is refused.
        owner.post("method", &with(&changed, &[("sure", "yes")])).await.leads_to(&owner.base);
        let late = with(&fields, &[("start-up", "99.00"), ("sure", "yes")]);
        owner.post("method", &late).await.expect(422).says("Somebody published version 2");
        assert_eq!(owner.framework().await.methods.len(), 2);
        let anyone = owner.world.nobody().get("/about/method").await.expect(200);
        anyone.says("version 2").says("£320").says("Version 1, used for budgets worked out earlier");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_keeps_its_version_until_its_needs_are_opened_again() {
    for owner in owners().await {
        let world = &owner.world;
        let case = world.case_at(Stage::Money).await;
        let coordinator = world.client(world.people.coordinator).await;
        let fields = owner.get("method").await.filled();
        owner.does("method", &with(&fields, &[("nhs-per-point", "400.00")])).await;
        let at = |page: &str| format!("/cases/{case}/{page}");
        coordinator.post(&at("budget/work-out"), &[]).await.leads_to(&at("budget"));
        let first = world.case(case).await.budget.newest().expect("a budget").nhs;
        let framework = owner.framework().await;
        assert_eq!(first, framework.method_version(1).expect("version 1").example(99).nhs);
        let state = world.case(case).await;
        let reopened =
            domain::case::assessment::reopen(&state, &framework, testkit::world::prose("A bad winter"));
        world.record(case, world.people.coordinator, reopened.expect("it is opened")).await;
        let state = world.case(case).await;
        assert_eq!(state.assessment.questions, Some(2));
        let method = framework.method().expect("version 2");
        let done = domain::case::assessment::complete(&state, method).expect("every answer is still there");
        world.record(case, world.people.coordinator, done).await;
        let again = budget::work_out(&*world.case(case).await, method).expect("it is worked out");
        assert_eq!(again.nhs, method.example(99).nhs);
        assert!(again.nhs > first);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_added_and_left_out() {
    for owner in owners().await {
        let fields = owner.get("method").await.filled();
        let longer = owner.post("method", &with(&fields, &[("add", "yes")])).await.expect(200);
        let all = longer.filled();
        let key = all.iter().filter(|(name, _)| name == "key").map(|(_, key)| key.clone()).next_back();
        let key = key.expect("the new question has a key");
        assert!(owner.framework().await.method().expect("one").question(&key).is_none(), "{key} is new");
        let name = |part: &str| format!("{part}-{key}");
        let (title, funder) = (name("title"), name("funder"));
        let (words, points) = (|at| format!("words-{key}-{at}"), |at| format!("points-{key}-{at}"));
        let half = with(&all, &[(&title, "Sleeping")]);
        let page =
            owner.post("method", &half).await.expect(422).says("Choose what the new question is about");
        assert_eq!(page.value(&title).as_deref(), Some("Sleeping"));
        let lonely = with(&half, &[(&funder, "nhs"), (&words(0), "I sleep"), (&points(0), "0")]);
        owner.post("method", &lonely).await.expect(422).says("between 2 and 10 answers");
        let whole = with(
            &lonely,
            &[
                (&words(1), "I do not sleep"),
                (&points(1), "7"),
                ("out-family", "yes"),
                ("title-home", "Home 🏠"),
            ],
        );
        let check = owner.post("method", &whole).await.expect(200).says("Left out").says("A new question");
        check.says("I do not sleep: 7 points");
        owner.does("method", &whole).await.says("Sleeping").says("Home 🏠");
        let method = owner.framework().await.method().expect("a method").clone();
        assert_eq!(method.questions.len(), 12);
        assert!(method.question("family").is_none());
        let added = method.question(&key).expect("it was added");
        assert_eq!((added.levels.len(), added.points(1)), (2, Some(7)));
        // A question that is left empty is not there.
        let again = with(&owner.get("method").await.filled(), &[("add", "yes")]);
        let empty = owner.post("method", &again).await.filled();
        owner.post("method", &empty).await.expect(422).says("Nothing is different");
        // Every question taken out: that is no method.
        let out: Vec<String> = method.questions.iter().map(|q| format!("out-{}", q.key)).collect();
        let out: Vec<(&str, &str)> = out.iter().map(|name| (name.as_str(), "yes")).collect();
        owner.post("method", &with(&empty, &out)).await.expect(422).says("at least one question");
    }
}

async fn row_due(world: &World, case: CaseId) -> Option<domain::Date> {
    let account = world.people.commissioner;
    let actor = world.actor(account).await;
    let found = world.app.find_cases(&actor, "alice", None).await.expect("the list can be read");
    found.rows.into_iter().find(|row| row.case == case).expect("she is in the list").due
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_become_right_by_themselves_when_a_clock_changes() {
    for owner in owners().await {
        let world = &owner.world;
        let case = world.case_at(Stage::Review).await;
        // More cases than the job does in one go.
        for _ in 0..60 {
            world.other_case().await;
        }
        let before = row_due(world, case).await.expect("a review is due");
        let fields = owner.get("clocks").await.filled();
        for (field, bad) in [
            ("contact-days", "0"),
            ("decision-days", "91"),
            ("first-review-months", "4"),
            ("review-months", "x"),
        ] {
            let page = owner.post("clocks", &with(&fields, &[(field, bad)])).await.expect(422);
            let page = page.says("must be a whole number from 1");
            assert_eq!(page.value(field).as_deref(), Some(bad));
        }
        owner.does("clocks", &with(&fields, &[("first-review-months", "1")])).await.says("1 month");
        let differs = world.app.check_lists(|_| ()).await.expect("checked").differences;
        assert!(!differs.is_empty(), "the rows are those of the old framework until the job has run");
        world.app.work_once(None).await.expect("the work is done");
        let differs = world.app.check_lists(|_| ()).await.expect("checked").differences;
        assert!(differs.is_empty(), "{differs:?}");
        assert!(row_due(world, case).await.expect("a review is due") < before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_contacts_and_kinds_of_spending_are_changed() {
    for owner in owners().await {
        let fields = owner.get("words").await.filled();
        owner.post("words", &fields).await.expect(422).says("Nothing is different");
        for (field, bad) in [("phone", ""), ("email", "no-at"), ("council", &"x".repeat(201)), ("appeal", "")]
        {
            let page = owner.post("words", &with(&fields, &[(field, bad)])).await.expect(422);
            assert_eq!(page.value(field).unwrap_or_default(), bad);
        }
        let check = owner.post("words", &with(&fields, &[("phone", "01632 960 999")])).await.expect(200);
        check.says("01632 960 100").says("01632 960 999");
        owner.does("words", &with(&fields, &[("phone", "01632 960 999")])).await.says("01632 960 999");
        let fields = owner.get("spending").await.filled();
        assert!(!fields.iter().any(|(name, _)| name == "name-alcohol"), "what the law leaves out stays");
        owner
            .post("spending", &with(&fields, &[("name-agency", "")]))
            .await
            .expect(422)
            .says("Enter the name");
        owner.post("spending", &with(&fields, &[("new-name", "A dog")])).await.expect(422).says("yes or no");
        let forbidden = with(&fields, &[("new-name", "A dog"), ("bought", "no")]);
        owner.post("spending", &forbidden).await.expect(422).says("Enter why").says("Enter where");
        let twice = with(&fields, &[("new-name", "Care from an agency"), ("bought", "yes")]);
        let again = owner.post("spending", &twice).await.expect(422);
        assert!(again.says("already").html.contains("href=\"#new-name\""), "the summary leads to the field");
        let good =
            with(&fields, &[("new-name", "A dog 🐕"), ("bought", "yes"), ("name-agency", "Agency care")]);
        let page = owner.does("spending", &good).await;
        page.says("A dog 🐕").says("Agency care").says("Added to the kinds of spending: A dog 🐕");
        owner.post("spending", &with(&fields, &[("new", "<b>")])).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_changes_a_framework() {
    for owner in owners().await {
        let world = &owner.world;
        for account in
            [world.people.admin, world.people.auditor, world.people.commissioner, world.people.alice]
        {
            let client = world.client(account).await;
            for page in ["limit", "words", "clocks", "spending", "method"] {
                let path = format!("{}/{page}", owner.base);
                client.get(&path).await.expect(404);
                client.post(&path, &[("limit", "1"), ("sure", "yes")]).await.expect(404);
            }
        }
        assert_eq!(owner.framework().await.clinician_limit, Pence(11_000_000));
        let elsewhere = format!("/admin/{}/framework/method", world.app.id());
        owner.client.get(&elsewhere).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bank_holidays_are_taken_in_and_count_for_what_is_promised() {
    for owner in owners().await {
        let page = owner.get("bank-holidays").await.expect(200);
        let fields = page.filled();
        let known = page.value("bank-holidays").expect("they are there");
        assert!(known.contains("28 December 2026 Boxing Day (substitute day)"), "{known}");
        owner.post("bank-holidays", &fields).await.expect(422).says("Nothing is different");
        for (typed, says) in [
            ("", "Enter the bank holidays, one on each line"),
            ("Christmas", "Line 1: “Christmas” does not begin with a day"),
            ("{\"events\": {}}", "This is not the bank holiday file of GOV.UK"),
            ("25 December 2027 Christmas Day", "25 December 2027 is on a weekend"),
            ("27 December 2027 Christmas Day", "2027 has 1 of at least 8 bank holidays"),
        ] {
            let page = owner.post("bank-holidays", &with(&fields, &[("bank-holidays", typed)])).await;
            let page = page.expect(422).says(says);
            assert_eq!(
                page.value("bank-holidays").unwrap_or_default().trim(),
                typed,
                "nothing typed is lost"
            );
            assert!(page.html.contains("href=\"#bank-holidays\""), "the summary leads to the field");
        }
        let app = &owner.world.app;
        let today = app.clock.today();
        let contact =
            i32::from(app.framework_of(owner.world.place.area).await.expect("one").contact_days == 0);
        assert_eq!(contact, 0, "an area promises a day");
        let promised = |days: &domain::working_days::BankHolidays| days.working_days_after(today, 1);
        let before = owner.framework().await.bank_holidays;
        let next = promised(&before);
        let line = format!("{} A day for all", domain::dates::long(next));
        let more = format!("{known}\n{line}");
        let page = owner.does("bank-holidays", &with(&fields, &[("bank-holidays", &more)])).await;
        page.says("The bank holidays are taken in").says("were taken in");
        assert!(promised(&owner.framework().await.bank_holidays) > next, "that day does not count any more");
    }
}

/// The differences that somebody looked at are those that are done: what another
/// took in meanwhile is not undone unseen.
#[tokio::test(flavor = "multi_thread")]
async fn bank_holidays_that_another_took_in_are_not_undone_unseen() {
    for owner in owners().await {
        let fields = owner.get("bank-holidays").await.expect(200).filled();
        let known = owner.get("bank-holidays").await.value("bank-holidays").expect("they are there");
        let today = owner.world.app.clock.today();
        let days = owner.framework().await.bank_holidays;
        let (first, second) = (days.working_days_after(today, 1), days.working_days_after(today, 2));
        let typed = |day, name: &str| format!("{known}\n{} {name}", domain::dates::long(day));
        let mine = with(&fields, &[("bank-holidays", &typed(first, "A day of mine"))]);
        let check = owner.post("bank-holidays", &mine).await.expect(200).says("Check before you change it");
        let theirs = with(&fields, &[("bank-holidays", &typed(second, "A day of theirs"))]);
        owner.does("bank-holidays", &theirs).await;
        let stale = with(&check.filled(), &[("sure", "yes")]);
        let again = owner.post("bank-holidays", &stale).await.expect(422);
        again.says("It was changed meanwhile").says("A day of mine");
        let kept = owner.framework().await.bank_holidays;
        assert!(kept.days().iter().any(|day| day.title.as_str() == "A day of theirs"), "{}", owner.base);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_kept_longer_with_a_reason_and_not_shorter() {
    for owner in owners().await {
        let there = owner.client.get(&owner.base).await.expect(200);
        there.says("How long records are kept").says("8 years").says("Records Management Code of Practice");
        let fields = owner.get("retention").await.expect(200).filled();
        owner.post("retention", &fields).await.expect(422).says("Nothing is different");
        for (field, typed, says) in [
            ("case-years", "7", "whole number from 8 to 100"),
            ("child-birthday", "18", "whole number from 25 to 100"),
            ("payment-years", "5", "whole number from 6 to 100"),
            ("enquiry-years", "", "Enter the years for a request"),
            ("why", "", "Enter who keeps the records"),
        ] {
            let all = with(&fields, &[(field, typed), ("sure", "yes")]);
            let page = owner.post("retention", &all).await.expect(422);
            assert!(page.html.contains(says), "{field}: {}", page.main());
        }
        let longer = with(&fields, &[("case-years", "20"), ("enquiry-years", "2")]);
        let page = owner.does("retention", &longer).await.says("20 years").says("2 years");
        page.says("Changed: the years for which a case is kept, the years for a request that led to nothing");
        assert_eq!(owner.framework().await.retention.case_years, 20);
        // Whoever has no say in it changes nothing.
        let admin = owner.world.client(owner.world.people.admin).await;
        let path = format!("{}/retention", owner.base);
        assert_eq!(admin.get(&path).await.status, 404);
        admin.get(&owner.base).await.expect(200).says("20 years");
    }
}
