//! Who may do what: one pure function, whose whole table is checked in for a
//! privacy lead to read (`docs/policy-matrix.md`).

use crate::case::Case;
use crate::case::circle::{CaseRole, ConsentAbout, is_of_a_body};
use crate::{AccountId, AreaId, OrganisationId};
use serde::{Deserialize, Serialize};

/// A place that someone acts from: in a case, or in an organisation of the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Case(CaseRole),
    Commissioner,
    Finance,
    ThirdParty,
    FrameworkOwner,
    Administrator,
    Auditor,
}

impl Role {
    pub const ALL: [Self; 13] = [
        Self::Case(CaseRole::Person),
        Self::Case(CaseRole::Representative),
        Self::Case(CaseRole::FamilyCarer),
        Self::Case(CaseRole::Supporter),
        Self::Case(CaseRole::CareCoordinator),
        Self::Case(CaseRole::Clinician),
        Self::Case(CaseRole::CouncilWorker),
        Self::Commissioner,
        Self::Finance,
        Self::ThirdParty,
        Self::FrameworkOwner,
        Self::Administrator,
        Self::Auditor,
    ];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Case(role) => role.words(),
            Self::Commissioner => "Commissioner",
            Self::Finance => "Finance",
            Self::ThirdParty => "Organisation that holds money",
            Self::FrameworkOwner => "Owner of the local framework",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor",
        }
    }
}

/// What someone works as in an organisation of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// Front-line staff: may open cases and be given places in them.
    Practitioner,
    Commissioner,
    Finance,
    ThirdParty,
    FrameworkOwner,
    Administrator,
    Auditor,
}

impl Post {
    pub const ALL: [Self; 7] = [
        Self::Practitioner,
        Self::Commissioner,
        Self::Finance,
        Self::ThirdParty,
        Self::FrameworkOwner,
        Self::Administrator,
        Self::Auditor,
    ];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Practitioner => "Works with people",
            Self::Commissioner => "Commissioner",
            Self::Finance => "Finance",
            Self::ThirdParty => "Organisation that holds money",
            Self::FrameworkOwner => "Owner of the local framework",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor, reads only",
        }
    }

    /// The post as addresses, forms and settings have it: the same word as in
    /// the record.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Commissioner => "commissioner",
            Self::Finance => "finance",
            Self::ThirdParty => "third-party",
            Self::FrameworkOwner => "framework-owner",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The post of a word.
    #[must_use]
    pub fn by_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.key() == key)
    }

    /// Every post lets somebody see or change what is another's: see
    /// [`needs_second_factor`].
    #[must_use]
    pub fn needs_second_factor(self) -> bool {
        true
    }
}

/// The one rule of who must have a second step: whoever can see another's
/// record or money by their work, from a post or from a place in a case. The
/// person, those who speak for them and their family are offered one, and are
/// never made to have it.
#[must_use]
pub fn needs_second_factor(posts: &[Posting], places: impl IntoIterator<Item = CaseRole>) -> bool {
    posts.iter().any(|posting| posting.post.needs_second_factor())
        || places.into_iter().any(place_needs_second_factor)
}

/// The rule for one place in a case.
#[must_use]
pub fn place_needs_second_factor(place: CaseRole) -> bool {
    match place {
        CaseRole::Supporter | CaseRole::CareCoordinator | CaseRole::Clinician | CaseRole::CouncilWorker => {
            true
        }
        CaseRole::Person | CaseRole::Representative | CaseRole::FamilyCarer => false,
    }
}

/// Someone's post in one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Posting {
    pub area: AreaId,
    pub organisation: OrganisationId,
    pub post: Post,
}

/// Whoever makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    pub name: String,
    pub posts: Vec<Posting>,
    /// Signed in with a second factor.
    pub second_factor: bool,
}

impl Actor {
    #[must_use]
    pub fn has_post(&self, area: AreaId, post: Post) -> bool {
        self.posts.iter().any(|p| p.area == area && p.post == post)
    }

    /// Whether the post behind a professional's seat stands: they work with
    /// people in this area, in the organisation that the seat was given to.
    /// Where an old record names none, any of the area's will do.
    #[must_use]
    pub fn stands_behind(&self, area: AreaId, organisation: Option<OrganisationId>) -> bool {
        let of_it = |p: &Posting| organisation.is_none_or(|organisation| p.organisation == organisation);
        self.posts.iter().any(|p| p.area == area && p.post == Post::Practitioner && of_it(p))
    }

