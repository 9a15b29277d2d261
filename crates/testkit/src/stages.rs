//! Alice's case (000:229-255) brought to any of the six stages, and David's:
//! through the use cases, several decisions in one transaction.

use crate::world::{World, line, prose};
use domain::access::{Action, Actor};
pub use domain::case::Stage;
use domain::case::arrangement::{InstalmentKind, Scheduled, agreement};
use domain::case::circle::{self, CaseRole, ConsentAbout, Footing, Matter, NewMember, Speaking};
use domain::case::offer::{self, Answer, NewConversation, Topic};
use domain::case::plan::{
    self, ActionWords, Aim, Every, HoldingWords, LineWords, Mode, OutcomeWords, RiskWords, Section,
};
use domain::case::{Voice, assessment, budget, signoff};
use domain::framework::Framework;
use domain::ledger::Funder;
use domain::{
    AccountId, ActionId, Author, CaseId, ConversationId, HoldingId, InstalmentId, LineId, MemberId, NeedId,
    OrganisationId, OutcomeId, Pence, Refusal, RiskId, SubmissionId, dates,
};
use service::Steps;
use service::offer::NewCase;

/// Someone with a place in a case that a test makes.
struct Place<'a> {
    name: &'a str,
    relation: &'a str,
    role: CaseRole,
    account: AccountId,
    organisation: Option<OrganisationId>,
}

pub(crate) async fn alice(world: &World, stage: Stage) -> CaseId {
    let case = open(world, "Alice Hale", alices_circle(world)).await;
    let members = world.case(case).await;
    let husband = Voice::Member(members.circle.member_of(world.people.husband).expect("he is in it").id);
    contact(world, case, husband).await;
    if stage >= Stage::Needs {
        offer(world, case).await;
    }
    if stage >= Stage::Money {
        needs(world, case, husband).await;
    }
    if stage >= Stage::Plan {
        money(world, case, husband).await;
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
    let husband = world.case(case).await.circle.voice_of(world.people.husband).expect("he is in it");
    plan_and_send(world, case, husband).await;
    case
}

pub(crate) async fn david(world: &World) -> CaseId {
    let p = world.people;
    let circle = vec![
        place("David Lowe", "himself", CaseRole::Person, p.david),
        place("Dee Lowe", "wife", CaseRole::FamilyCarer, p.dee),
    ];
    open(world, "David Lowe", circle).await
}

/// Somebody decides upon a case, several things one after the other.
async fn does(
    world: &World,
    case: CaseId,
    who: AccountId,
    action: Action,
    decide: impl Fn(&mut Steps, &Framework) -> Result<(), Refusal> + Send + 'static,
) {
    let who = actor(world, who).await;
    let by = Author::Account(who.account);
    let done = world.app.act(&who, case, action, move |desk| {
        let mut steps = Steps::upon(desk.case, by, desk.now);
        decide(&mut steps, desk.framework)?;
        Ok(steps.events().into())
    });
    done.await.unwrap_or_else(|no| panic!("{action:?}: {no}"));
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
        of(place("Priya Nair", "community nurse", CaseRole::Clinician, p.nurse), o.nhs),
        of(place("Sam Okoro", "broker", CaseRole::Supporter, p.broker), o.brokers),
        of(
            place("Colin Reed", "council social worker", CaseRole::CouncilWorker, p.council_worker),
            o.council,
        ),
    ]
}

/// Jo opens a case and adds those who are around the person.
async fn open(world: &World, name: &str, circle: Vec<Place<'static>>) -> CaseId {
    let (jo, case) = (world.people.coordinator, CaseId(world.app.id()));
    let new = NewCase {
        id: case,
        area: world.place.area,
        enquiry: None,
        name: line(name),
        known_as: None,
        born: None,
        asker: None,
        keep_words_as_question: false,
    };
    world.app.open_case(&actor(world, jo).await, new).await.expect("the case is opened");
    let joins: Vec<(NewMember, AccountId)> =
        circle.into_iter().map(|place| (new_member(world, &place), place.account)).collect();
    let how = Some(prose("They wrote to us from it."));
    does(world, case, jo, Action::ManageCircle, move |steps, _| {
        joins.iter().try_for_each(|(new, account)| {
            steps.then(|case| circle::join(case, new.clone()))?;
            steps.then(|case| match new.account {
                Some(_) => Ok(vec![]),
                None => circle::invite(case, new.id, *account, false, how.clone()),
            })
        })
    })
    .await;
    confirmed(world, case).await;
    case
}

