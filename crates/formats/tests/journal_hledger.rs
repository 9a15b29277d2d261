//! Another program, hledger, adds up our journal and comes to the same pennies.

use domain::ledger::{Account, Balances, Cause, Entry, Funder, Heading, Layer, Posting, Purpose};
use domain::{AccountId, CaseId, Date, EntryId, HoldingId, LineId, Pence, Timestamp};
use formats::journal;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use uuid::Uuid;

/// In the plainest locale, so that the journal cannot lean on a language.
fn hledger(journal: &[u8], arguments: &[&str]) -> Result<String, String> {
    let mut child = Command::new("hledger")
        .args(["-f", "-"])
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("hledger must be installed for this test: apt-get install hledger");
    child.stdin.take().expect("piped").write_all(journal).expect("hledger reads it all");
    let output = child.wait_with_output().expect("hledger ends");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn journal_of(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let written = journal::write(&mut out, entries).expect("a vector takes all");
    assert_eq!(written.entries, entries.len() as u64);
    assert!(out.is_ascii());
    out
}

/// hledger's balances, by account name, in pence.
fn theirs(journal: &[u8]) -> BTreeMap<String, i64> {
    let table = hledger(journal, &["balance", "-O", "csv", "-N", "--flat", "-E"]).expect("balances");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row");
            let amount = row[1].trim_end_matches(" GBP").replace('.', "");
            (row[0].to_owned(), amount.parse().expect("pence"))
        })
        .collect()
}

/// Our balances, of the postings alone.
fn ours(entries: &[Entry]) -> BTreeMap<String, i64> {
    let mut cases: BTreeMap<CaseId, Vec<Posting>> = BTreeMap::new();
    for entry in entries {
        cases.entry(entry.case).or_default().extend(entry.postings());
    }
    cases
        .into_iter()
        .flat_map(|(case, postings)| {
            let balances = Balances::of(postings);
            let named: Vec<_> =
                balances.iter().map(|(l, a, p)| (journal::account_name(case, l, a), p.0)).collect();
            named
        })
        .collect()
}

fn account() -> impl Strategy<Value = Account> {
    let id = (0u128..3).prop_map(Uuid::from_u128);
    prop_oneof![
        Just(Account::Funding(Funder::Nhs)),
        Just(Account::Funding(Funder::Council)),
        id.clone().prop_map(|id| Account::Holding(HoldingId(id))),
        id.prop_map(|id| Account::Line(LineId(id))),
        Just(Account::Unmatched),
        Just(Account::Own),
    ]
}

fn purpose() -> impl Strategy<Value = Purpose> {
    let of = |n: u128| EntryId(Uuid::from_u128(n));
    prop_oneof![
        Just(Purpose::Plain),
        Just(Purpose::Hold { expires: Some(Date::constant(2026, 5, 1)) }),
        Just(Purpose::Post { hold: of(7) }),
        "(date:|\\[2026-99-99\\]|;|\n|\"|=|£|[a-z ])*"
            .prop_map(move |reason| Purpose::Correct { entry: of(8), reason }),
    ]
}

/// An entry whose postings balance in one layer or two.
fn entry() -> impl Strategy<Value = Entry> {
    let side = proptest::collection::vec((account(), 1i64..100_000_000, any::<bool>()), 1..4);
    let layers = proptest::collection::vec((0usize..3, side, account()), 1..3);
    let key = "[a-z0-9]|date:2026-99-99|key[\n;:,é\\[\\]\"a-z]{1,20}";
    (layers, purpose(), key, 0u128..3, 0i32..400, any::<Option<u64>>()).prop_filter_map(
        "postings that balance",
        |(layers, purpose, key, case, day, by)| {
            let mut postings = Vec::new();
            for (layer, sides, last) in layers {
                let layer = [Layer::Budget, Layer::Commitment, Layer::Actual][layer];
                let mut sum = 0;
                for (account, pence, minus) in sides {
                    let pence = if minus { -pence } else { pence };
                    sum += pence;
                    postings.push(Posting { layer, account, amount: Pence(pence) });
                }
                postings.push(Posting { layer, account: last, amount: Pence(-sum) });
            }
            let heading = Heading {
                id: EntryId(Uuid::from_u128(99)),
                case: CaseId(Uuid::from_u128(case)),
                purpose,
                cause: Cause::BankLineMatched,
                about: Uuid::from_u128(5),
                by: by.map(|n| AccountId(Uuid::from_u128(n.into()))),
                happened: domain::dates::days_after(Date::constant(2026, 1, 1), day),
                recorded: Timestamp::UNIX_EPOCH,
                key,
            };
            Entry::new(heading, postings).ok()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn hledger_agrees_to_the_penny(entries in proptest::collection::vec(entry(), 1..30)) {
        let journal = journal_of(&entries);
        let text = String::from_utf8_lossy(&journal).into_owned();
        hledger(&journal, &["check"]).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(theirs(&journal), ours(&entries), "{}", text);
    }
}

#[test]
fn a_journal_of_nothing_is_accepted() {
    hledger(&journal_of(&[]), &["check"]).expect("accepted");
}

#[test]
fn a_changed_penny_is_found() {
    let posting = |account, pence| Posting { layer: Layer::Actual, account, amount: Pence(pence) };
    let heading = Heading {
        id: EntryId(Uuid::nil()),
        case: CaseId(Uuid::nil()),
        purpose: Purpose::Plain,
        cause: Cause::InstalmentPaid,
        about: Uuid::nil(),
        by: None,
        happened: Date::constant(2026, 3, 2),
        recorded: Timestamp::UNIX_EPOCH,
        key: "first".to_owned(),
    };
    let postings = vec![posting(Account::Own, -250_000), posting(Account::Unmatched, 250_000)];
    let journal =
        String::from_utf8(journal_of(&[Entry::new(heading, postings).expect("balances")])).expect("text");
    hledger(journal.as_bytes(), &["check"]).expect("accepted");
    // Both sides changed, so that only the balances at the end can tell.
    let changed =
        journal.replacen("-2500.00 GBP", "-2500.01 GBP", 1).replacen("  2500.00 GBP", "  2500.01 GBP", 1);
    assert!(hledger(changed.as_bytes(), &["check"]).expect_err("refused").contains("balance assertion"));
}
