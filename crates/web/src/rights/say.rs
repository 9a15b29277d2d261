//! What whoever asked can do afterwards, each on its own page: ask that somebody
//! else looks again, put their own words beside it, take these or all of it back.

use super::ask::decides;
use super::request::{one, what};
use super::{SECTION, name, title};
use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, SummaryList, Textarea, button, own_words, page_heading, summary_list, textarea,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, Me, voice};
use domain::access::Action;
use domain::case::Voice;
use domain::case::rights::{Asked, ToldUs};
use domain::{CaseId, RequestId};
use maud::{Markup, html};

const DOOR: Door = Door::Case(Action::AskAboutRecord);

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/rights/{request}/again", DOOR, show_again);
    routes.post("/cases/{id}/rights/{request}/again", DOOR, again);
    routes.get("/cases/{id}/rights/{request}/statement", DOOR, show_statement);
    routes.post("/cases/{id}/rights/{request}/statement", DOOR, statement);
    routes.get("/cases/{id}/rights/{request}/statement/withdraw", DOOR, show_unsay);
    routes.post("/cases/{id}/rights/{request}/statement/withdraw", DOOR, unsay);
    routes.get("/cases/{id}/rights/{request}/withdraw", DOOR, show_withdraw);
    routes.post("/cases/{id}/rights/{request}/withdraw", DOOR, withdraw);
}

/// One of these pages.
struct Page {
    title: &'static str,
    explained: &'static str,
    here: fn(RequestId) -> CasePage,
    /// The field with words, where it asks for any, and its label.
    words: Option<(&'static str, &'static str)>,
    who: &'static str,
    /// To complete "Choose …".
    whose: &'static str,
    send: &'static str,
    done: &'static str,
}

const AGAIN: Page = Page {
    title: "Ask somebody else to look again",
    explained: "Whoever answered does not look at it this time. You get a new answer within one month.",
    here: CasePage::AskAgain,
    words: Some(("again", "What should we look at again?")),
    who: "Who asks?",
    whose: "who asks",
    send: "Ask again",
    done: "again",
};

const STATEMENT: Page = Page {
    title: "Put your own words beside it",
    explained: "Everybody who reads that part of the record reads your words too.",
    here: CasePage::SayBeside,
    words: Some(("statement", "Your own words")),
    who: "Whose words are these?",
    whose: "whose words these are",
    send: "Put them beside it",
    done: "statement",
};

const WITHDRAW: Page = Page {
    title: "Take it back",
    explained: "We do not go on with it. You can ask again at any time.",
    here: CasePage::TakeBack,
    words: None,
    who: "Who takes it back?",
    whose: "who takes it back",
    send: "Take it back",
    done: "taken-back",
};

const UNSAY: Page = Page {
    title: "Take your own words back",
    explained: "They stand beside nothing any more. The history says that they did. You can put other words there.",
    here: CasePage::TakeStatementBack,
    words: None,
    who: "Who takes them back?",
    whose: "who takes them back",
    send: "Take the words back",
    done: "unsaid",
};

async fn show(me: &Me, (id, request): (CaseId, RequestId), page: &Page) -> Answer {
    let opened = me.open(id, Action::AskAboutRecord, SECTION).await?;
    let mut form = Form::empty();
    voice::default_among(&mut form, opened.case(), me.actor.account, |v| decides(opened.case(), v));
    let content = content(&opened, one(&opened, request)?, page, &form);
    Ok(opened.page(page.title, None, &content))
}

async fn show_again(me: Me, At(at): At<(CaseId, RequestId)>) -> Answer {
    show(&me, at, &AGAIN).await
}

async fn show_statement(me: Me, At(at): At<(CaseId, RequestId)>) -> Answer {
    show(&me, at, &STATEMENT).await
}

async fn show_withdraw(me: Me, At(at): At<(CaseId, RequestId)>) -> Answer {
    show(&me, at, &WITHDRAW).await
}

async fn show_unsay(me: Me, At(at): At<(CaseId, RequestId)>) -> Answer {
    show(&me, at, &UNSAY).await
}

/// Whether whoever writes it down does so for others, and says how it is known that
/// they want it.
fn is_for_them(opened: &Opened) -> bool {
    let own = opened.case().circle.voice_of(opened.me.actor.account);
    own.is_none_or(|own| !decides(opened.case(), own))
}

