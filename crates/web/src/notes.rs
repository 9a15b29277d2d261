//! Notes: for oneself, for those who work with the person, or for everyone.

use crate::address::{Address as _, CasePage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Colour, Size, Tag, Textarea, button, in_danger, nothing_yet, own_words,
    page_heading, radios, tag, textarea,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::money::frame::older;
use crate::tokens::csrf_field;
use crate::{Door, Me, Routes};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::notes::{self, Note, ReadBy};
use domain::{CaseId, dates};
use maud::{Markup, html};
use strum::VariantArray;

const TITLE: &str = "Notes";
/// How many notes one page shows, newest first.
const PAGE: usize = 30;

/// The routes of notes.
pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/notes", Door::Case(Action::SeeNotes), show);
    routes.post("/cases/{id}/notes", Door::Case(Action::WriteNote), write);
}

/// Who a note can be for.
fn offered(opened: &Opened) -> Vec<ReadBy> {
    let may = |read_by: &ReadBy| notes::may_write_for(*read_by, &opened.me.actor, opened.case());
    ReadBy::VARIANTS.iter().copied().filter(may).collect()
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeNotes, "notes").await?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let written = query.text("done") == "written";
    let before = query.text("before").parse().ok();
    let content = page(&opened, before, &Form::filled([("read-by", "me")])).await?;
    let flash = written.then_some("Your note is kept.");
    Ok(opened.page(TITLE, flash, &content))
}

async fn write(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::WriteNote, "notes").await?;
    let text = form.prose("text", "your note");
    let read_by = offered(&opened).into_iter().find(|r| r.into_str() == form.text("read-by"));
    if read_by.is_none() {
        form.wrong::<()>("read-by", "Choose who can read it");
    }
    let (Some(text), Some(read_by)) = (text, read_by) else { return again(&opened, &form).await };
    if form.accepted(me.web().app.write_note(&me.actor, id, text, read_by).await)?.is_none() {
        return again(&opened, &form).await;
    }
    Ok(opened.go(CasePage::Notes, "written"))
}

async fn again(opened: &Opened, form: &Form) -> Answer {
    let content = page(opened, None, form).await?;
    Ok(opened.again(TITLE, &content))
}

async fn page(opened: &Opened, before: Option<usize>, form: &Form) -> Answer<Markup> {
    let case = opened.case();
    let caption = if opened.is_family() { "" } else { case.person_name() };
    let mut all = case.notes.readable(case, &opened.me.actor, before);
    let found: Vec<(usize, Note)> = all.by_ref().take(PAGE).map(|(at, note)| (at, note.clone())).collect();
    let here = CasePage::Notes.of(case.id).path();
    let next = found.last().filter(|_| all.next().is_some()).map(|(at, _)| format!("{here}?before={at}"));
    let readable: Vec<Note> = found.into_iter().map(|(_, note)| note).collect();
    let authors: Vec<_> = readable.iter().map(|note| note.by).collect();
    let names = opened.app().names_of(authors).await?;
    Ok(html! {
        (form.error_summary())
        (page_heading(caption, TITLE))
        @if opened.may(Action::WriteNote) { (write_form(opened, form)) }
        h2 { "Notes you can read" }
        @if readable.is_empty() { (nothing_yet("There are no notes that you can read yet.")) }
        @for (note, name) in readable.iter().zip(&names) {
            @let who = format!("{name}, {}", dates::moment(note.at));
            div class="phb-note" {
                @match note.read_by {
                    ReadBy::Me => { (tag(&Tag::new("Only you", Colour::Purple))) },
                    ReadBy::Professionals => { (tag(&Tag::new("Those who work with the person", Colour::Grey))) },
                    ReadBy::Everyone => { (tag(&Tag::new("Everyone", Colour::Green))) },
                }
                (own_words(note.text.as_str(), &who))
            }
        }
        (older(before.map(|_| here.as_str()), next.as_deref()))
    })
}

fn write_form(opened: &Opened, form: &Form) -> Markup {
    let words = |read_by: ReadBy| match read_by {
        ReadBy::Me => "Only me",
        ReadBy::Professionals => "Those who work with the person",
        ReadBy::Everyone => "Everyone in the circle",
    };
    let choices = offered(opened).into_iter().map(|r| Choice::new(r.into_str(), words(r))).collect();
    html! {
        form method="post" action=(opened.path(CasePage::Notes)) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { size: Size::S, rows: 4, ..Textarea::new("text", "Write a note").with(form) }))
            (in_danger())
            (radios(&Choices { size: Size::S, small: true, hint: Some("A note for yourself is never shown to anyone else."), ..Choices::new("read-by", "Who can read it?", choices).with(form) }))
            (button(&Button::submit("Keep the note")))
        }
    }
}
