//! The people around the person: who is in the circle, how the person
//! communicates, what was agreed to.

mod answers;
mod confirm;
mod consent;
mod member;
mod sharing;
mod sign_in;
mod words;

pub(crate) use confirm::questions;
pub(crate) use member::sees_and_helps;

use crate::address::{Address as _, CasePage, CasePost, MemberPost};
use crate::case_page::{At, Opened, is_family};
use crate::components::{
    Button, Colour, Column, Row, RowLink as Link, SummaryList, Table, Tag, button, cell, inset_text,
    nothing_yet, own_words, page_heading, summary_list, table, tag, typed, warning_callout,
};
use crate::form::capital;
use crate::routes::{Door, Routes};
use crate::{Answer, Me, voice};
use axum::extract::Query;
use domain::access::Action;
use domain::case::circle::{self, ConsentAbout, ConsentState, ContactPreference, Member};
use domain::case::{CaseRole, Voice};
use domain::dates::{long, moment};
use domain::{CaseId, MemberId};
use maud::{Markup, html};
use service::Seen;
use service::circle::Confirmers;
use std::collections::{BTreeSet, HashMap};
use strum::VariantArray;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/people", Door::Case(Action::SeePeople), show);
    member::declare(routes);
    answers::declare(routes);
    words::declare(routes);
    consent::declare(routes);
    sharing::declare(routes);
}

async fn show(me: Me, At(id): At<CaseId>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let opened = me.open(id, Action::SeePeople, "people").await?;
    let who = confirm::who_can(&opened).await?;
    let told = confirm::who_is_told(&who);
    let asked = format!("It waits until somebody else has confirmed it. {told}");
    let joined =
        format!("They are in the circle, and wait to be confirmed. Until then nothing counts. {told}");
    let flash = match query.get("done").map(String::as_str) {
        Some("joined") => Some("They are in the circle now."),
        Some("invited") => Some("We have sent them a link to set up their own sign-in."),
        Some("joined-to-confirm") => Some(joined.as_str()),
        Some("asked") => Some(asked.as_str()),
        Some("confirmed") => Some("It is confirmed, and counts from now on."),
        Some("turned-down") => Some("It is turned down. Whoever asked for it is told."),
        Some("said-no") => Some("You said no. Nothing changes. Whoever asked for it is told."),
        Some("taken-back") => Some("It is taken back, and nobody has to confirm it."),
        Some("ended") => Some("It has ended. They and the person are told."),
        Some("invited-again") => Some("The invitation is on its way again. The link before works no more."),
        Some("put-right") => Some(
            "We have sent a link to the new address. The one that went to the old address works no more.",
        ),
        Some("kept") => Some("It is on the record that it is right. They sign in as before."),
        Some("no-more") => {
            Some("They cannot sign in any more. The person is told, and they are if they had signed in.")
        }
        Some("left") => Some("They have left the circle. What they said stays."),
        Some("contact") => Some("We will get in touch in that way."),
        Some("footing") => Some("It is on the record."),
        Some("words") => Some("Everyone who works with the person sees this now."),
        Some("consent") => Some("It is on the record, and counts from now on."),
        Some("withdrawn") => Some("It is withdrawn, and counts from now on."),
        _ => None,
    };
    let gone = me.web().app.who_signs_in_no_more(opened.seen.case.clone()).await?;
    let content = content(&opened, &who, &gone);
    Ok(opened.page(title(&opened.seen), flash, &content))
}

fn title(seen: &Seen) -> &'static str {
    if is_family(&seen.roles) { "My people" } else { "People" }
}

/// Where a form about somebody in the circle is sent.
fn to_member(case: CaseId, who: MemberId, post: MemberPost) -> String {
    CasePost::Member(Voice::Member(who), post).of(case).path()
}

/// Where the page of the person or of somebody in the circle is.
fn page_of(case: CaseId, who: Voice) -> String {
    CasePage::Member(who).of(case).path()
}

