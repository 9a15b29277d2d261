//! What somebody reads who has the database and not its key, and what they reach
//! by moving what they cannot read.

mod common;

use common::{Event, append, at, case_stream, keys, of_rows, said, tamper};
use domain::{
    AccountId, BankLineId, CaseId, CopyId, Date, EmailAddress, FileId, MessageId, Pence, Recorded, RequestId,
    StatementId,
};
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::Path;
use store::accounts::{self, Credential};
use store::bank::{self, BankLine, Statement};
use store::copies::{self, Kept};
use store::factors::{self, Unfinished};
use store::files::{self, NewFile};
use store::keys::Keys;
use store::lists::{self, Filter, ListRow};
use store::outbox::{self, Message};
use store::{
    Db, StoreError, Stream, StreamKind, Tx, adopt, data_keys, encrypt, marks, record, rotate, seal, verify,
};
use testkit::databases;
use uuid::Uuid;

const WORDS: [&str; 3] = ["Marigold sings", "on Fridays", "with her brother Tobias"];

fn other_ring() -> Keys {
    Keys::parse(&"7b".repeat(32)).expect("a key")
}

fn both_rings() -> Keys {
    Keys::parse(&format!("{}\n{}", "7b".repeat(32), "5a".repeat(32))).expect("two keys")
}

async fn told(url: &str) -> Db {
    let db = Db::open_with(url, &keys()).await.expect("it opens");
    assert!(db.is_encrypted(), "a database that is made with a key is encrypted from the beginning");
    for n in [1, 2] {
        append(&db, case_stream(n), 0, WORDS.iter().map(|words| said(words)).collect()).await.expect("told");
    }
    db
}

async fn load(db: &Db, n: u128) -> Result<Vec<Recorded<Event>>, StoreError> {
    db.read(move |tx| record::load::<Event>(tx, case_stream(n))).await
}

fn words(events: &[Recorded<Event>]) -> Vec<Event> {
    events.iter().map(|event| event.event.clone()).collect()
}

/// Everything that lies in files: those of the database, where it is one, and a backup.
async fn as_bytes(db: &Db, url: &str, folder: &Path) -> Vec<u8> {
    let backup = folder.join("backup");
    store::archive::backup(db, &backup).await.expect("a backup");
    let mut all = vec![];
    let file = std::fs::File::open(&backup).expect("it is there");
    flate2::read::GzDecoder::new(file).read_to_end(&mut all).ok();
    if !url.starts_with("postgres") {
        for suffix in ["", "-wal", "-shm"] {
            all.extend(std::fs::read(format!("{url}{suffix}")).unwrap_or_default());
        }
    }
    all
}

fn holds(all: &[u8], words: &str) -> bool {
    all.windows(words.len()).any(|some| some == words.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_copies_the_database_or_a_backup_reads_no_word() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, url) in databases::both() {
        let db = told(&url).await;
        let all = as_bytes(&db, &url, folder.path()).await;
        assert!(holds(&all, "x1:"), "{name}: something is there");
        for words in WORDS {
            assert!(!holds(&all, words), "{name}: {words}");
        }
        assert_eq!(words(&load(&db, 1).await.expect(name)), WORDS.map(said), "{name}: and it can be read");
        assert_eq!(verify::verify(&db, |_, _| ()).await.expect(name).faults, [], "{name}");
        db.close().await;

        // Without the key nothing is read, nothing written, and what can be checked is sound.
        let db = Db::open_existing(&url).await.expect(name);
        assert!(matches!(load(&db, 1).await, Err(StoreError::NoKey { .. })), "{name}");
        assert!(append(&db, case_stream(3), 0, vec![said("no")]).await.is_err(), "{name}");
        let report = verify::verify(&db, |_, _| ()).await.expect(name);
        assert_eq!(report.faults, [], "{name}");
        assert!(!report.unchecked.is_empty(), "{name}");
        db.close().await;
    }
}

