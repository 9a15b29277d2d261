//! The policy: rows of data. What can be done, to what, by whom, and while
//! what holds. Nothing else in the program says who may do what.

use super::facts::{Facts, When};
use super::{CaseRole, RecordPart, Role};
use strum::VariantArray;

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Subject {
    /// One person's case.
    Case,
    /// An account of a person's budget, and the single payments in it.
    Holding,
    /// The personal assistants of a person.
    Team,
    /// A paper made from a case.
    Paper,
    /// A note in a case.
    Note,
    /// Something that was said in confidence, and is asked for.
    Passage,
    /// Somebody's place in a circle, and what they do for the person there.
    Place,
    /// Something that was asked about the record.
    Request,
    /// A request to be contacted, before there is a case.
    Enquiry,
    /// Records that are to be destroyed.
    Disposal,
    /// An area: its people, bodies, rules and lists.
    Area,
}

impl Subject {
    /// Whether what there is to see of it is of somebody's record, so that whoever
    /// lets another in is told of each row of it (`access::sees`).
    #[must_use]
    pub fn is_of_the_record(self) -> bool {
        match self {
            Self::Case | Self::Holding | Self::Team => true,
            // A paper is told as what is printed on it, a note as whom it is for,
            // what was said in confidence as the note that it is, and a place with
            // the people. What was asked about a record is told as the right to ask it; a
            // request to be contacted, what is destroyed and an area are of no record.
            Self::Paper
            | Self::Note
            | Self::Passage
            | Self::Place
            | Self::Request
            | Self::Enquiry
            | Self::Disposal
            | Self::Area => false,
        }
    }

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Case => "A case",
            Self::Holding => "An account of the budget",
            Self::Team => "A team of personal assistants",
            Self::Paper => "A paper of a case",
            Self::Note => "A note in a case",
            Self::Passage => "Something said in confidence",
            Self::Place => "A place in the circle",
            Self::Request => "Something asked about the record",
            Self::Enquiry => "A request to be contacted",
            Self::Disposal => "Records that are to be destroyed",
            Self::Area => "An area",
        }
    }

    /// Who may do this knows that the thing is there: to them a "no" is said
    /// in words. To everybody else it is as if there were nothing.
    #[must_use]
    pub fn known_by(self) -> Option<Action> {
        match self {
            Self::Case
            | Self::Holding
            | Self::Team
            | Self::Paper
            | Self::Note
            | Self::Passage
            | Self::Place => Some(Action::SeeCase),
            Self::Request => Some(Action::SeeRequests),
            Self::Disposal => Some(Action::SeeDisposals),
            Self::Enquiry | Self::Area => None,
        }
    }
}

/// A role that may, while all of these hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub when: &'static [When],
}

/// What doing something leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It only shows something.
    Sees,
    /// Something is different afterwards.
    Does,
}

/// One row of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub action: Action,
    pub subject: Subject,
    effect: Effect,
    /// In words, after "may".
    pub words: &'static str,
    who: &'static [&'static [Grant]],
}

impl Rule {
    /// Who may.
    pub fn grants(&self) -> impl Iterator<Item = &'static Grant> {
        self.who.iter().copied().flatten()
    }
}

const fn always(role: Role) -> Grant {
    Grant { role, when: &[] }
}

const fn only(role: Role, when: &'static [When]) -> Grant {
    Grant { role, when }
}

