//! Every figure that we hold ourselves to, beside its raw limit, in one run.
//! Each is taken in turn with its limit (A B A B) and the medians are shown,
//! because the speed of a shared machine swings. `make bench` runs it.
//!
//! `PHB_BENCH_CASES=500` makes a small database, to try the bench itself, and
//! a word takes one part of it: `folding`, `statement`, `posting`, `cases`, or
//! `life`, which is taken by its word alone.

mod cases;
mod life;
mod pages;
mod posting;
mod statement;
mod table;
mod whole;

use table::Table;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| !word.starts_with('-'));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let only = arguments.next();
    if only.as_deref() == Some("serve") {
        let url = arguments.next().expect("a database");
        return runtime.block_on(whole::serve(&url));
    }
    runtime.block_on(run(only.as_deref()));
}

async fn run(only: Option<&str>) {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut table = Table::default();
    table::machine();
    if wanted("folding") {
        whole::folding(&mut table);
    }
    if wanted("statement") {
        statement::taken_in(&mut table).await;
    }
    if wanted("posting") {
        posting::through_the_use_case(&mut table).await;
    }
    // Not with the others: the pages of a long life take minutes to make.
    if only == Some("life") {
        life::short_and_long(&mut table).await;
    }
    if wanted("cases") {
        cases::few_and_many(&mut table).await;
    }
    table.print();
}
