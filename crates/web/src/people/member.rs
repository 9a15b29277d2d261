//! One place in the circle: adding someone, how to reach them, their own
//! sign-in, on what footing they speak, and leaving.

use super::{confirm, contact_of, sign_in, signs_in};
use crate::address::{Address as _, CasePage, CasePost, MemberPost};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Details, Input, Keyboard, Look, Row, Select, SummaryList, Textarea, button,
    checkboxes, details, input, page_heading, radios, select, summary_list, textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::speaking;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::voice::Said;
use crate::{Answer, ErrorPage, Me};
use domain::access::{self, Action, Facts, Role};
use domain::case::circle::{self, ContactBy, ContactPreference, Footing, Matter, Member, NewMember};
use domain::case::{CaseRole, Voice};
use domain::{AccountId, CaseId, MemberId, Prose};
use maud::{Markup, html};
use service::circle::{Colleague, SignIn, Waiting};
use std::collections::BTreeSet;
use strum::VariantArray;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/people/new", Door::Case(Action::AddMember), new);
    routes.post("/cases/{id}/people", Door::Case(Action::AddMember), add);
    routes.get("/cases/{id}/people/{who}", Door::Case(Action::SeePeople), show);
    routes.post("/cases/{id}/people/{who}/contact", Door::Case(Action::DescribeCommunication), contact);
    routes.post("/cases/{id}/people/{who}/invite", Door::Case(Action::AddMember), invite);
    routes.post("/cases/{id}/people/{who}/footing", Door::Case(Action::Decide), footing);
    routes.post("/cases/{id}/people/{who}/footing-ends", Door::Case(Action::Decide), footing_ends);
    routes.post("/cases/{id}/people/{who}/leave", Door::Case(Action::Decide), leave);
}

pub(super) type Who = At<(CaseId, Said)>;

const ADD: &str = "Add someone";
const ONE: &str = "One of the circle";

async fn new(me: Me, At(id): At<CaseId>) -> Answer {
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    let opened = me.open(id, Action::AddMember, "people").await?;
    let content = add_page(&opened, &form).await?;
    Ok(opened.page(ADD, None, &content))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let member = form.key(me.web().app.id());
    if let Some(new) = read_new(&mut form, member) {
        let waits = new.speaks.as_ref().is_some_and(|speaking| speaking.footing.is_confirmed());
        let done = if waits { "joined-to-confirm" } else { "joined" };
        if form.accepted(me.web().app.add_member(&me.actor, id, new).await)?.is_some() {
            return Ok(answer::see_other(CasePage::People.of(id).done(done)));
        }
    }
    let opened = me.open(id, Action::AddMember, "people").await?;
    let content = add_page(&opened, &form).await?;
    Ok(opened.again(ADD, &content))
}

fn read_new(form: &mut Form, id: MemberId) -> Option<NewMember> {
    let role: Option<CaseRole> = form.choice("role", "their place");
    let relation = form.line("relation", "what they are to the person");
    let role = role?;
    let (name, account) = if role.is_of_a_body() {
        let account: Option<AccountId> = form.optional_choice("colleague", "a colleague from the list");
        if account.is_none() {
            return form.wrong("colleague", "Choose a colleague from the list");
        }
        // Their own name is put in from the list when they are added.
        (form.optional_line("name", "their name").or_else(|| relation.clone()), account)
    } else {
        (form.line("name", "their name"), None)
    };
    let speaks = if role == CaseRole::Representative { speaking::read(form) } else { None };
    if !form.is_ok() {
        return None;
    }
    Some(NewMember { id, name: name?, relation: relation?, role, account, organisation: None, speaks })
}

/// Whether the reader may give places of the NHS and the council.
fn adds_colleagues(opened: &Opened) -> bool {
    opened.may(Action::AddColleague)
}

async fn add_page(opened: &Opened, form: &Form) -> Result<Markup, ErrorPage> {
    let all =
        if adds_colleagues(opened) { opened.app().colleagues_for(opened.case()).await? } else { vec![] };
    Ok(add_form(opened, &all, form))
}

