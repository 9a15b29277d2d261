//! The site stays open to everyone while somebody does too much: what is done
//! too often, or all at once, is told to come back, and loses nothing.

use domain::access::Action;
use service::App;
use service::limit::{Bounds, Limits, Turn, Work};
use service::rate::Rate;
use std::collections::BTreeSet;
use testkit::client::{Client, Page};
use testkit::demo::people::PASSPHRASE;
use testkit::{Stage, World, databases};
use web::routes::{Declared, Door, Takes};
use web::site;

/// A world that slows down as the real one does, behind a proxy that says
/// where requests come from.
async fn strict(url: &str) -> World {
    World::with(url, |settings| {
        settings.slow_down = true;
        settings.behind_proxy = true;
        settings.demo = true;
    })
    .await
}

fn from(world: &World, source: &str) -> Client {
    let mut client = world.nobody();
    client.headers.push(("x-forwarded-for".into(), source.into()));
    client
}

fn retry_after(page: &Page) -> i64 {
    let header = page.headers.get("retry-after").and_then(|v| v.to_str().ok()).unwrap_or_default();
    header.parse().unwrap_or_else(|_| panic!("no Retry-After on {}: {}", page.status, page.text()))
}

#[test]
fn every_form_that_anyone_may_send_says_how_often() {
    for route in site::declared().iter().filter(|r| r.method == "POST") {
        let label = format!("{} {:?} {:?}", route.path, route.door, route.rate);
        assert!(route.rate.is_some(), "{label}");
        let open = matches!(route.door, Door::Anyone | Door::Demo | Door::HalfSignedIn);
        let is_way_out = route.path == "/sign-out";
        assert!(!open || is_way_out || route.rate != Some(Rate::Form), "{label} needs a rate of its own");
        assert!(route.takes != Takes::Files || route.rate == Some(Rate::Upload), "{label}");
        let of_account = route.path.starts_with("/account/passphrase");
        assert!(!of_account || route.rate == Some(Rate::Account), "{label}");
    }
}

