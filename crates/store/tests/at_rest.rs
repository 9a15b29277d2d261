//! What somebody reads who has the database and not its key, and what they reach
//! by moving what they cannot read.

mod common;

use common::{Event, append, at, case_stream, keys, of_rows, said, tamper};
use domain::Recorded;
use std::io::Read as _;
use std::path::Path;
use store::keys::Keys;
use store::{Db, StoreError, Stream, StreamKind, adopt, data_keys, record, verify};
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
        let done = data_keys::rewrap(&db, |_| ()).await.expect(name);
        assert_eq!((done.seen, done.wrapped, done.left), (2, 2, 0), "{name}");
        let again = data_keys::rewrap(&db, |_| ()).await.expect(name);
        assert_eq!((again.seen, again.wrapped), (2, 0), "{name}: nothing is left to do");
        assert_eq!(data_keys::count(&db).await, Ok(2), "{name}");
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
