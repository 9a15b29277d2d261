//! The pages for anyone: all there, all linked, none with words nobody knows.

use strum::VariantArray;
use testkit::World;

const PAGES: [&str; 11] = [
    "/",
    "/about",
    "/about/uses",
    "/about/holding",
    "/about/stages",
    "/about/support",
    "/about/questions",
    "/about/disagree",
    "/contact",
    "/privacy",
    "/accessibility",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_guide_is_there_for_anyone() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let nobody = world.nobody();
    for path in PAGES {
        let page = nobody.get(path).await.expect(200);
        assert_eq!(page.select("h1").len(), 1, "{path} has one heading");
        for word in ["PHB", "CHC", "ICB", "DP ", "MDT"] {
            assert!(!page.main().contains(word), "{path} says {word}");
        }
        for href in page.attributes("main a", "href").iter().filter(|href| href.starts_with('/')) {
            let to = href.split('#').next().unwrap_or_default();
            nobody.get(to).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_says_what_people_need_to_know_first() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let nobody = world.nobody();
    for (path, words) in [
        ("/about", "Nobody can make you have one"),
        ("/about", "Someone who does not use words can have one"),
        ("/about/uses", "gambling"),
        ("/about/uses", "National Health Service (Direct Payments) Regulations 2013"),
        ("/about/holding", "An organisation looks after it"),
        ("/about/holding", "right to ask"),
        ("/about/support", "advocate"),
        ("/about/support", "Healthwatch"),
        ("/about/questions", "Good care is not only in a care home"),
        ("/about/disagree", "Ombudsman"),
    ] {
        assert!(nobody.get(path).await.expect(200).main().contains(words), "{path}: {words}");
    }
    let stages = nobody.get("/about/stages").await.expect(200);
    for &stage in domain::case::Stage::VARIANTS {
        assert!(stages.main().contains(stage.i_statement()), "{}", stage.title());
    }
}

/// Nobody is told that they read what they do not.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_privacy_says_what_the_person_does_not_see() {
    for (_, url) in testkit::databases::both() {
        let world = testkit::World::new(&url).await;
        let page = world.nobody().get("/privacy").await.expect(200);
        page.says("notes that staff write for each other").says("You can ask us for those too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_privacy_page_names_every_cookie() {
    let world = World::new(&testkit::databases::both()[0].1).await;
    let page = world.nobody().get("/privacy").await.expect(200);
    let cookies: Vec<&str> = include_str!("../src/cookies.rs")
        .lines()
        .filter(|line| line.contains("_COOKIE: &str = "))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert!(cookies.len() > 2, "the cookies were found: {cookies:?}");
    for cookie in cookies {
        assert!(page.main().contains(cookie), "{cookie}");
    }
}
