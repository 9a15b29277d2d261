//! Approving an account and planning payments.

use super::page_again;
use crate::address::{Address as _, CasePage, CasePost};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Column, DateInput, Input, Select, Table, action_link, button, cell, date_input,
    input, inset_text, page_heading, radios, select, table,
};
use crate::form::Form;
use crate::money::frame::funder_words;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, ErrorPage, Me};
use domain::access::Action;
use domain::case::Case;
use domain::case::arrangement::costs::to_pay;
use domain::case::arrangement::payments::Rhythm;
use domain::case::arrangement::{EnteredAccount, Paid, agreement};
use domain::case::arrangement::{InstalmentKind, Scheduled};
use domain::case::plan::Mode;
use domain::ledger::Funder;
use domain::{CaseId, HoldingId, InstalmentId, dates};
use maud::{Markup, html};
use strum::VariantArray;
use uuid::Uuid;

const TITLE: &str = "Plan payments";

fn payable(case: &Case) -> Vec<(String, String)> {
    case.plan
        .open_holdings()
        .filter(|h| h.words.mode != Mode::Notional)
        .map(|h| (h.id.to_string(), format!("{}, {}", h.words.name, h.words.mode.words())))
        .collect()
}

pub(super) async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::SchedulePayments, "payments").await?;
    let content = page(&opened, "", &Form::empty());
    Ok(opened.page(TITLE, None, &content))
}

/// Several forms; what was typed and what is wrong belongs to one of them.
fn page(opened: &Opened, which: &str, typed: &Form) -> Markup {
    let case = opened.case();
    let untouched = Form::empty();
    let form = |name: &str| if name == which { typed } else { &untouched };
    let holdings = payable(case);
    let options: Vec<(&str, &str)> = holdings.iter().map(|(v, t)| (v.as_str(), t.as_str())).collect();
    let to = |post: CasePost| post.of(case.id).path();
    html! {
        (typed.error_summary())
        (page_heading(case.person_name(), TITLE))
        @if options.is_empty() {
            p { "Nothing is paid out in this plan: the NHS or the council holds the money." }
        } @else {
            (table_to_pay(case))
            (account_form(opened, (form("account"), form("take-back")), &options, &to(CasePost::ApproveAccount)))
            (schedule_form(opened, form("schedule"), &options, &to(CasePost::SchedulePayments)))
            (one_form(&opened.me, form("one"), &options, &to(CasePost::PlanPayment)))
        }
        (action_link(&CasePage::Payments.of(case.id).path(), "All payments"))
    }
}

/// What the plan says is paid where, by whom, in a year.
fn table_to_pay(case: &Case) -> Markup {
    let mut rows = vec![];
    for holding in case.plan.open_holdings() {
        for funder in Funder::VARIANTS.iter().copied() {
            let Paid { once, regular, .. } = to_pay(&case.plan, &case.arrangement, holding.id, funder);
            if once.0 > 0 || regular.0 > 0 {
                rows.push(vec![
                    cell(&holding.words.name),
                    cell(funder_words(funder)),
                    cell(once),
                    cell(regular),
                ]);
            }
        }
    }
    let columns = vec![
        Column::text("To"),
        Column::text("From"),
        Column::number("Once, to begin with"),
        Column::number("Through the year"),
    ];
    table(&Table::new("What the plan says", columns, rows))
}

/// Takes back an account that waits for a second person.
fn take_back_form(opened: &Opened, entered: &EnteredAccount, form: &Form) -> Markup {
    let untouched = Form::empty();
    let id = entered.holding.to_string();
    // What was typed for none of those that wait is not lost either.
    let sent = form.text("taken-back");
    let is_known = opened.case().arrangement.entered.iter().any(|e| e.holding.to_string() == sent);
    let form = if sent == id || !is_known { form } else { &untouched };
    html! {
        form method="post" action=(CasePost::TakeBackAccount.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            input type="hidden" name="taken-back" value=(id);
            (input(&Input::new("why", "Why is this account taken back?").with(form)))
            (button(&Button::secondary("Take this account back")))
        }
    }
}

fn account_form(opened: &Opened, (form, back): (&Form, &Form), options: &[(&str, &str)], to: &str) -> Markup {
    let (case, me) = (opened.case(), &opened.me);
    let name_of = |holding| case.plan.holding(holding).map_or("", |h| h.words.name.as_str());
    html! {
        h2 { "Approve a bank account" }
        p { "Check the account on paper first. We keep its name and its last 4 numbers, no more." }
        p { "Another account in place of one that is approved needs two people: each checks it on paper and enters it here." }
        @for entered in case.plan.open_holdings().filter_map(|h| agreement::entered(case, h.id, opened.seen.today)) {
            @let until = dates::long(entered.waits_until());
            @if entered.by.account() == Some(me.actor.account) {
                (inset_text(&html! { p { "You entered another account for " (name_of(entered.holding)) ", ending in " (entered.last_four) ". Somebody else in finance checks it, by " (until) "." } }))
            } @else {
                (inset_text(&html! { p { strong { "Another account was entered for " (name_of(entered.holding)) " on " (dates::long(dates::london(entered.at))) ". " } "Check it on paper, and enter what stands there, by " (until) ". It counts when both are the same." } }))
            }
            (take_back_form(opened, entered, back))
        }
        form method="post" action=(to) novalidate {
            (csrf_field(&me.csrf))
            (select(&Select::new("account-holding", "For which money?", options).with(form)))
            (input(&Input::new("account-name", "Name of the account").with(form)))
            (input(&Input { width: Some(4), keyboard: Some(crate::components::Keyboard::Numbers),
                ..Input::new("last-four", "Last 4 numbers").with(form) }))
            (button(&Button::secondary("Approve the account")))
        }
    }
}

