//! Several servers on one database: nothing is lost, nothing is there twice,
//! nothing is stale, and nobody is told that something went wrong.

use domain::case::notes;
use domain::case::plan::Mode;
use domain::ledger::Cause;
use domain::{AccountId, CaseId, Date, dates};
use service::mail::{Carrier, Letter};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use store::{Stream, StreamKind, jobs, leases, ledger, outbox, record, seal};
use testkit::client::Client;
use testkit::{Stage, World, databases};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// Notes to one case, by all writers together.
const WRITES: usize = 400;
/// Browsers at each of the two servers.
const BROWSERS: usize = 4;

/// Two servers, whose clocks are some seconds apart.
async fn two(url: &str, change: impl FnOnce(&mut service::Settings)) -> [World; 2] {
    let first = World::with(url, change).await;
    let second = first.another_server(url, -3).await;
    [first, second]
}

/// The same person's session in a browser at each server.
async fn at_both(servers: &[World; 2], account: AccountId) -> [Client; 2] {
    let token = servers[0].session(account).await;
    [0, 1].map(|n| servers[n].browser(Some(token.clone())))
}

/// Everything fits together: chains, sums, seals and lists.
async fn sound(world: &World) {
    let report = store::verify::verify(&world.db, |_, _| ()).await.expect("it runs");
    assert!(report.is_sound(), "{:?}", report.faults);
    let lists = world.app.check_lists(|_| {}).await.expect("compared");
    assert_eq!(lists.differences, [], "rebuilt is not live");
}

/// What somebody did: the answers by status, and what was acknowledged.
#[derive(Default)]
struct Told {
    statuses: BTreeMap<u16, usize>,
    notes: Vec<String>,
    payments: Vec<Uuid>,
    /// What was read at the other server right after it was acknowledged.
    stale: Vec<String>,
}

impl Told {
    fn status(&mut self, page: &testkit::client::Page) -> bool {
        *self.statuses.entry(page.status.as_u16()).or_default() += 1;
        page.status.as_u16() == 303
    }
}

#[derive(Clone)]
struct Writer {
    n: usize,
    /// At the server where it writes, and at the other one.
    here: Client,
    there: Client,
    /// Plans payments.
    finance: Client,
    shared: CaseId,
    own: CaseId,
    holding: Uuid,
    due: Date,
}

impl Writer {
    async fn write(self, told: Arc<Mutex<Told>>) {
        for k in 0..WRITES / (2 * BROWSERS) {
            self.note(self.shared, &format!("Note {k} of writer {}", self.n), k % 4 == 0, &told).await;
            if k % 5 == 0 {
                self.note(self.own, &format!("Own note {k} of writer {}", self.n), false, &told).await;
            }
            if k % 10 == 0 {
                self.payment(k, &told).await;
            }
        }
    }

    async fn note(&self, case: CaseId, text: &str, looks: bool, told: &Mutex<Told>) {
        let path = format!("/cases/{case}/notes");
        let page = self.here.post(&path, &[("text", text), ("read-by", "everyone")]).await;
        if told.lock().expect("told").status(&page) {
            told.lock().expect("told").notes.push(text.to_owned());
        }
        if looks && !self.is_read_there(&path, text).await {
            told.lock().expect("told").stale.push(text.to_owned());
        }
    }

    /// Whether the other server shows a note. Meanwhile others write too, so it may
    /// stand on an older page.
    async fn is_read_there(&self, path: &str, text: &str) -> bool {
        let mut page = self.there.get(path).await;
        loop {
            if page.html.contains(text) {
                return true;
            }
            let Some((_, rest)) = page.html.split_once("?before=") else { return false };
            let before: String = rest.chars().take_while(char::is_ascii_digit).collect();
            page = self.there.get(&format!("{path}?before={before}")).await;
        }
    }

    /// A payment of a penny: an event, and an entry in the ledger.
    async fn payment(&self, k: usize, told: &Mutex<Told>) {
        let key = Uuid::from_u128((self.n * 1_000 + k + 1) as u128);
        let (day, month, year) =
            (self.due.day().to_string(), self.due.month().to_string(), self.due.year().to_string());
        let fields = [
            ("key", &*key.to_string()),
            ("one-holding", &self.holding.to_string()),
            ("funder", "council"),
            ("amount", "0.01"),
            ("one-due-day", &day),
            ("one-due-month", &month),
            ("one-due-year", &year),
        ];
        let page = self.finance.post(&format!("/cases/{}/payments/one", self.shared), &fields).await;
        if told.lock().expect("told").status(&page) {
            told.lock().expect("told").payments.push(key);
        }
    }
}

