//! Who does what and when, paid or not, and what is done if it does not work.

use super::frame::{Done, empty, read_outcomes, to_read, to_write};
use super::outcomes::item_links;
use super::versions::{List, based_on};
use crate::address::{Address as _, CasePost, PlanList, PlanPage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choices, Colour, DateInput, Input, Size, Tag, Textarea, button, date_input, input, own_words,
    radios, tag, textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field};
use crate::{Answer, ErrorPage, Me, voice};
use axum::extract::Query;
use axum::response::Response;
use domain::case::plan::{ActionItem, ActionWords, Plan, Version, decide};
use domain::case::{Case, Voice};
use domain::{ActionId, CaseId, Prose, dates};
use maud::{Markup, html};
use service::plan::Change;

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

const LIST: List<ActionId, ActionWords, Prose> = List {
    list: PlanList::Actions,
    add: "Add something that someone does",
    change: "Change who does what",
    take_out: "Take this out?",
    find: Plan::action,
    filled,
    asked,
    remove: |id, why, seen| Change::RemoveAction { id, why, seen },
};

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = "Who does what, and when";
    let plan = &opened.case().plan;
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "Each thing that someone does so that an outcome comes about. Help that nobody is paid for counts just as much." }
        @if plan.current_actions().next().is_none() { (empty("Nothing is written here yet.")) }
        @for action in plan.current_actions() { (shown(&opened, action)) }
        (opened.foot(LIST.add, PlanPage::Add(PlanList::Actions)))
    };
    Ok(opened.page(title, done.words(), &content))
}

fn shown(opened: &Opened, action: &ActionItem) -> Markup {
    let plan = &opened.case().plan;
    let words = &action.words;
    html! {
        section class="phb-outcome" {
            h2 class="nhsuk-heading-s" { (words.who) }
            (tag(&if words.paid { Tag::new("Paid", Colour::White) } else { Tag::new("Unpaid", Colour::AquaGreen) }))
            (own_words(words.what.as_str(), &opened.who_said(action)))
            p { strong { "When: " } (typed(words.when.as_str())) @if let Some(by) = words.by { ", by " (dates::long(by)) } }
            p { strong { "For: " } (numbers(opened, &words.outcomes)) }
            @if let Some(otherwise) = plan.fallback(action.id) { p { strong { "If it does not work out: " } (typed(otherwise.as_str())) } }
            (LIST.beside(opened, action))
            @if let Some(on) = plan.done(action.id) {
                p { (tag(&Tag::new("Done", Colour::Green))) " " (dates::long(on)) }
            } @else if opened.may_write() {
                form method="post" action=(CasePost::FinishAction(action.id).of(opened.case().id).path()) class="phb-no-print" novalidate {
                    (csrf_field(&opened.me.csrf))
                    (button(&Button { small: true, ..Button::secondary("Done today") }))
                }
            }
            @if opened.may_write() { (item_links(opened, action.id.into(), &decide::short(words.what.as_str()))) }
        }
    }
}

fn has_outcomes(opened: &Opened) -> bool {
    opened.case().plan.current_outcomes().next().is_some()
}

/// Whether the form is shown: not before there is an outcome, unless somebody
/// typed in it while the last one was taken out.
pub fn asks(opened: &Opened, form: &Form) -> bool {
    has_outcomes(opened) || !form.is_ok()
}

/// `outcomes 1 and 3`, as the plan numbers them.
pub fn numbers(opened: &Opened, outcomes: &[domain::OutcomeId]) -> String {
    super::whole::outcome_numbers(&opened.case().plan, outcomes)
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = to_write(&me, id).await?;
    let form = Form::filled([(KEY_FIELD, opened.new_key())]);
    Ok(asked(&opened, &form, None, None))
}

async fn edit(me: Me, At((id, item)): At<(CaseId, ActionId)>, Query(done): Query<Done>) -> Answer {
    LIST.edit(me, id, item, &done).await
}

