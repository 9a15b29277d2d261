//! Letters go once: against a mail server of a few lines.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use service::mail::{Carrier, Letter};
use std::process::Command;
use std::sync::{Arc, Mutex};
use strum::VariantArray;
use testkit::{World, databases};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a mail server took in, and how it answers the next letters: an empty
/// list takes all.
#[derive(Clone, Default)]
struct Post {
    taken: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Vec<&'static str>>>,
    /// Why a connection that was to be encrypted was not.
    broken_off: Arc<Mutex<Vec<String>>>,
}

/// How a mail server encrypts. Its certificate is one that it made itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encrypts {
    Never,
    /// After the word STARTTLS.
    WhenAsked,
    FromTheStart,
}

async fn mail_server(post: Post) -> u16 {
    mail_server_that(Encrypts::Never, post).await
}

async fn mail_server_that(encrypts: Encrypts, post: Post) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = (encrypts != Encrypts::Never).then(acceptor);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (post, acceptor) = (post.clone(), acceptor.clone());
            tokio::spawn(async move {
                let mut stream = stream;
                let Some(acceptor) = acceptor else { return talk(stream, &post).await };
                if encrypts == Encrypts::WhenAsked && !asks_to_encrypt(&mut stream, &post).await {
                    return;
                }
                match acceptor.accept(stream).await {
                    Ok(stream) => talk(stream, &post).await,
                    Err(why) => post.broken_off.lock().expect("why").push(why.to_string()),
                }
            });
        }
    });
    port
}

/// Whether the other side wants STARTTLS before anything is said that matters.
async fn asks_to_encrypt(stream: &mut TcpStream, post: &Post) -> bool {
    stream.write_all(b"220 test\r\n").await.ok();
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let answer: &[u8] = match line.trim() {
            "STARTTLS" => b"220 go on\r\n",
            line if line.starts_with("EHLO") => b"250-test\r\n250 STARTTLS\r\n",
            _ => {
                post.taken.lock().expect("taken").push(format!("in the clear: {line}"));
                b"500 not here\r\n"
            }
        };
        lines.write_all(answer).await.ok();
        if line.trim() == "STARTTLS" {
            return true;
        }
    }
}

async fn talk(stream: impl AsyncRead + AsyncWrite, post: &Post) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await.ok();
    let mut letter: Option<String> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(body) = &mut letter {
            if line != "." {
                body.push_str(&line);
                body.push('\n');
                continue;
            }
            let answer = post.answers.lock().expect("answers").pop();
            if answer.is_none() {
                post.taken.lock().expect("taken").push(body.clone());
            }
            letter = None;
            write.write_all(answer.unwrap_or("250 taken\r\n").as_bytes()).await.ok();
            continue;
        }
        let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "DATA" => {
                letter = Some(String::new());
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        write.write_all(answer.as_bytes()).await.ok();
    }
}

/// Encrypts with a certificate that nobody vouches for.
fn acceptor() -> TlsAcceptor {
    let folder = tempfile::tempdir().expect("a folder");
    let make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout key.pem -out certificate.pem";
    let run = Command::new("openssl").args(make.split_whitespace()).current_dir(folder.path()).output();
    assert!(run.expect("openssl (Debian: openssl)").status.success(), "no certificate");
    let certificate = CertificateDer::from_pem_file(folder.path().join("certificate.pem")).expect("read");
    let key = PrivateKeyDer::from_pem_file(folder.path().join("key.pem")).expect("read");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key));
    TlsAcceptor::from(Arc::new(config.expect("it can be used")))
}

async fn world(url: &str, port: u16) -> (World, Carrier) {
    world_that_sends_to(url, format!("smtp://127.0.0.1:{port}")).await
}

async fn world_that_sends_to(url: &str, smtp: String) -> (World, Carrier) {
    // Tests here change letters as only an older program would have left them.
    let world = World::without_key(url, |settings| settings.smtp = Some(smtp)).await;
    let carrier =
        Carrier::of(&world.app.settings).expect("the settings can be used").expect("there is a server");
    (world, carrier)
}

