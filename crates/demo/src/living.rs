//! Alice's story goes on (000:229-239): "not yet", then agreed, the first
//! payments, months of living with it, and a carer replaced because she said so.

use crate::alice::Things;
use crate::bank::{Spent, spend};
use crate::tell::{Risk, Teller};
use domain::case::Voice;
use domain::case::arrangement::PaymentState;
use domain::case::arrangement::payments::Rhythm;
use domain::case::plan::{ActionWords, Section};
use domain::case::review::{Meeting, OutcomeProgress, Progress};
use domain::case::rights::{About, Answer, Ask};
use domain::dates;
use domain::testing::{line, prose};
use domain::{Pence, RequestId, ReviewId};
use service::Error;
use service::plan::Change;

pub(super) async fn goes_on(t: &Teller<'_>, things: &Things) -> Result<(), Error> {
    agreed(t).await?;
    organised(t, things).await?;
    money_comes_and_goes(t, things, 150, 66).await?;
    reviewed(t, things).await?;
    put_right(t).await?;
    money_comes_and_goes(t, things, 65, 3).await
}

/// Something in the record is wrong: it is asked to be put right, looked at, and
/// answered.
async fn put_right(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(62, 20);
    let request = RequestId(t.app.id());
    let ask = Ask::PutRight {
        about: About::People,
        wrong: prose("It says that Alice cannot tell people what she wants."),
        instead: prose("She tells us with her eyes: one blink for yes, two for no."),
    };
    let voice = t.voice(p.husband).await?;
    t.app.ask_about_record(&t.next(p.husband).await?, t.case, request, (voice, ask)).await?;
    t.days_ago(58, 10);
    let words = prose(
        "You are right, and we are sorry. How she says yes and no stands on the page about how to talk with her now. What was written in the first week stays on the record, with this answer after it.",
    );
    t.app.answer_request(&t.next(p.coordinator).await?, t.case, request, (Answer::Yes, words), false).await?;
    Ok(())
}

async fn agreed(t: &Teller<'_>) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(174, 11);
    let first =
        t.sends(p.husband, Some("We wrote it together over six evenings. Alice heard every page.")).await?;
    t.days_ago(169, 15);
    let reasons = "This is a good plan and it sounds like Alice. One thing worries me: it does not say what happens at night if the carer who is on falls ill.";
    let change = "Say in “If things go wrong” who comes at night, and how soon.";
    t.says_not_yet(first, reasons, change).await?;
    t.days_ago(168, 20);
    t.opens_the_decision(p.husband, first).await?;
    let husband = t.voice(p.husband).await?;
    t.writes(p.husband, husband, Section::IfThingsGoWrong, "If a carer cannot come, the other one stays and the agency in Wells sends somebody who has met Alice. At night the other carer sleeps in the house, so there is always a second person within a minute.\n\nIf her chest gets bad, call Priya’s team on 01632 960 145, day or night. If she is grey or cannot be woken, call 999 and take the red folder.").await?;
    let second = t.sends(p.husband, Some("We added the nights.")).await?;
    t.days_ago(165, 9);
    t.agrees(second, "The nights are covered now. Everything in this plan leads back to something Alice needs, and it is in her words. I agree it, within my limit.").await?;
    t.days_ago(164, 19);
    t.opens_the_decision(p.husband, second).await
}

async fn organised(t: &Teller<'_>, things: &Things) -> Result<(), Error> {
    let p = t.place.people;
    t.days_ago(160, 10);
    let from = dates::days_after(t.today, -152);
    t.app.make_agreement(&t.next(p.coordinator).await?, t.case, from).await?;
    t.days_ago(158, 18);
    let voice = t.voice(p.husband).await?;
    let how = prose("Signed on paper at the kitchen table, with Alice. One blink.");
    t.app.sign_agreement(&t.next(p.husband).await?, t.case, 1, voice, how).await?;
    t.days_ago(156, 9);
    t.app.countersign_agreement(&t.next(p.commissioner).await?, t.case, 1).await?;
    t.days_ago(153, 11);
    for (key, name, four) in [
        ("wages", "Vale Supported Lives, client account", "4471"),
        ("direct", "M Hale for A Hale, care account", "0392"),
    ] {
        let (holding, first) = (things.holdings[key], dates::days_after(t.today, -150));
        t.approves(holding, line(name), four).await?;
        let farid = t.next(p.finance1).await?;
        t.app.schedule_payments(&farid, t.case, holding, first, Rhythm::Monthly, t.app.id()).await?;
    }
    Ok(())
}

