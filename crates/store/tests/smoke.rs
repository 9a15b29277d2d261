//! Opening, writing and reading, the same on both databases.

mod common;

use common::{Event, at};
use domain::ledger::{Account, Cause, Entry, Funder, Heading, Layer, Purpose, transfer};
use domain::{AccountId, Author, CaseId, EntryId, HoldingId, Pence};
use store::lists::{Filter, ListRow};
use store::{Db, StoreError, Stream, StreamKind, accounts, jobs, ledger, lists, record};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_both() {
    for (name, url) in testkit::databases::both() {
        let db = Db::open(&url).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        walk(db).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        Db::open_existing(&url).await.expect("it is there now").close().await;
    }
}

async fn walk(db: Db) -> Result<(), StoreError> {
    let stream = Stream { kind: StreamKind::Case, id: Uuid::from_u128(1) };
    let by = Author::Account(AccountId(Uuid::from_u128(9)));
    let said = vec![Event::Said { words: "¿Quién? 🙂".into() }, Event::Left];
    let events = said.clone();
    let version = db.write(move |tx| record::append(tx, stream, 0, by, at(5), &events)).await?;
    assert_eq!(version, 2);
    let clash = db.write(move |tx| record::append(tx, stream, 0, by, at(6), &[Event::Left])).await;
    assert!(matches!(clash, Err(StoreError::Clash { .. })), "{clash:?}");
    let back = db.read(move |tx| record::load::<Event>(tx, stream)).await?;
    assert_eq!(back.iter().map(|r| r.event.clone()).collect::<Vec<_>>(), said);
    assert_eq!((back[1].seq, back[1].by, back[1].at), (2, by, at(5)));

    let case = CaseId(stream.id);
    let holding = Account::Holding(HoldingId(Uuid::from_u128(3)));
    let entry = Entry::new(
        Heading {
            id: EntryId(Uuid::from_u128(4)),
            case,
            purpose: Purpose::Plain,
            cause: Cause::BudgetSet,
            about: Uuid::from_u128(5),
            by: None,
            happened: domain::Date::constant(2026, 3, 1),
            recorded: at(7),
            key: "k".into(),
        },
        transfer(Layer::Actual, Account::Funding(Funder::Nhs), holding, Pence(12345)).to_vec(),
    )?;
    for expected in [ledger::Posted::New, ledger::Posted::Already] {
        let entry = entry.clone();
        assert_eq!(db.write(move |tx| ledger::post(tx, &entry)).await?, expected);
    }
    assert_eq!(db.read(move |tx| ledger::entries(tx, case)).await?, vec![entry]);
    let balances = db.read(move |tx| ledger::balances(tx, case)).await?;
    assert_eq!(balances.get(Layer::Actual, holding), Pence(12345));
    assert_eq!(balances.left(), Pence(12345));

    let area = Uuid::from_u128(8);
    let row = ListRow {
        list: "cases".into(),
        area: Some(area),
        folded: Some(lists::search_key("Alice O'Hara, Dun Laoghaire")),
        body: "{}".into(),
        ..ListRow::default()
    };
    for changed in [true, false] {
        let row = row.clone();
        assert_eq!(
            db.write(move |tx| lists::replace(tx, stream, std::slice::from_ref(&row))).await?,
            changed
        );
    }
    let filter = Filter { text: Some("HARA dun".into()), ..Filter::default() };
    let found = db.read(move |tx| lists::by_area(tx, "cases", area, &filter)).await?;
    assert_eq!(found.len(), 1);

    let session = accounts::Session {
        token_hash: [7; 32],
        account: AccountId(Uuid::from_u128(9)),
        started: at(1),
        last_seen: at(1),
        expires: at(100),
        ended: None,
        label: "Firefox on a phone".into(),
        second_factor: false,
        acting_as: None,
    };
    let started = session.clone();
    db.write(move |tx| accounts::start_session(tx, &started)).await?;
    assert_eq!(db.read(|tx| accounts::session(tx, &[7; 32])).await?, Some(session));

    let job = jobs::Job::new(Uuid::from_u128(11), "sweep", "{}", at(10)).once("sweep-today");
    for added in [true, false] {
        let job = jobs::Job { id: Uuid::from_u128(if added { 11 } else { 12 }), ..job.clone() };
        assert_eq!(db.write(move |tx| jobs::enqueue(tx, &job)).await?, added);
    }
    let claimed = db.write(|tx| jobs::claim(tx, at(11), 60)).await?.expect("it is due");
    assert_eq!((claimed.id, claimed.attempts), (job.id, 1));
    assert_eq!(db.write(|tx| jobs::claim(tx, at(12), 60)).await?, None);
    db.close().await;
    Ok(())
}
