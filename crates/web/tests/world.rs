//! The world that the other tests live in stands on both databases.

use strum::VariantArray;
use testkit::{Stage, World, databases};

#[tokio::test(flavor = "multi_thread")]
async fn a_case_can_be_brought_to_every_stage() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        for &stage in Stage::VARIANTS {
            let case = world.case_at(stage).await;
            assert_eq!(world.case(case).await.stage(), stage, "{name}");
        }
        world.other_case().await;
        world.enquiry().await;
        let nobody = world.nobody();
        nobody.get("/nowhere").await.expect(404).says("Page not found");
    }
}