fn content(opened: &Opened, who: &[(u64, Confirmers)], gone: &BTreeSet<MemberId>) -> Markup {
    let case = opened.case();
    let may = |action| opened.may(action);
    let own = voice::is_the_person(case, opened.me.actor.account);
    html! {
        (page_heading(case.person_name(), title(&opened.seen)))
        (communication(opened, may(Action::DescribeCommunication)))
        h2 { @if own { "Contacting you" } @else { "Contacting " (case.person_name()) } }
        (contact_of(&opened.seen, Voice::Person))
        @if opened.me.actor.may_say_contact(case, Voice::Person) {
            p { a href=(page_of(case.id, Voice::Person)) { "Say how to get in touch with " @if own { "you" } @else { (case.person_name()) } } }
        }
        h2 { "In the circle" }
        (confirm::in_short(opened, who))
        (sign_in::in_short(&opened.seen))
        (members(opened, gone))
        @if may(Action::AddMember) { (button(&Button { look: crate::components::Look::Secondary, ..Button::to("Add someone", &CasePage::NewMember.of(case.id).path()) })) }
        (left(&opened.seen))
        (crate::team::way_there(opened))
        h2 { @if own { "What you have agreed to" } @else { "What " (case.person_name()) " has agreed to" } }
        (consents(opened))
        p { a href=(CasePage::Sharing.of(case.id).path()) { "Who sees what" } }
        (crate::rights::way_there(opened))
    }
}

/// How the person says yes and no, first of all: everyone reads it before a
/// meeting (CC-14).
fn communication(opened: &Opened, may_change: bool) -> Markup {
    let case = opened.case();
    let name = case.person_name();
    let own = voice::is_the_person(case, opened.me.actor.account);
    let how = if own { "How you communicate".to_owned() } else { format!("How {name} communicates") };
    html! {
        h2 { (how) }
        @match &case.circle.communication {
            None => (nothing_yet("Nobody has described this yet. Everyone has a way of saying what they want.")),
            Some(words) => {
                (summary_list(&SummaryList::new(
                    [words.yes.as_ref().map(|yes| ("Yes", yes)), words.no.as_ref().map(|no| ("No", no))]
                        .into_iter().flatten()
                        .map(|(what, how)| Row::html(what, typed(how.as_str()))).collect(),
                )))
                (own_words(words.how.as_str(), ""))
                @if let Some(helps) = &words.helps { p { strong { "What helps: " } (typed(helps.as_str())) } }
                p class="nhsuk-body-s" { "Written on " (moment(words.at)) ". Earlier descriptions are in the history." }
            },
        }
        @for wrong in &case.circle.wrong_records {
            (inset_text(&html! {
                p { strong { "This was written about " (if own { "you" } else { name }) " and is not so: " } (typed(wrong.said.as_str())) }
                p class="nhsuk-body-s" {
                    @if let Some(by) = &wrong.by { "Written by " (by) ". " }
                    "Put right on " (moment(wrong.at)) "."
                }
            }))
        }
        @if may_change { p { a href=(CasePage::Communication.of(case.id).path()) { "Describe how " @if own { "you communicate" } @else { (name) " communicates" } } } }
    }
}

/// How somebody wants to be contacted; staff see at once where only one way is fine.
fn contact_of(seen: &Seen, voice: Voice) -> Markup {
    let found = seen.case.circle.contact.iter().find(|(who, _)| *who == voice).map(|(_, p)| p);
    html! {
        @match found {
            None => p { "Nothing said yet." },
            Some(preference) if preference.only && !is_family(&seen.roles) => {
                (warning_callout(&format!("Contact by {} only", ways(preference)), 3, &preference_words(preference)))
            },
            Some(preference) => {
                p { (capital(&ways(preference))) @if preference.only { strong { ", and in no other way" } } "." }
                (preference_words(preference))
            },
        }
    }
}

fn ways(preference: &ContactPreference) -> String {
    let ways: Vec<&str> = preference.by.iter().map(|by| by.words()).collect();
    ways.join(" or ")
}

fn preference_words(preference: &ContactPreference) -> Markup {
    html! {
        @if let Some(details) = &preference.details { p { (typed(details.as_str())) } }
        @if let Some(when) = &preference.when { p { "When: " (typed(when.as_str())) } }
    }
}

/// Whether somebody of the circle can sign in, in words.
fn signs_in(member: &Member, gone: &BTreeSet<MemberId>) -> &'static str {
    if gone.contains(&member.id) {
        "No, not any more"
    } else if member.account.is_some() {
        "Yes"
    } else {
        "Not yet"
    }
}

