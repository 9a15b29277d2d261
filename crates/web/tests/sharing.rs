//! What the person shares with each who helps: nobody reads a part that is not
//! shared with them, on whatever page, paper or file.

use super::sight::{self, everything, found, lived};
use domain::access::RecordPart;
use domain::case::Voice;
use domain::case::circle::{SharedWith, Sharing};
use domain::case::notes::ReadBy;
use domain::case::plan::{LineWords, money};
use domain::ledger::Funder;
use domain::{CaseId, Date, Pence, ReviewId, dates};
use service::plan::Change;
use strum::VariantArray;
use testkit::world::prose;
use testkit::{Stage, World, databases};

const NOTE: &str = "A note about the swallows";
const ASKED: &str = "The hours at weekends are missing";
const REVIEW: &str = "The kingfisher comes to the review";
const OWN_LINE: &str = "A personal assistant by day";
const HELD_LINE: &str = "Trained carers at night";

/// Words that stand in one part of Alice's record and in no other.
fn marks(part: RecordPart) -> &'static [&'static str] {
    match part {
        RecordPart::Needs => &["knows how she breathes"],
        RecordPart::Plan => &[
            "written with Alice, by her husband",
            "A carer does not come",
            "Show every new carer",
            "It keeps Alice safe",
        ],
        RecordPart::Costs => &[OWN_LINE],
        RecordPart::Budget => &[ASKED],
        RecordPart::Payments => &[sight::OWN, sight::RECEIPT],
        RecordPart::People => &["A quiet room, in the morning", "The night carers changed again"],
        RecordPart::Reviews => &[REVIEW],
        RecordPart::Notes => &[NOTE],
        // They hold what is shared otherwise.
        RecordPart::Papers | RecordPart::History => &[],
    }
}

/// Whether the words of one part stand in another too, as the person is told.
fn holds(part: RecordPart, other: RecordPart) -> bool {
    part == other || part == RecordPart::Plan && [RecordPart::Needs, RecordPart::Costs].contains(&other)
}

/// Alice's case with something to be known by in each part.
async fn marked(world: &World) -> CaseId {
    let case = lived(world).await;
    let martin = world.actor(world.people.husband).await;
    let jo = world.actor(world.people.coordinator).await;
    let voice = world.case(case).await.circle.voice_of(world.people.husband).expect("he is in it");
    let app = &world.app;
    app.write_note(&martin, case, prose(NOTE), ReadBy::Everyone).await.expect("written");
    app.question_budget(&martin, case, voice, prose(ASKED)).await.expect("asked");
    let id = ReviewId(app.id());
    app.ask_for_review(&martin, case, id, Some(prose(REVIEW))).await.expect("asked for");
    let on = dates::days_after(world.today(), 7);
    app.book_review(&jo, case, id, on, prose("At home")).await.expect("booked");
    assert!(world.case(case).await.review.open().next().is_some());
    case
}

/// Amounts of the budget that stand in no cost of the plan and in no payment.
async fn amounts(world: &World, case: CaseId) -> Vec<String> {
    let state = world.case(case).await;
    let all = state.budget.amounts().expect("it is worked out");
    let funders = [Funder::Nhs, Funder::Council];
    let left = funders.map(|funder| money::left(&state, funder).expect("it is worked out"));
    let given = funders.map(|funder| money::given(&state, funder).expect("it is worked out"));
    let costs = domain::case::signoff::costs(&state);
    let spoken = [costs.nhs, costs.council, costs.start_up];
    let mut sums: Vec<Pence> =
        [all.nhs, all.council, all.yearly()].into_iter().chain(left).chain(given).collect();
    sums.retain(|sum| !sum.is_zero() && !spoken.contains(sum) && *sum != costs.nhs + costs.council);
    assert!(!sums.is_empty(), "there is an amount to be known by");
    sums.iter().map(|sum| sum.to_string()).collect()
}

async fn share(world: &World, case: CaseId, with: SharedWith, parts: &[RecordPart], until: Option<Date>) {
    let jo = world.actor(world.people.coordinator).await;
    let (voice, how) = (Voice::Person, prose("One blink for each"));
    let sharing = Sharing { with, parts: parts.to_vec(), until, voice, how, seen: None };
    world.app.share_record(&jo, case, sharing).await.expect("it is shared");
}

