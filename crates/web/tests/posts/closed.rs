//! Accounts that are closed and opened again, on both databases: what ends with
//! them, who has to agree, and what nobody loses by it.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_opens_nothing_until_two_open_it_again() {
    for world in worlds().await {
        let p = world.people;
        let (anna, bilal) = (world.client(p.admin).await, world.client(p.admin2).await);
        let live = world.client(p.finance1).await;
        let base = format!("/admin/{}/people/{}", world.place.area, p.finance1);
        let farid = ("email", "farid@mendipvale.example");
        world.nobody().post("/recover", &[farid]).await.expect(200);
        let recovery = world.link_in_letter(Some(farid.1)).await;
        anna.post(&format!("{base}/close"), &[("close-why", " ")]).await.expect(422).says("Enter why");
        anna.post(&format!("{base}/close"), &[("close-why", "A stolen laptop")]).await.leads_to(&base);
        let told = letter_to(&world, farid.1).await.expect("he is told");
        assert!(told.contains("has closed your sign-in"), "{told}");
        live.get("/account").await.leads_to("/sign-in");
        anna.get(&base).await.expect(200).says("Closed since");
        anna.post(&format!("{base}/close"), &[("close-why", "Again")])
            .await
            .expect(422)
            .says("closed already");
        // No way in: said only to whoever knows the passphrase; no letters; links are dead.
        let right = [farid, ("passphrase", testkit::demo::people::PASSPHRASE)];
        world.nobody().post("/sign-in", &right).await.expect(422).says("has been closed");
        let wrong = [farid, ("passphrase", "not the one at all")];
        world.nobody().post("/sign-in", &wrong).await.expect(422).never_says("closed");
        let before = world.app.latest_letters(1_000).await.expect("letters").len();
        world.nobody().post("/recover", &[farid]).await.expect(200);
        assert_eq!(world.app.latest_letters(1_000).await.expect("letters").len(), before, "no letters");
        world.nobody().get(&recovery).await.expect(410);
        world.client(p.finance1).await.get("/home").await.leads_to("/sign-in");
        // One asks, another agrees.
        bilal.post(&format!("{base}/reopen/confirm"), &[]).await.expect(409);
        anna.post(&format!("{base}/reopen"), &[("reopen-why", "It was found")]).await.leads_to(&base);
        anna.post(&format!("{base}/reopen/confirm"), &[]).await.expect(403);
        bilal.post(&format!("{base}/reopen/confirm"), &[]).await.leads_to(&base);
        world.nobody().post("/sign-in", &right).await.leads_to("/sign-in/code");
        world.client(p.finance1).await.get("/finance").await.expect(200);
        // Nobody closes their own.
        let own = format!("/admin/{}/people/{}/close", world.place.area, p.admin);
        anna.post(&own, &[("close-why", "x")]).await.expect(422).says("Ask another administrator");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_family_elsewhere_keeps_their_sign_in() {
    let world = World::new(&databases::sqlite_url()).await;
    world.case_at(testkit::Stage::Contact).await;
    // Martin speaks for Alice, and works in finance.
    world.give_post(world.organisations.nhs, world.people.husband, Post::Finance).await;
    let anna = world.client(world.people.admin).await;
    let base = format!("/admin/{}/people/{}", world.place.area, world.people.husband);
    anna.post(&format!("{base}/close"), &[("close-why", "x")])
        .await
        .expect(422)
        .says("not yours to look after");
    anna.post(&format!("{base}/posts/{}/finance", world.organisations.nhs), &[]).await.leads_to(&base);
    anna.post(&format!("{base}/end-sessions"), &[("sessions-why", "x")]).await.expect(404);
    world.client(world.people.husband).await.get("/home").await.leads_to("/cases/");
}

async fn is_open(world: &World, account: AccountId) -> bool {
    use domain::{Aggregate as _, account::Account};
    let read = world.db.read::<_, store::StoreError>(move |tx| {
        Ok(Account::fold(account, &store::record::load(tx, Account::stream_of(account))?))
    });
    read.await.is_ok_and(|account| account.closed.is_none())
}

/// Somebody's place is theirs also while it does not count: a broker whose
/// consent is off, a husband who speaks for nobody now.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_does_not_count_today_is_theirs_all_the_same() {
    for world in worlds().await {
        let (p, nhs) = (world.people, world.organisations.nhs);
        let case = world.case_at(testkit::Stage::Plan).await;
        let martin = world.client(p.husband).await;
        let broker = world.case(case).await.circle.member_of(p.broker).expect("he is in it").id;
        let end = format!("/cases/{case}/people/sharing/{broker}/end");
        martin.post(&end, &[("voice", "person"), ("how", "Two blinks")]).await.expect(303);
        world.client(p.broker).await.get(&format!("/cases/{case}")).await.expect(404);
        let member = world.case(case).await.circle.member_of(p.husband).expect("he is in it").clone();
        for speaks in &member.speaks {
            let (member, footing) = (member.id, speaks.footing);
            let ended = domain::case::circle::Event::SpeakerEnded { member, footing, why: None };
            world.say(case, p.coordinator, ended).await;
        }
        assert_eq!(world.case(case).await.circle.roles_of(p.husband).count(), 0, "no place of his counts");
        let anna = world.client(p.admin).await;
        for account in [p.broker, p.husband] {
            world.give_post(nhs, account, Post::Finance).await;
            let close = format!("/admin/{}/people/{account}/close", world.place.area);
            let page = anna.post(&close, &[("close-why", "x")]).await.expect(422);
            page.says("not yours to look after");
            assert!(is_open(&world, account).await, "it stays open");
        }
    }
}

