//! The door of the demonstration: to come in as anyone, and to follow the link
//! in anyone's letter. Not in a program that is built without the feature `demo`.

use crate::{App, Error, directory, mail};
use domain::{AccountId, MessageId, Refusal};
use store::outbox;

impl App {
    /// Starts a session as anyone, in the demonstration alone.
    pub async fn enter_demo(&self, account: AccountId, label: &str) -> Result<String, Error> {
        if !self.settings.demo {
            return Err(Error::Hidden);
        }
        let name = self.db.read(move |tx| Ok::<_, Error>(directory::named(tx, account)?)).await?;
        let name = name.ok_or(Error::Hidden)?.name;
        self.start_session(account, label, true, Some(name)).await
    }

    /// Where the one-time link of a letter leads, in the demonstration alone:
    /// it is made here, as it would be on the letter's way to its reader.
    pub async fn follow_letter(&self, id: MessageId) -> Result<String, Error> {
        if !self.settings.demo {
            return Err(Error::Hidden);
        }
        let app = self.clone();
        let written = self
            .db
            .write(move |tx| {
                let letter = outbox::message(tx, id)?.ok_or(Error::Hidden)?;
                let link = letter.link.clone().ok_or(Error::Hidden)?;
                Ok::<_, Error>(mail::write_out(tx, &app, &letter)?.map(|written| (link, written)))
            })
            .await?;
        let too_late = || Refusal::already_done("The link in this letter was used, or is too old");
        let (link, written) = written.ok_or_else(too_late)?;
        let token = written.token.ok_or(Error::Hidden)?;
        Ok(format!("/{link}/{token}"))
    }
}
