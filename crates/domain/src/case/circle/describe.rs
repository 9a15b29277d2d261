//! People and consent, in words.

use super::{ConsentAbout, ContactPreference, Event, sharing};
use crate::case::Voice;
use crate::case::history::{Context, Description, day, said};
use crate::{Date, MemberId};
use std::fmt::Display;

pub(in crate::case) fn describe(event: &Event, cx: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::PersonNamed { name, known_as, born } => said("The person was named")
            .with("Name", name)
            .maybe("Likes to be called", known_as.as_ref())
            .maybe("Born", born.map(day)),
        E::CommunicationDescribed { yes, no, how, helps } => said("How to communicate was described")
            .maybe("Yes", yes.as_ref())
            .maybe("No", no.as_ref())
            .with("How", how)
            .maybe("What helps", helps.as_ref()),
        E::WrongRecordNoted { said: words, by } => said("Something wrong that others wrote was noted")
            .with("They wrote", words)
            .maybe("Who wrote it", by.as_ref()),
        E::ContactPreferred { who, preference } => contact(&cx.name(*who), preference),
        E::MemberJoined { id: _, name, relation, role, account: _, organisation: _ } => {
            said(format!("{name} joined the circle"))
                .with("Who they are", relation)
                .with("Place in the circle", role.words())
        }
        E::MemberInvited { id, account: _ } => said(format!("{} was invited to sign in", name(cx, *id))),
        E::SignInKept { member, seen, on } => {
            let title = format!("It was checked how {} signs in, and it is right", name(cx, *member));
            checked(title, seen, *on)
        }
        E::SignInEnded { member, why } => {
            said(format!("{} does not sign in any more", name(cx, *member))).with("Why", why)
        }
        E::SignInLeftBehind { member } => said(format!(
            "Whoever alone set up that {} can sign in has left. Somebody else checks that it is right",
            name(cx, *member)
        )),
        E::MemberLeft { id, why } => {
            said(format!("{} left the circle", name(cx, *id))).maybe("Why", why.as_ref())
        }
        E::SpeakerRecognised { member, footing, about, evidence } => {
            shown(format!("{} {}", name(cx, *member), footing.words()), about, evidence.as_ref())
        }
        E::MattersNamed { member, footing, matters } => {
            said(format!("What {} may decide about, who {}", name(cx, *member), footing.words()))
                .with("About", super::in_words(matters))
        }
        E::SpeakerProposed { member, footing, about, evidence } => {
            let title = format!("It was asked to confirm that {} {}", name(cx, *member), footing.words());
            shown(title, about, evidence.as_ref())
        }
        E::SignInProposed { member, account: _, how } => {
            said(format!("It was asked to confirm how {} signs in", name(cx, *member)))
                .with("How the address is known", how)
        }
        E::ProposalConfirmed { proposal, seen, on, works_in_the_area } => {
            checked(format!("It was confirmed: {}", proposed(cx, *proposal)), seen, *on)
                .maybe("Also known", works_in_the_area.then_some("They work in this area as well"))
        }
        E::ProposalTurnedDown { proposal, why } => {
            said(format!("It was not confirmed: {}", proposed(cx, *proposal))).with("Why", why)
        }
        E::ProposalTakenBack { proposal } => said(format!("It was taken back: {}", proposed(cx, *proposal))),
        E::SpeakerEnded { member, footing, why } => {
            said(format!("It ended that {} {}", name(cx, *member), footing.words()))
                .maybe("Why", why.as_ref())
        }
        E::ConsentGiven { about, voice, how } => consent("Agreed to", *about, *voice, how),
        E::ConsentRefused { about, voice, how } => consent("Did not agree to", *about, *voice, how),
        E::ConsentWithdrawn { about, voice, how } => consent("No longer agrees to", *about, *voice, how),
        E::NothingSharedYet { member } => said(format!("Nothing is shared with {} yet", name(cx, *member))),
        E::RecordShared { with, parts, until, voice, how } => {
            let who = sharing::who_at(cx.case, *with, cx.seq);
            said(format!("It was said what {who} may see"))
                .by(*voice)
                .list("What is shared", parts.iter().map(|part| part.title().to_lowercase()))
                .with("Until", until.map_or_else(|| "this is changed".to_owned(), day))
                .with("How", how)
        }
        E::SharingEnded { with, voice, how } => {
            let who = sharing::who_at(cx.case, *with, cx.seq);
            said(format!("Nothing is shared with {who} any more")).by(*voice).with("How", how)
        }
    }
}

fn name<'a>(cx: &Context<'a>, member: MemberId) -> &'a str {
    cx.case.circle.member(member).map_or("Someone", |m| m.name.as_str())
}

fn checked(title: String, seen: &impl Display, on: Date) -> Description {
    said(title).with("What was seen, or how it was said", seen).with("When", day(on))
}

fn shown(title: String, about: &impl Display, evidence: Option<&impl Display>) -> Description {
    said(title).with("About", about).maybe("Shown by", evidence)
}

fn consent(title: &str, about: ConsentAbout, voice: Voice, how: &impl Display) -> Description {
    said(format!("{title} {}", about.words())).by(voice).with("How", how)
}

/// What was proposed, by its place on the record.
fn proposed(cx: &Context<'_>, number: u64) -> String {
    let circle = &cx.case.circle;
    circle.proposal(number).map_or_else(
        || "somebody’s place".to_owned(),
        |p| p.words(circle.member(p.member).map_or("someone", |m| m.name.as_str())),
    )
}

fn contact(name: &str, preference: &ContactPreference) -> Description {
    let only = if preference.only { "Only by" } else { "By" };
    said(format!("How to get in touch with {name} was set"))
        .list(only, preference.by.iter().map(|by| by.words().to_owned()))
        .maybe("Details", preference.details.as_ref())
        .maybe("When", preference.when.as_ref())
}
