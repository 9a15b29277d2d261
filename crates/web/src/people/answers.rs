//! What is answered on somebody's page: to what waits to be confirmed of them,
//! and to how they sign in.

use super::member::{Who, finish};
use super::sign_in::asks_how;
use crate::case_page::At;
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::voice::{Said, is_the_person};
use crate::{Answer, ErrorPage, Me};
use domain::access::Action;
use domain::case::Voice;
use domain::case::circle;
use domain::{MemberId, Prose};
use service::Seen;

pub(super) fn declare(routes: &mut Routes) {
    let (confirms, invites) = (Door::Case(Action::ConfirmSpeaker), Door::Case(Action::AddMember));
    routes.post("/cases/{id}/people/{who}/confirm", confirms, confirm);
    routes.post("/cases/{id}/people/{who}/turn-down", confirms, turn_down);
    routes.post("/cases/{id}/people/{who}/take-back", Door::Case(Action::Decide), take_back);
    routes.post("/cases/{id}/people/{who}/sign-in-stays", confirms, keep);
    routes.post("/cases/{id}/people/{who}/sign-in-ends", confirms, end);
    routes.post("/cases/{id}/people/{who}/invite-again", invites, invite_again);
    routes.post("/cases/{id}/people/{who}/address", invites, put_right);
}

fn of(who: Voice) -> Result<MemberId, ErrorPage> {
    match who {
        Voice::Member(member) => Ok(member),
        Voice::Person => Err(ErrorPage::Hidden),
    }
}

/// What the person said here, in their own words where they typed some. `asked`
/// is the number of the first thing that was answered.
fn own_words_of(shown: &Seen, form: &mut Form, asked: Option<u64>, answer: &str) -> Option<Prose> {
    let field = asked.map_or_else(|| "seen".to_owned(), |number| format!("words-{number}"));
    let field = if form.text("seen").is_empty() { field } else { "seen".to_owned() };
    let typed = form.optional_prose(&field, "what you want to say");
    let said = format!("{} said {answer} here, with their own sign-in", shown.case.person_name());
    typed.or_else(|| Prose::parse(&said).ok())
}

async fn confirm(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let opened = me.open(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    let chosen: Option<Vec<u64>> = form.choices("confirm", "what you confirm");
    if chosen.as_ref().is_some_and(Vec::is_empty) {
        form.wrong::<()>("confirm", "Choose what you confirm");
    }
    // The person says it here and now; everybody else says when it was.
    let (words, on) = if is_the_person(opened.case(), me.actor.account) {
        let first = chosen.as_ref().and_then(|all| all.first().copied());
        (own_words_of(&opened.seen, &mut form, first, "yes"), Some(opened.seen.today))
    } else {
        (form.prose("seen", "what you saw, or how they said so"), form.date("on", "the day"))
    };
    let works_in_the_area = form.ticked("works-here");
    let (Some(chosen), Some(words), Some(on), true) = (chosen, words, on, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let seen = circle::Seen { words, on, works_in_the_area };
    let result = me.web().app.confirm_proposals(&me.actor, id, member, chosen, seen).await;
    finish(&me, id, who, "confirmed", form, Some(result)).await
}

async fn turn_down(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let opened = me.open(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    let asked = read_asked(&mut form);
    let is_own = is_the_person(opened.case(), me.actor.account) && form.text("why-not").is_empty();
    let why = if is_own {
        let first = asked.as_ref().and_then(|all| all.first().copied());
        own_words_of(&opened.seen, &mut form, first, "no")
    } else {
        form.prose("why-not", "why it is not right")
    };
    let (Some(asked), Some(why), true) = (asked, why, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.turn_down_proposals(&me.actor, id, member, asked, why).await;
    finish(&me, id, who, if is_own { "said-no" } else { "turned-down" }, form, Some(result)).await
}

async fn take_back(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let member = of(who)?;
    let asked = read_asked(&mut form);
    let (Some(asked), true) = (asked, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.take_back_proposals(&me.actor, id, member, asked).await;
    finish(&me, id, who, "taken-back", form, Some(result)).await
}

/// The numbers of what a form is about, as the page had them.
fn read_asked(form: &mut Form) -> Option<Vec<u64>> {
    let all: Result<Vec<u64>, _> = form.texts("asked").map(str::parse).collect();
    match all {
        Ok(all) if !all.is_empty() => Some(all),
        _ => form.wrong("", "Open this page again, then send it"),
    }
}

async fn keep(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let opened = me.open(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    // The person says it here and now; everybody else says when it was.
    let (words, on) = if is_the_person(opened.case(), me.actor.account) {
        let typed = form.optional_prose("kept-seen", "what you want to say");
        let said = format!("{} said yes here, with their own sign-in", opened.case().person_name());
        (typed.or_else(|| Prose::parse(&said).ok()), Some(opened.seen.today))
    } else {
        (form.prose("kept-seen", "how you know that it is right"), form.date("kept-on", "the day"))
    };
    let (Some(words), Some(on), true) = (words, on, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.keep_sign_in(&me.actor, id, member, words, on).await;
    finish(&me, id, who, "kept", form, Some(result)).await
}

async fn end(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let opened = me.open(id, Action::ConfirmSpeaker, "people").await?;
    let member = of(who)?;
    let why = if is_the_person(opened.case(), me.actor.account) && form.text("no-more-why").trim().is_empty()
    {
        Prose::parse(&format!("{} said no here, with their own sign-in", opened.case().person_name())).ok()
    } else {
        form.prose("no-more-why", "why it ends")
    };
    let Some(why) = why else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.end_sign_in(&me.actor, id, member, why).await;
    finish(&me, id, who, "no-more", form, Some(result)).await
}

async fn invite_again(me: Me, At((id, Said(who))): Who, form: Form) -> Answer {
    let result = me.web().app.invite_member_again(&me.actor, id, of(who)?).await;
    finish(&me, id, who, "invited-again", form, Some(result)).await
}

async fn put_right(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AddMember, "people").await?;
    let member = of(who)?;
    let email = form.email("new-email", "their email address");
    let how = form.optional_prose("new-how", "how you know that the address is theirs");
    if asks_how(&opened.seen, member) && how.is_none() && form.error_for("new-how").is_none() {
        form.wrong::<()>("new-how", circle::SAY_HOW);
    }
    let (Some(email), true) = (email, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.put_address_right(&me.actor, id, member, email, how).await;
    let waits = result.as_ref().is_ok_and(|case| case.circle.waiting_for(member).next().is_some());
    finish(&me, id, who, if waits { "asked" } else { "put-right" }, form, Some(result)).await
}
