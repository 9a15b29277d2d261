//! Passkeys: added, used, taken away; and those that lie.

use super::{code, rows, try_in, worlds};
use testkit::demo::people::PASSPHRASE;
use testkit::passkey::{PRESENT, SoftPasskey, VERIFIED};
use testkit::{Client, Page, World};

const ORIGIN: &str = "http://localhost:8080";

fn asked(page: &Page) -> String {
    page.attributes("[data-phb-passkey]", "data-phb-asked").into_iter().next().expect("a challenge")
}

async fn add(client: &Client, key: &SoftPasskey, name: &str) -> Page {
    let page = client.get("/account/passkeys").await.expect(200);
    client.post("/account/passkeys", &[("name", name), ("passkey", &key.make(&asked(&page)))]).await
}

async fn with_passkey(world: &World) -> (Client, SoftPasskey) {
    let (client, key) = (world.client(world.people.finance1).await, SoftPasskey::new(ORIGIN, 7));
    add(&client, &key, "My phone").await.leads_to("/account/second-step?done=passkey");
    (client, key)
}

async fn half(world: &World) -> Client {
    let client = world.nobody();
    try_in(&client, "farid@mendipvale.example").await.leads_to("/sign-in/code");
    client
}

async fn give(client: &Client, answer: &str) -> Page {
    client.post("/sign-in/code", &[("passkey", answer)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_used_and_taken_away() {
    for world in worlds().await {
        let (client, mut key) = with_passkey(&world).await;
        client.get("/account/second-step").await.expect(200).says("My phone").says("never used");
        let fresh = half(&world).await;
        let page = fresh.get("/sign-in/code").await.expect(200);
        give(&fresh, &key.give(&asked(&page))).await.leads_to("/home");
        client.get("/account/second-step").await.expect(200).says("last used");
        // It shows that it is you, with the passphrase.
        let page = fresh.get("/account/prove").await.expect(200);
        let fields = [("passphrase", "wrong"), ("passkey", &key.give(&asked(&page)))];
        let page = fresh.post("/account/prove", &fields).await.expect(422);
        let fields = [("passphrase", PASSPHRASE), ("passkey", &key.give(&asked(&page)))];
        fresh.post("/account/prove", &fields).await.leads_to("/account");
        // The same one is not added twice, and no second account has it.
        let other = world.client(world.people.finance2).await;
        for who in [&client, &other] {
            add(who, &key, "Again").await.expect(422).says("could not be added");
        }
        let which = client.get("/account/second-step").await.value("which").expect("its id");
        other.post("/account/passkeys/remove", &[("which", &which)]).await.expect(404);
        other.post("/account/passkeys/remove", &[("which", "x")]).await.expect(404);
        let page = half(&world).await;
        let challenge = asked(&page.get("/sign-in/code").await);
        client
            .post("/account/passkeys/remove", &[("which", &which)])
            .await
            .leads_to("/account/second-step?done=passkey-removed");
        // In flight when it was taken away; and the session that it had opened.
        give(&page, &key.give(&challenge)).await.expect(401).says("You have been signed out");
        fresh.get("/account").await.leads_to("/sign-in");
        client
            .post("/account/passkeys/remove", &[("which", &which)])
            .await
            .leads_to("/account/second-step?done=passkey-removed");
        let nobodys = world.app.id().to_string();
        client.post("/account/passkeys/remove", &[("which", &nobodys)]).await.expect(404);
        let subjects: Vec<String> =
            world.letters_to("farid@mendipvale.example").await.into_iter().map(|l| l.subject).collect();
        assert_eq!(subjects, ["A passkey was taken away", "A passkey was added"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_that_lie_open_nothing() {
    for world in worlds().await {
        let (client, key) = with_passkey(&world).await;
        let fay = world.client(world.people.finance2).await;
        let mut fays = SoftPasskey::new(ORIGIN, 9);
        add(&fay, &fays, "Fay's").await.leads_to("/account/second-step");
        let mut elsewhere = key.clone();
        elsewhere.origin = "http://evil.example".into();
        elsewhere.counter = 1;
        let mut near = key.clone();
        near.origin = "http://localhost:9090".into();
        near.counter = 1;
        let mut unverified = key.clone();
        (unverified.flags, unverified.counter) = (PRESENT, 1);
        let mut absent = key.clone();
        (absent.flags, absent.counter) = (VERIFIED & !PRESENT, 1);
        // Another key that says it is the one; and the right key of somebody else.
        let mut forged = SoftPasskey::new(ORIGIN, 8);
        (forged.id, forged.counter) = (key.id.clone(), 1);
        for (what, liar) in [
            ("another site", &elsewhere),
            ("another port", &near),
            ("nobody was asked", &unverified),
            ("nobody was there", &absent),
            ("another key", &forged),
        ] {
            world.seconds_later(20 * 60);
            let thief = half(&world).await;
            let asked = asked(&thief.get("/sign-in/code").await.expect(200));
            let page = give(&thief, &liar.give_without_counting(&asked)).await;
            assert_eq!(page.status, 422, "{what}: {}", page.main());
        }
        world.seconds_later(60 * 60 + 1);
        let thief = half(&world).await;
        let asked_now = asked(&thief.get("/sign-in/code").await);
        give(&thief, &fays.give(&asked_now)).await.expect(422);
        for nonsense in ["x", "{}", "[]", "null", "\u{0}", &"x".repeat(70_000)] {
            world.seconds_later(60 * 60 + 1);
            let thief = half(&world).await;
            thief.get("/sign-in/code").await.expect(200);
            give(&thief, nonsense).await.expect(422);
        }
        // The challenge of another session of the same account.
        world.seconds_later(60 * 60 + 1);
        let (one, two) = (half(&world).await, half(&world).await);
        let of_one = asked(&one.get("/sign-in/code").await);
        two.get("/sign-in/code").await;
        let mut own = key.clone();
        let answer = own.give(&of_one);
        give(&two, &answer).await.expect(422);
        // Once, and not again: in the same session, in another, or by a copy.
        give(&one, &answer).await.leads_to("/home");
        let again = half(&world).await;
        let asked_again = asked(&again.get("/sign-in/code").await);
        give(&again, &answer).await.expect(422);
        world.seconds_later(60 * 60 + 1);
        let copied = half(&world).await;
        let asked_copy = asked(&copied.get("/sign-in/code").await);
        let mut copy = key.clone();
        assert!(!copy.give(&asked_again).is_empty());
        give(&copied, &copy.give_without_counting(&asked_copy)).await.expect(422);
        // Too late.
        let late = half(&world).await;
        let asked_late = asked(&late.get("/sign-in/code").await);
        world.seconds_later(15 * 60);
        give(&late, &own.give(&asked_late)).await.expect(422);
        drop(client);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_asked_for_is_added() {
    for world in worlds().await {
        let client = world.client(world.people.husband).await;
        let page = client.get("/account/passkeys").await.expect(200);
        let key = SoftPasskey::new(ORIGIN, 5);
        let before = rows(&world).await;
        let good = key.make(&asked(&page));
        client
            .post("/account/passkeys", &[("name", ""), ("passkey", &good)])
            .await
            .expect(422)
            .says("Enter a name");
        // The page has come again, with another challenge: the old is void.
        client.post("/account/passkeys", &[("name", "Old"), ("passkey", &good)]).await.expect(422);
        let mut elsewhere = key.clone();
        elsewhere.origin = "http://evil.example".into();
        add(&client, &elsewhere, "Evil").await.expect(422);
        let mut unverified = key.clone();
        unverified.flags = PRESENT;
        add(&client, &unverified, "Unverified").await.expect(422);
        for nonsense in ["", "{}", "[1]", "🦦"] {
            client.post("/account/passkeys", &[("name", "N"), ("passkey", nonsense)]).await.expect(422);
        }
        let after = rows(&world).await;
        let kept = |all: &[(&'static str, u64)]| {
            all.iter().filter(|(table, _)| *table != "unfinished").cloned().collect::<Vec<_>>()
        };
        assert_eq!(kept(&before), kept(&after), "nothing came of any of it");
        // Martin has no other second step: from now on he is asked for this one.
        add(&client, &key, "Tablet").await.leads_to("/account/second-step");
        let fresh = world.nobody();
        try_in(&fresh, "martin@mail.example").await.leads_to("/sign-in/code");
        let page = fresh.get("/sign-in/code").await.expect(200).says("Use your passkey");
        let mut own = key.clone();
        fresh.post("/sign-in/code", &[("code", &code(&world))]).await.expect(422);
        let page = if page.status == 200 { fresh.get("/sign-in/code").await } else { page };
        give(&fresh, &own.give(&asked(&page))).await.leads_to("/home");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_must_have_one_can_begin_with_a_passkey() {
    for world in worlds().await {
        let nia = world.colleague("Nia Rees", "nia@mendipvale.example", domain::access::Post::Finance).await;
        let taken = world.db.write::<_, store::StoreError>(move |tx| {
            let before = store::accounts::credential(tx, nia)?.expect("a passphrase");
            let none = store::accounts::Credential { totp_secret: None, ..before };
            store::accounts::set_credential(tx, &none)
        });
        taken.await.expect("it is gone");
        let why = testkit::world::line("For the test");
        let removed = vec![domain::account::Event::SecondFactorRemoved { why }];
        world.app.put_in_account(domain::Author::System, nia, removed).await.expect("it is told");
        let client = world.nobody();
        try_in(&client, "nia@mendipvale.example").await.leads_to("/sign-in/code");
        client.get("/sign-in/code").await.leads_to("/account/second-factor");
        let page = client.get("/account/second-factor").await.expect(200).says("Use a passkey instead");
        assert!(page.html.contains("<svg"));
        add(&client, &SoftPasskey::new(ORIGIN, 3), "Key").await.leads_to("/home");
        client.get("/account").await.expect(200).says("You have a passkey");
        // Half a session that has stood for long has to give the passphrase again.
        let half = world.half(world.people.stranger).await;
        half.get("/account/passkeys").await.leads_to("/account/prove");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_without_a_name_has_no_passkeys() {
    let url = testkit::databases::sqlite_url();
    let world = World::with(&url, |settings| settings.base_url = "http://192.0.2.7:8080".into()).await;
    let client = world.client(world.people.finance1).await;
    client.get("/account/second-step").await.expect(200).never_says("Passkeys");
    let martin = world.client(world.people.husband).await;
    martin.get("/home").await.expect(200).says("Make your sign-in safer").never_says("passkey");
    client.get("/account/passkeys").await.expect(404);
    client.post("/account/passkeys", &[("name", "x"), ("passkey", "{}")]).await.expect(404);
}
