//! How somebody of a circle signs in, once they were let in: what one colleague
//! gave alone and left behind, invitations that go out again, and addresses
//! that were not right.

use super::{KEY, member, says};
use domain::access::Post;
use domain::case::circle::CaseRole;
use domain::{AccountId, CaseId};
use testkit::stages::Stage;
use testkit::{World, databases};

const SUE: &str = "sue@mail.example";
const RIGHT: &str = "sue.ray@mail.example";
const KNOWS: [(&str, &str); 4] = [
    ("kept-seen", "I rang the number in the notes."),
    ("kept-on-day", "1"),
    ("kept-on-month", "3"),
    ("kept-on-year", "2026"),
];

/// Jo alone lets a family carer in, with an address that she typed.
async fn sue(world: &World, case: CaseId) -> AccountId {
    let jo = world.client(world.people.coordinator).await;
    let path = format!("/cases/{case}/people");
    let new = [("key", KEY), ("role", "family-carer"), ("name", "Sue Ray"), ("relation", "aunt")];
    jo.post(&path, &new).await.leads_to(&format!("{path}?done=joined"));
    let invited = jo.post(&format!("{path}/{KEY}/invite"), &[("email", SUE)]).await;
    invited.leads_to(&format!("{path}?done=invited"));
    world.app.account_of(SUE).await.expect("read").expect("an account")
}

/// Jo's post ends, and Norman goes on.
async fn jo_leaves(world: &World) -> AccountId {
    let p = world.people;
    world.give_post(world.organisations.nhs, p.stranger, Post::Practitioner).await;
    let anna = world.client(p.admin).await;
    let base = format!("/admin/{}/people/{}", world.place.area, p.coordinator);
    let end = format!("{base}/posts/{}/practitioner", world.organisations.nhs);
    let page = anna.get(&end).await.expect(200);
    page.says("1 sign-in that they alone gave to families or supporters")
        .never_says("Sue")
        .never_says("Alice");
    let to = p.stranger.to_string();
    anna.post(&end, &[("to-care-coordinator", &to)]).await.leads_to(&base);
    p.stranger
}

/// What administrators read of what Jo left.
async fn left(world: &World) -> bool {
    let anna = world.client(world.people.admin).await;
    let page = anna.get(&format!("/admin/{}/people", world.place.area)).await.expect(200);
    let home = anna.get("/home").await.expect(200);
    let says = |page: &testkit::Page| page.main().contains("Jo Field : 1");
    assert_eq!(says(&page), says(&home));
    page.never_says("Sue").never_says("Alice");
    says(&home)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_leaver_let_in_alone_is_kept_or_ended_by_somebody_else() {
    for (name, url) in databases::both() {
        for keeps in [true, false] {
            let url = if keeps { url.clone() } else { fresh(name) };
            let world = World::new(&url).await;
            let p = world.people;
            let case = world.case_at(Stage::Plan).await;
            let mailbox = sue(&world, case).await;
            let path = format!("/cases/{case}/people/{KEY}");
            let norman = world.client(jo_leaves(&world).await).await;
            // It goes on, and nobody who sees the circle overlooks it.
            let hers = world.client(mailbox).await;
            hers.get(&format!("/cases/{case}")).await.expect(200);
            says(norman.get(&format!("/cases/{case}/people")).await, 200, "To be looked at");
            norman
                .get("/home")
                .await
                .expect(200)
                .says("Look at how Sue Ray signs in: Jo Field alone set it up");
            assert!(left(&world).await, "{name}: administrators see the number");
            let anna = world.client(p.admin).await;
            let left_page = format!("/admin/{}/people/{}/hand-over", world.place.area, p.coordinator);
            let page = anna.get(&left_page).await.expect(200).says("nothing for you to hand over");
            page.says("keep or end each one");
            anna.post(&left_page, &[]).await.expect(422).says("nothing for you to hand over");
            // Not by whom it is about, nor family, a broker or a stranger.
            for (who, status) in
                [(mailbox, 403), (p.husband, 403), (p.broker, 403), (p.dee, 404), (p.coordinator, 404)]
            {
                let client = world.client(who).await;
                client.post(&format!("{path}/sign-in-stays"), &KNOWS).await.expect(status);
                client.post(&format!("{path}/sign-in-ends"), &[("no-more-why", "x")]).await.expect(status);
            }
            // Alice is asked where she looks first.
            let alice = world.client(p.alice).await;
            alice
                .get(&format!("/cases/{case}"))
                .await
                .expect(200)
                .says("Is it right that Sue Ray signs in here?");
            if keeps {
                let stays = format!("{path}/sign-in-stays");
                let page = says(norman.post(&stays, &[]).await, 422, "Enter how you know that it is right");
                page.says("It is right, they go on");
                norman.post(&stays, &KNOWS).await.leads_to(&format!("/cases/{case}/people?done=kept"));
                norman.post(&stays, &KNOWS).await.leads_to(&format!("/cases/{case}/people?done=kept"));
                hers.get(&format!("/cases/{case}")).await.expect(200);
                let history = hers.get(&format!("/cases/{case}/history")).await.expect(200);
                history.says("It was checked how Sue Ray signs in").says("I rang the number");
            } else {
                // One press is enough for the person.
                let ends = format!("{path}/sign-in-ends");
                alice.post(&ends, &[]).await.leads_to(&format!("/cases/{case}/people?done=no-more"));
                hers.get(&format!("/cases/{case}")).await.expect(404);
                assert!(world.case(case).await.circle.present().any(|m| m.name.as_str() == "Sue Ray"));
                assert_eq!(world.link_that_works(Some(SUE)).await, None, "{name}: its link is dead");
                let looks = alice.get(&format!("/cases/{case}/looks")).await.expect(200);
                looks.says("Sue Ray").says("aunt");
            }
            assert!(!left(&world).await, "{name}");
            norman.get("/home").await.expect(200).never_says("Look at how");
            norman.get(&format!("/cases/{case}/people")).await.expect(200).never_says("To be looked at");
        }
    }
}

/// How Jo goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goes {
    /// Her post ends at once, and nobody takes over.
    Now,
    /// Her account is closed, and nobody takes over.
    Closed,
    HandedOver,
    /// Her post ended before anybody was asked in that step.
    Before,
}

