//! Alice's story (000:229-255): from her husband's request to a life with two
//! carers who know her, and a carer replaced because she said so.

use crate::tell::{Asker, Outcome, Person, Risk, Teller};
use domain::access::RecordPart;
use domain::case::Voice;
use domain::case::circle::{
    CaseRole, ConsentAbout, ContactBy, ContactPreference, Footing, Matter, SharedWith, Speaking,
};
use domain::case::offer::Topic;
use domain::case::plan::{ActionWords, Aim, Every, HoldingWords, LineWords, Mode, Section};
use domain::dates::{self, Date};
use domain::ledger::Funder;
use domain::testing::{line, prose};
use domain::{ActionId, HoldingId, LineId, OutcomeId, Pence};
use service::Error;
use service::communication::Communication;
use std::collections::BTreeMap;
use strum::VariantArray;

/// What later parts of the story come back to.
pub(super) struct Things {
    pub outcomes: BTreeMap<&'static str, OutcomeId>,
    pub lines: BTreeMap<&'static str, LineId>,
    pub holdings: BTreeMap<&'static str, HoldingId>,
    pub actions: BTreeMap<&'static str, ActionId>,
}

/// Tells the story up to the day before the plan is sent.
pub(super) async fn up_to_the_plan(t: &Teller<'_>) -> Result<Things, Error> {
    first_contact(t).await?;
    told_about_it(t).await?;
    needs(t).await?;
    money(t).await?;
    write(t).await
}

async fn first_contact(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    let alice = Person { name: "Alice Hale", known_as: Some("Ali"), born: Some(Date::constant(1971, 5, 9)) };
    let martin = Asker {
        who: p.husband,
        name: "Martin Hale",
        relation: "husband",
        role: CaseRole::Representative,
        speaks: Some(Speaking {
            footing: Footing::Representative,
            about: prose(
                "Her care, her plan and the money, where she cannot say herself what she wants. He asks her first, always.",
            ),
            evidence: Some(line("Best interests meeting at the hospital, minutes seen by Jo Field")),
            matters: Matter::VARIANTS.to_vec(),
        }),
        preference: ContactPreference {
            by: vec![ContactBy::Phone],
            only: false,
            details: Some(line("01632 960 114")),
            when: Some(line("While Alice rests, two to four")),
        },
        words: "My wife came home from hospital and there is a new stranger in the house every day. There must be a better way to do this.",
    };
    t.begins(228, alice, martin).await?;
    t.comes(p.alice, "herself", CaseRole::Person).await?;
    t.comes(p.nurse, "community nurse", CaseRole::Clinician).await?;
    t.comes(p.broker, "independent broker", CaseRole::Supporter).await?;
    t.comes(p.council_worker, "council social worker", CaseRole::CouncilWorker).await?;

    let described = Communication {
        yes: Some(line("One blink")),
        no: Some(line("Two blinks")),
        how: prose(
            "Ask one thing at a time, so that it can be answered with yes or no. Sit where she can see your face. Wait: an answer can take half a minute. She makes low sounds when she likes something and goes very still when she does not.",
        ),
        helps: Some(prose(
            "A quiet room, and people she knows. Mornings are best. Say who you are each time.",
        )),
    };
    t.app.describe_communication(&t.next(p.coordinator).await?, t.case, described).await?;
    let said = prose("The discharge letter says she cannot communicate at all. She can. Martin showed us.");
    let by = Some(line("Hospital discharge letter"));
    t.app.note_wrong_record(&t.next(p.coordinator).await?, t.case, said, by).await?;
    let preference = ContactPreference {
        by: vec![ContactBy::ThroughSomeone, ContactBy::Visit],
        only: false,
        details: Some(line("Through Martin")),
        when: Some(line("Mornings, not before 10")),
    };
    t.app.prefer_contact(&t.next(p.coordinator).await?, t.case, Voice::Person, preference).await.map(drop)
}

