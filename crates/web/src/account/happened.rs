//! What happened with somebody's own sign-in, in plain words.

use super::shell;
use crate::address::{AccountPage, Address as _, Place as Page};
use crate::components::nothing_yet;
use crate::error_page::Answer;
use crate::form::Form;
use crate::money::frame::older;
use crate::page::page;
use crate::security::{place_text, read_place};
use crate::{Door, Me, Routes};
use axum::extract::RawQuery;
use domain::security::Kind;
use domain::{Date, dates};
use maud::{Markup, html};
use service::security_log::{SecurityEvent, Shown};

pub fn declare(routes: &mut Routes) {
    routes.get("/account/happened", Door::SignedIn, show);
}

async fn show(me: Me, RawQuery(raw): RawQuery) -> Answer<Markup> {
    let asked = Form::parse(raw.unwrap_or_default().as_bytes());
    let before = read_place(asked.text("before"));
    let found = me.web().app.own_security(me.actor.account, before).await?;
    let here = Page::Account(AccountPage::Happened);
    let next = found.older.map(|place| here.with("before", &place_text(place)));
    let newest = before.map(|_| here.path());
    let mut shell = shell(&me.visit, Some(&me), "What happened with your sign-in", &Form::empty());
    shell.back = Some((Page::Account(AccountPage::Overview).path(), "Back to your account".into()));
    Ok(page(
        &shell,
        html! {
            h1 { "What happened with your sign-in" }
            p { "When you signed in, what did not work, and what was changed. Nobody else sees this page. Those who run this service, and those who check it, can see these events too. They look at them to keep you safe." }
            (if_it_was_not_you())
            (days(&found.events))
            @if found.events.is_empty() { (nothing_yet("Nothing yet.")) }
            (older(newest.as_deref(), next.as_deref()))
        },
    ))
}

/// What to do about something that one does not know.
pub(super) fn if_it_was_not_you() -> Markup {
    html! {
        p { "If something here was not you: "
            a href=(Page::Account(AccountPage::Passphrase).path()) { "change your passphrase" }
            ". That signs you out everywhere else. Then "
            a href=(Page::Contact.path()) { "tell us" } "." }
    }
}

/// Events of one day that read the same.
struct Group<'e> {
    day: Date,
    words: String,
    events: Vec<&'e SecurityEvent>,
}

fn groups(events: &[Shown]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = vec![];
    for Shown { event, .. } in events {
        let (day, words) = (dates::london(event.at), words(event));
        match groups.iter_mut().rev().take_while(|group| group.day == day).find(|group| group.words == words)
        {
            Some(group) => group.events.push(event),
            None => groups.push(Group { day, words, events: vec![event] }),
        }
    }
    groups
}

/// The events by day, those alike together.
pub(super) fn days(events: &[Shown]) -> Markup {
    let mut days: Vec<(Date, Vec<Group<'_>>)> = vec![];
    for group in groups(events) {
        match days.last_mut() {
            Some((day, all)) if *day == group.day => all.push(group),
            _ => days.push((group.day, vec![group])),
        }
    }
    html! {
        @for (day, groups) in &days {
            section aria-labelledby={ "day-" (day) } {
                h2 class="nhsuk-heading-s" id={ "day-" (day) } { (dates::long(*day)) }
                ul class="nhsuk-list nhsuk-list--bullet" { @for group in groups { li { (line(group)) } } }
            }
        }
    }
}

fn line(group: &Group<'_>) -> Markup {
    let times: u64 = group.events.iter().map(|event| event.times).sum();
    let time = |at| {
        let moment = dates::moment(at);
        moment.rsplit_once(" at ").map_or(moment.clone(), |(_, time)| time.to_owned())
    };
    let first = group.events.iter().map(|event| event.at).min();
    let last = group.events.iter().map(|event| event.last_at).max();
    html! {
        (group.words)
        @if let (Some(first), Some(last)) = (first, last) {
            @if times > 1 { ", " (times) " times, last at " (time(last)) } @else { ", at " (time(first)) }
        }
    }
}

/// One event as its owner reads it, with the browser it came from.
fn words(event: &SecurityEvent) -> String {
    let words = plain_words(event);
    if event.browser.is_empty() { words.to_owned() } else { format!("{words} ({})", event.browser) }
}

fn plain_words(event: &SecurityEvent) -> &'static str {
    match (event.kind, event.detail.as_str()) {
        (Kind::SignedIn, "link") => "You signed in by a link from a letter",
        (Kind::SignedIn, "code" | "passkey" | "new-step") => "You signed in, with your second step",
        (Kind::SignedIn, _) => "You signed in",
        (Kind::PassphraseRight, _) => "Your passphrase was given, and the second step was still to come",
        (Kind::SignInFailed, "again") => "You were asked for your passphrase again, and it was not right",
        (Kind::SignInFailed, _) => "Somebody tried to sign in as you, and it did not work",
        (Kind::ToldToWait, _) => "Somebody tried too often to sign in as you, and was told to wait",
        (Kind::SignedOut, _) => "You signed out",
        (Kind::SessionEnded, "by-administrator") => "Those who run the service signed you out everywhere",
        (Kind::SessionEnded, "all-others") => "You signed out everywhere else",
        (Kind::SessionEnded, "one-other") => "You signed out in another place",
        (Kind::SessionEnded, "too-many") => "Your oldest sign-in was ended, since you had too many at once",
        (Kind::SessionEnded, _) => "Your other sign-ins were ended, since how you sign in was changed",
        (Kind::SessionRanOut, _) => "A sign-in ended by itself, since nobody used it any more",
        (Kind::StepGiven, "printed-code") => "One of your printed codes was used",
        (Kind::StepGiven, _) => "You showed again that it is you",
        (Kind::StepFailed, _) => "A second step was given, and it was not right",
        (Kind::StepSetUp, "printed-codes") => "You made printed codes",
        (Kind::StepSetUp, _) => "You set up a second step",
        (Kind::StepTakenAway, _) => "A second step of yours was taken away",
        (Kind::StepLost, "asked") => "It was asked to take your second step away, since it is lost",
        (Kind::StepLost, "stopped") => "It was stopped that your second step is taken away",
        (Kind::StepLost, _) => "It was agreed that your lost second step is taken away",
        (Kind::PassphraseChanged, "first") => "You chose your passphrase",
        (Kind::PassphraseChanged, "link-asked-for") => "Somebody asked for a link to choose a new passphrase",
        (Kind::PassphraseChanged, _) => "Your passphrase was changed",
        (Kind::LinkUsed, _) => "A link from a letter to you was used",
        (Kind::AccountChanged, "opened") => "Your account was opened",
        (Kind::AccountChanged, "invited") => "You were invited",
        (Kind::AccountChanged, "renamed") => "Your name was changed",
        (Kind::AccountChanged, "closed") => "Your account was closed",
        (Kind::AccountChanged, "reopened") => "Your account was opened again",
        (Kind::PostGiven, _) => "You were given a post",
        (Kind::PostEnded, _) => "A post of yours was ended",
        (Kind::TakenOut, "paper") => "You downloaded a paper",
        (Kind::TakenOut, "copy-of-everything") => "You downloaded a copy of everything",
        (Kind::TakenOut, _) => "You downloaded a file",
        (kind, _) => kind.words(),
    }
}
