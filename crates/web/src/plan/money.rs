//! What the money buys, for which outcome, and what is left.

use super::frame::{Done, empty, read_outcomes, to_read, to_write};
use super::outcomes::item_links;
use super::versions::{List, based_on};
use crate::address::{PlanList, PlanPage};
use crate::case_page::{At, Opened};
use crate::components::{
    Choice, Choices, Details, Input, Select, Size, details, input, inset_text, radios, select, typed,
};
use crate::form::{Form, capital};
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field};
use crate::{Answer, ErrorPage, Me, voice};
use axum::extract::Query;
use axum::response::Response;
use domain::case::plan::{Every, LineItem, LineWords, Plan, Version, money};
use domain::case::{Case, Voice};
use domain::ledger::Funder;
use domain::{CaseId, HoldingId, LineId, Pence};
use maud::{Markup, html};
use service::plan::Change;
use strum::VariantArray;

pub fn declare(routes: &mut Routes, see: Door, write: Door) {
    routes.get("/cases/{id}/plan/money", see, list);
    routes.get("/cases/{id}/plan/money/add", write, ask);
    routes.post("/cases/{id}/plan/money/add", write, add);
    routes.get("/cases/{id}/plan/money/{item}", write, edit);
    routes.post("/cases/{id}/plan/money/{item}", write, change);
    routes.get("/cases/{id}/plan/money/{item}/remove", write, ask_why);
    routes.post("/cases/{id}/plan/money/{item}/remove", write, remove);
}

const LIST: List<LineId, LineWords, Pence> = List {
    list: PlanList::Money,
    add: "Add something the money buys",
    change: "Change what the money buys",
    take_out: "Take this out?",
    find: Plan::line,
    filled,
    asked,
    remove: |id, why, seen| Change::RemoveLine { id, why, seen },
};

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = "What the money buys";
    let plan = &opened.case().plan;
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "Each thing is for an outcome. You can write down more than there is, and see what fits; it has to fit before the plan is sent." }
        (super::what_waits(&opened))
        (what_is_left(&opened))
        @if plan.current_lines().next().is_none() { (empty("Nothing is written here yet.")) }
        @for line in plan.current_lines() { (shown(&opened, line)) }
        (opened.foot(LIST.add, PlanPage::Add(PlanList::Money)))
    };
    Ok(opened.page(title, done.words(), &content))
}

