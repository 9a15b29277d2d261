//! One request, for those who answer it: take it on, note that someone tried
//! to reach them, open a case from it, or close it.

use crate::address::{Address as _, CasePage, EnquiryPost, Place, PostTo};
use crate::answer::{self, invalid};
use crate::case_page::At;
use crate::components::{
    Button, Choice, Choices, DateInput, Details, Input, Look, Row, SummaryList, Textarea, button, checkboxes,
    date_input, details, input, nothing_yet, page_heading, radios, summary_list, textarea, typed,
    warning_callout,
};
use crate::form::Form;
use crate::frame::{frame_with, when};
use crate::page::Kind;
use crate::routes::{Door, Routes};
use crate::speaking;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::case::CaseRole;
use domain::case::circle::{self, ContactBy, Matter, NewMember};
use domain::dates::{long, moment};
use domain::enquiry::{Asked, Enquiry, Made};
use domain::{AreaId, CaseId, EnquiryId, MemberId};
use maud::{Markup, html};
use service::offer::NewCase;
use std::collections::HashMap;
use strum::VariantArray;

const STAFF: Door = Door::Area(&[Action::AnswerEnquiries]);
const OPENERS: Door = Door::Area(&[Action::OpenCase]);

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/enquiries/{id}", STAFF, show);
    routes.post("/enquiries/{id}/take-on", STAFF, take_on);
    routes.post("/enquiries/{id}/tried", STAFF, tried);
    routes.post("/enquiries/{id}/close", STAFF, close);
    routes.get("/enquiries/{id}/open-case", STAFF, opening_from);
    routes.get("/cases/new", OPENERS, opening);
    routes.post("/cases", OPENERS, open);
}

async fn show(me: Me, At(id): At<EnquiryId>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let flash = match query.get("done").map(String::as_str) {
        Some("taken") => Some("You have taken this request on."),
        Some("tried") => Some("It is noted."),
        Some("closed") => Some("The request is closed."),
        _ => None,
    };
    let enquiry = me.web().app.enquiry(&me.actor, id).await?;
    let mut form = Form::empty();
    form.put_date("on", me.web().app.clock.today());
    Ok(request(&me, id, &enquiry, flash, &form).await?.into_response())
}

async fn request(
    me: &Me,
    id: EnquiryId,
    enquiry: &Enquiry,
    flash: Option<&str>,
    form: &Form,
) -> Result<Markup, ErrorPage> {
    let Some(made) = &enquiry.made else { return Err(ErrorPage::Hidden) };
    let taken = enquiry.taken_on;
    let names = match taken {
        Some(account) => me.web().app.named(account).await?.map(|named| named.name),
        None => None,
    };
    let today = me.web().app.clock.today();
    let content = html! {
        (form.error_summary())
        (page_heading(&made.reference, "Request to be contacted"))
        @if made.preference.only { (only_this_way(made)) }
        (summary_list(&SummaryList::new(facts(made, names.as_deref(), when(Some(made.answer_by), today)))))
        (earlier(enquiry, made))
        h2 { "Times we tried" }
        (tries(enquiry, made))
        @if let Some(case) = enquiry.case {
            p { "A case has been opened from this request. " a href=(CasePage::Overview.of(case).path()) { "Go to the case" } }
        }
        @if let Some(why) = &enquiry.closed { p { strong { "Closed: " } (typed(why.as_str())) } }
        @if enquiry.is_open() { (actions(me, id, enquiry, form)) }
    };
    Ok(frame_with(
        me,
        "Request to be contacted",
        Kind::Staff,
        flash,
        !form.is_ok(),
        Some((&Place::Home.path(), "Back to your work")),
        &content,
    ))
}

/// Said wherever staff see how to reach someone.
fn only_this_way(made: &Made) -> Markup {
    let ways: Vec<&str> = made.preference.by.iter().map(|by| by.words()).collect();
    warning_callout(
        &format!("Contact them by {} only", ways.join(" or ")),
        2,
        &html! { p { (made.name) " asked us not to use any other way." } },
    )
}

fn facts(made: &Made, taken_on: Option<&str>, by_when: Markup) -> Vec<Row> {
    let mut rows = what_they_sent(&made.asked(None));
    rows.push(Row::text("Asked on", moment(made.at)));
    rows.push(Row::html("Promised by", html! { (long(made.answer_by)) " (" (by_when) ")" }));
    rows.push(Row::text("Taken on by", taken_on.unwrap_or("Nobody yet")));
    rows
}

