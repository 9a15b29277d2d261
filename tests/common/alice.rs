//! Alice's case, event by event, as it would stand after some months.

use domain::case::arrangement::{InstalmentKind, Part, Scheduled};
use domain::case::budget::{Step, Working};
use domain::case::circle::{CaseRole, ConsentAbout, Footing};
use domain::case::offer::Answer;
use domain::case::plan::{
    ActionWords, Every, HoldingWords, LineWords, Mode, OutcomeWords, RiskWords, Section,
};
use domain::case::{self, Voice, arrangement, assessment, budget, circle, offer, plan, signoff};
use domain::framework::{Framework, Method, Question};
use domain::ledger::Funder;
pub use domain::testing::{line, prose};
use domain::*;
use store::{Db, StoreError, record};
use uuid::Uuid;

pub const CASE: CaseId = CaseId(Uuid::from_u128(0xa11ce));
pub const HUSBAND: AccountId = AccountId(Uuid::from_u128(1));
pub const NURSE: AccountId = AccountId(Uuid::from_u128(2));
pub const AREA: AreaId = AreaId(Uuid::from_u128(100));
const ROBERT: MemberId = MemberId(Uuid::from_u128(11));
const ANNE: MemberId = MemberId(Uuid::from_u128(12));
const JO: MemberId = MemberId(Uuid::from_u128(13));

pub fn framework() -> Framework {
    let question = |key: &str, title: &str, funder| Question {
        key: key.into(),
        title: line(title),
        hint: None,
        funder,
        levels: vec![
            (line("I manage this by myself"), 0),
            (line("I need help with this most days"), 12),
            (line("I need help with this day and night"), 30),
        ],
    };
    let method = Method {
        version: 1,
        questions: vec![
            question("breathing", "Breathing and staying well", Funder::Nhs),
            question("moving", "Moving around and being comfortable", Funder::Nhs),
            question("home", "Looking after my home and myself", Funder::Council),
        ],
        nhs_per_point: Pence(38_000),
        council_per_point: Pence(21_000),
        start_up: Pence(120_000),
        explained: prose(
            "Each answer gives some points. More help gives more points. Every point is worth the same amount of money for everyone in Northmoor.",
        ),
    };
    Framework {
        area: AREA,
        area_name: line("Northmoor"),
        service_name: line("Personal health budgets in Northmoor"),
        nhs_body: line("NHS Northmoor"),
        council: line("Northmoor Council"),
        phone: line("01632 960 042"),
        email: line("budgets@northmoor.example"),
        contact_days: 5,
        decision_days: 28,
        clinician_limit: Pence(5_000_000),
        first_review_months: 3,
        review_months: 12,
        appeal: prose(
            "If you think this is not right, tell us within 3 months. Someone who has not seen your plan before will look at it with you. Ring 01632 960 042 or write to us.",
        ),
        methods: vec![method],
        spending: vec![testing::spending("care", "Care and support")],
        bank_holidays: domain::working_days::BankHolidays::published(),
        retention: domain::framework::Retention::default(),
    }
}

/// A case that has been opened for somebody.
pub fn opening(name: &str, reference: &str) -> Vec<case::Event> {
    vec![
        offer::Event::CaseOpened { area: AREA, reference: reference.into(), enquiry: None, contact_by: None }
            .into(),
        circle::Event::PersonNamed { name: line(name), known_as: None, born: None }.into(),
    ]
}

/// Everything, with the moment at which each lot was recorded.
pub fn story() -> Vec<(&'static str, AccountId, Vec<case::Event>)> {
    let mut first = opening("Alice Fenwick", "NM-2026-0042");
    first.extend(people());
    vec![
        ("2026-06-01T09:00:00Z", JO_ACCOUNT, first),
        ("2026-06-10T09:00:00Z", JO_ACCOUNT, needs_and_money()),
        ("2026-06-20T09:00:00Z", HUSBAND, the_plan()),
        ("2026-07-01T09:00:00Z", NURSE, decision()),
        ("2026-07-06T09:00:00Z", JO_ACCOUNT, agreement()),
        ("2026-09-15T09:00:00Z", HUSBAND, changed()),
    ]
}

const JO_ACCOUNT: AccountId = AccountId(Uuid::from_u128(3));
const SENT: SubmissionId = SubmissionId(Uuid::from_u128(60));
const DIRECT: HoldingId = HoldingId(Uuid::from_u128(40));
const THIRD: HoldingId = HoldingId(Uuid::from_u128(41));

