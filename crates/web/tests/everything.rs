//! A copy of everything: asked for, put together in the background, looked
//! through where something was said in confidence, fetched by whoever may, with
//! a fresh proof, and told.

use domain::access::Post;
use domain::case::notes::{Event, ReadBy};
use domain::{CaseId, StreamKind};
use formats::everything::archive::unpack;
use formats::everything::{Everything, PAGE};
use testkit::world::prose;
use testkit::{Client, Page, Stage, World, databases};

const WHY_GIVEN: &str = "She can bear it now, whatever her cousin thinks";
const SECRET: &str = "Ring the sister first, and not at night";

async fn alices(url: &str) -> (World, CaseId) {
    let world = World::new(url).await;
    let case = world.case_at(Stage::Review).await;
    (world, case)
}

/// Asks as somebody would who sees the page.
async fn ask(client: &Client, case: CaseId) -> Page {
    let path = format!("/cases/{case}/everything");
    let page = client.get(&path).await.expect(200);
    let key = page.value("key").expect("a key");
    client.post(&path, &[("key", &key), ("voice", "person")]).await
}

async fn note(world: &World, case: CaseId, read_by: ReadBy) -> u64 {
    let event = Event::Written { text: prose(SECRET), read_by };
    world.say(case, world.people.nurse, event).await
}

async fn work(world: &World) {
    world.app.work_once(None).await.expect("it is put together");
}

async fn newest(world: &World, case: CaseId) -> domain::case::rights::Request {
    world.case(case).await.rights.requests.last().expect("a request").clone()
}