async fn writers(servers: &[World; 2], shared: CaseId) -> Vec<Writer> {
    let world = &servers[0];
    let people = [world.people.husband, world.people.coordinator];
    let plan = &world.case(shared).await.plan;
    let holding = plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment).expect("a holding").id.0;
    let due = dates::days_after(world.today(), 1);
    let finance = at_both(servers, world.people.finance1).await;
    let mut writers = vec![];
    for n in 0..2 * BROWSERS {
        let own = world.case_at(Stage::Review).await;
        let both = at_both(servers, people[n % people.len()]).await;
        let (here, there) = (n / BROWSERS, 1 - n / BROWSERS);
        let finance = finance[here].clone();
        writers.push(Writer {
            n,
            here: both[here].clone(),
            there: both[there].clone(),
            finance,
            shared,
            own,
            holding,
            due,
        });
    }
    writers
}

/// Both servers write to one case, to others, and to its money; what one wrote
/// is read at the other; and both seal all the time.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_write_to_one_case_and_nothing_is_lost_twice_or_stale() {
    let servers = two(&databases::postgres_url(), |_| {}).await;
    let shared = servers[0].case_at(Stage::Review).await;
    let writers = writers(&servers, shared).await;
    let told = Arc::new(Mutex::new(Told::default()));
    let writing = Arc::new(AtomicBool::new(true));
    let sealers = servers.each_ref().map(|world| {
        let (db, clock, writing) = (world.db.clone(), world.app.clock.clone(), Arc::clone(&writing));
        tokio::spawn(async move {
            while writing.load(Relaxed) {
                seal::seal(&db, clock.now()).await.expect("it is sealed");
                tokio::task::yield_now().await;
            }
        })
    });
    let tasks: Vec<_> = writers.iter().map(|w| tokio::spawn(w.clone().write(Arc::clone(&told)))).collect();
    for task in tasks {
        task.await.expect("a writer");
    }
    writing.store(false, Relaxed);
    for sealer in sealers {
        sealer.await.expect("a sealer");
    }

    let told = Arc::into_inner(told).expect("nobody writes").into_inner().expect("told");
    println!("answers {:?}", told.statuses);
    assert_eq!(told.statuses.keys().collect::<Vec<_>>(), [&303], "all was taken in: {:?}", told.statuses);
    assert_eq!(told.stale, [""; 0], "read at the other server after it was acknowledged");
    let cases: Vec<CaseId> = writers.iter().map(|w| w.own).chain([shared]).collect();
    let (mut notes, planned) = written(&servers[1], cases, shared).await;
    let mut kept = told.notes.clone();
    notes.sort();
    kept.sort();
    assert_eq!(kept.len(), WRITES + WRITES / 5, "so many notes were sent");
    assert_eq!(notes, kept, "each note is there, once");
    let kept: BTreeSet<Uuid> = told.payments.iter().copied().collect();
    assert_eq!(
        (planned.len(), planned.into_iter().collect()),
        (told.payments.len(), kept),
        "each payment, once"
    );
    sound(&servers[0]).await;
    sound(&servers[1]).await;
}

/// The notes of these cases, and the payments that the ledger promises in one.
async fn written(world: &World, cases: Vec<CaseId>, shared: CaseId) -> (Vec<String>, Vec<Uuid>) {
    let read = world.db.read::<_, service::StoreError>(move |tx| {
        let mut found = vec![];
        for case in &cases {
            let stream = Stream { kind: StreamKind::Case, id: case.0 };
            for recorded in record::load::<domain::case::Event>(tx, stream)? {
                if let domain::case::Event::Notes(notes::Event::Written { text, .. }) = recorded.event {
                    found.push(text.to_string());
                }
            }
        }
        found.retain(|text| text.contains("of writer"));
        let entries = ledger::entries(tx, shared)?.into_iter();
        let pennies = entries.filter(|entry| {
            entry.cause == Cause::InstalmentPromised && entry.postings().iter().any(|p| p.amount.0.abs() == 1)
        });
        Ok((found, pennies.map(|entry| entry.about).collect()))
    });
    read.await.expect("what was written")
}

