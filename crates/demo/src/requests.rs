//! Two people who asked to be contacted and wait to hear from somebody, and one who
//! asked long ago.

use crate::Place;
use crate::tell::{moment, visitor};
use domain::case::circle::{ContactBy, ContactPreference};
use domain::enquiry::Asked;
use domain::testing::{line, prose};
use domain::{Date, EnquiryId, dates};
use service::{App, Error};

pub(super) async fn ask(app: &App, place: Place, today: Date) -> Result<(), Error> {
    long_ago(app, place, today).await?;
    app.clock.set(moment(dates::days_after(today, -2), 16));
    let about_her_son = Asked {
        area: place.area,
        sent_to: None,
        name: line("Grace Obi"),
        about: Some((line("Daniel Obi"), line("mother"))),
        preference: ContactPreference {
            by: vec![ContactBy::Phone],
            only: false,
            details: Some(line("01632 960 188")),
            when: Some(line("After six in the evening")),
        },
        words: Some(prose(
            "Daniel is seventeen and moves to adult services in spring. Can he choose who helps him at college?",
        )),
    };
    app.ask_for_contact(
        EnquiryId(app.id()),
        about_her_son,
        visitor("the first visitor of the demonstration"),
    )
    .await?;
    app.clock.set(moment(dates::days_after(today, -1), 11));
    let about_himself = Asked {
        area: place.area,
        sent_to: None,
        name: line("Walter Pym"),
        about: None,
        preference: ContactPreference {
            by: vec![ContactBy::Letter, ContactBy::Visit],
            only: true,
            details: Some(line("3 Mill Cottages, Wookey")),
            when: None,
        },
        words: None,
    };
    app.ask_for_contact(
        EnquiryId(app.id()),
        about_himself,
        visitor("the second visitor of the demonstration"),
    )
    .await
    .map(drop)
}

/// Somebody who asked nine years ago and needed nothing in the end: it was kept long
/// enough, and two people may destroy it.
async fn long_ago(app: &App, place: Place, today: Date) -> Result<(), Error> {
    let then = dates::months_after(today, -9 * 12);
    app.clock.set(moment(then, 10));
    let asked = Asked {
        area: place.area,
        sent_to: None,
        name: line("Edith Marsh"),
        about: None,
        preference: ContactPreference {
            by: vec![ContactBy::Letter],
            only: true,
            details: Some(line("9 Orchard Rise, Wells")),
            when: None,
        },
        words: None,
    };
    let id = EnquiryId(app.id());
    app.ask_for_contact(id, asked, visitor("a visitor of nine years ago")).await?;
    app.clock.set(moment(dates::days_after(then, 9), 10));
    let jo = app.actor_of(place.people.coordinator, true).await?.ok_or(Error::Hidden)?;
    app.close_enquiry(&jo, id, prose("She wrote that she needs nothing.")).await
}