fn what_they_sent(asked: &Asked) -> Vec<Row> {
    let ways: Vec<&str> = asked.preference.by.iter().map(|by| by.words()).collect();
    let or = |line: Option<&str>, nothing: &str| line.unwrap_or(nothing).to_owned();
    let mut rows = vec![Row::html("Who asked", typed(asked.name.as_str()))];
    match &asked.about {
        Some((person, relation)) => {
            rows.push(Row::html("About", html! { (typed(person.as_str())) }));
            rows.push(Row::html("They are their", typed(relation.as_str())));
        }
        None => rows.push(Row::text("About", "Themselves")),
    }
    rows.push(Row::text("Contact by", ways.join(", ")));
    rows.push(Row::html(
        "Details",
        typed(&or(asked.preference.details.as_ref().map(AsRef::as_ref), "None given")),
    ));
    rows.push(Row::html(
        "When suits them",
        typed(&or(asked.preference.when.as_ref().map(AsRef::as_ref), "Any time")),
    ));
    rows.push(Row::html(
        "What they said",
        typed(&or(asked.words.as_ref().map(AsRef::as_ref), "Nothing yet")),
    ));
    rows
}

/// What they put right, with what it said before, the newest first.
fn earlier(enquiry: &Enquiry, made: &Made) -> Markup {
    let Some(last) = enquiry.earlier.last() else { return html! {} };
    let words = html! { p { (made.name) " sent this again on " (moment(last.until)) ". What stands above is what they sent last. It said something else before: see below." } };
    html! {
        (warning_callout("They put something right", 2, &words))
        @for before in enquiry.earlier.iter().rev() {
            h2 { "What it said until " (moment(before.until)) }
            (summary_list(&SummaryList::new(what_they_sent(&before.asked))))
        }
    }
}

fn tries(enquiry: &Enquiry, made: &Made) -> Markup {
    html! {
        @if enquiry.tried.is_empty() { (nothing_yet("Nobody has tried to reach them yet.")) }
        @else {
            ul { @for one in &enquiry.tried {
                li {
                    (long(one.on)) ", " (one.by.words()) ": " (if one.reached { "reached" } else { "not reached" })
                    @if !made.wants(one.by) { strong { " – not the way they asked for" } }
                    @if let Some(words) = &one.words { ". " (typed(words.as_str())) }
                }
            } }
        }
    }
}

fn actions(me: &Me, id: EnquiryId, enquiry: &Enquiry, form: &Form) -> Markup {
    let mine = enquiry.taken_on == Some(me.actor.account);
    let ways: Vec<(&str, &str)> = ContactBy::VARIANTS.iter().map(|by| (by.into_str(), by.words())).collect();
    html! {
        @if mine {
            (button(&Button::to("Open a case", &Place::OpenCase(id).path())))
        } @else {
            form method="post" action=(PostTo::Enquiry(id, EnquiryPost::TakeOn).path()) novalidate {
                (csrf_field(&me.csrf))
                (button(&Button::submit(if enquiry.taken_on.is_some() { "Take this over" } else { "Take this on" })))
            }
        }
        (details(&Details { open: form.error_for("on").is_some() || form.error_for("by").is_some(), ..Details::new("Note that you tried to reach them", html! {
            form method="post" action=(PostTo::Enquiry(id, EnquiryPost::Tried).path()) novalidate {
                (csrf_field(&me.csrf))
                (date_input(&DateInput::new("on", "When").with(form)))
                (radios(&Choices::new("by", "How", ways.iter().map(|(k, t)| Choice::new(k, t)).collect()).with(form)))
                (checkboxes(&Choices::new("reached", "", vec![Choice::new("yes", "I reached them")]).with(form)))
                (input(&Input::new("words", "Note (optional)").with(form)))
                (button(&Button::secondary("Save note")))
            }
        }) }))
        (details(&Details { open: form.error_for("why").is_some(), ..Details::new("Close without a case", html! {
            form method="post" action=(PostTo::Enquiry(id, EnquiryPost::Close).path()) novalidate {
                (csrf_field(&me.csrf))
                (textarea(&Textarea { rows: 3, hint: Some("Like: they only wanted information, and have it"), ..Textarea::new("why", "Why").with(form) }))
                (button(&Button { look: Look::Warning, ..Button::submit("Close this request") }))
            }
        }) }))
    }
}

