//! The policy: rows of data. What can be done, to what, by whom, and while
//! what holds. Nothing else in the program says who may do what.

use super::{CaseRole, Role};

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One person's case.
    Case,
    /// An account of a person's budget, and the single payments in it.
    Holding,
    /// A paper made from a case.
    Paper,
    /// A note in a case.
    Note,
    /// A request to be contacted, before there is a case.
    Enquiry,
    /// An area: its people, bodies, rules and lists.
    Area,
}

impl Subject {
    pub const ALL: [Self; 6] =
        [Self::Case, Self::Holding, Self::Paper, Self::Note, Self::Enquiry, Self::Area];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Case => "A case",
            Self::Holding => "An account of the budget",
            Self::Paper => "A paper of a case",
            Self::Note => "A note in a case",
            Self::Enquiry => "A request to be contacted",
            Self::Area => "An area",
        }
    }

    /// Who may do this knows that the thing is there: to them a "no" is said
    /// in words. To everybody else it is as if there were nothing.
    #[must_use]
    pub fn known_by(self) -> Option<Action> {
        match self {
            Self::Case | Self::Holding | Self::Paper | Self::Note => Some(Action::SeeCase),
            Self::Enquiry | Self::Area => None,
        }
    }
}

/// What has to hold besides the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// The person consents to sharing with the council.
    SharedWithCouncil,
    /// The person consents to sharing with brokers and organisations that help.
    SharedWithSupporters,
    /// They speak for the person about health and care.
    SpeaksAboutCare,
    /// They speak for the person about money.
    SpeaksAboutMoney,
    /// Their own organisation holds this account.
    HeldByTheirs,
    /// The note is for everyone who may open the case.
    ForEveryone,
    /// The note is for those who work with the person.
    ForProfessionals,
}

impl When {
    pub const ALL: [Self; 7] = [
        Self::SharedWithCouncil,
        Self::SharedWithSupporters,
        Self::SpeaksAboutCare,
        Self::SpeaksAboutMoney,
        Self::HeldByTheirs,
        Self::ForEveryone,
        Self::ForProfessionals,
    ];

    /// In words, after "only".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SharedWithCouncil => "while the person agrees to share with the council",
            Self::SharedWithSupporters => "while the person agrees to share with supporters",
            Self::SpeaksAboutCare => "where they speak for the person about health and care",
            Self::SpeaksAboutMoney => "where they speak for the person about money",
            Self::HeldByTheirs => "where their own organisation holds the account",
            Self::ForEveryone => "where it was written for everyone",
            Self::ForProfessionals => "where it was written for those who work with the person",
        }
    }

    fn holds(self, facts: Facts) -> bool {
        match self {
            Self::SharedWithCouncil => facts.shared_with_council,
            Self::SharedWithSupporters => facts.shared_with_supporters,
            Self::SpeaksAboutCare => facts.speaks_about_care,
            Self::SpeaksAboutMoney => facts.speaks_about_money,
            Self::HeldByTheirs => facts.held_by_theirs,
            Self::ForEveryone => facts.for_everyone,
            Self::ForProfessionals => facts.for_professionals,
        }
    }
}

/// What the decision depends on besides role and action; what is not known to
/// hold does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub shared_with_council: bool,
    pub shared_with_supporters: bool,
    pub speaks_about_care: bool,
    pub speaks_about_money: bool,
    pub held_by_theirs: bool,
    pub for_everyone: bool,
    pub for_professionals: bool,
}

/// A role that may, while all of these hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub when: &'static [When],
}

/// One row of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub action: Action,
    pub subject: Subject,
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
const SUPPORTER: Grant = only(Role::Case(CaseRole::Supporter), &[When::SharedWithSupporters]);
const CARE_COORDINATOR: Grant = always(Role::Case(CaseRole::CareCoordinator));
const CLINICIAN: Grant = always(Role::Case(CaseRole::Clinician));
const COUNCIL_WORKER: Grant = only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil]);
const PRACTITIONER: Grant = always(Role::Practitioner);
const COMMISSIONER: Grant = always(Role::Commissioner);
const FINANCE: Grant = always(Role::Finance);
const THIRD_PARTY: Grant = only(Role::ThirdParty, &[When::SharedWithSupporters]);
const FRAMEWORK_OWNER: Grant = always(Role::FrameworkOwner);
const ADMINISTRATOR: Grant = always(Role::Administrator);
const AUDITOR: Grant = always(Role::Auditor);

/// Those who decide for the person.
const DECIDERS: &[Grant] = &[PERSON, REPRESENTATIVE];
/// Those who decide about health and care.
const DECIDERS_ON_CARE: &[Grant] =
    &[PERSON, only(Role::Case(CaseRole::Representative), &[When::SpeaksAboutCare])];
/// Those who decide about money.
const DECIDERS_ON_MONEY: &[Grant] =
    &[PERSON, only(Role::Case(CaseRole::Representative), &[When::SpeaksAboutMoney])];
