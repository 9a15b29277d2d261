//! What waits to be confirmed of somebody in the circle: on what footing they
//! speak for the person, and which address is theirs. A second one confirms it
//! with what they saw, or says no; whoever asked can take it back.

use super::{page_of, to_member};
use crate::address::MemberPost;
use crate::case_page::Opened;
use crate::components::{
    Button, Choice, Choices, DateInput, Details, Look, Textarea, button, checkboxes, date_input, details,
    hidden, inset_text, textarea, typed,
};
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::voice::is_the_person;
use crate::{ErrorPage, Me};
use domain::access::Action;
use domain::case::circle::{self, Member, Proposed};
use domain::case::{CaseRole, Voice};
use domain::dates::moment;
use domain::{Author, CaseId};
use maud::{Markup, html};
use service::circle::{Confirmers, Waiting};

/// What waits for somebody, as this reader sees it.
pub(super) async fn load(opened: &Opened, who: Voice) -> Result<Vec<Waiting>, ErrorPage> {
    let Voice::Member(member) = who else { return Ok(vec![]) };
    Ok(opened.app().waiting_of(&opened.me.actor, opened.seen.case.clone(), member).await?)
}

/// What it means that something waits, in one sentence.
fn meaning(member: &Member) -> &'static str {
    if member.place().is_none() || member.role == CaseRole::Person {
        "Until it is confirmed, they see nothing here and decide nothing."
    } else {
        "Until it is confirmed, nothing changes for them."
    }
}

/// What waits, for everyone who can see the circle: with by whom and since when.
pub(super) fn in_short(opened: &Opened, who: &[(u64, Confirmers)]) -> Markup {
    let case = opened.case();
    html! {
        @for member in case.circle.present() {
            @let waiting: Vec<_> = case.circle.waiting_for(member.id).collect();
            @let is_of = |number: u64, member: &Member| case.circle.proposal(number).is_some_and(|p| p.member == member.id);
            @if !waiting.is_empty() {
                (inset_text(&html! {
                    p { strong { "Waits to be confirmed: " } a href=(page_of(case.id, Voice::Member(member.id))) { (member.name) } }
                    @for proposal in waiting {
                        p {
                            @if is_the_person(opened.case(), opened.me.actor.account) && circle::may_answer(case, opened.me.actor.account, proposal).is_ok() {
                                (proposal.question(member.name.as_str(), None)) " Asked for"
                            } @else {
                                (proposal.words(member.name.as_str())) ". Asked for"
                            }
                            @if let Some(by) = proposal.by.account().and_then(|by| case.circle.who_had(by)) { " by " (by.name) }
                            " on " (moment(proposal.at)) "."
                        }
                    }
                    p { (meaning(member)) }
                    @for (_, can) in who.iter().filter(|(number, _)| is_of(*number, member)) {
                        @if can.asked().is_empty() { p { strong { (NOBODY_CAN) } } } @else { p { "It waits for " (can_be(can)) "." } }
                    }
                }))
            }
        }
    }
}

/// Where it waits for nobody: what to do about it.
const NOBODY_CAN: &str =
    "Nobody can confirm it yet. Add a colleague to the circle. They can confirm it, and we write to them.";

/// Who can confirm each thing that waits in a case.
pub(super) async fn who_can(opened: &Opened) -> Result<Vec<(u64, Confirmers)>, ErrorPage> {
    if opened.case().circle.waiting().next().is_none() {
        return Ok(vec![]);
    }
    Ok(opened.app().waits_in(opened.seen.case.clone()).await?)
}

/// What is said after somebody asked: whether anyone was told. The newest
/// thing that waits is the one that was asked for.
pub(super) fn who_is_told(who: &[(u64, Confirmers)]) -> &'static str {
    match who.iter().max_by_key(|(number, _)| *number).map(|(_, can)| can) {
        Some(can) if can.asked().is_empty() => NOBODY_CAN,
        Some(can) if can.colleagues.is_empty() && !can.commissioners.is_empty() => {
            "We have told the commissioners of the area. They can confirm it."
        }
        _ => "We have told those who can.",
    }
}