/// Changes the rows that a case has in the lists, as nobody should.
async fn rows_of(
    world: &World,
    case: domain::CaseId,
    change: impl Fn(&mut Vec<store::lists::ListRow>) + Send + Sync + 'static,
) {
    let stream = store::Stream { kind: store::StreamKind::Case, id: case.0 };
    let write = world.db.write(move |tx| {
        let listed = store::lists::of_stream(tx, stream)?;
        let mut rows = listed.into_iter().map(|listed| listed.row).collect();
        change(&mut rows);
        store::lists::replace(tx, stream, &rows).map(drop)
    });
    write.await.expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_closes_nobody_and_a_later_place_keeps_nobody_out() {
    for world in worlds().await {
        let (p, nhs) = (world.people, world.organisations.nhs);
        let case = world.case_at(testkit::Stage::Contact).await;
        world.give_post(nhs, p.husband, Post::Finance).await;
        let (anna, bilal) = (world.client(p.admin).await, world.client(p.admin2).await);
        rows_of(&world, case, |rows| {
            rows.iter_mut().filter(|row| row.list == "places").for_each(|row| row.state = Some("?".into()));
        })
        .await;
        let base = format!("/admin/{}/people/{}", world.place.area, p.husband);
        anna.post(&format!("{base}/close"), &[("close-why", "x")]).await.expect(500);
        assert!(is_open(&world, p.husband).await, "what cannot be read is not \"no places\"");
        // Closed first, and a place came after: it can be opened again.
        let base = format!("/admin/{}/people/{}", world.place.area, p.finance1);
        anna.post(&format!("{base}/close"), &[("close-why", "A stolen laptop")]).await.leads_to(&base);
        rows_of(&world, case, move |rows| {
            rows.push(store::lists::ListRow {
                list: "places".into(),
                owner: Some(p.finance1.0),
                state: Some("family-carer".into()),
                ..store::lists::ListRow::default()
            });
        })
        .await;
        anna.post(&format!("{base}/reopen"), &[("reopen-why", "It was found")]).await.leads_to(&base);
        bilal.post(&format!("{base}/reopen/confirm"), &[]).await.leads_to(&base);
        assert!(is_open(&world, p.finance1).await, "two opened it");
        anna.post(&format!("{base}/close"), &[("close-why", "x")]).await.expect(422).says("not yours");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_signs_a_colleague_out_and_they_are_told() {
    for world in worlds().await {
        let anna = world.client(world.people.admin).await;
        let sessions = [world.client(world.people.nurse).await, world.client(world.people.nurse).await];
        let base = format!("/admin/{}/people/{}", world.place.area, world.people.nurse);
        anna.post(&format!("{base}/end-sessions"), &[("sessions-why", "")])
            .await
            .expect(422)
            .says("Enter why");
        sessions[0].get("/account").await.expect(200);
        anna.post(&format!("{base}/end-sessions"), &[("sessions-why", "A lost telephone")])
            .await
            .leads_to(&base);
        for session in &sessions {
            session.get("/account").await.leads_to("/sign-in");
        }
        let told = letter_to(&world, "priya@mendipvale.example").await.expect("she is told");
        assert!(told.contains("signed you out"), "{told}");
        world.client(world.people.nurse).await.get("/home").await.expect(200);
    }
}

/// Links that were asked for before it was closed stay dead when it is open
/// again, those that were in a letter and those that were still to be written.
#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_every_link_for_good() {
    for world in worlds().await {
        let p = world.people;
        let (anna, bilal) = (world.client(p.admin).await, world.client(p.admin2).await);
        let base = format!("/admin/{}/people/{}", world.place.area, p.finance1);
        let farid = ("email", "farid@mendipvale.example");
        world.nobody().post("/recover", &[farid]).await.expect(200);
        let old = world.link_in_letter(Some(farid.1)).await;
        world.half(p.finance1).await.post("/sign-in/code/lost", &[]).await.leads_to("/sign-in/code/lost");
        let lost = world.link_in_letter(Some(farid.1)).await;
        assert!(lost.starts_with("/lost/"), "{lost}");
        world.nobody().post("/recover", &[farid]).await.expect(200);
        world.app.work_once(None).await.expect("the letter is queued");
        world.seconds_later(60);
        anna.post(&format!("{base}/close"), &[("close-why", "A stolen laptop")]).await.leads_to(&base);
        anna.post(&format!("{base}/reopen"), &[("reopen-why", "It was found")]).await.leads_to(&base);
        bilal.post(&format!("{base}/reopen/confirm"), &[]).await.leads_to(&base);
        for link in [old, lost] {
            world.nobody().get(&link).await.expect(410);
        }
        assert_eq!(world.link_that_works(Some(farid.1)).await, None, "not in a letter from before either");
        world.nobody().post("/recover", &[farid]).await.expect(200);
        let new = world.link_in_letter(Some(farid.1)).await;
        world.nobody().get(&new).await.expect(200);
    }
}
