//! Slow, half and lying requests, over real sockets.

use service::limit::{Bounds, Limits as Turns, Work};
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;
use testkit::http::Http;
use testkit::{Stage, World, databases};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use web::body::Pace;
use web::serve::{Limits, serve_within};
use web::tokens::csrf_of;

/// Long enough for any machine: a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

struct Served {
    at: SocketAddr,
    world: World,
    stop: Option<oneshot::Sender<()>>,
    done: JoinHandle<std::io::Result<()>>,
}

/// Limits as in life, but for people who cannot wait.
fn quick() -> Limits {
    Limits {
        headers: Duration::from_millis(300),
        pace: Pace {
            grace: Duration::from_millis(300),
            bytes_a_second: 1_000_000,
            longest: Duration::from_secs(5),
        },
        answer: Duration::from_millis(500),
        stop: (Duration::from_millis(200), Duration::from_secs(30)),
        ..Limits::for_descriptors(1_024, false)
    }
}

async fn served(limits: Limits) -> Served {
    served_in(World::new(&databases::sqlite_url()).await, limits).await
}

async fn served_in(world: World, limits: Limits) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free address");
    let at = listener.local_addr().expect("its address");
    let (stop, told) = oneshot::channel::<()>();
    let stopped = async move {
        told.await.ok();
    };
    let done = tokio::spawn(serve_within(listener, world.web.clone(), limits, stopped));
    Served { at, world, stop: Some(stop), done }
}

impl Served {
    /// Sends bytes, leaves the connection open, and reads until the other side
    /// closes it.
    async fn send(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.at).await.expect("it answers");
        stream.write_all(bytes).await.ok();
        read_to_end(&mut stream).await
    }

    async fn page(&self) -> std::io::Result<u16> {
        let mut http = Http::connect(&self.at.to_string(), "").await?;
        Ok(http.get("/sign-in").await?.status)
    }
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut all = vec![];
    let read = async {
        let mut buffer = [0; 4096];
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(got) => all.extend_from_slice(&buffer[..got]),
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("it closes the connection by itself");
    String::from_utf8_lossy(&all).into_owned()
}

