//! How the person communicates, and what others wrongly wrote about that.

use crate::address::{Address as _, CasePage, CasePost};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{Button, Input, Textarea, button, input, inset_text, page_heading, textarea};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, Me};
use domain::CaseId;
use domain::access::Action;
use maud::{Markup, html};
use service::communication::Communication;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/communication", Door::Case(Action::DescribeCommunication), show);
    routes.post("/cases/{id}/communication", Door::Case(Action::DescribeCommunication), describe);
    routes.post("/cases/{id}/communication/wrong", Door::Case(Action::DescribeCommunication), wrong);
}

const TITLE: &str = "How they communicate";

async fn show(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::DescribeCommunication, "people").await?;
    let mut form = Form::empty();
    if let Some(words) = &opened.case().circle.communication {
        let text = |line: &Option<domain::Line>| line.as_ref().map_or(String::new(), ToString::to_string);
        form.put("yes", text(&words.yes));
        form.put("no", text(&words.no));
        form.put("how", words.how.as_str());
        form.put("helps", words.helps.as_ref().map_or("", |helps| helps.as_str()));
    }
    Ok(opened.page(TITLE, None, &content(&opened, &form)))
}

async fn finish(me: &Me, id: CaseId, mut form: Form, result: Option<crate::visit::Acted>) -> Answer {
    if let Some(result) = result
        && form.accepted(result)?.is_some()
    {
        return Ok(answer::see_other(CasePage::People.of(id).done("words")));
    }
    let opened = me.open(id, Action::SeePeople, "people").await?;
    Ok(opened.again(TITLE, &content(&opened, &form)))
}

async fn describe(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let yes = form.optional_line("yes", "how they say yes");
    let no = form.optional_line("no", "how they say no");
    let how = form.prose("how", "how they communicate");
    let helps = form.optional_prose("helps", "what helps");
    let (Some(how), true) = (how, form.is_ok()) else { return finish(&me, id, form, None).await };
    let described = Communication { yes, no, how, helps };
    let result = me.web().app.describe_communication(&me.actor, id, described).await;
    finish(&me, id, form, Some(result)).await
}

async fn wrong(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let said = form.prose("said", "what was written");
    let by = form.optional_line("said-by", "who wrote it");
    let (Some(said), true) = (said, form.is_ok()) else { return finish(&me, id, form, None).await };
    let result = me.web().app.note_wrong_record(&me.actor, id, said, by).await;
    finish(&me, id, form, Some(result)).await
}

fn content(opened: &Opened, form: &Form) -> Markup {
    let name = opened.case().person_name();
    let path = opened.path(CasePage::Communication);
    html! {
        (form.error_summary())
        (page_heading(name, TITLE))
        (inset_text(&html! { p { "Everyone has a way of saying what they want. Nothing in this service needs words: a blink, a sound or a look is an answer, and counts as one." } }))
        form method="post" action=(path) novalidate {
            (csrf_field(&opened.me.csrf))
            (input(&Input { hint: Some("Like: one blink"), ..Input::new("yes", "How they say yes (optional)").with(form) }))
            (input(&Input { hint: Some("Like: two blinks"), ..Input::new("no", "How they say no (optional)").with(form) }))
            (textarea(&Textarea { hint: Some("Words, signs, sounds, a board, a screen. Who understands them best."), ..Textarea::new("how", "How they communicate").with(form) }))
            (textarea(&Textarea { hint: Some("Like: ask twice, one question at a time, wait, sit on the left"), ..Textarea::new("helps", "What helps (optional)").with(form) }))
            (button(&Button::submit("Save")))
        }
        h2 { "Has somebody written something wrong?" }
        p { "Some people were once recorded as “cannot communicate”. Say what was written, so that nobody relies on it again." }
        form method="post" action=(CasePost::CommunicationWrong.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 3, ..Textarea::new("said", "What was written").with(form) }))
            (input(&Input { hint: Some("Like: the hospital, in 2024"), ..Input::new("said-by", "Who wrote it (optional)").with(form) }))
            (button(&Button::secondary("Note that this is not so")))
        }
        p { a href=(opened.path(CasePage::People)) { "Back to people" } }
    }
}