/// Whatever gives out a paper or a file says how often, wherever it stands.
#[test]
fn what_is_made_for_each_reader_anew_says_how_often() {
    let all = site::declared();
    let gives =
        |r: &&Declared| r.method == "GET" && (r.path.contains("{file}") || r.path.contains("{paper}"));
    let found: Vec<&Declared> = all.iter().filter(gives).collect();
    assert_eq!(found.len(), 3, "papers, files, receipts: {found:?}");
    for route in found {
        assert_eq!(route.rate, Some(Rate::Paper), "{}", route.path);
        assert!(matches!(route.door, Door::Case(Action::SeeDocuments | Action::SeeMoney)), "{}", route.path);
    }
    // What else is sent to be saved would be here; a line for a calendar costs nothing.
    let mut sends = vec![];
    let web = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    walk(web, &mut |path, text| {
        if text.contains("CONTENT_DISPOSITION") {
            sends.push(path.to_owned());
        }
    });
    sends.sort();
    assert_eq!(
        sends,
        ["documents.rs", "everything.rs", "receipts.rs", "reviews.rs", "security.rs"],
        "does the new one say how often?"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_form_that_anyone_may_send_slows_down_one_source_and_no_other() {
    for (name, url) in databases::both() {
        let world = strict(&url).await;
        let mut tried = BTreeSet::new();
        for route in site::declared() {
            let open = matches!(route.door, Door::Anyone | Door::Demo);
            let Some(rate) = route.rate.filter(|_| route.method == "POST" && open) else { continue };
            let path = route.path.replace("{token}", &"0".repeat(64));
            let most = rate.measure().times;
            let mut slowed = None;
            for n in 0..=most * 2 {
                // Each time with another cookie, another name, and what a client
                // writes into the header itself.
                let client = from(&world, &format!("203.0.113.{}, 198.51.100.{}", n % 250, tried.len()));
                let email = format!("somebody{n}@mail.example");
                let page = client.post(&path, &[("email", &email), ("passphrase", "not it at all")]).await;
                assert!(page.status.as_u16() < 500, "{name}: {path}: {}", page.text());
                if page.status == 429 {
                    slowed = Some((n, page));
                    break;
                }
            }
            let (n, page) = slowed.unwrap_or_else(|| panic!("{name}: {path} has no end"));
            assert!(n >= most, "{name}: {path} ends after {n}");
            assert!(page.text().contains("Nothing you typed is lost"), "{name}: {path}: {}", page.text());
            assert_eq!(page.value("email"), Some(format!("somebody{n}@mail.example")), "{name}: {path}");
            assert!(!page.html.contains("not it at all"), "no passphrase is put into a page");
            let other = from(&world, "192.0.2.77");
            let page = other.post(&path, &[("email", "x@y.example"), ("passphrase", "no")]).await;
            assert_ne!(page.status, 429, "{name}: {path} slows down somebody else");
            tried.insert(route.path);
        }
        assert!(tried.len() >= 5, "{tried:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_made_up_is_counted_like_none() {
    for (name, url) in databases::both() {
        let world = strict(&url).await;
        let most = Rate::SignIn.measure().times;
        let mut slowed = false;
        for n in 0..=most {
            let client = from(&world, "198.51.100.7");
            client.set_cookie(web::cookies::KNOWN_COOKIE, &format!("{n:064x}"));
            let email = format!("somebody{n}@mail.example");
            let page = client.post("/sign-in", &[("email", &email), ("passphrase", "not it at all")]).await;
            slowed = page.status == 429;
        }
        assert!(slowed, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_too_quick_goes_on_after_the_wait_that_was_told_with_all_they_typed() {
    let world = strict(&databases::sqlite_url()).await;
    let nobody = from(&world, "2001:db8:1:2::5");
    let typed = [("at", "who"), ("name", "Martin Hale"), ("about", "me"), ("words", "Two & three <b>")];
    let mut page = nobody.post("/contact", &typed).await.expect(200);
    while page.status != 429 {
        page = nobody.post("/contact", &typed).await;
    }
    for (field, value) in typed {
        assert_eq!(page.value(field).as_deref(), Some(value));
    }
    let neighbour = from(&world, "2001:db8:1:2:ffff::9");
    neighbour.post("/contact", &typed).await.expect(429);
    world.seconds_later(retry_after(&page));
    let again: Vec<(String, String)> = page.filled();
    let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    nobody.post("/contact", &again).await.expect(200).says("How should we get in touch?");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_is_counted_for_each_account() {
    let world = strict(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    let martin = world.client(world.people.husband).await;
    let jo = world.client(world.people.coordinator).await;
    let paper = format!("/cases/{case}/documents/nothing.pdf");
    for _ in 0..Rate::Paper.measure().times {
        martin.get(&paper).await.expect(404);
    }
    let page = martin.get(&format!("{paper}?on=2026-03-01")).await.expect(429);
    assert_eq!(
        page.attributes("main a", "href")[0],
        format!("{paper}?on=2026-03-01"),
        "the way to try again"
    );
    assert!(retry_after(&page) > 0);
    jo.get(&paper).await.expect(404);
    for _ in 0..Rate::Account.measure().times {
        martin.post("/account/passphrase", &[]).await.expect(422);
    }
    let typed = [("passphrase", "otters swim"), ("passphrase-again", "otters swim")];
    let page = martin.post("/account/passphrase", &typed).await.expect(429);
    assert!(!page.html.contains("otters swim"));
    assert_eq!(page.attributes("main input[type=password]", "name").len(), 2, "they are typed again");
    jo.post("/account/passphrase", &[]).await.expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sources_each_below_the_limit_send_one_person_few_letters() {
    for (name, url) in databases::both() {
        let world = strict(&url).await;
        for n in 0..100 {
            let id = format!("0199aaaa-0000-7000-8000-0000000{n:05}");
            // The same mailbox, spelt differently.
            let spelt = [
                "victim@müller.example",
                "Victim@Müller.example",
                "victim+1@müller.example",
                "victim@xn--mller-kva.example",
                "victim@ｍüller.example",
                "vic\u{200b}tim@mu\u{308}ller.example",
            ];
            let email = spelt[n % spelt.len()];
            let fields = [
                ("at", "check"),
                ("key", &id),
                ("name", "X"),
                ("about", "me"),
                ("by", "email"),
                ("email", email),
            ];
            let client = from(&world, &format!("2001:db8:{n:x}::1"));
            let done = client.post("/contact", &fields).await.expect(303);
            let sent = client.follow(done).await.expect(200);
            if n < 3 {
                sent.says("We send your reference to your email").never_says("could not send your reference");
            } else {
                sent.never_says("We send your reference").says("could not send your reference");
            }
        }
        let letters = world.app.latest_letters(1_000).await.expect("the outbox");
        assert_eq!(letters.len(), 3, "{name}");
        world.days_later(1);
        world.seconds_later(1);
        let id = "0199aaaa-0000-7000-8000-00000009999a";
        let fields = [
            ("at", "check"),
            ("key", id),
            ("name", "X"),
            ("about", "me"),
            ("by", "email"),
            ("email", "victim@müller.example"),
        ];
        from(&world, "192.0.2.1").post("/contact", &fields).await.expect(303);
        assert_eq!(
            world.app.latest_letters(1_000).await.expect("the outbox").len(),
            4,
            "{name}: a day later"
        );
    }
}

/// The total that is taken in an hour is used up by 30 networks, and all the
/// same everybody else is let in; and so are their letters.
#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_send_shuts_nobody_else_out() {
    for (name, url) in databases::both() {
        let world = strict(&url).await;
        let ask = async |n: usize, source: &str, email: &str| {
            let id = format!("0199aaaa-0000-7000-8000-0000000{n:05}");
            let fields = [
                ("at", "check"),
                ("key", id.as_str()),
                ("name", "Martin Hale"),
                ("about", "me"),
                ("words", "Could the same two carers stay?"),
                ("by", "email"),
                ("email", email),
            ];
            from(&world, source).post("/contact", &fields).await
        };
        let mut taken = 0;
        for n in 0..630 {
            let source = format!("11.{}.1.1", n % 30);
            let page = ask(n, &source, &format!("x{n}@mail.example")).await;
            taken += u32::from(page.status == 303);
        }
        assert_eq!(taken, 600, "{name}");
        let letters = world.app.latest_letters(1_000).await.expect("the outbox").len();
        assert!((200..=400).contains(&letters), "{name}: {letters}");
        for n in 0..20 {
            let source = format!("12.{n}.1.1");
            let email = format!("martin{n}@mail.example");
            ask(1_000 + n, &source, &email).await.expect(303);
            assert_eq!(world.letters_to(&email).await.len(), 1, "{name}: {source}");
        }
        // Nor whoever lives in the same /16s and sends little.
        for n in 0..60 {
            let source = format!("11.{}.{}.9", n % 30, 100 + n);
            let email = format!("alice{n}@mail.example");
            ask(1_100 + n, &source, &email).await.expect(303);
            assert_eq!(world.letters_to(&email).await.len(), 1, "{name}: {source}");
        }
        let page = ask(2_000, "11.1.1.1", "x@mail.example").await.expect(422).says("near you");
        page.says("Could the same two carers stay?").says("call us on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_with_new_cookies_cannot_flood_those_who_answer() {
    let world = strict(&databases::sqlite_url()).await;
    let mut taken = 0;
    for n in 0..40 {
        let id = format!("0199aaaa-0000-7000-8000-0000000{n:05}");
        let fields = [
            ("at", "check"),
            ("key", id.as_str()),
            ("name", "Martin Hale"),
            ("about", "me"),
            ("by", "phone"),
            ("phone", "01632 960 001"),
        ];
        let page = from(&world, "192.0.2.5").post("/contact", &fields).await;
        if page.status == 303 {
            taken += 1;
        } else {
            page.expect(422).says("What you typed is still here").says("01632 960 001");
        }
    }
    assert_eq!(taken, 20);
}

// ---- all at once

const ONE: Bounds = Bounds { at_once: 1, each_at_once: 1, waiting: 0, each_waiting: 0 };

async fn narrow() -> World {
    let fit = |app: App| app.with_limits(Limits::with(|_| ONE));
    World::that(&databases::sqlite_url(), |_| {}, fit).await
}

/// Somebody else has the only place for this work.
async fn taken(world: &World, work: Work) -> Turn {
    world.app.limits.turn(work, "somebody else").await.expect("it is free")
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_places_are_taken_it_is_said_and_nothing_typed_is_lost() {
    let world = narrow().await;
    let stranger = world.nobody();
    let fields = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE), ("next", "/account")];
    let turn = taken(&world, Work::StrangersPassphrase).await;
    let page = stranger.post("/sign-in", &fields).await.expect(503);
    assert!(retry_after(&page) > 0);
    let page = page.says("We are busy just now").says("Nothing you typed is lost").never_says(PASSPHRASE);
    assert_eq!(page.attributes("main form", "action"), ["/sign-in"]);
    assert_eq!(page.value("email").as_deref(), Some("martin@mail.example"));
    assert_eq!(page.value("next").as_deref(), Some("/account"));
    assert_eq!(page.attributes("main input[type=password]", "name"), ["passphrase"]);
    drop(turn);
    stranger.post("/sign-in", &fields).await.leads_to("/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_do_not_stand_in_the_way_of_a_browser_that_is_known() {
    let world = narrow().await;
    let fields = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE)];
    let own = world.nobody();
    own.post("/sign-in", &fields).await.leads_to("/home");
    own.post("/sign-out", &[]).await.expect(303);
    let strangers = taken(&world, Work::StrangersPassphrase).await;
    world.nobody().post("/sign-in", &fields).await.expect(503);
    own.post("/sign-in", &fields).await.leads_to("/home");
    drop(strangers);
    // Nor does the count of a source that it shares with them.
    let world = strict(&databases::sqlite_url()).await;
    let own = from(&world, "192.0.2.1");
    own.post("/sign-in", &fields).await.leads_to("/home");
    own.post("/sign-out", &[]).await.expect(303);
    let mut page = own.get("/sign-in").await;
    for n in 0..200 {
        let email = format!("guess{n}@mail.example");
        page = from(&world, "192.0.2.1").post("/sign-in", &[("email", &email), ("passphrase", "x")]).await;
    }
    assert_eq!(page.status, 429, "strangers there are slowed down by now");
    own.post("/sign-in", &fields).await.leads_to("/home");
}

/// Who is in when the only place for strangers is taken, a flood waits, and
/// afterwards an owner comes with a new browser: the statuses of the flood, in
/// the order in which they were answered, with the owner's, and its place.
async fn owner_behind(flood: Vec<String>, owner: &str) -> (u16, usize) {
    let fit = |app: App| app.with_limits(Limits::with(|work| work.bounds(2)));
    let world = World::that(&databases::sqlite_url(), |settings| settings.behind_proxy = true, fit).await;
    let turn = taken(&world, Work::StrangersPassphrase).await;
    let answered = std::sync::Arc::new(std::sync::Mutex::new(vec![]));
    let mut all = tokio::task::JoinSet::new();
    let ask = |all: &mut tokio::task::JoinSet<()>, source: &str, email: String, passphrase: &'static str| {
        let (client, answered) = (from(&world, source), std::sync::Arc::clone(&answered));
        all.spawn(async move {
            let page = client.post("/sign-in", &[("email", &email), ("passphrase", passphrase)]).await;
            answered.lock().expect("it").push((email, page.status.as_u16()));
        });
    };
    for (n, source) in flood.iter().enumerate() {
        ask(&mut all, source, format!("guess{n}@mail.example"), "a wrong guess");
        // One after the other: each waits, or was told that it cannot.
        let before = n + 1;
        while answered.lock().expect("it").len() + world.app.limits.now(Work::StrangersPassphrase).1 < before
        {
            tokio::task::yield_now().await;
        }
    }
    let waiting = || answered.lock().expect("it").len() + world.app.limits.now(Work::StrangersPassphrase).1;
    ask(&mut all, owner, "martin@mail.example".into(), PASSPHRASE);
    while waiting() < flood.len() + 1 {
        tokio::task::yield_now().await;
    }
    let before = answered.lock().expect("it").len();
    drop(turn);
    all.join_all().await;
    let answered = answered.lock().expect("it");
    let at = answered.iter().position(|(email, _)| email == "martin@mail.example").expect("he is answered");
    (answered[at].1, at.saturating_sub(before))
}

/// So many answers may overtake his on their way, once all are let in; of a flood
/// he would stand behind hundreds.
const OVERTAKEN: usize = 10;

/// However many places a flood comes from, an owner with a new browser comes
/// before it: nobody who asked before is checked first.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_does_not_stand_behind_a_flood() {
    for places in [1, 13, 100, 1_000] {
        // Each place comes twice at least.
        let count = (2 * places).clamp(200, 2_000);
        let flood = (0..count).map(|n| format!("{}.{}.1.1", 11 + n % places / 200, n % places % 200));
        let (status, place) = owner_behind(flood.collect(), "203.0.113.9").await;
        assert_eq!(status, 303, "{places} places");
        assert!(place <= OVERTAKEN, "{places} places: {place} others were first");
    }
    // One who has a whole network of IPv6, and another address each time.
    let flood = (0..500).map(|n| format!("2001:db8:1:{n:x}::1")).collect();
    let (status, place) = owner_behind(flood, "203.0.113.9").await;
    assert!(status == 303 && place <= OVERTAKEN, "{status}: {place} others were first");
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_files_and_passphrases_of_others_wait_for_a_place() {
    let world = narrow().await;
    let case = world.case_at(Stage::Review).await;
    let martin = world.client(world.people.husband).await;

    let turn = taken(&world, Work::Paper).await;
    let page = martin.get(&format!("/cases/{case}/documents/plan.pdf")).await.expect(503);
    assert_eq!(page.attributes("main a", "href")[0], format!("/cases/{case}/documents/plan.pdf"));
    drop(turn);

    let receipts = format!("/cases/{case}/money/receipts");
    let file: [(&str, &str, &str, &[u8]); 1] = [("file", "taxi.png", "image/png", b"\x89PNG\r\n\x1a\n")];
    for work in [Work::File, Work::Upload] {
        let turn = taken(&world, work).await;
        let page = martin.upload(&receipts, &[("what", "Taxi to the choir")], &file).await.expect(503);
        assert_eq!(page.value("what").as_deref(), Some("Taxi to the choir"), "{work:?}");
        page.says("Only the file has to be chosen again");
        drop(turn);
    }

    let turn = taken(&world, Work::KnownPassphrase).await;
    let new = "herons wade at dusk";
    let typed = [("passphrase", new), ("passphrase-again", new)];
    martin.post("/account/passphrase", &typed).await.expect(503).never_says(new);
    drop(turn);
    martin.post("/account/passphrase", &typed).await.leads_to("/account");

    let turn = taken(&world, Work::LargeForm).await;
    let long = "word ".repeat(20_000);
    martin.post("/account/passphrase", &[("passphrase", &long)]).await.expect(503).says("Reload this page");
    drop(turn);
    martin.post("/account/passphrase", &[("passphrase", &long)]).await.expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_form_with_files_nothing_is_kept_before_the_door() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Review).await;
    let huge = vec![b'x'; 3 * 1024 * 1024];
    let files: [(&str, &str, &str, &[u8]); 1] = [("file", "huge.png", "image/png", &huge)];
    let receipts = format!("/cases/{case}/money/receipts");
    let fields = [("what", "Taxi to the choir")];
    let page = world.nobody().upload(&receipts, &fields, &files).await.expect(401);
    assert!(page.html.len() < 100_000, "{} bytes: the file is not carried along", page.html.len());
    page.says("Only the file has to be chosen again").says("Nothing you typed is lost");
    // Text that is longer than a person's is not kept either.
    let long = "y".repeat(1024 * 1024);
    let page = world.nobody().upload(&receipts, &[("what", &long)], &files).await.expect(401);
    assert!(page.html.len() < 200_000, "{}", page.html.len());
    // Somebody who is signed in and has no place there.
    let stranger = world.client(world.people.stranger).await;
    stranger.upload(&receipts, &fields, &files).await.expect(404).says("Taxi to the choir");
    // The token is asked for as before.
    let martin = world.client(world.people.husband).await;
    let mut elsewhere = martin.clone();
    elsewhere.headers.push(("sec-fetch-site".into(), "cross-site".into()));
    elsewhere.upload(&receipts, &fields, &files).await.expect(403).says("another site");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_clears_what_the_browser_keeps_and_a_kept_page_can_tell() {
    let world = World::new(&databases::sqlite_url()).await;
    let martin = world.client(world.people.husband).await;
    let page = martin.get("/account").await.expect(200);
    let mark = page.attributes("meta[name=phb-mark]", "content");
    assert_eq!(martin.get("/still-signed-in").await.expect(200).html, mark[0]);
    assert!(!martin.csrf().contains(&mark[0]), "the mark is no part of the token");
    let other = world.client(world.people.dee).await;
    assert_ne!(other.get("/still-signed-in").await.html, mark[0]);
    let page = martin.post("/sign-out", &[]).await.expect(303);
    let clear = page.headers.get("clear-site-data").and_then(|v| v.to_str().ok());
    assert_eq!(clear, Some("\"cache\", \"storage\""));
    assert_eq!(martin.get("/still-signed-in").await.expect(200).html, "");
    let page = martin.get("/sign-in").await.expect(200);
    assert!(page.attributes("meta[name=phb-mark]", "content").is_empty());
}

/// What costs much is called where there is a place for it and nowhere else:
/// each of these stands in one file only, in a function that takes a place.
#[test]
fn what_costs_much_is_done_at_a_place() {
    let service = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../service/src"));
    let web = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut found = vec![];
    for folder in [service, web] {
        walk(folder, &mut |path, text| {
            for sign in [
                "hash_password_into",
                "zxcvbn::zxcvbn(",
                "bank::read(",
                "file::read(",
                "media::check(",
                "without_location(",
                "(self.0)(paper)",
                "documents::Renderer",
                "spawn_blocking(",
                "of_its_own()",
            ] {
                if text.contains(sign) {
                    found.push(format!("{sign} in {path}"));
                }
            }
        });
    }
    found.sort();
    let expected = [
        "(self.0)(paper) in pdf.rs",
        "bank::read( in reading.rs",
        "hash_password_into in secrets.rs",
        "media::check( in reading.rs",
        // Where it is made; in tests of hashing.
        "of_its_own() in limit.rs",
        "of_its_own() in secrets.rs",
        "of_its_own() in tests.rs",
        "spawn_blocking( in limit.rs",
        "without_location( in reading.rs",
        "zxcvbn::zxcvbn( in strength.rs",
    ];
    assert_eq!(found, expected, "work that costs much needs a place: see service::limit");
}

fn walk(folder: &std::path::Path, look: &mut impl FnMut(&str, &str)) {
    for entry in std::fs::read_dir(folder).expect("our folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, look);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("our file");
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            look(&name, &text);
        }
    }
}
