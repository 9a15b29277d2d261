//! A whole small world for a test: a database, the made-up area with everyone
//! in it, a clock that stands still, and the site in front of it.

use crate::client::Client;
use crate::stages::{self, Stage};
use demo::people::{EVERYONE, PASSPHRASE, People, SECOND_FACTOR};
use demo::tell::Teller;
use demo::{Organisations, Place};
use domain::access::Post;
use domain::case::circle::{self, ContactBy, ContactPreference, Footing, Matter};
use domain::case::{self, Case, CaseRole};
use domain::enquiry::Asked;
use domain::framework::Framework;
pub use domain::testing::{line, prose};
use domain::{
    AccountId, AreaId, Author, CaseId, Date, EnquiryId, MemberId, OrganisationId, Timestamp, organisation,
};
use service::clock::Clock;
use service::secrets::Hashing;
use service::session::Session;
use service::{App, Effects, Settings};
use std::sync::Arc;
use store::bank::BankLine;
use store::keys::Keys;
use store::{Db, StoreError, Stream, StreamKind, record};
use web::Web;
use web::look::Look;

/// The moment at which the world's clock stands: 2 March 2026, 9:30 in London.
pub const START: &str = "2026-03-02T09:30:00Z";

/// The keys of every world.
#[must_use]
pub fn keys() -> Keys {
    Keys::parse(&"5a".repeat(32)).expect("64 figures are a key")
}

#[derive(Clone)]
pub struct World {
    pub app: App,
    /// The database that the app stands on.
    pub db: Db,
    pub web: Web,
    pub place: Place,
    pub people: People,
    pub organisations: Organisations,
    router: axum::Router,
}

impl World {
    /// Makes the world in an empty database at `url`.
    pub async fn new(url: &str) -> Self {
        Self::with(url, |_| {}).await
    }

    /// The same with settings of the test's own.
    pub async fn with(url: &str, change: impl FnOnce(&mut Settings)) -> Self {
        Self::that(url, change, |app| app).await
    }

    /// The same with something more in the app, such as a press for papers.
    pub async fn that(url: &str, change: impl FnOnce(&mut Settings), fit: impl FnOnce(App) -> App) -> Self {
        Self::under(&keys(), url, change, fit).await
    }

    /// The world in a database without a key, where a test does to its rows what
    /// only the program may do, or gives it to a program that has none.
    pub async fn without_key(url: &str, change: impl FnOnce(&mut Settings)) -> Self {
        Self::under(&Keys::default(), url, change, |app| app).await
    }

    async fn under(
        keys: &Keys,
        url: &str,
        change: impl FnOnce(&mut Settings),
        fit: impl FnOnce(App) -> App,
    ) -> Self {
        let db = Db::open_with(url, keys)
            .await
            .unwrap_or_else(|e| panic!("the database {url} does not open: {e}"));
        let clock = Clock::standing_at(START.parse().expect("an instant"));
        let mut settings = Settings { hashing: Hashing::Light, slow_down: false, ..Settings::default() };
        change(&mut settings);
        let app = fit(App::new(db.clone(), clock, settings));
        app.bring_up_to_date(|_, _| {}).await.expect("a new database is up to date");
        let place = demo::make(&app).await.expect("the area is made");
        Self::around(app, db, place)
    }

    /// The world in a database that holds it already.
    pub(crate) fn around(app: App, db: Db, place: Place) -> Self {
        let one_administrator = app.settings.one_administrator;
        let look = Look { demo: app.settings.demo, made_up: EVERYONE, one_administrator, ..Look::default() };
        let web = Web::new(app.clone(), Arc::new(look), false);
        let router = web::router(web.clone());
        Self { app, db, web, place, people: place.people, organisations: place.organisations, router }
    }

    /// Another server on the same database: with connections, memory and a name
    /// of its own. Its clock stands so many seconds from this one's, and goes its
    /// own way.
    pub async fn another_server(&self, url: &str, seconds: i64) -> Self {
        let db = Db::open_with(url, self.db.keys()).await;
        let db = db.unwrap_or_else(|e| panic!("the database {url} does not open: {e}"));
        let now = Timestamp::from_second(self.app.clock.now().as_second() + seconds).expect("an instant");
        let app = App::new(db.clone(), Clock::standing_at(now), (*self.app.settings).clone());
        Self::around(app, db, self.place)
    }

    /// Moves the clock on by whole days.
    pub fn days_later(&self, days: i32) {
        let seconds = i64::from(days) * 24 * 60 * 60;
        self.seconds_later(seconds);
    }

