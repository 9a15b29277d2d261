//! One question on a page, and settling it where people differ.

use super::{at, is_unanswered, title, to};
use crate::Me;
use crate::address::{Address as _, CasePage, NeedsPage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Size, Textarea, button, own_words, page_heading, radios, textarea,
};
use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::voice;
use crate::wizard::next_open;
use domain::access::Action;
use domain::case::assessment;
use domain::framework::Question;
use domain::{CaseId, Prose};
use maud::{Markup, html};
use service::Seen;

pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/needs/questions/{key}", Door::Case(Action::AnswerNeeds), show);
    routes.post("/cases/{id}/needs/questions/{key}", Door::Case(Action::AnswerNeeds), answer);
    routes.get("/cases/{id}/needs/settle/{key}", Door::Case(Action::AnswerNeeds), show_settle);
    routes.post("/cases/{id}/needs/settle/{key}", Door::Case(Action::AnswerNeeds), settle);
}

/// The question of this key; an address with any other leads nowhere.
fn found<'s>(seen: &'s Seen, key: &str) -> Result<&'s Question, ErrorPage> {
    let method = assessment::method_of(&seen.case, seen.framework())?;
    method.question(key).ok_or(ErrorPage::Hidden)
}

async fn show(me: Me, At((id, key)): At<(CaseId, String)>) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let question = found(&opened.seen, &key)?;
    if opened.case().assessment.completed.is_some() {
        return Ok(answer::see_other(opened.path(CasePage::Needs)));
    }
    let mut form = Form::empty();
    voice::default_to(&mut form, opened.case(), me.actor.account);
    let mine = opened.case().circle.voice_of(me.actor.account);
    if let Some(given) = opened.case().assessment.said(&key).find(|given| Some(given.voice) == mine) {
        form.put("level", given.level.to_string());
        form.put("words", given.words.as_ref().map_or("", Prose::as_str));
    }
    let content = content(&opened, question, &form);
    Ok(opened.page(question.title.as_str(), None, &content))
}

fn levels<'a>(question: &'a Question, places: &'a [String]) -> Vec<Choice<'a>> {
    places
        .iter()
        .zip(&question.levels)
        .map(|(place, (words, _))| Choice::new(place, words.as_str()))
        .collect()
}

fn places(question: &Question) -> Vec<String> {
    (0..question.levels.len()).map(|place| place.to_string()).collect()
}

fn content(opened: &Opened, question: &Question, form: &Form) -> Markup {
    let places = places(question);
    let hint = question.hint.as_ref().map(|hint| hint.as_str());
    let said: Vec<_> = opened.case().assessment.said(&question.key).collect();
    html! {
        (form.error_summary())
        form method="post" action=(at(&opened.seen, NeedsPage::Question(question.key.clone()))) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices {
                size: Size::L,
                heading: true,
                hint,
                ..Choices::new("level", question.title.as_str(), levels(question, &places)).with(form)
            }))
            (textarea(&Textarea {
                most: Some(Prose::MOST),
                hint: Some("If you like. Say what it is like on good days and bad days."),
                ..Textarea::new("words", "In your own words")
            }.with(form)))
            (voice::choose(&opened.me.actor, opened.case(), form))
            (button(&Button::submit("Save and go on")))
        }
        @if !said.is_empty() {
            h2 { "What has been said so far" }
            (side_by_side(&opened.seen, question))
        }
        p { a href=(opened.path(CasePage::Needs)) { "Back to all the questions" } }
    }
}

/// What each voice said, one beside the other.
fn side_by_side(seen: &Seen, question: &Question) -> Markup {
    let cards: Vec<Markup> = seen
        .case
        .assessment
        .said(&question.key)
        .map(|given| {
            let level = question.level_words(given.level).unwrap_or("An answer from earlier questions");
            let words = given.words.as_ref().map_or("", Prose::as_str);
            crate::components::card(&crate::components::Card {
                level: 2,
                size: Size::S,
                ..crate::components::Card::new(
                    &seen.case.circle.whose(given.voice, given.recorded_by),
                    html! {
                        p { (level) }
                        @if !words.is_empty() { (own_words(words, "")) }
                    },
                )
            })
        })
        .collect();
    crate::components::card_group(2, &cards)
}

async fn answer(me: Me, At((id, key)): At<(CaseId, String)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let question = found(&opened.seen, &key)?;
    let level = form.choice::<u8>("level", "the answer that is closest");
    let words = form.optional_prose("words", "your own words");
    let voice = voice::read(&mut form, opened.case());
    if let (true, Some(level), Some(voice)) = (form.is_ok(), level, voice) {
        let act = me.web().app.answer_need(&me.actor, id, key.clone(), level, words, voice).await;
        if form.accepted(act)?.is_some() {
            return Ok(answer::see_other(&next_after(&me, id, &key).await?));
        }
    }
    let content = content(&opened, question, &form);
    Ok(opened.again(question.title.as_str(), &content))
}

