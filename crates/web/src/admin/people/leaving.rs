//! Ending a post, and to whom goes what hangs on it.

use super::super::{Id, InArea, frame, is_administrator};
use crate::address::{Address as _, AreaPage, Place};
use crate::answer;
use crate::components::{Button, Details, Look, Select, button, details, inset_text, select};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::{Door, ErrorPage, Me, Routes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::access::{Action, Post};
use domain::{AccountId, AreaId, OrganisationId};
use maud::{Markup, html};
use service::administer::{Colleague, PostAt};
use service::leaving::{Hanging, Hangs, Heirs, One};
use service::worklist::Stops;

pub fn declare(routes: &mut Routes) {
    let post = "/admin/{area}/people/{id}/posts/{organisation}/{post}";
    routes.get(post, Door::Area(&[Action::ManageColleagues]), show_end);
    routes.post(post, Door::Area(&[Action::ManageColleagues]), end);
    routes.get(
        "/admin/{area}/people/{id}/hand-over",
        Door::Area(&[Action::ManageColleagues]),
        show_hand_over,
    );
    routes.post("/admin/{area}/people/{id}/hand-over", Door::Area(&[Action::ManageColleagues]), hand_over);
}

type Which = Result<Path<(AreaId, AccountId, OrganisationId, String)>, PathRejection>;

/// A post of somebody, as the address says it.
fn which(path: Which) -> Result<(AreaId, AccountId, (OrganisationId, Post)), ErrorPage> {
    let Path((area, id, organisation, post)) = path.map_err(|_| ErrorPage::Hidden)?;
    let post = post.parse().map_err(|_| ErrorPage::Hidden)?;
    Ok((area, id, (organisation, post)))
}

/// Somebody whom this administrator may do this to.
async fn somebody(me: &Me, area: AreaId, id: AccountId) -> Result<Colleague, ErrorPage> {
    if !is_administrator(me, area) {
        return Err(ErrorPage::Hidden);
    }
    Ok(me.web().app.colleague(&me.actor, area, id).await?)
}

async fn show_end(me: Me, path: Which) -> Answer {
    let (area, id, of) = which(path)?;
    end_page(&me, area, id, of, &Form::empty()).await
}

async fn end_page(me: &Me, area: AreaId, id: AccountId, of: (OrganisationId, Post), form: &Form) -> Answer {
    let colleague = somebody(me, area, id).await?;
    let held = colleague.posts.iter().find(|held| (held.organisation, held.post) == of);
    let Some(PostAt { name: organisation, post, .. }) = held else { return Err(ErrorPage::Hidden) };
    let hangs = me.web().app.hangs_on(&me.actor, area, id, Some(of)).await?;
    let only = me.web().app.stops_with(&me.actor, area, id, of).await?;
    let here = Place::Area(area, AreaPage::Person(id)).path();
    let title = format!("End the post of {}", colleague.name);
    let content = html! {
        h1 { (title) }
        p { (post.words()) ", " (organisation) "." }
        @if id == me.actor.account {
            p { "This is you. What concerns yourself, another administrator does." }
        } @else {
            p { "From the moment you press the button, the post and every place in a case that it was given for open nothing. They are signed out everywhere, and we tell them." }
            @if let Some(stops) = only { (what_stops(stops)) }
            @if only.is_none() && hangs.is_empty() { p { "Nothing hangs on it that somebody has to take over." } }
            (end_form(me, &Place::Area(area, AreaPage::EndPost(id, of.0, of.1)).path(), &hangs, form))
        }
        p { a href=(here) { "Back to " (colleague.name) } }
    };
    Ok(frame(me, area, &title, "people", None, form, &content))
}

/// What stops when this post ends, said before the button.
fn what_stops(stops: Stops) -> Markup {
    inset_text(&html! {
        @match stops {
            Stops::Pairs { left: 0 } => {
                p { strong { "No administrator is left then." } " Nobody can give posts or end them. Propose somebody first." }
            }
            Stops::Pairs { .. } => {
                p { strong { "One administrator is left then." } " What takes two waits: every post, and a lost second step. Propose somebody first, if you can." }
            }
            Stops::Money(people) => {
                p { strong { "Nobody else of this organisation can sign in." } " Propose somebody for it first, if you can." }
                p {
                    @match people {
                        0 => { "It holds money for nobody now." }
                        1 => { "It holds money for 1 person. Nobody there can see that money or send its statements until somebody has the post." }
                        many => { "It holds money for " (many) " people. Nobody there can see that money or send its statements until somebody has the post." }
                    }
                }
            }
            Stops::Waiting(count) => {
                p { strong { "Nobody else here has this post." } " Propose somebody for it first, if you can." }
                @match count {
                    0 => p { "Nothing waits for it now. What comes waits until somebody has the post." },
                    1 => p { "1 thing waits for it, and waits until somebody has the post." },
                    many => p { (many) " things wait for it, and wait until somebody has the post." },
                }
            }
        }
    })
}

/// The field of the button that ends a post whatever hangs on it.
const NOW: &str = "now";

/// Which of it somebody could take over.
fn can_go(hangs: &[Hangs]) -> impl Iterator<Item = &Hangs> {
    hangs.iter().filter(|one| one.what.goes_to_somebody() && !one.fitting.is_empty())
}

/// What hangs on it: what stays as it is, and what nobody could take over.
fn what_hangs(hangs: &[Hangs]) -> Markup {
    html! {
        @if !hangs.is_empty() {
            h2 { "What hangs on it" }
            @for one in hangs.iter().filter(|one| !one.what.goes_to_somebody()) {
                p { (one.what.words(one.count)) ". " (what_becomes_of(one.what)) }
            }
        }
        @for one in hangs.iter().filter(|one| one.what.goes_to_somebody() && one.fitting.is_empty()) {
            (inset_text(&html! {
                p { (one.what.words(one.count)) ". There is no colleague with a fitting post who could take this over. Give one the post first." }
            }))
        }
    }
}

/// What becomes of something that nobody takes over.
fn what_becomes_of(what: Hanging) -> &'static str {
    match what {
        Hanging::Given => {
            "They go on until somebody looks at them. The person, and those who work with the person, are asked to \
             keep or end each one. Until that is done, the number stands under “Still to hand over”."
        }
        _ => "They stay as they are, until another colleague in finance confirms them or sends them back.",
    }
}

