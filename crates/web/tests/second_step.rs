//! The second step: showing again that it is you, the code app, printed codes
//! and passkeys, and what happens when one is lost. On both databases.

#[path = "second_step/lost.rs"]
mod lost;
#[path = "second_step/passkeys.rs"]
mod passkeys;

use axum::http::Method;
use domain::case::CaseRole;
use service::Error;
use service::browser::Browser;
use service::factor::{Given, PROOF_SECONDS};
use service::secrets::code_at;
use service::session::Session;
use service::sign_in::Entry;
use strum::VariantArray;
use testkit::demo::people::{PASSPHRASE, SECOND_FACTOR};
use testkit::world::{line, prose, secret_on};
use testkit::{Client, Page, Stage, World, databases};
use web::cookies::SESSION_COOKIE;
use web::site;

pub async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

pub fn code(world: &World) -> String {
    code_at(SECOND_FACTOR, world.app.clock.now().as_second())
}

pub async fn try_in(client: &Client, email: &str) -> Page {
    client.post("/sign-in", &[("email", email), ("passphrase", PASSPHRASE)]).await
}

pub async fn rows(world: &World) -> Vec<(&'static str, u64)> {
    let mut all = world.db.read(store::stats::row_counts).await.expect("the rows can be counted");
    // A look is entered in the register of its case, and a wrong step written down.
    let anyway = ["looks", "registers", "registered", "security_events", "security_logs"];
    all.retain(|(table, _)| !anyway.contains(table));
    all
}

