//! Each set of tables, the same on both databases.

mod common;

use common::{at, case_stream, entry, entry_of, holding, line, post, tamper};
use domain::ledger::{Account, Funder, Layer, NotAnEntry, Posting, Purpose};
use domain::{AccountId, BankLineId, CaseId, Date, EntryId, HoldingId, MessageId, Pence, StatementId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::lists::{Filter, ListRow};
use store::{Db, StoreError, accounts, bank, jobs, ledger, lists, looks, outbox};
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn opened() -> Vec<(&'static str, String, Db)> {
    let mut both = Vec::new();
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.expect("it opens");
        both.push((name, url, db));
    }
    both
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_refuses() {
    for (name, url, db) in opened().await {
        let hold = EntryId(id(1));
        post(&db, &entry(1, 1, Purpose::Hold { expires: Some(Date::constant(2026, 9, 1)) }))
            .await
            .expect(name);
        post(&db, &entry(1, 2, Purpose::Plain)).await.expect(name);
        // The same key: sent again with a new id, and with another body.
        let mut again = common::heading(1, 3, Purpose::Plain);
        again.key = "key 2".into();
        let same = domain::ledger::Entry::new(again.clone(), entry(1, 2, Purpose::Plain).postings().to_vec());
        assert_eq!(post(&db, &same.expect("it balances")).await, Ok(ledger::Posted::Already), "{name}");
        again.happened = Date::constant(2026, 3, 2);
        let other = domain::ledger::Entry::new(again, entry(1, 2, Purpose::Plain).postings().to_vec());
        let refused = post(&db, &other.expect("it balances")).await;
        assert_eq!(refused, Err(StoreError::KeyReused { key: "key 2".into() }), "{name}");

        // A hold of another case, an entry that is no hold, one that is not there.
        let missing = |n| Err(StoreError::NoSuchEntry { entry: EntryId(id(n)) });
        assert_eq!(post(&db, &entry(2, 4, Purpose::Post { hold })).await, missing(1), "{name}");
        assert_eq!(post(&db, &entry(1, 5, Purpose::Release { hold: EntryId(id(2)) })).await, missing(2));
        let correct = Purpose::Correct { entry: EntryId(id(99)), reason: "no".into() };
        assert_eq!(post(&db, &entry(1, 6, correct)).await, missing(99), "{name}");
        assert_eq!(post(&db, &entry(1, 7, Purpose::Release { hold })).await, Ok(ledger::Posted::New));
        let twice = post(&db, &entry(1, 8, Purpose::Expire { hold })).await;
        assert_eq!(twice, Err(StoreError::HoldSettled { hold }), "{name}");
        let found = db.read(|tx| ledger::entry(tx, CaseId(id(1)), EntryId(id(2)))).await;
        assert_eq!(found.map_err(|e: StoreError| e).expect(name).expect(name).key, "key 2", "{name}");
        let elsewhere = db.read(|tx| ledger::entry(tx, CaseId(id(2)), EntryId(id(2)))).await;
        assert_eq!(elsewhere, Ok::<_, StoreError>(None), "{name}");

        // The database itself, asked behind the program's back.
        for sql in [
            "UPDATE moves SET amount = 0 WHERE seq = 1",
            "UPDATE moves SET amount = -5 WHERE seq = 1",
            "UPDATE moves SET to_account = NULL WHERE seq = 1",
            "UPDATE moves SET layer = 'wishes' WHERE seq = 1",
            "UPDATE entries SET purpose = 'post' WHERE seq = 2",
            "UPDATE entries SET key = 'key 1' WHERE seq = 2",
            "INSERT INTO entries (case_id, seq, id, purpose, settles, cause, about, happened, recorded, key, hash)
             SELECT case_id, 9, about, purpose, settles, cause, about, happened, recorded, 'k9', hash
             FROM entries WHERE settles IS NOT NULL",
        ] {
            assert!(tamper(&url, sql).is_err(), "{name} accepted {sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_itself_keeps_what_was_written() {
    let url = testkit::databases::sqlite_url();
    let db = Db::open(&url).await.expect("it opens");
    common::append(&db, case_stream(1), 0, vec![common::said("once")]).await.expect("appended");
    post(&db, &entry(1, 1, Purpose::Plain)).await.expect("posted");
    let raw = rusqlite::Connection::open(&url).expect("the file opens");
    store::seal::seal(&db, at(9)).await.expect("sealed").expect("there was something to seal");
    let places = [
        ("events", "seq"),
        ("entries", "seq"),
        ("moves", "seq"),
        ("seals", "number"),
        ("seal_members", "no"),
    ];
    for (table, place) in places {
        assert!(raw.execute_batch(&format!("DELETE FROM {table}")).is_err(), "{table}");
        assert!(raw.execute_batch(&format!("UPDATE {table} SET {place} = {place} + 1")).is_err(), "{table}");
    }
}

fn balanced_postings() -> impl Strategy<Value = Vec<Posting>> {
    let one = (0_usize..3, 0_usize..4, 0_usize..4, 1_i64..1_000_000);
    proptest::collection::vec(one, 1..6).prop_map(|moves| {
        let layers = [Layer::Budget, Layer::Commitment, Layer::Actual];
        let accounts = [Account::Funding(Funder::Nhs), holding(), line(), Account::Unmatched];
        let mut postings = Vec::new();
        for (layer, from, to, amount) in moves {
            let (layer, amount) = (layers[layer], Pence(amount));
            postings.insert(postings.len() / 2, Posting { layer, account: accounts[to], amount });
            postings.push(Posting { layer, account: accounts[from], amount: -amount });
        }
        postings
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_read_as_they_were_posted() {
    let (both, handle) = (opened().await, tokio::runtime::Handle::current());
    let property = tokio::task::spawn_blocking(move || {
        let mut runner =
            TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
        let number = std::cell::Cell::new(0_u128);
        runner.run(&balanced_postings(), |postings| {
            number.set(number.get() + 1);
            let case = CaseId(id(number.get()));
            for (name, _, db) in &both {
                let entry = entry_of(number.get(), 1, Purpose::Plain, postings.clone());
                handle.block_on(post(db, &entry)).expect(name);
                let read = handle.block_on(db.read(move |tx| ledger::entries(tx, case)));
                prop_assert_eq!(read.map_err(|e: StoreError| e), Ok(vec![entry]));
                let balances = handle.block_on(db.read(move |tx| ledger::balances(tx, case)));
                let balances = balances.map_err(|e: StoreError| e).expect(name);
                prop_assert_eq!(balances, domain::ledger::Balances::of(postings.clone()));
            }
            Ok(())
        })
    });
    property.await.expect("no panic").expect("the property holds");
    assert!(matches!(domain::ledger::balanced(&[]), Err(NotAnEntry::TooFew)));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_in_pages() {
    for (name, _, db) in opened().await {
        let area = id(50);
        for n in 0..25_u128 {
            let row = ListRow {
                list: "cases".into(),
                area: Some(area),
                owner: Some(id(n % 2)),
                due: Some(Date::constant(2026, 3, 1 + i8::try_from(n % 20).expect("small"))),
                state: Some(if n % 5 == 0 { "waiting" } else { "going" }.into()),
                folded: Some(lists::search_key(&format!("Zoë Number-{n}, 100% sure"))),
                sort: Some(format!("{:02}", n / 2)),
                body: "{}".into(),
            };
            let rows = [row.clone(), ListRow { list: "people".into(), ..row }];
            let written = db.write(move |tx| lists::replace(tx, case_stream(n), &rows)).await;
            assert_eq!(written, Ok::<_, StoreError>(true), "{name}");
        }
        let mut filter = Filter { limit: 7, ..Filter::default() };
        let mut seen = Vec::new();
        loop {
            let page = filter.clone();
            let page = db.read(move |tx| lists::by_area(tx, "cases", area, &page)).await;
            let page = page.map_err(|e: StoreError| e).expect(name);
            let Some(last) = page.last() else { break };
            filter.after = Some(last.place());
            seen.extend(page.iter().map(|listed| listed.stream.id.as_u128()));
        }
        assert_eq!(seen, (0..25).collect::<Vec<_>>(), "{name}");

        let count = async |filter: Filter| {
            let found = db.read(move |tx| lists::by_area(tx, "cases", area, &filter)).await;
            found.map_err(|e: StoreError| e).expect(name).len()
        };
        let with = |text: &str| Filter { text: Some(text.into()), ..Filter::default() };
        assert_eq!(count(Filter { state: Some("waiting".into()), ..Filter::default() }).await, 5, "{name}");
        let due = Some(Date::constant(2026, 3, 2));
        assert_eq!(count(Filter { due_on_or_before: due, ..Filter::default() }).await, 4, "{name}");
        assert_eq!(count(with("ZOË number 7")).await, 2, "{name}");
        for text in ["7 Zoë number", "sure 7 ber-", "100 sure 7 zoë number 1 sure 0 7"] {
            assert_eq!(count(with(text)).await, 2, "{name}: {text}, in any order");
        }
        assert_eq!(count(with("7 zoë nobody")).await, 0, "{name}: every word is wanted");
        assert_eq!(count(with("%")).await, 25, "{name}: a lone sign searches for nothing");
        assert_eq!(count(with("nobody")).await, 0, "{name}");
        let owned = db.read(|tx| lists::by_owner(tx, "people", id(1))).await.map_err(|e: StoreError| e);
        assert_eq!(owned.expect(name).len(), 12, "{name}");

        // Many rows are looked through in parts, and pages of what is found join.
        for n in 100..2_350_u128 {
            let rows = [ListRow {
                list: "many".into(),
                area: Some(area),
                folded: Some(format!("{} somebody", if n % 500 == 0 { "wanted" } else { "other" })),
                sort: Some(format!("{n:05}")),
                ..ListRow::default()
            }];
            let written = db.write(move |tx| lists::replace(tx, case_stream(n), &rows)).await;
            assert_eq!(written, Ok::<_, StoreError>(true), "{name}");
        }
        let (mut filter, mut seen) = (Filter { limit: 3, ..with("some want") }, vec![]);
        loop {
            let page = filter.clone();
            let page = db.read(move |tx| lists::by_area(tx, "many", area, &page)).await;
            let page = page.map_err(|e: StoreError| e).expect(name);
            seen.extend(page.iter().map(|listed| listed.stream.id.as_u128()));
            let Some(last) = page.last() else { break };
            filter.after = Some(last.place());
        }
        assert_eq!(seen, [500, 1_000, 1_500, 2_000], "{name}");

        // Fewer rows than before: the others go.
        let changed = db.write(|tx| lists::replace(tx, case_stream(1), &[])).await;
        assert_eq!(changed, Ok::<_, StoreError>(true), "{name}");
        let left = db.read(|tx| lists::of_stream(tx, case_stream(1))).await;
        assert_eq!(left, Ok::<_, StoreError>(Vec::new()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_taken_in_once() {
    for (name, _, db) in opened().await {
        let statement = |n: u8| bank::Statement {
            id: StatementId(id(n.into())),
            case: CaseId(id(1)),
            holding: HoldingId(id(2)),
            file_sha256: [n; 32],
            name: "march.csv".into(),
            format: "csv".into(),
            opening: Some(Pence(0)),
            closing: None,
            from: Date::constant(2026, 3, 1),
            to: Date::constant(2026, 3, 31),
            imported: at(i64::from(n)),
            by: None,
        };
        let lines = |statement: u8, from: u32, to: u32| -> Vec<bank::BankLine> {
            (from..to)
                .map(|n| bank::BankLine {
                    id: BankLineId(id(u128::from(statement) * 1_000_000 + u128::from(n))),
                    statement: StatementId(id(statement.into())),
                    case: CaseId(id(1)),
                    holding: HoldingId(id(2)),
                    line_no: n,
                    date: Date::constant(2026, 3, 1 + i8::try_from(n / 400).expect("small")),
                    amount: Pence(-i64::from(n)),
                    description: format!("Café {n} 🙂"),
                    reference: String::new(),
                    dedupe_key: format!("line {n}"),
                })
                .collect()
        };
        let insert = async |n: u8, lines: Vec<bank::BankLine>| {
            let statement = statement(n);
            let done = db.write(move |tx| Ok(bank::insert_statement(tx, &statement, &lines)?.len())).await;
            done.map_err(|e: StoreError| e).expect(name)
        };
        let all = lines(1, 0, 10_000);
        assert_eq!(insert(1, all.clone()).await, 10_000, "{name}");
        assert_eq!(insert(1, all.clone()).await, 0, "{name}");
        assert_eq!(insert(3, lines(3, 9_990, 10_010)).await, 10, "{name}");
        let stored = db.read(|tx| bank::lines(tx, HoldingId(id(2)))).await.map_err(|e: StoreError| e);
        assert_eq!(stored.expect(name)[..10_000], all[..], "{name}");
        let one = db.read(|tx| bank::line(tx, BankLineId(id(1_000_007)))).await;
        assert_eq!(one, Ok::<_, StoreError>(Some(all[7].clone())), "{name}");
        let of_case = db.read(|tx| bank::statements(tx, CaseId(id(1)))).await;
        assert_eq!(of_case, Ok::<_, StoreError>(vec![statement(1), statement(3)]), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_looking() {
    for (name, _, db) in opened().await {
        let account = AccountId(id(1));
        let result = db
            .write(move |tx| {
                let mut credential = accounts::Credential {
                    account,
                    passphrase_hash: "$argon2id$".into(),
                    totp_secret: Some(vec![1, 2, 3]),
                    totp_last_step: None,
                    changed: at(1),
                };
                accounts::set_credential(tx, &credential)?;
                credential.passphrase_hash = "$argon2id$new".into();
                accounts::set_credential(tx, &credential)?;
                assert_eq!(accounts::credential(tx, account)?, Some(credential));
                let steps = [(7, true), (7, false), (6, false), (8, true)];
                for (step, works) in steps {
                    assert_eq!(accounts::use_totp_step(tx, account, step)?, works, "step {step}");
                }
                let address = "A@example.org".parse().expect("an address");
                assert!(accounts::add_login_name(tx, &address, account)?);
                assert!(!accounts::add_login_name(tx, &address, AccountId(id(2)))?);
                assert_eq!(accounts::account_by_email(tx, &address)?, Some(account));
                assert_eq!(accounts::all_login_names(tx)?, [("a@example.org".to_owned(), account)]);
                assert!(!accounts::has_old_login_names(tx)?);
                let link = accounts::OneTimeLink {
                    token_hash: [4; 32],
                    purpose: "invitation".into(),
                    account: None,
                    body: "{}".into(),
                    expires: at(100),
                    used: None,
                };
                accounts::add_one_time_link(tx, &link)?;
                assert!(!accounts::use_one_time_link(tx, &[4; 32], at(100))?, "it has expired");
                assert!(accounts::use_one_time_link(tx, &[4; 32], at(99))?);
                assert!(!accounts::use_one_time_link(tx, &[4; 32], at(99))?, "it works once");
                for n in 0..3 {
                    accounts::add_attempt(tx, id(n), "a@example.org", at(10 + n as i64))?;
                }
                assert_eq!(accounts::attempts_since(tx, "a@example.org", at(11))?, 2);
                assert_eq!(accounts::prune(tx, at(11))?, 1);
                for seconds in [0, 60, 899, 900] {
                    looks::record_look(tx, CaseId(id(3)), account, "plan", at(seconds * 1_000_000))?;
                }
                let times: Vec<u64> =
                    looks::looks_before(tx, CaseId(id(3)), None, 10)?.iter().map(|l| l.times).collect();
                assert_eq!(times, [1, 3]);
                Ok::<_, StoreError>(())
            })
            .await;
        assert_eq!(result, Ok(()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_claimed_by_one() {
    for (name, _, db) in opened().await {
        let message = outbox::Message {
            id: MessageId(id(1)),
            account: Some(AccountId(id(2))),
            link: Some("invitation".into()),
            to_address: "a@example.org".into(),
            subject: "Your plan".into(),
            body: "It is agreed.".into(),
            queued: at(0),
            attempts: 0,
            sent: None,
            failed: None,
            last_error: None,
        };
        db.write(move |tx| outbox::queue_message(tx, &message)).await.map_err(|e: StoreError| e).expect(name);
        let claims: Vec<_> = (0..8)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write::<_, StoreError>(|tx| outbox::messages_to_send(tx, at(1), 60, 10)).await
                })
            })
            .collect();
        let mut claimed = 0;
        for claim in claims {
            claimed += claim.await.expect("no panic").expect(name).len();
        }
        assert_eq!(claimed, 1, "{name}");
        let result = db
            .write(|tx| {
                let later = at(10_000_000);
                let retry = jobs::AfterFailure::RetryAt(later);
                outbox::mark_failed(tx, MessageId(id(1)), "no answer", retry)?;
                assert!(outbox::messages_to_send(tx, at(9_000_000), 60, 10)?.is_empty());
                assert_eq!(outbox::messages_to_send(tx, at(11_000_000), 60, 10)?.len(), 1);
                assert!(outbox::mark_sent(tx, MessageId(id(1)), at(12_000_000))?);
                assert!(!outbox::mark_sent(tx, MessageId(id(1)), at(12_000_000))?);
                assert!(outbox::messages_to_send(tx, at(900_000_000), 60, 10)?.is_empty());
                Ok::<_, StoreError>(outbox::latest_messages(tx, 5)?.remove(0))
            })
            .await;
        let sent = result.expect(name);
        assert_eq!(sent.sent, Some(at(12_000_000)), "{name}");
        // What stays: when, and for whom.
        assert_eq!((sent.queued, sent.account), (at(0), Some(AccountId(id(2)))), "{name}");
        let held = [sent.to_address, sent.subject, sent.body, sent.last_error.unwrap_or_default()];
        assert_eq!(held.concat(), "", "{name}: a message that was sent is empty");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_that_are_refused() {
    let nowhere = testkit::databases::sqlite_url();
    assert!(matches!(Db::open_existing(&nowhere).await.err(), Some(StoreError::NotThere { .. })));
    assert!(!std::path::Path::new(&nowhere).exists(), "looking made nothing");
    let empty = testkit::databases::postgres_url();
    assert!(matches!(Db::open_existing(&empty).await.err(), Some(StoreError::NotThere { .. })));
    let text = testkit::databases::sqlite_url();
    std::fs::write(&text, "this is a letter, and not a database at all. ".repeat(100)).expect("written");
    assert!(matches!(Db::open(&text).await.err(), Some(StoreError::NotThere { .. })));
    for url in ["", "mysql://somewhere", "postgres://phb@127.0.0.1:1/none"] {
        assert!(Db::open(url).await.is_err(), "{url}");
    }
    for (name, url, db) in opened().await {
        db.close().await;
        tamper(&url, "INSERT INTO migrations (number, name, sha256) VALUES (999, 'later', 'x')").expect(name);
        let newer = Db::open(&url).await.err().expect("it is refused").to_string();
        assert!(newer.contains("version 999") && newer.contains("newer program"), "{name}: {newer}");
        tamper(&url, "DELETE FROM migrations WHERE number = 999; UPDATE migrations SET sha256 = 'x'")
            .expect(name);
        let edited = Db::open(&url).await.err().expect("it is refused").to_string();
        assert!(edited.contains("migration 1") && edited.contains("edited"), "{name}: {edited}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_does_not_parse_is_named() {
    for (name, url, db) in opened().await {
        common::append(&db, case_stream(1), 0, vec![common::said("words")]).await.expect(name);
        tamper(&url, "UPDATE events SET body = '{\"type\":\"said\"}'").expect(name);
        let read = db.read(|tx| store::record::load::<common::Event>(tx, case_stream(1))).await;
        let expected = StoreError::Corrupt {
            table: "events".into(),
            column: "body".into(),
            id: format!("case {} 1", id(1)),
        };
        assert_eq!(read, Err(expected), "{name}");
    }
}
