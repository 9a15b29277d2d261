//! The needs in words: suggested by the answers, or people's own.

use super::{at, flash, needs_in_words, query, to};
use crate::Me;
use crate::address::{Address as _, CasePage, NeedsPage};
use crate::case_page::{At, Opened, is_family};
use crate::components::{
    Button, Choice, Choices, Row, Size, SummaryList, Textarea, button, buttons, hidden, own_words,
    page_heading, radios, summary_list, textarea,
};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::voice;
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::assessment;
use domain::ledger::Funder;
use domain::{CaseId, NeedId, Prose};
use maud::{Markup, html};
use service::Seen;
use service::assessment::NewNeed;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/needs/list", Door::Case(Action::AnswerNeeds), show);
    routes.get("/cases/{id}/needs/add", Door::Case(Action::AnswerNeeds), show_add);
    routes.post("/cases/{id}/needs/add", Door::Case(Action::AnswerNeeds), add);
    routes.get("/cases/{id}/needs/withdraw/{need}", Door::Case(Action::AnswerNeeds), show_withdraw);
    routes.post("/cases/{id}/needs/withdraw/{need}", Door::Case(Action::AnswerNeeds), withdraw);
}

/// The list's heading: to the family, or about the person.
pub fn heading(seen: &Seen) -> &'static str {
    if is_family(&seen.roles) { "What you need, in words" } else { "What is needed, in words" }
}

async fn show(me: Me, At(id): At<CaseId>, raw: RawQuery) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let method = assessment::method_of(opened.case(), opened.seen.framework())?;
    let suggested: Vec<Row> = assessment::suggestions(opened.case(), method)
        .into_iter()
        .map(|(question, level)| {
            let words = question.level_words(level).unwrap_or_default();
            let href = CasePage::InNeeds(NeedsPage::Add).of(opened.case().id).with("question", &question.key);
            let link = crate::components::RowLink::new(href, "Write it down", question.title.as_str());
            Row::text(question.title.as_str(), words).action(link)
        })
        .collect();
    let content = html! {
        (page_heading("", heading(&opened.seen)))
        p { "A need is what has to be there to be safe and well. It is not yet a service: how it is met is for the plan." }
        (needs_in_words(&opened.seen, true))
        @if !suggested.is_empty() {
            h2 { "The answers suggest" }
            (summary_list(&SummaryList::new(suggested)))
        }
        (buttons(&html! {
            (button(&Button::to("Add a need of your own", &at(&opened.seen, NeedsPage::Add))))
            (button(&Button { look: crate::components::Look::Secondary, ..Button::to("Check the answers", &at(&opened.seen, NeedsPage::Check)) }))
        }))
        p { a href=(opened.path(CasePage::Needs)) { "Back to all the questions" } }
    };
    Ok(opened.page(heading(&opened.seen), flash(&raw), &content))
}

async fn show_add(me: Me, At(id): At<CaseId>, raw: RawQuery) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let method = assessment::method_of(opened.case(), opened.seen.framework())?;
    let mut form = Form::filled([(KEY_FIELD, me.web().app.id().to_string())]);
    if let Some(question) = query(&raw, "question").and_then(|key| method.question(&key)) {
        form.put("question", question.key.as_str());
        form.put("funder", question.funder.into_str());
        let level = opened.case().assessment.level(&question.key).filter(|level| *level > 0);
        if let Some(words) = level.and_then(|level| question.level_words(level)) {
            form.put("words", format!("{}: {words}", question.title));
        }
    }
    voice::default_to(&mut form, opened.case(), me.actor.account);
    let content = add_content(&opened, &form);
    Ok(opened.page("Add a need", None, &content))
}

fn add_content(opened: &Opened, form: &Form) -> Markup {
    html! {
        (form.error_summary())
        (page_heading("", "Add a need"))
        form method="post" action=(at(&opened.seen, NeedsPage::Add)) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            @if form.ticked("question") { (hidden("question", form.text("question"))) }
            (textarea(&Textarea {
                most: Some(Prose::MOST),
                hint: Some("In the words of the person, or of who knows them best."),
                ..Textarea::new("words", "What is needed?")
            }.with(form)))
            (radios(&Choices {
                size: Size::S,
                hint: Some("It decides which part of the budget it belongs to. If you are not sure, choose the one that is closest."),
                ..Choices::new("funder", "Is it mainly about health, or about daily life?", vec![
                    Choice::new(Funder::Nhs.into_str(), "Health").hint("The NHS part"),
                    Choice::new(Funder::Council.into_str(), "Daily life").hint("The council part, called social care"),
                ]).with(form)
            }))
            (voice::choose(&opened.me.actor, opened.case(), form))
            (button(&Button::submit("Add this need")))
        }
        p { a href=(at(&opened.seen, NeedsPage::List)) { "Back to the list" } }
    }
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let words = form.prose("words", "what is needed");
    let funder = form.choice::<Funder>("funder", "health or daily life");
    let voice = voice::read(&mut form, opened.case());
    let question = Some(form.text("question").to_owned()).filter(|key| !key.is_empty());
    let need: NeedId = form.key(me.web().app.id());
    if let (true, Some(words), Some(funder), Some(voice)) = (form.is_ok(), words, funder, voice) {
        let new = NewNeed { id: need, words, funder, question, voice };
        let act = me.web().app.record_need(&me.actor, id, new).await;
        if form.accepted(act)?.is_some() {
            return Ok(to(id, CasePage::InNeeds(NeedsPage::List), "added"));
        }
    }
    let content = add_content(&opened, &form);
    Ok(opened.again("Add a need", &content))
}

async fn show_withdraw(me: Me, At((id, need)): At<(CaseId, NeedId)>) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let content = withdraw_content(&opened, need, &Form::empty())?;
    Ok(opened.page("Take a need off the list", None, &content))
}

fn withdraw_content(opened: &Opened, id: NeedId, form: &Form) -> Result<Markup, ErrorPage> {
    let need = opened.case().assessment.needs.iter().find(|need| need.id == id).ok_or(ErrorPage::Hidden)?;
    Ok(html! {
        (form.error_summary())
        (page_heading("", "Take a need off the list"))
        (own_words(need.words.as_str(), &opened.case().circle.whose(need.voice, need.by)))
        p { "The record keeps it, with the reason." }
        form method="post" action=(at(&opened.seen, NeedsPage::Withdraw(id))) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { most: Some(Prose::MOST), rows: 3, ..Textarea::new("why", "Why does it come off?") }.with(form)))
            (button(&Button::submit("Take it off the list")))
        }
        p { a href=(at(&opened.seen, NeedsPage::List)) { "Keep it on the list" } }
    })
}

async fn withdraw(me: Me, At((id, need)): At<(CaseId, NeedId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    if !opened.case().assessment.needs.iter().any(|n| n.id == need) {
        return Err(ErrorPage::Hidden);
    }
    if let Some(why) = form.prose("why", "why it comes off the list") {
        let act = me.web().app.withdraw_need(&me.actor, id, need, why).await;
        if form.accepted(act)?.is_some() {
            return Ok(to(id, CasePage::InNeeds(NeedsPage::List), "withdrawn"));
        }
    }
    let content = withdraw_content(&opened, need, &form)?;
    Ok(opened.again("Take a need off the list", &content))
}
