//! Closing somebody's account, opening it again, and ending their sessions.
//!
//! An administrator reaches only accounts that have or had a post in their own
//! area, and closes only those that are nobody else's: one with a post in
//! another area too, or with a place in a family's circle, stays open, and only
//! the posts here are ended. A place is one whether or not it counts today:
//! consent comes and goes, and the sign-in is theirs meanwhile.
//!
//! What was closed can be opened again, whatever place its owner has got since:
//! that takes two, and opens nothing that was not theirs.

use crate::administer::{administrators, is_colleague, must_now, not_oneself, was_colleague};
use crate::session::Session;
use crate::{App, Error, account, directory, lists, stream, told};
use domain::access::{Action, Actor, HeldPost};
use domain::account::{self as accounts_of, Account};
use domain::{AccountId, AreaId, Author, Line, Refusal};
use store::lists::by_owner;
use store::{StoreError, Tx, accounts};

/// Whether an account has no post but in areas that this administrator
/// administers.
fn works_only_here(tx: &mut Tx<'_>, actor: &Actor, account: AccountId) -> Result<bool, StoreError> {
    for row in by_owner(tx, lists::POSTS, account.0)? {
        let posting: HeldPost = directory::body(&row)?;
        if !actor.may_in(Action::ManageColleagues, posting.area) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether nothing hangs on an account but those posts, and the seats that
/// colleagues have by them.
fn is_theirs_alone(tx: &mut Tx<'_>, actor: &Actor, account: AccountId) -> Result<bool, StoreError> {
    if !works_only_here(tx, actor, account)? {
        return Ok(false);
    }
    for row in by_owner(tx, lists::PLACES, account.0)? {
        if !lists::role_in(&row)?.is_of_a_body() {
            return Ok(false);
        }
    }
    Ok(true)
}

impl App {
    /// Closes an account at once: its sessions end, no link to it works, and
    /// it gets no letters after the one that says so. Posts that it has count
    /// no more until it is opened again, and are ended one by one, each with
    /// what hangs on it.
    pub async fn close_account(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
        why: Line,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?;
                app.must_be_proven(tx, &session)?;
                if !was_colleague(tx, area, account)? {
                    return Err(Error::Hidden);
                }
                if account == me.account {
                    return Err(not_oneself("close-why").into());
                }
                let close = |account: &Account, _| accounts_of::close(account, why.clone());
                let state = account::load(tx, account)?;
                let events = stream::decided(tx, &state, app.clock.now(), close)?;
                if events.is_empty() {
                    return Ok(());
                }
                if !is_theirs_alone(tx, &me, account)? {
                    return Err(Refusal::invalid(
                        "close-why",
                        "Their sign-in is used for something that is not yours to look after, so it stays open. End \
                         their posts here: then it opens nothing of this area",
                    )
                    .into());
                }
                app.write_to(tx, &[account], &told::closed())?;
                app.record_account(tx, Author::Account(me.account), account, &events)?;
                app.ask_about_what_they_gave(tx, Author::Account(me.account), account)?;
                accounts::end_sessions_of(tx, account, app.clock.now(), None)?;
                // Opened again in time they would still work otherwise.
                accounts::drop_all_one_time_links(tx, account)?;
                Ok(())
            })
            .await
    }

    /// Asks for a closed account to be opened again. Where there is one
    /// administrator and that is enough here, it is opened at once.
    pub async fn propose_reopening(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
        why: Line,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = app.may_reopen(tx, &actor, &session, area, account)?;
                let by = Author::Account(me);
                let propose =
                    |account: &Account, at| accounts_of::propose_reopening(account, why.clone(), at);
                let state = account::load(tx, account)?;
                let events = stream::decided(tx, &state, app.clock.now(), propose)?;
                if events.is_empty() {
                    return Ok(());
                }
                let others: Vec<AccountId> =
                    administrators(tx, area)?.into_iter().filter(|other| *other != me).collect();
                app.record_account(tx, by, account, &events)?;
                if others.is_empty() && app.one_is_enough(tx, area, me)? {
                    app.record_account(tx, by, account, &[accounts_of::Event::Reopened])?;
                    return Ok(app.write_to(tx, &[account], &told::reopened())?);
                }
                Ok(app.write_to(tx, &others, &told::waits_to_be_reopened(area, account))?)
            })
            .await
    }

    /// A second administrator opens it again.
    pub async fn reopen_account(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = app.may_reopen(tx, &actor, &session, area, account)?;
                let state = account::load(tx, account)?;
                let reopen = |account: &Account, at| accounts_of::reopen(account, me, at);
                let events = stream::decided(tx, &state, app.clock.now(), reopen)?;
                if events.is_empty() {
                    return Ok(());
                }
                let asked = state.reopening.and_then(|(by, _)| by.account());
                let administrators = administrators(tx, area)?;
                if !asked.is_some_and(|asked| administrators.contains(&asked)) {
                    return Err(Refusal::not_yet(
                        "Whoever asked for this is not an administrator here any more",
                        "Ask for it yourself when the 14 days are over",
                    )
                    .into());
                }
                app.record_account(tx, Author::Account(me), account, &events)?;
                Ok(app.write_to(tx, &[account], &told::reopened())?)
            })
            .await
    }

    fn may_reopen(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
    ) -> Result<AccountId, Error> {
        let me = must_now(self, tx, actor, Action::ManageColleagues, area)?;
        self.must_be_proven(tx, session)?;
        if !was_colleague(tx, area, account)? || !works_only_here(tx, &me, account)? {
            return Err(Error::Hidden);
        }
        Ok(me.account)
    }

    /// Signs a colleague out everywhere, and tells them. They sign in again
    /// with what they know and have.
    pub async fn end_colleagues_sessions(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
        why: Line,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                app.must_be_proven(tx, &session)?;
                if !is_colleague(tx, area, account)? {
                    return Err(Error::Hidden);
                }
                if account == me {
                    let own = "Your own sessions you end on the page “Your account”";
                    return Err(Refusal::invalid("sessions-why", own).into());
                }
                // Pressed twice: they are out, and have been told.
                if accounts::end_sessions_of(tx, account, app.clock.now(), None)? == 0 {
                    return Ok(());
                }
                let event = accounts_of::Event::SignedOut { why: why.clone() };
                app.record_account(tx, Author::Account(me), account, &[event])?;
                Ok(app.write_to(tx, &[account], &told::signed_out())?)
            })
            .await
    }
}
