//! Who sees what of the record: what the person shares with each who helps, and
//! with organisations that hold money, part by part and until a day.

use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, case_page, case_page_again, is_family};
use crate::components::{
    Button, Choice, Choices, Column, DateInput, Look, Row, SummaryList, Table, Textarea, button, cell,
    checkboxes, date_input, hidden, inset_text, nothing_yet, page_heading, radios, summary_list, table,
    textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::voice;
use crate::{Answer, Me, Trouble};
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::{Action, RecordPart};
use domain::case::circle::{self, ConsentAbout, Matter, SharedWith, Sharing};
use domain::case::{Case, CaseRole, Voice};
use domain::dates::{long, moment};
use domain::{CaseId, MemberId, OrganisationId};
use maud::{Markup, html};
use service::Seen;
use service::sharing::Sharer;
use std::collections::HashMap;
use strum::VariantArray;
use uuid::Uuid;

pub(super) fn declare(routes: &mut Routes) {
    let (say, end) = (Door::Case(Action::RecordConsent), Door::Case(Action::WithdrawConsent));
    routes.get("/cases/{id}/people/sharing", Door::Case(Action::SeePeople), show);
    routes.get("/cases/{id}/people/sharing/{with}", say, one);
    routes.post("/cases/{id}/people/sharing/{with}", say, save);
    routes.get("/cases/{id}/people/sharing/{with}/end", end, end_page);
    routes.post("/cases/{id}/people/sharing/{with}/end", end, take_back);
}

const TITLE: &str = "Who sees what";

/// With whom it is shared, as an address has it: the id of a member, or of an
/// organisation.
fn with_of(id: Uuid, case: &Case) -> SharedWith {
    match case.circle.member(MemberId(id)) {
        Some(member) => SharedWith::Member(member.id),
        None => SharedWith::Organisation(OrganisationId(id)),
    }
}

async fn show(me: Me, At(id): At<CaseId>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let seen = me.see(id, Action::SeePeople, "people").await?;
    let flash = match query.get("done").map(String::as_str) {
        Some("shared") => Some("It is on the record, and counts from now on."),
        Some("ended") => Some("They see nothing any more, from now on."),
        _ => None,
    };
    let all = me.web().app.sharers(&seen.case).await?;
    Ok(case_page(&me, &seen, TITLE, "people", flash, &overview(&me, &seen, &all)).into_response())
}

fn overview(me: &Me, seen: &Seen, all: &[Sharer]) -> Markup {
    let case = &seen.case;
    let name = case.person_name();
    let may_change = me.actor.may(Action::RecordConsent, case);
    let rows = all.iter().map(|sharer| row(seen, sharer, may_change)).collect();
    let columns = ["Who", "Sees", "Does not see", "Until"].map(Column::text).to_vec();
    html! {
        (page_heading(name, TITLE))
        p { @if is_family(&seen.roles) { "You decide" } @else { (name) " decides" }
            " what the people who help can see, and the organisations that hold money. It can be changed on any day." }
        @if all.iter().any(|sharer| case.circle.is_from_before(sharer.with)) {
            (inset_text(&html! {
                p { "Before, there was one yes or no for everyone who helps. It still counts for those who were there then, until you say what each of them sees." }
                p { "An organisation that holds money no longer reads the plan because of it." }
            }))
        }
        @if all.is_empty() {
            (nothing_yet("Nobody is here with whom you share part by part. Brokers, advocates and organisations that hold money appear here."))
        } @else {
            (table(&Table { first_names_row: true, ..Table::new("What each of them sees", columns, rows) }))
        }
        (the_rest(seen))
        p { a href=(CasePage::People.of(case.id).path()) { "Back to people" } }
    }
}

fn row(seen: &Seen, sharer: &Sharer, may_change: bool) -> Vec<Markup> {
    let case = &seen.case;
    let sight = case.circle.sight_of(sharer.with, seen.today);
    let mut cells = vec![html! { div {
        @if may_change { a href=(CasePage::SharingWith(sharer.with).of(case.id).path()) { (sharer.name) } } @else { (sharer.name) }
        br; span class="nhsuk-body-s" { (sharer.relation) }
    } }];
    let is_least = |part: RecordPart| sight.something && is_of_the_least(sharer.with, part);
    let (mut seen_parts, mut unseen) = (Vec::new(), Vec::new());
    for &part in RecordPart::VARIANTS {
        if sight.parts.contains(part) {
            seen_parts.push(part.title().to_owned());
        } else if is_least(part) {
            seen_parts.push(format!("{}: what they need for it", part.title()));
        } else {
            unseen.push(part.title().to_owned());
        }
    }
    cells.extend([one_below_the_other(&seen_parts), one_below_the_other(&unseen)]);
    cells.push(cell(until_words(case, sharer.with, sight.something)));
    cells
}

fn one_below_the_other(parts: &[String]) -> Markup {
    html! {
        @if parts.is_empty() { "Nothing" }
        @else { ul class="nhsuk-list" { @for part in parts { li { (part) } } } }
    }
}

/// Of which parts an organisation sees what it needs to hold the money.
fn is_of_the_least(with: SharedWith, part: RecordPart) -> bool {
    matches!(with, SharedWith::Organisation(_)) && matches!(part, RecordPart::Costs | RecordPart::Payments)
}

fn until_words(case: &Case, with: SharedWith, something: bool) -> String {
    match case.circle.sees_until(with) {
        None => "They see nothing".to_owned(),
        Some(Some(last)) if !something => format!("It ended on {}", long(last)),
        Some(Some(last)) => long(last),
        Some(None) => "It is changed".to_owned(),
    }
}

/// Those who are not asked about here, and why.
fn the_rest(seen: &Seen) -> Markup {
    let case = &seen.case;
    let name = case.person_name();
    let of = |keep: fn(CaseRole) -> bool| -> Vec<String> {
        case.circle.present().filter(|m| keep(m.role)).map(|m| m.name.to_string()).collect()
    };
    let council = if case.circle.has_consented(ConsentAbout::SharingWithCouncil) {
        "everything, because it was agreed to share with the council"
    } else {
        "nothing, because it was not agreed to share with the council"
    };
    let rows: Vec<Row> = [
        (of(CaseRole::is_family), format!("{name} and the family see everything.")),
        (
            of(|role| matches!(role, CaseRole::CareCoordinator | CaseRole::Clinician)),
            "They work with it for the NHS, and see everything.".to_owned(),
        ),
        (of(|role| role == CaseRole::CouncilWorker), format!("They see {council}.")),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, why)| Row::text(names.join(", "), why))
    .collect();
    html! {
        h2 { "Everyone else" }
        (summary_list(&SummaryList::new(rows)))
        p { "A note that somebody wrote for themselves is seen by nobody else." }
    }
}