fn people() -> Vec<case::Event> {
    let member = |id, name: &str, relation: &str, role, account| {
        circle::Event::MemberJoined {
            id,
            name: line(name),
            relation: line(relation),
            role,
            account,
            organisation: None,
        }
        .into()
    };
    vec![
        member(ROBERT, "Robert Fenwick", "Husband", CaseRole::FamilyCarer, Some(HUSBAND)),
        member(ANNE, "Anne Okafor", "Specialist nurse", CaseRole::Clinician, Some(NURSE)),
        member(JO, "Jo Marsh", "Care co-ordinator", CaseRole::CareCoordinator, Some(JO_ACCOUNT)),
        circle::Event::CommunicationDescribed {
            yes: Some(line("Blinks once")),
            no: Some(line("Blinks twice")),
            how: prose(
                "Alice does not use words. Sit where she can see you, ask one thing at a time and wait.",
            ),
            helps: Some(prose("It was once written that Alice cannot communicate. She can.")),
        }
        .into(),
        circle::Event::SpeakerRecognised {
            member: ROBERT,
            footing: Footing::Representative,
            about: prose("Decisions about the money that Alice cannot make"),
            evidence: None,
        }
        .into(),
        circle::Event::ConsentGiven {
            about: ConsentAbout::DirectPayment,
            voice: Voice::Person,
            how: prose("Blinked once, twice over, with Robert and Jo there"),
        }
        .into(),
        offer::Event::Made {
            what: prose("All of Alice's care at home"),
            why_now: None,
            said_voluntary: true,
        }
        .into(),
        offer::Event::Answered { answer: Answer::Yes, voice: Voice::Person, how: None }.into(),
    ]
}

fn needs_and_money() -> Vec<case::Event> {
    let answered = |question: &str, level, words: Option<&str>| {
        assessment::Event::Answered {
            question: question.into(),
            level,
            words: words.map(prose),
            voice: Voice::Member(ROBERT),
        }
        .into()
    };
    let step = |question: &str, level, points, nhs, council| Step {
        question: question.into(),
        level,
        points,
        nhs: Pence(nhs),
        council: Pence(council),
    };
    vec![
        assessment::Event::Started { questions: 1 }.into(),
        answered("breathing", 2, Some("Someone must be there at night.")),
        answered("moving", 2, None),
        answered("home", 1, None),
        assessment::Event::NeedRecorded {
            id: NeedId(Uuid::from_u128(20)),
            words: prose("Help with breathing at night"),
            funder: Funder::Nhs,
            question: Some("breathing".into()),
            voice: Voice::Member(ROBERT),
        }
        .into(),
        assessment::Event::Completed.into(),
        budget::Event::WorkedOut {
            working: Working {
                method: 1,
                questions: 1,
                steps: vec![
                    step("breathing", 2, 30, 1_140_000, 0),
                    step("moving", 2, 30, 1_140_000, 0),
                    step("home", 1, 12, 0, 252_000),
                ],
                nhs: Pence(2_280_000),
                council: Pence(252_000),
                start_up: Pence(120_000),
            },
        }
        .into(),
        budget::Event::Shared.into(),
        budget::Event::Seen { voice: Voice::Member(ROBERT) }.into(),
        budget::Event::Questioned {
            voice: Voice::Member(ROBERT),
            words: prose("Does this count the nights?"),
        }
        .into(),
        budget::Event::QuestionAnswered { words: prose("Yes. Nights are in the answer about breathing.") }
            .into(),
    ]
}

