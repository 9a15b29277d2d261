//! Which events of a case were said in confidence: each event of each section says
//! so itself.

use super::confidence::Confidence;
use super::notes::ReadBy;
use super::{
    Case, Event, arrangement, assessment, budget, circle, notes, offer, plan, review, rights, signoff,
};
use crate::access::CaseRole;
use crate::{Author, Recorded};

/// Whether an event was said in confidence, as things are now. Every event of
/// every section says so: what nobody has thought of does not compile.
#[must_use]
pub fn of(case: &Case, recorded: &Recorded<Event>) -> Option<Confidence> {
    match &recorded.event {
        Event::Offer(event) => of_offer(event),
        Event::Circle(event) => of_circle(event),
        Event::Assessment(event) => of_assessment(event),
        Event::Budget(event) => of_budget(case, event, recorded.seq),
        Event::Plan(event) => of_plan(event),
        Event::Signoff(event) => of_signoff(event),
        Event::Arrangement(event) => of_arrangement(event),
        Event::Review(event) => of_review(event),
        Event::Notes(event) => of_notes(case, event, recorded.by),
        Event::Rights(event) => of_rights(event),
    }
}

fn of_notes(case: &Case, event: &notes::Event, by: Author) -> Option<Confidence> {
    match event {
        notes::Event::Written { .. } if is_by_the_person(case, by) => None,
        notes::Event::Written { read_by: ReadBy::Everyone, .. } => None,
        notes::Event::Written { read_by: ReadBy::Professionals, .. } => Some(Confidence::NoteOfStaff),
        notes::Event::Written { read_by: ReadBy::Me, .. } => Some(Confidence::NoteOfOne),
    }
}

fn of_budget(case: &Case, event: &budget::Event, seq: u64) -> Option<Confidence> {
    use budget::Event as E;
    match event {
        E::WorkedOut { .. } | E::Adjusted { .. } => {
            (!case.budget.is_shown_at(seq)).then_some(Confidence::BudgetNotShared)
        }
        E::Shared | E::Seen { .. } | E::Questioned { .. } | E::QuestionAnswered { .. } => None,
    }
}

fn of_rights(event: &rights::Event) -> Option<Confidence> {
    use rights::Event as E;
    match event {
        // Why something is kept out they read; why it is given they do not.
        E::PassageDecided { give, .. } => give.then_some(Confidence::WhyGiven),
        E::CopyAskedFor { .. }
        | E::CopyMade { .. }
        | E::CopyFetched { .. }
        | E::TimePaused { .. }
        | E::TimeResumed { .. }
        | E::TimeExtended { .. }
        | E::Asked { .. }
        | E::Withdrawn { .. }
        | E::Answered { .. }
        | E::AskedAgain { .. }
        | E::AllToBeErased { .. }
        | E::StatementAdded { .. }
        | E::StatementTakenBack { .. }
        | E::RestrictionLifted { .. }
        | E::HoldPut { .. }
        | E::HoldEnded { .. } => None,
    }
}

fn of_offer(event: &offer::Event) -> Option<Confidence> {
    use offer::Event as E;
    match event {
        E::CaseOpened { .. }
        | E::CaseGivenOut { .. }
        | E::CaseTakenIn { .. }
        | E::ConversationHeld { .. }
        | E::QuestionAsked { .. }
        | E::QuestionAnswered { .. }
        | E::QuestionReopened { .. }
        | E::Made { .. }
        | E::Answered { .. } => None,
    }
}

fn of_circle(event: &circle::Event) -> Option<Confidence> {
    use circle::Event as E;
    match event {
        E::PersonNamed { .. }
        | E::CommunicationDescribed { .. }
        | E::WrongRecordNoted { .. }
        | E::ContactPreferred { .. }
        | E::MemberJoined { .. }
        | E::MemberInvited { .. }
        | E::SignInKept { .. }
        | E::SignInEnded { .. }
        | E::SignInLeftBehind { .. }
        | E::MemberLeft { .. }
        | E::SpeakerRecognised { .. }
        | E::MattersNamed { .. }
        | E::SpeakerProposed { .. }
        | E::SignInProposed { .. }
        | E::ProposalConfirmed { .. }
        | E::ProposalTurnedDown { .. }
        | E::ProposalTakenBack { .. }
        | E::SpeakerEnded { .. }
        | E::ConsentGiven { .. }
        | E::ConsentRefused { .. }
        | E::ConsentWithdrawn { .. }
        | E::NothingSharedYet { .. }
        | E::RecordShared { .. }
        | E::SharingEnded { .. } => None,
    }
}

