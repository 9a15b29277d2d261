//! What a page costs does not grow with a life: it asks the database as many
//! questions and reads as many rows in a case with ten times as much in it.

use domain::CaseId;
use testkit::life::{Life, live};
use testkit::{Client, Stage, World, databases};

/// Enough of everything that each page is full.
const SHORT: Life = Life { lines: 260, notes: 70, receipts: 110, writings: 130, looks: 230 };
const TIMES: u32 = 10;

/// Pages of a case that could grow with it, as they are addressed.
const PAGES: [&str; 29] = [
    "",
    "/money",
    "/money/entries",
    "/money/match",
    "/money/receipts",
    "/money/statement",
    "/payments",
    "/agreement",
    "/history",
    "/history?part=payments",
    "/history?part=offer",
    "/looks",
    "/notes",
    "/documents",
    "/plan",
    "/plan/whole",
    "/people",
    "/reviews",
    "/needs",
    "/budget",
    "/questions",
    "/team",
    "/people/sharing",
    "/everything",
    "/rights",
    "/costs",
    "/sign-off",
    "/plan/thread",
    "/help",
];

/// Pages of one thing, and forms: what they show is of that thing, or to be filled
/// in, and is as long as it is however long the life.
const OF_ONE_THING: [&str; 67] = [
    "/agreement/change",
    "/agreement/left/{holding}",
    "/begin-team",
    "/budget/adjust",
    "/budget/answer",
    "/budget/question",
    "/communication",
    "/consent/{about}",
    "/documents/files/{file}",
    "/documents/{paper}",
    "/everything/{request}/look",
    "/everything/{request}/time",
    "/money/accounts/{holding}",
    "/money/files/{file}",
    "/money/notional",
    "/money/payments/{line}",
    "/money/statements/{statement}",
    "/needs/add",
    "/needs/check",
    "/needs/list",
    "/needs/questions/{key}",
    "/needs/reopen",
    "/needs/settle/{key}",
    "/needs/withdraw/{need}",
    "/offer",
    "/payments/plan",
    "/payments/{payment}",
    "/people/new",
    "/people/sharing/{with}",
    "/people/sharing/{with}/end",
    "/people/{who}",
    "/plan/actions",
    "/plan/actions/add",
    "/plan/actions/{item}",
    "/plan/actions/{item}/remove",
    "/plan/holding",
    "/plan/holding/add",
    "/plan/holding/{item}/end",
    "/plan/money",
    "/plan/money/add",
    "/plan/money/{item}",
    "/plan/money/{item}/remove",
    "/plan/on",
    "/plan/outcomes",
    "/plan/outcomes/add",
    "/plan/outcomes/{item}",
    "/plan/outcomes/{item}/remove",
    "/plan/review-date",
    "/plan/risks",
    "/plan/risks/add",
    "/plan/risks/{item}",
    "/plan/risks/{item}/remove",
    "/plan/write/{section}",
    "/questions/{question}",
    "/reviews/{review}",
    "/reviews/{review}/calendar.ics",
    "/reviews/{review}/hold",
    "/sign-off/sent/{submission}",
    "/rights/ask/{right}",
    "/rights/{request}",
    "/rights/{request}/again",
    "/rights/{request}/answer",
    "/rights/{request}/lift",
    "/rights/{request}/statement",
    "/rights/{request}/statement/withdraw",
    "/rights/{request}/time",
    "/rights/{request}/withdraw",
];

/// A new page of a case is walked below, or is said to be of one thing. Which pages
/// there are says the table that is made from the routes.
#[test]
fn each_page_of_a_case_is_walked_or_is_of_one_thing() {
    let routes = include_str!("../../../docs/routes.md").lines();
    let of_case = routes.filter_map(|line| line.strip_prefix("| GET | `/cases/{id}")?.split('`').next());
    let there: std::collections::BTreeSet<&str> = of_case.collect();
    let walked = PAGES.iter().filter_map(|page| page.split('?').next());
    let named: Vec<&str> = walked.chain(OF_ONE_THING).collect();
    let unnamed: Vec<_> = there.iter().filter(|page| !named.contains(page)).collect();
    let gone: Vec<_> = named.iter().filter(|page| !there.contains(**page)).collect();
    assert!(there.len() > 50 && unnamed.is_empty() && gone.is_empty(), "{unnamed:?} {gone:?}");
}