/// Every route that asks for a proof. One that is taken off this list, or
/// added to the site without being on it, fails the test below.
const PROVED: [(&str, &str); 23] = [
    ("GET", "/account/passkeys"),
    ("POST", "/account/passkeys"),
    ("POST", "/account/passkeys/remove"),
    ("GET", "/account/passphrase"),
    ("POST", "/account/passphrase"),
    ("GET", "/account/printed-codes"),
    ("POST", "/account/printed-codes"),
    ("GET", "/account/second-factor"),
    ("POST", "/account/second-factor"),
    ("POST", "/account/second-factor/remove"),
    ("POST", "/account/sessions/end"),
    ("POST", "/account/sessions/end-others"),
    ("POST", "/admin/{area}/disposals/{id}/destroy"),
    ("POST", "/admin/{area}/people/invite"),
    ("POST", "/admin/{area}/people/proposals/{proposal}/confirm"),
    ("POST", "/admin/{area}/people/{id}/close"),
    ("POST", "/admin/{area}/people/{id}/end-sessions"),
    ("POST", "/admin/{area}/people/{id}/reopen"),
    ("POST", "/admin/{area}/people/{id}/reopen/confirm"),
    ("POST", "/admin/{area}/people/{id}/second-step"),
    ("POST", "/admin/{area}/people/{id}/second-step/agree"),
    ("POST", "/cases/{id}/everything/{request}/fetch"),
    ("POST", "/cases/{id}/payments/account"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_could_make_an_account_anothers_asks_again_who_it_is() {
    let mut proved: Vec<(String, &str)> = site::declared()
        .iter()
        .filter(|route| route.proved)
        .map(|route| (route.method.to_string(), route.path))
        .collect();
    proved.sort_by_key(|(method, path)| (*path, method.clone()));
    let expected: Vec<(String, &str)> =
        PROVED.iter().map(|(method, path)| ((*method).to_owned(), *path)).collect();
    assert_eq!(proved, expected);
    for world in worlds().await {
        let case = world.case_at(Stage::Organise).await;
        for route in site::declared().iter().filter(|route| route.proved) {
            let who = match route.path {
                path if path.starts_with("/admin") => world.people.admin,
                path if path.contains("/everything") => world.people.husband,
                _ => world.people.finance1,
            };
            let path = route
                .path
                .replace("/cases/{id}", &format!("/cases/{case}"))
                .replace("{area}", &world.place.area.to_string())
                .replace("{id}", &world.people.finance2.to_string())
                .replace("{request}", &world.people.finance2.to_string())
                .replace("{proposal}", &world.people.finance2.to_string());
            let client = world.unproven(who).await;
            let before = rows(&world).await;
            if route.method == Method::GET {
                client.get(&path).await.leads_to("/account/prove?next=");
            } else {
                let page =
                    client.post(&path, &[("words", "typed 🦦 before"), ("passphrase", "secret")]).await;
                let page = page.expect(401).says("Show that it is you").never_says("secret");
                let kept = page.value("resume-body").expect("what was typed");
                assert!(kept.starts_with("words=typed+"), "{kept}");
                assert_eq!(page.value("resume-path").as_deref(), Some(path.as_str()));
            }
            assert_eq!(rows(&world).await, before, "{} {}", route.method, route.path);
        }
    }
}

/// Every use case behind those routes, by what it says.
async fn all_that_is_proved(
    world: &World,
    case: domain::CaseId,
    session: &Session,
) -> Vec<(&'static str, Error)> {
    let (app, area, p) = (&world.app, world.place.area, world.people);
    let (admin, farid) = (world.actor(p.admin).await, world.actor(p.finance1).await);
    let (why, to) = (|| line("Because"), p.nurse);
    let (holding, proposal) = (domain::HoldingId(app.id()), domain::ProposalId(app.id()));
    let (key, browser) = (domain::PasskeyId(app.id()), Browser::default);
    let new = || service::posts::PutForward {
        id: proposal,
        organisation: world.organisations.nhs,
        post: domain::access::Post::Finance,
        name: line("Noor Ali"),
        email: "noor@mendipvale.example".parse().expect("an address"),
    };
    let all = [
        ("approve", app.approve_account(&farid, session, case, holding, why(), "4821".into()).await.err()),
        ("end one", app.end_own_session(session, &hex::encode(session.token_hash)).await.err()),
        ("end others", app.end_other_sessions(session).await.err()),
        ("passphrase", app.change_passphrase(session, "a heron on the weir").await.err()),
        ("app", app.set_up_code_app(session, "123456", browser()).await.err()),
        ("no app", app.remove_code_app(session).await.err()),
        ("printed codes", app.make_printed_codes(session).await.err()),
        ("no passkey", app.remove_passkey(session, key).await.err()),
        ("close", app.close_account(&admin, session, area, to, why()).await.err()),
        ("reopen", app.propose_reopening(&admin, session, area, to, why()).await.err()),
        ("agree to reopen", app.reopen_account(&admin, session, area, to).await.err()),
        ("sign out", app.end_colleagues_sessions(&admin, session, area, to, why()).await.err()),
        ("propose", app.propose_post(&admin, session, area, new()).await.err()),
        ("post", app.confirm_post(&admin, session, area, proposal).await.err()),
        ("lost", app.ask_for_colleagues_removal(&admin, session, area, to, why()).await.err()),
        ("lost too", app.agree_to_colleagues_removal(&admin, session, area, to, why()).await.err()),
    ];
    all.into_iter().map(|(what, no)| (what, no.unwrap_or_else(|| panic!("{what} was done")))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_use_cases_ask_too_whichever_way_leads_to_them() {
    for world in worlds().await {
        let case = world.case_at(Stage::Organise).await;
        let client = world.unproven(world.people.finance1).await;
        let session = world.session_of(&client).await;
        let (live, before) = (world.client(world.people.nurse).await, rows(&world).await);
        for (what, no) in all_that_is_proved(&world, case, &session).await {
            let Error::Refused(refusal) = &no else { panic!("{what}: {no:?}") };
            assert!(refusal.message.starts_with("Show first that it is you"), "{what}: {no:?}");
        }
        // One that was proven, and has ended since the request came in.
        let ended = world.client(world.people.finance1).await;
        let session = world.session_of(&ended).await;
        ended.post("/sign-out", &[]).await.leads_to("/signed-out");
        for (what, no) in all_that_is_proved(&world, case, &session).await {
            assert!(matches!(no, Error::Hidden), "{what}: {no:?}");
        }
        let mut after = rows(&world).await;
        after
            .iter_mut()
            .filter(|(table, _)| ["sessions", "proofs", "macs"].contains(table))
            .for_each(|row| row.1 -= if row.0 == "macs" { 2 } else { 1 });
        assert_eq!(after, before, "nothing was done");
        live.get("/account").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn showing_that_it_is_you_keeps_what_was_typed_and_lasts_ten_minutes() {
    for world in worlds().await {
        let client = world.unproven(world.people.finance1).await;
        let other = world.unproven(world.people.finance1).await;
        let page =
            client.post("/account/sessions/end-others", &[("more", "typed <b> & kept")]).await.expect(401);
        let typed = page.filled();
        let send = async |passphrase: &str, code: &str| {
            let mut all: Vec<(&str, &str)> = typed
                .iter()
                .filter(|(name, _)| name.starts_with("resume"))
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            all.extend([("passphrase", passphrase), ("code", code)]);
            client.post("/account/prove", &all).await
        };
        let right = code(&world);
        send("", &right).await.expect(422).says("Enter your passphrase");
        send(PASSPHRASE, "").await.expect(422).says("Enter the code from your app");
        send("not it", &right).await.expect(422).says("not your passphrase");
        send(PASSPHRASE, "000000").await.expect(422).says("not right");
        let page = send(PASSPHRASE, &right).await.expect(200).says("We know that it is you");
        assert_eq!(page.value("more").as_deref(), Some("typed <b> & kept"));
        assert_eq!(page.attributes("main form", "action"), ["/account/sessions/end-others"]);
        other.get("/account").await.expect(200);
        client.post("/account/sessions/end-others", &[]).await.leads_to("/account?done=others");
        other.get("/account").await.leads_to("/sign-in");
        // The code is used up, and the proof is of this session alone.
        let third = world.unproven(world.people.finance1).await;
        let fields = [("passphrase", PASSPHRASE), ("code", right.as_str())];
        third.post("/account/prove", &fields).await.expect(422).says("used before");
        third.get("/account/passphrase").await.leads_to("/account/prove");
        world.seconds_later(PROOF_SECONDS);
        client.get("/account/passphrase").await.expect(200);
        world.seconds_later(1);
        client.get("/account/passphrase").await.leads_to("/account/prove?next=%2Faccount%2Fpassphrase");
        // On to the page that was wanted; never to another site.
        for (next, to) in [("/account/passphrase", "/account/passphrase"), ("//evil.example", "/account")] {
            world.seconds_later(60);
            let now = code(&world);
            let fields = [("passphrase", PASSPHRASE), ("code", now.as_str()), ("next", next)];
            assert_eq!(client.post("/account/prove", &fields).await.location().as_deref(), Some(to));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_no_proof_and_a_half_session_proves_nothing() {
    for world in worlds().await {
        let client = world.nobody();
        try_in(&client, "farid@mendipvale.example").await.leads_to("/sign-in/code");
        // Half a session: to the code, and nowhere else.
        client.get("/account/prove").await.leads_to("/sign-in/code");
        let fields = [("passphrase", PASSPHRASE), ("code", &code(&world))];
        client.post("/account/prove", &fields).await.leads_to("/sign-in/code");
        client.get("/account/second-factor").await.leads_to("/sign-in/code");
        client.post("/account/second-factor", &[("code", "123456")]).await.leads_to("/sign-in/code");
        client.get("/account/passkeys").await.leads_to("/sign-in/code");
        client.post("/sign-in/code", &[("code", &code(&world))]).await.leads_to("/home");
        client.get("/account/second-factor").await.leads_to("/account/prove");
        // Of somebody without a second step only the passphrase is asked.
        let martin = world.nobody();
        try_in(&martin, "martin@mail.example").await.leads_to("/home");
        let page = martin.get("/account/prove?next=/account/second-factor").await.expect(200);
        assert!(page.select("input[name=code]").is_empty(), "{}", page.main());
        martin.post("/account/prove", &[("passphrase", "wrong")]).await.expect(422);
        let fields = [("passphrase", PASSPHRASE), ("next", "/account/second-factor")];
        martin.post("/account/prove", &fields).await.leads_to("/account/second-factor");
        martin.get("/account/second-factor").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_showing_wait_and_slow_nobody_else() {
    for world in worlds().await {
        let thief = world.unproven(world.people.husband).await;
        let tries = (0..30).map(|_| thief.post("/account/prove", &[("passphrase", "a guess")]));
        let mut answered = vec![];
        for page in futures(tries).await {
            let text = page.expect(422).main();
            answered.push(text.contains("is not your passphrase"));
        }
        assert_eq!(answered.iter().filter(|checked| **checked).count(), 5, "30 at once are 30");
        thief.post("/account/prove", &[("passphrase", PASSPHRASE)]).await.expect(422).says("Wait 10 seconds");
        // Martin himself, at another browser, is not kept waiting.
        let own = world.unproven(world.people.husband).await;
        own.post("/account/prove", &[("passphrase", PASSPHRASE)]).await.leads_to("/account");
        try_in(&world.nobody(), "martin@mail.example").await.leads_to("/home");
    }
}

async fn futures(all: impl Iterator<Item = impl Future<Output = Page> + Send>) -> Vec<Page> {
    let mut pages = vec![];
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(page) => {
                pages.push(page);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_an_app_is_the_servers_and_its_owner_is_told() {
    for world in worlds().await {
        let client = world.client(world.people.finance1).await;
        let elsewhere = world.client(world.people.finance1).await;
        let half = world.half(world.people.finance1).await;
        // A secret of the sender's own choosing, as one could bring until now.
        let zeros = hex::encode([0; 20]);
        let own = code_at(&[0; 20], world.app.clock.now().as_second());
        let page = client.get("/account/second-factor").await.expect(200);
        assert!(page.select("input[name=secret]").is_empty(), "the page sends no secret");
        let secret = secret_on(&page);
        assert_eq!(secret.len(), 20);
        for fields in
            [[("secret", zeros.as_str()), ("code", own.as_str())], [("secret", ""), ("code", "000000")]]
        {
            client.post("/account/second-factor", &fields).await.expect(422).says("not right");
        }
        // Nor one that was begun in another session of the same account.
        let theirs = secret_on(&elsewhere.get("/account/second-factor").await.expect(200));
        assert_ne!(theirs, secret);
        let foreign = code_at(&theirs, world.app.clock.now().as_second());
        client.post("/account/second-factor", &[("code", &foreign)]).await.expect(422);
        assert_eq!(
            secret_on(&client.get("/account/second-factor").await),
            secret,
            "the square stays the same"
        );
        let right = code_at(&secret, world.app.clock.now().as_second());
        client
            .post("/account/second-factor", &[("code", &right)])
            .await
            .leads_to("/account/second-step?done=app");
        client.get("/account/second-step?done=app").await.expect(200).says("is set up");
        client.get("/account/passphrase").await.expect(200);
        for ended in [&elsewhere, &half] {
            ended.get("/account").await.leads_to("/sign-in?");
        }
        let letters = world.letters_to("farid@mendipvale.example").await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        assert!(letters[0].subject.contains("changed") && letters[0].body.contains("If it was not you"));
        assert!(!letters[0].body.contains("Farid"));
        // The old code opens nothing any more, the new one does.
        let fresh = world.nobody();
        try_in(&fresh, "farid@mendipvale.example").await.leads_to("/sign-in/code");
        fresh.post("/sign-in/code", &[("code", &code(&world))]).await.expect(422);
        world.seconds_later(60);
        let next = code_at(&secret, world.app.clock.now().as_second());
        fresh.post("/sign-in/code", &[("code", &next)]).await.leads_to("/home");
        // Too late: a new square, in words.
        let late = world.client(world.people.finance2).await;
        let old = secret_on(&late.get("/account/second-factor").await.expect(200));
        world.seconds_later(15 * 60);
        let token = late.cookie(SESSION_COOKIE).expect("a session");
        world.prove(&token).await;
        let code = code_at(&old, world.app.clock.now().as_second());
        let page = late.post("/account/second-factor", &[("code", &code)]).await.expect(422).says("too long");
        assert_ne!(secret_on(&page), old);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_needs_a_second_step_keeps_one_and_others_may_put_it_away() {
    for world in worlds().await {
        world.give_app(world.people.dee).await;
        let dee = world.client(world.people.dee).await;
        dee.get("/account/second-step").await.expect(200).says("Take the app away");
        dee.post("/account/printed-codes", &[]).await.expect(200);
        dee.post("/account/second-factor/remove", &[])
            .await
            .leads_to("/account/second-step?done=app-removed");
        dee.post("/account/second-factor/remove", &[])
            .await
            .leads_to("/account/second-step?done=app-removed");
        dee.get("/account/second-step").await.expect(200).says("Set up an app").never_says("Printed codes");
        try_in(&world.nobody(), "dee@mail.example").await.leads_to("/home");
        let subjects: Vec<String> =
            world.letters_to("dee@mail.example").await.into_iter().map(|letter| letter.subject).collect();
        assert_eq!(subjects, ["Your second step was taken away", "New printed codes were made"]);
        let farid = world.client(world.people.finance1).await;
        farid.get("/account/second-step").await.expect(200).never_says("Take the app away");
        farid.post("/account/second-factor/remove", &[]).await.expect(409).says("Set up another one first");
    }
}

fn printed(page: &Page) -> Vec<String> {
    page.select("ol code.phb-secret")
}

#[tokio::test(flavor = "multi_thread")]
async fn printed_codes_open_once_each() {
    for world in worlds().await {
        let client = world.client(world.people.finance1).await;
        let codes = printed(&client.post("/account/printed-codes", &[]).await.expect(200));
        assert_eq!(codes.len(), 10);
        client.get("/account").await.expect(200).says("10 printed codes are left");
        assert!(printed(&client.get("/account/printed-codes").await.expect(200)).is_empty(), "shown once");
        let fresh = world.nobody();
        try_in(&fresh, "farid@mendipvale.example").await.leads_to("/sign-in/code");
        fresh.get("/sign-in/code").await.expect(200).says("I do not have my phone");
        fresh.get("/sign-in/code/lost").await.expect(200).says("Use a printed code");
        for (wrong, says) in
            [("", "Enter the printed code"), ("AAAA-BBBB-CCCC", "That printed code is not right")]
        {
            let page = fresh.post("/sign-in/code", &[("from", "printed"), ("code", wrong)]).await.expect(422);
            page.says(says).says("If you do not have your phone").never_says("Wait for the next code");
        }
        let typed = format!(" {} ", codes[0].to_uppercase().replace('-', " "));
        fresh.post("/sign-in/code", &[("code", &typed)]).await.leads_to("/home");
        fresh.get("/account").await.expect(200).says("9 printed codes are left");
        let letters = world.letters_to("farid@mendipvale.example").await;
        assert!(letters[0].body.contains("9 are left"), "{}", letters[0].body);
        // Used up, somebody else's, or nearly right.
        let again = world.nobody();
        try_in(&again, "farid@mendipvale.example").await.leads_to("/sign-in/code");
        again.post("/sign-in/code", &[("code", &codes[0])]).await.expect(422).says("used before");
        let fay = world.nobody();
        try_in(&fay, "fay@mendipvale.example").await.leads_to("/sign-in/code");
        fay.post("/sign-in/code", &[("code", &codes[1])]).await.expect(422);
        let near = format!("{}2", &codes[1][..codes[1].len() - 1]);
        again
            .post("/sign-in/code", &[("code", if near == codes[1] { "x" } else { &near })])
            .await
            .expect(422);
        // They show that it is you, too.
        let unproven = world.unproven(world.people.finance1).await;
        let fields = [("passphrase", PASSPHRASE), ("code", codes[1].as_str())];
        unproven.post("/account/prove", &fields).await.leads_to("/account");
        // New ones end the old.
        let new = printed(&client.post("/account/printed-codes", &[]).await.expect(200));
        again.post("/sign-in/code", &[("code", &codes[2])]).await.expect(422);
        again.post("/sign-in/code", &[("code", &new[0])]).await.leads_to("/home");
        // Kept as hashes alone.
        let kept = world.db.read(store::stats::row_counts).await.expect("counts");
        assert!(kept.contains(&("printed_codes", 10)), "{kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_printed_code_one_comes_in() {
    for world in worlds().await {
        let client = world.client(world.people.finance1).await;
        let codes = printed(&client.post("/account/printed-codes", &[]).await.expect(200));
        let mut halves = vec![];
        for _ in 0..4 {
            halves.push(world.half(world.people.finance1).await);
        }
        let fields = [("code", codes[0].as_str())];
        let pages = futures(halves.iter().map(|half| half.post("/sign-in/code", &fields))).await;
        let entered = pages.iter().filter(|page| page.status == 303).count();
        assert_eq!(entered, 1, "{:?}", pages.iter().map(|p| p.status).collect::<Vec<_>>());
        client.get("/account").await.expect(200).says("9 printed codes are left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_in_the_meantime_gives_no_new_one() {
    for world in worlds().await {
        let half = world.half(world.people.finance1).await;
        let (session, other) = (world.session_of(&half).await, world.client(world.people.finance1).await);
        let proven = world.session_of(&other).await;
        // The request is on its way when the session ends.
        other.post("/account/sessions/end-others", &[]).await.leads_to("/account");
        let given = Given::Code(code(&world));
        let entered = world.app.give_second_step(&session, given.clone(), Browser::default()).await;
        assert!(matches!(entered, Err(service::Error::Hidden)), "{entered:?}");
        // And one that was proven, and ended.
        other.post("/sign-out", &[]).await.leads_to("/signed-out");
        assert!(world.app.make_printed_codes(&proven).await.is_err());
        assert!(world.app.code_app_to_set_up(&proven).await.is_err());
        assert!(world.app.show_again(&proven, PASSPHRASE, given.clone()).await.is_err());
        // The code was not used up by any of it.
        let again = world.session_of(&world.half(world.people.finance1).await).await;
        let entered = world.app.give_second_step(&again, given, Browser::default()).await;
        assert!(matches!(entered, Ok(Entry::In(_))), "{entered:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_who_works_with_anothers_record_needs_a_second_step() {
    use domain::case::circle::Event;
    for world in worlds().await {
        for &role in CaseRole::VARIANTS {
            let case = world.other_case().await;
            let id = domain::MemberId(world.app.id());
            let joined = Event::MemberJoined {
                id,
                name: line("Norman Stray"),
                relation: line("helper"),
                role,
                account: Some(world.people.stranger),
                organisation: None,
            };
            world.say(case, world.people.coordinator, joined).await;
            let client = world.nobody();
            let must = domain::access::place_needs_second_factor(role);
            let to = if must { "/sign-in/code" } else { "/home" };
            try_in(&client, "norman@mail.example").await.leads_to(to);
            if must {
                client.get("/sign-in/code").await.leads_to("/account/second-factor");
                client.get(&format!("/cases/{case}")).await.leads_to("/sign-in/code");
            }
            let left = Event::MemberLeft { id, why: Some(prose("Done")) };
            world.say(case, world.people.coordinator, left).await;
        }
        // Of posts all need one, that of a third party too.
        let tess = world.nobody();
        try_in(&tess, "tess@valesupported.example").await.leads_to("/sign-in/code");
        tess.post("/sign-in/code", &[("code", &code(&world))]).await.leads_to("/home");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn families_are_offered_one_and_can_put_it_away() {
    for world in worlds().await {
        let martin = world.nobody();
        try_in(&martin, "martin@mail.example").await.leads_to("/home");
        martin.get("/account").await.expect(200).says("Make your sign-in safer").says("You do not have to");
        martin.get("/home").await.expect(200).says("Make your sign-in safer");
        martin.post("/account/second-step/not-now", &[]).await.leads_to("/home");
        martin.post("/account/second-step/not-now", &[]).await.leads_to("/home");
        martin.get("/home").await.expect(200).never_says("Make your sign-in safer");
        martin.get("/account").await.expect(200).never_says("Make your sign-in safer");
        martin.get("/account/second-step").await.expect(200).says("Set up an app");
        // With one case its first page is their home page.
        let case = world.other_case().await;
        let dee = world.client(world.people.dee).await;
        dee.get(&format!("/cases/{case}")).await.expect(200).says("Make your sign-in safer");
        dee.post("/account/second-step/not-now", &[]).await.leads_to("/home");
        dee.get(&format!("/cases/{case}")).await.expect(200).never_says("Make your sign-in safer");
        for other in [world.people.finance1, world.people.coordinator] {
            let client = world.client(other).await;
            client.get("/account").await.expect(200).never_says("Make your sign-in safer");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_changed_and_sign_ins_ended_are_told() {
    for world in worlds().await {
        let (here, there) =
            (world.client(world.people.husband).await, world.client(world.people.husband).await);
        here.post("/account/sessions/end-others", &[]).await.leads_to("/account");
        there.get("/account").await.leads_to("/sign-in");
        let new = "a heron on the weir";
        let fields = [("passphrase", new), ("passphrase-again", new)];
        here.post("/account/passphrase", &fields).await.leads_to("/account?done=passphrase");
        // One alone; pressed twice it is told once, and the one they are in is not told.
        world.client(world.people.husband).await;
        let page = here.get("/account").await.expect(200);
        let other = page.value("session").expect("the other session");
        for _ in 0..2 {
            here.post("/account/sessions/end", &[("session", &other)]).await.leads_to("/account?done=ended");
        }
        let own = hex::encode(world.session_of(&here).await.token_hash);
        here.post("/account/sessions/end", &[("session", &own[..20])]).await.leads_to("/account?done=ended");
        here.get("/account").await.leads_to("/sign-in");
        let subjects: Vec<String> =
            world.letters_to("martin@mail.example").await.into_iter().map(|letter| letter.subject).collect();
        assert_eq!(
            subjects,
            [
                "You were signed out in one place",
                "Your passphrase was changed",
                "You were signed out everywhere else"
            ]
        );
    }
}
