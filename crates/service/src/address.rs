//! The address of every page: the one place where it is written, for letters
//! and for pages. The rules name a [`Place`]; `web` declares a route for each,
//! and a test there holds the two together.

use domain::case::Voice;
use domain::case::circle::SharedWith;
use domain::place::{
    AccountPage, AreaPage, CasePage, GuidePage, MoneyPage, NeedsPage, Place, PlanItem, PlanPage,
};
use uuid::Uuid;

/// What has an address on the site.
pub trait Address {
    /// The address, from `/` on: `/cases/…/plan`.
    fn path(&self) -> String;

    /// The same with a word on what was just done, which the page says in a
    /// sentence.
    fn done(&self, what: &str) -> String {
        self.with("done", what)
    }

    /// The same with one thing to look at or to fill in.
    fn with(&self, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value);
        self.asking(&query.finish())
    }

    /// The same with a query that is written already, as a serialiser gives it.
    fn asking(&self, query: &str) -> String {
        if query.is_empty() { self.path() } else { format!("{}?{query}", self.path()) }
    }

    /// The same as it stands in a letter, where `{site}` becomes the address of this
    /// service.
    fn in_letter(&self) -> String {
        format!("{{site}}{}", self.path())
    }

    /// A part of the page, by the id of its element.
    fn part(&self, id: &str) -> String {
        format!("{}#{id}", self.path())
    }
}

impl Address for Place {
    fn path(&self) -> String {
        match self {
            Self::Start => "/".to_owned(),
            Self::Guide(GuidePage::About) => "/about".to_owned(),
            Self::Guide(page) => format!("/about/{}", word(*page)),
            Self::Accessibility => "/accessibility".to_owned(),
            Self::Privacy => "/privacy".to_owned(),
            Self::Contact => "/contact".to_owned(),
            Self::ContactSent(id) => format!("/contact/sent/{id}"),
            Self::SignIn => "/sign-in".to_owned(),
            Self::SignInCode => "/sign-in/code".to_owned(),
            Self::SignInCodeLost => "/sign-in/code/lost".to_owned(),
            Self::SignedOut => "/signed-out".to_owned(),
            Self::StillSignedIn => "/still-signed-in".to_owned(),
            Self::Recover => "/recover".to_owned(),
            Self::Recovery(token) => format!("/recovery/{}", token.0),
            Self::Invitation(token) => format!("/invitation/{}", token.0),
            Self::Lost(token) => format!("/lost/{}", token.0),
            Self::Home => "/home".to_owned(),
            Self::Requests(area) => format!("/home/requests/{area}"),
            Self::Waiting(queue, area) => format!("/home/waiting/{}/{area}", word(*queue)),
            Self::Account(AccountPage::Overview) => "/account".to_owned(),
            Self::Account(page) => format!("/account/{}", word(*page)),
            Self::Admin => "/admin".to_owned(),
            Self::Area(area, page) => format!("/admin/{area}{}", in_area(*page)),
            Self::NewCase => "/cases/new".to_owned(),
            Self::Case(case, page) => format!("/cases/{case}{}", in_case(page)),
            Self::Enquiry(id) => format!("/enquiries/{id}"),
            Self::OpenCase(id) => format!("/enquiries/{id}/open-case"),
            Self::Finance => "/finance".to_owned(),
            Self::FinanceWaits(waits, area) => format!("/finance/{}/{area}", word(*waits)),
            Self::Demo => "/demo".to_owned(),
            Self::DemoOutbox => "/demo/outbox".to_owned(),
            Self::Health => "/health".to_owned(),
            Self::Metrics => "/metrics".to_owned(),
        }
    }
}