/// What a page asked of the database: questions and rows. It is opened twice,
/// so that what is kept in memory and the look are there already.
async fn asked(world: &World, client: &Client, path: &str) -> (u64, u64) {
    let first = client.get(path).await;
    let before = world.db.asked();
    let page = client.get(path).await;
    // Not every page is for every reader.
    assert!([200, 403, 404].contains(&page.status.as_u16()), "{path}: {}", page.status);
    assert_eq!(first.status, page.status, "{path}");
    let after = world.db.asked();
    (after.0 - before.0, after.1 - before.1)
}

async fn a_life(world: &World, life: Life) -> CaseId {
    let case = world.case_at(Stage::Review).await;
    live(world, case, life).await;
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reads_no_more_of_a_long_life() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (short, long) = (a_life(&world, SHORT).await, a_life(&world, SHORT.times(TIMES)).await);
        let mut grown = vec![];
        for reader in [world.people.husband, world.people.coordinator, world.people.finance1] {
            let client = world.client(reader).await;
            for page in PAGES {
                let one = asked(&world, &client, &format!("/cases/{short}{page}")).await;
                let ten = asked(&world, &client, &format!("/cases/{long}{page}")).await;
                // Within a page of the ledger more or fewer lines are the same
                // ones; a search of the history looks through a thousand events.
                let most = if page.contains("part=") { one.1 + 1_000 } else { one.1 + 60 };
                if ten.0 > one.0 + 10 || ten.1 > most {
                    grown.push(format!("{page}: {one:?} became {ten:?}"));
                }
            }
        }
        assert!(grown.is_empty(), "{name}: {}", grown.join("\n"));
    }
}

/// Whoever looks at what was said in confidence reads those events, and not all
/// that ever happened.
#[tokio::test(flavor = "multi_thread")]
async fn to_look_at_one_thing_reads_no_more_of_a_long_life() {
    use domain::case::notes::{Event, ReadBy};
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let mut costs = vec![];
        for life in [SHORT, SHORT.times(TIMES)] {
            let case = a_life(&world, life).await;
            let text = testkit::world::prose("Ring the sister first");
            world
                .say(case, world.people.nurse, Event::Written { text, read_by: ReadBy::Professionals })
                .await;
            let (jo, request) = (world.actor(world.people.coordinator).await, world.app.id().into());
            let sent = world.app.ask_for_copy(&jo, case, request, domain::case::Voice::Person).await;
            let open = sent.expect("asked for").rights.requests[0].open().count();
            let client = world.client(world.people.coordinator).await;
            let path = format!("/cases/{case}/everything/{request}/look");
            client.get(&path).await.expect(200).says("Ring the sister first");
            costs.push((open, asked(&world, &client, &path).await));
        }
        let (short, long) = (costs[0].1, costs[1].1);
        assert_eq!(costs[0].0, costs[1].0, "{name}: as much to look at");
        assert!(long.0 <= short.0 + 5 && long.1 <= short.1 + 60, "{name}: {short:?} became {long:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_more_sentence_reads_no_more_of_a_long_life() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let mut costs = vec![];
        for life in [SHORT, SHORT.times(TIMES)] {
            let case = a_life(&world, life).await;
            let client = world.client(world.people.husband).await;
            client.get(&format!("/cases/{case}/notes")).await.expect(200);
            let before = world.db.asked();
            let note = [("text", "One more"), ("read-by", "everyone")];
            client.post(&format!("/cases/{case}/notes"), &note).await.expect(303);
            let after = world.db.asked();
            costs.push((after.0 - before.0, after.1 - before.1));
        }
        assert!(costs[1].0 <= costs[0].0 + 2 && costs[1].1 <= costs[0].1 + 5, "{name}: {costs:?}");
    }
}

