//! One case with a long life against one with a short one: each page of both,
//! in turn, on both databases, and the same again while eight ask for the
//! money of the long one at once. `life` takes this part; the words
//! `PHB_BENCH_LINES` and `PHB_BENCH_EVENTS` make it longer or shorter.

use crate::table::{Table, median, time};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use testkit::life::{Life, live};
use testkit::{Client, Stage, World};

const SHORT: Life = Life { lines: 260, notes: 70, receipts: 110, writings: 130, looks: 230 };
const ROUNDS: usize = 15;
const PAGES: [&str; 19] = [
    "",
    "/money",
    "/money/entries",
    "/money/match",
    "/money/receipts",
    "/money/accounts/{own}",
    "/payments",
    "/agreement",
    "/history",
    "/history?part=payments",
    "/history?part=offer",
    "/looks",
    "/notes",
    "/documents",
    "/plan",
    "/plan/whole",
    "/people",
    "/reviews",
    "/documents/plan.pdf?on={day}",
];

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

pub async fn short_and_long(table: &mut Table) {
    let lines = number("PHB_BENCH_LINES", 200_000);
    let events = number("PHB_BENCH_EVENTS", 100_000);
    // Each matched payment is an event, too.
    let writings = events.saturating_sub(lines).saturating_sub(7_000).max(1_000);
    let long = Life { lines, notes: 2_000, receipts: 5_000, writings, looks: 5_000 };
    for (name, url) in testkit::databases::both() {
        let world = World::that(&url, |_| {}, |app| app.with_pdf_renderer(|_| Ok(vec![]))).await;
        let (one, many) = (world.case_at(Stage::Review).await, world.case_at(Stage::Review).await);
        live(&world, one, SHORT).await;
        let start = Instant::now();
        live(&world, many, long).await;
        let made = world.case(many).await;
        let what = format!("{name}: {} events, {lines} payments", made.version);
        table.add(&what, time(start.elapsed().as_secs_f64()), "made".into(), "");
        let client = world.client(world.people.husband).await;
        for page in PAGES {
            let mut paths = vec![];
            for case in [one, many] {
                let state = world.case(case).await;
                let own =
                    state.arrangement.statements.values().next().expect("an account").holding.to_string();
                let day = world.today().to_string();
                paths.push(format!("/cases/{case}{page}").replace("{own}", &own).replace("{day}", &day));
            }
            let (mut a, mut b) = (vec![], vec![]);
            for round in 0..=ROUNDS {
                let (short, long) = (open(&client, &paths[0]).await, open(&client, &paths[1]).await);
                if round > 0 {
                    a.push(short);
                    b.push(long);
                }
            }
            let (a, b) = (median(a), median(b));
            let figure = format!("{} → {}", time(a), time(b));
            table.add(
                &format!("{name}: {}", if page.is_empty() { "/" } else { page }),
                figure,
                format!("{:.2} times", b / a),
                "at most 1.5",
            );
        }
        sentence(table, name, &client, (one, many)).await;
        others(table, name, &world, (one, many)).await;
    }
}

async fn open(client: &Client, path: &str) -> f64 {
    let start = Instant::now();
    let page = client.get(path).await;
    let took = start.elapsed().as_secs_f64();
    assert!(page.status == 200 || page.status == 404, "{path}: {}", page.status);
    took
}

/// To write one more sentence.
async fn sentence(
    table: &mut Table,
    name: &str,
    client: &Client,
    (one, many): (domain::CaseId, domain::CaseId),
) {
    let (mut a, mut b) = (vec![], vec![]);
    for round in 0..ROUNDS {
        for (case, times) in [(one, &mut a), (many, &mut b)] {
            let text = format!("One more, {round}");
            let start = Instant::now();
            client
                .post(&format!("/cases/{case}/notes"), &[("text", &text), ("read-by", "me")])
                .await
                .expect(303);
            times.push(start.elapsed().as_secs_f64());
        }
    }
    let (a, b) = (median(a), median(b));
    table.add(
        &format!("{name}: one more note"),
        format!("{} → {}", time(a), time(b)),
        format!("{:.2} times", b / a),
        "at most 1.5",
    );
}

/// A page of somebody else's, alone and while eight open the money at once.
async fn others(table: &mut Table, name: &str, world: &World, (one, many): (domain::CaseId, domain::CaseId)) {
    let client = world.client(world.people.husband).await;
    let path = format!("/cases/{one}");
    let mut calm = vec![];
    for _ in 0..ROUNDS * 4 {
        calm.push(open(&client, &path).await);
    }
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let mut eight = vec![];
    for _ in 0..8 {
        let (stop, client) = (stop.clone(), world.client(world.people.husband).await);
        eight.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                client.get(&format!("/cases/{many}/money")).await;
            }
        }));
    }
    let mut busy = vec![];
    for _ in 0..ROUNDS * 4 {
        busy.push(open(&client, &path).await);
    }
    stop.store(true, Ordering::Relaxed);
    for task in eight {
        task.await.expect("it ends");
    }
    let worst = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all[all.len() - 1]
    };
    let (calm, busy) = (worst(calm), worst(busy));
    table.add(
        &format!("{name}: another page, 8 at the money"),
        format!("worst {} → {}", time(calm), time(busy)),
        format!("{:.1} times", busy / calm),
        "as for 8 at a short life",
    );
}