    /// The places in a case that count now. A professional's counts only while
    /// the post behind it stands; everyone else's is their own. Nothing but
    /// this turns a place in a circle into a right.
    pub fn places_in<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = CaseRole> + 'c {
        let has_seat = |role: CaseRole| {
            let mut seats =
                case.circle.present().filter(|m| m.account == Some(self.account) && m.role == role);
            seats.any(|m| case.area().is_some_and(|area| self.stands_behind(area, m.organisation)))
        };
        let counts = move |role: &CaseRole| !is_of_a_body(*role) || has_seat(*role);
        case.circle.roles_of(self.account).filter(counts)
    }

    /// Whether they have a seat of the NHS or the council in a case.
    #[must_use]
    pub fn has_seat_of_a_body(&self, case: &Case) -> bool {
        self.places_in(case).any(is_of_a_body)
    }

    /// The roles this person holds on a case: their places in it, and their
    /// posts in its area. A third-party worker has a role only where their
    /// own organisation holds money for the person. Whoever is on the person's
    /// side has no role here from a post: nobody is on both sides of a budget.
    #[must_use]
    pub fn roles_on(&self, case: &Case) -> Vec<Role> {
        let mut roles: Vec<Role> = self.places_in(case).map(Role::Case).collect();
        if case.circle.is_on_their_side(self.account) {
            roles.sort_unstable();
            roles.dedup();
            return roles;
        }
        for posting in self.posts.iter().filter(|p| Some(p.area) == case.area()) {
            roles.extend(match posting.post {
                Post::Practitioner => None,
                Post::Commissioner => Some(Role::Commissioner),
                Post::Finance => Some(Role::Finance),
                Post::ThirdParty => case
                    .plan
                    .open_holdings()
                    .any(|h| h.words.organisation == Some(posting.organisation))
                    .then_some(Role::ThirdParty),
                Post::FrameworkOwner => Some(Role::FrameworkOwner),
                Post::Administrator => Some(Role::Administrator),
                Post::Auditor => Some(Role::Auditor),
            });
        }
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $words:literal)*) => {
        /// Everything that can be done to or seen of a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }
        }
    };
}

actions! {
    SeeCase "see that there is a case, its stage and whose move it is"
    SeePlan "read the plan"
    SeeNeeds "read the needs and who said what"
    SeeBudget "see the budget and how it was worked out"
    SeeMoney "see what came in, was promised, spent and is left"
    SeePeople "see the circle, communication and consent"
    SeeReviews "read the reviews"
    SeeHistory "open the history"
    SeeLooks "see who looked at the case"
    SeeDocuments "open documents and files"
    RecordConversation "record a conversation"
    MakeOffer "make the offer"
    AnswerOffer "answer the offer"
    AskQuestion "ask a question"
    AnswerQuestion "answer a question"
    ManageCircle "add, invite and remove people in the circle"
    DescribeCommunication "describe how the person communicates and wants to be contacted"
    RecordConsent "record consent and who speaks for the person"
    ConfirmSpeaker "confirm who speaks for the person, and the sign-in of whoever decides"
    WithdrawConsent "withdraw consent"
    AnswerNeeds "answer the questions about needs"
    CompleteNeeds "complete or reopen the assessment"
    WorkOutBudget "work out and adjust the budget"
    ShareBudget "share the budget with the family"
    QuestionBudget "say that the budget does not look right"
    WritePlan "write the plan"
    SendPlan "send the plan to be agreed"
    SignOff "agree a plan, or say not yet"
    SignOffAboveLimit "decide on a plan above the delegated limit"
    Appeal "appeal against a decision"
    AnswerAppeal "answer an appeal"
    MakeAgreement "make the agreement"
    SignAgreement "sign the agreement for the person"
    CountersignAgreement "sign the agreement for the NHS"
    SchedulePayments "schedule and cancel payments"
    ReleasePayment "release a payment"
    ConfirmPayment "confirm a payment another released"
    ImportStatement "take in a bank statement"
    MatchSpending "match spending to the plan"
    AddReceipt "add a receipt"
    RecordNotionalSpending "record spending from a notional budget"
    AskForReview "ask for a review"
    HoldReview "book and record a review"
    WriteNote "write a note"
}

impl Action {
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
        )
    }
}

/// What may be: three different answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Allowed,
    /// They know of the case, but may not do this.
    Refused,
    /// They may not even know that it is there: 404.
    Hidden,
}

