//! Whoever is to decide for somebody is first proposed, and counts for nothing
//! until another confirms it: the person themself, or a second colleague who
//! says what they saw. So nobody who decides is one colleague's invention.

use super::decide::{check_footing, check_speaking, present};
use super::second::{self, may_say};
use super::{CaseRole, Circle, ContactBy, Event, Footing, Matter, Member, Speaking, in_words};
use crate::case::{self, Case, Turn};
use crate::{AccountId, Author, Date, Line, MemberId, Prose, Recorded, Refusal, Timestamp, dates};

type Decision = Result<Vec<case::Event>, Refusal>;

/// What an invitation lacks that waits to be confirmed.
pub const SAY_HOW: &str =
    "Say how you know that this address is theirs. Somebody else checks it before we write to it";

/// What is proposed of somebody in the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// They speak for the person on a footing.
    Speaks { footing: Footing, about: Prose, evidence: Option<Line>, matters: Option<Vec<Matter>> },
    /// They sign in with this account, and this is how it is known to be theirs.
    SignIn { account: AccountId, how: Prose },
}

/// How a proposal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Confirmed,
    TurnedDown,
    TakenBack,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its place in the record, which names it.
    pub number: u64,
    pub member: MemberId,
    pub what: Proposed,
    pub by: Author,
    pub at: Timestamp,
    pub answer: Option<Answer>,
    /// Who turned it down, where somebody did, and why.
    pub no: Option<NoToIt>,
}

/// A "no" to a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoToIt {
    pub why: Prose,
    pub by: Author,
    pub at: Timestamp,
}

/// What somebody says who confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which paper they saw, or how it was said to them.
    pub words: Prose,
    pub on: Date,
    /// They know that the account has a post in the area too.
    pub works_in_the_area: bool,
}

impl Circle {
    /// Something waits to be confirmed, or was answered.
    pub(super) fn proposes<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::SignInProposed { member, account, how } => {
                self.propose(member, Proposed::SignIn { account, how }, recorded);
            }
            Event::ProposalConfirmed { proposal, .. } => self.answered(proposal, Answer::Confirmed),
            Event::ProposalTurnedDown { proposal, why } => {
                self.answered(proposal, Answer::TurnedDown);
                self.said_no(proposal, NoToIt { why, by: recorded.by, at: recorded.at });
            }
            Event::ProposalTakenBack { proposal } => self.answered(proposal, Answer::TakenBack),
            _ => {}
        }
    }

    pub(super) fn propose<E>(&mut self, member: MemberId, what: Proposed, from: &Recorded<E>) {
        let (number, by, at) = (from.seq, from.by, from.at);
        self.proposals.push(Proposal { number, member, what, by, at, answer: None, no: None });
    }

    /// What waits to be confirmed, of those who are in the circle now.
    pub fn waiting(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|p| p.answer.is_none() && self.present().any(|m| m.id == p.member))
    }

    pub fn waiting_for(&self, member: MemberId) -> impl Iterator<Item = &Proposal> {
        self.waiting().filter(move |p| p.member == member)
    }

    #[must_use]
    pub fn proposal(&self, number: u64) -> Option<&Proposal> {
        self.proposals.iter().find(|p| p.number == number)
    }

    /// Whether a second one confirmed that somebody signs in with an account.
    pub(super) fn was_confirmed(&self, member: MemberId, account: AccountId) -> bool {
        self.proposals.iter().any(|p| {
            let is_it = matches!(p.what, Proposed::SignIn { account: theirs, .. } if theirs == account);
            is_it && p.member == member && p.answer == Some(Answer::Confirmed)
        })
    }

    pub(super) fn answered(&mut self, number: u64, answer: Answer) {
        if let Some(proposal) = self.proposals.iter_mut().find(|p| p.number == number) {
            proposal.answer = Some(answer);
        }
    }

    pub(super) fn said_no(&mut self, number: u64, no: NoToIt) {
        if let Some(proposal) = self.proposals.iter_mut().find(|p| p.number == number) {
            proposal.no = Some(no);
        }
    }

    /// What was turned down of somebody, and not asked for again since.
    pub fn turned_down_for(&self, member: MemberId) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(move |p| {
            let is_newer = |o: &&Proposal| o.number > p.number && o.member == member && o.is_like(p);
            p.member == member
                && p.answer == Some(Answer::TurnedDown)
                && !self.proposals.iter().any(|other| is_newer(&other))
        })
    }

    /// The account that a proposal would give its place to.
    #[must_use]
    pub fn account_of(&self, proposal: &Proposal) -> Option<AccountId> {
        match &proposal.what {
            Proposed::SignIn { account, .. } => Some(*account),
            Proposed::Speaks { .. } => self.member(proposal.member).and_then(|m| m.account),
        }
    }

    /// The accounts that get each letter to the person's side, once: the person,
    /// whoever speaks for them and whoever cares for them, as far as their places
    /// count. Every kind of letter goes to all of them, whatever it is about,
    /// since they live with it together; only not to `by`, whose own doing it
    /// tells of, nor to somebody who asked not to be emailed.
    #[must_use]
    pub fn told_on_their_side(&self, by: Option<AccountId>) -> Vec<AccountId> {
        let family = self.present().filter(|m| m.place().is_some_and(CaseRole::is_family));
        let reads_letters = |m: &&Member| self.may_contact(m.voice(), ContactBy::Email);
        let accounts = family.filter(reads_letters).filter_map(|m| m.account);
        let mut accounts: Vec<AccountId> = accounts.filter(|account| Some(*account) != by).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// The accounts of those who decide something for the person, themselves too,
    /// and to whom it may be written: not to somebody who asked not to be emailed.
    pub fn deciders_told(&self) -> impl Iterator<Item = AccountId> + '_ {
        let reads_letters = |m: &&Member| self.may_contact(m.voice(), ContactBy::Email);
        self.present().filter(|m| m.decides()).filter(reads_letters).filter_map(|m| m.account)
    }
}