const CASE: CaseId = CaseId(Uuid::from_u128(1));
const JO: AccountId = AccountId(Uuid::from_u128(8));
const SECRET: &[u8] = b"the seed of an app's codes";

/// Words that stand beside the record, in one row of each table that has such.
const BESIDE: [&str; 13] = [
    "scan-of-marigold.pdf",
    "%PDF-1.7 a receipt",
    "savings-of-tobias.csv",
    "CAFE AT THE BLUE DOOR",
    "thank you Marigold",
    "the folded description",
    "all that is held",
    "tobias@example.org",
    "News about Marigold",
    "Dear Tobias",
    "the seed of",
    "marigold oakapple",
    "Marigold Oakapple",
];

fn bank_line() -> BankLine {
    BankLine {
        id: BankLineId(Uuid::from_u128(12)),
        statement: StatementId(Uuid::from_u128(11)),
        case: CASE,
        holding: common::HOLDING,
        line_no: 1,
        date: Date::constant(2026, 3, 1),
        amount: Pence(-450),
        description: "CAFE AT THE BLUE DOOR".into(),
        reference: "thank you Marigold".into(),
        dedupe_key: "2026-03-01|-450|the folded description|1".into(),
    }
}

fn message(n: u128, account: Option<AccountId>) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(n)),
        account,
        link: None,
        to_address: "tobias@example.org".into(),
        subject: "News about Marigold".into(),
        body: "Dear Tobias".into(),
        queued: at(3),
        attempts: 0,
        sent: None,
        failed: None,
        last_error: None,
    }
}

fn unfinished() -> Unfinished {
    let (purpose, body) = ("an-app".to_owned(), "the seed of another app".to_owned());
    Unfinished { token_hash: [6; 32], purpose, account: JO, body, expires: at(9) }
}

fn copy_of_all() -> Kept {
    let (id, request) = (CopyId(Uuid::from_u128(14)), RequestId(Uuid::from_u128(15)));
    Kept { id, case: CASE, request, until: Date::constant(2026, 4, 1), bytes: b"all that is held".to_vec() }
}

fn list_row() -> ListRow {
    ListRow {
        list: "cases".into(),
        area: Some(Uuid::from_u128(50)),
        folded: Some(lists::search_key("Marigold Oakapple")),
        sort: Some("000017".into()),
        body: r#"{"name":"Marigold Oakapple"}"#.into(),
        ..ListRow::default()
    }
}

fn fill(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    assert!(lists::replace(tx, case_stream(1), &[list_row()])?);
    let (name, media_type) = ("scan-of-marigold.pdf".into(), "application/pdf".into());
    let (id, bytes) = (FileId(Uuid::from_u128(10)), b"%PDF-1.7 a receipt".to_vec());
    files::put(tx, &NewFile { id, case: CASE, name, media_type, added: at(3), by: None, bytes })?;
    let statement = Statement {
        id: StatementId(Uuid::from_u128(11)),
        case: CASE,
        holding: common::HOLDING,
        file_sha256: [2; 32],
        name: "savings-of-tobias.csv".into(),
        format: "csv".into(),
        opening: None,
        closing: None,
        from: Date::constant(2026, 3, 1),
        to: Date::constant(2026, 3, 31),
        imported: at(3),
        by: None,
    };
    assert_eq!(bank::insert_statement(tx, &statement, &[bank_line()])?.len(), 1);
    copies::keep(tx, &copy_of_all())?;
    outbox::queue_message(tx, &message(16, Some(JO)))?;
    outbox::queue_message(tx, &message(17, None))?;
    let email = EmailAddress::parse("tobias@example.org").expect("an address");
    assert!(accounts::add_login_name(tx, &email, JO)?);
    accounts::set_credential(
        tx,
        &Credential {
            account: JO,
            passphrase_hash: "$argon2id$".into(),
            totp_secret: Some(SECRET.to_vec()),
            totp_last_step: None,
            changed: at(3),
        },
    )?;
    factors::begin(tx, &unfinished())
}

