//! What others notice while somebody does too much: the time of their pages,
//! calm and under each attack, in one run, with the ratios.
//!
//! `cargo run -p phb-web --example crowd` takes under a minute. Attackers come
//! from 127.0.0.2, others from 127.0.0.1, all on this computer: so the figures
//! hold what the attackers' own side costs, too.

use service::demo::people::PASSPHRASE;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use testkit::http::Http;
use testkit::{World, databases};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use web::session::csrf_of;

const VISIT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

struct Scene {
    world: World,
    at: SocketAddr,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let url = match std::env::args().nth(1).as_deref() {
        Some("postgres") => databases::postgres_url(),
        _ => databases::sqlite_url(),
    };
    let world = World::with(&url, |settings| {
        settings.hashing = service::secrets::Hashing::Strong;
        settings.slow_down = true;
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free address");
    let at = listener.local_addr().expect("its address");
    println!("{} descriptors; {} cores", web::serve::descriptors(), cores());
    tokio::spawn(web::serve::serve(listener, world.web.clone(), std::future::pending()));
    let scene = Arc::new(Scene { world, at });
    let known = known_browser(&scene).await;
    println!("{:<46} {:>8} {:>8} {:>8} {:>9} {:>9}", "", "p50 ms", "p99 ms", "ratio", "sign-in s", "MB more");
    let calm = measure(&scene, &known, "calm", None, || async {}).await;
    let calm = Some(calm);
    let s = &scene;
    measure(s, &known, "8 passphrases of 200 characters at once", calm, || long_passphrases(s, 8)).await;
    measure(s, &known, "100 passphrase changes at once", calm, || changes(s, 100)).await;
    measure(s, &known, "100 strangers sign in at once", calm, || strangers(s, 100)).await;
    measure(s, &known, "1,000 half requests, and slow bodies", calm, || half_requests(s, 1_000)).await;
    measure(s, &known, "15 uploads of 19 MB without a session", calm, || uploads(s, 15)).await;
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

fn memory_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

/// A browser in which Martin signed in before: its cookies.
async fn known_browser(scene: &Scene) -> String {
    let mut http =
        Http::connect(&scene.at.to_string(), &format!("phb-visit={VISIT}")).await.expect("it answers");
    let form =
        format!("csrf={}&email=martin%40mail.example&passphrase={}", csrf_of(VISIT, None), plus(PASSPHRASE));
    let answer = http.post("/sign-in", &form).await.expect("he signs in");
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    let known = answer
        .head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .find(|c| c.starts_with("phb-known"));
    format!("phb-visit={VISIT}; {}", known.and_then(|c| c.split(';').next()).expect("he is known"))
}

fn plus(words: &str) -> String {
    form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

/// The cookies of somebody signed in, and their form token.
async fn signed_in(scene: &Scene, account: domain::AccountId) -> (String, String) {
    let token = scene.world.session(account).await;
    (format!("phb-visit={VISIT}; phb-session={token}"), csrf_of(VISIT, Some(&token)))
}

/// Others' pages while `attack` goes on, and how long Martin's sign-in takes.
async fn measure<F: Future<Output = ()>>(
    scene: &Arc<Scene>,
    known: &str,
    name: &str,
    calm: Option<f64>,
    attack: impl FnOnce() -> F,
) -> f64 {
    let before = memory_kb();
    let done = Arc::new(AtomicBool::new(false));
    let pages = tokio::spawn(pages(Arc::clone(scene), Arc::clone(&done)));
    let peak = tokio::spawn(peak(Arc::clone(&done)));
    let signing_in = tokio::spawn(sign_ins(scene.at, known.to_owned(), Arc::clone(&done)));
    let (started, least) = (Instant::now(), Duration::from_secs(3));
    attack().await;
    tokio::time::sleep(least.saturating_sub(started.elapsed())).await;
    done.store(true, Relaxed);
    let mut times = pages.await.expect("pages are asked for");
    let longest = signing_in.await.expect("he signs in");
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(f64::NAN);
    let ratio = calm.map_or(1.0, |calm| at(99) / calm);
    let more = (peak.await.expect("it is measured") - before) / 1_024;
    println!("{name:<46} {:>8.1} {:>8.1} {ratio:>8.1} {longest:>9.2} {more:>9}", at(50), at(99));
    at(99)
}

/// The most memory until it is done.
async fn peak(done: Arc<AtomicBool>) -> i64 {
    let mut most = 0;
    while !done.load(Relaxed) {
        most = most.max(memory_kb());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    most
}

/// Pages of somebody else, one after the other, in milliseconds.
async fn pages(scene: Arc<Scene>, done: Arc<AtomicBool>) -> Vec<f64> {
    let (cookies, _) = signed_in(&scene, scene.world.people.dee).await;
    let mut http = Http::connect(&scene.at.to_string(), &cookies).await.expect("it answers");
    let mut times = vec![];
    while !done.load(Relaxed) {
        let started = Instant::now();
        match http.get("/account").await {
            Ok(answer) => assert_eq!(answer.status, 200),
            Err(_) => http = Http::connect(&scene.at.to_string(), &cookies).await.expect("it answers"),
        }
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    times
}

/// Martin signs in again and again with a browser that is known; the longest
/// time in seconds.
async fn sign_ins(at: SocketAddr, cookies: String, done: Arc<AtomicBool>) -> f64 {
    let form =
        format!("csrf={}&email=martin%40mail.example&passphrase={}", csrf_of(VISIT, None), plus(PASSPHRASE));
    let mut longest = 0.0_f64;
    while !done.load(Relaxed) {
        let started = Instant::now();
        let mut http = Http::connect(&at.to_string(), &cookies).await.expect("it answers");
        let answer = http.post("/sign-in", &form).await.expect("he is answered");
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        longest = longest.max(started.elapsed().as_secs_f64());
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    longest
}

/// A connection from where attackers are.
async fn attacker(at: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.2:0".parse().expect("an address"))?;
    socket.connect(at).await
}

/// Sends a whole request and gives the status of the answer; 0 where there is none.
async fn post(at: SocketAddr, path: &str, cookies: &str, form: &str) -> u16 {
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {at}\r\ncookie: {cookies}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    );
    let Ok(mut stream) = attacker(at).await else { return 0 };
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).await.ok();
    stream.read_to_string(&mut answer).await.ok();
    answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn tell(statuses: &[u16]) {
    let mut counts = std::collections::BTreeMap::new();
    for status in statuses {
        *counts.entry(*status).or_insert(0) += 1;
    }
    let all: Vec<String> = counts.iter().map(|(status, n)| format!("{n} × {status}")).collect();
    println!("    answers: {}", all.join(", "));
}

async fn change(scene: Arc<Scene>, account: domain::AccountId, new: String) -> u16 {
    let (cookies, csrf) = signed_in(&scene, account).await;
    let new = plus(&new);
    let form = format!("csrf={csrf}&passphrase={new}&passphrase-again={new}");
    post(scene.at, "/account/passphrase", &cookies, &form).await
}

async fn long_passphrases(scene: &Arc<Scene>, count: usize) {
    let accounts = accounts(scene);
    let long: String = (0..200_u8).map(|n| char::from(b'a' + (n.wrapping_mul(37) ^ (n >> 2)) % 26)).collect();
    let mut all = JoinSet::new();
    for n in 0..count {
        all.spawn(change(Arc::clone(scene), accounts[n % accounts.len()], long.clone()));
    }
    tell(&all.join_all().await);
}

async fn changes(scene: &Arc<Scene>, count: usize) {
    let accounts = accounts(scene);
    let mut all = JoinSet::new();
    for n in 0..count {
        let new = format!("otters swim at dusk {n}");
        all.spawn(change(Arc::clone(scene), accounts[n % accounts.len()], new));
    }
    tell(&all.join_all().await);
}

/// Everybody but those whose pages are measured.
fn accounts(scene: &Scene) -> Vec<domain::AccountId> {
    let (dee, martin) = (scene.world.people.dee, scene.world.people.husband);
    let all = scene.world.people.all().into_iter().map(|(account, ..)| account);
    all.filter(|account| *account != dee && *account != martin).collect()
}

async fn strangers(scene: &Arc<Scene>, count: usize) {
    let mut all = JoinSet::new();
    for n in 0..count {
        let scene = Arc::clone(scene);
        all.spawn(async move {
            let form =
                format!("csrf={}&email=guess{n}%40mail.example&passphrase=guessed", csrf_of(VISIT, None));
            post(scene.at, "/sign-in", &format!("phb-visit={VISIT}"), &form).await
        });
    }
    tell(&all.join_all().await);
}

async fn half_requests(scene: &Arc<Scene>, count: usize) {
    let mut half = vec![];
    for n in 0..count {
        let Ok(mut stream) = attacker(scene.at).await else { continue };
        let sent = if n % 2 == 0 {
            "GET / HTTP/1.1\r\nhost: x\r\n".to_owned()
        } else {
            format!(
                "POST /recover HTTP/1.1\r\nhost: x\r\ncookie: phb-visit={VISIT}\r\ncontent-length: 4000\r\n\r\ne"
            )
        };
        stream.write_all(sent.as_bytes()).await.ok();
        half.push(stream);
    }
    println!("    {} were opened and kept", half.len());
    tokio::time::sleep(Duration::from_secs(3)).await;
}

async fn uploads(scene: &Arc<Scene>, count: usize) {
    let file: Arc<Vec<u8>> = Arc::new(vec![b'x'; 19 * 1024 * 1024]);
    let path = "/cases/018f0000-0000-7000-8000-000000000000/money/receipts";
    let mut all = JoinSet::new();
    for _ in 0..count {
        let (at, file) = (scene.at, Arc::clone(&file));
        all.spawn(async move {
            let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.png\"\r\n\r\n";
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\ncontent-length: {}\r\n\
                 content-type: multipart/form-data; boundary=edge\r\n\r\n{part}",
                part.len() + file.len() + 12
            );
            let Ok(mut stream) = attacker(at).await else { return 0 };
            stream.write_all(head.as_bytes()).await.ok();
            stream.write_all(&file).await.ok();
            stream.write_all(b"\r\n--edge--\r\n").await.ok();
            let mut answer = vec![];
            stream.read_to_end(&mut answer).await.ok();
            let answer = String::from_utf8_lossy(&answer).into_owned();
            answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
        });
    }
    tell(&all.join_all().await);
}
