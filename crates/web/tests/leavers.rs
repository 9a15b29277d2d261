//! Those who left: what they had opens nothing any more, with every session
//! that they have and on every route, and nothing of theirs is left without
//! anybody.

use domain::access::Post;
use domain::case::CaseRole;
use domain::{AccountId, CaseId, OrganisationId};
use service::leaving::{Hanging, Heirs};
use testkit::{Client, Page, Stage, World, databases};
use web::routes::{Declared, Door};
use web::site;

/// A path with its parts filled in: this case, this area, this account, and
/// ids that are nobody's for the rest.
fn fill(world: &World, path: &str, case: CaseId) -> String {
    let part = |(at, part): (usize, &str)| match part {
        "{area}" => world.place.area.to_string(),
        "{token}" => "0".repeat(64),
        "{name}" => "main.css".into(),
        "{id}" if at == 2 && path.starts_with("/cases/") => case.to_string(),
        "{id}" if path.starts_with("/admin/") => world.people.husband.to_string(),
        other if other.starts_with('{') => "018f0000-0000-7000-8000-000000000000".into(),
        other => other.to_owned(),
    };
    path.split('/').enumerate().map(part).collect::<Vec<_>>().join("/")
}

const WORDS: &str = "These words took me half an hour to write.";

async fn call(client: &Client, route: &Declared, path: &str) -> Page {
    if route.method == "GET" { client.get(path).await } else { client.post(path, &[("text", WORDS)]).await }
}

/// Whether a route is open to somebody by their post or their seat.
fn is_opened_by_work(door: Door) -> bool {
    matches!(door, Door::Case(_) | Door::Area(_))
}

async fn opened(world: &World, client: &Client, case: CaseId) -> usize {
    let mut opened = 0;
    for route in site::declared().iter().filter(|r| r.method == "GET" && is_opened_by_work(r.door)) {
        opened += usize::from(client.get(&fill(world, route.path, case)).await.status == 200);
    }
    opened
}

/// Everyone with a post in the area: account, name, organisation and post.
fn workers(world: &World) -> Vec<(AccountId, &'static str, OrganisationId, Post)> {
    let (p, o) = (world.people, world.organisations);
    vec![
        (p.coordinator, "Jo, care co-ordinator", o.nhs, Post::Practitioner),
        (p.nurse, "Priya, clinician", o.nhs, Post::Practitioner),
        (p.council_worker, "Colin, council worker", o.council, Post::Practitioner),
        (p.commissioner, "Carys", o.nhs, Post::Commissioner),
        (p.finance1, "Farid", o.nhs, Post::Finance),
        (p.third_party, "Tess", o.third_party, Post::ThirdParty),
        (p.framework_owner, "Olu", o.nhs, Post::FrameworkOwner),
        (p.admin2, "Bilal", o.nhs, Post::Administrator),
        (p.auditor, "Uma", o.nhs, Post::Auditor),
    ]
}

/// A colleague of the NHS and one of the council who have nothing yet.
async fn colleagues(world: &World) -> (AccountId, AccountId) {
    let (p, o) = (world.people, world.organisations);
    world.give_post(o.nhs, p.stranger, Post::Practitioner).await;
    world.give_post(o.council, p.tim, Post::Practitioner).await;
    (p.stranger, p.tim)
}

