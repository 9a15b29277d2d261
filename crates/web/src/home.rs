//! Everyone's home page: a family's way to their case, staff's work list.

mod administrators;

use crate::account::second_step;
use crate::address::{Address as _, AreaPage, CasePage, GuidePage, OfferedPost, Place, PostTo};
use crate::answer;
use crate::components::{
    Button, Column, Figure, Input, Table, button, card_group, cell, figures, hidden, input, inset_text,
    nothing_yet, page_heading, table, unseen,
};
use crate::components::{Card, card};
use crate::form::Form;
use crate::frame::{frame, frame_with, place, place_words, when};
use crate::page::Kind;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, ErrorPage, Me};
use administrators::{ToConfirm, for_administrators, to_confirm};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use domain::access::{Action, Queue, Role};
use domain::case::CaseRole;
use domain::case::lists::{CaseRow, TurnRow};
use domain::dates::{days_after, london, long};
use domain::{AccountId, AreaId, Date, Line, ProposalId};
use maud::{Markup, html};
use service::posts::Offer;
use service::worklist::{Cases, Cursor, EnquiryRow, More, MyCase, Worklist};
use std::collections::BTreeSet;

pub fn declare(routes: &mut Routes) {
    routes.get("/home", Door::SignedIn, show);
    routes.post("/home", Door::SignedIn, search);
    routes.get("/home/waiting/{queue}/{area}", Door::Area(Queue::SEEN_BY), waiting);
    routes.get("/home/requests/{area}", Door::Area(&[Action::AnswerEnquiries]), more_requests);
    routes.post("/home/posts/{proposal}/accept", Door::SignedIn, accept);
    routes.post("/home/posts/{proposal}/decline", Door::SignedIn, decline);
}

async fn show(me: Me) -> Answer {
    let work = me.web().app.worklist(&me.actor).await?;
    let offers = me.web().app.offers(&me.actor).await?;
    if me.actor.posts.is_empty() && is_only_family(&work.mine) {
        if !offers.is_empty() {
            let content = html! { (offered(&me, &offers)) (family(&work.mine)) };
            return Ok(frame(&me, "Your budgets", Kind::Person, &content).into_response());
        }
        if let [one] = work.mine.as_slice() {
            return Ok(answer::see_other(CasePage::Overview.of(one.row.case).path()));
        }
        let offered = me.web().app.is_to_be_offered(me.actor.account).await?;
        let content = html! { (family(&work.mine)) @if offered { (second_step::offer(&me)) } };
        return Ok(frame(&me, "Your budgets", Kind::Person, &content).into_response());
    }
    let today = me.web().app.clock.today();
    let content = html! {
        (offered(&me, &offers))
        (staff(&me, &work, today, &Form::empty(), None, &to_confirm(&me).await?))
        (to_hand_over(&me).await?)
    };
    Ok(frame(&me, "Your work", Kind::Staff, &content).into_response())
}

/// The posts that the reader is offered, each with yes and no.
fn offered(me: &Me, offers: &[Offer]) -> Markup {
    html! {
        @for offer in offers {
            (inset_text(&html! {
                h2 class="nhsuk-heading-m" { "You are offered a post" }
                p { (offer.post.words()) ", " (offer.organisation_name) ". " (offer.by) " offers it to you." }
                p { "If you say yes, the administrators there see your name, your email address and whether your sign-in is set up. You have the post from then on." }
                @if offer.post.needs_second_factor() { p { "We then ask you for a code from an app each time you sign in." } }
                p { "The offer stands until " (long(london(offer.until))) ". If you do nothing, it lapses then." }
                @for (post, answer) in [
                    (OfferedPost::Accept, Button::submit("Yes, I accept it")),
                    (OfferedPost::Decline, Button::secondary("No, thank you")),
                ] {
                    form method="post" action=(PostTo::Offered(offer.proposal, post).path()) {
                        (csrf_field(&me.csrf))
                        (button(&answer))
                    }
                }
            }))
        }
    }
}

