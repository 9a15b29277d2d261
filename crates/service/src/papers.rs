//! Papers that people can hold, made from the record as it stood on a day.
//!
//! Each kind is a pure function from a case and a framework to a
//! [`Paper`], which is plain data; how it looks is the renderer's business.

mod agreement;
mod beside;
mod budget;
mod decision;
pub(crate) mod parts;
mod plan;

use crate::limit::Work;
use crate::{App, Error, directory, stream};
use domain::access::{Action, Actor};
use domain::area::Area;
use domain::case::Case;
use domain::case::arrangement::sight::Accounts;
use domain::case::rights::About;
use domain::framework::Framework;
pub use domain::paper::Kind;
use domain::paper::{Block, Paper};
use domain::{AccountId, Author, CaseId, Date, Refusal, Timestamp, dates};
use std::collections::HashMap;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Whether a case has such a paper.
#[must_use]
pub fn is_in(kind: Kind, case: &Case) -> bool {
    match kind {
        Kind::Plan => case.plan.changed > 0,
        Kind::Budget => case.budget.shared.is_some() && case.budget.working.is_some(),
        Kind::Decision => decision::decided(case).is_some(),
        Kind::Agreement => case.arrangement.agreement().is_some(),
    }
}

/// What a paper is made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The case as it stood at the end of [`Source::on`].
    pub case: &'a Case,
    pub framework: &'a Framework,
    /// Who the accounts are that did something.
    pub names: &'a HashMap<AccountId, String>,
    /// The accounts that whoever asks for the paper sees.
    pub accounts: &'a Accounts,
    /// Whether they read how the person communicates, and so how they said yes.
    pub sees_how: bool,
    /// The day as of which the paper is true.
    pub on: Date,
}

impl Source<'_> {
    fn name_of(&self, by: Author) -> String {
        let Some(account) = by.account() else { return "the system".to_owned() };
        // As the circle knows them, which goes on when somebody has left it.
        let member = self.case.circle.who_had(account);
        let named = member.map(|m| m.name.to_string()).or_else(|| self.names.get(&account).cloned());
        named.unwrap_or_else(|| "someone".to_owned())
    }
}

/// Makes a paper; none where the case had no such thing on that day.
#[must_use]
pub fn make(kind: Kind, source: &Source<'_>) -> Option<Paper> {
    if !is_in(kind, source.case) {
        return None;
    }
    match kind {
        Kind::Plan => Some(plan::paper(source)),
        Kind::Budget => budget::paper(source),
        Kind::Decision => decision::paper(source),
        Kind::Agreement => agreement::paper(source),
    }
}

/// What whoever asks for a paper sees, as things are now.
#[derive(Clone, Debug)]
struct Reader {
    accounts: Accounts,
    sees_how: bool,
}

/// A case as it stood at the end of a day.
#[derive(Clone, Debug)]
pub struct Stood {
    pub case: Arc<Case>,
    pub framework: Framework,
    pub names: HashMap<AccountId, String>,
    pub on: Date,
    reader: Reader,
}

impl Stood {
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        let Self { case, framework, names, on, reader: Reader { accounts, sees_how } } = self;
        Source { case, framework, names, accounts, sees_how: *sees_how, on: *on }
    }
}

impl App {
    /// The case as it stood at the end of a day (none: as it stands now), for
    /// whoever may open documents. A day after today, or one on which the case
    /// had not been opened, is refused in words.
    pub async fn stood(&self, actor: &Actor, id: CaseId, on: Option<Date>) -> Result<Stood, Error> {
        let seen = self.see(actor, id, Action::SeeDocuments, "documents").await?;
        let today = seen.today;
        let on = on.unwrap_or(today);
        if on > today {
            return Err(Refusal::invalid("on", "Enter a day that is not in the future").into());
        }
        let current = seen.framework().clone();
        let sees_how = actor.may(Action::SeePeople, &seen.case);
        let reader = Reader { accounts: Accounts::of(actor, &seen.case), sees_how };
        let stood = if on == today {
            // All of it is there already: nothing has to be gone through again.
            let case = Arc::clone(&seen.case);
            self.read(move |tx| Ok(stood(tx, Arc::clone(&case), current.clone(), on, &reader)?)).await?
        } else {
            self.heavy_read(actor.account, move |tx| stood_at(tx, id, on, &current, &reader)).await?
        };
        if stood.case.exists() {
            return Ok(stood);
        }
        let opened = seen.case.offer.opened.as_ref().map_or(today, |o| dates::london(o.at));
        let message = format!("Nothing was on the record yet. Enter {} or a later day", dates::long(opened));
        Err(Refusal::invalid("on", message).into())
    }