fn heirs(nhs: AccountId, council: AccountId) -> Heirs {
    Heirs::from([
        (Hanging::Seat(CaseRole::CareCoordinator), vec![nhs]),
        (Hanging::Seat(CaseRole::Clinician), vec![nhs]),
        (Hanging::Seat(CaseRole::CouncilWorker), vec![council]),
        (Hanging::Request, vec![nhs]),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_of_a_leaver_opens_anything_on_any_route() {
    for (_, url) in databases::both() {
        for number in 0..9 {
            // A world for each: what one leaves changes what the next has.
            if number > 0 && url.starts_with("postgres") && ![1, 4, 7].contains(&number) {
                continue;
            }
            let url =
                if url.starts_with("postgres") { databases::postgres_url() } else { databases::sqlite_url() };
            let world = World::new(&url).await;
            let case = world.case_at(Stage::Review).await;
            let (nhs, council) = colleagues(&world).await;
            let (account, name, organisation, post) = workers(&world)[number];
            let sessions =
                [world.client(account).await, world.client(account).await, world.client(account).await];
            for session in &sessions {
                assert!(opened(&world, session, case).await > 0, "{name} had nothing open before");
            }
            let anna = world.actor(world.people.admin).await;
            let ended = world.app.end_post(
                &anna,
                world.place.area,
                account,
                (organisation, post),
                heirs(nhs, council),
            );
            ended.await.unwrap_or_else(|no| panic!("{name}: {no}"));
            let mut wrong = vec![];
            for (which, session) in sessions.iter().enumerate() {
                for route in site::declared() {
                    if matches!(route.door, Door::Anyone | Door::Demo) {
                        continue;
                    }
                    let path = fill(&world, route.path, case);
                    let page = call(session, &route, &path).await;
                    let held = if route.method == "GET" {
                        page.location().is_some_and(|to| to.starts_with("/sign-in"))
                    } else {
                        page.status == 401
                    };
                    if !held || page.html.contains("Alice") {
                        wrong.push(format!(
                            "session {which}: {} {} gave {}",
                            route.method, route.path, page.status
                        ));
                    }
                }
            }
            // Signed in again, there is nothing but what is their own.
            let again = world.client(account).await;
            for route in site::declared().iter().filter(|r| is_opened_by_work(r.door)) {
                let page = call(&again, route, &fill(&world, route.path, case)).await;
                if page.status != 404 || page.main().contains("Alice") {
                    wrong.push(format!("again: {} {} gave {}", route.method, route.path, page.status));
                }
            }
            again.get("/home").await.expect(200).never_says("Alice").never_says("MV-");
            again.post("/home", &[("words", "Alice")]).await.expect(200).never_says("Hale");
            again.get("/account").await.expect(200);
            assert!(wrong.is_empty(), "{name}: {} are open\n{}", wrong.len(), wrong.join("\n"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_in_the_middle_of_typing_keeps_their_words() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let (nhs, council) = colleagues(&world).await;
        let jo = world.client(world.people.coordinator).await;
        let page = jo.get(&format!("/cases/{case}/notes")).await.expect(200);
        assert!(page.html.contains("name=\"csrf\""));
        let anna = world.actor(world.people.admin).await;
        let of = (world.organisations.nhs, Post::Practitioner);
        let ended =
            world.app.end_post(&anna, world.place.area, world.people.coordinator, of, heirs(nhs, council));
        ended.await.expect("it ends");
        let before = world.case(case).await.version;
        let page =
            jo.post(&format!("/cases/{case}/notes"), &[("text", WORDS), ("read-by", "everyone")]).await;
        assert_eq!(page.status, 401);
        // What was typed is carried along; signed in again, they find it on the
        // page that says that there is nothing here for them any more.
        let carried: String = form_urlencoded::byte_serialize(WORDS.as_bytes()).collect();
        assert!(page.html.contains(&carried), "{}", page.html);
        let again = world.client(world.people.coordinator).await;
        let page =
            again.post(&format!("/cases/{case}/notes"), &[("text", WORDS), ("read-by", "everyone")]).await;
        page.expect(404).says(WORDS);
        assert_eq!(world.case(case).await.version, before, "nothing was written");
    }
}

/// A seat whose post ended before there was this rule, with the session alive.
#[tokio::test(flavor = "multi_thread")]
async fn seats_that_were_left_behind_open_nothing_and_are_handed_over() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let nurse = world.people.nurse;
        let live = world.client(nurse).await;
        live.get(&format!("/cases/{case}")).await.expect(200);
        let ended = domain::organisation::Event::PostEnded { account: nurse, post: Post::Practitioner };
        let system = domain::Author::System;
        world.app.record_organisation(system, world.organisations.nhs, vec![ended]).await.expect("recorded");
        for page in ["", "/plan", "/notes", "/money", "/people", "/history", "/documents"] {
            live.get(&format!("/cases/{case}{page}")).await.expect(404);
        }
        live.post(&format!("/cases/{case}/notes"), &[("text", WORDS)]).await.expect(404);
        live.get("/home").await.expect(200).never_says("Alice");
        // Its administrators see that something is left, in numbers, and hand it over.
        let anna = world.client(world.people.admin).await;
        let base = format!("/admin/{}/people", world.place.area);
        anna.get(&base).await.expect(200).says("People who have left").says("Priya Nair");
        let page = anna.get(&format!("{base}/{nurse}")).await.expect(200);
        page.says("Clinician of 1 person").never_says("Alice");
        let hand_over = format!("{base}/{nurse}/hand-over");
        let (nhs, _) = colleagues(&world).await;
        anna.post(&hand_over, &[]).await.expect(422).says("Choose a colleague");
        let to = nhs.to_string();
        anna.post(&hand_over, &[("to-clinician", &to)]).await.leads_to(&format!("{base}/{nurse}"));
        let state = world.case(case).await;
        assert!(state.circle.member_of(nurse).is_none());
        assert_eq!(state.circle.roles_of(nhs).collect::<Vec<_>>(), [CaseRole::Clinician]);
        anna.post(&hand_over, &[("to-clinician", &to)]).await.expect(422).says("Nothing is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_ends_with_everything_that_hangs_on_it() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let jo = world.people.coordinator;
        let enquiry = world.enquiry().await;
        world.client(jo).await.post(&format!("/enquiries/{enquiry}/take-on"), &[]).await.expect(303);
        let anna = world.client(world.people.admin).await;
        let base = format!("/admin/{}/people", world.place.area);
        let end = format!("{base}/{jo}/posts/{}/practitioner", world.organisations.nhs);
        let page = anna.get(&end).await.expect(200).says("Care co-ordinator of 1 person");
        page.says("1 request to be contacted").never_says("Alice").never_says("Tim Ashby");
        // Somebody has to be chosen, and somebody who fits.
        anna.post(&end, &[]).await.expect(422).says("Choose a colleague");
        let nurse = world.people.nurse.to_string();
        let auditor = world.people.auditor.to_string();
        let to = |who: &str| vec![("to-care-coordinator", who.to_owned()), ("to-requests", who.to_owned())];
        let post = |who: Vec<(&'static str, String)>| {
            let (anna, end) = (anna.clone(), end.clone());
            async move {
                let fields: Vec<(&str, &str)> =
                    who.iter().map(|(name, value)| (*name, value.as_str())).collect();
                anna.post(&end, &fields).await
            }
        };
        post(to(&auditor)).await.expect(422).says("Choose to whom this goes");
        // Priya is Alice's nurse already: she does not get a second place.
        post(to(&nurse)).await.expect(422).says("has another place in the circle");
        assert!(world.actor(jo).await.has_post(world.place.area, Post::Practitioner), "nothing ended");
        let (nhs, _) = colleagues(&world).await;
        // Somebody with a place gives way to the second choice.
        let mut fields = to(&nurse);
        fields.push(("then-care-coordinator", nhs.to_string()));
        post(fields).await.leads_to(&format!("{base}/{jo}"));
        let state = world.case(case).await;
        assert!(state.circle.member_of(jo).is_none());
        assert_eq!(state.circle.care_coordinator().and_then(|m| m.account), Some(nhs));
        let letters = world.app.latest_letters(100).await.expect("letters");
        for (to, words) in [
            ("jo@mendipvale.example", "has ended"),
            ("norman@mail.example", "goes on with you"),
            ("alice@mail.example", "takes over"),
            ("martin@mail.example", "takes over"),
        ] {
            let letter = letters.iter().find(|letter| letter.to_address == to && letter.body.contains(words));
            assert!(letter.is_some(), "{to} is told that somebody {words}");
        }
        let martin = world.client(world.people.husband).await;
        let history = martin.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("Their post has ended, and a colleague goes on");
        let page = world.client(world.people.nurse).await.get(&format!("/enquiries/{enquiry}")).await;
        page.expect(200).says("Priya Nair");
    }
}

/// What waits for a post as such is told in numbers to whoever ends the last one.
#[tokio::test(flavor = "multi_thread")]
async fn the_only_commissioner_is_not_nothing() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.other_case().await;
        let jo = world.client(world.people.coordinator).await;
        let kim = [
            ("key", "0199bbbb-0000-7000-8000-00000000cccc"),
            ("role", "representative"),
            ("name", "Kim Hale"),
            ("relation", "cousin"),
            ("footing", "deputy"),
            ("matters", "care"),
            ("matters", "money"),
            ("about", "Everything"),
            ("evidence", "Order of the court"),
        ];
        jo.post(&format!("/cases/{case}/people"), &kim).await.expect(303);
        let anna = world.client(world.people.admin).await;
        let end = |who, post: &str| {
            format!("/admin/{}/people/{who}/posts/{}/{post}", world.place.area, world.organisations.nhs)
        };
        let only = end(world.people.commissioner, "commissioner");
        let page = anna.get(&only).await.expect(200).says("Nobody else here has this post");
        page.says("1 thing waits for it").never_says("Nothing hangs on it").never_says("Kim");
        // With a colleague of the same post it goes on.
        let one_of_two = end(world.people.finance1, "finance");
        anna.get(&one_of_two).await.expect(200).never_says("Nobody else here").says("Nothing hangs on it");
        world.colleague("Cai Rees", "cai@mendipvale.example", Post::Commissioner).await;
        anna.get(&only).await.expect(200).says("Nothing hangs on it").never_says("Nobody else here");
    }
}

/// Where nobody fits, it is said what to do, and closing works at once.
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_take_over_it_is_said_what_to_do_first() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    let colin = world.people.council_worker;
    let live = world.client(colin).await;
    let anna = world.client(world.people.admin).await;
    let base = format!("/admin/{}/people/{colin}", world.place.area);
    let end = format!("{base}/posts/{}/practitioner", world.organisations.council);
    anna.get(&end).await.expect(200).says("Council worker of 1 person").says("Give one the post first");
    anna.post(&end, &[]).await.expect(422);
    anna.post(&format!("{base}/close"), &[("close-why", "Police matter")]).await.leads_to(&base);
    live.get(&format!("/cases/{case}")).await.leads_to("/sign-in");
    assert!(world.case(case).await.circle.member_of(colin).is_some(), "nothing is lost meanwhile");
}

/// Every kind of letter about a case goes one way, and a leaver gets none: the
/// same is done in a world where the post stands and in one where it ended.
#[tokio::test(flavor = "multi_thread")]
async fn no_kind_of_letter_about_a_case_goes_to_a_leaver() {
    for (at, (name, url)) in databases::both().into_iter().enumerate() {
        let mut told = vec![];
        for left in [false, true] {
            let url = if left { url.clone() } else { databases::both()[at].1.clone() };
            let world = World::new(&url).await;
            let case = world.case_at(Stage::Review).await;
            let p = world.people;
            if left {
                for account in [p.coordinator, p.nurse] {
                    let ended = domain::organisation::Event::PostEnded { account, post: Post::Practitioner };
                    let nhs = world.organisations.nhs;
                    let system = domain::Author::System;
                    world.app.record_organisation(system, nhs, vec![ended]).await.expect("recorded");
                }
            }
            world.seconds_later(1);
            let before = world.app.latest_letters(1_000).await.expect("letters").len();
            told.push(letters_of_a_life(&world, case).await.split_off(before));
        }
        let subjects = |letters: &[(String, String)]| {
            let ours = ["jo@mendipvale.example", "priya@mendipvale.example"];
            let ours = letters.iter().filter(|(to, _)| ours.contains(&to.as_str()));
            ours.map(|(_, subject)| subject.clone()).collect::<std::collections::BTreeSet<_>>()
        };
        assert!(subjects(&told[0]).len() >= 3, "{name}: they are told while they are here: {:?}", told[0]);
        assert!(subjects(&told[1]).is_empty(), "{name}: {:?}", subjects(&told[1]));
        let martin = |letters: &[(String, String)]| letters.iter().any(|(to, _)| to == "martin@mail.example");
        assert!(martin(&told[1]), "{name}: the family still is");
    }
}

/// To whom and of what letters went while a case was lived with, the newest last.
async fn letters_of_a_life(world: &World, case: CaseId) -> Vec<(String, String)> {
    let p = world.people;
    world.days_later(40);
    world.app.work_once(None).await.expect("it works");
    world.days_later(40);
    world.app.work_once(None).await.expect("it works");
    let martin = world.client(p.husband).await;
    let key = world.app.id().to_string();
    martin.post(&format!("/cases/{case}/reviews/ask"), &[("key", &key)]).await.expect(303);
    let new = [
        ("key", key.as_str()),
        ("role", "representative"),
        ("name", "Kim Hale"),
        ("relation", "cousin"),
        ("footing", "deputy"),
        ("matters", "care"),
        ("matters", "money"),
        ("about", "Everything"),
        ("evidence", "Order of the court"),
    ];
    martin.post(&format!("/cases/{case}/people"), &new).await.expect(303);
    let words = testkit::world::prose("Does this count the nights?");
    let voice = world.case(case).await.circle.voice_of(p.husband).expect("he is in it");
    let asked = world.app.question_budget(&world.actor(p.husband).await, case, voice, words).await;
    asked.expect("it is asked");
    let mut letters = world.app.latest_letters(1_000).await.expect("letters");
    letters.reverse();
    letters.into_iter().map(|letter| (letter.to_address, letter.subject)).collect()
}

/// Where letters are put into the outbox: one place for those about a case, and
/// those about a sign-in or a post, which lead into no case.
#[test]
fn letters_about_a_case_go_one_way() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../service/src"));
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).expect("our folder").flatten().filter(|e| e.path().is_file()) {
        let text = std::fs::read_to_string(entry.path()).expect("our file");
        if text.contains("mail::queue(") {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(name == "open_case.rs" || !text.contains("}/cases/"), "{name} writes of a case past it");
            found.push(name);
        }
    }
    found.sort();
    // Of these, what is made up is put there by tests alone, and a request to be
    // contacted is no case yet.
    assert_eq!(found, ["account.rs", "enquiry.rs", "made_up.rs", "open_case.rs", "posts.rs", "told.rs"]);
}

