//! Where one of the rights is used: one page for each.

use super::{SECTION, invitation};
use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, DateInput, Textarea, button, date_input, inset_text, page_heading, radios,
    textarea,
};
use crate::error_page::ErrorPage;
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, Me, voice};
use domain::access::Action;
use domain::case::circle::{self, Matter};
use domain::case::rights::{About, Ask, Right};
use domain::case::{Case, Voice};
use domain::{CaseId, RequestId};
use maud::{Markup, html};
use strum::VariantArray as _;

pub fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::AskAboutRecord);
    routes.get("/cases/{id}/rights/ask/{right}", door, show);
    routes.post("/cases/{id}/rights/ask/{right}", door, ask);
}

/// Who asks: whoever decides about sharing information.
pub fn decides(case: &Case, voice: Voice) -> bool {
    circle::may_decide(case, voice, Matter::Sharing)
}

fn right(word: &str) -> Answer<Right> {
    word.parse().map_err(|_| ErrorPage::Hidden)
}

async fn show(me: Me, At((id, Word(word))): At<(CaseId, Word)>) -> Answer {
    let opened = me.open(id, Action::AskAboutRecord, SECTION).await?;
    let right = right(&word)?;
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    voice::default_among(&mut form, opened.case(), me.actor.account, |v| decides(opened.case(), v));
    Ok(opened.page(invitation(right), None, &content(&opened, right, &form)))
}

/// A word in an address.
pub struct Word(String);

impl std::str::FromStr for Word {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

async fn ask(me: Me, At((id, Word(word))): At<(CaseId, Word)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AskAboutRecord, SECTION).await?;
    let right = right(&word)?;
    let request: RequestId = form.key(me.web().app.id());
    let (ask, voice) = (read(right, &mut form), voice::read_decider(&mut form, "who asks"));
    if let (Some(ask), Some(voice)) = (ask, voice) {
        let asked = me.web().app.ask_about_record(&me.actor, id, request, (voice, ask)).await;
        if form.accepted(asked)?.is_some() {
            return Ok(opened.go(CasePage::Asked(request), "asked"));
        }
        form.put(KEY_FIELD, me.web().app.id().to_string());
    }
    Ok(opened.again(invitation(right), &content(&opened, right, &form)))
}

/// What was typed, where all of it can be read.
fn read(right: Right, form: &mut Form) -> Option<Ask> {
    match right {
        Right::PutRight => {
            let about = form.choice("about", "where it stands");
            let wrong = form.prose("wrong", "what is wrong");
            let instead = form.prose("instead", "what would be right");
            Some(Ask::PutRight { about: about?, wrong: wrong?, instead: instead? })
        }
        Right::Restrict => {
            let why = form.prose("why", "why");
            let until = form.optional_date("until", "the last day");
            form.is_ok().then_some(Ask::Restrict { why: why?, until })
        }
        Right::Object => {
            let what = form.prose("what", "what we should stop");
            let why = form.prose("why", "why");
            Some(Ask::Object { what: what?, why: why? })
        }
        Right::Erase => {
            let what = form.prose("what", "what to erase");
            let why = form.prose("why", "why");
            Some(Ask::Erase { what: what?, why: why? })
        }
    }
}

fn content(opened: &Opened, right: Right, form: &Form) -> Markup {
    let case = opened.case();
    html! {
        (form.error_summary())
        (page_heading(if opened.is_family() { "" } else { case.person_name() }, invitation(right)))
        (explained(right))
        form method="post" action=(opened.path(CasePage::AskAbout(right))) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (fields(right, form))
            (voice::ask("Who asks?", None, &voice::among(case, |v| decides(case, v)), form))
            (button(&Button::submit("Ask")))
        }
        p { a href=(opened.path(CasePage::Rights)) { "Back" } }
    }
}

/// What the right is, and what it is not.
fn explained(right: Right) -> Markup {
    let (can, cannot) = match right {
        Right::PutRight => (
            "Tell us what is wrong, and what would be right. We look at it, and answer you.",
            "Nothing is rubbed out. We add what is right, and both can be read: what was written, and what is so. If we do not agree, you can put your own words beside it.",
        ),
        Right::Restrict => (
            "You can ask us to keep the record and not use it: while we check if it is right, for example, or because you need it for a court.",
            "While it holds, everybody who opens the record reads that first. Some use goes on: where you agree, for the law, and to keep people safe.",
        ),
        Right::Object => (
            "You can ask us to stop using your information in some way: to count it in figures, or to show it to somebody.",
            "If we have a strong reason to go on, we tell you what it is. What you share with whom you can change by yourself, at any time.",
        ),
        Right::Erase => (
            "You can ask us to erase something, or all of it.",
            "The NHS has to keep records of care for some years, even if you ask. If so, we tell you how long, and why.",
        ),
    };
    html! { p { (can) } (inset_text(&html! { p { (cannot) } })) }
}

fn fields(right: Right, form: &Form) -> Markup {
    let words =
        |name, label, hint| textarea(&Textarea { rows: 4, hint, ..Textarea::new(name, label).with(form) });
    match right {
        Right::PutRight => {
            let choices = About::VARIANTS.iter().map(|about| Choice::new((*about).into(), about.words()));
            html! {
                (radios(&Choices { small: true, ..Choices::new("about", "Where does it stand?", choices.collect()).with(form) }))
                (words("wrong", "What is wrong?", Some("You can write it as it stands there.")))
                (words("instead", "What would be right?", None))
            }
        }
        Right::Restrict => html! {
            (words("why", "Why?", None))
            (date_input(&DateInput { hint: Some("You can leave this empty. For example, 27 5 2026."), ..DateInput::new("until", "Until which day?") }.with(form)))
        },
        Right::Object => html! {
            (words("what", "What should we stop?", None))
            (words("why", "Why?", None))
        },
        Right::Erase => html! {
            (words("what", "What should we erase?", None))
            (words("why", "Why?", None))
        },
    }
}
