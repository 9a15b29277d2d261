//! Every place has an address that a route answers, every route has a place,
//! and nobody writes an address by hand.

use domain::access::{Post, Queue};
use domain::case::Voice;
use domain::case::arrangement::Waits;
use domain::case::circle::{ConsentAbout, SharedWith};
use domain::case::plan::Section;
use domain::case::rights::Right;
use domain::*;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::mem::{Discriminant, discriminant};
use std::path::Path;
use strum::{EnumCount, VariantNames};
use uuid::Uuid;
use web::address::*;
use web::{Door, site};

const ID: Uuid = Uuid::from_u128(7);
const CASE: CaseId = CaseId(ID);
const AREA: AreaId = AreaId(ID);

/// The list, which has every variant at least once.
fn all<T: EnumCount>(list: Vec<T>) -> Vec<T> {
    let found: HashSet<Discriminant<T>> = list.iter().map(discriminant).collect();
    assert_eq!(found.len(), T::COUNT, "{} lacks some", std::any::type_name::<T>());
    list
}

fn places() -> Vec<Place> {
    use Place as P;
    let token = || LinkToken("abc".into());
    let account = AccountId(ID);
    let mut list = vec![
        P::Start,
        P::Guide(GuidePage::About),
        P::Accessibility,
        P::Privacy,
        P::Contact,
        P::ContactSent(EnquiryId(ID)),
        P::SignIn,
        P::SignInCode,
        P::SignInCodeLost,
        P::SignedOut,
        P::StillSignedIn,
        P::Recover,
        P::Recovery(token()),
        P::Invitation(token()),
        P::Lost(token()),
        P::Home,
        P::Requests(AREA),
        P::Waiting(Queue::Finance, AREA),
        P::Waiting(Queue::Commissioner, AREA),
        P::Account(AccountPage::Overview),
        P::Admin,
        P::Area(AREA, AreaPage::Overview),
        P::NewCase,
        P::Case(CASE, CasePage::Overview),
        P::Enquiry(EnquiryId(ID)),
        P::OpenCase(EnquiryId(ID)),
        P::Finance,
        P::FinanceWaits(Waits::Due, AREA),
        P::Demo,
        P::DemoOutbox,
        P::Health,
        P::Metrics,
    ];
    use GuidePage as G;
    let guide = [G::About, G::Disagree, G::Holding, G::Method, G::Questions, G::Stages, G::Support, G::Uses];
    list.extend(all(guide.to_vec()).into_iter().map(P::Guide));
    use AccountPage as A;
    let own = [
        A::Overview,
        A::Happened,
        A::Passkeys,
        A::Passphrase,
        A::PrintedCodes,
        A::Prove,
        A::SecondFactor,
        A::SecondStep,
    ];
    list.extend(all(own.to_vec()).into_iter().map(P::Account));
    use AreaPage as O;
    use FrameworkPart as F;
    let parts =
        all(vec![F::BankHolidays, F::Clocks, F::Limit, F::Method, F::Retention, F::Spending, F::Words]);
    let mut office = vec![
        O::Overview,
        O::Framework,
        O::Organisations,
        O::NewOrganisation,
        O::Organisation(OrganisationId(ID)),
        O::People,
        O::PeopleHere,
        O::PeopleLeft,
        O::Invite,
        O::Proposal(ProposalId(ID)),
        O::Person(account),
        O::HandOver(account),
        O::EndPost(account, OrganisationId(ID), Post::Finance),
        O::System,
        O::Security,
        O::Keeping,
        O::Hold,
        O::EndHold(CASE, HoldId(ID)),
        O::Destroy,
        O::Disposals,
        O::Disposal(DisposalId(ID)),
        O::DestroyProposed(DisposalId(ID)),
        O::TakeDisposalBack(DisposalId(ID)),
    ];
    office.extend(parts.into_iter().map(O::ChangeFramework));
    list.extend(all(office).into_iter().map(|page| P::Area(AREA, page)));
    list.extend(case_pages().into_iter().map(|page| page.of(CASE)));
    all(list)
}

