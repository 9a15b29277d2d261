//! Use cases of the budget: working it out, sharing it, opening it, asking
//! about it; and the published method that anyone may read.

use crate::news::letter;
use crate::{App, Effects, Error, OpenCase, Seen};
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
    pub async fn work_out_budget(&self, actor: &Actor, id: CaseId) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::WorkOutBudget, |open| {
            let method = assessment::method_of(open.case, open.framework)?;
            Ok(budget::work_out_again(open.case, method)?.into())
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::WorkOutBudget, move |open| {
            let events = budget::adjust(open.case, amounts, why.clone())?;
            let is_shown = open.case.budget.shared.is_some();
            Ok(if is_shown { told(open, events) } else { events.into() })
        })
        .await
    }

    /// Shows the budget to the family, and tells them.
    pub async fn share_budget(&self, actor: &Actor, id: CaseId) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::ShareBudget, |open| Ok(told(open, budget::share(open.case)?))).await
    }

    /// Opens the budget to read it. The first time that someone of the family
    /// does so is on the record: planning opens with it.
    pub async fn open_budget(&self, actor: &Actor, id: CaseId) -> Result<Seen, Error> {
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
        self.act(actor, id, Action::SeeBudget, |open| match open.case.circle.voice_of(open.actor.account) {
            Some(voice) if open.case.budget.shared.is_some() => {
                Ok(budget::record_seen(open.case, voice)?.into())
            }
            _ => Ok(Effects::default()),
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::QuestionBudget, move |open| {
            let events = budget::ask_again(open.case, voice, words.clone())?;
            let coordinator = open.case.circle.care_coordinator().and_then(|member| member.account);
            let mail = coordinator
                .filter(|_| !events.is_empty())
                .map(|to| letter(open.case, to, NEWS, CasePage::Budget));
            Ok(Effects { events, mail: mail.into_iter().collect(), ..Effects::default() })
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerQuestion, move |open| {
            Ok(told(open, budget::answer_question(open.case, place, words.clone())?))
        })
        .await
    }

    /// The local frameworks, for the pages that anyone may read, by name.
    pub async fn frameworks(&self) -> Result<Vec<Arc<Framework>>, Error> {
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

fn told(open: &OpenCase<'_, '_>, events: Vec<case::Event>) -> Effects {
    let by = open.actor.account;
    Effects::from(events).told_to_their_side(open.case, by, NEWS, &CasePage::Budget)
}
