//! The rows of every list, made from folded state alone, so that they can be
//! thrown away and made again.

use crate::circle::Second;
use crate::happened::Happened;
use crate::keeping::{Held, Kept, KeptRequest};
use crate::lists::{
    AREAS, CASE_NUMBERS, CASES, CLOSED, CLOSED_ACCOUNTS, ENQUIRIES, ERASED, FORMER, FREE, GIVEN, HELD,
    HELD_CASES, KEPT, KEPT_REQUESTS, MY_CASES, NAMES, NEEDS_FACTOR, NOT_KNOWN, NOT_SET_UP, ORGANISATIONS,
    PLACES, POSTS, PROPOSALS, PUT_FORWARD, PlaceOf, RESTRICTED, RequestRow, SEATS, SECONDS, TURNS, json,
    request_state,
};
use crate::security;
use crate::stream::Projected;
use domain::access::{self, Action, Facts, Post, Queue, Role, Verdict};
use domain::account::{self, Account};
use domain::area::Area;
use domain::case::circle::{self, Member, SharedWith};
use domain::case::lists::CaseRow;
use domain::case::rights::Hold;
use domain::case::{self, Case, CaseRole};
use domain::enquiry::Enquiry;
use domain::framework::{self, Framework};
use domain::organisation::{self, Organisation};
use domain::{AccountId, AreaId, Author, Date, Timestamp, dates};
use store::lists::{ListRow, search_key};
use store::{StoreError, Tx, open_lines};

impl Projected for Case {
    fn ruled_by(&self) -> Option<AreaId> {
        self.area()
    }

    fn rows(&self, framework: Option<&Framework>) -> Vec<ListRow> {
        framework.map_or_else(Vec::new, |framework| of_case(self, framework))
    }

    /// A line of a bank statement waits until somebody says what it was, and
    /// again when that is taken back.
    fn note(&self, tx: &mut Tx<'_>, event: &case::Event) -> Result<(), StoreError> {
        use domain::case::arrangement::Event as E;
        let case::Event::Arrangement(event) = event else { return Ok(()) };
        match event {
            E::SpendingMatched { bank_line, .. }
            | E::PaymentArrived { bank_line, .. }
            | E::MoneyInExplained { bank_line, .. } => open_lines::settle(tx, self.id, *bank_line),
            E::SpendingUnmatched { bank_line, .. } => open_lines::reopen(tx, self.id, *bank_line),
            _ => Ok(()),
        }
    }
}

/// Until when a case is kept.
fn kept(case: &Case, framework: &Framework, row: &CaseRow) -> Option<ListRow> {
    let (until, state) = match case.kept(&framework.retention)? {
        case::Kept::Until(day) => (Some(day), FREE),
        case::Kept::Restricted => (None, RESTRICTED),
        case::Kept::BirthNotKnown => (None, NOT_KNOWN),
        case::Kept::Held => (None, HELD),
        case::Kept::Erased => (None, ERASED),
    };
    let of_a_hold = |hold: &Hold| Held { id: hold.id, why: String::new(), since: dates::london(hold.at) };
    let last = dates::london(case.used?);
    let body = Kept {
        case: case.id,
        reference: row.reference.clone(),
        last,
        until,
        is_something_asked: case.rights.is_anything_waiting(),
        holds: case.rights.holds().map(of_a_hold).collect(),
    };
    Some(ListRow {
        list: KEPT.into(),
        area: Some(row.area.0),
        due: until,
        state: Some(state.to_owned()),
        folded: Some(search_key(&row.reference)),
        sort: Some(format!("{} {}", until.unwrap_or(last), row.reference)),
        body: json(&body),
        ..ListRow::default()
    })
}