/// The areas that somebody administers.
fn administered(me: &Me) -> BTreeSet<AreaId> {
    me.actor.areas_of(Action::ManageColleagues).into_iter().collect()
}

/// For administrators: what somebody left without anybody.
async fn to_hand_over(me: &Me) -> Result<Markup, ErrorPage> {
    let mut left = vec![];
    for area in administered(me) {
        let all = me.web().app.to_hand_over(&me.actor, area).await?;
        left.extend(all.into_iter().map(|one| (area, one)));
    }
    Ok(html! {
        @if !left.is_empty() {
            section id="to-hand-over" {
                h2 { "Still to hand over" }
                p { "These people have left, or cannot sign in any more. See what still waits: for you, or for others who are asked about it." }
                ul class="nhsuk-list nhsuk-list--bullet" {
                    @for (area, (account, name, count)) in &left {
                        li { a href=(Place::Area(*area, AreaPage::HandOver(*account)).path()) { (name) } ": " (count) }
                    }
                }
            }
        }
    })
}

type Which = Result<Path<ProposalId>, PathRejection>;

async fn accept(me: Me, path: Which) -> Answer {
    let Path(id) = path.map_err(|_| ErrorPage::Hidden)?;
    me.web().app.accept_post(&me.actor, id).await?;
    Ok(answer::see_other(Place::Home.path()))
}

async fn decline(me: Me, path: Which) -> Answer {
    let Path(id) = path.map_err(|_| ErrorPage::Hidden)?;
    me.web().app.decline_post(&me.actor, id).await?;
    Ok(answer::see_other(Place::Home.path()))
}

/// What waits in a queue goes on here, page by page.
async fn waiting(me: Me, Path((queue, area)): Path<(String, String)>, RawQuery(query): RawQuery) -> Answer {
    let queue: Queue = queue.parse().map_err(|_| ErrorPage::Hidden)?;
    let area: AreaId = area.parse().map_err(|_| ErrorPage::Hidden)?;
    let after = place(&Form::parse(query.unwrap_or_default().as_bytes()));
    let found = me.web().app.waiting_in(&me.actor, queue, area, after.clone()).await?;
    let mine: Vec<Waiting<'_>> = found.turns.iter().flat_map(|one| of_queue(one, me.actor.account)).collect();
    let title = "What waits for you";
    let next = found.more.as_ref().map(|next| more_link(queue, area, next));
    Ok(further(&me, title, &for_me(title, &mine, me.web().app.clock.today()), next))
}

/// The requests to be contacted go on here, page by page.
async fn more_requests(me: Me, Path(area): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let area: AreaId = area.parse().map_err(|_| ErrorPage::Hidden)?;
    let after = place(&Form::parse(query.unwrap_or_default().as_bytes()));
    let found = me.web().app.requests_of(&me.actor, area, after).await?;
    let next = found.more.as_ref().map(|next| requests_link(area, next));
    let content = requests(&found.rows, &[], me.web().app.clock.today());
    Ok(further(&me, "Requests to be contacted", &content, next))
}

/// A page on which a list of the home page goes on.
fn further(me: &Me, title: &str, list: &Markup, next: Option<String>) -> Response {
    let content = html! {
        (list)
        nav class="phb-further" aria-label="Further" {
            a href=(Place::Home.path()) { "Back to your work" } " "
            @if let Some(next) = next { a href=(next) rel="next" { "Show more" } }
        }
    };
    let home = Place::Home.path();
    let way_back = Some((home.as_str(), "Your work"));
    frame_with(me, title, Kind::Staff, None, false, way_back, &content).into_response()
}

fn more_link(queue: Queue, area: AreaId, after: &Cursor) -> String {
    Place::Waiting(queue, area).asking(&place_words(after))
}

fn requests_link(area: AreaId, after: &Cursor) -> String {
    Place::Requests(area).asking(&place_words(after))
}

