//! Alice's case (000:229-255) brought to any of the six stages, and David's.

use crate::world::{World, line, prose};
use domain::access::Actor;
pub use domain::case::Stage;
use domain::case::arrangement::{InstalmentKind, Scheduled};
use domain::case::assessment;
use domain::case::budget::{self, Step, Working};
use domain::case::circle::{self, CaseRole, ConsentAbout, Footing};
use domain::case::offer::{self, Answer, Topic};
use domain::case::plan::Section;
use domain::case::plan::{self, ActionWords, Every, HoldingWords, LineWords, Mode, OutcomeWords, RiskWords};
use domain::case::{Event, Voice, signoff};
use domain::ledger::Funder;
use domain::{
    AccountId, ActionId, CaseId, ConversationId, HoldingId, InstalmentId, LineId, MemberId, NeedId,
    OrganisationId, OutcomeId, Pence, RiskId, SubmissionId, dates,
};

/// Someone with a place in a case that a test makes.
struct Place<'a> {
    name: &'a str,
    relation: &'a str,
    role: CaseRole,
    account: AccountId,
    organisation: Option<OrganisationId>,
}

pub(crate) async fn alice(world: &World, stage: Stage) -> CaseId {
    let case = CaseId(world.app.id());
    let p = world.people;
    open(world, case, "Alice Hale", &alices_circle(world)).await;
    let members = world.case(case).await;
    let husband = members.circle.member_of(p.husband).expect("he is in it").id;
    contact(world, case, husband).await;
    if stage >= Stage::Needs {
        let made = offer::Event::Made {
            what: prose("A personal health budget for all of your care at home."),
            why_now: Some(prose("The night carers changed again.")),
            said_voluntary: true,
        };
        let answered = offer::Event::Answered {
            answer: Answer::Yes,
            voice: Voice::Person,
            how: Some(prose("One blink, asked twice.")),
        };
        world.record(case, p.coordinator, vec![made.into(), answered.into()]).await;
    }
    if stage >= Stage::Money {
        needs(world, case, husband).await;
    }
    if stage >= Stage::Plan {
        money(world, case).await;
    }
    if stage >= Stage::Organise {
        let sent = plan_and_send(world, case, husband).await;
        agree(world, case, sent).await;
    }
    if stage >= Stage::Review {
        pay(world, case).await;
    }
    case
}

/// Alice's plan is written and has been sent; nobody has decided on it yet.
pub(crate) async fn alice_sent(world: &World) -> CaseId {
    let case = alice(world, Stage::Plan).await;
    let state = world.case(case).await;
    let husband = state.circle.member_of(world.people.husband).expect("he is in it").id;
    plan_and_send(world, case, husband).await;
    case
}

pub(crate) async fn david(world: &World) -> CaseId {
    let case = CaseId(world.app.id());
    let p = world.people;
    let circle = [
        place("David Lowe", "himself", CaseRole::Person, p.david),
        place("Dee Lowe", "wife", CaseRole::FamilyCarer, p.dee),
        place("Jo Field", "care co-ordinator", CaseRole::CareCoordinator, p.coordinator),
    ];
    open(world, case, "David Lowe", &circle).await;
    case
}

fn place<'a>(name: &'a str, relation: &'a str, role: CaseRole, account: AccountId) -> Place<'a> {
    Place { name, relation, role, account, organisation: None }
}

fn alices_circle(world: &World) -> Vec<Place<'static>> {
    let (p, o) = (world.people, world.organisations);
    let of = |place: Place<'static>, organisation| Place { organisation: Some(organisation), ..place };
    vec![
        place("Alice Hale", "herself", CaseRole::Person, p.alice),
        place("Martin Hale", "husband", CaseRole::Representative, p.husband),
        of(place("Jo Field", "care co-ordinator", CaseRole::CareCoordinator, p.coordinator), o.nhs),
        of(place("Priya Nair", "community nurse", CaseRole::Clinician, p.nurse), o.nhs),
        of(place("Sam Okoro", "broker", CaseRole::Supporter, p.broker), o.brokers),
        of(
            place("Colin Reed", "council social worker", CaseRole::CouncilWorker, p.council_worker),
            o.council,
        ),
    ]
}