async fn found(me: &Me, seen: &Seen, id: Uuid) -> Answer<Sharer> {
    let with = with_of(id, &seen.case);
    let all = me.web().app.sharers(&seen.case).await?;
    all.into_iter().find(|sharer| sharer.with == with).ok_or(Trouble::Hidden)
}

async fn one(me: Me, At((id, with)): At<(CaseId, Uuid)>) -> Answer {
    let seen = me.see(id, Action::RecordConsent, "people").await?;
    let sharer = found(&me, &seen, with).await?;
    let form = as_it_is(&me, &seen, sharer.with);
    Ok(case_page(&me, &seen, TITLE, "people", None, &content(&me, &seen, &sharer, &form)).into_response())
}

/// The form as what was last said fills it in.
fn as_it_is(me: &Me, seen: &Seen, with: SharedWith) -> Form {
    let case = &seen.case;
    let mut form = Form::empty();
    voice::default_among(&mut form, case, me.actor.account, |v| circle::may_decide(case, v, Matter::Sharing));
    let sight = case.circle.sight_of(with, seen.today);
    for part in RecordPart::VARIANTS.iter().copied().filter(|part| sight.parts.contains(*part)) {
        form.put("parts", part.into_str());
    }
    match case.circle.sees_until(with).flatten().filter(|last| *last >= seen.today) {
        Some(last) => {
            form.put("until", "a-day");
            form.put_date("last", last);
        }
        None if sight.something => form.put("until", "changed"),
        None => {}
    }
    form
}

fn again(me: &Me, seen: &Seen, sharer: &Sharer, form: &Form) -> Response {
    case_page_again(me, seen, TITLE, "people", &content(me, seen, sharer, form))
}

