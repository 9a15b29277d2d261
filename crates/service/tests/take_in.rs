//! A case goes to another area: out of one database into another of either kind.

use domain::access::{Action, Post};
use domain::account::Account;
use domain::case::offer::GivenOut;
use domain::{AccountId, Aggregate as _, AreaId, CaseId, EmailAddress};
use formats::everything::Everything;
use service::Error;
use service::everything::check::{Checked, check};
use service::everything::take_in::{TakeIn, TakenIn};
use service::everything::{Copy, Whole};
use testkit::world::line;
use testkit::{Stage, World, databases};

const KIM: &str = "kim@further.example";

/// The area that takes a case over, and its care co-ordinator.
struct Further {
    world: World,
    area: AreaId,
    kim: AccountId,
}

async fn further(url: &str) -> Further {
    let world = World::new(url).await;
    let (area, nhs) = world.further_area().await;
    let kim = world.colleague_of(nhs, "Kim Reed", KIM, Post::Practitioner).await;
    Further { world, area, kim }
}

fn into(area: &str) -> TakeIn {
    let coordinator = EmailAddress::parse(KIM).expect("an address");
    TakeIn { area: area.to_owned(), coordinator, by: line("Kim Tan, records") }
}

async fn given(world: &World, case: CaseId) -> Copy {
    world.app.archive_of(case, Whole::WithWhatWasSaidInConfidence).await.expect("an archive")
}

