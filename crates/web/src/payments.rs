//! Payments of one case: scheduled, released by one, confirmed by another.

mod forms;

use crate::address::{Address as _, CasePage, CasePost, PaymentPost};
use crate::answer;
use crate::case_page::{At, Opened, how_it_should_feel, nothing_here};
use crate::components::{
    Button, Colour, Column, Row, SummaryList, Table, Tag, Textarea, action_link, button, cell, inset_text,
    page_heading, summary_list, table, tag, textarea, unseen,
};
use crate::form::Form;
use crate::money::frame::{Done, funder_words, whose};
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use axum::response::Response;
use domain::access::Action;
use domain::case::Stage;
use domain::case::arrangement::agreement::goes_elsewhere_since;
use domain::case::arrangement::payments::{held_up, released_from};
use domain::case::arrangement::sight::{Accounts, sees_account};
use domain::case::arrangement::{Instalment, InstalmentKind, PaymentState, Scheduled};
use domain::{CaseId, InstalmentId, Pence, dates};
use maud::{Markup, html};
use serde::Deserialize;
use service::Error;
use service::arrangement::money::Names;
use service::rate::Rate;

pub fn declare(routes: &mut Routes) {
    let (see, plan) = (Door::Case(Action::SeeMoney), Door::Case(Action::SchedulePayments));
    let confirm = Door::Case(Action::ConfirmPayment);
    routes.get("/cases/{id}/payments", see, show);
    routes.get("/cases/{id}/payments/plan", plan, forms::show);
    routes.post_proved(Rate::Form, "/cases/{id}/payments/account", plan, forms::approve);
    routes.post("/cases/{id}/payments/account/take-back", plan, forms::take_back);
    routes.post("/cases/{id}/payments/schedule", plan, forms::schedule);
    routes.post("/cases/{id}/payments/one", plan, forms::one);
    routes.get("/cases/{id}/payments/{payment}", see, show_one);
    routes.post("/cases/{id}/payments/{payment}/release", Door::Case(Action::ReleasePayment), release);
    routes.post("/cases/{id}/payments/{payment}/confirm", confirm, confirm_it);
    routes.post("/cases/{id}/payments/{payment}/send-back", confirm, send_back);
    routes.post("/cases/{id}/payments/{payment}/cancel", plan, cancel);
}

const DONE: [(&str, &str); 8] = [
    ("scheduled", "The payments are planned. The money is set aside."),
    ("account", "The account is approved."),
    (
        "entered",
        "The account is entered. It counts when somebody else in finance has checked it on paper and entered it too.",
    ),
    ("taken-back", "The account that was entered is taken back, with your reason."),
    ("released", "Released. Now somebody else in finance confirms it."),
    ("confirmed", "Paid. The family can see it now."),
    ("sent-back", "Sent back, with your reason."),
    ("cancelled", "Cancelled. The money is free again."),
];

pub(crate) fn state_words(state: PaymentState) -> (&'static str, Colour) {
    match state {
        PaymentState::Planned => ("Planned", Colour::Grey),
        PaymentState::Released => ("Being checked", Colour::Yellow),
        PaymentState::Paid => ("Paid", Colour::Green),
        PaymentState::Cancelled => ("Cancelled", Colour::White),
    }
}

fn kind_words(kind: InstalmentKind) -> &'static str {
    match kind {
        InstalmentKind::StartUp => "Money to begin with",
        InstalmentKind::Regular => "Regular payment",
        InstalmentKind::OneOff => "One payment",
    }
}

/// How many payments one page shows.
const PAGE: usize = 60;

/// Of those before the first that is still to come, this many stand above it.
const ABOVE: usize = 5;

#[derive(Debug, Default, Deserialize)]
struct From {
    /// How many payments stand before the first on the page.
    from: Option<usize>,
}

async fn show(me: Me, At(id): At<CaseId>, Query(done): Query<Done>, Query(asked): Query<From>) -> Answer {
    let opened = me.open(id, Action::SeeMoney, "payments").await?;
    let title = format!("{} payments", whose(&opened.seen));
    let content = page(&opened, asked.from, &title).await?;
    Ok(opened.page(&title, done.words(&DONE), &content))
}

