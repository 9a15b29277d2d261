//! What the money buys, for which outcome, and what is left.

use super::frame::{Done, Sheet, capital, empty, read_outcomes, read_voice};
use super::go;
use super::outcomes::item_links;
use crate::case_page::At;
use crate::components::{
    Button, Choice, Choices, Details, Input, Select, Size, button, buttons, details, input, inset_text,
    radios, select, typed,
};
use crate::form::Form;
use crate::page::{KEY_FIELD, csrf_field, key_field};
use crate::routes::{Door, Routes};
use crate::{Answer, Me, Trouble};
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::case::Voice;
use domain::case::plan::{Every, Item, LineWords, money};
use domain::ledger::Funder;
use domain::{CaseId, HoldingId, LineId, Pence};
use maud::{Markup, html};

pub fn declare(routes: &mut Routes, see: Door, write: Door) {
    routes.get("/cases/{id}/plan/money", see, list);
    routes.get("/cases/{id}/plan/money/add", write, ask);
    routes.post("/cases/{id}/plan/money/add", write, add);
    routes.get("/cases/{id}/plan/money/{item}", write, edit);
    routes.post("/cases/{id}/plan/money/{item}", write, change);
    routes.get("/cases/{id}/plan/money/{item}/remove", write, ask_why);
    routes.post("/cases/{id}/plan/money/{item}/remove", write, remove);
}

const ADD: &str = "Add something the money buys";
const CHANGE: &str = "Change what the money buys";
const REMOVE: &str = "Take this out?";
const FUNDERS: [(Funder, &str); 2] = [(Funder::Nhs, "nhs"), (Funder::Council, "council")];

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let sheet = Sheet::to_read(me, id).await?;
    let title = "What the money buys";
    let plan = &sheet.case().plan;
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "Each thing is for an outcome. You can write down more than there is, and see what fits; it has to fit before the plan is sent." }
        (super::what_waits(&sheet))
        (what_is_left(&sheet))
        @if plan.current_lines().next().is_none() { (empty("Nothing is written here yet.")) }
        @for line in plan.current_lines() { (shown(&sheet, line)) }
        (sheet.foot(ADD, "money/add"))
    };
    Ok(sheet.page(title, done.words(), &content).into_response())
}

/// What there is, what the plan uses and what is left, for each funder.
fn what_is_left(sheet: &Sheet) -> Markup {
    let case = sheet.case();
    html! {
        div class="phb-left" {
            @for (funder, _) in FUNDERS {
                @if let Some(given) = money::given(case, funder).filter(|g| !g.is_zero() || !case.plan.first_year_cost_of(funder).is_zero()) {
                    (left_of(funder, given, case.plan.first_year_cost_of(funder)))
                }
            }
        }
    }
}

fn left_of(funder: Funder, given: Pence, used: Pence) -> Markup {
    let left = given - used;
    let whole = given.max(used).max(Pence(1));
    let share = |amount: Pence| amount.times(1000, whole.0).0;
    let label = format!("Of {given} from {}, the plan uses {used}", funder.body());
    html! {
        section class="phb-left__one" {
            h2 class="nhsuk-heading-s" { "From " (funder.body()) ", for a year" }
            svg class="phb-bar phb-left__bar" viewBox="0 0 1000 48" preserveAspectRatio="none" role="img" aria-label=(label) focusable="false" {
                rect class="phb-bar__ground" x="0" y="0" width="1000" height="48" {}
                rect class="phb-bar__part phb-bar__part--spent" x="0" y="0" width=(share(used.min(given))) height="48" {}
                @if left.is_negative() {
                    rect class="phb-left__over" x=(share(given)) y="0" width=(1000 - share(given)) height="48" {}
                }
            }
            p class="phb-left__words" {
                span class="phb-money__amount" { (used) } " planned of "
                span class="phb-money__amount" { (given) } ". "
                @if left.is_negative() {
                    strong { (-left) " too much." } " Make something smaller, or say on the budget page that it is not enough."
                } @else { strong { (left) " left." } }
            }
        }
    }
}

