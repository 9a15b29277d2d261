//! What keeps an installation safe before anybody signs in, as an operator
//! meets it: demonstrations are not served, older databases are brought up to
//! date, files are private, nothing goes in the clear by mistake, and the user
//! who serves cannot rewrite what was recorded.

mod common;

use common::{badly, filled, phb, said, well, wrong};
use service::Settings;
use service::demonstration::Nature;
use std::path::PathBuf;
use std::process::Command;
use store::{Db, StoreError, marks};
use testkit::demo;
use testkit::{Stage, World, databases};

fn folder() -> PathBuf {
    tempfile::Builder::new().prefix("phb-test-").tempdir().expect("a folder").keep()
}

/// Changes rows behind the program's back.
fn tamper(url: &str, sql: &str) {
    if url.starts_with("postgres") {
        let run = psql(url, sql);
        assert!(run.status.success(), "{sql}: {}", said(&run));
        return;
    }
    rusqlite::Connection::open(url).and_then(|db| db.execute_batch(sql)).expect(sql);
}

fn psql(url: &str, sql: &str) -> std::process::Output {
    let run =
        Command::new("psql").args(["--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url]).output();
    run.expect("psql runs (Debian: postgresql-client)")
}

fn administrator(url: &str) -> Vec<&str> {
    vec![
        "add-administrator",
        "--area",
        "Ours",
        "--name",
        "Anna",
        "--email",
        "anna@example.org",
        "--database",
        url,
    ]
}

/// No command lets real people into what `phb demo` made.
#[track_caller]
fn is_not_for_real_people(url: &str, label: &str) {
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database", url];
    for arguments in [serve.to_vec(), administrator(url)] {
        let refused = badly(&arguments);
        assert!(refused.contains("was made by \"phb demo\""), "{label}: {refused}");
    }
}

/// A demonstration, as an older program made it: without any mark.
async fn demonstration(url: &str) -> Db {
    let db = Db::open(url).await.expect("it opens");
    let settings = Settings { demo: true, hashing: service::secrets::Hashing::Light, ..Settings::default() };
    let app = service::App::new(db.clone(), service::Clock::of_the_machine(), settings);
    demo::make(&app).await.expect("it is made");
    db
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_is_not_served_wherever_it_was_taken() {
    let [(_, sqlite), (_, postgres)] = databases::both();
    demonstration(&sqlite).await.close().await;
    is_not_for_real_people(&sqlite, "made by an older program");
    // What is still beside the file goes into it, before it is copied.
    tamper(&sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
    // Known by any of three things: nobody has to find all of them.
    for (what, sql) in [
        (
            "only second factors are left",
            "UPDATE credentials SET passphrase_hash = '$argon2id$v=19$m=19456,t=2,p=1$x'",
        ),
        ("only passphrases are left", "UPDATE credentials SET totp_secret = NULL"),
    ] {
        let copy = databases::sqlite_url();
        std::fs::copy(&sqlite, &copy).expect("copied");
        tamper(&copy, sql);
        is_not_for_real_people(&copy, what);
    }
    let db = Db::open(&sqlite).await.expect("it opens");
    db.write::<_, StoreError>(|tx| marks::set(tx, marks::DEMONSTRATION, "yes")).await.expect("marked");
    db.close().await;
    // From here on the mark alone is left.
    tamper(&sqlite, "DELETE FROM credentials");
    is_not_for_real_people(&sqlite, "marked");
    let file = folder().join("demo.backup").display().to_string();
    well(&["backup", "--database", &sqlite, "--to", &file]);
    let restored = databases::sqlite_url();
    assert!(well(&["restore", "--from", &file, "--database", &restored]).contains("is made up"));
    is_not_for_real_people(&restored, "restored");
    assert!(well(&["copy", "--from", &restored, "--to", &postgres]).contains("is made up"));
    is_not_for_real_people(&postgres, "copied");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_leaves_real_databases_alone() {
    for (name, url) in databases::both() {
        let world = World::without_key(&url, |_| {}).await;
        world.make_real().await;
        let rows = world.db.read(store::stats::row_counts).await.map_err(|e: StoreError| e).expect("rows");
        let demo = ["demo", "--listen", "127.0.0.1:0", "--database", &url];
        let refused = badly(&demo);
        assert!(refused.contains("not a demonstration"), "{name}: {refused}");
        let fresh = badly(&[&demo[..], &["--fresh"]].concat());
        assert!(fresh.contains("so it stays") || fresh.contains("by its owner"), "{name}: {fresh}");
        // Nor with a mark that somebody put there.
        world.app.mark_as_demonstration().await.expect("marked");
        for arguments in [demo.to_vec(), [&demo[..], &["--fresh"]].concat()] {
            badly(&arguments);
        }
        let after = world.db.read(store::stats::row_counts).await.map_err(|e: StoreError| e).expect("rows");
        let but_marks = |rows: &[(&'static str, u64)]| {
            rows.iter().filter(|r| r.0 != "marks").copied().collect::<Vec<_>>()
        };
        assert_eq!(but_marks(&rows), but_marks(&after), "{name}: nothing was touched");
    }
}

/// The first rows of a database under a key are its marks, and say nothing of
/// what it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_can_be_made_under_a_key() {
    for (name, url) in databases::both() {
        let db = Db::open_with(&url, &testkit::world::keys()).await.expect("it opens");
        let app = common::app(&db);
        assert_eq!(app.nature().await.expect("it is read"), Nature::Empty, "{name}");
        app.mark_as_demonstration().await.expect("marked");
        assert_eq!(app.nature().await.expect("it is read"), Nature::Demonstration, "{name}");
        db.close().await;
    }
}

/// Rows as an older program made them, with no mark: they are made again
/// before anything is served, and `verify` does not hide that they were not.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_an_older_program_are_made_again() {
    for (name, url) in databases::both() {
        filled(&url).await.close().await;
        well(&["verify", "--database", &url]);
        tamper(&url, "UPDATE list_rows SET body = '{}'; DELETE FROM marks");
        let old = wrong(&["--database", &url]);
        assert!(old.contains("marks: lists: not done by this program yet"), "{name}: {old}");
        assert!(old.contains("\"phb migrate\" does it"), "{name}: {old}");
        well(&["migrate", "--database", &url]);
        well(&["verify", "--database", &url]);
        tamper(&url, "UPDATE marks SET value = 'done 4000000000' WHERE name = 'lists'");
        let newer = badly(&["serve", "--listen", "127.0.0.1:0", "--database", &url]);
        assert!(newer.contains("use the newer program"), "{name}: {newer}");
        tamper(&url, "DELETE FROM marks");
        // Two at once do no harm.
        let both = [0, 1].map(|_| {
            let url = url.clone();
            tokio::task::spawn_blocking(move || phb(&["migrate", "--database", &url]))
        });
        for one in both {
            let output = one.await.expect("it ran");
            assert!(output.status.success(), "{name}: {}", said(&output));
        }
        well(&["verify", "--database", &url]);
    }
}

/// An address that somebody listens on already, so that a start ends there.
fn taken() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_of_migrations_that_were_made_and_of_no_others() {
    let (_taken, address) = taken();
    for (name, url) in databases::both() {
        let start = || badly(&["serve", "--listen", &address, "--database", &url]);
        let (first, second) = (start(), start());
        assert!(first.contains("cannot listen") && second.contains("cannot listen"), "{name}: {second}");
        assert!(first.matches("\"migrated\"").count() >= 10, "{name}: {first}");
        assert_eq!(second.matches("\"migrated\"").count(), 0, "{name}: {second}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused_before_anything_is_made() {
    let (_taken, address) = taken();
    for (setting, value, why) in [
        ("--mail-from", "rubbish", "the sender of emails"),
        ("--smtp", "smtp://", "the mail server"),
        ("--base-url", "https://", "base-url"),
        ("--log", "phb=loud", "the log setting"),
        ("--font", "papyrus", "font"),
    ] {
        let url = databases::sqlite_url();
        let refused = badly(&["serve", "--listen", &address, "--database", &url, setting, value]);
        assert!(refused.contains(why) && !refused.contains("serving"), "{setting}: {refused}");
        assert!(!std::path::Path::new(&url).exists(), "{setting}: nothing was made");
    }
}

/// A backup of the first version of the tables gets its steps after all.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_is_brought_up_to_date_at_the_next_start() {
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/store/tests/fixtures/tables-1.backup");
    for (name, url) in databases::both() {
        well(&["restore", "--from", archive, "--database", &url]);
        let before = wrong(&["--database", &url]);
        assert!(before.contains("messages-hold-no-links: not done"), "{name}: {before}");
        let migrated = well(&["migrate", "--database", &url]);
        assert!(
            migrated.contains("part of the record cannot be read"),
            "{name}: its events are a test's: {migrated}"
        );
        let after = wrong(&["--database", &url]);
        assert!(!after.contains("marks:"), "{name}: {after}");
        // An empty database that was migrated is still empty.
        let file = folder().join("again.backup").display().to_string();
        well(&["backup", "--database", &url, "--to", &file]);
        let other = databases::postgres_url();
        well(&["migrate", "--database", &other]);
        well(&["restore", "--from", &file, "--database", &other]);
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_for_its_own_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let url = folder.join("phb.db").display().to_string();
    let (backup, journal) = (folder.join("a.backup"), folder.join("a.journal"));
    filled(&url).await.close().await;
    std::fs::set_permissions(&url, std::fs::Permissions::from_mode(0o644))
        .expect("as an older program made it");
    let run = |arguments: &[&str]| {
        let script = format!("umask 022 && exec '{}' \"$@\"", env!("CARGO_BIN_EXE_phb"));
        let run = Command::new("sh").args(["-c", &script, "sh"]).args(arguments).output().expect("sh runs");
        assert!(run.status.success(), "{}", said(&run));
    };
    run(&["backup", "--database", &url, "--to", &backup.display().to_string()]);
    run(&["export-journal", "--database", &url, "--to", &journal.display().to_string()]);
    run(&[
        "restore",
        "--from",
        &backup.display().to_string(),
        "--database",
        &folder.join("b.db").display().to_string(),
    ]);
    let open = Db::open(&folder.join("b.db").display().to_string()).await.expect("it opens");
    open.write::<_, StoreError>(|tx| marks::set(tx, "x", "y")).await.expect("written");
    let mut seen = vec![];
    for found in std::fs::read_dir(&folder).expect("the folder") {
        let path = found.expect("a file").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        seen.push(path.extension().unwrap_or_default().to_string_lossy().into_owned());
    }
    for kind in ["db", "db-wal", "db-shm", "backup", "journal"] {
        assert!(seen.iter().any(|s| s == kind), "{kind} is not among {seen:?}");
    }
}

/// Before anything is opened, and nothing is told to whoever is there.
#[test]
fn what_could_be_read_on_the_way_is_refused_in_words() {
    let file = databases::sqlite_url();
    let far = "postgres://phb:secret@db.example.org/phb?sslmode=prefer";
    let base = ["serve", "--listen", "127.0.0.1:0", "--database", &file];
    for (more, word) in [
        (vec!["--base-url", "http://budgets.example.org"], "site"),
        (vec!["--smtp", "smtp://mail.example.org"], "mail"),
    ] {
        let refused = badly(&[&base[..], &more].concat());
        assert!(refused.contains(&format!("in-the-clear = {word}")), "{refused}");
        assert!(!std::path::Path::new(&file).exists(), "nothing was made");
    }
    let to = folder().join("x.backup").display().to_string();
    for arguments in [
        vec!["serve", "--database", far],
        vec!["migrate", "--database", far],
        vec!["verify", "--database", far],
        vec!["rebuild", "--database", far],
        vec!["backup", "--to", &to, "--database", far],
        vec!["restore", "--from", &to, "--database", far],
        vec!["copy", "--from", &file, "--to", far],
        vec!["copy", "--from", far, "--to", &file],
        vec!["export-journal", "--to", "-", "--database", far],
        vec!["demo", "--database", far],
        administrator(far),
    ] {
        let refused = badly(&arguments);
        assert!(refused.contains("in-the-clear = database"), "{arguments:?}: {refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
}

/// Two users of one PostgreSQL database: one owns the tables, one serves.
struct Two {
    owner: String,
    server: String,
    role: String,
}

fn two_users() -> Two {
    let url = databases::postgres_url();
    let name = url.rsplit_once('/').expect("a name").1.split('?').next().expect("a name").to_owned();
    let (owner, role) = (format!("{name}_owner"), format!("{name}_server"));
    let sql = format!(
        "CREATE ROLE {owner} LOGIN; CREATE ROLE {role} LOGIN; ALTER DATABASE {name} OWNER TO {owner}"
    );
    tamper(&url, &sql);
    let (before, after) = url.split_once("//").expect("an address");
    let place = after.split_once('@').map_or(after, |(_, place)| place);
    let of = |user: &str| format!("{before}//{user}@{place}");
    Two { owner: of(&owner), server: of(&role), role }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_who_serves_cannot_rewrite_what_was_recorded() {
    use std::os::unix::fs::PermissionsExt as _;
    let two = two_users();
    let early = badly(&["serve", "--listen", "127.0.0.1:0", "--database", &two.server]);
    assert!(early.contains("run \"phb migrate\" as the user that owns them"), "{early}");
    well(&["migrate", "--database", &two.owner]);
    let early = badly(&["serve", "--listen", "127.0.0.1:0", "--database", &two.server]);
    assert!(early.contains("phb migrate") || early.contains("phb grants"), "{early}");
    tamper(&two.owner, &well(&["grants", "--role", &two.role]));
    // Again, as after each migration.
    tamper(&two.owner, &well(&["grants", "--role", &two.role]));

    // A whole story, with that user's rights alone.
    let world = World::new(&two.server).await;
    let key = folder().join("key").display().to_string();
    std::fs::write(&key, "5a".repeat(32)).expect("written");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("set");
    let with = |command| [command, "--database", &two.server, "--key-file", &key];
    let case = world.case_at(Stage::Review).await;
    let martin = world.client(world.people.husband).await;
    martin.get(&format!("/cases/{case}")).await.expect(200);
    world.nobody().post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
    let path = world.link_in_letter(None).await;
    let new = [("passphrase", "two blinks for no"), ("passphrase-again", "two blinks for no")];
    world.nobody().post(&path, &new).await.leads_to("/home");
    world.days_later(40);
    world.app.work_once(None).await.expect("background work");
    let now = world.app.clock.now();
    assert!(store::seal::seal(&world.db, now).await.expect("it seals").is_some());
    // Two servers at once: whoever loses to the other waits in a queue, for which
    // that user's rights do.
    let both = [world.db.clone(), Db::open_with(&two.server, world.db.keys()).await.expect("it opens")];
    let looks = (0..60).map(|n| {
        let (db, account) = (both[n % 2].clone(), world.people.husband);
        tokio::spawn(async move {
            db.write(move |tx| store::looks::record_look(tx, case, account, "plan", now)).await
        })
    });
    for look in looks.collect::<Vec<_>>() {
        look.await.expect("no panic").map_err(|e: store::StoreError| e).expect("it is written");
    }
    tamper(&two.server, "BEGIN; LOCK TABLE list_rows IN EXCLUSIVE MODE; ROLLBACK");
    world.app.rebuild(|_| {}).await.expect("the lists");
    assert_eq!(store::guard::check(&world.db).await.expect("all rights are there"), [""; 0]);
    well(&with("verify"));
    let file = folder().join("by-the-server.backup").display().to_string();
    well(&[&with("backup")[..], &["--to", &file]].concat());

    // As somebody would who has that user's passphrase.
    tamper(
        &two.owner,
        "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''never''; END';
        CREATE TRIGGER owners BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION never()",
    );
    for sql in [
        "UPDATE events SET author = 'system'",
        "DELETE FROM events",
        "TRUNCATE events CASCADE",
        "UPDATE entries SET reason = 'x'",
        "DELETE FROM entries",
        "UPDATE moves SET amount = 1",
        "DELETE FROM moves",
        "UPDATE bank_lines SET amount = 1",
        "DELETE FROM statements",
        "UPDATE files SET name = 'x'",
        "DELETE FROM looks",
        "UPDATE looks SET account_id = case_id",
        "UPDATE looks SET section = 'x'",
        "UPDATE looks SET first_at = 1",
        "UPDATE marks SET name = 'x'",
        "UPDATE one_time_links SET account_id = NULL",
        "UPDATE sessions SET account_id = token_hash::text::uuid",
        "UPDATE login_names SET name = 'x'",
        "UPDATE streams SET id = gen_random_uuid()",
        "UPDATE seals SET hash = ''",
        "DELETE FROM seal_members",
        "DELETE FROM registered",
        "UPDATE registered SET sha256 = ''",
        "DELETE FROM registers",
        "DELETE FROM messages",
        "DELETE FROM credentials",
        "DELETE FROM streams",
        "DELETE FROM marks",
        "UPDATE migrations SET sha256 = 'x'",
        "DROP TRIGGER owners ON events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TRIGGER mine BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION never()",
        "DROP TABLE events CASCADE",
        "ALTER TABLE events ADD COLUMN x TEXT",
        "CREATE TABLE mine (x TEXT)",
        "CREATE TEMPORARY TABLE events (x TEXT)",
        "GRANT UPDATE ON events TO PUBLIC",
        "CREATE ROLE another SUPERUSER",
    ] {
        let tried = psql(&two.server, sql);
        let refused = said(&tried);
        // Granting what one has not is no error in PostgreSQL: it warns, and grants nothing.
        assert!(!tried.status.success() || refused.contains("no privileges were granted"), "{sql} was done");
        let by_rights =
            ["permission denied", "must be owner", "must be superuser", "no privileges were granted"];
        assert!(by_rights.iter().any(|words| refused.contains(words)), "{sql}: {refused}");
    }
    // What the owner made is all that is named.
    let named = wrong(&with("verify")[1..]);
    for what in
        ["schema: function never(): was not", "schema: trigger events.owners: was not", "2 things are wrong."]
    {
        assert!(named.contains(what), "{named}");
    }
    // The owner still can, which is warned of when the owner serves.
    let db = Db::open(&two.owner).await.expect("it opens");
    let warned = store::guard::check(&db).await.expect("it is looked at");
    assert!(warned.len() == 1 && warned[0].contains("owns"), "{warned:?}");
}

/// A program whose user lacks a right says which, before it serves anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_missing_or_too_many_is_named() {
    let two = two_users();
    well(&["migrate", "--database", &two.owner]);
    tamper(&two.owner, &well(&["grants", "--role", &two.role]));
    tamper(&two.owner, &format!("GRANT DELETE ON events TO {}", two.role));
    let db = Db::open(&two.server).await.expect("it opens");
    let warned = store::guard::check(&db).await.expect("it is looked at");
    assert!(warned.len() == 1 && warned[0].contains("DELETE on events"), "{warned:?}");
    tamper(&two.owner, &format!("REVOKE UPDATE ON sessions FROM {}", two.role));
    let refused = badly(&["serve", "--listen", "127.0.0.1:0", "--database", &two.server]);
    assert!(refused.contains("UPDATE (ended,") && refused.contains("on sessions"), "{refused}");
    assert!(refused.contains("phb grants"), "{refused}");
    // One column more, as the whole table was once granted.
    tamper(&two.owner, &well(&["grants", "--role", &two.role]));
    tamper(
        &two.owner,
        &format!("GRANT UPDATE ON looks TO {}; GRANT UPDATE (name) ON marks TO {0}", two.role),
    );
    let warned = store::guard::check(&db).await.expect("it is looked at");
    assert!(warned.len() == 1 && warned[0].contains("first_at, period, section) on looks"), "{warned:?}");
    assert!(warned[0].contains("UPDATE (name) on marks") && !warned[0].contains("times"), "{warned:?}");
    tamper(&two.owner, &well(&["grants", "--role", &two.role]));
    assert_eq!(store::guard::check(&db).await.expect("it is looked at"), [""; 0], "granting again mends it");
}

/// Whoever may become the owner owns, whether or not they do so now.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_become_the_owner_is_warned_of_as_the_owner() {
    let url = databases::postgres_url();
    let two = two_users();
    let owner = two.owner.split_once("//").and_then(|(_, rest)| rest.split_once('@')).expect("a user").0;
    well(&["migrate", "--database", &two.owner]);
    tamper(&two.owner, &well(&["grants", "--role", &two.role]));
    let db = Db::open(&two.server).await.expect("it opens");
    assert_eq!(store::guard::check(&db).await.expect("it is looked at"), [""; 0]);
    let (role, between) = (&two.role, format!("{owner}_between"));
    for (given, taken, who) in [
        // Not by inheritance: nothing is theirs until they say SET ROLE.
        (
            format!("ALTER ROLE {role} NOINHERIT; GRANT {owner} TO {role}"),
            format!("REVOKE {owner} FROM {role}"),
            owner,
        ),
        (
            format!("CREATE ROLE {between}; GRANT {owner} TO {between}; GRANT {between} TO {role}"),
            format!("REVOKE {between} FROM {role}"),
            owner,
        ),
        (format!("ALTER ROLE {role} CREATEROLE"), format!("ALTER ROLE {role} NOCREATEROLE"), role.as_str()),
        (
            format!("GRANT pg_execute_server_program TO {role}"),
            format!("REVOKE pg_execute_server_program FROM {role}"),
            "pg_execute_server_program",
        ),
    ] {
        tamper(&url, &given);
        let warned = store::guard::check(&db).await.expect("it is looked at");
        assert!(warned.len() == 1 && warned[0].contains("may become or make"), "{given}: {warned:?}");
        assert!(warned[0].contains(who), "{given}: {warned:?}");
        tamper(&url, &taken);
        assert_eq!(store::guard::check(&db).await.expect("it is looked at"), [""; 0], "{taken}");
    }
}

/// A file whose triggers are gone is not served.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_its_triggers_is_not_served() {
    let url = databases::sqlite_url();
    filled(&url).await.close().await;
    tamper(&url, "DROP TRIGGER entries_no_update");
    let refused = badly(&["serve", "--listen", "127.0.0.1:0", "--database", &url]);
    assert!(refused.contains("gone or changed: entries_no_update"), "{refused}");
}
