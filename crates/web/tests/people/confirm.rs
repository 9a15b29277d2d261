//! Whoever decides for somebody is confirmed by another: tried as a care
//! co-ordinator would who wants a mailbox of her own to decide.

use super::{KEY, NOBODY, member, says};
use domain::case::circle::{self, CaseRole, Footing};
use domain::{AccountId, CaseId, MemberId};
use service::Error;
use std::sync::Arc;
use strum::VariantArray;
use testkit::stages::Stage;
use testkit::world::{line, prose};
use testkit::{Client, World, databases};
use web::routes::Door;
use web::site;

const MAILBOX: &str = "jo.at.home@mail.example";
const SAW: [(&str, &str); 4] =
    [("seen", "I saw the court’s order."), ("on-day", "1"), ("on-month", "3"), ("on-year", "2026")];

/// Jo adds a representative, and asks for a sign-in with an address of hers.
async fn kim(world: &World, case: CaseId) -> (MemberId, AccountId) {
    let jo = world.client(world.people.coordinator).await;
    let path = format!("/cases/{case}/people");
    let new = [
        ("key", KEY),
        ("role", "representative"),
        ("name", "Kim Hale"),
        ("relation", "cousin"),
        ("footing", "deputy"),
        ("matters", "care"),
        ("matters", "money"),
        ("about", "Everything"),
        ("evidence", "Order of the court"),
    ];
    says(jo.post(&path, &new[..8]).await, 422, "Say which paper you saw, and when");
    jo.post(&path, &new).await.leads_to(&format!("{path}?done=joined-to-confirm"));
    let joined = jo.get(&format!("{path}?done=joined-to-confirm")).await.expect(200);
    joined.says("wait to be confirmed").never_says("They are in the circle now");
    let invite = format!("{path}/{KEY}/invite");
    // What is wrong is said all at once.
    let both = says(jo.post(&invite, &[("email", "")]).await, 422, "Say how you know");
    both.says("Enter their email address");
    says(jo.post(&invite, &[("email", MAILBOX)]).await, 422, "Say how you know that this address is theirs");
    let asked = [("email", MAILBOX), ("how", "She told me.")];
    jo.post(&invite, &asked).await.leads_to(&format!("{path}?done=asked"));
    jo.post(&invite, &asked).await.expect(303);
    let account = world.app.account_of(MAILBOX).await.expect("read").expect("it is kept for later");
    (KEY.parse().expect("an id"), account)
}

async fn letters_to(world: &World, address: &str) -> usize {
    let all = world.db.read(|tx| store::outbox::latest_messages(tx, 200)).await.expect("the outbox");
    all.iter().filter(|letter| letter.to_address == address).count()
}

/// What waits for somebody, as their page's forms send it.
async fn numbers(
    world: &World,
    case: CaseId,
    who: MemberId,
    field: &'static str,
) -> Vec<(&'static str, String)> {
    let case = world.case(case).await;
    case.circle.waiting_for(who).map(|p| (field, p.number.to_string())).collect()
}