/// The form that ends a post: with everything that hangs on it, or at once.
fn end_form(me: &Me, to: &str, hangs: &[Hangs], form: &Form) -> Markup {
    let goes = hangs.iter().filter(|one| one.what.goes_to_somebody()).count();
    let now = Button {
        name: Some(NOW),
        value: Some("yes"),
        look: Look::Warning,
        ..Button::secondary("End it now, and hand over afterwards")
    };
    html! {
        (what_hangs(hangs))
        form method="post" action=(to) novalidate {
            (csrf_field(&me.csrf))
            @for one in can_go(hangs) { (heirs_of(one, form)) }
            @if can_go(hangs).count() == goes { (button(&Button::submit("End this post"))) }
            @if goes > 0 {
                h2 { "If it cannot wait" }
                p { "You can end the post now, whoever takes over. What can go to the colleagues you chose goes to them. The rest stands under “Still to hand over”, for every administrator, until nothing is left." }
                (button(&now))
            }
        }
    }
}

/// The form that hands over what was left: all that somebody could take over.
fn hand_over_form(me: &Me, to: &str, hangs: &[Hangs], form: &Form) -> Markup {
    html! {
        (what_hangs(hangs))
        @if can_go(hangs).next().is_some() {
            form method="post" action=(to) novalidate {
                (csrf_field(&me.csrf))
                @for one in can_go(hangs) { (heirs_of(one, form)) }
                p { "If some of it cannot go to whoever you choose, it stays here." }
                (button(&Button::submit("Hand it over")))
            }
        }
    }
}

fn heirs_of(one: &Hangs, form: &Form) -> Markup {
    let ids: Vec<(String, &str)> =
        one.fitting.iter().map(|(account, name)| (account.to_string(), name.as_str())).collect();
    let with = |first: &'static str| -> Vec<(&str, &str)> {
        std::iter::once(("", first)).chain(ids.iter().map(|(id, name)| (id.as_str(), *name))).collect()
    };
    let (first, then) = (with("Choose a colleague"), with("Nobody"));
    let (to, then_to) = (format!("to-{}", one.what.key()), format!("then-{}", one.what.key()));
    let label = format!("{}: who takes over?", one.what.words(one.count));
    let second = "Where they have another place in somebody’s circle already, who takes over then?";
    html! {
        (select(&Select::new(&to, &label, &first).with(form)))
        @if matches!(one.what, Hanging::Seat(_)) && ids.len() > 1 {
            (select(&Select::new(&then_to, second, &then).with(form)))
            @if one.count > 1 { (exceptions(one, form)) }
        }
    }
}

/// Who takes over one case, where it is not whoever takes over all.
fn exceptions(one: &Hangs, form: &Form) -> Markup {
    let fields: Vec<(String, String)> = one
        .each
        .iter()
        .map(|each| (field_of(one, each), format!("Who takes over {}?", each.reference)))
        .collect();
    let wrong = fields.iter().any(|(field, _)| form.error_for(field).is_some());
    let chosen = fields.iter().any(|(field, _)| !form.text(field).is_empty());
    let content = html! {
        p { "Each is one person’s case. Whoever knows the people can tell you which reference is whose." }
        @if one.count > one.each.len() {
            p { "Here are the first " (one.each.len()) " of " (one.count) ". The others go to whoever you chose above." }
        }
        @for (each, (field, label)) in one.each.iter().zip(&fields) {
            @let fitting: Vec<(String, &str)> = one.fitting.iter()
                .filter(|(account, _)| each.fitting.contains(account))
                .map(|(account, name)| (account.to_string(), name.as_str())).collect();
            @let options: Vec<(&str, &str)> = std::iter::once(("", "As above"))
                .chain(fitting.iter().map(|(id, name)| (id.as_str(), *name))).collect();
            (select(&Select::new(field, label, &options).with(form)))
        }
    };
    details(&Details {
        open: wrong || chosen,
        ..Details::new("Choose somebody else for one of them", content)
    })
}