/// What is known of the money that Vale does not hold, or of all of it.
async fn of_other_accounts(world: &World, case: CaseId) -> Vec<String> {
    let jo = world.actor(world.people.coordinator).await;
    let state = world.case(case).await;
    let money = world.app.money(&jo, state.clone()).await.expect("the money");
    let (theirs, others): (Vec<_>, Vec<_>) = state
        .plan
        .holdings
        .iter()
        .partition(|h| h.words.organisation == Some(world.organisations.third_party));
    let sums = |id| {
        let (facts, paid) = (money.of_holding(id), state.arrangement.instalments.iter());
        let paid = paid.filter(move |i| i.planned.holding == id).map(|i| i.planned.amount);
        [facts.came_in, facts.spent, facts.promised, facts.left].into_iter().chain(paid)
    };
    let own: Vec<Pence> = theirs.iter().flat_map(|h| sums(h.id)).collect();
    let whole = money.all(&state);
    let mut sums: Vec<Pence> = others.iter().flat_map(|h| sums(h.id)).collect();
    sums.extend([whole.came_in, whole.spent, whole.promised, whole.left]);
    sums.retain(|sum| !sum.is_zero() && !own.contains(sum));
    assert!(!others.is_empty() && sums.len() > 4, "there is other money");
    let names = others.iter().map(|h| h.words.name.to_string());
    sums.iter().map(|sum| sum.to_string()).chain(names).collect()
}

async fn broker_of(world: &World, case: CaseId) -> SharedWith {
    SharedWith::Member(world.case(case).await.circle.member_of(world.people.broker).expect("he is in it").id)
}

/// Each part by itself, beside papers and history, which may hold no more than
/// what is shared.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_a_part_that_is_not_shared_with_them() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = marked(&world).await;
        let (broker, sam) = (broker_of(&world, case).await, world.people.broker);
        let amounts = amounts(&world, case).await;
        for &part in RecordPart::VARIANTS {
            let parts = [part, RecordPart::Papers, RecordPart::History];
            share(&world, case, broker, &parts, None).await;
            let all = everything(&world, sam, case).await;
            let told = amounts.iter().find_map(|amount| found(&all, amount));
            assert!(part == RecordPart::Budget || told.is_none(), "{name}: {part:?} says {told:?}");
            assert!(part != RecordPart::Budget || told.is_some(), "{name}: the budget says how much");
            for &other in RecordPart::VARIANTS {
                for mark in marks(other) {
                    if holds(part, other) {
                        assert!(found(&all, mark).is_some(), "{name}: {mark} is of {part:?}, and shared");
                    } else {
                        assert_eq!(found(&all, mark), None, "{name}: {part:?} shows what is of {other:?}");
                    }
                }
            }
        }
    }
}

