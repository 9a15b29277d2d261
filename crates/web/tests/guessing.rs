//! How guessing is slowed down, for whom, and that nobody is locked out by it:
//! on both databases.

use domain::EmailAddress;
use service::browser::Browser;
use service::secrets::Hashing;
use service::sign_in::Entry;
use service::{App, Error, Settings};
use store::accounts;
use testkit::demo::people::PASSPHRASE;
use testkit::{Client, World, databases};
use web::cookies::{KNOWN_COOKIE, SESSION_COOKIE};

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

fn martin() -> EmailAddress {
    "martin@mail.example".parse().expect("an address")
}

fn from(source: impl ToString) -> Browser {
    Browser { source: source.to_string(), ..Browser::default() }
}

async fn try_in(world: &World, email: &EmailAddress, passphrase: &str, browser: Browser) -> Entry {
    world.app.sign_in(email, passphrase, browser).await.expect("it is answered")
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_at_once_are_checked_as_one_after_another() {
    for world in worlds().await {
        let tries = (0..40).map(|_| {
            let app = world.app.clone();
            tokio::spawn(async move { app.sign_in(&martin(), "a wrong guess", from("one")).await })
        });
        let tries: Vec<_> = tries.collect();
        let (mut wrong, mut not_checked) = (0, 0);
        for one in tries {
            match one.await.expect("it runs") {
                Ok(Entry::Wrong | Entry::Closed) => wrong += 1,
                // Either after their turn, or since too many of one source wait.
                Ok(Entry::Wait(_)) | Err(Error::Busy) => not_checked += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((wrong, not_checked), (5, 35));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_places_at_one_name_wait_and_its_owner_does_not() {
    for world in worlds().await {
        let own = world.nobody();
        own.post("/sign-in", &[("email", "martin@mail.example"), ("passphrase", PASSPHRASE)]).await;
        let known = own.cookie(KNOWN_COOKIE);
        assert!(known.is_some());
        for n in 0..50 {
            let entry = try_in(&world, &martin(), "a wrong guess", from(n / 5)).await;
            assert!(matches!(entry, Entry::Wrong), "{n}: {entry:?}");
        }
        // From now on a place has one guess, and the next has to wait.
        let entry = try_in(&world, &martin(), "a wrong guess", from("fresh")).await;
        assert!(matches!(entry, Entry::Wrong), "{entry:?}");
        let entry = try_in(&world, &martin(), "a wrong guess", from("fresh")).await;
        assert!(matches!(entry, Entry::Wait(10)), "{entry:?}");
        // A thousand places, each just under the limit: 149 more are checked.
        let mut checked = 0;
        for n in 0..1_000 {
            let entry = try_in(&world, &martin(), "a wrong guess", from(1_000 + n)).await;
            checked += u32::from(matches!(entry, Entry::Wrong));
        }
        assert_eq!(checked, 149);
        // The owner's own browser goes on, and a letter opens the door to a new one.
        let browser = Browser { known, ..from("anywhere") };
        let entry = try_in(&world, &martin(), PASSPHRASE, browser).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
        let new = world.nobody();
        new.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        let path = world.link_in_letter(None).await;
        let chosen = "a heron on the weir";
        let fields = [("passphrase", chosen), ("passphrase-again", chosen)];
        new.post(&path, &fields).await.leads_to("/home");
        // Strangers wait for each other a quarter of a minute and no longer.
        world.seconds_later(16);
        let entry = try_in(&world, &martin(), chosen, from("another new one")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
    }
}

/// A name under guessing: 199 wrong tries, each from another place, and from now
/// on whoever guesses has every free moment.
async fn guess_from_many_places(world: &World) {
    for n in 0..200 {
        let entry = try_in(world, &martin(), "a wrong guess", from(format!("11.{}.1.1", n % 200))).await;
        assert!(matches!(entry, Entry::Wrong), "{n}: {entry:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_where_somebody_signs_in_from_does_not_wait_for_those_who_guess() {
    for world in worlds().await {
        // Dee signs in at the library; Martin was never there.
        let dee = "dee@mail.example".parse().expect("an address");
        let entry = try_in(&world, &dee, PASSPHRASE, from("198.51.100.7")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
        guess_from_many_places(&world).await;
        let entry = try_in(&world, &martin(), PASSPHRASE, from("203.0.113.5")).await;
        assert!(matches!(entry, Entry::Wait(_)), "{entry:?}");
        let entry = try_in(&world, &martin(), PASSPHRASE, from("198.51.100.7")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
        // It says nothing of who is known: a name that nobody has is tried there alike.
        let nobody: EmailAddress = "nobody@mail.example".parse().expect("an address");
        for email in [martin(), nobody] {
            for n in 0..6 {
                let entry = try_in(&world, &email, "a wrong guess", from("198.51.100.7")).await;
                assert_eq!(matches!(entry, Entry::Wrong), n < 5, "{n}: {entry:?}");
            }
        }
        // After 90 days without anybody there it is a place like others.
        world.days_later(91);
        guess_from_many_places(&world).await;
        let entry = try_in(&world, &martin(), PASSPHRASE, from("198.51.100.7")).await;
        assert!(matches!(entry, Entry::Wait(_)), "{entry:?}");
    }
}

/// Whoever has an account and rents addresses does not make them known by it.
#[tokio::test(flavor = "multi_thread")]
async fn one_account_makes_few_networks_known_in_a_day() {
    for world in worlds().await {
        let dee = "dee@mail.example".parse().expect("an address");
        let sources = |of: fn(usize) -> String| (0..100).map(of).collect::<Vec<_>>();
        let street = sources(|n| format!("11.250.1.{n}"));
        let town = sources(|n| format!("11.251.{n}.1"));
        let six = sources(|n| format!("2001:db8:1:{n:x}::/64"));
        for (all, most) in [(street, 1), (town, 3), (six, 1)] {
            for source in &all {
                let entry = try_in(&world, &dee, PASSPHRASE, from(source)).await;
                assert!(matches!(entry, Entry::In(_)), "{source}: {entry:?}");
            }
            // Whose network is known does not wait for guesses from elsewhere.
            guess_from_many_places(&world).await;
            let mut known = 0;
            for source in &all {
                let entry = try_in(&world, &martin(), PASSPHRASE, from(source)).await;
                known += u32::from(matches!(entry, Entry::In(_)));
            }
            assert_eq!(known, most, "{}", all[0]);
            // Another day it may be others.
            world.days_later(1);
            try_in(&world, &dee, PASSPHRASE, from(&all[50])).await;
            guess_from_many_places(&world).await;
            let entry = try_in(&world, &martin(), PASSPHRASE, from(&all[50])).await;
            assert!(matches!(entry, Entry::In(_)), "{entry:?}");
            world.days_later(1);
        }
    }
}

/// Somebody took months to make networks known, and guesses from all of them.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_many_known_networks_keeps_no_owner_at_home_waiting() {
    for world in worlds().await {
        let dee = "dee@mail.example".parse().expect("an address");
        for n in 0..210 {
            if n % 3 == 0 {
                world.days_later(1);
            }
            let entry = try_in(&world, &dee, PASSPHRASE, from(format!("12.{n}.1.1"))).await;
            assert!(matches!(entry, Entry::In(_)), "{n}: {entry:?}");
        }
        for home in ["198.51.100.7", "198.51.100.8", "203.0.113.5"] {
            world.days_later(1);
            try_in(&world, &dee, PASSPHRASE, from(home)).await;
        }
        // Some of it came from a house that an owner's is beside.
        for _ in 0..3 {
            let entry = try_in(&world, &martin(), "a wrong guess", from("198.51.100.8")).await;
            assert!(matches!(entry, Entry::Wrong), "{entry:?}");
        }
        for n in 0..210 {
            let entry = try_in(&world, &martin(), "a wrong guess", from(format!("12.{n}.1.1"))).await;
            assert!(matches!(entry, Entry::Wrong), "{n}: {entry:?}");
        }
        let wait = |entry: Entry| matches!(entry, Entry::Wait(_));
        // Where nothing came from lately, nobody waits for the others.
        let entry = try_in(&world, &martin(), PASSPHRASE, from("203.0.113.5")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
        // Elsewhere nobody waits longer than on a network that is not known.
        let unknown = try_in(&world, &martin(), PASSPHRASE, from("192.0.2.1")).await;
        assert!(matches!(unknown, Entry::In(_)), "{unknown:?}");
        let entry = try_in(&world, &martin(), PASSPHRASE, from("198.51.100.7")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
        guess_from_many_places(&world).await;
        assert!(wait(try_in(&world, &martin(), PASSPHRASE, from("192.0.2.2")).await));
        assert!(wait(try_in(&world, &martin(), PASSPHRASE, from("198.51.100.7")).await));
        let entry = try_in(&world, &martin(), PASSPHRASE, from("203.0.113.5")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
        // Each of theirs has three more at most, and not one after the other.
        let mut checked = 0;
        for n in 0..210 {
            for _ in 0..3 {
                let entry = try_in(&world, &martin(), "a wrong guess", from(format!("12.{n}.1.1"))).await;
                checked += u32::from(!wait(entry));
            }
        }
        assert!(checked <= 2 * 210, "{checked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_lets_a_new_browser_sign_in_at_once_with_the_passphrase_as_it_is() {
    for world in worlds().await {
        guess_from_many_places(&world).await;
        let right = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE)];
        let new = world.nobody();
        let page = new.post("/sign-in", &right).await.expect(422).says("You do not have to wait");
        assert!(page.attributes("main a", "href").contains(&"/recover".to_owned()));
        new.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        let link = world.link_in_letter(None).await;
        new.get(&link).await.expect(200).says("If you know your passphrase");
        let way = new.post(&format!("{link}/browser"), &[]).await.leads_to("/sign-in?done=browser");
        drop(way);
        new.get("/sign-in?done=browser").await.expect(200).says("this browser is yours now");
        // The link signs nobody in, and others are kept waiting as before.
        new.get("/account").await.expect(303);
        world.nobody().post("/sign-in", &right).await.expect(422).says("Wait");
        new.post("/sign-in", &right).await.leads_to("/home");
        // Who cannot recall the passphrase still chooses one by the same link.
        let again = world.nobody();
        again.post(&format!("{link}/browser"), &[]).await.leads_to("/sign-in?done=browser");
        let chosen = "a heron on the weir";
        let fields = [("passphrase", chosen), ("passphrase-again", chosen)];
        again.post(&link, &fields).await.leads_to("/home");
        world.nobody().post(&format!("{link}/browser"), &[]).await.expect(410);
    }
}

/// Whoever reads a mailbox and asks for letter after letter has no more guesses
/// by it: not at the passphrase, and not at the code.
#[tokio::test(flavor = "multi_thread")]
async fn letters_are_no_way_to_more_guesses() {
    for world in worlds().await {
        let farid = "farid@mendipvale.example";
        world.nobody().post("/recover", &[("email", farid)]).await.expect(200);
        let link = world.link_in_letter(Some(farid)).await;
        let mut wrong = 0;
        for _ in 0..4 {
            let thief = world.nobody();
            thief.post(&format!("{link}/browser"), &[]).await.leads_to("/sign-in");
            for _ in 0..5 {
                let page = thief.post("/sign-in", &[("email", farid), ("passphrase", "a guess")]).await;
                let page = page.expect(422).never_says("You do not have to wait");
                wrong += u32::from(page.main().contains("passphrase is not right"));
            }
        }
        assert_eq!(wrong, 5);
        world.seconds_later(3_601);
        // With the passphrase in hand, as at the code.
        world.nobody().post("/recover", &[("email", farid)]).await.expect(200);
        let link = world.link_in_letter(Some(farid)).await;
        let mut wrong = 0;
        for _ in 0..4 {
            let thief = world.nobody();
            thief.post(&format!("{link}/browser"), &[]).await.leads_to("/sign-in");
            thief.post("/sign-in", &[("email", farid), ("passphrase", PASSPHRASE)]).await.expect(303);
            for _ in 0..5 {
                let page = thief.post("/sign-in/code", &[("code", "000000")]).await.expect(422);
                wrong += u32::from(!page.main().contains("too many wrong tries"));
            }
        }
        assert_eq!(wrong, 5);
    }
}

/// One customer of IPv6 has 65,536 sources.
#[tokio::test(flavor = "multi_thread")]
async fn one_network_at_many_names_waits() {
    let world = World::new(&databases::sqlite_url()).await;
    let mut checked = 0;
    for n in 0..700 {
        let email = format!("somebody{n}@mail.example").parse().expect("an address");
        let source = format!("2001:db8:1:{n:x}::/64");
        checked +=
            u32::from(matches!(try_in(&world, &email, "Liverpool2026!", from(source)).await, Entry::Wrong));
    }
    assert_eq!(checked, 600);
    let entry = try_in(&world, &martin(), PASSPHRASE, from("2001:db8:2:1::/64")).await;
    assert!(matches!(entry, Entry::In(_)), "{entry:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_place_at_many_names_waits() {
    for world in worlds().await {
        for n in 0..60 {
            let email = format!("somebody{n}@mail.example").parse().expect("an address");
            let entry = try_in(&world, &email, "Liverpool2026!", from("office")).await;
            assert!(matches!(entry, Entry::Wrong), "{n}: {entry:?}");
        }
        let entry = try_in(&world, &martin(), PASSPHRASE, from("office")).await;
        assert!(matches!(entry, Entry::Wait(10)), "{entry:?}");
        let entry = try_in(&world, &martin(), PASSPHRASE, from("home")).await;
        assert!(matches!(entry, Entry::In(_)), "{entry:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_is_not_counted() {
    for world in worlds().await {
        for n in 0..70 {
            let entry = try_in(&world, &martin(), PASSPHRASE, from("office")).await;
            assert!(matches!(entry, Entry::In(_)), "{n}: {entry:?}");
        }
    }
}

async fn show(client: &Client, passphrase: &str) -> testkit::Page {
    client.post("/account/prove", &[("passphrase", passphrase)]).await
}

async fn change(client: &Client, new: &str) -> testkit::Page {
    client.post("/account/passphrase", &[("passphrase", new), ("passphrase-again", new)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_of_the_passphrase_of_a_live_session_wait() {
    for world in worlds().await {
        let thief = world.unproven(world.people.husband).await;
        let owner = world.unproven(world.people.husband).await;
        change(&thief, "a heron on the weir").await.expect(401).says("Show that it is you");
        for _ in 0..5 {
            show(&thief, "a wrong guess").await.expect(422).says("not your passphrase");
        }
        for _ in 0..30 {
            show(&thief, PASSPHRASE).await.expect(422).says("Wait 10 seconds");
        }
        // The owner, elsewhere, is not kept from changing it.
        show(&owner, PASSPHRASE).await.leads_to("/account");
        change(&owner, "three small otters").await.leads_to("/account?done=passphrase");
        thief.get("/account").await.leads_to("/sign-in");
        // Nor does a session of one's own have to wait for ever.
        for _ in 0..5 {
            show(&owner, "a wrong guess").await.expect(422);
        }
        world.seconds_later(11);
        show(&owner, "three small otters").await.leads_to("/account");
        change(&owner, "a heron on the weir").await.leads_to("/account?done=passphrase");
    }
}

async fn tries(world: &World) -> u64 {
    let rows = rows(world).await;
    rows.iter().find(|(table, _)| *table == "attempts").expect("the table").1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_try_at_showing_counts_once_for_the_session_and_once_for_the_account() {
    for world in worlds().await {
        let farid = world.people.finance1;
        let none = tries(&world).await;
        for n in 0..4 {
            let thief = world.unproven(farid).await;
            show(&thief, "a wrong guess").await.expect(422).says("Enter the code");
            for m in 1..=5 {
                // A wrong passphrase and a wrong code are one wrong try each.
                let passphrase = if m % 2 == 0 { "a wrong guess" } else { PASSPHRASE };
                let fields = [("passphrase", passphrase), ("code", "000000")];
                let not = if m % 2 == 0 { "not your passphrase" } else { "not right" };
                thief.post("/account/prove", &fields).await.expect(422).says(not);
                assert_eq!(tries(&world).await - none, 2 * (n * 5 + m), "session {n}, try {m}");
            }
        }
        // Whoever has found many sessions does not guess for ever.
        let fifth = world.unproven(farid).await;
        let fields = [("passphrase", PASSPHRASE), ("code", "000000")];
        fifth.post("/account/prove", &fields).await.expect(422).says("Wait 10 seconds");
    }
}

/// How many rows each table has.
async fn rows(world: &World) -> Vec<(&'static str, u64)> {
    world.app.health().await.expect("it is counted").rows
}

/// By how much each table has grown.
fn grown(before: &[(&'static str, u64)], after: &[(&'static str, u64)]) -> Vec<(&'static str, u64)> {
    let pairs = before.iter().zip(after).filter(|(before, after)| before.1 != after.1);
    pairs.map(|(before, after)| (before.0, after.1 - before.1)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_link_is_the_same_work_for_an_address_that_nobody_has() {
    for world in worlds().await {
        world.app.work_once(None).await.expect("the work of the day is done");
        let mut all = vec![];
        for email in ["martin@mail.example", "nobody@mail.example"] {
            let before = rows(&world).await;
            let page = world.nobody().post("/recover", &[("email", email)]).await.expect(200);
            page.says("at most 3 letters in an hour").says("Look for the newest");
            all.push(grown(&before, &rows(&world).await));
        }
        assert_eq!(all[0], all[1]);
        assert_eq!(all[0].iter().find(|(table, _)| *table == "jobs"), Some(&("jobs", 1)));
        assert!(all[0].iter().all(|(table, _)| !["messages", "events", "one_time_links"].contains(table)));
        let before = rows(&world).await;
        world.app.work_once(None).await.expect("the work is done");
        let behind = grown(&before, &rows(&world).await);
        assert!(behind.contains(&("messages", 1)) && behind.contains(&("events", 1)), "{behind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_link_and_a_chosen_passphrase_end_the_older_links() {
    for world in worlds().await {
        let client = world.nobody();
        let mut links = vec![];
        for _ in 0..3 {
            client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
            links.push(world.link_in_letter(None).await);
            world.seconds_later(1);
        }
        for old in &links[..2] {
            client.get(old).await.expect(410).says("only the newest works");
            let fields = [("passphrase", "three small otters"), ("passphrase-again", "three small otters")];
            world.nobody().post(old, &fields).await.expect(410);
        }
        client.get(&links[2]).await.expect(200);
        let owner = world.client(world.people.husband).await;
        change(&owner, "a heron on the weir").await.leads_to("/account?done=passphrase");
        client.get(&links[2]).await.expect(410);
        // Nor does one that was asked for before, and whose letter still waits.
        client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the letter is written");
        world.seconds_later(1);
        change(&owner, "an otter by the lock").await.leads_to("/account?done=passphrase");
        assert_eq!(world.link_that_works(Some("martin@mail.example")).await, None, "it came too late");
        // The same for invitations.
        let (app, by) = (world.app.clone(), domain::Author::System);
        let invite = async || {
            let line = testkit::world::line;
            let email = "nia@mail.example".parse().expect("an address");
            let invited = app.put_invitation(by, line("Nia Rees"), email, line("Sister"));
            invited.await.expect("she is invited");
            world.link_in_letter(None).await
        };
        let (first, second) = (invite().await, invite().await);
        client.get(&first).await.expect(410).says("only the newest works");
        client.get(&second).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_hash_is_made_anew_when_its_owner_signs_in() {
    for world in worlds().await {
        let hash = async || {
            let account = world.people.husband;
            let read = world.db.read(move |tx| accounts::credential(tx, account)).await;
            read.expect("it is read").expect("a credential").passphrase_hash
        };
        assert!(hash().await.contains("m=8,t=1,p=1"), "the demonstration's");
        let settings = Settings { hashing: Hashing::Strong, ..Settings::default() };
        let app = App::new(world.db.clone(), world.app.clock.clone(), settings);
        let wrong = app.sign_in(&martin(), "a wrong guess", from("one")).await.expect("it is answered");
        assert!(matches!(wrong, Entry::Wrong));
        assert!(hash().await.contains("m=8,t=1,p=1"), "a guess renews nothing");
        for _ in 0..2 {
            let entry = app.sign_in(&martin(), PASSPHRASE, from("one")).await.expect("it is answered");
            assert!(matches!(entry, Entry::In(_)));
            assert!(hash().await.contains("m=19456,t=2,p=1"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_emoji_are_refused_before_they_are_looked_at() {
    for world in worlds().await {
        let client = world.client(world.people.husband).await;
        let long = "🦦".repeat(10_000);
        change(&client, &long).await.expect(422).says("200 characters or fewer");
        show(&client, &long).await.expect(422).says("not your passphrase");
        let entry = try_in(&world, &martin(), &long, from("one")).await;
        assert!(matches!(entry, Entry::Wrong));
        assert!(client.cookie(SESSION_COOKIE).is_some());
    }
}
