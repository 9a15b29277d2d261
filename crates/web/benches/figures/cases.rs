//! Databases with few and with many cases: pages, rebuilding, verifying,
//! starting and memory.

use crate::pages::{self, Rows};
use crate::table::{Table, median, time};
use crate::whole;
use domain::case::{self, notes};
use domain::{AccountId, CaseId};
use std::time::Instant;
use testkit::world::{line, prose};
use testkit::{Stage, World};
use uuid::Uuid;

const ROUNDS: usize = 5;

/// A database that grows from a tenth of the cases to all of them.
pub async fn few_and_many(table: &mut Table) {
    let (few, many) = (whole::cases() / 10, whole::cases());
    let url = testkit::databases::sqlite_url();
    let world = World::new(&url).await;
    let alice = Alice::new(&world, url.clone()).await;
    add_cases(&world, 0, few).await;
    let before = [alice.home().await, alice.history().await];
    compare(table, "home page", &before[0]);
    compare(table, "history page of 500 events", &before[1]);
    add_cases(&world, few, 2 * few).await;
    whole_database(table, &world).await;
    add_cases(&world, 2 * few, many).await;
    let after = [alice.home().await, alice.history().await];
    for (i, what) in ["home page", "history page"].iter().enumerate() {
        // Both against their own limit, so that the machine's swings cancel.
        let cost = before[i].ratio() / after[i].ratio();
        let figure = format!("{:.0} → {:.0} a second", before[i].ours, after[i].ours);
        let what = format!("{what}, {few} → {many} cases");
        table.add(&what, figure, format!("{cost:.2} times the cost"), "at most 1.1");
    }
    world.db.clone().close().await;
    whole::start_and_memory(table, &url, &alice.cookies, &alice.paths()).await;
}

struct Alice {
    url: String,
    case: CaseId,
    cookies: String,
    token: [u8; 32],
    ids: (Uuid, Uuid, Uuid),
    ours: String,
}

struct Compared {
    ours: f64,
    bare: f64,
}

impl Compared {
    fn ratio(&self) -> f64 {
        self.ours / self.bare
    }
}

fn compare(table: &mut Table, what: &str, compared: &Compared) {
    let figure = format!("{:.0} a second, bare {:.0}", compared.ours, compared.bare);
    table.add(&format!("{what}, 64 connections"), figure, format!("{:.2} of bare", compared.ratio()), "0.35");
}

impl Alice {
    async fn new(world: &World, url: String) -> Self {
        let case = world.case_at(Stage::Review).await;
        let have = usize::try_from(world.case(case).await.version).expect("few");
        let husband = world.people.husband;
        let notes: Vec<case::Event> = (have..500)
            .map(|n| {
                let text = prose(&format!("Note {n}: the morning went well, and we sat in the garden."));
                notes::Event::Written { text, read_by: notes::ReadBy::Everyone }.into()
            })
            .collect();
        world.record(case, husband, notes).await;
        let session = world.app.start_session(husband, "bench", true, None).await.expect("a session");
        let ours = pages::serve(web::router(world.web.clone())).await;
        Self {
            url,
            case,
            cookies: format!("phb-session={session}; phb-visit={}", "a".repeat(64)),
            token: service::token::token_hash(&session),
            ids: (husband.0, case.0, world.place.area.0),
            ours,
        }
    }

    fn paths(&self) -> [String; 2] {
        [format!("/cases/{}", self.case), format!("/cases/{}/history", self.case)]
    }

    async fn home(&self) -> Compared {
        self.compared(&self.paths()[0], Rows::Home).await
    }

    async fn history(&self) -> Compared {
        self.compared(&self.paths()[1], Rows::History).await
    }

    async fn compared(&self, path: &str, rows: Rows) -> Compared {
        let mut http = testkit::http::Http::connect(&self.ours, &self.cookies).await.expect("connected");
        let page = http.get(path).await.expect("a page");
        assert_eq!(page.status, 200, "{path}");
        let bare = pages::serve(pages::bare(&self.url, self.token, self.ids, rows, page.body.len())).await;
        let (mut a, mut b) = (vec![], vec![]);
        for _ in 0..ROUNDS {
            a.push(pages::rate(&self.ours, &self.cookies, path).await);
            b.push(pages::rate(&bare, &self.cookies, "/").await);
        }
        Compared { ours: median(a), bare: median(b) }
    }
}

/// Cases like those at the beginning: opened, named, with two people in it.
async fn add_cases(world: &World, from: u32, to: u32) {
    let area = world.place.area;
    let coordinator = world.people.coordinator;
    let numbers: Vec<u32> = (from..to).collect();
    for some in numbers.chunks(200) {
        let added = some.iter().map(|n| {
            let id = CaseId(Uuid::from_u128(0xbe9c_0000_0000 + u128::from(*n)));
            world.app.put_in_case(coordinator, id, opening(area, *n, coordinator).into())
        });
        futures_util::future::try_join_all(added).await.expect("cases");
    }
}

fn opening(area: domain::AreaId, n: u32, coordinator: AccountId) -> Vec<case::Event> {
    use domain::case::circle::{CaseRole, Event as Circle};
    use domain::case::offer::Event as Offer;
    let member = |k: u128, name: &str, role, account| Circle::MemberJoined {
        id: domain::MemberId(Uuid::from_u128(0x3e3b_0000_0000 + u128::from(n) * 10 + k)),
        name: line(name),
        relation: line("someone close"),
        role,
        account: Some(account),
        organisation: None,
    };
    // A co-ordinator has many cases, and every family its own.
    let family = AccountId(Uuid::from_u128(0xfa0_0000_0000 + u128::from(n)));
    let worker =
        if n < 200 { coordinator } else { AccountId(Uuid::from_u128(0xc00_0000 + u128::from(n / 50))) };
    vec![
        Offer::CaseOpened { area, reference: format!("BN-{n:06}"), enquiry: None, contact_by: None }.into(),
        Circle::PersonNamed { name: line(&format!("Person {n}")), known_as: None, born: None }.into(),
        member(1, "Somebody Close", CaseRole::FamilyCarer, family).into(),
        member(2, "Jo Field", CaseRole::CareCoordinator, worker).into(),
    ]
}

async fn whole_database(table: &mut Table, world: &World) {
    let start = Instant::now();
    let report = store::verify::verify(&world.db, |_, _| {}).await.expect("verified");
    assert!(report.is_sound(), "{:?}", report.faults);
    let figure = time(start.elapsed().as_secs_f64());
    let result = format!("{} events in {} streams", report.events, report.streams);
    table.add("verify", figure, result, "a few seconds");
    let start = Instant::now();
    let rebuilt = world.app.rebuild(|_| {}).await.expect("rebuilt");
    assert_eq!(rebuilt.differences, [], "rebuilt is not live");
    let figure = time(start.elapsed().as_secs_f64());
    table.add(
        "rebuild",
        figure,
        format!("{} rows of {} streams", rebuilt.rows, rebuilt.streams),
        "a few seconds",
    );
}
