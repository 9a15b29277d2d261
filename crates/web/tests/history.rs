//! The history, the plan on an earlier day, notes and who looked.

use domain::case::notes::{Event, ReadBy};
use domain::case::plan::{self, Section};
use domain::case::{self, Voice};
use testkit::world::prose;
use testkit::{Stage, World, databases};

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_happened_in_words() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let husband = world.client(world.people.husband).await;
        let page = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        let page = page.says("A payment was made").says("Fay Turner").says("2 March 2026");
        assert!(!page.main().contains(&case.to_string()), "no ids in words");
        let only = husband.get(&format!("/cases/{case}/history?part=sign-off")).await.expect(200);
        only.says("The plan was agreed").says("It keeps Alice safe").never_says("A payment was made");
        let nurse = world.case(case).await.circle.member_of(world.people.nurse).expect("she is in it").id;
        let hers = husband.get(&format!("/cases/{case}/history?who={nurse}")).await.expect(200);
        hers.says("The plan was agreed").never_says("The plan was sent to be agreed");
        // Nonsense in an address is as if it were not there.
        husband
            .get(&format!("/cases/{case}/history?part=x&who=y&before=-3"))
            .await
            .expect(200)
            .says("A payment");
        world
            .client(world.people.commissioner)
            .await
            .get(&format!("/cases/{case}/history"))
            .await
            .expect(200);
        let looks = husband.get(&format!("/cases/{case}/looks")).await.expect(200);
        looks.says("Carys Bevan").says("looked at the history once");
        let readers = husband.get(&format!("/cases/{case}/looks")).await.select("main strong");
        assert_eq!(readers, ["Carys Bevan"], "without one’s own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_events_come_in_pages_and_fast() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let write = |n: usize| -> case::Event {
            plan::Event::SectionWritten {
                section: Section::WhoIAm,
                text: prose(&format!("Version {n}")),
                voice: Voice::Person,
                based_on: u64::MAX >> 1,
            }
            .into()
        };
        world.record(case, world.people.husband, (0..600).map(write).collect::<Vec<_>>()).await;
        let husband = world.client(world.people.husband).await;
        let mut path = format!("/cases/{case}/history?part=plan");
        let (mut pages, mut events) = (0, 0);
        let before = world.db.asked().1;
        loop {
            let page = husband.get(&path).await.expect(200);
            pages += 1;
            events += page.select("li.phb-timeline__moment").len();
            match page.attributes("nav.phb-further a[rel=next]", "href").first() {
                Some(next) => path = next.clone(),
                None => break,
            }
        }
        assert_eq!((pages, events), (12, 600), "{name}");
        // Were each page to read all events, it would be more than 12 times as many.
        let rows = world.db.asked().1 - before;
        assert!(rows < 8 * events as u64, "{name}: {rows} rows for {events} events");
        // A link to one event leads to the page on which it is.
        let page = husband.get(&format!("/cases/{case}/history?before=101")).await.expect(200);
        assert_eq!(page.select("#e100").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plan_said_on_an_earlier_day() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let write = |text: &str| plan::Event::SectionWritten {
            section: Section::ImportantToMe,
            text: prose(text),
            voice: Voice::Person,
            based_on: u64::MAX >> 1,
        };
        world.say(case, world.people.husband, write("Being outside")).await;
        world.days_later(10);
        world.say(case, world.people.husband, write("Swimming")).await;
        let husband = world.client(world.people.husband).await;
        let on = |day: &str, month: &str, year: &str| {
            format!("/cases/{case}/plan/on?on-day={day}&on-month={month}&on-year={year}")
        };
        let then = husband
            .get(&on("11", "3", "2026"))
            .await
            .expect(200)
            .says("The plan at the end of 11 March 2026");
        then.says("Being outside").says("What changed since").says("Swimming");
        let now = husband.get(&on("12", "3", "2026")).await.expect(200);
        now.says("Swimming").says("Nothing has changed since").never_says("Being outside");
        husband.get(&on("1", "1", "2020")).await.expect(200).says("There was no plan yet");
        husband.get(&on("31", "2", "2026")).await.expect(422).says("must be a real date");
        husband.get(&on("", "", "")).await.expect(422).says("Enter the day");
        husband.get(&on("1", "1", "2199")).await.expect(422).says("today or in the past");
        husband.get(&on("x", "%F0%9F%98%80", "1e9")).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_note_is_never_seen_by_another() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let p = world.people;
        let notes = format!("/cases/{case}/notes");
        let husband = world.client(p.husband).await;
        husband.post(&notes, &[("text", ""), ("read-by", "me")]).await.expect(422).says("Enter your note");
        husband.post(&notes, &[("text", "x"), ("read-by", "the press")]).await.expect(422);
        let both = [("text", "PRIVATE-HUSBAND"), ("read-by", "me")];
        husband.post(&notes, &both).await.leads_to(&notes);
        husband.post(&notes, &both).await.leads_to(&notes);
        assert_eq!(world.case(case).await.notes.all.len(), 1, "sent twice is written once");
        // The family has no use for a note that they could not read.
        husband.post(&notes, &[("text", "x"), ("read-by", "professionals")]).await.expect(422);
        let say = |text: &str, read_by| Event::Written { text: prose(text), read_by };
        world.say(case, p.nurse, say("PRIVATE-NURSE", ReadBy::Me)).await;
        world.say(case, p.nurse, say("PROFESSIONAL-NOTE", ReadBy::Professionals)).await;
        world.say(case, p.nurse, say("FOR-EVERYONE", ReadBy::Everyone)).await;
        let everyone = [
            p.alice,
            p.husband,
            p.coordinator,
            p.nurse,
            p.broker,
            p.council_worker,
            p.commissioner,
            p.auditor,
        ];
        for who in everyone {
            let client = world.client(who).await;
            let professional = [p.coordinator, p.nurse, p.council_worker].contains(&who);
            for page in ["notes", "history", "history?part=notes", ""] {
                let path = format!("/cases/{case}/{page}");
                let html = client.get(path.trim_end_matches('/')).await.expect(200).html;
                assert!(who == p.husband || !html.contains("PRIVATE-HUSBAND"), "{page}");
                assert!(who == p.nurse || !html.contains("PRIVATE-NURSE"), "{page}");
                assert!(professional || !html.contains("PROFESSIONAL-NOTE"), "{page}");
                if page == "notes" {
                    assert!(html.contains("FOR-EVERYONE"));
                    assert_eq!(html.contains("PROFESSIONAL-NOTE"), professional);
                    assert_eq!(html.contains("PRIVATE-HUSBAND"), who == p.husband);
                }
            }
        }
        let stranger = world.client(p.stranger).await;
        stranger.post(&notes, &both).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_is_told_week_by_week_to_the_first_day_with_every_list() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let jo = world.client(world.people.coordinator).await;
        for _ in 0..3 {
            jo.get(&format!("/cases/{case}/plan")).await.expect(200);
            world.seconds_later(16 * 60);
        }
        // A list is one row however often it is shown in a quarter of an hour.
        let rows = async |table: &str| {
            let all = world.db.read(store::stats::row_counts).await.expect("counted");
            all.iter().find(|(name, _)| *name == table).map_or(0, |(_, rows)| *rows)
        };
        let carys = world.client(world.people.commissioner).await;
        for _ in 0..3 {
            carys.post("/home", &[("words", "Alice")]).await.expect(200).says("Alice Hale");
        }
        assert_eq!((rows("list_looks").await, rows("list_sights").await), (1, 1), "{name}");
        world.days_later(100);
        let farid = world.client(world.people.finance1).await;
        farid.get("/finance").await.expect(200);
        let alice = world.client(world.people.alice).await;
        let (mut next, mut said, mut pages) = (Some(format!("/cases/{case}/looks")), String::new(), 0);
        let mut readers = vec![];
        while let Some(address) = next {
            let page = alice.get(&address).await.expect(200);
            said += &page.main();
            readers.extend(page.select("main strong"));
            pages += 1;
            assert!(pages < 20, "{name}: it ends");
            next = page.attributes("a[rel=next]", "href").into_iter().next();
        }
        let has = |words: &str| assert!(said.contains(words), "{name}: {words}: {said}");
        assert!(readers.contains(&"Jo Field".to_owned()), "{name}: {readers:?}");
        has("looked at your plan 3 times");
        has("Your name was in what a search found that one person of ");
        has("ask a question here");
        assert!(!readers.contains(&"Alice Hale".to_owned()), "{name}: without one’s own");
        assert!(!said.contains("Nobody else has looked"), "{name}: no page is empty");
        let husband = world.client(world.people.husband).await;
        husband.get(&format!("/cases/{case}/looks?before=nonsense")).await.expect(200);
        // What the person opened of their own is theirs alone, but for who audits.
        let readers = async |who| {
            let page = world.client(who).await.get(&format!("/cases/{case}/looks")).await.expect(200);
            page.select("main strong")
        };
        for who in [world.people.husband, world.people.coordinator] {
            assert!(!readers(who).await.contains(&"Alice Hale".to_owned()), "{name}");
        }
        assert!(readers(world.people.auditor).await.contains(&"Alice Hale".to_owned()), "{name}");
    }
}

