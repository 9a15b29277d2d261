//! What the pages about reviews show.

use crate::address::{Address as _, CasePage, CasePost};
use crate::case_page::{Opened, caption, how_it_should_feel};
use crate::components::{
    Button, DateInput, Details, Row, Size, SummaryList, Textarea, button, date_input, details, inset_text,
    next_step, nothing_yet, own_words, page_heading, summary_list, textarea, typed,
};
use crate::form::Form;
use crate::tokens::{csrf_field, key_field};
use domain::access::Action;
use domain::case::Stage;
use domain::case::review::{AskedFor, Held, Review};
use domain::{ReviewId, dates};
use maud::{Markup, html};
use service::Seen;

fn path(seen: &Seen, page: CasePage) -> String {
    page.of(seen.case.id).path()
}

/// The list: what is to come, asking for one, and what was said before.
pub fn all(opened: &Opened, form: &Form, key: &str) -> Markup {
    let case = opened.case();
    let held: Vec<&Review> = case.review.all.iter().rev().filter(|r| r.held.is_some()).collect();
    html! {
        (form.error_summary())
        (page_heading(caption(&opened.seen), super::TITLE))
        (how_it_should_feel(&opened.seen, Stage::Review))
        p { "A review looks at what is working, what is not, and whether the money is enough. It is there to make things better. Saying that something is wrong never puts care or money at risk." }
        (to_come(opened))
        @if case.review.open().next().is_none() && opened.may(Action::AskForReview) { (ask(opened, form, key)) }
        @if opened.may(Action::HoldReview) { (book(opened, form, key)) }
        h2 { "Reviews so far" }
        @if held.is_empty() { (nothing_yet("There has not been a review yet.")) }
        @for review in held { (in_short(&opened.seen, review)) }
    }
}

fn to_come(opened: &Opened) -> Markup {
    let case = opened.case();
    let due = case.review_due(opened.seen.framework());
    let Some(open) = case.review.open().next() else {
        return match due {
            Some(due) if due < opened.seen.today => inset_text(
                &html! { p { "A review was due by " strong { (dates::long(due)) } ". It is late, and has to be booked now." } },
            ),
            Some(due) => {
                inset_text(&html! { p { "The next review is due by " strong { (dates::long(due)) } "." } })
            }
            None => inset_text(
                &html! { p { "The first review is due within " (opened.seen.framework().first_review_months) " months of the first payment." } },
            ),
        };
    };
    let to = path(&opened.seen, CasePage::Review(open.id));
    let words = html! {
        @match &open.booked {
            Some((_, place)) => {
                p { (typed(place.as_str())) }
                p { a href=(path(&opened.seen, CasePage::ReviewCalendar(open.id))) { "Add it to your calendar" } }
            }
            None => {
                p { "The care co-ordinator will book it." }
                @if let Some(due) = case.review_due(opened.seen.framework()) { p { "It is due by " strong { (dates::long(due)) } "." } }
            }
        }
        @if let Some(AskedFor { voice, why, at }) = &open.asked {
            @let who = voice.map_or("The organisation that holds the money", |v| case.circle.name_of(v));
            p { (who) " asked for it on " (dates::long(dates::london(*at))) "." }
            @if let Some(why) = why { (own_words(why.as_str(), who)) }
        }
    };
    let title = match &open.booked {
        Some((on, _)) => format!("Your review is on {}", dates::long(*on)),
        None => "A review has been asked for".to_owned(),
    };
    let title = if opened.is_family() { title } else { title.replace("Your review", "The review") };
    let action = html! {
        (button(&Button::to("Say what you want to talk about", &to)))
        @if opened.may(Action::HoldReview) { p { a href=(path(&opened.seen, CasePage::HoldReview(open.id))) { "Record what was said" } } }
    };
    next_step("Next review", &title, &words, &action)
}

fn ask(opened: &Opened, form: &Form, key: &str) -> Markup {
    html! {
        section class="phb-ask" {
            h2 { "Ask for a review now" }
            p { "You can ask at any time. You do not have to say why." }
            form method="post" action=(CasePost::AskForReview.of(opened.case().id).path()) novalidate {
                (csrf_field(&opened.me.csrf)) (key_field(key))
                (button(&Button::submit("Ask for a review")))
                (details(&Details { open: form.error_for("why").is_some(), ..Details::new("Say why, if you like",
                    textarea(&Textarea { rows: 3, ..Textarea::new("why", "Why now?").with(form) })) }))
            }
        }
    }
}