fn of_case(case: &Case, framework: &Framework) -> Vec<ListRow> {
    let Some(row) = case.row(framework) else { return vec![] };
    let body = json(&row);
    let base = ListRow {
        list: CASES.into(),
        area: Some(row.area.0),
        due: row.due,
        state: Some(json(&row.stage).trim_matches('"').to_owned()),
        folded: Some(search_key(&format!("{} {}", row.name, row.reference))),
        sort: Some(format!(
            "{} {}",
            row.due.map_or("9999-12-31".to_owned(), |d| d.to_string()),
            row.reference
        )),
        body,
        ..ListRow::default()
    };
    let mut rows = vec![base.clone()];
    rows.extend(kept(case, framework, &row));
    let facts = Facts::of(case);
    let knows = |role: Role| access::decide(role, Action::SeeCase, facts) == Verdict::Allowed;
    let mut accounts: Vec<AccountId> = case.accounts().collect();
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        let places = known_places(case, account, knows);
        if !places.is_empty() {
            let (list, owner) = (MY_CASES.into(), Some(account.0));
            let body = match case.circle.member_of(account) {
                Some(member) if member.role == CaseRole::Supporter => {
                    json(&as_shared(case, &row, SharedWith::Member(member.id)))
                }
                Some(member) => json(&as_read(case, framework, member)),
                None => base.body.clone(),
            };
            rows.push(ListRow { list, owner, state: Some(json(&places)), body, ..base.clone() });
        }
    }
    let seats = case.circle.present().filter(|m| m.role.is_of_a_body());
    rows.extend(seats.filter_map(|m| m.account.map(|account| (m, account))).map(|(member, account)| {
        ListRow {
            list: SEATS.into(),
            area: Some(row.area.0),
            owner: Some(account.0),
            state: Some(member.role.into_str().into()),
            sort: Some(row.reference.clone()),
            body: json(&member.organisation),
            ..ListRow::default()
        }
    }));
    let needing = case.circle.present().filter(|m| access::place_needs_second_factor(m.role));
    rows.extend(needing.filter_map(|m| m.account).map(|account| ListRow {
        list: NEEDS_FACTOR.into(),
        owner: Some(account.0),
        ..ListRow::default()
    }));
    rows.extend(row.organisations.iter().filter_map(|organisation| {
        let with = SharedWith::Organisation(*organisation);
        let until = case.circle.sees_until(with)?;
        Some(ListRow {
            list: HELD_CASES.into(),
            owner: Some(organisation.0),
            state: until.map(|last| last.to_string()),
            body: json(&as_shared(case, &row, with)),
            ..base.clone()
        })
    }));
    rows.extend(number(&row.reference).map(|(series, number)| ListRow {
        list: CASE_NUMBERS.into(),
        area: Some(row.area.0),
        state: Some(series.to_owned()),
        sort: Some(format!("{:010}", 9_999_999_999_u64.saturating_sub(number))),
        body: number.to_string(),
        ..ListRow::default()
    }));
    for turn in &row.turns {
        for queue in turn.of.iter().filter_map(|role| Queue::of(*role)) {
            rows.push(ListRow {
                list: TURNS.into(),
                state: Some(queue.into_str().into()),
                due: turn.due,
                ..base.clone()
            });
        }
    }
    rows.extend(crate::arrangement::money::rows(case, row.area.0, &row.reference));
    rows.extend(places(case));
    rows.extend(given(case, row.area.0));
    rows.extend(seconds(case, row.area.0));
    rows
}

fn given(case: &Case, area: uuid::Uuid) -> impl Iterator<Item = ListRow> {
    case.circle.given_alone().map(move |(member, by, _)| ListRow {
        list: GIVEN.into(),
        area: Some(area),
        owner: Some(by.0),
        state: Some(member.role.into_str().into()),
        ..ListRow::default()
    })
}

/// After how many days those who can confirm something are reminded of it.
const REMIND_AFTER_DAYS: i32 = 5;

fn seconds(case: &Case, area: uuid::Uuid) -> impl Iterator<Item = ListRow> {
    let asked = case.circle.waiting().map(|p| (p.at, Second::Proposal(p.number)));
    let left = case.circle.left_alone().map(|(m, _, at)| {
        let since = m.given.and_then(|given| given.left).unwrap_or(at);
        (since, Second::SignIn(m.id))
    });
    asked.chain(left).map(move |(since, what)| {
        let due = dates::days_after(dates::london(since), REMIND_AFTER_DAYS);
        ListRow {
            list: SECONDS.into(),
            area: Some(area),
            due: Some(due),
            sort: Some(due.to_string()),
            body: json(&what),
            ..ListRow::default()
        }
    })
}

/// Every place with an account, once.
fn places(case: &Case) -> impl Iterator<Item = ListRow> {
    let held = case.circle.present().filter_map(|m| m.account.map(|account| (account, m.role)));
    let held: std::collections::BTreeSet<(AccountId, CaseRole)> = held.collect();
    held.into_iter().map(|(account, role)| ListRow {
        list: PLACES.into(),
        owner: Some(account.0),
        state: Some(role.into_str().into()),
        ..ListRow::default()
    })
}

