//! What the person shares with those who help them, and with organisations
//! that hold their money.

use crate::address::Address as _;
use crate::mail::Letter;
use crate::signoff::{account_of, and_tell, with_role};
use crate::{App, Effects, Error, OpenCase};
use domain::access::{Action, Actor};
use domain::case::circle::{self, ContactBy, Matter, Member, SharedWith, Sharing};
use domain::case::{self, Case, CaseRole, Voice};
use domain::place::{CasePage, Place};
use domain::{AccountId, CaseId, OrganisationId, Prose};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Those who are told what somebody did who speaks for the person: whoever else
/// decides for them, and the care co-ordinator. The person's own doing is theirs.
pub(crate) fn told_what_a_speaker_did(open: &OpenCase<'_, '_>) -> Vec<AccountId> {
    let (circle, by) = (&open.case.circle, open.actor.account);
    if circle.voice_of(by) == Some(Voice::Person) || !circle.is_close(by) {
        return vec![];
    }
    let all = circle.deciders_told().chain(with_role(open.case, CaseRole::CareCoordinator));
    let mut others: Vec<AccountId> = all.filter(|account| *account != by).collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// What a colleague records of the person's decision is told to their side: the
/// person, and whoever speaks for them about sharing. What a speaker decides is
/// told to the others.
fn to_their_side(open: &OpenCase<'_, '_>, events: &[case::Event], voice: Voice) -> Vec<Letter> {
    if events.is_empty() {
        return vec![];
    }
    let whose = match voice {
        Voice::Person => "the person whose budget it is",
        Voice::Member(_) => "somebody who speaks for the person whose budget it is",
    };
    let decides = |member: &&Member| {
        circle::may_decide(open.case, member.voice(), Matter::Sharing)
            && open.case.circle.may_contact(member.voice(), ContactBy::Email)
    };
    let mut accounts = told_what_a_speaker_did(open);
    if !open.case.circle.is_close(open.actor.account) {
        accounts.extend(open.case.circle.present().filter(decides).filter_map(|m| m.account));
    }
    accounts.sort_unstable();
    accounts.dedup();
    let letter = |to| Letter {
        to,
        subject: "What is shared with somebody was changed".into(),
        body: format!(
            "It was recorded who sees what of a personal health budget, in the words of {whose}.\n\n\
             If that is not right, you can change it at any time. Sign in to see it: {}\n",
            CasePage::Sharing.of(open.case.id).in_letter()
        ),
    };
    accounts.into_iter().map(letter).collect()
}

/// To somebody who helps, and who can open nothing there any more.
fn shared_no_more(to: AccountId) -> Letter {
    Letter {
        to,
        subject: "Something is shared with you no more".into(),
        body: format!(
            "What somebody shared with you of their personal health budget is not shared any more.\n\n\
             If you think that this is wrong, talk with them, or ask us: {}\n",
            Place::Contact.in_letter()
        ),
    }
}

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
    pub async fn share_record(
        &self,
        actor: &Actor,
        id: CaseId,
        sharing: Sharing,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::DecideSharing, move |open| {
            let to = match sharing.with {
                SharedWith::Member(member) => account_of(open.case, Some(member)),
                SharedWith::Organisation(_) => None,
            };
            let events = circle::share(open.case, sharing.clone(), open.today)?;
            let mut decided = and_tell(open.case, events, to, open.actor.account);
            decided.mail.extend(to_their_side(open, &decided.events, sharing.voice));
            Ok(decided)
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
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, id, Action::DecideSharing, move |open| {
            let events = circle::end_sharing(open.case, with, voice, how.clone())?;
            let mut mail = to_their_side(open, &events, voice);
            if let SharedWith::Member(member) = with
                && !events.is_empty()
            {
                mail.extend(account_of(open.case, Some(member)).map(shared_no_more));
            }
            Ok(Effects { events, mail, ..Effects::default() })
        })
        .await
    }

    /// Those with whom the person of a case that was opened can share part by
    /// part, by name.
    pub async fn sharers(&self, case: &Case) -> Result<Vec<Sharer>, Error> {
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