fn schedule_form(opened: &Opened, form: &Form, options: &[(&str, &str)], to: &str) -> Markup {
    let rhythms = Rhythm::VARIANTS.iter().map(|r| Choice::new(r.into_str(), r.words())).collect();
    let key = kept_key(&opened.me, form);
    let day = DateInput::new("due", "Day of the first payment");
    let (today, agreement) = (opened.seen.today, opened.case().arrangement.agreement());
    let day = if form.text("due-day").is_empty() && form.is_ok() {
        day.on(agreement.map_or(today, |agreement| agreement.from.max(today)))
    } else {
        day.with(form)
    };
    html! {
        h2 { "Plan a year of payments" }
        p { "Money to begin with is due on the first day. The rest is shared into equal payments, to the penny." }
        form method="post" action=(to) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(&key))
            (select(&Select::new("holding", "To which money?", options).with(form)))
            (date_input(&day))
            (radios(&Choices { inline: true, ..Choices::new("rhythm", "How often?", rhythms).with(form) }))
            (button(&Button::submit("Plan these payments")))
        }
    }
}

fn one_form(me: &Me, form: &Form, options: &[(&str, &str)], to: &str) -> Markup {
    let funders = vec![Choice::new("nhs", "The NHS"), Choice::new("council", "The council")];
    let key = kept_key(me, form);
    html! {
        h2 { "Plan one payment" }
        p { "For money that is needed at a time of its own." }
        form method="post" action=(to) novalidate {
            (csrf_field(&me.csrf))
            (key_field(&key))
            (select(&Select::new("one-holding", "To which money?", options).with(form)))
            (radios(&Choices { inline: true, ..Choices::new("funder", "Who pays it?", funders).with(form) }))
            (input(&Input::money("amount", "Amount").with(form)))
            (date_input(&DateInput::new("one-due", "Due on").with(form)))
            (button(&Button::secondary("Plan this payment")))
        }
    }
}

/// The key that the form was sent with, or a new one.
fn kept_key(me: &Me, form: &Form) -> String {
    match form.text(KEY_FIELD) {
        "" => me.web().app.id().to_string(),
        key => key.to_owned(),
    }
}

/// Puts a refusal beside the field of this form, which may be called otherwise.
fn answer<T>(
    opened: &Opened,
    which: &str,
    form: &mut Form,
    result: Result<T, service::Error>,
    done: &str,
    renamed: (&str, &str),
) -> Answer {
    let result = result.map_err(|no| ErrorPage::from(no).renamed(renamed.0, renamed.1));
    if form.accepted(result)?.is_none() {
        return Ok(page_again(opened, TITLE, &page(opened, which, form)));
    }
    Ok(opened.go(CasePage::Payments, done))
}

pub(super) async fn approve(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SchedulePayments, "payments").await?;
    let holding = form.choice::<HoldingId>("account-holding", "which money it is for");
    let name = form.line("account-name", "the name of the account");
    let digits = form.text("last-four").to_owned();
    let (Some(holding), Some(name)) = (holding, name) else {
        return Ok(page_again(&opened, TITLE, &page(&opened, "account", &form)));
    };
    let result = me.web().app.approve_account(&me.actor, &me.session, id, holding, name, digits).await;
    let is_entered =
        result.as_ref().is_ok_and(|case| case.arrangement.entered.iter().any(|e| e.holding == holding));
    let done = if is_entered { "entered" } else { "account" };
    answer(&opened, "account", &mut form, result, done, ("holding", "account-holding"))
}

pub(super) async fn take_back(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SchedulePayments, "payments").await?;
    let holding = form.choice::<HoldingId>("taken-back", "which account it is");
    let why = form.prose("why", "why it is taken back");
    let (Some(holding), Some(why)) = (holding, why) else {
        return Ok(page_again(&opened, TITLE, &page(&opened, "take-back", &form)));
    };
    let result = me.web().app.take_back_account(&me.actor, id, holding, why).await;
    answer(&opened, "take-back", &mut form, result, "taken-back", ("", ""))
}

pub(super) async fn schedule(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SchedulePayments, "payments").await?;
    let holding = form.choice::<HoldingId>("holding", "which money it is paid to");
    let first = form.date("due", "the day of the first payment");
    let rhythm = form.choice::<Rhythm>("rhythm", "how often it is paid");
    let key: Uuid = form.key(me.web().app.id());
    let (Some(holding), Some(first), Some(rhythm)) = (holding, first, rhythm) else {
        return Ok(page_again(&opened, TITLE, &page(&opened, "schedule", &form)));
    };
    let result = me.web().app.schedule_payments(&me.actor, id, holding, first, rhythm, key).await;
    answer(&opened, "schedule", &mut form, result, "scheduled", ("", ""))
}

pub(super) async fn one(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SchedulePayments, "payments").await?;
    let holding = form.choice::<HoldingId>("one-holding", "which money it is paid to");
    let funder = form.choice::<Funder>("funder", "who pays it");
    let amount = form.money("amount", "the amount");
    let due = form.date("one-due", "the day it is due");
    let key: InstalmentId = form.key(me.web().app.id());
    let (Some(holding), Some(funder), Some(amount), Some(due)) = (holding, funder, amount, due) else {
        return Ok(page_again(&opened, TITLE, &page(&opened, "one", &form)));
    };
    let planned = Scheduled { id: key, holding, due, funder, kind: InstalmentKind::OneOff, amount };
    let result = me.web().app.schedule_payment(&me.actor, id, planned).await;
    let renamed = if matches!(&result, Err(service::Error::Refused(r)) if r.field.as_deref() == Some("due")) {
        ("due", "one-due")
    } else {
        ("holding", "one-holding")
    };
    answer(&opened, "one", &mut form, result, "scheduled", renamed)
}
