//! Tim's story (000:305-319): a list of questions, email only, and a plan
//! that waits for the nurse to decide.

use crate::tell::{Asker, Outcome, Person, Risk, Teller};
use domain::Pence;
use domain::case::Voice;
use domain::case::circle::{CaseRole, ConsentAbout, ContactBy, ContactPreference};
use domain::case::offer::Topic;
use domain::case::plan::{ActionWords, Aim, Every, HoldingWords, LineWords, Mode, Section};
use domain::dates::{self, Date};
use domain::ledger::Funder;
use domain::testing::{line, prose};
use service::Error;
use service::communication::Communication;
use strum::VariantArray;

/// Tim's questions and, where there is one already, the answer.
const QUESTIONS: [(&str, Option<&str>); 9] = [
    (
        "How could I benefit from a personal health budget?",
        Some(
            "You would decide who helps you, when, and with what. From what you told me, that is the part you miss most.",
        ),
    ),
    (
        "What difference would it make to my life?",
        Some(
            "Other people in your place tell us: knowing who comes through the door, and being in charge again. I can put you in touch with two of them.",
        ),
    ),
    (
        "Can I employ one person who then organises the others?",
        Some(
            "Yes. You can pay a personal assistant to help you run your team. You stay the one who decides.",
        ),
    ),
    (
        "Who tells me what tax and insurance I have to deal with?",
        Some(
            "A payroll service does the tax. You need employer’s liability insurance, which the plan can pay for.",
        ),
    ),
    (
        "Can I ask for a direct payment and change my mind later?",
        Some("Yes. You can change how the money is held at any time."),
    ),
    (
        "I was an accountant. May I see exactly how the amount was worked out?",
        Some("Yes, every line of it. It is on your budget page."),
    ),
    ("Do I have to keep every receipt?", None),
    ("What happens to my team if I go into hospital?", None),
    ("Do you have to phone me?", Some("No. We have noted that you want email only.")),
];

const ANSWERS: [(&str, u8, &str); 12] = [
    ("breathing", 1, "I take my own medicines if somebody opens them for me."),
    ("eating", 1, "Cut up, and with my heavy cutlery."),
    ("skin", 1, "I tell people when I need to be moved."),
    (
        "communicating",
        2,
        "My speech is slow. People finish my sentences, and get them wrong. In writing I am as quick as you.",
    ),
    ("mind", 2, "I am losing who I was. I used to run an office of twelve."),
    ("changes", 1, "It gets worse slowly. I know the signs."),
    ("washing", 2, "Every morning and every evening."),
    ("safety", 1, "Somebody to look in is enough."),
    ("home", 2, "Most of it. I do the accounts."),
    ("out", 2, "I need somebody with me who can drive the van."),
    ("roles", 2, "I want to do the books for the food bank again."),
    ("family", 1, "My sister comes on Sundays."),
];

pub(super) async fn tell(t: &Teller<'_>) -> Result<(), Error> {
    first_contact(t).await?;
    plan_and_send(t).await
}

async fn first_contact(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    let tim = Person { name: "Tim Ashby", known_as: None, born: Some(Date::constant(1983, 11, 2)) };
    let himself = Asker {
        who: p.tim,
        name: "Tim Ashby",
        relation: "himself",
        role: CaseRole::Person,
        speaks: None,
        preference: ContactPreference {
            by: vec![ContactBy::Email],
            only: true,
            details: Some(line("tim@mail.example")),
            when: Some(line("Any time. I answer in the evening")),
        },
        words: "I have prepared a list of questions and would like to be answered in writing.",
    };
    t.begins(64, tim, himself).await?;
    t.comes(p.nurse, "nurse assessor", CaseRole::Clinician).await?;
    let described = Communication {
        yes: None,
        no: None,
        how: prose("Tim speaks slowly and clearly writes what he thinks. He is as quick as ever."),
        helps: Some(prose(
            "Email. If we meet: time, and nobody finishing his sentences. Rob, who works with him, knows his speech well.",
        )),
    };
    t.app.describe_communication(&t.next(p.coordinator).await?, t.case, described).await?;
    for (asked, answer) in QUESTIONS {
        t.asks(p.tim, asked, answer).await?;
    }
    t.days_ago(57, 14);
    for about in [ConsentAbout::TakingPart, ConsentAbout::SharingWithCouncil, ConsentAbout::DirectPayment] {
        t.consents(p.tim, about, "In an email of his own.").await?;
    }
    let note = "At Tim’s, with Rob. We went through the list he had prepared, two sides of A4, and everything else by email afterwards.";
    t.talks(vec![Voice::Person], Topic::VARIANTS.to_vec(), false, Some(note)).await?;
    t.offers(
        "A personal health budget for all of Tim’s support, health and social care together.",
        "He says he is losing his identity and his grip on his own life, and that he would rather run something than be run.",
        Some("He said yes, and sent an email to say it again."),
    )
    .await
}

