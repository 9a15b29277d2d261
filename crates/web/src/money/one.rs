//! One line of a bank statement: split it over the plan, take a match back, or
//! say what money that came in was.

use super::frame::{Done, line_words, lines_seen};
use crate::address::{Address as _, BankLinePost, CasePage, CasePost, MoneyPage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Input, Row, Select, SummaryList, Textarea, action_link, button, input,
    page_heading, radios, select, summary_list, textarea,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use axum::response::Response;
use domain::access::Action;
use domain::case::arrangement::CameIn;
use domain::case::arrangement::sight::handles_lines;
use domain::{BankLineId, CaseId, LineId, Pence, dates};
use maud::{Markup, html};
use service::Seen;
use service::arrangement::kept::BankLine;

pub(super) fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::MatchSpending);
    routes.get("/cases/{id}/money/payments/{line}", Door::Case(Action::SeeMoney), show);
    routes.post("/cases/{id}/money/payments/{line}/split", door, split);
    routes.post("/cases/{id}/money/payments/{line}/undo", door, undo);
    routes.post("/cases/{id}/money/payments/{line}/came-in", door, came_in);
}

const TITLE: &str = "A payment in the bank account";

async fn open_line(me: &Me, id: CaseId, line: BankLineId, action: Action) -> Answer<(Opened, BankLine)> {
    let opened = me.open(id, action, "money").await?;
    let found = me.web().app.bank_line(&me.actor, &opened.seen, line).await?.ok_or(ErrorPage::Hidden)?;
    Ok((opened, found))
}

async fn show(me: Me, At((id, line)): At<(CaseId, BankLineId)>, Query(done): Query<Done>) -> Answer {
    let (opened, line) = open_line(&me, id, line, Action::SeeMoney).await?;
    let flash = done.words(&[
        ("split", "Saved. It is matched to the plan."),
        ("undone", "It is not matched any more. Say what it was for when you like."),
        ("explained", "Thank you. We know what it was now."),
    ]);
    let content = page(&opened, &line, "", &Form::empty());
    Ok(opened.page(TITLE, flash, &content))
}

fn again(opened: &Opened, line: &BankLine, which: &str, form: &Form) -> Response {
    opened.again(TITLE, &page(opened, line, which, form))
}

fn page(opened: &Opened, line: &BankLine, which: &str, typed: &Form) -> Markup {
    let case = opened.case();
    let untouched = Form::empty();
    let form = |name: &str| if name == which { typed } else { &untouched };
    let matched = case.arrangement.match_of(line.id);
    let may = opened.may(Action::MatchSpending) && handles_lines(&opened.me.actor, case, line.holding);
    let known_in = case.arrangement.knows_what_came_in(line.id);
    html! {
        (typed.error_summary())
        (page_heading(case.person_name(), TITLE))
        (facts(&opened.seen, line))
        @if may {
            @if line.amount.0 > 0 {
                @if known_in { p { "We know what this money was." } } @else { (came_in_form(opened, line, form("came-in"))) }
            } @else if let Some(to) = matched {
                (undo_form(opened, line, to, form("undo")))
            } @else {
                (split_form(opened, line, form("split")))
            }
        }
        @if opened.may(Action::AddReceipt) {
            p { (action_link(&CasePage::InMoney(MoneyPage::Receipts).of(case.id).with("line", &line.id.to_string()), "Add a receipt for it")) }
        }
        @if opened.may(Action::MatchSpending) { p { (action_link(&CasePage::InMoney(MoneyPage::Match).of(case.id).path(), "All payments to match")) } }
    }
}

fn facts(seen: &Seen, line: &BankLine) -> Markup {
    let holding = seen.case.plan.holding(line.holding).map_or("", |h| h.words.name.as_str());
    let (words, amount) =
        if line.amount.is_negative() { ("Paid out", -line.amount) } else { ("Came in", line.amount) };
    let mut rows = vec![
        Row::text(words, amount.to_string()),
        Row::text("On", dates::long(line.date)),
        Row::html("The bank calls it", html! { span dir="auto" { (line.description) } }),
        Row::text("Account", holding),
        Row::text("Line of the statement", line.line_no.to_string()),
    ];
    if !line.reference.is_empty() {
        rows.push(Row::html("Reference", html! { span dir="auto" { (line.reference) } }));
    }
    summary_list(&SummaryList::new(rows))
}

fn sent_to(seen: &Seen, line: &BankLine, post: BankLinePost) -> String {
    CasePost::BankLine(line.id, post).of(seen.case.id).path()
}

