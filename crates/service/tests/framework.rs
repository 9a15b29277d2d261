//! A framework is amended by values alone: what is wanted, and the version it is
//! based on. So a job or a command can do it as a page does.

use domain::framework::{Amendment, Clocks};
use domain::{Pence, Why};
use service::Error;
use testkit::{World, databases};

#[tokio::test(flavor = "multi_thread")]
async fn a_framework_is_amended_by_values_on_the_version_they_were_based_on() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (app, area) = (&world.app, world.place.area);
        let owner = world.actor(world.people.framework_owner).await;
        let (before, version) = app.framework_to_amend(&owner, area).await.expect(name);
        let limit = |pounds: i64| Amendment::Limit(Pence(pounds * 100));

        app.try_amendment(&owner, area, limit(9_000)).await.expect(name);
        let (tried, same) = app.framework_to_amend(&owner, area).await.expect(name);
        assert_eq!((&tried, same), (&before, version), "{name}: to try changes nothing");

        app.amend_framework(&owner, area, limit(9_000), version).await.expect(name);
        app.amend_framework(&owner, area, limit(9_000), version).await.expect("the very same is done once");
        let stale = app.amend_framework(&owner, area, limit(8_000), version).await;
        let Err(Error::Refused(no)) = stale else { panic!("{name}: {stale:?}") };
        assert_eq!((no.why, &*no.message), (Why::NotYet, "It was changed meanwhile"), "{name}");
        // What was looked at of another part is as it was.
        let clocks = Clocks { contact_days: before.contact_days + 1, ..before.clocks() };
        app.amend_framework(&owner, area, Amendment::Clocks(clocks), version).await.expect(name);

        let (now, later) = app.framework_to_amend(&owner, area).await.expect(name);
        assert_eq!((now.clinician_limit, now.clocks()), (Pence(900_000), clocks), "{name}");
        assert_eq!(later, version + 2, "{name}");

        let nurse = world.actor(world.people.nurse).await;
        for refused in [
            app.try_amendment(&nurse, area, limit(1)).await,
            app.amend_framework(&nurse, area, limit(1), later).await,
        ] {
            assert!(matches!(refused, Err(Error::Hidden)), "{name}: {refused:?}");
        }
    }
}
