//! A person's team of personal assistants.

use crate::mail::Letter;
use crate::signoff::with_role;
use crate::stream::{Projected, in_case, to_begin_in};
use crate::{App, Effects, Error, Seen, news};
use domain::access::{Action, Actor};
use domain::case::{Case, CaseRole, Voice};
use domain::framework::Framework;
use domain::place::CasePage;
use domain::team::{self, Team, TeamId};
use domain::{AccountId, Author, CaseId, Prose};
use std::collections::BTreeSet;
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
            let begun: Team = to_begin_in(open.tx, id, team)?;
            let present: Option<Team> = in_case(open.tx, id)?;
            let events = team::begin(open.case, present.as_ref(), team, voice, why.clone())?;
            let by = Author::Account(open.actor.account);
            app.append(open.tx, &begun, by, open.now, &events)?;
            let mail = if events.is_empty() { vec![] } else { told(open.case, open.actor.account) };
            Ok(Effects { mail, ..Effects::default() })
        })
        .await
    }
}

/// Letters to those whom a team concerns and who did not begin it: the person's
/// side, in whose name it is, and the care co-ordinator.
fn told(case: &Case, by: AccountId) -> Vec<Letter> {
    let theirs = case.circle.told_on_their_side(Some(by)).into_iter();
    let coordinators = with_role(case, CaseRole::CareCoordinator).filter(|account| *account != by);
    let to: BTreeSet<AccountId> = theirs.chain(coordinators).collect();
    let letter = |to| news::letter(case, to, "A team was begun", CasePage::Team);
    to.into_iter().map(letter).collect()
}
