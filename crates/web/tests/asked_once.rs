//! What a form asks of the database. The policy is asked at the door and in the
//! transaction that acts, and the case is opened no more often than that.

use domain::access::Action;
use domain::case::notes::ReadBy;
use testkit::{Client, Stage, World, databases};
use uuid::Uuid;

type Fields = Vec<(&'static str, String)>;

/// How many questions a form asks. It is sent twice, with what is new in it
/// each time, so that what is kept in memory and the look are there already.
async fn questions(
    world: &World,
    client: &Client,
    (path, answer): (&str, u16),
    fields: impl Fn() -> Fields,
) -> u64 {
    let mut last = 0;
    for _ in 0..2 {
        let all = fields();
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let before = world.db.asked().0;
        let page = client.post(path, &all).await;
        last = world.db.asked().0 - before;
        assert_eq!(page.status.as_u16(), answer, "{path}: {}", page.main());
    }
    last
}

fn key() -> (&'static str, String) {
    ("key", Uuid::new_v4().to_string())
}

fn said(name: &'static str, words: &str) -> (&'static str, String) {
    (name, words.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_opens_its_case_once_before_it_acts() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (planning, living) = (world.case_at(Stage::Plan).await, world.case_at(Stage::Review).await);
        let p = world.people;
        let mut wrong = vec![];
        let fresh = || said("text", &format!("In her own words, {}", Uuid::new_v4()));
        let person = || said("voice", "person");
        let once = |field| said(field, &Uuid::new_v4().to_string());
        // The most that each asks: who is calling, the case and its area at the
        // door, and what it takes to act. A form that is not sent off (422) asks no
        // more than its page shows. Of whoever has a post their organisation is asked
        // too, at the door and where it is written.
        let forms: [(_, _, _, &dyn Fn() -> Fields, u16, u64); 9] = [
            (p.husband, planning, "plan/write/important-to-me", &|| vec![fresh(), person()], 303, 10),
            (p.husband, planning, "plan/write/important-to-me", &|| vec![person()], 422, 6),
            (p.husband, living, "notes", &|| vec![fresh(), said("read-by", "everyone")], 303, 10),
            (p.husband, living, "notes", &Vec::new, 422, 7),
            (p.husband, living, "questions", &|| vec![key(), person(), said("questions", "How?")], 303, 11),
            (
                p.coordinator,
                living,
                "people/person/contact",
                &|| vec![said("by", "letter"), once("details")],
                303,
                12,
            ),
            (p.coordinator, living, "communication", &|| vec![once("how")], 303, 12),
            (p.finance1, living, "payments/one", &Vec::new, 422, 7),
            (p.coordinator, living, "begin-team", &Vec::new, 422, 7),
        ];
        for (by, case, form, fields, answer, most) in forms {
            let client = world.client(by).await;
            let asked = questions(&world, &client, (&format!("/cases/{case}/{form}"), answer), fields).await;
            // PostgreSQL is asked for its turn too, where something is written.
            let turn = u64::from(name == "postgres" && most > 9);
            println!("{name}: {form} asks {asked}");
            if asked > most + turn {
                wrong.push(format!("{form}: {asked}"));
            }
        }
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

/// How many looks are on the record: by whom, at what, in which quarter of an hour.
async fn looks(world: &World) -> u64 {
    let rows = world.db.read(store::stats::row_counts).await.map_err(|e: store::StoreError| e);
    let rows = rows.expect("counted");
    rows.iter().find(|(table, _)| *table == "looks").map_or(0, |(_, rows)| *rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_door_allowed_is_shown_once_looked_at_and_not_once_it_is_old() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let (husband, action) = (world.actor(world.people.husband).await, Action::WriteNote);
        let allowed = world.app.authorise(&husband, case, action).await.expect("he may");
        assert!(allowed.is_for(case, action) && !allowed.is_for(case, Action::SeeNotes), "{name}");
        let before = looks(&world).await;
        let seen = world.app.see_allowed(allowed.clone(), "notes").await.expect("read").expect("the newest");
        assert_eq!(
            (seen.case.version, looks(&world).await),
            (world.case(case).await.version, before + 1),
            "{name}"
        );

        let note = testkit::world::prose("Something happened meanwhile");
        world.app.write_note(&husband, case, note, ReadBy::Everyone).await.expect("written");
        let old = world.app.see_allowed(allowed, "notes").await.expect("read");
        assert!(old.is_none(), "{name}: it has to be asked again");

        // A form that is shown again is a look, as its page is.
        let client = world.client(world.people.nurse).await;
        let before = looks(&world).await;
        client
            .post(&format!("/cases/{case}/notes"), &[])
            .await
            .expect(422)
            .says("Something happened meanwhile");
        assert_eq!(looks(&world).await, before + 1, "{name}");
    }
}
