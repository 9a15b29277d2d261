//! Needs: the questions, who said what, settling differences, the list of
//! needs, finishing and opening again.

mod list;
mod question;

use crate::Me;
use crate::address::{Address as _, CasePage, CasePost, NeedsPage};
use crate::answer;
use crate::case_page::{At, Opened, how_it_should_feel, is_family};
use crate::components::{
    Button, Colour, Status, SummaryList, Tag, Task, Textarea, button, buttons, error_summary, inset_text,
    nothing_yet, own_words, page_heading, summary_list, task_list, textarea, typed,
};
use crate::components::{Row, RowLink as Link};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::wizard::next_open;
use axum::extract::RawQuery;
use axum::response::Response;
use domain::access::Action;
use domain::case::assessment::{self, Gap, Settled};
use domain::case::{Case, Stage};
use domain::framework::{Method, Question};
use domain::ledger::Funder;
use domain::{CaseId, Why, dates};
use maud::{Markup, html};
use service::{Error, Seen};

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/needs", Door::Case(Action::SeeNeeds), overview);
    routes.get("/cases/{id}/needs/check", Door::Case(Action::SeeNeeds), check);
    routes.post("/cases/{id}/needs/complete", Door::Case(Action::CompleteNeeds), complete);
    routes.get("/cases/{id}/needs/reopen", Door::Case(Action::CompleteNeeds), reopen_form);
    routes.post("/cases/{id}/needs/reopen", Door::Case(Action::CompleteNeeds), reopen);
    question::declare(routes);
    list::declare(routes);
}

/// The value of one key of the address's query, if it is there.
pub(crate) fn query(raw: &RawQuery, key: &str) -> Option<String> {
    let text = raw.0.as_deref()?;
    form_urlencoded::parse(text.as_bytes()).find(|(k, _)| k == key).map(|(_, value)| value.into_owned())
}

fn flash(raw: &RawQuery) -> Option<&'static str> {
    match query(raw, "done")?.as_str() {
        "answered" => Some("Your answer is saved"),
        "settled" => Some("It is settled which answer counts"),
        "agreed" => Some("Saved. It counts when everybody who said something else agrees to it too"),
        "added" => Some("The need is on the list"),
        "withdrawn" => Some("The need is off the list. The record keeps it"),
        "completed" => Some("The questions about needs are finished"),
        "reopened" => Some("The questions about needs are open again"),
        _ => None,
    }
}

fn at(seen: &Seen, page: NeedsPage) -> String {
    CasePage::InNeeds(page).of(seen.case.id).path()
}

/// Whether this reader may fill it in now.
fn may_fill_in(opened: &Opened) -> bool {
    opened.case().assessment.completed.is_none() && opened.may(Action::AnswerNeeds)
}

fn title(seen: &Seen) -> &'static str {
    if is_family(&seen.roles) { "Your needs" } else { "Needs" }
}

async fn overview(me: Me, At(id): At<CaseId>, raw: RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeNeeds, "needs").await?;
    let content = match assessment::method_of(opened.case(), opened.seen.framework()) {
        Ok(method) => overview_content(&opened, method),
        Err(refusal) => html! {
            (page_heading("", title(&opened.seen)))
            (how_it_should_feel(&opened.seen, Stage::Needs))
            (nothing_yet(&refusal.to_string()))
        },
    };
    Ok(opened.page(title(&opened.seen), flash(&raw), &content))
}