const PERSON: Grant = always(Role::Case(CaseRole::Person));
const REPRESENTATIVE: Grant = always(Role::Case(CaseRole::Representative));
const FAMILY_CARER: Grant = always(Role::Case(CaseRole::FamilyCarer));
const CARE_COORDINATOR: Grant = always(Role::Case(CaseRole::CareCoordinator));
const CLINICIAN: Grant = always(Role::Case(CaseRole::Clinician));
const COUNCIL_WORKER: Grant = only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil]);
const PRACTITIONER: Grant = always(Role::Practitioner);
const COMMISSIONER: Grant = always(Role::Commissioner);
const FINANCE: Grant = always(Role::Finance);
/// The least that an organisation sees and does where it holds money for
/// somebody and they share with it: what it was asked for, and nothing of health.
const THIRD_PARTY: Grant = only(Role::ThirdParty, &[When::SharesWithThem]);
const FRAMEWORK_OWNER: Grant = always(Role::FrameworkOwner);
const ADMINISTRATOR: Grant = always(Role::Administrator);
const AUDITOR: Grant = always(Role::Auditor);

/// A broker, advocate, peer or other supporter, while this is shared with them.
const fn supporter(when: &'static [When]) -> [Grant; 1] {
    [only(Role::Case(CaseRole::Supporter), when)]
}

/// The same, and an organisation that holds money.
const fn given(when: &'static [When]) -> [Grant; 2] {
    [only(Role::Case(CaseRole::Supporter), when), only(Role::ThirdParty, when)]
}

const APART: &[When] = &[When::Apart];
const OF_ANOTHER: &[When] = &[When::DecidedByAnother];
const ANOTHER_LOOKS: &[When] = &[When::Apart, When::DecidedByAnother];
const ANOTHER_ERASES: &[When] = &[When::Apart, When::DecidedByAnother, When::AskedByAnother];
const PROPOSES_DESTROYING: &[When] = &[When::Apart, When::EndedNoHold];
const DESTROYS: &[When] = &[When::Apart, When::DecidedByAnother, When::EndedNoHold];
const OWN: &[When] = &[When::WrittenByThem];
const SOMETHING: &[When] = &[When::SharesWithThem];
const NEEDS: &[When] = &[When::Shared(RecordPart::Needs)];
const PLAN: &[When] = &[When::Shared(RecordPart::Plan)];
const COSTS: &[When] = &[When::Shared(RecordPart::Costs)];
const BUDGET: &[When] = &[When::Shared(RecordPart::Budget)];
const PAYMENTS: &[When] = &[When::Shared(RecordPart::Payments)];
const PEOPLE: &[When] = &[When::Shared(RecordPart::People)];
const REVIEWS: &[When] = &[When::Shared(RecordPart::Reviews)];
const NOTES: &[When] = &[When::Shared(RecordPart::Notes)];
const PAPERS: &[When] = &[When::Shared(RecordPart::Papers)];
const HISTORY: &[When] = &[When::Shared(RecordPart::History)];

/// The person, and whoever of the family has a footing to decide it: what
/// somebody may decide follows from that, and not from the name of their place.
const fn deciders(when: &'static [When]) -> [Grant; 3] {
    [PERSON, only(Role::Case(CaseRole::Representative), when), only(Role::Case(CaseRole::FamilyCarer), when)]
}

