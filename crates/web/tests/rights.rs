//! What somebody asks about the record besides a copy: to put something right, to
//! restrict, to stop, to erase. Asked, answered within the law's time, looked at
//! again by somebody else, and kept with their own words beside it.

use domain::CaseId;
use domain::case::CaseRole;
use domain::case::rights::Answer;
use testkit::{Client, Page, Stage, World, databases};
use web::Web;

const WRONG: &str = "It says that she cannot read";
const RIGHT: &str = "She reads large print";
const OWN: &str = "She has always read, and still does";

async fn alices(url: &str) -> (World, CaseId) {
    let world = World::new(url).await;
    let case = world.case_at(Stage::Review).await;
    (world, case)
}

type Fields<'a> = Vec<(&'a str, &'a str)>;

/// What is asked, for each of the rights.
fn each() -> [(&'static str, Fields<'static>); 4] {
    let why = ("why", "It is nobody’s business");
    [
        ("put-right", vec![("about", "needs"), ("wrong", WRONG), ("instead", RIGHT)]),
        ("restrict", vec![why, ("until-day", ""), ("until-month", ""), ("until-year", "")]),
        ("object", vec![("what", "Counting her in figures"), why]),
        ("erase", vec![("what", "The old address"), why]),
    ]
}

/// Asks as somebody would who sees the page; gives the answer, and the page that
/// it leads to.
async fn ask(client: &Client, case: CaseId, right: &str, fields: &[(&str, &str)]) -> (Page, String) {
    let path = format!("/cases/{case}/rights/ask/{right}");
    let page = client.get(&path).await.expect(200);
    let key = page.value("key").expect("a key");
    let mut all = vec![("key", &*key), ("voice", "person")];
    all.extend(fields);
    let sent = client.post(&path, &all).await;
    (sent, format!("/cases/{case}/rights/{key}"))
}

