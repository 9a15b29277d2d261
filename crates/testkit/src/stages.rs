//! Alice's case (000:229-255) brought to any of the six stages, and David's:
//! told through the use cases, as the demonstration's stories are.

use demo::tell::{Newcomer, Outcome, Person, Risk, Teller};
use domain::access::RecordPart;
pub use domain::case::Stage;
use domain::case::Voice;
use domain::case::arrangement::{InstalmentKind, Scheduled};
use domain::case::circle::{CaseRole, ConsentAbout, Footing, Matter, SharedWith, Speaking};
use domain::case::offer::Topic;
use domain::case::plan::{ActionWords, Aim, Every, HoldingWords, LineWords, Mode, Section};
use domain::ledger::Funder;
use domain::testing::{line, prose};
use domain::{InstalmentId, NeedId, OrganisationId, Pence, dates};
use service::Error;
use service::communication::Communication;
use service::plan::Change;
use strum::VariantArray;

/// Alice's plan is written, with nothing missing, and nobody has been sent it.
pub(crate) async fn alice_written(t: &Teller<'_>) -> Result<(), Error> {
    alice(t, Stage::Plan).await?;
    writes(t).await
}

/// Alice's plan is written and has been sent; nobody has decided on it yet.
pub(crate) async fn alice_sent(t: &Teller<'_>) -> Result<(), Error> {
    alice_written(t).await?;
    sends(t).await
}

pub(crate) async fn david(t: &Teller<'_>) -> Result<(), Error> {
    opens(t, "David Lowe").await?;
    let p = t.place.people;
    for (who, name, relation, role) in [
        (p.david, "David Lowe", "himself", CaseRole::Person),
        (p.dee, "Dee Lowe", "wife", CaseRole::FamilyCarer),
    ] {
        t.is_asked_in(Newcomer { who, name, relation, role, organisation: None, speaks: None }).await?;
    }
    t.confirms_all().await
}

/// What is told of each stage comes on top of what is told of those before it.
pub(crate) async fn alice(t: &Teller<'_>, stage: Stage) -> Result<(), Error> {
    opens(t, "Alice Hale").await?;
    circle(t).await?;
    contact(t).await?;
    if stage >= Stage::Needs {
        let what = "A personal health budget for all of your care at home.";
        t.offers(what, "The night carers changed again.", None).await?;
    }
    if stage >= Stage::Money {
        needs(t).await?;
    }
    if stage >= Stage::Plan {
        t.shares_the_budget().await?;
        t.opens_the_budget(t.place.people.husband).await?;
    }
    if stage >= Stage::Organise {
        writes(t).await?;
        sends(t).await?;
        agrees(t).await?;
    }
    if stage >= Stage::Review {
        pays(t).await?;
    }
    Ok(())
}

async fn opens(t: &Teller<'_>, name: &'static str) -> Result<(), Error> {
    t.opens(Person { name, known_as: None, born: None }, None, false).await
}

async fn circle(t: &Teller<'_>) -> Result<(), Error> {
    let (p, o) = (t.place.people, t.place.organisations);
    let comes = |who, name, relation, role, organisation: Option<OrganisationId>| {
        let speaks = (role == CaseRole::Representative).then(speaks_for_her);
        t.is_asked_in(Newcomer { who, name, relation, role, organisation, speaks })
    };
    comes(p.alice, "Alice Hale", "herself", CaseRole::Person, None).await?;
    comes(p.husband, "Martin Hale", "husband", CaseRole::Representative, None).await?;
    comes(p.nurse, "Priya Nair", "community nurse", CaseRole::Clinician, Some(o.nhs)).await?;
    comes(p.broker, "Sam Okoro", "broker", CaseRole::Supporter, Some(o.brokers)).await?;
    let (role, council) = (CaseRole::CouncilWorker, Some(o.council));
    comes(p.council_worker, "Colin Reed", "council social worker", role, council).await?;
    t.confirms_all().await
}

fn speaks_for_her() -> Speaking {
    let about = prose("Decisions about her care and the money for it.");
    let evidence = Some(line("Best interests meeting of 12 January 2026"));
    Speaking { footing: Footing::Representative, about, evidence, matters: Matter::VARIANTS.to_vec() }
}

async fn contact(t: &Teller<'_>) -> Result<(), Error> {
    let (jo, husband) = (t.place.people.coordinator, t.voice(t.place.people.husband).await?);
    let described = Communication {
        yes: Some(line("Blinks once")),
        no: Some(line("Blinks twice")),
        how: prose("Ask one thing at a time, wait, and ask again the other way round."),
        helps: Some(prose("A quiet room, in the morning.")),
    };
    t.app.describe_communication(&t.next(jo).await?, t.case, described).await?;
    for about in ConsentAbout::ASKED {
        t.consents(jo, about, "One blink, asked twice, with her husband there.").await?;
    }
    if let Some(broker) = t.member(t.place.people.broker).await? {
        t.shares(SharedWith::Member(broker), RecordPart::VARIANTS, None, HOW).await?;
    }
    t.talks(vec![Voice::Person, husband], Topic::VARIANTS.to_vec(), true, None).await
}

