//! What is written down of signing in, of refusals and of what is taken out, on
//! both databases.

use axum::body::Body;
use axum::http::Request;
use domain::security::{Kind, Outcome};
use domain::{AccountId, Date};
use service::happened::Happened;
use std::sync::{Arc, Mutex};
use store::security::{Written, logs_since, of_log};
use store::{StoreError, Tx};
use testkit::demo::people::PASSPHRASE;
use testkit::{Client, Stage, World, databases};
use tower::ServiceExt as _;
use web::Web;

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

fn all(tx: &mut Tx<'_>) -> Result<Vec<Written>, StoreError> {
    let mut found = vec![];
    for (log, _) in logs_since(tx, Date::constant(2000, 1, 1))? {
        found.extend(of_log(tx, log, 0, 100_000)?);
    }
    Ok(found)
}

/// All that is written down, with what was only counted so far.
async fn written(world: &World) -> Vec<Written> {
    world.app.write_counted(true).await;
    world.db.read(all).await.expect("they can be read")
}

/// What was written down of an account, and not before.
async fn of_kind(world: &World, kind: Kind) -> Vec<Written> {
    written(world).await.into_iter().filter(|one| one.event.kind == kind).collect()
}

fn whose(events: &[Written]) -> Vec<(Option<AccountId>, u64)> {
    events.iter().map(|one| (one.event.account, one.event.times)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_out_is_written_down_and_so_is_what_does_not_work() {
    for world in worlds().await {
        let husband = Some(world.people.husband);
        let client = world.nobody();
        for passphrase in ["wrong", "wrong again"] {
            let fields = [("email", "martin@mail.example"), ("passphrase", passphrase)];
            client.post("/sign-in", &fields).await.expect(422);
        }
        let fields = [("email", "nobody@mail.example"), ("passphrase", "not the one")];
        client.post("/sign-in", &fields).await.expect(422);
        let fields = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE)];
        client.post("/sign-in", &fields).await.leads_to("/home");
        client.post("/sign-out", &[]).await.leads_to("/signed-out");
        client.post("/recover", &[("email", "martin@mail.example")]).await.expect(200);
        client.get("/recovery/nonsense").await;
        let failed = of_kind(&world, Kind::SignInFailed).await;
        let mut sums = whose(&failed);
        sums.sort();
        assert_eq!(sums, [(None, 1), (husband, 2)], "one row of those alike");
        let came: Vec<Written> = of_kind(&world, Kind::SignedIn)
            .await
            .into_iter()
            .filter(|one| one.event.reached == "/sign-in")
            .collect();
        assert_eq!(whose(&came), [(husband, 1)]);
        assert_eq!(came[0].event.detail, "passphrase");
        assert_eq!(came[0].event.about, husband);
        assert!(!came[0].event.reference.is_empty());
        assert_eq!(whose(&of_kind(&world, Kind::SignedOut).await), [(husband, 1)]);
        assert_eq!(of_kind(&world, Kind::LinkFailed).await.len(), 1);
        let words: Vec<String> = written(&world).await.iter().map(|one| format!("{:?}", one.event)).collect();
        for secret in [PASSPHRASE, "wrong", "not the one", "mail.example", "nonsense"] {
            assert!(words.iter().all(|line| !line.contains(secret)), "{secret}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_are_waits_and_few_rows() {
    for world in worlds().await {
        let client = world.nobody();
        for _ in 0..30 {
            let fields = [("email", "martin@mail.example"), ("passphrase", "wrong")];
            client.post("/sign-in", &fields).await.expect(422);
        }
        let waits = of_kind(&world, Kind::ToldToWait).await;
        let failed = of_kind(&world, Kind::SignInFailed).await;
        assert_eq!((waits.len(), failed.len()), (1, 1));
        assert_eq!(waits[0].event.times + failed[0].event.times, 30);
        assert_eq!((waits[0].event.outcome, failed[0].event.outcome), (Outcome::Refused, Outcome::Failed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_who_wanted_what() {
    for world in worlds().await {
        let case = world.case_at(Stage::Review).await;
        let stranger = world.client(world.people.stranger).await;
        for _ in 0..40 {
            stranger.get(&format!("/cases/{case}/plan")).await.expect(404);
        }
        stranger.get("/no-such-page").await.expect(404);
        let hidden = of_kind(&world, Kind::Hidden).await;
        assert_eq!(whose(&hidden), [(Some(world.people.stranger), 40)]);
        assert_eq!(hidden[0].event.case, Some(case));
        assert_eq!(hidden[0].event.reached, "/cases/{id}/plan");
        // Who has no post and no place is read of where the case is.
        let administrator = world.client(world.people.admin).await;
        let page = format!("/admin/{}/security?kind=hidden", world.place.area);
        administrator.get(&page).await.expect(200).says("/cases/{id}/plan");
        let husband = world.client(world.people.husband).await;
        husband.post(&format!("/cases/{case}/offer"), &[]).await.expect(403);
        husband.post_bare(&format!("/cases/{case}/notes"), &[("csrf", "not ours")]).await.expect(403);
        for (kind, reached) in [(Kind::Refused, "/cases/{id}/offer"), (Kind::FormStale, "/cases/{id}/notes")]
        {
            let found = of_kind(&world, kind).await;
            assert_eq!(whose(&found), [(Some(world.people.husband), 1)], "{kind:?}");
            assert_eq!((found[0].event.reached.as_str(), found[0].event.case), (reached, Some(case)));
        }
    }
}

/// Stands in for the renderer, so that no typesetter is needed here.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape of a renderer")]
fn stub(paper: &domain::paper::Paper) -> Result<Vec<u8>, String> {
    Ok(paper.title.clone().into_bytes())
}

async fn with_papers(world: &World, account: AccountId) -> Client {
    let web = Web::new(world.app.clone().with_pdf_renderer(stub), Arc::default(), false);
    Client::new(web::router(web), Some(world.session(account).await))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_as_a_file_is_written_down_before_it_does() {
    for world in worlds().await {
        let case = world.case_at(Stage::Review).await;
        let husband = with_papers(&world, world.people.husband).await;
        husband.get(&format!("/cases/{case}/documents/plan.pdf")).await.expect(200);
        let taken = world.db.read(all).await.expect("they can be read");
        let taken: Vec<&Written> = taken.iter().filter(|one| one.event.kind == Kind::TakenOut).collect();
        assert_eq!(taken.len(), 1);
        let event = &taken[0].event;
        assert_eq!((event.account, event.case), (Some(world.people.husband), Some(case)));
        assert_eq!(event.detail, "paper");
        assert!(event.areas.contains(&world.place.area.to_string()), "{event:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_runs_out_is_written_down_once() {
    for world in worlds().await {
        world.client(world.people.husband).await;
        world.seconds_later(61 * 60);
        assert_eq!(world.app.end_what_ran_out().await.expect("done"), 1);
        assert_eq!(world.app.end_what_ran_out().await.expect("done"), 0);
        assert_eq!(whose(&of_kind(&world, Kind::SessionRanOut).await), [(Some(world.people.husband), 1)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_and_the_auditor_read_what_concerns_their_area() {
    for world in worlds().await {
        let (area, people) = (world.place.area, &world.people);
        // The husband has a place in a case of the area.
        world.case_at(Stage::Review).await;
        let page = format!("/admin/{area}/security");
        let wrong = [("email", "martin@mail.example"), ("passphrase", "wrong")];
        world.nobody().post("/sign-in", &wrong).await.expect(422);
        let administrator = world.client(people.admin).await;
        let shown = administrator.get(&page).await.expect(200);
        shown.clone().says("A sign-in did not work").never_says("Martin Hale");
        let shown = administrator.get(&format!("{page}?kind=log-read")).await.expect(200);
        shown.says("Read the security events");
        administrator.get(&format!("{page}?on-day=99&on-month=1&on-year=2026")).await.expect(422);
        let one = administrator.get(&format!("{page}?account={}", people.husband)).await.expect(200);
        one.says("A sign-in did not work").says("Only what one account did");
        administrator.get(&format!("{page}?day=2020-01-01")).await.expect(200).says("Nothing of this kind");
        let auditor = world.client(people.auditor).await;
        auditor.get(&page).await.expect(200).says("A sign-in did not work");
        for other in [people.husband, people.coordinator, people.framework_owner] {
            world.client(other).await.get(&page).await.expect(404);
        }
        let (_, elsewhere) = world.other_area("Other Vale", "other@nhs.example").await;
        let theirs = world.actor(elsewhere).await.posts[0].area;
        let elsewhere = world.client(elsewhere).await;
        elsewhere.get(&page).await.expect(404);
        let shown = elsewhere.get(&format!("/admin/{theirs}/security?kind=sign-in-failed")).await.expect(200);
        shown.says("Nothing of this kind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_events_goes_on_to_the_first_of_the_day() {
    for world in worlds().await {
        let page = format!("/admin/{}/security?kind=taken-out", world.place.area);
        let app = &world.app;
        for _ in 0..120 {
            let what = Happened::new(Kind::TakenOut).by(world.people.coordinator).saying("paper");
            app.note_now(what).await.expect("it is written");
        }
        let administrator = world.client(world.people.admin).await;
        let (mut next, mut seen) = (Some(page), 0);
        while let Some(address) = next {
            let shown = administrator.get(&address).await.expect(200);
            seen += shown.select("tbody tr").len();
            next = shown.attributes("a[rel=next]", "href").into_iter().next();
        }
        assert_eq!(seen, 120);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_what_happened_with_their_own_sign_in() {
    for world in worlds().await {
        let client = world.nobody();
        for _ in 0..3 {
            let wrong = [("email", "martin@mail.example"), ("passphrase", "wrong")];
            client.post("/sign-in", &wrong).await.expect(422);
        }
        let right = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE)];
        client.post("/sign-in", &right).await.leads_to("/home");
        world.app.write_counted(true).await;
        let page = client.get("/account/happened").await.expect(200);
        page.clone().says("You signed in").says("Somebody tried to sign in as you, and it did not work");
        page.clone().says("3 times, last at").says("change your passphrase").never_says("network");
        client
            .get("/account")
            .await
            .expect(200)
            .says("What happened with your sign-in")
            .says("You signed in");
        let other = world.client(world.people.stranger).await;
        other.get("/account/happened").await.expect(200).never_says("Somebody tried");
        world.nobody().get("/account/happened").await.leads_to("/sign-in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_sign_in_ends_where_there_are_too_many_and_its_owner_is_told() {
    for (_, url) in databases::both() {
        let world = World::with(&url, |settings| settings.sign_ins = 3).await;
        let right = [("email", "martin@mail.example"), ("passphrase", PASSPHRASE)];
        let mut clients = vec![];
        for _ in 0..4 {
            let client = world.nobody();
            client.post("/sign-in", &right).await.leads_to("/home");
            clients.push(client);
            world.seconds_later(1);
        }
        clients[0].get("/account").await.leads_to("/sign-in");
        for client in &clients[1..] {
            client.get("/account").await.expect(200);
        }
        let ended = of_kind(&world, Kind::SessionEnded).await;
        assert_eq!(whose(&ended), [(Some(world.people.husband), 1)]);
        clients[3].get("/account/happened").await.says("Your oldest sign-in was ended");
        let letters = world.letters_to("martin@mail.example").await;
        assert!(letters.iter().any(|letter| letter.body.contains("in very many places at once")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_events_go_by_whole_days_and_it_stays_known_that_they_were_there() {
    for (_, url) in databases::both() {
        let world = World::with(&url, |settings| settings.security_days = 200).await;
        let came = Happened::new(Kind::SignedIn).by(world.people.husband);
        world.app.note_now(came.clone()).await.expect("it is written");
        world.days_later(150);
        world.app.note_now(came.clone()).await.expect("it is written");
        store::seal::seal(&world.db, world.app.clock.now()).await.expect("sealed");
        world.days_later(51);
        world.app.work_once(None).await.expect("the work of the day is done");
        let left = written(&world).await;
        let of = |kind| left.iter().filter(|one| one.event.kind == kind).collect::<Vec<_>>();
        assert_eq!(of(Kind::SignedIn).len(), 1, "the younger one stays");
        let removed = of(Kind::LogRemoved);
        assert_eq!(removed.len(), 1);
        let first_day = domain::dates::days_after(world.today(), -201).to_string();
        assert_eq!((removed[0].event.detail.as_str(), removed[0].event.times > 1), (&*first_day, true));
        let report = store::verify::verify(&world.db, |_, _| ()).await.expect("it runs");
        assert!(report.is_sound(), "{:?}", report.faults);
    }
}

/// What the log says, as it is written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody broke it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_who_and_from_where_as_ids() {
    let lines = Lines::default();
    let into = lines.clone();
    let log = tracing_subscriber::fmt().json().with_current_span(true).with_writer(move || into.clone());
    let log = tracing::subscriber::set_default(log.finish());
    // Where there is one log alone, whether a line is wanted is asked of whichever
    // test comes by first, and remembered: those beside this one have no log.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let world = World::with(&databases::sqlite_url(), |settings| settings.behind_proxy = true).await;
    world.app.read_networks_key().await.expect("there is a key");
    let token = world.session(world.people.husband).await;
    let router = web::router(Web::new(world.app.clone(), Arc::default(), false));
    let written = || String::from_utf8(lines.0.lock().expect("nobody broke it").clone()).expect("text");
    let answered = || written().lines().find(|line| line.contains("\"answered\"")).map(str::to_owned);
    for _ in 0..20 {
        tracing::callsite::rebuild_interest_cache();
        let request = Request::get("/account")
            .header("cookie", format!("{}={token}", web::cookies::SESSION_COOKIE))
            .header("x-forwarded-for", "192.0.2.9");
        let request = request.body(Body::empty()).expect("a request");
        assert_eq!(router.clone().oneshot(request).await.expect("an answer").status(), 200);
        if answered().is_some() {
            break;
        }
    }
    drop(log);
    let (text, line) = (written(), answered().expect("it was answered"));
    let network = world.app.network_named("192.0.2.9").expect("a name");
    assert!(line.contains(&format!("\"who\":\"{}\"", world.people.husband)), "{line}");
    assert!(line.contains(&format!("\"from\":\"{network}\"")), "{line}");
    assert_eq!(world.app.network_named("192.0.2.200"), Some(network), "one street, one name");
    assert!(!text.contains("192.0.2.9") && !text.contains("Martin") && !text.contains(&token), "{text}");
}
