//! The people around the person: who they are, how they communicate, who
//! speaks for them and on what footing, and what they agreed to and how.

mod decide;
mod describe;
mod proposal;
mod second;
mod sharing;
mod sign_in;
mod turns;

pub use crate::access::CaseRole;
pub use decide::*;
pub(super) use describe::describe;
pub use proposal::*;
pub use sharing::*;
pub use sign_in::{Given, end_sign_in, keep_sign_in, leave_behind, may_look_at, withdraw_sign_in};
pub(super) use turns::turns;

use crate::access::RecordPart;
use crate::{
    AccountId, Author, Date, Line, MemberId, OrganisationId, Prose, Recorded, Refusal, Timestamp, dates,
};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Whose words or choice something is, as told by whoever recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Voice {
    /// The person's own, in whatever way they communicate.
    Person,
    /// Someone in their circle.
    Member(MemberId),
}

/// On what footing someone speaks for or with the person (000:235; Mental
/// Capacity Act principles 000:213-219).
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
pub enum Footing {
    /// Helps the person say what they want; decides nothing for them.
    HelpsToCommunicate,
    /// Chosen by the person to receive and manage a direct payment.
    Nominee,
    /// Represents a person who lacks capacity for this decision.
    Representative,
    /// Holds a lasting power of attorney.
    Attorney,
    /// Appointed by the Court of Protection.
    Deputy,
    /// Has parental responsibility.
    Parent,
}

impl Footing {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HelpsToCommunicate => "helps them say what they want",
            Self::Nominee => "was chosen by them to look after a direct payment",
            Self::Representative => "speaks for them in decisions they cannot make",
            Self::Attorney => "has a lasting power of attorney",
            Self::Deputy => "is a deputy appointed by the court",
            Self::Parent => "is their parent or guardian",
        }
    }

    /// Decides for the person, rather than helping them to say or do what they
    /// decide themselves.
    #[must_use]
    pub fn decides(self) -> bool {
        !matches!(self, Self::HelpsToCommunicate | Self::Nominee)
    }

    /// Counts only when a second one has confirmed it: whatever decides, or
    /// receives money.
    #[must_use]
    pub fn is_confirmed(self) -> bool {
        self != Self::HelpsToCommunicate
    }
}

/// What somebody may decide about who speaks for the person. Powers in law are
/// for health and care or for money; what is shared with whom is asked apart.
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
pub enum Matter {
    Care,
    Money,
    Sharing,
}

impl Matter {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Care => "health and care",
            Self::Money => "money",
            Self::Sharing => "sharing information",
        }
    }
}

/// What consent is about.
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
    IntoStaticStr,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum ConsentAbout {
    /// Having a personal health budget worked out and planned.
    TakingPart,
    /// Sharing the case file with the council.
    SharingWithCouncil,
    /// Sharing with supporters outside the NHS and council, all at once: as it was
    /// asked before each was asked about by name. It is not given any more.
    SharingWithSupporters,
    /// Receiving a direct payment.
    DirectPayment,
}

impl ConsentAbout {
    /// What somebody is asked. What each one who helps sees is not asked here, but
    /// by name ([`share`]).
    pub const ASKED: [Self; 3] = [Self::TakingPart, Self::SharingWithCouncil, Self::DirectPayment];

    /// What a decision about it is about.
    #[must_use]
    pub fn matter(self) -> Matter {
        match self {
            Self::TakingPart => Matter::Care,
            Self::SharingWithCouncil | Self::SharingWithSupporters => Matter::Sharing,
            Self::DirectPayment => Matter::Money,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TakingPart => "having a personal health budget",
            Self::SharingWithCouncil => "sharing information with the council",
            Self::SharingWithSupporters => "sharing information with brokers and organisations that help",
            Self::DirectPayment => "having a direct payment",
        }
    }
}

/// The ways to get in touch.
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
pub enum ContactBy {
    Email,
    Phone,
    Text,
    Letter,
    Visit,
    /// Someone who speaks for them.
    ThroughSomeone,
}

