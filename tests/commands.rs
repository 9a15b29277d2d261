//! The commands for the database, as an operator types them, on both kinds.

mod common;

use common::{alice, badly, filled, phb, said, well, wrong};
use domain::CaseId;
use std::path::PathBuf;
use std::process::Command;
use store::{Db, StoreError, ledger};

/// Changes rows behind the program's back, past what the database itself keeps,
/// and puts back what keeps it.
fn tamper(url: &str, sql: &str) {
    if url.starts_with("postgres") {
        let sql = format!("SET session_replication_role = replica; {sql}");
        let run = Command::new("psql").args(["-q", "-v", "ON_ERROR_STOP=1", "-c", &sql, url]).output();
        let run = run.expect("psql runs");
        assert!(run.status.success(), "{}", said(&run));
        return;
    }
    let db = rusqlite::Connection::open(url).expect("it opens");
    let triggers: Vec<(String, String)> = db
        .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut s| s.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .expect("the triggers");
    for (trigger, _) in &triggers {
        db.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
    }
    db.execute_batch(sql).expect(sql);
    for (_, trigger) in &triggers {
        db.execute_batch(trigger).expect("made again");
    }
}

fn folder() -> PathBuf {
    tempfile::Builder::new().prefix("phb-test-").tempdir().expect("a folder").keep()
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_finds_nothing_wrong_and_names_what_was_changed() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let sound = well(&["verify", "--database", &url]);
        assert!(sound.contains("Everything is as it was written."), "{name}: {sound}");
        tamper(
            &url,
            "UPDATE events SET author = 'system' WHERE seq = 2 AND stream_kind = 'case' AND author <> 'system'",
        );
        tamper(&url, "UPDATE moves SET amount = amount + 1 WHERE seq = 4");
        let faults = wrong(&["--database", &url]);
        assert!(
            faults.contains(&format!("events: case {}, number 2: edited", alice::CASE)),
            "{name}: {faults}"
        );
        assert!(faults.contains("entries: case"), "{name}: {faults}");
        assert!(faults.contains("number 4: edited"), "{name}: {faults}");
        assert!(faults.contains("4 things are wrong."), "{name}: {faults}");
    }
}

