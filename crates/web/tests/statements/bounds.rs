//! What one account may add on a day, and what a case may hold.

use super::{own_account, taken};
use service::settings::Parts;
use service::settings::{MB, Most};
use store::stored::Amount;
use testkit::{World, databases};

fn lines(from: u32, to: u32) -> String {
    let line = |n| format!("{:02}/02/2026,SHOP {n},-{}.50\n", 1 + n % 28, 1 + n);
    "Date,Description,Amount\n".to_owned() + &(from..to).map(line).collect::<String>()
}

/// A world with bounds of its own, in which a statement is written in parts.
async fn bounded(url: &str, day: (u64, u64), case: (u64, u64)) -> World {
    let amount = |(bytes, lines)| Amount { bytes, lines };
    let most = Most { in_a_day: amount(day), in_a_case: amount(case) };
    World::that(url, |settings| settings.most = most, |app| app.with_parts(Parts::of(4))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn more_payments_than_a_day_has_are_refused_whole_and_taken_in_tomorrow() {
    for (name, url) in databases::both() {
        let world = bounded(&url, (MB, 20), (MB, 100)).await;
        let own = own_account(&world).await;
        super::send(&world, own, "a.csv", lines(0, 15).as_bytes()).await.expect(200);
        let page = super::send(&world, own, "b.csv", lines(0, 26).as_bytes()).await.expect(422);
        let summary = page.select(".nhsuk-error-summary").concat();
        assert!(summary.contains("20 payments from bank statements in one day"), "{name}: {summary}");
        assert!(summary.contains("Send it again tomorrow"), "{name}: {summary}");
        assert_eq!(taken(&world, own.0).await, 15, "{name}: none of it is there");
        // Only what is new counts.
        super::send(&world, own, "c.csv", lines(0, 20).as_bytes()).await.expect(200).says("New payments 5");
        world.days_later(1);
        super::send(&world, own, "b.csv", lines(0, 26).as_bytes()).await.expect(200).says("New payments 6");
        // Another account has a day of its own, and the case one bound for all.
        assert_eq!(taken(&world, own.0).await, 26, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_payments_than_a_case_has_room_for_are_refused() {
    for (name, url) in databases::both() {
        let world = bounded(&url, (MB, 1_000), (MB, 30)).await;
        let own = own_account(&world).await;
        super::send(&world, own, "a.csv", lines(0, 28).as_bytes()).await.expect(200);
        world.days_later(1);
        let page = super::send(&world, own, "b.csv", lines(20, 31).as_bytes()).await.expect(422);
        page.says("30 payments from bank statements here").says("all that is here stays");
        assert_eq!(taken(&world, own.0).await, 28, "{name}");
        super::send(&world, own, "c.csv", lines(20, 30).as_bytes()).await.expect(200).says("New payments 2");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_files_than_a_day_or_a_case_has_room_for_are_refused_and_nothing_typed_is_lost() {
    let png = crate::money::photograph();
    let size = u64::try_from(formats::media::without_location(&png).len()).expect("small");
    for (name, url) in databases::both() {
        let world = bounded(&url, (2 * size, 20), (3 * size, 100)).await;
        let (case, _) = own_account(&world).await;
        let receipts = format!("/cases/{case}/money/receipts");
        let mut key = 0;
        let mut add = async |what: &str| {
            let client = world.client(world.people.husband).await;
            key += 1;
            let key = format!("0199aaaa-0000-7000-8000-00000000000{key}");
            let file = [("file", "taxi.png", "image/png", png.as_slice())];
            client.upload(&receipts, &[("what", what), ("key", &key)], &file).await
        };
        add("One").await.expect(303);
        add("Two").await.expect(303);
        let page = add("Three taxis to the choir").await.expect(422);
        assert_eq!(page.value("what").as_deref(), Some("Three taxis to the choir"), "{name}");
        page.says("in one day").says("tomorrow");
        world.days_later(1);
        add("Three").await.expect(303);
        add("Four").await.expect(422).says("here, which is the most we keep");
        let there = world.db.read(move |tx| store::stored::of_case(tx, case)).await;
        assert_eq!(there, Ok::<_, store::StoreError>(Amount { bytes: 3 * size, lines: 0 }), "{name}");
    }
}

/// What is there is known without counting it, and it is what counting gives.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_what_is_there_and_asking_costs_the_same_however_much_it_is() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let (case, _) = own_account(&world).await;
        let life = testkit::life::Life { lines: 400, notes: 0, receipts: 30, writings: 0, looks: 0 };
        testkit::life::live(&world, case, life).await;
        let there = world.db.read(move |tx| {
            let bytes = store::files::list(tx, case)?.iter().map(|file| file.size).sum();
            Ok::<_, store::StoreError>(bytes)
        });
        let lines = u64::try_from(world.bank_lines(case).await.len()).expect("few");
        let expected = Amount { bytes: there.await.expect("files"), lines };
        let (questions, rows) = world.db.asked();
        let of_case = world.db.read(move |tx| store::stored::of_case(tx, case)).await;
        let asked = world.db.asked();
        assert_eq!(of_case, Ok::<_, store::StoreError>(expected), "{name}");
        assert_eq!((asked.0 - questions, asked.1 - rows), (1, 1), "{name}");
    }
}
