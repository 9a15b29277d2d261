//! What others notice while somebody does too much: the time of their pages,
//! calm and under each attack, in one run, with the ratios.
//!
//! `cargo run -p phb-web --example crowd` takes about two minutes. Attackers come
//! from 127.0.0.2, others from 127.0.0.1, all on this computer: so the figures
//! hold what the attackers' own side costs, too. Where somebody signs in from
//! is said in the header that a proxy of ours would write, so that a thousand
//! networks can be made up.
//!
//! Three people are watched: one who reads pages, one who signs in with a
//! browser that is known, and owners who sign in with a browser that nobody has
//! seen: from a new network each, and from one that somebody signed in from.
//!
//! With `statement` behind the database's name, only what a long bank statement
//! does to others is measured; with a number, in parts of so many lines.

#[path = "crowd/statement.rs"]
mod statement;

use service::settings::{PARTS, Parts};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use testkit::demo::people::PASSPHRASE;
use testkit::http::Http;
use testkit::{World, databases};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use web::tokens::csrf_of;

const VISIT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

struct Scene {
    world: World,
    at: SocketAddr,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run());
}

fn a_database() -> String {
    match std::env::args().nth(1).as_deref() {
        Some("postgres") => databases::postgres_url(),
        _ => databases::sqlite_url(),
    }
}

