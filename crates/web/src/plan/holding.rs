//! Who holds the money: one way or several side by side, who pays for what,
//! and the day of the first review.

use super::frame::{Done, empty, to_read, to_write};
use crate::address::{Address as _, CasePage, CasePost, PlanPage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, DateInput, Input, Select, button, buttons, date_input, input, radios, select,
    typed,
};
use crate::form::{Form, capital};
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use axum::response::Response;
use domain::access::Action;
use domain::case::plan::{Holding, HoldingWords, Mode, decide};
use domain::{CaseId, Date, HoldingId, Line, LineId, OrganisationId, Pence, dates};
use maud::{Markup, html};
use service::plan::Change;
use strum::VariantArray;

pub fn declare(routes: &mut Routes, see: Door, write: Door) {
    routes.get("/cases/{id}/plan/holding", see, list);
    routes.get("/cases/{id}/plan/holding/add", write, ask);
    routes.post("/cases/{id}/plan/holding/add", write, add);
    routes.post("/cases/{id}/plan/holding/assign", write, assign);
    routes.get("/cases/{id}/plan/holding/{item}/end", write, ask_end);
    routes.post("/cases/{id}/plan/holding/{item}/end", write, end);
    routes.get("/cases/{id}/plan/review-date", write, ask_date);
    routes.post("/cases/{id}/plan/review-date", write, set_date);
}

const ADD: &str = "Add a way to hold the money";
const END: &str = "End this way of holding money?";
const DATE: &str = "The day of the first review";

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    Ok(listed(&opened, done.words(), &Form::empty()))
}

fn listed(opened: &Opened, flash: Option<&str>, form: &Form) -> Response {
    let title = "Who holds the money";
    let plan = &opened.case().plan;
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        p class="nhsuk-lede-text" { "There are three ways, and you can mix them. You can start with one and change later." }
        (super::what_waits(opened))
        @if plan.open_holdings().next().is_none() { (empty("Nothing is chosen yet.")) }
        @for holding in plan.open_holdings() { (shown(opened, holding)) }
        (opened.foot(ADD, PlanPage::AddHolding))
        (who_pays(opened, form))
    };
    if form.is_ok() { opened.page(title, flash, &content) } else { opened.form_page(title, form, &content) }
}

fn shown(opened: &Opened, holding: &Holding) -> Markup {
    let plan = &opened.case().plan;
    let lines = || plan.current_lines().filter(|l| l.words.holding == Some(holding.id));
    let yearly: Pence = lines().map(|l| l.words.yearly()).sum();
    html! {
        section class="phb-outcome" {
            h2 class="nhsuk-heading-s" { (typed(holding.words.name.as_str())) }
            p { strong { (capital(holding.words.mode.words())) ". " } (holding.words.mode.explained()) }
            p { "From " (dates::long(holding.from)) ". Pays " span class="phb-money__amount" { (yearly) } " in a year, for:" }
            @if lines().next().is_none() { p { "Nothing yet." } }
            @else { ul { @for line in lines() { li { (typed(line.words.what.as_str())) } } } }
            @if opened.may_write() {
                p class="phb-item-links phb-no-print" {
                    a href=(opened.path(PlanPage::EndHolding(holding.id))) { "End it" span class="nhsuk-u-visually-hidden" { ": " (holding.words.name) } }
                }
            }
        }
    }
}