async fn write_letter(world: &World) {
    let to = world.people.husband;
    let letter = Letter { to, subject: "News".into(), body: "Sign in: {site}/home\n".into() };
    world.app.put_letter(letter).await.expect("it is queued");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_once() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        write_letter(&world).await;
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is sent"), 1, "{name}");
        world.days_later(1);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("nothing waits"), 0);
        let taken = post.taken.lock().expect("taken").clone();
        let letters = world.app.latest_letters(1).await.expect("letters");
        let [one] = taken.as_slice() else { panic!("{taken:?}") };
        assert!(one.contains(&format!("Message-ID: <{}@localhost>", letters[0].id)), "{one}");
        assert!(one.contains("Sign in: http://localhost:8080/home"), "{one}");
        let sent = &letters[0];
        assert!(sent.sent.is_some());
        let held =
            [&sent.to_address, &sent.subject, &sent.body, &sent.last_error.clone().unwrap_or_default()];
        assert_eq!(held.map(String::as_str).concat(), "", "{name}: what has gone is emptied");
        assert_eq!(sent.account, Some(world.people.husband), "{name}: for whom it was is known");
    }
}

/// Changes rows behind the program's back.
fn tamper(url: &str, sql: &str) {
    if url.starts_with("postgres") {
        let run = Command::new("psql")
            .args(["--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url])
            .output();
        assert!(run.expect("psql runs").status.success(), "{sql}");
        return;
    }
    rusqlite::Connection::open(url).and_then(|db| db.execute_batch(sql)).expect(sql);
}

/// The address of a one-time link in a letter, as a mail server took it in.
fn link_in(letter: &str) -> String {
    let whole = letter.replace("=\n", "");
    let link = whole.split_whitespace().find(|word| word.starts_with("http://localhost:8080/"));
    link.expect("a link").trim_start_matches("http://localhost:8080").to_owned()
}

/// Everything that stands in the outbox, as somebody who reads the database sees it.
async fn outbox_text(world: &World) -> String {
    let letters = world.app.latest_letters(100).await.expect("letters");
    letters.iter().map(|letter| format!("{letter:?}\n")).collect()
}

/// A link never stands in the outbox: it is made on the way, each time anew,
/// and the one of a try that failed opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_when_the_letter_is_carried() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        let client = world.nobody();
        client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        let before = outbox_text(&world).await;
        assert!(before.contains("{link}") && !before.contains("/recovery/"), "{name}: {before}");
        // The server keeps a copy, says no, and repeats all of it.
        post.answers
            .lock()
            .expect("answers")
            .push("451 4.3.2 <MARTIN@mail.example> see /recovery/secret\r\n");
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is tried"), 0, "{name}");
        let letter = world.app.latest_letters(1).await.expect("letters").remove(0);
        assert_eq!(letter.last_error.as_deref(), Some("try 1: the server said 451 4.3.2"), "{name}");
        world.seconds_later(200);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it goes"), 1, "{name}");
        let after = outbox_text(&world).await;
        assert!(!after.contains("recovery/") && !after.contains("martin@"), "{name}: {after}");
        let taken = post.taken.lock().expect("taken").clone();
        let [one] = taken.as_slice() else { panic!("{name}: {taken:?}") };
        let path = link_in(one);
        client.get(&path).await.expect(200).says("For martin@mail.example");
        // Asked for again: the older one dies when the newer is made.
        client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it goes"), 1, "{name}");
        client.get(&path).await.expect(410);
        let newer = link_in(post.taken.lock().expect("taken").last().expect("a letter"));
        client.get(&newer).await.expect(200);
    }
}

/// What was written down of a try that failed for good opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_letter_that_is_refused_dies() {
    for (name, url) in databases::both() {
        let refused = Post::default();
        let (world, carrier) = world(&url, mail_server(refused.clone()).await).await;
        refused.answers.lock().expect("answers").push("550 no\r\n");
        world.nobody().post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        world.app.send_letters(&carrier, 10).await.expect("it is tried");
        let rows = world.db.read(store::stats::row_counts).await.map_err(|e: store::StoreError| e);
        let rows = rows.expect("counted");
        let links = rows.iter().find(|(table, _)| *table == "one_time_links").map(|(_, rows)| *rows);
        assert_eq!(links, Some(0), "{name}: no link is left");
    }
}

/// A link is promised for an hour from being asked for, however long the
/// letter waits; after that no letter goes out.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_comes_too_late_for_its_link_is_not_sent() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        let client = world.nobody();
        client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        world.seconds_later(3_000);
        world.app.send_letters(&carrier, 10).await.expect("it goes");
        let path = link_in(post.taken.lock().expect("taken").last().expect("a letter"));
        client.get(&path).await.expect(200);
        world.seconds_later(601);
        client.get(&path).await.expect(410);

        client.post("/recover", &[("email", "dee@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        world.seconds_later(3_601);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is given up"), 0, "{name}");
        let letter = world.app.latest_letters(1).await.expect("letters").remove(0);
        assert!(letter.failed.is_some(), "{name}");
        assert_eq!(post.taken.lock().expect("taken").len(), 1, "{name}");
    }
}