/// The commissioner confirms everything that waits to be confirmed.
pub(crate) async fn confirmed(world: &World, case: CaseId) {
    let (carys, on) = (world.people.commissioner, world.today());
    does(world, case, carys, Action::ConfirmSpeaker, move |steps, _| {
        let words = prose("Saw the minutes of the meeting, and rang them.");
        let seen = circle::Seen { words, on, works_in_the_area: false };
        steps.then(|case| {
            let waiting: Vec<u64> = case.circle.waiting().map(|p| p.number).collect();
            if waiting.is_empty() { Ok(vec![]) } else { circle::confirm(case, carys, &waiting, &seen, on) }
        })
    })
    .await;
}

/// Colleagues come with their account; everyone else gets a sign-in after.
fn new_member(world: &World, place: &Place<'_>) -> NewMember {
    let speaks = (place.role == CaseRole::Representative).then(|| {
        let about = prose("Decisions about her care and the money for it.");
        let evidence = Some(line("Best interests meeting of 12 January 2026"));
        Speaking { footing: Footing::Representative, about, evidence, matters: Matter::ALL.to_vec() }
    });
    NewMember {
        id: MemberId(world.app.id()),
        name: line(place.name),
        relation: line(place.relation),
        role: place.role,
        account: place.role.is_of_a_body().then_some(place.account),
        organisation: place.organisation,
        speaks,
    }
}

async fn contact(world: &World, case: CaseId, husband: Voice) {
    let jo = world.people.coordinator;
    does(world, case, jo, Action::DescribeCommunication, |steps, _| {
        let how = prose("Ask one thing at a time, wait, and ask again the other way round.");
        let (yes, no) = (Some(line("Blinks once")), Some(line("Blinks twice")));
        let helps = Some(prose("A quiet room, in the morning."));
        steps.then(|case| circle::describe_communication(case, yes, no, how, helps))
    })
    .await;
    does(world, case, jo, Action::RecordConsent, |steps, _| {
        let how = prose("One blink, asked twice, with her husband there.");
        ConsentAbout::ALL.into_iter().try_for_each(|about| {
            steps.then(|case| circle::record_consent(case, about, true, Voice::Person, how.clone()))
        })
    })
    .await;
    let (id, on) = (ConversationId(world.app.id()), world.today());
    does(world, case, jo, Action::RecordConversation, move |steps, _| {
        let with = vec![Voice::Person, husband];
        let new = NewConversation { id, on, with, topics: Topic::ALL.to_vec(), leaflet: true, note: None };
        steps.then(|case| offer::hold_conversation(case, new, on))
    })
    .await;
}

async fn offer(world: &World, case: CaseId) {
    let (jo, today) = (world.people.coordinator, world.today());
    does(world, case, jo, Action::MakeOffer, |steps, _| {
        let what = prose("A personal health budget for all of your care at home.");
        let why_now = Some(prose("The night carers changed again."));
        steps.then(|case| offer::make_offer(case, what, why_now, true))
    })
    .await;
    does(world, case, jo, Action::AnswerOffer, move |steps, _| {
        let how = Some(prose("One blink, asked twice."));
        steps.then(|case| offer::answer_offer(case, Answer::Yes, Voice::Person, how, today))
    })
    .await;
}

/// The highest answer to every question, and a need of each kind.
async fn needs(world: &World, case: CaseId, husband: Voice) {
    let jo = world.people.coordinator;
    let new = [
        (NeedId(world.app.id()), "Alice needs someone near her who knows how she breathes.", Funder::Nhs),
        (NeedId(world.app.id()), "Alice wants to be outside.", Funder::Council),
    ];
    does(world, case, jo, Action::AnswerNeeds, move |steps, framework| {
        let method = framework.method().expect("the area has a method");
        for question in &method.questions {
            let level = u8::try_from(question.levels.len() - 1).expect("few levels");
            steps.then(|case| assessment::answer(case, method, &question.key, level, None, husband))?;
        }
        new.iter().try_for_each(|(id, words, funder)| {
            steps.then(|c| assessment::record_need(c, method, *id, prose(words), *funder, None, husband))
        })
    })
    .await;
    does(world, case, jo, Action::CompleteNeeds, |steps, framework| {
        steps.then(|case| assessment::complete(case, assessment::method_of(case, framework)?))
    })
    .await;
}

async fn money(world: &World, case: CaseId, husband: Voice) {
    let jo = world.people.coordinator;
    does(world, case, jo, Action::WorkOutBudget, |steps, framework| {
        steps.then(|case| budget::work_out_again(case, assessment::method_of(case, framework)?))
    })
    .await;
    does(world, case, jo, Action::ShareBudget, |steps, _| steps.then(budget::share)).await;
    does(world, case, world.people.husband, Action::SeeBudget, move |steps, _| {
        steps.then(|case| budget::record_seen(case, husband))
    })
    .await;
}