fn data_in(zip: &[u8]) -> Everything {
    serde_json::from_slice(unpack(zip).expect("an archive").data().expect("data")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_put_together_and_fetched_with_a_fresh_proof() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let husband = world.client(world.people.husband).await;
        let here = format!("/cases/{case}/everything");
        let rights = husband.get(&format!("/cases/{case}/rights")).await.expect(200);
        assert!(rights.attributes("main a", "href").contains(&here), "{name}: the way there");
        husband.get(&here).await.expect(200).says("No copy has been asked for yet");
        ask(&husband, case).await.leads_to(&format!("{here}?done=asked"));
        let page = husband.get(&here).await.expect(200).says("Step 1 of 3").says("2 April 2026");
        page.never_says("Ask for a copy").never_says("Fetch the copy");

        work(&world).await;
        let page = husband.get(&here).await.expect(200).says("Step 3 of 3").says("Until 16 March 2026");
        // There is no press here.
        let page = page.says("The paper to print: it could not be made").never_says("all of it is ready");
        let fetch = page.attributes("main form", "action");
        let fetch = fetch.iter().find(|action| action.ends_with("/fetch")).expect("a button").clone();
        let letters = world.letters_to("martin@mail.example").await;
        assert!(letters.iter().any(|letter| letter.subject == "Your copy is ready"), "{name}");

        // Who has the sign-in and not the passphrase gets nothing.
        let found = world.unproven(world.people.husband).await;
        let asked = found.post(&fetch, &[]).await;
        assert_eq!(asked.status, 401, "{name}");
        asked.says("Show that it is you");
        assert_eq!(newest(&world, case).await.fetched, [], "{name}: nothing was given");

        husband.post(&fetch, &[]).await.expect(200);
        let request = newest(&world, case).await;
        assert_eq!(request.fetched.len(), 1, "{name}");
        let actor = world.actor(world.people.husband).await;
        world.app.fetch_copy(&actor, case, request.id).await.expect("the download broke");
        assert_eq!(newest(&world, case).await.fetched.len(), 1, "{name}: that is the same fetching");
        world.seconds_later(16 * 60);
        let copy = world.app.fetch_copy(&actor, case, request.id).await.expect("a copy");
        let (made, _) = request.made.as_ref().expect("it is made");
        assert_eq!(copy.bytes.len() as u64, made.size, "{name}");
        let data = data_in(&copy.bytes);
        assert_eq!((data.about.case, data.streams[0].version), (case, made.version), "{name}");
        let letters = world.letters_to("martin@mail.example").await;
        let told = letters.iter().filter(|letter| letter.subject == "A copy was fetched").count();
        assert_eq!(told, 2, "{name}: each time");
        husband.get(&here).await.expect(200).says("Fetched");
        let history = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("The copy was fetched").says("A copy of everything that is held was asked for");

        // Once its days are over it is gone.
        world.days_later(15);
        work(&world).await;
        let husband = world.client(world.people.husband).await;
        husband.post(&fetch, &[]).await.expect(422).says("The copy is not here any more");
        husband.get(&here).await.expect(200).never_says("Fetch the copy").says("Ask for a copy");
        let kept = databases::text_of(&url, "SELECT CAST(COUNT(*) AS TEXT) FROM copies");
        assert_eq!(kept, "0", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_fetches_it_and_most_do_not_know_of_it() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let here = format!("/cases/{case}/everything");
        let coordinator = world.client(world.people.coordinator).await;
        ask(&coordinator, case).await.expect(303);
        work(&world).await;
        let request = newest(&world, case).await.id;
        let fetch = format!("{here}/{request}/fetch");
        coordinator.get(&here).await.expect(200).never_says("Fetch the copy");
        assert_eq!(coordinator.post(&fetch, &[]).await.status, 403, "{name}");
        let p = world.people;
        for (who, status) in [(p.finance1, 403), (p.commissioner, 403), (p.dee, 404), (p.third_party, 403)] {
            let client = world.client(who).await;
            assert_eq!(client.get(&here).await.status, status, "{name}");
            assert_eq!(client.post(&fetch, &[]).await.status, status, "{name}");
        }
        assert_eq!(newest(&world, case).await.fetched, [], "{name}");
        // Another's request is not found, whoever may fetch their own.
        let other = world.case_at(Stage::Review).await;
        let husband = world.client(p.husband).await;
        let theirs = format!("/cases/{other}/everything/{request}/fetch");
        assert_eq!(husband.post(&theirs, &[]).await.status, 404, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_confidence_is_looked_at_and_the_rest_does_not_wait() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let given = note(&world, case, ReadBy::Professionals).await;
        let own = note(&world, case, ReadBy::Me).await;
        let (husband, p) = (world.client(world.people.husband).await, world.people);
        let actor = world.actor(p.husband).await;
        let here = format!("/cases/{case}/everything");
        ask(&husband, case).await.expect(303);
        work(&world).await;
        let page = husband.get(&here).await.expect(200).says("Step 2 of 3").says("16 March 2026");
        page.says("Fetch the copy").never_says(SECRET);
        let request = newest(&world, case).await.id;
        let first = world.app.fetch_copy(&actor, case, request).await.expect("the rest");
        let data = data_in(&first.bytes);
        let out: Vec<u64> = data.left_out.iter().map(|out| out.seq).collect();
        assert_eq!(out, [given, own], "{name}");
        assert!(data.left_out.iter().all(|out| out.looked_at_by.is_some()), "{name}");
        let inside = unpack(&first.bytes).expect("an archive");
        for part in [PAGE, formats::everything::DATA] {
            let text = String::from_utf8_lossy(inside.get(part).expect("it is in it")).into_owned();
            assert!(!text.contains(SECRET), "{name}: {part}");
        }

        // It waits on the lists of those who decide, with a day.
        let coordinator = world.client(p.coordinator).await;
        coordinator.get("/home").await.expect(200).says("Look at 1 thing said in confidence");
        let look = format!("{here}/{request}/look");
        assert_eq!(husband.get(&look).await.status, 403, "{name}");
        // What the nurse wrote for herself alone nobody else reads.
        let page = coordinator.get(&look).await.expect(200).says(SECRET).says("can decide about it");
        let seq = page.value("passage").expect("a passage");
        assert_eq!(seq, given.to_string(), "{name}");
        let answer = |seq: &str, give: &str| {
            let why = if give == "yes" { WHY_GIVEN } else { "It is about her sister alone." };
            vec![
                ("passage".to_owned(), seq.to_owned()),
                ("give".to_owned(), give.to_owned()),
                ("why".to_owned(), why.to_owned()),
            ]
        };
        let send = async |client: &Client, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            client.post(&look, &fields).await
        };
        assert_eq!(send(&coordinator, answer(&own.to_string(), "yes")).await.status, 403, "{name}");
        send(&coordinator, answer("x", "yes")).await.expect(422).says(WHY_GIVEN);
        coordinator.post(&look, &[("passage", &seq), ("give", "yes")]).await.expect(422).says("Enter why");
        send(&coordinator, answer(&seq, "yes")).await.leads_to(&format!("{here}?done=given"));
        send(&coordinator, answer(&seq, "no")).await.expect(422).says("It is about her sister alone.");
        work(&world).await;
        assert_eq!(
            newest(&world, case).await.made.expect("made").0.left_out,
            2,
            "{name}: not all is looked at"
        );

        world.seconds_later(60);
        let nurse = world.client(p.nurse).await;
        send(&nurse, answer(&own.to_string(), "no")).await.leads_to(&format!("{here}?done=kept-out"));
        work(&world).await;
        let copy = world.app.fetch_copy(&actor, case, request).await.expect("all of it");
        let data = data_in(&copy.bytes);
        let out: Vec<u64> = data.left_out.iter().map(|out| out.seq).collect();
        assert!(out.len() == 2 && out[0] == own && out[1] > own, "{name}: {out:?}");
        assert!(data.left_out[0].why.contains("It is about her sister alone."), "{name}: with the reason");
        let text = serde_json::to_string(&data).expect("JSON");
        assert!(text.contains(SECRET), "{name}: what is given is in it");
        let inside = unpack(&copy.bytes).expect("an archive");
        for part in [PAGE, formats::everything::DATA] {
            let text = String::from_utf8_lossy(inside.get(part).expect("it is in it")).into_owned();
            assert!(!text.contains(WHY_GIVEN), "{name}: why it is given stays with staff: {part}");
        }
        // Nobody is asked to look at what they said when they looked.
        world.days_later(1);
        let husband = world.client(p.husband).await;
        ask(&husband, case).await.expect(303);
        let asked: Vec<u64> =
            newest(&world, case).await.passages.iter().map(|passage| passage.found.seq).collect();
        assert_eq!(asked, [given, own], "{name}");
        let page = husband.get(&here).await.expect(200).never_says(WHY_GIVEN);
        page.says("it stays out").says("It is about her sister alone.");
    }
}

/// What is in a copy and what is not, why and when that comes, in one place; and the
/// words are those that people use.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_in_one_place_what_a_copy_lacks() {
    for (name, url) in databases::both() {
        let press = |_: &domain::paper::Paper| Ok(b"%PDF".to_vec());
        let world = World::that(&url, |_| {}, |app| app.with_pdf_renderer(press)).await;
        let case = world.case_at(Stage::Review).await;
        let p = world.people;
        let given = note(&world, case, ReadBy::Professionals).await;
        let here = format!("/cases/{case}/everything");
        let alice = world.client(p.alice).await;
        alice.get(&here).await.expect(200).never_says("Alice Hale, the person");
        ask(&alice, case).await.expect(303);
        alice.get(&here).await.expect(200).says("1 thing that others said").never_says("This is not in it:");
        work(&world).await;
        let page = alice.get(&here).await.expect(200).says("What is in it, and what is not");
        let page = page.says("This is not in it:").says("1 thing that others said. Somebody looks at it by");
        let page = page.says("When all is looked at, the copy is made again");
        page.never_says("all of it is ready").never_says("Its sum").never_says("Nothing is left out");

        let request = newest(&world, case).await.id;
        let coordinator = world.client(p.coordinator).await;
        let (seq, look) = (given.to_string(), format!("{here}/{request}/look"));
        let no = [("passage", seq.as_str()), ("give", "no"), ("why", "It is about her sister alone.")];
        coordinator.post(&look, &no).await.expect(303);
        work(&world).await;
        let page = alice.get(&here).await.expect(200).says("Not everything is in it");
        let page =
            page.says("1 thing said in confidence that stays out").says("It is about her sister alone.");
        page.never_says("all of it is ready");
        let copy = newest(&world, case).await.made.expect("it is made").0;
        assert!(!copy.is_whole(), "{name}");
        let history = alice.get(&format!("/cases/{case}/history")).await.expect(200);
        history.never_says("Passages").says("Said in confidence, and not in it");

        // Where nothing is left out, that is said.
        let other = world.case_at(Stage::Review).await;
        let husband = world.client(p.husband).await;
        ask(&husband, other).await.expect(303);
        work(&world).await;
        let page = husband.get(&format!("/cases/{other}/everything")).await.expect(200);
        page.says("Step 3 of 3: all of it is ready").says("Nothing is left out.");
    }
}

