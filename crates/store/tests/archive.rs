//! Backups, restores and copies between the two databases.

mod common;

use common::{append, case_stream, entry, post, said};
use domain::ledger::Purpose;
use domain::{AccountId, CaseId, FileId};
use std::path::{Path, PathBuf};
use store::adopt::First;
use store::through::Through;
use store::{Db, StoreError, adopt, archive, copy, files, looks, seal, stats, verify};
use uuid::Uuid;

/// A backup that the program wrote when its tables were of version 1.
const OF_VERSION_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tables-1.backup");

async fn filled(url: &str) -> Db {
    let db = Db::open(url).await.expect("it opens");
    append(&db, case_stream(1), 0, (0..700).map(|i| said(&format!("🙂 {i}"))).collect())
        .await
        .expect("appended");
    for n in 1..=5 {
        post(&db, &entry(n % 2, n, Purpose::Plain)).await.expect("posted");
    }
    let case = CaseId(Uuid::from_u128(1));
    db.write(move |tx| {
        // Sixteen bytes, which could be taken for an id.
        let file = files::NewFile {
            id: FileId(Uuid::from_u128(3)),
            case,
            name: "receipt.jpg".into(),
            media_type: "image/jpeg".into(),
            added: common::at(4),
            by: None,
            bytes: vec![9; 16],
        };
        files::put(tx, &file)?;
        looks::record_look(tx, case, AccountId(Uuid::from_u128(8)), "plan", common::at(4))
    })
    .await
    .map_err(|e: StoreError| e)
    .expect("filled");
    seal::seal(&db, common::at(9)).await.expect("sealed").expect("there was something to seal");
    db
}

fn folder() -> PathBuf {
    tempfile::tempdir().expect("a folder").keep()
}