/// By how much a plan is over the budget, with what it costs, is the budget.
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_does_not_say_by_how_much_it_is_over_a_budget_that_is_not_shared() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Organise).await;
        let martin = world.actor(world.people.husband).await;
        let line = world.case(case).await.plan.current_lines().next().expect("there is one").clone();
        let change = Change::ChangeLine {
            id: line.id,
            words: LineWords { amount: Pence(line.words.amount.0 * 3), ..line.words },
            own: Pence::ZERO,
            voice: line.voice,
            seen: line.seq,
        };
        world.app.change_plan(&martin, case, change).await.expect("it may be written");
        let over = money::over(&*world.case(case).await);
        assert!(!over.is_empty(), "{name}: it costs more than there is");
        let broker = broker_of(&world, case).await;
        let send = async || {
            let sam = world.client(world.people.broker).await;
            let sending = format!("/cases/{case}/sign-off/send");
            let fields = [("voice", "person"), ("key", &*world.app.id().to_string())];
            sam.post(&sending, &fields).await.expect(422).says("The plan is not ready to send").text()
        };
        share(&world, case, broker, &[RecordPart::Plan, RecordPart::Papers, RecordPart::History], None).await;
        let all = everything(&world, world.people.broker, case).await + &send().await;
        assert!(found(&all, "The plan costs more than there is from").is_some(), "{name}: that it does");
        for (_, by) in &over {
            assert_eq!(found(&all, &by.to_string()), None, "{name}: and not by how much");
        }
        share(&world, case, broker, &[RecordPart::Plan, RecordPart::Budget], None).await;
        let all = everything(&world, world.people.broker, case).await;
        assert!(
            found(&all, &format!("The plan costs {} more", over[0].1)).is_some(),
            "{name}: who sees both"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_holds_money_reads_nothing_of_health() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = marked(&world).await;
        let vale = SharedWith::Organisation(world.organisations.third_party);
        let tess = world.people.third_party;
        let of_others = of_other_accounts(&world, case).await;
        let of_health = [RecordPart::Needs, RecordPart::Plan, RecordPart::People, RecordPart::Notes];
        for parts in [&[][..], &[RecordPart::Papers, RecordPart::History]] {
            share(&world, case, vale, parts, None).await;
            let all = everything(&world, tess, case).await;
            for mark in of_health.into_iter().chain([RecordPart::Costs, RecordPart::Payments]).flat_map(marks)
            {
                assert_eq!(found(&all, mark), None, "{name}: {parts:?}");
            }
            for mark in &of_others {
                assert_eq!(found(&all, mark), None, "{name}: {parts:?}");
            }
            for mark in [sight::HELD, HELD_LINE, "Not shared with you: needs"] {
                assert!(found(&all, mark).is_some(), "{name}: {mark} is theirs to see");
            }
        }
        // What the person shares with it by name, it reads.
        share(&world, case, vale, &[RecordPart::Plan], None).await;
        let all = everything(&world, tess, case).await;
        assert!(found(&all, "A carer does not come").is_some(), "{name}");
        assert_eq!(found(&all, NOTE), None, "{name}: and nothing else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_seen_until_its_last_day() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let broker = broker_of(&world, case).await;
        let last = dates::days_after(world.today(), 3);
        share(&world, case, broker, &[RecordPart::Budget], Some(last)).await;
        let here = format!("/cases/{case}");
        let open = async |page: &str| {
            world.client(world.people.broker).await.get(&format!("{here}{page}")).await.status.as_u16()
        };
        let is_listed =
            async || world.client(world.people.broker).await.get("/home").await.text().contains("Alice Hale");
        let waits = async || {
            let jo = world.client(world.people.coordinator).await;
            jo.get(&here).await.text().contains("Say whether Sam Okoro goes on seeing")
        };
        world.days_later(3);
        assert_eq!((open("/budget").await, open("/needs").await), (200, 403), "{name}: on the last day");
        assert!(is_listed().await && waits().await, "{name}");
        world.days_later(1);
        for page in ["", "/budget", "/needs"] {
            assert_eq!(open(page).await, 404, "{name}: {page} on the day after");
        }
        assert!(!is_listed().await, "{name}: nor in a list");
        // It has ended: that is said once, to the person's side, in the past.
        assert!(!waits().await, "{name}: nobody is asked whether it goes on");
        let martin = world.client(world.people.husband).await;
        let ended = format!("It ended on {}", dates::long(last));
        let SharedWith::Member(sam) = broker else { unreachable!() };
        let his = format!("{here}/people/sharing/{sam}");
        let form = martin.get(&his).await.says("Leave it ended").says(&ended);
        assert_eq!(form.attributes("input[name=parts][checked]", "value"), ["budget"], "{name}: as it was");
        let leave = [("voice", "person"), ("how", "It was enough")];
        martin.post(&format!("{his}/end"), &leave).await.expect(303);
        assert!(!martin.get(&his).await.text().contains("Leave it ended"), "{name}: it is said");
        // Going on is said anew.
        share(&world, case, broker, &[RecordPart::Budget], None).await;
        assert_eq!(open("/budget").await, 200, "{name}");
        assert!(is_listed().await && !waits().await, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_says_it_part_by_part_and_checks_it() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let SharedWith::Member(broker) = broker_of(&world, case).await else { unreachable!() };
        let martin = world.client(world.people.husband).await;
        let list = format!("/cases/{case}/people/sharing");
        let his = format!("{list}/{broker}");
        martin.get(&format!("/cases/{case}/people")).await.says("Who sees what");
        let page = martin.get(&list).await.expect(200).says("Sam Okoro").says("Everyone else");
        let page = page.says("notes that staff write for each other").says("who looked at the record");
        page.says("everything but").never_says("see everything");
        let asked = martin.get(&his).await.expect(200).says("The answers about health and daily life");
        asked.says("What may Sam Okoro see and do?").says("They may also write the plan and send the plan");
        let shown = martin.get(&his).await.filled();
        let seen = shown.iter().find(|(n, _)| n == "seen").map_or("", |(_, value)| value.as_str());
        let said = |parts: &[&'static str], until: &'static str, how: &'static str| {
            let mut fields: Vec<(&str, &str)> = parts.iter().map(|part| ("parts", *part)).collect();
            fields.extend([("until", until), ("voice", "person"), ("how", how), ("seen", seen)]);
            fields
        };
        for (fields, why) in [
            (said(&[], "changed", "A blink"), "Choose what they may see"),
            (said(&["everything"], "changed", "A blink"), "Choose from the parts of the record"),
            (said(&["plan"], "", "A blink"), "Choose until when they see it"),
            (said(&["plan"], "a-day", "A blink"), "Enter the last day"),
            (said(&["plan"], "changed", ""), "Enter how they said it"),
            (said(&[], "", ""), "Choose what they may see"),
            (said(&[], "", ""), "Choose until when they see it"),
            (said(&[], "", ""), "Enter how they said it"),
        ] {
            martin.post(&his, &fields).await.expect(422).says(why);
        }
        let mut past = said(&["plan"], "a-day", "A blink");
        past.extend([("last-day", "1"), ("last-month", "1"), ("last-year", "2026")]);
        let page = martin.post(&his, &past).await.expect(422).says("must be today or later");
        assert_eq!(
            page.attributes(".nhsuk-error-summary a", "href"),
            ["#last-day"],
            "a box, not what is around it"
        );
        // Nothing counts before it is checked.
        let before = world.case(case).await.version;
        let fields = said(&["plan", "budget"], "changed", "One blink for each");
        let check = martin.post(&his, &fields).await.expect(200).says("Check what Sam Okoro sees");
        assert_eq!(world.case(case).await.version, before, "{name}: nothing is recorded yet");
        let filled = check.filled();
        let mut fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let mut change = fields.clone();
        change.push(("change", "yes"));
        let again = martin.post(&his, &change).await.expect(200);
        assert_eq!(again.attributes("input[name=parts][checked]", "value"), ["plan", "budget"], "{name}");
        fields.retain(|(n, _)| *n != "csrf");
        martin.post(&his, &fields).await.leads_to(&format!("{list}?done=shared"));
        let sam = world.client(world.people.broker).await;
        sam.get(&format!("/cases/{case}/plan")).await.expect(200);
        let home = sam.get(&format!("/cases/{case}")).await.expect(200);
        home.says("Not shared with you: payments").says("Alice Hale or Martin Hale");
        // What the plan shows of the needs is said before and after.
        let row = martin.get(&list).await.says("Needs: a part").says("What is bought");
        row.says("Until it is changed");
        check
            .says("Needs: a part")
            .says("They may")
            .says("Write the plan")
            .says("Say that the budget does not");
        // What he writes down for her says so, wherever it is read.
        let write = format!("/cases/{case}/plan/write/who-i-am");
        let page = sam.get(&write).await.expect(200);
        let based_on = page.value("based-on").unwrap_or_default();
        let hers = [("text", "I love the sea"), ("voice", "person"), ("based-on", based_on.as_str())];
        sam.post(&write, &hers).await.expect(303);
        for page in ["plan", "plan/whole"] {
            let page = martin.get(&format!("/cases/{case}/{page}")).await.expect(200);
            page.says("Alice Hale, written down by Sam Okoro");
        }
        // Neither the broker nor a stranger says what is shared.
        sam.post(&his, &fields).await.expect(403);
        world.client(world.people.stranger).await.get(&list).await.expect(404);
        // Of the family there is nothing to say; nor of somebody who is not here.
        let husband = world.case(case).await.circle.member_of(world.people.husband).expect("he is").id;
        for other in [husband.to_string(), world.app.id().to_string(), "nonsense".to_owned()] {
            martin.get(&format!("{list}/{other}")).await.expect(404);
            martin.post(&format!("{list}/{other}"), &fields).await.expect(404);
        }
        // It is in the history, and taken back while they are signed in.
        let history = martin.get(&format!("/cases/{case}/history")).await;
        history.says("It was said what Sam Okoro may see");
        let end = [("voice", "person"), ("how", "Two blinks")];
        martin.post(&format!("{his}/end"), &end).await.leads_to(&format!("{list}?done=ended"));
        sam.get(&format!("/cases/{case}/plan")).await.expect(404);
        let letters = world.letters_to("sam@planittogether.example").await;
        assert!(letters.iter().any(|one| one.subject == "Something is shared with you no more"), "{name}");
    }
}

/// A page that was open while something else was said about them does not undo
/// that unseen.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_meanwhile_is_not_undone_unseen() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let broker = broker_of(&world, case).await;
        share(&world, case, broker, &[RecordPart::Budget], None).await;
        let SharedWith::Member(sam) = broker else { unreachable!() };
        let his = format!("/cases/{case}/people/sharing/{sam}");
        let martin = world.client(world.people.husband).await;
        let mut fields = martin.get(&his).await.filled();
        fields.retain(|(n, _)| *n != "how" && *n != "csrf" && *n != "voice");
        fields.extend([
            ("voice".to_owned(), "person".to_owned()),
            ("how".to_owned(), "Three blinks".to_owned()),
        ]);
        fields.push(("checked".to_owned(), "yes".to_owned()));
        let all = |fields: &[(String, String)]| -> Vec<(String, String)> { fields.to_vec() };
        let stale = all(&fields);
        let end = [("voice", "person"), ("how", "Two blinks")];
        martin.post(&format!("{his}/end"), &end).await.expect(303);
        let fields: Vec<(&str, &str)> = stale.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let again = martin.post(&his, &fields).await.expect(422);
        let again =
            again.says("It was changed meanwhile: nothing is shared with them any more").says("Three blinks");
        let today = world.today();
        assert!(!world.case(case).await.circle.sight_of(broker, today).something, "{name}: it stays ended");
        // Having seen it, they can.
        let mut seen = again.filled();
        seen.retain(|(n, _)| *n != "csrf" && *n != "checked");
        seen.push(("checked".to_owned(), "yes".to_owned()));
        let fields: Vec<(&str, &str)> = seen.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        martin.post(&his, &fields).await.expect(303);
    }
}

