//! Sums and pages of the ledger say what the ledger says, on both databases.

mod common;

use common::{HOLDING, at, heading, holding, line};
use domain::case::arrangement::outlook::Past;
use domain::ledger::{Account, Balances, Cause, Entry, Funder, Heading, Layer, Purpose, transfer};
use domain::{CaseId, Date, Pence, dates};
use store::ledger::{Place, Shown};
use store::{Db, StoreError, ledger, sums, verify};
use uuid::Uuid;

const CASE: CaseId = CaseId(Uuid::from_u128(1));
const FIRST: Date = Date::constant(2025, 9, 1);

/// Entries of every kind, some on one day, in no order of days.
fn entries() -> Vec<Entry> {
    let one = |n: u32| {
        // What was matched has the day of the payment before it.
        let of_day = if n % 5 == 3 { n - 1 } else { n };
        let day = dates::days_after(FIRST, i32::try_from(of_day * 37 % 150).expect("few"));
        let nhs = Account::Funding(Funder::Nhs);
        let (cause, layer, from, to) = match n % 5 {
            0 => (Cause::BudgetSet, Layer::Budget, nhs, line()),
            1 => (Cause::InstalmentPaid, Layer::Actual, nhs, holding()),
            2 => (Cause::BankLineTakenIn, Layer::Actual, holding(), Account::Unmatched),
            3 => (Cause::BankLineMatched, Layer::Actual, Account::Unmatched, line()),
            _ => (Cause::InstalmentPromised, Layer::Commitment, nhs, holding()),
        };
        let heading =
            Heading { cause, happened: day, recorded: at(n.into()), ..heading(1, n.into(), Purpose::Plain) };
        Entry::new(heading, transfer(layer, from, to, Pence(i64::from(n) * 7 + 100)).to_vec())
            .expect("it balances")
    };
    (1..=173).map(one).collect()
}

/// One by one and many at once: it must not matter.
async fn filled(url: &str) -> Db {
    let db = Db::open(url).await.expect("it opens");
    let all = entries();
    for entry in &all[..20] {
        common::post(&db, entry).await.expect("posted");
        assert_eq!(common::post(&db, entry).await, Ok(ledger::Posted::Already), "and not added twice");
    }
    let rest = all[20..].to_vec();
    db.write::<_, StoreError>(move |tx| ledger::post_all(tx, &rest)).await.expect("posted");
    db
}