async fn refusal(path: &Path) -> String {
    let url = testkit::databases::sqlite_url();
    let refused = archive::restore(path, &url).await.expect_err("it is refused");
    assert!(!Path::new(&url).exists(), "{refused}: a database was made");
    refused.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn there_and_back_again() {
    let [(_, sqlite), (_, postgres)] = testkit::databases::both();
    let here = filled(&sqlite).await;
    let there = Db::open(&postgres).await.expect("it opens");
    let mut steps = Vec::new();
    let copied = copy::copy(&here, &there, |done, of| steps.push((done, of))).await.expect("copied");
    assert_eq!((copied.ledgers, steps.last()), (2, Some(&(4, 4))));
    let back = Db::open(&testkit::databases::sqlite_url()).await.expect("it opens");
    let again = copy::copy(&there, &back, |_, _| ()).await.expect("copied back");
    assert_eq!(again, copied);
    let report = verify::verify(&back, |_, _| ()).await.expect("it runs");
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!((report.seals, report.unsealed), (1, 0));
    assert_eq!(report.newest_seal, here.read(seal::newest).await.expect("the seal"));
    let refused = copy::copy(&here, &there, |_, _| ()).await;
    assert!(matches!(refused, Err(StoreError::NotEmpty { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_proves_itself() {
    let db = filled(&testkit::databases::sqlite_url()).await;
    let path = folder().join("phb.backup");
    let sums = archive::backup(&db, &path).await.expect("backed up");
    let bytes = std::fs::read(&path).expect("the file");
    let fresh = testkit::databases::postgres_url();
    assert_eq!(archive::restore(&path, &fresh).await, Ok(sums));
    let again = archive::restore(&path, &fresh).await;
    assert!(matches!(again, Err(StoreError::NotEmpty { .. })), "{again:?}");

    let spoilt = folder().join("spoilt");
    for cut in [0, 1, 20, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&spoilt, &bytes[..cut]).expect("written");
        let why = refusal(&spoilt).await;
        assert!(why.contains("damaged") || why.contains("not an OpenPHB backup"), "{why}");
    }
    for place in (10..bytes.len()).step_by(bytes.len() / 12) {
        let mut bytes = bytes.clone();
        bytes[place] ^= 0x10;
        std::fs::write(&spoilt, &bytes).expect("written");
        let why = refusal(&spoilt).await;
        assert!(why.contains("backup"), "byte {place}: {why}");
    }
    std::fs::write(&spoilt, [bytes.as_slice(), b"more"].concat()).expect("written");
    assert!(refusal(&spoilt).await.contains("after its end"));
    std::fs::write(&spoilt, b"%PDF-1.7 something else entirely").expect("written");
    assert!(refusal(&spoilt).await.contains("not an OpenPHB backup"));
}

/// A letter further, and back: a command that any machine has.
const TURNED: &str = "LC_ALL=C tr '\\000-\\377' '\\001-\\377\\000'";
const TURNED_BACK: &str = "LC_ALL=C tr '\\001-\\377\\000' '\\000-\\377'";

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_passes_through_a_command_and_back() {
    let db = filled(&testkit::databases::sqlite_url()).await;
    let path = folder().join("turned.backup");
    let through = Through::command(TURNED);
    let sums = archive::backup_through(&db, &path, &through).await.expect("backed up");
    let bytes = std::fs::read(&path).expect("the file");
    assert!(!bytes.starts_with(&[0x1f, 0x8b]), "it is not as it was");
    assert!(refusal(&path).await.contains("not an OpenPHB backup"), "without the command");

    let back = Through::command(TURNED_BACK);
    let fresh = testkit::databases::postgres_url();
    assert_eq!(archive::restore_through(&path, &fresh, &back).await, Ok(sums));

    // Neither a command that fails in the middle nor one that is not there leaves a file.
    for wrong in ["head -c 100 >/dev/null; exit 3", "cat; exit 1", "/nowhere/age"] {
        let path = folder().join("wrong.backup");
        let refused = archive::backup_through(&db, &path, &Through::command(wrong)).await;
        assert!(refused.is_err() && !path.exists(), "{wrong}");
    }
    for wrong in [format!("{TURNED_BACK}; exit 1"), "exit 0".into(), format!("{TURNED_BACK}; echo more")] {
        let url = testkit::databases::sqlite_url();
        let refused = archive::restore_through(&path, &url, &Through::command(&wrong)).await;
        assert!(refused.is_err() && !std::path::Path::new(&url).exists(), "{wrong}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_newer_program_is_refused() {
    use std::io::Write;
    let path = folder().join("newer");
    let file = std::fs::File::create(&path).expect("a file");
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(b"OpenPHB backup 1\n")
        .and_then(|()| gzip.write_all(&999_i64.to_be_bytes()))
        .expect("written");
    gzip.finish().expect("written");
    let why = refusal(&path).await;
    assert!(why.contains("newer program") && why.contains("999"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_an_older_program_is_brought_up_to_date() {
    for (name, url) in testkit::databases::both() {
        let path = Path::new(OF_VERSION_1);
        let sums = archive::restore(path, &url).await.expect(name);
        assert!(sums.iter().all(|sum| sum.table != "seals"), "{name}: there were none then");
        let db = Db::open_existing(&url).await.expect(name);
        let counts = db.read(stats::row_counts).await.map_err(|e: StoreError| e).expect(name);
        let rows = |table| counts.iter().find(|(known, _)| *known == table).map(|(_, rows)| *rows);
        let expected = [("events", 18), ("entries", 3), ("files", 1), ("looks", 1), ("seals", 0)];
        for (table, expected) in expected {
            assert_eq!(rows(table), Some(expected), "{name}: {table}");
        }
        assert_eq!(adopt::enter_registers(&db, |_| ()).await, Ok(1), "{name}: a file and a look of one case");
        assert!(seal::seal(&db, common::at(9)).await.expect(name).is_some(), "{name}");
        let report = verify::verify(&db, |_, _| ()).await.expect(name);
        assert!(report.is_sound() && report.unsealed == 0, "{name}: {report:?}");
        db.close().await;
        // From now on under a key.
        let db = Db::open_existing_with(&url, &common::keys()).await.expect(name);
        let refused = adopt::adopt(&db, First::Refuse, |_| ()).await;
        assert_eq!(refused, Err(StoreError::NotUnderKey), "{name}: not by itself");
        assert!(adopt::adopt(&db, First::Sign, |_| ()).await.expect(name) > 3, "{name}");
        assert_eq!(adopt::adopt(&db, First::Sign, |_| ()).await, Ok(0), "{name}: once");
        let report = verify::verify(&db, |_, _| ()).await.expect(name);
        assert!(report.is_sound() && report.unchecked.is_empty(), "{name}: {report:?}");
        db.close().await;
    }
}

/// There is no way back to the tables that an older backup wants.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_an_older_program_wants_a_new_database() {
    for (name, url) in testkit::databases::both() {
        Db::open(&url).await.expect(name).close().await;
        let refused = archive::restore(Path::new(OF_VERSION_1), &url).await.expect_err(name).to_string();
        assert!(refused.contains("of version 1 ") && refused.contains("a new one"), "{name}: {refused}");
        assert!(Db::open_existing(&url).await.is_ok(), "{name}: it is as it was");
    }
}