/// The subjects of letters, with the addresses that they went to.
async fn letters(world: &World, subject: &str) -> Vec<String> {
    let all = world.app.latest_letters(500).await.expect("letters").into_iter();
    let mut to: Vec<String> =
        all.filter(|letter| letter.subject == subject).map(|letter| letter.to_address).collect();
    to.sort_unstable();
    to
}

async fn end_the_nurses_post(world: &World) {
    use domain::organisation::Event;
    let ended = Event::PostEnded { account: world.people.nurse, post: Post::Practitioner };
    let (system, nhs) = (domain::Author::System, world.organisations.nhs);
    world.app.record_organisation(system, nhs, vec![ended]).await.expect("it has ended");
}

/// What only somebody could decide about who cannot any more stays out, and is
/// told so; and it holds nobody up.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_a_colleague_whose_post_has_ended_holds_nothing_up() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let own = note(&world, case, ReadBy::Me).await;
        let here = format!("/cases/{case}/everything");
        let husband = world.client(world.people.husband).await;
        ask(&husband, case).await.expect(303);
        work(&world).await;
        end_the_nurses_post(&world).await;
        let request = newest(&world, case).await;
        let coordinator = world.client(world.people.coordinator).await;
        let page = coordinator.get(&format!("{here}/{}/look", request.id)).await.expect(200);
        page.says("cannot any more").never_says(SECRET);
        world.days_later(1);
        work(&world).await;
        let request = newest(&world, case).await;
        assert!(request.is_answered(), "{name}: {request:?}");
        let husband = world.client(world.people.husband).await;
        let page =
            husband.get(&here).await.expect(200).says("it stays out").says("cannot decide about it any more");
        page.says("Step 3 of 3").says("Ask for a copy").never_says(SECRET);
        let actor = world.actor(world.people.husband).await;
        let copy = world.app.fetch_copy(&actor, case, request.id).await.expect("a copy");
        let data = data_in(&copy.bytes);
        assert_eq!(data.left_out.iter().map(|out| out.seq).collect::<Vec<_>>(), [own], "{name}");
        assert!(data.left_out[0].why.contains("cannot decide about it any more"), "{name}");
        // Asked again, nobody waits for them from the beginning.
        ask(&husband, case).await.expect(303);
        assert_eq!(newest(&world, case).await.passages, [], "{name}");
        work(&world).await;
        let copy = world.app.fetch_copy(&actor, case, newest(&world, case).await.id).await.expect("a copy");
        let why = &data_in(&copy.bytes).left_out[0].why;
        assert!(why.contains("Nobody but whoever wrote it may read it"), "{name}: {why}");
    }
}

