//! How somebody of the circle came to their sign-in, and whether a second one
//! has looked at it. What one colleague gave alone goes on after they have left
//! only until somebody else keeps it or ends it.

use super::decide::present;
use super::second::{self, may_say};
use super::{CaseRole, Circle, Event, Member};
use crate::case::{self, Case, Turn};
use crate::{AccountId, Author, Date, MemberId, Prose, Refusal, Timestamp, dates};

type Decision = Result<Vec<case::Event>, Refusal>;

/// Who gave somebody their sign-in, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub by: Author,
    pub at: Timestamp,
    /// Nobody has to look at it: the person or their family gave it, which is
    /// theirs to do, or a second one confirmed it, before or afterwards.
    pub stands: bool,
    /// Since when whoever gave it works here no more. It stays so if they come
    /// back: what was left once is looked at.
    pub left: Option<Timestamp>,
}

impl Given {
    /// The first time counts.
    pub(super) fn left_at(self, at: Timestamp) -> Self {
        Self { left: self.left.or(Some(at)), ..self }
    }
}

impl Circle {
    /// Whoever is or was in the circle with this account, also one who signs in
    /// with it no more: for saying who did or saw something.
    #[must_use]
    pub fn who_had(&self, account: AccountId) -> Option<&Member> {
        let had = |m: &&Member| m.account == Some(account) || m.had.contains(&account);
        self.members.iter().rev().find(had)
    }

    /// The accounts that are or were the person's own.
    #[must_use]
    pub fn accounts_of_the_person(&self) -> Vec<AccountId> {
        let person = self.members.iter().filter(|member| member.role == CaseRole::Person);
        let mut accounts: Vec<AccountId> =
            person.flat_map(|member| member.account.into_iter().chain(member.had.iter().copied())).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// Those who sign in because one colleague alone let them, and who that
    /// was.
    pub fn given_alone(&self) -> impl Iterator<Item = (&Member, AccountId, Timestamp)> {
        self.present().filter(|m| m.account.is_some() && !m.role.is_of_a_body()).filter_map(|m| {
            let given = m.given.filter(|given| !given.stands)?;
            given.by.account().map(|by| (m, by, given.at))
        })
    }

    /// The same of those whose giver works here no more: their seat was handed
    /// over, or the post behind it has ended, or their account is closed.
    pub fn left_alone(&self) -> impl Iterator<Item = (&Member, AccountId, Timestamp)> {
        let was_left = |m: &Member| m.given.is_some_and(|given| given.left.is_some());
        self.given_alone().filter(move |(m, by, _)| was_left(m) || !self.has_a_seat(*by))
    }

    /// Whether there is a seat of a body for an account, whatever is behind it.
    fn has_a_seat(&self, account: AccountId) -> bool {
        self.present().any(|m| m.account == Some(account) && m.role.is_of_a_body())
    }

    /// When the last seat of a colleague is left, so is what they gave alone.
    pub(super) fn leaves_behind(&mut self, seat: MemberId, at: Timestamp) {
        let giver = self.member(seat).filter(|m| m.role.is_of_a_body()).and_then(|m| m.account);
        let Some(giver) = giver.filter(|giver| !self.has_a_seat(*giver)) else { return };
        for member in &mut self.members {
            member.given = member.given.map(|given| {
                let is_theirs = given.by.account() == Some(giver) && !given.stands;
                if is_theirs { given.left_at(at) } else { given }
            });
        }
    }

    /// How a sign-in is given that stands in an event of this author.
    pub(super) fn giving(&self, id: MemberId, account: AccountId, by: Author, at: Timestamp) -> Given {
        let gave = |m: &Member| m.account.is_some() && m.account == by.account();
        let is_of_the_family = self.present().any(|m| gave(m) && !m.role.is_of_a_body());
        Given { by, at, stands: is_of_the_family || self.was_confirmed(id, account), left: None }
    }
}

fn not_given_alone(name: &str) -> Refusal {
    Refusal::already_done(format!("How {name} signs in has been looked at already, or has ended"))
}

fn given_alone(case: &Case, id: MemberId) -> Result<(&Member, AccountId, AccountId), Refusal> {
    let member = present(case, id)?;
    let found = case.circle.given_alone().find(|(m, ..)| m.id == id);
    let found = found.and_then(|(m, by, _)| m.account.map(|account| (m, by, account)));
    found.ok_or_else(|| not_given_alone(member.name.as_str()))
}

/// Whether an account may keep or end what one colleague gave alone: somebody
/// else than who gave it, and not the one whom it is about.
pub fn may_look_at(case: &Case, by: AccountId, id: MemberId) -> Result<(), Refusal> {
    let (_, giver, account) = given_alone(case, id)?;
    may_say(case, by, Author::Account(giver), id, Some(account))
}

/// A second one knows that it is right: they sign in as before.
pub fn keep_sign_in(
    case: &Case,
    by: AccountId,
    id: MemberId,
    seen: Prose,
    on: Date,
    today: Date,
) -> Decision {
    if on > today {
        return Err(Refusal::invalid("kept-on", "The day must be today or in the past"));
    }
    may_look_at(case, by, id)?;
    Ok(vec![Event::SignInKept { member: id, seen, on }.into()])
}

/// A second one ends it: they stay in the circle, and do not sign in.
pub fn end_sign_in(case: &Case, by: AccountId, id: MemberId, why: Prose) -> Decision {
    may_look_at(case, by, id)?;
    Ok(vec![Event::SignInEnded { member: id, why }.into()])
}

/// The address was not theirs, and nobody has signed in with it: whoever asked
/// for it, or a colleague, takes it back, so that another can be given.
pub fn withdraw_sign_in(case: &Case, id: MemberId, why: Prose) -> Decision {
    let member = present(case, id)?;
    if member.role.is_of_a_body() || member.account.is_none() {
        return Err(Refusal::already_done(format!(
            "{} has no invitation that could be put right",
            member.name
        )));
    }
    Ok(vec![Event::SignInEnded { member: id, why }.into()])
}

/// What a colleague gave alone, and is not asked about yet, is from now on:
/// no post stands behind their seat any more.
#[must_use]
pub fn leave_behind(case: &Case, giver: AccountId) -> Vec<case::Event> {
    let asked: Vec<MemberId> = case.circle.left_alone().map(|(m, ..)| m.id).collect();
    let theirs = case.circle.given_alone().filter(|(m, by, _)| *by == giver && !asked.contains(&m.id));
    theirs.map(|(m, ..)| Event::SignInLeftBehind { member: m.id }.into()).collect()
}

/// Whose move it is while somebody signs in whom nobody who is here let in.
pub(super) fn turns(case: &Case) -> Vec<Turn> {
    let person = case.person_name();
    let mut turns = vec![];
    for (member, giver, at) in case.circle.left_alone() {
        let since = dates::long(dates::london(at));
        let who = case.circle.who_had(giver).map_or("A colleague", |m| m.name.as_str());
        let name = if member.role == CaseRole::Person { person } else { member.name.as_str() };
        let task = format!("Look at how {name} signs in: {who} alone set it up, and has left");
        let words = format!(
            "{who} set up on {since} that {name} can sign in, and has left. Somebody checks that this is right."
        );
        let giver = Author::Account(giver);
        turns.push(second::turn(case, (&task, &words), giver, member.id, member.account));
    }
    turns
}

#[cfg(test)]
mod tests;