async fn told_about_it(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    let with = vec![Voice::Person, t.voice(p.husband).await?];
    let topics = vec![
        Topic::WhatItIs,
        Topic::WhatItCanBuy,
        Topic::WhatItCannotBuy,
        Topic::ItIsVoluntary,
        Topic::SayingNoChangesNothing,
        Topic::TheSixStages,
    ];
    let note = "At home, with Martin and Alice. Alice listened throughout and blinked once when Martin asked if she wanted the same two people every day.";
    t.talks(with.clone(), topics, true, Some(note)).await?;
    for (asked, answered) in [
        (
            "Can the money pay for somebody to live in?",
            "Yes. If it is in the plan and keeps her well, it can pay for people who live in. You choose them.",
        ),
        (
            "What happens at night if a carer is ill?",
            "Your plan says what happens then, before it starts. You can set money aside for cover, and the nurse team is there if it is about health.",
        ),
    ] {
        t.asks(p.husband, asked, Some(answered)).await?;
    }

    t.days_ago(221, 11);
    let topics =
        vec![Topic::WaysToHoldTheMoney, Topic::HelpAndSupport, Topic::Disagreeing, Topic::PeerSupport];
    let note =
        "They would like an organisation to hold the wages, and a small direct payment for everything else.";
    t.talks(with, topics, false, Some(note)).await?;
    for about in ConsentAbout::ASKED {
        let how = match about {
            ConsentAbout::DirectPayment => {
                "Asked what a direct payment is for and whether Martin should look after it. One blink, asked twice, a week apart."
            }
            _ => "Asked one question at a time, with Martin and Sam in the room. One blink each time.",
        };
        t.consents(p.coordinator, about, how).await?;
    }
    if let Some(sam) = t.member(p.broker).await? {
        let parts: Vec<RecordPart> =
            RecordPart::VARIANTS.iter().copied().filter(|part| *part != RecordPart::Notes).collect();
        let until = Some(dates::months_after(t.today, 6));
        let how = "Asked part by part, with Martin there. One blink for each, and two for the notes.";
        t.shares(SharedWith::Member(sam), &parts, until, how).await?;
    }
    t.offers(
        "A personal health budget for all of Alice’s care at home, health and social care together.",
        "The agency sent 31 different people in four months. Martin says she has stopped trying to tell them anything.",
        Some("One blink. Martin asked again after lunch: one blink."),
    )
    .await
}

/// Question, level, whose words, and the words.
const ANSWERS: [(&str, u8, bool, &str); 12] = [
    ("breathing", 2, true, "Her chest needs clearing two or three times a day and she is turned at night."),
    ("eating", 3, true, "She is fed through a tube. She likes a taste of honey on her lips."),
    ("skin", 3, true, "She cannot move herself. If she is not turned she gets sore within hours."),
    ("communicating", 3, true, "One blink is yes, two is no. You have to know her."),
    ("mind", 2, true, "She cries when strangers do her care. She was a choir leader: music calms her."),
    ("changes", 2, false, "Chest infections come quickly. Three admissions in the last year."),
    ("washing", 3, true, "Two people and a hoist, for all of it."),
    ("safety", 3, true, "She can never be alone."),
    ("home", 3, true, "I do what I can. It is everything, every day."),
    ("out", 3, true, "We have been out twice since she came home."),
    ("roles", 3, true, "She wants to hear the choir, and to be at our daughter’s wedding."),
    ("family", 3, true, "I have not slept a whole night in a year."),
];