/// Each thing the money buys, with who pays for it: one form for all.
fn who_pays(opened: &Opened, form: &Form) -> Markup {
    let plan = &opened.case().plan;
    if !opened.may_write() || plan.open_holdings().count() == 0 || plan.current_lines().count() == 0 {
        return html! {};
    }
    let held: Vec<(String, String)> =
        plan.open_holdings().map(|h| (h.id.to_string(), h.words.name.to_string())).collect();
    let mut options = vec![("", "Not decided yet")];
    options.extend(held.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    html! {
        h2 { "Who pays for what" }
        form method="post" action=(CasePost::AssignHoldings.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            @for line in plan.current_lines() {
                @let name = format!("line-{}", line.id);
                @let label = format!("{} ({} {})", line.words.what, line.words.amount, line.words.every.words());
                @let now = line.words.holding.map(|h| h.to_string()).unwrap_or_default();
                @let value = if form.values.contains_key(&name) { form.text(&name).to_owned() } else { now };
                (select(&Select { value: &value, error: form.error_for(&name), ..Select::new(&name, &label, &options) }))
            }
            (button(&Button::secondary("Save who pays")))
        }
    }
}

async fn assign(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let mut asked: Vec<(LineId, HoldingId)> = vec![];
    for line in opened.case().plan.current_lines() {
        let name = format!("line-{}", line.id);
        match form.text(&name) {
            "" => {}
            text => match text.parse() {
                Ok(holding) => asked.push((line.id, holding)),
                Err(_) => drop(form.wrong::<()>(&name, "Choose who holds the money for this")),
            },
        }
    }
    if !form.is_ok() {
        return Ok(listed(&opened, None, &form));
    }
    let saved = opened.change(&mut form, Change::AssignLines(asked)).await?;
    Ok(if saved.is_some() { opened.go(PlanPage::Holding, "assigned") } else { listed(&opened, None, &form) })
}

/// The organisations of the area that hold money for people.
async fn organisations(opened: &Opened) -> Answer<Vec<(OrganisationId, String)>> {
    let area = opened.case().area().ok_or(ErrorPage::Hidden)?;
    Ok(opened.app().holders_of_money(area).await?)
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = to_write(&me, id).await?;
    let mut form = Form::filled([(KEY_FIELD, opened.new_key())]);
    form.put_date("from", opened.seen.today);
    let known = organisations(&opened).await?;
    Ok(asked(&opened, &form, &known))
}

fn asked(opened: &Opened, form: &Form, known: &[(OrganisationId, String)]) -> Response {
    let ids: Vec<String> = known.iter().map(|(id, _)| id.to_string()).collect();
    let mut options = vec![("", "Choose one")];
    options.extend(ids.iter().zip(known).map(|(id, (_, name))| (id.as_str(), name.as_str())));
    let titles: Vec<String> = Mode::VARIANTS.iter().map(|m| capital(m.words())).collect();
    let choices = Mode::VARIANTS
        .iter()
        .zip(&titles)
        .map(|(mode, title)| {
            let choice = Choice::new(mode.into_str(), title).hint(mode.explained());
            if *mode == Mode::ThirdParty {
                choice
                    .reveals(select(&Select::new("organisation", "Which organisation?", &options).with(form)))
            } else {
                choice
            }
        })
        .collect();
    let content = html! {
        (form.error_summary())
        h1 { (ADD) }
        form method="post" novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (radios(&Choices::new("mode", "How should it be held?", choices).with(form)))
            (input(&Input { hint: Some("If you like: “My own helpers”"), ..Input::new("name", "What do you call it?").with(form) }))
            (date_input(&DateInput::new("from", "From when?").with(form)))
            (buttons(&html! {
                (button(&Button::submit("Save")))
                a href=(opened.path(PlanPage::Holding)) { "Go back" }
            }))
        }
    };
    opened.form_page(ADD, form, &content)
}

fn read(
    opened: &Opened,
    form: &mut Form,
    known: &[(OrganisationId, String)],
) -> Option<(HoldingWords, Date)> {
    let mode = form.choice::<Mode>("mode", "how it should be held");
    // Hidden without its choice, so it only counts with it.
    let organisation = if mode == Some(Mode::ThirdParty) {
        form.optional_choice::<OrganisationId>("organisation", "the organisation that will hold the money")
    } else {
        None
    };
    let organisation_name = organisation.and_then(|id| known.iter().find(|(o, _)| *o == id));
    if organisation.is_some() && organisation_name.is_none() {
        form.wrong::<()>("organisation", "Choose the organisation that will hold the money");
    }
    let named = form.optional_line("name", "what you call it");
    let from = form.date("from", "the day it starts");
    let usual = match mode? {
        Mode::Notional => "Arranged by the NHS or the council".to_owned(),
        Mode::ThirdParty => organisation_name.map_or("An organisation".to_owned(), |(_, name)| name.clone()),
        Mode::DirectPayment => format!("Paid to {}", opened.case().person_name()),
    };
    if !form.is_ok() {
        return None;
    }
    let name = named.or_else(|| Line::parse(&usual).ok())?;
    Some((HoldingWords { mode: mode?, organisation, name }, from?))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let item: HoldingId = opened.key(&mut form);
    let known = organisations(&opened).await?;
    let Some((words, from)) = read(&opened, &mut form, &known) else {
        return Ok(asked(&opened, &form, &known));
    };
    let saved = opened.change(&mut form, Change::AddHolding { id: item, words, from }).await?;
    Ok(if saved.is_some() { opened.go(PlanPage::Holding, "added") } else { asked(&opened, &form, &known) })
}