/// After an answer: settle it if people now differ; else the next question
/// that nobody has answered; else all of them.
async fn next_after(me: &Me, id: CaseId, key: &str) -> Result<String, ErrorPage> {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    if assessment::is_contested(&opened.case().assessment, key) {
        return Ok(at(&opened.seen, NeedsPage::Settle(key.to_owned())));
    }
    let method = assessment::method_of(opened.case(), opened.seen.framework())?;
    let place = method.questions.iter().position(|q| q.key == key);
    let next = next_open(&method.questions, place, |q| is_unanswered(opened.case(), q));
    Ok(match next {
        Some((_, question)) => at(&opened.seen, NeedsPage::Question(question.key.clone())),
        None => CasePage::Needs.of(id).done("answered"),
    })
}

async fn show_settle(me: Me, At((id, key)): At<(CaseId, String)>) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let question = found(&opened.seen, &key)?;
    if !assessment::is_contested(&opened.case().assessment, &key) {
        return Ok(answer::see_other(at(&opened.seen, NeedsPage::Question(key))));
    }
    let content = settle_content(&opened, question, &Form::empty());
    Ok(opened.page(question.title.as_str(), None, &content))
}

fn settle_content(opened: &Opened, question: &Question, form: &Form) -> Markup {
    let places = places(question);
    let for_all = opened.may(Action::SettleNeeds);
    let coordinator =
        opened.case().circle.care_coordinator().map_or("the care co-ordinator", |m| m.name.as_str());
    let (asked, done) = match for_all {
        true => ("How did they settle it, and who was there?", "Settle it"),
        false => ("Why can this answer count?", "I agree to this answer"),
    };
    html! {
        (form.error_summary())
        (page_heading(title(&opened.seen), question.title.as_str()))
        p { "People see this differently. Both answers are kept. Talk about it." }
        @if for_all {
            p { "Write down the answer that they all agreed to. Everybody reads that you wrote it, and the family is told." }
        } @else {
            p { "An answer counts when everybody who said something else agrees to it, or when " (coordinator) " writes down what you settled together." }
        }
        (side_by_side(&opened.seen, question))
        (agreed_so_far(&opened.seen, question))
        form method="post" action=(at(&opened.seen, NeedsPage::Settle(question.key.clone()))) novalidate {
            (csrf_field(&opened.me.csrf))
            (radios(&Choices {
                size: Size::M,
                ..Choices::new("level", "Which answer counts?", levels(question, &places)).with(form)
            }))
            (textarea(&Textarea {
                most: Some(Prose::MOST),
                rows: 3,
                hint: Some("For example: we watched a bad night together."),
                ..Textarea::new("how", asked)
            }.with(form)))
            (button(&Button::submit(done)))
        }
        p { a href=(at(&opened.seen, NeedsPage::Question(question.key.clone()))) { "Change an answer instead" } }
        p { a href=(opened.path(CasePage::Needs)) { "Leave it for now" } }
    }
}

/// Who lets which answer count, and whose word is still missing.
fn agreed_so_far(seen: &Seen, question: &Question) -> Markup {
    let circle = &seen.case.circle;
    html! {
        @for agreed in seen.case.assessment.agreed_to(&question.key) {
            @let level = question.level_words(agreed.level).unwrap_or("An answer from earlier questions");
            @let missing = assessment::to_agree(&seen.case, &question.key, agreed.level);
            @let missing: Vec<&str> = missing.into_iter().map(|voice| circle.name_of(voice)).collect();
            (own_words(agreed.how.as_str(), &circle.whose(agreed.voice, agreed.by)))
            p { "This is why they agree to “" (level) "”. It does not count before " (domain::listed(&missing)) " agrees too." }
        }
    }
}

async fn settle(me: Me, At((id, key)): At<(CaseId, String)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::AnswerNeeds, "needs").await?;
    let question = found(&opened.seen, &key)?;
    let level = form.choice::<u8>("level", "the answer that counts");
    let how = form.prose("how", "how this came about");
    if let (true, Some(level), Some(how)) = (form.is_ok(), level, how) {
        let act = me.web().app.settle_need(&me.actor, id, key.clone(), level, how).await;
        if let Some(after) = form.accepted(act)? {
            let is_open = assessment::is_contested(&after.assessment, &key);
            return Ok(to(id, CasePage::Needs, if is_open { "agreed" } else { "settled" }));
        }
    }
    let content = settle_content(&opened, question, &form);
    Ok(opened.again(question.title.as_str(), &content))
}
