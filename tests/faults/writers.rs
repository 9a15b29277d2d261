//! People who write while the server is killed under them, with real browsers'
//! requests: notes, payments that one releases and another confirms, bank
//! statements and what the payments in them were for. Each thing that is
//! written has a label, which the record and the ledger must give back.

use crate::common::case_stream;
use domain::case::arrangement;
use domain::case::plan::Mode;
use domain::case::{self, notes};
use domain::ledger::Cause;
use domain::{AccountId, CaseId, HoldingId, LineId, dates};
use service::{App, Clock};
use std::collections::BTreeSet;
use std::io::Result;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Db, StoreError, bank, ledger, record};
use testkit::http::Http;
use testkit::{Stage, World};
use uuid::Uuid;

/// Clients that write at the same time, each to a case of its own and all of
/// them to one that they share.
pub const WRITERS: usize = 4;

/// What the labels of all that is written begin with.
pub const KINDS: [&str; 6] = ["Note", "planned", "released", "paid", "took", "matched"];

/// A case, the account that money is paid into, and what it is for.
#[derive(Clone, Copy)]
pub struct Place {
    pub case: CaseId,
    holding: HoldingId,
    line: LineId,
}

/// A browser in which somebody is signed in.
#[derive(Clone)]
pub struct Browser {
    pub cookies: String,
    token: String,
}

#[derive(Clone)]
enum Work {
    Notes,
    /// Another browser confirms what this one releases. A payment that was
    /// under way when the server was killed is gone on with.
    Payments(Browser, Arc<Mutex<Option<Payment>>>),
    Spending,
}

#[derive(Clone, Copy)]
struct Payment {
    id: Uuid,
    place: Place,
}

#[derive(Clone)]
pub struct Writer {
    pub browser: Browser,
    pub places: Vec<Place>,
    work: Work,
}

/// What was sent, and what the server said it had kept.
#[derive(Clone, Default)]
pub struct Told {
    pub sent: BTreeSet<String>,
    pub kept: BTreeSet<String>,
}

impl Browser {
    async fn of(app: &App, account: AccountId, n: usize) -> Self {
        let session = app.start_session(account, "A test", true, None).await.expect("a session");
        let visit = format!("{n:x}").repeat(64);
        let cookies = format!("phb-session={session}; phb-visit={visit}");
        Self { cookies, token: web::tokens::csrf_of(&visit, Some(&session)) }
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &self.token)
            .extend_pairs(fields)
            .finish()
    }

    pub fn note(&self, text: &str) -> String {
        self.form(&[("text", text), ("read-by", "everyone")])
    }
}

/// A database with cases in which money is paid, and browsers that are signed
/// in by the clock of the machine, as the server will see it.
pub async fn people(url: &str) -> (Vec<Writer>, Vec<Place>) {
    let world = World::without_key(url, |_| {}).await;
    let mut places = vec![];
    for _ in 0..=WRITERS {
        let case = world.case_at(Stage::Review).await;
        let plan = &world.case(case).await.plan;
        let direct = plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment).expect("a holding");
        let line = plan.current_lines().find(|l| l.words.holding == Some(direct.id)).expect("a line");
        places.push(Place { case, holding: direct.id, line: line.id });
    }
    let app = App::new(world.db.clone(), Clock::of_the_machine(), service::Settings::default());
    let p = world.people;
    let jobs = [
        (p.husband, Work::Notes),
        (p.coordinator, Work::Notes),
        (p.finance1, Work::Payments(Browser::of(&app, p.finance2, WRITERS).await, Arc::default())),
        (p.husband, Work::Spending),
    ];
    let mut writers = vec![];
    for (n, (account, work)) in jobs.into_iter().enumerate() {
        let browser = Browser::of(&app, account, n).await;
        writers.push(Writer { browser, places: vec![places[n], places[WRITERS]], work });
    }
    world.make_real().await;
    world.db.clone().close().await;
    (writers, places)
}