impl ContactBy {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone call",
            Self::Text => "text message",
            Self::Letter => "letter",
            Self::Visit => "a visit",
            Self::ThroughSomeone => "through someone they trust",
        }
    }
}

/// How to reach someone, and when suits them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPreference {
    pub by: Vec<ContactBy>,
    /// No other way may be used.
    pub only: bool,
    pub details: Option<Line>,
    pub when: Option<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    #[serde(rename = "circle.person-named")]
    PersonNamed { name: Line, known_as: Option<Line>, born: Option<Date> },
    #[serde(rename = "circle.communication-described")]
    CommunicationDescribed {
        /// How the person says yes, and no (000:235: "blinking").
        yes: Option<Line>,
        no: Option<Line>,
        how: Prose,
        /// What helps, and what others have wrongly written before.
        helps: Option<Prose>,
    },
    /// Something others wrote about the person, and which is not so.
    #[serde(rename = "circle.wrong-record-noted")]
    WrongRecordNoted { said: Prose, by: Option<Line> },
    #[serde(rename = "circle.contact-preferred")]
    ContactPreferred { who: Voice, preference: ContactPreference },
    #[serde(rename = "circle.member-joined")]
    MemberJoined {
        id: MemberId,
        name: Line,
        /// In their own words: husband, district nurse, neighbour.
        relation: Line,
        role: CaseRole,
        account: Option<AccountId>,
        organisation: Option<OrganisationId>,
    },
    /// Someone was sent a link to set up their own sign-in.
    #[serde(rename = "circle.member-invited")]
    MemberInvited { id: MemberId, account: AccountId },
    /// A second one looked at a sign-in that one colleague had given alone, and
    /// knows that it is right.
    #[serde(rename = "circle.sign-in-kept")]
    SignInKept { member: MemberId, seen: Prose, on: Date },
    /// They are still in the circle, and sign in no more with what they had.
    #[serde(rename = "circle.sign-in-ended")]
    SignInEnded { member: MemberId, why: Prose },
    /// Whoever alone gave somebody their sign-in works here no more, though their
    /// seat was not handed over: from now on a second one is asked about it.
    #[serde(rename = "circle.sign-in-left-behind")]
    SignInLeftBehind { member: MemberId },
    #[serde(rename = "circle.member-left")]
    MemberLeft { id: MemberId, why: Option<Prose> },
    #[serde(rename = "circle.speaker-recognised")]
    SpeakerRecognised { member: MemberId, footing: Footing, about: Prose, evidence: Option<Line> },
    /// What somebody may decide about on a footing that is proposed next. One
    /// that stood on the record before this was asked is for everything.
    #[serde(rename = "circle.matters-named")]
    MattersNamed { member: MemberId, footing: Footing, matters: Vec<Matter> },
    /// Someone is to speak for the person. It counts for nothing until it is
    /// confirmed, when [`Self::SpeakerRecognised`] stands beside the confirming.
    #[serde(rename = "circle.speaker-proposed")]
    SpeakerProposed { member: MemberId, footing: Footing, about: Prose, evidence: Option<Line> },
    /// Someone who decides is to sign in with this account, and this is how the
    /// address is known to be theirs. No letter goes to it until it is confirmed.
    #[serde(rename = "circle.sign-in-proposed")]
    SignInProposed { member: MemberId, account: AccountId, how: Prose },
    /// A second one saw a paper, or heard it said, on a day. `proposal` is the
    /// place on the record of what was proposed.
    #[serde(rename = "circle.proposal-confirmed")]
    ProposalConfirmed { proposal: u64, seen: Prose, on: Date, works_in_the_area: bool },
    #[serde(rename = "circle.proposal-turned-down")]
    ProposalTurnedDown { proposal: u64, why: Prose },
    #[serde(rename = "circle.proposal-taken-back")]
    ProposalTakenBack { proposal: u64 },
    #[serde(rename = "circle.speaker-ended")]
    SpeakerEnded { member: MemberId, footing: Footing, why: Option<Prose> },
    #[serde(rename = "circle.consent-given")]
    ConsentGiven { about: ConsentAbout, voice: Voice, how: Prose },
    #[serde(rename = "circle.consent-refused")]
    ConsentRefused { about: ConsentAbout, voice: Voice, how: Prose },
    #[serde(rename = "circle.consent-withdrawn")]
    ConsentWithdrawn { about: ConsentAbout, voice: Voice, how: Prose },
    /// Somebody came to help, and what they are to see is said by name. One who
    /// joined before this was asked sees what was agreed to for all who help.
    #[serde(rename = "circle.nothing-shared-yet")]
    NothingSharedYet { member: MemberId },
    /// What somebody sees of the record, from then on and in place of what was
    /// said about them before; `until` is the last day.
    #[serde(rename = "circle.record-shared")]
    RecordShared { with: SharedWith, parts: Vec<RecordPart>, until: Option<Date>, voice: Voice, how: Prose },
    #[serde(rename = "circle.sharing-ended")]
    SharingEnded { with: SharedWith, voice: Voice, how: Prose },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: Line,
    pub known_as: Option<Line>,
    pub born: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Communication {
    pub yes: Option<Line>,
    pub no: Option<Line>,
    pub how: Prose,
    pub helps: Option<Prose>,
    pub described_by: Author,
    pub at: Timestamp,
}

