//! Use cases of the budget: working it out, sharing it, opening it, asking
//! about it; and the published method that anyone may read.

use crate::news::letter;
use crate::{App, Decided, Desk, No, Seen};
use domain::access::{Action, Actor};
use domain::case::budget::{self, Amounts};
use domain::case::{self, Case, Voice, assessment};
use domain::framework::Framework;
use domain::place::CasePage;
use domain::{AreaId, CaseId, Prose};
use std::sync::Arc;
use store::{StreamKind, record};

impl App {
    /// Works the budget out from the finished answers by the method that the
    /// case uses, as a preview until it is shared.
    pub async fn work_out_budget(&self, actor: &Actor, id: CaseId) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::WorkOutBudget, |desk| {
            let method = assessment::method_of(desk.case, desk.framework)?;
            Ok(budget::work_out_again(desk.case, method)?.into())
        })
        .await
    }

    /// Sets other amounts than the method gave, with a reason. A family that
    /// can see the budget is told at once.
    pub async fn adjust_budget(
        &self,
        actor: &Actor,
        id: CaseId,
        amounts: Amounts,
        why: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::WorkOutBudget, move |desk| {
            let events = budget::adjust(desk.case, amounts, why.clone())?;
            let is_shown = desk.case.budget.shared.is_some();
            Ok(if is_shown { told(desk, events) } else { events.into() })
        })
        .await
    }

    /// Shows the budget to the family, and tells them.
    pub async fn share_budget(&self, actor: &Actor, id: CaseId) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::ShareBudget, |desk| Ok(told(desk, budget::share(desk.case)?))).await
    }

    /// Opens the budget to read it. The first time that someone of the family
    /// does so is on the record: planning opens with it.
    pub async fn open_budget(&self, actor: &Actor, id: CaseId) -> Result<Seen, No> {
        let seen = self.see(actor, id, Action::SeeBudget, "budget").await?;
        let is_new = seen
            .case
            .circle
            .voice_of(actor.account)
            .filter(|_| seen.roles.iter().any(|role| role.is_family()) && seen.case.budget.shared.is_some())
            .is_some_and(|voice| !seen.case.budget.seen.iter().any(|(v, _)| *v == voice));
        if !is_new {
            return Ok(seen);
        }
        self.act(actor, id, Action::SeeBudget, |desk| match desk.case.circle.voice_of(desk.actor.account) {
            Some(voice) if desk.case.budget.shared.is_some() => {
                Ok(budget::record_seen(desk.case, voice)?.into())
            }
            _ => Ok(Decided::default()),
        })
        .await?;
        self.see(actor, id, Action::SeeBudget, "budget").await
    }

    /// "This does not look right", or "this is not enough": the co-ordinator
    /// is told.
    pub async fn question_budget(
        &self,
        actor: &Actor,
        id: CaseId,
        voice: Voice,
        words: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::QuestionBudget, move |desk| {
            let events = budget::ask_again(desk.case, voice, words.clone())?;
            let coordinator = desk.case.circle.care_coordinator().and_then(|member| member.account);
            let mail = coordinator
                .filter(|_| !events.is_empty())
                .map(|to| letter(desk.case, to, NEWS, CasePage::Budget));
            Ok(Decided { events, mail: mail.into_iter().collect(), ..Decided::default() })
        })
        .await
    }

    /// Answers the question at this place, and tells the family.
    pub async fn answer_budget_question(
        &self,
        actor: &Actor,
        id: CaseId,
        place: usize,
        words: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::AnswerQuestion, move |desk| {
            Ok(told(desk, budget::answer_question(desk.case, place, words.clone())?))
        })
        .await
    }

    /// The local frameworks, for the pages that anyone may read, by name.
    pub async fn frameworks(&self) -> Result<Vec<Arc<Framework>>, No> {
        let app = self.clone();
        let mut found = self
            .read(move |tx| {
                let areas = record::all_streams(tx, StreamKind::Area, None, 1_000)?;
                let mut found = Vec::with_capacity(areas.len());
                for (area, _) in areas {
                    found.push(app.framework(tx, AreaId(area))?);
                }
                Ok(found)
            })
            .await?;
        found.sort_by(|a, b| a.area_name.cmp(&b.area_name));
        Ok(found)
    }
}

const NEWS: &str = "There is news about a personal health budget";

fn told(desk: &Desk<'_, '_>, events: Vec<case::Event>) -> Decided {
    let by = desk.actor.account;
    Decided::from(events).told_to_their_side(desk.case, by, NEWS, &CasePage::Budget)
}