/// Who takes something back, and how that is known.
fn read_back(form: &mut Form, opened: &Opened, page: &Page) -> Option<(Voice, Option<ToldUs>)> {
    let voice = voice::read_decider(form, page.whose);
    if !is_for_them(opened) {
        return voice.map(|voice| (voice, None));
    }
    let (how, why) = (form.prose("how", "how they said so"), form.prose("why", "why they want that"));
    Some((voice?, Some(ToldUs { how: how?, why: why? })))
}

/// Whose words they are, and the words.
fn read(form: &mut Form, page: &Page) -> Option<(Voice, domain::Prose)> {
    let (field, _) = page.words?;
    let (words, voice) = (form.prose(field, "your own words"), voice::read_decider(form, page.whose));
    Some((voice?, words?))
}

async fn again(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = known(&me, id, request).await?;
    if let Some(said) = read(&mut form, &AGAIN) {
        let done = me.web().app.ask_request_again(&me.actor, id, request, said).await;
        if form.accepted(done)?.is_some() {
            return Ok(opened.go(CasePage::Asked(request), AGAIN.done));
        }
    }
    refused(&me, (id, request), &AGAIN, &form).await
}

async fn statement(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = known(&me, id, request).await?;
    if let Some(said) = read(&mut form, &STATEMENT) {
        let done = me.web().app.add_statement(&me.actor, id, request, said).await;
        if form.accepted(done)?.is_some() {
            return Ok(opened.go(CasePage::Asked(request), STATEMENT.done));
        }
    }
    refused(&me, (id, request), &STATEMENT, &form).await
}

async fn withdraw(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = known(&me, id, request).await?;
    if let Some(back) = read_back(&mut form, &opened, &WITHDRAW) {
        let done = me.web().app.withdraw_request(&me.actor, id, request, back).await;
        if form.accepted(done)?.is_some() {
            return Ok(opened.go(CasePage::Rights, WITHDRAW.done));
        }
    }
    refused(&me, (id, request), &WITHDRAW, &form).await
}

async fn unsay(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let opened = known(&me, id, request).await?;
    if let Some(back) = read_back(&mut form, &opened, &UNSAY) {
        let done = me.web().app.take_statement_back(&me.actor, id, request, back).await;
        if form.accepted(done)?.is_some() {
            return Ok(opened.go(CasePage::Asked(request), UNSAY.done));
        }
    }
    refused(&me, (id, request), &UNSAY, &form).await
}

/// The case, if the request is of it.
async fn known(me: &Me, id: CaseId, request: RequestId) -> Answer<Opened> {
    let opened = me.open(id, Action::AskAboutRecord, SECTION).await?;
    one(&opened, request)?;
    Ok(opened)
}

/// The page again, as things are now: somebody may have answered meanwhile.
async fn refused(me: &Me, (id, request): (CaseId, RequestId), page: &Page, form: &Form) -> Answer {
    let opened = known(me, id, request).await?;
    let content = content(&opened, one(&opened, request)?, page, form);
    Ok(opened.again(page.title, &content))
}

fn content(opened: &Opened, asked: &Asked, page: &Page, form: &Form) -> Markup {
    let case = opened.case();
    html! {
        (form.error_summary())
        (page_heading(&title(opened), page.title))
        h2 { (name(asked)) }
        (summary_list(&SummaryList::new(what(&asked.ask))))
        @if let Some(given) = asked.answer() { (own_words(given.words.as_str(), given.answer.words())) }
        p { (page.explained) }
        form method="post" action=(opened.path((page.here)(asked.id))) novalidate {
            (csrf_field(&opened.me.csrf))
            @if let Some((field, label)) = page.words {
                (textarea(&Textarea { rows: 4, ..Textarea::new(field, label).with(form) }))
            }
            (voice::ask(page.who, None, &voice::among(case, |v| decides(case, v)), form))
            @if page.words.is_none() && is_for_them(opened) {
                (textarea(&Textarea { rows: 3, hint: Some("With or without words. They are told of it, and read this."), ..Textarea::new("how", "How did they say so?").with(form) }))
                (textarea(&Textarea { rows: 3, ..Textarea::new("why", "Why do they want that?").with(form) }))
            }
            (button(&Button::submit(page.send)))
        }
        p { a href=(opened.path(CasePage::Asked(asked.id))) { "Back to the request" } }
    }
}
