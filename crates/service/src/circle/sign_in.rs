//! How somebody of the circle signs in, once they were let in: an invitation
//! that is sent again, an address that was not theirs, and what one colleague
//! gave alone and has left behind.

use super::{
    NO_LETTERS_THERE, Second, known, of_the_person, place_has_ended, second_ones, tell_those_who_confirm,
    works_in_the_area,
};
use crate::one_time_link::Purpose;
use crate::signoff::and_tell;
use crate::tally::Tally;
use crate::{App, Error, OpenCase, Steps, account, directory, lists};
use domain::access::{Action, Actor};
use domain::account::Event;
use domain::case::circle::{self, Given, Member};
use domain::case::{self, Case};
use domain::{AccountId, Author, CaseId, Date, EmailAddress, Line, MemberId, Prose, Refusal, Timestamp};
use std::sync::Arc;
use store::lists::by_owner;
use store::{StoreError, Tx, accounts};

/// How somebody of the circle signs in, as one reader sees it.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who let them in, and when.
    pub by: String,
    pub at: Timestamp,
    /// One colleague alone let them in, and nobody has looked at it.
    pub alone: bool,
    /// That colleague has left, so that others are asked about it.
    pub giver_left: bool,
    /// The reader may keep it or end it.
    pub may_look: bool,
    /// They have chosen a passphrase: from now on it is theirs.
    pub is_set_up: bool,
    /// Where the invitation went, for those who may put it right.
    pub address: Option<Line>,
}

/// How a member signs in; none where they do not, or sign in by a post.
fn sign_in_of(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    member: MemberId,
) -> Result<Option<SignIn>, StoreError> {
    let Some((member, account, given)) = let_in(case, member) else { return Ok(None) };
    let alone = case.circle.given_alone().any(|(m, ..)| m.id == member.id);
    let may_put_right = actor.may_put_address_right(case, given);
    let named = directory::named(tx, account)?.filter(|_| may_put_right);
    Ok(Some(SignIn {
        by: directory::author_name(tx, given.by)?,
        at: given.at,
        alone,
        giver_left: case.circle.left_alone().any(|(m, ..)| m.id == member.id),
        may_look: actor.may(Action::ConfirmSpeaker, case)
            && circle::may_look_at(case, actor.account, member.id).is_ok(),
        is_set_up: account::load(tx, account)?.is_set_up,
        address: named.and_then(|named| Line::parse(&named.email).ok()),
    }))
}

/// Whoever was let in by their account, with how.
fn let_in(case: &Case, member: MemberId) -> Option<(&Member, AccountId, Given)> {
    let member = case.circle.present().find(|m| m.id == member && !m.role.is_of_a_body())?;
    Some((member, member.account?, member.given?))
}

/// How often the address of somebody is put right in an hour.
const MOST_PUT_RIGHT: u64 = 3;

impl App {
    /// How somebody of a case that was opened with `see` signs in; none where
    /// they do not, or sign in by a post.
    pub async fn sign_in_of_member(
        &self,
        actor: &Actor,
        case: Arc<Case>,
        member: MemberId,
    ) -> Result<Option<SignIn>, Error> {
        let actor = actor.clone();
        self.read(move |tx| Ok(sign_in_of(tx, &actor, &case, member)?)).await
    }

    /// A second one keeps a sign-in that one colleague gave alone. Those who
    /// decide are told.
    pub async fn keep_sign_in(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        seen: Prose,
        on: Date,
    ) -> Result<Arc<Case>, Error> {
        self.act(actor, case, Action::ConfirmSpeaker, move |open| {
            known(open, member)?;
            let by = open.actor.account;
            let events = circle::keep_sign_in(open.case, by, member, seen.clone(), on, open.today)?;
            Ok(and_tell(open.case, events, those_who_decide(open.case), by))
        })
        .await
    }

