//! Reading files that people send. It costs much, so each needs a place for
//! such work; nothing else in this crate reads them.

use crate::happened::Happened;
use crate::limit::{Place, Work};
use crate::{App, Error};
use domain::access::Actor;
use domain::security::Kind as SecurityKind;
use domain::{AccountId, Refusal};
use formats::bank::{self, Statement, Unreadable};
use formats::media::{self, Kind};
use sha2::{Digest, Sha256};

/// A bank statement that was read, with the hash of its file.
pub(super) struct ReadStatement {
    pub statement: Statement,
    pub sha256: [u8; 32],
    pub bytes: Vec<u8>,
}

fn statement(_: &mut Place, bytes: &[u8], name: &str) -> Result<Statement, Unreadable> {
    bank::read(bytes, name)
}

fn picture(_: &mut Place, bytes: &[u8]) -> Result<(Kind, Vec<u8>), Refusal> {
    let kind = media::check(bytes).map_err(|no| Refusal::invalid("file", no.to_string()))?;
    Ok((kind, media::without_location(bytes)))
}

impl App {
    /// Refuses a file in which the scanner finds something, and each where there is a
    /// scanner that cannot be asked. `what`: what the file is said to be.
    async fn must_be_harmless(&self, actor: &Actor, bytes: &[u8], what: &'static str) -> Result<(), Error> {
        let Some(scanner) = &self.settings.scanner else { return Ok(()) };
        let refused = |message: &str| Err(Refusal::invalid("file", message).into());
        match scanner.finds(bytes).await {
            Ok(None) => Ok(()),
            Ok(Some(name)) => {
                tracing::warn!(found = %name, "the scanner found something in a file");
                self.count_event(
                    Happened::new(SecurityKind::UploadRefused).by(actor.account).saying("harmful"),
                );
                refused(
                    "This file may harm a computer, so we did not keep it. Do not open it. Take a new photograph \
                     or choose another file",
                )
            }
            Err(why) => {
                tracing::error!(why, what, "the scanner could not be asked, so a file was refused");
                refused(
                    "We cannot check files for viruses just now, so we did not keep it. Try again in a few minutes",
                )
            }
        }
    }

    /// Reads a bank statement that somebody sends.
    pub(super) async fn read_statement(
        &self,
        actor: &Actor,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<ReadStatement, Error> {
        self.must_be_harmless(actor, &bytes, "statement").await?;
        let name = name.to_owned();
        let read = move |place: &mut Place| {
            let statement = statement(place, &bytes, &name)?;
            Ok::<_, Unreadable>(ReadStatement { statement, sha256: Sha256::digest(&bytes).into(), bytes })
        };
        let read = self.limits.run(Work::File, &actor.account.to_string(), read).await?;
        if read.is_err() {
            self.count_event(
                Happened::new(SecurityKind::UploadRefused).by(actor.account).saying("statement"),
            );
        }
        read.map_err(|problem| Refusal::invalid("file", problem.to_string()).into())
    }

    /// Reads the file of a statement that was taken in before; none where it
    /// cannot be read any more.
    pub(super) async fn read_again(
        &self,
        reader: AccountId,
        file: Option<(String, Vec<u8>)>,
    ) -> Result<Option<Statement>, Error> {
        let Some((name, bytes)) = file else { return Ok(None) };
        let read = move |place: &mut Place| statement(place, &bytes, &name).ok();
        self.limits.run(Work::File, &reader.to_string(), read).await
    }

    /// What a receipt is, and its bytes without where it was taken.
    pub(super) async fn read_picture(&self, actor: &Actor, bytes: Vec<u8>) -> Result<(Kind, Vec<u8>), Error> {
        self.must_be_harmless(actor, &bytes, "receipt").await?;
        let read = move |place: &mut Place| picture(place, &bytes);
        let read = self.limits.run(Work::File, &actor.account.to_string(), read).await?;
        if read.is_err() {
            self.count_event(Happened::new(SecurityKind::UploadRefused).by(actor.account).saying("receipt"));
        }
        Ok(read?)
    }
}