async fn plan_and_send(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(45, 11);
    for (question, level, words) in ANSWERS {
        t.answers(p.coordinator, Voice::Person, (question, level, Some(words))).await?;
    }
    for (question, funder, words) in [
        ("mind", Funder::Nhs, "To be in charge of something again"),
        ("communicating", Funder::Nhs, "People who give him time to say it himself"),
        ("washing", Funder::Council, "Help every morning and evening"),
        ("out", Funder::Council, "Somebody who drives the van, so that he can work for the food bank"),
    ] {
        t.needs(Voice::Person, (Some(question), funder, words)).await?;
    }
    t.needs_are_complete().await?;
    t.shares_the_budget().await?;
    t.days_ago(44, 20);
    t.opens_the_budget(p.tim).await?;
    t.days_ago(30, 20);
    for (section, text) in [
        (
            Section::WhoIAm,
            "I am Tim, 43, an accountant for eighteen years until my hands and my speech went their own way. I have Friedreich’s ataxia. My head is fine. I like order, cricket on the radio, and being asked before things are done.",
        ),
        (Section::Working, "My van. My sister’s Sundays. Rob, who waits while I finish a sentence. Email."),
        (
            Section::NotWorking,
            "Six agencies in three years. A different person each morning, at a time that suits them. Phone calls I cannot answer fast enough.",
        ),
        (
            Section::ImportantToMe,
            "Running my own affairs. Choosing who comes into my home. Doing the books for the food bank.",
        ),
        (
            Section::ImportantForMyHealth,
            "Help morning and evening at regular times. My heart checked every six months. Stretching every day, or I stiffen.",
        ),
        (
            Section::IfThingsGoWrong,
            "If an assistant is ill, the others swap, and the agency in Frome is the last resort. For my heart I call Priya’s team or 999. If I go into hospital my lead assistant tells the team and the payroll service.",
        ),
        (Section::HowMoneyIsHeld, "A direct payment into an account of its own. I keep the books."),
        (
            Section::HowWeReview,
            "I will send you a page of figures every quarter whether you want it or not. If I stop emailing, something is wrong.",
        ),
    ] {
        t.writes(p.tim, Voice::Person, section, text).await?;
    }
    let mut outcomes = vec![];
    for (from, aim, words, sign) in [
        (
            "mind",
            Aim::Better,
            "I run my own support and do the food bank’s books, like the man I was",
            "The food bank’s accounts are done by the tenth of each month",
        ),
        (
            "communicating",
            Aim::Better,
            "People wait for me to finish",
            "Nobody finishes my sentences at home",
        ),
        ("washing", Aim::Kept, "I get up and go to bed when I choose", "Up by eight on weekdays"),
    ] {
        outcomes.push(t.aims_at(p.tim, from, Outcome { aim, words, sign: Some(sign) }).await?);
    }
    let (charge, heard, steady) = (outcomes[0], outcomes[1], outcomes[2]);
    let risk = Risk {
        words: "I am a new employer and get something wrong",
        what_we_do: "A payroll service, insurance, and the employment helpline. Jo looks at the first three months with me.",
        who: "Tim, with the payroll service",
    };
    t.expects(p.tim, Voice::Person, risk).await?;
    for (what, who, paid, when, outcome) in [
        (
            "Find, interview and employ a lead assistant and two others",
            "Tim",
            true,
            "Within two months",
            charge,
        ),
        ("Do the stretching sheet with Tim every day", "The assistants", true, "Every morning", steady),
        ("Sunday lunch, and taking the van to be washed", "Tim’s sister", false, "Sundays", steady),
        (
            "Be told that waiting is part of the job",
            "Tim tells them at the interview",
            false,
            "Before anyone starts",
            heard,
        ),
    ] {
        let outcomes = vec![outcome];
        let action =
            ActionWords { what: prose(what), who: line(who), paid, when: line(when), by: None, outcomes };
        t.will_do(p.tim, Voice::Person, action, None).await?;
    }
    let words =
        HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("Tim’s own account") };
    let holding = t.holds(p.tim, words, dates::days_after(t.today, 14)).await?;
    for (what, kind, funder, pence, every, outcome) in [
        ("A lead assistant, 10 hours a week", "assistant", Funder::Nhs, 16_800, Every::Week, charge),
        ("Two assistants: mornings and evenings", "assistant", Funder::Council, 15_400, Every::Week, steady),
        ("Payroll service and employer’s insurance", "employing", Funder::Nhs, 5_500, Every::Month, charge),
    ] {
        let words = LineWords {
            what: line(what),
            kind: kind.to_owned(),
            funder,
            amount: Pence(pence),
            every,
            outcomes: vec![outcome],
            holding: Some(holding),
        };
        t.buys(p.tim, Voice::Person, words).await?;
    }
    t.first_review(p.tim, -95).await?;
    t.days_ago(3, 21);
    t.sends(p.tim, Some("Two of my questions are still open. They need not hold this up.")).await.map(drop)
}