    /// A second one ends it. They and those who decide are told.
    pub async fn end_sign_in(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        why: Prose,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, case, Action::ConfirmSpeaker, move |open| {
            known(open, member)?;
            let by = open.actor.account;
            let account = open.case.circle.member(member).and_then(|m| m.account);
            let events = circle::end_sign_in(open.case, by, member, why.clone())?;
            let others = those_who_decide(open.case).filter(|to| Some(*to) != account);
            let mut decided = and_tell(open.case, events, others, by);
            if let Some(account) = account {
                // To an address at which nobody signed in nothing more is written.
                if account::load(open.tx, account)?.is_set_up {
                    decided.mail.push(place_has_ended(account));
                }
                app.withdraw_invitation(open, account)?;
            }
            Ok(decided)
        })
        .await
    }

    /// The invitation goes out again, with a new link; the old one dies.
    pub async fn invite_member_again(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, case, Action::AddMember, move |open| {
            known(open, member)?;
            let account = not_set_up(open, member)?;
            app.write_again_once_an_hour(open.tx, &account.to_string())?;
            let why = Line::parse(directory::INVITED_AGAIN).expect("a line");
            app.invite_again(open.tx, Author::Account(open.actor.account), account, &why)?;
            Ok(vec![].into())
        })
        .await
    }

    /// An address that was not theirs gives way to another, as long as nobody
    /// has signed in with it: its link dies, and the new one is let in as if it
    /// were the first, with those told, or asked, who would be then.
    pub async fn put_address_right(
        &self,
        actor: &Actor,
        case: CaseId,
        member: MemberId,
        email: EmailAddress,
        how: Option<Prose>,
    ) -> Result<Arc<Case>, Error> {
        let app = self.clone();
        self.act(actor, case, Action::AddMember, move |open| {
            known(open, member)?;
            let wrong = not_set_up(open, member)?;
            let Some((found, _, given)) = let_in(open.case, member) else { return Err(Error::Hidden) };
            if !open.actor.may_put_address_right(open.case, given) {
                let message = "Whoever gave this address can put it right, or the care co-ordinator can";
                return Err(Refusal::not_allowed(message).into());
            }
            let (by, name) = (Author::Account(open.actor.account), found.name.clone());
            let account = app.account_at(open.tx, by, &name, &email)?;
            if account == wrong {
                let message = "The invitation went to this address. Send it again, or enter another one";
                return Err(Refusal::invalid("new-email", message).into());
            }
            if directory::is_closed(open.tx, account)? {
                return Err(Refusal::invalid("new-email", NO_LETTERS_THERE).into());
            }
            // A wrong address gives way at once, however lately it was written to.
            let put_right = Tally::of_an_hour(&["put-right", &member.to_string()]);
            if !put_right.take(&app, open.tx, MOST_PUT_RIGHT, open.now)? {
                return Err(Refusal::not_yet(
                    "This address was put right three times in the last hour",
                    "Ask them to spell it out, and try again when the hour is over. If a wrong one must not stand until then, take them out of the circle",
                )
                .into());
            }
            let works_here = works_in_the_area(open.tx, open.case, account)?;
            let mut steps = Steps::upon(open.case, by, open.now);
            let why = Prose::parse("The address was not right").expect("it is prose");
            steps.then(|case| circle::withdraw_sign_in(case, member, why))?;
            steps
                .then(|case| circle::invite(case, member, account, works_here, how.clone()))
                .map_err(at_its_own_field)?;
            let events = steps.events();
            app.write_to_invited(open, &events)?;
            app.withdraw_invitation(open, wrong)?;
            let is_let_in = |event: &case::Event| {
                matches!(event, case::Event::Circle(circle::Event::MemberInvited { .. }))
            };
            if events.iter().any(is_let_in) {
                let to = those_who_decide(open.case).filter(|to| *to != wrong);
                return Ok(and_tell(open.case, events, to, open.actor.account));
            }
            Ok(tell_those_who_confirm(open, events)?)
        })
        .await
    }

    /// An account that nobody has set up, and that leads to nothing else, opens
    /// by no link any more.
    pub(super) fn withdraw_invitation(
        &self,
        open: &mut OpenCase<'_, '_>,
        account: AccountId,
    ) -> Result<(), StoreError> {
        let state = account::load(open.tx, account)?;
        if state.is_set_up || state.closed.is_some() || leads_elsewhere(open.tx, account, open.case.id)? {
            return Ok(());
        }
        let why = Line::parse("A place in a circle has ended").expect("a line");
        let by = Author::Account(open.actor.account);
        self.record_account(open.tx, by, account, &[Event::InvitationWithdrawn { why }])?;
        accounts::drop_one_time_links(open.tx, account, Purpose::Invitation.into_str()).map(drop)
    }
}

/// The fields of the form that puts an address right have names of their own.
fn at_its_own_field(mut no: Refusal) -> Refusal {
    no.field = no.field.map(|field| format!("new-{field}"));
    no
}

/// The account of somebody who was invited and has not set up a sign-in.
fn not_set_up(open: &mut OpenCase<'_, '_>, member: MemberId) -> Result<AccountId, Error> {
    let Some((_, account, _)) = let_in(open.case, member) else {
        return Err(Refusal::already_done("They have no invitation that is open").into());
    };
    if directory::is_closed(open.tx, account)? {
        return Err(Refusal::not_yet(NO_LETTERS_THERE, "").into());
    }
    if account::load(open.tx, account)?.is_set_up {
        return Err(Refusal::already_done(
            "Somebody has signed in with this address already. Only they can change how they sign in. If it is \
             not them, take them out of the circle",
        )
        .into());
    }
    Ok(account)
}

/// Whether an account has a place in another case, a post, or is to get one.
fn leads_elsewhere(tx: &mut Tx<'_>, account: AccountId, case: CaseId) -> Result<bool, StoreError> {
    let places = by_owner(tx, lists::PLACES, account.0)?;
    Ok(places.iter().any(|row| row.stream.id != case.0)
        || !by_owner(tx, lists::POSTS, account.0)?.is_empty()
        || !by_owner(tx, lists::PROPOSALS, account.0)?.is_empty())
}

fn those_who_decide(case: &Case) -> impl Iterator<Item = AccountId> + '_ {
    of_the_person(case).chain(case.circle.deciders_told())
}

/// Who is asked about something that waits for a second one; nobody where it
/// waits no more.
pub(crate) fn asked_about(tx: &mut Tx<'_>, case: &Case, what: Second) -> Result<Vec<AccountId>, StoreError> {
    let may: Box<dyn Fn(AccountId) -> bool + '_> = match what {
        Second::Proposal(number) => match case.circle.waiting().find(|p| p.number == number) {
            Some(proposal) => Box::new(|by| circle::may_answer(case, by, proposal).is_ok()),
            None => return Ok(vec![]),
        },
        Second::SignIn(member) => match case.circle.left_alone().find(|(m, ..)| m.id == member) {
            Some(_) => Box::new(move |by| circle::may_look_at(case, by, member).is_ok()),
            None => return Ok(vec![]),
        },
    };
    Ok(second_ones(tx, case, may)?.asked())
}