fn split_form(opened: &Opened, line: &BankLine, form: &Form) -> Markup {
    html! {
        h2 { "What was it for?" }
        p { "Write how much of it went to each. Together they must come to exactly " strong { (-line.amount) } ". Leave the others empty." }
        form method="post" action=(sent_to(&opened.seen, line, BankLinePost::Split)) novalidate {
            (csrf_field(&opened.me.csrf))
            @for planned in lines_seen(opened.case(), &opened.me.actor) {
                @let name = format!("amount-{}", planned.id);
                (input(&Input::money(&name, planned.words.what.as_str()).with(form)))
            }
            (button(&Button::submit("Save")))
        }
    }
}

/// What is wrong with the amounts together stands at the first of them.
fn at_the_first(opened: &Opened, mut form: Form) -> Form {
    let Some(first) = lines_seen(opened.case(), &opened.me.actor).next() else { return form };
    for error in form.errors.iter_mut().filter(|error| error.field == "amount") {
        error.field = format!("amount-{}", first.id);
        error.id.clone_from(&error.field);
    }
    form
}

fn undo_form(opened: &Opened, line: &BankLine, to: &[(LineId, Pence)], form: &Form) -> Markup {
    let name = |id: LineId| line_words(id, opened.case(), &opened.me.actor);
    html! {
        h2 { "It was for" }
        ul { @for (line, amount) in to { li { (amount) " for " (name(*line)) } } }
        form method="post" action=(sent_to(&opened.seen, line, BankLinePost::Undo)) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 2, ..Textarea::new("why", "If that is wrong: what is wrong with it?").with(form) }))
            (button(&Button::secondary("Take it back")))
        }
    }
}

fn came_in_form(opened: &Opened, line: &BankLine, form: &Form) -> Markup {
    let lines: Vec<(String, &str)> = lines_seen(opened.case(), &opened.me.actor)
        .map(|l| (l.id.to_string(), l.words.what.as_str()))
        .collect();
    let mut options = vec![("", "Choose one")];
    options.extend(lines.iter().map(|(v, t)| (v.as_str(), *t)));
    let choices = vec![
        Choice::new("refund", "Money back for something in the plan")
            .reveals(select(&Select::new("line", "What was it for?", &options).with(form))),
        Choice::new("interest", "Interest from the bank"),
        Choice::new("own", "Our own money")
            .hint("You can add your own money to social care, never to the NHS part."),
    ];
    html! {
        form method="post" action=(sent_to(&opened.seen, line, BankLinePost::CameIn)) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices::new("what", "What was this money?", choices).with(form)))
            (button(&Button::submit("Save")))
        }
    }
}

async fn split(me: Me, At((id, line)): At<(CaseId, BankLineId)>, mut form: Form) -> Answer {
    let (opened, line) = open_line(&me, id, line, Action::MatchSpending).await?;
    let mut to = vec![];
    for planned in opened.case().plan.current_lines() {
        let amount = form.optional_money(&format!("amount-{}", planned.id), "the amount");
        to.extend(amount.filter(|a| !a.is_zero()).map(|a| (planned.id, a)));
    }
    if to.is_empty() && form.is_ok() {
        form.wrong::<()>("amount", "Write how much went to each thing");
    }
    if !form.is_ok() {
        return Ok(again(&opened, &line, "split", &at_the_first(&opened, form)));
    }
    if form.accepted(me.web().app.match_spending(&me.actor, id, line.id, to).await)?.is_none() {
        return Ok(again(&opened, &line, "split", &at_the_first(&opened, form)));
    }
    Ok(opened.go(CasePage::InMoney(MoneyPage::Payment(line.id)), "split"))
}

async fn undo(me: Me, At((id, line)): At<(CaseId, BankLineId)>, mut form: Form) -> Answer {
    let (opened, line) = open_line(&me, id, line, Action::MatchSpending).await?;
    let Some(why) = form.prose("why", "what is wrong with it") else {
        return Ok(again(&opened, &line, "undo", &form));
    };
    if form.accepted(me.web().app.unmatch_spending(&me.actor, id, line.id, why).await)?.is_none() {
        return Ok(again(&opened, &line, "undo", &form));
    }
    Ok(opened.go(CasePage::InMoney(MoneyPage::Payment(line.id)), "undone"))
}

async fn came_in(me: Me, At((id, line)): At<(CaseId, BankLineId)>, mut form: Form) -> Answer {
    let (opened, line) = open_line(&me, id, line, Action::MatchSpending).await?;
    let what = match form.text("what") {
        "refund" => form.choice::<LineId>("line", "what it was for").map(|line| CameIn::Refund { line }),
        "interest" => Some(CameIn::Interest),
        "own" => Some(CameIn::OwnMoney),
        _ => form.wrong("what", "Choose what this money was"),
    };
    let Some(what) = what else { return Ok(again(&opened, &line, "came-in", &form)) };
    if form.accepted(me.web().app.explain_money_in(&me.actor, id, line.id, what).await)?.is_none() {
        return Ok(again(&opened, &line, "came-in", &form));
    }
    Ok(opened.go(CasePage::InMoney(MoneyPage::Payment(line.id)), "explained"))
}