/// What the form says, where all of it can be read.
fn read(form: &mut Form, with: SharedWith) -> Option<Sharing> {
    let parts: Option<Vec<RecordPart>> = form.choices("parts", "from the parts of the record");
    let until = match form.text("until") {
        "changed" => Some(None),
        "a-day" => form.date("last", "the last day").map(Some),
        _ => form.wrong("until", "Choose until when they see it"),
    };
    let voice = voice::read_decider(form, "who decided this");
    let how = form.prose("how", "how they said it");
    let (parts, until, voice, how) = (parts?, until?, voice?, how?);
    form.is_ok().then_some(Sharing { with, parts, until, voice, how })
}

/// Says what somebody sees: first the answers to check, then for good.
async fn save(me: Me, At((id, with)): At<(CaseId, Uuid)>, mut form: Form) -> Answer {
    let seen = me.see(id, Action::RecordConsent, "people").await?;
    let sharer = found(&me, &seen, with).await?;
    let Some(sharing) = read(&mut form, sharer.with) else {
        return Ok(again(&me, &seen, &sharer, &form));
    };
    if form.text("change") == "yes" {
        let page = content(&me, &seen, &sharer, &form);
        return Ok(case_page(&me, &seen, TITLE, "people", None, &page).into_response());
    }
    if form.text("checked") != "yes" {
        if let Err(refusal) = circle::share(&seen.case, sharing.clone(), seen.today) {
            form.refuse(&refusal);
            return Ok(again(&me, &seen, &sharer, &form));
        }
        let page = check(&me, &seen, &sharer, &sharing, &form);
        return Ok(case_page(&me, &seen, TITLE, "people", None, &page).into_response());
    }
    if form.accepted(me.web().app.share_record(&me.actor, id, sharing).await)?.is_none() {
        return Ok(again(&me, &seen, &sharer, &form));
    }
    Ok(back(id, "shared"))
}

fn back(id: CaseId, done: &str) -> Response {
    answer::see_other(CasePage::Sharing.of(id).done(done))
}

async fn take_back(me: Me, At((id, with)): At<(CaseId, Uuid)>, mut form: Form) -> Answer {
    let seen = me.see(id, Action::WithdrawConsent, "people").await?;
    let sharer = found(&me, &seen, with).await?;
    let voice = voice::read_decider(&mut form, "who decided this");
    let how = form.prose("how", "how they said it");
    if let (Some(voice), Some(how)) = (voice, how) {
        let ended = me.web().app.end_sharing(&me.actor, id, sharer.with, voice, how).await;
        if form.accepted(ended)?.is_some() {
            return Ok(back(id, "ended"));
        }
    }
    Ok(case_page_again(&me, &seen, TITLE, "people", &ending(&me, &seen, &sharer, &form)))
}

async fn end_page(me: Me, At((id, with)): At<(CaseId, Uuid)>) -> Answer {
    let seen = me.see(id, Action::WithdrawConsent, "people").await?;
    let sharer = found(&me, &seen, with).await?;
    let page = ending(&me, &seen, &sharer, &Form::empty());
    Ok(case_page(&me, &seen, TITLE, "people", None, &page).into_response())
}

fn ending(me: &Me, seen: &Seen, sharer: &Sharer, form: &Form) -> Markup {
    let case = &seen.case;
    let path = CasePage::SharingWith(sharer.with).of(case.id).path();
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), &format!("Share nothing with {} any more", sharer.name)))
        p { "It can be taken back at any time, and for any reason. They see nothing any more, from that moment." }
        form method="post" action=(CasePage::EndSharing(sharer.with).of(case.id).path()) novalidate {
            (csrf_field(&me.csrf))
            (whose_words(case, form))
            (button(&Button { look: Look::Warning, ..Button::submit("Share nothing any more") }))
        }
        p { a href=(path) { "Back to what they see" } }
    }
}

fn deciders(case: &Case) -> Vec<(String, String)> {
    voice::among(case, |voice| circle::may_decide(case, voice, Matter::Sharing))
}

/// Who decided, and how they said it.
fn whose_words(case: &Case, form: &Form) -> Markup {
    let who = deciders(case);
    let hint = "Like: one blink for each, asked twice. Or: in writing, on 3 March";
    html! {
        (voice::ask("Who decided this?", Some("The person, or someone who speaks for them about sharing"), &who, form))
        (textarea(&Textarea { rows: 3, hint: Some(hint), ..Textarea::new("how", "How did they say it, and who was there?").with(form) }))
    }
}

