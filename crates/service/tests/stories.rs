//! The stories of the demonstration can be told, on both databases.

use domain::ledger::{Account, Layer};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_stories_are_told_through_the_use_cases() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let now = world.app.clock.now();
        testkit::demo::tell_stories(&world.app, world.place, now)
            .await
            .unwrap_or_else(|no| panic!("{name}: {no}"));
        assert_eq!(world.app.clock.now(), now);
        // David has had two agreements, a year apart: the second year is added
        // to the first, which is not written over.
        let david = world.people.david;
        let rows =
            world.db.read(move |tx| store::lists::by_owner(tx, "my-cases", david.0)).await.expect("rows");
        let id = domain::CaseId(rows[0].stream.id);
        let case = world.case(id).await;
        let balances = world.db.read(move |tx| store::ledger::balances(tx, id)).await.expect("balances");
        let agreed = balances.sum(Layer::Budget, |a| matches!(a, Account::Line(_)));
        let year = case.plan.first_year_cost();
        assert_eq!(agreed, year + year, "{name}");
    }
}
