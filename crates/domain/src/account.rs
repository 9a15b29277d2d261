//! Someone who can sign in: their name and address are kept here and nowhere
//! else. Secrets (passphrase hash, second factor) are not events.

mod closing;
mod told;

pub use closing::*;
pub use told::tell;

use crate::case::Case;
use crate::case::confidence::Confidence;
use crate::case::history::Context;
use crate::{
    AccountId, Aggregate, AreaId, Author, InACopy, Line, OfCase, PasskeyId, ProposalId, Recorded, Refusal,
    StreamKind, Timestamp, Told,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "account.opened")]
    Opened { name: Line, email: Line },
    #[serde(rename = "account.invited")]
    Invited { why: Line },
    /// What they were invited for is theirs no more before they set up a sign-in:
    /// no link that was sent before works.
    #[serde(rename = "account.invitation-withdrawn")]
    InvitationWithdrawn { why: Line },
    /// They set a passphrase of their own.
    #[serde(rename = "account.set-up")]
    SetUp,
    #[serde(rename = "account.passphrase-changed")]
    PassphraseChanged,
    #[serde(rename = "account.second-factor-added")]
    SecondFactorAdded,
    #[serde(rename = "account.second-factor-removed")]
    SecondFactorRemoved { why: Line },
    /// Another code app took the place of the one before.
    #[serde(rename = "account.second-factor-replaced")]
    SecondFactorReplaced,
    #[serde(rename = "account.printed-codes-made")]
    PrintedCodesMade,
    #[serde(rename = "account.printed-code-used")]
    PrintedCodeUsed,
    #[serde(rename = "account.passkey-added")]
    PasskeyAdded { id: PasskeyId, name: Line },
    #[serde(rename = "account.passkey-removed")]
    PasskeyRemoved { id: PasskeyId },
    /// They ended all their sessions but one.
    #[serde(rename = "account.signed-out-elsewhere")]
    SignedOutElsewhere,
    /// They were offered a second step, and will come back to it themselves.
    #[serde(rename = "account.second-step-offer-put-away")]
    SecondStepOfferPutAway,
    /// It was asked that their lost second step be taken away: by themselves
    /// with their passphrase, or by a colleague on their behalf.
    #[serde(rename = "account.second-step-removal-asked-for")]
    RemovalAskedFor { why: Line },
    /// Whoever has their mailbox says that it was them who asked.
    #[serde(rename = "account.second-step-removal-confirmed")]
    RemovalConfirmed,
    /// The author, an administrator, agrees to it.
    #[serde(rename = "account.second-step-removal-agreed")]
    RemovalAgreed { why: Line },
    #[serde(rename = "account.second-step-removal-stopped")]
    RemovalStopped,
    #[serde(rename = "account.recovery-asked-for")]
    RecoveryAskedFor,
    #[serde(rename = "account.renamed")]
    Renamed { name: Line },
    #[serde(rename = "account.closed")]
    Closed { why: Line },
    /// An administrator asked for it to be opened again; a second one decides.
    #[serde(rename = "account.reopening-proposed")]
    ReopeningProposed { why: Line },
    #[serde(rename = "account.reopened")]
    Reopened,
    /// An administrator put them forward for a post, under this name and
    /// address. Until they accept it, this is all that is shown of them.
    #[serde(rename = "account.put-forward")]
    PutForward { proposal: ProposalId, name: Line, email: Line },
    /// An administrator signed them out everywhere.
    #[serde(rename = "account.signed-out")]
    SignedOut { why: Line },
    /// They did something in a case that came from another area, where they have
    /// their sign-in: here they have a name in its history, and nothing else.
    #[serde(rename = "account.known-from-elsewhere")]
    KnownFromElsewhere { name: Line, from: Line },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub version: u64,
    pub name: Option<Line>,
    pub email: Option<Line>,
    pub is_set_up: bool,
    /// Whether a code app is set up.
    pub has_second_factor: bool,
    /// The passkeys, with what their owner calls them.
    pub passkeys: Vec<(PasskeyId, Line)>,
    /// When the passphrase was last changed, after the first.
    pub passphrase_changed: Option<Timestamp>,
    /// It was offered to set up a second step, and put away.
    pub offer_put_away: bool,
    /// The second step is lost, and to be taken away.
    pub removal: Option<Removal>,
    pub closed: Option<Timestamp>,
    /// When it was last closed, also where it is open again: no link that was
    /// asked for before works afterwards.
    pub last_closed: Option<Timestamp>,
    /// When an invitation was last withdrawn: the same holds for its link.
    pub last_withdrawn: Option<Timestamp>,
    /// Who asked for it to be opened again, and when.
    pub reopening: Option<(Author, Timestamp)>,
    /// What was typed when they were put forward for a post: name and address.
    pub put_forward: Vec<AsPutForward>,
}