fn shown(sheet: &Sheet, line: &Item<LineId, LineWords>) -> Markup {
    let (case, words) = (sheet.case(), &line.words);
    let kind = sheet.seen.framework().spending_kind(&words.kind).map_or("", |k| k.name.as_str());
    let own = case.plan.top_up(line.id);
    html! {
        section class="phb-outcome" {
            h2 class="nhsuk-heading-s" { (typed(words.what.as_str())) }
            p class="phb-line__sum" {
                span class="phb-money__amount" { (words.amount) } " " (words.every.words())
                @if words.every != Every::Once { span class="nhsuk-u-secondary-text-colour" { " (" (words.yearly()) " in a year)" } }
            }
            p { (kind) ", from " (words.funder.body()) ". For " (super::actions::numbers(sheet, &words.outcomes)) "." }
            @match words.holding.and_then(|h| case.plan.holding(h)) {
                Some(holding) => p { "Paid by: " (typed(holding.words.name.as_str())) },
                None => p { "Nobody pays for it yet. " @if sheet.may_write() { a href=(sheet.at("holding")) { "Say who does" } } },
            }
            @if !own.is_zero() { p { "With " (own) " of your own each time." } }
            p class="nhsuk-body-s nhsuk-u-secondary-text-colour" { (sheet.who_said(line)) }
            @if sheet.may_write() { (item_links(sheet, &format!("money/{}", line.id), words.what.as_str())) }
        }
    }
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    let mut form = Form::filled([(KEY_FIELD, sheet.new_key())]);
    let holdings: Vec<HoldingId> = sheet.case().plan.open_holdings().map(|h| h.id).collect();
    if let [only] = holdings.as_slice() {
        form.put("holding", only.to_string());
    }
    Ok(asked(&sheet, &form, ADD))
}

async fn edit(me: Me, At((id, item)): At<(CaseId, LineId)>) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    let plan = &sheet.case().plan;
    let line = plan.line(item).filter(|l| !l.removed).ok_or(Trouble::Hidden)?;
    let words = &line.words;
    let own = plan.top_up(item);
    let mut form = Form::filled([
        ("what", words.what.to_string()),
        ("kind", words.kind.clone()),
        ("funder", if words.funder == Funder::Nhs { "nhs" } else { "council" }.to_owned()),
        ("amount", words.amount.plain()),
        ("every", words.every.slug().to_owned()),
        ("holding", words.holding.map(|h| h.to_string()).unwrap_or_default()),
        ("own", if own.is_zero() { String::new() } else { own.plain() }),
        ("voice", crate::whose::value(line.voice)),
    ]);
    for outcome in &words.outcomes {
        form.put("outcomes", outcome.to_string());
    }
    Ok(asked(&sheet, &form, CHANGE))
}

fn asked(sheet: &Sheet, form: &Form, title: &str) -> Response {
    let none = sheet.case().plan.current_outcomes().next().is_none();
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        @if none {
            p { "Everything in the plan is for an outcome, and there is none yet. " a href=(sheet.at("outcomes/add")) { "Write what should change first" } "." }
        } @else {
            (what_is_left(sheet))
            (cannot(sheet))
            form method="post" novalidate {
                (csrf_field(&sheet.me.csrf))
                (key_field(form.text(KEY_FIELD)))
                (fields(sheet, form))
                (buttons(&html! {
                    (button(&Button::submit("Save")))
                    a href=(sheet.at("money")) { "Go back" }
                }))
            }
        }
    };
    sheet.form_page(title, form, &content)
}

fn cannot(sheet: &Sheet) -> Markup {
    let excluded = sheet.seen.framework().spending.iter().filter_map(|k| Some((k, k.excluded.as_ref()?)));
    details(&Details::new(
        "What the money cannot be used for",
        html! {
            p { "Nearly everything else is possible if it helps with an outcome, also when it is unusual. Ask if you are not sure." }
            ul { @for (kind, (reason, _)) in excluded { li { (kind.name) ": " (reason) } } }
            p { "You cannot add your own money to NHS money, because NHS care is free and the budget must be enough." }
        },
    ))
}