fn add_form(opened: &Opened, all: &[Colleague], form: &Form) -> Markup {
    let case = opened.case();
    let has_person = case.circle.present().any(|m| m.role == CaseRole::Person);
    let hints: Vec<String> = CaseRole::VARIANTS.iter().map(|role| role_hint(*role)).collect();
    let choices = CaseRole::VARIANTS
        .iter()
        .filter(|role| !role.is_of_a_body() || !all.is_empty())
        .filter(|role| **role != CaseRole::Person || !has_person)
        .map(|role| {
            let choice = Choice::new(role.into_str(), role.words()).hint(hints[*role as usize].as_str());
            if *role == CaseRole::Representative {
                choice.reveals(speaking::fields(&circle::footings_to_join(*role), &can_give(opened), form))
            } else {
                choice
            }
        });
    let mut options: Vec<(String, String)> = all
        .iter()
        .map(|colleague| {
            (colleague.account.to_string(), format!("{}, {}", colleague.name, colleague.organisation_name))
        })
        .collect();
    // Somebody with posts in two bodies is one colleague.
    options.dedup_by(|one, other| one.0 == other.0);
    let options: Vec<(&str, &str)> = std::iter::once(("", "Choose"))
        .chain(options.iter().map(|(v, t)| (v.as_str(), t.as_str())))
        .collect();
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), ADD))
        form method="post" action=(CasePage::People.of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (radios(&Choices::new("role", "What is their place?", choices.collect()).with(form)))
            (input(&Input { spellcheck: Some(false), hint: (!all.is_empty()).then_some("Leave this empty for a colleague"), ..Input::new("name", "Their name").with(form) }))
            @if !all.is_empty() {
                (select(&Select {
                    hint: Some("For someone who works for the NHS or the council"),
                    ..Select::new("colleague", "Colleague", &options).with(form)
                }))
            }
            (input(&Input { hint: Some("In their own words: husband, neighbour, district nurse"), width: Some(20), ..Input::new("relation", "What are they to the person?").with(form) }))
            (button(&Button::submit("Add to the circle")))
        }
        p { a href=(CasePage::People.of(case.id).path()) { "Back to people" } }
    }
}

fn role_hint(role: CaseRole) -> String {
    let is_what = match role {
        CaseRole::Person => "So that they can have their own sign-in",
        CaseRole::Representative => "Decides for the person what they cannot decide themselves",
        CaseRole::FamilyCarer => return sees_and_helps(),
        CaseRole::Supporter => {
            "Broker, advocate, peer or friend. Sees the record only while the person agrees"
        }
        CaseRole::CareCoordinator => "Goes with the person from beginning to end",
        CaseRole::Clinician => "A nurse, doctor or therapist close to the person",
        CaseRole::CouncilWorker => "Sees the record only while the person agrees",
    };
    is_what.to_owned()
}

/// What it means that somebody is family or a friend, before they are one.
pub(crate) fn sees_and_helps() -> String {
    let sees = access::sees(Role::Case(CaseRole::FamilyCarer), Facts::default()).words();
    format!("Helps, and decides nothing for the person. Sees {sees}")
}

async fn show(me: Me, At((id, Said(who))): Who) -> Answer {
    let opened = me.open(id, Action::SeePeople, "people").await?;
    let mut form = Form::empty();
    if let Some((_, preference)) = opened.case().circle.contact.iter().find(|(voice, _)| *voice == who) {
        for by in &preference.by {
            form.put("by", by.into_str());
        }
        if preference.only {
            form.put("only", "yes");
        }
        form.put("details", preference.details.as_ref().map_or("", AsRef::as_ref));
        form.put("when", preference.when.as_ref().map_or("", AsRef::as_ref));
    }
    let content = one(&opened, who, &Of::load(&opened, who).await?, &form)?;
    Ok(opened.page(ONE, None, &content))
}

pub(super) async fn finish(
    me: &Me,
    id: CaseId,
    who: Voice,
    done: &str,
    mut form: Form,
    result: Option<crate::visit::Acted>,
) -> Answer {
    if let Some(result) = result
        && form.accepted(result)?.is_some()
    {
        return Ok(answer::see_other(CasePage::People.of(id).done(done)));
    }
    let opened = me.open(id, Action::SeePeople, "people").await?;
    let content = one(&opened, who, &Of::load(&opened, who).await?, &form)?;
    Ok(opened.again(ONE, &content))
}

