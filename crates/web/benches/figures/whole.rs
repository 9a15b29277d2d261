//! Folding, and the program as a whole: how soon it answers and what it holds.

use crate::pages;
use crate::table::{Table, median, time, timed};
use domain::case::{Case, notes};
use domain::testing::{prose, recorded};
use domain::{Aggregate, Author, CaseId};
use service::{App, Clock, Settings};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Db;
use testkit::http::Http;
use uuid::Uuid;
use web::Web;

/// A case of 100, 1,000 and 10,000 events, in memory.
pub fn folding(table: &mut Table) {
    for (count, wanted) in [(100_u64, ""), (1_000, "under 1 ms"), (10_000, "")] {
        let events = recorded((1..=count).map(|seq| {
            let text = prose(&format!("Note {seq}: we sat in the garden and it was warm."));
            let event = notes::Event::Written { text, read_by: notes::ReadBy::Everyone }.into();
            (Author::System, jiff::Timestamp::UNIX_EPOCH, event)
        }));
        let id = CaseId(Uuid::from_u128(1));
        let folds = (0..21).map(|_| timed(|| Case::fold(id, &events))).collect();
        let fold = median(folds);
        #[allow(clippy::cast_precision_loss)]
        let each = format!("{:.0} ns an event", fold / count as f64 * 1e9);
        table.add(&format!("folding {count} events"), time(fold), each, wanted);
    }
}

/// The site on its own, as the program serves it, until it is killed. (The
/// renderer is left out, which takes no memory before the first paper.)
pub async fn serve(url: &str) {
    let db = Db::open(url).await.expect("it opens");
    let clock = Clock::standing_at(testkit::world::START.parse().expect("a time"));
    let app = App::new(db, clock, Settings::default());
    let web = Web::new(app, Arc::default(), false);
    println!("{}", pages::serve(web::router(web)).await);
    std::future::pending().await
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// How many cases make the larger database.
pub fn cases() -> u32 {
    std::env::var("PHB_BENCH_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000)
}

/// Starts a server of its own on a full database, and looks at it.
pub async fn start_and_memory(table: &mut Table, url: &str, cookies: &str, paths: &[String]) {
    use std::io::{BufRead as _, BufReader};
    let mut starts = vec![];
    let mut last = None;
    for _ in 0..5 {
        drop(last.take());
        let start = Instant::now();
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["serve", url])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut address = String::new();
        let out = child.stdout.take().expect("piped");
        let child = Killed(child);
        BufReader::new(out).read_line(&mut address).expect("an address");
        let mut http = Http::connect(address.trim(), cookies).await.expect("connected");
        assert_eq!(http.get(&paths[0]).await.expect("a page").status, 200);
        starts.push(start.elapsed().as_secs_f64());
        last = Some((child, address.trim().to_owned()));
    }
    table.add("start to first page", time(median(starts)), format!("{} cases", cases()), "");
    let (child, address) = last.expect("it was started");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = resident(child.0.id());
    table.add("memory, idle", format!("{idle} MB"), String::new(), "under 60 MB");
    for path in paths.iter().cycle().take(8) {
        pages::rate(&address, cookies, path).await;
    }
    let loaded = resident(child.0.id());
    table.add("memory, after 12 s of load", format!("{loaded} MB"), String::new(), "under 240 MB");
}

/// What a process holds in memory, in MB.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()).map_or(0, |kb| kb.div_ceil(1024))
}