async fn page(opened: &Opened, from: Option<usize>, title: &str) -> Answer<Markup> {
    let case = opened.case();
    let may = |action| opened.may(action);
    let accounts = Accounts::of(&opened.me.actor, case);
    let of_them = |i: &&Instalment| accounts.has(i.planned.holding);
    let mut all: Vec<&Instalment> = case.arrangement.instalments.iter().filter(of_them).collect();
    all.sort_by_key(|i| (i.planned.due, i.planned.id));
    let total = |which: &[PaymentState]| -> Pence {
        all.iter().filter(|i| which.contains(&i.state)).map(|i| i.planned.amount).sum()
    };
    let to_come = |i: &&Instalment| matches!(i.state, PaymentState::Planned | PaymentState::Released);
    let first_open = all.iter().position(to_come).unwrap_or(all.len());
    // As many as fit, so that a page is full wherever it begins.
    let last_start = all.len().saturating_sub(PAGE);
    let from = from.unwrap_or(first_open.saturating_sub(ABOVE)).min(last_start);
    let until = (from + PAGE).min(all.len());
    let (some, count) = (&all[from..until], all.len());
    let staff = some.iter().flat_map(|i| [i.released_by, i.confirmed_by]).flatten().collect();
    let names = opened.app().names(staff).await?;
    let link = |from: usize, text: &str| html! { a href=(CasePage::Payments.of(case.id).with("from", &from.to_string())) { (text) } " " };
    Ok(html! {
        (page_heading("", title))
        (how_it_should_feel(&opened.seen, Stage::Organise))
        @if may(Action::SchedulePayments) {
            (action_link(&CasePage::PlanPayments.of(case.id).path(), "Approve an account or plan payments"))
        }
        @if all.is_empty() {
            (nothing_here(&opened.seen, "No payments are planned yet."))
        } @else {
            (summary_list(&SummaryList::new(vec![
                Row::text("Paid so far", total(&[PaymentState::Paid]).to_string()),
                Row::text("Planned and set aside", total(&[PaymentState::Planned, PaymentState::Released]).to_string()),
            ])))
            @if count > PAGE { p { "These are payments " (from + 1) " to " (until) " of " (count) "." } }
            (table(&Table::new(
                if count > PAGE { "Payments, by the day they are due" } else { "Every payment, by the day it is due" },
                vec![Column::text("Due"), Column::text("What"), Column::text("From and to"), Column::number("Amount"),
                     Column::text("State"), Column::text("Who")],
                some.iter().map(|i| row(opened, &names, i)).collect(),
            )))
            @if count > PAGE {
                nav class="phb-further" aria-label="Further" {
                    @if from > 0 { (link(from.saturating_sub(PAGE), "Earlier payments")) }
                    @if until < count { (link(until, "Later payments")) }
                }
            }
        }
        @if opened.is_family() { p { a href=(CasePage::Money.of(case.id).path()) { "Back to the money" } } }
    })
}

/// What tells one payment from another.
fn which(planned: &Scheduled, to: &str) -> String {
    let Scheduled { amount, kind, funder, .. } = planned;
    format!("({amount} from the {} to {to}, {})", funder_words(*funder), kind_words(*kind))
}

fn row(opened: &Opened, names: &Names, i: &Instalment) -> Vec<Markup> {
    let case = opened.case();
    let planned = &i.planned;
    let to = case.plan.holding(planned.holding).map_or_else(String::new, |h| h.words.name.to_string());
    let (words, colour) = state_words(i.state);
    let overdue = i.state == PaymentState::Planned && planned.due < opened.seen.today;
    vec![
        html! { a href=(CasePage::Payment(planned.id).of(case.id).path()) { (dates::long(planned.due)) (unseen(&which(planned, &to))) } },
        cell(kind_words(planned.kind)),
        html! { "From the " (funder_words(planned.funder)) " to " (to)
            @if let Some(account) = case.arrangement.account_for(i) { br; (account.words()) }
            @if let Some(since) = goes_elsewhere_since(case, planned.holding, opened.seen.today).filter(|_| i.waits()) {
                br; strong { "Another account since " (dates::long(since)) }
            }
        },
        cell(planned.amount),
        html! {
            (tag(&Tag::new(words, colour)))
            @if overdue { " " (tag(&Tag::new("Overdue", Colour::Orange))) }
            @if held_up(case, i).is_some() { " " (tag(&Tag::new("On hold", Colour::Orange))) }
        },
        html! {
            div {
                @if i.state == PaymentState::Released || i.state == PaymentState::Paid {
                    "Released by " (names.of(i.released_by))
                    @if i.confirmed_by.is_some() { ", confirmed by " (names.of(i.confirmed_by)) }
                }
                (quick(opened, i, &to))
            }
        },
    ]
}

