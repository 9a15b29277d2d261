//! Questions about the budget, and their answers.

use crate::circle::news_for_asker;
use crate::{App, Decided, No};
use domain::access::{Action, Actor};
use domain::case::offer;
use domain::case::{Case, Voice};
use domain::{CaseId, Prose, QuestionId};
use std::sync::Arc;

impl App {
    /// Asks questions. `first` is the id of the first, so that a form that is
    /// sent twice asks once.
    pub async fn ask_questions(
        &self,
        actor: &Actor,
        id: CaseId,
        first: QuestionId,
        questions: Vec<Prose>,
        voice: Voice,
    ) -> Result<Arc<Case>, No> {
        let ids = std::iter::once(first).chain(std::iter::repeat_with(|| QuestionId(self.id())));
        let questions: Vec<(QuestionId, Prose)> = ids.zip(questions).collect();
        self.act(actor, id, Action::AskQuestion, move |desk| {
            Ok(offer::ask_questions(desk.case, questions.clone(), voice)?.into())
        })
        .await
    }

    /// Answers a question; whoever asked is written to.
    pub async fn answer_question(
        &self,
        actor: &Actor,
        id: CaseId,
        question: QuestionId,
        words: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::AnswerQuestion, move |desk| {
            known(desk.case, question)?;
            let events = offer::answer_question(desk.case, question, words.clone())?;
            let mail = news_for_asker(desk.case, question, &events, desk.today);
            Ok(Decided { events, mail, ..Decided::default() })
        })
        .await
    }

    /// Says that an answer leaves something open.
    pub async fn reopen_question(
        &self,
        actor: &Actor,
        id: CaseId,
        question: QuestionId,
        why: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::AskQuestion, move |desk| {
            known(desk.case, question)?;
            Ok(offer::reopen_question(desk.case, question, why.clone())?.into())
        })
        .await
    }
}

/// An address of no question of this case leads nowhere.
fn known(case: &Case, id: QuestionId) -> Result<(), No> {
    if case.offer.questions.iter().any(|question| question.id == id) { Ok(()) } else { Err(No::Hidden) }
}