/// The person's side of the table.
const FAMILY: &[Grant] = &[PERSON, REPRESENTATIVE, FAMILY_CARER];
/// Everyone with a place in the case. A promise to the person: they read the
/// same record as the professionals.
const CIRCLE: &[Grant] =
    &[PERSON, REPRESENTATIVE, FAMILY_CARER, SUPPORTER, CARE_COORDINATOR, CLINICIAN, COUNCIL_WORKER];
/// The circle, who decides on money, and who checks.
const READERS: &[Grant] = &[
    PERSON,
    REPRESENTATIVE,
    FAMILY_CARER,
    SUPPORTER,
    CARE_COORDINATOR,
    CLINICIAN,
    COUNCIL_WORKER,
    COMMISSIONER,
    AUDITOR,
];
/// Those of the bodies who work in the case.
const WORKERS: &[Grant] = &[CARE_COORDINATOR, CLINICIAN, COUNCIL_WORKER];
/// Who looks after an area, or checks how it is looked after.
const OFFICE: &[Grant] = &[FRAMEWORK_OWNER, ADMINISTRATOR, AUDITOR];

/// Who reads a note that was written for everyone who may open the case.
const READS_FOR_EVERYONE: &[Grant] = &[
    only(Role::Case(CaseRole::Person), &[When::ForEveryone]),
    only(Role::Case(CaseRole::Representative), &[When::ForEveryone]),
    only(Role::Case(CaseRole::FamilyCarer), &[When::ForEveryone]),
    only(Role::Case(CaseRole::Supporter), &[When::SharedWithSupporters, When::ForEveryone]),
    only(Role::Case(CaseRole::CareCoordinator), &[When::ForEveryone]),
    only(Role::Case(CaseRole::Clinician), &[When::ForEveryone]),
    only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil, When::ForEveryone]),
    only(Role::Commissioner, &[When::ForEveryone]),
    only(Role::Auditor, &[When::ForEveryone]),
];
/// Who reads one for those who work with the person.
const READS_FOR_PROFESSIONALS: &[Grant] = &[
    only(Role::Case(CaseRole::Supporter), &[When::SharedWithSupporters, When::ForProfessionals]),
    only(Role::Case(CaseRole::CareCoordinator), &[When::ForProfessionals]),
    only(Role::Case(CaseRole::Clinician), &[When::ForProfessionals]),
    only(Role::Case(CaseRole::CouncilWorker), &[When::SharedWithCouncil, When::ForProfessionals]),
];

macro_rules! rules {
    ($($subject:ident { $($name:ident $words:literal $who:expr;)* })*) => {
        /// Everything that can be done or seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[doc = $words] $name,)*)* }

        impl Action {
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];
        }

        /// The whole policy, one row for each action, in the order of
        /// [`Action`].
        pub const RULES: &[Rule] = &[$($(
            Rule { action: Action::$name, subject: Subject::$subject, words: $words, who: &$who },
        )*)*];
    };
}

