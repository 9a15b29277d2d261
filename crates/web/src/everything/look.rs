//! Somebody looks at what was said in confidence, one thing after another, and
//! decides whether the person gets it.

use crate::address::{Address as _, CasePage};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Row, SummaryList, Textarea, button, hidden, nothing_yet, own_words,
    page_heading, radios, summary_list, textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::{Answer, Me};
use domain::access::Action;
use domain::{CaseId, RequestId, dates};
use maud::{Markup, html};
use service::everything::Passage;

pub fn declare(routes: &mut Routes) {
    let door = Door::Case(Action::LookThrough);
    routes.get("/cases/{id}/everything/{request}/look", door, show);
    routes.post("/cases/{id}/everything/{request}/look", door, decide);
}

const TITLE: &str = "Said in confidence";

/// What is still to be looked at, as this reader sees it.
struct Looking {
    opened: Opened,
    request: RequestId,
    passages: Vec<Passage>,
}

impl Looking {
    async fn of(me: &Me, id: CaseId, request: RequestId) -> Answer<Self> {
        let (seen, passages) = me.web().app.passages(&me.actor, id, request).await?;
        Ok(Self { opened: Opened::of(me, seen, "everything"), request, passages })
    }

    /// The one that was sent, if it is still there to be decided about by this
    /// reader, or else the next.
    fn shown(&self, form: &Form) -> Option<&Passage> {
        let theirs = || self.passages.iter().filter(|passage| passage.said.is_some());
        let sent = form.text("passage").parse::<u64>().ok();
        theirs().find(|passage| Some(passage.found.seq) == sent).or_else(|| theirs().next())
    }
}

async fn show(me: Me, At((id, request)): At<(CaseId, RequestId)>) -> Answer {
    let looking = Looking::of(&me, id, request).await?;
    Ok(looking.opened.page(TITLE, None, &content(&looking, &Form::empty())))
}

async fn decide(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let looking = Looking::of(&me, id, request).await?;
    let seq = form.text("passage").parse::<u64>().ok();
    let give = form.yes_no("give", "whether they get it");
    let why = form.prose("why", "why");
    if let (Some(seq), Some(give), Some(why)) = (seq, give, why) {
        let decided = me.web().app.decide_on_passage(&me.actor, id, (request, seq), (give, why)).await;
        if form.accepted(decided)?.is_some() {
            let done = if give { "given" } else { "kept-out" };
            return Ok(looking.opened.go(CasePage::Everything, done));
        }
    } else if seq.is_none() {
        form.wrong::<()>("passage", "Open this page again: we could not tell what you looked at");
    }
    // Somebody else may have decided meanwhile.
    let looking = Looking::of(&me, id, request).await?;
    Ok(looking.opened.again(TITLE, &content(&looking, &form)))
}

fn content(looking: &Looking, form: &Form) -> Markup {
    let opened = &looking.opened;
    let others = looking.passages.iter().filter(|passage| passage.said.is_none());
    let others: Vec<&Passage> = others.collect();
    html! {
        (form.error_summary())
        (page_heading(opened.case().person_name(), TITLE))
        p { (opened.case().person_name()) " asked for a copy of everything. This was said in confidence, so look at it first." }
        p { "They have a right to what is about them. Keep something out only if it would harm somebody, or is about another person who has not agreed and it would not be fair to them. What a colleague wrote in their work is no reason by itself." }
        @match looking.shown(form) {
            Some(passage) => (deciding(looking, passage, form)),
            None => {
                (nothing_yet("There is nothing here for you to decide."))
                @if !form.text("why").is_empty() { (own_words(form.text("why"), "What you wrote, which is not kept")) }
            },
        }
        @for passage in others {
            p {
                (passage.found.what.words()) ": only " (passage.by_name)
                @if passage.can_be_decided { " can decide about it." } @else { " could decide about it, and cannot any more. It stays out, and holds nothing up." }
            }
        }
        p { a href=(opened.path(CasePage::Everything)) { "Back to the copies" } }
    }
}

fn deciding(looking: &Looking, passage: &Passage, form: &Form) -> Markup {
    let opened = &looking.opened;
    let left = looking.passages.len();
    let mut rows = vec![
        Row::text("What it is", passage.found.what.words()),
        Row::text("Written by", format!("{}, {}", passage.by_name, dates::moment(passage.at))),
    ];
    if let Some(said) = &passage.said {
        rows.extend(said.detail.iter().map(|(label, words)| Row::html(label.as_str(), typed(words))));
    }
    let page = CasePage::LookThrough(looking.request).of(opened.case().id).path();
    let choices = vec![Choice::new("yes", "Yes, give it"), Choice::new("no", "No, keep it out")];
    html! {
        @if left > 1 { p { (left) " are left." } }
        (summary_list(&SummaryList::new(rows)))
        form method="post" action=(page) novalidate {
            (csrf_field(&opened.me.csrf))
            (hidden("passage", &passage.found.seq.to_string()))
            (radios(&Choices::new("give", "Do they get it?", choices).with(form)))
            (textarea(&Textarea { rows: 4, hint: Some("If you keep it out, they read this. Name nobody in it."), ..Textarea::new("why", "Why?").with(form) }))
            (button(&Button::submit("Decide")))
        }
    }
}
