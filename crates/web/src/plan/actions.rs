//! Who does what and when, paid or not, and what is done if it does not work.

use super::frame::{Done, Sheet, empty, read_outcomes, read_voice};
use super::go;
use super::outcomes::item_links;
use crate::case_page::At;
use crate::components::{
    Button, Choices, Colour, DateInput, Input, Size, Tag, Textarea, button, buttons, date_input, input,
    own_words, radios, tag, textarea, typed,
};
use crate::form::Form;
use crate::page::{KEY_FIELD, csrf_field, key_field};
use crate::routes::{Door, Routes};
use crate::{Answer, Me, Trouble};
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::case::Voice;
use domain::case::plan::{ActionWords, Item, decide};
use domain::{ActionId, CaseId, Prose, dates};
use maud::{Markup, html};

pub fn declare(routes: &mut Routes, see: Door, write: Door) {
    routes.get("/cases/{id}/plan/actions", see, list);
    routes.get("/cases/{id}/plan/actions/add", write, ask);
    routes.post("/cases/{id}/plan/actions/add", write, add);
    routes.get("/cases/{id}/plan/actions/{item}", write, edit);
    routes.post("/cases/{id}/plan/actions/{item}", write, change);
    routes.post("/cases/{id}/plan/actions/{item}/done", write, finish);
    routes.get("/cases/{id}/plan/actions/{item}/remove", write, ask_why);
    routes.post("/cases/{id}/plan/actions/{item}/remove", write, remove);
}

const ADD: &str = "Add something that someone does";
const CHANGE: &str = "Change who does what";
const REMOVE: &str = "Take this out?";

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let sheet = Sheet::to_read(me, id).await?;
    let title = "Who does what, and when";
    let plan = &sheet.case().plan;
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "Each thing that someone does so that an outcome comes about. Help that nobody is paid for counts just as much." }
        @if plan.current_actions().next().is_none() { (empty("Nothing is written here yet.")) }
        @for action in plan.current_actions() { (shown(&sheet, action)) }
        (sheet.foot(ADD, "actions/add"))
    };
    Ok(sheet.page(title, done.words(), &content).into_response())
}

fn shown(sheet: &Sheet, action: &Item<ActionId, ActionWords>) -> Markup {
    let plan = &sheet.case().plan;
    let words = &action.words;
    let page = format!("actions/{}", action.id);
    html! {
        section class="phb-outcome" {
            h2 class="nhsuk-heading-s" { (words.who) }
            (tag(&if words.paid { Tag::new("Paid", Colour::White) } else { Tag::new("Unpaid", Colour::AquaGreen) }))
            (own_words(words.what.as_str(), &sheet.who_said(action)))
            p { strong { "When: " } (typed(words.when.as_str())) @if let Some(by) = words.by { ", by " (dates::long(by)) } }
            p { strong { "For: " } (numbers(sheet, &words.outcomes)) }
            @if let Some(otherwise) = plan.fallback(action.id) { p { strong { "If it does not work out: " } (typed(otherwise.as_str())) } }
            @if let Some(on) = plan.done(action.id) {
                p { (tag(&Tag::new("Done", Colour::Green))) " " (dates::long(on)) }
            } @else if sheet.may_write() {
                form method="post" action={ (sheet.at(&page)) "/done" } class="phb-no-print" novalidate {
                    (csrf_field(&sheet.me.csrf))
                    (button(&Button { small: true, ..Button::secondary("Done today") }))
                }
            }
            @if sheet.may_write() { (item_links(sheet, &page, &decide::short(words.what.as_str()))) }
        }
    }
}

/// `outcomes 1 and 3`, as the plan numbers them.
pub fn numbers(sheet: &Sheet, outcomes: &[domain::OutcomeId]) -> String {
    super::whole::outcome_numbers(&sheet.case().plan, outcomes)
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    let form = Form::filled([(KEY_FIELD, sheet.new_key())]);
    Ok(asked(&sheet, &form, ADD))
}

async fn edit(me: Me, At((id, item)): At<(CaseId, ActionId)>) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    let plan = &sheet.case().plan;
    let action = plan.action(item).filter(|a| !a.removed).ok_or(Trouble::Hidden)?;
    let words = &action.words;
    let mut form = Form::filled([
        ("what", words.what.to_string()),
        ("who", words.who.to_string()),
        ("paid", if words.paid { "yes" } else { "no" }.to_owned()),
        ("when", words.when.to_string()),
        ("otherwise", plan.fallback(item).map(ToString::to_string).unwrap_or_default()),
        ("voice", crate::whose::value(action.voice)),
    ]);
    if let Some(by) = words.by {
        form.put_date("by", by);
    }
    for outcome in &words.outcomes {
        form.put("outcomes", outcome.to_string());
    }
    Ok(asked(&sheet, &form, CHANGE))
}

