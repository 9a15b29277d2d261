//! Who may do what. The policy is rows of data ([`policy`]), decided by one
//! function, and the whole table is checked in for a privacy lead to read
//! (`docs/policy-matrix.md`).

mod extent;
mod facts;
mod part;
mod policy;
mod post;
mod queue;
mod sees;

pub use extent::{Extent, extent};
pub use facts::{Facts, When};
pub use part::{RecordPart, RecordParts};
pub use policy::{Action, Grant, RULES, Rule, Subject, Verdict, decide};
pub use post::{HeldPost, Kind, Post};
pub use queue::Queue;
pub use sees::{Sees, acts, acts_with, sees};

use crate::{AccountId, AreaId, Date, OrganisationId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::{EnumCount, EnumString, IntoStaticStr, VariantArray};

/// A place that someone acts from: in a case, or in an organisation of the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumCount)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Case(CaseRole),
    /// Works with people, for the NHS.
    Practitioner,
    /// The same for the council.
    CouncilPractitioner,
    Commissioner,
    Finance,
    ThirdParty,
    FrameworkOwner,
    Administrator,
    Auditor,
}

impl Role {
    /// Each place in a case, and each that is none.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let places = CaseRole::VARIANTS.iter().copied().map(Self::Case);
        places.chain([
            Self::Practitioner,
            Self::CouncilPractitioner,
            Self::Commissioner,
            Self::Finance,
            Self::ThirdParty,
            Self::FrameworkOwner,
            Self::Administrator,
            Self::Auditor,
        ])
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Case(role) => role.words(),
            Self::Practitioner => "Works with people, NHS",
            Self::CouncilPractitioner => "Works with people, council",
            Self::Commissioner => "Commissioner",
            Self::Finance => "Finance",
            Self::ThirdParty => "Organisation that holds money",
            Self::FrameworkOwner => "Owner of the local framework",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor",
        }
    }
}

impl Role {
    /// The place in a case that it is, where it is one.
    #[must_use]
    pub fn place(self) -> Option<CaseRole> {
        match self {
            Self::Case(place) => Some(place),
            _ => None,
        }
    }

    /// Whether it is a place of the person's family: [`CaseRole::is_family`].
    #[must_use]
    pub fn is_family(self) -> bool {
        matches!(self, Self::Case(role) if role.is_family())
    }
}

/// A place in a case. What each may see and do is the policy's business.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum CaseRole {
    Person,
    Representative,
    FamilyCarer,
    /// A broker, advocate, peer or other supporter.
    Supporter,
    CareCoordinator,
    Clinician,
    CouncilWorker,
}

impl CaseRole {
    /// The role in words, for a list of people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Person => "The person",
            Self::Representative => "Representative",
            Self::FamilyCarer => "Family carer",
            Self::Supporter => "Broker or supporter",
            Self::CareCoordinator => "Care co-ordinator",
            Self::Clinician => "Clinician",
            Self::CouncilWorker => "Council worker",
        }
    }

    /// Works for the NHS, a council or a service, rather than being the
    /// person or of their family.
    #[must_use]
    pub fn is_professional(self) -> bool {
        matches!(self, Self::CareCoordinator | Self::Clinician | Self::CouncilWorker | Self::Supporter)
    }

    /// The person, who speaks for them, and who cares for them: those whose
    /// life the budget is about.
    #[must_use]
    pub fn is_family(self) -> bool {
        matches!(self, Self::Person | Self::Representative | Self::FamilyCarer)
    }

    /// Decides by this place: the person, and whoever speaks for them in what
    /// they cannot decide themselves.
    #[must_use]
    pub fn decides(self) -> bool {
        matches!(self, Self::Person | Self::Representative)
    }

    /// Whether the place belongs to someone who works for the NHS or the
    /// council. Such a place is given to a colleague with a post, never by an
    /// email address.
    #[must_use]
    pub fn is_of_a_body(self) -> bool {
        matches!(self, Self::CareCoordinator | Self::Clinician | Self::CouncilWorker)
    }
}

/// The one rule of who must have a second step: whoever can see another's
/// record or money by their work, from a post or from a place in a case. The
/// person, those who speak for them and their family are offered one, and are
/// never made to have it.
#[must_use]
pub fn needs_second_factor(posts: &[HeldPost], places: impl IntoIterator<Item = CaseRole>) -> bool {
    posts.iter().any(|posting| posting.post.needs_second_factor())
        || places.into_iter().any(place_needs_second_factor)
}

