//! Writing one part of the plan. Where two people wrote at once, both
//! versions are shown side by side, and the page helps to bring them together.

use super::frame::{BASED_ON, Done, to_write};
use super::prompts;
use super::versions::based_on;
use crate::address::{Address as _, CasePage, PlanPage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Card, Details, Size, Textarea, button, buttons, card, details, hidden, own_words, textarea,
};
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::{Answer, Me, voice};
use axum::extract::Query;
use axum::response::Response;
use domain::case::Case;
use domain::case::plan::{Section, Written};
use domain::{CaseId, Prose};
use maud::{Markup, html};
use service::plan::Change;
use strum::VariantArray;

pub async fn show(me: Me, At((id, section)): At<(CaseId, Section)>, Query(done): Query<Done>) -> Answer {
    let opened = to_write(&me, id).await?;
    let written = opened.case().plan.section(section);
    let text = written.map(together).unwrap_or_default();
    let seq = written.map_or(0, Written::seq).to_string();
    let mut form = Form::filled([("text", text), (BASED_ON, seq)]);
    if let Some([writing]) = written.map(|w| w.standing.as_slice()) {
        form.put("voice", crate::voice::value(writing.voice));
    }
    let content = page(&opened, section, &form);
    Ok(opened.form_page_after(section.title(), done.words(), &form, &content))
}

pub async fn save(me: Me, At((id, section)): At<(CaseId, Section)>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let text = form.prose("text", "the words for this part");
    let voice = voice::read(&mut form, opened.case());
    let seen = based_on(&form);
    let (Some(text), Some(voice)) = (text, voice) else { return Ok(again(&opened, section, &form)) };
    let Some(after) = opened.change(&mut form, Change::Section { section, text, voice, seen }).await? else {
        return Ok(again(&opened, section, &form));
    };
    let contested = |case: &Case| case.plan.section(section).is_some_and(Written::is_contested);
    let done = if contested(opened.case()) { "together" } else { "saved" };
    Ok(match next(section).filter(|_| form.text("then") == "next") {
        _ if contested(&after) => opened.go(PlanPage::Write(section), "beside"),
        Some(next) => opened.go(PlanPage::Write(next), done),
        None => opened.go(CasePage::Plan, done),
    })
}

fn again(opened: &Opened, section: Section, form: &Form) -> Response {
    opened.form_page(section.title(), form, &page(opened, section, form))
}

fn next(section: Section) -> Option<Section> {
    let at = Section::VARIANTS.iter().position(|s| *s == section)?;
    Section::VARIANTS.get(at + 1).copied()
}

/// The versions that stand, one after the other, to be made into one.
fn together(written: &Written) -> String {
    written.standing.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

fn page(opened: &Opened, section: Section, form: &Form) -> Markup {
    let prompt = prompts::of(section);
    let written = opened.case().plan.section(section);
    let contested = written.is_some_and(Written::is_contested);
    html! {
        (form.error_summary())
        h1 { (section.title()) }
        p class="nhsuk-lede-text" { (prompt.lead) }
        (news(opened, written, form))
        @if let Some(written) = written.filter(|_| contested) { (side_by_side(opened, written)) }
        @if !contested { (help(&prompt)) }
        form method="post" action=(opened.path(PlanPage::Write(section))) novalidate {
            (csrf_field(&opened.me.csrf))
            (hidden(BASED_ON, form.text(BASED_ON)))
            (textarea(&Textarea {
                rows: 12,
                most: Some(Prose::MOST),
                size: Size::M,
                hint: Some(if contested { "Both versions are in the box. Make them into one, together if you can." }
                    else { "Write as you speak. Short is fine. You can change it whenever you like." }),
                ..Textarea::new("text", if contested { "Bring them together" } else { "In your own words" }).with(form)
            }))
            (opened.whose_words(form, section == Section::ImportantToMe))
            (buttons(&html! {
                (button(&Button::submit(if contested { "Save as one version" } else { "Save" })))
                @if next(section).is_some() && !contested {
                    (button(&Button { name: Some("then"), value: Some("next"), ..Button::secondary("Save and go on") }))
                }
                a href=(opened.path(CasePage::Plan)) { "Back to the plan" }
            }))
        }
        @if contested { (help(&prompt)) }
        (earlier(opened, written))
    }
}

/// Says that somebody wrote here since this page was opened.
fn news(opened: &Opened, written: Option<&Written>, form: &Form) -> Markup {
    let seen = based_on(form);
    let Some(written) = written.filter(|w| w.seq() > seen && !form.is_ok()) else { return html! {} };
    html! {
        div class="phb-waiting" {
            p { strong { "Somebody else wrote here while you did." } " Your words are below, just as you typed them. When you save, both stand side by side." }
            @for writing in written.standing.iter().filter(|w| w.seq > seen) {
                (own_words(writing.text.as_str(), &opened.who_wrote(writing)))
            }
        }
    }
}

fn side_by_side(opened: &Opened, written: &Written) -> Markup {
    html! {
        p { strong { "Two people wrote at the same time." } " Here is what each of them said. Nothing is lost: keep what is right in each." }
        div class="phb-beside-each" {
            @for writing in &written.standing {
                (card(&Card::new(opened.case().circle.name_of(writing.voice), html! {
                    (own_words(writing.text.as_str(), &opened.who_wrote(writing)))
                })))
            }
        }
    }
}

fn help(prompt: &prompts::Prompt) -> Markup {
    details(&Details::new(
        "Questions that may help",
        html! {
            ul { @for question in prompt.questions { li { (question) } } }
            p { "How somebody else began:" }
            (own_words(prompt.example, ""))
        },
    ))
}

/// How many of the writings that came before are shown.
const EARLIER: usize = 20;

fn earlier(opened: &Opened, written: Option<&Written>) -> Markup {
    let Some(written) = written else { return html! {} };
    if written.earlier.is_empty() && written.standing.len() < 2 {
        return html! {
            @if let [only] = written.standing.as_slice() { p class="nhsuk-body-s nhsuk-u-secondary-text-colour" { "Last written: " (opened.who_wrote(only)) } }
        };
    }
    html! {
        @if let [only] = written.standing.as_slice() { p class="nhsuk-body-s nhsuk-u-secondary-text-colour" { "Last written: " (opened.who_wrote(only)) } }
        @if !written.earlier.is_empty() {
            (details(&Details::new("What was written here before", html! {
                @if written.earlier.len() > EARLIER {
                    p { "Here are the newest " (EARLIER) ". All of them are in " a href=(CasePage::History.of(opened.case().id).with("part", "plan")) { "the history of the plan" } "." }
                }
                @for writing in written.earlier.iter().rev().take(EARLIER) { (own_words(writing.text.as_str(), &opened.who_wrote(writing))) }
            })))
        }
    }
}