/// The word of one of a closed set.
fn word(one: impl Into<&'static str>) -> &'static str {
    one.into()
}

fn in_area(page: AreaPage) -> String {
    match page {
        AreaPage::Overview => String::new(),
        AreaPage::Framework => "/framework".to_owned(),
        AreaPage::ChangeFramework(part) => format!("/framework/{}", word(part)),
        AreaPage::Organisations => "/organisations".to_owned(),
        AreaPage::NewOrganisation => "/organisations/new".to_owned(),
        AreaPage::Organisation(id) => format!("/organisations/{id}"),
        AreaPage::People => "/people".to_owned(),
        AreaPage::PeopleHere => "/people/here".to_owned(),
        AreaPage::PeopleLeft => "/people/left".to_owned(),
        AreaPage::Invite => "/people/invite".to_owned(),
        AreaPage::Proposal(id) => format!("/people/proposals/{id}"),
        AreaPage::Person(account) => format!("/people/{account}"),
        AreaPage::HandOver(account) => format!("/people/{account}/hand-over"),
        AreaPage::EndPost(account, organisation, post) => {
            format!("/people/{account}/posts/{organisation}/{}", post.into_str())
        }
        AreaPage::System => "/system".to_owned(),
        AreaPage::Security => "/security".to_owned(),
        AreaPage::Keeping => "/keeping".to_owned(),
        AreaPage::Hold => "/keeping/hold".to_owned(),
        AreaPage::EndHold(case, hold) => format!("/keeping/{case}/holds/{hold}/end"),
        AreaPage::Destroy => "/keeping/destroy".to_owned(),
        AreaPage::Disposals => "/disposals".to_owned(),
        AreaPage::Disposal(id) => format!("/disposals/{id}"),
        AreaPage::DestroyProposed(id) => format!("/disposals/{id}/destroy"),
        AreaPage::TakeDisposalBack(id) => format!("/disposals/{id}/take-back"),
    }
}

fn in_case(page: &CasePage) -> String {
    match page {
        CasePage::Overview => String::new(),
        CasePage::ChangeAgreement => "/agreement/change".to_owned(),
        CasePage::MoneyLeft(holding) => format!("/agreement/left/{holding}"),
        CasePage::AdjustBudget => "/budget/adjust".to_owned(),
        CasePage::AnswerOnBudget => "/budget/answer".to_owned(),
        CasePage::QuestionBudget => "/budget/question".to_owned(),
        CasePage::LookThrough(id) => format!("/everything/{id}/look"),
        CasePage::CopyTime(id) => format!("/everything/{id}/time"),
        CasePage::AskAbout(right) => format!("/rights/ask/{}", word(*right)),
        CasePage::Asked(id) => format!("/rights/{id}"),
        CasePage::AnswerAsked(id) => format!("/rights/{id}/answer"),
        CasePage::AskAgain(id) => format!("/rights/{id}/again"),
        CasePage::SayBeside(id) => format!("/rights/{id}/statement"),
        CasePage::TakeStatementBack(id) => format!("/rights/{id}/statement/withdraw"),
        CasePage::TakeBack(id) => format!("/rights/{id}/withdraw"),
        CasePage::EndRestriction(id) => format!("/rights/{id}/lift"),
        CasePage::AnswerTime(id) => format!("/rights/{id}/time"),
        CasePage::Consent(about) => format!("/consent/{}", word(*about)),
        CasePage::Paper(kind) => format!("/documents/{}.pdf", kind.into_str()),
        CasePage::File(id) => format!("/documents/files/{id}"),
        CasePage::InMoney(page) => format!("/money/{}", in_money(page)),
        CasePage::InNeeds(page) => format!("/needs/{}", in_needs(page)),
        CasePage::PlanPayments => "/payments/plan".to_owned(),
        CasePage::Payment(id) => format!("/payments/{id}"),
        CasePage::NewMember => "/people/new".to_owned(),
        CasePage::Member(Voice::Person) => "/people/person".to_owned(),
        CasePage::Member(Voice::Member(id)) => format!("/people/{id}"),
        CasePage::Sharing => "/people/sharing".to_owned(),
        CasePage::SharingWith(with) => format!("/people/sharing/{}", shared_with(*with)),
        CasePage::EndSharing(with) => format!("/people/sharing/{}/end", shared_with(*with)),
        CasePage::InPlan(page) => format!("/plan/{}", in_plan(*page)),
        CasePage::Question(id) => format!("/questions/{id}"),
        CasePage::Review(id) => format!("/reviews/{id}"),
        CasePage::ReviewCalendar(id) => format!("/reviews/{id}/calendar.ics"),
        CasePage::HoldReview(id) => format!("/reviews/{id}/hold"),
        CasePage::Sent(id) => format!("/sign-off/sent/{id}"),
        named => format!("/{}", <&str>::from(named)),
    }
}

fn shared_with(with: SharedWith) -> Uuid {
    match with {
        SharedWith::Member(id) => id.0,
        SharedWith::Organisation(id) => id.0,
    }
}

fn in_money(page: &MoneyPage) -> String {
    match page {
        MoneyPage::Account(id) => format!("accounts/{id}"),
        MoneyPage::Entries => "entries".to_owned(),
        MoneyPage::File(id) => format!("files/{id}"),
        MoneyPage::Match => "match".to_owned(),
        MoneyPage::Notional => "notional".to_owned(),
        MoneyPage::Payment(id) => format!("payments/{id}"),
        MoneyPage::Receipts => "receipts".to_owned(),
        MoneyPage::TakeInStatement => "statement".to_owned(),
        MoneyPage::Statement(id) => format!("statements/{id}"),
    }
}

fn in_needs(page: &NeedsPage) -> String {
    match page {
        NeedsPage::Add => "add".to_owned(),
        NeedsPage::Check => "check".to_owned(),
        NeedsPage::List => "list".to_owned(),
        NeedsPage::Question(key) => format!("questions/{key}"),
        NeedsPage::Reopen => "reopen".to_owned(),
        NeedsPage::Settle(key) => format!("settle/{key}"),
        NeedsPage::Withdraw(id) => format!("withdraw/{id}"),
    }
}

fn in_plan(page: PlanPage) -> String {
    let item = |item: PlanItem| format!("{}/{}", word(item.list()), id_of(item));
    match page {
        PlanPage::List(list) => word(list).to_owned(),
        PlanPage::Add(list) => format!("{}/add", word(list)),
        PlanPage::Item(one) => item(one),
        PlanPage::Remove(one) => format!("{}/remove", item(one)),
        PlanPage::Holding => "holding".to_owned(),
        PlanPage::AddHolding => "holding/add".to_owned(),
        PlanPage::EndHolding(id) => format!("holding/{id}/end"),
        PlanPage::On => "on".to_owned(),
        PlanPage::ReviewDate => "review-date".to_owned(),
        PlanPage::Thread => "thread".to_owned(),
        PlanPage::Whole => "whole".to_owned(),
        PlanPage::Write(section) => format!("write/{}", section.into_str()),
    }
}

fn id_of(item: PlanItem) -> Uuid {
    match item {
        PlanItem::Action(id) => id.0,
        PlanItem::Line(id) => id.0,
        PlanItem::Outcome(id) => id.0,
        PlanItem::Risk(id) => id.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn queries_and_parts_are_added_to_an_address() {
        assert_eq!(Place::Home.done("saved"), "/home?done=saved");
        assert_eq!(Place::Home.with("next", "/a b&c"), "/home?next=%2Fa+b%26c");
        assert_eq!(Place::Home.asking(""), "/home");
        assert_eq!(Place::Guide(GuidePage::Stages).part("stage-1"), "/about/stages#stage-1");
    }

    fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push((path.display().to_string(), fs::read_to_string(&path).expect("text")));
            }
        }
    }

    #[test]
    fn a_letter_leads_to_a_place() {
        assert_eq!(Place::Contact.in_letter(), "{site}/contact");
        let mut found = vec![];
        sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        // Here it is written, and there it becomes the address of the service.
        found.retain(|(path, _)| !path.ends_with("/address.rs") && !path.ends_with("/mail.rs"));
        let by_hand = found.iter().filter(|(_, text)| text.contains(concat!("{", "site}")));
        let by_hand: Vec<&str> = by_hand.map(|(path, _)| path.as_str()).collect();
        assert_eq!(by_hand, [""; 0], "an address is written by hand: name a place");
    }
}