/// A footing that decides, to the person.
fn of_you(footing: Footing) -> &'static str {
    match footing {
        Footing::Deputy => "is a deputy whom the court appointed for you",
        Footing::Parent => "is your parent or guardian",
        _ => "has a lasting power of attorney from you",
    }
}

impl Proposal {
    /// Whether both are about the same: a sign-in, or one footing.
    fn is_like(&self, other: &Self) -> bool {
        match (&self.what, &other.what) {
            (Proposed::SignIn { .. }, Proposed::SignIn { .. }) => true,
            (Proposed::Speaks { footing, .. }, Proposed::Speaks { footing: theirs, .. }) => footing == theirs,
            _ => false,
        }
    }

    /// The same as a question to the person themselves, in the second person.
    /// `address` is where somebody would sign in with.
    #[must_use]
    pub fn question(&self, name: &str, address: Option<&str>) -> String {
        match &self.what {
            Proposed::SignIn { .. } => match address {
                Some(address) => {
                    format!("Is {address} the address of {name}, and may they sign in here with it?")
                }
                None => format!("May {name} sign in here?"),
            },
            Proposed::Speaks { footing, about, matters: Some(matters), .. } if footing.decides() => {
                let matters = in_words(matters);
                match footing {
                    Footing::Representative => {
                        format!("Do you want {name} to decide for you about {matters}: “{about}”?")
                    }
                    _ => format!(
                        "Is it right that {name} {}, and decides for you about {matters}: “{about}”?",
                        of_you(*footing)
                    ),
                }
            }
            Proposed::Speaks { footing, about, .. } => match footing {
                Footing::HelpsToCommunicate => format!("Do you want {name} to help you say what you want?"),
                Footing::Nominee => format!("Do you want {name} to look after your direct payment?"),
                Footing::Representative => format!("Do you want {name} to decide for you about “{about}”?"),
                Footing::Attorney => {
                    format!(
                        "Is it right that {name} has a lasting power of attorney, and decides for you about “{about}”?"
                    )
                }
                Footing::Deputy => {
                    format!(
                        "Is it right that the court made {name} your deputy, and that they decide for you about “{about}”?"
                    )
                }
                Footing::Parent => {
                    format!(
                        "Is it right that {name} is your parent or guardian, and decides for you about “{about}”?"
                    )
                }
            },
        }
    }

    /// What is proposed, in words: "Martin Hale speaks for them in …".
    #[must_use]
    pub fn words(&self, name: &str) -> String {
        match &self.what {
            Proposed::Speaks { footing, matters: Some(matters), .. } if footing.decides() => {
                format!("{name} {}, and decides about: {}", footing.words(), in_words(matters))
            }
            Proposed::Speaks { footing, .. } => format!("{name} {}", footing.words()),
            Proposed::SignIn { .. } => format!("{name} signs in with an address of their own"),
        }
    }
}

/// Whether somebody's own sign-in is confirmed by another before it counts:
/// that of the person, and of whoever decides for them, or is to; and that of
/// anybody while nobody who decides has a sign-in. Those who decide are told of
/// each new one; where there is nobody to tell, one colleague alone could open
/// the record to a mailbox of their own.
#[must_use]
pub fn sign_in_is_confirmed(case: &Case, member: &Member) -> bool {
    let somebody_hears = case.circle.present().any(|m| m.decides() && m.account.is_some());
    let is_to_speak = case.circle.waiting_for(member.id).any(|p| matches!(p.what, Proposed::Speaks { .. }));
    member.role.decides()
        || member.speaks.iter().any(|s| s.footing.is_confirmed())
        || is_to_speak
        || !somebody_hears
}

