//! How long records are kept: what was kept long enough is shown by its number,
//! and a hold keeps a record whatever its age.

use domain::access::Post;
use domain::case::arrangement::{Decision, PaymentState};
use domain::case::circle;
use domain::case::notes::{Event, ReadBy};
use domain::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Purpose, transfer};
use domain::{CaseId, Date, EntryId, Pence};
use testkit::world::{line, prose};
use testkit::{Client, Page, Stage, World, databases};

const WHY: &str = "There is a claim about the payments";

/// Nine years, which is longer than the rules say of a case of an adult.
const NINE_YEARS: i32 = 9 * 366;

/// Writes down when the person was born, without which nothing falls due.
async fn born(world: &World, case: CaseId, day: Date) {
    let named = circle::Event::PersonNamed { name: line("Alice"), known_as: None, born: Some(day) };
    world.say(case, world.people.coordinator, named).await;
}

const GROWN_UP: Date = Date::constant(1971, 5, 9);

async fn hold(client: &Client, path: &str, number: &str) -> Page {
    let page = client.get(&format!("{path}/hold")).await.expect(200);
    let key = page.value("key").expect("a key");
    let fields = [("key", &*key), ("reference", number), ("why", WHY)];
    client.post(&format!("{path}/hold"), &fields).await.expect(303);
    client.post(&format!("{path}/hold"), &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_long_enough_is_shown_by_its_number_and_a_hold_keeps_it() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.case_at(Stage::Review).await;
        born(&world, case, GROWN_UP).await;
        world.enquiry().await;
        let number = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
        let path = format!("/admin/{}/keeping", world.place.area);
        let admin = world.client(p.admin).await;
        let none = admin.get(&path).await.expect(200).says("No case was kept for longer than the rules say");
        none.says("No request was kept").says("No record is held").never_says(&number);

        world.days_later(NINE_YEARS);
        for who in [p.admin, p.auditor, p.framework_owner] {
            let page = world.client(who).await.get(&path).await.expect(200).says(&number);
            page.says("kept long enough (1)").never_says("Alice").never_says("No request was kept");
        }
        for who in [p.husband, p.coordinator, p.commissioner, p.finance1] {
            assert_eq!(world.client(who).await.get(&path).await.status, 404, "{name}");
        }
        let auditor = world.client(p.auditor).await;
        assert_eq!(auditor.get(&format!("{path}/hold")).await.status, 404, "{name}");

        let admin = world.client(p.admin).await;
        let wrong = [("reference", "MV-1999-0001"), ("why", WHY)];
        let page = admin.post(&format!("{path}/hold"), &wrong).await.expect(422);
        page.says("No record of this area has this number").says(WHY);
        admin.post(&format!("{path}/hold"), &[]).await.expect(422).says("Enter why it is held");
        hold(&admin, &path, &number.to_lowercase()).await.leads_to(&format!("{path}?done=held"));
        let page = admin.get(&path).await.expect(200).says("No case was kept for longer").says(WHY);
        assert_eq!(world.case(case).await.rights.holds().count(), 1, "{name}: sent twice");
        let end = page.attributes("main a", "href");
        let end = end.iter().find(|href| href.ends_with("/end")).expect("a way to end it").clone();
        let husband = world.client(p.husband).await;
        let history = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        history.says("The record is held, so that it is kept").says(WHY);

        let owner = world.client(p.framework_owner).await;
        owner.get(&end).await.expect(200).says(WHY).says(&number);
        owner.post(&end, &[]).await.expect(422).says("Enter why it ends");
        for _ in 0..2 {
            owner.post(&end, &[("why", "It was settled")]).await.leads_to(&format!("{path}?done=ended"));
        }
        owner.post(&end, &[("why", "Other words")]).await.expect(422).says("has ended already");
        // Holding it made it no younger.
        owner.get(&path).await.expect(200).says(&number).says("No record is held");

        // Whatever happens in a case does.
        let event = Event::Written { text: prose("She rang."), read_by: ReadBy::Everyone };
        world.say(case, p.nurse, event).await;
        owner.get(&path).await.expect(200).never_says(&number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_or_sees_a_record_of_another_area() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Contact).await;
        let number = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
        let (area, other) = world.other_area("Over", "over@other.example").await;
        let admin = world.client(other).await;
        let path = format!("/admin/{area}/keeping");
        let fields = [("reference", &*number), ("why", WHY)];
        admin.post(&format!("{path}/hold"), &fields).await.expect(422).says("No record of this area");
        let own = world.client(world.people.admin).await;
        let here = format!("/admin/{}/keeping", world.place.area);
        hold(&own, &here, &number).await.expect(303);
        let held = world.case(case).await.rights.holds().next().expect("a hold").id;
        let end = format!("{path}/{case}/holds/{held}/end");
        assert_eq!(admin.get(&end).await.status, 404, "{name}");
        assert_eq!(admin.post(&end, &[("why", "No")]).await.status, 404, "{name}");
        assert_eq!(admin.get(&here).await.status, 404, "{name}");
        assert_eq!(world.case(case).await.rights.holds().count(), 1, "{name}");
    }
}

