//! What every page of the plan shares: the opened case, addresses, whose
//! words something is, and the words after something was done.

use crate::address::{CasePage, PlanList, PlanPage};
use crate::case_page::Opened;
use crate::components::{Button, Choice, Choices, Textarea, button, buttons, hidden, nothing_yet, textarea};
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::{Answer, Me, voice};
use axum::response::Response;
use domain::access::Action;
use domain::case::budget::planning_is_open;
use domain::case::plan::checklist::contested;
use domain::case::plan::{Item, Writing};
use domain::case::{Case, Voice};
use domain::{Author, CaseId, OutcomeId, Timestamp, dates};
use maud::{Markup, html};
use serde::Deserialize;
use service::plan::Change;
use std::sync::Arc;

/// The number of the version that the writer had before them.
pub const BASED_ON: &str = "based-on";

/// What was just done, as it stands in the address: one of a closed set.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// The sentence for it; none for a word that is not ours.
    pub fn words(&self) -> Option<&'static str> {
        Some(match self.done.as_str() {
            "saved" => "Saved",
            "together" => "Saved. The versions are one now",
            "beside" => "Saved. Somebody else wrote here too, so both versions are shown. Nothing is lost",
            "added" => "Added to the plan",
            "changed" => "Changed in the plan",
            "removed" => "Taken out of the plan. What it said is kept in the history",
            "left" => "Ended. There is still money in it: your care co-ordinator says what becomes of that",
            "finished" => "Noted as done",
            "assigned" => "Saved who pays for what",
            "date" => "The day of the first review is set",
            _ => return None,
        })
    }
}

/// Opens the plan to read it.
pub async fn to_read(me: &Me, id: CaseId) -> Answer<Opened> {
    me.open(id, Action::SeePlan, "plan").await
}

/// Opens the plan to write in it: once planning is open.
pub async fn to_write(me: &Me, id: CaseId) -> Answer<Opened> {
    let opened = me.open(id, Action::WritePlan, "plan").await?;
    planning_is_open(opened.case())?;
    Ok(opened)
}

/// What the pages of the plan ask of it besides.
impl Opened {
    pub(super) fn may_write(&self) -> bool {
        planning_is_open(self.case()).is_ok() && self.may(Action::WritePlan)
    }

    /// Whether the reader sees how much money there is.
    pub(super) fn sees_budget(&self) -> bool {
        self.may(Action::SeeBudget)
    }

    /// How many things of a list stand in several versions.
    pub(super) fn contested(&self, list: PlanList) -> usize {
        let is_in =
            |page: &CasePage| matches!(page, CasePage::InPlan(PlanPage::Item(item)) if item.list() == list);
        contested(self.case()).iter().filter(|one| is_in(&one.page)).count()
    }

    /// "Your plan" for the family, "The plan" for everyone else.
    pub(super) fn title(&self) -> String {
        if self.is_family() { "Your plan".into() } else { "The plan".into() }
    }

    /// The same plan as it is now.
    pub(super) async fn anew(self) -> Answer<Self> {
        to_write(&self.me, self.case().id).await
    }

    /// A form's page: with status 422 where something typed is wrong.
    pub(super) fn form_page(&self, title: &str, form: &Form, content: &Markup) -> Response {
        self.form_page_after(title, None, form, content)
    }

    /// A form's page, with a word on what was just done.
    pub(super) fn form_page_after(
        &self,
        title: &str,
        flash: Option<&str>,
        form: &Form,
        content: &Markup,
    ) -> Response {
        if form.is_ok() { self.page(title, flash, content) } else { self.again(title, content) }
    }

    /// Changes the plan. A refusal goes into the form: then `None`.
    pub(super) async fn change(&self, form: &mut Form, change: Change) -> Answer<Option<Arc<Case>>> {
        form.accepted(self.app().change_plan(&self.me.actor, self.case().id, change).await)
    }

