//! Looking for a case: everywhere that somebody may know of one.

use domain::CaseId;
use domain::access::{CaseRole, Post};
use domain::case::Event;
use domain::testing::{joined, named, opened};
use domain::{AccountId, AreaId, MemberId};
use std::collections::BTreeSet;
use testkit::World;
use testkit::databases::both;

/// Cases of an area with a name, so many of them.
async fn cases(world: &World, area: AreaId, name: &str, count: usize, more: &[Event]) -> BTreeSet<CaseId> {
    let mut made = BTreeSet::new();
    for _ in 0..count {
        let case = CaseId(world.app.id());
        let events: Vec<Event> = [opened(area), named(name)].into_iter().chain(more.to_vec()).collect();
        world.record(case, world.people.coordinator, events).await;
        made.insert(case);
    }
    made
}

/// What somebody finds, page by page, and on how many pages.
async fn finds(world: &World, account: AccountId, words: &str) -> (Vec<CaseId>, usize) {
    let actor = world.actor(account).await;
    let (mut found, mut after, mut pages) = (vec![], None, 0);
    loop {
        let page = world.app.find_cases(&actor, words, after).await.expect("it can be searched");
        found.extend(page.rows.iter().map(|row| row.case));
        pages += 1;
        after = page.next;
        if after.is_none() {
            return (found, pages);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_works_in_two_areas_finds_cases_of_both_and_their_own_elsewhere() {
    for (name, url) in both() {
        let world = World::new(&url).await;
        let (further, organisation) = world.further_area().await;
        let (third, _) = world.other_area("Third Vale", "otto@third.example").await;
        let account = world.people.commissioner;
        let of_hers = joined(MemberId(world.app.id()), "Her", CaseRole::FamilyCarer, Some(account));
        let here = cases(&world, world.place.area, "Zelda Quill", 20, &[]).await;
        let there = cases(&world, further, "Zelda Quill", 31, &[]).await;
        let own = cases(&world, third, "Zelda Quill", 2, std::slice::from_ref(&of_hers)).await;
        let own_here = cases(&world, world.place.area, "Zelda Quill", 1, &[of_hers]).await;
        cases(&world, third, "Zelda Quill", 3, &[]).await;
        cases(&world, further, "Somebody Else", 1, &[]).await;

        let mut expected: BTreeSet<CaseId> = here.iter().chain(&own).chain(&own_here).copied().collect();
        let (found, _) = finds(&world, account, "quill").await;
        assert_eq!((found.len(), found.iter().copied().collect()), (23, expected.clone()), "{name}");

        world.give_post(organisation, account, Post::Commissioner).await;
        expected.extend(&there);
        let (found, pages) = finds(&world, account, "quill zelda").await;
        assert_eq!((found.len(), pages), (54, 3), "{name}: each once, on three pages");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{name}");
        assert_eq!(finds(&world, world.people.husband, "zelda").await.0, [], "{name}: not theirs");
    }
}
