//! A statement of 10,000 lines read and checked, beside the bare `csv` crate
//! going over the same bytes. Taken in turn; medians.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    let text = statement(10_000);
    let (mut ours, mut bare, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..21 {
        ours.push(timed(|| {
            formats::bank::read(text.as_bytes(), "march.csv").expect("it adds up").lines.len()
        }));
        bare.push(timed(|| rows(&text)));
        let read = formats::bank::read(text.as_bytes(), "march.csv").expect("it adds up");
        again.push(timed(|| formats::bank::dedupe_keys(&read).len()));
    }
    let (ours, bare, again) = (median(ours), median(bare), median(again));
    println!("statement of 10,000 lines, read and checked  {ours:>10.2?}");
    println!("bare csv crate over the same bytes           {bare:>10.2?}");
    println!("keys of its lines                            {again:>10.2?}");
    println!("ratio {:.2}", ours.as_secs_f64() / bare.as_secs_f64());
}

fn rows(text: &str) -> usize {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().filter(|r| r.as_ref().is_ok_and(|r| !r.is_empty())).count()
}

fn timed(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    assert_eq!(black_box(work()), 10_000);
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn statement(lines: i64) -> String {
    let mut text = String::from("Date,Type,Description,Paid out,Paid in,Balance\n");
    let mut balance = 100_000_000_i64;
    for i in 0..lines {
        let pence = 101 + i * 37 % 9000;
        balance -= pence;
        let (day, month) = (1 + i * 28 / lines, 1 + i * 12 / lines);
        let day = if month > 1 { 1 + (i * 12 % lines) * 28 / lines } else { day };
        writeln!(
            text,
            "{day:02}/{month:02}/2026,DEB,\"CARE AND COMPANY, VISIT {i}\",{}.{:02},,{}.{:02}",
            pence / 100,
            pence % 100,
            balance / 100,
            balance % 100
        )
        .expect("a string takes all");
    }
    text
}