/// The last line with a seal in what a command said.
fn seal_in(said: &str) -> String {
    let seal = said.split_whitespace().rfind(|word| word.parse::<store::seal::Seal>().is_ok());
    seal.unwrap_or_else(|| panic!("no seal: {said}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_that_was_kept_shows_what_the_database_alone_cannot() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let unsealed = well(&["verify", "--database", &url]);
        assert!(unsealed.contains("Nothing has been sealed yet."), "{name}: {unsealed}");
        let file = folder().join("kept.backup").display().to_string();
        let kept = seal_in(&well(&["backup", "--database", &url, "--to", &file]));
        let sound = well(&["verify", "--database", &url, "--seal", &kept]);
        assert!(sound.contains("Checked 1 seal. 0 streams and ledgers have grown"), "{name}: {sound}");
        assert_eq!(seal_in(&sound), kept, "{name}");

        let case = "'%Someone 2%'";
        for sql in [
            format!(
                "DELETE FROM list_rows WHERE stream_id IN (SELECT stream_id FROM events WHERE body LIKE {case})"
            ),
            format!("DELETE FROM streams WHERE id IN (SELECT stream_id FROM events WHERE body LIKE {case})"),
            "DELETE FROM events WHERE NOT EXISTS (SELECT 1 FROM streams WHERE id = stream_id)".to_owned(),
        ] {
            tamper(&url, &sql);
        }
        let gone = wrong(&["--database", &url]);
        assert!(gone.contains("removed whole"), "{name}: {gone}");
        tamper(&url, "DELETE FROM seal_members; DELETE FROM seals");
        well(&["verify", "--database", &url]);
        let missed = wrong(&["--database", &url, "--seal", &kept]);
        assert!(missed.contains("seals: seal 1: deleted"), "{name}: {missed}");

        let back = testkit::databases::sqlite_url();
        well(&["restore", "--from", &file, "--database", &back]);
        well(&["verify", "--database", &back, "--seal", &kept]);
    }
}

/// A key from its first day on, as an operator meets it.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_given_and_asked_for() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let key = folder().join("key").display().to_string();
        let made = well(&["new-key", &key]);
        assert!(!made.contains(std::fs::read_to_string(&key).expect("the key").trim()), "{name}: {made}");
        let with = |command| [command, "--database", &url, "--key-file", &key];
        let serve = ["serve", "--database", &url, "--listen", "127.0.0.1:0"];

        // It is not signed by itself, since nobody has said that it is as it should be.
        for unsigned in [badly(&[&serve[..], &["--key-file", &key]].concat()), wrong(&with("verify")[1..])] {
            assert!(unsigned.contains("adopt-key"), "{name}: {unsigned}");
        }
        assert!(badly(&["adopt-key", "--database", &url]).contains("there is no key"), "{name}");
        assert!(well(&with("adopt-key")).contains("rows signed"), "{name}");
        assert!(well(&with("adopt-key")).contains("already"), "{name}");
        let kept = well(&with("seal"));
        assert_eq!(kept.trim(), seal_in(&kept), "{name}: that and nothing else");
        well(&[&with("verify")[..], &["--seal", kept.trim()]].concat());

        // Without it everything can be read, and nothing written.
        let other = folder().join("other").display().to_string();
        well(&["new-key", &other]);
        let without = ["verify", "--database", &url];
        for without in [&without[..], &[&without[..], &["--key-file", &other]].concat()] {
            let unchecked = phb(without);
            assert_eq!(unchecked.status.code(), Some(3), "{name}: {}", said(&unchecked));
            assert!(said(&unchecked).contains("Not checked, since the key"), "{name}: {}", said(&unchecked));
        }
        for refused in [badly(&serve), badly(&["migrate", "--database", &url])] {
            assert!(refused.contains("was written with a key"), "{name}: {refused}");
        }

        // Another counts from the next start on, and the backup is under both.
        well(&["new-key", &key]);
        well(&with("migrate"));
        let file = folder().join("a.backup").display().to_string();
        well(&[&with("backup")[..], &["--to", &file]].concat());
        well(&with("verify"));
        // Also into a database that was made under a key and is still empty.
        let (back, beside) = (testkit::databases::sqlite_url(), testkit::databases::sqlite_url());
        for empty in [&back, &beside] {
            well(&["migrate", "--database", empty, "--key-file", &key]);
        }
        well(&["restore", "--from", &file, "--database", &back]);
        well(&["copy", "--from", &url, "--to", &beside, "--key-file", &key]);
        for filled in [&back, &beside] {
            well(&["verify", "--database", filled, "--key-file", &key, "--seal", kept.trim()]);
        }

        // Whoever takes every signature away does not get theirs at the next start.
        tamper(
            &url,
            "DELETE FROM macs; DELETE FROM marks WHERE name = 'keys'; UPDATE seals SET mac = NULL;
             UPDATE streams SET mac = NULL; UPDATE ledgers SET mac = NULL; UPDATE registers SET mac = NULL",
        );
        let stripped = badly(&[&serve[..], &["--key-file", &key]].concat());
        assert!(stripped.contains("somebody took the signatures away"), "{name}: {stripped}");
    }
}

/// Brought over into one that is encrypted, and from one key to the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_encrypted_and_its_keys_are_wrapped_anew() {
    for ((name, url), (_, to)) in testkit::databases::both().into_iter().zip(testkit::databases::both()) {
        filled(&url).await.close().await;
        let before = rows(&url).await;
        let key = folder().join("key").display().to_string();
        well(&["new-key", &key]);
        let over = ["encrypt", "--from", &url, "--to", &to];
        assert!(badly(&over).contains("There is no key"), "{name}");
        let over = [&over[..], &["--key-file", &key]].concat();
        let brought = well(&over);
        assert!(
            brought.contains("Both databases say the same") && brought.contains("destroy it"),
            "{brought}"
        );
        assert!(badly(&over).contains("the target is not empty"), "{name}");
        assert_eq!(rows(&url).await, before, "{name}: the old one is as it was");
        well(&["verify", "--database", &url]);

        let with = |command, key| [command, "--database", &to, "--key-file", key];
        let sound = well(&with("migrate", &key)) + &well(&with("verify", &key));
        assert!(sound.contains("Everything is as it was written."), "{name}: {sound}");
        let again = ["encrypt", "--from", &to, "--to", &url, "--key-file", &key];
        assert!(badly(&again).contains("encrypted already"), "{name}");
        let without = phb(&["verify", "--database", &to]);
        assert_eq!(without.status.code(), Some(3), "{name}: {}", said(&without));
        assert!(said(&without).contains("Not checked: the lists"), "{name}: {}", said(&without));

        assert!(badly(&["rotate-keys", "--database", &url]).contains("Nothing is encrypted"), "{name}");
        assert!(well(&with("rotate-keys", &key)).contains(": 0 were wrapped anew"), "{name}");
        well(&["new-key", &key]);
        let rotated = well(&with("rotate-keys", &key));
        assert!(rotated.contains("Nothing is left under an older key."), "{name}: {rotated}");
        assert!(!rotated.contains(": 0 were"), "{name}: {rotated}");
        assert!(well(&with("rotate-keys", &key)).contains(": 0 were wrapped anew"), "{name}");
        // The newest alone opens everything, the older one nothing.
        let text = std::fs::read_to_string(&key).expect("the keys");
        let [newest, older] = [text.lines().next(), text.lines().last()].map(|line| {
            let file = folder().join("one").display().to_string();
            std::fs::write(&file, line.expect("a key")).expect("written");
            std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .expect("set");
            file
        });
        well(&with("rebuild", &newest));
        assert!(badly(&with("rebuild", &older)).contains("is not here"), "{name}");
    }
}