/// Who is in the circle is not told by a form to somebody who does not see it.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_people_a_form_names_the_person_and_oneself() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = marked(&world).await;
        let broker = broker_of(&world, case).await;
        let SharedWith::Member(sam) = broker else { unreachable!() };
        let but_people = RecordPart::VARIANTS.iter().copied().filter(|part| *part != RecordPart::People);
        share(&world, case, broker, &but_people.collect::<Vec<_>>(), None).await;
        let client = world.client(world.people.broker).await;
        let state = world.case(case).await;
        let review = state.review.open().next().expect("one is booked").id;
        let line = state.plan.current_lines().next().expect("there is one").id;
        let here = format!("/cases/{case}");
        for page in [
            "/budget/question".to_owned(),
            format!("/reviews/{review}"),
            format!("/plan/money/{line}"),
            "/plan/money/add".to_owned(),
        ] {
            let shown = client.get(&format!("{here}{page}")).await.expect(200);
            let own = ["person".to_owned(), sam.to_string()];
            assert_eq!(shown.attributes("input[name=voice]", "value"), own, "{name}: {page}");
        }
        let history = client.get(&format!("{here}/history")).await.expect(200);
        assert!(history.attributes("select[name=who] option", "value").is_empty(), "{name}: nor the history");
    }
}