fn content(me: &Me, seen: &Seen, sharer: &Sharer, form: &Form) -> Markup {
    let case = &seen.case;
    let path = CasePage::SharingWith(sharer.with).of(case.id).path();
    let can_end =
        case.circle.sees_until(sharer.with).is_some() && me.actor.may(Action::WithdrawConsent, case);
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), &format!("What {} sees", sharer.name)))
        (as_said(seen, sharer))
        form method="post" action=(path) novalidate {
            (csrf_field(&me.csrf))
            (fields(seen, sharer, form))
            (button(&Button::submit("Go on")))
        }
        @if can_end { p { a href=(CasePage::EndSharing(sharer.with).of(case.id).path()) { "Share nothing with them any more" } } }
        p { a href=(CasePage::Sharing.of(case.id).path()) { "Back to who sees what" } }
    }
}

/// What counts now, and who said so.
fn as_said(seen: &Seen, sharer: &Sharer) -> Markup {
    let case = &seen.case;
    html! {
        @if let Some(now) = case.circle.shared_with(sharer.with) {
            (inset_text(&html! {
                p {
                    @if now.ended { "Nothing is shared with them any more" } @else { "It was said what they see" }
                    " by " (case.circle.name_of(now.voice)) ", " (moment(now.at))
                }
                p { (typed(now.how.as_str())) }
            }))
        }
    }
}

fn fields(seen: &Seen, sharer: &Sharer, form: &Form) -> Markup {
    let case = &seen.case;
    let choice = |part: &RecordPart| Choice::new(part.into_str(), part.title()).hint(part.contains());
    let parts = RecordPart::VARIANTS.iter().map(choice).collect();
    let least = match sharer.with {
        SharedWith::Member(_) => "Choose one or more. What you do not choose stays closed.",
        SharedWith::Organisation(_) => {
            "They see what they need to hold the money, even if you choose nothing: that account, what it is to buy, and the agreement. They do not see anything about health unless you choose it."
        }
    };
    let last =
        html! { (date_input(&DateInput::new("last", "The last day on which they see it").with(form))) };
    let until = vec![
        Choice::new("changed", "Until it is changed"),
        Choice::new("a-day", "Until a day").reveals(last),
    ];
    html! {
        (checkboxes(&Choices { hint: Some(least), ..Choices::new("parts", &format!("What can {} see?", sharer.name), parts).with(form) }))
        (radios(&Choices::new("until", "Until when?", until).with(form)))
        (whose_words(case, form))
    }
}

/// The answers before they count.
fn check(me: &Me, seen: &Seen, sharer: &Sharer, sharing: &Sharing, form: &Form) -> Markup {
    let case = &seen.case;
    let parts = |chosen: bool| -> Vec<RecordPart> {
        RecordPart::VARIANTS.iter().copied().filter(|part| sharing.parts.contains(part) == chosen).collect()
    };
    let list = |parts: Vec<RecordPart>, none: &str| {
        html! {
            @if parts.is_empty() { (none) }
            @else { ul class="nhsuk-list" { @for part in parts { li { (part.title()) } } } }
        }
    };
    let voice = match sharing.voice {
        Voice::Person => case.person_name().to_owned(),
        voice => case.circle.name_of(voice).to_owned(),
    };
    let until = sharing.until.map_or_else(|| "It is changed".to_owned(), long);
    let rows = vec![
        Row::html("They see", list(parts(true), "Only what they need to hold the money")),
        Row::html("They do not see", list(parts(false), "They see everything")),
        Row::text("Until", until),
        Row::text("Who decided this", voice),
        Row::html("How it was said", typed(sharing.how.as_str())),
    ];
    html! {
        (page_heading(case.person_name(), &format!("Check what {} sees", sharer.name)))
        (summary_list(&SummaryList::new(rows)))
        form method="post" action=(CasePage::SharingWith(sharer.with).of(case.id).path()) novalidate {
            (csrf_field(&me.csrf))
            @for name in ["parts", "until", "last-day", "last-month", "last-year", "voice", "how"] {
                @for value in form.texts(name) { (hidden(name, value)) }
            }
            (hidden("checked", "yes"))
            (button(&Button::submit("Save"))) " "
            (button(&Button { name: Some("change"), value: Some("yes"), ..Button::secondary("Change it") }))
        }
    }
}