fn members(opened: &Opened, gone: &BTreeSet<MemberId>) -> Markup {
    let case = opened.case();
    let changes = [Action::AddMember, Action::DescribeCommunication, Action::Decide, Action::ConfirmSpeaker]
        .into_iter()
        .any(|action| opened.may(action));
    let rows = case.circle.present().map(|member| {
        vec![
            html! { div {
                @if changes { a href=(page_of(case.id, Voice::Member(member.id))) { (member.name) } } @else { (member.name) }
                br; span class="nhsuk-body-s" { (member.relation) }
            } },
            cell(member.role.words()),
            speaks(&opened.seen, member),
            contact_in_short(&opened.seen, member),
            cell(signs_in(member, gone)),
        ]
    });
    let columns =
        ["Name", "Place", "Speaks for the person", "Contact", "Can sign in"].map(Column::text).to_vec();
    table(&Table { first_names_row: true, ..Table::new("", columns, rows.collect()) })
}

fn speaks(seen: &Seen, member: &Member) -> Markup {
    let waits =
        seen.case.circle.waiting_for(member.id).any(|p| matches!(p.what, circle::Proposed::Speaks { .. }));
    let was_turned_down = member.speaks.is_empty()
        && seen
            .case
            .circle
            .turned_down_for(member.id)
            .any(|p| matches!(p.what, circle::Proposed::Speaks { .. }));
    html! {
        @if member.role == CaseRole::Person { "For themselves" }
        @else if waits { (tag(&Tag::new("waits to be confirmed", Colour::Orange))) }
        @else if was_turned_down { (tag(&Tag::new("turned down", Colour::Grey))) }
        @else if member.speaks.is_empty() { "No" }
        @for one in &member.speaks { p { (capital(&one.words())) } }
    }
}

fn contact_in_short(seen: &Seen, member: &Member) -> Markup {
    let voice = if member.role == CaseRole::Person { Voice::Person } else { Voice::Member(member.id) };
    let found = seen.case.circle.contact.iter().find(|(who, _)| *who == voice).map(|(_, p)| p);
    html! {
        @if let Some(preference) = found {
            (capital(&ways(preference))) @if preference.only { " " (tag(&Tag::new("only", Colour::Orange))) }
        } @else { "Nothing said yet" }
    }
}

fn left(seen: &Seen) -> Markup {
    let gone: Vec<&Member> = seen.case.circle.members.iter().filter(|m| m.left.is_some()).collect();
    html! {
        @if !gone.is_empty() {
            p class="nhsuk-body-s" {
                "Were in it before: "
                @for (place, member) in gone.iter().enumerate() {
                    @if place > 0 { "; " }
                    (member.name) ", " (member.relation)
                    @if let Some(left) = &member.left { " (until " (long(domain::dates::london(left.at))) ")" }
                }
                "."
            }
        }
    }
}

fn consents(opened: &Opened) -> Markup {
    let case = opened.case();
    // Who helps is asked about by name now; what was said before stays to be read.
    let is_asked = |about: &&ConsentAbout| {
        **about != ConsentAbout::SharingWithSupporters || case.circle.consent_to(**about).is_some()
    };
    let rows = ConsentAbout::VARIANTS.iter().filter(is_asked).map(|about| {
        let found = case.circle.consent_to(*about);
        let state = match found.map(|c| c.state) {
            Some(ConsentState::Given) => html! { (tag(&Tag::new("Agreed", Colour::Green))) },
            Some(ConsentState::Refused) => html! { (tag(&Tag::new("Said no", Colour::Grey))) },
            Some(ConsentState::Withdrawn) => html! { (tag(&Tag::new("Withdrawn", Colour::Grey))) },
            // The offer was the same question, and has its answer.
            None if *about == ConsentAbout::TakingPart && case.offer.is_accepted() => {
                html! { "Said yes to the offer" }
            }
            None => html! { "Not asked yet" },
        };
        let more = found.map(|c| {
            let who = case.circle.whose(c.voice, c.recorded_by);
            html! {
                (who) ", " (moment(c.at)) ": " (typed(c.how.as_str()))
                @if case.circle.taken_back().any(|about| about == c.about) {
                    br; "The care co-ordinator talks with " (case.person_name()) " about what happens now, and then writes down here what was decided."
                }
            }
        });
        let mut row =
            Row::html(capital(about.words()), html! { (state) @if let Some(more) = more { p { (more) } } });
        if opened.may(about.decided_by()) {
            let href = CasePage::Consent(*about).of(case.id).path();
            row = row.action(Link::new(href, "Change", about.words()));
        }
        row
    });
    summary_list(&SummaryList::new(rows.collect()))
}
