//! The questions about needs, and the list of needs.

use crate::{App, Error};
use domain::access::{Action, Actor};
use domain::case::assessment;
use domain::case::{Case, Voice};
use domain::ledger::Funder;
use domain::{CaseId, NeedId, Prose};
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
            Ok(assessment::answer(open.case, method, &question, level, words.clone(), voice)?.into())
        })
        .await
    }

    /// Says which answer counts, where people see it differently.
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
            Ok(assessment::settle(open.case, method, &question, level, how.clone())?.into())
        })
        .await
    }

    /// Puts a need on the list.
    pub async fn record_need(&self, actor: &Actor, id: CaseId, need: NewNeed) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerNeeds, move |open| {
            let method = assessment::method_of(open.case, open.framework)?;
            let NewNeed { id, words, funder, question, voice } = need.clone();
            Ok(assessment::record_need(open.case, method, id, words, funder, question, voice)?.into())
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