fn case_pages() -> Vec<CasePage> {
    use CasePage as C;
    let (payment, review) = (InstalmentId(ID), ReviewId(ID));
    // Those that are a name and nothing more.
    let named = |name: &&str| serde_json::from_value(serde_json::Value::String((*name).to_owned())).ok();
    let mut list: Vec<C> = C::VARIANTS.iter().filter_map(named).collect();
    list.extend([
        C::Consent(ConsentAbout::DirectPayment),
        C::MoneyLeft(HoldingId(ID)),
        C::Paper(paper::Kind::Plan),
        C::File(FileId(ID)),
        C::Payment(payment),
        C::SharingWith(SharedWith::Organisation(OrganisationId(ID))),
        C::EndSharing(SharedWith::Member(MemberId(ID))),
        C::Everything,
        C::LookThrough(RequestId(ID)),
        C::CopyTime(RequestId(ID)),
        C::Rights,
        C::AskAbout(Right::PutRight),
        C::Asked(RequestId(ID)),
        C::AnswerAsked(RequestId(ID)),
        C::AnswerTime(RequestId(ID)),
        C::AskAgain(RequestId(ID)),
        C::SayBeside(RequestId(ID)),
        C::TakeBack(RequestId(ID)),
        C::TakeStatementBack(RequestId(ID)),
        C::EndRestriction(RequestId(ID)),
        C::Member(Voice::Person),
        C::Member(Voice::Member(MemberId(ID))),
        C::Question(QuestionId(ID)),
        C::Review(review),
        C::ReviewCalendar(review),
        C::HoldReview(review),
        C::Sent(SubmissionId(ID)),
    ]);
    use MoneyPage as M;
    let money = vec![
        M::Account(HoldingId(ID)),
        M::Entries,
        M::File(FileId(ID)),
        M::Match,
        M::Notional,
        M::Payment(BankLineId(ID)),
        M::Receipts,
        M::TakeInStatement,
        M::Statement(StatementId(ID)),
    ];
    list.extend(all(money).into_iter().map(C::InMoney));
    use NeedsPage as N;
    let needs = vec![
        N::Add,
        N::Check,
        N::List,
        N::Question("sleep".into()),
        N::Reopen,
        N::Settle("sleep".into()),
        N::Withdraw(NeedId(ID)),
    ];
    list.extend(all(needs).into_iter().map(C::InNeeds));
    use PlanList as L;
    use PlanPage as P;
    let mut plan = vec![
        P::Holding,
        P::AddHolding,
        P::EndHolding(HoldingId(ID)),
        P::On,
        P::ReviewDate,
        P::Thread,
        P::Whole,
        P::Write(Section::WhoIAm),
    ];
    for one in all(vec![L::Actions, L::Money, L::Outcomes, L::Risks]) {
        plan.extend([P::List(one), P::Add(one)]);
    }
    use PlanItem as I;
    let items =
        vec![I::Action(ActionId(ID)), I::Line(LineId(ID)), I::Outcome(OutcomeId(ID)), I::Risk(RiskId(ID))];
    for one in all(items) {
        plan.extend([P::Item(one), P::Remove(one)]);
    }
    list.extend(all(plan).into_iter().map(C::InPlan));
    all(list)
}

fn posts() -> Vec<PostTo> {
    use PostTo as P;
    let account = AccountId(ID);
    let mut list = vec![
        P::SignOut,
        P::KnowBrowser(LinkToken("abc".into())),
        P::OpenCase,
        P::DemoSignIn,
        P::DemoFollowLetter,
    ];
    use AccountPost as A;
    let own = vec![
        A::RemovePasskey,
        A::RemoveSecondFactor,
        A::StopRemoval,
        A::SecondStepNotNow,
        A::EndSession,
        A::EndOtherSessions,
    ];
    list.extend(all(own).into_iter().map(P::Account));
    use PersonPost as C;
    let colleague = vec![
        C::Close,
        C::EndSessions,
        C::InviteAgain,
        C::Reopen,
        C::ConfirmReopening,
        C::AskForRemoval,
        C::AgreeToRemoval,
        C::StopRemoval,
    ];
    list.extend(all(colleague).into_iter().map(|post| P::Person(AREA, account, post)));
    use ProposalPost as R;
    let proposal = all(vec![R::Again, R::Confirm, R::TakeBack, R::TurnDown]);
    list.extend(proposal.into_iter().map(|post| P::Proposal(AREA, ProposalId(ID), post)));
    let offered = all(vec![OfferedPost::Accept, OfferedPost::Decline]);
    list.extend(offered.into_iter().map(|post| P::Offered(ProposalId(ID), post)));
    use EnquiryPost as E;
    let enquiry = all(vec![E::Close, E::TakeOn, E::Tried]);
    list.extend(enquiry.into_iter().map(|post| P::Enquiry(EnquiryId(ID), post)));
    list.extend(case_posts().into_iter().map(|post| post.of(CASE)));
    all(list)
}

fn case_posts() -> Vec<CasePost> {
    use CasePost as C;
    let mut list = vec![
        C::MakeAgreement,
        C::SignAgreement,
        C::CountersignAgreement,
        C::ShareBudget,
        C::WorkOutBudget,
        C::CommunicationWrong,
        C::WithdrawConsent(ConsentAbout::TakingPart),
        C::CompleteNeeds,
        C::AnswerOffer,
        C::RecordConversation,
        C::ApproveAccount,
        C::TakeBackAccount,
        C::PlanPayment,
        C::SchedulePayments,
        C::FinishAction(ActionId(ID)),
        C::AssignHoldings,
        C::AskForReview,
        C::BookReview,
        C::SayBeforeReview(ReviewId(ID)),
    ];
    use PaymentPost as P;
    let payment = all(vec![P::Cancel, P::Confirm, P::Release, P::SendBack]);
    list.extend(payment.into_iter().map(|post| C::Payment(InstalmentId(ID), post)));
    use BankLinePost as B;
    let line = all(vec![B::CameIn, B::Split, B::Undo]);
    list.extend(line.into_iter().map(|post| C::BankLine(BankLineId(ID), post)));
    use MemberPost as M;
    let member = all(vec![
        M::Address,
        M::Confirm,
        M::Contact,
        M::Footing,
        M::FootingEnds,
        M::Invite,
        M::InviteAgain,
        M::Leave,
        M::SignInEnds,
        M::SignInStays,
        M::TakeBack,
        M::TurnDown,
    ]);
    list.extend(member.into_iter().map(|post| C::Member(Voice::Member(MemberId(ID)), post)));
    let question = all(vec![QuestionPost::Answer, QuestionPost::Open]);
    list.extend(question.into_iter().map(|post| C::Question(QuestionId(ID), post)));
    use SignOffPost as S;
    let sign_off =
        all(vec![S::Answer, S::Appeal, S::Decide, S::DecideAbove, S::PassOn, S::Send, S::TakeBack]);
    list.extend(sign_off.into_iter().map(C::SignOff));
    list.push(C::FetchCopy(RequestId(ID)));
    all(list)
}

