//! A statement of 10,000 lines read, checked and stored by the use case,
//! beside a bare parse and insert of the same lines.

use crate::table::{Table, median, time};
use domain::case::plan::Mode;
use rusqlite::{Connection, params};
use std::fmt::Write as _;
use std::time::Instant;
use testkit::{Stage, World};
use uuid::Uuid;

const LINES: u32 = 10_000;
const ROUNDS: u32 = 5;

pub async fn taken_in(table: &mut Table) {
    let (mut ours, mut bare, mut again) = (vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let text = statement(round);
        let world = World::new(&testkit::databases::sqlite_url()).await;
        let case = world.case_at(Stage::Review).await;
        let state = world.case(case).await;
        let holding = state.plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment);
        let holding = holding.expect("a direct payment").id;
        let husband = world.actor(world.people.husband).await;
        for (times, new) in [(&mut ours, LINES), (&mut again, 0)] {
            let start = Instant::now();
            let bytes = text.clone().into_bytes();
            let taken = world.app.take_in_statement(&husband, case, holding, "bank.csv", bytes).await;
            times.push(start.elapsed().as_secs_f64());
            assert_eq!(taken.expect("taken in").new, new);
        }
        bare.push(bare_insert(&text, round));
    }
    let (ours, bare, again) = (median(ours), median(bare), median(again));
    let figure = format!("{}, bare {}", time(ours), time(bare));
    table.add("statement of 10,000 lines", figure, format!("{:.1} times bare", ours / bare), "at most 3");
    table.add("the same file again", time(again), format!("{:.2} of the first", again / ours), "at most 1");
}

/// Reads the rows and inserts them in one transaction, and nothing else.
fn bare_insert(text: &str, round: u32) -> f64 {
    let url = testkit::databases::sqlite_url();
    let mut db = Connection::open(&url).expect("it opens");
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE bank_lines (id BLOB NOT NULL PRIMARY KEY, holding_id BLOB NOT NULL, line_no INTEGER NOT NULL,
            date TEXT NOT NULL, amount INTEGER NOT NULL, description TEXT NOT NULL, dedupe_key TEXT NOT NULL,
            UNIQUE (holding_id, dedupe_key)) STRICT;
         CREATE INDEX bank_lines_date ON bank_lines (holding_id, date, line_no);",
    )
    .expect("a table");
    let start = Instant::now();
    let tx = db.transaction().expect("begun");
    {
        let mut insert =
            tx.prepare("INSERT INTO bank_lines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)").expect("understood");
        let holding = Uuid::from_u128(7);
        for (n, row) in (0_u32..).zip(csv::Reader::from_reader(text.as_bytes()).records()) {
            let row = row.expect("a row");
            let pence: i64 = row[3].replace('.', "").parse().expect("pence");
            let id = Uuid::from_u128(u128::from(round) << 64 | u128::from(n));
            let key = format!("{} {} {} {n}", &row[0], &row[2], pence);
            insert
                .execute(params![id.as_bytes(), holding.as_bytes(), n, &row[0], pence, &row[2], key])
                .expect("inserted");
        }
    }
    tx.commit().expect("committed");
    start.elapsed().as_secs_f64()
}

/// A year of small payments whose balances add up. No two rounds are alike.
fn statement(round: u32) -> String {
    let mut text = String::from("Date,Type,Description,Paid out,Paid in,Balance\n");
    let mut balance = 100_000_000_i64 + i64::from(round);
    let first = domain::Date::constant(2025, 3, 1);
    for i in 0..LINES {
        let pence = 101 + i64::from(i) * 37 % 9000;
        balance -= pence;
        let day = domain::dates::days_after(first, i32::try_from(i * 360 / LINES).expect("a day"));
        writeln!(
            text,
            "{:02}/{:02}/{},DEB,\"CARE AND COMPANY, VISIT {i}\",{}.{:02},,{}.{:02}",
            day.day(),
            day.month(),
            day.year(),
            pence / 100,
            pence % 100,
            balance / 100,
            balance % 100
        )
        .expect("a string takes all");
    }
    text
}