/// The rule for one place in a case.
#[must_use]
pub fn place_needs_second_factor(place: CaseRole) -> bool {
    !place.is_family()
}

/// Whoever makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    pub name: String,
    pub posts: Vec<HeldPost>,
    /// Signed in with a second factor.
    pub second_factor: bool,
    /// The day on which they ask: what was shared until a day is shared no more
    /// after it.
    pub today: Date,
}

impl HeldPost {
    /// Whether whoever has it answers a request to be contacted that was sent to
    /// this body (none: to every one of the area).
    #[must_use]
    pub fn answers_request(&self, sent_to: Option<OrganisationId>) -> bool {
        let sent_to_theirs = sent_to.is_none_or(|organisation| organisation == self.organisation);
        let facts = Facts { sent_to_theirs, ..Facts::default() };
        self.role().is_some_and(|role| decide(role, Action::AnswerEnquiry, facts) == Verdict::Allowed)
    }
}

impl Actor {
    #[must_use]
    pub fn has_post(&self, area: AreaId, post: Post) -> bool {
        self.posts.iter().any(|p| p.area == area && p.post == post && p.counts())
    }

    /// What they are in an area by their posts there.
    pub fn roles_in(&self, area: AreaId) -> impl Iterator<Item = Role> + '_ {
        self.posts.iter().filter(move |p| p.area == area).filter_map(HeldPost::role)
    }

    /// The role that lets them do this in an area.
    #[must_use]
    pub fn role_for(&self, action: Action, area: AreaId) -> Option<Role> {
        self.roles_in(area).find(|role| decide(*role, action, Facts::default()) == Verdict::Allowed)
    }

    /// Whether they may do this in an area.
    #[must_use]
    pub fn may_in(&self, action: Action, area: AreaId) -> bool {
        self.role_for(action, area).is_some()
    }

    /// The best verdict over the roles that they have in an area, of a thing of which
    /// these facts hold.
    #[must_use]
    pub fn verdict_in(&self, action: Action, area: AreaId, facts: Facts) -> Verdict {
        self.roles_in(area).map(|role| decide(role, action, facts)).min().unwrap_or(Verdict::Hidden)
    }

    /// Whether they answer a request to be contacted in an area, which was sent to
    /// this body of the NHS there (none: to every one).
    #[must_use]
    pub fn answers_request(&self, area: AreaId, sent_to: Option<OrganisationId>) -> bool {
        self.posts.iter().filter(|post| post.area == area).any(|post| post.answers_request(sent_to))
    }

    /// Whether they may do one of these in some area.
    #[must_use]
    pub fn may_somewhere(&self, actions: &[Action]) -> bool {
        actions.iter().any(|action| !self.areas_of(*action).is_empty())
    }

    /// The areas in which they may do this, each once.
    #[must_use]
    pub fn areas_of(&self, action: Action) -> BTreeSet<AreaId> {
        self.posts.iter().map(|p| p.area).filter(|area| self.may_in(action, *area)).collect()
    }

    /// The post with which they can have such a seat in a case of an area, if they
    /// have one: they work with people there, in a body that has such a seat.
    #[must_use]
    pub fn post_for_seat(&self, area: AreaId, role: CaseRole) -> Option<&HeldPost> {
        let stands = |p: &&HeldPost| self.stands_behind(area, role, Some(p.organisation));
        self.posts.iter().filter(|p| p.area == area && p.counts()).find(stands)
    }

    /// Whether the post behind a professional's seat stands: they work with
    /// people in this area, in the organisation that the seat was given to,
    /// and a body of that kind has such a seat. Where an old record names no
    /// organisation, any of the area's will do.
    #[must_use]
    pub fn stands_behind(&self, area: AreaId, role: CaseRole, organisation: Option<OrganisationId>) -> bool {
        let of_it = |p: &HeldPost| organisation.is_none_or(|organisation| p.organisation == organisation);
        self.posts
            .iter()
            .any(|p| p.area == area && p.post == Post::Practitioner && p.kind.sits_as(role) && of_it(p))
    }
}

#[cfg(test)]
#[path = "access/matrix.rs"]
mod matrix;