/// What of a case waits in a queue.
fn of_queue<'a>((queue, row): &'a (Queue, CaseRow), reader: AccountId) -> impl Iterator<Item = Waiting<'a>> {
    row.turns.iter().filter(move |turn| turn.is_for(*queue, reader)).map(move |turn| Waiting { row, turn })
}

async fn search(me: Me, mut form: Form) -> Answer {
    let today = me.web().app.clock.today();
    let words = form.line("words", "a name or a reference");
    let found = match words {
        Some(words) => {
            let after = place(&form);
            Some((words.clone(), me.web().app.find_cases(&me.actor, words.as_str(), after).await?))
        }
        None => None,
    };
    let work = me.web().app.worklist(&me.actor).await?;
    let content = staff(&me, &work, today, &form, found, &to_confirm(&me).await?);
    let markup = frame_with(&me, "Your work", Kind::Staff, None, !form.is_ok(), None, &content);
    Ok(if form.is_ok() { markup.into_response() } else { answer::invalid(markup) })
}

fn is_only_family(mine: &[MyCase]) -> bool {
    let family = |role: &CaseRole| !role.is_professional();
    mine.iter().all(|case| case.roles.iter().all(family))
}

fn family(mine: &[MyCase]) -> Markup {
    html! {
        (page_heading("", "Your budgets"))
        @if mine.is_empty() {
            (nothing_yet("There is nothing here yet."))
            p { "You will see a personal health budget here when somebody adds you to the circle of people around it." }
            p { a href=(Place::Guide(GuidePage::About).path()) { "Read what a personal health budget is" } ", or " a href=(Place::Contact.path()) { "ask us to get in touch" } "." }
        } @else {
            p { "Choose whose budget you want to see." }
            (card_group(2, &mine.iter().map(|one| {
                let words = html! { p { (one.row.stage.title()) } };
                let href = CasePage::Overview.of(one.row.case).path();
                card(&Card { hidden: Some(&one.row.reference), ..Card::to(&one.row.name, &href, words) })
            }).collect::<Vec<_>>()))
        }
    }
}

/// What is due later than this many days from now is not waiting yet.
const SOON: i32 = 28;

/// One line of "waiting for me".
struct Waiting<'a> {
    row: &'a CaseRow,
    turn: &'a TurnRow,
}

fn staff(
    me: &Me,
    work: &Worklist,
    today: Date,
    form: &Form,
    found: Option<(Line, Cases)>,
    admin: &ToConfirm,
) -> Markup {
    let (all_mine, others) = split(work, me.actor.account);
    let soon = days_after(today, SOON);
    let (mine, later): (Vec<_>, Vec<_>) =
        all_mine.into_iter().partition(|w| w.turn.due.is_none_or(|due| due <= soon));
    let mine_late = mine.iter().filter(|w| w.turn.due.is_some_and(|due| due < today)).count();
    let late = u64::try_from(mine_late).unwrap_or(u64::MAX).saturating_add(work.late_enquiries);
    // What waits for a post may go on past what is shown.
    let or_more = if work.more.is_empty() { "" } else { " or more" };
    let answers_requests = me.may_somewhere(Action::AnswerEnquiries);
    let figure = |number: u64, or_more: &str, (one, many): (&str, &str), href: &str| Figure {
        number: format!("{number}{or_more}"),
        words: if number == 1 { one.to_owned() } else { many.to_owned() },
        href: Some(href.to_owned()).filter(|_| number > 0),
    };
    let things = ("thing waits for you", "things wait for you");
    let goes_to = if mine.is_empty() { "#to-confirm" } else { "#for-me" };
    let waits = u64::try_from(mine.len() + admin.count()).unwrap_or(u64::MAX);
    let mut glance = vec![figure(waits, or_more, things, goes_to)];
    if answers_requests {
        let people = ("person asked us to get in touch", "people asked us to get in touch");
        glance.push(figure(work.all_enquiries, "", people, "#requests"));
    }
    glance.push(Figure { number: format!("{late}{or_more}"), words: "late".into(), href: None });
    html! {
        (form.error_summary())
        (page_heading("", "Who is waiting for me?"))
        (figures(&glance))
        @if let Some((words, cases)) = &found { (results(me, words, cases, today)) }
        @if answers_requests { (requests(&work.enquiries, &work.more_enquiries, today)) }
        @if !mine.is_empty() || admin.count() == 0 {
            section id="for-me" { (for_me("Waiting for me", &mine, today)) }
        }
        (for_administrators(admin))
        @for (queue, more) in &work.more {
            p {
                "More waits for you as " (queue.role().words().to_lowercase()) " than is shown here. "
                a href=(more_link(*queue, more.area, &more.after)) { "See what is due later" }
            }
        }
        @if !later.is_empty() { section { (for_me("Coming up later", &later, today)) } }
        @if !others.is_empty() { (for_others(&others, today)) }
        @if !work.held.is_empty() { (held(&work.held)) }
        (search_form(me, form))
    }
}

