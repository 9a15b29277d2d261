//! The stories of the demonstration can be told, on both databases.

use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_stories_are_told_through_the_use_cases() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let now = world.app.clock.now();
        service::demo::tell_stories(&world.app, world.place, now)
            .await
            .unwrap_or_else(|no| panic!("{name}: {no}"));
        assert_eq!(world.app.clock.now(), now);
    }
}
