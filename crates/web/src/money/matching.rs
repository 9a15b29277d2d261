//! One page on which the person says what payments were for. We suggest; they
//! decide, and may leave any for later.

use super::frame::lines_seen;
use crate::address::{Address as _, CasePage, MoneyPage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Card, Select, Size, button, card, hidden, nothing_yet, page_heading, select,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, ErrorPage, Me};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::arrangement::Movement;
use domain::case::arrangement::sight::handles_lines;
use domain::case::arrangement::suggest::{Because, suggest};
use domain::{BankLineId, CaseId, LineId, Why, dates};
use maud::{Markup, html};
use service::Error;
use service::arrangement::kept::BankLine;
use service::arrangement::spending::movement;
use service::arrangement::steps::{After, MOST_COUNTED, ToMatch};
use std::collections::BTreeMap;

pub(super) fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::MatchSpending);
    routes.get("/cases/{id}/money/match", door, show);
    routes.post("/cases/{id}/money/match", door, save);
}

const TITLE: &str = "What were these payments for?";
/// How many payments one page asks about.
const AT_ONCE: u32 = 20;

type Suggested = BTreeMap<BankLineId, (LineId, Because)>;

/// What is suggested for the payments that are open.
fn suggestions(opened: &Opened, found: &ToMatch) -> Suggested {
    let past: Vec<(Movement, LineId)> = found.lately.iter().map(|(line, to)| (movement(line), *to)).collect();
    let open: Vec<Movement> = found.went_out.iter().map(movement).collect();
    let all = suggest(&open, lines_seen(opened.case(), &opened.me.actor), &past);
    all.into_iter().map(|(id, line, because)| (id, (line, because))).collect()
}

/// The fields that say after which payments a page begins.
const AFTER: &str = "after";
const AFTER_IN: &str = "after-in";
/// The last payment of a page after which more come.
const NEXT: &str = "next";

/// Where a page begins; at the first where that cannot be read.
fn after(form: &Form) -> After {
    After { went_out: form.text(AFTER).parse().ok(), came_in: form.text(AFTER_IN).parse().ok() }
}

/// The address of a page that begins after these.
fn address(case: CaseId, after: After) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, line) in [(AFTER, after.went_out), (AFTER_IN, after.came_in)] {
        if let Some(line) = line {
            query.append_pair(name, &line.to_string());
        }
    }
    CasePage::InMoney(MoneyPage::Match).of(case).asking(&query.finish())
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::MatchSpending, "money").await?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let from = after(&query);
    let found = me.web().app.to_match(&me.actor, opened.seen.case.clone(), from, AT_ONCE).await?;
    let content = page(&opened, (from, &found), &Form::empty());
    let flash = match query.text("done") {
        "matched" => Some("Saved. Here are the next ones."),
        "settled" => Some(SETTLED),
        _ => None,
    };
    Ok(opened.page(TITLE, flash, &content))
}

fn page(opened: &Opened, (from, found): (After, &ToMatch), form: &Form) -> Markup {
    let (out, unknown) = (&found.went_out, &found.came_in);
    let suggested = suggestions(opened, found);
    let id = opened.case().id;
    let lines: Vec<(String, String)> = lines_seen(opened.case(), &opened.me.actor)
        .map(|l| (l.id.to_string(), l.words.what.to_string()))
        .collect();
    let mut options = vec![("", "Leave it for now")];
    options.extend(lines.iter().map(|(v, t)| (v.as_str(), t.as_str())));
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        @if out.is_empty() && unknown.is_empty() {
            @if found.waiting.all() == 0 { (nothing_yet("Everything is matched. There is nothing to do.")) }
            @else { p { "Nothing comes after these. You left some for later." } }
        }
        @if !out.is_empty() {
            p { "Where we have an idea, it is chosen already. Change it if it is wrong, or leave any for later." }
            @if found.waiting.went_out > u64::from(AT_ONCE) {
                p { "Here are " (out.len()) " of " (how_many(found.waiting.went_out)) ", the oldest first." }
            }
            form method="post" action=(CasePage::InMoney(MoneyPage::Match).of(id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                @for (name, line) in [(AFTER, from.went_out), (AFTER_IN, from.came_in), (NEXT, found.more.went_out)] {
                    @if let Some(line) = line { (hidden(name, &line.to_string())) }
                }
                @for line in out {
                    (one(id, line, &options, suggested.get(&line.id), form))
                }
                (button(&Button::submit("Save what you chose")))
            }
        }
        @if !unknown.is_empty() {
            h2 { "Money that came in" }
            p { "These are not our payments. Tell us what they were." }
            @if found.waiting.came_in > u64::from(AT_ONCE) {
                p { "Here are " (unknown.len()) " of " (how_many(found.waiting.came_in)) ", the oldest first." }
            }
            ul { @for line in unknown { li {
                a href=(CasePage::InMoney(MoneyPage::Payment(line.id)).of(id).path()) { (line.amount) " on " (dates::long(line.date)) ": " span dir="auto" { (line.description) } }
            } } }
        }
        (further(id, from, found))
        p { a href=(CasePage::Money.of(id).path()) { "Back to the money" } }
    }
}

