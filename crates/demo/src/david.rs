//! David and Dee's story (000:203-211): a notional budget first, and a year
//! later a direct payment and assistants of their own, in the same case.

use crate::tell::{Asker, Outcome, Person, Risk, Teller};
use domain::case::Voice;
use domain::case::arrangement::payments::Rhythm;
use domain::case::arrangement::spending::{Change, Leftover};
use domain::case::arrangement::{Bought, PaymentState};
use domain::case::circle::{CaseRole, ConsentAbout, ContactBy, ContactPreference, Footing, Speaking};
use domain::case::offer::Topic;
use domain::case::plan::{ActionWords, Aim, Every, HoldingWords, LineWords, Mode, Section};
use domain::case::review::{Meeting, OutcomeProgress, Progress};
use domain::dates::{self, Date};
use domain::ledger::Funder;
use domain::team::TeamId;
use domain::testing::{line, prose};
use domain::{HoldingId, LineId, Pence, ReviewId};
use service::Error;
use service::communication::Communication;
use strum::VariantArray;

const ANSWERS: [(&str, u8, &str); 12] = [
    ("breathing", 2, "Medicines by tube, and my chest in winter."),
    ("eating", 3, "By tube. Dee makes it look like dinner."),
    ("skin", 2, "Turned every three hours."),
    ("communicating", 3, "Eyes up is yes, eyes down is no. The board for words."),
    ("mind", 1, "Better since I came home."),
    ("changes", 1, "Steady for two years."),
    ("washing", 3, "Two people and the hoist."),
    ("safety", 2, "Not alone for long."),
    ("home", 2, "Dee does it."),
    ("out", 2, "Football on Saturdays, if somebody drives."),
    ("roles", 2, "Being a dad at the dinner table."),
    ("family", 2, "Dee needs her Wednesdays."),
];

pub(super) async fn tell(t: &Teller<'_>) -> Result<(), Error> {
    let holding = held_for_a_year(t).await?;
    own_assistants(t, holding).await
}

/// The story up to the day before they ask for a direct payment.
pub(super) async fn first_year(t: &Teller<'_>) -> Result<(), Error> {
    held_for_a_year(t).await?;
    t.days_ago(45, 10);
    Ok(())
}

async fn held_for_a_year(t: &Teller<'_>) -> Result<HoldingId, Error> {
    start(t).await?;
    let (holding, lines) = write(t).await?;
    agree(t).await?;
    a_year(t, holding, &lines).await?;
    Ok(holding)
}

async fn start(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    let david = Person { name: "David Lowe", known_as: None, born: Some(Date::constant(1968, 7, 21)) };
    let dee = Asker {
        who: p.dee,
        name: "Dee Lowe",
        relation: "wife",
        role: CaseRole::FamilyCarer,
        speaks: Some(Speaking {
            footing: Footing::HelpsToCommunicate,
            about: prose("Reads his eyes and the letter board. David decides everything himself."),
            evidence: None,
            matters: vec![],
        }),
        preference: ContactPreference {
            by: vec![ContactBy::Phone],
            only: false,
            details: Some(line("01632 960 127")),
            when: Some(line("After the girls are at school")),
        },
        words: "David wants to come home from the nursing home, and so do we all. What would have to happen first?",
    };
    t.begins(455, david, dee).await?;
    t.comes(p.david, "himself", CaseRole::Person).await?;
    t.comes(p.nurse, "community nurse", CaseRole::Clinician).await?;
    let described = Communication {
        yes: Some(line("Eyes up")),
        no: Some(line("Eyes down")),
        how: prose(
            "An alphabet and number board for words and sentences. He spells; you say the letters aloud. Do not guess ahead unless he looks up.",
        ),
        helps: Some(prose("Light from behind him, and time.")),
    };
    t.app.describe_communication(&t.next(p.coordinator).await?, t.case, described).await?;
    for about in [ConsentAbout::TakingPart, ConsentAbout::SharingWithCouncil] {
        t.consents(p.coordinator, about, "Eyes up, and spelled Y E S on the board.").await?;
    }
    t.days_ago(450, 11);
    let note = "At the nursing home, with Dee. David spelled out: I WANT TO GO HOME.";
    t.talks(vec![Voice::Person], Topic::VARIANTS.to_vec(), false, Some(note)).await?;
    t.offers(
        "A personal health budget so that David can live at home.",
        "He has been in a nursing home for three years and wants to see his family more often.",
        Some("Eyes up. Then he spelled it."),
    )
    .await?;
    t.days_ago(441, 14);
    for (question, level, words) in ANSWERS {
        t.answers(p.coordinator, Voice::Person, (question, level, Some(words))).await?;
    }
    for (question, funder, words) in [
        ("communicating", Funder::Nhs, "People who can use the letter board"),
        ("skin", Funder::Nhs, "Trained help by day and night"),
        ("washing", Funder::Council, "Two people morning and evening"),
        ("roles", Funder::Council, "To be with his family at home"),
    ] {
        t.needs(Voice::Person, (Some(question), funder, words)).await?;
    }
    t.needs_are_complete().await?;
    t.shares_the_budget().await?;
    t.days_ago(440, 19);
    t.opens_the_budget(p.david).await
}