/// Every question has its answer, the most that there is, and is closed.
async fn needs(t: &Teller<'_>) -> Result<(), Error> {
    let (jo, husband) = (t.place.people.coordinator, t.voice(t.place.people.husband).await?);
    let framework = t.app.framework_of(t.place.area).await?;
    for question in &framework.method().expect("the area has a method").questions {
        let level = u8::try_from(question.levels.len() - 1).expect("few levels");
        let jo = t.next(jo).await?;
        t.app.answer_need(&jo, t.case, question.key.clone(), level, None, husband).await?;
    }
    for (funder, words) in [
        (Funder::Nhs, "Alice needs someone near her who knows how she breathes."),
        (Funder::Council, "Alice wants to be outside."),
    ] {
        t.needs(husband, (None, funder, words)).await?;
    }
    t.needs_are_complete().await
}

/// Everything that the nine criteria for agreeing a plan ask for.
async fn writes(t: &Teller<'_>) -> Result<(), Error> {
    let (martin, state, today) = (t.place.people.husband, t.state().await?, t.today);
    let voice = t.voice(martin).await?;
    for &section in Section::VARIANTS {
        let text = format!("{}: written with Alice, by her husband.", section.title());
        t.writes(martin, voice, section, &text).await?;
    }
    let needs: Vec<NeedId> = state.assessment.current_needs().map(|n| n.id).collect();
    let words = "Alice sleeps through the night because she feels safe.";
    let outcome = Outcome { aim: Aim::Better, words, sign: Some("She is calm when carers change.") };
    let outcome = t.aims_for(martin, voice, needs, outcome).await?;
    let risk = Risk {
        words: "A carer does not come.",
        what_we_do: "Martin stays and phones Vale Supported Lives, who send someone she knows.",
        who: "Martin and Vale Supported Lives",
    };
    t.expects(martin, voice, risk).await?;
    let words = ActionWords {
        what: prose("Show every new carer how Alice says yes and no."),
        who: line("Martin"),
        paid: false,
        when: line("On their first day"),
        by: None,
        outcomes: vec![outcome],
    };
    t.will_do(martin, voice, words, None).await?;
    let holder = |mode, organisation, name| HoldingWords { mode, organisation, name: line(name) };
    let vale = Some(t.place.organisations.third_party);
    let third = t.holds(martin, holder(Mode::ThirdParty, vale, "Vale Supported Lives"), today).await?;
    let own = t.holds(martin, holder(Mode::DirectPayment, None, "Alice's own helpers"), today).await?;
    let budget = state.budget.amounts().expect("there is a budget");
    for (what, kind, funder, yearly, holding) in [
        ("Trained carers at night", "agency", Funder::Nhs, budget.nhs, third),
        ("A personal assistant by day", "assistant", Funder::Council, budget.council, own),
    ] {
        let words = LineWords {
            what: line(what),
            kind: kind.into(),
            funder,
            amount: Pence(yearly.0 / 52),
            every: Every::Week,
            outcomes: vec![outcome],
            holding: Some(holding),
        };
        t.buys(martin, voice, words).await?;
    }
    t.plans(martin, Change::FirstReview { on: dates::months_after(today, 2) }).await?;
    t.shares(SharedWith::Organisation(t.place.organisations.third_party), &[], None, HOW).await
}

/// Martin sends it to the nurse closest to Alice.
async fn sends(t: &Teller<'_>) -> Result<(), Error> {
    let nurse = t.member(t.place.people.nurse).await?;
    t.sends_to(t.place.people.husband, nurse, None).await.map(drop)
}

async fn agrees(t: &Teller<'_>) -> Result<(), Error> {
    let sent = t.state().await?.signoff.waiting().map(|sent| sent.id).expect("it is sent");
    t.agrees(sent, "It keeps Alice safe and it is what she wants.").await
}

/// The agreement, and a first payment released by one and confirmed by another.
async fn pays(t: &Teller<'_>) -> Result<(), Error> {
    let (p, today) = (t.place.people, t.today);
    let voice = t.voice(p.husband).await?;
    t.app.make_agreement(&t.next(p.coordinator).await?, t.case, today).await?;
    let how = prose("One blink, asked twice.");
    t.app.sign_agreement(&t.next(p.husband).await?, t.case, 1, voice, how).await?;
    t.app.countersign_agreement(&t.next(p.commissioner).await?, t.case, 1).await?;
    let mut first = None;
    for holding in t.state().await?.plan.open_holdings() {
        t.approves(holding.id, holding.words.name.clone(), "4821").await?;
        let funder = if holding.words.mode == Mode::ThirdParty { Funder::Nhs } else { Funder::Council };
        for month in 0..3 {
            let id = InstalmentId(t.app.id());
            let planned = Scheduled {
                id,
                holding: holding.id,
                due: dates::months_after(today, month),
                funder,
                kind: InstalmentKind::Regular,
                amount: Pence(150_000),
            };
            t.app.schedule_payment(&t.next(p.finance1).await?, t.case, planned).await?;
            first = first.or(Some(id));
        }
    }
    let first = first.expect("a holding");
    t.app.release_payment(&t.next(p.finance1).await?, t.case, first).await?;
    t.app.confirm_payment(&t.next(p.finance2).await?, t.case, first).await.map(drop)
}

/// How the person said what somebody sees.
const HOW: &str = "One blink for each, asked twice.";
