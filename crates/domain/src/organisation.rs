//! A body of an area and the people who work in it.
//!
//! A post takes two administrators and the person themselves: one proposes it,
//! another confirms it, and it counts once they have accepted it.

mod posts;

pub use crate::access::Kind;
pub use posts::*;

use crate::access::{HeldPost, Post};
use crate::{
    AccountId, Aggregate, AreaId, Author, Line, OfNoCase, OrganisationId, ProposalId, Recorded, StreamKind,
    Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "organisation.registered")]
    Registered { area: AreaId, name: Line, kind: Kind },
    #[serde(rename = "organisation.renamed")]
    Renamed { name: Line },
    /// An administrator put somebody forward for a post. The name and address
    /// that were typed stand in the account's own stream.
    #[serde(rename = "organisation.post-proposed")]
    PostProposed { proposal: ProposalId, account: AccountId, post: Post },
    /// Another administrator agreed: now it is offered to them.
    #[serde(rename = "organisation.post-confirmed")]
    PostConfirmed { proposal: ProposalId },
    #[serde(rename = "organisation.post-turned-down")]
    PostTurnedDown { proposal: ProposalId, why: Line },
    /// Whoever proposed it thought better of it.
    #[serde(rename = "organisation.post-taken-back")]
    PostTakenBack { proposal: ProposalId },
    /// The offer was sent anew, and stands for as long again.
    #[serde(rename = "organisation.post-offered-again")]
    PostOfferedAgain { proposal: ProposalId },
    /// They said yes themselves; the post is given with it.
    #[serde(rename = "organisation.post-accepted")]
    PostAccepted { proposal: ProposalId },
    /// They said no.
    #[serde(rename = "organisation.post-declined")]
    PostDeclined { proposal: ProposalId },
    #[serde(rename = "organisation.post-given")]
    PostGiven { account: AccountId, post: Post },
    #[serde(rename = "organisation.post-ended")]
    PostEnded { account: AccountId, post: Post },
}

/// A post that somebody has been put forward for, and has not got yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub id: ProposalId,
    pub account: AccountId,
    pub post: Post,
    /// Who proposed it.
    pub by: Author,
    pub at: Timestamp,
    /// Who confirmed it.
    pub confirmed: Option<Author>,
    /// From when on the offer stands.
    pub offered: Option<Timestamp>,
}

/// A post that somebody had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    pub account: AccountId,
    pub post: Post,
    pub ended: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationId,
    pub version: u64,
    pub area: Option<AreaId>,
    pub name: Option<Line>,
    pub kind: Option<Kind>,
    pub posts: Vec<(AccountId, Post)>,
    /// Those that were neither accepted nor given up, the oldest first. They
    /// lapse by themselves: ask [`Proposal::stands`].
    pub proposals: Vec<Proposal>,
    /// Posts that ended and were not given to the same person again.
    pub former: Vec<Former>,
}

impl Aggregate for Organisation {
    type Id = OrganisationId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Organisation;

    fn new(id: OrganisationId) -> Self {
        Self {
            id,
            version: 0,
            area: None,
            name: None,
            kind: None,
            posts: vec![],
            proposals: vec![],
            former: vec![],
        }
    }

    fn id(&self) -> OrganisationId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        let (by, at) = (recorded.by, recorded.at);
        match recorded.event.clone() {
            Event::Registered { area, name, kind } => {
                self.area = Some(area);
                self.name = Some(name);
                self.kind = Some(kind);
            }
            Event::Renamed { name } => self.name = Some(name),
            Event::PostProposed { proposal: id, account, post } => {
                self.proposals.push(Proposal { id, account, post, by, at, confirmed: None, offered: None });
            }
            Event::PostConfirmed { proposal } => self.with(proposal, |p| {
                p.confirmed = Some(by);
                p.offered = Some(at);
            }),
            Event::PostOfferedAgain { proposal } => self.with(proposal, |p| p.offered = Some(at)),
            Event::PostTurnedDown { proposal, .. }
            | Event::PostTakenBack { proposal }
            | Event::PostAccepted { proposal }
            | Event::PostDeclined { proposal } => self.proposals.retain(|p| p.id != proposal),
            Event::PostGiven { account, post } => {
                self.former.retain(|f| (f.account, f.post) != (account, post));
                if !self.posts.contains(&(account, post)) {
                    self.posts.push((account, post));
                }
            }
            Event::PostEnded { account, post } => {
                if self.posts.contains(&(account, post)) {
                    self.former.push(Former { account, post, ended: at });
                }
                self.posts.retain(|held| *held != (account, post));
            }
        }
    }
}

impl OfNoCase for Organisation {}

impl Organisation {
    /// The posts that somebody has here.
    pub fn held_by(&self, account: AccountId) -> impl Iterator<Item = HeldPost> {
        let here = self.area.zip(self.kind);
        let theirs = self.posts.iter().filter(move |(holder, _)| *holder == account);
        theirs.filter_map(move |(_, post)| {
            let (area, kind) = here?;
            Some(HeldPost { area, organisation: self.id, kind, post: *post })
        })
    }

    fn with(&mut self, id: ProposalId, change: impl FnOnce(&mut Proposal)) {
        if let Some(proposal) = self.proposals.iter_mut().find(|p| p.id == id) {
            change(proposal);
        }
    }
}
