//! A long statement is written down part by part: what comes of it is what one
//! transaction would have made, whoever breaks off or comes between.

use super::own_account;
use domain::case::arrangement::Event as E;
use domain::case::{Event, arrangement, circle};
use domain::{CaseId, Date, HoldingId, Pence};
use service::arrangement::statement::TakenIn;
use service::settings::Parts;
use service::{App, Settings};
use std::fmt::Write as _;
use store::open_lines::{self, Which};
use store::{Db, StoreError, ledger, stored};
use testkit::{World, databases};

/// A statement of so many payments on 20 days: every seventh comes in.
fn file(count: u32) -> Vec<u8> {
    let mut text = "Date,Description,Amount\n".to_owned();
    for n in 0..count {
        let (day, sign) = (1 + n * 20 / count, if n % 7 == 3 { "" } else { "-" });
        writeln!(text, "{day:02}/02/2026,SHOP {n},{sign}{}.{:02}", 1 + n % 90, n % 100)
            .expect("it is written");
    }
    text.into_bytes()
}

async fn world(url: &str, part: usize) -> World {
    World::that(url, |_| {}, move |app| app.with_parts(Parts::of(part))).await
}

async fn send(world: &World, app: &App, (case, holding): (CaseId, HoldingId), bytes: &[u8]) -> TakenIn {
    let martin = world.actor(world.people.husband).await;
    app.take_in_statement(&martin, case, holding, "long.csv", bytes.to_vec()).await.expect("taken in")
}

/// What a case looks like in the end, without the ids that each world deals.
#[derive(Debug, PartialEq)]
struct End {
    lines: Vec<(u32, Date, Pence, String, String)>,
    entries: Vec<(Date, Pence)>,
    left: Pence,
    waiting: (u64, u64),
    new_lines: u64,
    already: u64,
    arrived: usize,
    stored: stored::Amount,
    statements: usize,
    unfinished: usize,
}

async fn end(world: &World, (case, holding): (CaseId, HoldingId)) -> End {
    let state = world.case(case).await;
    let read = move |tx: &mut store::Tx<'_>| {
        let lines = store::bank::lines(tx, holding)?;
        let lines = lines.into_iter().map(|l| (l.line_no, l.date, l.amount, l.description, l.dedupe_key));
        let entries = ledger::entries(tx, case)?.into_iter().map(|e| {
            let most = e.postings().iter().map(|p| p.amount).max().unwrap_or_default();
            (e.happened, most)
        });
        let waiting = (
            open_lines::count(tx, holding, Which::WentOut, 100_000)?,
            open_lines::count(tx, holding, Which::CameIn, 100_000)?,
        );
        let statements = store::bank::statements(tx, case)?.len();
        let unfinished = store::bank::begun(tx, case)?.len();
        let stored = stored::of_case(tx, case)?;
        Ok::<_, StoreError>((lines.collect(), entries.collect(), waiting, stored, statements, unfinished))
    };
    let (lines, entries, waiting, stored, statements, unfinished) =
        world.db.read(read).await.expect("it is read");
    let jo = world.actor(world.people.coordinator).await;
    let all = || state.arrangement.statements.values().flat_map(|s| &s.sendings);
    End {
        lines,
        entries,
        waiting,
        stored,
        statements,
        unfinished,
        left: world.app.money(&jo, state.clone()).await.expect("the money").balances.left(),
        new_lines: all().map(|s| s.new_lines).sum(),
        already: all().map(|s| s.already).sum(),
        arrived: state.arrangement.arrived.size(),
    }
}

/// The record, the ledger, its sums and the lines that wait agree.
async fn is_sound(world: &World, name: &str) {
    let report = store::verify::verify(&world.db, |_, _| {}).await.expect("it is verified");
    // What breaks the writing here is a trigger of the test's own, which is named too.
    let faults: Vec<_> = report.faults.iter().filter(|fault| fault.table != "schema").collect();
    assert!(faults.is_empty(), "{name}: {faults:?}");
    let lists = world.app.check_lists(|_| {}).await.expect("they are checked");
    assert_eq!(lists.differences, [], "{name}");
}

fn told_of(events: &[domain::Recorded<Event>]) -> Vec<(u32, u32)> {
    let of = |event: &Event| match event {
        Event::Arrangement(E::StatementTakenIn { new_lines, already, .. }) => Some((*new_lines, *already)),
        _ => None,
    };
    events.iter().filter_map(|recorded| of(&recorded.event)).collect()
}