/// All of it as it was written.
fn is_all_there(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let (file, bytes) = files::get(tx, FileId(Uuid::from_u128(10)))?.expect("a file");
    assert_eq!(
        (file.name.as_str(), bytes.as_slice()),
        ("scan-of-marigold.pdf", b"%PDF-1.7 a receipt".as_slice())
    );
    assert_eq!(files::list(tx, CASE)?, [file]);
    assert_eq!(bank::statements(tx, CASE)?[0].name, "savings-of-tobias.csv");
    assert_eq!(bank::lines(tx, common::HOLDING)?, [bank_line()]);
    assert_eq!(bank::are_known(tx, &[&bank_line()])?, [true], "the same line is known again");
    let copy = copy_of_all();
    assert_eq!(copies::get(tx, CASE, copy.id, Sha256::digest(&copy.bytes).into())?, Some(copy.bytes));
    assert_eq!(outbox::of_account(tx, JO)?, [message(16, Some(JO))]);
    assert_eq!(outbox::message(tx, MessageId(Uuid::from_u128(17)))?, Some(message(17, None)));
    let email = EmailAddress::parse("tobias@example.org").expect("an address");
    assert_eq!(accounts::account_by_email(tx, &email)?, Some(JO));
    assert_eq!(accounts::login_names(tx, JO)?, ["tobias@example.org"]);
    assert_eq!(accounts::credential(tx, JO)?.and_then(|known| known.totp_secret).as_deref(), Some(SECRET));
    assert_eq!(accounts::count_with_secret(tx, SECRET)?, 1);
    assert_eq!(factors::begun(tx, &[6; 32], "an-app")?, Some(unfinished()));
    for words in ["", "oak mari", "GOLD"] {
        let filter = Filter { text: Some(words.into()), ..Filter::default() };
        let found = lists::by_area(tx, "cases", Uuid::from_u128(50), &filter)?;
        assert_eq!(found.into_iter().map(|listed| listed.row).collect::<Vec<_>>(), [list_row()], "{words}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_what_stands_beside_the_record() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, url) in databases::both() {
        let clear = databases::both().into_iter().find(|(other, _)| *other == name).expect("another").1;
        for (url, keys, is_there) in [(&url, keys(), false), (&clear, Keys::default(), true)] {
            let db = Db::open_with(url, &keys).await.expect(name);
            db.write(fill).await.expect(name);
            db.read(is_all_there).await.expect(name);
            let all = as_bytes(&db, url, folder.path()).await;
            for words in BESIDE {
                assert_eq!(holds(&all, words), is_there, "{name}: {words}");
            }
            assert_eq!(verify::verify(&db, |_, _| ()).await.expect(name).faults, [], "{name}");
            assert!(db.write(|tx| factors::finish(tx, &unfinished())).await.expect(name), "{name}");
            assert!(!db.write(|tx| factors::finish(tx, &unfinished())).await.expect(name), "{name}: once");
            let sent = db.write(|tx| outbox::messages_to_send(tx, at(9), 60, 9)).await.expect(name);
            assert_eq!(
                sent.iter().map(|m| m.body.as_str()).collect::<Vec<_>>(),
                ["Dear Tobias"; 2],
                "{name}"
            );
            let removed = db.write(|tx| accounts::remove_login_name(tx, "tobias@example.org", JO)).await;
            assert_eq!(removed, Ok(true), "{name}");
            db.close().await;
        }
    }
}

/// Of SQL, and how the row is named by whoever reads it.
const BESIDE_DEEDS: [(&str, &str); 6] = [
    ("UPDATE files SET bytes = (SELECT bytes FROM copies)", "files, row"),
    ("UPDATE files SET name = (SELECT name FROM statements)", "files, row"),
    ("UPDATE bank_lines SET description = reference", "bank_lines, row"),
    ("UPDATE copies SET bytes = (SELECT bytes FROM files)", "copies, row"),
    ("UPDATE statements SET name = 'in the clear'", "statements, row"),
    ("UPDATE list_rows SET body = folded", "list_rows, row"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_beside_the_record_is_named_too() {
    for (name, url) in databases::both() {
        let db = Db::open_with(&url, &keys()).await.expect(name);
        db.write(fill).await.expect(name);
        db.close().await;
        for (deed, named) in BESIDE_DEEDS {
            let url = databases::copy_of(&url);
            tamper(&url, deed).expect(deed);
            let db = Db::open_with(&url, &keys()).await.expect(name);
            let read = |tx: &mut Tx<'_>| {
                let sum = Sha256::digest(copy_of_all().bytes).into();
                files::get(tx, FileId(Uuid::from_u128(10)))?;
                bank::lines(tx, common::HOLDING)?;
                bank::statements(tx, CASE)?;
                lists::of_stream(tx, case_stream(1))?;
                copies::get(tx, CASE, copy_of_all().id, sum)
            };
            let why = db.read(read).await.expect_err(deed).to_string();
            assert!(
                why.contains(named) && why.contains("not written by this program"),
                "{name}: {deed}: {why}"
            );
            db.close().await;
            databases::drop_copy(&url);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_everything_is_as_before() {
    for (name, url) in databases::both() {
        let db = Db::open(&url).await.expect(name);
        append(&db, case_stream(1), 0, vec![said("x1:not encrypted")]).await.expect(name);
        assert!(!db.is_encrypted(), "{name}");
        assert_eq!(words(&load(&db, 1).await.expect(name)), [said("x1:not encrypted")], "{name}");
        let folder = tempfile::tempdir().expect("a folder");
        assert!(holds(&as_bytes(&db, &url, folder.path()).await, "not encrypted"), "{name}");
        db.close().await;
    }
}

/// Of SQL, and the row that is named by whoever reads.
const DEEDS: [(&str, &str); 6] = [
    // Two change places, within a case.
    (
        "UPDATE events SET body = (SELECT o.body FROM events o WHERE o.seq = 5 - events.seq
             AND o.stream_id = events.stream_id) WHERE seq IN (2, 3)",
        " 2: it was not written",
    ),
    // One is moved to the same place of another case.
    (
        "UPDATE events SET body = (SELECT o.body FROM events o WHERE o.seq = 2
             AND o.stream_id <> events.stream_id) WHERE seq = 2",
        " 2: it was not written",
    ),
    ("UPDATE events SET body = SUBSTR(body, 1, LENGTH(body) - 4) WHERE seq = 3", " 3: it was not written"),
    ("UPDATE events SET body = 'x1:' WHERE seq = 1", " 1: it was not written"),
    (
        "UPDATE events SET body = '{\"type\":\"said\",\"words\":\"let them in\"}' WHERE seq = 2",
        " 2: it was not written",
    ),
    ("UPDATE events SET type = 'left' WHERE seq = 2", " 2: it was not written"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_cut_or_put_in_is_named_and_not_believed() {
    for (deed, named) in DEEDS {
        for (name, url) in databases::both() {
            let db = told(&url).await;
            tamper(&url, deed).expect(deed);
            let why = load(&db, 1).await.expect_err(deed).to_string();
            assert!(why.contains(named) && why.contains("table events"), "{name}: {deed}: {why}");
            let before = db.read(|tx| record::load_before::<Event>(tx, case_stream(1), None, 9)).await;
            assert!(matches!(before, Err(StoreError::NotOurs { .. })), "{name}: {deed}: a page of it");
            let until = db.read(|tx| record::load_until::<Event>(tx, case_stream(1), at(9))).await;
            assert!(matches!(until, Err(StoreError::NotOurs { .. })), "{name}: {deed}: an earlier day");
            assert!(db.read(|tx| record::written(tx, case_stream(1))).await.is_err(), "{name}: {deed}");
            assert!(!verify::verify(&db, |_, _| ()).await.expect(name).is_sound(), "{name}: {deed}");
            db.close().await;
        }
    }
}

/// Of SQL done to keys, what reading says then, and what `verify` names.
const OF_KEYS: [(&str, &str, &str); 5] = [
    (
        "UPDATE data_keys SET wrapped = (SELECT o.wrapped FROM data_keys o WHERE o.id <> data_keys.id)",
        "table data_keys, row case 00000000-0000-0000-0000-000000000001: it was not written",
        "data_keys: case 00000000-0000-0000-0000-000000000001: edited",
    ),
    (
        "DELETE FROM data_keys",
        "case 00000000-0000-0000-0000-000000000001: its key is not in the database",
        "data_keys: case 00000000-0000-0000-0000-000000000001: deleted",
    ),
    (
        "DELETE FROM data_keys; DELETE FROM macs WHERE of_table = 'data_keys'",
        "case 00000000-0000-0000-0000-000000000001: its key is not in the database",
        "data_keys: case 00000000-0000-0000-0000-000000000001: deleted",
    ),
    (
        "UPDATE data_keys SET wrapped = NULL, destroyed = 7",
        "case 00000000-0000-0000-0000-000000000001: this was destroyed",
        "data_keys: case 00000000-0000-0000-0000-000000000001: edited",
    ),
    (
        "UPDATE data_keys SET wrapped = events.hash FROM events",
        "a key",
        "data_keys: case 00000000-0000-0000-0000-000000000001: edited",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_somebody_changed_are_named() {
    for (deed, said_then, named) in OF_KEYS {
        for (name, url) in databases::both() {
            let db = told(&url).await;
            tamper(&url, deed).expect(deed);
            let why = load(&db, 1).await.expect_err(deed).to_string();
            assert!(why.contains(said_then) || said_then == "a key", "{name}: {deed}: {why}");
            let report = verify::verify(&db, |_, _| ()).await.expect(name);
            let faults: Vec<String> = of_rows(&report).iter().map(|fault| fault.to_string()).collect();
            assert!(faults.iter().any(|fault| fault == named), "{name}: {deed}: {faults:?}");
            db.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_database_write_in_the_clear_again() {
    for deed in
        ["UPDATE marks SET value = REPLACE(value, ' encrypted', '')", "DELETE FROM marks WHERE name = 'keys'"]
    {
        for (name, url) in databases::both() {
            told(&url).await.close().await;
            tamper(&url, deed).expect(deed);
            let db = Db::open_existing_with(&url, &keys()).await.expect(name);
            let refused = append(&db, case_stream(3), 0, vec![said("in the clear")]).await;
            assert!(matches!(refused, Err(StoreError::NotOurs { .. })), "{name}: {deed}: {refused:?}");
            db.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_destroyed_is_gone_for_every_server_and_the_chain_is_whole() {
    for (name, url) in databases::both() {
        let (db, other) = (told(&url).await, Db::open_with(&url, &keys()).await.expect(name));
        assert_eq!(load(&other, 1).await.expect(name).len(), WORDS.len(), "{name}: it has read it");
        let destroy = |tx: &mut store::Tx<'_>| data_keys::destroy(tx, case_stream(1), at(9));
        assert_eq!(db.write(destroy).await, Ok(true), "{name}");
        assert_eq!(db.write(destroy).await, Ok(false), "{name}: once");
        let gone = StoreError::KeyGone { of: case_stream(1).to_string(), destroyed: true };
        for server in [&db, &other] {
            assert_eq!(load(server, 1).await, Err(gone.clone()), "{name}");
            // Also where nothing new is asked for.
            let newer = server.read(|tx| record::load_after::<Event>(tx, case_stream(1), 3)).await;
            assert_eq!(newer, Err(gone.clone()), "{name}");
            assert_eq!(
                append(server, case_stream(1), 3, vec![said("more")]).await,
                Err(gone.clone()),
                "{name}"
            );
            assert_eq!(words(&load(server, 2).await.expect(name)), WORDS.map(said), "{name}: another case");
        }
        assert!(gone.to_string().contains("this was destroyed"), "{gone}");
        let report = verify::verify(&db, |_, _| ()).await.expect(name);
        assert_eq!((report.faults, report.destroyed), (vec![], 1), "{name}");
        let never = Stream { kind: StreamKind::Team, id: Uuid::from_u128(9) };
        assert_eq!(db.write(move |tx| data_keys::destroy(tx, never, at(9))).await, Ok(false), "{name}");
        other.close().await;
        db.close().await;
    }
}

/// Destroyed while somebody adds to it: either the event came first, or it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn destroying_while_somebody_writes() {
    for (name, url) in databases::both() {
        let (db, other) = (told(&url).await, Db::open_with(&url, &keys()).await.expect(name));
        let writing = tokio::spawn(async move {
            let mut seen = 3;
            loop {
                match append(&other, case_stream(1), seen, vec![said("more")]).await {
                    Ok(version) => seen = version,
                    Err(why) => break (seen, why, other),
                }
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        db.write(|tx| data_keys::destroy(tx, case_stream(1), at(9))).await.expect(name);
        let (seen, why, other) = writing.await.expect("it ends");
        assert!(matches!(why, StoreError::KeyGone { destroyed: true, .. }), "{name}: {why}");
        assert_eq!(db.read(|tx| record::version(tx, case_stream(1))).await, Ok(seen), "{name}");
        assert_eq!(verify::verify(&db, |_, _| ()).await.expect(name).faults, [], "{name}");
        other.close().await;
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_wrapped_anew_with_the_first_of_the_ring() {
    for (name, url) in databases::both() {
        told(&url).await.close().await;
        let db = Db::open_existing_with(&url, &both_rings()).await.expect(name);
        adopt::adopt(&db, adopt::First::Refuse, |_| ()).await.expect(name);
        assert!(db.is_encrypted(), "{name}");
        let done = rotate::rewrap(&db, |_, _| ()).await.expect(name);
        assert_eq!((done.seen, done.wrapped, done.left), (2, 2, 0), "{name}");
        let again = rotate::rewrap(&db, |_, _| ()).await.expect(name);
        assert_eq!((again.seen, again.wrapped), (2, 0), "{name}: nothing is left to do");
        assert_eq!(rotate::count(&db).await, Ok(2), "{name}");
        db.close().await;
        // The older key opens nothing any more; the newer everything.
        let db = Db::open_existing_with(&url, &other_ring()).await.expect(name);
        assert_eq!(words(&load(&db, 1).await.expect(name)), WORDS.map(said), "{name}");
        append(&db, case_stream(2), 3, vec![said("more")]).await.expect(name);
        assert_eq!(verify::verify(&db, |_, _| ()).await.expect(name).faults, [], "{name}");
        db.close().await;
        let db = Db::open_existing_with(&url, &keys()).await.expect(name);
        assert!(matches!(load(&db, 1).await, Err(StoreError::NoKey { .. })), "{name}");
        db.close().await;
    }
}

/// A database in which everything stands in the clear, with a seal.
async fn in_the_clear(url: &str, keys: &Keys) -> Db {
    let db = Db::open_with(url, keys).await.expect("it opens");
    for n in [1, 2] {
        append(&db, case_stream(n), 0, WORDS.iter().map(|words| said(words)).collect()).await.expect("told");
    }
    let body = Stream { kind: StreamKind::Organisation, id: Uuid::from_u128(5) };
    append(&db, body, 0, vec![said("a public body")]).await.expect("told");
    db.write(fill).await.expect("filled");
    common::post(&db, &common::entry(1, 51, domain::ledger::Purpose::Plain)).await.expect("posted");
    seal::seal(&db, at(20)).await.expect("sealed");
    db
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_brought_over_and_says_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    for (from, to) in [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite")] {
        let url_of = |kind| databases::both().into_iter().find(|(name, _)| *name == kind).expect("a kind").1;
        let (old_url, url) = (url_of(from), url_of(to));
        let old = in_the_clear(&old_url, &Keys::default()).await;
        let before = old.read(store::archive::sums).await.expect("sums");
        let new = Db::open_to_bring_over(&url, &keys()).await.expect("it opens");
        let done = encrypt::bring_over(&old, &new, |_, _| ()).await.expect("brought over");
        assert_eq!((done.streams, done.events, done.values), (3, 7, 18), "{from} to {to}");
        assert_eq!(old.read(store::archive::sums).await, Ok(before), "the old one is as it was");
        let last = old.read(seal::newest).await.expect("it is read").expect("a seal");
        let mark = new.read(|tx| marks::mark(tx, marks::BROUGHT_OVER)).await.expect("a mark");
        assert_eq!(mark, Some(format!("seal {last}")), "{from} to {to}");
        new.close().await;

        let new = Db::open_existing_with(&url, &keys()).await.expect("it opens");
        assert!(new.is_encrypted() && new.may_be_written().is_ok(), "{from} to {to}");
        assert_eq!(words(&load(&new, 1).await.expect("read")), WORDS.map(said), "{from} to {to}");
        new.read(is_all_there).await.expect("all is there");
        assert_eq!(verify::verify(&new, |_, _| ()).await.expect("verified").faults, [], "{from} to {to}");
        append(&new, case_stream(1), 3, vec![said("and on")]).await.expect("it goes on");
        let all = as_bytes(&new, &url, folder.path()).await;
        for words in WORDS.iter().chain(&BESIDE) {
            assert!(!holds(&all, words), "{from} to {to}: {words}");
        }
        assert!(holds(&all, "a public body"), "{from} to {to}: of nobody's life");
        new.close().await;
        let again = Db::open_to_bring_over(&url, &keys()).await.expect("it opens");
        let refused = encrypt::bring_over(&old, &again, |_, _| ()).await;
        assert!(matches!(refused, Err(StoreError::NotEmpty { .. })), "{refused:?}");
        again.close().await;
        old.close().await;
    }
}

/// A server that was not stopped writes on: what it wrote is not lost unseen.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_meanwhile_is_found() {
    for (name, old_url) in databases::both() {
        let old = in_the_clear(&old_url, &Keys::default()).await;
        let url = databases::sqlite_url();
        let new = Db::open_to_bring_over(&url, &keys()).await.expect(name);
        let write_when_all_were_read = |done, all| {
            if done == all {
                let on = append(&old, case_stream(1), 3, vec![said("on a server that was forgotten")]);
                let here = tokio::runtime::Handle::current();
                tokio::task::block_in_place(|| here.block_on(on)).expect(name);
            }
        };
        let refused = encrypt::bring_over(&old, &new, write_when_all_were_read).await;
        assert!(matches!(refused, Err(StoreError::CopyDiffers { .. })), "{name}: {refused:?}");
        new.close().await;
        let new = Db::open_with(&url, &keys()).await.expect(name);
        assert!(new.may_be_written().is_err(), "{name}");
        new.close().await;
        old.close().await;
    }
}

/// Broken off, it is no database that anybody writes to, or takes for whole.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_broken_off_is_not_written_to() {
    for (name, url) in databases::both() {
        let old_url = databases::sqlite_url();
        let old = in_the_clear(&old_url, &Keys::default()).await;
        // It breaks off at a row that cannot be read.
        tamper(&old_url, "UPDATE files SET case_id = x'00'").expect("changed");
        let new = Db::open_to_bring_over(&url, &keys()).await.expect(name);
        assert!(encrypt::bring_over(&old, &new, |_, _| ()).await.is_err(), "{name}");
        new.close().await;
        let new = Db::open_with(&url, &keys()).await.expect(name);
        assert!(matches!(new.may_be_written(), Err(StoreError::NotOurs { .. })), "{name}");
        new.close().await;
        old.close().await;
    }
}