    pub fn seconds_later(&self, seconds: i64) {
        let later = Timestamp::from_second(self.app.clock.now().as_second() + seconds).expect("an instant");
        self.app.clock.set(later);
    }

    #[must_use]
    pub fn today(&self) -> Date {
        self.app.clock.today()
    }

    /// A browser in which this person is signed in, with a second factor, and
    /// has just shown again that it is them: nothing is asked of it any more.
    pub async fn client(&self, account: AccountId) -> Client {
        self.browser(Some(self.session(account).await))
    }

    /// The token of such a session.
    pub async fn session(&self, account: AccountId) -> String {
        let token = self.app.start_session(account, "A test", true, None).await.expect("a session");
        self.prove(&token).await;
        token
    }

    /// Notes that somebody has just shown in a session that it is them.
    pub async fn prove(&self, token: &str) {
        let (hash, now) = (service::token::token_hash(token), self.app.clock.now());
        let noted = self.db.write(move |tx| {
            let session = store::accounts::session(tx, &hash)?.expect("a session");
            store::factors::prove(tx, &hash, session.account, now)
        });
        noted.await.expect("it is noted");
    }

    /// A browser in which they are signed in as people are who have not shown
    /// again that it is them.
    pub async fn unproven(&self, account: AccountId) -> Client {
        let token = self.app.start_session(account, "A test", true, None).await.expect("a session");
        self.browser(Some(token))
    }

    /// A browser in which their passphrase was given, and no second step.
    pub async fn half(&self, account: AccountId) -> Client {
        let token = self.app.start_session(account, "A test", false, None).await.expect("a session");
        self.browser(Some(token))
    }

    /// The session of a browser, as use cases know it.
    pub async fn session_of(&self, client: &Client) -> Session {
        let token = client.cookie(web::cookies::SESSION_COOKIE).expect("a session");
        self.app.signed_in(&token).await.expect("it is read").expect("it is good").session
    }

    /// Gives somebody who needs none the code app that everyone has.
    pub async fn give_app(&self, account: AccountId) {
        let given = self.db.write::<_, StoreError>(move |tx| {
            let before = store::accounts::credential(tx, account)?.expect("a passphrase");
            let totp_secret = Some(SECOND_FACTOR.to_vec());
            store::accounts::set_credential(tx, &store::accounts::Credential { totp_secret, ..before })
        });
        given.await.expect("the app is set up");
        let added = vec![domain::account::Event::SecondFactorAdded];
        self.app.put_in_account(Author::Account(account), account, added).await.expect("it is told");
    }

    /// Somebody new with a sign-in, a code app, and this post in the area's
    /// NHS body.
    pub async fn colleague(&self, name: &'static str, email: &'static str, post: Post) -> AccountId {
        self.colleague_of(self.organisations.nhs, name, email, post).await
    }

    /// The same in any organisation.
    pub async fn colleague_of(
        &self,
        organisation: OrganisationId,
        name: &'static str,
        email: &'static str,
        post: Post,
    ) -> AccountId {
        let (app, id) = (&self.app, AccountId(self.app.id()));
        let email = domain::EmailAddress::parse(email).expect("an address");
        let hash = service::secrets::hash(&mut service::limit::Place::default(), PASSPHRASE, Hashing::Light);
        app.put_account(id, line(name), email).await.expect("an account");
        app.put_sign_in(id, hash, None).await.expect("a sign-in");
        self.give_post(organisation, id, post).await;
        self.give_app(id).await;
        id
    }

    /// Another area, with an NHS body.
    pub async fn further_area(&self) -> (AreaId, OrganisationId) {
        let (area, organisation) = (AreaId(self.app.id()), OrganisationId(self.app.id()));
        let framework = Framework::to_start_from(area, &line("Further Vale"));
        self.app.adopt_framework(Author::System, framework).await.expect("an area");
        let registered = domain::organisation::Event::Registered {
            area,
            name: line("Further Vale NHS"),
            kind: domain::organisation::Kind::NhsBody,
        };
        self.app
            .record_organisation(Author::System, organisation, vec![registered])
            .await
            .expect("an organisation");
        (area, organisation)
    }

    /// The letters to an address, the newest first.
    pub async fn letters_to(&self, address: &str) -> Vec<store::outbox::Message> {
        let all = self.app.latest_letters(500).await.expect("letters");
        all.into_iter().filter(|letter| letter.to_address == address).collect()
    }

    /// A browser with this session, which may have ended by now.
    #[must_use]
    pub fn browser(&self, session: Option<String>) -> Client {
        Client::new(self.router.clone(), session)
    }

    /// A browser in which nobody is signed in.
    #[must_use]
    pub fn nobody(&self) -> Client {
        self.browser(None)
    }