    /// One paper as a PDF, as it stood on a day (none: as it stands now).
    /// Hidden where there was no such paper.
    pub async fn paper(
        &self,
        actor: &Actor,
        id: CaseId,
        kind: Kind,
        on: Option<Date>,
    ) -> Result<Vec<u8>, Error> {
        // Who may read is asked of the case as it is now, not as it was.
        let stood = self.stood(actor, id, on).await?;
        let seen = self.see(actor, id, kind.opened_by(), "documents").await?;
        let Some(mut paper) = make(kind, &stood.source()) else { return Err(Error::Hidden) };
        let may_read = |about: About| actor.may(about.read_with(), &seen.case);
        beside::put(&mut paper, kind, &seen.case, seen.today, may_read);
        if self.settings.demo {
            say_made_up(&mut paper);
        }
        let pdf = self.pdf.clone();
        let who = actor.account.to_string();
        let printed = self.limits.run(Work::Paper, &who, move |place| pdf.render(place, &paper)).await?;
        printed.map_err(|what| Error::Broken(store::StoreError::Io { what }))
    }
}

/// A paper of the demonstration says so where nobody misses it: before anything
/// else, and at the foot of each page.
pub(crate) fn say_made_up(paper: &mut Paper) {
    let title = "This is from a demonstration".to_owned();
    let body = "Everyone and everything in it is made up.".to_owned();
    paper.blocks.insert(0, Block::Callout { title, body });
    paper.footer = format!("From a demonstration, all made up. {}", paper.footer);
}

/// The end of a day in London.
fn end_of(day: Date) -> Timestamp {
    let midnight = dates::begin(dates::days_after(day, 1));
    let microsecond = jiff::SignedDuration::from_micros(1);
    midnight.saturating_sub(microsecond).unwrap_or(Timestamp::MIN)
}

fn stood_at(
    tx: &mut Tx<'_>,
    id: CaseId,
    on: Date,
    current: &Framework,
    reader: &Reader,
) -> Result<Stood, Error> {
    let until = end_of(on);
    let case: Case = stream::load_until(tx, id, until)?;
    let then = stream::load_until::<Area>(tx, current.area, until)?.framework;
    Ok(stood(tx, Arc::new(case), then.map_or_else(|| current.clone(), Arc::unwrap_or_clone), on, reader)?)
}

fn stood(
    tx: &mut Tx<'_>,
    case: Arc<Case>,
    framework: Framework,
    on: Date,
    reader: &Reader,
) -> Result<Stood, StoreError> {
    let mut names = HashMap::new();
    for account in authors(&case) {
        names.insert(account, directory::author_name(tx, Author::Account(account))?);
    }
    Ok(Stood { case, framework, names, on, reader: reader.clone() })
}

/// The accounts whose names stand on a paper.
fn authors(case: &Case) -> Vec<AccountId> {
    let mut found: Vec<AccountId> = vec![];
    for submission in &case.signoff.submissions {
        found.extend(submission.outcome.as_ref().and_then(|decided| decided.by.account()));
        let answered = submission.appeal.as_ref().and_then(|a| a.answer.as_ref());
        found.extend(answered.and_then(|adjusted| adjusted.by.account()));
    }
    for agreement in &case.arrangement.agreements {
        found.extend(agreement.countersigned.and_then(|(by, _)| by.account()));
        found.extend(agreement.made_by.account());
    }
    found.extend(case.budget.adjusted.as_ref().and_then(|adjusted| adjusted.by.account()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_when_it_ends_in_london() {
        let end = |y, m, d| end_of(Date::constant(y, m, d)).to_string();
        assert_eq!(end(2026, 1, 31), "2026-01-31T23:59:59.999999Z");
        assert_eq!(end(2026, 7, 1), "2026-07-01T22:59:59.999999Z");
        // The day the clocks go forward, and the day they go back.
        assert_eq!(end(2026, 3, 29), "2026-03-29T22:59:59.999999Z");
        assert_eq!(end(2026, 10, 25), "2026-10-25T23:59:59.999999Z");
    }
}