/// Those who look are reminded once. What they then do not look at is late, and
/// whoever asked may ask again as soon as the time of the law is over.
#[tokio::test(flavor = "multi_thread")]
async fn who_never_looks_is_reminded_and_lets_nobody_wait_for_ever() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        note(&world, case, ReadBy::Me).await;
        let staffs = note(&world, case, ReadBy::Professionals).await;
        let here = format!("/cases/{case}/everything");
        ask(&world.client(world.people.husband).await, case).await.expect(303);
        work(&world).await;
        let subject = "Something still waits for you to look at";
        world.days_later(10);
        work(&world).await;
        assert_eq!(letters(&world, subject).await, [""; 0], "{name}: there is time");
        for _ in 0..3 {
            world.days_later(1);
            work(&world).await;
        }
        let to = letters(&world, subject).await;
        assert_eq!(to.len(), 2, "{name}: the nurse and the co-ordinator, once: {to:?}");
        assert_ne!(to[0], to[1], "{name}");

        // The day has gone by: what is the nurse's own stays out, the rest is late.
        world.days_later(3);
        work(&world).await;
        let open: Vec<u64> = newest(&world, case).await.open().map(|passage| passage.found.seq).collect();
        assert_eq!(open, [staffs], "{name}");
        let husband = world.client(world.people.husband).await;
        let page = husband.get(&here).await.expect(200).says("did not decide in time").says("that is late");
        page.says("You get a new one by 2 April 2026").never_says("Ask for a copy");
        world.days_later(20);
        work(&world).await;
        let husband = world.client(world.people.husband).await;
        husband.get(&here).await.expect(200).says("we are late").says("You can ask for a new one");
        let coordinator = world.client(world.people.coordinator).await;
        coordinator.get("/home").await.expect(200).says("Look at 1 thing said in confidence");
        ask(&husband, case).await.expect(303);
        work(&world).await;
        let page = husband.get(&here).await.expect(200).says("A newer copy was asked for");
        page.says("Fetch the copy");
        let looks = coordinator.get(&here).await.expect(200).attributes("main a", "href");
        assert_eq!(looks.iter().filter(|to| to.ends_with("/look")).count(), 1, "{name}: of the newest");
    }
}