/// Letters that went nowhere do not stand in the outbox for ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_emptied_after_a_month() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        post.answers.lock().expect("answers").push("550 no\r\n");
        write_letter(&world).await;
        world.app.send_letters(&carrier, 10).await.expect("it is refused");
        write_letter(&world).await;
        let held = async || {
            let letters = world.app.latest_letters(2).await.expect("letters");
            letters
                .into_iter()
                .map(|l| (l.failed.is_some(), l.body.is_empty(), l.to_address.is_empty()))
                .collect::<Vec<_>>()
        };
        world.days_later(29);
        world.app.work_once(None).await.expect("it works");
        assert_eq!(held().await, [(false, false, false), (true, false, false)], "{name}");
        world.days_later(2);
        world.app.work_once(None).await.expect("it works");
        assert_eq!(held().await, [(false, false, false), (true, true, true)], "{name}: a month after");
        world.days_later(60);
        world.app.work_once(None).await.expect("it works");
        world.days_later(31);
        world.app.work_once(None).await.expect("it works");
        assert_eq!(held().await, [(true, true, true); 2], "{name}: nobody carried the other");
    }
}

/// What an older program left in the outbox: links in clear, words of letters
/// that had gone. Done once, when this program first opens the database.
#[tokio::test(flavor = "multi_thread")]
async fn links_that_an_older_program_left_in_letters_die() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        let old = service::token::new_token();
        let (app, account, token) = (world.app.clone(), world.people.husband, old.clone());
        let now = app.clock.now();
        let left = move |tx: &mut store::Tx<'_>| {
            let link = store::accounts::OneTimeLink {
                token_hash: service::token::token_hash(&token),
                purpose: "recovery".into(),
                account: Some(account),
                body: "{}".into(),
                expires: now.saturating_add(jiff::SignedDuration::from_hours(1)).expect("an instant"),
                used: None,
            };
            store::accounts::add_one_time_link(tx, &link)?;
            let lost = service::token::new_token();
            let mut ids = vec![];
            for body in [
                format!("This is from before.\nhttp://localhost:8080/recovery/{token}\n\nBye.\n"),
                format!("Nobody knows it.\nhttp://localhost:8080/invitation/{lost}\n"),
                "Sign in: http://localhost:8080/home\n".to_owned(),
                format!("It was sent.\nhttp://localhost:8080/invitation/{token}\n"),
            ] {
                let message = store::outbox::Message {
                    id: domain::MessageId(app.id()),
                    account: None,
                    link: None,
                    to_address: "martin@mail.example".into(),
                    subject: "Old".into(),
                    body,
                    queued: now,
                    attempts: 0,
                    sent: None,
                    failed: None,
                    last_error: None,
                };
                store::outbox::queue_message(tx, &message)?;
                ids.push(message.id);
            }
            store::marks::set(tx, "messages-hold-no-links", "begun 1")?;
            Ok::<_, store::StoreError>(ids)
        };
        let ids = world.db.write(left).await.expect("left");
        // An older program marked it as sent and kept the words.
        tamper(&url, "UPDATE messages SET sent = 1 WHERE body LIKE 'It was sent%'");
        world.nobody().get(&format!("/recovery/{old}")).await.expect(200);
        assert!(!world.app.check_upkeep().await.expect("checked").is_empty(), "{name}: verify says so");

        let done = world.app.bring_up_to_date(|_, _| {}).await.expect("it is done");
        assert_eq!(done.steps, ["messages-hold-no-links"], "{name}");
        assert_eq!(world.app.check_upkeep().await.expect("checked"), [""; 0], "{name}");
        let text = outbox_text(&world).await;
        assert!(!text.contains(&old) && !text.contains("/invitation/"), "{name}: {text}");
        world.nobody().get(&format!("/recovery/{old}")).await.expect(410);
        let letters = world.app.latest_letters(10).await.expect("letters");
        let of = |n: usize| letters.iter().find(|letter| letter.id == ids[n]).expect("it is there");
        assert!(of(0).body.starts_with("This is from before.\n{link}\n\nBye."), "{name}: {:?}", of(0));
        assert!(of(1).failed.is_some() && of(1).body.is_empty(), "{name}: {:?}", of(1));
        assert_eq!(of(2).body, "Sign in: http://localhost:8080/home\n", "{name}");
        assert!(of(3).body.is_empty() && of(3).to_address.is_empty(), "{name}: {:?}", of(3));
        // What waits goes out with a link that works.
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("they go"), 2, "{name}");
        let taken = post.taken.lock().expect("taken").clone();
        let letter = taken.iter().find(|letter| letter.contains("This is from before.")).expect("it went");
        world.nobody().get(&link_in(letter)).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_tried_again_and_a_firm_no_is_not() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        post.answers.lock().expect("answers").extend(["451 later\r\n", "451 later\r\n"]);
        write_letter(&world).await;
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is tried"), 0, "{name}");
        // Not before its time.
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it waits"), 0);
        assert_eq!(post.answers.lock().expect("answers").len(), 1, "tried once");
        world.seconds_later(200);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is tried"), 0);
        world.seconds_later(400);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it goes"), 1);
        assert_eq!(post.taken.lock().expect("taken").len(), 1);

        post.answers.lock().expect("answers").push("550 martin@mail.example is unknown\r\n");
        write_letter(&world).await;
        world.app.send_letters(&carrier, 10).await.expect("it is tried");
        let letter = world.app.latest_letters(1).await.expect("letters").remove(0);
        assert!(letter.failed.is_some() && letter.sent.is_none());
        assert!(!letter.last_error.expect("why").contains("martin@"), "the address is not repeated");
        world.days_later(1);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("nothing waits"), 0);
        assert_eq!(post.taken.lock().expect("taken").len(), 1);
    }
}