/// Something that was wrongly written about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongRecord {
    pub said: Prose,
    /// Who had written it, as far as is known.
    pub by: Option<Line>,
    pub noted_by: Author,
    pub at: Timestamp,
}

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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaks {
    pub footing: Footing,
    pub about: Prose,
    pub evidence: Option<Line>,
    /// None where it was recorded before this was asked: then it is for all.
    pub matters: Option<Vec<Matter>>,
}

impl Speaks {
    #[must_use]
    pub fn is_about(&self, matter: Matter) -> bool {
        self.matters.as_ref().is_none_or(|matters| matters.contains(&matter))
    }
}

/// What matters are in words: "health and care, money".
#[must_use]
pub fn in_words(matters: &[Matter]) -> String {
    matters.iter().map(|matter| matter.words()).collect::<Vec<_>>().join(", ")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    Given,
    Refused,
    Withdrawn,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub about: ConsentAbout,
    pub state: ConsentState,
    pub voice: Voice,
    pub how: Prose,
    pub at: Timestamp,
    pub recorded_by: Author,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circle {
    pub person: Option<Person>,
    pub communication: Option<Communication>,
    pub wrong_records: Vec<WrongRecord>,
    pub contact: Vec<(Voice, ContactPreference)>,
    /// Everyone who ever was in it, in order of joining.
    pub members: Vec<Member>,
    /// The newest word on each subject.
    pub consents: Vec<Consent>,
    /// Whoever was to speak or to sign in, waiting or answered.
    pub proposals: Vec<Proposal>,
    /// The newest word about each with whom something is shared.
    shared: Vec<Shared>,
    /// Those of whom it is said by name what they see.
    by_name: Vec<SharedWith>,
    /// What was named for a footing, until it is proposed.
    named: Vec<(MemberId, Footing, Vec<Matter>)>,
}

impl Circle {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        match event.clone() {
            Event::PersonNamed { name, known_as, born } => {
                self.person = Some(Person { name, known_as, born })
            }
            Event::CommunicationDescribed { yes, no, how, helps } => {
                self.communication =
                    Some(Communication { yes, no, how, helps, described_by: recorded.by, at: recorded.at });
            }
            Event::WrongRecordNoted { said, by } => {
                let (noted_by, at) = (recorded.by, recorded.at);
                self.wrong_records.push(WrongRecord { said, by, noted_by, at });
            }
            Event::ContactPreferred { who, preference } => {
                self.contact.retain(|(voice, _)| *voice != who);
                self.contact.push((who, preference));
            }
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
            Event::MattersNamed { member, footing, matters } => {
                self.named.retain(|(of, on, _)| (*of, *on) != (member, footing));
                self.named.push((member, footing, matters));
            }
            Event::SpeakerRecognised { member, footing, about, evidence } => {
                let matters = self.matters_confirmed(member, footing);
                self.with(member, |m| {
                    m.speaks.retain(|s| s.footing != footing);
                    m.speaks.push(Speaks { footing, about, evidence, matters });
                });
            }
            Event::SpeakerProposed { member, footing, about, evidence } => {
                let named = self.named.iter().position(|(of, on, _)| (*of, *on) == (member, footing));
                let matters = named.map(|at| self.named.remove(at).2);
                self.propose(member, Proposed::Speaks { footing, about, evidence, matters }, recorded);
            }
            Event::SignInProposed { member, account, how } => {
                self.propose(member, Proposed::SignIn { account, how }, recorded);
            }
            Event::ProposalConfirmed { proposal, .. } => self.answered(proposal, Answer::Confirmed),
            Event::ProposalTurnedDown { proposal, why } => {
                self.answered(proposal, Answer::TurnedDown);
                self.said_no(proposal, NoToIt { why, by: recorded.by, at: recorded.at });
            }
            Event::ProposalTakenBack { proposal } => self.answered(proposal, Answer::TakenBack),
            Event::SpeakerEnded { member, footing, .. } => {
                self.with(member, |m| m.speaks.retain(|s| s.footing != footing));
            }
            Event::ConsentGiven { about, voice, how } => {
                self.consent(about, ConsentState::Given, voice, how, recorded)
            }
            Event::ConsentRefused { about, voice, how } => {
                self.consent(about, ConsentState::Refused, voice, how, recorded);
            }
            Event::ConsentWithdrawn { about, voice, how } => {
                self.consent(about, ConsentState::Withdrawn, voice, how, recorded);
            }
            Event::NothingSharedYet { .. } | Event::RecordShared { .. } | Event::SharingEnded { .. } => {
                self.shares(event, recorded);
            }
        }
    }

    /// What was last confirmed for a footing, as it was proposed.
    fn matters_confirmed(&self, member: MemberId, footing: Footing) -> Option<Vec<Matter>> {
        let mut newest_first = self.proposals.iter().rev().filter(|p| p.member == member);
        newest_first.find_map(|p| match &p.what {
            Proposed::Speaks { footing: on, matters, .. }
                if *on == footing && p.answer == Some(Answer::Confirmed) =>
            {
                Some(matters.clone())
            }
            _ => None,
        })?
    }

    fn with(&mut self, id: MemberId, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.members.iter_mut().find(|m| m.id == id) {
            change(member);
        }
    }

    fn propose<E>(&mut self, member: MemberId, what: Proposed, from: &Recorded<E>) {
        let (number, by, at) = (from.seq, from.by, from.at);
        self.proposals.push(Proposal { number, member, what, by, at, answer: None, no: None });
    }

    fn consent<E>(
        &mut self,
        about: ConsentAbout,
        state: ConsentState,
        voice: Voice,
        how: Prose,
        from: &Recorded<E>,
    ) {
        self.consents.retain(|c| c.about != about);
        self.consents.push(Consent { about, state, voice, how, at: from.at, recorded_by: from.by });
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

    #[must_use]
    pub fn consent_to(&self, about: ConsentAbout) -> Option<&Consent> {
        self.consents.iter().find(|c| c.about == about)
    }

    #[must_use]
    pub fn has_consented(&self, about: ConsentAbout) -> bool {
        self.consent_to(about).is_some_and(|c| c.state == ConsentState::Given)
    }

    /// Whether somebody may be contacted in a way, after what they asked for.
    #[must_use]
    pub fn may_contact(&self, who: Voice, by: ContactBy) -> bool {
        let asked = self.contact.iter().find(|(voice, _)| *voice == who);
        asked.is_none_or(|(_, preference)| !preference.only || preference.by.contains(&by))
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

    /// A voice in words: the person's name, or a member's.
    #[must_use]
    pub fn name_of(&self, voice: Voice) -> &str {
        match voice {
            Voice::Person => self.person.as_ref().map_or("the person", |p| p.name.as_str()),
            Voice::Member(id) => self.member(id).map_or("someone", |m| m.name.as_str()),
        }
    }
}