    /// The path that the one-time link in the newest letter with one leads to,
    /// of those to an address (none: of all), as its reader gets it.
    pub async fn link_in_letter(&self, to: Option<&str>) -> String {
        self.link_that_works(to).await.expect("a letter with a link")
    }

    /// The same; none where the newest letter with a link is too late to have one.
    pub async fn link_that_works(&self, to: Option<&str>) -> Option<String> {
        self.app.work_once(None).await.expect("what is done behind the pages is done");
        let letters = self.app.latest_letters(100).await.expect("the letters can be read");
        let letter = letters
            .into_iter()
            .filter(|letter| to.is_none_or(|to| letter.to_address == to))
            .find(|letter| letter.link.is_some())?;
        let body = self.app.letter_written_out(letter).await.expect("the letter can be read")?.body;
        let base = &self.app.settings.base_url;
        let link = body.split_whitespace().find(|word| word.starts_with(base.as_str())).expect("a link");
        Some(link[base.len()..].to_owned())
    }

    /// Gives everyone a passphrase that is kept as in earnest, and takes the
    /// second factors away that everyone knows, so that `phb serve` takes the
    /// database for a real one.
    pub async fn make_real(&self) {
        let hash = service::secrets::hash(
            &mut service::limit::Place::default(),
            "three small otters",
            Hashing::Strong,
        );
        let everyone: Vec<_> = self.people.all().into_iter().map(|(account, ..)| account).collect();
        let written = self.db.write(move |tx| {
            for account in &everyone {
                let Some(before) = store::accounts::credential(tx, *account)? else { continue };
                let totp_secret =
                    before.totp_secret.as_ref().map(|_| account.0.as_bytes().repeat(2)[..20].to_vec());
                let after =
                    store::accounts::Credential { passphrase_hash: hash.clone(), totp_secret, ..before };
                store::accounts::set_credential(tx, &after)?;
            }
            Ok::<_, store::StoreError>(())
        });
        written.await.expect("they are written");
    }

    /// Puts events (or events, entries and letters) into a case without
    /// asking who may, and remakes its list rows.
    pub async fn record(&self, case: CaseId, by: AccountId, decided: impl Into<Effects>) -> u64 {
        let decided: Effects = decided.into();
        assert!(decided.mail.is_empty(), "only a use case sends letters");
        self.app.put_in_case(by, case, decided).await.expect("the events are recorded")
    }

    /// One event; see [`World::record`].
    pub async fn say(&self, case: CaseId, by: AccountId, event: impl Into<case::Event>) -> u64 {
        self.record(case, by, vec![event.into()]).await
    }

    /// The commissioner, who asked for none of it, confirms who speaks in a
    /// case and whose sign-in is whose: everything that waits.
    pub async fn confirm_all(&self, case: CaseId) {
        self.teller(case).confirms_all().await.expect("they are confirmed");
    }

    /// Somebody comes to the circle of a case, as family.
    pub async fn comes(&self, case: CaseId, account: AccountId, name: &str, role: CaseRole) -> MemberId {
        let id = MemberId(self.app.id());
        let (name, relation, account) = (line(name), line("family"), Some(account));
        let joined = circle::Event::MemberJoined { id, name, relation, role, account, organisation: None };
        self.say(case, self.people.coordinator, joined).await;
        id
    }

    /// Somebody of the circle speaks for the person about these matters, by a
    /// paper that a second one has seen.
    pub async fn speaks(&self, case: CaseId, member: MemberId, matters: &[Matter]) {
        let (footing, matters) = (Footing::Attorney, matters.to_vec());
        let named = circle::Event::MattersNamed { member, footing, matters };
        self.say(case, self.people.coordinator, named).await;
        let (about, evidence) = (prose("What the paper says"), Some(line("The stamped paper")));
        let proposed = circle::Event::SpeakerProposed { member, footing, about, evidence };
        self.say(case, self.people.coordinator, proposed).await;
        self.confirm_all(case).await;
    }

    /// Gives somebody a post without asking anybody.
    pub async fn give_post(&self, organisation: OrganisationId, account: AccountId, post: Post) {
        let event = organisation::Event::PostGiven { account, post };
        let given = self.app.record_organisation(Author::System, organisation, vec![event]);
        given.await.expect("the post is given");
    }