/// Where encryption is asked for, a letter is neither sent in the clear nor to
/// a server whose certificate nobody vouches for. It waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_to_nobody_who_cannot_prove_who_they_are() {
    for (encrypts, scheme, query) in [
        (Encrypts::Never, "smtp", "?tls=required"),
        (Encrypts::WhenAsked, "smtp", "?tls=required"),
        (Encrypts::FromTheStart, "smtps", ""),
    ] {
        let post = Post::default();
        let port = mail_server_that(encrypts, post.clone()).await;
        let smtp = format!("{scheme}://localhost:{port}{query}");
        let (world, carrier) = world_that_sends_to(&databases::sqlite_url(), smtp).await;
        write_letter(&world).await;
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is tried"), 0, "{encrypts:?}");
        let letter = world.app.latest_letters(1).await.expect("letters").remove(0);
        assert!(letter.sent.is_none() && letter.failed.is_none(), "{encrypts:?}: it waits");
        let taken = post.taken.lock().expect("taken").clone();
        assert!(taken.is_empty(), "{encrypts:?}: {taken:?}");
        let why = letter.last_error.expect("why");
        if encrypts == Encrypts::Never {
            assert!(why.to_lowercase().contains("starttls"), "{why}");
            continue;
        }
        assert!(why.contains("certificate"), "{encrypts:?}: {why}");
        for _ in 0..100 {
            if !post.broken_off.lock().expect("why").is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(post.broken_off.lock().expect("why").len(), 1, "{encrypts:?}: it was tried");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_sending_was_cut_off_is_not_sent_again() {
    for (name, url) in databases::both() {
        let post = Post::default();
        let (world, carrier) = world(&url, mail_server(post.clone()).await).await;
        write_letter(&world).await;
        // The program was killed after it claimed the letter.
        let now = world.app.clock.now();
        let claimed = world.db.write(move |tx| store::outbox::messages_to_send(tx, now, 300, 10)).await;
        assert_eq!(claimed.expect("it is claimed").len(), 1, "{name}");
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is claimed"), 0);
        world.seconds_later(301);
        assert_eq!(world.app.send_letters(&carrier, 10).await.expect("it is given up"), 0);
        let letter = world.app.latest_letters(1).await.expect("letters").remove(0);
        assert!(letter.failed.is_some(), "somebody has to look");
        assert!(post.taken.lock().expect("taken").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_spoken_of_once_before_and_once_after() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        world.case_at(testkit::Stage::Review).await;
        let about_review = async || {
            let letters = world.app.latest_letters(500).await.expect("letters");
            letters.iter().filter(|l| l.subject.contains("review")).count()
        };
        world.app.work_once(None).await.expect("it works");
        assert_eq!(about_review().await, 0, "{name}: two months before");
        world.days_later(40);
        for _ in 0..3 {
            world.app.work_once(None).await.expect("it works");
            world.days_later(1);
        }
        let before = about_review().await;
        assert_eq!(before, 3, "{name}: Jo, Alice and Martin, once each");
        world.days_later(40);
        for _ in 0..3 {
            world.app.work_once(None).await.expect("it works");
            world.days_later(1);
        }
        assert_eq!(about_review().await, 6, "{name}: and once when it is overdue");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_is_asked_for_silences_no_reminder_of_the_one_that_is_due() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(testkit::Stage::Review).await;
    let id = domain::ReviewId(world.app.id());
    let asked = domain::case::review::Event::AskedFor { id, voice: None, why: None };
    world.say(case, world.people.coordinator, asked).await;
    world.days_later(40);
    world.app.work_once(None).await.expect("it works");
    world.app.work_once(None).await.expect("it works");
    let letters = world.app.latest_letters(500).await.expect("letters");
    let reminders = letters.iter().filter(|l| l.subject == "A review of a personal health budget");
    assert_eq!(reminders.count(), 3, "Jo, Alice and Martin, once each");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_from_a_demonstration() {
    let world = World::with(&databases::sqlite_url(), |settings| {
        settings.demo = true;
        settings.smtp = Some("smtp://127.0.0.1:1".into());
    })
    .await;
    assert!(Carrier::of(&world.app.settings).expect("the settings can be used").is_none());
    write_letter(&world).await;
    let client = world.nobody();
    let page = client.get("/demo/outbox").await.expect(200).says("martin@mail.example");
    assert_eq!(page.attributes(".phb-letter a", "href"), ["http://localhost:8080/home"]);
    let page = client.get("/demo").await.expect(200).says("Be Martin Hale");
    let first = page.value("account").expect("somebody to be");
    client.post("/demo/sign-in-as", &[("account", &first)]).await.leads_to("/home");
    client.get("/account").await.expect(200).says("Alice Hale");
    client.post("/demo/sign-in-as", &[("account", "nobody")]).await.expect(404);
    // A link is made when somebody follows it, and stands in no letter.
    world.nobody().post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
    world.app.work_once(None).await.expect("the work is done");
    let page = client.get("/demo/outbox").await.expect(200).says("(the link)");
    assert!(page.main().contains("made up"), "each letter says what it is of");
    page.clone().never_says("/recovery/");
    let letter = page.value("letter").expect("a letter with a link");
    let to = client.post("/demo/outbox/follow", &[("letter", &letter)]).await.expect(303);
    client.get(&to.location().expect("an address")).await.expect(200).says("For martin@mail.example");
    for nobodys in ["", "x", "018f0000-0000-7000-8000-000000000000"] {
        client.post("/demo/outbox/follow", &[("letter", nobodys)]).await.expect(404);
    }
}

/// Only in a demonstration: elsewhere a letter's link is for its reader alone.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_follows_a_link_in_somebody_elses_letter() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        world.nobody().post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        let letter = world.app.latest_letters(1).await.expect("letters").remove(0).id;
        let admin = world.client(world.people.admin).await;
        let field = letter.to_string();
        admin.post("/demo/outbox/follow", &[("letter", &field)]).await.expect(404);
        let refused = world.app.follow_letter(letter).await;
        assert!(matches!(refused, Err(service::Error::Hidden)), "{name}: {refused:?}");
    }
}

/// A paper of the demonstration says what it is at its head and on each page.
#[tokio::test(flavor = "multi_thread")]
async fn papers_of_a_demonstration_say_so() {
    fn plain(paper: &domain::paper::Paper) -> Result<Vec<u8>, String> {
        Ok(format!("{:?} | {}", paper.blocks.first(), paper.footer).into_bytes())
    }
    for demo in [true, false] {
        let change = |settings: &mut service::Settings| settings.demo = demo;
        let world = World::that(&databases::sqlite_url(), change, |app| app.with_pdf_renderer(plain)).await;
        let case = world.case_at(testkit::Stage::Review).await;
        let client = world.client(world.people.husband).await;
        let mut papers = 0;
        for &kind in service::papers::Kind::VARIANTS {
            let page = client.get(&format!("/cases/{case}/documents/{}.pdf", kind.into_str())).await;
            if page.status != 200 {
                continue;
            }
            papers += 1;
            let (first, footer) = page.html.split_once(" | ").expect("both");
            assert_eq!(first.contains("is made up"), demo, "{kind:?}: {first}");
            assert_eq!(footer.contains("all made up"), demo, "{kind:?}: {footer}");
        }
        assert!(papers >= 3, "{papers} papers");
    }
}