/// What is not in a copy is said with the reason that is so.
#[tokio::test(flavor = "multi_thread")]
async fn why_something_is_not_in_it_is_true_of_each() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let theirs = |text: &str| Event::Written { text: prose(text), read_by: ReadBy::Me };
        let before = world.say(case, world.people.husband, theirs("I am tired")).await;
        let looked_at = note(&world, case, ReadBy::Professionals).await;
        let husband = world.client(world.people.husband).await;
        ask(&husband, case).await.expect(303);
        let after = note(&world, case, ReadBy::Professionals).await;
        work(&world).await;
        let actor = world.actor(world.people.husband).await;
        let copy = world.app.fetch_copy(&actor, case, newest(&world, case).await.id).await.expect("a copy");
        let out = data_in(&copy.bytes).left_out;
        let later = |seq: u64| {
            let one = out.iter().find(|one| one.seq == seq).expect("it is left out");
            (one.why.contains("after you asked"), one.looked_at_by.is_some())
        };
        assert_eq!(later(before), (false, false), "{name}: {out:?}");
        assert_eq!(later(looked_at), (false, true), "{name}: {out:?}");
        assert_eq!(later(after), (true, false), "{name}: {out:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_stands_still_goes_on_and_is_put_off_and_they_are_told() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        note(&world, case, ReadBy::Professionals).await;
        let here = format!("/cases/{case}/everything");
        let coordinator = world.client(world.people.coordinator).await;
        ask(&coordinator, case).await.expect(303);
        let request = newest(&world, case).await.id;
        let time = format!("{here}/{request}/time");
        coordinator.post(&time, &[]).await.expect(422).says("Choose what is to become of the time");
        let why = ("why", "Which of two addresses is hers?");
        coordinator.post(&time, &[("change", "pause"), why]).await.expect(303);
        let husband = world.client(world.people.husband).await;
        husband.get(&here).await.expect(200).says("The time stands still").says(why.1);
        assert_eq!(husband.get(&time).await.status, 403, "{name}");
        world.days_later(3);
        let coordinator = world.client(world.people.coordinator).await;
        coordinator.post(&time, &[("change", "go-on")]).await.expect(303);
        // A month and three days is Easter Sunday, so it is the Tuesday after.
        let due = newest(&world, case).await.time.due;
        assert_eq!(due.to_string(), "2026-04-07", "{name}");
        let far = [("change", "longer"), why, ("due-day", "3"), ("due-month", "9"), ("due-year", "2026")];
        coordinator.post(&time, &far).await.expect(422).says("Enter a day from");
        let longer = [("change", "longer"), why, ("due-day", "1"), ("due-month", "6"), ("due-year", "2026")];
        coordinator.post(&time, &longer).await.expect(303);
        let letters = world.letters_to("martin@mail.example").await;
        for subject in
            ["We need to know something for your copy", "We go on with your copy", "Your copy takes longer"]
        {
            assert!(letters.iter().any(|letter| letter.subject == subject), "{name}: {subject}");
        }
    }
}

/// A copy is of one moment, also while somebody sends the plan.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_of_one_moment_while_others_write() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_written().await;
        let husband = world.client(world.people.husband).await;
        ask(&husband, case).await.expect(303);
        let writes = async {
            for n in 0..20 {
                let event =
                    Event::Written { text: prose(&format!("Meanwhile {n}")), read_by: ReadBy::Everyone };
                world.say(case, world.people.nurse, event).await;
            }
        };
        let (made, ()) = tokio::join!(world.app.work_once(None), writes);
        made.expect("it is put together");
        work(&world).await;
        let actor = world.actor(world.people.husband).await;
        let request = newest(&world, case).await;
        let copy = world.app.fetch_copy(&actor, case, request.id).await.expect("a copy");
        let data = data_in(&copy.bytes);
        let own = &data.streams[0];
        assert_eq!(own.version, own.events.len() as u64, "{name}");
        assert_eq!(request.made.expect("made").0.version, own.version, "{name}");
        let stream = store::Stream { kind: StreamKind::Case, id: case.0 };
        let rows = world.db.read(move |tx| store::record::written(tx, stream)).await.expect("rows");
        let there = &rows[usize::try_from(own.version).expect("few") - 1];
        assert_eq!(hex::encode(there.hash), own.head, "{name}: the chain as it was then");
    }
}