/// Everything that the nine criteria for agreeing a plan ask for.
async fn write_plan(world: &World, case: CaseId, voice: Voice) {
    let state = world.case(case).await;
    let needs: Vec<NeedId> = state.assessment.current_needs().map(|n| n.id).collect();
    let budget = state.budget.amounts().expect("there is a budget");
    let id = || world.app.id();
    let (outcome, risk, action) = (OutcomeId(id()), RiskId(id()), ActionId(id()));
    let (third, own) = (HoldingId(id()), HoldingId(id()));
    let (night, day) = (LineId(id()), LineId(id()));
    let (today, organisation) = (world.today(), Some(world.organisations.third_party));
    let bought = move |what: &str, kind: &str, funder, yearly: Pence, holding| LineWords {
        what: line(what),
        kind: kind.into(),
        funder,
        amount: Pence(yearly.0 / 52),
        every: Every::Week,
        outcomes: vec![outcome],
        holding: Some(holding),
    };
    does(world, case, world.people.husband, Action::WritePlan, move |steps, framework| {
        for section in Section::ALL {
            let text = prose(&format!("{}: written with Alice, by her husband.", section.title()));
            steps.then(|case| plan::decide::write_section(case, section, text, voice, 0))?;
        }
        let words = prose("Alice sleeps through the night because she feels safe.");
        let sign = Some(prose("She is calm when carers change."));
        let words = OutcomeWords { words, needs: needs.clone(), sign };
        steps.then(|case| plan::decide::add_outcome(case, outcome, words, Some(Aim::Better), voice))?;
        let words = RiskWords {
            words: prose("A carer does not come."),
            what_we_do: prose("Martin stays and phones Vale Supported Lives, who send someone she knows."),
            who: line("Martin and Vale Supported Lives"),
        };
        steps.then(|case| plan::decide::add_risk(case, risk, words, voice))?;
        let words = ActionWords {
            what: prose("Show every new carer how Alice says yes and no."),
            who: line("Martin"),
            paid: false,
            when: line("On their first day"),
            by: None,
            outcomes: vec![outcome],
        };
        steps.then(|case| plan::decide::add_action(case, action, words, None, voice))?;
        let holder = |mode, organisation, name| HoldingWords { mode, organisation, name: line(name) };
        let vale = holder(Mode::ThirdParty, organisation, "Vale Supported Lives");
        steps.then(|case| plan::money::add_holding(case, third, vale, today))?;
        let helpers = holder(Mode::DirectPayment, None, "Alice's own helpers");
        steps.then(|case| plan::money::add_holding(case, own, helpers, today))?;
        let words = bought("Trained carers at night", "agency", Funder::Nhs, budget.nhs, third);
        steps.then(|case| plan::money::add_line(case, framework, night, words, Pence::ZERO, voice))?;
        let words = bought("A personal assistant by day", "assistant", Funder::Council, budget.council, own);
        steps.then(|case| plan::money::add_line(case, framework, day, words, Pence::ZERO, voice))?;
        let on = dates::months_after(today, 2);
        steps.then(|case| plan::decide::set_first_review(case, framework, on, today))
    })
    .await;
}

/// Martin sends the plan to the nurse closest to Alice, who agrees it.
async fn plan_and_send(world: &World, case: CaseId, voice: Voice) -> SubmissionId {
    write_plan(world, case, voice).await;
    let (p, id) = (world.people, SubmissionId(world.app.id()));
    let nurse = world.case(case).await.circle.member_of(p.nurse).map(|member| member.id);
    does(world, case, p.husband, Action::SendPlan, move |steps, framework| {
        steps.then(|case| signoff::send(case, framework, id, voice, nurse, None))
    })
    .await;
    id
}

async fn agree(world: &World, case: CaseId, id: SubmissionId) {
    let priya = actor(world, world.people.nurse).await;
    let agreed = world.app.act(&priya, case, Action::SignOff, move |desk| {
        let (seen, reasons) =
            (desk.case.plan.changed, prose("It keeps Alice safe and it is what she wants."));
        Ok(signoff::agree(desk.case, desk.framework, desk.actor, id, seen, reasons)?.into())
    });
    agreed.await.expect("the plan is agreed");
}

/// The agreement, and a first payment released by one and confirmed by
/// another, all through the use cases, so that the ledger is a real one.
async fn pay(world: &World, case: CaseId) {
    let (p, today, app) = (world.people, world.today(), &world.app);
    let how = prose("One blink, asked twice.");
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
        let (holding_id, name) = (holding.id, holding.words.name.clone());
        let approved = app.act(&one, case, Action::SchedulePayments, move |desk| {
            Ok(agreement::approve_account(desk.case, holding_id, name.clone(), "4821")?.into())
        });
        approved.await.expect("approved");
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
