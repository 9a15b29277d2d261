//! The people around the person: adding colleagues and family, inviting them,
//! and telling whoever asked a question that there is an answer.

use crate::mail::Letter;
use crate::{App, Decided, No, lists, people};
use domain::access::{Action, Actor, Post, Posting};
use domain::case::circle::{self, CaseRole, ContactBy, NewMember};
use domain::case::{self, Case, Voice};
use domain::{AccountId, AreaId, Author, CaseId, Line, MemberId, OrganisationId, QuestionId, Refusal};
use store::lists::{Filter, by_area};
use store::{StoreError, Tx};

/// Someone who works with people in an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub account: AccountId,
    pub name: String,
    pub organisation: OrganisationId,
    pub organisation_name: String,
}

/// Everyone with a practitioner's post in the area, by name.
pub fn colleagues(tx: &mut Tx<'_>, area: AreaId) -> Result<Vec<Colleague>, StoreError> {
    let organisations = people::organisations(tx, area)?;
    let filter = Filter { limit: 2_000, ..Filter::default() };
    let mut found = Vec::new();
    for listed in by_area(tx, lists::POSTS, area.0, &filter)? {
        let posting: Posting = people::body(&listed)?;
        let Some(owner) = listed.row.owner.filter(|_| posting.post == Post::Practitioner) else { continue };
        let account = AccountId(owner);
        let Some(named) = people::named(tx, account)? else { continue };
        let organisation_name = organisations
            .iter()
            .find(|(id, ..)| *id == posting.organisation)
            .map_or_else(String::new, |(_, name, _)| name.clone());
        let organisation = posting.organisation;
        found.push(Colleague { account, name: named.name, organisation, organisation_name });
    }
    found.sort_by(|a, b| (&a.name, a.account).cmp(&(&b.name, b.account)));
    found.dedup_by_key(|colleague| colleague.account);
    Ok(found)
}

impl App {
    /// Adds someone to the circle. Whoever takes a place of the NHS or the
    /// council is one of the colleagues of the area, and only a colleague adds
    /// them: nobody gives such a place to themselves.
    pub async fn add_member(&self, actor: &Actor, case: CaseId, new: NewMember) -> Result<u64, No> {
        self.act(actor, case, Action::ManageCircle, move |desk| {
            let mut new = new.clone();
            if circle::is_of_a_body(new.role) {
                let recorder = desk.case.circle.roles_of(desk.actor.account).any(circle::is_of_a_body);
                if !recorder {
                    return Err(Refusal::not_allowed(
                        "Only the care co-ordinator can add people who work for the NHS or the council",
                    )
                    .into());
                }
                let area = desk.case.area().ok_or(No::Hidden)?;
                let known = colleagues(desk.tx, area)?;
                let chosen = known.iter().find(|colleague| Some(colleague.account) == new.account);
                let Some(chosen) = chosen else {
                    return Err(Refusal::invalid("colleague", "Choose a colleague from the list").into());
                };
                new.organisation = Some(chosen.organisation);
                if let Ok(name) = Line::parse(&chosen.name) {
                    new.name = name;
                }
            } else {
                new.account = None;
            }
            Ok(circle::join(desk.case, new)?.into())
        })
        .await
    }

    /// Sends someone of the circle a link to set up their own sign-in.
    pub async fn invite_member(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        email: Line,
    ) -> Result<u64, No> {
        let app = self.clone();
        self.act(actor, case, Action::ManageCircle, move |desk| {
            let Some(found) = desk.case.circle.present().find(|m| m.id == member) else {
                return Err(No::Hidden);
            };
            // Pressed twice: they have their letter.
            let known = store::accounts::account_by_login_name(desk.tx, &store::lists::fold(email.as_str()))?;
            if known.is_some() && known == found.account {
                return Ok(Decided::default());
            }
            let by = Author::Account(desk.actor.account);
            let why = Line::parse("A place in the circle of a personal health budget").expect("it is a line");
            let account = app.invite(desk.tx, by, &found.name, &email, &why)?;
            Ok(circle::invite(desk.case, member, account)?.into())
        })
        .await
    }
}

/// The letter to whoever asked a question that has been answered; none where
/// they have no sign-in, or do not want emails.
#[must_use]
pub fn news_for_asker(case: &Case, question: QuestionId, events: &[case::Event]) -> Vec<Letter> {
    let Some(asked) = case.offer.questions.iter().find(|q| q.id == question && !events.is_empty()) else {
        return vec![];
    };
    if !circle::may_contact(case, asked.voice, ContactBy::Email) {
        return vec![];
    }
    let is_asker = |member: &&case::circle::Member| match asked.voice {
        Voice::Person => member.role == CaseRole::Person,
        Voice::Member(id) => member.id == id,
    };
    let account = case.circle.present().find(is_asker).and_then(|member| member.account);
    account
        .map(|to| Letter {
            to,
            subject: "There is an answer to your question".into(),
            body: format!(
                "A question you asked has been answered.\n\nSign in to read it: {{site}}/cases/{}/questions\n",
                case.id
            ),
        })
        .into_iter()
        .collect()
}
