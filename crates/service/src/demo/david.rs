//! David and Dee's story (000:203-211): a notional budget first, and a year
//! later a direct payment and assistants of their own, in the same case.

use super::Place;
use super::living::approves;
use super::tell::{Asker, Outcome, Person, Teller, line, prose};
use crate::{App, No};
use domain::access::Action;
use domain::case::arrangement::PaymentState;
use domain::case::arrangement::payments::Rhythm;
use domain::case::arrangement::spending::{Bought, Change, Leftover};
use domain::case::circle::{self, CaseRole, ConsentAbout, ContactBy, ContactPreference, Footing, Speaking};
use domain::case::plan::{self, ActionWords, Aim, Every, HoldingWords, LineWords, Mode, Section};
use domain::case::review::{self, Meeting, OutcomeProgress, Progress};
use domain::case::{Voice, budget, signoff};
use domain::dates::{self, Date};
use domain::ledger::Funder;
use domain::{CaseId, HoldingId, LineId, Pence, ReviewId};

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

pub(super) async fn tell(app: &App, place: Place, today: Date) -> Result<CaseId, No> {
    let t = Teller { app, place, case: CaseId(app.id()), today };
    let holding = held_for_a_year(&t).await?;
    own_assistants(&t, holding).await?;
    Ok(t.case)
}

/// The story up to the day before they ask for a direct payment.
pub(super) async fn first_year(app: &App, place: Place, today: Date) -> Result<CaseId, No> {
    let t = Teller { app, place, case: CaseId(app.id()), today };
    held_for_a_year(&t).await?;
    t.days_ago(45, 10);
    Ok(t.case)
}

async fn held_for_a_year(t: &Teller<'_>) -> Result<HoldingId, No> {
    start(t).await?;
    let (holding, lines) = write(t).await?;
    agree(t).await?;
    a_year(t, holding, &lines).await?;
    Ok(holding)
}

async fn start(t: &Teller<'_>) -> Result<(), No> {
    let p = t.place.people;
    let david = Person { name: "David Lowe", known_as: None, born: Date::constant(1968, 7, 21) };
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
    t.joins(p.david, "David Lowe", "himself", CaseRole::Person).await?;
    t.joins(p.nurse, "Priya Nair", "community nurse", CaseRole::Clinician).await?;
    t.does(p.coordinator, Action::DescribeCommunication, |case, _| {
        circle::describe_communication(
            case,
            Some(line("Eyes up")),
            Some(line("Eyes down")),
            prose("An alphabet and number board for words and sentences. He spells; you say the letters aloud. Do not guess ahead unless he looks up."),
            Some(prose("Light from behind him, and time.")),
        )
    })
    .await?;
    for about in
        [ConsentAbout::TakingPart, ConsentAbout::SharingWithCouncil, ConsentAbout::SharingWithSupporters]
    {
        t.does(p.coordinator, Action::RecordConsent, move |case, _| {
            circle::record_consent(
                case,
                about,
                true,
                Voice::Person,
                prose("Eyes up, and spelled Y E S on the board."),
            )
        })
        .await?;
    }
    t.days_ago(450, 11);
    t.talks_and_offers(
        "At the nursing home, with Dee. David spelled out: I WANT TO GO HOME.",
        "A personal health budget so that David can live at home.",
        "He has been in a nursing home for three years and wants to see his family more often.",
        "Eyes up. Then he spelled it.",
    )
    .await?;
    t.days_ago(441, 14);
    let needs = [
        ("communicating", Funder::Nhs, "People who can use the letter board"),
        ("skin", Funder::Nhs, "Trained help by day and night"),
        ("washing", Funder::Council, "Two people morning and evening"),
        ("roles", Funder::Council, "To be with his family at home"),
    ];
    t.needs_and_budget(&ANSWERS, &needs).await?;
    t.days_ago(440, 19);
    t.does(p.david, Action::SeeBudget, |case, _| budget::record_seen(case, Voice::Person)).await
}

