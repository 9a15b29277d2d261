//! The time in which a copy is given: it stands still, goes on, or is put off.

use crate::address::{Address as _, CasePage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, DateInput, Textarea, button, date_input, page_heading, radios, textarea,
};
use crate::error_page::ErrorPage;
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, Me};
use domain::access::Action;
use domain::case::rights::Request;
use domain::{CaseId, RequestId, dates};
use maud::{Markup, html};
use strum::EnumString;

pub fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::KeepTheTime);
    routes.get("/cases/{id}/everything/{request}/time", door, show);
    routes.post("/cases/{id}/everything/{request}/time", door, change);
}

const TITLE: &str = "The time for the copy";

/// What is to become of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "kebab-case")]
enum Change {
    Pause,
    GoOn,
    Longer,
}

fn request(opened: &Opened, id: RequestId) -> Answer<&Request> {
    opened.case().rights.get(id).ok_or(ErrorPage::Hidden)
}

async fn show(me: Me, At((id, asked)): At<(CaseId, RequestId)>) -> Answer {
    let opened = me.open(id, Action::KeepTheTime, "everything").await?;
    let content = content(&opened, request(&opened, asked)?, &Form::empty());
    Ok(opened.page(TITLE, None, &content))
}

async fn change(me: Me, At((id, asked)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::KeepTheTime, "everything").await?;
    request(&opened, asked)?;
    let (app, actor) = (&me.web().app, &me.actor);
    let changed = match form.choice::<Change>("change", "what is to become of the time") {
        None => None,
        Some(Change::GoOn) => Some(app.resume_copy(actor, id, asked).await),
        Some(Change::Pause) => match form.prose("why", "what you need to know") {
            Some(why) => Some(app.pause_copy(actor, id, asked, why).await),
            None => None,
        },
        Some(Change::Longer) => {
            let (due, why) = (form.date("due", "the new last day"), form.prose("why", "why it takes longer"));
            match (due, why) {
                (Some(due), Some(why)) => Some(app.extend_copy(actor, id, asked, (due, why)).await),
                _ => None,
            }
        }
    };
    if let Some(changed) = changed
        && form.accepted(changed)?.is_some()
    {
        return Ok(opened.go(CasePage::Everything, "time"));
    }
    let content = content(&opened, request(&opened, asked)?, &form);
    Ok(opened.again(TITLE, &content))
}

fn content(opened: &Opened, request: &Request, form: &Form) -> Markup {
    let page = CasePage::CopyTime(request.id).of(opened.case().id).path();
    let mut choices = vec![];
    if request.paused.is_some() {
        choices.push(Choice::new("go-on", "We know enough: the time goes on"));
    } else {
        choices.push(Choice::new("pause", "We have to ask them something first: the time stands still"));
    }
    choices.push(Choice::new("longer", "It takes longer: two months more at most, and only once"));
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        p { "The copy has to be given by " (dates::long(request.due)) ". The law gives one month. They are told of whatever you change, and why." }
        form method="post" action=(page) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices::new("change", "What is to become of the time?", choices).with(form)))
            (textarea(&Textarea { rows: 4, hint: Some("What you have to ask, or why it takes longer. They read this."), ..Textarea::new("why", "Why?").with(form) }))
            (date_input(&DateInput { hint: Some("Only if it takes longer. For example, 27 5 2026."), ..DateInput::new("due", "The new last day") }.with(form)))
            (button(&Button::submit("Change the time")))
        }
        p { a href=(opened.path(CasePage::Everything)) { "Back to the copies" } }
    }
}