/// The first day on which something of these was spent.
fn first_spent(entries: &[Entry]) -> Option<domain::Date> {
    let is_spent = |e: &&Entry| {
        let of_plan = |p: &&domain::ledger::Posting| {
            p.layer == Layer::Actual && matches!(p.account, Account::Line(_) | Account::Unmatched)
        };
        !e.postings().iter().filter(of_plan).map(|p| p.amount).sum::<Pence>().is_zero()
    };
    entries.iter().filter(is_spent).map(|e| e.happened).min()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sums_are_what_the_ledger_adds_up_to() {
    for (name, url) in testkit::databases::both() {
        let db = filled(&url).await;
        let (kept, added) = db
            .read::<_, StoreError>(|tx| Ok((sums::balances(tx, CASE)?, ledger::balances(tx, CASE)?)))
            .await
            .expect(name);
        let own = Balances::of(entries().iter().flat_map(|e| e.postings().to_vec()));
        assert_eq!((&kept, &added), (&own, &own), "{name}");
        let (days, firsts) = db
            .read::<_, StoreError>(|tx| Ok((sums::days(tx, CASE, FIRST)?, sums::first_days(tx, CASE)?)))
            .await
            .expect(name);
        let past = Past::of(&entries());
        assert_eq!((days, firsts), (past.days, (past.first_moved, first_spent(&entries()))), "{name}");
        let range = (FIRST, dates::days_after(FIRST, 151));
        let months = db.read::<_, StoreError>(move |tx| sums::months(tx, CASE, holding(), range)).await;
        let months = months.expect(name);
        let sum = |of: fn(&sums::Flow) -> Pence| months.iter().map(|(_, flow)| of(flow)).sum::<Pence>();
        let held = sum(|flow| flow.money_in) - sum(|flow| flow.money_out);
        assert_eq!(held, own.get(Layer::Actual, holding()), "{name}");
        assert!(months.is_sorted_by(|a, b| a.0 > b.0) && months.len() == 5, "{name}: {months:?}");
        let report = verify::verify(&db, |_, _| ()).await.expect(name);
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
        common::tamper(&url, "UPDATE sums SET money_in = 0 WHERE day = ''").expect("tampered");
        assert!(!verify::verify(&db, |_, _| ()).await.expect(name).is_sound(), "{name}");
        let again = db.write::<_, StoreError>(|tx| ledger::remake_sums(tx, CASE)).await;
        assert_eq!(again, Ok(true), "{name}");
        let rows_are_sound = common::of_rows(&verify::verify(&db, |_, _| ()).await.expect(name)).is_empty();
        assert!(rows_are_sound, "{name}");
        db.close().await;
    }
}

/// What was given back left the holding, and is not spent.
#[tokio::test(flavor = "multi_thread")]
async fn the_days_of_a_holding_are_what_moved_through_it() {
    for (name, url) in testkit::databases::both() {
        let db = filled(&url).await;
        let moved_back = transfer(Layer::Actual, holding(), Account::Funding(Funder::Nhs), Pence(900));
        let happened = dates::days_after(FIRST, 200);
        let back = Heading { happened, ..heading(1, 900, Purpose::Plain) };
        let back = Entry::new(back, moved_back.to_vec()).expect("it balances");
        common::post(&db, &back).await.expect("posted");
        let moved =
            |e: &Entry| e.postings().iter().any(|p| p.account == holding() && p.layer == Layer::Actual);
        let through: Vec<Entry> = entries().into_iter().filter(moved).chain([back]).collect();
        let past = Past::of(&through);
        assert!(past.days.iter().any(|day| day.spent.is_zero() && day.held == Pence(-900)), "{name}");
        for from in [FIRST, dates::days_after(FIRST, 60)] {
            let days = db.read::<_, StoreError>(move |tx| ledger::days_of(tx, CASE, HOLDING, from)).await;
            let mut expected = past.days.clone();
            expected.retain(|day| day.day >= from);
            assert_eq!(days.expect(name), expected, "{name}: from {from}");
        }
        let firsts = db.read::<_, StoreError>(|tx| sums::first_days_of(tx, CASE, holding())).await;
        assert_eq!(firsts.expect(name), (past.first_moved, first_spent(&through)), "{name}");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_through_the_ledger_once() {
    for (name, url) in testkit::databases::both() {
        let db = filled(&url).await;
        for (shown, wanted) in [
            (Shown::All, entries().len()),
            (Shown::Moved, entries().iter().filter(|e| e.postings()[0].layer == Layer::Actual).count()),
            (
                Shown::Decided,
                entries()
                    .iter()
                    .filter(|e| !matches!(e.cause, Cause::BankLineTakenIn | Cause::BankLineMatched))
                    .count(),
            ),
        ] {
            let (mut all, mut before): (Vec<Entry>, Option<Place>) = (vec![], None);
            loop {
                let page =
                    db.read::<_, StoreError>(move |tx| ledger::page(tx, CASE, shown, before, 20)).await;
                let page = page.expect(name);
                all.extend(page.entries);
                before = page.older;
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(all.len(), wanted, "{name} {shown:?}");
            assert!(all.is_sorted_by(|a, b| (a.happened, a.recorded) > (b.happened, b.recorded)), "{name}");
            let given = entries();
            assert!(all.iter().all(|entry| given.contains(entry)), "{name}: as they were posted");
        }
        db.close().await;
    }
}