/// What there is, what the plan uses and what is left, for each funder.
fn what_is_left(opened: &Opened) -> Markup {
    let case = opened.case();
    if !opened.sees_budget() {
        return html! {};
    }
    html! {
        div class="phb-left" {
            @for &funder in Funder::VARIANTS {
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

fn shown(opened: &Opened, line: &LineItem) -> Markup {
    let (case, words) = (opened.case(), &line.words);
    let kind = opened.seen.framework().spending_kind(&words.kind).map_or("", |k| k.name.as_str());
    let own = case.plan.top_up(line.id);
    html! {
        section class="phb-outcome" {
            h2 class="nhsuk-heading-s" { (typed(words.what.as_str())) }
            p class="phb-line__sum" {
                span class="phb-money__amount" { (words.amount) } " " (words.every.words())
                @if words.every != Every::Once { span class="nhsuk-u-secondary-text-colour" { " (" (words.yearly()) " in a year)" } }
            }
            p { (kind) ", from " (words.funder.body()) ". For " (super::actions::numbers(opened, &words.outcomes)) "." }
            @match words.holding.and_then(|h| case.plan.holding(h)) {
                Some(holding) => p { "Paid by: " (typed(holding.words.name.as_str())) },
                None => p { "Nobody pays for it yet. " @if opened.may_write() { a href=(opened.path(PlanPage::Holding)) { "Say who does" } } },
            }
            @if !own.is_zero() { p { "With " (own) " of your own each time." } }
            p class="nhsuk-body-s nhsuk-u-secondary-text-colour" { (opened.who_said(line)) }
            (LIST.beside(opened, line))
            @if opened.may_write() { (item_links(opened, line.id.into(), words.what.as_str())) }
        }
    }
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = to_write(&me, id).await?;
    let mut form = Form::filled([(KEY_FIELD, opened.new_key())]);
    let holdings: Vec<HoldingId> = opened.case().plan.open_holdings().map(|h| h.id).collect();
    if let [only] = holdings.as_slice() {
        form.put("holding", only.to_string());
    }
    Ok(asked(&opened, &form, None, None))
}

async fn edit(me: Me, At((id, item)): At<(CaseId, LineId)>, Query(done): Query<Done>) -> Answer {
    LIST.edit(me, id, item, &done).await
}

fn filled(version: &Version<LineWords, Pence>) -> Form {
    let words = &version.words;
    let mut form = Form::filled([
        ("what", words.what.to_string()),
        ("kind", words.kind.clone()),
        ("funder", if words.funder == Funder::Nhs { "nhs" } else { "council" }.to_owned()),
        ("amount", words.amount.plain()),
        ("every", words.every.into_str().to_owned()),
        ("holding", words.holding.map(|h| h.to_string()).unwrap_or_default()),
        ("own", version.aside.map(Pence::plain).unwrap_or_default()),
        ("voice", crate::voice::value(version.voice)),
    ]);
    for outcome in &words.outcomes {
        form.put("outcomes", outcome.to_string());
    }
    form
}

fn asked(opened: &Opened, form: &Form, item: Option<&LineItem>, flash: Option<&str>) -> Response {
    let title = LIST.title(item);
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        (LIST.meanwhile(opened, form, item))
        @if opened.case().plan.current_outcomes().next().is_none() {
            p { "Everything in the plan is for an outcome, and there is none yet. " a href=(opened.path(PlanPage::Add(PlanList::Outcomes))) { "Write what should change first" } "." }
        }
        @if super::actions::asks(opened, form) {
            (what_is_left(opened))
            (cannot(opened))
            form method="post" novalidate {
                (csrf_field(&opened.me.csrf))
                (fields(opened, form))
                (LIST.save(opened, form, item))
            }
        }
    };
    opened.form_page_after(title, flash, form, &content)
}

fn cannot(opened: &Opened) -> Markup {
    let excluded = opened.seen.framework().spending.iter().filter_map(|k| Some((k, k.excluded.as_ref()?)));
    details(&Details::new(
        "What the money cannot be used for",
        html! {
            p { "Nearly everything else is possible if it helps with an outcome, also when it is unusual. Ask if you are not sure." }
            ul { @for (kind, (reason, _)) in excluded { li { (kind.name) ": " (reason) } } }
            p { "You cannot add your own money to NHS money, because NHS care is free and the budget must be enough." }
        },
    ))
}

fn fields(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let mut kinds = vec![("", "Choose one")];
    let allowed = opened.seen.framework().spending.iter().filter(|k| k.excluded.is_none());
    kinds.extend(allowed.map(|k| (k.key.as_str(), k.name.as_str())));
    let left: Vec<String> = Funder::VARIANTS
        .iter()
        .map(|f| {
            let left = money::left(case, *f).filter(|_| opened.sees_budget());
            left.map_or(String::new(), |l| format!("{} left", l.or_zero()))
        })
        .collect();
    let funders = vec![
        Choice::new(Funder::Nhs.into_str(), "The NHS: for health").hint(&left[0]),
        Choice::new(Funder::Council.into_str(), "The council: for living your life").hint(&left[1]),
    ];
    let often = Every::VARIANTS.iter().map(|e| capital(e.words())).collect::<Vec<_>>();
    let every =
        Every::VARIANTS.iter().zip(&often).map(|(e, words)| Choice::new(e.into_str(), words)).collect();
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
        (opened.outcomes_asked(form))
        @if held.is_empty() { (inset_text(&html! { p { "Who pays for it can be said later, once you have chosen who holds the money." } })) }
        @else { (radios(&Choices { small: true, ..Choices::new("holding", "Who pays for it?", holders).with(form) })) }
        (input(&Input { hint: Some("Leave it empty for none. Only with council money"), ..Input::money("own", "Do you add money of your own each time?").with(form) }))
        (opened.whose_words(form, false))
    }
}

type Read = (LineWords, Pence, Voice);

fn read(form: &mut Form, case: &Case) -> Option<Read> {
    let what = form.line("what", "what it is");
    let kind = form.text("kind").to_owned();
    let funder = form.choice::<Funder>("funder", "whose money pays for it");
    let amount = form.money("amount", "what it costs");
    let every = form.choice::<Every>("every", "how often");
    let outcomes = read_outcomes(form);
    let holding = form.optional_choice::<HoldingId>("holding", "who pays for it");
    let own = form.optional_money("own", "your own money");
    let voice = voice::read(form, case);
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
    let opened = to_write(&me, id).await?;
    let item: LineId = opened.key(&mut form);
    let Some((words, own, voice)) = read(&mut form, opened.case()) else {
        return Ok(asked(&opened, &form, None, None));
    };
    let saved = opened.change(&mut form, Change::AddLine { id: item, words, own, voice }).await?;
    Ok(if saved.is_some() {
        opened.go(PlanPage::List(PlanList::Money), "added")
    } else {
        asked(&opened, &form, None, None)
    })
}

async fn change(me: Me, At((id, item)): At<(CaseId, LineId)>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    opened.case().plan.line(item).ok_or(ErrorPage::Hidden)?;
    let Some((words, own, voice)) = read(&mut form, opened.case()) else {
        return LIST.again(opened, item, &form).await;
    };
    let seen = based_on(&form);
    let Some(after) =
        opened.change(&mut form, Change::ChangeLine { id: item, words, own, voice, seen }).await?
    else {
        return LIST.again(opened, item, &form).await;
    };
    Ok(LIST.saved(&opened, &after, item))
}

async fn ask_why(me: Me, At((id, item)): At<(CaseId, LineId)>) -> Answer {
    LIST.ask_why(me, id, item).await
}

async fn remove(me: Me, At((id, item)): At<(CaseId, LineId)>, form: Form) -> Answer {
    LIST.remove(me, id, item, form).await
}
