//! Whatever somebody does to the rows behind the program's back, as the owner of
//! the database could, is named by what `phb verify` asks, and opens nothing.

#[path = "deeds/table.rs"]
mod table;

use domain::case::Voice;
use domain::team::TeamId;
use domain::{AccountId, BankLineId, Date, FileId, HoldingId, MessageId, PasskeyId, Pence, StatementId};
use service::{App, Clock, Settings};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::accounts::{self, OneTimeLink, Session};
use store::adopt::First;
use store::bank::{self, BankLine, Begun, Statement};
use store::factors::{self, Passkey, Unfinished};
use store::files::{self, NewFile};
use store::jobs::{self, Job};
use store::outbox::{self, Message};
use store::{Db, StoreError, Tx, looks, marks};
use table::{DEEDS, OF_POSTGRES, OF_SQLITE};
use testkit::world::{keys, prose};
use testkit::{Stage, World, databases};
use uuid::Uuid;

/// The ids that deeds name.
type Ids = BTreeMap<&'static str, Vec<u8>>;

/// A text with ids put in: `{name}` as `plain` says, `{name!}` as it is read.
fn put_in(text: &str, ids: &Ids, plain: impl Fn(&[u8]) -> String) -> String {
    let mut text = text.to_owned();
    for (name, bytes) in ids {
        text = text.replace(&format!("{{{name}}}"), &plain(bytes));
        text = text.replace(&format!("{{{name}!}}"), &read(bytes));
    }
    text
}

fn read(bytes: &[u8]) -> String {
    match Uuid::from_slice(bytes) {
        Ok(id) => id.to_string(),
        Err(_) => match std::str::from_utf8(bytes) {
            Ok(text) if text.chars().all(|c| !c.is_control()) => text.to_owned(),
            _ => hex::encode(bytes),
        },
    }
}

fn literal(url: &str, bytes: &[u8]) -> String {
    match (url.starts_with("postgres"), Uuid::from_slice(bytes)) {
        (true, Ok(id)) => format!("CAST('{id}' AS UUID)"),
        (true, Err(_)) => format!("decode('{}', 'hex')", hex::encode(bytes)),
        (false, _) => format!("x'{}'", hex::encode(bytes)),
    }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + n)
}

const HOLDING: HoldingId = HoldingId(Uuid::from_u128(0x401d));