async fn contact(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let by: Option<Vec<ContactBy>> = form.choices("by", "how to get in touch");
    let details = form.optional_line("details", "where to reach them");
    let when = form.optional_line("when", "when suits them");
    let only = form.ticked("only");
    let (Some(by), true) = (by, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let preference = ContactPreference { by, only, details, when };
    let result = me.web().app.prefer_contact(&me.actor, id, who, preference).await;
    finish(&me, id, who, "contact", form, Some(result)).await
}

async fn invite(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AddMember, "people").await?;
    let Voice::Member(member) = who else { return Err(ErrorPage::Hidden) };
    let email = form.email("email", "their email address");
    let how = form.optional_prose("how", "how you know that the address is theirs");
    // What is known to be wanting is said together with what else is.
    let found = opened.case().circle.present().find(|m| m.id == member && m.account.is_none());
    let is_asked_how = found.is_some_and(|m| circle::sign_in_is_confirmed(opened.case(), m));
    if is_asked_how && how.is_none() && email.is_none() && form.error_for("how").is_none() {
        form.wrong::<()>("how", circle::SAY_HOW);
    }
    let (Some(email), true) = (email, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.invite_member(&me.actor, id, member, email, how).await;
    // What is said next depends on whether it waits to be confirmed.
    let waits = result.as_ref().is_ok_and(|case| case.circle.waiting_for(member).count() > 0);
    finish(&me, id, who, if waits { "asked" } else { "invited" }, form, Some(result)).await
}

async fn footing(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let Voice::Member(member) = who else { return Err(ErrorPage::Hidden) };
    let Some(speaking) = speaking::read(&mut form) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let done = if speaking.footing.is_confirmed() { "asked" } else { "footing" };
    let result = me.web().app.propose_speaker(&me.actor, id, member, speaking).await;
    finish(&me, id, who, done, form, Some(result)).await
}

async fn footing_ends(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let Voice::Member(member) = who else { return Err(ErrorPage::Hidden) };
    let footing: Option<Footing> = form.choice("ends", "what ends");
    let why: Option<Prose> = form.optional_prose("ends-why", "why it ends");
    let (Some(footing), true) = (footing, form.is_ok()) else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.end_speaker(&me.actor, id, member, footing, why).await;
    finish(&me, id, who, "ended", form, Some(result)).await
}

async fn leave(me: Me, At((id, Said(who))): Who, mut form: Form) -> Answer {
    let Voice::Member(member) = who else { return Err(ErrorPage::Hidden) };
    let Some(why) = form.prose("why", "why they leave") else {
        return finish(&me, id, who, "", form, None).await;
    };
    let result = me.web().app.leave_circle(&me.actor, id, member, why).await;
    finish(&me, id, who, "left", form, Some(result)).await
}

/// What the page of one of the circle shows besides the case.
struct Of {
    /// What waits for them.
    waiting: Vec<Waiting>,
    /// Those who cannot sign in any more.
    gone: BTreeSet<MemberId>,
    sign_in: Option<SignIn>,
}

impl Of {
    async fn load(opened: &Opened, who: Voice) -> Result<Self, ErrorPage> {
        Ok(Self {
            waiting: confirm::load(opened, who).await?,
            gone: opened.app().who_signs_in_no_more(opened.seen.case.clone()).await?,
            sign_in: sign_in::load(opened, who).await?,
        })
    }
}

/// The page of one of the circle.
fn one(opened: &Opened, who: Voice, of: &Of, form: &Form) -> Result<Markup, ErrorPage> {
    let case = opened.case();
    if !circle::is_known(case, who) {
        return Err(ErrorPage::Hidden);
    }
    let member = match who {
        Voice::Person => None,
        Voice::Member(id) => case.circle.present().find(|m| m.id == id),
    };
    let may = |action| opened.may(action);
    let voice = if member.is_some_and(|m| m.role == CaseRole::Person) { Voice::Person } else { who };
    let to = |post: MemberPost| CasePost::Member(who, post).of(case.id).path();
    let is_to_sign_in = |member: &Member| {
        case.circle.waiting_for(member.id).any(|p| matches!(p.what, circle::Proposed::SignIn { .. }))
    };
    Ok(html! {
        (form.error_summary())
        (page_heading(case.person_name(), case.circle.name_of(who)))
        @if member.is_none() && !form.is_ok() { (what_was_typed(form)) }
        @if let Some(member) = member {
            (facts(member, of))
            (confirm::part(opened, member, &of.waiting, form))
            (confirm::turned_down(opened, member))
            (sign_in::part(opened, member, of.sign_in.as_ref(), form))
        }
        h2 { "Getting in touch" }
        (contact_of(&opened.seen, voice))
        @if opened.me.actor.may_say_contact(case, voice) { (contact_form(&opened.me, &CasePost::Member(voice, MemberPost::Contact).of(case.id).path(), form)) }
        @if let Some(member) = member {
            @if may(Action::AddMember) && member.account.is_none() && !member.role.is_of_a_body() && !is_to_sign_in(member) {
                (invite_form(opened, member, form))
            }
            @if may(Action::Decide) && member.role != CaseRole::Person { (footing_part(opened, member, form)) }
            @if member.role != CaseRole::Person && can_take_out(opened, member) {
                (details(&Details { open: form.error_for("why").is_some(), ..Details::new("Take them out of the circle", html! {
                    form method="post" action=(to(MemberPost::Leave)) novalidate {
                        (csrf_field(&opened.me.csrf))
                        (textarea(&Textarea { rows: 2, ..Textarea::new("why", "Why?").with(form) }))
                        (button(&Button { look: Look::Warning, ..Button::submit("Take them out") }))
                    }
                }) }))
            }
        }
        p { a href=(CasePage::People.of(case.id).path()) { "Everyone in the circle" } }
    })
}

/// Somebody else took them out while this was written: there is no form to put
/// the reason into any more, and it is not lost.
fn what_was_typed(form: &Form) -> Markup {
    let why = form.text("why");
    html! {
        @if !why.is_empty() { p { "What you wrote was not kept:" } blockquote { (typed(why)) } }
    }
}

fn invite_form(opened: &Opened, member: &Member, form: &Form) -> Markup {
    let to = CasePost::Member(Voice::Member(member.id), MemberPost::Invite).of(opened.case().id).path();
    let is_confirmed = circle::sign_in_is_confirmed(opened.case(), member);
    let asks_how = is_confirmed || form.error_for("how").is_some() || form.ticked("how");
    let (hint, text) = if is_confirmed {
        (
            "Somebody else checks first that it is theirs. Then we send them a link. They choose their own passphrase.",
            "Send it to be confirmed",
        )
    } else {
        ("We send them a link. They choose their own passphrase.", "Send an invitation")
    };
    html! {
        h2 { "Their own sign-in" }
        form method="post" action=(to) novalidate {
            (csrf_field(&opened.me.csrf))
            (input(&Input { keyboard: Some(Keyboard::Email), hint: Some(hint), ..Input::new("email", "Their email address").with(form) }))
            @if asks_how {
                (textarea(&Textarea { rows: 2, hint: Some("Like: they wrote to me from it, and I rang them to check"), ..Textarea::new("how", "How do you know that it is theirs?").with(form) }))
            }
            (button(&Button::secondary(text)))
        }
    }
}

fn facts(member: &Member, of: &Of) -> Markup {
    let invited = of.sign_in.as_ref().is_some_and(|how| !how.is_set_up);
    let signs_in = if invited { "Invited, not set up yet" } else { signs_in(member, &of.gone) };
    let mut rows = vec![
        Row::html("They are", typed(member.relation.as_str())),
        Row::text("Place in the circle", member.role.words()),
        Row::text("Can sign in", signs_in),
    ];
    for one in &member.speaks {
        rows.push(Row::html(
            "Footing",
            html! {
                (one.footing.words())
                @if one.footing.decides() {
                    p {
                        "May decide about: "
                        @match &one.matters {
                            Some(matters) => { (circle::in_words(matters)) }
                            None => { "everything, since it was not asked when this was recorded. Record it again to say which" }
                        }
                    }
                }
                p { "About: " (typed(one.about.as_str())) }
                @if let Some(evidence) = &one.evidence { p { "Shown by: " (typed(evidence.as_str())) } }
            },
        ));
    }
    summary_list(&SummaryList::new(rows))
}

fn contact_form(me: &Me, to: &str, form: &Form) -> Markup {
    let ways: Vec<(&str, &str)> = ContactBy::VARIANTS.iter().map(|by| (by.into_str(), by.words())).collect();
    let wrong = ["by", "details", "when"].iter().any(|field| form.error_for(field).is_some());
    details(&Details {
        open: wrong,
        ..Details::new(
            "Change how to get in touch",
            html! {
                form method="post" action=(to) novalidate {
                    (csrf_field(&me.csrf))
                    (checkboxes(&Choices::new("by", "How should we get in touch?", ways.iter().map(|(k, t)| Choice::new(k, t)).collect()).with(form)))
                    (checkboxes(&Choices::new("only", "", vec![Choice::new("yes", "Only in this way")]).with(form)))
                    (input(&Input { hint: Some("An email address, a number, an address"), ..Input::new("details", "Where to reach them (optional)").with(form) }))
                    (input(&Input { hint: Some("Like: mornings, not on Tuesdays"), ..Input::new("when", "When suits them (optional)").with(form) }))
                    (button(&Button { hidden: Some("how to get in touch"), ..Button::secondary("Save") }))
                }
            },
        )
    })
}

/// What the reader can say that somebody is to speak about: nobody gives what
/// they have not.
fn can_give(opened: &Opened) -> Vec<Matter> {
    let can = |matter: &Matter| opened.me.actor.may_about(Action::GiveFooting, opened.case(), &[*matter]);
    Matter::VARIANTS.iter().copied().filter(can).collect()
}

fn can_take_out(opened: &Opened, member: &Member) -> bool {
    let actor = &opened.me.actor;
    actor.may_about(Action::EndPlace, opened.case(), &circle::matters_of_place(member, actor.account))
}

fn footing_part(opened: &Opened, member: &Member, form: &Form) -> Markup {
    let (me, case) = (&opened.me, opened.case());
    let to = |post: MemberPost| CasePost::Member(Voice::Member(member.id), post).of(case.id).path();
    let may = |action, footing| me.actor.may_about(action, case, &circle::matters_held(member, footing));
    let can_end = member.speaks.iter().filter(|s| may(Action::EndFooting, s.footing));
    let held: Vec<(&str, &str)> = can_end.map(|s| (s.footing.into_str(), s.footing.words())).collect();
    let matters = can_give(opened);
    let mut footings = circle::footings_of(member.role);
    footings.retain(|footing| {
        let looks_after_money = *footing == Footing::Nominee;
        may(Action::GiveFooting, *footing) && (!looks_after_money || matters.contains(&Matter::Money))
    });
    let wrong = speaking::FIELDS.iter().any(|field| form.error_for(field).is_some());
    html! {
        h2 { "Speaking for the person" }
        p { "Everyone decides for themselves unless it is shown that they cannot decide one thing. Choosing unwisely does not show that." }
        p { "Whoever is to decide, or to look after money, is confirmed by the person or by a second colleague. Until then it does not count." }
        (details(&Details { open: wrong, ..Details::new("Record on what footing they speak", html! {
            form method="post" action=(to(MemberPost::Footing)) novalidate {
                (csrf_field(&me.csrf))
                (speaking::fields(&footings, &matters, form))
                (button(&Button { hidden: Some("on what footing they speak"), ..Button::secondary("Save") }))
            }
        }) }))
        @if !held.is_empty() {
            (details(&Details { open: form.error_for("ends").is_some(), ..Details::new("This has ended", html! {
                form method="post" action=(to(MemberPost::FootingEnds)) novalidate {
                    (csrf_field(&me.csrf))
                    (radios(&Choices { small: true, ..Choices::new("ends", "What has ended?", held.iter().map(|(k, t)| Choice::new(k, t)).collect()).with(form) }))
                    (textarea(&Textarea { rows: 2, ..Textarea::new("ends-why", "Why? (optional)").with(form) }))
                    (button(&Button { hidden: Some("what has ended"), ..Button::secondary("Save") }))
                }
            }) }))
        }
    }
}
