//! Outcomes: what should change, and for which need.

use super::frame::{Done, empty, to_read, to_write};
use super::versions::{List, based_on};
use crate::address::{PlanItem, PlanList, PlanPage};
use crate::case_page::{At, Opened};
use crate::components::{
    Choice, Choices, Colour, Details, Size, Tag, Textarea, checkboxes, details, inset_text, own_words,
    radios, tag, textarea, typed,
};
use crate::form::{Form, capital};
use crate::routes::{Door, Routes};
use crate::tokens::{KEY_FIELD, csrf_field};
use crate::{Answer, ErrorPage, Me, voice};
use axum::extract::Query;
use axum::response::Response;
use domain::case::plan::decide::{self, sounds_like_a_service};
use domain::case::plan::{Aim, OutcomeItem, OutcomeWords, Plan, Version};
use domain::case::{Case, Voice};
use domain::{CaseId, OutcomeId};
use maud::{Markup, html};
use service::plan::Change;
use strum::VariantArray;

pub fn declare(routes: &mut Routes, see: Door, write: Door) {
    routes.get("/cases/{id}/plan/outcomes", see, list);
    routes.get("/cases/{id}/plan/outcomes/add", write, ask);
    routes.post("/cases/{id}/plan/outcomes/add", write, add);
    routes.get("/cases/{id}/plan/outcomes/{item}", write, edit);
    routes.post("/cases/{id}/plan/outcomes/{item}", write, change);
    routes.get("/cases/{id}/plan/outcomes/{item}/remove", write, ask_why);
    routes.post("/cases/{id}/plan/outcomes/{item}/remove", write, remove);
}

const LIST: List<OutcomeId, OutcomeWords, Aim> = List {
    list: PlanList::Outcomes,
    add: "Add an outcome",
    change: "Change an outcome",
    take_out: "Take out this outcome?",
    find: Plan::outcome,
    filled,
    asked,
    remove: |id, why, seen| Change::RemoveOutcome { id, why, seen },
};

async fn list(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = "What should change";
    let plan = &opened.case().plan;
    let content = html! {
        h1 { (title) }
        p class="nhsuk-lede-text" { "An outcome is a change in daily life: something gets better, stays good, or does not happen. It is not a service." }
        @if plan.current_outcomes().next().is_none() { (empty("There are no outcomes yet.")) }
        @for outcome in plan.current_outcomes() { (shown(&opened, outcome)) }
        (needs_without(&opened))
        (opened.foot(LIST.add, PlanPage::Add(PlanList::Outcomes)))
    };
    Ok(opened.page(title, done.words(), &content))
}

fn shown(opened: &Opened, outcome: &OutcomeItem) -> Markup {
    let case = opened.case();
    let number = case.plan.number(outcome.id);
    let needs = case.assessment.needs.iter().filter(|n| outcome.words.needs.contains(&n.id));
    html! {
        section class="phb-outcome" id={ "outcome-" (number) } {
            h2 class="nhsuk-heading-s" { "Outcome " (number) }
            @if let Some(aim) = case.plan.aim(outcome.id) { (tag(&Tag::new(capital(aim.words()), Colour::AquaGreen))) }
            (own_words(outcome.words.words.as_str(), &opened.who_said(outcome)))
            @if let Some(sign) = &outcome.words.sign { p { "How we will know: " (typed(sign.as_str())) } }
            @for need in needs { p { "For this need: " (typed(need.words.as_str())) } }
            (LIST.beside(opened, outcome))
            @if let (true, Some(hint)) = (opened.may_write(), sounds_like_a_service(outcome.words.words.as_str())) {
                (inset_text(&html! { p { (hint) } p { a href=(opened.path(PlanPage::Item(outcome.id.into()))) { "Write what will change" } } }))
            }
            @if opened.may_write() { (item_links(opened, outcome.id.into(), &format!("outcome {number}"))) }
        }
    }
}

/// "Change" and "Take out", each saying what.
pub fn item_links(opened: &Opened, item: PlanItem, what: &str) -> Markup {
    let hidden = html! { span class="nhsuk-u-visually-hidden" { ": " (what) } };
    html! {
        p class="phb-item-links phb-no-print" {
            a href=(opened.path(PlanPage::Item(item))) { "Change" (hidden) }
            " "
            a href=(opened.path(PlanPage::Remove(item))) { "Take out" (hidden) }
        }
    }
}

/// Needs that no outcome answers yet: a gap in the thread, shown and not refused.
fn needs_without(opened: &Opened) -> Markup {
    let case = opened.case();
    let open: Vec<_> = case
        .assessment
        .current_needs()
        .filter(|n| !case.plan.current_outcomes().any(|o| o.words.needs.contains(&n.id)))
        .collect();
    html! {
        @if !open.is_empty() {
            (inset_text(&html! {
                p { "These needs have no outcome yet:" }
                ul { @for need in open { li { (typed(need.words.as_str())) } } }
            }))
        }
    }
}

