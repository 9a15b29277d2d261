//! People and posts.

mod leaving;
mod lost;
mod proposals;

use super::{Done, Id, InArea, frame, is_administrator};
use crate::address::{Address as _, AreaPage, PersonPost, Place, PostTo};
use crate::answer;
use crate::components::{
    Button, Colour, Column, Details, Input, Row, SummaryList, Table, Tag, button, cell, details, input,
    summary_list, table, tag, unseen, warning_callout,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::frame::{place, place_words};
use crate::tokens::csrf_field;
use crate::{Door, Me, Routes};
use axum::extract::{Query, RawQuery};
use axum::response::Response;
use domain::access::{Action, Post};
use domain::{AccountId, AreaId, Author, dates};
use maud::{Markup, html};
use service::administer::{Clash, Colleague, Ended, Page as PageOfPeople, PostAt, Which as WhichPeople};
use service::rate::Rate;

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/people", Door::Area(&[Action::SeeOffice]), list);
    routes.get("/admin/{area}/people/here", Door::Area(&[Action::SeeOffice]), here);
    routes.get("/admin/{area}/people/left", Door::Area(&[Action::SeeOffice]), left);
    routes.get("/admin/{area}/people/{id}", Door::Area(&[Action::SeeOffice]), show);
    routes.post(
        "/admin/{area}/people/{id}/invite-again",
        Door::Area(&[Action::ManageColleagues]),
        invite_again,
    );
    routes.post_proved(
        Rate::Account,
        "/admin/{area}/people/{id}/end-sessions",
        Door::Area(&[Action::ManageColleagues]),
        end_sessions,
    );
    routes.post_proved(
        Rate::Account,
        "/admin/{area}/people/{id}/close",
        Door::Area(&[Action::ManageColleagues]),
        close,
    );
    routes.post_proved(
        Rate::Account,
        "/admin/{area}/people/{id}/reopen",
        Door::Area(&[Action::ManageColleagues]),
        propose_reopening,
    );
    routes.post_proved(
        Rate::Account,
        "/admin/{area}/people/{id}/reopen/confirm",
        Door::Area(&[Action::ManageColleagues]),
        reopen,
    );
    lost::declare(routes);
    proposals::declare(routes);
    leaving::declare(routes);
}

fn post_of(form: &mut Form) -> Option<Post> {
    form.choice("post", "a post")
}

fn flash(done: &str) -> Option<&'static str> {
    match done {
        "proposed" => Some("It is proposed. A second administrator has been told."),
        "proposed-alone" => Some(
            "It is proposed. It waits until there is a second administrator: whoever runs the program adds one with phb add-administrator.",
        ),
        "proposed-offered" => {
            Some("It is proposed, and one administrator is enough here. They have been written to.")
        }
        "offered" => Some("The invitation is on its way."),
        "turned-down" => Some("It is turned down. Whoever proposed it has been told."),
        "taken-back" => Some("It is taken back."),
        "ended" => Some("The post is ended, from now on. They are signed out, and have been told."),
        "handed-over" => Some("What could go to a colleague is handed over."),
        "again" => Some("A new invitation is on its way."),
        "signed-out" => Some("They are signed out everywhere, and have been told."),
        "closed" => Some("Their sign-in is closed, and they have been told."),
        "asked" => Some("It waits for a second administrator, who has been told."),
        "reopened" => Some("Their sign-in is open again, and they have been told."),
        "second-step" => Some("It is recorded. We wrote to them, and to the other administrators."),
        "agreed" => Some("It is recorded that you agree."),
        "stopped" => Some("It is stopped. We wrote to them."),
        _ => None,
    }
}

