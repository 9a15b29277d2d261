//! People and posts.

use super::{ADMINISTRATORS, Done, Id, InArea, frame, is_administrator};
use crate::components::{
    Button, Colour, Column, Input, Row, Select, SummaryList, Table, Tag, button, cell, hidden, input, select,
    summary_list, table, tag,
};
use crate::form::Form;
use crate::page::csrf_field;
use crate::trouble::Answer;
use crate::{Door, Me, Routes, Trouble};
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Post;
use domain::{AccountId, AreaId, OrganisationId};
use maud::{Markup, html};
use service::administer::{Colleague, READERS};

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/people", Door::Post(READERS), list);
    routes.get("/admin/{area}/people/invite", Door::Post(ADMINISTRATORS), show_invite);
    routes.post("/admin/{area}/people/invite", Door::Post(ADMINISTRATORS), invite);
    routes.get("/admin/{area}/people/{id}", Door::Post(READERS), show);
    routes.post("/admin/{area}/people/{id}/end-post", Door::Post(ADMINISTRATORS), end_post);
    routes.post("/admin/{area}/people/{id}/invite-again", Door::Post(ADMINISTRATORS), invite_again);
    routes.post("/admin/{area}/people/{id}/second-step", Door::Post(ADMINISTRATORS), remove_second_factor);
}

/// The posts by the words that addresses and forms have for them.
const POSTS: [(&str, Post); 7] = [
    ("practitioner", Post::Practitioner),
    ("commissioner", Post::Commissioner),
    ("finance", Post::Finance),
    ("third-party", Post::ThirdParty),
    ("framework-owner", Post::FrameworkOwner),
    ("administrator", Post::Administrator),
    ("auditor", Post::Auditor),
];

fn post_of(form: &mut Form) -> Option<Post> {
    let typed = form.text("post").to_owned();
    match POSTS.iter().find(|(key, _)| *key == typed) {
        Some((_, post)) => Some(*post),
        None => form.wrong("post", "Choose a post"),
    }
}

fn key_of(post: Post) -> &'static str {
    POSTS.iter().find(|(_, p)| *p == post).map_or("", |(key, _)| key)
}

fn flash(done: &str) -> Option<&'static str> {
    match done {
        "invited" => Some("The invitation is on its way."),
        "ended" => Some("The post is ended, from now on."),
        "again" => Some("A new invitation is on its way."),
        "second-step" => Some(
            "Their second step is taken away. They are signed out everywhere, and set up a new one when they sign in.",
        ),
        _ => None,
    }
}

fn state(colleague: &Colleague) -> Markup {
    if !colleague.is_set_up {
        return tag(&Tag::new("Invited", Colour::Yellow));
    }
    let needs = colleague.posts.iter().any(|(_, _, post)| post.needs_second_factor());
    if needs && !colleague.has_second_factor {
        return tag(&Tag::new("No second step yet", Colour::Orange));
    }
    html! { "Set up" }
}

async fn list(me: Me, InArea(area): InArea, Query(done): Query<Done>) -> Answer {
    let all = me.web().app.colleagues(&me.actor, area).await?;
    let rows = all
        .iter()
        .map(|c| {
            vec![
                html! { a href={ "/admin/" (area) "/people/" (c.account) } { (c.name) } },
                html! { @for (_, organisation, post) in &c.posts { (post.words()) ", " (organisation) br; } },
                cell(&c.email),
                state(c),
            ]
        })
        .collect();
    let columns =
        vec![Column::text("Name"), Column::text("Posts"), Column::text("Email"), Column::text("Sign-in")];
    let content = html! {
        h1 { "People and posts" }
        @if is_administrator(&me, area) {
            (button(&Button::to("Invite somebody", &format!("/admin/{area}/people/invite"))))
        }
        (table(&Table::new("Everyone with a post in this area", columns, rows)))
        p { "Families and supporters are not here. Their places are in their own cases, and a case is nobody's to administer." }
    };
    Ok(frame(&me, area, "People and posts", "people", flash(&done.done), &Form::empty(), &content))
}

// ---- inviting

async fn show_invite(me: Me, InArea(area): InArea) -> Answer {
    invite_page(&me, area, &Form::empty()).await
}