async fn goes(world: &World, how: Goes) {
    let (jo, nhs) = (world.people.coordinator, world.organisations.nhs);
    let anna = world.client(world.people.admin).await;
    let base = format!("/admin/{}/people/{jo}", world.place.area);
    match how {
        Goes::Now => {
            let end = format!("{base}/posts/{nhs}/practitioner");
            anna.post(&end, &[("now", "yes")]).await.leads_to(&base);
        }
        Goes::Closed => {
            anna.post(&format!("{base}/close"), &[("close-why", "She has left")]).await.leads_to(&base);
        }
        Goes::HandedOver => drop(jo_leaves(world).await),
        Goes::Before => {
            let ended = domain::organisation::Event::PostEnded { account: jo, post: Post::Practitioner };
            world.app.record_organisation(domain::Author::System, nhs, vec![ended]).await.expect("recorded");
            world.days_later(1);
            world.app.work_once(None).await.expect("background work");
        }
    }
}

/// However she goes, and whether or not anybody has her seat: they are asked
/// about from that step on.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_works_with_the_person_is_asked_however_a_leaver_goes() {
    for (name, _) in databases::both() {
        for how in [Goes::Now, Goes::Closed, Goes::HandedOver, Goes::Before] {
            let world = World::new(&fresh(name)).await;
            let p = world.people;
            let case = world.case_at(Stage::Plan).await;
            let mailbox = sue(&world, case).await;
            let path = format!("/cases/{case}/people");
            let said = "Look at how Sue Ray signs in: Jo Field alone set it up, and has left";
            let priya = world.client(p.nurse).await;
            priya.get("/home").await.expect(200).never_says("Look at how Sue Ray");
            goes(&world, how).await;
            let is_there = world.case(case).await.circle.member_of(p.coordinator).is_some();
            assert_eq!(is_there, how != Goes::HandedOver, "{name} {how:?}");
            // In that very step: nothing went on in the background since.
            let asked = world.case(case).await.circle.left_alone().count();
            let (priya, alice) = (world.client(p.nurse).await, world.client(p.alice).await);
            priya.get("/home").await.expect(200).says(said);
            assert_eq!(asked, 1, "{name} {how:?}");
            // It goes on, also by a link that nobody has used, and everyone is asked.
            let link = world.link_in_letter(Some(SUE)).await;
            world.nobody().get(&link).await.expect(200).says("Sue Ray");
            world.client(mailbox).await.get(&format!("/cases/{case}")).await.expect(200);
            priya.get(&path).await.expect(200).says("To be looked at").says("and has left. It goes on until");
            let page = priya.get(&format!("{path}/{KEY}")).await.expect(200);
            page.says("and has left since").says("It goes on until you");
            let asks = "Is it right that Sue Ray signs in here?";
            alice.get(&format!("/cases/{case}")).await.expect(200).says(asks);
            // Five days later a letter, once, and not to her.
            let reminded = |days: i32| {
                world.days_later(days);
                async {
                    world.app.work_once(None).await.expect("background work");
                    let all = world.app.latest_letters(500).await.expect("letters");
                    let is_one = |l: &&store::outbox::Message| l.subject.contains("still waits");
                    all.iter().filter(is_one).map(|l| l.to_address.clone()).collect::<Vec<_>>()
                }
            };
            assert!(reminded(4).await.is_empty(), "{name} {how:?}: not yet");
            let to = reminded(1).await;
            assert!(to.iter().any(|to| to == "priya@mendipvale.example"), "{name} {how:?}: {to:?}");
            assert!(
                !to.iter().any(|to| to == "jo@mendipvale.example" || to == SUE),
                "{name} {how:?}: {to:?}"
            );
            assert_eq!(reminded(9).await.len(), to.len(), "{name} {how:?}: once");
            // One press ends it, and the link.
            let alice = world.client(p.alice).await;
            alice.post(&format!("{path}/{KEY}/sign-in-ends"), &[]).await.expect(303);
            world.client(mailbox).await.get(&format!("/cases/{case}")).await.expect(404);
            world.nobody().get(&link).await.never_says("Sue Ray");
            let priya = world.client(p.nurse).await;
            priya.get("/home").await.expect(200).never_says("Look at how Sue Ray");
            alice.get(&format!("/cases/{case}")).await.expect(200).never_says(asks);
            let told = "Whoever alone set up that Sue Ray can sign in has left";
            let history = alice.get(&format!("/cases/{case}/history")).await.expect(200);
            assert_eq!(history.main().contains(told), how != Goes::HandedOver, "{name} {how:?}");
        }
    }
}

