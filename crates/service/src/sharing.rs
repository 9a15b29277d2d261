//! What the person shares with those who help them, and with organisations
//! that hold their money.

use crate::signoff::{account_of, and_tell};
use crate::{App, No};
use domain::access::{Action, Actor};
use domain::case::circle::{self, SharedWith, Sharing};
use domain::case::{Case, Voice};
use domain::{CaseId, OrganisationId, Prose};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Somebody with whom the person can share part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharer {
    pub with: SharedWith,
    pub name: String,
    /// What they are: their own words, or that they hold money.
    pub relation: String,
}

impl App {
    /// Says what somebody sees from now on. They are told that something is there
    /// for them.
    pub async fn share_record(&self, actor: &Actor, id: CaseId, sharing: Sharing) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::RecordConsent, move |desk| {
            let to = match sharing.with {
                SharedWith::Member(member) => account_of(desk.case, Some(member)),
                SharedWith::Organisation(_) => None,
            };
            let events = circle::share(desk.case, sharing.clone(), desk.today)?;
            Ok(and_tell(desk.case, events, to, desk.actor.account))
        })
        .await
    }

    /// Takes back all that is shared with somebody; it counts from the next
    /// request on.
    pub async fn end_sharing(
        &self,
        actor: &Actor,
        id: CaseId,
        with: SharedWith,
        voice: Voice,
        how: Prose,
    ) -> Result<Arc<Case>, No> {
        self.act(actor, id, Action::WithdrawConsent, move |desk| {
            Ok(circle::end_sharing(desk.case, with, voice, how.clone())?.into())
        })
        .await
    }

    /// Those with whom the person of a case that was opened can share part by
    /// part, by name.
    pub async fn sharers(&self, case: &Case) -> Result<Vec<Sharer>, No> {
        let holders = match case.area() {
            Some(area) => self.holders_of_money(area).await?,
            None => vec![],
        };
        let names: BTreeMap<OrganisationId, String> = holders.into_iter().collect();
        let named = |with| match with {
            SharedWith::Member(id) => {
                let member = case.circle.member(id);
                let relation = member.map_or_else(String::new, |m| m.relation.to_string());
                Sharer { with, name: circle::who(case, with), relation }
            }
            SharedWith::Organisation(id) => {
                let name = names.get(&id).cloned().unwrap_or_else(|| circle::who(case, with));
                Sharer { with, name, relation: "holds money".to_owned() }
            }
        };
        Ok(circle::sharers(case).into_iter().map(named).collect())
    }
}
