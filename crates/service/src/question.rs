//! Questions about the budget, and their answers.

use crate::mail::Letter;
use crate::{App, Effects, Error, OpenCase, news};
use domain::access::{Action, Actor};
use domain::case::circle::{self, ContactBy};
use domain::case::{self, Case, Voice, offer};
use domain::place::CasePage;
use domain::{CaseId, Prose, QuestionId, Refusal};
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
    ) -> Result<Arc<Case>, Error> {
        let ids = std::iter::once(first).chain(std::iter::repeat_with(|| QuestionId(self.id())));
        let questions: Vec<(QuestionId, Prose)> = ids.zip(questions).collect();
        self.act(actor, id, Action::AskQuestion, move |open| {
            if !offer::may_ask_as(open.case, open.actor.account, voice) {
                return Err(Refusal::invalid("voice", "Choose whose questions these are").into());
            }
            Ok(offer::ask_questions(open.case, questions.clone(), voice)?.into())
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AnswerQuestion, move |open| {
            known(open.case, question)?;
            let events = offer::answer_question(open.case, question, words.clone())?;
            let mail = news_for_asker(open, question, &events).into_iter().collect();
            Ok(Effects { events, mail, ..Effects::default() })
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AskQuestion, move |open| {
            known(open.case, question)?;
            Ok(offer::reopen_question(open.case, question, why.clone())?.into())
        })
        .await
    }
}

/// An address of no question of this case leads nowhere.
fn known(case: &Case, id: QuestionId) -> Result<(), Error> {
    if case.offer.questions.iter().any(|question| question.id == id) { Ok(()) } else { Err(Error::Hidden) }
}

/// The letter to whoever asked a question that has been answered; none where
/// they have no sign-in, do not want emails, or could not open the page.
fn news_for_asker(open: &OpenCase<'_, '_>, question: QuestionId, events: &[case::Event]) -> Option<Letter> {
    let case = open.case;
    let asked = case.offer.questions.iter().find(|q| q.id == question && !events.is_empty())?;
    if !case.circle.may_contact(asked.voice, ContactBy::Email) {
        return None;
    }
    let asker = case.circle.present().find(|member| member.voice() == asked.voice)?;
    if !circle::member_may(case, asker, Action::SeePeople, open.today) {
        return None;
    }
    Some(news::letter(case, asker.account?, "There is an answer to your question", CasePage::Questions))
}