/// What waits for the reader, and the cases of theirs that wait for others.
fn split(work: &Worklist, reader: AccountId) -> (Vec<Waiting<'_>>, Vec<&CaseRow>) {
    let (mut mine, mut others) = (vec![], vec![]);
    for case in &work.mine {
        let is_mine =
            |turn: &&TurnRow| turn.of.iter().any(|of| case.roles.iter().any(|role| *of == Role::Case(*role)));
        let turns: Vec<&TurnRow> = case.row.turns.iter().filter(is_mine).collect();
        if turns.is_empty() {
            others.push(&case.row);
        }
        mine.extend(turns.into_iter().map(|turn| Waiting { row: &case.row, turn }));
    }
    mine.extend(work.turns.iter().flat_map(|one| of_queue(one, reader)));
    mine.sort_by(|a, b| {
        (a.turn.due.is_none(), a.turn.due, &a.row.reference).cmp(&(
            b.turn.due.is_none(),
            b.turn.due,
            &b.row.reference,
        ))
    });
    mine.dedup_by(|a, b| a.row.case == b.row.case && a.turn == b.turn);
    (mine, others)
}

fn requests(all: &[EnquiryRow], more: &[More], today: Date) -> Markup {
    let rows = all.iter().map(|one| {
        vec![
            html! { a href=(Place::Enquiry(one.id).path()) { (one.name) (unseen(&one.reference)) } },
            html! { (one.reference) },
            when(Some(one.answer_by), today),
            cell(one.taken_on.as_ref().map_or("Nobody yet", |(_, name)| name)),
        ]
    });
    let columns = vec![
        Column::text("Who asked"),
        Column::text("Reference"),
        Column::text("Contact by"),
        Column::text("Taken on by"),
    ];
    html! {
        section id="requests" {
            h2 { "Requests to be contacted" }
            @if all.is_empty() {
                (nothing_yet("Nobody is waiting to hear from us. New requests come here by themselves."))
            } @else { (table(&Table { first_names_row: true, ..Table::new("", columns, rows.collect()) })) }
            @for one in more {
                p {
                    "More people have asked than are shown here. "
                    a href=(requests_link(one.area, &one.after)) { "See who is to be contacted later" }
                }
            }
        }
    }
}

/// Whose something is, where it is called the same for each.
fn which(row: &CaseRow) -> String {
    format!("({}, {})", row.name, row.reference)
}