async fn ask(me: Me, At(id): At<CaseId>) -> Answer {
    let opened = to_write(&me, id).await?;
    let form = Form::filled([(KEY_FIELD, opened.new_key())]);
    Ok(asked(&opened, &form, None, None))
}

async fn edit(me: Me, At((id, item)): At<(CaseId, OutcomeId)>, Query(done): Query<Done>) -> Answer {
    LIST.edit(me, id, item, &done).await
}

fn filled(version: &Version<OutcomeWords, Aim>) -> Form {
    let words = &version.words;
    let mut form = Form::filled([
        ("words", words.words.to_string()),
        ("sign", words.sign.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("aim", version.aside.map(|a| a.into_str().to_owned()).unwrap_or_default()),
        ("voice", crate::voice::value(version.voice)),
    ]);
    for need in &words.needs {
        form.put("needs", need.to_string());
    }
    form
}

fn asked(opened: &Opened, form: &Form, item: Option<&OutcomeItem>, flash: Option<&str>) -> Response {
    let title = LIST.title(item);
    let needs: Vec<(String, String)> = opened
        .case()
        .assessment
        .current_needs()
        .map(|n| (n.id.to_string(), decide::short(n.words.as_str())))
        .collect();
    let needs: Vec<Choice<'_>> = needs.iter().map(|(id, words)| Choice::new(id, words)).collect();
    let hopes: Vec<String> = Aim::VARIANTS.iter().map(|a| capital(a.words())).collect();
    let aims = Aim::VARIANTS.iter().zip(&hopes).map(|(a, words)| Choice::new(a.into_str(), words)).collect();
    let content = html! {
        (form.error_summary())
        h1 { (title) }
        (LIST.meanwhile(opened, form, item))
        (details(&Details::new("Outcomes that others wrote", html! {
            ul {
                li { "The people around me understand me, and the same few go on helping me." }
                li { "I sleep through the night without being afraid." }
                li { "I can go to my daughter's wedding." }
            }
            p { "“8 hours of care a week” is not an outcome. It may be how one comes about." }
        })))
        form method="post" novalidate {
            (csrf_field(&opened.me.csrf))
            (textarea(&Textarea { rows: 4, size: Size::M, hint: Some("What will be different?"), ..Textarea::new("words", "What should change").with(form) }))
            (radios(&Choices::new("aim", "What do you hope for?", aims).with(form)))
            @if !needs.is_empty() { (checkboxes(&Choices { hint: Some("Choose all that fit"), ..Choices::new("needs", "Which needs is it for?", needs).with(form) })) }
            (textarea(&Textarea { rows: 3, ..Textarea::new("sign", "How will you know? (if you can say)").with(form) }))
            (opened.whose_words(form, false))
            (LIST.save(opened, form, item))
        }
    };
    opened.form_page_after(title, flash, form, &content)
}

type Read = (OutcomeWords, Option<Aim>, Voice);

fn read(form: &mut Form, case: &Case) -> Option<Read> {
    let words = form.prose("words", "what should change");
    let aim = form.optional_choice("aim", "what you hope for");
    let needs = form.choices("needs", "needs from the list");
    let sign = form.optional_prose("sign", "how you will know");
    let voice = voice::read(form, case);
    if !form.is_ok() {
        return None;
    }
    Some((OutcomeWords { words: words?, needs: needs?, sign }, aim, voice?))
}

async fn add(me: Me, At(id): At<CaseId>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    let item: OutcomeId = opened.key(&mut form);
    let Some((words, aim, voice)) = read(&mut form, opened.case()) else {
        return Ok(asked(&opened, &form, None, None));
    };
    let saved = opened.change(&mut form, Change::AddOutcome { id: item, words, aim, voice }).await?;
    Ok(if saved.is_some() {
        opened.go(PlanPage::List(PlanList::Outcomes), "added")
    } else {
        asked(&opened, &form, None, None)
    })
}

async fn change(me: Me, At((id, item)): At<(CaseId, OutcomeId)>, mut form: Form) -> Answer {
    let opened = to_write(&me, id).await?;
    opened.case().plan.outcome(item).ok_or(ErrorPage::Hidden)?;
    let Some((words, aim, voice)) = read(&mut form, opened.case()) else {
        return LIST.again(opened, item, &form).await;
    };
    let seen = based_on(&form);
    let Some(after) =
        opened.change(&mut form, Change::ChangeOutcome { id: item, words, aim, voice, seen }).await?
    else {
        return LIST.again(opened, item, &form).await;
    };
    Ok(LIST.saved(&opened, &after, item))
}

async fn ask_why(me: Me, At((id, item)): At<(CaseId, OutcomeId)>) -> Answer {
    LIST.ask_why(me, id, item).await
}

async fn remove(me: Me, At((id, item)): At<(CaseId, OutcomeId)>, form: Form) -> Answer {
    LIST.remove(me, id, item, form).await
}