/// What the person is asked here, each with the page that asks it: for their
/// first page.
pub(crate) fn questions(opened: &Opened) -> Vec<(String, String)> {
    let case = opened.case();
    if !is_the_person(opened.case(), opened.me.actor.account) {
        return vec![];
    }
    let is_asked = |p: &&circle::Proposal| circle::may_answer(case, opened.me.actor.account, p).is_ok();
    let ask = |p: &circle::Proposal| {
        let name = case.circle.name_of(Voice::Member(p.member)).to_owned();
        (p.question(&name, None), page_of(case.id, Voice::Member(p.member)))
    };
    let mut all: Vec<_> = case.circle.waiting().filter(is_asked).map(ask).collect();
    all.extend(super::sign_in::questions(opened));
    all
}

/// What was turned down of somebody. Why is for whoever asked, and for those
/// who may answer it.
pub(super) fn turned_down(opened: &Opened, member: &Member) -> Markup {
    let case = opened.case();
    let reads_all = opened.may(Action::ConfirmSpeaker);
    html! {
        @for proposal in case.circle.turned_down_for(member.id) {
            @if let Some(no) = &proposal.no {
                (inset_text(&html! {
                    p { strong { "Turned down: " } (proposal.words(member.name.as_str())) "." }
                    @if reads_all || proposal.by == Author::Account(opened.me.actor.account) {
                        p { "Why: " (typed(no.why.as_str())) }
                    }
                    p class="nhsuk-body-s" {
                        @if let Some(by) = no.by.account().and_then(|by| case.circle.who_had(by)) { "By " (by.name) " on " } @else { "On " }
                        (moment(no.at)) ". It can be asked for again."
                    }
                }))
            }
        }
    }
}

fn words(waiting: &Waiting, member: &Member) -> String {
    match (&waiting.proposal.what, &waiting.address) {
        (Proposed::SignIn { .. }, Some(address)) => format!("{} signs in with {address}", member.name),
        _ => waiting.proposal.words(member.name.as_str()),
    }
}

/// What was said when it was asked for.
fn more(waiting: &Waiting) -> Markup {
    html! {
        @match &waiting.proposal.what {
            Proposed::Speaks { footing, about, evidence, matters } => {
                @if footing.decides() {
                    p {
                        strong { "May decide about: " }
                        @match matters {
                            Some(matters) => { (circle::in_words(matters)) }
                            None => { "everything" }
                        }
                    }
                }
                p { "About: " (typed(about.as_str())) }
                @if let Some(evidence) = evidence { p { "Shown by: " (typed(evidence.as_str())) } }
                @if let Some(address) = &waiting.address { p { "They sign in with: " (address) } }
            },
            Proposed::SignIn { how, .. } => p { "How the address is known: " (typed(how.as_str())) },
        }
        p class="nhsuk-body-s" { "Asked for by " (waiting.asked_by) " on " (moment(waiting.proposal.at)) "." }
    }
}

/// The part of somebody's page about what waits for them.
pub(super) fn part(opened: &Opened, member: &Member, all: &[Waiting], form: &Form) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let theirs: Vec<&Waiting> = all.iter().filter(|w| w.may_not.is_none()).collect();
    let own: Vec<&Waiting> = all.iter().filter(|w| w.is_own).collect();
    if is_the_person(opened.case(), opened.me.actor.account) && own.is_empty() && !theirs.is_empty() {
        return html! { @for waiting in theirs { (question(&opened.me, opened.case().id, member, waiting, form)) } };
    }
    let turn_down = to_member(opened.case().id, member.id, MemberPost::TurnDown);
    html! {
        h2 { "Waits to be confirmed" }
        p { (meaning(member)) }
        @for waiting in all {
            (inset_text(&html! { p { strong { (words(waiting, member)) "." } } (more(waiting)) }))
        }
        @if !theirs.is_empty() {
            (confirm_form(opened, member, &theirs, form))
            (turn_down_form(&opened.me, &turn_down, &theirs, form))
        } @else if own.is_empty() {
            p { "You cannot confirm this. Somebody who works with the person does." }
        } @else {
            p { "You asked for this, so somebody else confirms it" (others_who_can(&own)) }
        }
        @if !own.is_empty() {
            form method="post" action=(to_member(opened.case().id, member.id, MemberPost::TakeBack)) novalidate {
                (csrf_field(&opened.me.csrf))
                (numbers(&own))
                (button(&Button::secondary("Take it back")))
            }
        }
    }
}

/// Who else can confirm what the reader asked for.
fn others_who_can(own: &[&Waiting]) -> String {
    let mut all = Confirmers::default();
    for one in own {
        all.person = all.person.or(one.who.person);
        all.colleagues.extend(&one.who.colleagues);
        all.commissioners.extend(&one.who.commissioners);
    }
    let who = can_be(&all);
    if who.is_empty() { format!(". {NOBODY_CAN}") } else { format!(": {who}.") }
}