fn asked(sheet: &Sheet, form: &Form, title: &str) -> Response {
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        @if sheet.case().plan.current_outcomes().next().is_none() {
            p { "Everything in the plan is for an outcome, and there is none yet. " a href=(sheet.at("outcomes/add")) { "Write what should change first" } "." }
        } @else {
            form method="post" novalidate {
                (csrf_field(&sheet.me.csrf))
                (key_field(form.text(KEY_FIELD)))
                (textarea(&Textarea { rows: 3, size: Size::M, ..Textarea::new("what", "What is done?").with(form) }))
                (input(&Input { hint: Some("A name, or who they are: “Martin”, “the speech therapist”"), ..Input::new("who", "Who does it?").with(form) }))
                (radios(&Choices::yes_no("paid", "Is somebody paid for it?").with(form)))
                (input(&Input { hint: Some("“Every Tuesday”, “before Christmas”"), ..Input::new("when", "When?").with(form) }))
                (date_input(&DateInput { hint: Some("Only if there is one"), ..DateInput::new("by", "Is there a last day?").with(form) }))
                (sheet.outcomes_asked(form))
                (textarea(&Textarea { rows: 3, hint: Some("Another way to get there, if you have one"), ..Textarea::new("otherwise", "What if it does not work out?").with(form) }))
                (sheet.whose_words(form, false))
                (buttons(&html! {
                    (button(&Button::submit("Save")))
                    a href=(sheet.at("actions")) { "Go back" }
                }))
            }
        }
    };
    sheet.form_page(title, form, &content)
}

type Read = (ActionWords, Option<Prose>, Voice);

fn read(form: &mut Form) -> Option<Read> {
    let what = form.prose("what", "what is done");
    let who = form.line("who", "who does it");
    let paid = form.yes_no("paid", "whether somebody is paid for it");
    let when = form.line("when", "when it is done");
    let by = form.optional_date("by", "the last day");
    let outcomes = read_outcomes(form);
    let otherwise = form.optional_prose("otherwise", "what happens if it does not work out");
    let voice = read_voice(form);
    if !form.is_ok() {
        return None;
    }
    let words = ActionWords { what: what?, who: who?, paid: paid?, when: when?, by, outcomes: outcomes? };
    Some((words, otherwise, voice?))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    let item = sheet.key(&form, ActionId);
    let Some((words, otherwise, voice)) = read(&mut form) else { return Ok(asked(&sheet, &form, ADD)) };
    let saved = sheet
        .act(&mut form, move |desk| {
            Ok(decide::add_action(desk.case, item, words.clone(), otherwise.clone(), voice)?.into())
        })
        .await?;
    Ok(if saved.is_some() { go(&sheet.at("actions"), "added") } else { asked(&sheet, &form, ADD) })
}

async fn change(me: Me, At((id, item)): At<(CaseId, ActionId)>, mut form: Form) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    sheet.case().plan.action(item).ok_or(Trouble::Hidden)?;
    let Some((words, otherwise, voice)) = read(&mut form) else { return Ok(asked(&sheet, &form, CHANGE)) };
    let saved = sheet
        .act(&mut form, move |desk| {
            Ok(decide::change_action(desk.case, item, words.clone(), otherwise.clone(), voice)?.into())
        })
        .await?;
    Ok(if saved.is_some() { go(&sheet.at("actions"), "changed") } else { asked(&sheet, &form, CHANGE) })
}

async fn finish(me: Me, At((id, item)): At<(CaseId, ActionId)>) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    sheet.case().plan.action(item).ok_or(Trouble::Hidden)?;
    let act = move |desk: &mut service::Desk<'_, '_>| {
        Ok(decide::finish_action(desk.case, item, desk.today, desk.today)?.into())
    };
    sheet.me.act(id, domain::access::Action::WritePlan, act).await?;
    Ok(go(&sheet.at("actions"), "finished"))
}

fn why(sheet: &Sheet, item: ActionId, form: &Form) -> Answer {
    let action = sheet.case().plan.action(item).ok_or(Trouble::Hidden)?;
    let what = own_words(action.words.what.as_str(), &sheet.who_said(action));
    Ok(sheet.removal(form, REMOVE, &what, &sheet.at("actions")))
}

async fn ask_why(me: Me, At((id, item)): At<(CaseId, ActionId)>) -> Answer {
    why(&Sheet::to_write(me, id).await?, item, &Form::empty())
}

async fn remove(me: Me, At((id, item)): At<(CaseId, ActionId)>, mut form: Form) -> Answer {
    let sheet = Sheet::to_write(me, id).await?;
    sheet.case().plan.action(item).ok_or(Trouble::Hidden)?;
    let Some(reason) = form.prose("why", "why you are taking it out") else {
        return why(&sheet, item, &form);
    };
    let saved = sheet
        .act(&mut form, move |desk| Ok(decide::remove_action(desk.case, item, reason.clone())?.into()))
        .await?;
    if saved.is_some() { Ok(go(&sheet.at("actions"), "removed")) } else { why(&sheet, item, &form) }
}
