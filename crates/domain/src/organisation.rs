//! A body of an area and the people who work in it.

use crate::access::Post;
use crate::{AccountId, AreaId, Line, Recorded};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    NhsBody,
    Council,
    /// Can hold money for people.
    ThirdParty,
    /// Brokers, advocates, peers, providers.
    Support,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::NhsBody, Self::Council, Self::ThirdParty, Self::Support];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NhsBody => "NHS body",
            Self::Council => "Council",
            Self::ThirdParty => "Organisation that can hold money",
            Self::Support => "Support organisation",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "organisation.registered")]
    Registered { area: AreaId, name: Line, kind: Kind },
    #[serde(rename = "organisation.renamed")]
    Renamed { name: Line },
    #[serde(rename = "organisation.post-given")]
    PostGiven { account: AccountId, post: Post },
    #[serde(rename = "organisation.post-ended")]
    PostEnded { account: AccountId, post: Post },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    pub version: u64,
    pub area: Option<AreaId>,
    pub name: Option<Line>,
    pub kind: Option<Kind>,
    pub posts: Vec<(AccountId, Post)>,
}

impl Organisation {
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<Event>>) -> Self {
        let mut organisation = Self::default();
        for recorded in events {
            organisation.apply(recorded);
        }
        organisation
    }

    pub fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        match recorded.event.clone() {
            Event::Registered { area, name, kind } => {
                self.area = Some(area);
                self.name = Some(name);
                self.kind = Some(kind);
            }
            Event::Renamed { name } => self.name = Some(name),
            Event::PostGiven { account, post } => {
                if !self.posts.contains(&(account, post)) {
                    self.posts.push((account, post));
                }
            }
            Event::PostEnded { account, post } => self.posts.retain(|held| *held != (account, post)),
        }
    }
}
