//! What the demonstration and tests put there without asking who may: accounts,
//! sessions, events. Each is one transaction. No page does this, and a program
//! that is built without the feature `demo` cannot.

use crate::mail::{self, Letter, Written};
use crate::{App, Effects, Error, directory, stream, token};
use domain::access::Actor;
use domain::account::Account;
use domain::case::Case;
use domain::{AccountId, Author, CaseId, EmailAddress, HoldingId, Line, account};
use std::sync::Arc;
use store::accounts::{self, Credential};
use store::bank::{self, BankLine};
use store::{Tx, factors, ledger, outbox};

impl App {
    /// Opens an account in which nobody has chosen a passphrase yet.
    pub async fn put_account(&self, id: AccountId, name: Line, email: EmailAddress) -> Result<(), Error> {
        let app = self.clone();
        let work =
            move |tx: &mut Tx<'_>| Ok(app.open_account(tx, Author::System, id, &name, &email).map(drop)?);
        self.db.write(work).await
    }

    /// Sets an account up: with the hash of a passphrase, and the secret of a
    /// code app if there is one.
    pub async fn put_sign_in(
        &self,
        account: AccountId,
        passphrase_hash: String,
        totp_secret: Option<Vec<u8>>,
    ) -> Result<(), Error> {
        let app = self.clone();
        let work = move |tx: &mut Tx<'_>| {
            let added = totp_secret.is_some().then_some(account::Event::SecondFactorAdded);
            let events: Vec<_> = [account::Event::SetUp].into_iter().chain(added).collect();
            app.record_account(tx, Author::Account(account), account, &events)?;
            let credential = Credential {
                account,
                passphrase_hash: passphrase_hash.clone(),
                totp_secret: totp_secret.clone(),
                totp_last_step: None,
                changed: app.clock.now(),
            };
            Ok(accounts::set_credential(tx, &credential)?)
        };
        self.db.write(work).await
    }

    /// Adds events to an account.
    pub async fn put_in_account(
        &self,
        by: Author,
        id: AccountId,
        events: Vec<account::Event>,
    ) -> Result<Account, Error> {
        let app = self.clone();
        self.db.write(move |tx| Ok(app.record_account(tx, by, id, &events)?)).await
    }

    /// Adds events and entries to a case, and gives its version then. Only a use
    /// case sends letters: there are none here.
    pub async fn put_in_case(&self, by: AccountId, id: CaseId, decided: Effects) -> Result<u64, Error> {
        let app = self.clone();
        let work = move |tx: &mut Tx<'_>| {
            let before = stream::load::<Case>(tx, id)?;
            ledger::post_all(tx, &decided.entries)?;
            let by = Author::Account(by);
            Ok(app.append(tx, &before, by, app.clock.now(), &decided.events)?.version)
        };
        self.db.write(work).await
    }

    /// Invites somebody to an account of their own, opened if they have none.
    pub async fn put_invitation(
        &self,
        by: Author,
        name: Line,
        email: EmailAddress,
        why: Line,
    ) -> Result<AccountId, Error> {
        let app = self.clone();
        let work = move |tx: &mut Tx<'_>| {
            let account = app.account_at(tx, by, &name, &email)?;
            app.call_until_set_up(tx, by, account, &name)?;
            app.invite_again(tx, by, account, &why)?;
            Ok(account)
        };
        self.db.write(work).await
    }

    /// Puts a letter in the outbox.
    pub async fn put_letter(&self, letter: Letter) -> Result<(), Error> {
        let app = self.clone();
        self.db.write(move |tx| Ok(mail::queue(tx, &app, &letter, app.clock.now())?)).await
    }

    /// A letter as its reader gets it; none if it is too late for its link.
    pub async fn letter_written_out(&self, letter: outbox::Message) -> Result<Option<Written>, Error> {
        let app = self.clone();
        self.db.write(move |tx| Ok(mail::write_out(tx, &app, &letter)?)).await
    }

    /// Starts a session in which somebody has just shown again that it is them.
    pub async fn put_session(&self, account: AccountId, label: &str) -> Result<String, Error> {
        let token = self.start_session(account, label, true, None).await?;
        let (hash, now) = (token::token_hash(&token), self.clock.now());
        self.db.write(move |tx| Ok::<_, Error>(factors::prove(tx, &hash, account, now)?)).await?;
        Ok(token)
    }

    /// Somebody as use cases know them, with or without their second step; none
    /// if there is no such account.
    pub async fn actor_of(&self, account: AccountId, second_factor: bool) -> Result<Option<Actor>, Error> {
        let today = self.clock.today();
        let app = self.clone();
        self.db.read(move |tx| Ok(directory::actor(&app, tx, account, second_factor, today)?)).await
    }

    /// A case as it stands, whoever asks.
    pub async fn case_as_it_stands(&self, id: CaseId) -> Result<Arc<Case>, Error> {
        self.db.read(move |tx| Ok(Arc::new(stream::load(tx, id)?))).await
    }

    /// Every line of a bank account, the oldest first.
    pub async fn all_bank_lines(&self, holding: HoldingId) -> Result<Vec<BankLine>, Error> {
        self.db.read(move |tx| Ok(bank::lines(tx, holding)?)).await
    }
}
