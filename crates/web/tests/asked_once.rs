//! What a form asks of the database. The policy is asked at the door and in the
//! transaction that acts, and the case is opened no more often than that.

use testkit::{Client, Stage, World, databases};
use uuid::Uuid;

type Fields = Vec<(&'static str, String)>;

/// How many questions a form asks. It is sent twice, with what is new in it
/// each time, so that what is kept in memory and the look are there already.
async fn questions(world: &World, client: &Client, path: &str, fields: impl Fn() -> Fields) -> u64 {
    let mut last = 0;
    for _ in 0..2 {
        let all = fields();
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let before = world.db.asked().0;
        let page = client.post(path, &all).await;
        last = world.db.asked().0 - before;
        assert!([303, 422].contains(&page.status.as_u16()), "{path}: {} {}", page.status, page.main());
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
        // door, and what it takes to act. A form that is not sent off asks no more
        // than its page shows.
        let forms: [(_, _, _, &dyn Fn() -> Fields, u64); 9] = [
            (p.husband, planning, "plan/write/important-to-me", &|| vec![fresh(), person()], 10),
            (p.husband, planning, "plan/write/important-to-me", &|| vec![person()], 6),
            (p.husband, living, "notes", &|| vec![fresh(), said("read-by", "everyone")], 10),
            (p.husband, living, "notes", &Vec::new, 7),
            (p.husband, living, "questions", &|| vec![key(), person(), said("questions", "How?")], 11),
            (
                p.coordinator,
                living,
                "people/person/contact",
                &|| vec![said("by", "letter"), once("details")],
                10,
            ),
            (p.coordinator, living, "communication", &|| vec![once("how")], 10),
            (p.finance1, living, "payments/one", &Vec::new, 6),
            (p.coordinator, living, "begin-team", &Vec::new, 6),
        ];
        for (by, case, form, fields, most) in forms {
            let client = world.client(by).await;
            let asked = questions(&world, &client, &format!("/cases/{case}/{form}"), fields).await;
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
