//! A person's team of personal assistants.

use crate::stream::{Projected, in_case};
use crate::{App, Effects, Error, Seen};
use domain::access::{Action, Actor};
use domain::case::{Case, Voice};
use domain::framework::Framework;
use domain::team::{self, Team, TeamId};
use domain::{Aggregate, Author, CaseId, Prose};
use std::sync::Arc;
use store::lists::ListRow;

impl Projected for Team {
    /// None besides that by which its case finds it.
    fn rows(&self, _: Option<&Framework>) -> Vec<ListRow> {
        vec![]
    }
}

impl App {
    /// Opens the team of a case; none where none was begun.
    pub async fn team(&self, actor: &Actor, id: CaseId) -> Result<(Seen, Option<Team>), Error> {
        self.see_with(actor, id, Action::SeeTeam, "team", move |tx, _| Ok(in_case(tx, id)?)).await
    }

    /// Begins the team of a case. `team` comes with the form, so that what is
    /// sent twice begins one.
    pub async fn begin_team(
        &self,
        actor: &Actor,
        id: CaseId,
        team: TeamId,
        voice: Voice,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, id, Action::BeginTeam, move |open| {
            let present: Option<Team> = in_case(open.tx, id)?;
            let events = team::begin(open.case, present.as_ref(), team, voice, why.clone())?;
            let by = Author::Account(open.actor.account);
            app.append(open.tx, &present.unwrap_or(Team::new(team)), by, open.now, &events)?;
            Ok(Effects::default())
        })
        .await
    }
}
