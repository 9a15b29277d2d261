//! Putting somebody forward for a post, and what a second administrator does
//! with it.

use super::super::{Done, InArea, frame, is_administrator};
use super::{flash, post_of, which_go_together, with_reason};
use crate::address::{Address as _, AreaPage, Place, PostTo, ProposalPost};
use crate::answer;
use crate::components::{
    Button, Colour, Column, Input, Row, Select, SummaryList, Table, Tag, button, cell, input, inset_text,
    select, summary_list, table, tag, unseen,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Door, ErrorPage, Me, Routes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::access::{Action, Post};
use domain::{AreaId, OrganisationId, ProposalId, dates};
use maud::{Markup, html};
use service::Error;
use service::posts::{Answered, Confirms, PutForward, Waiting};
use service::rate::Rate;
use strum::VariantArray;

pub fn declare(routes: &mut Routes) {
    let manage = Door::Area(&[Action::ManageColleagues]);
    routes.get("/admin/{area}/people/invite", manage, show_invite);
    // Where one administrator is enough, this alone gives a post.
    routes.post_proved(Rate::Form, "/admin/{area}/people/invite", manage, invite);
    let one = "/admin/{area}/people/proposals/{proposal}";
    routes.get(one, Door::Area(&[Action::SeeOffice]), show);
    routes.post_proved(
        Rate::Account,
        "/admin/{area}/people/proposals/{proposal}/confirm",
        Door::Area(&[Action::ManageColleagues]),
        confirm,
    );
    routes.post(
        "/admin/{area}/people/proposals/{proposal}/turn-down",
        Door::Area(&[Action::ManageColleagues]),
        turn_down,
    );
    routes.post(
        "/admin/{area}/people/proposals/{proposal}/take-back",
        Door::Area(&[Action::ManageColleagues]),
        take_back,
    );
    routes.post(
        "/admin/{area}/people/proposals/{proposal}/again",
        Door::Area(&[Action::ManageColleagues]),
        again,
    );
}

/// What waits, for the list of people and posts.
pub fn waiting_table(area: AreaId, all: &[Waiting]) -> Markup {
    let rows = all
        .iter()
        .map(|one| {
            vec![
                html! { a href=(Place::Area(area, AreaPage::Proposal(one.proposal)).path()) { (one.name) (unseen(&format!("({}, {}, {})", one.email, one.post.words(), one.organisation_name))) } },
                html! { (one.post.words()) ", " (one.organisation_name) },
                cell(&one.by),
                waits_for(one),
                cell(dates::long(dates::london(one.until))),
            ]
        })
        .collect();
    let columns = ["Name", "Post", "Proposed by", "Waits for", "Lapses on"].map(Column::text).to_vec();
    table(&Table::new("Posts that nobody has yet", columns, rows))
}

/// What was said no to, with who and why, for the same list.
pub fn answered_table(all: &[Answered]) -> Markup {
    let rows = all
        .iter()
        .map(|one| {
            vec![
                cell(&one.name),
                html! { (one.post.words()) ", " (one.organisation_name) },
                cell(&one.by),
                html! { (one.no_of.as_deref().unwrap_or("They themselves")) ", " (dates::moment(one.at)) },
                cell(one.why.as_deref().unwrap_or("They need not say why")),
            ]
        })
        .collect();
    let columns = ["Name", "Post", "Proposed by", "Who said no", "Why"].map(Column::text).to_vec();
    table(&Table::new("Answered with no in the last 14 days", columns, rows))
}

fn waits_for(one: &Waiting) -> Markup {
    if one.confirmed_by.is_some() {
        tag(&Tag::new("Their answer", Colour::Yellow))
    } else {
        tag(&Tag::new("A second administrator", Colour::Orange))
    }
}

// ---- proposing

async fn show_invite(me: Me, InArea(area): InArea) -> Answer {
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    invite_page(&me, area, &form).await
}

async fn invite_page(me: &Me, area: AreaId, form: &Form) -> Answer {
    if !is_administrator(me, area) {
        return Err(ErrorPage::Hidden);
    }
    let app = &me.web().app;
    let organisations = app.area_organisations(&me.actor, area).await?;
    let confirms = app.who_confirms(&me.actor, area).await?;
    let ids: Vec<(String, String)> = organisations
        .iter()
        .map(|(id, name, kind)| (id.to_string(), format!("{name} ({})", kind.words())))
        .collect();
    let mut bodies = vec![("", "Choose an organisation")];
    bodies.extend(ids.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    let mut posts = vec![("", "Choose a post")];
    posts.extend(Post::VARIANTS.iter().map(|post| (post.into_str(), post.words())));
    let email = Input {
        spellcheck: Some(false),
        hint: Some("When it is confirmed we send a letter to it"),
        ..Input::new("email", "Email address")
    };
    let content = html! {
        h1 { "Propose somebody for a post" }
        (what_happens(confirms, app.settings.one_administrator))
        form method="post" action=(Place::Area(area, AreaPage::Invite).path()) novalidate {
            (csrf_field(&me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (input(&Input::new("name", "Name").with(form)))
            (input(&email.with(form)))
            (select(&Select::new("organisation", "Organisation", &bodies).with(form)))
            (select(&Select::new("post", "Post", &posts).with(form)))
            (button(&Button::submit("Propose it")))
        }
        (which_go_together(me))
        p { a href=(Place::Area(area, AreaPage::People).path()) { "Back to people and posts" } }
    };
    Ok(frame(me, area, "Propose somebody for a post", "people", None, form, &content))
}

fn what_happens(confirms: Confirms, one_would_do: bool) -> Markup {
    html! {
        @match confirms {
            Confirms::Another => {
                p { "Another administrator confirms it. Then we write to them, and they have the post once they have signed in and said yes." }
            }
            Confirms::OneIsEnough => {
                p { "You are the only administrator, and this service is set so that one is enough. We write to them at once, and they have the post once they have signed in and said yes." }
            }
            Confirms::Nobody => (inset_text(&html! {
                p { "You are the only administrator here who can sign in, so nobody can confirm what you propose. Whoever runs the program adds a second one with the command " code { "phb add-administrator" } "." }
                @if one_would_do {
                    p { "This service is set so that one administrator is enough. That counts once you have been the only one for 14 days." }
                }
            })),
        }
    }
}

async fn invite(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let id: ProposalId = form.key(me.web().app.id());
    let name = form.line("name", "their name");
    let email = form.email("email", "their email address");
    let organisation = form.choice::<OrganisationId>("organisation", "an organisation");
    let post = post_of(&mut form);
    let (Some(name), Some(email), Some(organisation), Some(post)) = (name, email, organisation, post) else {
        return invite_page(&me, area, &form).await;
    };
    let new = PutForward { id, organisation, post, name, email };
    let app = &me.web().app;
    let confirms = app.who_confirms(&me.actor, area).await?;
    if form.accepted(app.propose_post(&me.actor, &me.session, area, new).await)?.is_none() {
        return invite_page(&me, area, &form).await;
    }
    // As they were before it: afterwards somebody may be offered a post.
    let done = match confirms {
        Confirms::Another => "proposed",
        Confirms::OneIsEnough => "proposed-offered",
        Confirms::Nobody => "proposed-alone",
    };
    Ok(go(area, AreaPage::People, done))
}

// ---- what waits

type Which = Result<Path<(AreaId, ProposalId)>, PathRejection>;

fn which(path: Which) -> Result<(AreaId, ProposalId), ErrorPage> {
    path.map(|Path(which)| which).map_err(|_| ErrorPage::Hidden)
}

async fn show(me: Me, path: Which, Query(done): Query<Done>) -> Answer {
    let (area, id) = which(path)?;
    one(&me, area, id, flash(&done.done), &Form::empty()).await
}

async fn one(me: &Me, area: AreaId, id: ProposalId, flash: Option<&str>, form: &Form) -> Answer {
    let all = me.web().app.posts_waiting(&me.actor, area).await?;
    let found = all.into_iter().find(|one| one.proposal == id).ok_or(ErrorPage::Hidden)?;
    let mut rows = vec![
        Row::text("Name, as it was typed", &found.name),
        Row::text("Email address, as it was typed", &found.email),
        Row::text("Post", format!("{}, {}", found.post.words(), found.organisation_name)),
        Row::text("Proposed by", format!("{}, {}", found.by, dates::moment(found.at))),
        Row::html("Waits for", waits_for(&found)),
        Row::text("Lapses on", dates::long(dates::london(found.until))),
    ];
    if let Some(by) = &found.confirmed_by {
        rows.insert(4, Row::text("Confirmed by", by));
    }
    let content = html! {
        h1 { "A post for " (found.name) }
        (summary_list(&SummaryList::new(rows)))
        @if is_administrator(me, area) { (answers(me, area, &found, form)) }
        p { a href=(Place::Area(area, AreaPage::People).path()) { "Back to people and posts" } }
    };
    Ok(frame(me, area, &format!("A post for {}", found.name), "people", flash, form, &content))
}

fn answers(me: &Me, area: AreaId, found: &Waiting, form: &Form) -> Markup {
    let to = |post: ProposalPost| PostTo::Proposal(area, found.proposal, post).path();
    let press = |post: ProposalPost, words: &str| {
        html! {
            form method="post" action=(to(post)) {
                (csrf_field(&me.csrf))
                (button(&Button::secondary(words)))
            }
        }
    };
    let why = Input { hint: Some("Kept on the record"), ..Input::new("why", "Why not") }.with(form);
    html! {
        @if found.confirmed_by.is_some() {
            p { "We have written to them. They have the post once they have signed in and said yes." }
            (press(ProposalPost::Again, "Write to them again"))
        } @else if found.is_own {
            p { "You proposed this. Another administrator confirms it." }
        } @else {
            h2 { "Is this right?" }
            p { "Ask yourself: do you know that they work here, and that this address is theirs? If you confirm it, we write to them." }
            (press(ProposalPost::Confirm, "Confirm it"))
        }
        @if found.is_own {
            (press(ProposalPost::TakeBack, "Take it back"))
        } @else {
            h2 { "If it is not right" }
            (with_reason(me, &to(ProposalPost::TurnDown), &why, "Turn it down"))
        }
    }
}

/// Where it leads when it is done: to the proposal, or to the list when it is
/// not there any more.
async fn finish(
    me: &Me,
    (area, id): (AreaId, ProposalId),
    word: &str,
    stays: bool,
    mut form: Form,
    result: Result<(), Error>,
) -> Answer {
    if let Err(no) = result {
        let all = me.web().app.posts_waiting(&me.actor, area).await?;
        if all.iter().all(|one| one.proposal != id) {
            return Err(no.into());
        }
        form.accepted::<()>(Err(no))?;
        return one(me, area, id, None, &form).await;
    }
    Ok(go(area, if stays { AreaPage::Proposal(id) } else { AreaPage::People }, word))
}

fn go(area: AreaId, page: AreaPage, word: &str) -> Response {
    answer::see_other(Place::Area(area, page).done(word))
}

async fn confirm(me: Me, path: Which, form: Form) -> Answer {
    let which = which(path)?;
    let result = me.web().app.confirm_post(&me.actor, &me.session, which.0, which.1).await;
    finish(&me, which, "offered", true, form, result).await
}

async fn turn_down(me: Me, path: Which, mut form: Form) -> Answer {
    let which = which(path)?;
    let Some(why) = form.line("why", "why not") else { return one(&me, which.0, which.1, None, &form).await };
    let result = me.web().app.turn_down_post(&me.actor, which.0, which.1, why).await;
    finish(&me, which, "turned-down", false, form, result).await
}

async fn take_back(me: Me, path: Which, form: Form) -> Answer {
    let which = which(path)?;
    let result = me.web().app.take_back_post(&me.actor, which.0, which.1).await;
    finish(&me, which, "taken-back", false, form, result).await
}

async fn again(me: Me, path: Which, form: Form) -> Answer {
    let which = which(path)?;
    let result = me.web().app.offer_post_again(&me.actor, which.0, which.1).await;
    finish(&me, which, "again", true, form, result).await
}
