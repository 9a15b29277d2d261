//! The time in which a copy is given, or an answer about the record: it stands
//! still, goes on, or is put off.

use crate::address::CasePage;
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
use domain::{CaseId, Date, RequestId, dates};
use maud::{Markup, html};
use strum::EnumString;

pub fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::KeepTheTime);
    routes.get("/cases/{id}/everything/{request}/time", door, show);
    routes.post("/cases/{id}/everything/{request}/time", door, change);
    routes.get("/cases/{id}/rights/{request}/time", door, show);
    routes.post("/cases/{id}/rights/{request}/time", door, change);
}

/// What has its time: a copy, or an answer.
struct Timed {
    title: &'static str,
    due: Date,
    is_paused: bool,
    here: CasePage,
    /// Where it stands how far it is.
    of: CasePage,
}

fn timed(opened: &Opened, id: RequestId) -> Answer<Timed> {
    let rights = &opened.case().rights;
    if let Some(asked) = rights.asked(id) {
        return Ok(Timed {
            title: "The time for the answer",
            due: asked.time.due,
            is_paused: asked.time.paused.is_some(),
            here: CasePage::AnswerTime(id),
            of: CasePage::Asked(id),
        });
    }
    let request = rights.get(id).ok_or(ErrorPage::Hidden)?;
    Ok(Timed {
        title: "The time for the copy",
        due: request.time.due,
        is_paused: request.time.paused.is_some(),
        here: CasePage::CopyTime(id),
        of: CasePage::Everything,
    })
}

/// What is to become of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "kebab-case")]
enum Change {
    Pause,
    GoOn,
    Longer,
}

async fn show(me: Me, At((id, asked)): At<(CaseId, RequestId)>) -> Answer {
    let opened = me.open(id, Action::KeepTheTime, "everything").await?;
    let timed = timed(&opened, asked)?;
    Ok(opened.page(timed.title, None, &content(&opened, &timed, &Form::empty())))
}

async fn change(me: Me, At((id, asked)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::KeepTheTime, "everything").await?;
    let timed = timed(&opened, asked)?;
    let (app, actor) = (&me.web().app, &me.actor);
    let changed = match form.choice::<Change>("change", "what is to become of the time") {
        None => None,
        Some(Change::GoOn) => Some(app.resume_time(actor, id, asked).await),
        Some(Change::Pause) => match form.prose("why", "what you need to know") {
            Some(why) => Some(app.pause_time(actor, id, asked, why).await),
            None => None,
        },
        Some(Change::Longer) => {
            let (due, why) = (form.date("due", "the new last day"), form.prose("why", "why it takes longer"));
            match (due, why) {
                (Some(due), Some(why)) => Some(app.extend_time(actor, id, asked, (due, why)).await),
                _ => None,
            }
        }
    };
    if let Some(changed) = changed
        && form.accepted(changed)?.is_some()
    {
        return Ok(opened.go(timed.of, "time"));
    }
    Ok(opened.again(timed.title, &content(&opened, &timed, &form)))
}

fn content(opened: &Opened, timed: &Timed, form: &Form) -> Markup {
    let mut choices = vec![];
    if timed.is_paused {
        choices.push(Choice::new("go-on", "We know enough: the time goes on"));
    } else {
        choices.push(Choice::new("pause", "We have to ask them something first: the time stands still"));
    }
    choices.push(Choice::new("longer", "It takes longer: two months more at most, and only once"));
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), timed.title))
        p { "It has to be given by " (dates::long(timed.due)) ". The law gives one month. They are told of whatever you change, and why." }
        form method="post" action=(opened.path(timed.here.clone())) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices::new("change", "What is to become of the time?", choices).with(form)))
            (textarea(&Textarea { rows: 4, hint: Some("What you have to ask, or why it takes longer. They read this."), ..Textarea::new("why", "Why?").with(form) }))
            (date_input(&DateInput { hint: Some("Only if it takes longer. For example, 27 5 2026."), ..DateInput::new("due", "The new last day") }.with(form)))
            (button(&Button::submit("Change the time")))
        }
        p { a href=(opened.path(timed.of.clone())) { "Back to how far it is" } }
    }
}