async fn again(me: &Me, id: EnquiryId, form: &Form) -> Answer {
    let enquiry = me.web().app.enquiry(&me.actor, id).await?;
    Ok(invalid(request(me, id, &enquiry, None, form).await?))
}

async fn done(
    me: &Me,
    id: EnquiryId,
    key: &str,
    mut form: Form,
    result: Result<(), service::Error>,
) -> Answer {
    if form.accepted(result)?.is_none() {
        return again(me, id, &form).await;
    }
    Ok(answer::see_other(Place::Enquiry(id).done(key)))
}

async fn take_on(me: Me, At(id): At<EnquiryId>) -> Answer {
    let result = me.web().app.take_on_enquiry(&me.actor, id).await;
    done(&me, id, "taken", Form::empty(), result).await
}

async fn tried(me: Me, At(id): At<EnquiryId>, mut form: Form) -> Answer {
    let on = form.date("on", "the day");
    let by: Option<ContactBy> = form.choice("by", "how you tried to reach them");
    let reached = form.ticked("reached");
    let words = form.optional_prose("words", "the note");
    let (Some(on), Some(by), true) = (on, by, form.is_ok()) else { return again(&me, id, &form).await };
    let result = me.web().app.note_contact(&me.actor, id, on, by, reached, words).await;
    done(&me, id, "tried", form, result).await
}

async fn close(me: Me, At(id): At<EnquiryId>, mut form: Form) -> Answer {
    let Some(why) = form.prose("why", "why the request is closed") else {
        return again(&me, id, &form).await;
    };
    let result = me.web().app.close_enquiry(&me.actor, id, why).await;
    done(&me, id, "closed", form, result).await
}

async fn opening(me: Me) -> Answer {
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    Ok(opening_page(&me, &form, None).into_response())
}

async fn opening_from(me: Me, At(id): At<EnquiryId>) -> Answer {
    let enquiry = me.web().app.enquiry(&me.actor, id).await?;
    let Some(made) = enquiry.made.as_ref().filter(|_| enquiry.is_open()) else {
        return Ok(answer::see_other(Place::Enquiry(id).path()));
    };
    let mut form = Form::empty();
    form.put(KEY_FIELD, me.web().app.id().to_string());
    form.put("enquiry", id.to_string());
    match &made.about {
        None => {
            form.put("name", made.name.as_str());
            form.put("asker", "person");
        }
        Some((person, relation)) => {
            form.put("name", person.as_str());
            form.put("asker-name", made.name.as_str());
            form.put("relation", relation.as_str());
        }
    }
    if made.words.as_ref().is_some_and(|words| words.as_str().contains('?')) {
        form.put("keep-words", "yes");
    }
    Ok(opening_page(&me, &form, Some(made)).into_response())
}

/// The places that whoever asked can take.
const ASKER: [(&str, &str, &str); 4] = [
    ("person", "They are the person", ""),
    ("family-carer", "Family or friend", ""),
    ("representative", "Speaks for the person", "Say below on what footing"),
    ("nobody", "Not in the circle", "They asked, and have no part in it"),
];