/// What may be of a child, what is restricted and what is held never falls due, and
/// why something is held stands in no list.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_for_another_reason_is_not_listed_as_kept_long_enough() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let (unknown, restricted) = (world.case_at(Stage::Contact).await, world.case_at(Stage::Review).await);
        born(&world, restricted, GROWN_UP).await;
        let number =
            async |case| world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
        let (unknown_number, restricted_number) = (number(unknown).await, number(restricted).await);
        let husband = world.client(p.husband).await;
        let path = format!("/cases/{restricted}/rights/ask/restrict");
        let key = husband.get(&path).await.expect(200).value("key").expect("a key");
        let fields = [("key", &*key), ("voice", "person"), ("why", "A claim")];
        husband.post(&path, &fields).await.expect(303);
        let answer = [("answer", "yes"), ("words", "Until it is settled")];
        let coordinator = world.client(p.coordinator).await;
        coordinator.post(&format!("/cases/{restricted}/rights/{key}/answer"), &answer).await.expect(303);
        world.days_later(NINE_YEARS);
        let admin = world.client(p.admin).await;
        let keeping = format!("/admin/{}/keeping", world.place.area);
        let page = admin.get(&keeping).await.expect(200);
        let page =
            page.says("kept long enough (0)").says("whose use is restricted (1)").says(&restricted_number);
        page.says("not known when they were born (1)").says(&unknown_number);
        hold(&admin, &keeping, &restricted_number).await.expect(303);
        admin.get(&keeping).await.expect(200).says(WHY).says("Records that are held (1)");
        let rows = world.db.read(move |tx| {
            store::lists::of_stream(tx, <domain::case::Case as domain::Aggregate>::stream_of(restricted))
        });
        let rows = rows.await.expect("they are read");
        assert!(rows.iter().all(|row| !row.row.body.contains(WHY)), "{name}: {rows:?}");
        // As soon as it is known, it falls due.
        world.days_later(-NINE_YEARS);
        born(&world, unknown, GROWN_UP).await;
        world.days_later(NINE_YEARS);
        let page = world.client(p.admin).await.get(&keeping).await.expect(200);
        page.says("kept long enough (1)").says("not known when they were born (0)");
    }
}

/// Cancels every payment that is planned.
async fn cancel_payments(world: &World, case: CaseId) {
    let finance = world.actor(world.people.finance1).await;
    let state = world.case(case).await;
    let planned = state.arrangement.instalments.iter().filter(|one| one.state == PaymentState::Planned);
    for one in planned {
        let cancelled = world.app.cancel_payment(&finance, case, one.planned.id, prose("It is over"));
        cancelled.await.expect("it is cancelled");
    }
}

