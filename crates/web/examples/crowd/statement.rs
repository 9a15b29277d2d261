//! A statement of 20,000 payments is taken in while others write notes and
//! sign in: what they notice of it.

use crate::{Scene, VISIT, known_browser, plus, signed_in};
use domain::case::plan::Mode;
use domain::dates;
use service::settings::Parts;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use testkit::demo::people::PASSPHRASE;
use testkit::http::Http;
use testkit::{Stage, World};
use tokio::net::TcpListener;
use web::tokens::csrf_of;

const LINES: u32 = 20_000;
/// As many as one account may send on a day.
const STATEMENTS: u32 = 3;
const CALM: Duration = Duration::from_secs(8);

/// Prints how long notes and sign-ins take, calm and while statements are
/// taken in, in parts of so many lines.
pub async fn scene(url: &str, parts: Parts) {
    let fit = |app: service::App| app.with_parts(parts);
    let change = |settings: &mut service::Settings| settings.hashing = service::secrets::Hashing::Strong;
    let world = World::that(url, change, fit).await;
    let (alice, david) = (world.case_at(Stage::Review).await, world.other_case().await);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free address");
    let at = listener.local_addr().expect("its address");
    tokio::spawn(web::serve::serve(listener, world.web.clone(), std::future::pending()));
    let scene = Arc::new(Scene { world, at });
    let known = known_browser(&scene).await;
    println!(
        "a statement of {LINES} payments, in parts of {}; {STATEMENTS} of them, one after the other",
        parts.part
    );
    println!("{:<34} {:>8} {:>8} {:>8} {:>8}", "", "p50 ms", "p99 ms", "longest", "of them");
    let calm = during(&scene, david, &known, tokio::time::sleep(CALM)).await;
    tell("a note, calm", &calm.0, None);
    tell("signing in, calm", &calm.1, None);
    let started = Instant::now();
    let busy = during(&scene, david, &known, send(&scene, alice)).await;
    tell("a note, meanwhile", &busy.0, Some(&calm.0));
    tell("signing in, meanwhile", &busy.1, Some(&calm.1));
    println!("    one statement took {:.1} s", started.elapsed().as_secs_f64() / f64::from(STATEMENTS));
}

/// What notes and sign-ins take, in milliseconds, while something goes on.
async fn during(
    scene: &Arc<Scene>,
    case: domain::CaseId,
    known: &str,
    what: impl Future<Output = ()>,
) -> (Vec<f64>, Vec<f64>) {
    let done = Arc::new(AtomicBool::new(false));
    let notes = tokio::spawn(notes(Arc::clone(scene), case, Arc::clone(&done)));
    let signing_in = tokio::spawn(sign_ins(Arc::clone(scene), known.to_owned(), Arc::clone(&done)));
    what.await;
    done.store(true, Relaxed);
    let sorted = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times
    };
    (sorted(notes.await.expect("notes")), sorted(signing_in.await.expect("sign-ins")))
}

fn tell(name: &str, times: &[f64], calm: Option<&[f64]>) {
    let at = |times: &[f64], share: usize| times.get(times.len() * share / 100).copied().unwrap_or(f64::NAN);
    let ratio =
        calm.map_or(String::new(), |calm| format!("  p99 {:.1} times calm", at(times, 99) / at(calm, 99)));
    let longest = times.last().copied().unwrap_or(f64::NAN);
    println!(
        "{name:<34} {:>8.1} {:>8.1} {longest:>8.1} {:>8}{ratio}",
        at(times, 50),
        at(times, 99),
        times.len()
    );
}

async fn notes(scene: Arc<Scene>, case: domain::CaseId, done: Arc<AtomicBool>) -> Vec<f64> {
    let (cookies, csrf) = signed_in(&scene, scene.world.people.dee).await;
    let mut http = Http::connect(&scene.at.to_string(), &cookies).await.expect("it answers");
    let mut times = vec![];
    while !done.load(Relaxed) {
        let form = format!("csrf={csrf}&text=A+note&read-by=me");
        let started = Instant::now();
        let answer = http.post(&format!("/cases/{case}/notes"), &form).await.expect("it is answered");
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    times
}

async fn sign_ins(scene: Arc<Scene>, cookies: String, done: Arc<AtomicBool>) -> Vec<f64> {
    let csrf = csrf_of(VISIT, None);
    let form = format!("csrf={csrf}&email=martin%40mail.example&passphrase={}", plus(PASSPHRASE));
    let mut times = vec![];
    while !done.load(Relaxed) {
        let mut http = Http::connect(&scene.at.to_string(), &cookies).await.expect("it answers");
        let started = Instant::now();
        let answer = http.post("/sign-in", &form).await.expect("he is answered");
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    times
}

/// Alice sends her statements, one after the other.
async fn send(scene: &Arc<Scene>, case: domain::CaseId) {
    let state = scene.world.case(case).await;
    let own =
        state.plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment).expect("an account").id;
    let (cookies, csrf) = signed_in(scene, scene.world.people.husband).await;
    for n in 0..STATEMENTS {
        let mut body = String::new();
        for (name, value) in [("csrf", csrf.clone()), ("holding", own.to_string())] {
            write!(body, "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .expect("a string");
        }
        body.push_str(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bank.csv\"\r\n\r\n",
        );
        body.push_str(&statement(n));
        body.push_str("\r\n--edge--\r\n");
        let mut http = Http::connect(&scene.at.to_string(), &cookies).await.expect("it answers");
        let path = format!("/cases/{case}/money/statement");
        let kind = "multipart/form-data; boundary=edge";
        let answer = http.post_as(&path, kind, body.as_bytes()).await.expect("it is answered");
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    }
}

/// A year of small payments. No two statements have one in common.
fn statement(number: u32) -> String {
    let mut text = "Date,Description,Amount\n".to_owned();
    let first = domain::Date::constant(2025, 3, 1);
    for n in 0..LINES {
        let day = dates::days_after(first, i32::try_from(n * 360 / LINES).expect("a day"));
        let (date, pence) = (day.strftime("%d/%m/%Y"), 101 + n * 37 % 9_000);
        writeln!(text, "{date},\"STATEMENT {number}, VISIT {n}\",-{}.{:02}", pence / 100, pence % 100)
            .expect("a string");
    }
    text
}