    /// A fresh key for a form that adds something: it becomes the id.
    pub(super) fn new_key(&self) -> String {
        self.app().id().to_string()
    }

    /// The id of what a form adds.
    pub(super) fn key<T: From<uuid::Uuid>>(&self, form: &mut Form) -> T {
        form.key(self.app().id())
    }

    pub(super) fn who_wrote(&self, writing: &Writing) -> String {
        who(self.case(), writing.voice, writing.by, writing.at)
    }

    pub(super) fn who_said<I, W, S>(&self, item: &Item<I, W, S>) -> String {
        who(self.case(), item.voice, item.by, item.at)
    }

    /// The question whose words these are. With `close` only the person and
    /// those close to them can be chosen.
    pub(super) fn whose_words(&self, form: &Form, close: bool) -> Markup {
        let case = self.case();
        let account = self.me.actor.account;
        let may = |voice| !close || case.circle.is_close_voice(voice);
        let mut form = form.clone();
        if form.is_ok() {
            voice::default_among(&mut form, case, account, may);
        }
        voice::choose_among(&self.me.actor, case, &form, may)
    }

    /// Checkboxes for the outcomes that something is for.
    pub(super) fn outcomes_asked(&self, form: &Form) -> Markup {
        let plan = &self.case().plan;
        let all: Vec<(String, String)> = plan
            .current_outcomes()
            .map(|o| {
                let words = domain::case::plan::decide::short(o.words.words.as_str());
                (o.id.to_string(), format!("{}. {words}", plan.number(o.id)))
            })
            .collect();
        let choices = all.iter().map(|(id, words)| Choice::new(id, words)).collect();
        let hint = Some("Choose all that fit");
        crate::components::checkboxes(
            &Choices { hint, ..Choices::new("outcomes", "Which outcome is it for?", choices) }.with(form),
        )
    }

    /// The end of a list: a way to add to it, and a way back.
    pub(super) fn foot(&self, add: &str, page: PlanPage) -> Markup {
        buttons(&html! {
            @if self.may_write() { (button(&Button::to(add, &self.path(page)))) }
            a href=(self.path(CasePage::Plan)) { "Back to the plan" }
        })
    }

    /// The page that asks before something is taken out, and why.
    pub(super) fn removal(&self, form: &Form, title: &str, what: &Markup, back: &str) -> Response {
        let content = html! {
            (form.error_summary())
            h1 { (title) }
            (what)
            p { "What it said stays in the history, with your reason." }
            form method="post" novalidate {
                (csrf_field(&self.me.csrf))
                @if !form.text(BASED_ON).is_empty() { (hidden(BASED_ON, form.text(BASED_ON))) }
                (textarea(&Textarea { rows: 3, ..Textarea::new("why", "Why are you taking it out?").with(form) }))
                (buttons(&html! {
                    (button(&Button { look: crate::components::Look::Warning, ..Button::submit("Take it out") }))
                    a href=(back) { "Keep it" }
                }))
            }
        };
        self.form_page(title, form, &content)
    }
}

/// The words of an empty list, and a way to add to it.
pub fn empty(words: &str) -> Markup {
    nothing_yet(words)
}

/// The outcomes that were ticked; whether they exist is the plan's question.
pub fn read_outcomes(form: &mut Form) -> Option<Vec<OutcomeId>> {
    form.choices("outcomes", "outcomes from the list")
}

/// Who wrote something, whose words it is, and when.
pub fn who(case: &Case, voice: Voice, by: Author, at: Timestamp) -> String {
    format!("{}, {}", case.circle.whose(voice, by), dates::moment(at))
}

/// The name of whoever recorded something, if they are or were in the circle.
pub fn recorder(case: &Case, by: Author) -> Option<&str> {
    case.circle.name_of_author(by)
}

/// `27 March 2026`.
pub fn day(at: Timestamp) -> String {
    dates::long(dates::london(at))
}