/// Who can confirm something, by what they are: "the person, or a colleague".
fn can_be(can: &Confirmers) -> String {
    let mut who = vec![];
    if can.person.is_some() {
        who.push("the person");
    }
    if !can.colleagues.is_empty() {
        who.push("a colleague in the circle");
    }
    if !can.commissioners.is_empty() {
        who.push("a commissioner");
    }
    who.join(", or ")
}

/// The same for the person themselves: one press for yes, and one for no.
fn question(me: &Me, case: CaseId, member: &Member, waiting: &Waiting, form: &Form) -> Markup {
    let number = waiting.proposal.number.to_string();
    let (field, turn_down) = (format!("words-{number}"), to_member(case, member.id, MemberPost::TurnDown));
    let address = waiting.address.as_ref().map(AsRef::as_ref);
    let words =
        Textarea { rows: 2, ..Textarea::new(&field, "Do you want to say more? (optional)").with(form) };
    let asked = waiting.proposal.question(member.name.as_str(), address);
    html! {
        h2 { (asked) }
        (more(waiting))
        @if waiting.works_in_the_area {
            p { strong { "They also work for the NHS or the council here." } " If you say yes, they should have nothing to do with you at work." }
        }
        p { "If you do nothing, nothing changes. " (meaning(member)) }
        form method="post" action=(to_member(case, member.id, MemberPost::Confirm)) novalidate {
            (csrf_field(&me.csrf))
            (hidden("confirm", &number))
            (hidden("asked", &number))
            @if waiting.works_in_the_area { (hidden("works-here", "yes")) }
            (textarea(&words))
            div class="nhsuk-button-group" {
                (button(&Button { hidden: Some(&asked), ..Button::submit("Yes") }))
                (button(&Button { formaction: Some(&turn_down), hidden: Some(&asked), ..Button::secondary("No") }))
            }
        }
    }
}

fn numbers(all: &[&Waiting]) -> Markup {
    html! { @for waiting in all { input type="hidden" name="asked" value=(waiting.proposal.number); } }
}

fn confirm_form(opened: &Opened, member: &Member, all: &[&Waiting], form: &Form) -> Markup {
    let is_the_person = is_the_person(opened.case(), opened.me.actor.account);
    let texts: Vec<(String, String)> =
        all.iter().map(|w| (w.proposal.number.to_string(), words(w, member))).collect();
    let choices = texts.iter().map(|(number, text)| Choice::new(number, text)).collect();
    let question = if is_the_person {
        "What do you want to say about it?"
    } else {
        "Which paper did you see, or how did they say so?"
    };
    let hint = if is_the_person {
        "Like: yes, this is my sister, and I want her to speak for me"
    } else {
        "Like: I saw the stamped power of attorney. Or: I rang the number in the notes, and they told me this address. What a colleague told you is not enough"
    };
    html! {
        h3 { "Confirm it" }
        form method="post" action=(to_member(opened.case().id, member.id, MemberPost::Confirm)) novalidate {
            (csrf_field(&opened.me.csrf))
            (checkboxes(&Choices::new("confirm", "What do you confirm?", choices).with(form)))
            (textarea(&Textarea { rows: 3, hint: Some(hint), ..Textarea::new("seen", question).with(form) }))
            @if !is_the_person { (date_input(&DateInput::new("on", "On which day was that?").with(form))) }
            @if all.iter().any(|w| w.works_in_the_area) {
                (checkboxes(&Choices { hint: Some("Nobody should work on both sides. Confirm it only if they will have nothing to do with this person at work"), ..Choices::new("works-here", "This address is of somebody who works in this area", vec![Choice::new("yes", "I know this, and confirm it all the same")]).with(form) }))
            }
            (button(&Button::submit("Confirm")))
        }
    }
}

fn turn_down_form(me: &Me, to: &str, all: &[&Waiting], form: &Form) -> Markup {
    details(&Details {
        open: form.error_for("why-not").is_some(),
        ..Details::new(
            "This is not right",
            html! {
                form method="post" action=(to) novalidate {
                    (csrf_field(&me.csrf))
                    (numbers(all))
                    (textarea(&Textarea { rows: 2, hint: Some("Whoever asked for it reads this"), ..Textarea::new("why-not", "Why is it not right?").with(form) }))
                    (button(&Button { look: Look::Warning, ..Button::submit("Turn it down") }))
                }
            },
        )
    })
}