async fn run() {
    if std::env::args().nth(2).as_deref() == Some("statement") {
        let part = std::env::args().nth(3).and_then(|number| number.parse().ok());
        return statement::scene(&a_database(), part.map_or(PARTS, Parts::of)).await;
    }
    let url = a_database();
    let world = World::with(&url, |settings| {
        settings.hashing = service::secrets::Hashing::Strong;
        settings.slow_down = true;
        settings.behind_proxy = true;
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free address");
    let at = listener.local_addr().expect("its address");
    println!("{} descriptors; {} cores", web::serve::descriptors(), cores());
    tokio::spawn(web::serve::serve(listener, world.web.clone(), std::future::pending()));
    let scene = Arc::new(Scene { world, at });
    let known = known_browser(&scene).await;
    println!("{:.0} passphrases a second on one core, alone", a_second().await);
    println!(
        "{:<40} {:>7} {:>7} {:>7} {:>9} {:>8}  {:<20}  near: the same",
        "", "p50 ms", "p99 ms", "ratio", "sign-in s", "MB more", "new: in, p50, most s"
    );
    let calm = measure(&scene, &known, "calm", None, || async {}).await;
    let calm = Some(calm);
    let s = &scene;
    // First, while everybody still has the passphrase that owners sign in with.
    measure(s, &known, "one source floods", calm, || floods(s, 60, from_one)).await;
    measure(s, &known, "13 sources flood", calm, || floods(s, 100, from_13)).await;
    measure(s, &known, "100 sources flood again and again", calm, || floods(s, 200, from_100)).await;
    measure(s, &known, "1,000 sources, each under its limit", calm, || floods(s, 200, from_1_000)).await;
    measure(s, &known, "one /48 of IPv6, each time another /64", calm, || floods(s, 200, from_a_48)).await;
    measure(s, &known, "each try from another network", calm, || floods(s, 200, from_anywhere)).await;
    measure(s, &known, "8 passphrases of 200 characters at once", calm, || long_passphrases(s, 8)).await;
    measure(s, &known, "100 passphrase changes at once", calm, || changes(s, 100)).await;
    measure(s, &known, "100 strangers sign in at once", calm, || strangers(s, 100)).await;
    measure(s, &known, "1,000 half requests, and slow bodies", calm, || half_requests(s, 1_000)).await;
    measure(s, &known, "15 uploads of 19 MB without a session", calm, || uploads(s, 15)).await;
    statement::scene(&a_database(), PARTS).await;
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

fn memory_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

/// How many networks Martin signed in from.
const NEAR: u64 = 20;

fn near(n: u64) -> String {
    format!("198.51.{}.7", n % NEAR)
}

/// A browser in which Martin signed in before, from several networks: its
/// cookies.
async fn known_browser(scene: &Scene) -> String {
    let form =
        format!("csrf={}&email=martin%40mail.example&passphrase={}", csrf_of(VISIT, None), plus(PASSPHRASE));
    let mut answered = String::new();
    for n in 0..NEAR {
        let request = whole(scene.at, "/sign-in", &format!("phb-visit={VISIT}"), &form, Some(&near(n)));
        let stream = TcpStream::connect(scene.at).await.expect("it answers");
        answered = answer(stream, &request).await;
        assert!(answered.contains(" 303 "), "{answered}");
    }
    let known = answered
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
    let owners = tokio::spawn(owners(Arc::clone(scene), Arc::clone(&done)));
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
    let [new, near] = owners.await.expect("they sign in");
    println!(
        "{name:<40} {:>7.1} {:>7.1} {ratio:>7.1} {longest:>9.2} {more:>8}  {new:<20}  {near}",
        at(50),
        at(99)
    );
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

/// How many owners there were whose network nobody had seen; each has another.
static OWNERS: AtomicU64 = AtomicU64::new(0);

/// Owners sign in one after the other with the right passphrase, each with a new
/// browser (their passphrases are changed in two of the scenes, and not right
/// from then on). How many are in, of how many, and half of those and all of
/// those within how many seconds: from new networks, and from one that somebody
/// signed in from.
async fn owners(scene: Arc<Scene>, done: Arc<AtomicBool>) -> [String; 2] {
    let all: Vec<&str> = scene.world.people.all().into_iter().map(|(_, _, email, _)| email).collect();
    let mut asked = JoinSet::new();
    while !done.load(Relaxed) {
        let n = OWNERS.fetch_add(1, Relaxed);
        let email = plus(all[usize::try_from(n / 2).expect("a few") % all.len()]);
        let form = format!("csrf={}&email={email}&passphrase={}", csrf_of(VISIT, None), plus(PASSPHRASE));
        let is_near = n % 2 == 1;
        let source = if is_near { near(n / 2) } else { format!("192.{}.{}.9", n / 250, n % 250) };
        let at = scene.at;
        asked.spawn(async move {
            let started = Instant::now();
            let request = whole(at, "/sign-in", &format!("phb-visit={VISIT}"), &form, Some(&source));
            let status = match TcpStream::connect(at).await {
                Ok(stream) => send(stream, &request).await,
                Err(_) => 0,
            };
            (is_near, status, started.elapsed().as_secs_f64())
        });
        tokio::time::sleep(Duration::from_millis(125)).await;
    }
    let all = asked.join_all().await;
    [false, true].map(|near| {
        let of: Vec<_> = all.iter().filter(|one| one.0 == near).collect();
        let mut times: Vec<f64> = of.iter().filter(|one| one.1 == 303).map(|one| one.2).collect();
        times.sort_by(f64::total_cmp);
        let middle = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
        format!("{}/{}, {middle:.2}, {:.2}", times.len(), of.len(), times.last().unwrap_or(&f64::NAN))
    })
}

/// How many passphrases are checked in a second, when nothing else goes on.
async fn a_second() -> f64 {
    let (limits, started, count) = (service::limit::Limits::of_the_machine(), Instant::now(), 30);
    let strong = service::secrets::Hashing::Strong;
    let check = move |place: &mut service::limit::Place| {
        (0..count).filter(|_| service::secrets::is_right(place, PASSPHRASE, None, strong)).count()
    };
    limits.run(service::limit::Work::KnownPassphrase, "", check).await.expect("nobody else is there");
    f64::from(count) / started.elapsed().as_secs_f64()
}

/// A connection from where attackers are.
async fn attacker(at: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.2:0".parse().expect("an address"))?;
    socket.connect(at).await
}

/// A whole request; `source` is where a proxy of ours would say that it comes from.
fn whole(at: SocketAddr, path: &str, cookies: &str, form: &str, source: Option<&str>) -> String {
    let source = source.map(|source| format!("x-forwarded-for: {source}\r\n")).unwrap_or_default();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {at}\r\ncookie: {cookies}\r\nconnection: close\r\n{source}\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
}

/// Sends a whole request and gives the status of the answer; 0 where there is none.
async fn send(stream: TcpStream, request: &str) -> u16 {
    answer(stream, request).await.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Sends a whole request and gives what is answered.
async fn answer(mut stream: TcpStream, request: &str) -> String {
    let mut answer = vec![];
    stream.write_all(request.as_bytes()).await.ok();
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The same, from where attackers are.
async fn post(at: SocketAddr, path: &str, cookies: &str, form: &str) -> u16 {
    match attacker(at).await {
        Ok(stream) => send(stream, &whole(at, path, cookies, form, None)).await,
        Err(_) => 0,
    }
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

// Where the n-th try comes from. Networks are as far apart as they can be.

fn from_one(_: u64) -> String {
    "11.1.1.1".into()
}

fn from_13(n: u64) -> String {
    format!("11.{}.1.1", n % 13)
}

fn from_100(n: u64) -> String {
    format!("11.{}.1.1", n % 100)
}

fn from_1_000(n: u64) -> String {
    format!("{}.{}.1.1", 11 + n % 1_000 / 200, n % 200)
}

fn from_a_48(n: u64) -> String {
    format!("2001:db8:1:{:x}::1", n % 0x1_0000)
}

fn from_anywhere(n: u64) -> String {
    format!("{:x}:{:x}::1", 0x2a00 + n / 0x1_0000, n % 0x1_0000)
}

/// So many connections at once, each of which tries again as soon as it is
/// answered, for six seconds; each try is at another name.
async fn floods(scene: &Arc<Scene>, connections: usize, from: fn(u64) -> String) {
    let (number, until) = (Arc::new(AtomicU64::new(0)), Instant::now() + Duration::from_secs(6));
    let mut all = JoinSet::new();
    for _ in 0..connections {
        let (at, number) = (scene.at, Arc::clone(&number));
        all.spawn(async move {
            let mut answers = vec![];
            while Instant::now() < until {
                let n = number.fetch_add(1, Relaxed);
                let form =
                    format!("csrf={}&email=guess{n}%40mail.example&passphrase=guessed", csrf_of(VISIT, None));
                let visit = format!("phb-visit={VISIT}");
                let request = whole(at, "/sign-in", &visit, &form, Some(&from(n)));
                answers.push(match attacker(at).await {
                    Ok(stream) => send(stream, &request).await,
                    Err(_) => 0,
                });
            }
            answers
        });
    }
    let answers: Vec<u16> = all.join_all().await.into_iter().flatten().collect();
    tell(&answers);
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
