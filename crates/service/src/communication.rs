//! How the person communicates, and how people want to be contacted.

use crate::{App, Error};
use domain::access::{Action, Actor};
use domain::case::circle::{self, ContactPreference};
use domain::case::{Case, Voice};
use domain::{CaseId, Line, Prose, Refusal};
use std::sync::Arc;

/// How somebody says yes and no, and what helps.
#[derive(Clone, Debug)]
pub struct Communication {
    pub yes: Option<Line>,
    pub no: Option<Line>,
    pub how: Prose,
    pub helps: Option<Prose>,
}

impl App {
    pub async fn describe_communication(
        &self,
        actor: &Actor,
        id: CaseId,
        described: Communication,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::DescribeCommunication, move |open| {
            let Communication { yes, no, how, helps } = described.clone();
            Ok(circle::describe_communication(open.case, yes, no, how, helps)?.into())
        })
        .await
    }

    /// Notes that something was wrongly written about the person elsewhere.
    pub async fn note_wrong_record(
        &self,
        actor: &Actor,
        id: CaseId,
        said: Prose,
        by: Option<Line>,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::DescribeCommunication, move |open| {
            Ok(circle::note_wrong_record(open.case, said.clone(), by.clone())?.into())
        })
        .await
    }

    /// Says how somebody of the circle wants to be contacted.
    pub async fn prefer_contact(
        &self,
        actor: &Actor,
        id: CaseId,
        who: Voice,
        preference: ContactPreference,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::DescribeCommunication, move |open| {
            // An address of nobody in this circle leads nowhere.
            if !circle::is_known(open.case, who) {
                return Err(Error::Hidden);
            }
            if !open.actor.may_say_contact(open.case, who) {
                let message = "You can say how you want to be contacted yourself, and not how somebody else \
                               does. They say so, or the care co-ordinator writes it down";
                return Err(Refusal::not_allowed(message).into());
            }
            Ok(circle::prefer_contact(open.case, who, preference.clone())?.into())
        })
        .await
    }
}