/// Another post of hers that ends, or one that stands behind her seat still, is
/// no reason to ask; and a question stays when she comes back.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_when_nothing_stands_behind_her_seat_and_not_before() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (p, nhs) = (world.people, world.organisations.nhs);
        let case = world.case_at(Stage::Plan).await;
        sue(&world, case).await;
        world.give_post(nhs, p.coordinator, Post::Auditor).await;
        let anna = world.client(p.admin).await;
        let base = format!("/admin/{}/people/{}", world.place.area, p.coordinator);
        let end = |post: &str| format!("{base}/posts/{nhs}/{post}");
        anna.post(&end("auditor"), &[("now", "yes")]).await.leads_to(&base);
        let before = world.case(case).await;
        assert_eq!(before.circle.left_alone().count(), 0, "{name}: she works here");
        anna.post(&end("practitioner"), &[("now", "yes")]).await.leads_to(&base);
        assert_eq!(world.case(case).await.version, before.version + 1, "{name}: in the same step, once");
        assert_eq!(world.case(case).await.circle.left_alone().count(), 1, "{name}");
        world.give_post(nhs, p.coordinator, Post::Practitioner).await;
        world.days_later(1);
        world.app.work_once(None).await.expect("background work");
        assert_eq!(world.case(case).await.circle.left_alone().count(), 1, "{name}: it stays asked");
        let priya = world.client(p.nurse).await;
        priya.get("/home").await.expect(200).says("Look at how Sue Ray signs in");
        let jo = world.client(p.coordinator).await;
        let stays = format!("/cases/{case}/people/{KEY}/sign-in-stays");
        let page = jo.post(&stays, &KNOWS).await;
        assert!([403, 422].contains(&page.status.as_u16()), "{name}: not by herself, {}", page.status);
        assert_eq!(world.case(case).await.circle.left_alone().count(), 1, "{name}");
    }
}