/// The places of an account in a case of which it may know.
fn known_places(case: &Case, account: AccountId, knows: impl Fn(Role) -> bool) -> Vec<PlaceOf> {
    let counting: Vec<CaseRole> = case.circle.roles_of(account).collect();
    let mut places: Vec<PlaceOf> = case
        .circle
        .present()
        .filter(|m| m.account == Some(account) && counting.contains(&m.role))
        .filter_map(|m| {
            let until = match m.role {
                CaseRole::Supporter => case.circle.sees_until(SharedWith::Member(m.id))?,
                role => knows(Role::Case(role)).then_some(None)?,
            };
            Some(PlaceOf { role: m.role, organisation: m.organisation, until })
        })
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The row as somebody may read it with whom the person shares part by part:
/// what waits in other parts is not theirs to know.
fn as_shared(case: &Case, row: &CaseRow, with: SharedWith) -> CaseRow {
    // On which day it is read is asked when the list is.
    let shared = match case.circle.shared_with(with) {
        Some(shared) => shared.parts.iter().copied().collect(),
        None => case.circle.sight_of(with, Date::MAX).parts,
    };
    let facts = Facts { shares_with_them: true, shared, ..Facts::of(case) };
    let role = circle::role_of(with);
    row.clone().as_read_by(|action| access::decide(role, action, facts) == Verdict::Allowed)
}

/// The row as somebody of the circle may read it by their place.
fn as_read(case: &Case, framework: &Framework, member: &Member) -> Option<CaseRow> {
    let facts = Facts::of_member(case, member);
    let may = |action| access::decide(Role::Case(member.role), action, facts) == Verdict::Allowed;
    Some(case.row_of(member, framework)?.as_read_by(may))
}

/// The series and number of a reference like `MV-2026-0042`.
fn number(reference: &str) -> Option<(&str, u64)> {
    let (series, number) = reference.rsplit_once('-')?;
    Some((series, number.parse().ok()?))
}

impl Projected for Enquiry {
    fn rows(&self, _: Option<&Framework>) -> Vec<ListRow> {
        let mut rows: Vec<ListRow> = kept_request(self).into_iter().collect();
        let Some(made) = self.made.as_ref().filter(|_| self.is_open()) else { return rows };
        rows.push(ListRow {
            list: ENQUIRIES.into(),
            area: Some(made.area.0),
            owner: self.taken_on.map(|a| a.0),
            state: Some(request_state(self.sent_to)),
            due: Some(made.answer_by),
            folded: Some(search_key(&format!("{} {}", made.name, made.reference))),
            sort: Some(format!("{} {}", made.answer_by, made.reference)),
            body: json(&RequestRow {
                id: self.id,
                reference: made.reference.to_string(),
                name: made.name.to_string(),
                answer_by: made.answer_by,
                taken_on: self.taken_on,
            }),
        });
        rows
    }
}

/// A request that led to no case is kept by a rule of its own.
fn kept_request(request: &Enquiry) -> Option<ListRow> {
    let made = request.made.as_ref().filter(|_| request.case.is_none())?;
    let last = dates::london(request.last?);
    let body = KeptRequest { request: request.id, reference: made.reference.clone(), last };
    Some(ListRow {
        list: KEPT_REQUESTS.into(),
        area: Some(made.area.0),
        due: Some(last),
        sort: Some(format!("{last} {}", made.reference)),
        body: json(&body),
        ..ListRow::default()
    })
}

impl Projected for Account {
    fn in_security_log(&self, by: Author, event: &account::Event) -> Option<Happened> {
        security::of_account(self.id, by, event)
    }

    fn rows(&self, _: Option<&Framework>) -> Vec<ListRow> {
        let Some(name) = &self.name else { return vec![] };
        // Who is known by name alone has none.
        let email = self.email.as_ref().map_or("", |email| email.as_str());
        let mut rows = vec![ListRow {
            list: NAMES.into(),
            owner: Some(self.id.0),
            state: self
                .closed
                .map(|_| CLOSED.to_owned())
                .or_else(|| self.removal.as_ref().map(|removal| removal.asked.as_second().to_string())),
            folded: Some(search_key(name.as_str())),
            body: json(&(name.as_str(), email)),
            ..ListRow::default()
        }];
        let is_in = |list: &str, is_in: bool| {
            is_in.then(|| ListRow { list: list.into(), owner: Some(self.id.0), ..ListRow::default() })
        };
        rows.extend(is_in(NOT_SET_UP, !self.is_set_up && self.email.is_some()));
        rows.extend(is_in(CLOSED_ACCOUNTS, self.closed.is_some()));
        rows.extend(self.put_forward.iter().map(|typed| ListRow {
            list: PUT_FORWARD.into(),
            owner: Some(typed.proposal.0),
            body: json(&(typed.name.as_str(), typed.email.as_str())),
            ..ListRow::default()
        }));
        rows
    }
}

impl Projected for Organisation {
    fn in_security_log(&self, by: Author, event: &organisation::Event) -> Option<Happened> {
        security::of_organisation(self, by, event)
    }

    fn rows(&self, _: Option<&Framework>) -> Vec<ListRow> {
        let (Some(area), Some(name), Some(kind)) = (self.area, &self.name, self.kind) else {
            return vec![];
        };
        let mut rows = vec![ListRow {
            list: ORGANISATIONS.into(),
            area: Some(area.0),
            owner: Some(self.id.0),
            sort: Some(search_key(name.as_str())),
            body: json(&(self.id, name.as_str(), kind)),
            ..ListRow::default()
        }];
        rows.extend(self.posts.iter().map(|(account, post): &(AccountId, Post)| ListRow {
            list: POSTS.into(),
            area: Some(area.0),
            owner: Some(account.0),
            state: Some(post.into_str().into()),
            body: json(&domain::access::HeldPost { area, organisation: self.id, kind, post: *post }),
            ..ListRow::default()
        }));
        let in_time = |at: Timestamp| Some(format!("{:020}", at.as_microsecond().max(0)));
        rows.extend(self.proposals.iter().map(|proposal| ListRow {
            list: PROPOSALS.into(),
            area: Some(area.0),
            owner: Some(proposal.account.0),
            sort: in_time(proposal.at),
            body: json(&(self.id, proposal)),
            ..ListRow::default()
        }));
        rows.extend(self.former.iter().map(|former| ListRow {
            list: FORMER.into(),
            area: Some(area.0),
            owner: Some(former.account.0),
            sort: in_time(former.ended),
            body: json(&(self.id, former)),
            ..ListRow::default()
        }));
        rows
    }
}

impl Projected for Area {
    fn in_security_log(&self, by: Author, event: &framework::Event) -> Option<Happened> {
        Some(security::of_area(self.id, by, event))
    }

    fn rows(&self, _: Option<&Framework>) -> Vec<ListRow> {
        let Some(framework) = &self.framework else { return vec![] };
        vec![ListRow {
            list: AREAS.into(),
            area: Some(framework.area.0),
            owner: Some(framework.area.0),
            sort: Some(search_key(framework.area_name.as_str())),
            body: json(&(framework.area, framework.area_name.as_str())),
            ..ListRow::default()
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::RecordPart;
    use domain::case::circle::Voice;
    use domain::case::lists::TurnRow;
    use domain::place::{CasePage, MoneyPage, NeedsPage};
    use domain::testing::{case_of, framework, id, joined, named, opened, prose};
    use strum::VariantArray as _;

    /// Whatever a turn leads to is opened by what the page itself says, also
    /// where no turn leads there so far.
    #[test]
    fn somebody_who_helps_is_told_of_no_turn_on_a_page_that_is_not_shared_with_them() {
        let (area, sam) = (id(1), id(2));
        let shared = |parts: &[RecordPart]| {
            let with = SharedWith::Member(sam);
            let (parts, how) = (parts.to_vec(), prose("One blink"));
            circle::Event::RecordShared { with, parts, until: None, voice: Voice::Person, how }.into()
        };
        let pages = [
            (CasePage::Sent(id(3)), RecordPart::Plan),
            (CasePage::Review(id(4)), RecordPart::Reviews),
            (CasePage::Payment(id(5)), RecordPart::Payments),
            (CasePage::Member(Voice::Person), RecordPart::People),
            (CasePage::InNeeds(NeedsPage::Check), RecordPart::Needs),
            (CasePage::InMoney(MoneyPage::Entries), RecordPart::Payments),
        ];
        for (page, part) in pages {
            let listed = |parts: &[RecordPart]| {
                let joined = joined(sam, "Sam", CaseRole::Supporter, Some(id(7)));
                let case = case_of(&[opened(area), named("Alice"), joined, shared(parts)]);
                let turn = TurnRow {
                    of: vec![],
                    task: String::new(),
                    page: page.clone(),
                    due: None,
                    from: None,
                    until: None,
                    not_of: vec![],
                };
                let row = case.row(&framework()).expect("it is opened");
                as_shared(&case, &CaseRow { turns: vec![turn], ..row }, SharedWith::Member(sam)).turns.len()
            };
            let others: Vec<RecordPart> =
                RecordPart::VARIANTS.iter().copied().filter(|other| *other != part).collect();
            assert_eq!((listed(&[part]), listed(&others)), (1, 0), "{page:?}");
        }
    }
}