/// The ways on from a page, and back to the first one.
fn further(id: CaseId, from: After, found: &ToMatch) -> Markup {
    let next = After {
        went_out: found.more.went_out.or(from.went_out),
        came_in: found.more.came_in.or(from.came_in),
    };
    let out = After { came_in: from.came_in, ..next };
    let came = After { went_out: from.went_out, ..next };
    html! {
        @if found.more.went_out.is_some() {
            p { a href=(address(id, out)) rel="next" { "Leave these, and show the next payments" } }
        }
        @if found.more.came_in.is_some() {
            p { a href=(address(id, came)) rel="next" { "Show more money that came in" } }
        }
        @if from != After::default() { p { a href=(CasePage::InMoney(MoneyPage::Match).of(id).path()) { "Back to the first ones" } } }
    }
}

/// What waits is counted no further than some number.
fn how_many(waiting: u64) -> String {
    if waiting >= u64::from(MOST_COUNTED) { format!("{waiting} or more") } else { waiting.to_string() }
}

fn one(
    case: CaseId,
    line: &BankLine,
    options: &[(&str, &str)],
    suggested: Option<&(LineId, Because)>,
    form: &Form,
) -> Markup {
    let name = format!("for-{}", line.id);
    let title = format!("{} on {}", -line.amount, dates::long(line.date));
    let chosen = suggested.map(|(line, _)| line.to_string()).unwrap_or_default();
    let field = Select { size: Size::S, ..Select::new(&name, "What was it for?", options) };
    let field =
        if form.values.contains_key(&name) { field.with(form) } else { Select { value: &chosen, ..field } };
    let content = html! {
        p { "The bank calls it: " strong dir="auto" { (line.description) } }
        @if let Some((_, because)) = suggested { p class="nhsuk-hint" { (because.words()) "." } }
        (select(&field))
        p { a href=(CasePage::InMoney(MoneyPage::Payment(line.id)).of(case).path()) { "Split it, or add a receipt" span class="nhsuk-u-visually-hidden" { " for " (title) } } }
    };
    card(&Card { level: 2, size: Size::S, ..Card::new(&title, content) })
}

/// What is said where somebody else was quicker.
pub(super) const SETTLED: &str = "Somebody else had said what some of these payments were for, while you chose. What they said stands. The rest of what you chose is saved.";

async fn save(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::MatchSpending, "money").await?;
    // What the page had asked about, which may be settled by now.
    let fields = form.values.keys().filter_map(|key| key.strip_prefix("for-")?.parse::<BankLineId>().ok());
    let asked: Vec<BankLineId> = fields.take(AT_ONCE as usize).collect();
    let lines = me.web().app.bank_lines(&me.actor, &opened.seen, asked).await?;
    let mut chosen = vec![];
    for line in lines.iter().filter(|l| handles_lines(&me.actor, opened.case(), l.holding)) {
        let field = format!("for-{}", line.id);
        if let Some(to) = form.optional_choice::<LineId>(&field, "what it was for") {
            chosen.push((field, line.clone(), to));
        }
    }
    let (mut matched, mut settled) = (0_usize, 0_usize);
    if form.is_ok() {
        for (field, line, to) in chosen {
            match me.web().app.match_spending(&me.actor, id, line.id, vec![(to, -line.amount)]).await {
                Ok(_) => matched += 1,
                // Somebody else was quicker, and may have said another thing.
                Err(Error::Refused(refusal)) if refusal.why == Why::AlreadyDone => settled += 1,
                Err(Error::Refused(refusal)) if refusal.why == Why::Invalid => {
                    form.wrong::<()>(&field, refusal.message);
                }
                Err(no) => return Err(ErrorPage::from(no)),
            }
        }
    }
    if !form.is_ok() {
        // Some of them may be saved by now: what is left is shown as it is.
        let (from, opened) = (after(&form), me.open(id, Action::MatchSpending, "money").await?);
        let found = me.web().app.to_match(&me.actor, opened.seen.case.clone(), from, AT_ONCE).await?;
        let content = page(&opened, (from, &found), &form);
        return Ok(opened.again(TITLE, &content));
    }
    let done = match (matched, settled) {
        (_, 1..) => "settled",
        (0, 0) => "left",
        (1.., 0) => "matched",
    };
    // On to those after the last that was asked about, where there were any.
    let next: Option<BankLineId> = form.text(NEXT).parse().ok();
    if matched > 0 && next.is_some() {
        let on = After { went_out: next, ..after(&form) };
        return Ok(answer::see_other(format!("{}&done={done}", address(id, on))));
    }
    Ok(opened.go(CasePage::Money, done))
}
