//! Backups, restores and copies between the two databases.

mod common;

use common::{append, case_stream, entry, post, said};
use domain::ledger::Purpose;
use domain::{AccountId, CaseId, FileId};
use std::path::{Path, PathBuf};
use store::{Db, StoreError, archive, copy, files, looks};
use uuid::Uuid;

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
    db
}

fn folder() -> PathBuf {
    tempfile::tempdir().expect("a folder").keep()
}

async fn refusal(path: &Path) -> String {
    let db = Db::open(&testkit::databases::sqlite_url()).await.expect("it opens");
    let refused = archive::restore(path, &db).await.expect_err("it is refused");
    let empty = db.read(store::stats::row_counts).await.map_err(|e: StoreError| e).expect("counts");
    assert!(empty.iter().all(|(_, rows)| *rows == 0), "{refused}: something was written");
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
    assert!(store::verify::verify(&back, |_, _| ()).await.expect("it runs").is_sound());
    let refused = copy::copy(&here, &there, |_, _| ()).await;
    assert!(matches!(refused, Err(StoreError::NotEmpty { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_proves_itself() {
    let db = filled(&testkit::databases::sqlite_url()).await;
    let path = folder().join("phb.backup");
    let sums = archive::backup(&db, &path).await.expect("backed up");
    let bytes = std::fs::read(&path).expect("the file");
    let fresh = Db::open(&testkit::databases::postgres_url()).await.expect("it opens");
    assert_eq!(archive::restore(&path, &fresh).await, Ok(sums));

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