async fn needs(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(212, 14);
    let (husband, jo) = (t.voice(p.husband).await?, t.voice(p.coordinator).await?);
    for (question, level, is_husbands, words) in ANSWERS {
        let (who, voice) = if is_husbands { (p.husband, husband) } else { (p.coordinator, jo) };
        t.answers(who, voice, (question, level, Some(words))).await?;
    }
    // Jo saw it differently at first; they settled it together.
    let words = "She needs suction, and somebody trained to do it day and night.";
    t.answers(p.coordinator, jo, ("breathing", 3, Some(words))).await?;
    t.days_ago(209, 10);
    let how = prose(
        "Martin does the suction himself, so he had not counted it. Priya agreed that somebody trained has to be there.",
    );
    t.app.settle_need(&t.next(p.coordinator).await?, t.case, "breathing".to_owned(), 3, how).await?;
    for (key, funder, words, voice) in [
        (
            "breathing",
            Funder::Nhs,
            "Somebody trained with her day and night, for her chest and for turning",
            husband,
        ),
        (
            "communicating",
            Funder::Nhs,
            "People who know how she says yes and no, and a way to say more",
            Voice::Person,
        ),
        ("mind", Funder::Nhs, "Not to be frightened by strangers doing her care", Voice::Person),
        ("washing", Funder::Council, "Two people for washing, dressing and moving", husband),
        ("out", Funder::Council, "To get out, hear music and be with her family", Voice::Person),
        ("family", Funder::Council, "Martin to sleep, and to be her husband again", husband),
    ] {
        t.needs(voice, (Some(key), funder, words)).await?;
    }
    t.needs_are_complete().await
}

async fn money(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(202, 9);
    t.shares_the_budget().await?;
    t.days_ago(200, 19);
    t.opens_the_budget(p.husband).await?;
    let voice = t.voice(p.husband).await?;
    let words = prose("Does the money from the council mean that we have to sell the house?");
    t.app.question_budget(&t.next(p.husband).await?, t.case, voice, words).await?;
    t.days_ago(199, 9);
    let words = prose(
        "No. The NHS part is free, whatever you have. The council may ask Alice to pay something towards its part, from her own income. They never count the house you live in together.",
    );
    t.app.answer_budget_question(&t.next(p.coordinator).await?, t.case, 0, words).await.map(drop)
}

async fn write(t: &Teller<'_>) -> Result<Things, Error> {
    let p = t.place.people;
    let husband = t.voice(p.husband).await?;
    t.days_ago(193, 20);
    for (section, voice, text) in [
        (
            Section::WhoIAm,
            husband,
            "Alice is 54. She led the choir at St Mary’s for twenty years and taught half the town to sing. She has a brain injury from a bleed four years ago. She does not use words now. She knows everybody, she laughs at bad jokes, and she hates being talked about as if she were not there.\n\nShe lives at home with me, Martin. Our daughter Beth gets married next June.",
        ),
        (
            Section::WhoSpeaks,
            husband,
            "Alice decides what she can: we ask her so that she can say yes or no, and we wait. For what she cannot decide, it was agreed at a meeting at the hospital that I speak for her, with Sam beside us so that it stays about what she wants.",
        ),
        (
            Section::Working,
            husband,
            "Being at home. Priya and the nurses. Music in the morning. The hoist in the bedroom.",
        ),
        (
            Section::NotWorking,
            husband,
            "Thirty-one different carers in four months. Nobody has time to learn how she says yes and no. She is frightened of strangers at night. I do not sleep.",
        ),
        (
            Section::ImportantToMe,
            Voice::Person,
            "The same faces. To be asked, and to be waited for. Music every day. Martin being Martin, not a nurse. Beth’s wedding.",
        ),
        (
            Section::ImportantForMyHealth,
            Voice::Person,
            "Somebody trained with me day and night. My chest cleared before it gets bad. Being turned, so that my skin stays whole. Nothing by mouth but a taste.",
        ),
        (
            Section::IfThingsGoWrong,
            husband,
            "If a carer cannot come, the other one stays and the agency in Wells sends somebody who has met Alice. If her chest gets bad, call Priya’s team on 01632 960 145, day or night. If she is grey or cannot be woken, call 999 and take the red folder.",
        ),
        (
            Section::HowMoneyIsHeld,
            husband,
            "Vale Supported Lives hold the money for the two carers and do the pay. The rest comes to an account of its own that Martin looks after.",
        ),
        (
            Section::HowWeReview,
            Voice::Person,
            "Ask me. If I go still when somebody comes into the room, something is wrong. Good is: one chest infection or none, the same two faces, out of the house every week. We all meet after three months.",
        ),
    ] {
        t.writes(p.husband, voice, section, text).await?;
    }

    let mut things = Things {
        outcomes: BTreeMap::new(),
        lines: BTreeMap::new(),
        holdings: BTreeMap::new(),
        actions: BTreeMap::new(),
    };
    t.days_ago(186, 15);
    outcomes(t, &mut things).await?;
    risks(t).await?;
    t.days_ago(180, 11);
    actions(t, &mut things).await?;
    spending(t, &mut things).await?;
    t.first_review(p.broker, 95).await?;
    Ok(things)
}