fn for_me(title: &str, mine: &[Waiting<'_>], today: Date) -> Markup {
    let rows = mine.iter().map(|waiting| {
        let href = waiting.turn.page.clone().of(waiting.row.case).path();
        vec![
            html! { a href=(CasePage::Overview.of(waiting.row.case).path()) { (waiting.row.name) (unseen(&waiting.row.reference)) } },
            html! { a href=(href) { (waiting.turn.task) (unseen(&which(waiting.row))) } },
            when(waiting.turn.due, today),
            cell(waiting.row.stage.title()),
            html! { (waiting.row.reference) },
        ]
    });
    html! {
        h2 { (title) }
        @if mine.is_empty() {
            (nothing_yet("Nothing waits for you now. What does will come here by itself."))
        } @else {
            (table(&Table { first_names_row: true, ..Table::new("", columns(&["Person", "What to do", "By when", "Stage", "Reference"]), rows.collect()) }))
        }
    }
}

fn for_others(others: &[&CaseRow], today: Date) -> Markup {
    let rows = others.iter().map(|row| {
        let turn = row.turns.first();
        vec![
            html! { a href=(CasePage::Overview.of(row.case).path()) { (row.name) (unseen(&row.reference)) } },
            cell(turn.map_or("Nothing that you can see", |t| t.task.as_str())),
            cell(turn.and_then(|t| t.of.first()).map_or("", |role| role.words())),
            when(turn.and_then(|t| t.due), today),
            cell(row.stage.title()),
            html! { (row.reference) },
        ]
    });
    html! {
        h2 { "My cases that wait for others" }
        (table(&Table { first_names_row: true, ..Table::new("", columns(&["Person", "What", "Whose move", "By when", "Stage", "Reference"]), rows.collect()) }))
    }
}

fn held(all: &[CaseRow]) -> Markup {
    let rows = all.iter().map(|row| {
        vec![
            html! { a href=(CasePage::Overview.of(row.case).path()) { (row.name) (unseen(&row.reference)) } },
            html! { a href=(CasePage::Money.of(row.case).path()) { "See the money" (unseen(&which(row))) } },
            cell(row.stage.title()),
            html! { (row.reference) },
        ]
    });
    html! {
        h2 { "People we hold money for" }
        (table(&Table { first_names_row: true, ..Table::new("", columns(&["Person", "Money", "Stage", "Reference"]), rows.collect()) }))
    }
}

fn search_form(me: &Me, form: &Form) -> Markup {
    html! {
        h2 { "Find a case" }
        form method="post" action=(Place::Home.path()) novalidate role="search" {
            (csrf_field(&me.csrf))
            (input(&Input {
                hint: Some("Part of a name is enough"),
                width: Some(20),
                spellcheck: Some(false),
                ..Input::new("words", "Name or reference").with(form)
            }))
            (button(&Button { once: false, ..Button::secondary("Search") }))
        }
    }
}

fn results(me: &Me, words: &Line, cases: &Cases, today: Date) -> Markup {
    let rows = cases.rows.iter().map(|row| {
        vec![
            html! { a href=(CasePage::Overview.of(row.case).path()) { (row.name) (unseen(&row.reference)) } },
            cell(row.turns.first().map_or("Nothing that you can see", |t| t.task.as_str())),
            // The day of what is said, and not of something else that is not.
            when(row.turns.first().and_then(|t| t.due), today),
            cell(row.coordinator.as_deref().unwrap_or("")),
            html! { (row.reference) },
        ]
    });
    html! {
        h2 { "Cases found for “" (words) "”" }
        @if cases.rows.is_empty() {
            (nothing_yet("No case that you may see has these words. Try fewer letters, or the reference."))
        } @else {
            (table(&Table { first_names_row: true, ..Table::new("", columns(&["Person", "What waits", "By when", "Care co-ordinator", "Reference"]), rows.collect()) }))
        }
        @if let Some(next) = &cases.next {
            form method="post" action=(Place::Home.path()) novalidate {
                (csrf_field(&me.csrf))
                (hidden("words", words.as_str()))
                (hidden("after-sort", &next.sort))
                (hidden("after-id", &next.id.to_string()))
                (hidden("after-row", &next.row_no.to_string()))
                (button(&Button { once: false, ..Button::secondary("Show more") }))
            }
        }
    }
}

fn columns<'a>(names: &[&'a str]) -> Vec<Column<'a>> {
    names.iter().map(|name| Column::text(name)).collect()
}