/// What the decision depends on besides role and action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The person consents to sharing with the council.
    pub shared_with_council: bool,
    /// The person consents to sharing with brokers and organisations that help.
    pub shared_with_supporters: bool,
}

impl Facts {
    #[must_use]
    pub fn of(case: &Case) -> Self {
        Self {
            shared_with_council: case.circle.has_consented(ConsentAbout::SharingWithCouncil),
            shared_with_supporters: case.circle.has_consented(ConsentAbout::SharingWithSupporters),
        }
    }
}

/// Reading what a case says, short of who looked at it.
fn reads_the_case(action: Action) -> bool {
    use Action as A;
    matches!(
        action,
        A::SeeCase
            | A::SeePlan
            | A::SeeNeeds
            | A::SeeBudget
            | A::SeeMoney
            | A::SeePeople
            | A::SeeReviews
            | A::SeeHistory
            | A::SeeDocuments
    )
}

/// The policy: what one role may do on a case of which these facts hold.
#[must_use]
pub fn decide(role: Role, action: Action, facts: Facts) -> Verdict {
    use Action as A;
    use CaseRole as C;
    let allowed = match role {
        // A promise to the person: the same record as the professionals see.
        Role::Case(C::Person) if action == A::ConfirmSpeaker => true,
        Role::Case(C::Person | C::Representative) => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::SeeLooks
                        | A::AnswerOffer
                        | A::AskQuestion
                        | A::ManageCircle
                        | A::DescribeCommunication
                        | A::RecordConsent
                        | A::WithdrawConsent
                        | A::AnswerNeeds
                        | A::QuestionBudget
                        | A::WritePlan
                        | A::SendPlan
                        | A::Appeal
                        | A::SignAgreement
                        | A::ImportStatement
                        | A::MatchSpending
                        | A::AddReceipt
                        | A::AskForReview
                        | A::WriteNote
                )
        }
        Role::Case(C::FamilyCarer) => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::AskQuestion
                        | A::DescribeCommunication
                        | A::AnswerNeeds
                        | A::QuestionBudget
                        | A::WritePlan
                        | A::AddReceipt
                        | A::AskForReview
                        | A::WriteNote
                )
        }
        Role::Case(C::Supporter) if !facts.shared_with_supporters => return Verdict::Hidden,
        Role::Case(C::Supporter) => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::AskQuestion
                        | A::DescribeCommunication
                        | A::AnswerNeeds
                        | A::QuestionBudget
                        | A::WritePlan
                        | A::SendPlan
                        | A::AskForReview
                        | A::WriteNote
                )
        }
        Role::Case(C::CareCoordinator) => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::SeeLooks
                        | A::RecordConversation
                        | A::MakeOffer
                        | A::AnswerOffer
                        | A::AskQuestion
                        | A::AnswerQuestion
                        | A::ManageCircle
                        | A::DescribeCommunication
                        | A::RecordConsent
                        | A::ConfirmSpeaker
                        | A::WithdrawConsent
                        | A::AnswerNeeds
                        | A::CompleteNeeds
                        | A::WorkOutBudget
                        | A::ShareBudget
                        | A::WritePlan
                        | A::SendPlan
                        | A::MakeAgreement
                        | A::CountersignAgreement
                        | A::AskForReview
                        | A::HoldReview
                        | A::WriteNote
                        | A::RecordNotionalSpending
                )
        }
        Role::Case(C::Clinician) => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::AnswerQuestion
                        | A::DescribeCommunication
                        | A::ConfirmSpeaker
                        | A::AnswerNeeds
                        | A::WritePlan
                        | A::SignOff
                        | A::AskForReview
                        | A::HoldReview
                        | A::WriteNote
                )
        }
        Role::Case(C::CouncilWorker) if !facts.shared_with_council => return Verdict::Hidden,
        Role::Case(C::CouncilWorker) => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::AnswerQuestion
                        | A::DescribeCommunication
                        | A::ConfirmSpeaker
                        | A::AnswerNeeds
                        | A::WritePlan
                        | A::AskForReview
                        | A::HoldReview
                        | A::WriteNote
                )
        }
        Role::Commissioner => {
            reads_the_case(action)
                || matches!(
                    action,
                    A::SignOffAboveLimit
                        | A::ConfirmSpeaker
                        | A::AnswerAppeal
                        | A::CountersignAgreement
                        | A::WorkOutBudget
                        | A::RecordNotionalSpending
                )
        }
        // Money, and the words needed to pay it; nothing of health.
        Role::Finance => matches!(
            action,
            A::SeeCase
                | A::SeeBudget
                | A::SeeMoney
                | A::SchedulePayments
                | A::ReleasePayment
                | A::ConfirmPayment
                | A::RecordNotionalSpending
        ),
        Role::ThirdParty if !facts.shared_with_supporters => return Verdict::Hidden,
        Role::ThirdParty => matches!(
            action,
            A::SeeCase
                | A::SeePlan
                | A::SeeMoney
                | A::ImportStatement
                | A::MatchSpending
                | A::AddReceipt
                | A::AskForReview
        ),
        // The framework and the accounts are theirs, not people's cases.
        Role::FrameworkOwner | Role::Administrator => return Verdict::Hidden,
        Role::Auditor => reads_the_case(action) || action == A::SeeLooks,
    };
    if allowed { Verdict::Allowed } else { Verdict::Refused }
}

