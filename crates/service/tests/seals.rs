//! The record is sealed in the background: at the start, every hour, and when
//! the program is told to stop.

use domain::case::notes;
use std::time::{Duration, Instant};
use store::verify::{Report, verify};
use testkit::world::prose;
use testkit::{Stage, World, databases};
use tokio::sync::watch;

async fn report(world: &World) -> Report {
    let report = verify(&world.db, |_, _| ()).await.expect("it runs");
    assert!(report.is_sound(), "{:?}", report.faults);
    report
}

/// Waits until everything is sealed, and gives the number of the newest seal.
async fn sealed(world: &World) -> u64 {
    let began = Instant::now();
    loop {
        let report = report(world).await;
        if let (0, Some(newest)) = (report.unsealed, report.newest_seal) {
            return newest.number;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it is not sealed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_every_hour_and_at_the_end() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let (tell, told) = watch::channel(false);
        let worker = tokio::spawn(world.app.clone().work_behind(None, told));
        assert_eq!(sealed(&world).await, 1, "{name}: at the start");

        let say = async |text: &str| {
            let note = notes::Event::Written { text: prose(text), read_by: notes::ReadBy::Everyone };
            world.say(case, world.people.coordinator, note).await;
        };
        say("Within the hour.").await;
        world.seconds_later(60 * 60 - 1);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(report(&world).await.unsealed, 1, "{name}: not before its time");
        world.seconds_later(1);
        assert_eq!(sealed(&world).await, 2, "{name}: an hour later");

        say("At the last moment.").await;
        tell.send(true).expect("it listens");
        worker.await.expect("it ends");
        let report = report(&world).await;
        assert_eq!((report.unsealed, report.seals), (0, 3), "{name}: at the end");
    }
}