async fn why(opened: &Opened, item: HoldingId, form: &Form) -> Answer {
    let holding = opened.case().plan.holding(item).ok_or(ErrorPage::Hidden)?;
    let left = left_in(opened, item).await?;
    let what = html! {
        p { strong { (typed(holding.words.name.as_str())) } ", " (holding.words.mode.words()) }
        @if let Some(left) = left {
            p { strong { (left) " is still in it." } " If you end it, your care co-ordinator says what becomes of that: it moves to another account, or goes back." }
        }
    };
    Ok(opened.removal(form, END, &what, &opened.path(PlanPage::Holding)))
}

/// What is in an account, for whoever sees its money.
async fn left_in(opened: &Opened, item: HoldingId) -> Answer<Option<Pence>> {
    if !opened.may(Action::SeeMoney) {
        return Ok(None);
    }
    let money = opened.app().money(&opened.me.actor, opened.seen.case.clone()).await?;
    let left = money.of_holding(item).left;
    Ok(Some(left).filter(|left| left.0 > 0 && money.accounts.has(item)))
}

async fn ask_end(me: Me, At((id, item)): At<(CaseId, HoldingId)>) -> Answer {
    why(&to_write(&me, id).await?, item, &Form::empty()).await
}

async fn end(me: Me, At((id, item)): At<(CaseId, HoldingId)>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    opened.case().plan.holding(item).ok_or(ErrorPage::Hidden)?;
    let Some(reason) = form.prose("why", "why you are ending it") else {
        return why(&opened, item, &form).await;
    };
    match opened.change(&mut form, Change::EndHolding { id: item, why: reason }).await? {
        Some(after) if after.arrangement.left_in(item).is_some() => Ok(opened.go(PlanPage::Holding, "left")),
        Some(_) => Ok(opened.go(PlanPage::Holding, "removed")),
        None => why(&opened, item, &form).await,
    }
}

async fn ask_date(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = to_write(&me, id).await?;
    let mut form = Form::empty();
    if let Some(on) = opened.case().plan.first_review {
        form.put_date("on", on);
    }
    Ok(date_asked(&opened, &form))
}

fn date_asked(opened: &Opened, form: &Form) -> Response {
    let latest = decide::latest_first_review(opened.case(), opened.seen.framework(), opened.seen.today);
    let hint = format!("By {} at the latest", dates::long(latest));
    let content = html! {
        (form.error_summary())
        h1 { (DATE) }
        p { "Then you look together at what is working and what is not. Anyone in the circle can ask for it sooner." }
        form method="post" novalidate {
            (csrf_field(&opened.me.csrf))
            (date_input(&DateInput { hint: Some(&hint), ..DateInput::new("on", "When will it be?").with(form) }))
            (buttons(&html! {
                (button(&Button::submit("Save")))
                a href=(opened.path(CasePage::Plan)) { "Go back" }
            }))
        }
    };
    opened.form_page(DATE, form, &content)
}

async fn set_date(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let Some(on) = form.date("on", "the day of the first review") else {
        return Ok(date_asked(&opened, &form));
    };
    let saved = opened.change(&mut form, Change::FirstReview { on }).await?;
    Ok(if saved.is_some() { opened.go(CasePage::Plan, "date") } else { date_asked(&opened, &form) })
}