/// Where "Older" leads to says nothing of when the person looked themselves.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_older_looks_tells_nobody_when_the_person_looked() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let jo = world.client(world.people.coordinator).await;
        jo.get(&format!("/cases/{case}/plan")).await.expect(200);
        let jos = domain::dates::london(world.app.clock.now());
        world.days_later(60);
        let alice = world.client(world.people.alice).await;
        alice.get(&format!("/cases/{case}/plan")).await.expect(200);
        let alices = domain::dates::london(world.app.clock.now());
        world.days_later(60);
        let jo = world.client(world.people.coordinator).await;
        jo.get(&format!("/cases/{case}/plan")).await.expect(200);
        let older = async |who| {
            let page = world.client(who).await.get(&format!("/cases/{case}/looks")).await.expect(200);
            page.attributes("a[rel=next]", "href").into_iter().next().unwrap_or_default()
        };
        let husband = older(world.people.husband).await;
        assert!(husband.contains(&jos.to_string()), "{name}: {husband}");
        assert!(!husband.contains(&alices.to_string()), "{name}: {husband}");
        let back = world.client(world.people.husband).await.get(&husband).await.expect(200);
        assert!(back.select("main strong").contains(&"Jo Field".to_owned()), "{name}: {husband}");
        // One's own are left out of one's own page too.
        assert!(!older(world.people.alice).await.contains(&alices.to_string()), "{name}");
        assert!(older(world.people.auditor).await.contains(&alices.to_string()), "{name}: who audits");
    }
}