/// Gives back what is in the accounts of a case; how much it was.
async fn give_money_back(world: &World, case: CaseId) -> Pence {
    let balances = world.db.read(move |tx| store::ledger::balances(tx, case)).await.expect("it is read");
    let mut sum = Pence::ZERO;
    let held = balances.iter().filter(|(layer, _, amount)| *layer == Layer::Actual && *amount > Pence::ZERO);
    let held = held.filter(|(_, account, _)| matches!(account, Account::Holding(_)));
    for (layer, account, amount) in held {
        let id = EntryId(world.app.id());
        let heading = Heading {
            id,
            case,
            purpose: Purpose::Plain,
            cause: Cause::MoneyReturned,
            about: id.0,
            by: None,
            happened: world.today(),
            recorded: world.app.clock.now(),
            key: id.to_string(),
        };
        let back = transfer(layer, account, Account::Funding(Funder::Nhs), amount).to_vec();
        let entries = vec![Entry::new(heading, back).expect("it balances")];
        world.record(case, world.people.finance1, Decision { events: vec![], entries }).await;
        sum += amount;
    }
    sum
}

/// A case, a grown-up's, in which nothing has happened for nine years and nothing goes on.
async fn an_old_case(world: &World) -> (CaseId, String) {
    let case = world.case_at(Stage::Review).await;
    born(world, case, GROWN_UP).await;
    cancel_payments(world, case).await;
    give_money_back(world, case).await;
    world.days_later(NINE_YEARS);
    let number = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
    (case, number)
}

/// Proposes that a record is destroyed; the address of what was proposed.
async fn proposed(world: &World, client: &Client, record: &str) -> String {
    let path = format!("/admin/{}/keeping/destroy", world.place.area);
    let key = client.get(&path).await.expect(200).value("key").expect("a key");
    let fields = [("key", &*key), ("records", record)];
    let here = format!("/admin/{}/disposals/{key}", world.place.area);
    for _ in 0..2 {
        client.post(&path, &fields).await.leads_to(&format!("{here}?done=proposed"));
    }
    here
}

const SURE: [(&str, &str); 1] = [("sure", "yes")];

async fn is_whole(world: &World, name: &str) {
    let report = store::verify::verify(&world.db, |_, _| ()).await.expect("it runs");
    assert!(report.is_sound(), "{name}: {:?}", report.faults);
    let lists = world.app.check_lists(|_| ()).await.expect("they are read");
    assert!(lists.differences.is_empty(), "{name}: {:?}", lists.differences);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_destroy_a_record_and_what_is_left_says_why() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let (case, number) = an_old_case(&world).await;
        let (admin, owner) = (world.client(p.admin).await, world.client(p.framework_owner).await);
        let path = format!("/admin/{}/keeping/destroy", world.place.area);
        admin.post(&path, &[]).await.expect(422).says("Choose at least one record");
        admin.post(&path, &[("records", "case:x")]).await.expect(422).says("Choose records from this list");
        for who in [p.auditor, p.coordinator, p.husband] {
            assert_eq!(world.client(who).await.post(&path, &[]).await.status, 404, "{name}");
        }
        let here = proposed(&world, &admin, &format!("case:{case}")).await;
        let page = admin.get(&here).await.expect(200).says(&number).says("8 years after the last thing");
        page.says("Anna Price").never_says("Alice").never_says("Destroy these records");
        admin.post(&format!("{here}/destroy"), &SURE).await.expect(403);
        owner.get(&here).await.expect(200).says("Destroy these records");
        let sure = owner.get(&format!("{here}/destroy")).await.expect(200);
        sure.says("I have checked the number, the days and the reason of each").never_says("looked at");
        owner.post(&format!("{here}/destroy"), &[]).await.expect(422).says("Tick this");
        let (before, ledger) = (world.case(case).await, amounts(&world, case).await);
        assert!(before.exists() && ledger > 0, "{name}: money was paid");
        // A job that waits for it ends quietly, and a letter about it does not go.
        world.app.work_once(None).await.expect("it is done");

        for _ in 0..2 {
            owner.post(&format!("{here}/destroy"), &SURE).await.leads_to(&format!("{here}?done=destroyed"));
        }
        let late = admin.post(&format!("{here}/take-back"), &[("why", "No")]).await.expect(422);
        late.says("destroyed already");
        let left = owner.get(&here).await.expect(200).says("Olu Adeyemi").says(&number);
        left.never_says("Take it back");
        owner.get(&format!("/admin/{}/disposals", world.place.area)).await.expect(200).says("Destroyed");
        // The old address: what is left for whoever may see that, and nothing to others.
        for who in [p.admin, p.auditor] {
            let page = world.client(who).await.get(&format!("/cases/{case}")).await.expect(410);
            page.says("This record was destroyed")
                .says(&number)
                .says("Records Management Code")
                .never_says("Alice");
        }
        for who in [p.husband, p.coordinator, p.nurse, p.finance1, p.commissioner] {
            let client = world.client(who).await;
            for page in ["", "/plan", "/money", "/everything", "/history"] {
                assert_eq!(client.get(&format!("/cases/{case}{page}")).await.status, 404, "{name}: {page}");
            }
            let words = [("text", "I write"), ("read-by", "everyone")];
            assert_eq!(client.post(&format!("/cases/{case}/notes"), &words).await.status, 404, "{name}");
            client.get("/home").await.expect(200).never_says(&number).never_says("Alice Hale");
        }
        let found = world.client(p.commissioner).await.post("/home", &[("words", "Alice")]).await.expect(200);
        found.never_says(&number).never_says("Alice Hale");
        let keeping = admin.get(&format!("/admin/{}/keeping", world.place.area)).await.expect(200);
        keeping.says("kept long enough (0)").never_says(&number);
        world.app.work_once(None).await.expect("nothing trips over it");
        assert_eq!(amounts(&world, case).await, ledger, "{name}: the ledger is as it was");
        is_whole(&world, name).await;
    }
}

