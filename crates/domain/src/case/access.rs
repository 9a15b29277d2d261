//! Who somebody is on a case, and what they may do there.

use super::{Case, Voice};
use crate::access::{Action, Actor, CaseRole, Facts, HeldPost, Role, Verdict, decide};
use crate::case::circle::{self, ConsentAbout, Footing, Given, Matter, Member, SharedWith, Sight};
use crate::{AccountId, Author};

impl Facts {
    /// What of a case the policy looks at, whoever asks. What is shared with
    /// somebody by name is asked for them ([`Actor::sight_as`]).
    #[must_use]
    pub fn of(case: &Case) -> Self {
        Self {
            shared_with_council: case.circle.has_consented(ConsentAbout::SharingWithCouncil),
            ..Self::default()
        }
    }

    /// The same to somebody of the circle: what they speak for the person about.
    #[must_use]
    pub fn of_member(case: &Case, member: &Member) -> Self {
        // Who does not sign in decided nothing, and is here by this place alone.
        let unknown = Self { apart: true, decided_by_another: true, ..Self::of(case) };
        let facts = member.account.map_or(unknown, |account| Self::of_account(case, account));
        Self { apart: facts.apart && !member.is_close(), ..facts }.speaking(case, member)
    }

    /// The same to somebody who signs in, whatever they are here.
    #[must_use]
    pub fn of_account(case: &Case, account: AccountId) -> Self {
        // Of several appeals they answer those against what others decided: which
        // one it is is asked where it is answered.
        let mut appealed = case.signoff.appealed().peekable();
        let decided_by_another = appealed.peek().is_none() || appealed.any(|s| !s.was_decided_by(account));
        Self { decided_by_another, ..Self::of(case) }.to(case, account)
    }

    /// These, to somebody who signs in.
    fn to(self, case: &Case, account: AccountId) -> Self {
        let own = case.circle.member_of(account);
        let facts =
            Self { apart: !case.circle.is_close(account), no_place_of_their_own: own.is_none(), ..self };
        own.map_or(facts, |member| facts.speaking(case, member))
    }

    fn speaking(self, case: &Case, member: &Member) -> Self {
        let about = |matter| circle::may_decide(case, member.voice(), matter);
        Self {
            speaks_for_them: member.decides(),
            speaks_about_care: about(Matter::Care),
            speaks_about_money: about(Matter::Money),
            speaks_about_sharing: about(Matter::Sharing),
            looks_after_payment: member.speaks.iter().any(|s| s.footing == Footing::Nominee),
            ..self
        }
    }
}