/// Records on what footing someone speaks. One that decides, or receives
/// money, waits until it is confirmed. `recorder` is the place of whoever
/// records it: nobody of the family gives a footing to themselves.
pub fn propose_speaker(
    case: &Case,
    member: MemberId,
    recorder: Option<MemberId>,
    speaking: Speaking,
) -> Decision {
    let found = present(case, member)?;
    if recorder == Some(member) && !found.role.is_professional() {
        return Err(Refusal::not_allowed(
            "You cannot record this about yourself. Ask your care co-ordinator to do it",
        ));
    }
    check_speaking(found.role, &speaking)?;
    let Speaking { footing, about, evidence, .. } = speaking.clone();
    let matters = speaking.matters();
    let is_it = |s: &super::Speaks| {
        s.footing == footing && s.about == about && s.evidence == evidence && s.matters == matters
    };
    if found.speaks.iter().any(is_it) {
        return Ok(vec![]);
    }
    if !footing.is_confirmed() {
        return Ok(speaking.events(member));
    }
    let what = Proposed::Speaks { footing, about, evidence, matters };
    if case.circle.waiting_for(member).any(|p| p.what == what) {
        return Ok(vec![]);
    }
    let of_this_footing =
        |p: &Proposal| matches!(p.what, Proposed::Speaks { footing: other, .. } if other == footing);
    if case.circle.waiting_for(member).any(of_this_footing) {
        return Err(waits_already(&found.name));
    }
    Ok(speaking.events(member))
}

/// Someone is to have their own sign-in. That of whoever decides, and that of
/// somebody with a post in the area (`works_in_the_area`), waits until it is
/// confirmed, and says `how` the address is known to be theirs.
pub fn invite(
    case: &Case,
    id: MemberId,
    account: AccountId,
    works_in_the_area: bool,
    how: Option<Prose>,
) -> Decision {
    let member = present(case, id)?;
    if member.account == Some(account) {
        return Ok(vec![]);
    }
    if member.account.is_some() {
        return Err(Refusal::already_done(format!("{} can sign in already", member.name)));
    }
    if member.role.is_of_a_body() {
        return Err(Refusal::not_allowed(
            "People who work for the NHS or the council are not invited by email. Add them from the list of colleagues",
        ));
    }
    // Nobody has two places here, and so nobody works on both sides.
    let is_somebody_elses = |p: &Proposal| {
        p.member != id && matches!(p.what, Proposed::SignIn { account: theirs, .. } if theirs == account)
    };
    if case.circle.member_of(account).is_some() || case.circle.waiting().any(is_somebody_elses) {
        return Err(Refusal::invalid("email", "Someone else in the circle has this email address"));
    }
    let waits = case.circle.waiting_for(id).find_map(|p| match p.what {
        Proposed::SignIn { account, ref how } => Some((account, how)),
        Proposed::Speaks { .. } => None,
    });
    match waits {
        Some((waiting, known)) if waiting == account && how.as_ref() == Some(known) => return Ok(vec![]),
        Some(_) => return Err(waits_already(&member.name)),
        None => {}
    }
    if !sign_in_is_confirmed(case, member) && !works_in_the_area {
        return Ok(vec![Event::MemberInvited { id, account }.into()]);
    }
    let how = how.ok_or_else(|| Refusal::invalid("how", SAY_HOW))?;
    Ok(vec![Event::SignInProposed { member: id, account, how }.into()])
}

fn waits_already(name: &Line) -> Refusal {
    Refusal::not_yet(
        format!("Something like this waits to be confirmed for {name} already"),
        "Take that back first, or ask whoever can confirm it to turn it down",
    )
}

/// Whether an account may confirm this, or turn it down. The policy has said
/// that its place may; this says that it is not theirs to say here.
pub fn may_answer(case: &Case, by: AccountId, proposal: &Proposal) -> Result<(), Refusal> {
    may_say(case, by, proposal.by, proposal.member, case.circle.account_of(proposal))
}