async fn open(world: &World, case: CaseId, name: &str, circle: &[Place<'_>]) {
    let reference = format!("MV-{}", &case.0.simple().to_string()[24..].to_uppercase());
    let mut events: Vec<Event> = vec![
        offer::Event::CaseOpened { area: world.place.area, reference, enquiry: None }.into(),
        circle::Event::PersonNamed { name: line(name), known_as: None, born: None }.into(),
    ];
    for member in circle {
        let joined = circle::Event::MemberJoined {
            id: MemberId(world.app.id()),
            name: line(member.name),
            relation: line(member.relation),
            role: member.role,
            account: Some(member.account),
            organisation: member.organisation,
        };
        events.push(joined.into());
    }
    world.record(case, world.people.coordinator, events).await;
}

async fn contact(world: &World, case: CaseId, husband: MemberId) {
    let mut events: Vec<Event> = vec![
        circle::Event::CommunicationDescribed {
            yes: Some(line("Blinks once")),
            no: Some(line("Blinks twice")),
            how: prose("Ask one thing at a time, wait, and ask again the other way round."),
            helps: Some(prose("A quiet room, in the morning.")),
        }
        .into(),
        circle::Event::SpeakerRecognised {
            member: husband,
            footing: Footing::Representative,
            about: prose("Decisions about her care and the money for it."),
            evidence: Some(line("Best interests meeting of 12 January 2026")),
        }
        .into(),
    ];
    for about in ConsentAbout::ALL {
        let how = prose("One blink, asked twice, with her husband there.");
        events.push(circle::Event::ConsentGiven { about, voice: Voice::Person, how }.into());
    }
    let talk = offer::Event::ConversationHeld {
        id: ConversationId(world.app.id()),
        on: world.today(),
        with: vec![Voice::Person, Voice::Member(husband)],
        topics: Topic::ALL.to_vec(),
        leaflet: true,
        note: None,
    };
    events.push(talk.into());
    world.record(case, world.people.coordinator, events).await;
}

async fn needs(world: &World, case: CaseId, husband: MemberId) {
    let framework = service::demo::area::framework(world.place.area);
    let method = framework.method().expect("the area has a method");
    let mut events: Vec<Event> = vec![assessment::Event::Started { questions: method.version }.into()];
    for question in &method.questions {
        let level = question.levels.len() - 1;
        let answer = assessment::Event::Answered {
            question: question.key.clone(),
            level: u8::try_from(level).expect("few levels"),
            words: None,
            voice: Voice::Member(husband),
        };
        events.push(answer.into());
    }
    for (words, funder) in [
        ("Alice needs someone near her who knows how she breathes.", Funder::Nhs),
        ("Alice wants to be outside.", Funder::Council),
    ] {
        let need = assessment::Event::NeedRecorded {
            id: NeedId(world.app.id()),
            words: prose(words),
            funder,
            question: None,
            voice: Voice::Member(husband),
        };
        events.push(need.into());
    }
    events.push(assessment::Event::Completed.into());
    world.record(case, world.people.coordinator, events).await;
}

async fn money(world: &World, case: CaseId) {
    let framework = service::demo::area::framework(world.place.area);
    let method = framework.method().expect("the area has a method").clone();
    let steps: Vec<Step> = method
        .questions
        .iter()
        .map(|question| {
            let level = question.levels.len() - 1;
            let points = question.levels[level].1;
            let pence = |of: Funder, each: Pence| {
                if question.funder == of { Pence(each.0 * i64::from(points)) } else { Pence::ZERO }
            };
            Step {
                question: question.key.clone(),
                level: u8::try_from(level).expect("few levels"),
                points,
                nhs: pence(Funder::Nhs, method.nhs_per_point),
                council: pence(Funder::Council, method.council_per_point),
            }
        })
        .collect();
    let working = Working {
        method: method.version,
        questions: method.version,
        nhs: steps.iter().map(|s| s.nhs).sum(),
        council: steps.iter().map(|s| s.council).sum(),
        start_up: method.start_up,
        steps,
    };
    let worked_out = budget::Event::WorkedOut { working };
    world.record(case, world.people.coordinator, vec![worked_out.into(), budget::Event::Shared.into()]).await;
    let husband = world.case(case).await.circle.voice_of(world.people.husband).expect("he is in it");
    world.say(case, world.people.husband, budget::Event::Seen { voice: husband }).await;
}

/// Everything that the nine criteria for agreeing a plan ask for, sent.
async fn plan_and_send(world: &World, case: CaseId, husband: MemberId) -> SubmissionId {
    let state = world.case(case).await;
    let needs: Vec<NeedId> = state.assessment.current_needs().map(|n| n.id).collect();
    let budget = state.budget.amounts().expect("there is a budget");
    let voice = Voice::Member(husband);
    let id = || world.app.id();
    let (outcome, holding, direct) = (OutcomeId(id()), HoldingId(id()), HoldingId(id()));
    let mut events: Vec<Event> = Section::ALL
        .into_iter()
        .map(|section| {
            let text = prose(&format!("{}: written with Alice, by her husband.", section.title()));
            plan::Event::SectionWritten { section, text, voice, based_on: 0 }.into()
        })
        .collect();
    let words = prose("Alice sleeps through the night because she feels safe.");
    let outcome_words = OutcomeWords { words, needs, sign: Some(prose("She is calm when carers change.")) };
    let holder = |mode, organisation, name| HoldingWords { mode, organisation, name: line(name) };
    let third = holder(Mode::ThirdParty, Some(world.organisations.third_party), "Vale Supported Lives");
    let own = holder(Mode::DirectPayment, None, "Alice's own helpers");
    let today = world.today();
    let bought = |what: &str, kind: &str, funder, yearly: Pence, holding| LineWords {
        what: line(what),
        kind: kind.into(),
        funder,
        amount: Pence(yearly.0 / 52),
        every: Every::Week,
        outcomes: vec![outcome],
        holding: Some(holding),
    };
    events.extend([
        plan::Event::OutcomeAdded { id: outcome, outcome: outcome_words, voice }.into(),
        plan::Event::RiskAdded {
            id: RiskId(id()),
            risk: RiskWords {
                words: prose("A carer does not come."),
                what_we_do: prose(
                    "Martin stays and phones Vale Supported Lives, who send someone she knows.",
                ),
                who: line("Martin and Vale Supported Lives"),
            },
            voice,
        }
        .into(),
        plan::Event::ActionAdded {
            id: ActionId(id()),
            action: ActionWords {
                what: prose("Show every new carer how Alice says yes and no."),
                who: line("Martin"),
                paid: false,
                when: line("On their first day"),
                by: None,
                outcomes: vec![outcome],
            },
            voice,
        }
        .into(),
        plan::Event::HoldingAdded { id: holding, holding: third, from: today }.into(),
        plan::Event::HoldingAdded { id: direct, holding: own, from: today }.into(),
        plan::Event::LineAdded {
            id: LineId(id()),
            line: bought("Trained carers at night", "agency", Funder::Nhs, budget.nhs, holding),
            voice,
        }
        .into(),
        plan::Event::LineAdded {
            id: LineId(id()),
            line: bought("A personal assistant by day", "assistant", Funder::Council, budget.council, direct),
            voice,
        }
        .into(),
        plan::Event::FirstReviewSet { on: dates::months_after(today, 2) }.into(),
    ]);
    world.record(case, world.people.husband, events).await;
    let sent = SubmissionId(id());
    let nurse = state.circle.member_of(world.people.nurse).map(|m| m.id);
    world
        .say(case, world.people.husband, signoff::Event::Sent { id: sent, voice, to: nurse, note: None })
        .await;
    sent
}

async fn agree(world: &World, case: CaseId, sent: SubmissionId) {
    let state = world.case(case).await;
    let budget = state.budget.amounts().expect("there is a budget");
    let agreed = signoff::Event::Agreed {
        id: sent,
        reasons: prose("It keeps Alice safe and it is what she wants."),
        nhs: budget.nhs,
        council: budget.council,
        start_up: budget.start_up,
        limit: Pence(4_000_000),
    };
    world.say(case, world.people.nurse, agreed).await;
}

/// The agreement, and a first payment released by one and confirmed by
/// another, all through the use cases, so that the ledger is a real one.
async fn pay(world: &World, case: CaseId) {
    let (p, today, app) = (world.people, world.today(), &world.app);
    let how = prose("One blink, asked twice.");
    let consent = circle::Event::ConsentGiven {
        about: ConsentAbout::DirectPayment,
        voice: Voice::Person,
        how: how.clone(),
    };
    world.say(case, p.husband, consent).await;
    let (jo, martin) = (actor(world, p.coordinator).await, actor(world, p.husband).await);
    let (one, two) = (actor(world, p.finance1).await, actor(world, p.finance2).await);
    app.make_agreement(&jo, case, today).await.expect("the agreement is made");
    let state = world.case(case).await;
    let voice = state.circle.voice_of(p.husband).expect("he is in it");
    app.sign_agreement(&martin, case, voice, how).await.expect("it is signed");
    let commissioner = actor(world, p.commissioner).await;
    app.countersign_agreement(&commissioner, case).await.expect("it is countersigned");
    let mut first = None;
    for holding in state.plan.open_holdings() {
        let name = holding.words.name.clone();
        app.approve_account(&one, case, holding.id, name, "4821".into()).await.expect("approved");
        let funder = if holding.words.mode == Mode::ThirdParty { Funder::Nhs } else { Funder::Council };
        for month in 0..3 {
            let id = InstalmentId(app.id());
            let planned = Scheduled {
                id,
                holding: holding.id,
                due: dates::months_after(today, month),
                funder,
                kind: InstalmentKind::Regular,
                amount: Pence(150_000),
            };
            app.schedule_payment(&one, case, planned).await.expect("scheduled");
            first = first.or(Some(id));
        }
    }
    let first = first.expect("a holding");
    app.release_payment(&one, case, first).await.expect("released");
    app.confirm_payment(&two, case, first).await.expect("confirmed");
}

/// An actor as a test of a use case needs one: with the posts they hold now.
pub async fn actor(world: &World, account: AccountId) -> Actor {
    world
        .app
        .db
        .read(move |tx| service::people::actor(tx, account, true))
        .await
        .expect("the account can be read")
        .expect("there is an account")
}