/// What a colleague records of the person's decision, the person's side hears.
#[tokio::test(flavor = "multi_thread")]
async fn their_side_hears_what_a_colleague_records() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let broker = broker_of(&world, case).await;
        let martin = world.actor(world.people.husband).await;
        let letters = async || {
            let all = world.app.latest_letters(500).await.expect("letters");
            all.into_iter()
                .filter(|l| {
                    l.account == Some(martin.account)
                        && l.subject == "What is shared with somebody was changed"
                })
                .collect::<Vec<_>>()
        };
        let before = letters().await.len();
        share(&world, case, broker, &[RecordPart::Budget], None).await;
        let after = letters().await;
        assert_eq!(after.len(), before + 1, "{name}");
        assert!(after[0].body.contains("in the words of the person whose budget it is"), "{name}");
        // What they say themselves is no news to them.
        let sharing = Sharing {
            with: broker,
            parts: vec![RecordPart::Plan],
            until: None,
            voice: Voice::Person,
            how: prose("A blink"),
            seen: None,
        };
        world.app.share_record(&martin, case, sharing).await.expect("shared");
        assert_eq!(letters().await.len(), before + 1, "{name}");
    }
}

/// Whoever asked something and sees nothing any more gets no letter that leads
/// to a closed door.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_not_sent_to_whom_it_is_closed() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let broker = broker_of(&world, case).await;
        let SharedWith::Member(id) = broker else { unreachable!() };
        let (sam, jo) = (world.actor(world.people.broker).await, world.actor(world.people.coordinator).await);
        let answers = async || {
            let all = world.app.latest_letters(500).await.expect("letters");
            all.iter().filter(|l| l.account == Some(sam.account) && l.subject.contains("answer")).count()
        };
        let ask = async || {
            let question = domain::QuestionId(world.app.id());
            share(&world, case, broker, &[RecordPart::People], None).await;
            let asked = vec![prose("When does it begin?")];
            world.app.ask_questions(&sam, case, question, asked, Voice::Member(id)).await.expect("asked");
            question
        };
        let (first, second) = (ask().await, ask().await);
        let before = answers().await;
        world.app.answer_question(&jo, case, first, prose("In May")).await.expect("answered");
        assert_eq!(answers().await, before + 1, "{name}: while it is shared");
        world.app.end_sharing(&jo, case, broker, Voice::Person, prose("Two blinks")).await.expect("ended");
        world.app.answer_question(&jo, case, second, prose("In May")).await.expect("answered");
        assert_eq!(answers().await, before + 1, "{name}: and no more");
    }
}