fn fresh(name: &str) -> String {
    if name.starts_with("p") { databases::postgres_url() } else { databases::sqlite_url() }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_can_confirm_are_reminded_once_after_some_days() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let jo = world.client(world.people.coordinator).await;
        let path = format!("/cases/{case}/people");
        let new = [
            ("key", KEY),
            ("role", "representative"),
            ("name", "Kim Hale"),
            ("relation", "cousin"),
            ("footing", "parent"),
            ("matters", "care"),
            ("matters", "money"),
            ("about", "Everything"),
        ];
        jo.post(&path, &new).await.expect(303);
        let page = world.client(world.people.nurse).await.get(&path).await.expect(200);
        page.says("Asked for by Jo Field").says("It waits for the person, or a colleague in the circle");
        let reminded = || async {
            world.app.work_once(None).await.expect("background work");
            let all = world.app.latest_letters(500).await.expect("letters");
            let mut to: Vec<String> =
                all.into_iter().filter(|l| l.subject.contains("still waits")).map(|l| l.to_address).collect();
            to.sort_unstable();
            to
        };
        world.days_later(4);
        assert_eq!(reminded().await, [""; 0], "{name}: not yet");
        world.days_later(1);
        let those = ["alice@mail.example", "colin@mendipcouncil.example", "priya@mendipvale.example"];
        assert_eq!(reminded().await, those, "{name}: and not Jo, who asked for it");
        for days in [1, 30] {
            world.days_later(days);
            assert_eq!(reminded().await.len(), those.len(), "{name}: once");
        }
        let letters = world.letters_to("priya@mendipvale.example").await;
        let letter = letters.iter().find(|l| l.subject.contains("still waits")).expect("hers");
        assert!(!letter.body.contains("Kim") && !letter.body.contains("Alice"), "{}", letter.body);
        // What was answered in time reminds nobody.
        let world = World::new(&fresh(name)).await;
        let case = world.case_at(Stage::Plan).await;
        sue(&world, case).await;
        let norman = world.client(jo_leaves(&world).await).await;
        norman.post(&format!("/cases/{case}/people/{KEY}/sign-in-stays"), &KNOWS).await.expect(303);
        world.days_later(6);
        world.app.work_once(None).await.expect("background work");
        let all = world.app.latest_letters(500).await.expect("letters");
        assert!(!all.iter().any(|l| l.subject.contains("still waits")), "{name}");
        // And of what was left behind somebody is.
        let world = World::new(&fresh(name)).await;
        let case = world.case_at(Stage::Plan).await;
        sue(&world, case).await;
        jo_leaves(&world).await;
        world.days_later(6);
        world.app.work_once(None).await.expect("background work");
        let all = world.letters_to("norman@mail.example").await;
        assert!(all.iter().any(|l| l.subject.contains("still waits")), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_goes_out_again_and_the_link_before_dies() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        sue(&world, case).await;
        let (jo, path) =
            (world.client(world.people.coordinator).await, format!("/cases/{case}/people/{KEY}"));
        says(jo.get(&path).await, 200, "Nobody has used it yet").says(SUE).says("Invited, not set up yet");
        let first = world.link_in_letter(Some(SUE)).await;
        world.nobody().get(&first).await.expect(200).says("Sue Ray");
        let again = format!("{path}/invite-again");
        jo.post(&again, &[]).await.leads_to(&format!("/cases/{case}/people?done=invited-again"));
        let letters = world.letters_to(SUE).await.len();
        says(jo.post(&again, &[]).await, 422, "less than an hour ago");
        assert_eq!(world.letters_to(SUE).await.len(), letters, "{name}: a mailbox is not filled by a button");
        let second = world.link_in_letter(Some(SUE)).await;
        assert_ne!(first, second);
        world.nobody().get(&first).await.never_says("Sue Ray");
        let p = world.people;
        for (who, status) in [(p.nurse, 403), (p.broker, 403), (p.stranger, 404)] {
            world.client(who).await.post(&again, &[]).await.expect(status);
        }
        let words = [
            ("name", "Sue Ray"),
            ("passphrase", "a heron on the weir"),
            ("passphrase-again", "a heron on the weir"),
        ];
        world.nobody().post(&second, &words).await.leads_to("/home");
        says(jo.post(&again, &[]).await, 422, "has signed in with this address already");
        jo.get(&path).await.expect(200).never_says("Send the invitation again").never_says(SUE);
        // A colleague has no invitation, nor has somebody of whom nothing is known.
        let priya = member(&world, case, CaseRole::Clinician).await;
        jo.post(&format!("/cases/{case}/people/{priya}/invite-again"), &[]).await.expect(422);
        jo.post(&format!("/cases/{case}/people/{}/invite-again", super::NOBODY), &[]).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_address_is_put_right_until_somebody_signed_in_with_it() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let wrong = sue(&world, case).await;
        let p = world.people;
        let (jo, path) = (world.client(p.coordinator).await, format!("/cases/{case}/people/{KEY}"));
        let address = format!("{path}/address");
        let link = world.link_in_letter(Some(SUE)).await;
        let right = [("new-email", RIGHT)];
        // Not by others: Martin did not type it, Priya manages no circle.
        for (who, status) in [(p.husband, 403), (p.nurse, 403), (p.stranger, 404)] {
            world.client(who).await.post(&address, &right).await.expect(status);
        }
        says(jo.post(&address, &[("new-email", "")]).await, 422, "Enter their email address");
        says(jo.post(&address, &[("new-email", SUE)]).await, 422, "went to this address");
        let taken =
            says(jo.post(&address, &[("new-email", "martin@mail.example")]).await, 422, "Someone else in");
        assert_eq!(
            taken.value("new-email").as_deref(),
            Some("martin@mail.example"),
            "what was typed is kept"
        );
        let before = world.letters_to(SUE).await.len();
        jo.post(&address, &right).await.leads_to(&format!("/cases/{case}/people?done=put-right"));
        assert_eq!(world.letters_to(SUE).await.len(), before, "{name}: the wrong mailbox hears nothing more");
        assert_eq!(world.link_that_works(Some(SUE)).await, None);
        world.nobody().get(&link).await.never_says("Sue Ray");
        let fields = [
            ("name", "Me"),
            ("passphrase", "a heron on the weir"),
            ("passphrase-again", "a heron on the weir"),
        ];
        let stolen = world.nobody().post(&link, &fields).await;
        assert!(stolen.location().is_none(), "{name}: nobody comes in by it");
        world.client(wrong).await.get(&format!("/cases/{case}")).await.expect(404);
        // The person and whoever decides for them are told of the new one, as of any.
        assert!(
            world
                .letters_to("martin@mail.example")
                .await
                .iter()
                .filter(|l| l.subject.contains("news"))
                .count()
                >= 2
        );
        // A slip in what put it right is put right too, a few times in an hour; and
        // a letter that was sent again before stands in nobody's way.
        jo.post(&format!("{path}/invite-again"), &[]).await.expect(303);
        jo.post(&address, &[("new-email", "third@mail.example")]).await.expect(303);
        jo.post(&address, &[("new-email", "fourth@mail.example")]).await.expect(303);
        says(
            jo.post(&address, &[("new-email", "fifth@mail.example")]).await,
            422,
            "three times in the last hour",
        );
        assert_eq!(world.link_that_works(Some(RIGHT)).await, None, "{name}");
        let link = world.link_in_letter(Some("fourth@mail.example")).await;
        world.nobody().post(&link, &fields).await.leads_to("/home");
        world.seconds_later(3_700);
        let jo = world.client(p.coordinator).await;
        says(jo.post(&address, &[("new-email", SUE)]).await, 422, "Only they can change how they sign in");
        // Of a letter that nobody carried yet no link is made either.
        let world = World::new(&fresh(name)).await;
        let case = world.case_at(Stage::Plan).await;
        sue(&world, case).await;
        let jo = world.client(world.people.coordinator).await;
        jo.post(&format!("/cases/{case}/people/{KEY}/address"), &right).await.expect(303);
        assert_eq!(world.link_that_works(Some(SUE)).await, None, "{name}");
        // Whoever leaves before they signed in has a dead link too.
        let left = format!("/cases/{case}/people/{KEY}/leave");
        let link = world.link_in_letter(Some(RIGHT)).await;
        jo.post(&left, &[("why", "A mistake")]).await.expect(303);
        world.nobody().get(&link).await.never_says("Sue Ray");
    }
}

