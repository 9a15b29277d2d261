//! Signing in, the code, invitation, recovery, sessions, and going on after
//! the session ended, on both databases.

use service::secrets::code_at;
use testkit::demo::people::{PASSPHRASE, SECOND_FACTOR};
use testkit::world::{line, prose, secret_on};
use testkit::{Client, Page, Stage, World, databases};
use web::cookies::{KNOWN_COOKIE, SESSION_COOKIE};

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

fn code(world: &World) -> String {
    code_at(SECOND_FACTOR, world.app.clock.now().as_second())
}

async fn try_in(client: &Client, email: &str, passphrase: &str) -> Page {
    client.post("/sign-in", &[("email", email), ("passphrase", passphrase)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_member_signs_in_and_out() {
    for world in worlds().await {
        let client = world.nobody();
        client.get("/account").await.leads_to("/sign-in?next=%2Faccount");
        client.get("/sign-in?next=%2Faccount").await.expect(200).says("Sign in");
        let fields = [("email", " MARTIN@mail.example "), ("passphrase", PASSPHRASE), ("next", "/account")];
        client.post("/sign-in", &fields).await.leads_to("/account");
        client.get("/account").await.expect(200).says("Martin Hale").says("(this one)");
        let token = client.cookie(SESSION_COOKIE).expect("a session");
        client.post("/sign-out", &[]).await.leads_to("/signed-out");
        assert_eq!(client.cookie(SESSION_COOKIE), None);
        client.get("/signed-out").await.expect(200).says("You are signed out");
        client.set_cookie(SESSION_COOKIE, &token);
        client.get("/account").await.leads_to("/sign-in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_site() {
    for world in worlds().await {
        for next in ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
            let client = world.nobody();
            let fields = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE), ("next", next)];
            client.post("/sign-in", &fields).await.leads_to("/home");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_does_not_say_whether_an_address_is_known() {
    for world in worlds().await {
        let mut answers = vec![];
        for email in ["martin@mail.example", "nobody@mail.example"] {
            let client = world.nobody();
            let page = try_in(&client, email, "not the passphrase").await.expect(422);
            assert_eq!(page.value("email").as_deref(), Some(email));
            answers.push(page.main());
            let page = client.post("/recover", &[("email", email)]).await.expect(200);
            answers.push(page.main().replace(email, "that address"));
        }
        assert_eq!(answers[..2], answers[2..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_answered_in_words() {
    for world in worlds().await {
        let long = "x".repeat(5_000);
        for email in ["", " ", "🙂", "مرحبا", &long, "a\u{0}b", "' OR 1=1 --"] {
            for passphrase in ["", "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂", &long] {
                let page = try_in(&world.nobody(), email, passphrase).await.expect(422);
                assert!(page.html.contains("There is a problem"));
                assert!(
                    page.select("input[name=passphrase][value]").is_empty(),
                    "a passphrase is never shown"
                );
            }
        }
        for email in ["", "no-at", "two@@at.example", &long, "🙂"] {
            world.nobody().post("/recover", &[("email", email)]).await.expect(422);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_of_those_who_decide() {
    for world in worlds().await {
        let client = world.nobody();
        try_in(&client, "farid@mendipvale.example", PASSPHRASE).await.leads_to("/sign-in/code");
        for page in ["/account", "/home", "/admin"] {
            client.get(page).await.leads_to("/sign-in/code");
        }
        // Someone who has the passphrase alone cannot set up a factor of their own.
        client.get("/account/second-factor").await.leads_to("/sign-in/code");
        let secret = hex::encode([7; 20]);
        let own = code_at(&[7; 20], world.app.clock.now().as_second());
        let fields = [("secret", secret.as_str()), ("code", own.as_str())];
        client.post("/account/second-factor", &fields).await.leads_to("/sign-in/code");
        for wrong in ["", "12345", "abcdef", "🙂", "0000000"] {
            client.post("/sign-in/code", &[("code", wrong)]).await.expect(422);
            world.seconds_later(3_700);
            client.set_cookie(SESSION_COOKIE, "");
            try_in(&client, "farid@mendipvale.example", PASSPHRASE).await;
        }
        let half = client.cookie(SESSION_COOKIE).expect("half a session");
        let right = code(&world);
        client.post("/sign-in/code", &[("code", &right)]).await.leads_to("/home");
        assert_ne!(client.cookie(SESSION_COOKIE), Some(half.clone()), "a new token with new powers");
        client.get("/account").await.expect(200).says("You type a code from an app");
        let old = world.nobody();
        old.set_cookie(SESSION_COOKIE, &half);
        old.get("/account").await.leads_to("/sign-in?");
        // A code works once.
        let second = world.nobody();
        try_in(&second, "farid@mendipvale.example", PASSPHRASE).await.leads_to("/sign-in/code");
        second.post("/sign-in/code", &[("code", &right)]).await.expect(422).says("used before");
        world.seconds_later(60);
        second.post("/sign-in/code", &[("code", &code(&world))]).await.leads_to("/home");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinician_without_a_post_needs_a_code_too() {
    use domain::case::circle::{CaseRole, Event};
    for world in worlds().await {
        let case = world.other_case().await;
        let joined = Event::MemberJoined {
            id: domain::MemberId(world.app.id()),
            name: line("Norman Stray"),
            relation: line("therapist"),
            role: CaseRole::Clinician,
            account: Some(world.people.stranger),
            organisation: None,
        };
        world.say(case, world.people.coordinator, joined).await;
        let client = world.nobody();
        try_in(&client, "norman@mail.example", PASSPHRASE).await.leads_to("/sign-in/code");
        client.get("/sign-in/code").await.leads_to("/account/second-factor");
        let page = client.get("/account/second-factor").await.expect(200);
        assert!(page.html.contains("<svg"), "a square to take a picture of");
        client.post("/account/second-factor", &[("code", "000000")]).await.expect(422);
        client.post("/account/second-factor", &[("code", "")]).await.expect(422);
        let right = code_at(&secret_on(&page), world.app.clock.now().as_second());
        client.post("/account/second-factor", &[("code", &right)]).await.leads_to("/home");
        client.get("/account").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_waits_and_locks_nobody_else_out() {
    for world in worlds().await {
        // Martin's own browser signed in before.
        let own = world.nobody();
        try_in(&own, "martin@mail.example", PASSPHRASE).await.leads_to("/home");
        assert!(own.cookie(KNOWN_COOKIE).is_some());
        own.post("/sign-out", &[]).await;
        let guesser = world.nobody();
        for _ in 0..5 {
            try_in(&guesser, "martin@mail.example", "a wrong guess").await.expect(422).says("is not right");
        }
        // Even the right one has to wait now, from there …
        try_in(&guesser, "martin@mail.example", PASSPHRASE).await.expect(422).says("Wait 10 seconds");
        // … but not from the browser that is known, nor for somebody else.
        try_in(&own, "martin@mail.example", PASSPHRASE).await.leads_to("/home");
        try_in(&world.nobody(), "dee@mail.example", PASSPHRASE).await.leads_to("/home");
        world.seconds_later(11);
        try_in(&guesser, "martin@mail.example", "another").await.expect(422).says("is not right");
        try_in(&guesser, "martin@mail.example", PASSPHRASE).await.expect(422).says("Wait 20 seconds");
        // An address that nobody has waits in the same way.
        for _ in 0..5 {
            try_in(&guesser, "ghost@mail.example", "a wrong guess").await.expect(422).says("is not right");
        }
        try_in(&guesser, "ghost@mail.example", "x").await.expect(422).says("Wait 10 seconds");
        world.seconds_later(3_700);
        try_in(&guesser, "martin@mail.example", PASSPHRASE).await.leads_to("/home");
    }
}

/// The link in the newest letter, once what is done behind the pages is done.
async fn link(world: &World) -> String {
    world.link_in_letter(None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_works_once_and_for_two_weeks() {
    for world in worlds().await {
        let (app, by) = (world.app.clone(), domain::Author::Account(world.people.coordinator));
        let invite = |email: &'static str| {
            let app = app.clone();
            async move {
                let email = email.parse().expect("an address");
                let invited = app.put_invitation(by, line("Nia Rees"), email, line("Sister"));
                invited.await.expect("she is invited")
            }
        };
        invite("nia@mail.example").await;
        let letters = app.latest_letters(1).await.expect("letters");
        assert!(!letters[0].body.contains("Nia") && !letters[0].subject.contains("Nia"));
        assert!(!letters[0].body.contains("/invitation/"), "the link is made on the letter's way");
        let path = link(&world).await;
        let client = world.nobody();
        let page = client.get(&path).await.expect(200).says("Hello Nia Rees");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        let good = "three small otters";
        for (one, two, says) in [
            ("", "", "Enter a new passphrase"),
            ("short", "short", "12 characters or longer"),
            ("password1234", "password1234", "harder to guess"),
            (good, "three small otter", "not the same"),
        ] {
            let fields = [("passphrase", one), ("passphrase-again", two)];
            client.post(&path, &fields).await.expect(422).says(says);
        }
        client.post(&path, &[("passphrase", good), ("passphrase-again", good)]).await.leads_to("/home");
        client.get("/account").await.expect(200).says("Nia Rees");
        world.nobody().get(&path).await.expect(410).says("has been used");
        let fields = [("passphrase", good), ("passphrase-again", good)];
        world.nobody().post(&path, &fields).await.expect(410);
        try_in(&world.nobody(), "nia@mail.example", good).await.leads_to("/home");
        // Somebody with a sign-in is told to use it.
        let before = invite("nia@mail.example").await;
        assert!(app.latest_letters(1).await.expect("letters")[0].body.contains("/sign-in"));
        assert_eq!(app.account_of("NIA@mail.example").await.expect("it is read"), Some(before));
        // Too late.
        invite("late@mail.example").await;
        let path = link(&world).await;
        world.days_later(15);
        world.nobody().get(&path).await.expect(410).says("14 days");
        world.nobody().get("/invitation/nonsense").await.expect(410);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_passphrase_is_chosen_anew() {
    for world in worlds().await {
        let elsewhere = world.client(world.people.husband).await;
        elsewhere.get("/account").await.expect(200);
        let client = world.nobody();
        client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        let path = link(&world).await;
        let new = "two blinks for no";
        client.get(&path).await.expect(200);
        client.post(&path, &[("passphrase", new), ("passphrase-again", new)]).await.leads_to("/home");
        elsewhere.get("/account").await.leads_to("/sign-in");
        world.nobody().get(&path).await.expect(410);
        try_in(&world.nobody(), "martin@mail.example", PASSPHRASE).await.expect(422);
        try_in(&world.nobody(), "martin@mail.example", new).await.leads_to("/home");
        // The second factor stays: a mailbox alone opens nothing of finance.
        client.post("/recover", &[("email", "farid@mendipvale.example")]).await.expect(200);
        let path = link(&world).await;
        let other = world.nobody();
        other.post(&path, &[("passphrase", new), ("passphrase-again", new)]).await.leads_to("/sign-in/code");
        other.get("/account").await.leads_to("/sign-in/code");
        // An hour, and no flood of letters.
        client.post("/recover", &[("email", "dee@mail.example")]).await.expect(200);
        let path = link(&world).await;
        for _ in 0..6 {
            client.post("/recover", &[("email", "dee@mail.example")]).await.expect(200);
        }
        world.app.work_once(None).await.expect("the work is done");
        let sent = world.app.latest_letters(100).await.expect("letters");
        assert_eq!(sent.iter().filter(|l| l.to_address == "dee@mail.example").count(), 3);
        world.seconds_later(3_601);
        world.nobody().get(&path).await.expect(410).says("one hour");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_page_changes_and_ends() {
    for world in worlds().await {
        let (here, there) =
            (world.client(world.people.husband).await, world.client(world.people.husband).await);
        let page = here.get("/account").await.expect(200);
        let other = page.value("session").expect("the other session");
        let stranger = world.client(world.people.stranger).await;
        stranger.post("/account/sessions/end", &[("session", &other)]).await.expect(404);
        here.post("/account/sessions/end", &[("session", "")]).await.expect(404);
        there.get("/account").await.expect(200);
        here.post("/account/sessions/end", &[("session", &other)]).await.leads_to("/account?done=ended");
        there.get("/account").await.leads_to("/sign-in");
        let third = world.client(world.people.husband).await;
        here.post("/account/sessions/end-others", &[]).await.leads_to("/account?done=others");
        third.get("/account").await.leads_to("/sign-in");
        let new = "a heron on the weir";
        let page = here.get("/account/passphrase").await.expect(200);
        let asked = page.attributes("main input[type=password]", "name");
        assert_eq!(asked, ["passphrase", "passphrase-again"], "the one they have was given already");
        for (one, two) in [("", ""), (new, "x"), ("abc", "abc")] {
            let fields = [("passphrase", one), ("passphrase-again", two)];
            here.post("/account/passphrase", &fields).await.expect(422);
        }
        let fields = [("passphrase", new), ("passphrase-again", new)];
        here.post("/account/passphrase", &fields).await.leads_to("/account?done=passphrase");
        here.get("/account?done=passphrase").await.expect(200).says("is changed");
        try_in(&world.nobody(), "martin@mail.example", new).await.leads_to("/home");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_is_lost_when_the_session_ends() {
    for world in worlds().await {
        let case = world.case_at(Stage::Plan).await;
        let client = world.client(world.people.husband).await;
        let typed = prose("Alice loves the sea 🌊 & \"blinks\" <twice>\nمرحبا");
        let fields = [("text", typed.as_str()), ("voice", "person"), ("passphrase", "never kept")];
        world.seconds_later(2 * 60 * 60);
        let path = format!("/cases/{case}/notes");
        let page = client
            .post(&path, &fields)
            .await
            .expect(401)
            .says("Nothing you typed is lost")
            .never_says("never kept");
        client.set_cookie(SESSION_COOKIE, "");
        let resume = [
            ("email", "martin@mail.example".to_owned()),
            ("passphrase", PASSPHRASE.to_owned()),
            ("resume-path", page.value("resume-path").expect("the path")),
            ("resume-body", page.value("resume-body").expect("the body")),
        ];
        let mut wrong = resume.clone();
        wrong[1].1 = "mistyped it".into();
        let pairs = |all: &[(&'static str, String)]| all.to_vec();
        let send = async |all: Vec<(&'static str, String)>| {
            let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (*n, v.as_str())).collect();
            client.post("/sign-in", &all).await
        };
        let again = send(pairs(&wrong)).await.expect(422);
        assert_eq!(
            again.value("resume-body").as_deref(),
            Some(resume[3].1.as_str()),
            "kept through a mistake"
        );
        let page = send(pairs(&resume)).await.expect(200).says("Carry on where you were");
        assert_eq!(page.value("text").as_deref(), Some(typed.as_str()));
        assert_eq!(page.attributes("main form", "action"), [path]);
        assert_eq!(page.value("csrf"), Some(client.csrf()));
        // A path to elsewhere is not carried on to.
        let mut evil = pairs(&resume);
        evil[2].1 = "//evil.example/".into();
        client.set_cookie(SESSION_COOKIE, "");
        send(evil).await.leads_to("/home");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_goes_through_the_code_too() {
    for world in worlds().await {
        let client = world.nobody();
        let fields = [
            ("email", "jo@mendipvale.example"),
            ("passphrase", PASSPHRASE),
            ("resume-path", "/cases/x/offer"),
            ("resume-body", "note=half+written"),
        ];
        let page = client.post("/sign-in", &fields).await.expect(200).says("Type the code");
        assert_eq!(page.value("csrf"), Some(client.csrf()));
        let wrong = [("code", "1"), ("resume-path", "/cases/x/offer"), ("resume-body", "note=half+written")];
        let page = client.post("/sign-in/code", &wrong).await.expect(422);
        assert_eq!(page.value("resume-body").as_deref(), Some("note=half+written"));
        let right = code(&world);
        let fields = [
            ("code", right.as_str()),
            ("resume-path", "/cases/x/offer"),
            ("resume-body", "note=half+written"),
        ];
        let page = client.post("/sign-in/code", &fields).await.expect(200).says("Carry on");
        assert_eq!(page.value("note").as_deref(), Some("half written"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_themselves() {
    for world in worlds().await {
        let client = world.client(world.people.husband).await;
        for _ in 0..20 {
            world.seconds_later(50 * 60);
            if client.get("/account").await.status != 200 {
                break;
            }
        }
        client.get("/account").await.leads_to("/sign-in");
        let idle = world.client(world.people.husband).await;
        world.seconds_later(61 * 60);
        idle.get("/account").await.leads_to("/sign-in");
    }
}