/// Every link on every page that somebody reaches, with each part by itself,
/// opens.
#[tokio::test(flavor = "multi_thread")]
async fn no_link_leads_to_a_closed_door() {
    let world = World::new(&databases::both()[0].1).await;
    let case = marked(&world).await;
    let broker = broker_of(&world, case).await;
    let vale = SharedWith::Organisation(world.organisations.third_party);
    let (mut closed, mut walked) = (std::collections::BTreeSet::new(), 0);
    for (with, who) in [(broker, world.people.broker), (vale, world.people.third_party)] {
        for part in RecordPart::VARIANTS.iter().copied() {
            share(&world, case, with, &[part], None).await;
            let client = world.client(who).await;
            let first = format!("/cases/{case}");
            let mut waiting = vec![(String::new(), first.clone())];
            let mut known = std::collections::BTreeSet::new();
            while let Some((from, path)) = waiting.pop() {
                if !known.insert(path.clone()) || known.len() > 200 {
                    continue;
                }
                let page = client.get(&path).await;
                walked += 1;
                if [403, 404].contains(&page.status.as_u16()) {
                    closed
                        .insert(format!("{part:?}: {from} leads to {path}").replace(&case.to_string(), "…"));
                }
                let links = page.attributes("main a", "href").into_iter();
                let within = links.filter(|to| to.starts_with(&first));
                waiting.extend(
                    within.map(|to| (path.clone(), to.split('#').next().unwrap_or_default().to_owned())),
                );
            }
        }
    }
    assert!(walked > 200, "{walked} pages were walked");
    assert!(closed.is_empty(), "{closed:#?}");
}