/// Writes one thing after the other until the server is gone.
pub async fn write_on(writer: Writer, address: String, told: Arc<Mutex<Told>>) {
    let writing = Writing { writer: &writer, address: &address, told: &told };
    // The server was killed: what was under way has no answer.
    writing.go_on().await.err();
}

struct Writing<'a> {
    writer: &'a Writer,
    address: &'a str,
    told: &'a Mutex<Told>,
}

impl Writing<'_> {
    async fn go_on(&self) -> Result<()> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let Writer { browser, places, work } = self.writer;
        let mut http = Http::connect(self.address, &browser.cookies).await?;
        loop {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let place = places[n as usize % places.len()];
            match work {
                Work::Notes => self.note(&mut http, place, n).await?,
                Work::Payments(other, under_way) => {
                    let new = || Payment { id: Uuid::from_u128(0xfa17_0000 + u128::from(n)), place };
                    let payment = *under_way.lock().expect("a payment").get_or_insert_with(new);
                    self.payment(&mut http, other, payment).await?;
                    *under_way.lock().expect("a payment") = None;
                }
                Work::Spending => self.spending(&mut http, place, n).await?,
            }
        }
    }

    async fn note(&self, http: &mut Http, place: Place, n: u32) -> Result<()> {
        let text = format!("Note number {n} of this test");
        let form = self.writer.browser.note(&text);
        self.send(vec![text], http, &format!("/cases/{}/notes", place.case), &form).await
    }

    /// A payment of a penny: planned, released, and confirmed by somebody
    /// else. What had no answer the last time is sent again.
    async fn payment(&self, http: &mut Http, other: &Browser, payment: Payment) -> Result<()> {
        let (mine, Payment { id, place }) = (&self.writer.browser, payment);
        let (planned, released) = (format!("planned {id}"), format!("released {id}"));
        let at = format!("/cases/{}/payments", place.case);
        if !self.is_kept(&planned) {
            // Tomorrow, so that midnight does not matter.
            let due = dates::days_after(Clock::of_the_machine().today(), 1);
            let form = mine.form(&[
                ("key", &id.to_string()),
                ("one-holding", &place.holding.to_string()),
                ("funder", "council"),
                ("amount", "0.01"),
                ("one-due-day", &due.day().to_string()),
                ("one-due-month", &due.month().to_string()),
                ("one-due-year", &due.year().to_string()),
            ]);
            self.send(vec![planned], http, &format!("{at}/one"), &form).await?;
        }
        if !self.is_kept(&released) {
            self.send(vec![released], http, &format!("{at}/{id}/release"), &mine.form(&[])).await?;
        }
        let mut theirs = Http::connect(self.address, &other.cookies).await?;
        let confirm = format!("{at}/{id}/confirm");
        self.send(vec![format!("paid {id}")], &mut theirs, &confirm, &other.form(&[])).await
    }

    /// Says what the payments out of the account were for, or, if all of them
    /// are known, takes in a bank statement with two more.
    async fn spending(&self, http: &mut Http, place: Place, n: u32) -> Result<()> {
        let at = format!("/cases/{}/money", place.case);
        let page = http.get(&format!("{at}/match")).await?;
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let fields = page.split("name=\"").filter(|field| field.starts_with("for-"));
        let open: BTreeSet<&str> = fields.filter_map(|field| field.split('"').next()).collect();
        if open.is_empty() {
            let texts = [format!("PAYMENT {n} A"), format!("PAYMENT {n} B")];
            let labels = texts.iter().map(|text| format!("took in {text}")).collect();
            let (kind, body) = self.statement(place, &texts);
            let to = format!("{at}/statement");
            return self.send_as(labels, http, &to, (&kind, &body)).await;
        }
        let line = place.line.to_string();
        let form: Vec<(&str, &str)> = open.iter().map(|field| (*field, line.as_str())).collect();
        let labels = open.iter().map(|field| field.replace("for-", "matched ")).collect();
        self.send(labels, http, &format!("{at}/match"), &self.writer.browser.form(&form)).await
    }

    fn is_kept(&self, label: &str) -> bool {
        self.told.lock().expect("told").kept.contains(label)
    }

    fn statement(&self, place: Place, texts: &[String]) -> (String, String) {
        let part = |name: &str, value: &str| {
            format!("--of-a-test\r\nContent-Disposition: form-data; name=\"{name}\"{value}\r\n")
        };
        let mut body = part("csrf", &format!("\r\n\r\n{}", self.writer.browser.token));
        body += &part("holding", &format!("\r\n\r\n{}", place.holding));
        body += &part(
            "file",
            "; filename=\"march.csv\"\r\nContent-Type: text/csv\r\n\r\nDate,Description,Amount",
        );
        for text in texts {
            body += &format!("05/03/2026,{text},-1.25\r\n");
        }
        body += "--of-a-test--\r\n";
        ("multipart/form-data; boundary=of-a-test".to_owned(), body)
    }

    async fn send(&self, labels: Vec<String>, http: &mut Http, to: &str, form: &str) -> Result<()> {
        self.send_as(labels, http, to, ("application/x-www-form-urlencoded", form)).await
    }

    /// Sends something of a kind and waits for the answer. What has a label is
    /// acknowledged once the server leads on. Whoever is told that they were too
    /// quick waits, as the page says, and sends it again.
    async fn send_as(
        &self,
        labels: Vec<String>,
        http: &mut Http,
        to: &str,
        (kind, body): (&str, &str),
    ) -> Result<()> {
        self.told.lock().expect("told").sent.extend(labels.iter().cloned());
        let mut answer = http.post_as(to, kind, body.as_bytes()).await?;
        while answer.status == 429 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            answer = http.post_as(to, kind, body.as_bytes()).await?;
        }
        assert_eq!(answer.status, 303, "{labels:?}: {}", String::from_utf8_lossy(&answer.body));
        self.told.lock().expect("told").kept.extend(labels);
        Ok(())
    }
}