async fn post(
    client: &Client,
    path: &str,
    numbers: &[(&'static str, String)],
    more: &[(&str, &str)],
) -> testkit::Page {
    let fields: Vec<(&str, &str)> =
        numbers.iter().map(|(n, v)| (*n, v.as_str())).chain(more.iter().copied()).collect();
    client.post(path, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_one_colleague_vouches_for_opens_nothing() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let (kim, mailbox) = kim(&world, case).await;
        assert_eq!(letters_to(&world, MAILBOX).await, 0, "{name}: nobody writes to it");
        // Somebody got into it all the same: every route of the case is shut.
        let hers = world.client(mailbox).await;
        let mut tried = 0;
        for route in site::declared() {
            let Door::Case(_) = route.door else { continue };
            let path = route.path.replace("{id}", &case.to_string()).replace("{who}", KEY);
            let page =
                if route.method == "GET" { hers.get(&path).await } else { hers.post(&path, &[]).await };
            assert_eq!(page.status, 404, "{name}: {} {}", route.method, route.path);
            tried += 1;
        }
        assert!(tried > 100, "{tried}");
        hers.get("/home").await.expect(200).never_says("Alice");
        // She does not confirm it herself, from either account.
        let page = format!("/cases/{case}/people/{kim}");
        let waiting = numbers(&world, case, kim, "confirm").await;
        assert_eq!(waiting.len(), 2, "{name}: the footing and the address");
        let jo = world.client(world.people.coordinator).await;
        says(jo.get(&page).await, 200, "You asked for this, so somebody else confirms it");
        let confirm = format!("{page}/confirm");
        says(post(&jo, &confirm, &waiting, &SAW).await, 403, "You asked for this yourself");
        post(&hers, &confirm, &waiting, &SAW).await.expect(404);
        // Family, a broker, finance and a stranger cannot either.
        let p = world.people;
        for (who, status) in
            [(p.husband, 403), (p.broker, 403), (p.finance1, 403), (p.auditor, 403), (p.stranger, 404)]
        {
            post(&world.client(who).await, &confirm, &waiting, &SAW).await.expect(status);
        }
        assert!(!world.case(case).await.circle.member(kim).expect("she is in it").decides(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_colleague_confirms_it_with_what_they_saw() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (kim, mailbox) = kim(&world, case).await;
        let priya = world.client(world.people.nurse).await;
        let people = says(priya.get(&format!("/cases/{case}/people")).await, 200, "Waits to be confirmed");
        assert!(
            people.main().contains("Asked for by Jo Field") && !people.main().contains(MAILBOX),
            "{name}"
        );
        says(priya.get(&format!("/cases/{case}")).await, 200, "Confirm that Kim Hale speaks for Alice Hale");
        says(priya.get("/home").await, 200, "Confirm that Kim Hale speaks for Alice Hale");
        let page = format!("/cases/{case}/people/{kim}");
        let shown = says(priya.get(&page).await, 200, "Until it is confirmed, they see nothing here");
        assert!(shown.main().contains(MAILBOX) && shown.main().contains("Order of the court"), "{name}");
        let martin = world.client(world.people.husband).await;
        let shown = says(martin.get(&page).await, 200, "You cannot confirm this");
        assert!(!shown.main().contains(MAILBOX), "{name}: an address is for those who check it");

        let confirm = format!("{page}/confirm");
        let waiting = numbers(&world, case, kim, "confirm").await;
        says(post(&priya, &confirm, &[], &SAW).await, 422, "Choose what you confirm");
        let all = says(post(&priya, &confirm, &[], &[]).await, 422, "Choose what you confirm");
        all.says("Enter what you saw").says("Enter the day");
        says(post(&priya, &confirm, &waiting, &SAW[1..]).await, 422, "Enter what you saw");
        says(post(&priya, &confirm, &waiting, &SAW[..1]).await, 422, "Enter the day");
        let tomorrow = [SAW[0], ("on-day", "3"), SAW[2], SAW[3]];
        says(post(&priya, &confirm, &waiting, &tomorrow).await, 422, "must be today or in the past");
        post(&priya, &confirm, &[("confirm", "99999".into())], &SAW).await.expect(404);
        let other = member(&world, case, CaseRole::Representative).await;
        post(&priya, &format!("/cases/{case}/people/{other}/confirm"), &waiting, &SAW).await.expect(404);
        assert_eq!(letters_to(&world, MAILBOX).await, 0, "{name}");
        post(&priya, &confirm, &waiting, &SAW)
            .await
            .leads_to(&format!("/cases/{case}/people?done=confirmed"));
        post(&priya, &confirm, &waiting, &SAW)
            .await
            .leads_to(&format!("/cases/{case}/people?done=confirmed"));
        assert_eq!(letters_to(&world, MAILBOX).await, 1, "{name}: the link, and only now");
        let hers = world.client(mailbox).await;
        says(hers.get(&format!("/cases/{case}/people")).await, 200, "Kim Hale");
        hers.get("/home").await.leads_to(&format!("/cases/{case}"));
        let history = priya.get(&format!("/cases/{case}/history?part=people")).await.expect(200);
        for words in
            ["It was asked to confirm that Kim Hale is a deputy", "I saw the court’s order.", "1 March 2026"]
        {
            assert!(history.main().contains(words), "{name}: {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_turned_down_with_a_reason_or_taken_back() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (kim, mailbox) = kim(&world, case).await;
        let page = format!("/cases/{case}/people/{kim}");
        let (jo, priya) =
            (world.client(world.people.coordinator).await, world.client(world.people.nurse).await);
        let asked = numbers(&world, case, kim, "asked").await;
        says(
            post(&priya, &format!("{page}/turn-down"), &asked[1..], &[("why-not", "")]).await,
            422,
            "Enter why it is not right",
        );
        post(&jo, &format!("{page}/turn-down"), &asked, &[("why-not", "No")]).await.expect(403);
        post(&priya, &format!("{page}/take-back"), &asked, &[]).await.expect(403);
        let before = letters_to(&world, "jo@mendipvale.example").await;
        let why = [("why-not", "I do not know this address.")];
        post(&priya, &format!("{page}/turn-down"), &asked[1..], &why).await.expect(303);
        assert_eq!(letters_to(&world, "jo@mendipvale.example").await, before + 1, "{name}: she is told");
        post(&jo, &format!("{page}/take-back"), &asked[..1], &[]).await.expect(303);
        post(&jo, &format!("{page}/take-back"), &asked[..1], &[]).await.expect(303);
        let confirm = numbers_of(&asked);
        says(
            post(&priya, &format!("{page}/confirm"), &confirm[..1], &SAW).await,
            422,
            "taken back meanwhile",
        );
        says(post(&priya, &format!("{page}/confirm"), &confirm[1..], &SAW).await, 422, "turned down already");
        world.client(mailbox).await.get(&format!("/cases/{case}")).await.expect(404);
        assert_eq!(letters_to(&world, MAILBOX).await, 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_shown_where_they_are_and_why_to_those_who_may_read_it() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (kim, _) = kim(&world, case).await;
        let page = format!("/cases/{case}/people/{kim}");
        let (jo, priya) =
            (world.client(world.people.coordinator).await, world.client(world.people.nurse).await);
        let asked = numbers(&world, case, kim, "asked").await;
        let why = [("why-not", "The order is of another year.")];
        post(&priya, &format!("{page}/turn-down"), &asked, &why).await.expect(303);
        says(jo.get(&page).await, 200, "Turned down").says("The order is of another year.");
        says(jo.get(&format!("/cases/{case}/people")).await, 200, "turned down");
        let martin = world.client(world.people.husband).await;
        says(martin.get(&page).await, 200, "Turned down").never_says("The order is of another year.");
        // Asked for again, it waits again.
        let again = [
            ("footing", "deputy"),
            ("matters", "care"),
            ("about", "Everything"),
            ("evidence", "The new order"),
        ];
        jo.post(&format!("{page}/footing"), &again).await.expect(303);
        let shown = says(jo.get(&page).await, 200, "Waits to be confirmed");
        assert!(!shown.main().contains("Turned down: Kim Hale is a deputy"), "{name}");
    }
}

fn numbers_of(asked: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    asked.iter().map(|(_, number)| ("confirm", number.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_confirms_it_in_their_own_words() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (kim, mailbox) = kim(&world, case).await;
        let words = format!("words-{}", numbers(&world, case, kim, "confirm").await[0].1);
        let alice = world.client(world.people.alice).await;
        let question = "Is it right that Kim Hale is a deputy whom the court appointed for you, and decides for you about health and care, money";
        let home = says(alice.get(&format!("/cases/{case}")).await, 200, question);
        let next = home.select(".phb-next").join(" ");
        assert!(!next.contains("Kim Hale"), "{name}: what she is about stays on her page: {next}");
        says(alice.get(&format!("/cases/{case}/people")).await, 200, question);
        let page = format!("/cases/{case}/people/{kim}");
        says(alice.get(&page).await, 200, question).says("If you do nothing, nothing changes");
        let waiting = numbers(&world, case, kim, "confirm").await;
        let own = [(words.as_str(), "Yes, Kim is my cousin.")];
        post(&alice, &format!("{page}/confirm"), &waiting[..1], &own).await.expect(303);
        // One press is enough.
        post(&alice, &format!("{page}/confirm"), &waiting[1..], &[]).await.expect(303);
        let history = alice.get(&format!("/cases/{case}/history?part=people")).await.expect(200);
        history.says("Yes, Kim is my cousin.").says("said yes here, with their own sign-in");
        world.client(mailbox).await.get(&format!("/cases/{case}/plan")).await.expect(200);
        // What she asks for herself is confirmed by somebody who works with her.
        let martin = member(&world, case, CaseRole::Representative).await;
        let nominee = [("footing", "nominee"), ("about", "The direct payment")];
        let footing = format!("/cases/{case}/people/{martin}/footing");
        alice.post(&footing, &nominee).await.leads_to(&format!("/cases/{case}/people?done=asked"));
        let waiting = numbers(&world, case, martin, "confirm").await;
        let confirm = format!("/cases/{case}/people/{martin}/confirm");
        says(post(&alice, &confirm, &waiting, &own).await, 403, "You asked for this yourself");
        let jo = world.client(world.people.coordinator).await;
        post(&jo, &confirm, &waiting, &SAW).await.expect(303);
        let state = world.case(case).await;
        let speaks = &state.circle.member(martin).expect("he is in it").speaks;
        assert!(speaks.iter().any(|s| s.footing == Footing::Nominee), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_says_no_in_one_press() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (kim, mailbox) = kim(&world, case).await;
        let alice = world.client(world.people.alice).await;
        let page = format!("/cases/{case}/people/{kim}");
        let shown = alice.get(&page).await.expect(200);
        let buttons = shown.attributes("main button[formaction]", "formaction");
        assert_eq!(buttons, vec![format!("{page}/turn-down"); 2], "{name}: a no for each question");
        for (number, value) in numbers(&world, case, kim, "asked").await {
            let said = [(number, value)];
            let people = format!("/cases/{case}/people?done=said-no");
            post(&alice, &format!("{page}/turn-down"), &said, &[]).await.leads_to(&people);
        }
        world.client(mailbox).await.get(&format!("/cases/{case}")).await.expect(404);
        let jo = world.client(world.people.coordinator).await;
        says(jo.get(&page).await, 200, "said no here, with their own sign-in");
        assert!(world.case(case).await.circle.waiting().next().is_none(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_works_on_both_sides_unseen() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (jo, priya) =
            (world.client(world.people.coordinator).await, world.client(world.people.nurse).await);
        let path = format!("/cases/{case}/people");
        let new = [("key", KEY), ("role", "family-carer"), ("name", "Fay Turner"), ("relation", "aunt")];
        jo.post(&path, &new).await.expect(303);
        let invite = format!("{path}/{KEY}/invite");
        // Somebody with a seat of a body in this case never.
        for email in ["priya@mendipvale.example", "jo@mendipvale.example", "colin@mendipcouncil.example"] {
            let page = jo.post(&invite, &[("email", email), ("how", "It is on the intranet")]).await;
            says(page, 422, "Someone else in the circle has this email address");
        }
        // Somebody with a post in the area waits, though an aunt decides nothing.
        let email = ("email", "fay@mendipvale.example");
        says(jo.post(&invite, &[email]).await, 422, "Say how you know");
        jo.post(&invite, &[email, ("how", "She told me.")]).await.leads_to(&format!("{path}?done=asked"));
        let fay = world.client(world.people.finance2).await;
        fay.get(&format!("/cases/{case}/plan")).await.expect(403);
        let aunt: MemberId = KEY.parse().expect("an id");
        let page = says(priya.get(&format!("{path}/{aunt}")).await, 200, "somebody who works in this area");
        assert!(page.main().contains("fay@mendipvale.example"), "{name}");
        let waiting = numbers(&world, case, aunt, "confirm").await;
        let confirm = format!("{path}/{aunt}/confirm");
        says(post(&priya, &confirm, &waiting, &SAW).await, 422, "Tick that you know this");
        let known = [&SAW[..], &[("works-here", "yes")]].concat();
        post(&priya, &confirm, &waiting, &known).await.expect(303);
        fay.get(&format!("/cases/{case}/plan")).await.expect(200);
        let history = jo.get(&format!("/cases/{case}/history?part=people")).await.expect(200);
        assert!(history.main().contains("They work in this area as well"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_taken_out_is_told() {
    let world = World::new(&databases::both()[0].1).await;
    let case = world.case_at(Stage::Needs).await;
    let martin = member(&world, case, CaseRole::Representative).await;
    let jo = world.client(world.people.coordinator).await;
    let counts = async |world: &World| {
        (letters_to(world, "alice@mail.example").await, letters_to(world, "martin@mail.example").await)
    };
    let page = format!("/cases/{case}/people/{martin}");
    let nominee = circle::Event::SpeakerRecognised {
        member: martin,
        footing: Footing::Nominee,
        about: prose("The direct payment"),
        evidence: None,
    };
    world.say(case, world.people.coordinator, nominee).await;
    let (alice, his) = counts(&world).await;
    jo.post(&format!("{page}/footing-ends"), &[("ends", "nominee")]).await.expect(303);
    assert_eq!(counts(&world).await, (alice + 1, his + 1));
    jo.post(&format!("{page}/leave"), &[("why", "By mistake")]).await.expect(303);
    assert_eq!(counts(&world).await, (alice + 2, his + 2));
    let letters = world.db.read(|tx| store::outbox::latest_messages(tx, 9)).await.expect("the outbox");
    let ended = letters.iter().find(|l| l.subject == "A place of yours has ended").expect("his letter");
    assert!(ended.to_address == "martin@mail.example" && !ended.body.contains("Alice"), "{}", ended.body);
    world.client(world.people.husband).await.get(&format!("/cases/{case}")).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_jo_works_alone_a_commissioner_of_the_area_confirms() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.other_case().await;
        let carys = world.client(world.people.commissioner).await;
        carys.get("/home").await.expect(200).never_says("Kim Hale");
        let told = letters_to(&world, "carys@mendipvale.example").await;
        let davids = letters_to(&world, "david@mail.example").await;
        let (kim, mailbox) = kim(&world, case).await;
        let now = letters_to(&world, "carys@mendipvale.example").await;
        assert_eq!(now, told + 2, "{name}: she is written to of the footing and of the address");
        let jo = world.client(world.people.coordinator).await;
        let asked = says(jo.get(&format!("/cases/{case}/people?done=asked")).await, 200, "Kim Hale");
        asked.says("We have told the commissioners of the area");
        says(carys.get("/home").await, 200, "Confirm that Kim Hale speaks for David Lowe");
        let waiting = numbers(&world, case, kim, "confirm").await;
        let page = format!("/cases/{case}/people/{kim}");
        post(&carys, &format!("{page}/confirm"), &waiting, &SAW).await.expect(303);
        carys.get("/home").await.expect(200).never_says("Kim Hale");
        world.client(mailbox).await.get(&format!("/cases/{case}")).await.expect(200);
        assert_eq!(
            letters_to(&world, "david@mail.example").await,
            davids + 3,
            "{name}: asked of him twice, and confirmed"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_confirm_the_page_says_so_and_a_colleague_who_joins_is_told() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (area, body) = (world.place.area, world.organisations.nhs);
        let (carys, admin) = (world.people.commissioner, world.actor(world.people.admin).await);
        let post_of = (body, domain::access::Post::Commissioner);
        world.app.end_post(&admin, area, carys, post_of, Default::default()).await.expect("ended");
        let jo = world.client(world.people.coordinator).await;
        let new = [("key", NOBODY), ("name", "Nora Quist"), ("asker", "nobody")];
        jo.post("/cases", &new).await.expect(303);
        let case: CaseId = NOBODY.parse().expect("an id");
        let (kim, _) = kim(&world, case).await;
        let path = format!("/cases/{case}/people");
        let way_out = "Add a colleague to the circle";
        for page in [path.clone(), format!("{path}?done=asked"), format!("{path}/{kim}")] {
            let page = says(jo.get(&page).await, 200, "Kim Hale").says(way_out);
            page.never_says("a commissioner").never_says("We have told");
        }
        let before = letters_to(&world, "priya@mendipvale.example").await;
        let nurse = world.people.nurse.to_string();
        let new = [
            ("key", "0199bbbb-0000-7000-8000-00000000dddd"),
            ("role", "clinician"),
            ("relation", "nurse"),
            ("colleague", nurse.as_str()),
        ];
        jo.post(&path, &new).await.leads_to(&format!("{path}?done=joined"));
        assert_eq!(letters_to(&world, "priya@mendipvale.example").await, before + 1, "{name}");
        jo.get(&format!("{path}/{kim}"))
            .await
            .expect(200)
            .never_says(way_out)
            .says("a colleague in the circle");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_told_of_everyone_who_gets_a_sign_in() {
    let world = World::new(&databases::both()[0].1).await;
    let case = world.case_at(Stage::Needs).await;
    let jo = world.client(world.people.coordinator).await;
    let path = format!("/cases/{case}/people");
    let new = [("key", KEY), ("role", "family-carer"), ("name", "Nan Hale"), ("relation", "sister")];
    jo.post(&path, &new).await.expect(303);
    let before = letters_to(&world, "alice@mail.example").await;
    let email = [("email", "nan@mail.example")];
    jo.post(&format!("{path}/{KEY}/invite"), &email).await.leads_to(&format!("{path}?done=invited"));
    assert_eq!(letters_to(&world, "alice@mail.example").await, before + 1);
}

/// Nobody is told "invited" of somebody who can never come in, and nobody
/// learns why.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nothing_opens_is_not_invited() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Needs).await;
        let (jo, priya) =
            (world.client(world.people.coordinator).await, world.client(world.people.nurse).await);
        let anna = world.client(world.people.admin).await;
        let close = async |account: AccountId| {
            world.give_post(world.organisations.nhs, account, domain::access::Post::Finance).await;
            let close = format!("/admin/{}/people/{account}/close", world.place.area);
            anna.post(&close, &[("close-why", "Left")]).await.expect(303);
        };
        let (kim, mailbox) = kim(&world, case).await;
        // A proposal counts for nothing yet, so that it keeps no sign-in open.
        close(mailbox).await;
        let waiting = numbers(&world, case, kim, "confirm").await;
        let page = format!("/cases/{case}/people/{kim}");
        let before = letters_to(&world, MAILBOX).await;
        let refused = post(&priya, &format!("{page}/confirm"), &waiting, &SAW).await;
        says(refused, 422, "We cannot write to their address any more");
        assert_eq!(world.case(case).await.circle.waiting_for(kim).count(), waiting.len(), "{name}");
        close(world.people.stranger).await;
        let path = format!("/cases/{case}/people");
        let key = world.app.id().to_string();
        let new =
            [("key", key.as_str()), ("role", "family-carer"), ("name", "Nan Hale"), ("relation", "sister")];
        jo.post(&path, &new).await.expect(303);
        let invite = [("email", "norman@mail.example"), ("how", "She told me.")];
        let refused = jo.post(&format!("{path}/{key}/invite"), &invite).await;
        let refused =
            says(refused, 422, "We cannot write to this address. Ask them for another one, or call us");
        assert_eq!(refused.attributes("#email", "value"), ["norman@mail.example"], "{name}: nothing is lost");
        assert!(!refused.text().to_lowercase().contains("closed"), "{name}: nor why");
        let state = world.case(case).await;
        assert!(state.circle.member(key.parse().expect("an id")).is_some_and(|m| m.account.is_none()));
        assert_eq!(letters_to(&world, MAILBOX).await, before, "{name}");
    }
}

/// Somebody is proposed anew in a case, by Jo.
async fn proposed(world: &World, case: CaseId, round: usize) -> (MemberId, Vec<u64>) {
    let jo = world.actor(world.people.coordinator).await;
    let new = circle::NewMember {
        id: MemberId(world.app.id()),
        name: line("Kim Hale"),
        relation: line("cousin"),
        role: CaseRole::Representative,
        account: None,
        organisation: None,
        speaks: Some(circle::Speaking {
            footing: Footing::Representative,
            about: prose("Everything"),
            evidence: None,
            matters: circle::Matter::VARIANTS.to_vec(),
        }),
    };
    let id = new.id;
    world.app.add_member(&jo, case, new).await.expect("she joins");
    let email = format!("kim{round}@mail.example").parse().expect("an address");
    let how = Some(prose("She told me"));
    world.app.invite_member(&jo, case, id, email, how).await.expect("it is asked for");
    (id, world.case(case).await.circle.waiting_for(id).map(|p| p.number).collect())
}

/// Two answers at the same moment: one of them counts, and only one.
#[tokio::test(flavor = "multi_thread")]
async fn two_who_answer_at_once_answer_once() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Contact).await;
        let p = world.people;
        let (jo, priya, carys) =
            (world.actor(p.coordinator).await, world.actor(p.nurse).await, world.actor(p.commissioner).await);
        let seen = circle::Seen { words: prose("I rang them"), on: world.today(), works_in_the_area: false };
        for round in 0..24 {
            let (kim, waiting) = proposed(&world, case, round).await;
            let app = &world.app;
            let first = app.confirm_proposals(&priya, case, kim, waiting.clone(), seen.clone());
            let (one, two): (Result<Arc<domain::case::Case>, Error>, Result<Arc<domain::case::Case>, Error>) =
                match round % 3 {
                    0 => tokio::join!(first, app.take_back_proposals(&jo, case, kim, waiting)),
                    1 => {
                        tokio::join!(first, app.turn_down_proposals(&carys, case, kim, waiting, prose("No")))
                    }
                    _ => tokio::join!(first, app.confirm_proposals(&carys, case, kim, waiting, seen.clone())),
                };
            // Two who say the same have both said it.
            let both = round % 3 == 2;
            assert_eq!(one.is_ok() && two.is_ok(), both, "{name} {round}: {one:?} {two:?}");
            assert!(one.is_ok() || two.is_ok(), "{name} {round}: {one:?} {two:?}");
            let state = world.case(case).await;
            let member = state.circle.member(kim).expect("she is in it");
            let is_confirmed = one.is_ok() || round % 3 == 2;
            assert_eq!(
                (member.decides(), member.account.is_some()),
                (is_confirmed, is_confirmed),
                "{name} {round}"
            );
            assert_eq!(state.circle.waiting_for(kim).count(), 0, "{name} {round}");
            let letters = letters_to(&world, &format!("kim{round}@mail.example")).await;
            assert_eq!(letters > 0, is_confirmed, "{name} {round}: {letters} letters");
        }
        let events = world.events(case).await;
        let confirmed = events.iter().filter_map(|e| match &e.event {
            domain::case::Event::Circle(circle::Event::ProposalConfirmed { proposal, .. }) => Some(*proposal),
            _ => None,
        });
        let numbers: Vec<u64> = confirmed.collect();
        let once: std::collections::BTreeSet<u64> = numbers.iter().copied().collect();
        assert_eq!(once.len(), numbers.len(), "{name}: nothing is confirmed twice");
    }
}