fn state(colleague: &Colleague) -> Markup {
    if colleague.closed.is_some() {
        return tag(&Tag::new("Closed", Colour::Red));
    }
    if !colleague.is_set_up {
        return tag(&Tag::new("Invited", Colour::Yellow));
    }
    if colleague.lost_step.is_some() {
        return tag(&Tag::new("Lost their second step", Colour::Orange));
    }
    let needs = colleague.posts.iter().any(|held| held.post.needs_second_factor());
    if needs && !colleague.has_second_factor {
        return tag(&Tag::new("No second step yet", Colour::Orange));
    }
    html! { "Set up" }
}

async fn list(me: Me, InArea(area): InArea, Query(done): Query<Done>) -> Answer {
    let app = &me.web().app;
    let here = app.people_of(&me.actor, area, WhichPeople::Here, None).await?;
    let left = app.people_of(&me.actor, area, WhichPeople::Left, None).await?;
    let apart = app.held_together(&me.actor, area).await?;
    let void = app.posts_that_give_nothing(&me.actor, area).await?;
    let waiting = app.posts_waiting(&me.actor, area).await?;
    let to_hand_over = app.to_hand_over(&me.actor, area).await?;
    let answered = app.posts_answered(&me.actor, area).await?;
    let unanswered = app.unanswered_requests(&me.actor, area).await?;
    let content = html! {
        h1 { "People and posts" }
        (nobody_answers(unanswered))
        (still_to_hand_over(area, &to_hand_over))
        (give_nothing(area, &void))
        (held_together(area, &apart))
        @if is_administrator(&me, area) {
            (button(&Button::to("Propose somebody for a post", &Place::Area(area, AreaPage::Invite).path())))
        }
        @if !waiting.is_empty() { (proposals::waiting_table(area, &waiting)) }
        @if !answered.is_empty() { (proposals::answered_table(&answered)) }
        (table_of(area, WhichPeople::Here, &here, &to_hand_over))
        (more_of(area, WhichPeople::Here, &here, true))
        @if !left.people.is_empty() {
            (table_of(area, WhichPeople::Left, &left, &to_hand_over))
            (more_of(area, WhichPeople::Left, &left, true))
        }
        (which_go_together(&me))
        p { "Families and supporters are not here. Their places are in their own cases, and a case is nobody's to administer." }
    };
    Ok(frame(&me, area, "People and posts", "people", flash(&done.done), &Form::empty(), &content))
}

/// Those who asked to be contacted, where nobody is left who would.
fn nobody_answers(waiting: usize) -> Markup {
    if waiting == 0 {
        return html! {};
    }
    let many = if waiting == 1 { "1 person asks".to_owned() } else { format!("{waiting} people ask") };
    let content = html! {
        p { (many) " to be contacted, and nobody in the NHS here works with people. Propose somebody for that post, so that they are answered." }
    };
    warning_callout("Nobody answers requests to be contacted", 2, &content)
}

/// What those who left, or cannot sign in any more, left without anybody.
fn still_to_hand_over(area: AreaId, all: &[(AccountId, String, usize)]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let content = html! {
        p { "These people have left something that waits, for you or for others who are asked about it:" }
        ul {
            @for (account, name, count) in all {
                li { a href=(Place::Area(area, AreaPage::Person(*account)).path()) { (name) } ": " (count) }
            }
        }
    };
    warning_callout("Still to hand over", 2, &content)
}

type LeftBy = [(AccountId, String, usize)];

