//! What whoever runs the service needs: does it answer, what waits, and who
//! is the first administrator of an area.

use crate::administer::administrators;
use crate::posts::{held_in, taken_up};
use crate::{App, Error, directory, runner};
use domain::access::Post;
use domain::framework::Framework;
use domain::organisation::{self, Kind};
use domain::{AccountId, AreaId, Author, EmailAddress, Line, OrganisationId, Refusal};
use store::{Tx, jobs, outbox, stats};

/// How the service is.
#[derive(Clone, Debug)]
pub struct Health {
    /// Rows of each table.
    pub rows: Vec<(&'static str, u64)>,
    pub letters_waiting: u64,
    pub letters_failed: u64,
    pub jobs_waiting: u64,
    pub jobs_failed: u64,
    /// Whether it is this server that works in the background.
    pub is_runner: bool,
    /// "SQLite" or "PostgreSQL".
    pub database: &'static str,
}

impl App {
    /// Whether the database answers.
    pub async fn is_ready(&self) -> Result<(), Error> {
        self.db.read(|tx| Ok(stats::ping(tx)?)).await
    }

    /// Counts what is there and what waits.
    pub async fn health(&self) -> Result<Health, Error> {
        let database = match self.db.engine() {
            store::Engine::Sqlite => "SQLite",
            store::Engine::Postgres => "PostgreSQL",
        };
        let (engine, name) = (self.db.engine(), self.name.clone());
        self.db
            .read(move |tx| {
                let (letters_waiting, letters_failed) = outbox::message_counts(tx)?;
                let (jobs_waiting, jobs_failed) = jobs::job_counts(tx)?;
                let rows = stats::row_counts(tx)?;
                let is_runner = runner::is_it(tx, engine, &name)?;
                Ok(Health {
                    rows,
                    letters_waiting,
                    letters_failed,
                    jobs_waiting,
                    jobs_failed,
                    is_runner,
                    database,
                })
            })
            .await
    }

    /// Whose an email address is.
    pub async fn account_of(&self, email: &str) -> Result<Option<AccountId>, Error> {
        let Ok(email) = EmailAddress::parse(email) else { return Ok(None) };
        self.db.read(move |tx| Ok(store::accounts::account_by_email(tx, &email)?)).await
    }

    /// The newest letters, sent or not.
    pub async fn latest_letters(&self, most: u32) -> Result<Vec<store::outbox::Message>, Error> {
        self.db.read(move |tx| Ok(store::outbox::latest_messages(tx, most)?)).await
    }
}

impl App {
    /// Gives somebody the post of administrator in an area, which is made
    /// (with its NHS body and a framework to start from) if it is not there.
    /// Gives the link by which they sign in for the first time; none if they
    /// have a sign-in already.
    pub async fn add_administrator(
        &self,
        area: &Line,
        name: &Line,
        email: &EmailAddress,
    ) -> Result<Option<String>, Error> {
        let (area, organisation, account) = self.first_organisation(area).await?;
        let (app, name, email) = (self.clone(), name.clone(), email.clone());
        let link = self
            .db
            .write(move |tx| {
                let known = store::accounts::account_by_email(tx, &email)?;
                let id = known.unwrap_or(account);
                if let Some(id) = known {
                    app.must_be_free(tx, id, area)?;
                }
                let others = administrators(tx, area)?;
                let others: Vec<AccountId> = others.into_iter().filter(|other| *other != id).collect();
                if known.is_none() {
                    app.open_account(tx, Author::System, account, &name, &email)?;
                }
                app.call_until_set_up(tx, Author::System, id, &name)?;
                let post = organisation::Event::PostGiven { account: id, post: Post::Administrator };
                app.record_organisation_in(tx, Author::System, organisation, &[post])?;
                app.write_to(tx, &others, &taken_up(area))?;
                let why = Line::parse("Administrator").expect("a line");
                Ok::<_, Error>(app.invite_here(tx, Author::System, id, &why)?)
            })
            .await?;
        Ok(link)
    }

    /// The NHS body of an area by its name, made if it is not there, and a
    /// fresh id for an account.
    async fn first_organisation(&self, area: &Line) -> Result<(AreaId, OrganisationId, AccountId), Error> {
        let account = AccountId(self.id());
        let found = self.areas().await?.into_iter().find(|(_, name)| name == area.as_str());
        let id = match found {
            Some((id, _)) => id,
            None => {
                let id = AreaId(self.id());
                self.adopt_framework(Author::System, Framework::to_start_from(id, area)).await?;
                id
            }
        };
        let all = self.db.read(move |tx| Ok::<_, Error>(directory::organisations(tx, id)?)).await?;
        if let Some((organisation, ..)) = all.iter().find(|(_, _, kind)| *kind == Kind::NhsBody) {
            return Ok((id, *organisation, account));
        }
        let organisation = OrganisationId(self.id());
        let event = organisation::Event::Registered { area: id, name: area.clone(), kind: Kind::NhsBody };
        self.record_organisation(Author::System, organisation, vec![event]).await?;
        Ok((id, organisation, account))
    }

    /// Refuses to make an administrator of somebody who has a post that does
    /// not go with it, or is to get one, or whose account is closed.
    fn must_be_free(&self, tx: &mut Tx<'_>, account: AccountId, area: AreaId) -> Result<(), Error> {
        if directory::is_closed(tx, account)? {
            return Err(Refusal::not_yet(
                "Their sign-in is closed",
                "Give the address of somebody else, or let two administrators open it again",
            )
            .into());
        }
        let held = held_in(tx, area, account, None, self.clock.now())?;
        Ok(self.must_go_together(&held, Post::Administrator)?)
    }
}