fn filled(version: &Version<ActionWords, Prose>) -> Form {
    let words = &version.words;
    let mut form = Form::filled([
        ("what", words.what.to_string()),
        ("who", words.who.to_string()),
        ("paid", if words.paid { "yes" } else { "no" }.to_owned()),
        ("when", words.when.to_string()),
        ("otherwise", version.aside.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("voice", crate::voice::value(version.voice)),
    ]);
    if let Some(by) = words.by {
        form.put_date("by", by);
    }
    for outcome in &words.outcomes {
        form.put("outcomes", outcome.to_string());
    }
    form
}

fn asked(opened: &Opened, form: &Form, item: Option<&ActionItem>, flash: Option<&str>) -> Response {
    let title = LIST.title(item);
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        (LIST.meanwhile(opened, form, item))
        @if !has_outcomes(opened) {
            p { "Everything in the plan is for an outcome, and there is none yet. " a href=(opened.path(PlanPage::Add(PlanList::Outcomes))) { "Write what should change first" } "." }
        }
        @if asks(opened, form) {
            form method="post" novalidate {
                (csrf_field(&opened.me.csrf))
                (textarea(&Textarea { rows: 3, size: Size::M, ..Textarea::new("what", "What is done?").with(form) }))
                (input(&Input { hint: Some("A name, or who they are: “my brother”, “the speech therapist”"), ..Input::new("who", "Who does it?").with(form) }))
                (radios(&Choices::yes_no("paid", "Is somebody paid for it?").with(form)))
                (input(&Input { hint: Some("“Every Tuesday”, “before Christmas”"), ..Input::new("when", "When?").with(form) }))
                (date_input(&DateInput { hint: Some("Only if there is one"), ..DateInput::new("by", "Is there a last day?").with(form) }))
                (opened.outcomes_asked(form))
                (textarea(&Textarea { rows: 3, hint: Some("Another way to get there, if you have one"), ..Textarea::new("otherwise", "What if it does not work out?").with(form) }))
                (opened.whose_words(form, false))
                (LIST.save(opened, form, item))
            }
        }
    };
    opened.form_page_after(title, flash, form, &content)
}

type Read = (ActionWords, Option<Prose>, Voice);

fn read(form: &mut Form, case: &Case) -> Option<Read> {
    let what = form.prose("what", "what is done");
    let who = form.line("who", "who does it");
    let paid = form.yes_no("paid", "whether somebody is paid for it");
    let when = form.line("when", "when it is done");
    let by = form.optional_date("by", "the last day");
    let outcomes = read_outcomes(form);
    let otherwise = form.optional_prose("otherwise", "what happens if it does not work out");
    let voice = voice::read(form, case);
    if !form.is_ok() {
        return None;
    }
    let words = ActionWords { what: what?, who: who?, paid: paid?, when: when?, by, outcomes: outcomes? };
    Some((words, otherwise, voice?))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let item: ActionId = opened.key(&mut form);
    let Some((words, otherwise, voice)) = read(&mut form, opened.case()) else {
        return Ok(asked(&opened, &form, None, None));
    };
    let saved = opened.change(&mut form, Change::AddAction { id: item, words, otherwise, voice }).await?;
    Ok(if saved.is_some() {
        opened.go(PlanPage::List(PlanList::Actions), "added")
    } else {
        asked(&opened, &form, None, None)
    })
}

async fn change(me: Me, At((id, item)): At<(CaseId, ActionId)>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    opened.case().plan.action(item).ok_or(ErrorPage::Hidden)?;
    let Some((words, otherwise, voice)) = read(&mut form, opened.case()) else {
        return LIST.again(opened, item, &form).await;
    };
    let seen = based_on(&form);
    let Some(after) =
        opened.change(&mut form, Change::ChangeAction { id: item, words, otherwise, voice, seen }).await?
    else {
        return LIST.again(opened, item, &form).await;
    };
    Ok(LIST.saved(&opened, &after, item))
}

async fn finish(me: Me, At((id, item)): At<(CaseId, ActionId)>) -> Answer {
    let opened = to_write(&me, id).await?;
    opened.case().plan.action(item).ok_or(ErrorPage::Hidden)?;
    opened.app().change_plan(&opened.me.actor, id, Change::FinishAction { id: item }).await?;
    Ok(opened.go(PlanPage::List(PlanList::Actions), "finished"))
}

async fn ask_why(me: Me, At((id, item)): At<(CaseId, ActionId)>) -> Answer {
    LIST.ask_why(me, id, item).await
}

async fn remove(me: Me, At((id, item)): At<(CaseId, ActionId)>, form: Form) -> Answer {
    LIST.remove(me, id, item, form).await
}