/// Somebody as they were put forward for a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsPutForward {
    pub proposal: ProposalId,
    pub name: Line,
    pub email: Line,
}

/// A lost second step that is to be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    pub asked: Timestamp,
    pub by: Author,
    pub why: Line,
    /// Confirmed by the link of a letter to the owner.
    pub confirmed: bool,
    /// Those who agreed, each once, with how they know.
    pub agreed: Vec<(AccountId, Line)>,
}

/// How long it takes at least from asking until a second step is gone, so
/// that its owner hears of it first: 24 hours.
pub const REMOVAL_WAITS_SECONDS: i64 = 24 * 60 * 60;
/// After this long what was asked for is void: 14 days.
pub const REMOVAL_LAPSES_SECONDS: i64 = 14 * 24 * 60 * 60;
/// For this long after a new passphrase nobody without a post can ask: 7 days.
/// A mailbox alone would otherwise open everything.
pub const ASKING_AFTER_PASSPHRASE_SECONDS: i64 = 7 * 24 * 60 * 60;

/// What is lacking before a lost second step is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacks {
    /// The link in the letter has not been used.
    Letter,
    /// Two administrators have to agree.
    Administrators,
    /// Those who agreed do not administer every area that they work in.
    Areas,
    /// They have a place in somebody's circle that nobody has without a second
    /// step, and nobody administers them: the place has to end first.
    Place,
    /// It is less than a day since it was asked.
    Time,
}

impl Removal {
    /// What is lacking at `now`; nothing where it can be done. `works_in` are
    /// the areas in which the account has a post, `administers` says which
    /// areas somebody administers now. Those without a post are nobody's to
    /// administer: the letter's link stands for the agreement.
    #[must_use]
    pub fn lacks(
        &self,
        owner: AccountId,
        works_in: &BTreeSet<AreaId>,
        administers: impl Fn(AccountId) -> BTreeSet<AreaId>,
        one_administrator: bool,
        now: Timestamp,
    ) -> BTreeSet<Lacks> {
        let mut lacks = BTreeSet::new();
        if works_in.is_empty() {
            if !self.confirmed {
                lacks.insert(Lacks::Letter);
            }
        } else {
            let others = self.agreed.iter().map(|(account, _)| *account).filter(|account| *account != owner);
            let covers: Vec<BTreeSet<AreaId>> = others
                .map(|account| administers(account).intersection(works_in).copied().collect())
                .filter(|areas: &BTreeSet<AreaId>| !areas.is_empty())
                .collect();
            if covers.len() < if one_administrator { 1 } else { 2 } {
                lacks.insert(Lacks::Administrators);
            }
            let all: BTreeSet<AreaId> = covers.into_iter().flatten().collect();
            if all != *works_in {
                lacks.insert(Lacks::Areas);
            }
        }
        if now.as_second() - self.asked.as_second() < REMOVAL_WAITS_SECONDS {
            lacks.insert(Lacks::Time);
        }
        lacks
    }

