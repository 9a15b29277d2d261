//! Everything that is held about the person: asked for, looked through where
//! something was said in confidence, and fetched.

mod look;
mod time;

use crate::address::{Address as _, CasePage, CasePost};
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Details, Row, SummaryList, button, details, inset_text, nothing_yet, own_words, page_heading,
    summary_list,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, Me, voice};
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse as _;
use domain::access::Action;
use domain::case::circle::{self, Matter};
use domain::case::rights::{Made, Passage, Request};
use domain::case::{Case, Voice};
use domain::{Author, CaseId, Date, RequestId, dates};
use maud::{Markup, html};
use service::rate::Rate;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/everything", Door::Case(Action::SeeCopies), show);
    routes.post_at_most(Rate::Paper, "/cases/{id}/everything", Door::Case(Action::AskForCopy), ask);
    routes.post_proved(
        Rate::Paper,
        "/cases/{id}/everything/{request}/fetch",
        Door::Case(Action::FetchCopy),
        fetch,
    );
    look::declare(routes);
    time::declare(routes);
}

fn title(opened: &Opened) -> String {
    if opened.is_family() {
        "Everything we hold about you".to_owned()
    } else {
        format!("Everything we hold about {}", opened.case().person_name())
    }
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeCopies, "everything").await?;
    let flash = match query.as_deref() {
        Some("done=asked") => Some("It is asked for. We write to you when it is ready."),
        Some("done=given") => Some("It will be in the copy."),
        Some("done=kept-out") => Some("It stays out of the copy, and your reason is in it."),
        Some("done=time") => Some("It is on the record, and they are told."),
        _ => None,
    };
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    voice::default_among(&mut form, opened.case(), me.actor.account, |v| decides(opened.case(), v));
    Ok(opened.page(&title(&opened), flash, &content(&opened, &form)))
}

/// Who asks for a copy: whoever decides about sharing information.
fn decides(case: &Case, voice: Voice) -> bool {
    circle::may_decide(case, voice, Matter::Sharing)
}

async fn ask(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AskForCopy, "everything").await?;
    let request: RequestId = form.key(me.web().app.id());
    if let Some(voice) = voice::read_decider(&mut form, "who asks for it") {
        let asked = me.web().app.ask_for_copy(&me.actor, id, request, voice).await;
        if form.accepted(asked)?.is_some() {
            return Ok(opened.go(CasePage::Everything, "asked"));
        }
    }
    Ok(opened.again(&title(&opened), &content(&opened, &form)))
}

/// A copy, to be saved. Whoever asks has just shown that it is them.
async fn fetch(me: Me, At((id, request)): At<(CaseId, RequestId)>, mut form: Form) -> Answer {
    let fetched = me.web().app.fetch_copy(&me.actor, id, request).await;
    let Some(copy) = form.accepted(fetched)? else {
        let opened = me.open(id, Action::FetchCopy, "everything").await?;
        return Ok(opened.again(&title(&opened), &content(&opened, &form)));
    };
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let reference: String = copy.reference.chars().filter(plain).collect();
    let name = format!("attachment; filename=\"everything-{reference}-{}.zip\"", copy.made);
    let headers = [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, copy.bytes).into_response())
}

// ---- the page

fn content(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let is_waiting = case.rights.in_the_way(opened.seen.today).is_some();
    html! {
        (form.error_summary())
        (page_heading(if opened.is_family() { "" } else { case.person_name() }, &title(opened)))
        @if opened.is_family() {
            p { "You can have a copy of all that is written down about you here: your answers, your plan, your money, letters, files, and who looked at it." }
            p { "You get a page to read, a paper to print, and data that another computer program can read." }
        } @else {
            p { (case.person_name()) " can have a copy of all that is written down. You can ask for it for them. Only they, or somebody who speaks for them about sharing information, can fetch it." }
        }
        @if case.rights.requests.is_empty() { (nothing_yet("No copy has been asked for yet.")) }
        @for request in case.rights.requests.iter().rev() { (one(opened, request)) }
        @if opened.may(Action::AskForCopy) && !is_waiting { (asking(opened, form)) }
    }
}

fn asking(opened: &Opened, form: &Form) -> Markup {
    html! {
        h2 { "Ask for a copy" }
        p { "It is ready in some minutes. If something was said in confidence, somebody looks at that first. The rest does not wait." }
        form method="post" action=(opened.path(CasePage::Everything)) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (voice::ask("Who asks for it?", None, &askers(opened), form))
            (button(&Button::submit("Ask for a copy")))
        }
    }
}

