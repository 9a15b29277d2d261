//! What the policy looks at besides the role and the action: conditions, and the
//! facts by which they hold or do not.

use super::{RecordPart, RecordParts};
use strum::EnumCount;

/// What has to hold besides the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount)]
pub enum When {
    /// The person consents to sharing with the council.
    SharedWithCouncil,
    /// The person shares something with this one, running today.
    SharesWithThem,
    /// The person shares this part with this one, running today.
    Shared(RecordPart),
    /// They speak for the person, about whatever it is.
    SpeaksForThem,
    /// They speak for the person about health and care.
    SpeaksAboutCare,
    /// They speak for the person about money.
    SpeaksAboutMoney,
    /// They speak for the person about sharing information.
    SpeaksAboutSharing,
    /// They speak for the person about all that a place in the circle is about.
    SpeaksAboutAllOfIt,
    /// They were chosen to receive and manage the person's direct payment.
    LooksAfterPayment,
    /// The place in the circle is their own.
    OfTheirOwn,
    /// The place in the circle is the person's.
    OfThePerson,
    /// They gave the address by which somebody signs in.
    GivenByThem,
    /// Their own organisation holds this account.
    HeldByTheirs,
    /// The account is that of the person's direct payment.
    OfDirectPayment,
    /// The request was sent to their own body, or to every one in the area.
    SentToTheirs,
    /// The note is for everyone who may open the case.
    ForEveryone,
    /// The note is for those who work with the person.
    ForProfessionals,
    /// They wrote it themselves.
    WrittenByThem,
    /// It is not what another one wrote for themselves alone.
    NotAnothersOwn,
    /// They are not of the person's family, and do not speak for them.
    Apart,
    /// They have no place in the case themselves.
    NoPlaceOfTheirOwn,
    /// What is looked at again, if anything, was decided by somebody else.
    DecidedByAnother,
    /// Somebody else wrote it down that it is asked.
    AskedByAnother,
    /// They ended no hold that stood on it.
    EndedNoHold,
}

impl When {
    /// In words, after "only".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SharedWithCouncil => "while the person agrees to share with the council",
            Self::SharesWithThem => "while the person shares something with them",
            Self::Shared(RecordPart::Needs) => "while the person shares their needs with them",
            Self::Shared(RecordPart::Plan) => "while the person shares the plan with them",
            Self::Shared(RecordPart::Costs) => "while the person shares what is bought with them",
            Self::Shared(RecordPart::Budget) => "while the person shares the budget with them",
            Self::Shared(RecordPart::Payments) => "while the person shares payments with them",
            Self::Shared(RecordPart::People) => "while the person shares people with them",
            Self::Shared(RecordPart::Reviews) => "while the person shares reviews with them",
            Self::Shared(RecordPart::Notes) => "while the person shares notes with them",
            Self::Shared(RecordPart::Papers) => "while the person shares papers with them",
            Self::Shared(RecordPart::History) => "while the person shares the history with them",
            Self::SpeaksForThem => "where they speak for the person",
            Self::SpeaksAboutCare => "where they speak for the person about health and care",
            Self::SpeaksAboutMoney => "where they speak for the person about money",
            Self::SpeaksAboutSharing => "where they speak for the person about sharing information",
            Self::SpeaksAboutAllOfIt => "where they speak for the person about all that the place is about",
            Self::LooksAfterPayment => "where they look after the person’s direct payment",
            Self::OfTheirOwn => "where the place is their own",
            Self::OfThePerson => "where the place is the person’s",
            Self::GivenByThem => "where they gave the address themselves",
            Self::HeldByTheirs => "where their own organisation holds the account",
            Self::OfDirectPayment => "where the account is that of the direct payment",
            Self::SentToTheirs => "where it was sent to their own organisation",
            Self::ForEveryone => "where it was written for everyone",
            Self::ForProfessionals => "where it was written for those who work with the person",
            Self::WrittenByThem => "where they wrote it themselves",
            Self::NotAnothersOwn => "where nobody else wrote it for themselves alone",
            Self::Apart => "where they are not of the person’s family and do not speak for them",
            Self::NoPlaceOfTheirOwn => "where they have no place in the case themselves",
            Self::DecidedByAnother => "where what is looked at again was not decided by them",
            Self::AskedByAnother => "where somebody else wrote down what is asked",
            Self::EndedNoHold => "where they have ended no hold on any of it",
        }
    }

    pub(super) fn holds(self, facts: Facts) -> bool {
        match self {
            Self::SharedWithCouncil => facts.shared_with_council,
            Self::SharesWithThem => facts.shares_with_them,
            Self::Shared(part) => facts.shared.contains(part),
            Self::SpeaksForThem => facts.speaks_for_them,
            Self::SpeaksAboutCare => facts.speaks_about_care,
            Self::SpeaksAboutMoney => facts.speaks_about_money,
            Self::SpeaksAboutSharing => facts.speaks_about_sharing,
            Self::SpeaksAboutAllOfIt => facts.speaks_about_all_of_it,
            Self::LooksAfterPayment => facts.looks_after_payment,
            Self::OfTheirOwn => facts.of_their_own,
            Self::OfThePerson => facts.of_the_person,
            Self::GivenByThem => facts.given_by_them,
            Self::HeldByTheirs => facts.held_by_theirs,
            Self::OfDirectPayment => facts.of_direct_payment,
            Self::SentToTheirs => facts.sent_to_theirs,
            Self::ForEveryone => facts.for_everyone,
            Self::ForProfessionals => facts.for_professionals,
            Self::WrittenByThem => facts.written_by_them,
            Self::NotAnothersOwn => facts.not_anothers_own,
            Self::Apart => facts.apart,
            Self::NoPlaceOfTheirOwn => facts.no_place_of_their_own,
            Self::DecidedByAnother => facts.decided_by_another,
            Self::AskedByAnother => facts.asked_by_another,
            Self::EndedNoHold => facts.ended_no_hold,
        }
    }
}

/// What the decision depends on besides role and action; what is not known to
/// hold does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub shared_with_council: bool,
    /// Something is shared with this one, if only the least that they need.
    pub shares_with_them: bool,
    /// What is shared with this one.
    pub shared: RecordParts,
    /// They speak for the person about something at least.
    pub speaks_for_them: bool,
    pub speaks_about_care: bool,
    pub speaks_about_money: bool,
    pub looks_after_payment: bool,
    pub speaks_about_sharing: bool,
    pub speaks_about_all_of_it: bool,
    pub of_their_own: bool,
    pub of_the_person: bool,
    pub given_by_them: bool,
    pub held_by_theirs: bool,
    pub of_direct_payment: bool,
    pub sent_to_theirs: bool,
    pub for_everyone: bool,
    pub for_professionals: bool,
    pub written_by_them: bool,
    pub not_anothers_own: bool,
    /// They are not of the person's family, and do not speak for them.
    pub apart: bool,
    pub no_place_of_their_own: bool,
    /// What is appealed against or looked at again, if anything, was decided by
    /// somebody else.
    pub decided_by_another: bool,
    /// Somebody else wrote down what is asked.
    pub asked_by_another: bool,
    pub ended_no_hold: bool,
}

impl Facts {
    /// What holds of most who work in an area: they have nothing to do with the
    /// person but their work. A list of an area goes by this, since it knows nobody's
    /// place in each case; the door of each case asks what is so.
    #[must_use]
    pub fn of_a_stranger() -> Self {
        Self {
            apart: true,
            no_place_of_their_own: true,
            decided_by_another: true,
            asked_by_another: true,
            ended_no_hold: true,
            ..Self::default()
        }
    }
}