/// Whatever a command writes gets a signature of the key that is here: where that
/// is not the key of the database, it is not written at all.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_with_a_key_that_is_not_the_databases() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let [key, other] = ["key", "other"].map(|file| folder().join(file).display().to_string());
        well(&["new-key", &key]);
        well(&["new-key", &other]);
        let with = |command, key| [command, "--database", &url, "--key-file", key];
        let file = |name: &str| folder().join(name).display().to_string();

        // Before it is under a key, a key changes nothing in it, so that it can be adopted.
        for early in ["seal", "rebuild", "migrate"] {
            let refused = badly(&with(early, &key));
            assert!(refused.contains("adopt-key"), "{name}: {early}: {refused}");
        }
        well(&with("adopt-key", &key));
        let kept = well(&with("seal", &key));
        tamper(&url, "DELETE FROM seal_members; DELETE FROM seals");
        let before = rows(&url).await;
        for command in ["seal", "rebuild", "migrate", "adopt-key"] {
            let refused = badly(&with(command, &other));
            assert!(
                refused.contains("the key ") && refused.contains("is not here"),
                "{name}: {command}: {refused}"
            );
        }
        let backup = file("a.backup");
        let taken = well(&[&with("backup", &other)[..], &["--to", &backup]].concat());
        assert!(taken.contains("could not be sealed first"), "{name}: {taken}");
        let copy = testkit::databases::sqlite_url();
        let taken = well(&["copy", "--from", &url, "--to", &copy, "--key-file", &other]);
        assert!(taken.contains("could not be sealed first"), "{name}: {taken}");
        assert_eq!(rows(&url).await, before, "{name}: nothing was written");
        assert_eq!(well(&with("seal", &key)).split(':').next(), kept.split(':').next(), "{name}");
        well(&with("verify", &key));
    }
}

/// How many rows each table has.
async fn rows(url: &str) -> Vec<(&'static str, u64)> {
    let db = Db::open_existing(url).await.expect("it opens");
    let rows = db.read::<_, StoreError>(store::stats::row_counts).await.expect("they are counted");
    db.close().await;
    rows
}

