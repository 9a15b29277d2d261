//! The local framework and the organisations of the demonstration's area.

use super::Organisations;
use crate::{App, No};
use domain::framework::{Framework, Method, Question, SpendingKind};
use domain::ledger::Funder;
use domain::organisation::{Event, Kind};
use domain::{AreaId, Author, Line, OrganisationId, Pence, Prose};

fn line(text: &str) -> Line {
    Line::parse(text).expect("our own words are a line")
}

fn prose(text: &str) -> Prose {
    Prose::parse(text).expect("our own words are prose")
}

/// The local framework of Mendip Vale.
#[must_use]
pub fn framework(area: AreaId) -> Framework {
    Framework {
        area,
        area_name: line("Mendip Vale"),
        service_name: line("Mendip Vale personal health budgets"),
        nhs_body: line("NHS Mendip Vale"),
        council: line("Mendip Vale Council"),
        phone: line("01632 960 100"),
        email: line("budgets@mendipvale.example"),
        contact_days: 3,
        decision_days: 14,
        clinician_limit: Pence(4_000_000),
        first_review_months: 3,
        review_months: 12,
        appeal: prose(
            "You can ask us to look again. Use the button “Ask us to look again” on this page, phone us on \
             01632 960 100, or write to NHS Mendip Vale. Someone who was not part of the first decision will \
             look at it and answer you within 20 working days. Someone can help you ask.",
        ),
        methods: vec![method()],
        spending: spending(),
    }
}

/// A small question set with a published method.
fn method() -> Method {
    let question = |key: &str, title: &str, funder: Funder, levels: [(&str, u32); 4]| Question {
        key: key.into(),
        title: line(title),
        hint: None,
        funder,
        levels: levels.into_iter().map(|(words, points)| (line(words), points)).collect(),
    };
    Method {
        version: 1,
        questions: vec![
            question(
                "breathing",
                "Breathing",
                Funder::Nhs,
                [
                    ("I need no help with breathing", 0),
                    ("I need help now and then", 4),
                    ("I need help every day", 12),
                    ("Someone trained has to be near me at all times", 30),
                ],
            ),
            question(
                "eating",
                "Eating and drinking",
                Funder::Nhs,
                [
                    ("I eat and drink without help", 0),
                    ("I need some help", 3),
                    ("I need help with every meal", 8),
                    ("I am fed through a tube", 14),
                ],
            ),
            question(
                "day",
                "Doing things in the day",
                Funder::Council,
                [
                    ("I do what I like without help", 0),
                    ("I need some help to go out or see people", 4),
                    ("I need someone with me to go out or see people", 10),
                    ("I need two people with me", 18),
                ],
            ),
            question(
                "family",
                "The people who care for you without pay",
                Funder::Council,
                [
                    ("They are fine", 0),
                    ("They need a break now and then", 2),
                    ("They need regular breaks", 6),
                    ("They cannot go on without more help", 12),
                ],
            ),
        ],
        nhs_per_point: Pence(75_000),
        council_per_point: Pence(52_000),
        start_up: Pence(120_000),
        explained: prose(
            "Each answer has points. We add up the points about health and the points about living your \
             life, and multiply each by an amount in pounds that is the same for everyone in Mendip Vale. \
             It is a first idea of what is enough, and it is not set in stone.",
        ),
    }
}

/// What money is spent on, and what the law leaves out.
fn spending() -> Vec<SpendingKind> {
    const LAW: &str = "NHS (Direct Payments) Regulations 2013, regulation 12";
    let allowed = [
        ("assistant", "A personal assistant"),
        ("agency", "Care from an agency"),
        ("therapy", "Therapy or treatment in the plan"),
        ("equipment", "Equipment and things that help"),
        ("training", "Training for you or your helpers"),
        ("activity", "Something that keeps you well"),
        ("break", "A break, for you or your family"),
        ("travel", "Getting there"),
        ("employing", "Costs of employing people"),
        ("support", "Help to plan and manage the money"),
    ];
    let excluded = [
        ("gp", "Seeing your GP", "Your GP is there for you without it"),
        ("screening", "Vaccination, screening and health checks", "The NHS gives these to everyone"),
        ("charges", "Prescription and dental charges", "NHS charges cannot be paid from it"),
        ("emergency", "Emergency and urgent care", "The NHS gives this to everyone"),
        ("surgery", "A planned operation", "The NHS arranges operations"),
        ("alcohol", "Alcohol", "The law leaves it out"),
        ("tobacco", "Tobacco", "The law leaves it out"),
        ("gambling", "Gambling", "The law leaves it out"),
        ("debts", "Paying back a debt", "The law leaves it out, unless it is for care in the plan"),
        ("illegal", "Anything against the law", "The law leaves it out"),
    ];
    let kind = |key: &str, name: &str, why: Option<&str>| SpendingKind {
        key: key.into(),
        name: line(name),
        excluded: why.map(|why| (line(why), line(LAW))),
    };
    allowed
        .into_iter()
        .map(|(key, name)| kind(key, name, None))
        .chain(excluded.into_iter().map(|(key, name, why)| kind(key, name, Some(why))))
        .collect()
}

/// Registers the four organisations of the area.
pub(super) async fn register_organisations(app: &App, area: AreaId) -> Result<Organisations, No> {
    let register = |name: &'static str, kind: Kind| async move {
        let id = OrganisationId(app.id());
        let event = Event::Registered { area, name: line(name), kind };
        app.record_organisation(Author::System, id, vec![event]).await.map(|()| id)
    };
    Ok(Organisations {
        nhs: register("NHS Mendip Vale", Kind::NhsBody).await?,
        council: register("Mendip Vale Council", Kind::Council).await?,
        third_party: register("Vale Supported Lives", Kind::ThirdParty).await?,
        brokers: register("Plan It Together", Kind::Support).await?,
    })
}