async fn outcomes(t: &Teller<'_>, things: &mut Things) -> Result<(), Error> {
    let p = t.place.people;
    for (key, from, aim, words, sign) in [
        (
            "known",
            "communicating",
            Aim::Better,
            "More and more people understand what I am saying",
            "A new person can tell my yes from my no within a week",
        ),
        (
            "control",
            "mind",
            Aim::Better,
            "I choose what happens in my day, and who comes near me",
            "I am asked before anything is done, and it shows in the day book",
        ),
        (
            "well",
            "breathing",
            Aim::Avoided,
            "I stay out of hospital, and my skin stays whole",
            "No admission for my chest, no sore places",
        ),
        (
            "out",
            "out",
            Aim::Better,
            "I hear music with other people again, and I am at Beth’s wedding",
            "Out of the house every week",
        ),
        (
            "martin",
            "family",
            Aim::Better,
            "Martin sleeps, and sits with me as my husband",
            "Six whole nights a week",
        ),
    ] {
        let id = t.aims_at(p.broker, from, Outcome { aim, words, sign: Some(sign) }).await?;
        things.outcomes.insert(key, id);
    }
    Ok(())
}

async fn risks(t: &Teller<'_>) -> Result<(), Error> {
    let husband = t.voice(t.place.people.husband).await?;
    for (words, what_we_do, who) in [
        (
            "Both carers are ill at once",
            "The agency in Wells keeps two people who know Alice. We pay for four days of theirs every year, even if we do not need them, so that they stay known to her.",
            "Martin",
        ),
        (
            "Her chest fills up at night",
            "Both carers are trained and signed off by Priya for suction. The nurses’ number is on the wall.",
            "Priya Nair",
        ),
        (
            "She is moved wrongly and hurt",
            "Two people and the hoist, always. New carers watch for three days before they lift.",
            "The carers",
        ),
    ] {
        t.expects(t.place.people.broker, husband, Risk { words, what_we_do, who }).await?;
    }
    Ok(())
}

async fn actions(t: &Teller<'_>, things: &mut Things) -> Result<(), Error> {
    let husband = t.voice(t.place.people.husband).await?;
    for (key, what, who, paid, when, outcomes, otherwise) in [
        (
            "carers",
            "Choose and train two live-in carers, who take turns",
            "Martin, with Sam’s help",
            true,
            "Before the budget starts",
            &["known", "well", "martin"][..],
            None,
        ),
        (
            "speech",
            "Speech therapy at home, to build up sounds and signs",
            "NHS speech therapist",
            false,
            "Every two weeks",
            &["known"][..],
            Some("If it does not work out: a specialist speech therapist, paid from the plan"),
        ),
        (
            "voice",
            "Speak for Alice’s wishes wherever she goes",
            "Martin",
            false,
            "Always",
            &["known", "control", "well", "out", "martin"][..],
            None,
        ),
        (
            "eyegaze",
            "Be seen for a computer that follows her eyes, and get the one they recommend",
            "Priya Nair",
            false,
            "Referral within a month",
            &["control"][..],
            Some("If the wait is over three months: a private appointment, paid from the plan"),
        ),
        (
            "choir",
            "Take her to choir practice on Thursdays",
            "Whoever is on, and Beth",
            false,
            "Every Thursday evening",
            &["out"][..],
            None,
        ),
        (
            "rest",
            "Martin sleeps while the night carer is awake",
            "The carers",
            true,
            "Six nights a week",
            &["martin"][..],
            None,
        ),
    ] {
        let outcomes: Vec<OutcomeId> = outcomes.iter().map(|key| things.outcomes[key]).collect();
        let action =
            ActionWords { what: prose(what), who: line(who), paid, when: line(when), by: None, outcomes };
        let id = t.will_do(t.place.people.broker, husband, action, otherwise).await?;
        things.actions.insert(key, id);
    }
    Ok(())
}