    /// Whether it was asked too long ago to mean anything now.
    #[must_use]
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        now.as_second() - self.asked.as_second() >= REMOVAL_LAPSES_SECONDS
    }
}

impl Aggregate for Account {
    type Id = AccountId;
    type Event = Event;
    const KIND: StreamKind = StreamKind::Account;

    fn new(id: AccountId) -> Self {
        Self {
            id,
            version: 0,
            name: None,
            email: None,
            is_set_up: false,
            has_second_factor: false,
            passkeys: vec![],
            passphrase_changed: None,
            offer_put_away: false,
            removal: None,
            closed: None,
            last_closed: None,
            last_withdrawn: None,
            reopening: None,
            put_forward: vec![],
        }
    }

    fn id(&self) -> AccountId {
        self.id
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.version = recorded.seq;
        match recorded.event.clone() {
            Event::Opened { name, email } => {
                self.name = Some(name);
                self.email = Some(email);
            }
            Event::SetUp => self.is_set_up = true,
            Event::SecondFactorAdded => self.has_second_factor = true,
            Event::SecondFactorRemoved { .. } => {
                self.has_second_factor = false;
                self.removal = None;
            }
            Event::PasskeyAdded { id, name } => self.passkeys.push((id, name)),
            Event::PasskeyRemoved { id } => self.passkeys.retain(|(one, _)| *one != id),
            Event::PassphraseChanged => {
                self.passphrase_changed = Some(recorded.at);
                // Whoever asked knew another passphrase.
                self.removal = None;
            }
            Event::SecondStepOfferPutAway => self.offer_put_away = true,
            Event::RemovalAskedFor { why } => {
                self.removal = Some(Removal {
                    asked: recorded.at,
                    by: recorded.by,
                    why,
                    confirmed: false,
                    agreed: vec![],
                });
            }
            Event::RemovalConfirmed => self.removal.iter_mut().for_each(|removal| removal.confirmed = true),
            Event::RemovalAgreed { why } => {
                if let (Some(removal), Author::Account(by)) = (&mut self.removal, recorded.by) {
                    removal.agreed.push((by, why));
                }
            }
            Event::RemovalStopped => self.removal = None,
            Event::Renamed { name } => self.name = Some(name),
            Event::Closed { .. } => {
                self.closed = Some(recorded.at);
                self.last_closed = Some(recorded.at);
                self.reopening = None;
            }
            Event::ReopeningProposed { .. } => self.reopening = Some((recorded.by, recorded.at)),
            Event::Reopened => {
                self.closed = None;
                self.reopening = None;
            }
            Event::InvitationWithdrawn { .. } => self.last_withdrawn = Some(recorded.at),
            Event::KnownFromElsewhere { name, from: _ } => {
                self.name = Some(name);
                self.closed = Some(recorded.at);
                self.last_closed = Some(recorded.at);
            }
            Event::PutForward { proposal, name, email } => {
                self.put_forward.push(AsPutForward { proposal, name, email });
            }
            Event::Invited { .. }
            | Event::RecoveryAskedFor
            | Event::SignedOut { .. }
            | Event::SecondFactorReplaced
            | Event::PrintedCodesMade
            | Event::PrintedCodeUsed
            | Event::SignedOutElsewhere => {}
        }
    }
}

impl OfCase for Account {
    const IN_A_COPY: Option<InACopy> =
        Some(InACopy { title: "Your sign-in", from: "The person’s sign-in" });

    /// The person's own sign-ins are: those of others in the circle are theirs.
    fn is_part_of(&self, case: &Case) -> bool {
        case.circle.accounts_of_the_person().contains(&self.id)
    }

