//! A second step that was lost: asked to be taken away, agreed to by others,
//! told to its owner by another way, and gone after a day at the earliest.

use crate::account::{self, Opened};
use crate::address::Address as _;
use crate::administer::{administrators, is_here, must, must_now, not_oneself, was_colleague};
use crate::factor::must_be_live;
use crate::happened::Happened;
use crate::one_time_link::Purpose;
use crate::session::Session;
use crate::tally::Tally;
use crate::told::Told;
use crate::{App, Error, directory, lists};
use domain::access::{Action, Actor};
use domain::account::{Account, Event, Lacks};
use domain::place::Place;
use domain::security::Kind;
use domain::{AccountId, AreaId, Author, Line, Refusal, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::{self, Credential};
use store::{StoreError, Tx, factors};

/// How often it can be asked in a day for one account, so that nobody's
/// mailbox is filled.
const MOST_ASKED: u64 = 3;
/// The most administrators who are written to.
const MOST_TOLD: usize = 50;

/// Who asked for a removal or agreed to it, as an administrator of one area
/// sees it. What somebody of another area typed is not theirs to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Owner(String),
    /// A name, and how they know.
    OfThisArea(String, String),
    OfAnother,
}

/// What an administrator sees of a removal that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub at: Timestamp,
    pub by: By,
    /// Who agreed, and how they know, but for the owner.
    pub agreed: Vec<By>,
    pub i_agreed: bool,
    pub lacks: BTreeSet<Lacks>,
}

fn areas_of(app: &App, tx: &mut Tx<'_>, account: AccountId) -> Result<BTreeSet<AreaId>, Error> {
    let actor = directory::by_posts(app, tx, account)?.ok_or(Error::Hidden)?;
    Ok(actor.posts.iter().map(|posting| posting.area).collect())
}

/// Whether an account has a place in any circle that needs a second step.
fn has_such_a_place(tx: &mut Tx<'_>, owner: AccountId) -> Result<bool, StoreError> {
    Ok(!store::lists::by_owner(tx, lists::NEEDS_FACTOR, owner.0)?.is_empty())
}

/// Somebody who asked or agreed, for a reader of this area.
fn seen_from(app: &App, tx: &mut Tx<'_>, area: AreaId, who: AccountId, why: &Line) -> Result<By, Error> {
    let is_here = areas_of(app, tx, who).is_ok_and(|areas| areas.contains(&area));
    let named = directory::named(tx, who)?.filter(|_| is_here);
    Ok(named.map_or(By::OfAnother, |named| By::OfThisArea(named.name, why.as_str().to_owned())))
}

impl App {
    fn lacks(
        &self,
        tx: &mut Tx<'_>,
        owner: AccountId,
        state: &Account,
    ) -> Result<Option<BTreeSet<Lacks>>, Error> {
        let now = self.clock.now();
        let Some(removal) = state.open_removal(now) else { return Ok(None) };
        let works_in = areas_of(self, tx, owner)?;
        let mut administers: BTreeMap<AccountId, BTreeSet<AreaId>> = BTreeMap::new();
        for area in &works_in {
            for account in administrators(tx, *area)? {
                administers.entry(account).or_default().insert(*area);
            }
        }
        // One is enough only where every area's rule says so of one who agreed.
        let mut one = true;
        for area in &works_in {
            let mut is_enough = false;
            for (account, _) in removal.agreed.iter().filter(|(account, _)| *account != owner) {
                let theirs = administers.get(account).is_some_and(|areas: &BTreeSet<_>| areas.contains(area));
                is_enough = is_enough || theirs && self.one_is_enough(tx, *area, *account)?;
            }
            one &= is_enough;
        }
        let of = |account: AccountId| administers.get(&account).cloned().unwrap_or_default();
        let mut lacks = removal.lacks(owner, &works_in, of, one, now);
        if works_in.is_empty() && has_such_a_place(tx, owner)? {
            lacks.insert(Lacks::Place);
        }
        Ok(Some(lacks))
    }

