//! The people around the person: who they are, how they communicate, who
//! speaks for them and on what footing, and what they agreed to and how.

mod consent;
mod contact;
mod decide;
mod describe;
mod footings;
mod members;
mod proposal;
mod second;
mod sharing;
mod sign_in;
mod turns;

pub use super::consent::{ConsentAbout, Matter, SharedWith};
pub use super::voice::Voice;
pub use crate::access::CaseRole;
pub use consent::{Consent, ConsentState};
pub use contact::{Communication, ContactBy, ContactPreference, Person, WrongRecord};
pub use decide::*;
pub(super) use describe::describe;
pub use footings::{Footing, Speaks, in_words};
pub use members::{Left, Member};
pub use proposal::*;
pub use sharing::*;
pub use sign_in::{Given, end_sign_in, keep_sign_in, leave_behind, may_look_at, withdraw_sign_in};
pub(super) use turns::turns;

use crate::access::RecordPart;
use crate::{AccountId, Author, Date, Line, MemberId, OrganisationId, Prose, Recorded};
use serde::{Deserialize, Serialize};

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
    named: Vec<footings::Named>,
}

impl Circle {
    pub(super) fn apply<E>(&mut self, event: &Event, recorded: &Recorded<E>) {
        use Event as E;
        match event {
            E::PersonNamed { .. }
            | E::CommunicationDescribed { .. }
            | E::WrongRecordNoted { .. }
            | E::ContactPreferred { .. } => self.describes(event, recorded),
            E::MemberJoined { .. }
            | E::MemberInvited { .. }
            | E::SignInKept { .. }
            | E::SignInEnded { .. }
            | E::SignInLeftBehind { .. }
            | E::MemberLeft { .. } => self.changes(event, recorded),
            E::MattersNamed { .. }
            | E::SpeakerRecognised { .. }
            | E::SpeakerProposed { .. }
            | E::SpeakerEnded { .. } => self.speaks(event, recorded),
            E::SignInProposed { .. }
            | E::ProposalConfirmed { .. }
            | E::ProposalTurnedDown { .. }
            | E::ProposalTakenBack { .. } => self.proposes(event, recorded),
            E::ConsentGiven { .. } | E::ConsentRefused { .. } | E::ConsentWithdrawn { .. } => {
                self.consents(event, recorded);
            }
            E::NothingSharedYet { .. } | E::RecordShared { .. } | E::SharingEnded { .. } => {
                self.shares(event, recorded);
            }
        }
    }

    /// A voice in words: the person's name, or a member's.
    #[must_use]
    pub fn name_of(&self, voice: Voice) -> &str {
        match voice {
            Voice::Person => self.person.as_ref().map_or("the person", |p| p.name.as_str()),
            Voice::Member(id) => self.member(id).map_or("someone", |m| m.name.as_str()),
        }
    }

    /// Whose words something is, and who wrote them down where that was another:
    /// "Alice Hale, written down by Sam Okoro". Words in somebody's name never
    /// stand without it.
    #[must_use]
    pub fn whose(&self, voice: Voice, by: Author) -> String {
        let whose = self.name_of(voice);
        let writer = by.account().and_then(|account| self.who_had(account));
        match writer.filter(|writer| writer.voice() != voice && writer.name.as_str() != whose) {
            Some(writer) => format!("{whose}, written down by {}", writer.name),
            None => whose.to_owned(),
        }
    }
}
