//! The table of routes holds: for every route and every kind of caller. And
//! what every answer carries against other sites.

use domain::access::{Action, Post, Queue, Verdict};
use domain::case::circle::Matter;
use domain::case::plan::Mode;
use domain::case::rights::{self, Answer, Ask};
use domain::case::{CaseRole, Voice};
use domain::{AccountId, CaseId, EnquiryId, RequestId};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use strum::VariantArray;
use testkit::life::{Life, live};
use testkit::world::prose;
use testkit::{Client, Page, Stage, World, databases};
use uuid::Uuid;
use web::cookies::SESSION_COOKIE;
use web::routes::{Declared, Door};
use web::site;

/// A path with its parts filled in: the case and area that are meant, what there
/// is in the case, and ids that are nobody's for the rest.
fn fill(world: &World, path: &str, case: CaseId, there: &[(&'static str, String)]) -> String {
    let mut path = path.to_owned();
    for (pattern, id) in there {
        let (folder, _) = pattern.split_once('{').expect("a folder and a part");
        path = path.replace(pattern, &format!("{folder}{id}"));
    }
    let mut parts: Vec<String> = vec![];
    for (at, part) in path.split('/').enumerate() {
        parts.push(match part {
            "{area}" => world.place.area.to_string(),
            "{token}" => "0".repeat(64),
            "{name}" => "main.css".into(),
            "{waits}" => "due".into(),
            "{id}" if at == 2 && path.starts_with("/cases/") => case.to_string(),
            other if other.starts_with('{') => NOBODYS.into(),
            other => other.into(),
        });
    }
    parts.join("/")
}

/// An id that is nobody's.
const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

/// A world in which a paper is made, if not set.
async fn world() -> World {
    let empty = |_: &domain::paper::Paper| Ok(vec![]);
    World::that(&databases::sqlite_url(), |_| {}, |app| app.with_pdf_renderer(empty)).await
}

/// A case in which there is one of each thing that has an address of its own, so
/// that a door that is left open does not look closed for want of what is behind it.
async fn lived_in(world: &World) -> CaseId {
    let (case, husband) = (world.case_at(Stage::Review).await, world.people.husband);
    let few = Life { lines: 2, notes: 1, receipts: 1, writings: 0, looks: 0 };
    live(world, case, few).await;
    let client = world.client(husband).await;
    let id = || world.app.id().to_string();
    let asked = [("key", &*id()), ("questions", "Who comes at night?"), ("voice", "person")];
    client.post(&format!("/cases/{case}/questions"), &asked).await.expect(303);
    let copy = [("key", &*id()), ("voice", "person")];
    client.post(&format!("/cases/{case}/everything"), &copy).await.expect(303);
    let (path, asks) = (format!("/cases/{case}/rights/ask/erase"), id());
    let erase = [("key", &*asks), ("voice", "person"), ("what", "The address"), ("why", "It is old")];
    client.post(&path, &erase).await.expect(303);
    let review = id();
    client.post(&format!("/cases/{case}/reviews/ask"), &[("key", &review)]).await.expect(303);
    let on = domain::dates::days_after(world.today(), 7);
    let [day, month, year] =
        [i32::from(on.day()), i32::from(on.month()), i32::from(on.year())].map(|part| part.to_string());
    let booked = [
        ("review", &*review),
        ("on-day", &day),
        ("on-month", &month),
        ("on-year", &year),
        ("where", "At home"),
    ];
    let coordinator = world.client(world.people.coordinator).await;
    coordinator.post(&format!("/cases/{case}/reviews/book"), &booked).await.expect(303);
    case
}

/// What there is in a case, each by the end of the paths that lead to it.
async fn things_in(world: &World, case: CaseId) -> Vec<(&'static str, String)> {
    let state = world.case(case).await;
    let lines = world.bank_lines(case).await;
    let first = |ids: &mut dyn Iterator<Item = Uuid>| ids.next().map(|id| id.to_string());
    let (plan, money) = (&state.plan, &state.arrangement);
    let own = plan.open_holdings().find(|holding| holding.words.mode == Mode::DirectPayment);
    let member = state.circle.voice_of(world.people.broker).map(|voice| match voice {
        Voice::Person => "person".to_owned(),
        Voice::Member(member) => member.to_string(),
    });
    let framework = testkit::demo::area::framework(world.place.area);
    let question = framework.method().and_then(|method| method.questions.first()).map(|q| q.key.clone());
    let receipt = first(&mut money.receipts.iter().map(|receipt| receipt.file.0));
    let found = [
        ("consent/{about}", Some("direct-payment".to_owned())),
        ("documents/{paper}", Some("plan.pdf".to_owned())),
        ("write/{section}", Some("who-i-am".to_owned())),
        ("files/{file}", receipt),
        ("accounts/{holding}", own.map(|holding| holding.id.to_string())),
        ("holding/{item}", own.map(|holding| holding.id.to_string())),
        ("left/{holding}", own.map(|holding| holding.id.to_string())),
        ("statements/{statement}", first(&mut lines.iter().map(|line| line.statement.0))),
        ("payments/{line}", first(&mut lines.iter().map(|line| line.id.0))),
        ("payments/{payment}", first(&mut money.instalments.iter().map(|i| i.planned.id.0))),
        ("questions/{key}", question.clone()),
        ("settle/{key}", question),
        ("withdraw/{need}", first(&mut state.assessment.current_needs().map(|need| need.id.0))),
        ("sharing/{with}", member.clone()),
        ("people/{who}", member),
        ("actions/{item}", first(&mut plan.current_actions().map(|one| one.id.0))),
        ("money/{item}", first(&mut plan.current_lines().map(|one| one.id.0))),
        ("outcomes/{item}", first(&mut plan.current_outcomes().map(|one| one.id.0))),
        ("risks/{item}", first(&mut plan.current_risks().map(|one| one.id.0))),
        ("questions/{question}", first(&mut state.offer.questions.iter().map(|one| one.id.0))),
        ("reviews/{review}", first(&mut state.review.all.iter().map(|one| one.id.0))),
        ("everything/{request}", first(&mut state.rights.requests.iter().map(|one| one.id.0))),
        ("ask/{right}", Some("put-right".to_owned())),
        ("rights/{request}", first(&mut state.rights.asks.iter().map(|one| one.id.0))),
        ("sent/{submission}", first(&mut state.signoff.submissions.iter().map(|one| one.id.0))),
    ];
    found.into_iter().filter_map(|(path, id)| Some((path, id?))).collect()
}

async fn call(client: &Client, route: &Declared, path: &str) -> Page {
    if route.method == "GET" { client.get(path).await } else { client.post(path, &[]).await }
}

/// What is asked more narrowly behind its door: an organisation that holds money may
/// ask for a review, and may not read what is said in it; how somebody is reached is
/// theirs to say; and who decides about care does not decide about money.
const ASKED_MORE_NARROWLY: [&str; 3] =
    ["/cases/{id}/consent/{about}", "/cases/{id}/people/{who}/contact", "/cases/{id}/reviews/{review}/say"];

fn everyone(world: &World) -> Vec<(AccountId, &'static str)> {
    world.people.all().into_iter().map(|(account, name, ..)| (account, name)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_signing_in() {
    let world = world().await;
    let case = lived_in(&world).await;
    let there = things_in(&world, case).await;
    let nobody = world.nobody();
    for route in site::declared() {
        let path = fill(&world, route.path, case, &there);
        let page = call(&nobody, &route, &path).await;
        let status = page.status.as_u16();
        let label = format!("{} {} {:?} gave {status}", route.method, route.path, route.door);
        match route.door {
            Door::Anyone => assert!(status != 401 && status < 500 || status == 503, "{label}"),
            Door::Demo => assert_eq!(status, 404, "{label}"),
            _ if route.method == "GET" => {
                assert!(page.location().is_some_and(|to| to.starts_with("/sign-in")), "{label}");
            }
            _ => assert_eq!(status, 401, "{label}"),
        }
        assert!(!page.html.contains("Alice") || route.door == Door::Anyone, "{label} names her");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_a_case_declares_what_it_does() {
    for route in site::declared() {
        let of_case = route.path.starts_with("/cases/{");
        assert_eq!(
            of_case,
            matches!(route.door, Door::Case(_)),
            "{} {} {:?}",
            route.method,
            route.path,
            route.door
        );
        let of_admin = route.path.starts_with("/admin");
        assert!(!of_admin || matches!(route.door, Door::Area(_)), "{} {:?}", route.path, route.door);
        let of_demo = route.path.starts_with("/demo");
        assert_eq!(of_demo, route.door == Door::Demo, "{} {:?}", route.path, route.door);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_opens_to_those_whom_the_policy_lets_in() {
    let world = world().await;
    let (mut wrong, mut closed) = (vec![], BTreeSet::new());
    let mut all: Vec<_> = everyone(&world).into_iter().map(|(account, name)| (account, name, None)).collect();
    // And family with a footing about one thing, whatever their place is called.
    for place in [CaseRole::Representative, CaseRole::FamilyCarer] {
        let speaks = |matter: &Matter| (world.people.stranger, matter.words(), Some((place, *matter)));
        all.extend(Matter::VARIANTS.iter().map(speaks));
    }
    for (account, name, speaks) in all {
        // A case of their own to knock at: what they may do changes it.
        let case = lived_in(&world).await;
        if let Some((place, matter)) = speaks {
            let member = world.comes(case, account, "Norman Stray", place).await;
            world.speaks(case, member, &[matter]).await;
        }
        let client = world.client(account).await;
        let actor = world.actor(account).await;
        for route in site::declared() {
            let Door::Case(action) = route.door else { continue };
            let state = world.case(case).await;
            let path = fill(&world, route.path, case, &things_in(&world, case).await);
            let page = call(&client, &route, &path).await;
            let status = page.status.as_u16();
            let expected = actor.verdict(action, &state);
            let label = format!(
                "{name}: {} {} is {expected:?}, gave {status}: {}",
                route.method,
                route.path,
                page.main()
            );
            let held = match expected {
                Verdict::Hidden => {
                    status == 404 && !page.main().contains("Alice") && !page.main().contains("Martin")
                }
                Verdict::Refused => status == 403,
                Verdict::Allowed if status == 403 && ASKED_MORE_NARROWLY.contains(&route.path) => {
                    closed.insert(route.path);
                    true
                }
                Verdict::Allowed => status != 401 && status != 403 && status < 500,
            };
            if !held {
                wrong.push(label);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(closed, BTreeSet::from(ASKED_MORE_NARROWLY), "these, and no others");
}

/// The doors are knocked at with ids of things that are there: where one is
/// nobody's, a door that stands open would look closed.
#[tokio::test(flavor = "multi_thread")]
async fn behind_every_door_of_a_case_there_is_something() {
    let world = world().await;
    let case = lived_in(&world).await;
    let there = things_in(&world, case).await;
    let husband = world.client(world.people.husband).await;
    for route in site::declared().iter().filter(|route| matches!(route.door, Door::Case(_))) {
        let path = fill(&world, route.path, case, &there);
        assert!(!path.contains(NOBODYS), "{} leads to nothing", route.path);
        let is_his = route.method == "GET"
            && world.actor(world.people.husband).await.may(
                match route.door {
                    Door::Case(action) => action,
                    _ => unreachable!("of a case"),
                },
                &*world.case(case).await,
            );
        if is_his {
            assert_ne!(husband.get(&path).await.status, 404, "{path} is there");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_there_looks_like_one_that_is_hidden() {
    let world = world().await;
    let hidden = lived_in(&world).await;
    let there = things_in(&world, hidden).await;
    let missing = CaseId(world.app.id());
    let stranger = world.client(world.people.stranger).await;
    for route in site::declared().iter().filter(|r| matches!(r.door, Door::Case(_))) {
        let one = call(&stranger, route, &fill(&world, route.path, hidden, &there)).await;
        let two = call(&stranger, route, &fill(&world, route.path, missing, &there)).await;
        assert_eq!((one.status, one.main()), (two.status, two.main()), "{}", route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tab_that_is_shown_opens() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Review).await;
    let mut shown = std::collections::BTreeMap::new();
    for (account, name) in everyone(&world) {
        let client = world.client(account).await;
        let home = client.get(&format!("/cases/{case}")).await;
        let tabs = home.attributes("header a", "href");
        let tabs: Vec<_> = tabs.into_iter().filter(|to| to.starts_with("/cases/")).collect();
        for tab in &tabs {
            let status = client.get(tab).await.status;
            assert_eq!(status, 200, "{name} is shown {tab}");
        }
        shown.insert(name, tabs.len());
    }
    assert!(shown["Martin Hale"] > shown["Farid Khan"] && shown["Farid Khan"] > 0, "{shown:?}");
    let finance = world.client(world.people.finance1).await;
    for closed in ["offer", "questions", "plan", "needs", "people", "history"] {
        finance.get(&format!("/cases/{case}/{closed}")).await.expect(403).never_says("blink");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_open_their_own_doors_only() {
    let world = World::new(&databases::sqlite_url()).await;
    let things = ThingsThere::of(&world).await;
    let (mut wrong, mut opened, mut wanted) = (vec![], 0, BTreeSet::new());
    // Everyone looks before anybody changes what there is.
    for (method, (account, name)) in
        ["GET", "POST"].into_iter().flat_map(|m| everyone(&world).into_iter().map(move |one| (m, one)))
    {
        let client = world.client(account).await;
        for route in site::declared().into_iter().filter(|route| route.method == method) {
            let Door::Area(actions) = route.door else { continue };
            for (path, actions) in things.paths(route.path, actions) {
                let actor = world.actor(account).await;
                let holds = if path.starts_with("/enquiries/") {
                    world.app.enquiry(&actor, things.enquiry).await.is_ok()
                } else {
                    actor.may_somewhere(actions)
                };
                let status = call(&client, &route, &path).await.status.as_u16();
                opened += usize::from(holds);
                let wants_more = holds
                    && [403, 404].contains(&status)
                    && method == "POST"
                    && WANTS_MORE.contains(&route.path);
                if wants_more {
                    wanted.insert(route.path);
                }
                let is_no = [403, 404].contains(&status) && !wants_more;
                let opens = status < 500 && status != 401 && !is_no;
                // To everybody else it is as if there were no such page.
                if !if holds { opens } else { status == 404 } {
                    wrong.push(format!(
                        "{name}: {method} {path} gave {status}, and they hold its key: {holds}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(opened > 100, "{opened} doors opened");
    assert_eq!(wanted, BTreeSet::from(WANTS_MORE), "these, and no others, want more than their key");
}

/// Forms that answer "not found", or no, to those who may send them too, once
/// another has answered what waits.
const WANTS_MORE: [&str; 6] = [
    "/admin/{area}/people/proposals/{proposal}/again",
    "/admin/{area}/people/proposals/{proposal}/confirm",
    "/admin/{area}/people/proposals/{proposal}/take-back",
    "/admin/{area}/people/proposals/{proposal}/turn-down",
    "/admin/{area}/people/{id}/invite-again",
    "/admin/{area}/people/{id}/second-step/stop",
];

/// What there is in an area, so that "not found" says that the door is closed and
/// not that nothing stands behind it.
struct ThingsThere {
    area: String,
    enquiry: EnquiryId,
    proposal: String,
    organisation: String,
    /// Somebody with a post, who knocks at no door of an area themselves.
    somebody: AccountId,
    /// A case that is held, and the hold.
    held: (CaseId, String),
    /// Records that wait for a second person to destroy them.
    disposal: String,
}

impl ThingsThere {
    async fn of(world: &World) -> Self {
        let (area, proposal) = (world.place.area.to_string(), world.app.id().to_string());
        let organisation = world.organisations.nhs.to_string();
        let invite = format!("/admin/{area}/people/invite");
        let fields = [
            ("key", &*proposal),
            ("name", "Noor Ali"),
            ("email", "noor@mendipvale.example"),
            ("organisation", &*organisation),
            ("post", "finance"),
        ];
        world.client(world.people.admin).await.post(&invite, &fields).await.expect(303);
        let somebody = world.colleague("Ola Berg", "ola@mendipvale.example", Post::Practitioner).await;
        let case = world.case_at(Stage::Contact).await;
        let hold = world.app.id().to_string();
        let number = world.case(case).await.offer.opened.as_ref().expect("it is opened").reference.clone();
        let fields = [("key", &*hold), ("reference", &*number), ("why", "A claim")];
        let path = format!("/admin/{area}/keeping/hold");
        world.client(world.people.admin).await.post(&path, &fields).await.expect(303);
        let held = (case, hold);
        let (enquiry, disposal) = (world.enquiry().await, disposal(world, &area).await);
        Self { area, enquiry, proposal, organisation, somebody, held, disposal }
    }

    /// The addresses of a route, each with what opens it.
    fn paths<'a>(&self, path: &str, actions: &'a [Action]) -> Vec<(String, &'a [Action])> {
        let id = match path.split('/').nth(if path.starts_with("/admin/") { 3 } else { 1 }) {
            Some("organisations") => self.organisation.clone(),
            Some("people") => self.somebody.to_string(),
            Some("disposals") => self.disposal.clone(),
            _ => self.enquiry.to_string(),
        };
        let path = path
            .replace("{area}", &self.area)
            .replace("{proposal}", &self.proposal)
            .replace("{organisation}", &self.organisation)
            .replace("{post}", Post::Practitioner.into_str())
            .replace("{waits}", "due")
            .replace("{case}", &self.held.0.to_string())
            .replace("{hold}", &self.held.1)
            .replace("{id}", &id);
        if !path.contains("{queue}") {
            return vec![(path, actions)];
        }
        assert_eq!(actions, Queue::SEEN_BY, "{path}");
        let each = Queue::VARIANTS.iter().zip(actions.chunks(1));
        each.map(|(queue, one)| (path.replace("{queue}", queue.into_str()), one)).collect()
    }
}

/// A case all of which is to be erased, as was granted, and that this is proposed.
async fn disposal(world: &World, area: &str) -> String {
    let (case, asked) = (world.case_at(Stage::Contact).await, RequestId(world.app.id()));
    let ask = Ask::Erase { what: prose("All of it"), why: prose("It is mine") };
    let due = world.today();
    let words = prose("So it is");
    for event in [
        rights::Event::Asked { id: asked, voice: Voice::Person, ask, due },
        rights::Event::Answered { id: asked, answer: Answer::Yes, words },
        rights::Event::AllToBeErased { id: asked },
    ] {
        world.say(case, world.people.coordinator, event).await;
    }
    let (key, record) = (world.app.id().to_string(), format!("case:{case}"));
    let fields = [("key", &*key), ("records", &*record)];
    let path = format!("/admin/{area}/keeping/destroy");
    world.client(world.people.admin).await.post(&path, &fields).await.expect(303);
    key
}

/// `UPDATE_ROUTES=1` writes the table anew.
#[test]
fn the_checked_in_table_of_routes_is_the_one_that_is_served() {
    let mut all = site::declared();
    all.sort_by_key(|r| (r.path, r.method.to_string()));
    let mut text = String::from(
        "# Every route and who may call it\n\nMade from the code; a test keeps it true, and knocks at each door as every kind of caller. What “on the case” and “in the area” need is in [the policy](policy-matrix.md). How often is for each account where somebody is signed in, and else for each source.\n\n| Method | Path | Who | How often |\n|---|---|---|---|\n",
    );
    for route in all {
        let who = match route.door {
            Door::Anyone => "anyone".into(),
            Door::SignedIn => "anyone signed in".into(),
            Door::HalfSignedIn => "anyone signed in, with or without their code".into(),
            Door::Demo => "anyone, in the demonstration only".into(),
            Door::Case(action) => format!("on the case: {}", action.words()),
            Door::Area(actions) => {
                let words: Vec<&str> = actions.iter().map(|action| action.words()).collect();
                format!("in the area: {}", words.join("; "))
            }
        };
        let often = route.rate.map(|rate| rate.words()).unwrap_or_default();
        let again = if route.proved { ", who shows again that it is them" } else { "" };
        let _ = writeln!(text, "| {} | `{}` | {who}{again} | {often} |", route.method, route.path);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/routes.md");
    if std::env::var_os("UPDATE_ROUTES").is_some() {
        std::fs::write(path, &text).expect("the table can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "the routes have changed: UPDATE_ROUTES=1 cargo test -p phb-web doors, and read the difference"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_its_protection() {
    let world = World::new(&databases::sqlite_url()).await;
    let client = world.client(world.people.husband).await;
    for path in ["/account", "/sign-in", "/nowhere", "/assets/nothing.css"] {
        let page = client.get(path).await;
        let header =
            |name: &str| page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("x-request-id").len(), 12, "{path}");
        assert!(path.starts_with("/assets") || header("cache-control") == "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_for_this_site_and_no_script() {
    let world = World::new(&databases::sqlite_url()).await;
    let client = world.nobody();
    let fields = [("email", "martin@mail.example"), ("passphrase", testkit::demo::people::PASSPHRASE)];
    let page = client.post("/sign-in", &fields).await.leads_to("/home");
    let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in cookies {
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie} lacks {part}");
        }
    }
    let mut secure = world.web.clone();
    secure.secure = true;
    let client = Client::over_https(web::router(secure.clone()), None);
    let page = client.post("/sign-in", &fields).await.leads_to("/home");
    let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-phb-"), "{cookie}");
        assert!(cookie.contains("; Secure;") && cookie.contains("; Path=/;"), "{cookie}");
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
    }
    // A cookie with the bare name, which a neighbour could have set, opens nothing.
    let token = client.cookie(SESSION_COOKIE).expect("a session");
    Client::over_https(web::router(secure.clone()), Some(token.clone())).get("/account").await.expect(200);
    Client::new(web::router(secure), Some(token)).get("/account").await.leads_to("/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_https_every_answer_says_to_stay_there() {
    let world = World::new(&databases::sqlite_url()).await;
    let mut secure = world.web.clone();
    secure.secure = true;
    let client = Client::over_https(web::router(secure), None);
    for path in ["/", "/sign-in", "/account", "/nowhere", "/assets/nothing.css", "/health", "/metrics"] {
        let page = client.get(path).await;
        let says = page.headers.get("strict-transport-security").and_then(|v| v.to_str().ok());
        assert_eq!(says, Some("max-age=63072000; includeSubDomains"), "{path}");
        let plain = world.nobody().get(path).await;
        assert_eq!(plain.headers.get("strict-transport-security"), None, "{path}");
    }
    let page = client.post_bare("/sign-in", &[]).await.expect(403);
    assert!(page.headers.contains_key("strict-transport-security"), "a refused form says it too");
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_forms_change_nothing() {
    let world = World::new(&databases::sqlite_url()).await;
    let client = world.client(world.people.husband).await;
    // Without the token, with a wrong one, with somebody else's.
    let other = world.client(world.people.dee).await.csrf();
    client.post_bare("/account/sessions/end-others", &[]).await.expect(403).says("Send again");
    for token in ["", "0", other.as_str()] {
        client.post_bare("/sign-out", &[("csrf", token)]).await.expect(403);
    }
    client.get("/account").await.expect(200);
    // With the right one, but sent by a page of another site.
    let mut elsewhere = client.clone();
    elsewhere.headers.push(("sec-fetch-site".into(), "cross-site".into()));
    elsewhere.post("/sign-out", &[]).await.expect(403).says("another site");
    client.get("/account").await.expect(200);
    // Browsers that do not say the first say the second, and it must be ours.
    for (origin, ours) in [
        ("https://evil.example", false),
        ("http://localhost.evil.example", false),
        ("http://localhost:8081", false),
        ("null", false),
        ("", false),
        ("http://localhost", true),
        ("http://localhost:8080", true),
    ] {
        let mut elsewhere = client.clone();
        elsewhere.headers.push(("origin".into(), origin.into()));
        let page = elsewhere.post("/account/sessions/end-others", &[]).await;
        assert_eq!(page.status.as_u16(), if ours { 303 } else { 403 }, "{origin:?}: {}", page.text());
    }
    // A sign-in cannot be forged either.
    let fields = [("email", "martin@mail.example"), ("passphrase", testkit::demo::people::PASSPHRASE)];
    world.nobody().post_bare("/sign-in", &fields).await.expect(403);
    let too_much = "x".repeat(3 * 1024 * 1024);
    client.post("/account/passphrase", &[("passphrase", &too_much)]).await.expect(413);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_for_all_and_figures_for_whoever_has_the_token() {
    let world = World::new(&databases::sqlite_url()).await;
    let nobody = world.nobody();
    let page = nobody.get("/health").await.expect(200);
    assert_eq!(page.html, r#"{"status":"ready"}"#, "and nothing of the program");
    nobody.get("/metrics").await.expect(404);
    let token = "a token that has 32 characters at least";
    let with_token = World::with(&databases::sqlite_url(), |s| s.metrics_token = Some(token.into())).await;
    with_token.nobody().get("/metrics").await.expect(404);
    for (brought, status) in [(token, 200), ("", 404), (&token[1..], 404), ("Basic x", 404)] {
        let mut reader = with_token.nobody();
        reader.headers.push(("authorization".into(), format!("Bearer {brought}")));
        reader.get("/metrics").await.expect(status);
    }
    let open = World::with(&databases::sqlite_url(), |settings| settings.open_metrics = true).await;
    open.nobody().get("/health").await.expect(200);
    let page = open.nobody().get("/metrics").await.expect(200);
    for line in ["phb_rows{table=\"events\"}", "phb_letters_waiting 0", "phb_answers_total{class=\"2xx\"}"] {
        assert!(page.html.contains(line), "{line} is not in {}", page.html);
    }
    open.db.clone().close().await;
    open.nobody().get("/health").await.expect(503);
}

/// Whoever asks and whatever comes of it: a page of the demonstration says
/// that it is one, and no page of a real service does.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_demonstration_says_so() {
    for demo in [true, false] {
        let world = World::with(&databases::sqlite_url(), |settings| settings.demo = demo).await;
        let case = lived_in(&world).await;
        let there = things_in(&world, case).await;
        let mut clients =
            vec![("nobody", world.nobody()), ("an old session", world.browser(Some("x".repeat(64))))];
        for (account, name) in everyone(&world) {
            clients.push((name, world.client(account).await));
        }
        let mut pages = 0;
        for (name, client) in &clients {
            for route in site::declared().iter().filter(|route| !route.path.contains("sign-out")) {
                let page = call(client, route, &fill(&world, route.path, case, &there)).await;
                pages +=
                    u32::from(is_marked(&page, demo, &format!("{} {} for {name}", route.method, route.path)));
            }
            let long = client.post("/contact", &[("name", &"x".repeat(3_000_000))]).await;
            for (what, page) in [
                ("no such page", client.get("/nowhere").await),
                ("too long", long.expect(413)),
                ("a form of elsewhere", client.post_bare("/sign-in", &[("email", "a@b")]).await),
            ] {
                assert!(is_marked(&page, demo, &format!("{what} for {name}")), "{what} for {name} is a page");
            }
        }
        assert!(pages > 1_000, "{pages} pages");
    }
}

/// Whether this is a page at all; it must say what it is of.
fn is_marked(page: &Page, demo: bool, label: &str) -> bool {
    let is_page = page.html.contains("<body");
    let strips = page.select(".phb-demo");
    let right = if demo { strips.len() == 1 && strips[0].contains("made up") } else { strips.is_empty() };
    assert!(!is_page || right, "{label} ({}): {strips:?}", page.status);
    is_page
}
