//! Every figure that we hold ourselves to, beside its raw limit, in one run.
//! Each is taken in turn with its limit (A B A B) and the medians are shown,
//! because the speed of a shared machine swings. `make bench` runs it.
//!
//! `PHB_BENCH_CASES=500` makes a small database, to try the bench itself.

mod cases;
mod pages;
mod posting;
mod statement;
mod table;
mod whole;

use table::Table;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if arguments.next().as_deref() == Some("serve") {
        let url = arguments.next().expect("a database");
        return runtime.block_on(whole::serve(&url));
    }
    runtime.block_on(run());
}

async fn run() {
    let mut table = Table::default();
    table::machine();
    whole::folding(&mut table);
    statement::taken_in(&mut table).await;
    posting::through_the_use_case(&mut table).await;
    cases::few_and_many(&mut table).await;
    table.print();
}

/// How many cases make the larger database.
fn cases() -> u32 {
    std::env::var("PHB_BENCH_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000)
}