async fn write(t: &Teller<'_>) -> Result<(HoldingId, Vec<LineId>), No> {
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
    let (risk, then) = (
        "The agency sends somebody who has never seen the board",
        "Nobody works alone with me before Dee has shown them the board.",
    );
    t.expects(p.dee, Voice::Person, risk, then, "Dee").await?;
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

async fn agree(t: &Teller<'_>) -> Result<(), No> {
    let p = t.place.people;
    t.days_ago(424, 12);
    let sent = t.sends(p.david, None).await?;
    t.days_ago(420, 9);
    t.agrees(sent, "Everyone who met David knows what he wants. The plan is safe and it is his.").await?;
    t.does(p.david, Action::SeePlan, move |case, _| Ok(signoff::open_decision(case, sent, Voice::Person)))
        .await?;
    sign(t, 415, dates::days_after(t.today, -410)).await
}

/// The agreement is made, signed and countersigned.
async fn sign(t: &Teller<'_>, days_ago: i32, from: Date) -> Result<(), No> {
    let p = t.place.people;
    let (jo, david, carys) =
        (t.actor(p.coordinator).await?, t.actor(p.david).await?, t.actor(p.commissioner).await?);
    t.days_ago(days_ago, 10);
    t.app.make_agreement(&jo, t.case, from).await?;
    t.days_ago(days_ago - 1, 18);
    t.app
        .sign_agreement(&david, t.case, Voice::Person, prose("Eyes up, with Dee holding the board."))
        .await?;
    t.days_ago(days_ago - 2, 9);
    t.app.countersign_agreement(&carys, t.case).await?;
    Ok(())
}

async fn a_year(t: &Teller<'_>, holding: HoldingId, lines: &[LineId]) -> Result<(), No> {
    let p = t.place.people;
    let jo = t.actor(p.coordinator).await?;
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
            t.app.record_notional(&jo, t.case, bought, t.app.id()).await?;
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
) -> Result<(), No> {
    let p = t.place.people;
    t.days_ago(days_ago, 11);
    let (id, on, next) = (ReviewId(t.app.id()), t.day(), dates::days_after(t.day(), next_in));
    let (working, not_working) = (prose(working), prose(not_working));
    t.does(p.coordinator, Action::HoldReview, move |case, framework| {
        let progress = |o: &plan::OutcomeItem| OutcomeProgress {
            outcome: o.id,
            progress: Progress::Better,
            words: None,
        };
        let meeting = Meeting {
            on,
            with: vec![Voice::Person],
            working: working.clone(),
            not_working: not_working.clone(),
            outcomes: case.plan.current_outcomes().map(progress).collect(),
            enough: true,
            money: None,
            changes: None,
            next,
        };
        review::hold(case, framework, id, meeting, on)
    })
    .await
}

async fn own_assistants(t: &Teller<'_>, old: HoldingId) -> Result<(), No> {
    let p = t.place.people;
    t.days_ago(44, 10);
    t.does(p.coordinator, Action::RecordConsent, |case, _| {
        circle::record_consent(
            case,
            ConsentAbout::DirectPayment,
            true,
            Voice::Person,
            prose("Spelled: YES. OUR OWN PEOPLE."),
        )
    })
    .await?;
    let jo = t.actor(p.coordinator).await?;
    let new = HoldingId(t.app.id());
    let change = Change {
        old,
        new,
        words: HoldingWords {
            mode: Mode::DirectPayment,
            organisation: None,
            name: line("David and Dee’s care account"),
        },
        on: dates::days_after(t.day(), 10),
        why: prose("A year on, David and Dee want to choose and employ their own assistants."),
        leftover: Leftover::MoveOn,
    };
    t.app.change_holding(&jo, t.case, change).await?;
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
    sign(t, 36, dates::days_after(t.today, -32)).await?;
    let (farid, fay) = (t.actor(p.finance1).await?, t.actor(p.finance2).await?);
    t.days_ago(33, 10);
    approves(t, new, "D and D Lowe, care account", "8806").await?;
    t.app
        .schedule_payments(
            &farid,
            t.case,
            new,
            dates::days_after(t.today, -30),
            Rhythm::FourWeekly,
            t.app.id(),
        )
        .await?;
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
            t.app.release_payment(&farid, t.case, id).await?;
            if confirm {
                t.days_ago(ago, 15);
                t.app.confirm_payment(&fay, t.case, id).await?;
            }
        }
    }
    Ok(())
}