/// The button for what this reader can do with a payment at once.
fn quick(opened: &Opened, i: &Instalment, to: &str) -> Markup {
    let case = opened.case();
    let may = |action| opened.may(action);
    if let Some(why) = held_up(case, i).filter(|_| may(Action::ReleasePayment)) {
        return html! { strong { "Cannot be paid now" } br; (why.message) };
    }
    let (post, text) = match i.state {
        PaymentState::Planned if may(Action::ReleasePayment) && released_from(i) <= opened.seen.today => {
            (PaymentPost::Release, "Release")
        }
        PaymentState::Released
            if may(Action::ConfirmPayment) && i.released_by != Some(opened.me.actor.account) =>
        {
            (PaymentPost::Confirm, "Confirm")
        }
        _ => return html! {},
    };
    let which = format!("the payment due on {} {}", dates::long(i.planned.due), which(&i.planned, to));
    act_form(&opened.me, case.id, i.planned.id, post, (text, Some(&which)))
}

pub(crate) fn act_form(
    me: &Me,
    case: CaseId,
    payment: InstalmentId,
    post: PaymentPost,
    (text, which): (&str, Option<&str>),
) -> Markup {
    html! {
        form method="post" action=(CasePost::Payment(payment, post).of(case).path()) novalidate {
            (csrf_field(&me.csrf))
            (button(&Button { small: true, hidden: which, ..Button::submit(text) }))
        }
    }
}

async fn names_for(me: &Me, i: &Instalment) -> Answer<Names> {
    Ok(me.web().app.names([i.released_by, i.confirmed_by].into_iter().flatten().collect()).await?)
}

fn found(opened: &Opened, payment: InstalmentId) -> Answer<Instalment> {
    let found = opened.case().arrangement.instalment(payment);
    let found = found.filter(|i| sees_account(&opened.me.actor, opened.case(), i.planned.holding));
    found.cloned().ok_or(ErrorPage::Hidden)
}

async fn show_one(me: Me, At((id, payment)): At<(CaseId, InstalmentId)>) -> Answer {
    let opened = me.open(id, Action::SeeMoney, "payments").await?;
    let i = found(&opened, payment)?;
    let names = names_for(&me, &i).await?;
    let content = one(&opened, &names, &i, &Form::empty());
    Ok(opened.page("A payment", None, &content))
}