/// The declared path that answers an address: one without a part to fill in,
/// where there is one, as the router chooses.
fn answers<'r>(declared: &BTreeSet<&'r str>, address: &str) -> Option<&'r str> {
    let fits = |path: &str| {
        let (path, address): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
        path.len() == address.len() && path.iter().zip(&address).all(|(p, a)| p.starts_with('{') || p == a)
    };
    declared.iter().filter(|path| fits(path)).min_by_key(|path| path.matches('{').count()).copied()
}

fn declared(method: &str) -> BTreeSet<&'static str> {
    let routes = site::declared().into_iter().filter(|route| route.method == method);
    // A file of the site is not a page: its address is made from what is in it.
    routes.map(|route| route.path).filter(|path| *path != "/assets/{name}").collect()
}

#[test]
fn every_place_is_a_page_and_every_page_a_place() {
    let pages = declared("GET");
    let led_to: BTreeSet<&str> = places()
        .iter()
        .map(|place| answers(&pages, &place.path()).unwrap_or_else(|| panic!("{place:?}: {}", place.path())))
        .collect();
    assert_eq!(pages.difference(&led_to).collect::<Vec<_>>(), Vec::<&&str>::new(), "pages that are no place");
}

#[test]
fn a_page_of_a_case_opens_by_the_action_at_its_door() {
    let pages = declared("GET");
    let routes = site::declared();
    for page in case_pages() {
        let path = answers(&pages, &page.clone().of(CASE).path()).expect("a page");
        let route = routes.iter().find(|r| r.method == "GET" && r.path == path).expect("its route");
        assert_eq!(route.door, Door::Case(page.opened_by()), "{path}");
    }
}

#[test]
fn every_form_is_sent_where_it_is_taken() {
    let (taken, pages) = (declared("POST"), declared("GET"));
    let sent_to: BTreeSet<&str> = posts()
        .iter()
        .map(|post| answers(&taken, &post.path()).unwrap_or_else(|| panic!("{post:?}: {}", post.path())))
        .collect();
    let lacking: Vec<_> = taken.difference(&sent_to).filter(|path| !pages.contains(**path)).collect();
    assert_eq!(lacking, Vec::<&&str>::new(), "forms that are sent nowhere");
    let both: Vec<_> = sent_to.intersection(&pages).filter(|path| !path.ends_with("second-step")).collect();
    assert_eq!(both, Vec::<&&str>::new(), "these are places");
}

/// What looks like an address and is none: how addresses begin.
const BEGINNINGS: [&str; 2] = ["\"/assets/\"", "\"/sign-\""];

/// The lines of a file that write an address, without its routes and tests.
fn written_by_hand(text: &str) -> Vec<String> {
    let text = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut in_routes = false;
    let mut found = vec![];
    for line in text.lines() {
        in_routes |= line.contains("fn declare(");
        let code = if line.trim_start().starts_with("//") { "" } else { line };
        let begins =
            |at: usize| code[at + 2..].starts_with(|c: char| c.is_ascii_lowercase() || "{?\"".contains(c));
        let is_known = BEGINNINGS.iter().any(|known| code.contains(known));
        let writes = code.match_indices("\"/").any(|(at, _)| begins(at)) || code.contains("/cases/");
        if writes && !in_routes && !is_known {
            found.push(line.trim().to_owned());
        }
        in_routes &= line != "}";
    }
    found
}

fn look_through(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            look_through(&path, found);
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".rs") && !["address.rs", "site.rs", "assets.rs"].contains(&name) {
            let text = fs::read_to_string(&path).expect("it can be read");
            found.extend(written_by_hand(&text).iter().map(|line| format!("{}: {line}", path.display())));
        }
    }
}

#[test]
fn nobody_writes_an_address_by_hand() {
    let mut found = vec![];
    look_through(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert_eq!(found, Vec::<String>::new());
    let bad = "fn declare() {\n    get(\"/home\");\n}\nfn f() {\n    format!(\"/cases/{id}\")\n    a href=\"/home\"\n}\n";
    assert_eq!(written_by_hand(bad).len(), 2, "it sees what it looks for");
}
