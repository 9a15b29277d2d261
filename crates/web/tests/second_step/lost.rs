//! A second step that is lost: by two, of all areas, after a day, told at once.

use super::{code, try_in, worlds};
use domain::AccountId;
use domain::access::Post;
use testkit::demo::people::PASSPHRASE;
use testkit::{Client, Stage, World};
use web::cookies::SESSION_COOKIE;

const HOW: &str = "He came to my desk, and I know him";
const FARID: &str = "farid@mendipvale.example";

fn path(world: &World, of: AccountId, rest: &str) -> String {
    format!("/admin/{}/people/{of}/second-step{rest}", world.place.area)
}

async fn second_admin(world: &World) -> AccountId {
    world.colleague("Omar Said", "omar@mendipvale.example", Post::Administrator).await
}

async fn has_step(world: &World, account: AccountId) -> bool {
    world.app.steps_of(account).await.expect("steps").any()
}

async fn link(world: &World, address: &str) -> String {
    world.link_in_letter(Some(address)).await
}

/// A day has passed and they sign in with their passphrase.
async fn the_next_day(world: &World, email: &str) -> Client {
    world.days_later(1);
    let client = world.nobody();
    try_in(&client, email).await.expect(303);
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_take_it_away_after_a_day_and_it_is_told_at_once() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let (anna, other) = (world.client(world.people.admin).await, world.client(omar).await);
        let (ask, agree) = (path(&world, farid, ""), path(&world, farid, "/agree"));
        anna.post(&agree, &[("why", HOW)]).await.expect(422).says("Nothing is asked for");
        anna.post(&ask, &[("why", "")]).await.expect(422).says("Enter how you know");
        anna.post(&ask, &[("why", HOW)]).await.leads_to("/admin");
        assert!(has_step(&world, farid).await, "nothing is gone yet");
        let told = world.letters_to(FARID).await;
        assert_eq!(told.len(), 1);
        for name in ["Farid", "Anna", "desk"] {
            assert!(!told[0].body.contains(name), "{}", told[0].body);
        }
        assert_eq!(world.letters_to("omar@mendipvale.example").await.len(), 1, "the others are told");
        // The same administrator twice is one.
        anna.post(&ask, &[("why", HOW)]).await.leads_to("/admin");
        anna.post(&ask, &[("why", "Again")]).await.expect(422).says("You have agreed to this already");
        anna.post(&agree, &[("why", "And again")]).await.expect(422).says("You have agreed to this already");
        anna.get(ask.trim_end_matches("/second-step"))
            .await
            .expect(200)
            .says("Another administrator has to agree");
        the_next_day(&world, FARID).await;
        assert!(has_step(&world, farid).await, "one administrator alone takes nothing away");
        let other_again = world.client(omar).await;
        other.get("/account").await.leads_to("/sign-in");
        other_again.post(&agree, &[("why", "I rang him")]).await.leads_to("/admin");
        assert!(has_step(&world, farid).await);
        // What he had before: a whole session, printed codes.
        let session = world.client(farid).await;
        let page = session.post("/account/printed-codes", &[]).await.expect(200);
        session.get("/account").await.expect(200).says("Your second step is to be taken away");
        let fresh = world.nobody();
        try_in(&fresh, FARID).await.leads_to("/sign-in/code");
        fresh.get("/sign-in/code").await.leads_to("/account/second-factor");
        assert!(!has_step(&world, farid).await);
        session.get("/account").await.leads_to("/sign-in");
        assert_eq!(world.app.steps_of(farid).await.expect("steps").printed_left, 0);
        drop(page);
        let gone = world.letters_to(FARID).await;
        assert!(gone[0].body.contains("was taken away, as it was asked"), "{}", gone[0].body);
        let page = fresh.get("/account/second-factor").await.expect(200).never_says("is to be taken away");
        let secret = testkit::world::secret_on(&page);
        let right = service::secrets::code_at(&secret, world.app.clock.now().as_second());
        fresh.post("/account/second-factor", &[("code", &right)]).await.leads_to("/home");
        world.client(world.people.admin).await.post(&agree, &[("why", HOW)]).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_counts_from_the_asking() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let (anna, other) = (world.client(world.people.admin).await, world.client(omar).await);
        anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
        other.post(&path(&world, farid, "/agree"), &[("why", HOW)]).await.leads_to("/admin");
        world.seconds_later(24 * 60 * 60 - 1);
        try_in(&world.nobody(), FARID).await.leads_to("/sign-in/code");
        assert!(has_step(&world, farid).await);
        world.seconds_later(1);
        // Not by a wrong passphrase, and not by a link for a new one.
        let fields = [("email", FARID), ("passphrase", "not it at all")];
        world.nobody().post("/sign-in", &fields).await.expect(422);
        assert!(has_step(&world, farid).await);
        try_in(&world.nobody(), FARID).await.leads_to("/sign-in/code");
        assert!(!has_step(&world, farid).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_does_it_for_themselves_for_a_family_or_in_another_area() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let anna = world.client(world.people.admin).await;
        let own = path(&world, world.people.admin, "");
        anna.post(&own, &[("why", "Mine")]).await.expect(422).says("Ask another administrator");
        world.give_app(world.people.husband).await;
        for rest in ["", "/agree", "/stop"] {
            anna.post(&path(&world, world.people.husband, rest), &[("why", HOW)]).await.expect(404);
        }
        // An administrator of another area, in which he has no post.
        let (area, nhs) = world.further_area().await;
        let mail = "far@furthervale.example";
        let far = world.colleague_of(nhs, "Fara Way", mail, Post::Administrator).await;
        let stranger = world.client(far).await;
        for rest in ["", "/agree", "/stop"] {
            stranger.post(&path(&world, farid, rest), &[("why", HOW)]).await.expect(404);
            let there = path(&world, farid, rest).replace(&world.place.area.to_string(), &area.to_string());
            stranger.post(&there, &[("why", HOW)]).await.expect(404);
        }
        assert!(world.letters_to(FARID).await.is_empty());
        // With a post there too, both areas have to agree.
        let given = domain::organisation::Event::PostGiven { account: farid, post: Post::Auditor };
        world.app.record_organisation(domain::Author::System, nhs, vec![given]).await.expect("a post");
        anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
        let other = world.client(omar).await;
        other.post(&path(&world, farid, "/agree"), &[("why", HOW)]).await.leads_to("/admin");
        the_next_day(&world, FARID).await;
        assert!(has_step(&world, farid).await, "two of one area are not enough for two areas");
        let there = path(&world, farid, "/agree").replace(&world.place.area.to_string(), &area.to_string());
        let stranger = world.client(far).await;
        // What somebody of one area typed is not for the other to read, nor who it was.
        let (page_here, page_there) =
            (path(&world, farid, ""), there.trim_end_matches("/second-step/agree").to_owned());
        let page = stranger.get(&page_there).await.expect(200).says("an administrator of another area");
        page.never_says(HOW).never_says("Anna").never_says("Omar");
        stranger.post(&there, &[("why", "I met him")]).await.leads_to("/admin");
        let anna = world.client(world.people.admin).await;
        let page = anna.get(page_here.trim_end_matches("/second-step")).await.expect(200).says(HOW);
        page.says("An administrator of another area agreed").never_says("I met him").never_says("Fara");
        try_in(&world.nobody(), FARID).await.leads_to("/sign-in/code");
        assert!(!has_step(&world, farid).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_is_none_any_more_does_not_count() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let (anna, other) = (world.client(world.people.admin).await, world.client(omar).await);
        anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
        other.post(&path(&world, farid, "/agree"), &[("why", HOW)]).await.leads_to("/admin");
        let ended = domain::organisation::Event::PostEnded { account: omar, post: Post::Administrator };
        let nhs = world.organisations.nhs;
        world.app.record_organisation(domain::Author::System, nhs, vec![ended]).await.expect("it ends");
        the_next_day(&world, FARID).await;
        assert!(has_step(&world, farid).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whose_post_ends_meanwhile_stops_nothing() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let anna = world.client(world.people.admin).await;
        anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
        // His request is on its way when his post ends.
        let before = world.actor(omar).await;
        let ended = domain::organisation::Event::PostEnded { account: omar, post: Post::Administrator };
        let nhs = world.organisations.nhs;
        world.app.record_organisation(domain::Author::System, nhs, vec![ended]).await.expect("it ends");
        let stopped = world.app.stop_colleagues_removal(&before, world.place.area, farid).await;
        assert!(matches!(stopped, Err(service::Error::Hidden)), "{stopped:?}");
        let reader = world.actor(world.people.admin).await;
        let asked = world.app.removal_of(&reader, world.place.area, farid).await.expect("it is read");
        assert!(asked.is_some(), "it stands as it did");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_somebody_who_left_or_is_closed_there_is_nothing_to_look_after() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let (area, nhs) = (world.place.area, world.organisations.nhs);
        let anna = world.client(world.people.admin).await;
        let reader = world.actor(world.people.admin).await;
        for leaver in [farid, omar] {
            anna.post(&path(&world, leaver, ""), &[("why", HOW)]).await.leads_to("/admin");
        }
        let close = format!("/admin/{area}/people/{farid}/close");
        anna.post(&close, &[("close-why", "A stolen laptop")]).await.leads_to("/admin");
        let ended = domain::organisation::Event::PostEnded { account: omar, post: Post::Administrator };
        world.app.record_organisation(domain::Author::System, nhs, vec![ended]).await.expect("it ends");
        for leaver in [farid, omar] {
            let asked = world.app.removal_of(&reader, area, leaver).await.expect("no fault");
            assert_eq!(asked, None);
            anna.get(&format!("/admin/{area}/people/{leaver}"))
                .await
                .expect(200)
                .never_says("lost their phone");
            for rest in ["", "/agree", "/stop"] {
                anna.post(&path(&world, leaver, rest), &[("why", HOW)]).await.expect(404);
            }
        }
        let never = world.app.removal_of(&reader, area, world.people.husband).await;
        assert!(matches!(never, Err(service::Error::Hidden)), "{never:?}");
    }
}

/// The same rule as for giving posts: a setting, and no other administrator.
#[tokio::test(flavor = "multi_thread")]
async fn a_charity_of_one_needs_a_setting_and_to_be_one() {
    for is_set in [true, false] {
        for (_, url) in testkit::databases::both() {
            let world = World::with(&url, |settings| settings.one_administrator = is_set).await;
            let farid = world.people.finance1;
            let anna = world.client(world.people.admin).await;
            anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
            try_in(&world.nobody(), FARID).await.leads_to("/sign-in/code");
            assert!(has_step(&world, farid).await, "not before a day");
            the_next_day(&world, FARID).await;
            assert!(has_step(&world, farid).await, "Bilal could agree");
            // With Bilal's post ended she is the only one; that counts after 14 days.
            let end = format!(
                "/admin/{}/people/{}/posts/{}/administrator",
                world.place.area, world.people.admin2, world.organisations.nhs
            );
            let anna = world.client(world.people.admin).await;
            anna.post(&end, &[]).await.expect(303);
            try_in(&world.nobody(), FARID).await.leads_to("/sign-in/code");
            assert!(has_step(&world, farid).await, "Bilal was one a moment ago");
            world.days_later(14);
            let anna = world.client(world.people.admin).await;
            anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
            the_next_day(&world, FARID).await;
            assert_eq!(has_step(&world, farid).await, !is_set);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_stops_it_in_one_press_or_by_having_it() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        for how in ["banner", "link", "half", "code", "proof", "administrator", "passphrase"] {
            world.days_later(2);
            let (anna, other) = (world.client(world.people.admin).await, world.client(omar).await);
            anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
            other.post(&path(&world, farid, "/agree"), &[("why", HOW)]).await.leads_to("/admin");
            let (own, half) = (world.client(farid).await, world.half(farid).await);
            own.get("/home").await.expect(200).says("Stop this");
            half.get("/sign-in/code/lost").await.expect(200).says("It is asked already");
            match how {
                "banner" => {
                    own.post("/account/removal/stop", &[]).await.leads_to("/account?done=stopped");
                    own.get("/account?done=stopped").await.expect(200).says("It is stopped");
                }
                "link" => {
                    let link = link(&world, FARID).await;
                    let nobody = world.nobody();
                    let page = nobody.get(&link).await.expect(200).says("Was it you?");
                    assert_eq!(page.headers["referrer-policy"], "no-referrer");
                    assert_eq!(page.select("main form").len(), 1, "with a post the letter agrees to nothing");
                    nobody.post(&link, &[("was-me", "yes")]).await.leads_to("/lost/");
                    nobody.post(&link, &[("was-me", "?")]).await.expect(404);
                    nobody.post(&link, &[("was-me", "no")]).await.leads_to("/lost/");
                    nobody.get(&format!("{link}?done=no")).await.expect(200).says("It is stopped");
                }
                "half" => {
                    half.post("/account/removal/stop", &[]).await.leads_to("/sign-in/code/lost");
                }
                "code" => {
                    half.post("/sign-in/code", &[("code", &code(&world))]).await.leads_to("/home");
                }
                "proof" => {
                    let fields = [("passphrase", PASSPHRASE), ("code", &code(&world))];
                    own.post("/account/prove", &fields).await.leads_to("/account");
                }
                "administrator" => {
                    other.post(&path(&world, farid, "/stop"), &[]).await.leads_to("/admin");
                }
                _ => {
                    let new = "a heron on the weir";
                    let fields = [("passphrase", new), ("passphrase-again", new)];
                    own.post("/account/passphrase", &fields).await.leads_to("/account");
                }
            }
            let own = world.client(farid).await;
            own.get("/home").await.expect(200).never_says("Stop this");
            if how != "passphrase" {
                the_next_day(&world, FARID).await;
            }
            assert!(has_step(&world, farid).await, "{how}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_asks_at_the_code_page() {
    for world in worlds().await {
        let (farid, omar) = (world.people.finance1, second_admin(&world).await);
        let half = world.nobody();
        try_in(&half, FARID).await.leads_to("/sign-in/code");
        half.get("/sign-in/code/lost").await.expect(200).says("Two administrators have to agree");
        for _ in 0..2 {
            half.post("/sign-in/code/lost", &[]).await.leads_to("/sign-in/code/lost");
        }
        let page = half.get("/sign-in/code/lost").await.expect(200).says("If you do not know who they are");
        page.says("It can be done from").says("it lapses, and you can ask again").never_says("Anna");
        // It rises where an administrator looks.
        let anna = world.client(world.people.admin).await;
        let home = anna.get("/home").await.expect(200).says("Colleagues who lost their second step");
        home.says("Farid").says("thing waits for you").never_says("Nothing waits for you now");
        let people = format!("/admin/{}/people", world.place.area);
        anna.get(&people).await.expect(200).says("Lost their second step");
        assert_eq!(world.letters_to(FARID).await.len(), 1, "asked once, told once");
        assert_eq!(world.letters_to("anna@mendipvale.example").await.len(), 1);
        the_next_day(&world, FARID).await;
        assert!(has_step(&world, farid).await, "asking alone takes nothing away");
        for who in [world.people.admin, omar] {
            let client = world.client(who).await;
            let page = client.get(path(&world, farid, "").trim_end_matches("/second-step")).await.expect(200);
            page.says("by themselves");
            client.post(&path(&world, farid, "/agree"), &[("why", HOW)]).await.leads_to("/admin");
        }
        let fresh = world.nobody();
        try_in(&fresh, FARID).await.leads_to("/sign-in/code");
        assert!(!has_step(&world, farid).await);
        let her = world.half(world.people.admin).await;
        her.get("/sign-in/code/lost").await.expect(200).says("phb add-administrator");
        // Whoever is whole, or nobody, does not ask there.
        let whole = world.client(world.people.finance2).await;
        whole.post("/sign-in/code/lost", &[]).await.leads_to("/home");
        // Asked and stopped again and again: a mailbox is not filled.
        let half = world.half(world.people.finance2).await;
        let mut refused = 0;
        for _ in 0..6 {
            let page = half.post("/sign-in/code/lost", &[]).await;
            refused += u32::from(page.status == 422 && page.main().contains("Wait a day"));
            half.post("/account/removal/stop", &[]).await.leads_to("/sign-in/code/lost");
        }
        assert_eq!(refused, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_does_it_with_passphrase_letter_and_a_day() {
    for world in worlds().await {
        let dee = world.people.dee;
        world.give_app(dee).await;
        let half = world.nobody();
        try_in(&half, "dee@mail.example").await.leads_to("/sign-in/code");
        half.get("/sign-in/code/lost").await.expect(200).says("We send you a letter");
        half.post("/sign-in/code/lost", &[]).await.leads_to("/sign-in/code/lost");
        assert_eq!(world.letters_to("anna@mendipvale.example").await.len(), 0, "no colleague hears of it");
        let letter = link(&world, "dee@mail.example").await;
        the_next_day(&world, "dee@mail.example").await;
        assert!(has_step(&world, dee).await, "not without the letter");
        let nobody = world.nobody();
        nobody.get("/lost/nonsense").await.expect(410);
        nobody.post("/lost/nonsense", &[("was-me", "yes")]).await.expect(410);
        nobody.get(&letter).await.expect(200).says("Yes, it was me");
        nobody.post(&letter, &[("was-me", "yes")]).await.leads_to("/lost/");
        nobody.get(&format!("{letter}?done=yes")).await.expect(200).says("You can still stop it here");
        let fresh = world.nobody();
        try_in(&fresh, "dee@mail.example").await.leads_to("/home");
        assert!(!has_step(&world, dee).await);
        fresh.get("/account").await.expect(200).says("Not set up");
        // A mailbox alone: a new passphrase by a letter, and then the same. It
        // has to wait for a week, and what was asked before is void.
        world.give_app(dee).await;
        let half = world.half(dee).await;
        half.post("/sign-in/code/lost", &[]).await.leads_to("/sign-in/code/lost");
        let letter = link(&world, "dee@mail.example").await;
        nobody.post(&letter, &[("was-me", "yes")]).await.leads_to("/lost/");
        nobody.post("/recover", &[("email", "dee@mail.example")]).await.expect(200);
        let recovery = link(&world, "dee@mail.example").await;
        assert!(recovery.starts_with("/recovery/"), "{recovery}");
        let new = "two blinks for no";
        let thief = world.nobody();
        let fields = [("passphrase", new), ("passphrase-again", new)];
        thief.post(&recovery, &fields).await.leads_to("/sign-in/code");
        thief.post("/sign-in/code/lost", &[]).await.expect(422).says("less than 7 days ago");
        world.days_later(2);
        let again = world.nobody();
        let fields = [("email", "dee@mail.example"), ("passphrase", new)];
        again.post("/sign-in", &fields).await.leads_to("/sign-in/code");
        assert!(has_step(&world, dee).await);
    }
}

/// Whoever helps somebody sees what is not theirs, and nobody administers them:
/// a passphrase and a mailbox alone do not do it, however long one waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_who_lost_it_leaves_the_circle_first() {
    for world in worlds().await {
        let case = world.case_at(Stage::Plan).await;
        let sam = world.people.broker;
        world.give_app(sam).await;
        let half = world.half(sam).await;
        half.post("/sign-in/code/lost", &[]).await.expect(422).says("take you out of their circle");
        let member = world.case(case).await.circle.member_of(sam).expect("he helps").id;
        let left = domain::case::circle::Event::MemberLeft { id: member, why: None };
        world.say(case, world.people.coordinator, left).await;
        half.post("/sign-in/code/lost", &[]).await.leads_to("/sign-in/code/lost");
        let letter = link(&world, "sam@planittogether.example").await;
        world.nobody().post(&letter, &[("was-me", "yes")]).await.leads_to("/lost/");
        // Asked before, and a place given meanwhile: it stays.
        let joined = domain::case::circle::Event::MemberJoined {
            id: domain::MemberId(world.app.id()),
            name: testkit::world::line("Sam Okoro"),
            relation: testkit::world::line("broker"),
            role: domain::case::CaseRole::Supporter,
            account: Some(sam),
            organisation: None,
        };
        world.say(case, world.people.coordinator, joined).await;
        the_next_day(&world, "sam@planittogether.example").await;
        assert!(has_step(&world, sam).await);
    }
}

/// The code is on its way while the removal takes effect: whichever is first,
/// a code of what was taken away opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_flight_while_it_is_taken_away() {
    for world in worlds().await {
        let omar = second_admin(&world).await;
        let (mut taken, mut stopped) = (0, 0);
        for _ in 0..6 {
            let farid = world.people.finance1;
            if !has_step(&world, farid).await {
                world.give_app(farid).await;
            }
            world.days_later(1);
            let (anna, other) = (world.client(world.people.admin).await, world.client(omar).await);
            anna.post(&path(&world, farid, ""), &[("why", HOW)]).await.leads_to("/admin");
            other.post(&path(&world, farid, "/agree"), &[("why", HOW)]).await.leads_to("/admin");
            world.days_later(1);
            let (half, fresh, open) = (world.half(farid).await, world.nobody(), world.client(farid).await);
            let right = code(&world);
            let typed = [("code", right.as_str())];
            let (_, entered) = tokio::join!(try_in(&fresh, FARID), half.post("/sign-in/code", &typed));
            let entered = entered.status == 303 && half.get("/account").await.status == 200;
            let gone = !has_step(&world, farid).await;
            assert!(entered != gone, "entered {entered}, gone {gone}");
            if gone {
                taken += 1;
                open.get("/account").await.leads_to("/sign-in");
                assert!(half.cookie(SESSION_COOKIE).is_none_or(|_| true));
                half.get("/home").await.leads_to("/sign-in");
            } else {
                stopped += 1;
                open.get("/home").await.expect(200).never_says("Stop this");
            }
        }
        assert_eq!(taken + stopped, 6);
    }
}