fn one(opened: &Opened, names: &Names, i: &Instalment, form: &Form) -> Markup {
    let (case, planned) = (opened.case(), &i.planned);
    let may = |action| opened.may(action);
    let stopped = held_up(case, i);
    let can_be_paid = stopped.is_none();
    let to = case.plan.holding(planned.holding).map_or_else(String::new, |h| h.words.name.to_string());
    let account = case.arrangement.account_for(i);
    let is_another = goes_elsewhere_since(case, planned.holding, opened.seen.today).filter(|_| i.waits());
    let can_be_released = released_from(i) <= opened.seen.today;
    let mut rows = vec![
        Row::text("Amount", planned.amount.to_string()),
        Row::text("What", kind_words(planned.kind)),
        Row::text("From", funder_words(planned.funder)),
        Row::text("To", to),
        Row::text("Due", dates::long(planned.due)),
        Row::html("State", tag(&Tag::new(state_words(i.state).0, state_words(i.state).1))),
    ];
    rows.extend(account.map(|a| Row::text("Account", a.words())));
    rows.extend(i.released_by.map(|_| Row::text("Released by", names.of(i.released_by))));
    rows.extend(i.confirmed_by.map(|_| Row::text("Confirmed by", names.of(i.confirmed_by))));
    rows.extend(i.paid.map(|paid| Row::text("Paid on", dates::long(paid))));
    rows.extend(i.reasons.iter().map(|why| Row::text("Reason given", why.as_str())));
    let why = |post: PaymentPost, label: &str, text: &str| {
        html! {
            form method="post" action=(CasePost::Payment(planned.id, post).of(case.id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                (textarea(&Textarea { rows: 2, ..Textarea::new("why", label).with(form) }))
                (button(&Button::secondary(text)))
            }
        }
    };
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), "A payment"))
        (summary_list(&SummaryList::new(rows)))
        @if let Some(since) = is_another {
            (inset_text(&html! { p { strong { "It goes to another account than before. " } "The account was changed on " (dates::long(since)) ". Look at it on paper before you release or confirm this." } }))
        }
        @if let Some(why) = stopped {
            (inset_text(&html! {
                p { strong { "It cannot be paid now. " } (why.message) ". " (why.next) }
                @if opened.is_family() {
                    p { "Talk with " (case.circle.care_coordinator().map_or("us", |member| member.name.as_str())) " about how to go on. "
                        a href=(CasePage::Agreement.of(case.id).path()) { "The agreement about the money" } }
                }
            }))
        }
        @match i.state {
            PaymentState::Planned => {
                @if can_be_paid && !can_be_released && may(Action::ReleasePayment) { p { "It can be released from " (dates::long(released_from(i))) " on." } }
                @if can_be_paid && can_be_released && may(Action::ReleasePayment) { (act_form(&opened.me, case.id, planned.id, PaymentPost::Release, ("Release this payment", None))) }
                @if may(Action::SchedulePayments) { (why(PaymentPost::Cancel, "Why is it cancelled?", "Cancel this payment")) }
            }
            PaymentState::Released if may(Action::ConfirmPayment) => {
                @if i.released_by == Some(opened.me.actor.account) {
                    p { "You released this payment, so somebody else in finance confirms it." }
                } @else if can_be_paid {
                    (act_form(&opened.me, case.id, planned.id, PaymentPost::Confirm, ("Confirm this payment", None)))
                }
                (why(PaymentPost::SendBack, "Why is it sent back?", "Send it back"))
            }
            _ => {}
        }
        (action_link(&CasePage::Payments.of(case.id).path(), "All payments"))
    }
}

fn after<T>(id: CaseId, result: Result<T, Error>, done: &str) -> Answer {
    result?;
    Ok(answer::see_other(CasePage::Payments.of(id).done(done)))
}

async fn release(me: Me, At((id, payment)): At<(CaseId, InstalmentId)>) -> Answer {
    let opened = me.open(id, Action::ReleasePayment, "payments").await?;
    found(&opened, payment)?;
    after(id, me.web().app.release_payment(&me.actor, id, payment).await, "released")
}

async fn confirm_it(me: Me, At((id, payment)): At<(CaseId, InstalmentId)>) -> Answer {
    let opened = me.open(id, Action::ConfirmPayment, "payments").await?;
    found(&opened, payment)?;
    after(id, me.web().app.confirm_payment(&me.actor, id, payment).await, "confirmed")
}

async fn send_back(me: Me, At((id, payment)): At<(CaseId, InstalmentId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::ConfirmPayment, "payments").await?;
    let i = found(&opened, payment)?;
    let Some(why) = form.prose("why", "why it is sent back") else {
        return again(&opened, &i, &form).await;
    };
    if form.accepted(me.web().app.send_payment_back(&me.actor, id, payment, why).await)?.is_none() {
        return again(&opened, &i, &form).await;
    }
    Ok(opened.go(CasePage::Payments, "sent-back"))
}

async fn cancel(me: Me, At((id, payment)): At<(CaseId, InstalmentId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SchedulePayments, "payments").await?;
    let i = found(&opened, payment)?;
    let Some(why) = form.prose("why", "why it is cancelled") else {
        return again(&opened, &i, &form).await;
    };
    if form.accepted(me.web().app.cancel_payment(&me.actor, id, payment, why).await)?.is_none() {
        return again(&opened, &i, &form).await;
    }
    Ok(opened.go(CasePage::Payments, "cancelled"))
}

async fn again(opened: &Opened, i: &Instalment, form: &Form) -> Answer {
    let names = names_for(&opened.me, i).await?;
    let content = one(opened, &names, i, form);
    Ok(page_again(opened, "A payment", &content))
}

fn page_again(opened: &Opened, title: &str, content: &Markup) -> Response {
    opened.again(title, content)
}