/// Every list leads on to what is older and back to the newest, and nothing is
/// left out or shown twice on the way.
#[tokio::test(flavor = "multi_thread")]
async fn older_links_lead_through_everything_once() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = a_life(&world, SHORT).await;
        let state = world.case(case).await;
        let own = state.arrangement.statements.values().next().expect("an account").holding;
        let client = world.client(world.people.husband).await;
        for (page, mark, expected) in [
            (format!("/cases/{case}/money/accounts/{own}"), "IN A SHOP", SHORT.lines),
            (format!("/cases/{case}/notes"), "Note ", SHORT.notes),
            (format!("/cases/{case}/money/receipts"), "Receipt ", SHORT.receipts),
        ] {
            let (mut seen, mut at, mut pages) = (std::collections::BTreeSet::new(), page.clone(), 0);
            let mut count = 0;
            loop {
                let shown = client.get(&at).await.expect(200);
                let cells = shown.select("td, .phb-note");
                let marked: Vec<String> = cells.into_iter().filter(|text| text.contains(mark)).collect();
                count += marked.len();
                seen.extend(marked);
                pages += 1;
                match shown.attributes("a[rel=next]", "href").first() {
                    Some(next) => at.clone_from(next),
                    None => break,
                }
            }
            assert!(pages > 2, "{name}: {page} is more than one page");
            assert_eq!((count, seen.len()), (expected as usize, expected as usize), "{name}: {page}");
        }
        let files = client.get(&format!("/cases/{case}/documents")).await.expect(200);
        assert_eq!(files.select("a[download]").len(), 50, "{name}");
        let looks = client.get(&format!("/cases/{case}/looks")).await.expect(200);
        let parts = looks.select(".phb-timeline__moment li");
        let times = parts.iter().filter_map(|part| {
            part.strip_prefix("looked at the plan ")?.split(' ').next()?.parse::<u32>().ok()
        });
        assert_eq!((times.sum::<u32>(), parts.len() <= 2), (SHORT.looks, true), "{name}: {parts:?}");
        // Nonsense in the address is the newest page.
        for odd in ["x", "2026-13-01.1.x", "9999-12-31.18446744073709551616.x", "-1", "%00"] {
            for page in ["money/entries", "notes", "documents", "looks", &format!("money/accounts/{own}")] {
                let status = client.get(&format!("/cases/{case}/{page}?before={odd}")).await.status;
                assert_eq!(status, 200, "{name} {page} {odd}");
            }
        }
    }
}

/// What waits is kept beside the lines, and is what the record says.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_what_nobody_has_said_yet() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = a_life(&world, SHORT).await;
        let differences = async || {
            let found = world.db.read::<_, store::StoreError>(store::open_lines::differences);
            found.await.expect("compared")
        };
        assert_eq!(differences().await, [], "{name}");
        let client = world.client(world.people.husband).await;
        client.get(&format!("/cases/{case}/money")).await.says("25 payments wait");
        let matched = *world.case(case).await.arrangement.matched.keys().next().expect("one");
        let undo = format!("/cases/{case}/money/payments/{matched}/undo");
        client.post(&undo, &[("why", "It was something else")]).await.expect(303);
        client.get(&format!("/cases/{case}/money")).await.says("26 payments wait");
        assert_eq!(differences().await, [], "{name}");
        // Whatever the table says, it is made again from the record.
        let line = world.bank_lines(case).await[0].id;
        let spoil = world.db.write::<_, store::StoreError>(move |tx| {
            store::open_lines::settle(tx, case, matched)?;
            store::open_lines::reopen(tx, case, line)
        });
        spoil.await.expect("spoilt");
        assert_eq!(differences().await, [case], "{name}");
        let rebuilt = world.app.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(rebuilt.differences.len(), 1, "{name}");
        assert_eq!(differences().await, [], "{name}");
        let report = store::verify::verify(&world.db, |_, _| ()).await.expect("verified");
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
    }
}

