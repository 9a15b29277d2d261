//! Reviews: asked for, booked, prepared and held.

use crate::signoff::{and_tell, family, with_role};
use crate::{App, Error};
use domain::access::{Action, Actor};
use domain::case::review::{self, Meeting};
use domain::case::{Case, CaseRole, Voice};
use domain::{CaseId, Date, Prose, ReviewId};
use std::sync::Arc;

impl App {
    /// Asks for a review. No reason has to be given; the care co-ordinator is
    /// written to.
    pub async fn ask_for_review(
        &self,
        actor: &Actor,
        id: CaseId,
        review: ReviewId,
        why: Option<Prose>,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AskForReview, move |open| {
            let account = open.actor.account;
            let events = review::ask(open.case, review, open.case.circle.voice_of(account), why.clone())?;
            Ok(and_tell(open.case, events, with_role(open.case, CaseRole::CareCoordinator), account))
        })
        .await
    }

    /// Says when and where a review is held; the family is written to.
    pub async fn book_review(
        &self,
        actor: &Actor,
        id: CaseId,
        review: ReviewId,
        on: Date,
        place: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::HoldReview, move |open| {
            let events = review::book(open.case, open.framework, review, on, place.clone(), open.today)?;
            Ok(and_tell(open.case, events, family(open.case), open.actor.account))
        })
        .await
    }

    /// Says beforehand what to talk about.
    pub async fn contribute_to_review(
        &self,
        actor: &Actor,
        id: CaseId,
        review: ReviewId,
        voice: Voice,
        words: Prose,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::AskForReview, move |open| {
            Ok(review::contribute(open.case, review, voice, words.clone())?.into())
        })
        .await
    }

    /// Records a review that was held; the family and the care co-ordinator
    /// are written to.
    pub async fn hold_review(
        &self,
        actor: &Actor,
        id: CaseId,
        review: ReviewId,
        meeting: Meeting,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::HoldReview, move |open| {
            let events = review::hold(open.case, open.framework, review, meeting.clone(), open.today)?;
            let told = family(open.case).chain(with_role(open.case, CaseRole::CareCoordinator));
            Ok(and_tell(open.case, events, told, open.actor.account))
        })
        .await
    }
}
