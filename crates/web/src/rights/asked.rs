//! One request about the record: what was asked, what was answered, and what
//! somebody can do who does not agree.

use super::request::{self, one, what};
use super::{SECTION, how_far, name, name_of, title};
use crate::address::CasePage;
use crate::case_page::{At, Opened};
use crate::components::{Row, SummaryList, inset_text, own_words, page_heading, summary_list};
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use axum::extract::RawQuery;
use domain::access::Action;
use domain::case::rights::{self, Asked, Right, Said};
use domain::{CaseId, RequestId, dates};
use maud::{Markup, html};

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/rights/{request}", Door::Case(Action::SeeRequests), show);
}

async fn show(me: Me, At((id, request)): At<(CaseId, RequestId)>, RawQuery(query): RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeRequests, SECTION).await?;
    let flash = match query.as_deref() {
        Some("done=asked") => Some("We have your request. We answer you by the day below."),
        Some("done=answered") => Some("The answer is on the record, and they are told."),
        Some("done=again") => Some("Somebody else looks at it again."),
        Some("done=statement") => Some("Your words stand beside it now."),
        Some("done=unsaid") => Some("The statement is taken back. It stands beside nothing any more."),
        Some("done=lifted") => Some("The use is not restricted any more, and they are told."),
        Some("done=time") => Some("It is on the record, and they are told."),
        _ => None,
    };
    let asked = one(&opened, request)?;
    Ok(opened.page(name(asked), flash, &content(&opened, asked)))
}

fn content(opened: &Opened, asked: &Asked) -> Markup {
    html! {
        (page_heading(&title(opened), name(asked)))
        (summary_list(&SummaryList::new(facts(opened, asked))))
        @if let Some((why, _)) = asked.time.paused.as_ref().filter(|_| asked.is_waiting()) {
            (inset_text(&html! { p { "The time stands still, until this is answered:" } (own_words(why.as_str(), "")) }))
        }
        @if let Some(why) = asked.time.extended.as_ref().filter(|_| asked.is_waiting()) {
            (inset_text(&html! { p { "It takes longer:" } (own_words(why.as_str(), "")) }))
        }
        (answers(opened, asked))
        @if asked.is_to_be_erased() {
            p { "All of the record is to be destroyed. Two people see to it, and then nobody can read it any more. Until then it can be taken back." }
        }
        @if let Some(done) = &asked.withdrawn {
            h2 { "Taken back on " (dates::long(dates::london(done.at))) }
            p { (opened.case().circle.whose(done.voice, done.by)) }
            @if let Some(told) = &done.told {
                (own_words(told.how.as_str(), "How they said so"))
                (own_words(told.why.as_str(), "Why"))
            }
        }
        @if let Some((why, at)) = &asked.lifted {
            h2 { "The restriction ended on " (dates::long(dates::london(*at))) }
            (own_words(why.as_str(), ""))
        }
        (super::answer::way_there(opened, asked))
        @if opened.may(Action::AskAboutRecord) { (next(opened, asked)) }
        p { a href=(opened.path(CasePage::Rights)) { "Back to all requests" } }
    }
}

fn facts(opened: &Opened, asked: &Asked) -> Vec<Row> {
    let mut rows = what(&asked.ask);
    rows.push(Row::text("Who asked", opened.case().circle.whose(asked.voice, asked.by)));
    rows.push(Row::text("Asked on", dates::moment(asked.at)));
    rows.push(Row::text("How far it is", how_far(asked)));
    rows
}

fn answers(opened: &Opened, asked: &Asked) -> Markup {
    let again = asked.again.as_ref();
    html! {
        @for (number, given) in asked.answers.iter().enumerate() {
            @if let Some(said) = again.filter(|_| number == 1) { (said_again(opened, said)) }
            h2 { @if number == 0 { "The answer: " } @else { "The second answer: " } (given.answer.words()) }
            (own_words(given.words.as_str(), &format!("{}, {}", name_of(opened, given.by), dates::moment(given.at))))
        }
        @if let Some(said) = again.filter(|_| asked.answers.len() == 1) { (said_again(opened, said)) }
        @if let Some(said) = &asked.statement {
            h2 { "Their own words beside it" }
            (own_words(said.words.as_str(), &who(opened, said)))
        }
        @if asked.ask.right() == Right::PutRight && asked.is_granted() {
            p { "Nothing was rubbed out: what was written before can still be read, beside what is right." }
        }
    }
}

fn said_again(opened: &Opened, said: &Said) -> Markup {
    html! {
        h2 { "Why it was to be looked at again" }
        (own_words(said.words.as_str(), &who(opened, said)))
    }
}

fn who(opened: &Opened, said: &Said) -> String {
    format!("{}, {}", opened.case().circle.whose(said.voice, said.by), dates::moment(said.at))
}

/// What whoever asked can do now.
fn next(opened: &Opened, asked: &Asked) -> Markup {
    let way = |page: CasePage, words: &str| html! { p { a href=(opened.path(page)) { (words) } } };
    html! {
        @if request::disagrees(asked) {
            h2 { "If you do not agree" }
            @if asked.again.is_none() {
                p { "You can ask that somebody else looks at it again. They answer within one month." }
                (way(CasePage::AskAgain(asked.id), "Ask somebody else to look again"))
            }
            @if request::can_state(asked) {
                p { "You can put your own words beside what was not put right." }
                (way(CasePage::SayBeside(asked.id), "Put your own words beside it"))
            }
            (commissioner())
        }
        @if rights::may(opened.case(), asked, Action::TakeRequestBack, &opened.me.actor) {
            @if asked.statement.is_some() {
                (way(CasePage::TakeStatementBack(asked.id), "Take your own words back"))
            }
            @if asked.can_be_taken_back(opened.seen.today) {
                (way(CasePage::TakeBack(asked.id), "Take it back"))
            }
        }
    }
}

/// Who looks at it who is not of the NHS or the council. The address is as the
/// Office gives it (ico.org.uk, "Contact us").
fn commissioner() -> Markup {
    html! {
        p { "You can also complain to the Information Commissioner’s Office at any time. They look after everybody’s rights about information, and it costs nothing." }
        ul {
            li { "On the web: ico.org.uk/make-a-complaint" }
            li { "By telephone: 0303 123 1113" }
            li { "By post: Wycliffe House, Water Lane, Wilmslow, Cheshire, SK9 5AF" }
        }
    }
}
