//! Posts, on both databases: how somebody comes to one and loses it, who has
//! to agree, and what nobody learns or does alone.

#[path = "posts/closed.rs"]
mod closed;

use domain::access::{Kind, Post};
use domain::duties::Together;
use domain::{AccountId, AreaId, OrganisationId};
use strum::VariantArray;
use testkit::{Client, World, databases};

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

/// Proposes somebody for a post and gives the address of the proposal.
async fn propose(
    world: &World,
    admin: &Client,
    (area, organisation): (AreaId, OrganisationId),
    (name, email): (&str, &str),
    post: Post,
) -> String {
    let (key, organisation) = (world.app.id().to_string(), organisation.to_string());
    let fields = [
        ("key", key.as_str()),
        ("name", name),
        ("email", email),
        ("organisation", organisation.as_str()),
        ("post", post.into_str()),
    ];
    let base = format!("/admin/{area}/people");
    admin.post(&format!("{base}/invite"), &fields).await.leads_to(&format!("{base}?done=proposed"));
    format!("{base}/proposals/{key}")
}

fn here(world: &World) -> (AreaId, OrganisationId) {
    (world.place.area, world.organisations.nhs)
}

/// The newest letter to an address.
async fn letter_to(world: &World, email: &str) -> Option<String> {
    let letters = world.app.latest_letters(1_000).await.expect("letters");
    letters.into_iter().find(|letter| letter.to_address == email).map(|letter| letter.body)
}

/// Somebody who was offered a post says yes or no on their own page.
async fn answers(world: &World, account: AccountId, yes: bool) {
    let client = world.client(account).await;
    let page = client.get("/home").await.expect(200).says("You are offered a post");
    let page = page.says("offers it to you").says("If you do nothing, it lapses then");
    let looks = page.attributes("main .nhsuk-inset-text button", "class");
    assert_ne!(looks[0], looks[1], "yes and no look different");
    let word = if yes { "/accept" } else { "/decline" };
    let forms = page.attributes("main form", "action");
    let to = forms.iter().find(|to| to.ends_with(word)).expect("a form");
    client.post(to, &[]).await.leads_to("/home");
}