/// Those who decide for the person, about whatever it is.
const DECIDERS: &[Grant] = &deciders(&[When::SpeaksForThem]);
/// Those who decide about health and care.
const DECIDERS_ON_CARE: &[Grant] = &deciders(&[When::SpeaksAboutCare]);
/// Those who decide about money.
const DECIDERS_ON_MONEY: &[Grant] = &deciders(&[When::SpeaksAboutMoney]);
/// Those who decide about sharing information.
const DECIDERS_ON_SHARING: &[Grant] = &deciders(&[When::SpeaksAboutSharing]);
/// Those who decide about all that a place in the circle is about.
const DECIDERS_ON_ALL_OF_IT: &[Grant] = &deciders(&[When::SpeaksAboutAllOfIt]);
/// Those who look after a direct payment: a nominee receives and manages it, and
/// decides nothing (2013 Regulations, reg. 6).
const NOMINEES: &[Grant] = &[
    only(Role::Case(CaseRole::Representative), &[When::LooksAfterPayment]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::LooksAfterPayment]),
];
/// These, of the account that the direct payment goes into.
const NOMINEES_OF_IT: &[Grant] = &[
    only(Role::Case(CaseRole::Representative), &[When::LooksAfterPayment, When::OfDirectPayment]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::LooksAfterPayment, When::OfDirectPayment]),
];
/// Everyone in the circle, of themselves.
const OF_THEMSELVES: &[Grant] = &[
    only(Role::Case(CaseRole::Person), &[When::OfTheirOwn]),
    only(Role::Case(CaseRole::Representative), &[When::OfTheirOwn]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::OfTheirOwn]),
    only(Role::Case(CaseRole::Supporter), &[When::Shared(RecordPart::People), When::OfTheirOwn]),
    only(Role::Case(CaseRole::Clinician), &[When::OfTheirOwn]),
    only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil, When::OfTheirOwn]),
];
/// Whoever speaks for the person, of the person.
const SPEAKERS_OF_THE_PERSON: &[Grant] = &[
    only(Role::Case(CaseRole::Representative), &[When::SpeaksForThem, When::OfThePerson]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::SpeaksForThem, When::OfThePerson]),
];
/// Those who decide about sharing information, of what they gave themselves.
const GIVERS: &[Grant] = &[
    only(Role::Case(CaseRole::Person), &[When::GivenByThem]),
    only(Role::Case(CaseRole::Representative), &[When::SpeaksAboutSharing, When::GivenByThem]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::SpeaksAboutSharing, When::GivenByThem]),
];
/// The person's side of the table.
const FAMILY: &[Grant] = &[PERSON, REPRESENTATIVE, FAMILY_CARER];
/// Everyone with a place in the case, but for those with whom the person shares
/// part by part. A promise to the person: they read the same record as the
/// professionals.
const CIRCLE: &[Grant] = &[PERSON, REPRESENTATIVE, FAMILY_CARER, CARE_COORDINATOR, CLINICIAN, COUNCIL_WORKER];
/// These, who decides on money, and who checks.
const READERS: &[Grant] = &[
    PERSON,
    REPRESENTATIVE,
    FAMILY_CARER,
    CARE_COORDINATOR,
    CLINICIAN,
    COUNCIL_WORKER,
    COMMISSIONER,
    AUDITOR,
];
/// An organisation, of the account that it holds itself.
const HOLDER_OF_IT: &[Grant] = &[only(Role::ThirdParty, &[When::SharesWithThem, When::HeldByTheirs])];
/// A paper shows parts that are shared, to those with whom papers are.
const PAPER: When = When::Shared(RecordPart::Papers);
/// Those of the bodies who work in the case.
const WORKERS: &[Grant] = &[CARE_COORDINATOR, CLINICIAN, COUNCIL_WORKER];
/// These, of somebody who is not of their own family.
const WORKERS_APART: &[Grant] = &[
    only(Role::Case(CaseRole::CareCoordinator), APART),
    only(Role::Case(CaseRole::Clinician), APART),
    only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil, When::Apart]),
];
/// Finance, of those among whom they have no place themselves.
const FINANCE_OF_OTHERS: &[Grant] = &[only(Role::Finance, &[When::NoPlaceOfTheirOwn])];
/// Who looks after an area, or checks how it is looked after.
const OFFICE: &[Grant] = &[FRAMEWORK_OWNER, ADMINISTRATOR, AUDITOR];