impl Actor {
    /// The places in a case that count now. A professional's counts only while
    /// the post behind it stands; everyone else's is their own. Nothing but
    /// this turns a place in a circle into a right.
    pub fn places_in<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = CaseRole> + 'c {
        let has_seat = |role: CaseRole| {
            let mut seats =
                case.circle.present().filter(|m| m.account == Some(self.account) && m.role == role);
            seats.any(|m| case.area().is_some_and(|area| self.stands_behind(area, role, m.organisation)))
        };
        let counts = move |role: &CaseRole| !role.is_of_a_body() || has_seat(*role);
        case.circle.roles_of(self.account).filter(counts)
    }

    /// Whether they have a seat of the NHS or the council in a case.
    #[must_use]
    pub fn has_seat_of_a_body(&self, case: &Case) -> bool {
        self.places_in(case).any(CaseRole::is_of_a_body)
    }

    /// The roles this person holds on a case: their places in it, and their
    /// posts in its area. A third-party worker has a role only where their
    /// own organisation holds money for the person. Whoever is on the person's
    /// side has no role here from a post: nobody is on both sides of a budget.
    #[must_use]
    pub fn roles_on(&self, case: &Case) -> Vec<Role> {
        let mut roles: Vec<Role> = self.places_in(case).map(Role::Case).collect();
        if case.circle.is_close(self.account) {
            roles.sort_unstable();
            roles.dedup();
            return roles;
        }
        let here = self.posts.iter().filter(|p| Some(p.area) == case.area());
        roles.extend(here.filter_map(|posting| match posting.role()? {
            // Works in cases from a place in them alone.
            Role::Practitioner | Role::CouncilPractitioner => None,
            Role::ThirdParty if !holds_money(posting, case) => None,
            role => Some(role),
        }));
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The best verdict over every role that they hold on a case; with no role
    /// at all it is hidden.
    #[must_use]
    pub fn verdict(&self, action: Action, case: &Case) -> Verdict {
        self.verdict_about(action, case, Facts::of_account(case, self.account))
    }

    /// The roles by which they may do something.
    pub fn roles_to(&self, action: Action, case: &Case) -> impl Iterator<Item = Role> {
        let verdicts = self.verdicts(action, case, Facts::of_account(case, self.account));
        verdicts.into_iter().filter(|(_, verdict)| *verdict == Verdict::Allowed).map(|(role, _)| role)
    }

    /// The same where the policy looks at more than the case itself.
    #[must_use]
    pub fn verdict_about(&self, action: Action, case: &Case, facts: Facts) -> Verdict {
        let verdicts = self.verdicts(action, case, facts).into_iter().map(|(_, verdict)| verdict);
        verdicts.min().unwrap_or(Verdict::Hidden)
    }

    /// The verdict over each role that they hold on a case.
    fn verdicts(&self, action: Action, case: &Case, facts: Facts) -> Vec<(Role, Verdict)> {
        let facts = facts.to(case, self.account);
        let verdict = |role| {
            let Sight { something, parts } = self.sight_as(role, case);
            (role, decide(role, action, Facts { shares_with_them: something, shared: parts, ..facts }))
        };
        self.roles_on(case).into_iter().map(verdict).collect()
    }

    /// Whether they may do something to a place in the circle that is about these
    /// matters: somebody's own, where there are none.
    #[must_use]
    pub fn may_about(&self, action: Action, case: &Case, matters: &[Matter]) -> bool {
        let own = case.circle.member_of(self.account).filter(|member| member.decides());
        let about_all = |member: &Member| matters.iter().all(|matter| member.decides_about(*matter));
        let facts = Facts { speaks_about_all_of_it: own.is_some_and(about_all), ..Facts::of(case) };
        self.verdict_about(action, case, facts) == Verdict::Allowed
    }

    /// Whether they may say how somebody in the circle wants to be contacted.
    #[must_use]
    pub fn may_say_contact(&self, case: &Case, who: Voice) -> bool {
        let facts = Facts {
            of_their_own: case.circle.voice_of(self.account) == Some(who),
            of_the_person: who == Voice::Person,
            ..Facts::of(case)
        };
        self.verdict_about(Action::SayContact, case, facts) == Verdict::Allowed
    }

    /// Whether they may see and put right the address that somebody gave to let
    /// another sign in.
    #[must_use]
    pub fn may_put_address_right(&self, case: &Case, given: Given) -> bool {
        let facts = Facts { given_by_them: given.by == Author::Account(self.account), ..Facts::of(case) };
        self.verdict_about(Action::PutAddressRight, case, facts) == Verdict::Allowed
    }

    /// What the person shares with them by name today, as whom they act.
    #[must_use]
    pub fn sight_as(&self, role: Role, case: &Case) -> Sight {
        let seen = |with| case.circle.sight_of(with, self.today);
        match role {
            Role::Case(place) => {
                let mine =
                    case.circle.present().filter(|m| m.account == Some(self.account) && m.role == place);
                mine.map(|m| seen(SharedWith::Member(m.id))).fold(Sight::default(), Sight::and)
            }
            Role::ThirdParty => {
                let mine = self.posts.iter().filter(|p| {
                    Some(p.area) == case.area() && p.role() == Some(Role::ThirdParty) && holds_money(p, case)
                });
                let organisations = mine.map(|p| seen(SharedWith::Organisation(p.organisation)));
                organisations.fold(Sight::default(), Sight::and)
            }
            _ => Sight::default(),
        }
    }

    /// Whether they may do this now.
    #[must_use]
    pub fn may(&self, action: Action, case: &Case) -> bool {
        self.verdict(action, case) == Verdict::Allowed
    }
}

/// Whether an organisation holds money for the person now.
fn holds_money(posting: &HeldPost, case: &Case) -> bool {
    case.plan.open_holdings().any(|h| h.words.organisation == Some(posting.organisation))
}

#[cfg(test)]
#[path = "access/tests.rs"]
mod tests;