    // Whoever writes a reason here is promised nothing about it.
    fn in_confidence(recorded: &Recorded<Event>, _: &Case) -> Option<Confidence> {
        use Event as E;
        match &recorded.event {
            E::Opened { .. }
            | E::KnownFromElsewhere { .. }
            | E::Invited { .. }
            | E::InvitationWithdrawn { .. }
            | E::SetUp
            | E::PassphraseChanged
            | E::SecondFactorAdded
            | E::SecondFactorRemoved { .. }
            | E::SecondFactorReplaced
            | E::PrintedCodesMade
            | E::PrintedCodeUsed
            | E::PasskeyAdded { .. }
            | E::PasskeyRemoved { .. }
            | E::SignedOutElsewhere
            | E::SecondStepOfferPutAway
            | E::RemovalAskedFor { .. }
            | E::RemovalConfirmed
            | E::RemovalAgreed { .. }
            | E::RemovalStopped
            | E::RecoveryAskedFor
            | E::Renamed { .. }
            | E::Closed { .. }
            | E::ReopeningProposed { .. }
            | E::Reopened
            | E::PutForward { .. }
            | E::SignedOut { .. } => None,
        }
    }

    fn tell(event: &Event, _: &Context<'_>) -> Option<Told> {
        Some(Told::alone(told::tell(event)))
    }
}

impl Account {
    /// Whether anything besides the passphrase is asked for at sign-in.
    #[must_use]
    pub fn has_second_step(&self) -> bool {
        self.has_second_factor || !self.passkeys.is_empty()
    }

    /// They take one of their passkeys away.
    pub fn remove_passkey(&self, id: PasskeyId) -> Result<Vec<Event>, Refusal> {
        if self.passkeys.iter().all(|(one, _)| *one != id) {
            return Err(Refusal::already_done("This passkey is taken away already"));
        }
        Ok(vec![Event::PasskeyRemoved { id }])
    }

    /// They take their code app away.
    pub fn remove_code_app(&self, why: Line) -> Result<Vec<Event>, Refusal> {
        if !self.has_second_factor {
            return Err(Refusal::already_done("Your code app is taken away already"));
        }
        Ok(vec![Event::SecondFactorRemoved { why }])
    }

    /// The removal that was asked for, if it still means anything.
    #[must_use]
    pub fn open_removal(&self, now: Timestamp) -> Option<&Removal> {
        self.removal.as_ref().filter(|removal| !removal.has_lapsed(now))
    }

    /// A lost second step is asked to be taken away. Nothing where it has been
    /// asked already.
    pub fn ask_for_removal(&self, why: Line, has_posts: bool, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        if !self.has_second_step() {
            return Err(Refusal::already_done("They have no second step now"));
        }
        if self.open_removal(now).is_some() {
            return Ok(vec![]);
        }
        let since = self.passphrase_changed.map(|at| now.as_second() - at.as_second());
        if !has_posts && since.is_some_and(|seconds| seconds < ASKING_AFTER_PASSPHRASE_SECONDS) {
            return Err(Refusal::not_yet(
                "A new passphrase was chosen here less than 7 days ago. To keep you safe, your second step \
                 cannot be taken away so soon after it",
                "Use a printed code if you have one, or try again when the 7 days are over",
            ));
        }
        Ok(vec![Event::RemovalAskedFor { why }])
    }

    /// An administrator agrees. Nobody agrees for themselves, and each once.
    pub fn agree_to_removal(
        &self,
        owner: AccountId,
        by: AccountId,
        why: Line,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        if owner == by {
            return Err(Refusal::invalid(
                "why",
                "You cannot do this for yourself. Ask another administrator",
            ));
        }
        let Some(removal) = self.open_removal(now) else {
            return Err(Refusal::already_done("Nothing is asked for any more: it was done, or stopped"));
        };
        match removal.agreed.iter().find(|(account, _)| *account == by) {
            Some((_, said)) if *said == why => Ok(vec![]),
            Some(_) => Err(Refusal::already_done("You have agreed to this already")),
            None => Ok(vec![Event::RemovalAgreed { why }]),
        }
    }
}

#[cfg(test)]
mod tests;
