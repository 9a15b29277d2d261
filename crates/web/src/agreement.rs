//! The agreement: one document with the parts that apply, read, signed for
//! the person, and signed for the NHS.

mod change;
mod left;
mod words;

use crate::address::{Address as _, CasePage, CasePost};
use crate::case_page::{At, Opened, how_it_should_feel};
use crate::components::{
    Button, DateInput, Details, Row, SummaryList, Textarea, action_link, button, date_input, details,
    inset_text, next_step, own_words, page_heading, summary_list, textarea,
};
use crate::form::Form;
use crate::money::frame::Done;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::voice;
use crate::{Answer, Me};
use axum::extract::Query;
use axum::response::Response;
use domain::access::Action;
use domain::case::arrangement::{Agreement, Signature, agreement};
use domain::case::plan::changes;
use domain::case::{Case, Stage, Voice, circle};
use domain::{CaseId, dates};
use maud::{Markup, html};
use service::Seen;

pub fn declare(routes: &mut Routes) {
    let make = Door::Case(Action::MakeAgreement);
    routes.get("/cases/{id}/agreement", Door::Case(Action::SeeMoney), show);
    routes.post("/cases/{id}/agreement/make", make, save);
    routes.post("/cases/{id}/agreement/sign", Door::Case(Action::SignAgreement), sign);
    routes.post("/cases/{id}/agreement/countersign", Door::Case(Action::CountersignAgreement), countersign);
    routes.get("/cases/{id}/agreement/change", make, change::show);
    routes.post("/cases/{id}/agreement/change", make, change::save);
    routes.get("/cases/{id}/agreement/left/{holding}", make, left::show);
    routes.post("/cases/{id}/agreement/left/{holding}", make, left::save);
}

const TITLE: &str = "The agreement about the money";

async fn show(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = me.open(id, Action::SeeMoney, "agreement").await?;
    let flash = done.words(&[
        ("made", "The agreement is made. The family can read and sign it now."),
        ("signed", "It is signed. Next, the NHS signs its side."),
        ("countersigned", "Both sides have signed. Payments can be made now."),
        ("changed", "The way the money is held has changed. Next, a new agreement is made; where the plan says that this has to be agreed, that comes first."),
    ]);
    let content = page(&opened, &Form::empty());
    Ok(opened.page(TITLE, flash, &content))
}

fn again(opened: &Opened, form: &Form) -> Response {
    opened.again(TITLE, &page(opened, form))
}

fn page(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let may = |action| opened.may(action);
    let current = case.arrangement.agreement();
    let can_be_signed = !agreement::is_due(case);
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), TITLE))
        (how_it_should_feel(&opened.seen, Stage::Organise))
        @match current {
            None => (none_yet(&opened.seen, may(Action::SeePlan))),
            Some(agreement) => {
                @if agreement::is_due(case) { (a_newer_one_comes(&opened.seen)) }
                @if agreement::has_moved(case, agreement) {
                    (inset_text(&html! { p { "The plan now says smaller amounts than this agreement. That is within what was agreed, so nobody has to sign again. Ask for a new agreement if you want one." } }))
                }
                (signatures(opened, agreement))
                (words::document(opened, agreement))
                @if can_be_signed && agreement.signed.is_none() && may(Action::SignAgreement) { (sign_form(opened, form)) }
                @if can_be_signed && agreement.signed.is_some() && agreement.countersigned.is_none()
                    && may(Action::CountersignAgreement) && !opened.is_family() { (countersign_form(opened)) }
                @if agreement.countersigned.is_some() {
                    (action_link(&CasePage::Money.of(case.id).path(), "See the money"))
                } @else if let Some(before) = case.arrangement.in_force() {
                    (details(&Details::new("The agreement that counts until both sides have signed this one", html! {
                        p { "Payments go on as it says." }
                        (signatures(opened, before))
                        (words::document(opened, before))
                    })))
                }
            }
        }
        @if may(Action::MakeAgreement) && case.signoff.agreed().is_some() { (make_form(opened, form)) }
    }
}

/// What stands below is not what will be: nobody signs it by mistake.
fn a_newer_one_comes(seen: &Seen) -> Markup {
    let who = if seen.case.circle.care_coordinator().is_some() { "The care co-ordinator" } else { "We" };
    next_step(
        "What happens next",
        "A new agreement comes next",
        &html! {
            p { "The plan, or how the money is held, has changed since this agreement was written. "
                (who) " will write a new one, to be read and signed on both sides." }
        },
        &html! {},
    )
}

fn none_yet(seen: &Seen, sees_plan: bool) -> Markup {
    let (title, content) = if seen.case.signoff.agreed().is_some() {
        (
            "The agreement comes next",
            html! { p { "The care co-ordinator writes it from the plan. You can read it here, in plain words, before anyone signs." } },
        )
    } else {
        (
            "First, the plan is agreed",
            html! { p { "When the plan is agreed, the agreement about the money is made from it. No money moves before both sides have signed." } },
        )
    };
    let plan = action_link(&CasePage::Plan.of(seen.case.id).path(), "Go to the plan");
    let way = if sees_plan && seen.case.signoff.agreed().is_none() {
        plan
    } else {
        html! {}
    };
    next_step("What happens next", title, &content, &way)
}

