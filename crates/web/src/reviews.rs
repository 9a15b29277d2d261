//! Reviews: asking for one, booking it, saying what matters before it, and
//! recording what was said.

mod hold;
mod view;

use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::{Door, Me, Routes};
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Action;
use domain::case::review;
use domain::{CaseId, ReviewId};
use formats::calendar;

const TITLE: &str = "Reviews";

/// The routes of reviews.
pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/reviews", Door::Case(Action::SeeReviews), show);
    routes.post("/cases/{id}/reviews/ask", Door::Case(Action::AskForReview), ask);
    routes.post("/cases/{id}/reviews/book", Door::Case(Action::HoldReview), book);
    routes.get("/cases/{id}/reviews/{review}", Door::Case(Action::SeeReviews), one);
    routes.post("/cases/{id}/reviews/{review}/say", Door::Case(Action::AskForReview), say);
    routes.get("/cases/{id}/reviews/{review}/hold", Door::Case(Action::HoldReview), hold::show);
    routes.post("/cases/{id}/reviews/{review}/hold", Door::Case(Action::HoldReview), hold::record);
    routes.get("/cases/{id}/reviews/{review}/calendar.ics", Door::Case(Action::SeeReviews), calendar_file);
}

fn done(query: Option<&str>) -> Option<&'static str> {
    match Form::parse(query.unwrap_or_default().as_bytes()).text("done") {
        "asked" => Some("You asked for a review. The care co-ordinator has been told and will book it."),
        "booked" => Some("The review is booked. The family is being told now."),
        "said" => Some("What you said is kept for the review."),
        "held" => Some("The review is recorded. Everyone in the circle can read it."),
        _ => None,
    }
}

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeReviews, "reviews").await?;
    let key = me.web().app.id().to_string();
    let content = view::all(&opened, &Form::empty(), &key);
    Ok(opened.page(TITLE, done(query.as_deref()), &content))
}

async fn one(me: Me, At((id, review)): At<(CaseId, ReviewId)>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeReviews, "reviews").await?;
    let found = opened.case().review.get(review).ok_or(ErrorPage::Hidden)?;
    let content = view::one(&opened, found, &Form::empty());
    Ok(opened.page("Review", done(query.as_deref()), &content))
}

/// One button, and no reason has to be given.
async fn ask(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let why = form.optional_prose("why", "why");
    let key: ReviewId = form.key(me.web().app.id());
    if !form.is_ok() {
        return again(&me, id, &form).await;
    }
    let Some(after) = form.accepted(me.web().app.ask_for_review(&me.actor, id, key, why).await)? else {
        return again(&me, id, &form).await;
    };
    let reads = me.actor.may(Action::SeeReviews, &after);
    let page = if reads { CasePage::Reviews } else { CasePage::Overview };
    Ok(answer::see_other(page.of(id).done("asked")))
}

async fn again(me: &Me, id: CaseId, form: &Form) -> Answer {
    let opened = me.open(id, Action::SeeCase, "reviews").await?;
    if !opened.may(Action::SeeReviews) {
        // Whoever may ask and not read has no page of reviews to show it on.
        let message = form.errors.first().map_or("Ask again from the start", |e| e.message.as_str());
        return Err(domain::Refusal::invalid("why", message).into());
    }
    let key = me.web().app.id().to_string();
    let content = view::all(&opened, form, &key);
    Ok(opened.again(TITLE, &content))
}

async fn book(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let review: ReviewId = form.text("review").parse().map_err(|_| ErrorPage::Hidden)?;
    let on = form.date("on", "the day of the review");
    let place = form.prose("where", "where and how");
    let (Some(on), Some(place)) = (on, place) else { return again(&me, id, &form).await };
    if form.accepted(me.web().app.book_review(&me.actor, id, review, on, place).await)?.is_none() {
        return again(&me, id, &form).await;
    }
    Ok(answer::see_other(CasePage::Reviews.of(id).done("booked")))
}

async fn say(me: Me, At((id, review)): At<(CaseId, ReviewId)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::SeeReviews, "reviews").await?;
    let found = opened.case().review.get(review).ok_or(ErrorPage::Hidden)?;
    let words = form.prose("words", "what you want to talk about");
    let voice = crate::voice::read(&mut form, opened.case());
    let (Some(words), Some(voice)) = (words, voice) else {
        return Ok(one_again(&opened, found, &form));
    };
    if form.accepted(me.web().app.contribute_to_review(&me.actor, id, review, voice, words).await)?.is_none()
    {
        return Ok(one_again(&opened, found, &form));
    }
    Ok(opened.go(CasePage::Review(review), "said"))
}

fn one_again(opened: &Opened, review: &review::Review, form: &Form) -> axum::response::Response {
    let content = view::one(opened, review, form);
    opened.again("Review", &content)
}

/// The day of a booked review for someone's own calendar. It names nobody.
async fn calendar_file(me: Me, At((id, review)): At<(CaseId, ReviewId)>) -> Answer {
    let opened = me.open(id, Action::SeeReviews, "reviews").await?;
    let found = opened.case().review.get(review).ok_or(ErrorPage::Hidden)?;
    let (on, _) = found.booked.as_ref().ok_or(ErrorPage::Hidden)?;
    let base = &me.web().app.settings.base_url;
    let host = base.split("://").last().unwrap_or(base).to_owned();
    let event = calendar::Event {
        id: review.to_string(),
        host,
        sequence: u32::try_from(opened.case().version).unwrap_or(u32::MAX),
        stamp: me.web().app.clock.now(),
        title: calendar::Title::Review,
        when: calendar::When::Day(*on),
        page: Some(format!("{base}{}", CasePage::Review(review).of(id).path())),
        cancelled: false,
    };
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"review.ics\""),
    ];
    Ok((headers, calendar::write(&[event])).into_response())
}