/// A page of people, as a table.
fn table_of(area: AreaId, which: WhichPeople, page: &PageOfPeople, behind: &LeftBy) -> Markup {
    let link = |c: &Colleague| html! { a href=(Place::Area(area, AreaPage::Person(c.account)).path()) { (c.name) (unseen(&c.email)) } };
    let here = |c: &Colleague| {
        let posts = html! { @for held in &c.posts { (held.post.words()) ", " (held.name) br; } };
        vec![link(c), posts, cell(&c.email), state(c)]
    };
    let left = |c: &Colleague| {
        let posts = html! {
            @for Ended { name: organisation, post, at: ended } in &c.former {
                (post.words()) ", " (organisation) ", until " (dates::long(dates::london(*ended))) br;
            }
        };
        let count = behind.iter().find(|(account, ..)| *account == c.account).map_or(0, |(.., count)| *count);
        let count = if count == 0 {
            cell("Nothing")
        } else {
            html! { strong { (count) } }
        };
        vec![link(c), posts, count, if c.closed.is_some() { state(c) } else { cell("Open") }]
    };
    let (title, columns) = match which {
        WhichPeople::Here => ("Everyone with a post in this area", ["Name", "Posts", "Email", "Sign-in"]),
        WhichPeople::Left => ("People who have left", ["Name", "Had", "Still to hand over", "Sign-in"]),
    };
    let rows = page.people.iter().map(|c| if which == WhichPeople::Here { here(c) } else { left(c) });
    table(&Table::new(title, columns.map(Column::text).to_vec(), rows.collect()))
}

/// Where a table of people goes on; on its first page with how many there are.
fn more_of(area: AreaId, which: WhichPeople, page: &PageOfPeople, is_first: bool) -> Markup {
    let there = if which == WhichPeople::Here { AreaPage::PeopleHere } else { AreaPage::PeopleLeft };
    html! {
        @if let Some(next) = &page.more {
            @if is_first { p { "Here are the first " (page.people.len()) " of " (page.all) ", by name." } }
            p { a href=(Place::Area(area, there).asking(&place_words(next))) rel="next" { "Show more" } }
        }
    }
}

async fn here(me: Me, area: InArea, query: RawQuery) -> Answer {
    further(me, area, query, WhichPeople::Here).await
}

async fn left(me: Me, area: InArea, query: RawQuery) -> Answer {
    further(me, area, query, WhichPeople::Left).await
}

/// A page on which a table of people goes on.
async fn further(me: Me, InArea(area): InArea, RawQuery(query): RawQuery, which: WhichPeople) -> Answer {
    let app = &me.web().app;
    let after = place(&Form::parse(query.unwrap_or_default().as_bytes()));
    let found = app.people_of(&me.actor, area, which, after).await?;
    let behind = match which {
        WhichPeople::Here => vec![],
        WhichPeople::Left => app.to_hand_over(&me.actor, area).await?,
    };
    let content = html! {
        h1 { "People and posts" }
        @if found.people.is_empty() { p { "Nobody comes after these." } }
        @else { (table_of(area, which, &found, &behind)) }
        (more_of(area, which, &found, false))
        p { a href=(Place::Area(area, AreaPage::People).path()) { "Back to people and posts" } }
    };
    Ok(frame(&me, area, "People and posts", "people", None, &Form::empty(), &content))
}

/// Posts that an organisation of that kind does not have.
fn give_nothing(area: AreaId, found: &[(AccountId, String, Post)]) -> Markup {
    if found.is_empty() {
        return html! {};
    }
    let content = html! {
        p { "These people were given a post that their kind of organisation does not have. It opens nothing. End it, or give them another one:" }
        ul {
            @for (account, name, post) in found {
                li { a href=(Place::Area(area, AreaPage::Person(*account)).path()) { (name) } ": " (post.words()) }
            }
        }
    };
    warning_callout("Posts that give nothing", 2, &content)
}

/// Those who hold posts that one person does not hold together.
fn held_together(area: AreaId, found: &[Clash]) -> Markup {
    if found.is_empty() {
        return html! {};
    }
    let content = html! {
        p { "These people were given posts before that one person does not hold together now. End one of them:" }
        ul {
            @for one in found {
                @for (pair, why) in &one.pairs {
                    @let (first, other) = pair.posts();
                    li {
                        a href=(Place::Area(area, AreaPage::Person(one.account)).path()) { (one.name) }
                        ": " (first.words()) " and " (other.words()) ", but " (why) "."
                    }
                }
            }
        }
    };
    warning_callout("Posts that should be apart", 2, &content)
}

