//! Reviews: asked for, booked, prepared and held.

use crate::signoff::{and_tell, family, with_role};
use crate::{App, No};
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::AskForReview, move |desk| {
            let account = desk.actor.account;
            let events = review::ask(desk.case, review, desk.case.circle.voice_of(account), why.clone())?;
            Ok(and_tell(desk.case, events, with_role(desk.case, CaseRole::CareCoordinator), account))
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::HoldReview, move |desk| {
            let events = review::book(desk.case, desk.framework, review, on, place.clone(), desk.today)?;
            Ok(and_tell(desk.case, events, family(desk.case), desk.actor.account))
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::AskForReview, move |desk| {
            Ok(review::contribute(desk.case, review, voice, words.clone())?.into())
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
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::HoldReview, move |desk| {
            let events = review::hold(desk.case, desk.framework, review, meeting.clone(), desk.today)?;
            let told = family(desk.case).chain(with_role(desk.case, CaseRole::CareCoordinator));
            Ok(and_tell(desk.case, events, told, desk.actor.account))
        })
        .await
    }
}