/// Somebody with 300 people: one step, one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_three_hundred_people_hands_all_of_them_over() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        for _ in 0..300 {
            world.other_case().await;
        }
        let (nhs, council) = colleagues(&world).await;
        let anna = world.actor(world.people.admin).await;
        let of = (world.organisations.nhs, Post::Practitioner);
        let jo = world.people.coordinator;
        let hangs = world.app.hangs_on(&anna, world.place.area, jo, Some(of)).await.expect("numbers");
        assert_eq!(
            hangs.iter().map(|one| (one.what, one.count)).collect::<Vec<_>>(),
            [(Hanging::Seat(CaseRole::CareCoordinator), 300)]
        );
        let begun = std::time::Instant::now();
        world.app.end_post(&anna, world.place.area, jo, of, heirs(nhs, council)).await.expect("it ends");
        println!("{name}: 300 people handed over in {:?}", begun.elapsed());
        let norman = world.actor(nhs).await;
        assert_eq!(world.app.worklist(&norman).await.expect("work").mine.len(), 300);
        let all = world.app.to_hand_over(&anna, world.place.area).await.expect("numbers");
        assert!(all.iter().all(|(account, ..)| *account != jo));
        let letters = world.app.latest_letters(1_000).await.expect("letters");
        let to_heir = letters.iter().filter(|letter| letter.to_address == "norman@mail.example").count();
        assert_eq!(to_heir, 1, "one letter, not three hundred");
    }
}