async fn spending(t: &Teller<'_>, things: &mut Things) -> Result<(), Error> {
    let p = t.place.people;
    let husband = t.voice(p.husband).await?;
    let from = dates::days_after(t.today, -155);
    for (key, mode, organisation, name) in [
        (
            "wages",
            Mode::ThirdParty,
            Some(t.place.organisations.third_party),
            "Alice’s carers, held by Vale Supported Lives",
        ),
        ("direct", Mode::DirectPayment, None, "Alice’s own account"),
    ] {
        let holding = HoldingWords { mode, organisation, name: line(name) };
        things.holdings.insert(key, t.holds(p.broker, holding, from).await?);
    }
    let vale = SharedWith::Organisation(t.place.organisations.third_party);
    let how = "Asked with Martin there. One blink for the reviews, two for the rest.";
    t.shares(vale, &[RecordPart::Reviews], None, how).await?;
    let vale = SharedWith::Organisation(t.place.organisations.third_party);
    t.shares(
        vale,
        &[RecordPart::Reviews],
        None,
        "Asked with Martin there. One blink for the reviews, two for the rest.",
    )
    .await?;
    for (key, what, kind, funder, pence, every, outcomes, holding) in [
        (
            "live-in",
            "Two live-in carers, taking turns: the nursing part",
            "assistant",
            Funder::Nhs,
            106_500,
            Every::Week,
            &["known", "well"][..],
            "wages",
        ),
        (
            "care",
            "Two live-in carers: washing, moving and the home",
            "assistant",
            Funder::Council,
            55_500,
            Every::Week,
            &["known", "martin"][..],
            "wages",
        ),
        (
            "cover",
            "Four days of cover by people she knows",
            "agency",
            Funder::Nhs,
            120_000,
            Every::Year,
            &["well"][..],
            "wages",
        ),
        (
            "training",
            "Training for the carers: chest, moving, how she speaks",
            "training",
            Funder::Nhs,
            78_000,
            Every::Once,
            &["well", "known"][..],
            "direct",
        ),
        (
            "music",
            "Music therapy at home",
            "therapy",
            Funder::Nhs,
            4_800,
            Every::Week,
            &["control", "out"][..],
            "direct",
        ),
        (
            "eyes",
            "Specialist help with speech and the eye computer",
            "therapy",
            Funder::Nhs,
            9_000,
            Every::Month,
            &["known", "control"][..],
            "direct",
        ),
        (
            "trips",
            "A van that takes the chair: choir and days out",
            "travel",
            Funder::Council,
            3_600,
            Every::Week,
            &["out"][..],
            "direct",
        ),
    ] {
        let outcomes: Vec<OutcomeId> = outcomes.iter().map(|key| things.outcomes[key]).collect();
        let words = LineWords {
            what: line(what),
            kind: kind.to_owned(),
            funder,
            amount: Pence(pence),
            every,
            outcomes,
            holding: Some(things.holdings[holding]),
        };
        things.lines.insert(key, t.buys(p.broker, husband, words).await?);
    }
    Ok(())
}