/// Where nothing is said, the key of a file is looked for beside it.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_beside_a_file_is_found_and_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let url = testkit::databases::sqlite_url();
    let key = format!("{url}.key");
    well(&["new-key", &key]);
    let mode = std::fs::metadata(&key).expect("the key").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{mode:o}");
    well(&["migrate", "--database", &url]);
    well(&[
        "add-administrator",
        "--area",
        "Ours",
        "--name",
        "Anna",
        "--email",
        "a@example.org",
        "--database",
        &url,
    ]);
    let sound = well(&["verify", "--database", &url]);
    assert!(sound.contains("rows that only the program may write"), "{sound}");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).expect("set");
    assert!(badly(&["verify", "--database", &url]).contains("chmod 600"));
    assert!(badly(&["new-key", &key]).contains("chmod 600"), "nor is another put into it");
    std::fs::remove_file(&key).expect("lost");
    assert!(badly(&["migrate", "--database", &url]).contains("was written with a key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuild_gives_what_stood_there_and_puts_right_what_did_not() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let same = well(&["rebuild", "--database", &url]);
        assert!(same.contains("All of them were the same before."), "{name}: {same}");
        tamper(&url, "UPDATE list_rows SET body = '{}' WHERE list = 'cases' AND folded LIKE 'someone 1%'");
        tamper(&url, "DELETE FROM list_rows WHERE list = 'names'");
        let faults = wrong(&["--database", &url]);
        assert!(faults.contains("2 things are wrong."), "{name}: {faults}");
        assert!(faults.contains("The record itself is sound"), "{name}: {faults}");
        let rebuilt = well(&["rebuild", "--database", &url]);
        assert!(rebuilt.contains("2 streams were put right."), "{name}: {rebuilt}");
        assert!(rebuilt.contains(&format!("account {}", alice::HUSBAND)), "{name}: {rebuilt}");
        well(&["verify", "--database", &url]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_nothing_on_the_record_belongs_to_are_found_and_removed() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let row = "INSERT INTO list_rows (stream_kind, stream_id, row_no, list, sort, body)
            SELECT 'enquiry', stream_id, 0, 'cases', '', '{}' FROM list_rows WHERE list = 'names'";
        tamper(&url, row);
        let faults = wrong(&["--database", &url]);
        assert!(faults.contains("nothing on the record belongs to it"), "{name}: {faults}");
        well(&["rebuild", "--database", &url]);
        well(&["verify", "--database", &url]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_restored_into_the_other_kind_and_bad_files_are_refused() {
    let [(_, first), (_, second)] = testkit::databases::both();
    let file = folder().join("monday.backup");
    let at = file.display().to_string();
    filled(&first).await.close().await;
    let wrote = well(&["backup", "--database", &first, "--to", &at]);
    assert!(wrote.contains("Wrote"), "{wrote}");
    assert!(badly(&["backup", "--database", &first, "--to", &at]).contains("is there already"));
    assert!(well(&["restore", "--from", &at, "--database", &second]).contains("fits its checksum"));
    well(&["verify", "--database", &second]);
    assert!(badly(&["restore", "--from", &at, "--database", &second]).contains("not empty"));

    let whole = std::fs::read(&file).expect("the backup");
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let bad: [(&str, &[u8], &str); 4] = [
        ("damaged", &damaged, "damaged"),
        ("cut", &whole[..whole.len() - 9], "damaged"),
        ("foreign", b"PK\x03\x04 something else", "not an OpenPHB backup"),
        ("empty", b"", "not an OpenPHB backup"),
    ];
    for (name, bytes, why) in bad {
        let (file, new) = (folder().join(name), folder().join("new.db"));
        std::fs::write(&file, bytes).expect("written");
        let (file, new) = (file.display().to_string(), new.display().to_string());
        let refused = badly(&["restore", "--from", &file, "--database", &new]);
        assert!(refused.contains(why), "{name}: {refused}");
        assert!(!std::path::Path::new(&new).exists(), "{name}: a refused backup makes no database");
    }
    assert!(badly(&["restore", "--from", "/nowhere/at.all", "--database", "x.db"]).contains("cannot read"));
}

/// What the list says is destroyed again in a restore; one that cannot be read, or that
/// nobody here signed, destroys nothing and is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_reads_the_list_of_what_was_destroyed_and_believes_no_other() {
    let url = testkit::databases::sqlite_url();
    let (file, list) = (folder().join("monday.backup"), folder().join("disposals.txt"));
    let (at, list_at) = (file.display().to_string(), list.display().to_string());
    filled(&url).await.close().await;
    well(&["backup", "--database", &url, "--to", &at]);
    assert!(well(&["disposals", "--database", &url]).contains("Nothing was destroyed"));
    let new = || folder().join("new.db").display().to_string();
    let restore = |into: &str| {
        ["restore", "--from", &at, "--database", into, "--disposals", &list_at].map(str::to_owned)
    };
    let told = |into: &str, run: fn(&[&str]) -> String| {
        let words = restore(into);
        run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let missing = new();
    assert!(told(&missing, badly).contains("cannot be read"));
    assert!(!std::path::Path::new(&missing).exists(), "nothing was restored");
    std::fs::write(&list, "").expect("it is written");
    assert!(told(&new(), well).contains("Destroyed again: 0 records"));
    std::fs::write(&list, "00ff {\"disposal\":\"x\"}\n").expect("it is written");
    assert!(told(&new(), badly).contains("it was not written with a key that is here"));
    let without = new();
    let said = well(&["restore", "--from", &at, "--database", &without]);
    assert!(said.contains("What was destroyed after it was made is in it again"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_proves_itself_in_both_directions() {
    let [(_, sqlite), (_, postgres)] = testkit::databases::both();
    let back = testkit::databases::sqlite_url();
    filled(&sqlite).await.close().await;
    let copied = well(&["copy", "--from", &sqlite, "--to", &postgres]);
    assert!(copied.contains("Compared the balances of 3 cases: all equal."), "{copied}");
    well(&["copy", "--from", &postgres, "--to", &back]);
    well(&["verify", "--database", &back]);
    assert!(badly(&["copy", "--from", &sqlite, "--to", &postgres]).contains("not empty"));
    assert!(badly(&["copy", "--from", &sqlite, "--to", &sqlite]).contains("the same one"));
    assert!(badly(&["copy", "--from", "/nowhere/phb.db", "--to", &back]).contains("there is no database"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hledger_adds_up_the_same_money() {
    for (name, url) in testkit::databases::both() {
        let db = filled(&url).await;
        let file = folder().join("all.journal").display().to_string();
        well(&["export-journal", "--database", &url, "--to", &file]);
        let check = Command::new("hledger").args(["-f", &file, "check"]).env("LC_ALL", "C").output();
        let check = check.expect("hledger runs (Debian: hledger)");
        assert!(check.status.success(), "{name}: {}", said(&check));
        let table = Command::new("hledger")
            .args(["-f", &file, "balance", "-O", "csv", "-N", "--flat", "-E"])
            .env("LC_ALL", "C")
            .output()
            .expect("hledger runs");
        let theirs: Vec<String> = String::from_utf8_lossy(&table.stdout)
            .lines()
            .skip(1)
            .map(|row| row.replace('"', "").replace(" GBP", "").replace(",0.00", ",0"))
            .collect();
        assert_eq!(theirs, balances(&db).await, "{name}");
        db.close().await;
    }
}

/// Our own balances, as hledger would print them.
async fn balances(db: &Db) -> Vec<String> {
    let rows = db.read::<_, StoreError>(|tx| {
        let mut rows = vec![];
        for (case, _) in ledger::cases(tx, None, 100)? {
            for (layer, account, pence) in ledger::balances(tx, case)?.iter() {
                let name = formats::journal::account_name(case, layer, account);
                let amount = if pence.is_zero() { "0".to_owned() } else { pence.plain() };
                rows.push(format!("{name},{amount}"));
            }
        }
        rows.sort();
        Ok(rows)
    });
    rows.await.expect("balances")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_case_goes_to_standard_output() {
    let url = testkit::databases::sqlite_url();
    filled(&url).await.close().await;
    let case = CaseId(uuid::Uuid::from_u128(0xca5e_0002)).to_string();
    let output = phb(&["export-journal", "--database", &url, "--case", &case, "--to", "-"]);
    let journal = String::from_utf8_lossy(&output.stdout);
    assert!(journal.contains(&format!("case-{case}:actual")), "{journal}");
    assert_eq!(journal.matches("case-").count(), journal.matches(&format!("case-{case}")).count());
    let nobody = uuid::Uuid::from_u128(9).to_string();
    let refused = badly(&["export-journal", "--database", &url, "--case", &nobody, "--to", "-"]);
    assert!(refused.contains("nothing in the ledger"), "{refused}");
}

/// A case goes to another area in one file, and whoever gets it sees whether it
/// is what was given.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_given_out_and_checked_where_it_comes_to() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let case = common::alice::CASE.to_string();
        let (file, cut) = (folder().join("case.zip"), folder().join("cut.zip"));
        let to = file.display().to_string();
        let give = ["give-out", "--database", &url, "--case", &case, "--to", &to];
        let give = [&give[..], &["--for", "North Vale", "--by", "Sam Lee, records"]].concat();
        let given = well(&give);
        let sum = given.trim().rsplit(' ').next().expect("a sum").to_owned();
        let sound = well(&["check-copy", "--from", &to, "--sum", &sum]);
        assert!(sound.contains(&format!("case {case}: ")) && sound.contains(&sum), "{name}: {sound}");
        let refused = badly(&give);
        assert!(refused.contains("Cannot write"), "{name}: {refused}");
        let bytes = std::fs::read(&file).expect("the file");
        std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("written");
        let output = phb(&["check-copy", "--from", &cut.display().to_string()]);
        assert!(!output.status.success(), "{name}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("not a zip file"), "{name}");
        // It is here already, and one that was cut off has another sum.
        let take = |from: &str, sum: &str| {
            let coordinator = "jo.field@mendipvale.example";
            let into = ["--area", "Mendip Vale", "--coordinator", coordinator, "--by", "Kim Tan"];
            let command = ["take-in", "--database", &url, "--from", from, "--sum", sum];
            let output = phb(&[&command[..], &into].concat());
            assert!(!output.status.success(), "{name}");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let said = take(&to, &sum);
        assert!(said.contains("Nothing was taken in"), "{name}: {said}");
        let said = take(&cut.display().to_string(), &sum);
        assert!(said.contains("its sum is") && said.contains("Nothing was taken in"), "{name}: {said}");
    }
}

#[test]
fn what_is_not_there_is_said_in_one_line() {
    for command in ["verify", "rebuild"] {
        let refused = badly(&[command, "--database", "/nowhere/phb.db"]);
        assert_eq!(refused.trim().lines().count(), 1, "{refused}");
        assert!(refused.starts_with("phb: there is no database of ours"), "{refused}");
    }
    let file = folder().join("letter.txt");
    std::fs::write(&file, "Dear all, this is a letter and not a database at all.".repeat(40))
        .expect("written");
    let refused = badly(&["verify", "--database", &file.display().to_string()]);
    assert!(refused.contains("is not a database"), "{refused}");
}

#[test]
fn every_command_explains_itself() {
    for command in [
        "verify",
        "seal",
        "new-key",
        "adopt-key",
        "rebuild",
        "backup",
        "restore",
        "copy",
        "export-journal",
        "give-out",
        "check-copy",
        "take-in",
    ] {
        let help = well(&[command, "--help"]);
        assert!(help.lines().count() > 8, "{command}: {help}");
    }
}

/// Months of three people's stories, told through the use cases: every list
/// row was made on the way, and made again from the record it is the same.
#[tokio::test(flavor = "multi_thread")]
async fn after_whole_stories_rebuilt_equals_live() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        let app = common::app(&db);
        let place = testkit::demo::make(&app).await.expect("the area");
        let now = app.clock.now();
        testkit::demo::tell_stories(&app, place, now).await.expect("the stories");
        let lists = app.check_lists(|_| {}).await.expect("compared");
        assert_eq!(lists.differences, [], "{name}");
        assert!(lists.rows > 20, "{name}: {}", lists.rows);
        let report = store::verify::verify(&db, |_, _| {}).await.expect("verified");
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
        assert!(report.events > 100, "{name}: {}", report.events);
        db.close().await;
    }
}

/// What a collector gets: each event once, also where it is asked again.
#[tokio::test(flavor = "multi_thread")]
async fn security_events_come_once_each_as_lines_of_json() {
    for (name, url) in testkit::databases::both() {
        filled(&url).await.close().await;
        let place = folder().join("place").display().to_string();
        let command = ["security-events", "--database", &url, "--place", &place];
        let events = |said: String| -> Vec<serde_json::Value> {
            let lines = said.lines().filter(|line| line.starts_with('{'));
            lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
        };
        let code = |event: &serde_json::Value| event["metadata"]["event_code"].as_str().map(str::to_owned);
        let first = events(well(&command));
        assert!(first.iter().any(|event| code(event).as_deref() == Some("log-taken-out")), "{name}");
        for event in &first {
            let (class, activity) = (event["class_uid"].as_u64(), event["activity_id"].as_u64());
            let both = class.expect("a class") * 100 + activity.expect("an activity");
            assert_eq!(event["type_uid"].as_u64(), Some(both), "{name}: {event}");
            assert!(event["time"].as_i64().is_some_and(|time| time > 0), "{name}: {event}");
        }
        let file = folder().join("a.backup").display().to_string();
        well(&["backup", "--database", &url, "--to", &file]);
        let again = events(well(&command));
        let codes: Vec<String> = again.iter().filter_map(code).collect();
        assert_eq!(codes, ["taken-out", "log-taken-out"], "{name}: only what is new");
        assert_eq!(again[0]["http_request"]["url"]["path"], "phb backup", "{name}");
        std::fs::write(&place, "something else").expect("it is written");
        badly(&command);
    }
}