rules! {
    Case {
        SeeCase "see that there is a case, its stage and whose move it is"
            [READERS, &[FINANCE, THIRD_PARTY]];
        SeePlan "read the plan" [READERS, &[THIRD_PARTY]];
        SeeNeeds "read the needs and who said what" [READERS];
        // Finance has the money and the words needed to pay it; nothing of health.
        SeeBudget "see the budget and how it was worked out" [READERS, &[FINANCE]];
        SeeMoney "see what came in, was promised, spent and is left" [READERS, &[FINANCE, THIRD_PARTY]];
        SeePeople "see the circle, communication and consent" [READERS];
        SeeReviews "read the reviews" [READERS];
        SeeHistory "open the history" [READERS];
        SeeLooks "see who looked at the case" [DECIDERS, &[CARE_COORDINATOR, AUDITOR]];
        SeeDocuments "open documents and files" [READERS];
        RecordConversation "record a conversation" [&[CARE_COORDINATOR]];
        MakeOffer "make the offer" [&[CARE_COORDINATOR]];
        AnswerOffer "answer the offer" [DECIDERS_ON_CARE, &[CARE_COORDINATOR]];
        AskQuestion "ask a question" [FAMILY, &[SUPPORTER, CARE_COORDINATOR]];
        AnswerQuestion "answer a question" [WORKERS];
        ManageCircle "add, invite and remove people in the circle" [DECIDERS, &[CARE_COORDINATOR]];
        DescribeCommunication "describe how the person communicates and wants to be contacted" [CIRCLE];
        RecordConsent "record consent and who speaks for the person" [DECIDERS, &[CARE_COORDINATOR]];
        ConfirmSpeaker "confirm who speaks for the person, and the sign-in of whoever decides"
            [&[PERSON], WORKERS, &[COMMISSIONER]];
        WithdrawConsent "withdraw consent" [DECIDERS, &[CARE_COORDINATOR]];
        AnswerNeeds "answer the questions about needs" [CIRCLE];
        CompleteNeeds "complete or reopen the assessment" [&[CARE_COORDINATOR]];
        WorkOutBudget "work out and adjust the budget" [&[CARE_COORDINATOR, COMMISSIONER]];
        ShareBudget "share the budget with the family" [&[CARE_COORDINATOR]];
        QuestionBudget "say that the budget does not look right" [FAMILY, &[SUPPORTER]];
        WritePlan "write the plan" [CIRCLE];
        SendPlan "send the plan to be agreed" [DECIDERS_ON_CARE, &[SUPPORTER, CARE_COORDINATOR]];
        SignOff "agree a plan, or say not yet" [&[CLINICIAN]];
        SignOffAboveLimit "decide on a plan above the delegated limit" [&[COMMISSIONER]];
        Appeal "appeal against a decision" [DECIDERS_ON_CARE];
        AnswerAppeal "answer an appeal" [&[COMMISSIONER]];
        MakeAgreement "make the agreement" [&[CARE_COORDINATOR]];
        SignAgreement "sign the agreement for the person" [DECIDERS_ON_MONEY];
        CountersignAgreement "sign the agreement for the NHS" [&[CARE_COORDINATOR, COMMISSIONER]];
        SchedulePayments "schedule and cancel payments" [&[FINANCE]];
        ReleasePayment "release a payment" [&[FINANCE]];
        ConfirmPayment "confirm a payment another released" [&[FINANCE]];
        ImportStatement "take in a bank statement" [DECIDERS_ON_MONEY, &[THIRD_PARTY]];
        MatchSpending "match spending to the plan" [DECIDERS_ON_MONEY, &[THIRD_PARTY]];
        AddReceipt "add a receipt" [FAMILY, &[THIRD_PARTY]];
        RecordNotionalSpending "record spending from a notional budget"
            [&[CARE_COORDINATOR, COMMISSIONER, FINANCE]];
        AskForReview "ask for a review" [CIRCLE, &[THIRD_PARTY]];
        HoldReview "book and record a review" [WORKERS];
        WriteNote "write a note" [CIRCLE];
    }
    // What the bank wrote about each payment says where somebody was and what
    // for: it is for whoever needs it. Everyone else who sees the money sees sums.
    Holding {
        // The person and those whom they let help with their money; the
        // co-ordinator looks at whether the money does what the plan says
        // (001:596); an auditor holds payments against statements.
        SeeLines "see each payment, what the bank wrote about it, and its receipt" [
            FAMILY,
            &[SUPPORTER, CARE_COORDINATOR, AUDITOR],
            &[only(Role::ThirdParty, &[When::SharedWithSupporters, When::HeldByTheirs])],
        ];
        // The NHS or the council pays it itself, so it is no account of the
        // person's. An organisation that holds other money for them does not see it.
        SeeBought "see what was bought from a notional budget" [
            READERS,
            &[FINANCE],
            &[only(Role::ThirdParty, &[When::SharedWithSupporters, When::HeldByTheirs])],
        ];
    }
    Paper {
        OpenPlanPaper "open the plan as a paper" [READERS];
        OpenBudgetPaper "open the budget, explained, as a paper" [READERS];
        OpenDecisionPaper "open the decision as a paper" [READERS];
        OpenAgreementPaper "open the agreement as a paper" [READERS];
    }
    Note {
        ReadNote "read a note that somebody else wrote" [READS_FOR_EVERYONE, READS_FOR_PROFESSIONALS];
    }
    Enquiry {
        // It was sent to the NHS: nobody has agreed yet to share it with the council.
        AnswerEnquiries "read and answer requests to be contacted" [&[PRACTITIONER]];
    }
    Area {
        // Whoever opens one reads all of it, and nobody has agreed yet to share
        // with the council.
        OpenCase "open a case for somebody" [&[PRACTITIONER]];
        FindCases "look for any case of the area" [&[COMMISSIONER, FINANCE, AUDITOR]];
        SeeDecisionsDue "see which cases wait for a commissioner" [&[COMMISSIONER]];
        SeePaymentsDue "see which payments wait, and make payment files" [&[FINANCE]];
        SeeOffice "see who works here, as what, and by which rules" [OFFICE];
        SeeSystem "see how the service is running" [OFFICE];
        ManageColleagues "propose, confirm and end posts, hand work over, close accounts" [&[ADMINISTRATOR]];
        ManageOrganisations "register and rename organisations" [&[ADMINISTRATOR]];
        ChangeFramework "change the local framework" [&[FRAMEWORK_OWNER]];
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

    #[must_use]
    pub fn subject(self) -> Subject {
        self.rule().subject
    }

    /// Whether it only shows something.
    #[must_use]
    pub fn only_reads(self) -> bool {
        use Action as A;
        matches!(
            self,
            A::SeeCase
                | A::SeePlan
                | A::SeeNeeds
                | A::SeeBudget
                | A::SeeMoney
                | A::SeePeople
                | A::SeeReviews
                | A::SeeHistory
                | A::SeeLooks
                | A::SeeDocuments
                | A::SeeLines
                | A::SeeBought
                | A::OpenPlanPaper
                | A::OpenBudgetPaper
                | A::OpenDecisionPaper
                | A::OpenAgreementPaper
                | A::ReadNote
                | A::FindCases
                | A::SeeDecisionsDue
                | A::SeeOffice
                | A::SeeSystem
        )
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