fn checked(copy: &Copy) -> Checked {
    check(&copy.bytes, Some(&hex::encode(copy.sha256))).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

async fn take(there: &Further, copy: &Copy, is_tried: bool) -> Result<TakenIn, Error> {
    there.world.app.take_in(checked(copy), into("Further Vale"), is_tried).await
}

/// One case with everything in it, and what its archive says.
async fn with_all(url: &str) -> (World, Everything, Copy) {
    let world = World::new(url).await;
    let now = world.app.clock.now();
    testkit::demo::tell_stories(&world.app, world.place, now).await.expect("the stories");
    let found = world.db.read(|tx| store::record::all_streams(tx, domain::StreamKind::Case, None, 50));
    for (id, _) in found.await.expect("cases") {
        let case = CaseId(id);
        let jo = world.case(case).await.circle.care_coordinator().and_then(|one| one.account);
        let jo = world.actor(jo.expect("somebody has it")).await;
        world.app.see(&jo, case, Action::SeePlan, "plan").await.expect("it is seen");
        let copy = given(&world, case).await;
        let all = checked(&copy).all;
        if !all.ledger.entries.is_empty() && !all.files.is_empty() && !all.statements.is_empty() {
            return (world, all, copy);
        }
    }
    panic!("one has everything in it");
}

/// What of a stream can differ is who is known by which name.
fn records(all: &Everything) -> Vec<(String, u64, String)> {
    let of =
        |events: &formats::everything::EventsOf| (events.id.to_string(), events.version, events.head.clone());
    all.streams.iter().filter(|events| events.kind != domain::StreamKind::Account).map(of).collect()
}

async fn is_sound(world: &World, what: &str) {
    let report = store::verify::verify(&world.db, |_, _| {}).await.expect("verified");
    assert!(report.is_sound(), "{what}: {:?}", report.faults);
    let lists = world.app.check_lists(|_| {}).await.expect("compared");
    assert_eq!(lists.differences, [], "{what}: rebuilt is live");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_on_in_another_area_and_database_with_the_same_hashes_and_sums() {
    let urls = (databases::sqlite_url(), databases::postgres_url());
    for (from, to) in [(&urls.0, &urls.1), (&databases::postgres_url(), &databases::sqlite_url())] {
        let name = format!("{} to {}", &from[..6], &to[..6]);
        let (_here, all, copy) = with_all(from).await;
        let there = further(to).await;
        let case = all.about.case;
        let tried = take(&there, &copy, true).await.expect("it would be taken in");
        assert!(!there.world.case(case).await.exists(), "{name}: it was only tried");
        let taken = take(&there, &copy, false).await.expect("it is taken in");
        assert_eq!(tried, taken, "{name}: what was said before");
        assert_eq!((taken.files, taken.entries), (all.files.len(), all.ledger.entries.len()), "{name}");
        assert!(taken.looks > 0 && taken.names > 3 && taken.bank_lines > 0, "{name}: {taken:?}");
        is_sound(&there.world, &name).await;

        // The record as it was, and after it what happened here.
        let now = there.world.case(case).await;
        assert_eq!(now.area(), Some(there.area), "{name}");
        let came = now.offer.came_from.as_ref().expect("from where").0.clone();
        assert_eq!(
            (came.head.as_str(), came.version),
            (all.streams[0].head.as_str(), all.streams[0].version)
        );
        assert_eq!(came.sha256, hex::encode(copy.sha256), "{name}");
        let again =
            there.world.app.everything_in(case, Whole::WithWhatWasSaidInConfidence).await.expect("all").0;
        let before = usize::try_from(all.streams[0].version).expect("few");
        let (old, new) = (&all.streams[0].events, &again.streams[0].events);
        for (a, b) in old.iter().zip(new) {
            assert_eq!(
                (&a.hash, a.at, &a.by, a.body.as_ref().map(|b| b.get())),
                (&b.hash, b.at, &b.by, b.body.as_ref().map(|b| b.get()))
            );
        }
        assert!(new.len() > before, "{name}: that it came is on it");
        assert_eq!(records(&all)[1..], records(&again)[1..], "{name}: the other streams");
        assert_eq!(again.ledger.head, all.ledger.head, "{name}: the money");
        assert_eq!(again.bank_lines, all.bank_lines, "{name}");
        let sums = |all: &Everything| all.files.iter().map(|file| file.sha256.clone()).collect::<Vec<_>>();
        assert_eq!(sums(&again), sums(&all), "{name}");

        // Nobody from there has anything here but a name.
        assert!(
            now.circle.present().all(|one| one.account.is_none_or(|account| account == there.kim)),
            "{name}"
        );
        assert!(now.circle.present().all(|one| !one.role.is_of_a_body() || one.account == Some(there.kim)));
        for known in all.accounts {
            let stream = Account::stream_of(known.id);
            let events = there.world.db.read(move |tx| store::record::load(tx, stream)).await.expect("read");
            let account = Account::fold(known.id, &events);
            assert!(account.closed.is_some() && account.email.is_none(), "{name}: {}", known.name);
        }
        // A second time it is here, and nothing is added.
        let no = take(&there, &copy, false).await.expect_err("it is here").to_string();
        assert!(no.contains("is here already") && no.contains("Nothing was taken in"), "{name}: {no}");
        is_sound(&there.world, &name).await;
    }
}

/// The care co-ordinator there reads all of it in the browser.
#[tokio::test(flavor = "multi_thread")]
async fn its_history_is_read_where_it_goes_on() {
    for (name, url) in databases::both() {
        let here = World::new(&databases::sqlite_url()).await;
        let case = here.case_at(Stage::Review).await;
        let copy = given(&here, case).await;
        let there = further(&url).await;
        take(&there, &copy, false).await.expect("it is taken in");
        let kim = there.world.client(there.kim).await;
        let history = kim.get(&format!("/cases/{case}/history")).await.expect(200);
        let history = history.says("The budget came from another area, and goes on here");
        history.says("Mendip Vale").says("Jo Field");
        kim.get(&format!("/cases/{case}/money")).await.expect(200);
        kim.get(&format!("/cases/{case}/plan")).await.expect(200);
        kim.get("/home").await.expect(200);
        let jo = there.world.client(there.world.people.coordinator).await;
        assert_eq!(jo.get(&format!("/cases/{case}/history")).await.status, 404, "{name}: not of her area");
    }
}

/// Where anything stands in the way nothing is taken in, and why is said.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_in_is_refused_whole_and_in_words() {
    for (name, url) in databases::both() {
        let here = World::new(&databases::sqlite_url()).await;
        let case = here.case_at(Stage::Review).await;
        let copy = given(&here, case).await;
        let sum = hex::encode(copy.sha256);
        let wrong = |bytes: &[u8], sum: &str| check(bytes, Some(sum)).expect_err("it is wrong").join("\n");
        assert!(wrong(&copy.bytes, &"0".repeat(64)).contains("its sum is"), "{name}");
        assert!(wrong(&copy.bytes[..copy.bytes.len() - 9], &sum).contains("its sum is"), "{name}: cut off");
        let there = further(&url).await;
        let refused = async |area: &str, email: &str| {
            let coordinator = EmailAddress::parse(email).expect("an address");
            let into = TakeIn { coordinator, ..into(area) };
            there.world.app.take_in(checked(&copy), into, false).await.expect_err("it is refused").to_string()
        };
        let no = refused("Nowhere Vale", KIM).await;
        assert!(no.contains("There is no area \"Nowhere Vale\" here"), "{name}: {no}");
        let no = refused("Further Vale", "martin@mail.example").await;
        assert!(no.contains("is no ") && no.contains("in Further Vale"), "{name}: {no}");
        assert!(!there.world.case(case).await.exists(), "{name}: nothing was taken in");
        let count = |sql: &str| databases::text_of(&url, sql);
        assert_eq!(count("SELECT CAST(COUNT(*) AS TEXT) FROM entries"), "0", "{name}");
        assert_eq!(count("SELECT CAST(COUNT(*) AS TEXT) FROM looks"), "0", "{name}");
        is_sound(&there.world, name).await;
    }
}

/// That it was given, to whom and by whom, is on the case, once; all of it stays to
/// be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_given_out_says_so() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let copy = given(&world, case).await;
        let note = || GivenOut {
            to: line("Further Vale"),
            by: line("Sam Lee, records"),
            sha256: hex::encode(copy.sha256),
            version: copy.version,
        };
        for _ in 0..2 {
            world.app.note_given_out(case, note()).await.expect("it is written down");
        }
        assert_eq!(world.case(case).await.offer.given_out.len(), 1, "{name}");
        let husband = world.client(world.people.husband).await;
        let history = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("All of it was given to another area").says("Further Vale").says("Sam Lee, records");
        assert_eq!(world.case(case).await.area(), Some(world.place.area), "{name}: it is still read here");
    }
}