    /// Another area with an administrator of its own, who has set up their
    /// sign-in: the area and the administrator.
    pub async fn other_area(&self, name: &str, email: &str) -> (AreaId, AccountId) {
        self.app
            .add_administrator(&line(name), &line("Otto Kent"), &email.parse().expect("an address"))
            .await
            .expect("an area");
        let admin = self.app.account_of(email).await.expect("read").expect("an account");
        let set_up = vec![domain::account::Event::SetUp];
        self.app.put_in_account(Author::Account(admin), admin, set_up).await.expect("it is set up");
        let area = self.app.areas().await.expect("areas").into_iter().find(|(_, known)| known == name);
        (area.expect("it is there").0, admin)
    }

    /// Somebody as use cases know them, signed in with a second factor.
    pub async fn actor(&self, account: AccountId) -> domain::access::Actor {
        let read = self.app.actor_of(account, true).await;
        read.expect("the account can be read").expect("there is an account")
    }

    /// A case as it stands.
    pub async fn case(&self, id: CaseId) -> Arc<Case> {
        self.app.case_as_it_stands(id).await.expect("the case can be read")
    }

    /// Every line of every account of a case, the oldest of each first.
    pub async fn bank_lines(&self, id: CaseId) -> Vec<BankLine> {
        let mut all = vec![];
        for holding in &self.case(id).await.plan.holdings {
            all.extend(self.app.all_bank_lines(holding.id).await.expect("the lines can be read"));
        }
        all
    }

    /// Every event of a case, oldest first.
    pub async fn events(&self, id: CaseId) -> Vec<domain::Recorded<case::Event>> {
        let stream = Stream { kind: StreamKind::Case, id: id.0 };
        self.db.read(move |tx| record::load::<case::Event>(tx, stream)).await.expect("the events can be read")
    }

    /// Whoever tells what happens in a case, through the use cases, on a clock
    /// that stands still.
    #[must_use]
    pub fn teller(&self, case: CaseId) -> Teller<'_> {
        Teller { app: &self.app, place: self.place, case, today: self.today(), pause: 0 }
    }

    /// Alice's case, brought to a stage. Her husband speaks for her; Jo is
    /// her care co-ordinator and Priya the nurse closest to her; Sam helps to
    /// plan; Colin comes from the council. She agrees to sharing with all.
    pub async fn case_at(&self, stage: Stage) -> CaseId {
        let teller = self.teller(CaseId(self.app.id()));
        stages::alice(&teller, stage).await.unwrap_or_else(|no| panic!("Alice's case at {stage:?}: {no}"));
        teller.case
    }

    /// Alice's case with her whole plan written, and not sent yet.
    pub async fn case_written(&self) -> CaseId {
        let teller = self.teller(CaseId(self.app.id()));
        stages::alice_written(&teller).await.unwrap_or_else(|no| panic!("Alice's plan is written: {no}"));
        teller.case
    }

    /// Alice's case with her plan written and sent, and no answer yet.
    pub async fn case_sent(&self) -> CaseId {
        let teller = self.teller(CaseId(self.app.id()));
        stages::alice_sent(&teller).await.unwrap_or_else(|no| panic!("Alice's plan is sent: {no}"));
        teller.case
    }

    /// A case of somebody else in the same area, in which nobody of Alice's
    /// circle has a place: David's, with his wife Dee.
    pub async fn other_case(&self) -> CaseId {
        let teller = self.teller(CaseId(self.app.id()));
        stages::david(&teller).await.unwrap_or_else(|no| panic!("David's case: {no}"));
        teller.case
    }

    /// A request to be contacted that nobody has taken on: Tim's, by email only.
    pub async fn enquiry(&self) -> EnquiryId {
        let id = EnquiryId(self.app.id());
        let preference = ContactPreference {
            by: vec![ContactBy::Email],
            only: true,
            details: Some(line("tim@mail.example")),
            when: None,
        };
        let asked = Asked {
            area: self.place.area,
            sent_to: None,
            name: line("Tim Ashby"),
            about: None,
            preference,
            words: Some(prose("I have a list of questions.")),
        };
        let by = service::enquiry::Asker { browser: id.to_string(), source: id.to_string() };
        self.app.ask_for_contact(id, asked, by).await.expect("the request is taken in");
        id
    }
}

/// The secret of a code app, read from where a page says how to type it.
#[must_use]
pub fn secret_on(page: &crate::Page) -> Vec<u8> {
    let shown = page.select("code.phb-secret").into_iter().next().expect("the page shows a secret");
    secret_typed(&shown)
}

/// The same from its letters (base32).
#[must_use]
pub fn secret_typed(letters: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (vec![], 0_u32, 0);
    for letter in letters.bytes().filter(|b| *b != b' ' && *b != b'=') {
        let value = ALPHABET.iter().position(|a| *a == letter).expect("base32");
        held = (held << 5 | u32::try_from(value).expect("small")) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("a byte"));
        }
    }
    bytes
}
