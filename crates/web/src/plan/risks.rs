//! The sheet about risk: what could go wrong, and what is done so that it is
//! acceptable to everyone (003:547). Nothing asks for no risk at all.

use super::frame::{Done, empty, to_read, to_write};
use super::outcomes::item_links;
use super::versions::{List, based_on};
use crate::address::{PlanList, PlanPage};
use crate::case_page::{At, Opened};
use crate::components::{Details, Input, Size, Textarea, details, input, own_words, textarea, typed};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field};
use crate::{Answer, ErrorPage, Me, voice};
use axum::extract::Query;
use axum::response::Response;
use domain::case::plan::{Plan, RiskItem, RiskWords, Version, decide};
use domain::case::{Case, Voice};
use domain::{CaseId, RiskId};
use maud::html;
use service::plan::Change;

pub fn declare(routes: &mut Routes, see: Door, write: Door) {
    routes.get("/cases/{id}/plan/risks", see, list);
    routes.get("/cases/{id}/plan/risks/add", write, ask);
    routes.post("/cases/{id}/plan/risks/add", write, add);
    routes.get("/cases/{id}/plan/risks/{item}", write, edit);
    routes.post("/cases/{id}/plan/risks/{item}", write, change);
    routes.get("/cases/{id}/plan/risks/{item}/remove", write, ask_why);
    routes.post("/cases/{id}/plan/risks/{item}/remove", write, remove);
}

const LIST: List<RiskId, RiskWords> = List {
    list: PlanList::Risks,
    add: "Add something that could go wrong",
    change: "Change what could go wrong",
    take_out: "Take this out?",
    find: Plan::risk,
    filled,
    asked,
    remove: |id, why, seen| Change::RemoveRisk { id, why, seen },
};

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = "What could go wrong";
    let plan = &opened.case().plan;
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "A good life has some risk in it. Write down what could go wrong, and what you do so that it is all right for everyone." }
        (super::what_waits(&opened))
        @if plan.current_risks().next().is_none() { (empty("Nothing is written here yet.")) }
        @for risk in plan.current_risks() {
            section class="phb-outcome" {
                h2 class="nhsuk-heading-s" { "What could go wrong" }
                (own_words(risk.words.words.as_str(), &opened.who_said(risk)))
                p { strong { "What we do: " } (typed(risk.words.what_we_do.as_str())) }
                p { strong { "Who: " } (typed(risk.words.who.as_str())) }
                (LIST.beside(&opened, risk))
                @if opened.may_write() { (item_links(&opened, risk.id.into(), &decide::short(risk.words.words.as_str()))) }
            }
        }
        (opened.foot(LIST.add, PlanPage::Add(PlanList::Risks)))
    };
    Ok(opened.page(title, done.words(), &content))
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = to_write(&me, id).await?;
    let form = Form::filled([(KEY_FIELD, opened.new_key())]);
    Ok(asked(&opened, &form, None, None))
}

async fn edit(me: Me, At((id, item)): At<(CaseId, RiskId)>, Query(done): Query<Done>) -> Answer {
    LIST.edit(me, id, item, &done).await
}

fn filled(version: &Version<RiskWords>) -> Form {
    let words = &version.words;
    Form::filled([
        ("words", words.words.to_string()),
        ("what-we-do", words.what_we_do.to_string()),
        ("who", words.who.to_string()),
        ("voice", crate::voice::value(version.voice)),
    ])
}

fn asked(opened: &Opened, form: &Form, item: Option<&RiskItem>, flash: Option<&str>) -> Response {
    let title = LIST.title(item);
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        (LIST.meanwhile(opened, form, item))
        (details(&Details::new("Questions that may help", html! {
            ul {
                li { "Is there something you, or somebody who works with you, is worried about?" }
                li { "Has something happened before that could happen again?" }
                li { "Could somebody be hurt or treated badly?" }
                li { "If you employ helpers: is there enough support for you to do that?" }
            }
            p { "Nobody can take away every risk. It has to be all right for you and for the people around you." }
        })))
        form method="post" novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 4, size: Size::M, ..Textarea::new("words", "What could go wrong?").with(form) }))
            (textarea(&Textarea { rows: 4, size: Size::M, hint: Some("To make it less likely, and if it happens"), ..Textarea::new("what-we-do", "What do we do about it?").with(form) }))
            (input(&Input { hint: Some("Names, or “everyone who comes to the house”"), ..Input::new("who", "Who does that?").with(form) }))
            (opened.whose_words(form, false))
            (LIST.save(opened, form, item))
        }
    };
    opened.form_page_after(title, flash, form, &content)
}

fn read(form: &mut Form, case: &Case) -> Option<(RiskWords, Voice)> {
    let words = form.prose("words", "what could go wrong");
    let what_we_do = form.prose("what-we-do", "what you do about it");
    let who = form.line("who", "who does that");
    let voice = voice::read(form, case);
    Some((RiskWords { words: words?, what_we_do: what_we_do?, who: who? }, voice?))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let item: RiskId = opened.key(&mut form);
    let Some((words, voice)) = read(&mut form, opened.case()) else {
        return Ok(asked(&opened, &form, None, None));
    };
    let saved = opened.change(&mut form, Change::AddRisk { id: item, words, voice }).await?;
    Ok(if saved.is_some() {
        opened.go(PlanPage::List(PlanList::Risks), "added")
    } else {
        asked(&opened, &form, None, None)
    })
}

async fn change(me: Me, At((id, item)): At<(CaseId, RiskId)>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    opened.case().plan.risk(item).ok_or(ErrorPage::Hidden)?;
    let Some((words, voice)) = read(&mut form, opened.case()) else {
        return LIST.again(opened, item, &form).await;
    };
    let seen = based_on(&form);
    let Some(after) = opened.change(&mut form, Change::ChangeRisk { id: item, words, voice, seen }).await?
    else {
        return LIST.again(opened, item, &form).await;
    };
    Ok(LIST.saved(&opened, &after, item))
}

async fn ask_why(me: Me, At((id, item)): At<(CaseId, RiskId)>) -> Answer {
    LIST.ask_why(me, id, item).await
}

async fn remove(me: Me, At((id, item)): At<(CaseId, RiskId)>, form: Form) -> Answer {
    LIST.remove(me, id, item, form).await
}
