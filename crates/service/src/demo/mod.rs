//! The made-up area "Mendip Vale": its framework, organisations and people.
//! The demonstration and the tests live in it; everything in it is made
//! through the same use cases as anywhere else.

mod alice;
pub mod area;
mod bank;
mod david;
mod living;
pub mod method;
pub mod people;
mod requests;
mod tell;
mod tim;

use crate::{App, Decided, No, secrets};
use domain::case::{self, Case};
use domain::{AreaId, Author, CaseId, OrganisationId};
use people::People;
use std::sync::Arc;
use store::{StoreError, Tx, accounts, marks, stats};

/// The area, once it is made.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub area: AreaId,
    pub organisations: Organisations,
    pub people: People,
}

/// The bodies of the area.
#[derive(Clone, Copy, Debug)]
pub struct Organisations {
    pub nhs: OrganisationId,
    pub council: OrganisationId,
    /// "Vale Supported Lives", which can hold money for people.
    pub third_party: OrganisationId,
    /// "Plan It Together", independent brokers.
    pub brokers: OrganisationId,
}

/// What a database is, by what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nothing in it is of a demonstration.
    Real,
    /// The demonstration made it, and nobody real has a sign-in in it.
    Demonstration,
    /// It bears the mark of one, or somebody in it has a passphrase or a second
    /// factor that everyone knows; and somebody has a real one. No command
    /// serves such a database.
    Both,
    /// Nobody has anything in it yet.
    Empty,
}

/// What a database is. Besides the mark, a demonstration is known by how it
/// keeps passphrases (so lightly that nothing else ever did) and by its one
/// second factor, so that one which an older program made is known too.
pub fn nature(tx: &mut Tx<'_>) -> Result<Nature, StoreError> {
    let marked = marks::mark(tx, marks::DEMONSTRATION)?.is_some();
    let (light, strong) = accounts::count_hashes(tx, secrets::LIGHT_HASH)?;
    let known = accounts::count_with_secret(tx, people::SECOND_FACTOR)?;
    Ok(match (marked || light + known > 0, strong > 0) {
        (true, true) => Nature::Both,
        (true, false) => Nature::Demonstration,
        (false, true) => Nature::Real,
        (false, false) if is_empty(tx)? => Nature::Empty,
        (false, false) => Nature::Real,
    })
}

/// Whether nothing was ever written, but for marks.
fn is_empty(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(stats::row_counts(tx)?.into_iter().all(|(table, rows)| rows == 0 || table == "marks"))
}

impl App {
    /// What this database is.
    pub async fn nature(&self) -> Result<Nature, No> {
        self.db.read(|tx| Ok(nature(tx)?)).await
    }

    /// Marks this database as a demonstration, for ever.
    pub async fn mark_as_demonstration(&self) -> Result<(), No> {
        self.db.write(|tx| Ok(marks::set(tx, marks::DEMONSTRATION, "yes")?)).await
    }
}

/// Makes the area with everyone in it, in an empty database.
pub async fn make(app: &App) -> Result<Place, No> {
    let area = AreaId(app.id());
    app.adopt_framework(Author::System, area::framework(area)).await?;
    let organisations = area::register_organisations(app, area).await?;
    let people = people::open_accounts(app, organisations).await?;
    Ok(Place { area, organisations, people })
}

/// Puts events into a case without asking who may: for tests that need a case
/// in some state.
pub async fn record(app: &App, case: CaseId, by: Author, decided: impl Into<Decided>) -> Result<u64, No> {
    let (outer, decided) = (app.clone(), decided.into());
    app.db
        .write(move |tx| {
            let state: Arc<Case> = outer.case(tx, case)?;
            let after = outer.commit(tx, &state, by, outer.clock.now(), &decided)?;
            Ok(after.version)
        })
        .await
}

/// A case as it stands, whoever asks: for stories and tests.
pub async fn case(app: &App, id: CaseId) -> Result<Arc<case::Case>, No> {
    let outer = app.clone();
    app.db.read(move |tx| Ok(outer.case(tx, id)?)).await
}

/// Tells the stories of the demonstration, each on a day that is `today` when
/// it ends. The app's clock must be one that stands still; it ends at `now`.
pub async fn tell_stories(app: &App, place: Place, now: domain::Timestamp) -> Result<(), No> {
    let today = domain::dates::london(now);
    david::tell(app, place, today).await?;
    let case = domain::CaseId(app.id());
    let things = alice::up_to_the_plan(app, place, case, today).await?;
    living::goes_on(&tell::Teller { app, place, case, today }, &things).await?;
    tim::tell(app, place, today).await?;
    requests::ask(app, place, today).await?;
    app.clock.set(now);
    Ok(())
}

/// Tells the first year of David and Dee's story (000:203-211), in which the
/// NHS holds the money, for a test that goes on from there. The year ends 45
/// days before `today`, where the clock stays; it must be one that stands still.
pub async fn davids_first_year(app: &App, place: Place, today: domain::Date) -> Result<CaseId, No> {
    david::first_year(app, place, today).await
}