fn overview_content(opened: &Opened, method: &Method) -> Markup {
    let open = may_fill_in(opened);
    let answered = method.questions.iter().filter(|q| !is_unanswered(opened.case(), q)).count();
    let family = opened.is_family();
    let (health, life) = if family { ("Your health", "Your daily life") } else { ("Health", "Daily life") };
    let caption = if family { "" } else { opened.case().person_name() };
    html! {
        (page_heading(caption, title(&opened.seen)))
        (how_it_should_feel(&opened.seen, Stage::Needs))
        (whats_next(opened, method, answered))
        @for (funder, heading, about) in [
            (Funder::Nhs, health, "These answers count towards the NHS part of the budget."),
            (Funder::Council, life, "These answers count towards the council part of the budget."),
        ] {
            h2 { (heading) }
            p class="nhsuk-hint" { (about) }
            (task_list(heading.split(' ').next_back().unwrap_or_default(), &tasks(&opened.seen, method, funder, open)))
        }
        h2 { (list::heading(&opened.seen)) }
        (needs_in_words(&opened.seen, false))
        @if open { p { a href=(at(&opened.seen, NeedsPage::List)) { "Write down or change what you need" } } }
        p { a href=(at(&opened.seen, NeedsPage::Check)) { "Read all the answers on one page" } }
    }
}

/// Where it stands, and the one thing to do.
fn whats_next(opened: &Opened, method: &Method, answered: usize) -> Markup {
    let case = opened.case();
    if let Some(finished) = case.assessment.completed {
        let may_reopen = opened.may(Action::CompleteNeeds);
        return html! {
            p { "These questions were finished on " (dates::long(dates::london(finished))) "." }
            p { "If something changes, they can be opened again at any time." }
            (buttons(&html! {
                @if opened.may(CasePage::Budget.opened_by()) { (button(&Button::to("See the budget", &CasePage::Budget.of(case.id).path()))) }
                @if may_reopen { (button(&Button { look: crate::components::Look::Secondary, ..Button::to("Open the questions again", &at(&opened.seen, NeedsPage::Reopen)) })) }
            }))
        };
    }
    let next = next_open(&method.questions, None, |q| is_unanswered(case, q)).map(|(_, question)| question);
    let contested = method.questions.iter().find(|q| assessment::is_contested(&case.assessment, &q.key));
    html! {
        @if let Some((why, _)) = case.assessment.reopened.last() {
            (inset_text(&html! { p { "Opened again because: " (crate::components::typed(why.as_str())) } }))
        }
        p {
            (answered) " of " (method.questions.len()) " questions have an answer. "
            "Do them in any order, at your own pace, alone or together. There are no wrong answers."
        }
        p { "If you see something differently from someone else, both answers stay, side by side, until you settle it together." }
        @if may_fill_in(opened) {
            @if let Some(question) = next {
                (button(&Button::to("Answer the next question", &at(&opened.seen, NeedsPage::Question(question.key.clone())))))
            } @else if let Some(question) = contested {
                (button(&Button::to("Settle where you differ", &at(&opened.seen, NeedsPage::Settle(question.key.clone())))))
            } @else if case.assessment.current_needs().next().is_none() {
                (button(&Button::to("Write down what you need", &at(&opened.seen, NeedsPage::List))))
            } @else {
                (button(&Button::to("Check the answers", &at(&opened.seen, NeedsPage::Check))))
            }
        }
    }
}

fn tasks(seen: &Seen, method: &Method, funder: Funder, open: bool) -> Vec<Task> {
    let of_part = method.questions.iter().filter(|q| q.funder == funder);
    of_part.map(|question| task(seen, question, open)).collect()
}

/// Whether nobody has said anything to it yet.
fn is_unanswered(case: &Case, question: &Question) -> bool {
    case.assessment.said(&question.key).next().is_none()
}

/// Where a question is answered, or settled where people differ.
fn one_of(question: &Question, contested: bool) -> NeedsPage {
    let key = question.key.clone();
    if contested { NeedsPage::Settle(key) } else { NeedsPage::Question(key) }
}

fn task(seen: &Seen, question: &Question, open: bool) -> Task {
    let case = &seen.case;
    let names: Vec<&str> =
        case.assessment.said(&question.key).map(|a| case.circle.name_of(a.voice)).collect();
    let contested = assessment::is_contested(&case.assessment, &question.key);
    let status = if contested {
        Status::Tag(Tag::new("Settle together", Colour::Yellow))
    } else if names.is_empty() {
        Status::Tag(Tag::new("To do", Colour::Blue))
    } else {
        Status::Done("Answered".to_owned())
    };
    Task {
        title: question.title.to_string(),
        href: open.then(|| at(seen, one_of(question, contested))),
        hint: (!names.is_empty()).then(|| format!("Said by {}", domain::listed(&names))),
        status,
    }
}