async fn write(t: &Teller<'_>) -> Result<(HoldingId, Vec<LineId>), Error> {
    let p = t.place.people;
    t.days_ago(430, 19);
    for (section, text) in [
        (
            Section::WhoIAm,
            "I am David. Husband of Dee, dad of two, and I drove lorries for twenty years. Six years ago a stroke locked me in. I hear, see, think and laugh. I talk with my eyes.",
        ),
        (Section::Working, "Dee. The board. The physio on the ward who made me sit up."),
        (
            Section::NotWorking,
            "Living in a home with people thirty years older. Seeing my girls for an hour on Sundays.",
        ),
        (
            Section::ImportantToMe,
            "My own bed. My girls at the table. Football. Being told the joke, not being the joke.",
        ),
        (
            Section::ImportantForMyHealth,
            "Turned every three hours. Chest physio in winter. My neck and shoulders worked on, or I lose the board.",
        ),
        (
            Section::IfThingsGoWrong,
            "The agency sends a second person within the hour. For my chest: Priya’s team, day or night. Dee has the red bag packed.",
        ),
        (
            Section::HowMoneyIsHeld,
            "The NHS keeps the money for now and pays the agency. I may want to do it ourselves one day.",
        ),
        (Section::HowWeReview, "Ask me, with the board, and take an hour over it."),
    ] {
        t.writes(p.dee, Voice::Person, section, text).await?;
    }
    let home =
        Outcome { aim: Aim::Better, words: "I live at home and have dinner with my girls", sign: None };
    let home = t.aims_at(p.dee, "roles", home).await?;
    let words = "My neck stays good enough to use the board, and my skin stays whole";
    let move_ = t.aims_at(p.dee, "skin", Outcome { aim: Aim::Kept, words, sign: None }).await?;
    let risk = Risk {
        words: "The agency sends somebody who has never seen the board",
        what_we_do: "Nobody works alone with me before Dee has shown them the board.",
        who: "Dee",
    };
    t.expects(p.dee, Voice::Person, risk).await?;
    for (what, who, paid, when, outcome) in [
        (
            "Day and night care from an agency",
            "The agency, arranged by Jo",
            true,
            "From the day he comes home",
            home,
        ),
        ("Dinner together", "Dee and the girls", false, "Every evening", home),
        ("Neurophysiotherapy at home", "A neurophysiotherapist", true, "Every week", move_),
    ] {
        let outcomes = vec![outcome];
        let action =
            ActionWords { what: prose(what), who: line(who), paid, when: line(when), by: None, outcomes };
        t.will_do(p.dee, Voice::Person, action, None).await?;
    }
    let words =
        HoldingWords { mode: Mode::Notional, organisation: None, name: line("Held by NHS Mendip Vale") };
    let holding = t.holds(p.dee, words, dates::days_after(t.today, -410)).await?;
    let mut lines = vec![];
    for (what, kind, funder, pence, outcome) in [
        ("Trained care, day and night", "agency", Funder::Nhs, 62_000, home),
        ("Neurophysiotherapy", "therapy", Funder::Nhs, 7_500, move_),
        ("Help with washing and moving", "agency", Funder::Council, 34_000, home),
    ] {
        let words = LineWords {
            what: line(what),
            kind: kind.to_owned(),
            funder,
            amount: Pence(pence),
            every: Every::Week,
            outcomes: vec![outcome],
            holding: Some(holding),
        };
        lines.push(t.buys(p.dee, Voice::Person, words).await?);
    }
    t.first_review(p.dee, 340).await?;
    Ok((holding, lines))
}

async fn agree(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(424, 12);
    let sent = t.sends(p.david, None).await?;
    t.days_ago(420, 9);
    t.agrees(sent, "Everyone who met David knows what he wants. The plan is safe and it is his.").await?;
    t.opens_the_decision(p.david, sent).await?;
    sign(t, 415, dates::days_after(t.today, -410)).await
}

/// The agreement is made, signed and countersigned.
async fn sign(t: &Teller<'_>, days_ago: i32, from: Date) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(days_ago, 10);
    t.app.make_agreement(&t.next(p.coordinator).await?, t.case, from).await?;
    t.days_ago(days_ago - 1, 18);
    let how = prose("Eyes up, with Dee holding the board.");
    let read = t.state().await?.arrangement.agreements.len();
    t.app.sign_agreement(&t.next(p.david).await?, t.case, read, Voice::Person, how).await?;
    t.days_ago(days_ago - 2, 9);
    t.app.countersign_agreement(&t.next(p.commissioner).await?, t.case, read).await.map(drop)
}

