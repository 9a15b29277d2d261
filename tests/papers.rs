//! The papers of a whole case, set by the real renderer and read back by another
//! program.

mod common;

use common::alice::{self, prose};
use domain::case::Voice;
use domain::case::plan::{ActionWords, LineWords, OutcomeWords, RiskWords};
use domain::{Date, Pence};
use service::papers::{Kind, is_in};
use service::plan::Change;
use service::{App, Error};
use std::path::{Path, PathBuf};
use std::process::Command;
use store::Db;

async fn app() -> (Db, App) {
    let db = common::filled(&testkit::databases::sqlite_url()).await;
    let renderer = documents::Renderer::new();
    let render = move |paper: &domain::paper::Paper| renderer.render(paper).map_err(|why| why.to_string());
    let app = common::app(&db).with_pdf_renderer(render);
    (db, app)
}

async fn husband(app: &App) -> domain::access::Actor {
    let actor = app.actor_of(alice::HUSBAND, false).await;
    actor.expect("read").expect("he has an account")
}

/// Written where a person can look at it afterwards.
async fn print(app: &App, kind: Kind, on: Option<Date>) -> PathBuf {
    let pdf = app.paper(&husband(app).await, alice::CASE, kind, on).await.expect("a paper");
    let day = on.map_or("now".to_owned(), |d| d.to_string());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{day}.pdf", kind.into_str()));
    std::fs::write(&path, pdf).expect("written");
    path
}

fn tool(name: &str, path: &Path, rest: &[&str]) -> String {
    let output = Command::new(name).arg(path).args(rest).output();
    let output = output.unwrap_or_else(|e| panic!("{name} runs (Debian: poppler-utils): {e}"));
    String::from_utf8_lossy(&output.stdout).replace('\u{200b}', "")
}