fn book(opened: &Opened, form: &Form, key: &str) -> Markup {
    let open = opened.case().review.open().next();
    let review = open.map_or_else(|| key.to_owned(), |r| r.id.to_string());
    let is_booked = open.is_some_and(|r| r.booked.is_some());
    let words = if is_booked { "Change the day of the review" } else { "Book the review" };
    let has_errors = form.error_for("on").is_some() || form.error_for("where").is_some();
    let fields = html! {
        form method="post" action=(CasePost::BookReview.of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            input type="hidden" name="review" value=(review);
            (date_input(&DateInput { size: Size::S, hint: Some("For example, 27 3 2026"), ..DateInput::new("on", "Which day?").with(form) }))
            (textarea(&Textarea { rows: 2, hint: Some("At home, by telephone, who comes."), ..Textarea::new("where", "Where and how?").with(form) }))
            (button(&Button::secondary(words)))
        }
        @if let (None, Ok(fresh)) = (open, key.parse()) {
            p { a href=(path(&opened.seen, CasePage::HoldReview(fresh))) { "Record a review that was not booked" } }
        }
    };
    details(&Details { open: !is_booked || has_errors, ..Details::new(words, fields) })
}

fn in_short(seen: &Seen, review: &Review) -> Markup {
    let Some(held) = &review.held else { return html! {} };
    html! {
        h3 { a href=(path(seen, CasePage::Review(review.id))) { "Review of " (dates::long(held.on)) } }
        p { "Is the money enough: " strong { @if held.enough { "yes" } @else { "no" } } ". Next review by " (dates::long(held.next)) "." }
    }
}

/// One review: what is said before it, or what was said at it.
pub fn one(opened: &Opened, review: &Review, form: &Form) -> Markup {
    let case = opened.case();
    let title = match (&review.held, &review.booked) {
        (Some(held), _) => format!("Review of {}", dates::long(held.on)),
        (None, Some((on, _))) => format!("Review on {}", dates::long(*on)),
        (None, None) => "The review that was asked for".to_owned(),
    };
    html! {
        (form.error_summary())
        (page_heading(caption(&opened.seen), &title))
        @if let Some(held) = &review.held { (what_was_said(opened, held)) }
        @else if let Some((_, place)) = &review.booked { p { (typed(place.as_str())) } }
        @if !review.said.is_empty() {
            h2 { "Said before the review" }
            @for said in &review.said { (own_words(said.words.as_str(), &case.circle.whose(said.voice, said.by))) }
        }
        @if review.held.is_none() {
            @if opened.may(Action::AskForReview) { (say(opened, review.id, form)) }
            @if opened.may(Action::HoldReview) {
                p { a href=(path(&opened.seen, CasePage::HoldReview(review.id))) { "Record what was said at the review" } }
            }
        }
        p { a href=(path(&opened.seen, CasePage::Reviews)) { "All reviews" } }
    }
}

fn say(opened: &Opened, review: ReviewId, form: &Form) -> Markup {
    let mut form = form.clone();
    crate::voice::default_to(&mut form, opened.case(), opened.me.actor.account);
    html! {
        h2 { "What do you want to talk about?" }
        form method="post" action=(CasePost::SayBeforeReview(review).of(opened.case().id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { hint: Some("What is going well, what is not, what should change. Everyone in the circle can read it."), ..Textarea::new("words", "In your own words").with(&form) }))
            (crate::voice::choose(&opened.me.actor, opened.case(), &form))
            (button(&Button::submit("Keep it for the review")))
        }
    }
}

fn what_was_said(opened: &Opened, held: &Held) -> Markup {
    let case = opened.case();
    let names: Vec<&str> = held.with.iter().map(|v| case.circle.name_of(*v)).collect();
    let mut rows = vec![
        Row::text("Who was there", names.join(", ")),
        Row::html("What is working", typed(held.working.as_str())),
        Row::html("What is not working", typed(held.not_working.as_str())),
    ];
    for told in &held.outcomes {
        let name = case.plan.outcome(told.outcome).map_or("An outcome", |o| o.words.words.as_str());
        rows.push(Row::html(
            name,
            html! {
                strong { (told.progress.words()) }
                @if let Some(words) = &told.words { br; (typed(words.as_str())) }
            },
        ));
    }
    rows.push(Row::html(
        "Is the money enough?",
        html! {
            @if held.enough { "Yes" } @else { "No" }
            @if let Some(words) = &held.money { br; (typed(words.as_str())) }
        },
    ));
    if let Some(changes) = &held.changes {
        rows.push(Row::html("What changes", typed(changes.as_str())));
    }
    rows.push(Row::text("Next review", format!("By {}", dates::long(held.next))));
    let is_newest = case.review.last_held() == Some(held);
    html! {
        @if is_newest { (what_next(opened, held)) }
        (summary_list(&SummaryList { rows, ..SummaryList::default() }))
    }
}

fn what_next(opened: &Opened, held: &Held) -> Markup {
    let plan = path(&opened.seen, CasePage::Plan);
    let can_write = opened.may(Action::WritePlan);
    let words = html! {
        @if held.changes.is_some() { p { "The plan can be changed without starting again. Most changes need nobody's permission, and the plan says which do." } }
        @else { p { "Nothing in the plan has to change." } }
        @if opened.case().budget_must_be_looked_at() { p { "The money is not enough, so the care co-ordinator looks at the budget again." } }
    };
    let action = html! {
        @if held.changes.is_some() && can_write { (button(&Button::to("Change the plan", &plan))) }
    };
    next_step("What happens next", "After this review", &words, &action)
}