async fn answer(client: &Client, page: &str, said: Answer) -> Page {
    let said: &str = said.into();
    client
        .post(&format!("{page}/answer"), &[("answer", said), ("words", "Because we looked at it together")])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_asked_answered_and_told_and_most_do_not_know_of_it() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let here = format!("/cases/{case}/rights");
        let people = husband.get(&format!("/cases/{case}/people")).await.expect(200);
        assert!(people.attributes("main a", "href").contains(&here), "{name}: the way there");
        let page = husband.get(&here).await.expect(200).says("Nothing was asked yet");
        assert!(page.attributes("main a", "href").contains(&format!("/cases/{case}/everything")), "{name}");
        for (right, fields) in each() {
            let (sent, page) = ask(&husband, case, right, &fields).await;
            sent.leads_to(&format!("{page}?done=asked"));
            husband.get(&page).await.expect(200).says("Answer by 2 April 2026").never_says("Answer it");
            // Whoever has no part in it learns nothing; whoever has no say asks nothing.
            for (who, status) in [(p.finance1, 403), (p.dee, 404), (p.third_party, 403), (p.broker, 403)] {
                let client = world.client(who).await;
                assert_eq!(client.get(&page).await.status, status, "{name}: {right}");
                let (asked, answer) = (format!("{here}/ask/{right}"), format!("{page}/answer"));
                for path in [&asked, &answer, &format!("{page}/withdraw")] {
                    assert_eq!(client.post(path, &[]).await.status, status, "{name}: {path}");
                }
            }
            assert_eq!(husband.post(&format!("{page}/answer"), &[]).await.status, 403, "{name}");
            coordinator.get("/home").await.expect(200).says("Answer the request to");
            let wrong = [("answer", "perhaps"), ("words", "These words are kept")];
            let again = coordinator.post(&format!("{page}/answer"), &wrong).await.expect(422);
            again.says("Choose yes, partly or no").says("These words are kept");
            answer(&coordinator, &page, Answer::No).await.leads_to(&format!("{page}?done=answered"));
            let told = husband.get(&page).await.expect(200).says("Because we looked at it together");
            told.says("Information Commissioner")
                .says("0303 123 1113")
                .says("Ask somebody else to look again");
            answer(&coordinator, &page, Answer::No).await.expect(303);
            let other = answer(&coordinator, &page, Answer::Yes).await.expect(422);
            other.says("It was answered").says("Because we looked at it together");
        }
        let state = world.case(case).await;
        assert_eq!(state.rights.asks.len(), 4, "{name}");
        assert!(state.rights.asks.iter().all(|asked| asked.answers.len() == 1), "{name}: sent twice");
        let letters = world.letters_to("martin@mail.example").await;
        let told = letters.iter().filter(|letter| letter.subject == "There is an answer about the record");
        assert_eq!(told.count(), 4, "{name}: each answer, once");
        assert!(letters.iter().all(|letter| !letter.body.contains(WRONG)), "{name}: no letter says what");
        let history = husband.get(&format!("/cases/{case}/history")).await.expect(200);
        history
            .says("We were asked to erase information")
            .says("The request to erase information was answered");
        // Another case's request leads nowhere.
        let (other, first) = (world.case_at(Stage::Review).await, state.rights.asks[0].id);
        assert_eq!(husband.get(&format!("/cases/{other}/rights/{first}")).await.status, 404, "{name}");
        assert_eq!(husband.get(&format!("{here}/ask/nothing")).await.status, 404, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_said_beside_it_and_kept() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let husband = world.client(world.people.husband).await;
        let (page, _) = ask(&husband, case, "put-right", &[("wrong", WRONG)]).await;
        page.expect(422).says("Choose where it stands").says("Enter what would be right").says(WRONG);
        let past = [("why", "A reason"), ("until-day", "1"), ("until-month", "1"), ("until-year", "2020")];
        let (page, _) = ask(&husband, case, "restrict", &past).await;
        page.expect(422).says("Enter a day that has not passed").says("A reason");
        assert_eq!(world.case(case).await.rights.asks.len(), 0, "{name}");
        // The same page sent twice is one request; gone back to, its words are kept.
        let path = format!("/cases/{case}/rights/ask/erase");
        let key = husband.get(&path).await.expect(200).value("key").expect("a key");
        let fields = |what| [("key", &*key), ("voice", "person"), ("what", what), ("why", "A reason")];
        husband.post(&path, &fields("The address")).await.expect(303);
        husband.post(&path, &fields("The address")).await.expect(303);
        let again = husband.post(&path, &fields("All of it")).await.expect(422);
        assert_ne!(again.says("You sent this page before").value("key"), Some(key.clone()), "{name}");
        assert_eq!(world.case(case).await.rights.asks.len(), 1, "{name}");
        // Taken back: it waits for nobody any more.
        let page = format!("/cases/{case}/rights/{key}");
        husband.post(&format!("{page}/withdraw"), &[]).await.expect(422).says("Choose who takes it back");
        for _ in 0..2 {
            husband.post(&format!("{page}/withdraw"), &[("voice", "person")]).await.expect(303);
        }
        husband.get(&page).await.expect(200).says("Taken back");
        let coordinator = world.client(world.people.coordinator).await;
        answer(&coordinator, &page, Answer::Yes).await.expect(422).says("They took this back");
        coordinator.get("/home").await.expect(200).never_says("Answer the request to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_looks_again_and_their_own_words_stand_beside_it() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let (_, page) = ask(&husband, case, "put-right", &each()[0].1).await;
        let own = [("statement", OWN), ("voice", "person")];
        husband
            .post(&format!("{page}/statement"), &own)
            .await
            .expect(422)
            .says("There is no answer yet")
            .says(OWN);
        answer(&coordinator, &page, Answer::No).await.expect(303);

        let why = "She had lost her glasses";
        husband.post(&format!("{page}/again"), &[("again", why)]).await.expect(422).says(why);
        husband.post(&format!("{page}/again"), &[("again", why), ("voice", "person")]).await.expect(303);
        answer(&coordinator, &page, Answer::Yes).await.expect(403);
        let commissioner = world.client(p.commissioner).await;
        commissioner.get("/home").await.expect(200).says("Look again at the request to");
        commissioner.get(&format!("{page}/answer")).await.expect(200).says(why);
        answer(&commissioner, &page, Answer::Partly).await.expect(303);

        let needs = format!("/cases/{case}/needs");
        coordinator.get(&needs).await.expect(200).never_says(OWN);
        for _ in 0..2 {
            husband.post(&format!("{page}/statement"), &own).await.expect(303);
        }
        for who in [p.coordinator, p.nurse, p.husband] {
            world.client(who).await.get(&needs).await.expect(200).says(OWN);
        }
        let plan = coordinator.get(&format!("/cases/{case}/plan")).await.expect(200);
        plan.never_says(OWN);
        husband.get(&page).await.expect(200).says("The second answer: Partly").says("Nothing was rubbed out");
        assert!(world.case(case).await.rights.asks[0].statement.is_some(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_use_is_restricted_everybody_who_opens_it_reads_so() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let until =
            [("why", "Until it is right"), ("until-day", "10"), ("until-month", "3"), ("until-year", "2026")];
        let (_, page) = ask(&husband, case, "restrict", &until).await;
        let said = "The use of this record is restricted until 10 March 2026";
        husband.get(&format!("/cases/{case}")).await.expect(200).never_says(said);
        answer(&coordinator, &page, Answer::Yes).await.expect(303);
        for who in [p.husband, p.coordinator, p.nurse, p.commissioner, p.finance1] {
            world.client(who).await.get(&format!("/cases/{case}")).await.expect(200).says(said);
        }
        coordinator.get(&format!("/cases/{case}/plan")).await.expect(200).says(said).says("It may be kept");
        assert_eq!(husband.post(&format!("{page}/lift"), &[("why", "No")]).await.status, 403, "{name}");
        coordinator.post(&format!("{page}/lift"), &[]).await.expect(422).says("Enter why it ends");
        for _ in 0..2 {
            coordinator.post(&format!("{page}/lift"), &[("why", "It is put right")]).await.expect(303);
        }
        husband.get(&format!("/cases/{case}")).await.expect(200).never_says("is restricted until");
        husband.get(&page).await.expect(200).says("It is put right");
        let letters = world.letters_to("martin@mail.example").await;
        let ended = |letter: &&store::outbox::Message| letter.subject.contains("not restricted any more");
        assert_eq!(letters.iter().filter(ended).count(), 1, "{name}");
        // One with a day ends by itself.
        let (_, second) = ask(&husband, case, "restrict", &until).await;
        answer(&coordinator, &second, Answer::Yes).await.expect(303);
        world.days_later(9);
        let husband = world.client(p.husband).await;
        husband.get(&format!("/cases/{case}")).await.expect(200).never_says("is restricted until");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_time_stands_still_and_is_put_off_as_with_a_copy() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let (husband, coordinator) =
            (world.client(world.people.husband).await, world.client(world.people.coordinator).await);
        let (_, page) = ask(&husband, case, "erase", &each()[3].1).await;
        let time = format!("{page}/time");
        assert_eq!(husband.post(&time, &[]).await.status, 403, "{name}");
        coordinator.post(&time, &[("change", "pause"), ("why", "Which address?")]).await.expect(303);
        husband.get(&page).await.expect(200).says("We asked something first").says("Which address?");
        world.days_later(2);
        let coordinator = world.client(world.people.coordinator).await;
        coordinator.post(&time, &[("change", "go-on")]).await.leads_to(&format!("{page}?done=time"));
        let due = world.case(case).await.rights.asks[0].time.due;
        assert_eq!(due.to_string(), "2026-04-07", "{name}: 4 April is a Saturday before Easter");
        let letters = world.letters_to("martin@mail.example").await;
        for subject in ["We need to know something for your request", "We go on with your request"] {
            assert!(letters.iter().any(|letter| letter.subject == subject), "{name}: {subject}");
        }
    }
}

async fn subjects_to(world: &World, address: &str) -> Vec<String> {
    world.letters_to(address).await.into_iter().map(|letter| letter.subject).collect()
}

/// Of a second look whoever answered first is told nothing, and can do nothing to it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_answered_first_can_do_nothing_to_the_second_look() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let (_, page) = ask(&husband, case, "restrict", &each()[1].1).await;
        answer(&coordinator, &page, Answer::No).await.expect(303);
        husband
            .post(&format!("{page}/again"), &[("again", "Look again"), ("voice", "person")])
            .await
            .expect(303);
        let of_the_look = |subject: &String| subject == "Somebody was asked to look again at an answer";
        let told =
            async |address| subjects_to(&world, address).await.iter().filter(|s| of_the_look(s)).count();
        assert_eq!(told("carys@mendipvale.example").await, 1, "{name}: who looks at it");
        assert_eq!(told("jo@mendipvale.example").await, 0, "{name}: not who answered first");
        let shown = coordinator.get(&page).await.expect(200);
        shown.never_says("Answer it").never_says("Change the time").never_says("Take it back");
        let for_them = [("voice", "person"), ("how", "She blinked"), ("why", "It is settled")];
        let touched = [
            (format!("{page}/withdraw"), for_them.to_vec()),
            (format!("{page}/time"), vec![("change", "pause"), ("why", "Which part?")]),
            (format!("{page}/answer"), vec![("answer", "no"), ("words", "As I said")]),
        ];
        for (path, fields) in &touched {
            coordinator.post(path, fields).await.expect(403);
        }
        answer(&world.client(p.commissioner).await, &page, Answer::Yes).await.expect(303);
        let given =
            |state: &std::sync::Arc<domain::case::Case>| state.rights.asks[0].restricts(world.today());
        assert!(given(&world.case(case).await), "{name}");
        coordinator.post(&format!("{page}/lift"), &[("why", "I never thought so")]).await.expect(403);
        coordinator.post(&format!("{page}/withdraw"), &for_them).await.expect(403);
        assert!(given(&world.case(case).await), "{name}: it holds");
        assert_eq!(
            subjects_to(&world, "jo@mendipvale.example")
                .await
                .iter()
                .filter(|s| s.contains("answer about"))
                .count(),
            0,
            "{name}: nor of what it gave"
        );
        husband.post(&format!("{page}/withdraw"), &[("voice", "person")]).await.expect(303);
        assert!(!given(&world.case(case).await), "{name}: it is theirs");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_ordinator_takes_nothing_back_for_somebody_without_saying_how_it_is_known() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let (_, page) = ask(&husband, case, "erase", &each()[3].1).await;
        let back = format!("{page}/withdraw");
        let kept = [("voice", "person"), ("how", ""), ("why", "She moved")];
        let again = coordinator.post(&back, &kept).await.expect(422);
        again.says("Enter how they said so").says("She moved");
        assert!(world.case(case).await.rights.asks[0].is_waiting(), "{name}");
        let all = [("voice", "person"), ("how", "She blinked once"), ("why", "She moved")];
        for _ in 0..2 {
            coordinator.post(&back, &all).await.expect(303);
        }
        husband.get(&page).await.expect(200).says("She blinked once").says("written down by Jo Field");
        let told = subjects_to(&world, "martin@mail.example").await;
        let told =
            told.iter().filter(|subject| *subject == "A request about the record was taken back").count();
        assert_eq!(told, 1, "{name}: they are told, once");
    }
}

/// Whom a letter goes to follows from who may read what it is about.
#[tokio::test(flavor = "multi_thread")]
async fn a_relative_who_may_not_read_requests_gets_no_letter_about_one() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        world.comes(case, p.dee, "Dee Lowe", CaseRole::FamilyCarer).await;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let before = subjects_to(&world, "dee@mail.example").await.len();
        let (_, page) = ask(&husband, case, "erase", &each()[3].1).await;
        world.client(p.dee).await.get(&page).await.expect(403);
        coordinator
            .post(&format!("{page}/time"), &[("change", "pause"), ("why", "Which address?")])
            .await
            .expect(303);
        answer(&coordinator, &page, Answer::No).await.expect(303);
        let copy = husband.get(&format!("/cases/{case}/everything")).await.expect(200);
        let key = copy.value("key").expect("a key");
        let fields = [("key", &*key), ("voice", "person")];
        husband.post(&format!("/cases/{case}/everything"), &fields).await.expect(303);
        assert_eq!(subjects_to(&world, "dee@mail.example").await.len(), before, "{name}");
        let martin = subjects_to(&world, "martin@mail.example").await;
        assert!(martin.iter().any(|s| s == "There is an answer about the record"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_read_by_those_who_read_what_it_is_about_and_taken_back() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let fields = [("about", "something-else"), ("wrong", WRONG), ("instead", RIGHT)];
        let (_, page) = ask(&husband, case, "put-right", &fields).await;
        answer(&coordinator, &page, Answer::No).await.expect(303);
        let own = [("statement", OWN), ("voice", "person")];
        husband.post(&format!("{page}/statement"), &own).await.expect(303);
        let home = format!("/cases/{case}");
        for who in [p.husband, p.coordinator, p.nurse, p.commissioner] {
            let shown = world.client(who).await.get(&home).await.expect(200).says(OWN);
            shown.says("written down by Martin Hale, about what stands here");
        }
        for who in [p.finance1, p.broker] {
            world.client(who).await.get(&home).await.expect(200).never_says(OWN);
        }
        let back = format!("{page}/statement/withdraw");
        assert_eq!(
            world.client(p.nurse).await.post(&back, &[("voice", "person")]).await.status,
            403,
            "{name}"
        );
        husband.get(&back).await.expect(200).says("Take your own words back");
        husband.post(&back, &[]).await.expect(422).says("Choose who takes them back");
        for _ in 0..2 {
            husband.post(&back, &[("voice", "person")]).await.leads_to(&format!("{page}?done=unsaid"));
        }
        // The history says that it was there; it stands beside nothing.
        coordinator.get(&home).await.expect(200).never_says("about what stands here");
    }
}

/// A paper in words, so that no typesetter is needed here.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape of a renderer")]
fn in_words(paper: &domain::paper::Paper) -> Result<Vec<u8>, String> {
    Ok(format!("%PDF-stub {:?}", paper.blocks).into_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_and_their_own_words_stand_on_papers_too() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let p = world.people;
        let (husband, coordinator) = (world.client(p.husband).await, world.client(p.coordinator).await);
        let fields = [("about", "budget"), ("wrong", WRONG), ("instead", RIGHT)];
        let (_, page) = ask(&husband, case, "put-right", &fields).await;
        answer(&coordinator, &page, Answer::No).await.expect(303);
        husband
            .post(&format!("{page}/statement"), &[("statement", OWN), ("voice", "person")])
            .await
            .expect(303);
        let (_, restricted) = ask(&husband, case, "restrict", &each()[1].1).await;
        world.days_later(1);
        let coordinator = world.client(p.coordinator).await;
        answer(&coordinator, &restricted, Answer::Yes).await.expect(303);
        let token = world.session(p.husband).await;
        let web = Web::new(world.app.clone().with_pdf_renderer(in_words), std::sync::Arc::default(), false);
        let reader = Client::new(web::router(web), Some(token));
        let paper =
            async |kind: &str| reader.get(&format!("/cases/{case}/documents/{kind}")).await.expect(200).html;
        // Also on one of a day before it was restricted.
        for kind in ["budget.pdf", "plan.pdf", "decision.pdf", "agreement.pdf", "plan.pdf?on=2026-03-02"] {
            let words = paper(kind).await;
            assert!(
                words.starts_with("%PDF-stub [Paragraph(\"The use of this record is restricted"),
                "{name}: {kind}"
            );
            assert_eq!(words.contains(OWN), kind == "budget.pdf", "{name}: {kind}");
        }
    }
}

/// Whoever wrote a request down grants a part of it, and not that all is erased.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_wrote_it_down_does_not_grant_that_all_is_erased() {
    for (name, url) in databases::both() {
        let (world, case) = alices(&url).await;
        let (husband, coordinator) =
            (world.client(world.people.husband).await, world.client(world.people.coordinator).await);
        let (_, own) = ask(&coordinator, case, "erase", &each()[3].1).await;
        let (_, theirs) = ask(&husband, case, "erase", &each()[3].1).await;
        let all = [("answer", "yes"), ("all", "yes"), ("words", "All of it")];
        coordinator.get(&format!("{own}/answer")).await.expect(200).never_says("Is it all of it?");
        coordinator.post(&format!("{own}/answer"), &all).await.expect(403);
        assert!(world.case(case).await.rights.erased().is_none(), "{name}");
        coordinator.get(&format!("{theirs}/answer")).await.expect(200).says("Is it all of it?");
        coordinator.post(&format!("{theirs}/answer"), &all).await.expect(303);
        assert!(world.case(case).await.rights.erased().is_some(), "{name}");
    }
}