/// Where both administrators read that something is still to be handed over.
async fn says_still_to_hand_over(world: &World, name: &str, is_said: bool) {
    for who in [world.people.admin, world.people.admin2] {
        let client = world.client(who).await;
        for path in ["/home".to_owned(), format!("/admin/{}/people", world.place.area)] {
            let page = client.get(&path).await.expect(200);
            let line = format!("{name} : ");
            if is_said {
                page.says("Still to hand over").says(&line).never_says("Alice");
            } else {
                page.never_says(&line);
            }
        }
    }
}

/// Taking powers away never waits for somebody who takes over.
#[tokio::test(flavor = "multi_thread")]
async fn a_post_ends_at_once_whoever_could_take_over() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let (jo, nurse) = (world.people.coordinator, world.people.nurse);
        let enquiry = world.enquiry().await;
        let live = world.client(jo).await;
        live.post(&format!("/enquiries/{enquiry}/take-on"), &[]).await.expect(303);
        let anna = world.client(world.people.admin).await;
        let base = format!("/admin/{}/people/{jo}", world.place.area);
        let end = format!("{base}/posts/{}/practitioner", world.organisations.nhs);
        anna.get(&end).await.expect(200).says("End it now, and hand over afterwards");
        // The only colleague there is has another place in this circle.
        let to = nurse.to_string();
        let chosen = [("to-care-coordinator", to.as_str()), ("to-requests", to.as_str())];
        anna.post(&end, &chosen).await.expect(422).says("End it now, and hand over afterwards");
        live.get(&format!("/cases/{case}")).await.expect(200);
        let mut now = chosen.to_vec();
        now.push(("now", "yes"));
        anna.post(&end, &now).await.leads_to(&base);
        assert!(!world.actor(jo).await.has_post(world.place.area, Post::Practitioner));
        live.get(&format!("/cases/{case}")).await.leads_to("/sign-in");
        let again = world.client(jo).await;
        again.get(&format!("/cases/{case}")).await.expect(404);
        again.post(&format!("/cases/{case}/notes"), &[("text", WORDS)]).await.expect(404);
        // What could go went; the rest stands there until somebody takes it.
        let page = world.client(nurse).await.get(&format!("/enquiries/{enquiry}")).await.expect(200);
        page.says("Priya Nair");
        assert!(world.case(case).await.circle.member_of(jo).is_some(), "her seat is still there");
        says_still_to_hand_over(&world, "Jo Field", true).await;
        let hand_over = format!("{base}/hand-over");
        let anna = world.client(world.people.admin).await;
        anna.post(&hand_over, &chosen).await.expect(422).says("another place in the circle");
        let (nhs, _) = colleagues(&world).await;
        anna.post(&hand_over, &[("to-care-coordinator", &nhs.to_string())]).await.leads_to(&base);
        assert!(world.case(case).await.circle.member_of(jo).is_none());
        says_still_to_hand_over(&world, "Jo Field", false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_ends_at_once_where_nobody_fits_or_too_much_hangs_on_it() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let (colin, council) = (world.people.council_worker, world.organisations.council);
        let area = world.place.area;
        let anna = world.client(world.people.admin).await;
        let base = format!("/admin/{area}/people/{colin}");
        let end = format!("{base}/posts/{council}/practitioner");
        // More than a step takes.
        let app = world.app.clone();
        let requests = move |tx: &mut store::Tx<'_>| {
            for _ in 0..=service::leaving::MOST {
                let stream = store::Stream { kind: store::StreamKind::Enquiry, id: app.id() };
                let row = store::lists::ListRow {
                    list: service::lists::ENQUIRIES.into(),
                    area: Some(area.0),
                    owner: Some(colin.0),
                    ..Default::default()
                };
                store::lists::replace(tx, stream, &[row])?;
            }
            Ok::<_, store::StoreError>(())
        };
        world.db.write(requests).await.expect("they are there");
        let nurse = world.people.nurse.to_string();
        anna.post(&end, &[("to-requests", &nurse)]).await.expect(422).says("too much for one step");
        let live = world.client(colin).await;
        live.get(&format!("/cases/{case}")).await.expect(200);
        anna.post(&end, &[("now", "yes")]).await.leads_to(&base);
        live.get(&format!("/cases/{case}")).await.leads_to("/sign-in");
        assert!(world.actor(colin).await.posts.is_empty());
        assert!(world.case(case).await.circle.member_of(colin).is_some(), "nothing is lost");
        says_still_to_hand_over(&world, "Colin Reed", true).await;
        // Not for oneself, and not by somebody who administers nothing here.
        let own = format!(
            "/admin/{area}/people/{}/posts/{}/administrator",
            world.people.admin, world.organisations.nhs
        );
        let anna = world.client(world.people.admin).await;
        anna.post(&own, &[("now", "yes")]).await.expect(422).says("Ask another administrator");
        let farid = world.client(world.people.finance1).await;
        farid.post(&own, &[("now", "yes")]).await.expect(404);
    }
}