fn the_plan() -> Vec<case::Event> {
    let outcome = |n: u128| OutcomeId(Uuid::from_u128(30 + n));
    let written = |section, text: &str, voice| {
        plan::Event::SectionWritten { section, text: prose(text), voice, based_on: 0 }.into()
    };
    let robert = Voice::Member(ROBERT);
    let mut events: Vec<case::Event> = vec![
        written(
            Section::WhoIAm,
            "I am Alice. I live with Robert in our own house, with the garden I planted. I love Bach, strong tea and gossip.\n\nI have motor neurone disease. My mind is as quick as ever.",
            Voice::Person,
        ),
        written(
            Section::WhoSpeaks,
            "I blink once for yes and twice for no. Robert helps with the money.",
            robert,
        ),
        written(Section::Working, "Robert knows what I want before I blink.", Voice::Person),
        written(
            Section::NotWorking,
            "A new face every week. Being talked about over my head.",
            Voice::Person,
        ),
        written(
            Section::ImportantToMe,
            "To stay in my own home, and to sit in the garden every dry day.",
            Voice::Person,
        ),
        written(
            Section::ImportantForMyHealth,
            "Suction at hand, day and night. Being turned every three hours.",
            robert,
        ),
        written(
            Section::IfThingsGoWrong,
            "If nobody comes, Robert rings Jo on 01632 960 042, at night 111. If I cannot breathe: 999.",
            robert,
        ),
        written(
            Section::HowMoneyIsHeld,
            "Part as a direct payment to Robert, part with Supported Lives.",
            robert,
        ),
        written(
            Section::HowWeReview,
            "Robert keeps a diary. We look at it together after three months.",
            robert,
        ),
    ];
    let out = |n, words: &str| {
        let words =
            OutcomeWords { words: prose(words), needs: vec![], sign: Some(prose("The diary says so")) };
        plan::Event::OutcomeAdded { id: outcome(n), outcome: words, voice: Voice::Person }.into()
    };
    events.push(out(1, "I sit in the garden four times a week"));
    events.push(out(2, "Robert sleeps through most nights"));
    events.push(
        plan::Event::RiskAdded {
            id: RiskId(Uuid::from_u128(50)),
            risk: RiskWords {
                words: prose("My chest fills and nobody is trained to help"),
                what_we_do: prose("Everyone who is alone with me has been shown suction by Anne"),
                who: line("Anne Okafor"),
            },
            voice: robert,
        }
        .into(),
    );
    events.push(
        plan::Event::ActionAdded {
            id: ActionId(Uuid::from_u128(51)),
            action: ActionWords {
                what: prose("Find two personal assistants who like gardens"),
                who: line("Robert, with the broker"),
                paid: false,
                when: line("Before the summer ends"),
                by: Some(Date::constant(2026, 8, 1)),
                outcomes: vec![outcome(1)],
            },
            voice: robert,
        }
        .into(),
    );
    for (id, words, from) in [
        (
            DIRECT,
            HoldingWords { mode: Mode::DirectPayment, organisation: None, name: line("Alice's assistants") },
            1,
        ),
        (
            THIRD,
            HoldingWords { mode: Mode::ThirdParty, organisation: None, name: line("Supported Lives") },
            1,
        ),
    ] {
        let from = Date::constant(2026, 7, from);
        events.push(plan::Event::HoldingAdded { id, holding: words, from }.into());
    }
    for (n, what, funder, pence, every, outcome_no, holding) in [
        (1, "Two personal assistants, by day", Funder::Nhs, 31_000, Every::Week, 1, DIRECT),
        (2, "A night assistant, two nights a week", Funder::Nhs, 12_500, Every::Week, 2, THIRD),
        (3, "Help in the house", Funder::Council, 21_000, Every::Month, 2, DIRECT),
        (4, "Garden path for the wheelchair", Funder::Nhs, 95_000, Every::Once, 1, DIRECT),
    ] {
        let words = LineWords {
            what: line(what),
            kind: "care".into(),
            funder,
            amount: Pence(pence),
            every,
            outcomes: vec![outcome(outcome_no)],
            holding: Some(holding),
        };
        let id = LineId(Uuid::from_u128(70 + n));
        events.push(plan::Event::LineAdded { id, line: words, voice: robert }.into());
    }
    events.push(plan::Event::FirstReviewSet { on: Date::constant(2026, 9, 28) }.into());
    events.push(signoff::Event::Sent { id: SENT, voice: robert, to: Some(ANNE), note: None }.into());
    events
}

fn decision() -> Vec<case::Event> {
    vec![
        signoff::Event::Agreed {
            id: SENT,
            reasons: prose("The plan meets Alice's needs in the way she chose, and everyone who helps knows about suction."),
            nhs: Pence(2_262_000),
            council: Pence(252_000),
            start_up: Pence(95_000),
            limit: Pence(5_000_000),
        }
        .into(),
    ]
}

fn agreement() -> Vec<case::Event> {
    let scheduled = |n: u128, day, kind, pence| Scheduled {
        id: InstalmentId(Uuid::from_u128(80 + n)),
        holding: DIRECT,
        due: day,
        funder: Funder::Nhs,
        kind,
        amount: Pence(pence),
    };
    vec![
        arrangement::Event::AgreementMade {
            parts: vec![Part::Everyone, Part::ThirdParty, Part::DirectPayment, Part::EmployingPeople],
            from: Date::constant(2026, 7, 6),
        }
        .into(),
        arrangement::Event::AgreementSigned { voice: Voice::Member(ROBERT), how: prose("On paper, at home") }
            .into(),
        arrangement::Event::AgreementCountersigned.into(),
        arrangement::Event::AccountApproved {
            holding: DIRECT,
            name: line("R Fenwick for A Fenwick"),
            last_four: "4321".into(),
        }
        .into(),
        arrangement::Event::PaymentsScheduled {
            instalments: vec![
                scheduled(1, Date::constant(2026, 7, 8), InstalmentKind::StartUp, 95_000),
                scheduled(2, Date::constant(2026, 7, 13), InstalmentKind::Regular, 124_000),
                scheduled(3, Date::constant(2026, 8, 10), InstalmentKind::Regular, 124_000),
            ],
        }
        .into(),
    ]
}

fn changed() -> Vec<case::Event> {
    vec![
        plan::Event::SectionWritten {
            section: Section::NotWorking,
            text: prose("A carer frightened me in August. She does not come any more."),
            voice: Voice::Person,
            based_on: 1_000,
        }
        .into(),
    ]
}

/// Writes it all on the record, at the moments it says.
pub async fn write(db: &Db) {
    for (at, by, events) in story() {
        let at: Timestamp = at.parse().expect("a time");
        db.write::<_, StoreError>(move |tx| {
            let stream = super::case_stream(CASE);
            let seen = record::version(tx, stream)?;
            record::append(tx, stream, seen, Author::Account(by), at, &events)
        })
        .await
        .expect("on the record");
    }
}