async fn a_year(t: &Teller<'_>, holding: HoldingId, lines: &[LineId]) -> Result<(), Error> {
    let p = t.place.people;
    for period in 0..13 {
        let ago = 382 - period * 28;
        t.days_ago(ago, 10);
        for (line_id, what, pence) in [
            (lines[0], "Somer Care, 4 weeks", 248_000),
            (lines[1], "R Shah neurophysiotherapy, 4 visits", 30_000),
            (lines[2], "Somer Care, washing and moving, 4 weeks", 136_000),
        ] {
            let bought =
                Bought { holding, line: line_id, amount: Pence(pence), on: t.day(), what: line(what) };
            t.app.record_notional(&t.next(p.coordinator).await?, t.case, bought, t.app.id()).await?;
        }
        if period == 1 {
            review(
                t,
                345,
                "Being home. The girls at the table every night.",
                "Four different carers last week.",
                320,
            )
            .await?;
        }
        if period == 11 {
            review(
                t,
                60,
                "Home, family, football.",
                "Waiting for the agency to send a rota. We would rather choose people ourselves.",
                350,
            )
            .await?;
        }
    }
    Ok(())
}

async fn review(
    t: &Teller<'_>,
    days_ago: i32,
    working: &str,
    not_working: &str,
    next_in: i32,
) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(days_ago, 11);
    let (id, on, next) = (ReviewId(t.app.id()), t.day(), dates::days_after(t.day(), next_in));
    let better = |outcome| OutcomeProgress { outcome, progress: Progress::Better, words: None };
    let meeting = Meeting {
        on,
        with: vec![Voice::Person],
        working: prose(working),
        not_working: prose(not_working),
        outcomes: t.state().await?.plan.current_outcomes().map(|o| better(o.id)).collect(),
        enough: true,
        money: None,
        changes: None,
        next,
    };
    t.app.hold_review(&t.next(p.coordinator).await?, t.case, id, meeting).await.map(drop)
}

async fn own_assistants(t: &Teller<'_>, old: HoldingId) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(44, 10);
    t.consents(p.coordinator, ConsentAbout::DirectPayment, "Spelled: YES. OUR OWN PEOPLE.").await?;
    let new = HoldingId(t.app.id());
    let change = Change {
        old,
        new,
        words: HoldingWords {
            mode: Mode::DirectPayment,
            organisation: None,
            name: line("David and Dee’s care account"),
        },
        on: t.day(),
        why: prose("A year on, David and Dee want to choose and employ their own assistants."),
        leftover: Leftover::MoveOn,
    };
    t.app.change_holding(&t.next(p.coordinator).await?, t.case, change).await?;
    let action = ActionWords {
        what: prose("Interview and employ three assistants of our own"),
        who: line("David and Dee"),
        paid: true,
        when: line("Over the next month"),
        by: None,
        outcomes: t.state().await?.plan.current_outcomes().map(|o| o.id).collect(),
    };
    t.will_do(p.dee, Voice::Person, action, None).await?;
    t.days_ago(42, 19);
    t.writes(p.dee, Voice::Person, Section::HowMoneyIsHeld, "A direct payment into an account of its own. Dee does the paperwork, a payroll service does the pay. I choose the people.").await?;
    let sent = t.sends(p.david, Some("Same plan, our own people.")).await?;
    t.days_ago(38, 9);
    t.agrees(sent, "The same plan, held another way. They have had a year to get ready and they are.")
        .await?;
    let david = t.next(p.david).await?;
    let why = prose("I want to choose the people who help me, and be their boss.");
    t.app.begin_team(&david, t.case, TeamId(t.app.id()), Voice::Person, why).await?;
    sign(t, 36, dates::days_after(t.today, -32)).await?;
    t.days_ago(33, 10);
    t.approves(new, line("D and D Lowe, care account"), "8806").await?;
    let first = dates::days_after(t.today, -30);
    let farid = t.next(p.finance1).await?;
    t.app.schedule_payments(&farid, t.case, new, first, Rhythm::FourWeekly, t.app.id()).await?;
    for (ago, confirm) in [(30, true), (2, false)] {
        let day = dates::days_after(t.today, -ago);
        let due: Vec<_> = t
            .state()
            .await?
            .arrangement
            .instalments
            .iter()
            .filter(|i| i.state == PaymentState::Planned && i.planned.due <= day)
            .map(|i| i.planned.id)
            .collect();
        for id in due {
            t.days_ago(ago, 9);
            t.app.release_payment(&t.next(p.finance1).await?, t.case, id).await?;
            if confirm {
                t.days_ago(ago, 15);
                t.app.confirm_payment(&t.next(p.finance2).await?, t.case, id).await?;
            }
        }
    }
    Ok(())
}