/// Of whoever decides, a new address waits for a second one like the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_of_whoever_decides_is_confirmed_again() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let jo = world.client(world.people.coordinator).await;
        let path = format!("/cases/{case}/people");
        let new = [
            ("key", KEY),
            ("role", "representative"),
            ("name", "Kim Hale"),
            ("relation", "cousin"),
            ("footing", "parent"),
            ("matters", "care"),
            ("matters", "money"),
            ("about", "Everything"),
        ];
        jo.post(&path, &new).await.expect(303);
        let kim = format!("{path}/{KEY}");
        jo.post(&format!("{kim}/invite"), &[("email", SUE), ("how", "She told me.")]).await.expect(303);
        world.confirm_all(case).await;
        let address = format!("{kim}/address");
        says(jo.post(&address, &[("new-email", RIGHT)]).await, 422, "Say how you know");
        let fields = [("new-email", RIGHT), ("new-how", "She told me again.")];
        jo.post(&address, &fields).await.leads_to(&format!("{path}?done=asked"));
        assert!(world.letters_to(RIGHT).await.is_empty(), "{name}: nobody writes to it yet");
        assert!(world.case(case).await.circle.waiting().count() == 1, "{name}");
        world.confirm_all(case).await;
        let account = world.app.account_of(RIGHT).await.expect("read").expect("an account");
        assert!(world.case(case).await.circle.member_of(account).is_some_and(|m| m.decides()), "{name}");
    }
}