/// Who reads a note that was written for everyone who may open the case.
const READS_FOR_EVERYONE: &[Grant] = &[
    only(Role::Case(CaseRole::Person), &[When::ForEveryone]),
    only(Role::Case(CaseRole::Representative), &[When::ForEveryone]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::ForEveryone]),
    only(Role::Case(CaseRole::Supporter), &[When::Shared(RecordPart::Notes), When::ForEveryone]),
    only(Role::ThirdParty, &[When::Shared(RecordPart::Notes), When::ForEveryone]),
    only(Role::Case(CaseRole::CareCoordinator), &[When::ForEveryone]),
    only(Role::Case(CaseRole::Clinician), &[When::ForEveryone]),
    only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil, When::ForEveryone]),
    only(Role::Commissioner, &[When::ForEveryone]),
    only(Role::Auditor, &[When::ForEveryone]),
];
/// Who reads one for those who work with the person. Not a supporter: the person
/// shares notes with them, and nobody shares what they may not read.
const READS_FOR_PROFESSIONALS: &[Grant] = &[
    only(Role::Case(CaseRole::CareCoordinator), &[When::ForProfessionals]),
    only(Role::Case(CaseRole::Clinician), &[When::ForProfessionals]),
    only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil, When::ForProfessionals]),
];

/// Whoever wrote a note reads it, wherever they read notes.
const READS_THEIR_OWN: &[Grant] = &[
    only(Role::Case(CaseRole::Person), OWN),
    only(Role::Case(CaseRole::Representative), OWN),
    only(Role::Case(CaseRole::FamilyCarer), OWN),
    only(Role::Case(CaseRole::Supporter), OWN),
    only(Role::Case(CaseRole::CareCoordinator), OWN),
    only(Role::Case(CaseRole::Clinician), OWN),
    only(Role::Case(CaseRole::CouncilWorker), OWN),
    only(Role::ThirdParty, OWN),
    only(Role::Commissioner, OWN),
    only(Role::Auditor, OWN),
];