/// A list that holds back what is not shared does not say that it is empty.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_that_there_is_nothing_where_parts_are_not_shared() {
    const NOTHING: &str = "Nothing of the parts shared with you";
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = marked(&world).await;
        let broker = broker_of(&world, case).await;
        let page = async |parts: &[RecordPart], page: &str| {
            share(&world, case, broker, parts, None).await;
            world.client(world.people.broker).await.get(&format!("/cases/{case}/{page}")).await.expect(200)
        };
        for parts in [&[RecordPart::History][..], &[RecordPart::Costs, RecordPart::History]] {
            page(parts, "history").await.never_says("Nothing here yet").says(NOTHING);
        }
        let papers = page(&[RecordPart::Papers], "documents").await.says(NOTHING);
        papers.never_says("no papers yet").never_says("Nothing has been added");
        // What is shared is there, and who reads everything is told what is so.
        page(&[RecordPart::Papers, RecordPart::Budget], "documents").await.says("The budget, explained");
        share(&world, case, broker, &[RecordPart::Costs], None).await;
        let home = world.client(world.people.broker).await.get(&format!("/cases/{case}")).await.expect(200);
        home.says(NOTHING).never_says("Nothing is waiting");
        let new = world.case_at(Stage::Contact).await;
        let martin = world.client(world.people.husband).await;
        martin.get(&format!("/cases/{new}/documents")).await.says("There are no papers yet");
        assert!(!martin.get(&format!("/cases/{new}/history")).await.text().contains(NOTHING), "{name}");
    }
}

/// What waits is told to whoever can open the page of it, in every list.
#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_told_to_whoever_opens_its_page() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = marked(&world).await;
        let p = world.people;
        let (app, jo) = (&world.app, world.actor(p.coordinator).await);
        let asked = domain::QuestionId(app.id());
        app.ask_questions(&jo, case, asked, vec![prose("What about Sundays?")], Voice::Person)
            .await
            .expect("asked");
        // A new helper, of whom nothing is said yet.
        let sal = domain::MemberId(app.id());
        let joined = domain::case::circle::Event::MemberJoined {
            id: sal,
            name: testkit::world::line("Sal Quill"),
            relation: testkit::world::line("advocate"),
            role: domain::case::CaseRole::Supporter,
            account: None,
            organisation: None,
        };
        world.say(case, p.coordinator, joined).await;
        let state = world.case(case).await;
        let tasks: Vec<String> =
            state.turns(&framework_of(&world).await).into_iter().map(|t| t.task).collect();
        let of_people = ["Answer 1 question", "Say what Sal Quill may see"];
        assert!(of_people.iter().all(|task| tasks.iter().any(|t| t == task)), "{name}: {tasks:?}");
        for (account, who, ..) in p.all() {
            let actor = world.actor(account).await;
            let may = |action| actor.may(action, &state);
            let work = app.worklist(&actor).await.expect("the work");
            let found = app.find_cases(&actor, "Alice", None).await.expect("the cases").rows;
            let mine = work.mine.into_iter().map(|one| one.row);
            let waits = work.turns.into_iter().map(|(_, row)| row);
            for row in found.into_iter().chain(mine).chain(waits).chain(work.held).filter(|r| r.case == case)
            {
                for turn in &row.turns {
                    assert!(may(turn.page.opened_by()), "{name}: {who} is told: {}", turn.task);
                }
                let names = may(domain::access::Action::SeePeople);
                assert_eq!(row.coordinator.is_some(), names, "{name}: the co-ordinator, to {who}");
            }
            let page = world.client(account).await.get(&format!("/cases/{case}")).await;
            for task in of_people.iter().filter(|_| !may(domain::access::Action::SeePeople)) {
                assert!(!page.text().contains(task), "{name}: {who} reads: {task}");
            }
        }
        // Whoever reads it all is told of it, and finance of what it pays.
        let carys = world.client(p.commissioner).await;
        carys.get(&format!("/cases/{case}")).await.says(of_people[0]).says(of_people[1]);
        let farid = world.client(p.finance1).await;
        let page = farid.post("/home", &[("words", "Alice")]).await.expect(200).says("Alice Hale");
        page.never_says(of_people[0]).never_says("Jo Field");
    }
}

async fn framework_of(world: &World) -> domain::framework::Framework {
    (*world.app.framework_of(world.place.area).await.expect("it is adopted")).clone()
}