/// How many entries the ledger of a case has.
async fn amounts(world: &World, case: CaseId) -> u64 {
    world.db.read(move |tx| store::ledger::length(tx, case)).await.expect("it is read")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_between_stops_it_and_it_can_be_taken_back() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let (case, number) = an_old_case(&world).await;
        let (admin, owner) = (world.client(p.admin).await, world.client(p.framework_owner).await);
        let record = format!("case:{case}");
        let here = proposed(&world, &admin, &record).await;
        let keeping = format!("/admin/{}/keeping", world.place.area);
        hold(&owner, &keeping, &number).await.expect(303);
        let stopped = owner.post(&format!("{here}/destroy"), &SURE).await.expect(422);
        stopped.says("It is held").says(&number);
        owner.get(&here).await.expect(200).says("It cannot be destroyed now: It is held");
        admin.post(&format!("{here}/take-back"), &[]).await.expect(422).says("Enter why it is taken back");
        for _ in 0..2 {
            let back = admin.post(&format!("{here}/take-back"), &[("why", "A claim")]).await;
            back.leads_to(&format!("{here}?done=taken-back"));
        }
        owner.post(&format!("{here}/destroy"), &SURE).await.expect(422).says("taken back already");
        let id = world.case(case).await.rights.holds().next().expect("a hold").id;
        let end = format!("{keeping}/{case}/holds/{id}/end");
        let third = world.colleague("Ada Bell", "ada@mendipvale.example", Post::Administrator).await;
        let third = world.client(third).await;
        third.post(&end, &[("why", "It was settled")]).await.expect(303);
        // Who ended a hold on it is neither of the two.
        let key = world.app.id().to_string();
        let fields = [("key", &*key), ("records", &*record)];
        let path = format!("{keeping}/destroy");
        third.post(&path, &fields).await.expect(403).says("You ended a hold");
        let here = proposed(&world, &admin, &record).await;
        third.post(&format!("{here}/destroy"), &SURE).await.expect(403);
        third.get(&here).await.expect(200).never_says("Destroy these records");
        third.get("/home").await.expect(200).never_says("Records to destroy");
        let event = Event::Written { text: prose("She rang."), read_by: ReadBy::Everyone };
        world.say(case, p.nurse, event).await;
        owner.post(&format!("{here}/destroy"), &SURE).await.expect(422).says("It is kept until");
        assert!(world.case(case).await.exists(), "{name}");
        // What is not due, and what is of another area, cannot be chosen.
        let path = format!("{keeping}/destroy");
        let key = world.app.id().to_string();
        let fields = [("key", &*key), ("records", &*record)];
        admin.post(&path, &fields).await.expect(422).says("It is kept until");
        let (area, other) = world.other_area("Over", "over@other.example").await;
        let elsewhere = world.client(other).await;
        assert_eq!(
            elsewhere.post(&format!("/admin/{area}/keeping/destroy"), &fields).await.status,
            404,
            "{name}"
        );
        let theirs = here.replace(&world.place.area.to_string(), &area.to_string());
        assert_eq!(elsewhere.get(&theirs).await.status, 404, "{name}");
        assert_eq!(elsewhere.post(&format!("{theirs}/destroy"), &SURE).await.status, 404, "{name}");
    }
}