macro_rules! rules {
    ($($subject:ident { $($name:ident $effect:ident $words:literal $who:expr;)* })*) => {
        /// Everything that can be done or seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
        pub enum Action { $($(#[doc = $words] $name,)*)* }

        /// The whole policy, one row for each action, in the order of
        /// [`Action`].
        pub const RULES: &[Rule] = &[$($(
            Rule {
                action: Action::$name,
                subject: Subject::$subject,
                effect: Effect::$effect,
                words: $words,
                who: &$who,
            },
        )*)*];
    };
}

rules! {
    Case {
        SeeCase Sees "see that there is a case, its stage and whose move it is"
            [READERS, &[FINANCE], &given(SOMETHING)];
        SeePlan Sees "read the plan" [READERS, &given(PLAN)];
        // Not finance: what somebody buys may say what ails them.
        SeeCosts Sees "see what is bought and what it costs"
            [READERS, &given(PLAN), &given(COSTS), &[THIRD_PARTY]];
        SeeNeeds Sees "read the needs and who said what" [READERS, &given(NEEDS)];
        // The thread of a plan begins at them.
        SeeNeedsMet Sees "read each need that the plan meets" [READERS, &given(PLAN), &given(NEEDS)];
        // Finance has the money and the words needed to pay it; nothing of health.
        SeeBudget Sees "see the budget and how it was worked out" [READERS, &[FINANCE], &given(BUDGET)];
        // Nobody but those who work it out, and whoever checks, sees an amount
        // before the family does.
        SeePreview Sees "see a budget before it is shared with the family"
            [&[CARE_COORDINATOR, COMMISSIONER, AUDITOR]];
        SeeMoney Sees "see what came in, was promised, spent and is left"
            [READERS, &[FINANCE, THIRD_PARTY], &supporter(PAYMENTS)];
        SeePeople Sees "see the circle, communication and consent" [READERS, &given(PEOPLE)];
        SeeReviews Sees "read the reviews" [READERS, &given(REVIEWS)];
        SeeHistory Sees "open the history" [READERS, &given(HISTORY)];
        SeeNotes Sees "open the notes" [READERS, &given(NOTES)];
        SeeLooks Sees "see who looked at the case" [DECIDERS_ON_SHARING, &[CARE_COORDINATOR, AUDITOR]];
        SeeDocuments Sees "open documents and files" [READERS, &given(PAPERS)];
        // A copy of everything (UK GDPR, article 15) is for the person, and for whoever
        // speaks for them about sharing information: nobody else carries it away.
        SeeCopies Sees "see which copies of the record were asked for"
            [DECIDERS_ON_SHARING, &[CARE_COORDINATOR, CLINICIAN, AUDITOR]];
        AskForCopy Does "ask for a copy of everything that is held" [DECIDERS_ON_SHARING, &[CARE_COORDINATOR]];
        FetchCopy Does "fetch a copy of everything that is held" [DECIDERS_ON_SHARING];
        LookThrough Does "look through what was said in confidence"
            [&[CARE_COORDINATOR, CLINICIAN]];
        // The door of what is asked more narrowly behind it, of one request.
        KeepTheTime Does "pause or lengthen the time for a copy, or for an answer about the record"
            [&[CARE_COORDINATOR]];
        // To put right, restrict, object, erase (UK GDPR, articles 16 to 18 and 21).
        SeeRequests Sees "see what was asked about the record, and the answers"
            [DECIDERS_ON_SHARING, &[CARE_COORDINATOR, CLINICIAN, COMMISSIONER, AUDITOR]];
        AskAboutRecord Does "ask that the record is put right, used less or erased, or take that back"
            [DECIDERS_ON_SHARING, &[CARE_COORDINATOR]];
        // No close family decides. The door of what is asked behind it, of one request.
        AnswerAboutRecord Does "answer what was asked about the record"
            [&[only(Role::Case(CaseRole::CareCoordinator), APART), only(Role::Commissioner, APART)]];
        RecordConversation Does "record a conversation" [&[CARE_COORDINATOR]];
        MakeOffer Does "make the offer" [&[CARE_COORDINATOR]];
        AnswerOffer Does "answer the offer" [DECIDERS_ON_CARE, &[CARE_COORDINATOR]];
        AskQuestion Does "ask a question" [FAMILY, &supporter(PEOPLE), &[CARE_COORDINATOR]];
        AnswerQuestion Does "answer a question" [WORKERS];
        // Whoever comes in reads the record, or may once it is shared with them.
        AddMember Does "add and invite people of the person's own" [DECIDERS_ON_SHARING, &[CARE_COORDINATOR]];
        AddColleague Does "add people who work for the NHS or the council" [&[CARE_COORDINATOR]];
        DescribeCommunication Does "describe how the person communicates"
            [CIRCLE, &supporter(PEOPLE)];
        // The door of what is asked more narrowly behind it: about which matter,
        // or about all that somebody's place is about.
        Decide Does "decide for the person, or write down what they decided" [DECIDERS, &[CARE_COORDINATOR]];
        DecideTakingPart Does "say yes or no to a personal health budget, or take it back"
            [DECIDERS_ON_CARE, &[CARE_COORDINATOR]];
        DecideDirectPayment Does "say yes or no to a direct payment, or take it back"
            [DECIDERS_ON_MONEY, &[CARE_COORDINATOR]];
        DecideSharing Does "say what is shared, and with whom, or take it back"
            [DECIDERS_ON_SHARING, &[CARE_COORDINATOR]];
        // Nobody of the family is the second one but the person.
        ConfirmSpeaker Does "confirm who speaks for the person, and the sign-in of whoever decides"
            [&[PERSON], WORKERS_APART, &[only(Role::Commissioner, APART)]];
        AnswerNeeds Does "answer the questions about needs" [CIRCLE, &supporter(NEEDS)];
        SettleNeeds Does "write down which answer people who saw a need differently agreed on" [&[CARE_COORDINATOR]];
        CompleteNeeds Does "complete or reopen the assessment" [&[CARE_COORDINATOR]];
        WorkOutBudget Does "work out and adjust the budget" [&[CARE_COORDINATOR, COMMISSIONER]];
        ShareBudget Does "share the budget with the family" [&[CARE_COORDINATOR]];
        QuestionBudget Does "say that the budget does not look right" [FAMILY, &supporter(BUDGET)];
        WritePlan Does "write the plan" [CIRCLE, &supporter(PLAN)];
        SendPlan Does "send the plan to be agreed" [DECIDERS_ON_CARE, &supporter(PLAN), &[CARE_COORDINATOR]];
        // No close family decides.
        SignOff Does "agree a plan, or say not yet" [&[only(Role::Case(CaseRole::Clinician), APART)]];
        SignOffAboveLimit Does "decide on a plan above the delegated limit" [&[only(Role::Commissioner, APART)]];
        Appeal Does "appeal against a decision" [DECIDERS_ON_CARE];
        AnswerAppeal Does "answer an appeal"
            [&[only(Role::Commissioner, &[When::Apart, When::DecidedByAnother])]];
        MakeAgreement Does "make the agreement" [&[CARE_COORDINATOR]];
        SignAgreement Does "sign the agreement for the person" [DECIDERS_ON_MONEY];
        // Nobody signs both for the person and for the NHS.
        CountersignAgreement Does "sign the agreement for the NHS"
            [&[only(Role::Commissioner, APART), only(Role::Case(CaseRole::CareCoordinator), APART)]];
        // Nothing is moved by it: what comes of it is a change of the plan.
        TalkAboutHolder Does "talk about who is to hold the money, where an organisation sees nothing any more"
            [&[CARE_COORDINATOR, FINANCE]];
        // Nobody pays themselves, or somebody whom they know.
        SchedulePayments Does "schedule and cancel payments" [FINANCE_OF_OTHERS];
        ReleasePayment Does "release a payment" [FINANCE_OF_OTHERS];
        ConfirmPayment Does "confirm a payment another released" [FINANCE_OF_OTHERS];
        ImportStatement Does "take in a bank statement" [DECIDERS_ON_MONEY, NOMINEES, &[THIRD_PARTY]];
        MatchSpending Does "match spending to the plan" [DECIDERS_ON_MONEY, NOMINEES, &[THIRD_PARTY]];
        AddReceipt Does "add a receipt" [FAMILY, &[THIRD_PARTY]];
        RecordNotionalSpending Does "record spending from a notional budget"
            [&[CARE_COORDINATOR, COMMISSIONER, FINANCE]];
        AskForReview Does "ask for a review" [CIRCLE, &supporter(REVIEWS), &[THIRD_PARTY]];
        HoldReview Does "book and record a review" [WORKERS];
        WriteNote Does "write a note" [CIRCLE, &supporter(NOTES)];
    }
    // What the bank wrote about each payment says where somebody was and what
    // for: it is for whoever needs it. Everyone else who sees the money sees sums.
    Holding {
        // An organisation sees no more of the money than what it holds itself.
        SeeAccount Sees "see the payments to an account and what it comes to"
            [READERS, &[FINANCE], &given(PAYMENTS), HOLDER_OF_IT];
        // The person and those whom they let help with their money; the
        // co-ordinator looks at whether the money does what the plan says
        // (001:596); an auditor holds payments against statements.
        SeeLines Sees "see each payment, what the bank wrote about it, and its receipt" [
            FAMILY,
            &[CARE_COORDINATOR, AUDITOR],
            &given(PAYMENTS),
            HOLDER_OF_IT,
        ];
        // A nominee was chosen for the direct payment, and not for what an
        // organisation holds.
        HandleLines Does "take in the statements of an account, and say what its money was for"
            [DECIDERS_ON_MONEY, NOMINEES_OF_IT, HOLDER_OF_IT];
        // The NHS or the council pays it itself, so it is no account of the
        // person's. An organisation that holds other money for them does not see it.
        SeeBought Sees "see what was bought from a notional budget" [
            READERS,
            &[FINANCE],
            &given(PAYMENTS),
            HOLDER_OF_IT,
        ];
        SeePlanned Sees "see what the money of an account is to buy"
            [READERS, &given(PLAN), &given(COSTS), HOLDER_OF_IT];
    }
    Team {
        SeeTeam Sees "see the team" [READERS];
        BeginTeam Does "begin the team" [DECIDERS_ON_CARE, &[CARE_COORDINATOR]];
    }
    Paper {
        // It begins with who the person is and how to talk with them.
        OpenPlanPaper Sees "open the plan as a paper"
            [READERS, &given(&[PAPER, When::Shared(RecordPart::Plan), When::Shared(RecordPart::People)])];
        OpenBudgetPaper Sees "open the budget, explained, as a paper"
            [READERS, &given(&[PAPER, When::Shared(RecordPart::Budget)])];
        OpenDecisionPaper Sees "open the decision as a paper"
            [READERS, &given(&[PAPER, When::Shared(RecordPart::Plan)])];
        OpenAgreementPaper Sees "open the agreement as a paper" [
            READERS,
            &supporter(&[PAPER, When::Shared(RecordPart::Payments)]),
            &[only(Role::ThirdParty, &[PAPER])],
        ];
    }
    Note {
        ReadNote Sees "read a note" [READS_FOR_EVERYONE, READS_FOR_PROFESSIONALS, READS_THEIR_OWN];
    }
    // What somebody wrote for themselves alone nobody else ever reads.
    Passage {
        DecideOnPassage Does "decide whether something said in confidence is given" [&[
            only(Role::Case(CaseRole::CareCoordinator), &[When::NotAnothersOwn]),
            only(Role::Case(CaseRole::Clinician), &[When::NotAnothersOwn]),
        ]];
    }
    // Nobody shuts out another who speaks about more than they do themselves.
    Place {
        GiveFooting Does "record on what footing somebody speaks" [DECIDERS_ON_ALL_OF_IT, &[CARE_COORDINATOR]];
        EndFooting Does "record that a footing has ended" [DECIDERS_ON_ALL_OF_IT, &[CARE_COORDINATOR]];
        // Where somebody is reached is theirs to say: a letter goes there.
        SayContact Does "say how somebody in the circle wants to be contacted"
            [OF_THEMSELVES, SPEAKERS_OF_THE_PERSON, &[CARE_COORDINATOR]];
        PutAddressRight Does "put right the address by which somebody in the circle signs in, and see it"
            [GIVERS, &[CARE_COORDINATOR]];
        EndPlace Does "take somebody out of the circle" [DECIDERS_ON_ALL_OF_IT, &[CARE_COORDINATOR]];
    }
    // Whoever gave the first answer touches nothing of the second look, nor what it
    // gave: not the answer, not its time, and not its end.
    Request {
        AnswerRequest Does "answer it, and end a restriction that it gave" [&[
            only(Role::Case(CaseRole::CareCoordinator), ANOTHER_LOOKS),
            only(Role::Commissioner, ANOTHER_LOOKS),
        ]];
        // Whoever wrote it down does not make it the end of the record as well.
        GrantErasure Does "grant that all of the record is erased" [&[
            only(Role::Case(CaseRole::CareCoordinator), ANOTHER_ERASES),
            only(Role::Commissioner, ANOTHER_ERASES),
        ]];
        KeepItsTime Does "pause or lengthen the time for its answer"
            [&[only(Role::Case(CaseRole::CareCoordinator), OF_ANOTHER)]];
        TakeRequestBack Does "take it back, or the statement beside it"
            [DECIDERS_ON_SHARING, &[only(Role::Case(CaseRole::CareCoordinator), OF_ANOTHER)]];
    }
    Enquiry {
        // It was sent to the NHS: nobody has agreed yet to share it with the council.
        AnswerEnquiries Does "answer requests to be contacted" [&[PRACTITIONER]];
        // An area can have several bodies of the NHS.
        AnswerEnquiry Does "read a request, and answer it"
            [&[only(Role::Practitioner, &[When::SentToTheirs])]];
    }
    // Two see to it. Neither of them is close to somebody of whom it is, or ended a
    // hold that kept it. Whoever granted alone that all is erased is not the second.
    Disposal {
        ProposeDestroying Does "propose that they are destroyed"
            [&[only(Role::FrameworkOwner, PROPOSES_DESTROYING), only(Role::Administrator, PROPOSES_DESTROYING)]];
        DestroyProposed Does "destroy what somebody else proposed"
            [&[only(Role::FrameworkOwner, DESTROYS), only(Role::Administrator, DESTROYS)]];
        TakeDisposalBack Does "take back what was proposed" [&[FRAMEWORK_OWNER, ADMINISTRATOR]];
    }
    Area {
        // Whoever opens one reads all of it, and nobody has agreed yet to share
        // with the council.
        OpenCase Does "open a case for somebody" [&[PRACTITIONER]];
        FindCases Sees "look for any case of the area" [&[COMMISSIONER, FINANCE, AUDITOR]];
        SeeDecisionsDue Sees "see which cases wait for a commissioner" [&[COMMISSIONER]];
        SeePaymentsDue Sees "see which payments wait, and make payment files" [&[FINANCE]];
        SeeOffice Sees "see who works here, as what, and by which rules" [OFFICE];
        SeeSystem Sees "see how the service is running" [OFFICE];
        // Who signed in from where says when somebody works, and who tried what.
        SeeSecurity Sees "read who signed in, what was refused and what was taken out"
            [&[ADMINISTRATOR, AUDITOR]];
        ManageColleagues Does "propose, confirm and end posts, hand work over, close accounts" [&[ADMINISTRATOR]];
        ManageOrganisations Does "register and rename organisations" [&[ADMINISTRATOR]];
        // By its number alone: nobody of the office reads a case for this.
        SeeFallsDue Sees "see which records were kept long enough, and which are held" [OFFICE];
        HoldRecords Does "hold a record so that it is kept, and end a hold"
            [&[FRAMEWORK_OWNER, ADMINISTRATOR]];
        SeeDisposals Sees "see what was destroyed, and what is proposed to be" [OFFICE];
        // The door of what is asked behind it, of the records that it is about.
        DestroyRecords Does "propose that records are destroyed, or destroy what was proposed"
            [&[FRAMEWORK_OWNER, ADMINISTRATOR]];
        ChangeFramework Does "change the local framework" [&[FRAMEWORK_OWNER]];
    }
}

impl Action {
    fn rule(self) -> &'static Rule {
        // The macro writes both in one order, and a test holds it to that.
        &RULES[self as usize]
    }

    /// In words, after "may".
    #[must_use]
    pub fn words(self) -> &'static str {
        self.rule().words
    }

    /// The roles that may, whatever has to hold besides: in the order of the row.
    #[must_use]
    pub fn roles(self) -> Vec<Role> {
        let mut roles = vec![];
        for grant in self.rule().grants() {
            if !roles.contains(&grant.role) {
                roles.push(grant.role);
            }
        }
        roles
    }

    #[must_use]
    pub fn subject(self) -> Subject {
        self.rule().subject
    }

    /// Whether it only shows something.
    #[must_use]
    pub fn only_reads(self) -> bool {
        self.rule().effect == Effect::Sees
    }
}

/// What may be: three different answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Allowed,
    /// They know of it, but may not do this.
    Refused,
    /// They may not even know that it is there: 404.
    Hidden,
}

fn grants(role: Role, action: Action, facts: Facts) -> bool {
    let has = |grant: &Grant| grant.role == role && grant.when.iter().all(|when| when.holds(facts));
    action.rule().grants().any(has)
}

/// The policy's answer for one role, of a thing of which these facts hold.
#[must_use]
pub fn decide(role: Role, action: Action, facts: Facts) -> Verdict {
    if grants(role, action, facts) {
        Verdict::Allowed
    } else if action.subject().known_by().is_some_and(|known| grants(role, known, facts)) {
        Verdict::Refused
    } else {
        Verdict::Hidden
    }
}