/// Payments that fell due are made, statements come in, and spending is
/// matched: by the organisation for what it holds, by Martin for the rest.
async fn money_comes_and_goes(t: &Teller<'_>, things: &Things, from: i32, to: i32) -> Result<(), Error> {
    let p = t.place.people;
    let (first, last) = (dates::days_after(t.today, -from), dates::days_after(t.today, -to));
    pay(t, to).await?;
    let weekly = |what: &'static str, pence: i64, line: &'static str, on: i32| -> Vec<Spent> {
        (0..60)
            .map(|week| dates::days_after(t.today, -149 + on + week * 7))
            .filter(|day| *day >= first && *day <= last)
            .map(|day| Spent { day, what, amount: Pence(pence), line: Some(things.lines[line]) })
            .collect()
    };
    let once = |what: &'static str, pence: i64, line: Option<&'static str>, days_ago: i32| -> Option<Spent> {
        let day = dates::days_after(t.today, -days_ago);
        (day >= first && day <= last).then(|| Spent {
            day,
            what,
            amount: Pence(pence),
            line: line.map(|l| things.lines[l]),
        })
    };
    let mut wages = weekly("WAGES NURSING HOURS", 106_500, "live-in", 4);
    wages.extend(weekly("WAGES PERSONAL CARE", 55_500, "care", 4));
    wages.extend(once("WELLS HOMECARE COVER DAY", 29_800, Some("cover"), 88));
    t.days_ago(to - 1, 10);
    spend(t, p.third_party, things.holdings["wages"], "statement.csv", wages).await?;

    let mut direct = weekly("TOR MUSIC THERAPY", 4_800, "music", 2);
    direct.extend(weekly("MENDIP VAN HIRE", 3_600, "trips", 3));
    direct.extend(once("BREATHE EASY TRAINING LTD", 52_000, Some("training"), 146));
    direct.extend(once("VALE MOVING AND HANDLING", 24_500, Some("training"), 131));
    for days_ago in [120, 90, 60, 30] {
        direct.extend(once("DR L ABEL SPEECH", 9_000, Some("eyes"), days_ago));
    }
    // The newest three are for Martin to match.
    let mut open: Vec<usize> = vec![];
    if to < 10 {
        direct.extend(once("ST MARYS CHOIR LUNCH", 2_450, None, 9));
        direct.sort_by_key(|spent| spent.day);
        open = (direct.len().saturating_sub(3)..direct.len()).collect();
    }
    for place in open {
        direct[place].line = None;
    }
    t.days_ago(to - 1, 20);
    spend(t, p.husband, things.holdings["direct"], "care-account.csv", direct).await
}

/// Makes every payment that fell due by a day: released by one person in
/// finance, confirmed by another. The newest waits for the second of them.
async fn pay(t: &Teller<'_>, until: i32) -> Result<(), Error> {
    let p = t.place.people;
    let until = dates::days_after(t.today, -until);
    let case = t.state().await?;
    let mut due: Vec<_> = case
        .arrangement
        .instalments
        .iter()
        .filter(|i| i.state == PaymentState::Planned && i.planned.due <= until)
        .map(|i| (i.planned.due, i.planned.id))
        .collect();
    due.sort();
    for (day, id) in due {
        let ago = dates::days_between(day, t.today);
        t.days_ago(ago, 9);
        t.app.release_payment(&t.next(p.finance1).await?, t.case, id).await?;
        t.days_ago(ago, 14);
        t.app.confirm_payment(&t.next(p.finance2).await?, t.case, id).await?;
    }
    Ok(())
}

async fn reviewed(t: &Teller<'_>, things: &Things) -> Result<(), Error> {
    let p = t.place.people;
    let husband = t.voice(p.husband).await?;
    let id = ReviewId(t.app.id());
    t.days_ago(75, 10);
    let on = dates::days_after(t.today, -62);
    let place = prose("At home, in the morning, with everyone Alice knows. The therapists come too.");
    t.app.book_review(&t.next(p.coordinator).await?, t.case, id, on, place).await?;
    t.days_ago(62, 11);
    let progress = [
        (
            "known",
            Progress::Better,
            "She uses five or six sounds now. Both regular carers understand her, and so does the man at the choir door.",
        ),
        ("control", Progress::SomeChange, "She is asked. She is not always waited for."),
        ("well", Progress::Better, "One chest infection, treated at home. Skin whole."),
        ("out", Progress::Better, "Choir every Thursday but two."),
        ("martin", Progress::SomeChange, "Four whole nights a week."),
    ];
    let outcomes: Vec<OutcomeProgress> = progress
        .iter()
        .map(|(key, progress, words)| OutcomeProgress {
            outcome: things.outcomes[key],
            progress: *progress,
            words: Some(prose(words)),
        })
        .collect();
    let meeting = Meeting {
        on: t.day(),
        with: vec![Voice::Person, husband],
        working: prose(
            "The same faces. Music. Being out of the house. Alice made her low sound for yes, again and again, when Sam read this out.",
        ),
        not_working: prose(
            "One of the carers frightens her. Sam asked about each person by name. She went still at one name, and blinked twice when asked if that person should stay. Asked again an hour later: two blinks.",
        ),
        outcomes,
        enough: true,
        money: Some(prose("Enough. The cover days cost less than we thought.")),
        changes: Some(prose(
            "That carer finishes this week. Alice meets the next one three times before anything is agreed.",
        )),
        next: dates::days_after(t.day(), 182),
    };
    let after = t.app.hold_review(&t.next(p.coordinator).await?, t.case, id, meeting).await?;
    let carers = things.actions["carers"];
    let words = ActionWords {
        what: prose(
            "Choose and train a new second carer. Alice meets each of them three times first, and decides.",
        ),
        who: line("Alice and Martin, with Sam’s help"),
        paid: true,
        when: line("Within a month. Wells Homecare covers until then"),
        by: None,
        outcomes: ["known", "well", "martin"].map(|key| things.outcomes[key]).to_vec(),
    };
    let seen = after.plan.action(carers).map_or(0, |a| a.seq);
    let change = Change::ChangeAction { id: carers, words, otherwise: None, voice: Voice::Person, seen };
    t.plans(p.broker, change).await?;
    let risk = Risk {
        words: "Somebody frightens me and nobody notices",
        what_we_do: "Ask me about each person by name, every month, when they are not there. Two blinks and they do not come back.",
        who: "Sam Okoro",
    };
    t.expects(p.broker, Voice::Person, risk).await
}