    /// The owner, who has given their passphrase and cannot give their second
    /// step, asks that it be taken away. They are written to at once.
    pub async fn ask_for_removal(&self, session: &Session) -> Result<(), Error> {
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                must_be_live(tx, &session, app.clock.now())?;
                let why = Line::parse("Asked at sign-in, with the passphrase").expect("a line");
                let owner = session.account;
                app.record_asked(tx, Author::Account(owner), owner, &why).map(drop)
            })
            .await
    }

    /// Records that it is asked, unless it is already; `true` if it was news.
    fn record_asked(&self, tx: &mut Tx<'_>, by: Author, owner: AccountId, why: &Line) -> Result<bool, Error> {
        let (now, works_in) = (self.clock.now(), areas_of(self, tx, owner)?);
        let state = account::load(tx, owner)?;
        let events = state.ask_for_removal(why.clone(), !works_in.is_empty(), now)?;
        // A mailbox alone would open what they see of others: nobody else is asked.
        if works_in.is_empty() && has_such_a_place(tx, owner)? {
            return Err(Refusal::not_yet(
                "You help somebody here, so your second step cannot be taken away by a letter alone",
                "Use a printed code if you have one. Or ask their care co-ordinator to take you out of their \
                 circle: then ask here again, and they add you anew",
            )
            .into());
        }
        if events.is_empty() {
            return Ok(false);
        }
        let asked = Tally::of_a_day(&["removal", &owner.to_string()]);
        if !asked.take(self, tx, MOST_ASKED, now)? {
            return Err(Refusal::not_yet(
                "This was asked and stopped several times today",
                "Wait a day, or ask the people who run this service to get in touch",
            )
            .into());
        }
        self.record_account(tx, by, owner, &events)?;
        self.tell_of_removal(tx, owner, !works_in.is_empty())?;
        self.tell_administrators(tx, by, owner, &works_in)?;
        Ok(true)
    }

    /// Writes to the administrators of the areas, but for who asks.
    fn tell_administrators(
        &self,
        tx: &mut Tx<'_>,
        by: Author,
        owner: AccountId,
        areas: &BTreeSet<AreaId>,
    ) -> Result<(), Error> {
        let mut to = BTreeSet::new();
        for area in areas {
            to.extend(administrators(tx, *area)?);
        }
        to.retain(|account| *account != owner && Author::Account(*account) != by);
        let to: Vec<AccountId> = to.into_iter().take(MOST_TOLD).collect();
        Ok(self.write_to(tx, &to, &asked_of_a_colleague())?)
    }

    /// An administrator of an area in which the account has a post records
    /// that its owner asked, and how they know; it counts as their agreement.
    pub async fn ask_for_colleagues_removal(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
        why: Line,
    ) -> Result<(), Error> {
        self.agree(actor, session, area, account, why, true).await
    }

    /// Another administrator agrees to it.
    pub async fn agree_to_colleagues_removal(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        account: AccountId,
        why: Line,
    ) -> Result<(), Error> {
        self.agree(actor, session, area, account, why, false).await
    }

    async fn agree(
        &self,
        actor: &Actor,
        session: &Session,
        area: AreaId,
        owner: AccountId,
        why: Line,
        asks: bool,
    ) -> Result<(), Error> {
        let (app, actor, session) = (self.clone(), actor.clone(), session.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                app.must_be_proven(tx, &session)?;
                if owner == me {
                    return Err(not_oneself("why").into());
                }
                if !is_here(tx, area, owner)? {
                    return Err(Error::Hidden);
                }
                if asks {
                    app.record_asked(tx, Author::Account(me), owner, &why)?;
                }
                let state = account::load(tx, owner)?;
                let events = state.agree_to_removal(owner, me, why.clone(), app.clock.now())?;
                if !events.is_empty() {
                    app.record_account(tx, Author::Account(me), owner, &events)?;
                }
                Ok(())
            })
            .await
    }

    /// An administrator stops it.
    pub async fn stop_colleagues_removal(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
    ) -> Result<(), Error> {
        let (app, actor) = (self.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let me = must_now(&app, tx, &actor, Action::ManageColleagues, area)?.account;
                if !is_here(tx, area, account)? {
                    return Err(Error::Hidden);
                }
                app.stop_removal(tx, Author::Account(me), account)
            })
            .await
    }

    /// What is asked for the account of a colleague, for those who may read it.
    /// Nothing of somebody who has left or whose sign-in is closed.
    pub async fn removal_of(
        &self,
        actor: &Actor,
        area: AreaId,
        account: AccountId,
    ) -> Result<Option<Asked>, Error> {
        must(actor, Action::SeeOffice, area)?;
        let (app, me) = (self.clone(), actor.account);
        self.db
            .read(move |tx| {
                if !was_colleague(tx, area, account)? {
                    return Err(Error::Hidden);
                }
                if !is_here(tx, area, account)? {
                    return Ok(None);
                }
                let state = account::load(tx, account)?;
                let Some(lacks) = app.lacks(tx, account, &state)? else { return Ok(None) };
                let Some(removal) = state.open_removal(app.clock.now()) else { return Ok(None) };
                let mut agreed = vec![];
                for (who, why) in &removal.agreed {
                    agreed.push(seen_from(&app, tx, area, *who, why)?);
                }
                let by = match removal.by {
                    Author::Account(who) if who != account => seen_from(&app, tx, area, who, &removal.why)?,
                    _ => By::Owner(removal.why.as_str().to_owned()),
                };
                Ok(Some(Asked {
                    at: removal.asked,
                    by,
                    agreed,
                    i_agreed: removal.agreed.iter().any(|(who, _)| *who == me),
                    lacks,
                }))
            })
            .await
    }

    /// Stops a removal, if one is asked for, and tells the owner.
    pub(crate) fn stop_removal(&self, tx: &mut Tx<'_>, by: Author, account: AccountId) -> Result<(), Error> {
        if account::load(tx, account)?.open_removal(self.clock.now()).is_none() {
            return Ok(());
        }
        self.record_account(tx, by, account, &[Event::RemovalStopped])?;
        Ok(self.tell(tx, account, Told::RemovalStopped)?)
    }

    /// The owner stops it, signed in (with or without their second step: who
    /// can only stop it can do no harm by it).
    pub async fn stop_own_removal(&self, session: &Session) -> Result<(), Error> {
        let (app, session) = (self.clone(), session.clone());
        self.db
            .write(move |tx| {
                must_be_live(tx, &session, app.clock.now())?;
                app.stop_removal(tx, Author::Account(session.account), session.account)
            })
            .await
    }

    /// What the link of the letter opens: whether something is asked for now,
    /// and whether it waits for the link. `None` where the link is too old.
    pub async fn open_removal_link(&self, token: &str) -> Result<Option<(bool, bool)>, Error> {
        let (app, opened) = (self.clone(), self.open_link(Purpose::Removal, token).await?);
        let Opened::Good { account, .. } = opened else { return Ok(None) };
        self.db
            .read(move |tx| {
                let state = account::load(tx, account)?;
                let lacks = app.lacks(tx, account, &state)?;
                let waits = lacks.as_ref().is_some_and(|lacks| lacks.contains(&Lacks::Letter));
                Ok(Some((lacks.is_some(), waits)))
            })
            .await
    }

    /// Uses the link: says that it was them, or stops it. `false` where the
    /// link is too old.
    pub async fn use_removal_link(&self, token: &str, was_me: bool) -> Result<bool, Error> {
        let Opened::Good { account, .. } = self.open_link(Purpose::Removal, token).await? else {
            return Ok(false);
        };
        let app = self.clone();
        self.db
            .write(move |tx| {
                let used = Happened::new(Kind::LinkUsed).by(account).saying(Purpose::Removal.into_str());
                app.note(tx, &used)?;
                let by = Author::Account(account);
                let state = account::load(tx, account)?;
                let Some(lacks) = app.lacks(tx, account, &state)? else { return Ok(true) };
                if !was_me {
                    app.stop_removal(tx, by, account)?;
                } else if lacks.contains(&Lacks::Letter) {
                    app.record_account(tx, by, account, &[Event::RemovalConfirmed])?;
                }
                Ok(true)
            })
            .await
    }

    /// Takes the lost second step away, if everything that it takes is there:
    /// asked at the owner's next sign-in, with the right passphrase, in the
    /// transaction that lets them in. Every session ends.
    pub(crate) fn removal_takes_effect(&self, tx: &mut Tx<'_>, owner: AccountId) -> Result<bool, Error> {
        let state = account::load(tx, owner)?;
        if self.lacks(tx, owner, &state)?.is_none_or(|lacks| !lacks.is_empty()) {
            return Ok(false);
        }
        let now = self.clock.now();
        let before = accounts::credential(tx, owner)?.ok_or(Error::Hidden)?;
        let gone = Credential { totp_secret: None, totp_last_step: None, changed: now, ..before };
        accounts::set_credential(tx, &gone)?;
        let mut events = vec![];
        for key in factors::passkeys_of(tx, owner)? {
            factors::remove_passkey(tx, owner, key.id)?;
            events.push(Event::PasskeyRemoved { id: key.id });
        }
        factors::set_printed_codes(tx, owner, &[], now)?;
        factors::forget_begun(tx, owner)?;
        let why = state.removal.map_or_else(|| Line::parse("Lost").expect("a line"), |asked| asked.why);
        events.push(Event::SecondFactorRemoved { why });
        accounts::end_sessions_of(tx, owner, now, None)?;
        self.record_account(tx, Author::System, owner, &events)?;
        self.tell(tx, owner, Told::SecondStepGone)?;
        Ok(true)
    }
}

fn asked_of_a_colleague() -> (&'static str, String) {
    (
        "Somebody has lost their second step",
        format!(
            "It was asked that the second step of somebody of your area be taken away, because it was lost. Two \
             administrators have to agree, each of whom knows that it is they who ask.\n\nSee who it is under people \
             and posts: {}\n",
            Place::Admin.in_letter()
        ),
    )
}