/// One of each kind of row, beside what the story of Alice has.
fn fill(tx: &mut Tx<'_>, world: &World, case: domain::CaseId) -> Result<(), StoreError> {
    let (now, husband) = (world.app.clock.now(), world.people.husband);
    let by = Some(husband);
    let bytes = b"%PDF-1.7 a receipt".to_vec();
    let (name, media_type) = ("receipt.pdf".to_owned(), "application/pdf".to_owned());
    files::put(tx, &NewFile { id: FileId(id(1)), case, name, media_type, added: now, by, bytes })?;
    let statement = Statement {
        id: StatementId(id(2)),
        case,
        holding: HOLDING,
        file_sha256: [2; 32],
        name: "march.csv".into(),
        format: "csv".into(),
        opening: None,
        closing: Some(Pence(9_000)),
        from: Date::constant(2026, 1, 1),
        to: Date::constant(2026, 1, 31),
        imported: now,
        by,
    };
    let line = |n: u128, amount: i64| BankLine {
        id: BankLineId(id(n)),
        statement: statement.id,
        case,
        holding: HOLDING,
        line_no: 1,
        date: Date::constant(2026, 1, 8),
        amount: Pence(amount),
        description: "CARER".into(),
        reference: String::new(),
        dedupe_key: format!("line {n}"),
    };
    bank::insert_statement(tx, &statement, &[line(3, -4_000), line(4, -4_100)])?;
    bank::begin(tx, case, Begun { statement: StatementId(id(5)), lines: 3 })?;
    looks::record_look(tx, case, husband, "deeds", now)?;
    let list_look = store::list_looks::ListLook {
        id: id(15),
        account: husband,
        list: "deeds",
        at: now,
        subjects: vec![case.0],
    };
    store::list_looks::record(tx, &list_look, Date::constant(2026, 1, 8), &[case.0])?;
    let log = |n, day| store::security::Log { id: id(n), day };
    let event = store::security::SecurityEvent {
        at: now,
        last_at: now,
        times: 1,
        kind: domain::security::Kind::SignedIn,
        outcome: domain::security::Outcome::Done,
        account: by,
        about: by,
        areas: String::new(),
        case: None,
        reached: "/sign-in".into(),
        network: "0a1b2c3d".into(),
        browser: "A browser".into(),
        reference: String::new(),
        detail: "passphrase".into(),
    };
    let events = ["f00d", "f00e", "f00f"]
        .map(|reference| store::security::SecurityEvent { reference: reference.into(), ..event.clone() });
    store::security::add(tx, log(13, Date::constant(2026, 1, 8)), &events)?;
    let old = log(14, Date::constant(2023, 1, 8));
    store::security::add(tx, old, &events)?;
    store::security::remove(tx, old, Date::constant(2026, 1, 8))?;
    let session = |token_hash, ended| Session {
        token_hash,
        account: husband,
        started: now,
        last_seen: now,
        expires: now,
        ended,
        label: "A browser".into(),
        second_factor: true,
        acting_as: None,
    };
    accounts::start_session(tx, &session([6; 32], None))?;
    accounts::start_session(tx, &session([7; 32], Some(now)))?;
    let (purpose, body) = ("a-purpose".to_owned(), "{}".to_owned());
    factors::begin(tx, &Unfinished { token_hash: [6; 32], purpose, account: husband, body, expires: now })?;
    let (purpose, body) = ("recovery".to_owned(), "{}".to_owned());
    let link = OneTimeLink { token_hash: [8; 32], purpose, account: by, body, expires: now, used: Some(now) };
    accounts::add_one_time_link(tx, &link)?;
    factors::set_printed_codes(tx, husband, &[[9; 32]], now)?;
    factors::use_printed_code(tx, husband, &[9; 32], now)?;
    let key = Passkey {
        id: PasskeyId(id(10)),
        account: husband,
        credential: vec![10; 20],
        name: "Phone".into(),
        body: "{\"key\":1}".into(),
        counter: 0,
        added: now,
        used: None,
    };
    factors::add_passkey(tx, &key)?;
    let message = Message {
        id: MessageId(id(11)),
        account: by,
        link: None,
        to_address: "martin@mail.example".into(),
        subject: "A decision".into(),
        body: "Sign in to read it.".into(),
        queued: now,
        attempts: 0,
        sent: None,
        failed: None,
        last_error: None,
    };
    outbox::queue_message(tx, &message)?;
    jobs::enqueue(tx, &Job::new(id(12), "a-kind", "{\"a\":1}", now)).map(drop)
}

/// A database that was sealed, with the ids in it; nobody has it open.
async fn filled(url: &str) -> Ids {
    let world = World::new(url).await;
    let case = world.case_at(Stage::Review).await;
    let there = world.clone();
    world.db.write(move |tx| fill(tx, &there, case)).await.expect("filled");
    world.app.bring_up_to_date(|_, _| {}).await.expect("up to date");
    let now = world.app.clock.now();
    store::seal::seal(&world.db, now).await.expect("sealed");
    let people = world.people;
    let look = format!("{} {} deeds", now.as_second() / 900, people.husband);
    let strange = format!("{} {} deeds", now.as_second() / 900, people.stranger);
    let of = |account: AccountId| account.0.as_bytes().to_vec();
    let ids = BTreeMap::from([
        ("case", case.0.as_bytes().to_vec()),
        ("council", world.organisations.council.0.as_bytes().to_vec()),
        ("husband", of(people.husband)),
        ("stranger", of(people.stranger)),
        ("practitioner", of(people.council_worker)),
        ("nothing", id(999).as_bytes().to_vec()),
        ("file", id(1).as_bytes().to_vec()),
        ("statement", id(2).as_bytes().to_vec()),
        ("line", id(3).as_bytes().to_vec()),
        ("passkey", id(10).as_bytes().to_vec()),
        ("message", id(11).as_bytes().to_vec()),
        ("job", id(12).as_bytes().to_vec()),
        ("log", id(13).as_bytes().to_vec()),
        ("old-log", id(14).as_bytes().to_vec()),
        ("list-look", id(15).as_bytes().to_vec()),
        ("session", vec![6; 32]),
        ("ended", vec![7; 32]),
        ("link", vec![8; 32]),
        ("hash", vec![0xab; 32]),
        ("look", look.into_bytes()),
        ("strange-look", strange.into_bytes()),
    ]);
    world.db.clone().close().await;
    ids
}