/// What is decided at one server holds at the other from the next request on.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_decided_holds_at_the_other_at_once() {
    for (name, url) in databases::both() {
        let servers = two(&url, |_| {}).await;
        let people = servers[0].people;
        let case = servers[0].case_at(Stage::Review).await;
        let notes = format!("/cases/{case}/notes");
        let [here, there] = at_both(&servers, people.husband).await;
        for n in 0..6 {
            // By turns, so that each has the case in its memory and is behind.
            let (writes, reads) = if n % 2 == 0 { (&here, &there) } else { (&there, &here) };
            let text = format!("Turn {n}");
            writes.post(&notes, &[("text", &text), ("read-by", "everyone")]).await.leads_to(&notes);
            assert!(reads.get(&notes).await.html.contains(&text), "{name}: {text}");
        }
        here.post("/sign-out", &[]).await;
        let after = there.get(&notes).await;
        assert_eq!(after.status.as_u16(), 303, "{name}: signed out at one, signed out at the other");
        assert!(after.location().is_some_and(|to| to.starts_with("/sign-in")), "{name}");

        // A post that ends at one server opens nothing at the other.
        let [_, there] = at_both(&servers, people.finance1).await;
        let money = format!("/cases/{case}/payments");
        assert_eq!(there.get(&money).await.status.as_u16(), 200, "{name}");
        let ended = domain::organisation::Event::PostEnded {
            account: people.finance1,
            post: domain::access::Post::Finance,
        };
        let nhs = servers[0].organisations.nhs;
        servers[0]
            .app
            .record_organisation(domain::Author::System, nhs, vec![ended])
            .await
            .expect("it is ended");
        assert_ne!(there.get(&money).await.status.as_u16(), 200, "{name}: the post has ended");
    }
}

/// A mail server of a few lines, and the Message-ID of each letter it took in.
async fn mail_server(taken: Arc<Mutex<Vec<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, Arc::clone(&taken)));
        }
    });
    port
}

async fn talk(stream: TcpStream, taken: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await.ok();
    let mut in_letter = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: &[u8] = match line.as_str() {
            "." if in_letter => {
                in_letter = false;
                b"250 taken\r\n"
            }
            line if in_letter => {
                if let Some(id) = line.strip_prefix("Message-ID: ") {
                    taken.lock().expect("taken").push(id.to_owned());
                }
                continue;
            }
            "DATA" => {
                in_letter = true;
                b"354 go on\r\n"
            }
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await.ok();
    }
}