/// The needs that were found, with a way to take one off where `open`.
fn needs_in_words(seen: &Seen, open: bool) -> Markup {
    let case = &seen.case;
    let rows: Vec<Row> = case
        .assessment
        .current_needs()
        .map(|need| {
            let kind = match need.funder {
                Funder::Nhs => "Health",
                Funder::Council => "Social care",
            };
            let row =
                Row::html(kind, own_words(need.words.as_str(), &case.circle.whose(need.voice, need.by)));
            let off = Link::new(
                at(seen, NeedsPage::Withdraw(need.id)),
                "Take off",
                format!("this need: {}", need.words),
            );
            if open { row.action(off) } else { row }
        })
        .collect();
    if rows.is_empty() {
        return nothing_yet("Nothing is written down yet.");
    }
    summary_list(&SummaryList::new(rows))
}

async fn check(me: Me, At(id): At<CaseId>, raw: RawQuery) -> Answer {
    let opened = me.open(id, Action::SeeNeeds, "needs").await?;
    let method = assessment::method_of(opened.case(), opened.seen.framework())?;
    let content = check_content(&opened, method, &[]);
    Ok(opened.page("Check the answers", flash(&raw), &content))
}

fn check_content(opened: &Opened, method: &Method, gaps: &[Gap]) -> Markup {
    let open = may_fill_in(opened);
    let may_finish = opened.case().assessment.completed.is_none() && opened.may(Action::CompleteNeeds);
    let part = |funder| {
        let rows = method.questions.iter().filter(|q| q.funder == funder);
        SummaryList::new(rows.map(|q| answer_row(&opened.seen, q, open)).collect())
    };
    let missing: Vec<_> = gaps.iter().map(|gap| (gap_href(&opened.seen, gap), gap.words(method))).collect();
    html! {
        @if !missing.is_empty() { (error_summary("This cannot be finished yet", &missing)) }
        (page_heading("", "Check the answers"))
        h2 { "Health" }
        (summary_list(&part(Funder::Nhs)))
        h2 { "Daily life" }
        (summary_list(&part(Funder::Council)))
        h2 { "What is needed, in words" }
        (needs_in_words(&opened.seen, open))
        @if open { p { a href=(at(&opened.seen, NeedsPage::List)) { "Write down a need" } } }
        @if may_finish {
            h2 { "Finish" }
            p { "When you finish, the budget can be worked out from these answers. They can be opened again later." }
            form method="post" action=(CasePost::CompleteNeeds.of(opened.case().id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                (button(&Button::submit("Finish the questions")))
            }
        } @else if opened.case().assessment.completed.is_none() {
            @let coordinator = opened.case().circle.care_coordinator().map_or("The care co-ordinator", |m| m.name.as_str());
            p { (coordinator) " finishes this with you when everything is answered." }
        }
        p { a href=(opened.path(CasePage::Needs)) { "Back to the questions" } }
    }
}

fn gap_href(seen: &Seen, gap: &Gap) -> String {
    match gap {
        Gap::Unanswered(key) => at(seen, NeedsPage::Question(key.clone())),
        Gap::Contested(key) => at(seen, NeedsPage::Settle(key.clone())),
        Gap::NoNeeds => at(seen, NeedsPage::List),
        Gap::OnlyProfessionals => CasePage::Needs.of(seen.case.id).path(),
    }
}

fn answer_row(seen: &Seen, question: &Question, open: bool) -> Row {
    let case = &seen.case;
    let value = html! {
        @if let Some(settled) = case.assessment.settled(&question.key) { (settling(case, question, settled)) }
        @for given in case.assessment.said(&question.key) {
            p {
                (question.level_words(given.level).unwrap_or("An answer from earlier questions"))
                br;
                span class="phb-quiet" { "Said by " (case.circle.whose(given.voice, given.recorded_by)) }
            }
            @if let Some(words) = &given.words { (own_words(words.as_str(), "")) }
        }
        @if is_unanswered(case, question) { span class="phb-quiet" { "Not answered yet" } }
    };
    let row = Row::html(question.title.as_str(), value);
    if !open {
        return row;
    }
    let contested = assessment::is_contested(&case.assessment, &question.key);
    let text = match (contested, is_unanswered(case, question)) {
        (true, _) => "Settle",
        (false, true) => "Answer",
        (false, false) => "Change",
    };
    row.action(Link::new(at(seen, one_of(question, contested)), text, question.title.as_str()))
}

/// The answer that counts where people differed, who settled it and how.
fn settling(case: &Case, question: &Question, settled: &Settled) -> Markup {
    let agreed: Vec<_> =
        case.assessment.agreed_to(&question.key).filter(|agreed| agreed.level == settled.level).collect();
    let who = case.circle.name_of_author(settled.by).unwrap_or("Somebody of the services");
    let is_theirs = agreed.iter().any(|agreed| agreed.by == settled.by && agreed.at == settled.at);
    html! {
        p { strong { (question.level_words(settled.level).unwrap_or("An answer from earlier questions")) } }
        @for agreed in &agreed {
            p { (case.circle.whose(agreed.voice, agreed.by)) " agreed to this: " (typed(agreed.how.as_str())) }
        }
        @if !is_theirs {
            p { (who) " wrote down how it was settled: " (typed(settled.how.as_str())) }
        }
        p class="phb-quiet" { "It counts since " (dates::moment(settled.at)) "." }
    }
}

async fn complete(me: Me, At(id): At<CaseId>, _: Form) -> Answer {
    match me.web().app.complete_needs(&me.actor, id).await {
        Err(Error::Refused(refusal)) if refusal.why == Why::NotYet => {
            let opened = me.open(id, Action::SeeNeeds, "needs").await?;
            let method = assessment::method_of(opened.case(), opened.seen.framework())?;
            let gaps = assessment::gaps(opened.case(), method);
            if gaps.is_empty() {
                return Err(ErrorPage::Refused(refusal));
            }
            let content = check_content(&opened, method, &gaps);
            Ok(opened.again("Check the answers", &content))
        }
        Err(no) => Err(no.into()),
        Ok(_) => Ok(answer::see_other(CasePage::Needs.of(id).done("completed"))),
    }
}

async fn reopen_form(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = me.open(id, Action::CompleteNeeds, "needs").await?;
    let content = reopen_content(&opened, &Form::empty());
    Ok(opened.page("Open the questions again", None, &content))
}

fn reopen_content(opened: &Opened, form: &Form) -> Markup {
    html! {
        (form.error_summary())
        (page_heading("", "Open the questions again"))
        p { "Every answer is kept and can be changed. The budget stays as it is until a new one is worked out and shared." }
        form method="post" action=(at(&opened.seen, NeedsPage::Reopen)) novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { most: Some(domain::Prose::MOST), ..Textarea::new("why", "What has changed?") }.with(form)))
            (button(&Button::submit("Open the questions again")))
        }
        p { a href=(opened.path(CasePage::Needs)) { "Leave them as they are" } }
    }
}

async fn reopen(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    if let Some(why) = form.prose("why", "what has changed") {
        let act = me.web().app.reopen_needs(&me.actor, id, why).await;
        if form.accepted(act)?.is_some() {
            return Ok(to(id, CasePage::Needs, "reopened"));
        }
    }
    let opened = me.open(id, Action::CompleteNeeds, "needs").await?;
    let content = reopen_content(&opened, &form);
    Ok(opened.again("Open the questions again", &content))
}

fn to(id: CaseId, page: CasePage, done: &str) -> Response {
    answer::see_other(page.of(id).done(done))
}