/// Somebody as the circle knows them; "you" to themselves.
fn name_of(opened: &Opened, by: Author) -> &str {
    match by {
        Author::System => "This service",
        Author::Account(account) if account == opened.me.actor.account => "You",
        Author::Public | Author::Account(_) => {
            opened.case().circle.name_of_author(by).unwrap_or("Somebody from the services")
        }
    }
}

/// Who asks for a copy, to be chosen: the person reads "you" of themselves.
fn askers(opened: &Opened) -> Vec<(String, String)> {
    let case = opened.case();
    let mut all = voice::among(case, |voice| decides(case, voice));
    if voice::is_the_person(case, opened.me.actor.account)
        && let Some((_, you)) = all.first_mut()
    {
        "You".clone_into(you);
    }
    all
}

fn one(opened: &Opened, request: &Request) -> Markup {
    let asked = dates::long(dates::london(request.at));
    html! {
        h2 { "Asked for on " (asked) }
        (summary_list(&SummaryList::new(facts(opened, request))))
        @if let Some((why, _)) = &request.time.paused {
            (inset_text(&html! { p { "The time stands still, until this is answered:" } (own_words(why.as_str(), "")) }))
        }
        @if let Some(why) = &request.time.extended {
            (inset_text(&html! { p { "It takes longer:" } (own_words(why.as_str(), "")) }))
        }
        (what_is_in_it(opened, request))
        (next(opened, request))
    }
}

fn facts(opened: &Opened, request: &Request) -> Vec<Row> {
    let case = opened.case();
    let mut rows = vec![
        Row::text("Who asked", case.circle.whose(request.voice, request.by)),
        Row::text("You get it by", dates::long(request.time.due)),
        Row::text("How far it is", how_far(opened, request)),
    ];
    if let (Some(day), open @ 1.., None) = (request.look_by, request.open().count(), &request.made) {
        rows.push(Row::text("Said in confidence", looked_at(opened, day, open)));
    }
    if let Some((made, at)) = &request.made {
        rows.push(Row::text("Made on", dates::moment(*at)));
        let words = match request.ready(opened.seen.today) {
            Some(made) => format!("Until {}", dates::long(made.until)),
            None => format!("It was there until {}. {}", dates::long(made.until), a_new_one(opened)),
        };
        rows.push(Row::text("To be fetched", words));
    }
    for (by, at) in &request.fetched {
        rows.push(Row::text("Fetched", format!("{}, {}", name_of(opened, *by), dates::moment(*at))));
    }
    rows
}

/// How many things somebody looks at first, and by when.
fn looked_at(opened: &Opened, by: Date, open: usize) -> String {
    let what = if open == 1 {
        "1 thing that others said".to_owned()
    } else {
        format!("{open} things that others said")
    };
    if by < opened.seen.today {
        format!("{what}. Somebody was to look at it by {}, and that is late.", dates::long(by))
    } else {
        format!("{what}. Somebody looks at it by {}.", dates::long(by))
    }
}

/// What is in a copy and what is not, why, and when that comes: in one place.
fn what_is_in_it(opened: &Opened, request: &Request) -> Markup {
    let Some((made, at)) = &request.made else { return html! {} };
    let lacks = lacks(opened, request, made);
    html! {
        h3 { "What is in it, and what is not" }
        p {
            "All that was written down up to " (dates::moment(*at)) " is in it: answers, the budget, the plan, decisions, money, files, letters, and who looked. "
            @if lacks.is_empty() && made.is_whole() { strong { "Nothing is left out." } }
            @else { strong { "This is not in it:" } }
        }
        @if !lacks.is_empty() { ul { @for one in &lacks { li { (one) } } } }
        (decided(opened, request))
        (details(&Details::new("Check that the file is the one we made", html! {
            p { "Every copy has a check number. A program that works out “SHA-256” gives the same number for your file, unless somebody changed it:" }
            p { code { (made.sha256) } }
        })))
    }
}