/// What waits to be matched leads on, 20 at a time, also where none of those
/// before is dealt with.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_matched_is_all_within_reach() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = a_life(&world, SHORT).await;
        let client = world.client(world.people.husband).await;
        let (first, mut seen) = (format!("/cases/{case}/money/match"), std::collections::BTreeSet::new());
        let mut next = Some(first.clone());
        let mut pages = 0;
        while let Some(way) = next {
            let page = client.get(&way).await.expect(200);
            let fields = page.attributes("main select", "name");
            assert!(fields.len() <= 20, "{name}: {}", fields.len());
            for field in fields {
                assert!(seen.insert(field.clone()), "{name}: {field} is asked about twice");
            }
            let ways = page.attributes("main a[rel=next]", "href");
            next = ways.into_iter().find(|to| to.contains("?after="));
            pages += 1;
        }
        let husband = world.actor(world.people.husband).await;
        let all = world.app.to_match(&husband, world.case(case).await, Default::default(), 100_000).await;
        let all = all.expect("what waits").went_out.len();
        assert!(pages > 1 && seen.len() == all, "{name}: {} of {all} on {pages} pages", seen.len());
        // Whoever says what one was for is led on, and not to the same ones again.
        let page = client.get(&first).await.expect(200);
        let (field, last) =
            (page.attributes("main select", "name").remove(0), page.value("next").expect("more"));
        let line = page.attributes("main select option", "value").into_iter().find(|v| !v.is_empty());
        let line = line.expect("a line of the plan");
        let sent = [(field.as_str(), line.as_str()), ("next", last.as_str())];
        let to = client.post(&first, &sent).await.location().expect("it is saved");
        assert!(to.starts_with(&format!("{first}?after={last}")), "{name}: {to}");
        let page = client.get(&to).await.expect(200).says("Saved. Here are the next ones");
        assert!(!page.html.contains(&field), "{name}");
        // An address that somebody made up begins at the first.
        for odd in ["after=x", "after=018f0000-0000-7000-8000-000000000000", "after-in=%00"] {
            client.get(&format!("{first}?{odd}")).await.expect(200).says("of");
        }
    }
}

/// So many more people get a post, and as many had one.
async fn more_people(world: &World, from: usize, to: usize) {
    use domain::access::Post;
    use domain::organisation::Event;
    let (mut opened, mut events) = (vec![], vec![]);
    for number in from..to {
        for ends in [false, true] {
            let id = domain::AccountId(world.app.id());
            let name =
                testkit::world::line(&format!("Person {number:03}{}", if ends { " gone" } else { "" }));
            let email = format!("p{number}-{ends}@mail.example").parse().expect("an address");
            opened.push(world.app.put_account(id, name, email));
            events.push(Event::PostGiven { account: id, post: Post::Practitioner });
            if ends {
                events.push(Event::PostEnded { account: id, post: Post::Practitioner });
            }
        }
    }
    futures_util::future::try_join_all(opened).await.expect("they are there");
    let (nhs, by) = (world.organisations.nhs, domain::Author::System);
    world.app.record_organisation(by, nhs, events).await.expect("they have posts");
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_pages_cost_the_same_however_many_people_there_are() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        world.case_at(Stage::Contact).await;
        let admin = world.client(world.people.admin).await;
        let people = format!("/admin/{}/people", world.place.area);
        let paths = ["/home".to_owned(), format!("/admin/{}", world.place.area), people.clone()];
        more_people(&world, 0, 60).await;
        let mut before = vec![];
        for path in &paths {
            before.push(asked(&world, &admin, path).await.0);
        }
        more_people(&world, 60, 200).await;
        for (path, before) in paths.iter().zip(before) {
            let now = asked(&world, &admin, path).await.0;
            assert!(now <= before + 5, "{name} {path}: {before} questions became {now}");
        }
        admin.get(&paths[1]).await.expect(200).says("people have a post").says("200 of them have not set up");
        // Everyone is there, once.
        let page = admin.get(&people).await.expect(200);
        let mut found: Vec<String> = vec![];
        let mut names = |page: &testkit::Page| {
            let links = page.select("main td a, main th a");
            found.extend(links.into_iter().filter(|text| text.starts_with("Person ")));
        };
        names(&page);
        for way in page.attributes("main a[rel=next]", "href") {
            let mut next = Some(way);
            while let Some(way) = next {
                let page = admin.get(&way).await.expect(200);
                names(&page);
                next = page.attributes("main a[rel=next]", "href").first().cloned();
            }
        }
        let shown = found.len();
        found.sort_unstable();
        found.dedup();
        assert_eq!((shown, found.len()), (400, 400), "{name}");
        admin.get(&format!("{people}/left?after-sort=~~&after-row=0")).await.expect(200);
    }
}