/// All that `phb verify` says is wrong.
async fn said_of(url: &str) -> Vec<String> {
    let db = Db::open_existing_with(url, &keys()).await.expect("it opens");
    let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
    let report = store::verify::verify(&db, |_, _| ()).await.expect("it runs");
    assert!(report.unchecked.is_empty(), "{:?}", report.unchecked);
    let mut said: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    said.extend(app.check_lists(|_| ()).await.expect("lists").differences.iter().map(ToString::to_string));
    said.extend(app.check_upkeep().await.expect("upkeep"));
    db.close().await;
    said
}

/// Tables whose rows open nothing, send nothing and are no evidence, or are
/// named by what they stand beside. A copy is given only where it has the sum
/// that stands on the record (`everything::a_copy_is_given_only_with_its_sum`).
const OTHERWISE: &[&str] =
    &["attempts", "stored", "leases", "moves", "macs", "open_lines", "list_sights", "copies"];

/// A table that is added has its deeds, or it is said why not.
async fn every_table_has_its_deeds(url: &str) {
    let db = Db::open_existing(url).await.expect("it opens");
    let tables = db.read(store::stats::row_counts).await.expect("they are counted");
    db.close().await;
    for (table, _) in tables {
        let is_named = DEEDS.iter().any(|(_, says)| says.starts_with(&format!("{table}: ")));
        assert!(is_named != OTHERWISE.contains(&table), "{table}");
    }
}