fn fields(sheet: &Sheet, form: &Form) -> Markup {
    let case = sheet.case();
    let mut kinds = vec![("", "Choose one")];
    let allowed = sheet.seen.framework().spending.iter().filter(|k| k.excluded.is_none());
    kinds.extend(allowed.map(|k| (k.key.as_str(), k.name.as_str())));
    let left: Vec<String> = FUNDERS
        .iter()
        .map(|(f, _)| money::left(case, *f).map_or(String::new(), |l| format!("{} left", l.or_zero())))
        .collect();
    let funders = vec![
        Choice::new("nhs", "The NHS: for health").hint(&left[0]),
        Choice::new("council", "The council: for living your life").hint(&left[1]),
    ];
    let often = Every::ALL.map(|e| capital(e.words()));
    let every = Every::ALL.iter().zip(&often).map(|(e, words)| Choice::new(e.slug(), words)).collect();
    let held: Vec<(String, String)> =
        case.plan.open_holdings().map(|h| (h.id.to_string(), h.words.name.to_string())).collect();
    let mut holders: Vec<Choice<'_>> = held.iter().map(|(id, name)| Choice::new(id, name)).collect();
    holders.push(Choice::new("", "Not decided yet"));
    html! {
        (input(&Input { size: Size::M, hint: Some("In your own words: “Two carers who know her, at night”"), ..Input::new("what", "What is it?").with(form) }))
        (select(&Select { hint: Some("So that everybody knows what the money goes to"), ..Select::new("kind", "What kind of thing is it?", &kinds).with(form) }))
        (radios(&Choices::new("funder", "Whose money pays for it?", funders).with(form)))
        (input(&Input { hint: Some("Pounds each time, like 120 or 120.50"), ..Input::money("amount", "What does it cost each time?").with(form) }))
        (radios(&Choices { small: true, ..Choices::new("every", "How often?", every).with(form) }))
        (sheet.outcomes_asked(form))
        @if held.is_empty() { (inset_text(&html! { p { "Who pays for it can be said later, once you have chosen who holds the money." } })) }
        @else { (radios(&Choices { small: true, ..Choices::new("holding", "Who pays for it?", holders).with(form) })) }
        (input(&Input { hint: Some("Leave it empty for none. Only with council money"), ..Input::money("own", "Do you add money of your own each time?").with(form) }))
        (sheet.whose_words(form, false))
    }
}

type Read = (LineWords, Pence, Voice);

fn read(form: &mut Form) -> Option<Read> {
    let what = form.line("what", "what it is");
    let kind = form.text("kind").to_owned();
    let funder = FUNDERS.iter().find(|(_, slug)| *slug == form.text("funder")).map(|(f, _)| *f);
    let funder = funder.or_else(|| form.wrong("funder", "Choose whose money pays for it"));
    let amount = form.money("amount", "what it costs");
    let every = form.choice::<Every>("every", "how often");
    let outcomes = read_outcomes(form);
    let holding = form.optional_choice::<HoldingId>("holding", "who pays for it");
    let own = form.optional_money("own", "your own money");
    let voice = read_voice(form);
    if kind.is_empty() {
        form.wrong::<()>("kind", "Choose what kind of thing it is");
    }
    if !form.is_ok() {
        return None;
    }
    let words = LineWords {
        what: what?,
        kind,
        funder: funder?,
        amount: amount?,
        every: every?,
        outcomes: outcomes?,
        holding,
    };
    Some((words, own.unwrap_or_default(), voice?))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    let item = sheet.key(&form, LineId);
    let Some((words, own, voice)) = read(&mut form) else { return Ok(asked(&sheet, &form, ADD)) };
    let saved = sheet
        .act(&mut form, move |desk| {
            Ok(money::add_line(desk.case, desk.framework, item, words.clone(), own, voice)?.into())
        })
        .await?;
    Ok(if saved.is_some() { go(&sheet.at("money"), "added") } else { asked(&sheet, &form, ADD) })
}

async fn change(me: Me, At((id, item)): At<(CaseId, LineId)>, mut form: Form) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    sheet.case().plan.line(item).ok_or(Trouble::Hidden)?;
    let Some((words, own, voice)) = read(&mut form) else { return Ok(asked(&sheet, &form, CHANGE)) };
    let saved = sheet
        .act(&mut form, move |desk| {
            Ok(money::change_line(desk.case, desk.framework, item, words.clone(), own, voice)?.into())
        })
        .await?;
    Ok(if saved.is_some() { go(&sheet.at("money"), "changed") } else { asked(&sheet, &form, CHANGE) })
}

fn why(sheet: &Sheet, item: LineId, form: &Form) -> Answer {
    let line = sheet.case().plan.line(item).ok_or(Trouble::Hidden)?;
    let what = html! { p { strong { (typed(line.words.what.as_str())) } ": " (line.words.amount) " " (line.words.every.words()) } };
    Ok(sheet.removal(form, REMOVE, &what, &sheet.at("money")))
}

async fn ask_why(me: Me, At((id, item)): At<(CaseId, LineId)>) -> Answer {
    why(&Sheet::to_write(me, id).await?, item, &Form::empty())
}

async fn remove(me: Me, At((id, item)): At<(CaseId, LineId)>, mut form: Form) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    sheet.case().plan.line(item).ok_or(Trouble::Hidden)?;
    let Some(reason) = form.prose("why", "why you are taking it out") else {
        return why(&sheet, item, &form);
    };
    let saved = sheet
        .act(&mut form, move |desk| Ok(money::remove_line(desk.case, item, reason.clone())?.into()))
        .await?;
    if saved.is_some() { Ok(go(&sheet.at("money"), "removed")) } else { why(&sheet, item, &form) }
}