/// Whoever writes at that moment gets a page in words, and the record is gone or
/// stopped it: nothing in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_destroyed_while_somebody_writes() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let (case, _) = an_old_case(&world).await;
        let (admin, owner) = (world.client(p.admin).await, world.client(p.framework_owner).await);
        let here = proposed(&world, &admin, &format!("case:{case}")).await;
        let path = format!("/cases/{case}/notes");
        let mut writers = vec![];
        for who in [p.nurse, p.coordinator] {
            let (client, path) = (world.client(who).await, path.clone());
            writers.push(tokio::spawn(async move {
                let mut answers = vec![];
                for no in 0..8 {
                    let words = format!("She rang, for the {no}. time.");
                    let fields = [("text", &*words), ("read-by", "everyone")];
                    answers.push(client.post(&path, &fields).await.status.as_u16());
                }
                answers
            }));
        }
        let destroyed = owner.post(&format!("{here}/destroy"), &SURE).await.status.as_u16();
        assert!([303, 422].contains(&destroyed), "{name}: {destroyed}");
        for writer in writers {
            let answers = writer.await.expect("it ends");
            assert!(answers.iter().all(|status| [303, 404, 422].contains(status)), "{name}: {answers:?}");
        }
        let gone = owner.get(&format!("/cases/{case}")).await.status.as_u16();
        assert_eq!(gone == 410, destroyed == 303, "{name}: {gone}, {destroyed}");
        is_whole(&world, name).await;
    }
}

/// A backup from before opens with the key that is outside. The list destroys what is
/// in it again, and whoever has no key destroys nothing by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_older_backup_is_destroyed_again_by_the_list() {
    for ((name, url), (_, other)) in databases::both().into_iter().zip(databases::both()) {
        let folder = tempfile::Builder::new().prefix("phb-test-").tempdir().expect("a folder");
        let (list, backup) = (folder.path().join("disposals.txt"), folder.path().join("before.backup"));
        let file = Some(list.clone());
        let world = World::with(&url, |settings| settings.disposals_file = file).await;
        let p = world.people;
        let (case, number) = an_old_case(&world).await;
        store::archive::backup(&world.db, &backup).await.expect("backed up");
        let (admin, owner) = (world.client(p.admin).await, world.client(p.framework_owner).await);
        let here = proposed(&world, &admin, &format!("case:{case}")).await;
        owner.post(&format!("{here}/destroy"), &SURE).await.expect(303);
        let kept = std::fs::read_to_string(&list).expect("the file is there");
        assert!(kept.contains(&number) && !kept.contains("Alice"), "{name}: {kept}");

        store::archive::restore(&backup, &other).await.expect("restored");
        let restored = world.another_server(&other, 0).await;
        assert!(restored.case(case).await.exists(), "{name}: it is all there again");
        let forged = kept.replacen(&number, "MV-2026-9999", 1);
        let refused = restored.app.destroy_again(&forged).await.expect_err("it is refused");
        assert!(refused.to_string().contains("line 1"), "{name}: {refused}");
        assert!(restored.case(case).await.exists(), "{name}: nothing was destroyed by it");
        // As a start does it, with the file that the settings name.
        let again = restored.app.keep_destroyed().await.expect("it is destroyed again");
        assert_eq!(again.records, 1, "{name}");
        assert_eq!(restored.app.keep_destroyed().await.expect("no more").records, 0, "{name}: once");
        let admin = restored.client(p.admin).await;
        admin.get(&format!("/cases/{case}")).await.expect(410).says(&number);
        assert_eq!(
            restored.client(p.husband).await.get(&format!("/cases/{case}")).await.status,
            404,
            "{name}"
        );
        admin.get(&here).await.expect(200).says("Olu Adeyemi");
        assert_eq!(std::fs::read_to_string(&list).expect("it is there"), kept, "{name}: it says so once");
        is_whole(&restored, name).await;
    }
}