async fn invite_page(me: &Me, area: AreaId, form: &Form) -> Answer {
    if !is_administrator(me, area) {
        return Err(Trouble::Hidden);
    }
    let organisations = me.web().app.area_organisations(&me.actor, area).await?;
    let ids: Vec<(String, String)> = organisations
        .iter()
        .map(|(id, name, kind)| (id.to_string(), format!("{name} ({})", kind.words())))
        .collect();
    let mut bodies = vec![("", "Choose an organisation")];
    bodies.extend(ids.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    let mut posts = vec![("", "Choose a post")];
    posts.extend(POSTS.iter().map(|(key, post)| (*key, post.words())));
    let email = Input {
        spellcheck: Some(false),
        hint: Some("We send a link to it, by which they choose a passphrase"),
        ..Input::new("email", "Email address")
    };
    let content = html! {
        h1 { "Invite somebody to a post" }
        form method="post" action={ "/admin/" (area) "/people/invite" } novalidate {
            (csrf_field(&me.csrf))
            (input(&Input::new("name", "Name").with(form)))
            (input(&email.with(form)))
            (select(&Select::new("organisation", "Organisation", &bodies).with(form)))
            (select(&Select::new("post", "Post", &posts).with(form)))
            (button(&Button::submit("Send the invitation")))
        }
        p { a href={ "/admin/" (area) "/people" } { "Back to people and posts" } }
    };
    Ok(frame(me, area, "Invite somebody to a post", "people", None, form, &content))
}

async fn invite(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let name = form.line("name", "their name");
    let email = form.email("email", "their email address");
    let organisation = form.choice::<OrganisationId>("organisation", "an organisation");
    let post = post_of(&mut form);
    let (Some(name), Some(email), Some(organisation), Some(post)) = (name, email, organisation, post) else {
        return invite_page(&me, area, &form).await;
    };
    match me.web().app.give_post(&me.actor, area, (organisation, post), name, email).await {
        Ok(_) => Ok(Redirect::to(&format!("/admin/{area}/people?done=invited")).into_response()),
        Err(no) => {
            Trouble::into_form(no, &mut form)?;
            invite_page(&me, area, &form).await
        }
    }
}

// ---- one person

async fn show(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, Query(done): Query<Done>) -> Answer {
    one(&me, area, id, flash(&done.done), &Form::empty()).await
}

async fn one(me: &Me, area: AreaId, id: AccountId, flash: Option<&str>, form: &Form) -> Answer {
    let colleague = me.web().app.colleague(&me.actor, area, id).await?;
    let changes = is_administrator(me, area) && id != me.actor.account;
    let here = format!("/admin/{area}/people/{id}");
    let second = if colleague.has_second_factor { "Set up" } else { "Not set up" };
    let mut rows = vec![
        Row::text("Email address", &colleague.email),
        Row::html("Sign-in", state(&colleague)),
        Row::text("Second step", second),
    ];
    for (organisation, name, post) in &colleague.posts {
        let end = html! {
            (post.words()) ", " (name)
            @if changes {
                form method="post" action={ (here) "/end-post" } {
                    (csrf_field(&me.csrf))
                    (hidden("organisation", &organisation.to_string()))
                    (hidden("post", key_of(*post)))
                    (button(&Button { small: true, ..Button::secondary("End this post") }))
                }
            }
        };
        rows.push(Row::html("Post", end));
    }
    let why = Input { hint: Some("Say how you know that it is them who asks"), ..Input::new("why", "Why") };
    let content = html! {
        h1 { (colleague.name) }
        (summary_list(&SummaryList::new(rows)))
        @if changes && !colleague.is_set_up {
            form method="post" action={ (here) "/invite-again" } {
                (csrf_field(&me.csrf))
                (button(&Button::secondary("Send a new invitation")))
            }
        }
        @if changes && colleague.has_second_factor {
            h2 { "If they have lost their phone or app" }
            p { "Taking their second step away signs them out everywhere. They set up a new one when they sign in with their passphrase." }
            form method="post" action={ (here) "/second-step" } novalidate {
                (csrf_field(&me.csrf))
                (input(&why.with(form)))
                (button(&Button::secondary("Take their second step away")))
            }
        }
        @if id == me.actor.account {
            p { "This is you. What concerns yourself, another administrator does." }
        }
        p { a href={ "/admin/" (area) "/people" } { "Back to people and posts" } }
    };
    Ok(frame(me, area, &colleague.name, "people", flash, form, &content))
}

fn done(area: AreaId, id: AccountId, word: &str) -> Response {
    Redirect::to(&format!("/admin/{area}/people/{id}?done={word}")).into_response()
}

async fn end_post(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let organisation = form.choice::<OrganisationId>("organisation", "an organisation");
    let post = post_of(&mut form);
    let (Some(organisation), Some(post)) = (organisation, post) else {
        return one(&me, area, id, None, &form).await;
    };
    me.web().app.end_post(&me.actor, area, id, (organisation, post)).await?;
    // With their last post gone they are not in the list any more.
    Ok(Redirect::to(&format!("/admin/{area}/people?done=ended")).into_response())
}

async fn invite_again(me: Me, InArea(area): InArea, Id(id): Id<AccountId>) -> Answer {
    me.web().app.invite_colleague_again(&me.actor, area, id).await?;
    Ok(done(area, id, "again"))
}

async fn remove_second_factor(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let Some(why) = form.line("why", "why") else { return one(&me, area, id, None, &form).await };
    match me.web().app.remove_colleagues_second_factor(&me.actor, area, id, why).await {
        Ok(()) => Ok(done(area, id, "second-step")),
        Err(no) => {
            Trouble::into_form(no, &mut form)?;
            one(&me, area, id, None, &form).await
        }
    }
}