/// The rules of which posts one person does not hold together.
fn which_go_together(me: &Me) -> Markup {
    let rules = me.web().app.settings.posts_together.rules();
    let content = html! {
        p { "In one area, one person does not have:" }
        ul {
            @for ((one, other), why) in &rules {
                li { (one.words()) " and " (other.words()) ": " (why) }
            }
        }
        p { "Whoever runs the program can allow a pair in its settings." }
    };
    details(&Details::new("Which posts one person does not have together", content))
}

// ---- one person

async fn show(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, Query(done): Query<Done>) -> Answer {
    one(&me, area, id, flash(&done.done), &Form::empty()).await
}

async fn one(me: &Me, area: AreaId, id: AccountId, flash: Option<&str>, form: &Form) -> Answer {
    let app = &me.web().app;
    let colleague = app.colleague(&me.actor, area, id).await?;
    let behind = app.hangs_on(&me.actor, area, id, None).await?;
    let changes = is_administrator(me, area) && id != me.actor.account;
    let removal = app.removal_of(&me.actor, area, id).await?;
    let content = html! {
        h1 { (colleague.name) }
        (summary_list(&SummaryList::new(facts(area, &colleague, changes))))
        @if !behind.is_empty() {
            p {
                "Left without anybody: "
                @for (place, hangs) in behind.iter().enumerate() {
                    @if place > 0 { ", " } (hangs.what.words(hangs.count))
                }
                "."
                @if changes { " " a href=(Place::Area(area, AreaPage::HandOver(id)).path()) { "Hand this over" } }
            }
        }
        @if colleague.is_here() && colleague.has_second_factor && (changes || removal.is_some()) {
            (lost::section(me, (area, id), removal.as_ref(), changes, form))
        }
        @if changes { (what_can_be_done(me, area, &colleague, form)) }
        @if id == me.actor.account {
            p { "This is you. What concerns yourself, another administrator does." }
        }
        p { a href=(Place::Area(area, AreaPage::People).path()) { "Back to people and posts" } }
    };
    Ok(frame(me, area, &colleague.name, "people", flash, form, &content))
}

fn facts(area: AreaId, colleague: &Colleague, changes: bool) -> Vec<Row> {
    let second = if colleague.has_second_factor { "Set up" } else { "Not set up" };
    let mut rows = vec![
        Row::text("Email address", &colleague.email),
        Row::html("Sign-in", state(colleague)),
        Row::text("Second step", second),
    ];
    for PostAt { organisation, name, post, is_void } in &colleague.posts {
        let row = Row::html(
            "Post",
            html! {
                (post.words()) ", " (name)
                @if *is_void { br; "This post gives nothing: that kind of organisation has no such post. End it." }
            },
        );
        let to = Place::Area(area, AreaPage::EndPost(colleague.account, *organisation, *post)).path();
        let end = crate::components::RowLink::new(to, "End", format!("the post {}, {name}", post.words()));
        rows.push(if changes { row.action(end) } else { row });
    }
    for Ended { name, post, at: ended } in &colleague.former {
        let until = dates::long(dates::london(*ended));
        rows.push(Row::text("Had the post", format!("{}, {name}, until {until}", post.words())));
    }
    if let Some(closed) = colleague.closed {
        rows.push(Row::text("Closed since", dates::moment(closed)));
    }
    rows
}

/// A small form with a reason.
fn with_reason(me: &Me, to: &str, field: &Input<'_>, press: &str) -> Markup {
    html! {
        form method="post" action=(to) novalidate {
            (csrf_field(&me.csrf))
            (input(field))
            (button(&Button::secondary(press)))
        }
    }
}