/// The field of a form for one case.
fn field_of(one: &Hangs, each: &One) -> String {
    format!("for-{}-{}", one.what.key(), each.case)
}

/// Reads who takes over one case alone.
fn read_exceptions(one: &Hangs, form: &mut Form, heirs: &mut Heirs) {
    for each in &one.each {
        let field = field_of(one, each);
        if let Some(account) = form.optional_choice::<AccountId>(&field, "a colleague, or “As above”") {
            heirs.give(one.what, each.case, account);
        }
    }
}

/// Reads to whom each kind goes.
fn read(hangs: &[Hangs], form: &mut Form) -> Heirs {
    let mut heirs = Heirs::default();
    for one in can_go(hangs) {
        let (to, then) = (format!("to-{}", one.what.key()), format!("then-{}", one.what.key()));
        let first = form.choice::<AccountId>(&to, "a colleague who takes over");
        let second = form.optional_choice::<AccountId>(&then, "a colleague, or nobody");
        let mut chosen: Vec<AccountId> = first.into_iter().chain(second).collect();
        chosen.dedup();
        heirs.give_all(one.what, chosen);
        read_exceptions(one, form, &mut heirs);
    }
    heirs
}

/// The same where nothing is to stop it: what was not chosen stays.
fn read_what_is_there(hangs: &[Hangs], form: &Form) -> Heirs {
    let chosen = |one: &Hangs| {
        let fields = [format!("to-{}", one.what.key()), format!("then-{}", one.what.key())];
        let mut all: Vec<AccountId> =
            fields.iter().filter_map(|field| form.text(field).parse().ok()).collect();
        all.dedup();
        all
    };
    let mut heirs = Heirs::default();
    for one in can_go(hangs) {
        heirs.give_all(one.what, chosen(one));
        for each in &one.each {
            if let Ok(account) = form.text(&field_of(one, each)).parse() {
                heirs.give(one.what, each.case, account);
            }
        }
    }
    heirs
}

async fn end(me: Me, path: Which, mut form: Form) -> Answer {
    let (area, id, of) = which(path)?;
    somebody(&me, area, id).await?;
    let hangs = me.web().app.hangs_on(&me.actor, area, id, Some(of)).await?;
    let app = &me.web().app;
    let ended = if form.ticked(NOW) {
        app.end_post_now(&me.actor, area, id, of, read_what_is_there(&hangs, &form)).await
    } else {
        let heirs = read(&hangs, &mut form);
        if !form.is_ok() {
            return end_page(&me, area, id, of, &form).await;
        }
        app.end_post(&me.actor, area, id, of, heirs).await
    };
    if let Err(no) = ended {
        // With the post gone there is no page of it: then it is trouble.
        let held = me.web().app.colleague(&me.actor, area, id).await?;
        if !held.posts.iter().any(|held| (held.organisation, held.post) == of) {
            return Err(no.into());
        }
        form.accepted::<()>(Err(no))?;
        return end_page(&me, area, id, of, &form).await;
    }
    Ok(answer::see_other(Place::Area(area, AreaPage::Person(id)).done("ended")))
}

async fn show_hand_over(me: Me, InArea(area): InArea, Id(id): Id<AccountId>) -> Answer {
    hand_over_page(&me, area, id, &Form::empty()).await
}

async fn hand_over_page(me: &Me, area: AreaId, id: AccountId, form: &Form) -> Answer {
    let colleague = somebody(me, area, id).await?;
    let hangs = me.web().app.hangs_on(&me.actor, area, id, None).await?;
    let here = Place::Area(area, AreaPage::Person(id)).path();
    let title = format!("Hand over what {} left", colleague.name);
    let content = html! {
        h1 { (title) }
        @if hangs.iter().all(|one| !one.what.goes_to_somebody()) {
            p {
                @if hangs.is_empty() { "Nothing is left to hand over." }
                @else { "There is nothing for you to hand over. Others are asked about the rest." }
            }
            (what_hangs(&hangs))
        } @else {
            (hand_over_form(me, &Place::Area(area, AreaPage::HandOver(id)).path(), &hangs, form))
        }
        p { a href=(here) { "Back to " (colleague.name) } }
    };
    Ok(frame(me, area, &title, "people", None, form, &content))
}

async fn hand_over(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    somebody(&me, area, id).await?;
    let hangs = me.web().app.hangs_on(&me.actor, area, id, None).await?;
    let heirs = read(&hangs, &mut form);
    if !form.is_ok() {
        return hand_over_page(&me, area, id, &form).await;
    }
    if form.accepted(me.web().app.hand_over(&me.actor, area, id, heirs).await)?.is_none() {
        return hand_over_page(&me, area, id, &form).await;
    }
    Ok(answer::see_other(Place::Area(area, AreaPage::Person(id)).done("handed-over")))
}
