//! What a page costs does not grow with a life: it asks the database as many
//! questions and reads as many rows in a case with ten times as much in it.

use domain::CaseId;
use testkit::life::{Life, live};
use testkit::{Client, Stage, World, databases};

/// Enough of everything that each page is full.
const SHORT: Life = Life { lines: 260, notes: 70, receipts: 110, writings: 130, looks: 230 };
const TIMES: u32 = 10;

/// Pages of a case that grow with it, as they are addressed.
const PAGES: [&str; 21] = [
    "",
    "/money",
    "/money/entries",
    "/money/match",
    "/money/receipts",
    "/money/statement",
    "/payments",
    "/agreement",
    "/history",
    "/history?part=payments",
    "/history?part=offer",
    "/looks",
    "/notes",
    "/documents",
    "/plan",
    "/plan/whole",
    "/people",
    "/reviews",
    "/needs",
    "/budget",
    "/questions",
];

/// What a page asked of the database: questions and rows. It is opened twice,
/// so that what is kept in memory and the look are there already.
async fn asked(world: &World, client: &Client, path: &str) -> (u64, u64) {
    let first = client.get(path).await;
    let before = world.app.db.asked();
    let page = client.get(path).await;
    // Not every page is for every reader.
    assert!([200, 403, 404].contains(&page.status.as_u16()), "{path}: {}", page.status);
    assert_eq!(first.status, page.status, "{path}");
    let after = world.app.db.asked();
    (after.0 - before.0, after.1 - before.1)
}

async fn a_life(world: &World, life: Life) -> CaseId {
    let case = world.case_at(Stage::Review).await;
    live(world, case, life).await;
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reads_no_more_of_a_long_life() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (short, long) = (a_life(&world, SHORT).await, a_life(&world, SHORT.times(TIMES)).await);
        let mut grown = vec![];
        for reader in [world.people.husband, world.people.coordinator, world.people.finance1] {
            let client = world.client(reader).await;
            for page in PAGES {
                let one = asked(&world, &client, &format!("/cases/{short}{page}")).await;
                let ten = asked(&world, &client, &format!("/cases/{long}{page}")).await;
                // Within a page of the ledger more or fewer lines are the same
                // ones; a search of the history looks through a thousand events.
                let most = if page.contains("part=") { one.1 + 1_000 } else { one.1 + 60 };
                if ten.0 > one.0 + 10 || ten.1 > most {
                    grown.push(format!("{page}: {one:?} became {ten:?}"));
                }
            }
        }
        assert!(grown.is_empty(), "{name}: {}", grown.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_more_sentence_reads_no_more_of_a_long_life() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let mut costs = vec![];
        for life in [SHORT, SHORT.times(TIMES)] {
            let case = a_life(&world, life).await;
            let client = world.client(world.people.husband).await;
            client.get(&format!("/cases/{case}/notes")).await.expect(200);
            let before = world.app.db.asked();
            let note = [("text", "One more"), ("read-by", "everyone")];
            client.post(&format!("/cases/{case}/notes"), &note).await.expect(303);
            let after = world.app.db.asked();
            costs.push((after.0 - before.0, after.1 - before.1));
        }
        assert!(costs[1].0 <= costs[0].0 + 2 && costs[1].1 <= costs[0].1 + 5, "{name}: {costs:?}");
    }
}

/// Every list leads on to what is older and back to the newest, and nothing is
/// left out or shown twice on the way.
#[tokio::test(flavor = "multi_thread")]
async fn older_links_lead_through_everything_once() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = a_life(&world, SHORT).await;
        let state = world.case(case).await;
        let own = state.arrangement.statements.values().next().expect("an account").holding;
        let client = world.client(world.people.husband).await;
        for (page, mark, expected) in [
            (format!("/cases/{case}/money/accounts/{own}"), "IN A SHOP", SHORT.lines),
            (format!("/cases/{case}/notes"), "Note ", SHORT.notes),
            (format!("/cases/{case}/money/receipts"), "Receipt ", SHORT.receipts),
        ] {
            let (mut seen, mut at, mut pages) = (std::collections::BTreeSet::new(), page.clone(), 0);
            let mut count = 0;
            loop {
                let shown = client.get(&at).await.expect(200);
                let cells = shown.select("td, .phb-note");
                let marked: Vec<String> = cells.into_iter().filter(|text| text.contains(mark)).collect();
                count += marked.len();
                seen.extend(marked);
                pages += 1;
                match shown.attributes("a[rel=next]", "href").first() {
                    Some(next) => at.clone_from(next),
                    None => break,
                }
            }
            assert!(pages > 2, "{name}: {page} is more than one page");
            assert_eq!((count, seen.len()), (expected as usize, expected as usize), "{name}: {page}");
        }
        let files = client.get(&format!("/cases/{case}/documents")).await.expect(200);
        assert_eq!(files.select("a[download]").len(), 50, "{name}");
        let looks = client.get(&format!("/cases/{case}/looks")).await.expect(200);
        assert_eq!(looks.select(".phb-timeline__moment").len(), 100, "{name}");
        // Nonsense in the address is the newest page.
        for odd in ["x", "2026-13-01.1.x", "9999-12-31.18446744073709551616.x", "-1", "%00"] {
            for page in ["money/entries", "notes", "documents", "looks", &format!("money/accounts/{own}")] {
                let status = client.get(&format!("/cases/{case}/{page}?before={odd}")).await.status;
                assert_eq!(status, 200, "{name} {page} {odd}");
            }
        }
    }
}

/// What waits is kept beside the lines, and is what the record says.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_what_nobody_has_said_yet() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = a_life(&world, SHORT).await;
        let differences = async || {
            let engine = world.app.db.engine();
            let found = world
                .app
                .db
                .read::<_, store::StoreError>(move |tx| store::open_lines::differences(tx, engine));
            found.await.expect("compared")
        };
        assert_eq!(differences().await, [], "{name}");
        let client = world.client(world.people.husband).await;
        client.get(&format!("/cases/{case}/money")).await.says("25 payments wait");
        let matched = *world.case(case).await.arrangement.matched.keys().next().expect("one");
        let undo = format!("/cases/{case}/money/payments/{matched}/undo");
        client.post(&undo, &[("why", "It was something else")]).await.expect(303);
        client.get(&format!("/cases/{case}/money")).await.says("26 payments wait");
        assert_eq!(differences().await, [], "{name}");
        // Whatever the table says, it is made again from the record.
        let line = world.bank_lines(case).await[0].id;
        let spoil = world.app.db.write::<_, store::StoreError>(move |tx| {
            store::open_lines::settle(tx, case, matched)?;
            store::open_lines::reopen(tx, case, line)
        });
        spoil.await.expect("spoilt");
        assert_eq!(differences().await, [case], "{name}");
        let rebuilt = world.app.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(rebuilt.differences.len(), 1, "{name}");
        assert_eq!(differences().await, [], "{name}");
        let report = store::verify::verify(&world.app.db, |_, _| ()).await.expect("verified");
        assert!(report.is_sound(), "{name}: {:?}", report.faults);
    }
}
