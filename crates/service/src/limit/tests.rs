//! Turns, queues, and who makes room.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

const SMALL: Bounds = Bounds { at_once: 1, each_at_once: 1, waiting: 4, each_waiting: 3 };

fn small() -> Limits {
    Limits::with(|_| SMALL)
}

async fn settle(limits: &Limits, waiting: usize) {
    while limits.now(Work::Paper).1 != waiting {
        tokio::task::yield_now().await;
    }
}

/// Asks for turns that end as soon as they begin; gives who had them.
async fn ask(limits: &Limits, who: &[&'static str]) -> Vec<Result<&'static str, Error>> {
    let had = Arc::new(Mutex::new(vec![]));
    let first = limits.turn(Work::Paper, "first").await.expect("nobody else is there");
    let mut asked = vec![];
    for who in who {
        let (limits, had) = (limits.clone(), Arc::clone(&had));
        let who = *who;
        asked.push(tokio::spawn(async move {
            let turn = limits.turn(Work::Paper, who).await;
            had.lock().expect("it").push(turn.as_ref().map(|_| who).map_err(Clone::clone));
        }));
        // Until they wait, or were told that they cannot.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    drop(first);
    for one in asked {
        one.await.expect("it ends");
    }
    let had = had.lock().expect("it");
    had.clone()
}

#[tokio::test]
async fn turns_go_round_between_those_who_wait() {
    let had = ask(&small(), &["greedy", "greedy", "greedy", "meek"]).await;
    let had: Vec<_> = had.into_iter().map(|one| one.expect("all had a turn")).collect();
    assert_eq!(had, ["greedy", "meek", "greedy", "greedy"]);
}

#[tokio::test]
async fn one_alone_cannot_fill_the_queue_and_a_full_one_makes_room_for_who_waits_for_less() {
    let had = ask(&small(), &["greedy", "greedy", "greedy", "greedy"]).await;
    assert!(matches!(had[0], Err(Error::Busy)), "the fourth was told at once: {had:?}");
    assert_eq!(had.iter().filter(|one| one.is_ok()).count(), 3);

    let had = ask(&small(), &["greedy", "greedy", "greedy", "meek", "late"]).await;
    let kept: Vec<_> = had.iter().flatten().copied().collect();
    assert_eq!(kept, ["greedy", "meek", "late", "greedy"], "{had:?}");
    assert_eq!(had.iter().filter(|one| matches!(one, Err(Error::Busy))).count(), 1);

    let had = ask(&small(), &["a", "b", "c", "d", "e"]).await;
    assert_eq!(had.iter().filter(|one| one.is_err()).count(), 1, "nobody is greedier than they: {had:?}");
}

/// Strangers of these ranks ask one after the other while the only place is
/// taken; gives who had a turn, in their order, and who was sent away.
async fn of_ranks(ask: &[(&'static str, u64)]) -> (Vec<&'static str>, Vec<&'static str>) {
    let (limits, had) = (small(), Arc::new(Mutex::new((vec![], vec![]))));
    let work = Work::StrangersPassphrase;
    let first = limits.turn(work, "first").await.expect("nobody else is there");
    let mut asked = vec![];
    for (who, rank) in ask.iter().copied() {
        let (limits, had) = (limits.clone(), Arc::clone(&had));
        asked.push(tokio::spawn(async move {
            let turn = limits.turn_of_rank(work, who, rank).await;
            let mut had = had.lock().expect("it");
            if turn.is_ok() { had.0.push(who) } else { had.1.push(who) }
        }));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    drop(first);
    for one in asked {
        one.await.expect("it ends");
    }
    let had = had.lock().expect("it");
    had.clone()
}

#[tokio::test]
async fn strangers_who_asked_least_go_first_and_of_equals_the_newest() {
    let (had, away) = of_ranks(&[("often", 9), ("once", 1), ("new", 0), ("newer", 0)]).await;
    assert_eq!(had, ["newer", "new", "once", "often"]);
    assert_eq!(away, [""; 0]);
}

#[tokio::test]
async fn a_full_queue_of_strangers_sends_away_who_asked_most_and_never_a_newcomer() {
    let flood = [("flood", 1), ("flood", 2), ("flood", 3), ("other", 1)];
    let (had, away) = of_ranks(&[&flood[..], &[("new", 0)]].concat()).await;
    assert_eq!(had, ["new", "other", "flood", "flood"]);
    assert_eq!(away, ["flood"], "the one of rank 3");
    let (had, away) = of_ranks(&[&flood[..], &[("worse", 7)]].concat()).await;
    assert_eq!(away, ["worse"]);
    assert_eq!(had, ["other", "flood", "flood", "flood"]);
    // All ask for the first time: the one who has waited longest.
    let all = [("a", 0), ("b", 0), ("c", 0), ("d", 0), ("e", 0)];
    assert_eq!(of_ranks(&all).await, (vec!["e", "d", "c", "b"], vec!["a"]));
}

#[tokio::test]
async fn who_left_is_passed_over_and_no_turn_is_lost() {
    let limits = small();
    let first = limits.turn(Work::Paper, "first").await.expect("it is free");
    let other = limits.clone();
    let gone = tokio::spawn(async move { other.turn(Work::Paper, "gone").await.map(drop) });
    settle(&limits, 1).await;
    gone.abort();
    gone.await.expect_err("it left");
    drop(first);
    drop(limits.turn(Work::Paper, "next").await.expect("it is free again"));
    assert_eq!(limits.now(Work::Paper), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_goes_on_at_once_than_there_are_places() {
    let limits = Limits::with(|_| Bounds { at_once: 3, each_at_once: 2, waiting: 200, each_waiting: 200 });
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let all = (0..100).map(|n| {
        let (limits, now, most) = (limits.clone(), Arc::clone(&now), Arc::clone(&most));
        tokio::spawn(async move {
            let who = format!("who {}", n % 7);
            let work = move |place: &mut Place| {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                place.blocks(4);
                std::thread::yield_now();
                now.fetch_sub(1, SeqCst);
            };
            limits.run(Work::File, &who, work).await
        })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.expect("it ends").expect("it had its turn");
    }
    assert!(most.load(SeqCst) <= 3, "{most:?} at once");
    let lane = &limits.lanes[3];
    assert!(lane.state().spare.len() <= 3, "memory is kept for so many and no more");
    assert_eq!(limits.now(Work::File), (0, 0));
}

#[tokio::test]
async fn work_that_panics_gives_its_turn_back() {
    let limits = small();
    let broke = limits.run(Work::Paper, "who", |_| panic!("as it should in this test")).await;
    assert!(matches!(broke, Err(Error::Broken(_))));
    limits.run(Work::Paper, "who", |_| ()).await.expect("it is free again");
}

#[test]
fn every_kind_has_places_a_queue_and_a_share_that_is_less_than_all() {
    for cores in [1, 2, 4, 64] {
        for &work in Work::VARIANTS {
            let b = work.bounds(cores);
            assert!(b.at_once >= 1 && b.each_at_once >= 1 && b.each_at_once <= b.at_once, "{work:?} {b:?}");
            assert!(b.each_waiting * 2 <= b.waiting, "{work:?}: one cannot hold the whole queue: {b:?}");
            assert!(cores < 4 || b.each_at_once < b.at_once || b.at_once == 1, "{work:?} {b:?}");
        }
    }
}

const TWO: Bounds = Bounds { at_once: 2, each_at_once: 2, waiting: 8, each_waiting: 4 };

async fn has_gone(coming: &Coming) -> bool {
    tokio::time::timeout(Duration::ZERO, coming.has_to_go()).await.is_ok()
}

#[tokio::test]
async fn a_slow_body_makes_room_for_whoever_has_less_and_one_that_nobody_waits_for_stays() {
    let limits = Limits::with(|_| TWO).that_keep(Duration::from_millis(30));
    let (_quick_turn, quick) = limits.turn_for_body(Work::Upload, "greedy").await.expect("a place");
    let (slow_turn, slow) = limits.turn_for_body(Work::Upload, "greedy").await.expect("a place");
    quick.came(1_000_000);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(!has_gone(&slow).await && !has_gone(&quick).await, "nobody waits for it");
    // Their own third waits for their share, which makes no room.
    let third =
        tokio::time::timeout(Duration::from_millis(200), limits.turn_for_body(Work::Upload, "greedy"));
    third.await.expect_err("they have their share");
    assert!(!has_gone(&slow).await && !has_gone(&quick).await);
    let other = limits.clone();
    let meek = tokio::spawn(async move { other.turn_for_body(Work::Upload, "meek").await });
    slow.has_to_go().await;
    drop((slow, slow_turn));
    let (_turn, meek) = meek.await.expect("it ends").expect("the place of the slow one");
    assert!(!has_gone(&quick).await && !has_gone(&meek).await);
    // Whoever has no less than others sends nobody away.
    let equal = tokio::time::timeout(Duration::from_millis(200), limits.turn_for_body(Work::Upload, "meek"));
    equal.await.expect_err("each has one");
    assert!(!has_gone(&quick).await);
}

#[tokio::test]
async fn a_body_that_is_in_keeps_its_place() {
    let limits = Limits::with(|_| SMALL).that_keep(Duration::from_millis(20));
    let (_turn, coming) = limits.turn_for_body(Work::Upload, "somebody").await.expect("a place");
    // All of it is there: it is being worked on now.
    drop(coming);
    let next = tokio::time::timeout(Duration::from_millis(200), limits.turn_for_body(Work::Upload, "other"));
    next.await.expect_err("it waits for its turn");
    assert_eq!(limits.now(Work::Upload).0, 1);
}

#[tokio::test]
async fn a_place_goes_to_whoever_has_least() {
    let limits = Limits::with(|_| TWO);
    let (one, _two) = (
        limits.turn(Work::Paper, "greedy").await.expect("a place"),
        limits.turn(Work::Paper, "greedy").await.expect("a place"),
    );
    let mut asked = vec![];
    for who in ["greedy", "meek"] {
        let limits = limits.clone();
        asked.push(tokio::spawn(async move { limits.turn(Work::Paper, who).await }));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    drop(one);
    let meek = asked.pop().expect("two").await.expect("it ends");
    assert!(meek.is_ok(), "though the greedy one asked before");
    assert_eq!(limits.now(Work::Paper), (2, 1));
}
