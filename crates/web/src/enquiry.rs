//! Asking to be contacted, without an account, and what staff do with it.

mod asking;
mod staff;

use crate::address::{Address as _, GuidePage, Place};
use crate::answer;
use crate::components::panel;
use crate::form::Form;
use crate::page::{Shell, page};
use crate::routes::{Door, Routes};
use crate::source::Source;
use crate::tokens::KEY_FIELD;
use crate::visit::{Here, Visit};
use crate::wizard::{Step, Turn};
use crate::{Answer, Web};
use asking::About;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::EnquiryId;
use domain::dates::{long, moment};
use maud::html;
use service::enquiry::Asker;
use service::rate::Rate;

pub fn declare(routes: &mut Routes) {
    routes.get("/contact", Door::Anyone, start);
    routes.post_at_most(Rate::Contact, "/contact", Door::Anyone, step);
    routes.get("/contact/sent/{id}", Door::Anyone, sent);
    staff::declare(routes);
}

async fn start(State(web): State<Web>, visit: Visit) -> Answer {
    let about = about(&web).await?;
    let form = Form::filled([(KEY_FIELD, web.app.id().to_string())]);
    Ok(show(&visit, &about, Step::Page(0), &form))
}

async fn step(Here(web): Here, visit: Visit, source: Source, mut form: Form) -> Answer {
    let about = about(&web).await?;
    match asking::wizard().turn(&about, &mut form) {
        Turn::Show(step) => Ok(show(&visit, &about, step, &form)),
        Turn::Send => send(&web, &visit, &source, &about, form).await,
    }
}

async fn send(web: &Web, visit: &Visit, source: &Source, about: &About, mut form: Form) -> Answer {
    let asked = asking::asked(about, &mut form);
    let id: EnquiryId = form.key(web.app.id());
    let Some(asked) = asked else { return Ok(show(visit, about, Step::Page(0), &form)) };
    let by = Asker { browser: visit.csrf.clone(), source: source.0.clone() };
    if form.accepted(web.app.ask_for_contact(id, asked, by).await)?.is_none() {
        return Ok(show(visit, about, Step::Check, &form));
    }
    Ok(answer::see_other(Place::ContactSent(id).path()))
}

async fn about(web: &Web) -> Answer<About> {
    let areas = web.app.areas().await?;
    let framework = match areas[..] {
        [(only, _)] => Some(web.app.framework_of(only).await?),
        _ => None,
    };
    let bodies = web.app.whom_to_ask().await?;
    Ok(About { areas, bodies, framework })
}

fn show(visit: &Visit, about: &About, step: Step, form: &Form) -> Response {
    let wizard = asking::wizard();
    let mut shell = shell(visit, wizard.title(step));
    shell.errors = !form.is_ok();
    if step == Step::Page(0) {
        shell.back = Some((Place::Start.path(), "Back to the start page".into()));
    }
    let content = wizard.content(about, step, &visit.csrf, form);
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" { (content) } }
    };
    answer::page(form, page(&shell, content))
}

fn shell<'a>(visit: &'a Visit, title: &'a str) -> Shell<'a> {
    Shell::of(visit, title).signed_in_if_they_are()
}

async fn sent(
    State(web): State<Web>,
    visit: Visit,
    crate::case_page::At(id): crate::case_page::At<EnquiryId>,
) -> Answer<Response> {
    let receipt = web.app.receipt(id).await?;
    let framework = web.app.framework_of(receipt.area).await?;
    let shell = shell(&visit, "We have your request");
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            (panel("We have your request", &html! { "Your reference is" br; strong { (receipt.reference) } }))
            @if let Some(at) = receipt.corrected {
                p { "You changed something and sent it again on " (moment(at)) ". We use what you sent last." }
            }
            h2 { "What happens next" }
            p { "Someone will be in touch with you " strong { "by " (long(receipt.answer_by)) } ", in the way you asked for." }
            p { "They will ask what matters to you, and answer your questions. It is a conversation: nothing is decided, and you can say no at any time." }
            @if receipt.by_email {
                p { "We send your reference to your email address too." }
            } @else if receipt.wants_email {
                p { "We could not send your reference to your email address this time. Please write it down." }
            }
            p { "If you have not heard from us by then, or want to tell us something sooner, call " strong { (framework.phone) } " and say your reference." }
            p { a href=(Place::Guide(GuidePage::About).path()) { "Read about personal health budgets while you wait" } }
        } }
    };
    Ok(page(&shell, content).into_response())
}