/// All of a case is to be erased: asked by the one who speaks for her, granted by another.
async fn grant_erasure(world: &World, case: CaseId) {
    let husband = world.client(world.people.husband).await;
    let path = format!("/cases/{case}/rights/ask/erase");
    let key = husband.get(&path).await.expect(200).value("key").expect("a key");
    let fields = [("key", &*key), ("voice", "person"), ("what", "All of it"), ("why", "She wants that")];
    husband.post(&path, &fields).await.expect(303);
    let answer = [("answer", "yes"), ("all", "yes"), ("words", "All of it")];
    let coordinator = world.client(world.people.coordinator).await;
    coordinator.post(&format!("/cases/{case}/rights/{key}/answer"), &answer).await.expect(303);
}

/// What is granted to be erased waits until nothing goes on in it and its accounts are
/// empty; then for two people on their homes, and whoever decides for her is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_live_case_is_not_destroyed_whatever_was_granted() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.case_at(Stage::Review).await;
        let number = world.case(case).await.offer.opened.as_ref().expect("opened").reference.clone();
        grant_erasure(&world, case).await;
        let martins = async || world.letters_to("martin@mail.example").await;
        let granted = "All of a record is to be destroyed, as was asked";
        assert!(martins().await.iter().any(|letter| letter.subject == granted), "{name}");
        let (record, path) = (format!("case:{case}"), format!("/admin/{}/keeping/destroy", world.place.area));
        let refused = async |client: &Client, why: &str| {
            let key = world.app.id().to_string();
            let fields = [("key", &*key), ("records", &*record)];
            client.post(&path, &fields).await.expect(422).says(why);
        };
        let admin = world.client(p.admin).await;
        refused(&admin, "A payment is planned").await;
        cancel_payments(&world, case).await;
        refused(&admin, "The agreement about the money runs until").await;
        world.days_later(400);
        let (admin, owner) = (world.client(p.admin).await, world.client(p.framework_owner).await);
        refused(&admin, "An account still holds money").await;
        admin.get("/home").await.expect(200).never_says("Records to destroy");
        assert!(give_money_back(&world, case).await > Pence::ZERO, "{name}");

        for client in [&admin, &owner] {
            client.get("/home").await.expect(200).says("To be erased, as was granted: 1");
        }
        let here = proposed(&world, &admin, &record).await;
        admin.get("/home").await.expect(200).never_says("Records to destroy");
        let home = owner.get("/home").await.expect(200).says("Proposed by somebody else: 1");
        home.never_says("To be erased, as was granted");
        let page = owner.get(&format!("{here}/destroy")).await.expect(200);
        let page = page.says("It was granted that all of it is erased, on").never_says("8 years");
        page.says("by Jo");
        owner.post(&format!("{here}/destroy"), &SURE).await.expect(303);
        owner.get("/home").await.expect(200).never_says("Records to destroy");
        let gone = admin.get(&format!("/cases/{case}")).await.expect(410);
        gone.says("It was granted that all of it is erased, on");
        let all = martins().await;
        let told = all.iter().find(|letter| letter.subject.ends_with("is destroyed")).expect("a letter");
        assert!(told.failed.is_none() && told.body.contains("/home"), "{name}: {told:?}");
        assert!(!told.body.contains(&number) && !told.body.contains(&case.to_string()), "{name}");
        is_whole(&world, name).await;
    }
}