async fn every_deed_is_named(url: &str, own: &[(&str, &str)]) {
    let ids = filled(url).await;
    every_table_has_its_deeds(url).await;
    assert_eq!(said_of(url).await, [""; 0], "nobody has done anything");
    let mut unseen = vec![];
    for (deed, says) in DEEDS.iter().chain(own) {
        let copy = databases::copy_of(url);
        databases::tamper(&copy, &put_in(deed, &ids, |bytes| literal(&copy, bytes)));
        let (says, said) = (put_in(says, &ids, read), said_of(&copy).await);
        if !said.iter().any(|line| line.starts_with(&says)) {
            unseen.push(format!("{deed}\n  is to give: {says}\n  gives: {}", said.join("\n         ")));
        }
        databases::drop_copy(&copy);
    }
    assert!(unseen.is_empty(), "{} unseen:\n{}", unseen.len(), unseen.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_named_on_sqlite() {
    every_deed_is_named(&databases::sqlite_url(), OF_SQLITE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deed_is_named_on_postgres() {
    every_deed_is_named(&databases::postgres_url(), OF_POSTGRES).await;
}

/// Adds an event with a right hash, as somebody could who knows how the chain
/// is made and has not the key.
fn forge(url: &str, stream: (&str, Uuid), author: &str, word: &str, body: &str) {
    let (kind, id) = stream;
    let at_id = literal(url, id.as_bytes());
    let hex_of = |column: &str| match url.starts_with("postgres") {
        true => format!("encode({column}, 'hex')"),
        false => format!("lower(hex({column}))"),
    };
    let ask = |what: &str| databases::text_of(url, &format!("SELECT {what} FROM streams WHERE id = {at_id}"));
    let head = hex::decode(ask(&hex_of("head"))).expect("a hash");
    let seq = ask("CAST(version AS TEXT)").parse::<i64>().expect("a number") + 1;
    let at = 1_772_440_000_000_000_i64;
    let mut hashed = head;
    let mut part = |bytes: &[u8]| {
        hashed.extend((bytes.len() as u64).to_be_bytes());
        hashed.extend(bytes);
    };
    part(kind.as_bytes());
    part(id.as_bytes());
    part(&seq.to_be_bytes());
    part(&at.to_be_bytes());
    part(author.as_bytes());
    part(word.as_bytes());
    part(body.as_bytes());
    let hash = literal(url, &Sha256::digest(hashed));
    databases::tamper(
        url,
        &format!(
            "INSERT INTO events (stream_kind, stream_id, seq, at, author, type, body, hash)
             VALUES ('{kind}', {at_id}, {seq}, {at}, '{author}', '{word}', '{body}', {hash});
             UPDATE streams SET version = {seq}, head = {hash} WHERE id = {at_id}"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_under_anothers_name_is_named_and_not_believed() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let (coordinator, council) = (world.people.coordinator, world.organisations.council);
        world.db.clone().close().await;
        let word = "notes.written";
        let body =
            r#"{"type":"notes.written","data":{"text":"She agreed to everything.","read_by":"everyone"}}"#;
        forge(&url, ("case", case.0), &coordinator.to_string(), word, body);
        let said = said_of(&url).await;
        let says = format!("streams: case {case}, number ");
        assert!(said.iter().any(|line| line.starts_with(&says)), "{name}: {said:?}");
        assert!(
            said.iter().all(|line| !line.starts_with("events: ")),
            "{name}: its chain is right: {said:?}"
        );
        let db = Db::open_existing_with(&url, &keys()).await.expect("it opens");
        let stream = store::Stream { kind: store::StreamKind::Case, id: case.0 };
        let read = db.read(move |tx| store::record::version(tx, stream)).await;
        assert!(matches!(read, Err(StoreError::NotOurs { .. })), "{name}: {read:?}");
        let other = store::Stream { kind: store::StreamKind::Organisation, id: council.0 };
        assert!(db.read(move |tx| store::record::version(tx, other)).await.is_ok(), "{name}");
        db.close().await;
    }
}

/// An event that was changed in its place, with all that lists say of it, gives
/// nobody a post either.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_changed_is_not_believed() {
    for (name, url) in databases::both() {
        let ids = filled(&url).await;
        let account = |name: &str| AccountId(Uuid::from_slice(&ids[name]).expect("an id"));
        databases::tamper(
            &url,
            &put_in(
                "UPDATE events SET body = REPLACE(body, '{practitioner!}', '{stranger!}') WHERE stream_id = {council};
                 UPDATE list_rows SET owner = {stranger} WHERE list = 'posts' AND owner = {practitioner}",
                &ids,
                |bytes| literal(&url, bytes),
            ),
        );
        let db = Db::open_existing_with(&url, &keys()).await.expect("it opens");
        let app = App::new(db.clone(), Clock::of_the_machine(), Settings::default());
        let stranger = app.actor_of(account("stranger"), true).await;
        assert!(stranger.is_err(), "{name}: {stranger:?}");
        let husband = app.actor_of(account("husband"), true).await;
        assert!(matches!(husband, Ok(Some(_))), "{name}: and nobody else is hindered: {husband:?}");
        db.close().await;
    }
}

/// Rows that somebody put in, who has not the key, open nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_in_opens_nothing() {
    for (name, url) in databases::both() {
        let ids = filled(&url).await;
        let case = domain::CaseId(Uuid::from_slice(&ids["case"]).expect("an id"));
        let stranger = AccountId(Uuid::from_slice(&ids["stranger"]).expect("an id"));
        for deed in [
            // A post in the council, by a list; the person's place, by a list.
            "INSERT INTO list_rows (list, stream_kind, stream_id, row_no, area, owner, state, sort, body)
             SELECT list, stream_kind, stream_id, 999, area, {stranger}, state, sort, body FROM list_rows
             WHERE list = 'posts' AND owner = {practitioner}",
            "INSERT INTO list_rows (list, stream_kind, stream_id, row_no, area, owner, state, sort, body)
             SELECT list, stream_kind, stream_id, 999, area, {stranger}, state, sort, body FROM list_rows
             WHERE list = 'my-cases' AND owner = {husband} AND stream_id = {case}",
            "INSERT INTO sessions (token_hash, account_id, started, last_seen, expires, label, second_factor)
             SELECT {hash}, {practitioner}, started, last_seen, 9000000000000000, label, 1 FROM sessions WHERE token_hash = {session}",
            "INSERT INTO login_names (name, account_id) VALUES ('thief@example.org', {practitioner})",
            "UPDATE one_time_links SET used = NULL, expires = 9000000000000000 WHERE token_hash = {link}",
            "UPDATE jobs SET body = '{\"a\":2}' WHERE id = {job}",
            "UPDATE messages SET to_address = 'thief@example.org' WHERE id = {message}",
        ] {
            databases::tamper(&url, &put_in(deed, &ids, |bytes| literal(&url, bytes)));
        }
        let db = Db::open_existing_with(&url, &keys()).await.expect("it opens");
        let now: domain::Timestamp = "2026-06-01T10:00:00Z".parse().expect("an instant");
        let app = App::new(db.clone(), Clock::standing_at(now), Settings::default());
        // What was not encrypted for its row is not believed, whatever the record says.
        let refused = app.actor_of(stranger, true).await;
        let why = refused.expect_err("a row of a list gives nobody a post").to_string();
        assert!(
            why.contains("list_rows, row") && why.contains("not written by this program"),
            "{name}: {why}"
        );
        let put_in = "DELETE FROM list_rows WHERE row_no = 999 AND list = 'posts'";
        databases::tamper(&url, put_in);
        let actor = app.actor_of(stranger, true).await.expect(name).expect("they have an account");
        assert_eq!(actor.posts, [], "{name}");
        let plan = app.see(&actor, case, domain::access::Action::SeePlan, "plan").await;
        assert!(plan.is_err(), "{name}: nor a plan");
        let forged = |outcome: Result<bool, StoreError>| matches!(outcome, Err(StoreError::NotOurs { .. }));
        let session = db.read(|tx| Ok(accounts::session(tx, &[0xab; 32])?.is_some())).await;
        assert!(forged(session), "{name}: nobody is signed in by it");
        let email = "thief@example.org".parse().expect("an address");
        let found = db.read(move |tx| Ok(accounts::account_by_email(tx, &email)?.is_some())).await;
        assert_eq!(found, Ok::<_, StoreError>(false), "{name}: it is nobody's name: nobody finds it");
        let link = db.write(move |tx| accounts::use_one_time_link(tx, &[8; 32], now)).await;
        assert!(forged(link), "{name}: it was used");
        let ran = db.write(move |tx| {
            let mut ran = vec![];
            while let Some(job) = jobs::claim(tx, now, 60)? {
                ran.push(job.id);
            }
            Ok::<_, StoreError>(ran)
        });
        assert!(!ran.await.expect(name).contains(&id(12)), "{name}: the others are done, this one is not");
        let sent = db.write(move |tx| outbox::messages_to_send(tx, now, 60, 100)).await;
        let sent: Vec<Uuid> = sent.map_err(|e: StoreError| e).expect(name).iter().map(|m| m.id.0).collect();
        assert!(!sent.contains(&id(11)) && !sent.is_empty(), "{name}: the others are sent, this one is not");
        // Given up, and still as it was put in, for verify to name.
        let said = said_of(&url).await;
        for table in ["jobs: ", "messages: "] {
            assert!(said.iter().any(|line| line.starts_with(table)), "{name}: {table}: {said:?}");
        }
        db.close().await;
    }
}

/// A new key counts from the next start on; the old one checks what it made,
/// until all is signed anew, and seals for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_lost_and_a_key_that_is_new() {
    for (name, url) in databases::both() {
        filled(&url).await;
        let without = Db::open_existing(&url).await.expect("it can be read without a key");
        let refused = without.write(|tx| marks::set(tx, "lists", "done 1")).await;
        assert!(matches!(refused, Err(StoreError::NoKey { .. })), "{name}: and not written: {refused:?}");
        let report = store::verify::verify(&without, |_, _| ()).await.expect("it runs");
        assert!(report.is_sound() && !report.unchecked.is_empty(), "{name}: {:?}", report.faults);
        without.close().await;

        let (old, new) = ("5a".repeat(32), "6b".repeat(32));
        let ring = |text: &str| store::keys::Keys::parse(text).expect("keys");
        let other = Db::open_existing_with(&url, &ring(&new)).await.expect("it opens");
        let refused = store::adopt::adopt(&other, First::Sign, |_| ()).await;
        assert!(matches!(refused, Err(StoreError::NoKey { .. })), "{name}: {refused:?}");
        other.close().await;

        databases::tamper(&url, "UPDATE jobs SET body = '{}' WHERE kind = 'a-kind'");
        let both = Db::open_existing_with(&url, &ring(&format!("{new}\n{old}"))).await.expect("it opens");
        assert!(
            store::adopt::adopt(&both, First::Refuse, |_| ()).await.expect(name) > 50,
            "{name}: signed anew"
        );
        assert_eq!(store::adopt::adopt(&both, First::Refuse, |_| ()).await, Ok(0), "{name}: once");
        both.close().await;
        let alone = Db::open_existing_with(&url, &ring(&new)).await.expect("it opens");
        let report = store::verify::verify(&alone, |_, _| ()).await.expect("it runs");
        // The row that somebody changed was not signed, so that it is not made right.
        let keys: Vec<u64> = report.unchecked.of_each().map(|(_, rows)| rows).collect();
        assert_eq!(keys, [1 + report.seals], "{name}: the seals, and the job");
        alone.close().await;
    }
}

/// Whose colleague somebody is, and which team is of a case, is not believed of
/// a row of a list either.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_makes_nobody_a_colleague_and_no_team_anothers() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (case, other) = (world.case_at(Stage::Review).await, world.case_at(Stage::Review).await);
        let (people, area) = (world.people, world.place.area);
        let (coordinator, administrator) =
            (world.actor(people.coordinator).await, world.actor(people.admin).await);
        let begun =
            world.app.begin_team(&coordinator, other, TeamId(id(20)), Voice::Person, prose("It is hers."));
        begun.await.expect(name);
        let ids = BTreeMap::from([
            ("case", case.0.as_bytes().to_vec()),
            ("other", other.0.as_bytes().to_vec()),
            ("stranger", people.stranger.0.as_bytes().to_vec()),
            ("practitioner", people.council_worker.0.as_bytes().to_vec()),
        ]);
        let team = async |case| world.app.team(&coordinator, case).await.expect(name).1;
        assert!(team(other).await.is_some() && team(case).await.is_none(), "{name}: as it is");
        for (list, from, to) in [("of-case", "other", "case"), ("posts", "practitioner", "stranger")] {
            let deed = format!(
                "INSERT INTO list_rows (list, stream_kind, stream_id, row_no, area, owner, state, sort, body)
                 SELECT list, stream_kind, stream_id, 999, area, {{{to}}}, state, sort, body FROM list_rows
                 WHERE list = '{list}' AND owner = {{{from}}}"
            );
            databases::tamper(&url, &put_in(&deed, &ids, |bytes| literal(&url, bytes)));
        }
        assert!(team(case).await.is_none(), "{name}: another's team");
        let history = world.client(people.coordinator).await.get(&format!("/cases/{case}/history")).await;
        assert!(!history.expect(200).text().contains("It is hers."), "{name}: nor what happened in it");
        let found = world.app.colleague(&administrator, area, people.stranger).await;
        assert!(found.is_err(), "{name}: not one of the area: {found:?}");
        let asked = world.app.invite_colleague_again(&administrator, area, people.stranger).await;
        assert!(asked.is_err(), "{name}: nor to be written to");
    }
}

