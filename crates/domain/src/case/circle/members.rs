//! Who is in the circle, in which place, and with which sign-in.

use super::{CaseRole, Circle, Event, Footing, Given, Matter, Speaks, Voice};
use crate::{AccountId, Author, Line, MemberId, OrganisationId, Prose, Recorded, Refusal, Timestamp, dates};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub name: Line,
    pub relation: Line,
    pub role: CaseRole,
    pub account: Option<AccountId>,
    /// Accounts that they signed in with before, and do not any more.
    pub had: Vec<AccountId>,
    /// How they came to the sign-in that they have.
    pub given: Option<Given>,
    pub organisation: Option<OrganisationId>,
    pub joined: Timestamp,
    pub left: Option<Left>,
    pub speaks: Vec<Speaks>,
}

impl Member {
    /// The place that counts. Somebody who is here to decide for the person has
    /// none until it is confirmed that they speak for them. Everything that
    /// gives somebody something asks this, and not `role`.
    #[must_use]
    pub fn place(&self) -> Option<CaseRole> {
        let counts = self.role != CaseRole::Representative || self.speaks_in_decisions();
        counts.then_some(self.role)
    }

    /// The voice they speak with.
    #[must_use]
    pub fn voice(&self) -> Voice {
        if self.role == CaseRole::Person { Voice::Person } else { Voice::Member(self.id) }
    }

    /// Whether they speak for the person in decisions, on a footing in force.
    #[must_use]
    pub fn speaks_in_decisions(&self) -> bool {
        self.speaks.iter().any(|s| s.footing.decides())
    }

    /// Whether they are the person, of their family, or stand in for them on some
    /// footing, also before it is confirmed: who only helps them say what they want
    /// does not. Whoever is close is on the person's side of the table, and does
    /// nothing there for the NHS or the council. What asks this fails shut, so it
    /// holds more than [`place`](Self::place), by which somebody may do something, and
    /// than [`decides`](Self::decides).
    #[must_use]
    pub fn is_close(&self) -> bool {
        self.role.is_family() || self.speaks.iter().any(|s| s.footing != Footing::HelpsToCommunicate)
    }

    /// Whether they may decide something: the person, or somebody who speaks
    /// for them.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.role == CaseRole::Person || self.speaks_in_decisions()
    }

    /// Whether they may decide about this. Nobody speaks for everything because
    /// they speak for something.
    #[must_use]
    pub fn decides_about(&self, matter: Matter) -> bool {
        self.role == CaseRole::Person || self.speaks.iter().any(|s| s.footing.decides() && s.is_about(matter))
    }
}

/// How somebody went out of the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub why: Option<Prose>,
    pub by: Author,
    pub at: Timestamp,
}

impl Circle {
    /// Whether somebody who signs in is close to the person ([`Member::is_close`]).
    #[must_use]
    pub fn is_close(&self, account: AccountId) -> bool {
        self.present().any(|m| m.account == Some(account) && m.is_close())
    }

    /// Whether a voice is the person's own or of somebody close to them, also of one
    /// who has left: a conversation with them stays one.
    #[must_use]
    pub fn is_close_voice(&self, voice: Voice) -> bool {
        match voice {
            Voice::Person => true,
            Voice::Member(id) => self.member(id).is_some_and(Member::is_close),
        }
    }

    /// Somebody joins or leaves, or what they sign in with changes.
    pub(super) fn changes<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::MemberJoined { id, name, relation, role, account, organisation } => {
                let given = account.map(|account| self.giving(id, account, recorded.by, recorded.at));
                self.members.push(Member {
                    id,
                    name,
                    relation,
                    role,
                    account,
                    had: vec![],
                    given,
                    organisation,
                    joined: recorded.at,
                    left: None,
                    speaks: vec![],
                })
            }
            Event::MemberInvited { id, account } => {
                let given = self.giving(id, account, recorded.by, recorded.at);
                self.with(id, |m| {
                    m.had.extend(m.account.replace(account));
                    m.given = Some(given);
                });
            }
            Event::SignInKept { member, .. } => self.with(member, |m| {
                m.given = m.given.map(|given| Given { stands: true, ..given });
            }),
            Event::SignInEnded { member, .. } => self.with(member, |m| {
                m.had.extend(m.account.take());
                m.given = None;
            }),
            Event::SignInLeftBehind { member } => self.with(member, |m| {
                m.given = m.given.map(|given| given.left_at(recorded.at));
            }),
            Event::MemberLeft { id, why } => {
                let (by, at) = (recorded.by, recorded.at);
                self.with(id, |m| m.left = Some(Left { why, by, at }));
                self.leaves_behind(id, recorded.at);
            }
            _ => {}
        }
    }

    pub(super) fn with(&mut self, id: MemberId, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.members.iter_mut().find(|m| m.id == id) {
            change(member);
        }
    }

    /// Those who are in it now.
    pub fn present(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|m| m.left.is_none())
    }

    #[must_use]
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|m| m.id == id)
    }

    /// The places that an account has in this case now, and that count.
    pub fn roles_of(&self, account: AccountId) -> impl Iterator<Item = CaseRole> + '_ {
        self.present().filter(move |m| m.account == Some(account)).filter_map(Member::place)
    }

    #[must_use]
    pub fn member_of(&self, account: AccountId) -> Option<&Member> {
        self.present().find(|m| m.account == Some(account))
    }

    /// The voice an account speaks with by itself.
    #[must_use]
    pub fn voice_of(&self, account: AccountId) -> Option<Voice> {
        self.member_of(account).map(Member::voice)
    }

    #[must_use]
    pub fn care_coordinator(&self) -> Option<&Member> {
        self.present().find(|m| m.role == CaseRole::CareCoordinator)
    }

    /// The name of whoever recorded something, if they are or were in the circle.
    #[must_use]
    pub fn name_of_author(&self, by: Author) -> Option<&str> {
        self.who_had(by.account()?).map(|m| m.name.as_str())
    }

    /// The answer to whoever wants to do again what was done before, and says
    /// something else of it: `what` as a sentence, when that was and who did it.
    #[must_use]
    pub fn done_before(&self, what: &str, by: Author, at: Timestamp) -> Refusal {
        let by = self.name_of_author(by).map_or_else(String::new, |name| format!(" by {name}"));
        let on = dates::long(dates::london(at));
        Refusal::already_done(format!("{what} on {on}{by}. Nothing was changed by what you sent now"))
    }
}