/// Confirms what waits for somebody, after `seen`: from now on it counts. With
/// one that does not wait any more, nothing is confirmed.
pub fn confirm(case: &Case, by: AccountId, proposals: &[u64], seen: &Seen, today: Date) -> Decision {
    if seen.on > today {
        return Err(Refusal::invalid("on", "The day must be today or in the past"));
    }
    let mut events: Vec<case::Event> = vec![];
    for proposal in waiting(case, "confirm", proposals)? {
        may_answer(case, by, proposal)?;
        let member = present(case, proposal.member)?;
        let Seen { words, on, works_in_the_area } = seen.clone();
        let number = proposal.number;
        events.push(Event::ProposalConfirmed { proposal: number, seen: words, on, works_in_the_area }.into());
        events.push(match proposal.what.clone() {
            Proposed::Speaks { footing, about, evidence, .. } => {
                check_footing(member.role, footing, evidence.as_ref())?;
                Event::SpeakerRecognised { member: member.id, footing, about, evidence }.into()
            }
            Proposed::SignIn { account, .. } => {
                if member.account.is_some() {
                    return Err(Refusal::already_done(format!("{} can sign in already", member.name)));
                }
                if case.circle.member_of(account).is_some() {
                    return Err(Refusal::not_yet(
                        "Somebody else in the circle has this address by now",
                        "Turn this down, and say so",
                    ));
                }
                Event::MemberInvited { id: member.id, account }.into()
            }
        });
    }
    Ok(events)
}

/// Says no to what waits, with a reason.
pub fn turn_down(case: &Case, by: AccountId, proposals: &[u64], why: &Prose) -> Decision {
    let mut events = vec![];
    for proposal in waiting(case, "why-not", proposals)? {
        may_answer(case, by, proposal)?;
        events.push(Event::ProposalTurnedDown { proposal: proposal.number, why: why.clone() }.into());
    }
    Ok(events)
}

/// Takes back what one asked for oneself.
pub fn take_back(case: &Case, by: AccountId, proposals: &[u64]) -> Decision {
    let mut events = vec![];
    for proposal in waiting(case, "", proposals)? {
        if proposal.by.account() != Some(by) {
            return Err(Refusal::not_allowed("Only whoever asked for this can take it back"));
        }
        events.push(Event::ProposalTakenBack { proposal: proposal.number }.into());
    }
    Ok(events)
}

/// The proposals with these numbers, each once, if all of them wait.
fn waiting<'c>(case: &'c Case, field: &str, numbers: &[u64]) -> Result<Vec<&'c Proposal>, Refusal> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Err(Refusal::invalid(field, "Choose what you confirm"));
    }
    let wait = |number: &u64| {
        let found = case.circle.proposal(*number).ok_or_else(|| {
            Refusal::not_yet("That does not wait to be confirmed", "Go back to the list of people")
        })?;
        match found.answer {
            None => Ok(found),
            Some(Answer::Confirmed) => Err(Refusal::already_done("This has been confirmed already")),
            Some(Answer::TurnedDown) => Err(Refusal::already_done("This has been turned down already")),
            Some(Answer::TakenBack) => Err(Refusal::already_done("This has been taken back meanwhile")),
        }
    };
    numbers.iter().map(wait).collect()
}

/// Whose move it is while somebody waits to be confirmed: those in the case
/// who may confirm, and where no colleague there can, a commissioner.
pub(super) fn turns(case: &Case) -> Vec<Turn> {
    let mut turns: Vec<Turn> = vec![];
    let person = case.person_name();
    for proposal in case.circle.waiting() {
        let Some(member) = case.circle.member(proposal.member) else { continue };
        let (task, words) = match (&proposal.what, member.role) {
            (Proposed::SignIn { .. }, CaseRole::Person) => (
                format!("Confirm how {person} signs in"),
                format!("{person} is to have a sign-in. Somebody checks first that the address is right."),
            ),
            (Proposed::SignIn { .. }, _) => (
                format!("Confirm how {} signs in", member.name),
                format!(
                    "{} is to have a sign-in. Somebody checks first that the address is right.",
                    member.name
                ),
            ),
            (Proposed::Speaks { footing: Footing::Nominee, .. }, _) => (
                format!("Confirm that {} looks after the direct payment of {person}", member.name),
                format!(
                    "{} is to look after a direct payment. Somebody checks first that this is right.",
                    member.name
                ),
            ),
            (Proposed::Speaks { .. }, _) => (
                format!("Confirm that {} speaks for {person}", member.name),
                format!(
                    "{} is to speak for {person}. Somebody checks first that this is right.",
                    member.name
                ),
            ),
        };
        let asker = proposal.by.account().and_then(|by| case.circle.who_had(by));
        let asker = asker.map_or(String::new(), |m| format!(" by {}", m.name));
        let since = dates::long(dates::london(proposal.at));
        let task = format!("{task}: asked for{asker} on {since}");
        let words = format!("{words} It was asked for{asker} on {since}.");
        let account = case.circle.account_of(proposal);
        turns.push(second::turn(case, (&task, &words), proposal.by, proposal.member, account));
    }
    turns
}

#[cfg(test)]
mod tests;