/// A closed sign-in leaves people as much as a post that ended.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_closed_account_leaves_is_handed_over() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let jo = world.people.coordinator;
        let enquiry = world.enquiry().await;
        world.client(jo).await.post(&format!("/enquiries/{enquiry}/take-on"), &[]).await.expect(303);
        let husband = world.client(world.people.husband).await;
        let people = format!("/cases/{case}/people");
        husband.get(&people).await.expect(200).never_says("not any more");
        let anna = world.client(world.people.admin).await;
        let base = format!("/admin/{}/people/{jo}", world.place.area);
        anna.post(&format!("{base}/close"), &[("close-why", "Police matter")]).await.leads_to(&base);
        husband.get(&people).await.expect(200).says("No, not any more");
        let member = world.case(case).await.circle.member_of(jo).expect("her seat").id;
        let carys = world.client(world.people.commissioner).await;
        let page = carys.get(&format!("{people}/{member}")).await;
        assert!(page.status != 200 || page.main().contains("No, not any more"), "{}", page.main());
        says_still_to_hand_over(&world, "Jo Field", true).await;
        let page = anna.get(&base).await.expect(200).says("Care co-ordinator of 1 person");
        page.says("1 request to be contacted");
        let (nhs, _) = colleagues(&world).await;
        let to = nhs.to_string();
        let fields = [("to-care-coordinator", to.as_str()), ("to-requests", to.as_str())];
        anna.post(&format!("{base}/hand-over"), &fields).await.leads_to(&base);
        let coordinator = world.case(case).await.circle.care_coordinator().and_then(|m| m.account);
        assert_eq!(coordinator, Some(nhs), "a question of hers reaches somebody");
        let history = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("They cannot sign in any more, and a colleague goes on");
        says_still_to_hand_over(&world, "Jo Field", false).await;
        anna.get(&format!("{base}/hand-over")).await.expect(200).says("Nothing is left");
    }
}