/// The best verdict over every role that someone holds on a case; with no
/// role at all it is hidden.
#[must_use]
pub fn verdict(actor: &Actor, action: Action, case: &Case) -> Verdict {
    let facts = Facts::of(case);
    actor.roles_on(case).into_iter().map(|role| decide(role, action, facts)).min().unwrap_or(Verdict::Hidden)
}

/// Whether `actor` may do `action` now.
#[must_use]
pub fn may(actor: &Actor, action: Action, case: &Case) -> bool {
    verdict(actor, action, case) == Verdict::Allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;
    use uuid::Uuid;

    /// The whole table, for people to read. `UPDATE_POLICY=1` writes it anew.
    #[test]
    fn the_checked_in_matrix_is_the_policy() {
        let mut text = String::from(
            "# Who may do what\n\nMade from the policy; a test keeps it true. **●** may · **○** only while the person agrees to share with the council or with supporters · blank may not. Someone for whom a column is blank throughout is told \"not found\", as if there were no case.\n\n|  |",
        );
        for role in Role::ALL {
            let _ = write!(text, " {} |", role.words());
        }
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(Role::ALL.len()));
        let shared = Facts { shared_with_council: true, shared_with_supporters: true };
        let kept = Facts { shared_with_council: false, shared_with_supporters: false };
        for action in Action::ALL {
            let _ = write!(text, "\n| {} |", action.words());
            for role in Role::ALL {
                let mark = match (decide(role, *action, shared), decide(role, *action, kept)) {
                    (Verdict::Allowed, Verdict::Allowed) => "●",
                    (Verdict::Allowed, _) => "○",
                    (_, Verdict::Allowed) => "only without consent (wrong)",
                    _ => "",
                };
                let _ = write!(text, " {mark} |");
            }
        }
        text.push('\n');
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy-matrix.md");
        if std::env::var_os("UPDATE_POLICY").is_some() {
            std::fs::write(path, &text).expect("the matrix can be written");
        }
        let kept = std::fs::read_to_string(path).expect("docs/policy-matrix.md is checked in");
        assert!(
            kept == text,
            "the policy has changed: run UPDATE_POLICY=1 cargo test -p phb-domain access, and read the difference"
        );
    }

    /// A case of area 1 in which account 7 has this place.
    fn seated(role: CaseRole, organisation: Option<OrganisationId>) -> Case {
        use crate::case::{self, circle, offer};
        use crate::{Author, CaseId, Line, MemberId, Recorded, Timestamp};
        let line = |text: &str| Line::parse(text).expect("a line");
        let opened = offer::Event::CaseOpened { area: AREA, reference: "MV-2027-0001".into(), enquiry: None };
        let joined = circle::Event::MemberJoined {
            id: MemberId(Uuid::from_u128(1)),
            name: line("Pat"),
            relation: line("somebody"),
            role,
            account: Some(PAT),
            organisation,
        };
        let events: Vec<case::Event> = vec![opened.into(), joined.into()];
        let recorded: Vec<_> = (1..)
            .zip(events)
            .map(|(seq, event)| Recorded { seq, at: Timestamp::UNIX_EPOCH, by: Author::System, event })
            .collect();
        Case::fold(CaseId(Uuid::nil()), &recorded)
    }

    const AREA: AreaId = AreaId(Uuid::from_u128(1));
    const NHS: OrganisationId = OrganisationId(Uuid::from_u128(2));
    const PAT: AccountId = AccountId(Uuid::from_u128(7));

    fn pat(posts: &[(AreaId, OrganisationId, Post)]) -> Actor {
        let posts = posts.iter().map(|(area, organisation, post)| Posting {
            area: *area,
            organisation: *organisation,
            post: *post,
        });
        Actor { account: PAT, name: "Pat".into(), posts: posts.collect(), second_factor: true }
    }

    #[test]
    fn a_seat_of_a_body_counts_only_while_its_post_stands() {
        let (elsewhere, other) = (AreaId(Uuid::from_u128(9)), OrganisationId(Uuid::from_u128(3)));
        for role in CaseRole::ALL {
            let case = seated(role, Some(NHS));
            let roles = |posts: &[(AreaId, OrganisationId, Post)]| pat(posts).roles_on(&case);
            // Nobody has confirmed that this representative speaks for anybody.
            let counts = role != CaseRole::Representative;
            let seat: Vec<Role> = counts.then_some(Role::Case(role)).into_iter().collect();
            assert_eq!(roles(&[(AREA, NHS, Post::Practitioner)]), seat, "{role:?} with the post");
            for left in
                [vec![], vec![(AREA, other, Post::Practitioner)], vec![(elsewhere, NHS, Post::Practitioner)]]
            {
                let expected = if is_of_a_body(role) { vec![] } else { seat.clone() };
                assert_eq!(roles(&left), expected, "{role:?} with {left:?}");
                let hidden = verdict(&pat(&left), Action::SeeCase, &case) == Verdict::Hidden;
                assert!(hidden || !is_of_a_body(role), "{role:?} with {left:?}");
            }
        }
        // Another post of theirs does not stand behind the seat.
        let case = seated(CaseRole::Clinician, Some(NHS));
        assert_eq!(pat(&[(AREA, NHS, Post::Finance)]).roles_on(&case), [Role::Finance]);
        // Where an old record names no organisation, any of the area's will do.
        let case = seated(CaseRole::Clinician, None);
        assert_eq!(
            pat(&[(AREA, other, Post::Practitioner)]).roles_on(&case),
            [Role::Case(CaseRole::Clinician)]
        );
        assert_eq!(pat(&[(elsewhere, other, Post::Practitioner)]).roles_on(&case), []);
    }

    #[test]
    fn whoever_works_with_anothers_record_needs_a_second_step() {
        let (area, organisation) = (AreaId(uuid::Uuid::nil()), OrganisationId(uuid::Uuid::nil()));
        for post in Post::ALL {
            assert!(needs_second_factor(&[Posting { area, organisation, post }], []), "{}", post.words());
        }
        let places: Vec<CaseRole> =
            CaseRole::ALL.into_iter().filter(|place| needs_second_factor(&[], [*place])).collect();
        use CaseRole as C;
        assert_eq!(places, [C::Supporter, C::CareCoordinator, C::Clinician, C::CouncilWorker]);
        assert!(!needs_second_factor(&[], []));
    }

    #[test]
    fn nobody_is_on_both_sides_of_a_budget() {
        for post in Post::ALL {
            for role in [CaseRole::Person, CaseRole::Representative, CaseRole::FamilyCarer] {
                let roles = pat(&[(AREA, NHS, post)]).roles_on(&seated(role, None));
                assert!(roles.iter().all(|r| *r == Role::Case(role)), "{post:?} as {role:?}: {roles:?}");
            }
        }
        let stranger = seated(CaseRole::Supporter, None);
        let roles = pat(&[(AREA, NHS, Post::Finance)]).roles_on(&stranger);
        assert_eq!(roles, [Role::Case(CaseRole::Supporter), Role::Finance]);
    }

    #[test]
    fn nobody_confirms_and_plans_the_same_money() {
        let facts = Facts { shared_with_council: true, shared_with_supporters: true };
        for role in Role::ALL {
            let pays = decide(role, Action::ConfirmPayment, facts) == Verdict::Allowed;
            let decides = decide(role, Action::SignOff, facts) == Verdict::Allowed
                || decide(role, Action::SignOffAboveLimit, facts) == Verdict::Allowed;
            assert!(!(pays && decides), "{}", role.words());
        }
    }

    #[test]
    fn the_auditor_only_reads() {
        let facts = Facts { shared_with_council: true, shared_with_supporters: true };
        for action in Action::ALL {
            let allowed = decide(Role::Auditor, *action, facts) == Verdict::Allowed;
            assert_eq!(allowed, action.only_reads(), "{action:?}");
            assert_eq!(allowed, format!("{action:?}").starts_with("See"), "{action:?}");
        }
    }
}