const FORM: &str =
    "POST /recover HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn half_requests_end_by_themselves() {
    let site = served(quick()).await;
    assert_eq!(site.send(b"").await, "", "nothing at all");
    assert_eq!(site.send(b"GET / HTTP/1.1\r\nhost: x\r\n").await, "", "half of the headers");
    let slow = format!("{FORM}content-length: 400\r\n\r\nemail=mart");
    let answer = site.send(slow.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("Not all of it reached us") && answer.contains("</html>"), "{answer}");
    assert!(answer.to_lowercase().contains("content-security-policy"), "it is a page like others");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_ends_and_so_does_one_without_end() {
    let site = served(quick()).await;
    for head in
        [format!("{FORM}content-length: 100000\r\n\r\n"), format!("{FORM}transfer-encoding: chunked\r\n\r\n")]
    {
        let mut stream = TcpStream::connect(site.at).await.expect("it answers");
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        let (mut read, mut write) = stream.into_split();
        let dripping = tokio::spawn(async move {
            while write.write_all(b"1\r\nx\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let mut all = vec![];
        tokio::time::timeout(PATIENCE, read.read_to_end(&mut all)).await.expect("it ends").ok();
        let answer = String::from_utf8_lossy(&all).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
        tokio::time::timeout(PATIENCE, dripping).await.expect("nothing is taken any more").expect("it ends");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_lies_about_its_length_is_no_fault_of_ours() {
    let site = served(quick()).await;
    // More than was said: what is over is no request.
    let answer =
        site.send(format!("{FORM}content-length: 5\r\n\r\nemail=martin@mail.example&more").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains(" 500 "), "{answer}");
    assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
    // Two lengths, a length that is none, a length and chunks, chunks that are none.
    for (head, body) in [
        ("content-length: 5\r\ncontent-length: 50\r\n", "email"),
        ("content-length: -1\r\n", "email"),
        ("content-length: 99999999999999999999999\r\n", "email"),
        ("content-length: 5\r\ntransfer-encoding: chunked\r\n", "5\r\nemail\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "zz\r\nemail"),
        ("transfer-encoding: chunked\r\n", "ffffffffffffffffff\r\nemail"),
        ("transfer-encoding: gzip\r\n", "email"),
    ] {
        let answer = site.send(format!("{FORM}{head}\r\n{body}").as_bytes()).await;
        let status = answer.get(9..12).unwrap_or("").to_owned();
        assert!(status.is_empty() || status.starts_with('4'), "{head:?}: {answer}");
    }
    // One that says nothing of its end and has none: too much, in words.
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(65_536));
    let mut stream = TcpStream::connect(site.at).await.expect("it answers");
    stream
        .write_all(format!("{FORM}transfer-encoding: chunked\r\n\r\n").as_bytes())
        .await
        .expect("it is sent");
    for _ in 0..40 {
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let answer = read_to_end(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(site.page().await.expect("others are served"), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_have_a_length_and_a_number() {
    let site = served(quick()).await;
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "a".repeat(64 * 1024));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(150));
    let address = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(64 * 1024));
    for request in [long, many, address] {
        let answer = site.send(request.as_bytes()).await;
        let status = answer.get(9..12).unwrap_or("").to_owned();
        assert!(["", "431", "414", "400"].contains(&status.as_str()), "{answer}");
    }
    assert_eq!(site.page().await.expect("others are served"), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_half_requests_than_seats_keep_nobody_out() {
    // Nothing times out here: only giving up seats can help.
    let long = Duration::from_secs(3_600);
    let pace = Pace { grace: long, bytes_a_second: 1, longest: long };
    let site = served(Limits { connections: 40, from_one_source: 20, headers: long, pace, ..quick() }).await;
    let mut half = vec![];
    for n in 0..200 {
        let mut stream = TcpStream::connect(site.at).await.expect("it answers");
        let body = format!("{FORM}content-length: 400\r\n\r\nemail=mart");
        let sent: &[u8] = if n % 2 == 0 { b"GET / HTTP/1.1\r\nhost: x\r\n" } else { body.as_bytes() };
        stream.write_all(sent).await.ok();
        half.push(stream);
        if n % 10 == 0 {
            let page = tokio::time::timeout(PATIENCE, site.page()).await.expect("in time");
            assert_eq!(page.expect("others are served"), 200, "with {n} half requests");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_nothing_of_an_answer_is_left() {
    let site = served(quick()).await;
    let mut stream = TcpStream::connect(site.at).await.expect("it answers");
    let css = web::assets::url("main.css");
    let request = format!("GET {css} HTTP/1.1\r\nhost: x\r\n\r\n");
    // Asks for far more than a connection holds by itself, and reads nothing.
    let ask = async {
        loop {
            if let Err(why) = stream.write_all(request.as_bytes()).await {
                return why;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let why: Error = tokio::time::timeout(PATIENCE, ask).await.expect("it is left in time");
    assert!([ErrorKind::BrokenPipe, ErrorKind::ConnectionReset].contains(&why.kind()), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_answers_what_is_there_and_waits_for_no_half_request() {
    let long = Duration::from_secs(3_600);
    let pace = Pace { grace: long, bytes_a_second: 1, longest: long };
    let mut site = served(Limits { headers: long, pace, ..quick() }).await;
    let mut half = TcpStream::connect(site.at).await.expect("it answers");
    half.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.expect("it is sent");
    let mut body = TcpStream::connect(site.at).await.expect("it answers");
    body.write_all(format!("{FORM}content-length: 400\r\n\r\nemail=mart").as_bytes())
        .await
        .expect("it is sent");
    let idle = Http::connect(&site.at.to_string(), "").await.expect("it answers");
    // A whole request that is being answered: it waits for its turn.
    let limits = site.world.app.limits.clone();
    let (works, bounds) = (service::limit::Work::StrangersPassphrase, 64);
    let mut turns = vec![];
    for n in 0..bounds {
        let who = format!("{n}");
        if limits.now(works).1 > 0 {
            break;
        }
        match tokio::time::timeout(Duration::from_millis(50), limits.turn(works, &who)).await {
            Ok(turn) => turns.push(turn.expect("it is free")),
            Err(_) => break,
        }
    }
    let visit = "a".repeat(64);
    let form = format!("csrf={}&email=martin%40mail.example&passphrase=wrong", csrf_of(&visit, None));
    let mut asked =
        Http::connect(&site.at.to_string(), &format!("phb-visit={visit}")).await.expect("it answers");
    let asked = tokio::spawn(async move { asked.post("/sign-in", &form).await });
    while limits.now(works).1 == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    site.stop.take().expect("it runs").send(()).expect("it listens");
    tokio::time::sleep(Duration::from_millis(400)).await;
    drop(turns);
    let answer = asked.await.expect("it ends").expect("what was under way is answered");
    assert_eq!(answer.status, 422);
    tokio::time::timeout(PATIENCE, site.done)
        .await
        .expect("it stops")
        .expect("it ends")
        .expect("it ends well");
    drop((half, body, idle));
}

/// The start of a form with a file that is said to be a megabyte.
fn half_a_receipt(path: &str, cookies: &str, csrf: &str, what: &str) -> String {
    let part = |name: &str| format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"");
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookies}\r\ncontent-length: 1000000\r\n\
         content-type: multipart/form-data; boundary=edge\r\n\r\n{}\r\n\r\n{csrf}\r\n{}\r\n\r\n{what}\r\n\
         {}; filename=\"taxi.png\"\r\n\r\nhalf of it",
        part("csrf"),
        part("what"),
        part("file")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_uploads_keep_nobody_out_and_lose_no_words() {
    // Nothing times out here: only giving up places can help.
    let long = Duration::from_secs(3_600);
    let pace = Pace { grace: long, bytes_a_second: 1, longest: long };
    let bounds = Bounds { at_once: 2, each_at_once: 2, waiting: 8, each_waiting: 4 };
    let turns = Turns::with(|_| bounds).that_keep(Duration::from_millis(100));
    let url = databases::sqlite_url();
    let world = World::that(&url, |_| {}, |app| app.with_limits(turns.clone())).await;
    let case = world.case_at(Stage::Review).await;
    let site = served_in(world, Limits { pace, ..quick() }).await;
    let receipts = format!("/cases/{case}/money/receipts");
    let signed_in = async |account| {
        let (visit, token) = ("a".repeat(64), site.world.session(account).await);
        (format!("phb-visit={visit}; phb-session={token}"), csrf_of(&visit, Some(&token)))
    };
    let (cookies, csrf) = signed_in(site.world.people.husband).await;
    let mut slow = vec![];
    for _ in 0..2 {
        let mut stream = TcpStream::connect(site.at).await.expect("it answers");
        let form = half_a_receipt(&receipts, &cookies, &csrf, "Taxi to the choir");
        stream.write_all(form.as_bytes()).await.expect("it is sent");
        slow.push(stream);
    }
    while turns.now(Work::Upload).0 < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (cookies, csrf) = signed_in(site.world.people.third_party).await;
    let mut other = Http::connect(&site.at.to_string(), &cookies).await.expect("it answers");
    let mut form =
        format!("--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
    form.extend(b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n");
    form.extend(crate::money::photograph());
    form.extend(b"\r\n--edge--\r\n");
    let sent = other.post_as(&receipts, "multipart/form-data; boundary=edge", &form);
    let answer = tokio::time::timeout(PATIENCE, sent).await.expect("in time").expect("it is answered");
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    let [one, two] = &mut slow[..] else { panic!("two were sent") };
    let answer = tokio::select! {
        answer = read_to_end(one) => answer,
        answer = read_to_end(two) => answer,
    };
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("Taxi to the choir"), "what was typed goes along: {answer}");
    assert!(answer.contains("Only the file has to be chosen again"), "{answer}");
    assert_eq!(turns.now(Work::Upload).0, 1, "the other one stays, since nobody waits for it");
}