fn opening_page(me: &Me, form: &Form, made: Option<&Made>) -> Markup {
    let areas: Vec<AreaId> = areas_of(me);
    let footing_fields =
        speaking::fields(&circle::footings_to_join(CaseRole::Representative), Matter::VARIANTS, form);
    let of_family = crate::people::sees_and_helps();
    let choices = ASKER.iter().map(|(value, text, hint)| {
        let choice = Choice::new(value, text);
        let hint = if *value == "family-carer" { of_family.as_str() } else { hint };
        let choice = if hint.is_empty() { choice } else { choice.hint(hint) };
        if *value == "representative" { choice.reveals(footing_fields.clone()) } else { choice }
    });
    let content = html! {
        (form.error_summary())
        (page_heading(made.map_or("", |m| &m.reference), "Open a case"))
        p { "You become the care co-ordinator. You can hand that on later." }
        form method="post" action=(PostTo::OpenCase.path()) novalidate {
            (csrf_field(&me.csrf))
            (key_field(form.text(KEY_FIELD)))
            (crate::components::hidden("enquiry", form.text("enquiry")))
            @if areas.len() == 1 { (crate::components::hidden("area", &areas[0].to_string())) }
            (input(&Input { spellcheck: Some(false), ..Input::new("name", "The person's name").with(form) }))
            (input(&Input { hint: Some("If they like to be called something else"), ..Input::new("known-as", "Known as (optional)").with(form) }))
            (date_input(&DateInput { hint: Some("Leave this empty if you do not know it yet"), ..DateInput::new("born", "Date of birth (optional)").with(form) }))
            h2 { "Who asked" }
            (input(&Input { spellcheck: Some(false), hint: Some("Leave this empty if it is the person, or nobody"), ..Input::new("asker-name", "Their name").with(form) }))
            (input(&Input { hint: Some("In their own words: husband, neighbour"), width: Some(20), ..Input::new("relation", "What they are to the person").with(form) }))
            (radios(&Choices::new("asker", "Their place", choices.collect()).with(form)))
            @if let Some(words) = made.and_then(|m| m.words.as_ref()) {
                h2 { "What they said" }
                p { (typed(words.as_str())) }
            }
            @if !form.text("enquiry").is_empty() {
                (checkboxes(&Choices::new("keep-words", "", vec![Choice::new("yes", "Put what they said on the list of questions").hint("Each line becomes a question of its own")]).with(form)))
            }
            (button(&Button::submit("Open the case")))
        }
    };
    frame_with(
        me,
        "Open a case",
        Kind::Staff,
        None,
        !form.is_ok(),
        Some((&Place::Home.path(), "Back to your work")),
        &content,
    )
}

fn areas_of(me: &Me) -> Vec<AreaId> {
    me.actor.areas_of(Action::OpenCase).into_iter().collect()
}

async fn open(me: Me, mut form: Form) -> Answer<Response> {
    let enquiry: Option<EnquiryId> = form.text("enquiry").parse().ok();
    let made = match enquiry {
        Some(id) => me.web().app.enquiry(&me.actor, id).await?.made,
        None => None,
    };
    let Some(new) = read_new_case(&me, &mut form, enquiry, made.as_ref()) else {
        return Ok(invalid(opening_page(&me, &form, made.as_ref())));
    };
    let Some(case) = form.accepted(me.web().app.open_case(&me.actor, new).await)? else {
        return Ok(invalid(opening_page(&me, &form, made.as_ref())));
    };
    Ok(answer::see_other(CasePage::Offer.of(case).done("opened")))
}

fn read_new_case(
    me: &Me,
    form: &mut Form,
    enquiry: Option<EnquiryId>,
    made: Option<&Made>,
) -> Option<NewCase> {
    let id: CaseId = form.key(me.web().app.id());
    let area = made.map(|m| m.area).or_else(|| areas_of(me).first().copied());
    let name = form.line("name", "the person's name");
    let known_as = form.optional_line("known-as", "the name they like");
    let born = form.optional_date("born", "the date of birth");
    let asker = read_asker(me, form, name.as_ref());
    let keep_words_as_question = form.ticked("keep-words");
    if !form.is_ok() {
        return None;
    }
    Some(NewCase {
        id,
        area: area?,
        enquiry,
        name: name?,
        known_as,
        born,
        asker: asker?,
        keep_words_as_question,
    })
}

/// Who asked, if anyone is to join; `None` where something is wrong.
fn read_asker(me: &Me, form: &mut Form, person: Option<&domain::Line>) -> Option<Option<NewMember>> {
    let place = form.text("asker").to_owned();
    let role = match place.as_str() {
        "nobody" => return Some(None),
        "person" => CaseRole::Person,
        "family-carer" => CaseRole::FamilyCarer,
        "representative" => CaseRole::Representative,
        _ => return form.wrong("asker", "Choose their place"),
    };
    let new = |name, relation, speaks| NewMember {
        id: MemberId(me.web().app.id()),
        name,
        relation,
        role,
        account: None,
        organisation: None,
        speaks,
    };
    if role == CaseRole::Person {
        let relation = domain::Line::parse("Themselves").expect("it is a line");
        return Some(Some(new(person?.clone(), relation, None)));
    }
    let name = form.line("asker-name", "their name");
    let relation = form.line("relation", "what they are to the person");
    let speaks = if role == CaseRole::Representative { Some(speaking::read(form)?) } else { None };
    Some(Some(new(name?, relation?, speaks)))
}
