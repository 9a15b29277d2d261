//! What somebody asks about the record besides a copy of it: asked, answered
//! within the law's time, looked at again, kept with their own words beside it.

use crate::mail::Letter;
use crate::signoff::with_role;
use crate::{App, Effects, Error, OpenCase, directory, lists, news};
use domain::access::{Action, Actor, Post};
use domain::case::rights::{self, Answer, Ask, Asked, ToldUs};
use domain::case::{self, Case, CaseRole, Voice};
use domain::place::CasePage;
use domain::{AccountId, Aggregate as _, Author, CaseId, Prose, Refusal, RequestId};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::lists::{Filter, by_area};

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
        (voice, told): (Voice, Option<ToldUs>),
    ) -> Result<Arc<Case>, Error> {
        let subject = "A request about the record was taken back";
        self.with_known(actor, id, (Action::AskAboutRecord, request, subject), move |open| {
            rights::withdraw(open.case, request, (voice, told.clone()), open.actor, open.today)
        })
        .await
    }

    /// Takes their own statement back.
    pub async fn take_statement_back(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (voice, told): (Voice, Option<ToldUs>),
    ) -> Result<Arc<Case>, Error> {
        let subject = "A statement beside the record was taken back";
        self.with_known(actor, id, (Action::AskAboutRecord, request, subject), move |open| {
            rights::take_statement_back(open.case, request, (voice, told.clone()), open.actor)
        })
        .await
    }

    /// Answers it. `erases_all` says with a yes to erasing that all of the record is meant.
    pub async fn answer_request(
        &self,
        actor: &Actor,
        id: CaseId,
        request: RequestId,
        (answer, words): (Answer, Prose),
        erases_all: bool,
    ) -> Result<Arc<Case>, Error> {
        let subject = if erases_all {
            "All of a record is to be destroyed, as was asked"
        } else {
            "There is an answer about the record"
        };
        self.with_known(actor, id, (Action::AnswerAboutRecord, request, subject), move |open| {
            let said = (answer, words.clone());
            if erases_all {
                return rights::answer_with_all(open.case, request, said, open.actor);
            }
            rights::answer(open.case, request, said, open.actor)
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
            rights::lift(open.case, request, why.clone(), open.actor, open.today)
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

    /// Does something with a request, and tells whoever may read it: those on the
    /// person's side, and where something was asked those who have to answer.
    async fn with_request<E: Into<Error>>(
        &self,
        actor: &Actor,
        id: CaseId,
        (action, request, subject): (Action, RequestId, &'static str),
        mut decide: impl FnMut(&OpenCase<'_, '_>) -> Result<Vec<case::Event>, E> + Send + 'static,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, action, move |open| {
            let events = decide(open).map_err(Into::into)?;
            let is_asked = action == Action::AskAboutRecord;
            let mail = app.told_of_request(open, request, &events, (subject, is_asked))?;
            Ok(Effects { events, mail, ..Effects::default() })
        })
        .await
    }

    /// The letters about a request after these events, to whoever may read it but
    /// whoever did it. Of a second look whoever answered first gets none.
    pub(crate) fn told_of_request(
        &self,
        open: &mut OpenCase<'_, '_>,
        request: RequestId,
        events: &[case::Event],
        (subject, is_asked): (&str, bool),
    ) -> Result<Vec<Letter>, Error> {
        let by = open.actor.account;
        let after = open.case.after(Author::Account(by), open.now, events);
        let Some(asked) = after.rights.asked(request).filter(|_| !events.is_empty()) else {
            return Ok(vec![]);
        };
        let mut to: BTreeSet<AccountId> = after.circle.told_on_their_side(Some(by)).into_iter().collect();
        to.extend(asked.again.iter().filter_map(|again| again.by.account()));
        to.extend(asked.by.account());
        if is_asked {
            to.extend(answerers(open, asked)?);
        }
        to.remove(&by);
        let mut letters = vec![];
        for account in to {
            let actor = directory::actor(self, open.tx, account, false, open.today)?;
            if actor.is_some_and(|actor| rights::is_told(&after, asked, &actor)) {
                letters.push(news::letter(&after, account, subject, CasePage::Asked(request)));
            }
        }
        Ok(letters)
    }
}

/// Whoever may have to answer: the care co-ordinators, and where it is looked at
/// again the commissioners of the area. Which of them may, the policy says.
fn answerers(open: &mut OpenCase<'_, '_>, asked: &Asked) -> Result<Vec<AccountId>, Error> {
    let mut to: Vec<AccountId> = with_role(open.case, CaseRole::CareCoordinator).collect();
    if let Some(area) = open.case.area().filter(|_| asked.again.is_some()) {
        let state = Some(Post::Commissioner.into_str().to_owned());
        let rows = by_area(open.tx, lists::POSTS, area.0, &Filter { state, ..Filter::default() })?;
        to.extend(rows.iter().filter_map(|row| row.row.owner).map(AccountId));
    }
    Ok(to)
}