/// Before there was a case somebody's name stood in a request: whoever saw it
/// then, and opened it, is told on the same page.
#[tokio::test(flavor = "multi_thread")]
async fn who_opened_the_request_before_there_was_a_case_is_told_too() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let enquiry = world.enquiry().await;
        let nurse = world.client(world.people.nurse).await;
        nurse.get(&format!("/enquiries/{enquiry}")).await.expect(200).says("Tim Ashby");
        world.days_later(1);
        let jo = world.actor(world.people.coordinator).await;
        let new = service::offer::NewCase {
            id: domain::CaseId(world.app.id()),
            area: world.place.area,
            enquiry: Some(enquiry),
            name: testkit::world::line("Tim Ashby"),
            known_as: None,
            born: None,
            asker: None,
            keep_words_as_question: false,
        };
        let case = world.app.open_case(&jo, new).await.expect("a case");
        let opened = world.case(case).await.offer.opened.clone().expect("it is opened");
        assert!(opened.contact_by.is_some(), "{name}: what was promised goes on being so");
        let jo = world.client(world.people.coordinator).await;
        let page = jo.get(&format!("/cases/{case}/looks")).await.expect(200);
        let html = page.main();
        assert!(html.contains("opened the request to be contacted"), "{name}: {html}");
        assert!(!html.contains("a list"), "{name}: one request is no list: {html}");
        let all = world.app.everything_in(case, service::everything::Whole::Without).await.expect("all").0;
        let seen = |look: &&formats::everything::Look| look.by == world.people.nurse;
        let parts: Vec<&str> = all.looks.iter().filter(seen).map(|look| look.part.as_str()).collect();
        assert_eq!(parts, ["the request to be contacted"], "{name}");
        // Another's request is not this one's.
        let other = world.case_at(Stage::Contact).await;
        let html = jo.get(&format!("/cases/{other}/looks")).await.expect(200).main();
        assert!(!html.contains("opened the request"), "{name}: {html}");
    }
}