fn of_assessment(event: &assessment::Event) -> Option<Confidence> {
    use assessment::Event as E;
    match event {
        E::Started { .. }
        | E::Answered { .. }
        | E::Settled { .. }
        | E::LevelAgreedTo { .. }
        | E::NeedRecorded { .. }
        | E::NeedWithdrawn { .. }
        | E::Completed
        | E::Reopened { .. } => None,
    }
}

fn of_plan(event: &plan::Event) -> Option<Confidence> {
    use plan::Event as E;
    match event {
        E::SectionWritten { .. }
        | E::OutcomeAdded { .. }
        | E::OutcomeChanged { .. }
        | E::OutcomeAimed { .. }
        | E::OutcomeRemoved { .. }
        | E::RiskAdded { .. }
        | E::RiskChanged { .. }
        | E::RiskRemoved { .. }
        | E::ActionAdded { .. }
        | E::ActionChanged { .. }
        | E::ActionDone { .. }
        | E::ActionFallbackSet { .. }
        | E::ActionRemoved { .. }
        | E::LineAdded { .. }
        | E::LineChanged { .. }
        | E::LineTopUpSet { .. }
        | E::LineRemoved { .. }
        | E::HoldingAdded { .. }
        | E::HoldingEnded { .. }
        | E::FirstReviewSet { .. } => None,
    }
}

fn of_signoff(event: &signoff::Event) -> Option<Confidence> {
    use signoff::Event as E;
    match event {
        E::Sent { .. }
        | E::TakenBack { .. }
        | E::Agreed { .. }
        | E::NotYet { .. }
        | E::PassedOn { .. }
        | E::DecisionSeen { .. }
        | E::Appealed { .. }
        | E::AppealAnswered { .. } => None,
    }
}

fn of_arrangement(event: &arrangement::Event) -> Option<Confidence> {
    use arrangement::Event as E;
    match event {
        E::AgreementMade { .. }
        | E::AgreementSigned { .. }
        | E::AgreementCountersigned
        | E::AccountApproved { .. }
        | E::AccountChangeEntered { .. }
        | E::AccountChangeTakenBack { .. }
        | E::MoneyLeft { .. }
        | E::MoneyLeftSettled { .. }
        | E::PaymentsScheduled { .. }
        | E::PaymentReleased { .. }
        | E::PaymentConfirmed { .. }
        | E::PaymentSentBack { .. }
        | E::PaymentCancelled { .. }
        | E::StatementTakenIn { .. }
        | E::PaymentArrived { .. }
        | E::MoneyInExplained { .. }
        | E::SpendingMatched { .. }
        | E::SpendingUnmatched { .. }
        | E::NotionalSpent { .. }
        | E::LeftoverSettled { .. }
        | E::ReceiptAdded { .. } => None,
    }
}

fn of_review(event: &review::Event) -> Option<Confidence> {
    use review::Event as E;
    match event {
        E::AskedFor { .. } | E::Booked { .. } | E::Contributed { .. } | E::Held { .. } => None,
    }
}

fn is_by_the_person(case: &Case, by: Author) -> bool {
    let member = by.account().and_then(|account| case.circle.who_had(account));
    member.is_some_and(|member| member.role == CaseRole::Person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;
    use crate::testing::{case_of, id, joined, prose};

    #[test]
    fn a_note_is_in_confidence_unless_the_person_reads_it_anyway() {
        let (alice, nurse): (AccountId, AccountId) = (id(1), id(2));
        let case = case_of(&[joined(id(3), "Alice", CaseRole::Person, Some(alice))]);
        let said = |by, read_by| {
            let event = notes::Event::Written { text: prose("Words"), read_by }.into();
            let recorded =
                Recorded { seq: 2, at: crate::Timestamp::UNIX_EPOCH, by: Author::Account(by), event };
            of(&case, &recorded)
        };
        assert_eq!(said(nurse, ReadBy::Everyone), None);
        assert_eq!(said(nurse, ReadBy::Professionals), Some(Confidence::NoteOfStaff));
        assert_eq!(said(nurse, ReadBy::Me), Some(Confidence::NoteOfOne));
        assert_eq!(said(alice, ReadBy::Me), None, "their own");
    }

    /// What the form promises to whoever decides.
    #[test]
    fn why_something_is_given_stays_with_staff_and_why_it_is_not_does_not() {
        let case = case_of(&[]);
        let decided = |give| {
            let event = rights::Event::PassageDecided { id: id(5), seq: 3, give, why: prose("It is fair") };
            let (at, by) = (crate::Timestamp::UNIX_EPOCH, Author::System);
            of(&case, &Recorded { seq: 4, at, by, event: event.into() })
        };
        assert_eq!(decided(true), Some(Confidence::WhyGiven));
        assert_eq!(decided(false), None, "they read this");
        assert!(!Confidence::WhyGiven.can_be_given());
    }
}