fn words(path: &Path) -> String {
    tool("pdftotext", path, &["-"]).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words:?} is not in: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_paper_says_what_it_should_and_can_be_read_aloud() {
    let (_db, app) = app().await;
    let expected: [(Kind, &str, &[&str]); 4] = [
        (
            Kind::Plan,
            "Alice Fenwick’s care and support plan",
            &[
                "As it stood on 2 November 2026. Agreed on 1 July 2026",
                "NM-2026-0042",
                "with the garden I planted",
                "Blinks once",
                "I sit in the garden four times a week",
                "A carer frightened me in August",
                "Some of this plan is newer than what was agreed",
                "Everyone who is alone with me has been shown suction by Anne",
                "Find two personal assistants who like gardens",
                "£26,090.00",
                "28 September 2026",
            ],
        ),
        (
            Kind::Budget,
            "How Alice Fenwick’s budget was worked out",
            &[
                "Worked out on 10 June 2026",
                "£25,320.00",
                "£26,520.00",
                "Breathing and staying well",
                "I need help with this day and night",
                "£380.00 a year",
                "Does this count the nights?",
                "It is not set in stone",
            ],
        ),
        (
            Kind::Decision,
            "Our decision about your plan",
            &[
                "Dear Alice Fenwick,",
                "We agree to your plan",
                "The plan meets Alice's needs in the way she chose",
                "If you think this is not right",
                "Anne Okafor, specialist nurse",
            ],
        ),
        (
            Kind::Agreement,
            "Agreement about Alice Fenwick’s personal health budget",
            &[
                "From 6 July 2026",
                "If you employ people",
                "Where you hold the money (a direct payment)",
                "ending in 4321",
                "£1,240.00",
                "13 July 2026",
                "Robert Fenwick, husband",
                "On paper, at home",
            ],
        ),
    ];
    for (kind, title, all) in expected {
        let path = print(&app, kind, None).await;
        let text = words(&path);
        says(&text, all);
        let info = tool("pdfinfo", &path, &[]);
        assert!(info.contains("Tagged:") && info.contains("yes"), "{info}");
        assert!(info.lines().any(|l| l.starts_with("Title:") && l.contains(title)), "{title}: {info}");
        let tags = tool("pdfinfo", &path, &["-struct"]);
        assert!(tags.contains("H1") && tags.contains("Document"), "{tags}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_true_as_of_its_day() {
    let (_db, app) = app().await;
    let draft = words(&print(&app, Kind::Plan, Some(Date::constant(2026, 6, 20))).await);
    says(&draft, &["Not agreed yet", "being read", "A new face every week", "As it stood on 20 June 2026"]);
    assert!(!draft.contains("frightened"), "{draft}");
    let agreed = words(&print(&app, Kind::Plan, Some(Date::constant(2026, 9, 14))).await);
    says(&agreed, &["Agreed on 1 July 2026", "A new face every week"]);
    assert!(!agreed.contains("newer than what was agreed"), "{agreed}");
    let unsigned = app.stood(&husband(&app).await, alice::CASE, Some(Date::constant(2026, 7, 1))).await;
    assert!(!is_in(Kind::Agreement, &unsigned.expect("it stood").case));
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_cannot_be_are_refused_in_words() {
    let (_db, app) = app().await;
    let husband = husband(&app).await;
    for (day, why) in [
        (Date::constant(2026, 11, 3), "not in the future"),
        (Date::constant(2026, 5, 31), "Enter 1 June 2026 or a later day"),
    ] {
        match app.stood(&husband, alice::CASE, Some(day)).await {
            Err(Error::Refused(refusal)) => assert!(refusal.to_string().contains(why), "{refusal}"),
            other => panic!("{day}: {other:?}"),
        }
    }
    let early = Some(Date::constant(2026, 6, 15));
    let none = app.paper(&husband, alice::CASE, Kind::Decision, early).await;
    assert!(matches!(none, Err(Error::Hidden)), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_changed_at_once_stands_in_the_plan_twice() {
    let (_db, app) = app().await;
    let husband = husband(&app).await;
    let case = app.stood(&husband, alice::CASE, None).await.expect("it stands").case;
    let plan = &case.plan;
    let (line, outcome) = (plan.lines[0].clone(), plan.outcomes[0].clone());
    let (action, risk) = (plan.actions[0].clone(), plan.risks[0].clone());
    for (n, who) in [(1, "from Robert"), (2, "from Anne")] {
        let (line, outcome, action, risk) = (line.clone(), outcome.clone(), action.clone(), risk.clone());
        let voice = Voice::Person;
        let words = OutcomeWords { words: prose(&format!("Outcome {who}")), ..outcome.words };
        let outcome = Change::ChangeOutcome { id: outcome.id, words, aim: None, voice, seen: outcome.seq };
        let words = ActionWords { who: alice::line(&format!("Action {who}")), ..action.words };
        let seen = action.seq;
        let action = Change::ChangeAction { id: action.id, words, otherwise: None, voice, seen };
        let words = RiskWords { what_we_do: prose(&format!("Risk {who}")), ..risk.words };
        let risk = Change::ChangeRisk { id: risk.id, words, voice, seen: risk.seq };
        let what = alice::line(&format!("Line {who}"));
        let words = LineWords { what, amount: Pence(n * 100), ..line.words };
        let line = Change::ChangeLine { id: line.id, words, own: Pence::ZERO, voice, seen: line.seq };
        for change in [outcome, action, risk, line] {
            app.change_plan(&husband, alice::CASE, change).await.expect("changed");
        }
    }
    let text = words(&print(&app, Kind::Plan, None).await);
    for thing in ["Outcome", "Action", "Risk", "Line"] {
        says(&text, &[&format!("{thing} from Anne"), &format!("{thing} from Robert")]);
    }
    says(&text, &["Another version of “Outcome from Anne”", "Both stand until they are brought together"]);
    says(&text, &["Cost £1.00", "Written down by Robert"]);
}

/// Five ordinary years: what somebody who asks for everything gets, how large it
/// is, and that its paper can be read aloud.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_everything_after_five_years() {
    use formats::everything::archive::unpack;
    use formats::everything::{DATA, PAGE, PAPER};
    use testkit::life::{Life, live};
    let url = testkit::databases::sqlite_url();
    let renderer = documents::Renderer::new();
    let render = move |paper: &domain::paper::Paper| renderer.render(paper).map_err(|why| why.to_string());
    let world = testkit::World::that(&url, |_| {}, |app| app.with_pdf_renderer(render)).await;
    let case = world.case_at(testkit::Stage::Review).await;
    // A year: 20 payments a month, a note a fortnight, a receipt a month.
    let year = Life { lines: 240, notes: 26, receipts: 12, writings: 8, looks: 600 };
    live(&world, case, year.times(5)).await;
    let begun = std::time::Instant::now();
    let copy = world.app.archive_of(case, service::everything::Whole::Without).await.expect("an archive");
    let inside = unpack(&copy.bytes).expect("it is read");
    let size = |name: &str| inside.get(name).map_or(0, <[u8]>::len);
    eprintln!(
        "five years: {} events, {} bytes in all; data {}, page {}, paper {}; made in {:?}",
        copy.version,
        copy.bytes.len(),
        size(DATA),
        size(PAGE),
        size(PAPER),
        begun.elapsed()
    );
    assert!(copy.bytes.len() < 10_000_000, "{} bytes", copy.bytes.len());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("everything.pdf");
    std::fs::write(&path, inside.get(PAPER).expect("a paper")).expect("written");
    std::fs::write(path.with_extension("html"), inside.get(PAGE).expect("a page")).expect("written");
    says(
        &words(&path),
        &["Everything we hold about Alice Hale", "Who looked", "Note 129", "PAYMENT 1199 IN A SHOP"],
    );
    assert!(tool("pdfinfo", &path, &[]).contains("Tagged:          yes"));
}