async fn posts_of(world: &World, account: AccountId) -> Vec<Post> {
    world.actor(account).await.posts.iter().map(|p| p.post).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_takes_two_administrators_and_the_persons_own_yes() {
    for world in worlds().await {
        let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
        let noor = "noor@mendipvale.example";
        anna.get(&format!("/admin/{}/people", world.place.area))
            .await
            .never_says("Posts that should be apart");
        let at = propose(&world, &anna, here(&world), ("Noor Ali", noor), Post::Finance).await;
        assert_eq!(letter_to(&world, noor).await, None, "nobody hears of a proposal but administrators");
        let told = letter_to(&world, "bilal@mendipvale.example").await.expect("the other one is told");
        assert!(told.contains("/people") && !told.contains("Noor"), "{told}");
        bilal
            .get("/home")
            .await
            .expect(200)
            .says("Posts that wait for a second administrator")
            .says("Noor Ali")
            .says("Lapses on")
            .says("thing waits for you")
            .never_says("Nothing waits for you now");
        // Whoever proposed it does not confirm it, and what is not confirmed is not sent.
        anna.post(&format!("{at}/confirm"), &[]).await.expect(403).says("a second administrator");
        anna.post(&format!("{at}/again"), &[]).await.expect(422).says("not confirmed yet");
        bilal.post(&format!("{at}/take-back"), &[]).await.expect(403);
        assert_eq!(letter_to(&world, noor).await, None);
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        let account = world.app.account_of(noor).await.expect("read").expect("an account");
        assert_eq!(posts_of(&world, account).await, [], "an offer opens nothing");
        let link = world.link_in_letter(Some(noor)).await;
        let fresh = world.nobody();
        let words = "a heron on the weir";
        let fields = [("passphrase", words), ("passphrase-again", words)];
        fresh.post(&link, &fields).await.leads_to("/home");
        fresh.get("/finance").await.expect(404);
        answers(&world, account, true).await;
        assert_eq!(posts_of(&world, account).await, [Post::Finance]);
        // From now on a code is asked for.
        fresh.get("/finance").await.leads_to("/sign-in/code");
        let told = letter_to(&world, "anna@mendipvale.example").await.expect("she is told");
        assert!(told.contains("taken up a post"), "{told}");
        anna.get(&format!("/admin/{}/people/{account}", world.place.area)).await.expect(200).says("Noor Ali");
        anna.get(&at).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_turned_down_taken_back_declined_or_too_old_gives_nothing() {
    for world in worlds().await {
        let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
        let norman = ("Norman Stray", "norman@mail.example");
        let at = propose(&world, &anna, here(&world), norman, Post::Finance).await;
        bilal.post(&format!("{at}/turn-down"), &[("why", "")]).await.expect(422).says("Enter why not");
        bilal.post(&format!("{at}/turn-down"), &[("why", "I do not know him")]).await.leads_to("/admin");
        // Whoever proposed it reads who said no, and why.
        let people = format!("/admin/{}/people", world.place.area);
        let read = anna.get(&people).await.expect(200).says("Answered with no in the last 14 days");
        read.says("I do not know him").says(&world.actor(world.people.admin2).await.name);
        for gone in ["confirm", "turn-down", "take-back", "again"] {
            let page = bilal.post(&format!("{at}/{gone}"), &[("why", "x")]).await;
            assert!([404, 409].contains(&page.status.as_u16()), "{gone} {}", page.status);
        }
        let at = propose(&world, &anna, here(&world), norman, Post::Finance).await;
        anna.post(&format!("{at}/take-back"), &[]).await.leads_to("/admin");
        bilal.post(&format!("{at}/confirm"), &[]).await.expect(404);
        let at = propose(&world, &anna, here(&world), norman, Post::Finance).await;
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        let letter = letter_to(&world, "norman@mail.example").await.expect("he is written to");
        assert!(letter.starts_with("You are offered a post"), "{letter}");
        answers(&world, world.people.stranger, false).await;
        anna.get(&people).await.expect(200).says("They themselves");
        let at = propose(&world, &anna, here(&world), norman, Post::Finance).await;
        world.days_later(14);
        let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
        bilal.post(&format!("{at}/confirm"), &[]).await.expect(409).says("14 days");
        anna.get(&people).await.expect(200).never_says("Answered with no");
        let at = propose(&world, &anna, here(&world), norman, Post::Finance).await;
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        let offer = at.rsplit('/').next().expect("an id").to_owned();
        let dee = world.client(world.people.dee).await;
        dee.post(&format!("/home/posts/{offer}/accept"), &[]).await.expect(404);
        world.days_later(15);
        let stranger = world.client(world.people.stranger).await;
        stranger.get("/home").await.never_says("You are offered");
        stranger.post(&format!("/home/posts/{offer}/accept"), &[]).await.expect(409);
        assert_eq!(posts_of(&world, world.people.stranger).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_another_area_learns_nothing_and_reaches_nobody() {
    for world in worlds().await {
        let (area, otto) = world.other_area("Other Vale", "otto@othervale.example").await;
        world
            .app
            .add_administrator(
                &testkit::world::line("Other Vale"),
                &testkit::world::line("Pia Lund"),
                &"pia@othervale.example".parse().expect("an address"),
            )
            .await
            .expect("a second one");
        let organisation = {
            let otto = world.actor(otto).await;
            otto.posts[0].organisation
        };
        let pia = world.app.account_of("pia@othervale.example").await.expect("read").expect("an account");
        let (otto, pia) = (world.client(otto).await, world.client(pia).await);
        // A colleague elsewhere, somebody's family, and an address that nobody has.
        let mut seen = vec![];
        for email in ["farid@mendipvale.example", "martin@mail.example", "nobody@mail.example"] {
            let at = propose(&world, &otto, (area, organisation), ("Typed Name", email), Post::Finance).await;
            let key = at.rsplit('/').next().expect("a key").to_owned();
            let mut shown = vec![];
            let clean = |page: testkit::Page| {
                page.expect(200)
                    .never_says("Farid")
                    .never_says("Khan")
                    .never_says("Martin")
                    .never_says("Hale")
                    .main()
                    .replace(&key, "KEY")
                    .replace(email, "EMAIL")
            };
            shown.push(clean(otto.get(&at).await));
            shown.push(clean(otto.get(&format!("/admin/{area}/people")).await));
            pia.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
            for client in [&otto, &pia] {
                shown.push(clean(client.get(&at).await));
            }
            otto.post(&format!("{at}/again"), &[]).await.leads_to(&at);
            shown.push(clean(otto.get(&at).await));
            shown.push(clean(otto.get(&format!("/admin/{area}/people")).await));
            otto.post(&format!("{at}/take-back"), &[]).await.leads_to("/admin");
            seen.push(shown);
        }
        assert_eq!(seen[0], seen[2], "a colleague elsewhere looks like nobody");
        assert_eq!(seen[1], seen[2], "family looks like nobody");
        // Nothing that concerns them is reached: not by their id either.
        for account in [world.people.finance1, world.people.husband] {
            let live = world.client(account).await;
            let base = format!("/admin/{area}/people/{account}");
            for get in ["", "/hand-over", &format!("/posts/{organisation}/finance")] {
                otto.get(&format!("{base}{get}")).await.expect(404);
            }
            let nhs = format!("/posts/{}/finance", world.organisations.nhs);
            for post in [
                "/close",
                "/end-sessions",
                "/invite-again",
                "/second-step",
                "/reopen",
                "/reopen/confirm",
                "/hand-over",
                &nhs,
            ] {
                let fields = [("why", "x"), ("close-why", "x"), ("sessions-why", "x"), ("reopen-why", "x")];
                otto.post(&format!("{base}{post}"), &fields).await.expect(404);
            }
            live.get("/account").await.expect(200);
        }
        // Once Farid has said yes, they see him; what is not theirs stays closed.
        let at = propose(
            &world,
            &otto,
            (area, organisation),
            ("Typed Name", "farid@mendipvale.example"),
            Post::Finance,
        )
        .await;
        pia.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        answers(&world, world.people.finance1, true).await;
        let base = format!("/admin/{area}/people/{}", world.people.finance1);
        otto.get(&base).await.expect(200).says("Farid Khan").never_says("NHS Mendip Vale");
        otto.post(&format!("{base}/close"), &[("close-why", "x")])
            .await
            .expect(422)
            .says("not yours to look after");
        otto.post(&format!("{base}/posts/{}/finance", world.organisations.nhs), &[]).await.expect(404);
        otto.post(&format!("{base}/posts/{organisation}/finance"), &[]).await.leads_to(&base);
        assert_eq!(posts_of(&world, world.people.finance1).await, [Post::Finance], "the one at home stays");
    }
}

/// One administrator with mailboxes of their own: none of them opens.
#[tokio::test(flavor = "multi_thread")]
async fn one_administrator_alone_gives_no_post_unless_every_page_says_so() {
    for is_enough in [false, true] {
        for (_, url) in databases::both() {
            let world = World::with(&url, |settings| settings.one_administrator = is_enough).await;
            let (area, otto) = world.other_area("Small Charity", "otto@charity.example").await;
            let organisation = world.actor(otto).await.posts[0].organisation;
            let client = world.client(otto).await;
            let page = client.get(&format!("/admin/{area}/people/invite")).await.expect(200);
            page.says(if is_enough { "one is enough" } else { "phb add-administrator" });
            for (mailbox, post) in [("one@otto.example", Post::Finance), ("two@otto.example", Post::Auditor)]
            {
                let at = propose(&world, &client, (area, organisation), ("Me", mailbox), post).await;
                assert_eq!(letter_to(&world, mailbox).await.is_some(), is_enough, "{mailbox}");
                if !is_enough {
                    client.post(&format!("{at}/confirm"), &[]).await.expect(403);
                    assert_eq!(letter_to(&world, mailbox).await, None);
                }
            }
            let (key, body) = (world.app.id().to_string(), organisation.to_string());
            let third = [
                ("key", key.as_str()),
                ("name", "Me"),
                ("email", "three@otto.example"),
                ("organisation", body.as_str()),
                ("post", "finance"),
            ];
            let base = format!("/admin/{area}/people");
            let done = if is_enough { "proposed-offered" } else { "proposed-alone" };
            client.post(&format!("{base}/invite"), &third).await.leads_to(&format!("{base}?done={done}"));
            let said = client.get(&format!("{base}?done={done}")).await.expect(200);
            said.says(if is_enough { "They have been written to" } else { "phb add-administrator" })
                .never_says("A second administrator has been told");
            // Nobody who finds her screen gives a post by it, and what was typed is kept.
            let found = world.unproven(otto).await;
            let key = world.app.id().to_string();
            let stolen: Vec<_> =
                third.iter().map(|(n, v)| (*n, if *n == "key" { &key } else { *v })).collect();
            let asked = found.post(&format!("{base}/invite"), &stolen).await.expect(401);
            asked.says("Show that it is you").never_says("one is enough");
            assert!(found.get(&format!("{base}/proposals/{key}")).await.status == 404, "nothing is proposed");
            // Where there are two, two it takes, whatever is set.
            let anna = world.client(world.people.admin).await;
            propose(&world, &anna, here(&world), ("Noor", "noor@mendipvale.example"), Post::Finance).await;
            assert_eq!(letter_to(&world, "noor@mendipvale.example").await, None);
            let says = "one administrator can give posts alone";
            for (client, path) in [
                (&client, "/home"),
                (&client, "/account"),
                (&world.nobody(), "/"),
                (&world.nobody(), "/nowhere"),
            ] {
                let page = client.get(path).await;
                assert_eq!(page.html.contains(says), is_enough, "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_that_do_not_go_together_are_refused_at_every_step() {
    for world in worlds().await {
        let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
        let invite = format!("/admin/{}/people/invite", world.place.area);
        let (nhs, council) = (world.organisations.nhs.to_string(), world.organisations.council.to_string());
        let third = world.organisations.third_party.to_string();
        let everyone = [
            ("farid@mendipvale.example", Post::Finance),
            ("carys@mendipvale.example", Post::Commissioner),
            ("jo@mendipvale.example", Post::Practitioner),
            ("uma@mendipvale.example", Post::Auditor),
            ("tess@valesupported.example", Post::ThirdParty),
            ("olu@mendipvale.example", Post::FrameworkOwner),
            ("bilal@mendipvale.example", Post::Administrator),
        ];
        for (email, held) in everyone {
            for post in Post::VARIANTS.iter().copied().filter(|post| *post != held) {
                // In the other body it is no different, where it has such a post.
                for (body, kind) in
                    [(&nhs, Kind::NhsBody), (&council, Kind::Council), (&third, Kind::ThirdParty)]
                {
                    let key = world.app.id().to_string();
                    let fields = [
                        ("key", key.as_str()),
                        ("name", "N"),
                        ("email", email),
                        ("organisation", body),
                        ("post", post.into_str()),
                    ];
                    let page = anna.post(&invite, &fields).await;
                    if !kind.has(post) {
                        page.expect(422).says("There is no such post in this organisation");
                        continue;
                    }
                    let apart = domain::duties::why_apart(held, post);
                    match apart {
                        Some(why) => drop(page.expect(422).says(why)),
                        None => {
                            page.expect(303);
                            let at = format!("/admin/{}/people/proposals/{key}/take-back", world.place.area);
                            anna.post(&at, &[]).await.expect(303);
                        }
                    }
                }
            }
        }
        // Given meanwhile by another way, it is refused when it is confirmed, and when it is accepted.
        let norman = ("Norman", "norman@mail.example");
        let one = propose(&world, &anna, here(&world), norman, Post::Finance).await;
        world.give_post(world.organisations.nhs, world.people.stranger, Post::Commissioner).await;
        bilal.post(&format!("{one}/confirm"), &[]).await.expect(422).says("nobody both decides and pays");
        anna.post(&format!("{one}/take-back"), &[]).await.expect(303);
        let tim = ("Tim", "tim@mail.example");
        let one = propose(&world, &anna, here(&world), tim, Post::Finance).await;
        bilal.post(&format!("{one}/confirm"), &[]).await.expect(303);
        world.give_post(world.organisations.nhs, world.people.tim, Post::Commissioner).await;
        let offer = one.rsplit('/').next().expect("an id");
        let page =
            world.client(world.people.tim).await.post(&format!("/home/posts/{offer}/accept"), &[]).await;
        page.expect(409).says("one person does not have both");
        // Those who hold such a pair from before are named to those who read.
        world.give_post(world.organisations.nhs, world.people.stranger, Post::Finance).await;
        for reader in [world.people.admin, world.people.auditor] {
            let page = world.client(reader).await.get(&format!("/admin/{}/people", world.place.area)).await;
            page.expect(200)
                .says("Posts that should be apart")
                .says("Norman Stray : Commissioner and Finance");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_lets_one_person_have_a_named_pair() {
    let pair = "finance+commissioner".parse().expect("a pair");
    let url = databases::sqlite_url();
    let world = World::with(&url, |settings| settings.posts_together = Together(vec![pair])).await;
    let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
    let carys = ("Carys", "carys@mendipvale.example");
    let at = propose(&world, &anna, here(&world), carys, Post::Finance).await;
    bilal.post(&format!("{at}/confirm"), &[]).await.expect(303);
    answers(&world, world.people.commissioner, true).await;
    assert_eq!(posts_of(&world, world.people.commissioner).await.len(), 2);
    anna.get(&format!("/admin/{}/people", world.place.area)).await.never_says("Posts that should be apart");
}

/// The command on the machine itself is the way in where nobody can confirm.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_adds_an_administrator_and_the_others_are_told() {
    use testkit::world::line;
    for world in worlds().await {
        let (area, name) = (line("Mendip Vale"), line("Somebody"));
        let add = |email: &str| {
            let (app, area, name, email) =
                (world.app.clone(), area.clone(), name.clone(), email.parse().expect("an address"));
            async move { app.add_administrator(&area, &name, &email).await }
        };
        let link = add("third@mendipvale.example").await.expect("it is added").expect("a link");
        assert!(link.contains("/invitation/"), "{link}");
        for told in ["anna@mendipvale.example", "bilal@mendipvale.example"] {
            let letter = letter_to(&world, told).await.expect("they are told");
            assert!(letter.contains("taken up a post"), "{letter}");
        }
        let no = add("farid@mendipvale.example").await.expect_err("he pays").to_string();
        assert!(no.contains("one of them"), "{no}");
        let anna = world.client(world.people.admin).await;
        let pia = ("Pia", "pia@mendipvale.example");
        propose(&world, &anna, here(&world), pia, Post::Finance).await;
        let no = add(pia.1).await.expect_err("she is to pay").to_string();
        assert!(no.contains("one of them") || no.contains("are to have it"), "{no}");
        let bilal = format!("/admin/{}/people/{}/close", world.place.area, world.people.admin2);
        anna.post(&bilal, &[("close-why", "Left")]).await.expect(303);
        let no = add("bilal@mendipvale.example").await.expect_err("it is closed").to_string();
        assert!(no.contains("closed"), "{no}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_end_each_other_at_once() {
    for world in worlds().await {
        let (anna, bilal) = (world.people.admin, world.people.admin2);
        let of = (world.organisations.nhs, Post::Administrator);
        for round in 0..20 {
            let (a, b) = (world.actor(anna).await, world.actor(bilal).await);
            let (one, two) = (world.app.clone(), world.app.clone());
            let area = world.place.area;
            let one =
                tokio::spawn(
                    async move { one.end_post(&a, area, bilal, of, Default::default()).await.is_ok() },
                );
            let two =
                tokio::spawn(
                    async move { two.end_post(&b, area, anna, of, Default::default()).await.is_ok() },
                );
            let (one, two) = (one.await.expect("it ends"), two.await.expect("it ends"));
            assert!(one != two, "round {round}: {one} {two}");
            let left = [anna, bilal].map(|who| (who, world.actor(who)));
            let mut standing = 0;
            for (who, actor) in left {
                if actor.await.has_post(area, Post::Administrator) {
                    standing += 1;
                } else {
                    world.give_post(of.0, who, of.1).await;
                }
            }
            assert_eq!(standing, 1, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_given_in_the_same_second_as_the_post_ends() {
    use domain::case::circle::{CaseRole, NewMember};
    for world in worlds().await {
        let (p, nhs, area) = (world.people, world.organisations.nhs, world.place.area);
        let (mut given, mut ended) = (0, 0);
        for round in 0..20 {
            let case = world.other_case().await;
            let (jo, anna) = (world.actor(p.coordinator).await, world.actor(p.admin).await);
            let new = NewMember {
                id: domain::MemberId(world.app.id()),
                name: testkit::world::line("Priya Nair"),
                relation: testkit::world::line("nurse"),
                role: CaseRole::Clinician,
                account: Some(p.nurse),
                organisation: None,
                speaks: None,
            };
            let (one, two) = (world.app.clone(), world.app.clone());
            let seat = async move { one.add_member(&jo, case, new).await.is_ok() };
            let end = async move {
                two.end_post(&anna, area, p.nurse, (nhs, Post::Practitioner), Default::default())
                    .await
                    .is_ok()
            };
            let (seat, end) = if round % 2 == 0 {
                let (seat, end) = (tokio::spawn(seat), tokio::spawn(end));
                (seat.await.expect("it ends"), end.await.expect("it ends"))
            } else {
                let (end, seat) = (tokio::spawn(end), tokio::spawn(seat));
                (seat.await.expect("it ends"), end.await.expect("it ends"))
            };
            assert!(seat != end, "round {round}: a seat {seat} and an end {end}");
            (given, ended) = (given + usize::from(seat), ended + usize::from(end));
            let state = world.case(case).await;
            let has_seat = state.circle.roles_of(p.nurse).any(CaseRole::is_of_a_body);
            assert_eq!(has_seat, seat, "round {round}");
            if end {
                world.give_post(nhs, p.nurse, Post::Practitioner).await;
            } else {
                let id = state.circle.member_of(p.nurse).expect("she is in it").id;
                let (jo, why) = (world.actor(p.coordinator).await, testkit::world::prose("Another round"));
                world.app.leave_circle(&jo, case, id, why).await.expect("she leaves");
            }
        }
        assert_eq!(given + ended, 20);
    }
}

/// Counts the letters to an address.
async fn letters_to(world: &World, email: &str) -> usize {
    world.letters_to(email).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_written_to_again_within_an_hour() {
    for world in worlds().await {
        let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
        let noor = "noor@mendipvale.example";
        let at = propose(&world, &anna, here(&world), ("Noor Ali", noor), Post::Finance).await;
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        let again = format!("{at}/again");
        anna.post(&again, &[]).await.leads_to(&at);
        for _ in 0..5 {
            for admin in [&anna, &bilal] {
                admin.post(&again, &[]).await.expect(422).says("We wrote to them less than an hour ago");
            }
        }
        assert_eq!(letters_to(&world, noor).await, 2, "the offer, and once again");
        world.seconds_later(60 * 60 - 1);
        let anna = world.client(world.people.admin).await;
        anna.post(&again, &[]).await.expect(422);
        world.seconds_later(1);
        anna.post(&again, &[]).await.leads_to(&at);
        assert_eq!(letters_to(&world, noor).await, 3);
        // The same for somebody who has a post and no sign-in.
        let account = world.app.account_of(noor).await.expect("read").expect("an account");
        world.give_post(world.organisations.nhs, account, Post::Auditor).await;
        let page = format!("/admin/{}/people/{account}", world.place.area);
        anna.post(&format!("{page}/invite-again"), &[]).await.leads_to(&page);
        for _ in 0..3 {
            let again = anna.post(&format!("{page}/invite-again"), &[]).await;
            again.expect(422).says("less than an hour ago");
        }
        assert_eq!(letters_to(&world, noor).await, 4);
    }
}

/// Whoever ends or closes the other one is not alone by that.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_was_got_rid_of_still_counts_for_14_days() {
    for (how, word) in [("end", ""), ("close", "close")] {
        for (_, url) in databases::both() {
            let world = World::with(&url, |settings| settings.one_administrator = true).await;
            let p = world.people;
            let anna = world.client(p.admin).await;
            let bilal = format!("/admin/{}/people/{}", world.place.area, p.admin2);
            if word.is_empty() {
                let end = format!("{bilal}/posts/{}/administrator", world.organisations.nhs);
                anna.post(&end, &[]).await.leads_to(&bilal);
            } else {
                anna.post(&format!("{bilal}/close"), &[("close-why", "Left")]).await.leads_to(&bilal);
                anna.post(&format!("{bilal}/reopen"), &[("reopen-why", "Back")]).await.leads_to(&bilal);
                let reader = world.actor(p.admin).await;
                let he = world.app.colleague(&reader, world.place.area, p.admin2).await.expect("he is there");
                assert!(he.closed.is_some(), "she cannot open it again alone either");
            }
            let mailbox = "own@anna.example";
            propose(&world, &anna, here(&world), ("Me", mailbox), Post::Finance).await;
            assert_eq!(letter_to(&world, mailbox).await, None, "{how}: alone by getting rid of Bilal");
            let page = anna.get(&format!("/admin/{}/people/invite", world.place.area)).await.expect(200);
            page.says("for 14 days").never_says("We write to them at once");
            world.days_later(14);
            let anna = world.client(p.admin).await;
            propose(&world, &anna, here(&world), ("Noor", "noor@mail.example"), Post::Finance).await;
            assert!(letter_to(&world, "noor@mail.example").await.is_some(), "{how}: now she is the only one");
        }
    }
}

/// A name that somebody of another area typed is nobody's name here.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_planted_by_another_area_does_not_stay() {
    for world in worlds().await {
        let (area, otto) = world.other_area("Other Vale", "otto@othervale.example").await;
        let organisation = world.actor(otto).await.posts[0].organisation;
        let otto = world.client(otto).await;
        let noor = "noor@mendipvale.example";
        let planted = ("Planted Name", noor);
        let at = propose(&world, &otto, (area, organisation), planted, Post::Finance).await;
        otto.post(&format!("{at}/take-back"), &[]).await.leads_to("/admin");
        // Proposed here under her name, and confirmed: that is her name.
        let (anna, bilal) = (world.client(world.people.admin).await, world.client(world.people.admin2).await);
        let at = propose(&world, &anna, here(&world), ("Noor Ali", noor), Post::Finance).await;
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        let account = world.app.account_of(noor).await.expect("read").expect("an account");
        let named = || async { world.app.named(account).await.expect("read").expect("somebody").name };
        assert_eq!(named().await, "Noor Ali");
        let link = world.link_in_letter(Some(noor)).await;
        let fresh = world.nobody();
        let page = fresh.get(&link).await.expect(200).says("Noor Ali").never_says("Planted");
        assert!(page.html.contains("value=\"Noor Ali\""), "{}", page.html);
        // A later one of there, not confirmed, changes nothing.
        propose(&world, &otto, (area, organisation), planted, Post::Auditor).await;
        assert_eq!(named().await, "Noor Ali");
        // She puts it right herself, and it is kept as she typed it.
        let words = "a heron on the weir";
        let fields =
            |name: &'static str| [("name", name), ("passphrase", words), ("passphrase-again", words)];
        fresh.post(&link, &fields(" ")).await.expect(422).says("Enter your name");
        fresh.post(&link, &fields("Noor McAli-Dale")).await.leads_to("/home");
        assert_eq!(named().await, "Noor McAli-Dale");
        answers(&world, account, true).await;
        let page = anna.get(&format!("/admin/{}/people", world.place.area)).await.expect(200);
        page.says("Noor McAli-Dale").never_says("Planted");
        // Whoever has set up a sign-in is renamed by nobody.
        let wrong = ("Wrong Name", "norman@mail.example");
        let at = propose(&world, &anna, here(&world), wrong, Post::Practitioner).await;
        bilal.post(&format!("{at}/confirm"), &[]).await.leads_to(&at);
        let norman = world.app.named(world.people.stranger).await.expect("read").expect("somebody");
        assert_eq!(norman.name, "Norman Stray");
    }
}
