//! The documents page: papers on a day, files, and what it hides.

use domain::{AccountId, FileId};
use std::sync::Arc;
use testkit::client::Client;
use testkit::stages::Stage;
use testkit::world::World;
use web::Web;

/// Stands in for the renderer, so that no typesetter is needed here.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape of a renderer")]
fn stub(paper: &domain::paper::Paper) -> Result<Vec<u8>, String> {
    Ok(format!("%PDF-stub {} | {} | {} blocks", paper.title, paper.as_of, paper.blocks.len()).into_bytes())
}

async fn client(world: &World, account: AccountId) -> Client {
    let app = world.app.clone().with_pdf_renderer(stub);
    let web = Web::new(app, Arc::default(), false);
    let token = world.app.start_session(account, "A test", true, None).await.expect("a session");
    Client::new(web::router(web), Some(token))
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_open_as_they_stand_and_as_they_stood() {
    for (_, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        world.days_later(3);
        let husband = client(&world, world.people.husband).await;
        let page = husband.get(&format!("/cases/{case}/documents")).await.expect(200);
        let page =
            page.says("The plan").says("The decision").says("The agreement").says("The budget, explained");
        let links = page.attributes("a[href$='.pdf']", "href");
        assert_eq!(links.len(), 4, "{links:?}");
        for link in links {
            let paper = husband.get(&link).await.expect(200);
            assert!(paper.bytes.starts_with(b"%PDF"), "{link}");
            assert_eq!(paper.headers["content-type"], "application/pdf");
            assert_eq!(paper.headers["cache-control"], "no-store");
        }
        let plan = format!("/cases/{case}/documents/plan.pdf?on=2026-03-02");
        let then = husband.get(&plan).await.expect(200);
        assert!(then.html.contains("As it stood on 2 March 2026"), "{}", then.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_early_case_has_few_papers_and_says_so() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = world.case_at(Stage::Contact).await;
    let husband = client(&world, world.people.husband).await;
    husband.get(&format!("/cases/{case}/documents")).await.expect(200).says("There are no papers yet");
    for name in ["plan.pdf", "decision.pdf", "agreement.pdf", "budget.pdf"] {
        husband.get(&format!("/cases/{case}/documents/{name}")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_days_are_said_beside_the_boxes() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = world.case_at(Stage::Plan).await;
    let husband = client(&world, world.people.husband).await;
    let at = format!("/cases/{case}/documents");
    for (query, why) in [
        ("on-day=31&on-month=2&on-year=2026", "must be a real date"),
        ("on-day=1&on-month=&on-year=2026", "must have a day, a month and a year"),
        ("on-day=one&on-month=%F0%9F%8E%82&on-year=2026", "must be numbers"),
        ("on-day=1&on-month=1&on-year=2199", "not in the future"),
        ("on-day=1&on-month=1&on-year=1990", "Nothing was on the record yet"),
    ] {
        let page = husband.get(&format!("{at}?{query}")).await.expect(422).says(why);
        assert!(page.html.contains("nhsuk-error-summary"), "{query}");
    }
    husband.get(&format!("{at}?on-day=&on-month=&on-year=")).await.expect(200);
    for on in ["2026-02-31", "yesterday", "%00", "1e9"] {
        husband.get(&format!("{at}/plan.pdf?on={on}")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_case_can_be_opened() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let (case, other) = (world.case_at(Stage::Review).await, world.other_case().await);
    let id = FileId(world.app.id());
    let file = store::files::NewFile {
        id,
        case,
        name: "Quittung für “Ü”.png".into(),
        media_type: "image/png".into(),
        added: world.app.clock.now(),
        by: Some(world.people.husband),
        bytes: b"\x89PNG a receipt".to_vec(),
    };
    let put = world.db.write::<_, store::StoreError>(move |tx| store::files::put(tx, &file).map(drop));
    put.await.expect("the file is kept");
    let (husband, dee) = (client(&world, world.people.husband).await, client(&world, world.people.dee).await);
    husband.get(&format!("/cases/{case}/documents")).await.says("Quittung").says("1 KB");
    let sent = husband.get(&format!("/cases/{case}/documents/files/{id}")).await.expect(200);
    assert_eq!(sent.bytes, b"\x89PNG a receipt");
    assert!(sent.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
    for path in ["", "/plan.pdf", "/budget.pdf", &format!("/files/{id}")] {
        dee.get(&format!("/cases/{case}/documents{path}")).await.expect(404).never_says("Alice");
    }
    dee.get(&format!("/cases/{other}/documents/files/{id}")).await.expect(404).never_says("Quittung");
    husband.get(&format!("/cases/{case}/documents/letter.pdf")).await.expect(404);
    husband.get(&format!("/cases/{case}/documents/plan.txt")).await.expect(404);
}