fn signatures(opened: &Opened, agreement: &Agreement) -> Markup {
    let (seen, case) = (&opened.seen, opened.case());
    // How somebody says yes is for those who read how to talk with them.
    let sees_how = opened.may(Action::SeePeople);
    let mine = match &agreement.signed {
        None => {
            html! { "Not signed yet. Take your time, and ask about anything that is not clear. What is new in it is paid when both sides have signed." }
        }
        Some(Signature { voice, how, at }) => html! {
            @if *voice == Voice::Person { (case.person_name()) " agreed to it on " }
            @else { "Signed for " (case.person_name()) " by " (case.circle.name_of(*voice)) " on " }
            (dates::long(dates::london(*at)))
            @if sees_how { (own_words(how.as_str(), "How it was done")) }
        },
    };
    let theirs = match &agreement.countersigned {
        None => html! { "Not signed yet." },
        Some((_, at)) => {
            html! { "Signed for " (seen.framework().nhs_body) " on " (dates::long(dates::london(*at))) }
        }
    };
    // Made within a year, it begins no other year's money.
    let rows = match case.arrangement.counts_from(agreement) {
        year if year < agreement.from => vec![
            Row::text("From", dates::long(agreement.from)),
            Row::text("The amounts are for the year from", dates::long(year)),
        ],
        _ => vec![Row::text("For a year from", dates::long(agreement.from))],
    };
    let signed = [Row::html("Your side", mine), Row::html("The NHS side", theirs)];
    summary_list(&SummaryList::new(rows.into_iter().chain(signed).collect()))
}

/// Those who can sign: the person, or someone who speaks for them.
fn signers(case: &Case) -> Vec<(String, String)> {
    // The same rule by which the signature is taken.
    voice::among(case, |voice| circle::may_decide(case, voice, circle::Matter::Money))
}

fn sign_form(opened: &Opened, form: &Form) -> Markup {
    let (signers, mut form) = (signers(opened.case()), form.clone());
    // Where one person alone can say it, nobody is asked to choose.
    if let ([(only, _)], true) = (signers.as_slice(), form.is_ok()) {
        form.put(voice::FIELD, only.clone());
    }
    let form = &form;
    html! {
        h2 { "Sign it" }
        p { "Sign when you have read it and are happy with it. You keep a copy here, and you can change your mind later." }
        form method="post" action=(CasePost::SignAgreement.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (read_field(opened.case()))
            (voice::ask("Who says yes to it?", None, &signers, form))
            (textarea(&Textarea {
                hint: Some("For example: “we read it together at home, and she nodded”, or “I read it and agree”."),
                rows: 3,
                ..Textarea::new("how", "How was it read and agreed?").with(form)
            }))
            (button(&Button::submit("Sign the agreement")))
        }
    }
}

fn countersign_form(opened: &Opened) -> Markup {
    html! {
        h2 { "Sign for the NHS" }
        p { "By signing, " (opened.seen.framework().nhs_body) " promises its part of this agreement." }
        form method="post" action=(CasePost::CountersignAgreement.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (read_field(opened.case()))
            (button(&Button::submit("Sign for the NHS")))
        }
    }
}

fn make_form(opened: &Opened, form: &Form) -> Markup {
    let case = opened.case();
    let parts: Vec<_> =
        agreement::parts(case).into_iter().map(domain::case::arrangement::words::title).collect();
    let first = case.arrangement.agreements.is_empty();
    let waiting = changes::pending(case);
    let input = DateInput::new("from", "From which day, for a year?");
    let input = if form.text("from-day").is_empty() && form.is_ok() {
        input.on(agreement::begins(case, opened.seen.today))
    } else {
        input.with(form)
    };
    html! {
        h2 { @if first { "Make the agreement" } @else { "Make a new agreement" } }
        @if waiting.is_empty() {
            p { "It takes its parts from the plan as it is now:" }
            ul { @for part in parts { li { (part) } } }
            form method="post" action=(CasePost::MakeAgreement.of(case.id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                (date_input(&input))
                (button(&if first { Button::submit("Make the agreement") } else { Button::secondary("Make a new agreement") }))
            }
        } @else {
            p { "The plan has changed since it was agreed. This is sent and agreed first:" }
            ul { @for (what, why) in &waiting { li { (what) ": " (why) } } }
            (action_link(&CasePage::Plan.of(case.id).path(), "Go to the plan"))
        }
        @if !first {
            (inset_text(&html! { p { "Is the money to be held in another way? "
                a href=(CasePage::ChangeAgreement.of(case.id).path()) { "Change how the money is held" } "." } }))
        }
    }
}

async fn save(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::MakeAgreement, "agreement").await?;
    let from = form.date("from", "the day the agreement begins");
    let Some(from) = from.filter(|_| form.is_ok()) else { return Ok(again(&opened, &form)) };
    if form.accepted(me.web().app.make_agreement(&me.actor, id, from).await)?.is_none() {
        return Ok(again(&opened, &form));
    }
    Ok(opened.go(CasePage::Agreement, "made"))
}

/// Which agreement stands on the page: nobody signs one that they have not read.
const READ: &str = "read";

fn read_field(case: &Case) -> Markup {
    html! { input type="hidden" name=(READ) value=(case.arrangement.agreements.len()); }
}

fn which(form: &Form) -> usize {
    form.text(READ).parse().unwrap_or_default()
}

async fn sign(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SignAgreement, "agreement").await?;
    let voice = voice::read_decider(&mut form, "who says yes to the agreement");
    let how = form.prose("how", "how it was read and agreed");
    let (Some(voice), Some(how)) = (voice, how) else { return Ok(again(&opened, &form)) };
    let read = which(&form);
    if form.accepted(me.web().app.sign_agreement(&me.actor, id, read, voice, how).await)?.is_none() {
        return Ok(again(&opened, &form));
    }
    Ok(opened.go(CasePage::Agreement, "signed"))
}

async fn countersign(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::CountersignAgreement, "agreement").await?;
    let read = which(&form);
    if form.accepted(me.web().app.countersign_agreement(&me.actor, id, read).await)?.is_none() {
        return Ok(again(&opened, &form));
    }
    Ok(opened.go(CasePage::Agreement, "countersigned"))
}
