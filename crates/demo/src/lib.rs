//! The made-up area "Mendip Vale": its framework, organisations and people, and
//! their stories. The demonstration and the tests live in it. Everything in it
//! is made through the same use cases as anywhere else, and nothing of it is in
//! a program that is built without the feature `demo`.

mod alice;
pub mod area;
mod bank;
mod david;
mod living;
pub mod method;
pub mod people;
mod requests;
pub mod tell;
mod tim;

use domain::{AreaId, Author, CaseId, OrganisationId};
use people::People;
use service::{App, Error};
use tell::Teller;

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

/// Makes the area with everyone in it, in an empty database.
pub async fn make(app: &App) -> Result<Place, Error> {
    let area = AreaId(app.id());
    app.adopt_framework(Author::System, area::framework(area)).await?;
    let organisations = area::register_organisations(app, area).await?;
    let people = people::open_accounts(app, organisations).await?;
    Ok(Place { area, organisations, people })
}

/// Tells the stories of the demonstration, each on a day that is `today` when
/// it ends. The app's clock must be one that stands still; it ends at `now`.
pub async fn tell_stories(app: &App, place: Place, now: domain::Timestamp) -> Result<(), Error> {
    let today = domain::dates::london(now);
    david::tell(&Teller::of(app, place, today)).await?;
    let alice = Teller::of(app, place, today);
    let things = alice::up_to_the_plan(&alice).await?;
    living::goes_on(&alice, &things).await?;
    tim::tell(&Teller::of(app, place, today)).await?;
    requests::ask(app, place, today).await?;
    app.clock.set(now);
    Ok(())
}

/// Tells the first year of David and Dee's story (000:203-211), in which the
/// NHS holds the money, for a test that goes on from there. The year ends 45
/// days before `today`, where the clock stays; it must be one that stands still.
pub async fn davids_first_year(app: &App, place: Place, today: domain::Date) -> Result<CaseId, Error> {
    let teller = Teller::of(app, place, today);
    david::first_year(&teller).await?;
    Ok(teller.case)
}
