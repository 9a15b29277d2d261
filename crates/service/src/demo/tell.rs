//! Telling a story through the use cases: who does what, so many days ago.

use super::Place;
use crate::{App, Decided, No, people};
use domain::access::{Action, Actor};
use domain::case::{self, Case, Voice};
use domain::dates::{self, Date};
use domain::framework::Framework;
use domain::{AccountId, Author, CaseId, Line, Prose, Refusal, Timestamp};

/// One case, told by those who have a place in it. The app's clock must be one
/// that stands still; [`Teller::days_ago`] moves it.
pub(super) struct Teller<'a> {
    pub app: &'a App,
    pub place: Place,
    pub case: CaseId,
    /// The day on which the story is told: everything lies before it.
    pub today: Date,
}

impl Teller<'_> {
    /// The next things happen on this day, at an hour of London's morning or
    /// afternoon.
    pub fn days_ago(&self, days: i32, hour: i8) {
        self.app.clock.set(moment(dates::days_after(self.today, -days), hour));
    }

    pub fn day(&self) -> Date {
        self.app.clock.today()
    }

    /// Somebody acts on the case, through the same door as on the site.
    pub async fn does(
        &self,
        who: AccountId,
        action: Action,
        decide: impl Fn(&Case, &Framework) -> Result<Vec<case::Event>, Refusal> + Send + 'static,
    ) -> Result<(), No> {
        let actor = self.actor(who).await?;
        // A minute between two things, so that the history reads in order.
        self.app
            .clock
            .set(Timestamp::from_second(self.app.clock.now().as_second() + 60).unwrap_or(Timestamp::MAX));
        let work =
            move |desk: &mut crate::Desk<'_, '_>| Ok(Decided::from(decide(desk.case, desk.framework)?));
        self.app.act(&actor, self.case, action, work).await.map(drop)
    }

    /// Whoever acts, signed in as they would be.
    pub async fn actor(&self, who: AccountId) -> Result<Actor, No> {
        let found = self.app.db.read(move |tx| people::actor(tx, who, true)).await.map_err(No::Broken)?;
        found.ok_or(No::Hidden)
    }

    /// The case as it stands.
    pub async fn state(&self) -> Result<std::sync::Arc<Case>, No> {
        super::case(self.app, self.case).await
    }

    /// The voice of somebody in the circle.
    pub async fn voice(&self, who: AccountId) -> Result<Voice, No> {
        self.state().await?.circle.voice_of(who).ok_or(No::Hidden)
    }

    /// Events that no use case of somebody signed in makes.
    pub async fn records(&self, by: AccountId, events: Vec<case::Event>) -> Result<(), No> {
        super::record(self.app, self.place.area, self.case, Author::Account(by), events).await.map(drop)
    }
}

/// An hour of a day in London.
pub(super) fn moment(day: Date, hour: i8) -> Timestamp {
    let local = day.at(hour, 5, 0, 0);
    local.in_tz("Europe/London").map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

pub(super) fn line(text: &str) -> Line {
    Line::parse(text).expect("our own words are a line")
}

pub(super) fn prose(text: &str) -> Prose {
    Prose::parse(text).expect("our own words are prose")
}