fn what_can_be_done(me: &Me, area: AreaId, colleague: &Colleague, form: &Form) -> Markup {
    let to = |post: PersonPost| PostTo::Person(area, colleague.account, post).path();
    let field = |name, label, hint| Input { hint: Some(hint), ..Input::new(name, label) }.with(form);
    if colleague.closed.is_some() {
        return reopening(
            me,
            area,
            colleague,
            &field("reopen-why", "Why it should be open again", "Kept on the record"),
        );
    }
    let has_post = !colleague.posts.is_empty();
    html! {
        @if has_post && !colleague.is_set_up {
            form method="post" action=(to(PersonPost::InviteAgain)) {
                (csrf_field(&me.csrf))
                (button(&Button::secondary("Send a new invitation")))
            }
        }
        @if has_post {
            h2 { "If somebody else may be using their sign-in" }
            p { "This signs them out everywhere, and we tell them. They can sign in again." }
            (with_reason(me, &to(PersonPost::EndSessions), &field("sessions-why", "Why you sign them out", "Kept on the record"), "Sign them out everywhere"))
        }
        h2 { "If they must not come in any more" }
        p { "Closing their sign-in works at once, and we tell them. It takes two administrators to open it again. What they did for people then stands under “Still to hand over”, until nothing is left." }
        (with_reason(me, &to(PersonPost::Close), &field("close-why", "Why you close it", "Kept on the record"), "Close their sign-in"))
    }
}

fn reopening(me: &Me, area: AreaId, colleague: &Colleague, field: &Input<'_>) -> Markup {
    let to = |post: PersonPost| PostTo::Person(area, colleague.account, post).path();
    html! {
        h2 { "If they are to come in again" }
        @match colleague.reopening {
            Some(by) if by == Author::Account(me.actor.account) => {
                p { "You have asked for it. It waits for a second administrator." }
            }
            Some(_) => {
                p { "A colleague of yours has asked for it. If you agree, they can sign in as before." }
                form method="post" action=(to(PersonPost::ConfirmReopening)) {
                    (csrf_field(&me.csrf))
                    (button(&Button::secondary("Open their sign-in again")))
                }
            }
            None => {
                p { "It takes a second administrator, whom we tell." }
                (with_reason(me, &to(PersonPost::Reopen), field, "Ask to open it again"))
            }
        }
    }
}

fn done(area: AreaId, id: AccountId, word: &str) -> Response {
    answer::see_other(Place::Area(area, AreaPage::Person(id)).done(word))
}

async fn invite_again(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, form: Form) -> Answer {
    let result = me.web().app.invite_colleague_again(&me.actor, area, id).await;
    finish(&me, area, id, "again", form, result).await
}

async fn end_sessions(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let Some(why) = form.line("sessions-why", "why you sign them out") else {
        return one(&me, area, id, None, &form).await;
    };
    let result = me.web().app.end_colleagues_sessions(&me.actor, &me.session, area, id, why).await;
    finish(&me, area, id, "signed-out", form, result).await
}

async fn close(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let Some(why) = form.line("close-why", "why you close it") else {
        return one(&me, area, id, None, &form).await;
    };
    let result = me.web().app.close_account(&me.actor, &me.session, area, id, why).await;
    finish(&me, area, id, "closed", form, result).await
}

async fn propose_reopening(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let Some(why) = form.line("reopen-why", "why it should be open again") else {
        return one(&me, area, id, None, &form).await;
    };
    let result = me.web().app.propose_reopening(&me.actor, &me.session, area, id, why).await;
    finish(&me, area, id, "asked", form, result).await
}

async fn reopen(me: Me, InArea(area): InArea, Id(id): Id<AccountId>) -> Answer {
    me.web().app.reopen_account(&me.actor, &me.session, area, id).await?;
    Ok(done(area, id, "reopened"))
}

async fn finish(
    me: &Me,
    area: AreaId,
    id: AccountId,
    word: &str,
    mut form: Form,
    result: Result<(), service::Error>,
) -> Answer {
    if form.accepted(result)?.is_none() {
        return one(me, area, id, None, &form).await;
    }
    Ok(done(area, id, word))
}
