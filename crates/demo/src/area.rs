//! The local framework and the organisations of the demonstration's area.

use crate::{Organisations, method};
use domain::framework::Framework;
use domain::organisation::{Event, Kind};
use domain::testing::{line, prose};
use domain::{AreaId, Author, OrganisationId, Pence};
use service::{App, Error};

/// The local framework of Mendip Vale.
#[must_use]
pub fn framework(area: AreaId) -> Framework {
    Framework {
        area,
        area_name: line("Mendip Vale"),
        service_name: line("Mendip Vale personal health budgets"),
        nhs_body: line("NHS Mendip Vale"),
        council: line("Mendip Vale Council"),
        phone: line("01632 960 100"),
        email: line("budgets@mendipvale.example"),
        contact_days: 3,
        decision_days: 14,
        clinician_limit: Pence(11_000_000),
        first_review_months: 3,
        review_months: 12,
        appeal: prose(
            "You can ask us to look again. Where the answer is “not yet”, you can do it beside the answer. Or phone us on \
             01632 960 100, or write to NHS Mendip Vale. Someone who was not part of the first decision will \
             look at it and answer you within 20 working days. Someone can help you ask.",
        ),
        methods: vec![method::method()],
        spending: method::spending_kinds(),
        bank_holidays: domain::working_days::BankHolidays::published(),
        retention: domain::framework::Retention::default(),
    }
}

/// Registers the four organisations of the area.
pub(super) async fn register_organisations(app: &App, area: AreaId) -> Result<Organisations, Error> {
    let register = |name: &'static str, kind: Kind| async move {
        let id = OrganisationId(app.id());
        let event = Event::Registered { area, name: line(name), kind };
        app.record_organisation(Author::System, id, vec![event]).await.map(|()| id)
    };
    Ok(Organisations {
        nhs: register("NHS Mendip Vale", Kind::NhsBody).await?,
        council: register("Mendip Vale Council", Kind::Council).await?,
        third_party: register("Vale Supported Lives", Kind::ThirdParty).await?,
        brokers: register("Plan It Together", Kind::Support).await?,
    })
}