/// One heir for all, and somebody else for one of them; and nobody is offered
/// who could not hold it.
#[tokio::test(flavor = "multi_thread")]
async fn each_case_goes_to_whoever_was_chosen_for_it() {
    for (_, url) in databases::both() {
        let world = World::new(&url).await;
        let (one, other) = (world.case_at(Stage::Plan).await, world.other_case().await);
        let (jo, area) = (world.people.coordinator, world.place.area);
        let (nhs, council) = colleagues(&world).await;
        let nia = world.colleague("Nia Rees", "nia@mendipvale.example", Post::Practitioner).await;
        let anna = world.client(world.people.admin).await;
        let end = format!("/admin/{area}/people/{jo}/posts/{}/practitioner", world.organisations.nhs);
        let page = anna.get(&end).await.expect(200).says("Care co-ordinator of 2 people");
        let mut page =
            page.never_says("Alice").never_says("David").never_says("Tim Ashby").never_says("Colin");
        for case in [one, other] {
            let reference = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
            page = page.says(&format!("Who takes over {reference}?"));
        }
        assert!(!page.html.contains(&format!("value=\"{council}\"")), "the council holds no seat of the NHS");
        let text = |account: AccountId| account.to_string();
        let field = format!("for-care-coordinator-{other}");
        // Nobody of the council, neither for all nor for one.
        let council = text(council);
        anna.post(&end, &[("to-care-coordinator", &council)])
            .await
            .expect(422)
            .says("Choose to whom this goes");
        let wrong = [("to-care-coordinator", text(nhs)), (field.as_str(), council)];
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (*n, v.as_str())).collect();
        anna.post(&end, &wrong).await.expect(422).says("cannot hold this one");
        // Priya is Alice's nurse: for Alice alone she cannot be chosen either.
        let (of_one, nurse) = (format!("for-care-coordinator-{one}"), text(world.people.nurse));
        let wrong = [("to-care-coordinator", text(nhs)), (of_one.as_str(), nurse)];
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (*n, v.as_str())).collect();
        anna.post(&end, &wrong).await.expect(422).says("Choose somebody else for");
        assert!(world.case(other).await.circle.member_of(jo).is_some(), "nothing was done");
        let (all, instead) = (text(nhs), text(nia));
        let fields = [("to-care-coordinator", all.as_str()), (field.as_str(), instead.as_str())];
        anna.post(&end, &fields).await.expect(303);
        let holds =
            |case: std::sync::Arc<domain::case::Case>| case.circle.care_coordinator().and_then(|m| m.account);
        assert_eq!(holds(world.case(one).await), Some(nhs));
        assert_eq!(holds(world.case(other).await), Some(nia));
    }
}