/// Begins an account with a first statement of some days, then sends a long
/// one that covers them too.
async fn two_statements(world: &World) -> (CaseId, HoldingId) {
    let own = own_account(world).await;
    let all = String::from_utf8(file(100)).expect("text");
    let some: String = all
        .lines()
        .enumerate()
        .filter(|(n, _)| *n == 0 || (30..42).contains(n))
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    assert_eq!(send(world, &world.app, own, some.as_bytes()).await.new, 12);
    own
}

/// Makes the database refuse lines of a file behind a number, or take them again.
fn break_behind(url: &str, line: Option<u32>) {
    let sql = match (line, url.starts_with("postgres")) {
        (Some(line), true) => {
            format!("ALTER TABLE bank_lines ADD CONSTRAINT broken CHECK (line_no <= {line}) NOT VALID")
        }
        (None, true) => "ALTER TABLE bank_lines DROP CONSTRAINT broken".to_owned(),
        (Some(line), false) => format!(
            "CREATE TRIGGER broken BEFORE INSERT ON bank_lines WHEN NEW.line_no > {line}
             BEGIN SELECT RAISE(ABORT, 'as it should in this test'); END"
        ),
        (None, false) => "DROP TRIGGER broken".to_owned(),
    };
    databases::run_sql(url, &sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_parts_it_comes_to_what_one_transaction_makes() {
    for (name, url) in databases::both() {
        let other = if name == "sqlite" { databases::sqlite_url() } else { databases::postgres_url() };
        let (whole, parts) = (world(&url, usize::MAX).await, world(&other, 9).await);
        let (one, many) = (two_statements(&whole).await, two_statements(&parts).await);
        let long = file(100);
        let taken = send(&whole, &whole.app, one, &long).await;
        assert_eq!((taken.new, taken.already, taken.rest), (88, 12, 0), "{name}");
        let in_parts = send(&parts, &parts.app, many, &long).await;
        assert_eq!((in_parts.new, in_parts.already, in_parts.rest), (88, 12, 0), "{name}");
        assert_eq!(end(&parts, many).await, end(&whole, one).await, "{name}");
        assert_eq!(told_of(&whole.events(one.0).await), [(12, 0), (88, 12)], "{name}: one event, as ever");
        let told = told_of(&parts.events(many.0).await);
        assert_eq!(told.len(), 2 + 10, "{name}: {told:?}");
        assert!(told.iter().all(|(new, _)| *new <= 9), "{name}: {told:?}");
        is_sound(&parts, name).await;
        // The same file again: nothing is added.
        let again = send(&parts, &parts.app, many, &long).await;
        assert_eq!((again.statement, again.new, again.already, again.rest), (None, 0, 100, 0), "{name}");
        assert_eq!(end(&parts, many).await, end(&whole, one).await, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_breaks_off_it_says_so_and_the_same_file_takes_in_the_rest() {
    for (name, url) in databases::both() {
        let other = if name == "sqlite" { databases::sqlite_url() } else { databases::postgres_url() };
        let whole = world(&other, usize::MAX).await;
        let one = own_account(&whole).await;
        let long = file(100);
        send(&whole, &whole.app, one, &long).await;
        let expected = end(&whole, one).await;

        let parts = world(&url, 10).await;
        let own = own_account(&parts).await;
        let (case, _) = own;
        let client = parts.client(parts.people.husband).await;
        for (behind, so_far, last) in [(35, 30, "6 February 2026"), (71, 70, "14 February 2026")] {
            break_behind(&url, Some(behind + 1));
            let page = super::send(&parts, own, "long.csv", &long).await.expect(200);
            let rest = 100 - so_far;
            page.says(&format!("We have {so_far} of the 100 payments"))
                .says(&format!("{rest} are not taken in yet"))
                .says(&format!("New payments {so_far}"))
                .says("We had already 0")
                .says("From 1 February 2026")
                .says(&format!("To {last}"))
                .says("send us the same file again");
            client.get(&format!("/cases/{case}/money")).await.expect(200).says(&format!("{rest} are not"));
            is_sound(&parts, name).await;
            break_behind(&url, None);
        }
        let finance = parts.client(parts.people.finance1).await;
        finance.get(&format!("/cases/{case}/money")).await.expect(200).never_says("are not taken in yet");
        parts.seconds_later(3_600);
        let page = super::send(&parts, own, "long.csv", &long).await.expect(200);
        page.says("New payments 100").says("We had already 0").never_says("not taken in yet");
        client.get(&format!("/cases/{case}/money")).await.expect(200).never_says("not taken in yet");
        assert_eq!(end(&parts, own).await, expected, "{name}");
        is_sound(&parts, name).await;
        // One sending after the other at once reads as one, an hour later as another.
        let history = client.get(&format!("/cases/{case}/history?part=payments")).await.expect(200);
        assert_eq!(history.html.matches("A bank statement was added").count(), 2, "{name}");
        history.says("New lines 70").says("New lines 30");
    }
}

/// Whoever is taken out of the circle while their statement is written down is
/// told what became of it, and not that there is no such page.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_go_on_half_way_is_told_what_was_taken_in() {
    for (name, url) in databases::both() {
        let world = world(&url, 1).await;
        let own = own_account(&world).await;
        let (case, holding) = own;
        let martin = world.case(case).await.circle.member_of(world.people.husband).expect("he is in it").id;
        let client = world.client(world.people.husband).await;
        let (path, holding) = (format!("/cases/{case}/money/statement"), holding.to_string());
        let (fields, file) = ([("holding", &*holding)], file(400));
        let files = [("file", "long.csv", "text/csv", &*file)];
        let taken_out = async {
            while world.case(case).await.arrangement.statements.is_empty() {
                tokio::task::yield_now().await;
            }
            world
                .say(case, world.people.coordinator, circle::Event::MemberLeft { id: martin, why: None })
                .await
        };
        let (page, _) = tokio::join!(client.upload(&path, &fields, &files), taken_out);
        let page =
            page.expect(403).says("of the 400 payments in this file are taken in, and the others are not");
        page.says("You cannot open this budget any more").never_says("Alice");
        is_sound(&world, name).await;
        client.get(&path).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_where_it_breaks_off_at_once() {
    for (name, url) in databases::both() {
        let world = world(&url, 10).await;
        let own = own_account(&world).await;
        let before = end(&world, own).await;
        break_behind(&url, Some(5));
        super::send(&world, own, "long.csv", &file(100)).await.expect(500);
        assert_eq!(end(&world, own).await, before, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_send_one_file_at_once_take_it_in_once() {
    for (name, url) in databases::both() {
        let world = world(&url, 7).await;
        let own = own_account(&world).await;
        // Two programs on one database: no turns between them.
        let db = Db::open_with(&url, world.db.keys()).await.expect("it opens");
        let second = App::new(db, world.app.clock.clone(), Settings::clone(&world.app.settings))
            .with_parts(Parts::of(4));
        let long = file(100);
        let (a, b) = tokio::join!(send(&world, &world.app, own, &long), send(&world, &second, own, &long));
        assert_eq!((a.new + b.new, a.rest, b.rest), (100, 0, 0), "{name}: {a:?} {b:?}");
        let end = end(&world, own).await;
        assert_eq!((end.lines.len(), end.new_lines, end.already, end.unfinished), (100, 100, 0, 0), "{name}");
        assert_eq!((end.statements, end.stored.lines), (1, 100), "{name}");
        is_sound(&world, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_where_whoever_sent_it_has_left() {
    let world = world(&databases::sqlite_url(), 1).await;
    let own = own_account(&world).await;
    let long = file(100);
    {
        let sending = send(&world, &world.app, own, &long);
        tokio::pin!(sending);
        // Until the first of it is there; then nobody waits any more.
        loop {
            tokio::select! {
                _ = &mut sending => panic!("it was quicker than any browser that is closed"),
                () = tokio::time::sleep(std::time::Duration::from_millis(1)) => {}
            }
            if !world.bank_lines(own.0).await.is_empty() {
                break;
            }
        }
    }
    for _ in 0..6_000 {
        if end(&world, own).await.unfinished == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let end = end(&world, own).await;
    assert_eq!((end.lines.len(), end.unfinished), (100, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_one_reads_as_one_thing_in_the_history() {
    for (name, url) in databases::both() {
        let world = world(&url, 3).await;
        let own = own_account(&world).await;
        let before = world.events(own.0).await.len();
        send(&world, &world.app, own, &file(100)).await;
        let events = world.events(own.0).await;
        let parts = events[before..].iter().filter(|recorded| {
            matches!(recorded.event, Event::Arrangement(arrangement::Event::StatementTakenIn { .. }))
        });
        assert!(parts.count() > 30, "{name}: it was written in parts");
        let client = world.client(world.people.husband).await;
        let page = client.get(&format!("/cases/{}/history", own.0)).await.expect(200);
        assert_eq!(page.html.matches("A bank statement was added").count(), 1, "{name}");
        page.says("New lines 100").says("Lines we had already 0");
    }
}
