//! What somebody asks about the record besides a copy of it: asked, answered
//! within the law's time, looked at again, kept with their own words beside it.

use crate::mail::Letter;
use crate::signoff::with_role;
use crate::{App, Effects, Error, OpenCase, news};
use domain::access::{Action, Actor};
use domain::case::rights::{self, Answer, Ask};
use domain::case::{self, Case, CaseRole, Voice};
use domain::place::CasePage;
use domain::{AccountId, CaseId, Prose, Refusal, RequestId};
use std::sync::Arc;

impl App {
    /// Asks that something is put right, restricted, stopped or erased. `id` of the
    /// request comes with the form, so that what is sent twice is asked for once.
    pub async fn ask_about_record(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (voice, ask): (Voice, Ask),
    ) -> Result<Arc<Case>, Error> {
        let subject = "Something was asked about the record";
        self.with_request(actor, id, (Action::AskAboutRecord, request, subject), move |open| {
            rights::ask_about(open.case, open.framework, request, voice, ask.clone(), open.today)
        })
        .await
    }

    /// Takes it back.
    pub async fn withdraw_request(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        voice: Voice,
    ) -> Result<Arc<Case>, Error> {
        let subject = "A request about the record was taken back";
        self.with_known(actor, id, (Action::AskAboutRecord, request, subject), move |open| {
            rights::withdraw(open.case, request, voice, open.today)
        })
        .await
    }

    /// Answers it.
    pub async fn answer_request(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (answer, words): (Answer, Prose),
    ) -> Result<Arc<Case>, Error> {
        let subject = "There is an answer about the record";
        self.with_known(actor, id, (Action::AnswerAboutRecord, request, subject), move |open| {
            rights::answer(open.case, request, (answer, words.clone()), open.actor)
        })
        .await
    }

    /// Asks that somebody else looks at it again.
    pub async fn ask_request_again(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (voice, why): (Voice, Prose),
    ) -> Result<Arc<Case>, Error> {
        let subject = "Somebody was asked to look again at an answer";
        self.with_known(actor, id, (Action::AskAboutRecord, request, subject), move |open| {
            let asks = (voice, why.clone());
            rights::ask_again(open.case, open.framework, request, asks, open.today)
        })
        .await
    }

    /// Keeps their own statement beside what was not put right.
    pub async fn add_statement(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (voice, words): (Voice, Prose),
    ) -> Result<Arc<Case>, Error> {
        let subject = "A statement stands beside the record";
        self.with_known(actor, id, (Action::AskAboutRecord, request, subject), move |open| {
            rights::state(open.case, request, voice, words.clone())
        })
        .await
    }

    /// Ends a restriction.
    pub async fn lift_restriction(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let subject = "The use of the record is not restricted any more";
        self.with_known(actor, id, (Action::AnswerAboutRecord, request, subject), move |open| {
            rights::lift(open.case, request, why.clone(), open.today)
        })
        .await
    }

    /// The same of a request that is there. An address of none of this case
    /// leads nowhere.
    async fn with_known(
        &self,
        actor: &Actor,
        id: CaseId,
        step: (Action, RequestId, &'static str),
        mut decide: impl FnMut(&OpenCase<'_, '_>) -> Result<Vec<case::Event>, Refusal> + Send + 'static,
    ) -> Result<Arc<Case>, Error> {
        let request = step.1;
        self.with_request(actor, id, step, move |open| match open.case.rights.asked(request) {
            Some(_) => Ok(decide(open)?),
            None => Err(Error::Hidden),
        })
        .await
    }

    /// Does something with a request, and tells everyone on the person's side and
    /// whoever has to answer.
    async fn with_request<E: Into<Error>>(
        &self,
        actor: &Actor,
        id: CaseId,
        (action, request, subject): (Action, RequestId, &'static str),
        mut decide: impl FnMut(&OpenCase<'_, '_>) -> Result<Vec<case::Event>, E> + Send + 'static,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, action, move |open| {
            let events = decide(open).map_err(Into::into)?;
            let page = CasePage::Asked(request);
            let asked = action == Action::AskAboutRecord && !events.is_empty();
            let mut decided =
                Effects::from(events).told_to_their_side(open.case, open.actor.account, subject, &page);
            if asked {
                decided.mail.extend(to_those_who_answer(open.case, open.actor.account, subject, &page));
            }
            Ok(decided)
        })
        .await
    }
}

/// To the care co-ordinators, but whoever did it.
fn to_those_who_answer(case: &Case, by: AccountId, subject: &str, page: &CasePage) -> Vec<Letter> {
    let mut to: Vec<AccountId> =
        with_role(case, CaseRole::CareCoordinator).filter(|account| *account != by).collect();
    to.sort_unstable();
    to.dedup();
    to.into_iter().map(|to| news::letter(case, to, subject, page.clone())).collect()
}