/// Everything that can be told of these cases by the record and the bank
/// lines, however often it is there; and the money in the ledger is what they
/// say, entry by entry.
pub async fn written(db: &Db, places: &[Place]) -> Vec<String> {
    let places = places.to_vec();
    let found = db.read::<_, StoreError>(move |tx| {
        let (mut found, mut money, mut entries) = (vec![], vec![], vec![]);
        for place in &places {
            for recorded in record::load::<case::Event>(tx, case_stream(place.case))? {
                match recorded.event {
                    case::Event::Notes(notes::Event::Written { text, .. }) => found.push(text.to_string()),
                    case::Event::Arrangement(event) => of_money(event, &mut found, &mut money),
                    _ => {}
                }
            }
            for line in bank::lines(tx, place.holding)? {
                found.push(format!("took in {}", line.description));
                money.push(format!("took in {}", line.id));
            }
            entries.extend(ledger::entries(tx, place.case)?.iter().filter_map(|entry| {
                let what = match entry.cause {
                    Cause::InstalmentPromised => "planned",
                    Cause::InstalmentPaid => "paid",
                    Cause::BankLineTakenIn => "took in",
                    Cause::BankLineMatched => "matched",
                    _ => return None,
                };
                Some(format!("{what} {}", entry.about))
            }));
        }
        money.sort();
        entries.sort();
        assert_eq!(entries, money, "the ledger is not what the record says");
        found.extend(money.into_iter().filter(|label| !label.starts_with("took in")));
        Ok(found)
    });
    found.await.expect("what was written")
}

/// The labels of an event about money: those that moved it, and the others.
fn of_money(event: arrangement::Event, found: &mut Vec<String>, money: &mut Vec<String>) {
    match event {
        arrangement::Event::PaymentsScheduled { instalments } => {
            money.extend(instalments.iter().map(|planned| format!("planned {}", planned.id)));
        }
        arrangement::Event::PaymentReleased { instalment } => found.push(format!("released {instalment}")),
        arrangement::Event::PaymentConfirmed { instalment, .. } => money.push(format!("paid {instalment}")),
        arrangement::Event::SpendingMatched { bank_line, .. } => money.push(format!("matched {bank_line}")),
        _ => {}
    }
}
