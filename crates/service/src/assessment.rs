//! The questions about needs, and the list of needs.

use crate::{App, Effects, Error, OpenCase};
use domain::access::{Action, Actor};
use domain::case::assessment::{self, Settler};
use domain::case::{self, Case, Voice};
use domain::ledger::Funder;
use domain::place::CasePage;
use domain::{CaseId, NeedId, Prose, Refusal};
use std::sync::Arc;

/// A need that is to stand on the list.
#[derive(Clone, Debug)]
pub struct NewNeed {
    pub id: NeedId,
    pub words: Prose,
    /// Who pays for what meets it.
    pub funder: Funder,
    /// The question that it comes from.
    pub question: Option<String>,
    pub voice: Voice,
}

impl App {
    /// Answers a question about needs, in somebody's name.
    pub async fn answer_need(
        &self,
        actor: &Actor,
        id: CaseId,
        question: String,
        level: u8,
        words: Option<Prose>,
        voice: Voice,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerNeeds, move |open| {
            let method = assessment::method_of(open.case, open.framework)?;
            let said = assessment::answer(open.case, method, &question, level, words.clone(), voice)?;
            Ok(Effects::from(said).told_of_words_in_their_name(open, voice, &CasePage::Needs))
        })
        .await
    }

    /// Says which answer counts, where people see it differently: the care
    /// co-ordinator for all who differ, everybody else for themselves. The
    /// person's side is told.
    pub async fn settle_need(
        &self,
        actor: &Actor,
        id: CaseId,
        question: String,
        level: u8,
        how: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerNeeds, move |open| {
            let method = assessment::method_of(open.case, open.framework)?;
            let by = settler(open)?;
            let said = assessment::settle(open.case, method, &question, level, how.clone(), by)?;
            let is_settled = said.iter().any(is_settling);
            let subject = if is_settled {
                "It is settled which answer counts"
            } else {
                "Do you agree which answer counts?"
            };
            let told = Effects::from(said);
            Ok(told.told_to_their_side(open.case, open.actor.account, subject, &CasePage::Needs))
        })
        .await
    }

    /// Puts a need on the list.
    pub async fn record_need(&self, actor: &Actor, id: CaseId, need: NewNeed) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerNeeds, move |open| {
            let method = assessment::method_of(open.case, open.framework)?;
            let NewNeed { id, words, funder, question, voice } = need.clone();
            let said = assessment::record_need(open.case, method, id, words, funder, question, voice)?;
            Ok(Effects::from(said).told_of_words_in_their_name(open, voice, &CasePage::Needs))
        })
        .await
    }

    /// Takes a need off the list, with the reason.
    pub async fn withdraw_need(
        &self,
        actor: &Actor,
        id: CaseId,
        need: NeedId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerNeeds, move |open| {
            Ok(assessment::withdraw_need(open.case, need, why.clone())?.into())
        })
        .await
    }

    /// Closes the questions, once each has its answer.
    pub async fn complete_needs(&self, actor: &Actor, id: CaseId) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::CompleteNeeds, |open| {
            let method = assessment::method_of(open.case, open.framework)?;
            Ok(assessment::complete(open.case, method)?.into())
        })
        .await
    }

    /// Opens them again, with the reason.
    pub async fn reopen_needs(&self, actor: &Actor, id: CaseId, why: Prose) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::CompleteNeeds, move |open| {
            Ok(assessment::reopen(open.case, open.framework, why.clone())?.into())
        })
        .await
    }
}

fn is_settling(event: &case::Event) -> bool {
    matches!(event, case::Event::Assessment(assessment::Event::Settled { .. }))
}

/// For whom somebody says which answer counts.
fn settler(open: &OpenCase<'_, '_>) -> Result<Settler, Refusal> {
    if open.actor.may(Action::SettleNeeds, open.case) {
        return Ok(Settler::ForAll);
    }
    let voice = open.case.circle.voice_of(open.actor.account);
    voice
        .map(Settler::One)
        .ok_or_else(|| Refusal::not_allowed("Only people in the circle can say which answer counts"))
}