/// Reminders, each of which writes a letter to whoever should hear of it.
async fn add_reminders(world: &World, case: CaseId, from: u128, count: u128) {
    let now = world.app.clock.now();
    let body = format!(r#"{{"case":"{case}","due":"2026-03-20","overdue":false}}"#);
    let added = world.db.write::<_, service::StoreError>(move |tx| {
        for n in from..from + count {
            jobs::enqueue(tx, &jobs::Job::new(Uuid::from_u128(n), "remind", body.clone(), now))?;
        }
        Ok(())
    });
    added.await.expect("they are queued");
}

async fn letters_in(world: &World) -> usize {
    let all = world.db.read(|tx| outbox::latest_messages(tx, 10_000)).await;
    all.expect("the outbox").len()
}

/// Both servers work as fast as they can while the lease is taken from whoever
/// has it, again and again: what must not be done twice does not hang on it.
#[tokio::test(flavor = "multi_thread")]
async fn each_job_is_done_once_and_each_letter_goes_once_whoever_has_the_lease() {
    const JOBS: u128 = 40;
    const LETTERS: usize = 30;
    for (name, url) in databases::both() {
        let taken = Arc::new(Mutex::new(vec![]));
        let port = mail_server(Arc::clone(&taken)).await;
        let servers = two(&url, |settings| settings.smtp = Some(format!("smtp://127.0.0.1:{port}"))).await;
        let case = servers[0].case_at(Stage::Review).await;
        // How many letters one reminder writes, and nothing else waits any more.
        add_reminders(&servers[0], case, 1, 1).await;
        let before = letters_in(&servers[0]).await;
        assert!(servers[0].app.work_once(None).await.expect("it works"), "{name}: it has the lease");
        let each = letters_in(&servers[0]).await - before;
        assert!(each > 0, "{name}: a reminder writes letters");

        add_reminders(&servers[0], case, 100, JOBS).await;
        for _ in 0..LETTERS {
            let to = servers[0].people.husband;
            let letter = Letter { to, subject: "News".into(), body: "Sign in\n".into() };
            servers[0].app.put_letter(letter).await.expect("it is queued");
        }
        let carrier =
            Arc::new(Carrier::of(&servers[0].app.settings).expect("settings").expect("a mail server"));
        let working = Arc::new(AtomicBool::new(true));
        let thief = {
            let (app, working) = (servers[1].app.clone(), Arc::clone(&working));
            tokio::spawn(async move {
                while working.load(Relaxed) {
                    app.nobody_else_runs().await.expect("the lease is ended");
                    tokio::task::yield_now().await;
                }
            })
        };
        let workers = servers.each_ref().map(|world| {
            let (app, db, carrier) = (world.app.clone(), world.db.clone(), Arc::clone(&carrier));
            tokio::spawn(async move {
                for _ in 0..400 {
                    app.work_once(Some(&carrier)).await.expect("it works");
                    app.send_letters(&carrier, 3).await.expect("they are sent");
                    let left = db.read(|tx| {
                        Ok::<_, service::StoreError>((jobs::job_counts(tx)?, outbox::message_counts(tx)?))
                    });
                    if left.await.expect("counts") == ((0, 0), (0, 0)) {
                        return;
                    }
                }
                panic!("it is never done");
            })
        });
        for worker in workers {
            worker.await.expect("a worker");
        }
        working.store(false, Relaxed);
        thief.await.expect("the thief");

        let taken = taken.lock().expect("taken").clone();
        let once: BTreeSet<&String> = taken.iter().collect();
        assert_eq!(once.len(), taken.len(), "{name}: a letter went twice");
        let all = letters_in(&servers[0]).await;
        let by_jobs = usize::try_from(JOBS).expect("few") * each;
        assert_eq!(all - before - each, by_jobs + LETTERS, "{name}: each reminder was done once");
        assert_eq!(taken.len(), all, "{name}: every letter went");
        sound(&servers[0]).await;
    }
}

/// While one server works in the background the other leaves it alone; when the
/// first is gone its lease runs out, by the database's clock, whatever theirs say.
#[tokio::test(flavor = "multi_thread")]
async fn one_server_works_in_the_background_until_it_is_gone() {
    for (name, url) in databases::both() {
        let servers = two(&url, |_| {}).await;
        let case = servers[0].case_at(Stage::Review).await;
        let turn = async |n: usize| servers[n].app.work_once(None).await.expect("it works");
        assert!(turn(0).await, "{name}: nobody had it");
        add_reminders(&servers[0], case, 1, 3).await;
        // A clock that is a year ahead makes nobody's lease run out.
        servers[1].days_later(365);
        assert!(!turn(1).await, "{name}: the first has it");
        assert_eq!(waiting(&servers[0]).await, 3, "{name}: so it did nothing");

        // The first is gone: the time of its lease comes and goes.
        let name_of = async || {
            let lease = servers[0].db.read(|tx| leases::lease(tx, service::runner::WORK)).await;
            lease.map_err(|e: service::StoreError| e).expect("it is read").expect("a lease")
        };
        let before = name_of().await;
        testkit::databases::run_sql(
            &url,
            &format!("UPDATE leases SET until = until - {}", i64::from(service::runner::SECONDS) * 1_000_000),
        );
        assert!(turn(1).await, "{name}: it ran out");
        assert_eq!(waiting(&servers[0]).await, 0, "{name}: the second works");
        let after = name_of().await;
        assert_eq!((after.term, after.holder != before.holder), (before.term + 1, true), "{name}: {after:?}");
        assert!(!turn(0).await, "{name}: the first comes back and leaves it alone");

        // One that is told to stop gives it back at once.
        let (tell, told) = tokio::sync::watch::channel(true);
        servers[1].app.clone().work_behind(None, told).await;
        drop(tell);
        assert!(turn(0).await, "{name}: nobody waits for one that stopped");
        sound(&servers[0]).await;
    }
}

async fn waiting(world: &World) -> u64 {
    let counts = world.db.read(jobs::job_counts).await;
    counts.map_err(|e: service::StoreError| e).expect("counts").0
}