/// What the program itself does, over years, leaves nothing to be named; nor is
/// anything named of it elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_program_does_is_sound() {
    let [(_, sqlite), (_, postgres)] = databases::both();
    for (url, other) in [(&sqlite, databases::postgres_url()), (&postgres, databases::sqlite_url())] {
        let world = World::new(url).await;
        let case = world.case_at(Stage::Review).await;
        let there = world.clone();
        world.db.write(move |tx| fill(tx, &there, case)).await.expect("filled");
        for days in [0, 3, 40, 100, 900] {
            world.days_later(days);
            world.client(world.people.husband).await.get(&format!("/cases/{case}")).await.expect(200);
            world.app.work_once(None).await.expect("its jobs");
            world.app.rebuild(|_| ()).await.expect("its lists");
            world.app.bring_up_to_date(|_, _| ()).await.expect("up to date");
            store::seal::seal(&world.db, world.app.clock.now()).await.expect("sealed");
            assert_eq!(said_of(url).await, [""; 0], "{url}: {days} days later");
        }
        let file = std::path::PathBuf::from(format!("{}.backup", databases::sqlite_url()));
        store::archive::backup(&world.db, &file).await.expect("backed up");
        store::archive::restore(&file, &other).await.expect("restored");
        assert_eq!(said_of(&other).await, [""; 0], "{url}: its backup, in the other kind");
    }
}