/// What a copy lacks, a sentence for each: why, and when or how it comes.
fn lacks(opened: &Opened, request: &Request, made: &Made) -> Vec<String> {
    let phone = &opened.seen.framework().phone;
    let things = |n: u64| if n == 1 { "1 thing".to_owned() } else { format!("{n} things") };
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let decided_after = |passage: &&Passage| {
        passage.decided.as_ref().is_some_and(|decided| decided.give && decided.number > made.version)
    };
    let open = count(request.open().count());
    let coming = count(request.passages.iter().filter(decided_after).count());
    let out = |passage: &&Passage| passage.decided.as_ref().is_some_and(|decided| !decided.give);
    let out = count(request.passages.iter().filter(out).count());
    let others = made.left_out.saturating_sub(open + coming + out);
    let mut all = vec![];
    if let (Some(day), true) = (request.look_by, open > 0) {
        let waits = looked_at(opened, day, request.open().count());
        all.push(format!(
            "Said in confidence: {waits} When all is looked at, the copy is made again, and we write to you."
        ));
    }
    if coming > 0 {
        let when = if request.is_being_made() {
            "We are making the copy again, with that in it."
        } else {
            "When the rest is looked at, the copy is made again with that in it."
        };
        all.push(format!("{} said in confidence that you do get. {when}", things(coming)));
    }
    if out > 0 {
        all.push(format!("{} said in confidence that stays out. Why stands below.", things(out)));
    }
    if others > 0 {
        all.push(format!(
            "{} that nobody looks at for this copy. The copy says what it is, and why.",
            things(others)
        ));
    }
    if made.too_large > 0 {
        let files =
            if made.too_large == 1 { "1 file".to_owned() } else { format!("{} files", made.too_large) };
        all.push(format!("{files} too large for a copy. Open the page “Documents”, or ring {phone}."));
    }
    if made.lacks_paper {
        all.push(format!("The paper to print: it could not be made. You can print the page that is in the copy, or ask for a new copy. To talk about it, ring {phone}."));
    }
    all
}

/// What can be done about a copy that is not there any more.
fn a_new_one(opened: &Opened) -> String {
    match opened.case().rights.in_the_way(opened.seen.today) {
        None => "You can ask for a new one".to_owned(),
        Some(first) if first.time.paused.is_some() => "You get a new one when the time goes on".to_owned(),
        Some(first) => format!("You get a new one by {}", dates::long(first.time.due)),
    }
}

/// The steps of a request: which of them it has come to.
fn how_far(opened: &Opened, request: &Request) -> &'static str {
    let is_open = request.open().next().is_some();
    let is_newest = opened.case().rights.is_newest(request.id);
    match (&request.made, is_open) {
        (Some(_), true) if !is_newest => "A newer copy was asked for. What is left is looked at for that one",
        (Some(_), true) if !request.is_in_the_way(opened.seen.today) => {
            "Step 2 of 3: we are late. Not all was looked at in time. You can ask for a new copy"
        }
        (None, _) => "Step 1 of 3: we are putting it together. Look again in a minute",
        (Some(_), true) => "Step 2 of 3: a copy is ready. It lacks what somebody still looks at",
        (Some(_), false) if request.is_being_made() => {
            "Step 2 of 3: all was looked at, and we are putting the copy together again"
        }
        (Some((made, _)), false) if !made.is_whole() => {
            "Step 3 of 3: the copy is ready. Not everything is in it"
        }
        (Some(_), false) => "Step 3 of 3: all of it is ready",
    }
}

/// What became of what was said in confidence. Why something is given is for
/// those who decide.
fn decided(opened: &Opened, request: &Request) -> Markup {
    let all: Vec<(&Passage, bool, &str, String)> = request
        .passages
        .iter()
        .filter_map(|passage| {
            let decided = passage.decided.as_ref()?;
            let who = format!("{}, {}", name_of(opened, decided.by), dates::moment(decided.at));
            Some((passage, decided.give, decided.why.as_str(), who))
        })
        .collect();
    html! {
        @if !all.is_empty() {
            h3 { "What was looked at" }
            ul {
                @for (passage, given, why, who) in all {
                    li {
                        (passage.found.what.words()) ": " strong { @if given { "it is given" } @else { "it stays out" } } ". " (who) "."
                        @if !given { (own_words(why, "")) }
                    }
                }
            }
        }
    }
}

fn next(opened: &Opened, request: &Request) -> Markup {
    let id = opened.case().id;
    let is_newest = opened.case().rights.is_newest(request.id);
    html! {
        @if opened.may(Action::FetchCopy) && request.ready(opened.seen.today).is_some() {
            form method="post" action=(CasePost::FetchCopy(request.id).of(id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                (button(&Button::submit("Fetch the copy")))
            }
            p { "We ask you to show that it is you. Each time it is fetched we write to you." }
        }
        @if opened.may(Action::LookThrough) && request.open().next().is_some() && is_newest {
            p { a href=(opened.path(CasePage::LookThrough(request.id))) { "Look at what was said in confidence" } }
        }
        @if opened.may(Action::KeepTheTime) && !request.is_answered() && is_newest {
            p { a href=(opened.path(CasePage::CopyTime(request.id))) { "Change the time for the answer" } }
        }
    }
}
