//! Administration, on both databases: what it changes, what it refuses, and
//! who it is closed to.

use testkit::{Client, World, databases};

async fn worlds() -> Vec<World> {
    let mut worlds = vec![];
    for (_, url) in databases::both() {
        worlds.push(World::new(&url).await);
    }
    worlds
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_proposed_for_a_post_and_mistakes_are_said() {
    for world in worlds().await {
        let admin = world.client(world.people.admin).await;
        let base = format!("/admin/{}", world.place.area);
        admin.get("/admin").await.leads_to(&base);
        admin.get(&base).await.expect(200).says("Mendip Vale");
        admin.get(&format!("{base}/people")).await.expect(200).says("Farid Khan").never_says("Martin");
        let nhs = world.organisations.nhs.to_string();
        let third = world.organisations.third_party.to_string();
        let long = "x".repeat(300);
        for (name, email, organisation, post) in [
            ("", "new@mendipvale.example", nhs.as_str(), "finance"),
            (&long, "new@mendipvale.example", &nhs, "finance"),
            ("Ned", "", &nhs, "finance"),
            ("Ned", "no-at", &nhs, "finance"),
            ("Ned", "new@mendipvale.example", "", "finance"),
            ("Ned", "new@mendipvale.example", &nhs, "emperor"),
            ("Ned", "new@mendipvale.example", &third, "finance"),
            // Nobody gives themselves a post, and nobody has one twice.
            ("Anna", "anna@mendipvale.example", &nhs, "finance"),
            ("Farid", "farid@mendipvale.example", &nhs, "finance"),
        ] {
            let key = world.app.id().to_string();
            let fields = [
                ("key", key.as_str()),
                ("name", name),
                ("email", email),
                ("organisation", organisation),
                ("post", post),
            ];
            let page = admin.post(&format!("{base}/people/invite"), &fields).await.expect(422);
            assert!(page.html.contains("There is a problem"), "{}", page.main());
            assert_eq!(page.value("email").as_deref().unwrap_or_default(), email);
        }
        let unknown = world.app.id().to_string();
        let fields = [
            ("key", unknown.as_str()),
            ("name", "Ned"),
            ("email", "n@x.example"),
            ("organisation", &unknown),
            ("post", "finance"),
        ];
        admin.post(&format!("{base}/people/invite"), &fields).await.expect(404);
        let key = world.app.id().to_string();
        let fields = [
            ("key", key.as_str()),
            ("name", "نور 🙂"),
            ("email", "noor@mendipvale.example"),
            ("organisation", &nhs),
            ("post", "finance"),
        ];
        // Sent twice it is proposed once.
        for _ in 0..2 {
            admin
                .post(&format!("{base}/people/invite"), &fields)
                .await
                .leads_to(&format!("{base}/people?done="));
        }
        let page = admin.get(&format!("{base}/people")).await.expect(200).says("A second administrator");
        assert_eq!(
            page.attributes("main a", "href").iter().filter(|to| to.contains("/proposals/")).count(),
            1
        );
        let page = admin.get(&format!("{base}/people/proposals/{key}")).await.expect(200);
        page.says("نور 🙂").says("noor@mendipvale.example").says("You proposed this");
        // An administrator does nothing to themselves.
        let me = world.people.admin;
        let own = format!("{base}/people/{me}/posts/{nhs}/administrator");
        admin.get(&own).await.expect(200).says("another administrator does");
        admin.post(&own, &[]).await.expect(422).says("You cannot do this for yourself");
        admin.get(&format!("{base}/people")).await.expect(200).says("Anna Price");
    }
}

async fn refused(client: &Client, path: &str, fields: &[(&str, &str)]) {
    let page = client.post(path, fields).await.expect(422);
    assert!(page.html.contains("There is a problem"), "{}", page.main());
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_are_registered_once_and_renamed() {
    for world in worlds().await {
        let admin = world.client(world.people.admin).await;
        let base = format!("/admin/{}/organisations", world.place.area);
        let page = admin.get(&format!("{base}/new")).await.expect(200);
        let key = page.value("key").expect("a key");
        let new = format!("{base}/new");
        refused(&admin, &new, &[("key", &key), ("name", ""), ("kind", "support")]).await;
        refused(&admin, &new, &[("key", &key), ("name", "Helping Hands"), ("kind", "cult")]).await;
        refused(&admin, &new, &[("key", &key), ("name", &"x".repeat(201)), ("kind", "support")]).await;
        refused(&admin, &new, &[("key", &key), ("name", " plan it  TOGETHER "), ("kind", "support")]).await;
        // A key that cannot be read is dealt anew.
        admin.post(&new, &[("key", "zzz"), ("name", "Anew"), ("kind", "support")]).await.leads_to(&base);
        for _ in 0..2 {
            let fields = [("key", key.as_str()), ("name", "Helping Hands 🤝"), ("kind", "support")];
            admin.post(&new, &fields).await.leads_to(&base);
        }
        let page = admin.get(&base).await.expect(200);
        assert_eq!(
            page.text().matches("Helping Hands 🤝").count(),
            2,
            "a row and its hidden words: {}",
            page.main()
        );
        let one = format!("{base}/{key}");
        assert_eq!(admin.get(&one).await.expect(200).value("name").as_deref(), Some("Helping Hands 🤝"));
        refused(&admin, &one, &[("name", "")]).await;
        refused(&admin, &one, &[("name", "Mendip Vale Council")]).await;
        admin.post(&one, &[("name", "Open Hands")]).await.leads_to(&base);
        admin.get(&base).await.expect(200).says("Open Hands").never_says("Helping Hands");
        let nothing = format!("{base}/{}", world.app.id());
        admin.get(&nothing).await.expect(404);
        admin.post(&nothing, &[("name", "Ghosts")]).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_changes_the_limit_after_a_second_look() {
    for world in worlds().await {
        let owner = world.client(world.people.framework_owner).await;
        let base = format!("/admin/{}/framework", world.place.area);
        owner.get(&base).await.expect(200).says("£110,000");
        let limit = format!("{base}/limit");
        for bad in ["", "-3", "1e9", "£1,234.5", "lots", "12,34", "99999999999"] {
            refused(&owner, &limit, &[("limit", bad)]).await;
            refused(&owner, &limit, &[("limit", bad), ("sure", "yes")]).await;
        }
        let page =
            owner.post(&limit, &[("limit", "115,000")]).await.expect(200).says("Check before you change it");
        owner.get(&base).await.expect(200).says("£110,000");
        let shown = page.value("limit").expect("the amount is carried along");
        owner.post(&limit, &[("limit", &shown), ("sure", "yes")]).await.leads_to(&base);
        owner.get(&base).await.expect(200).says("£115,000");
        refused(&owner, &limit, &[("limit", &shown), ("sure", "yes")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_auditor_reads_and_others_find_nothing() {
    for world in worlds().await {
        let base = format!("/admin/{}", world.place.area);
        let auditor = world.client(world.people.auditor).await;
        for page in ["", "/people", "/organisations", "/framework", "/system"] {
            let shown = auditor.get(&format!("{base}{page}")).await.expect(200);
            assert!(shown.select("main form").is_empty(), "{page} has something to change");
        }
        auditor.get(&format!("{base}/people/invite")).await.expect(404);
        auditor.post(&format!("{base}/framework/limit"), &[("limit", "1")]).await.expect(404);
        for account in
            [world.people.husband, world.people.finance1, world.people.stranger, world.people.nurse]
        {
            let client = world.client(account).await;
            for page in ["", "/people", "/organisations", "/framework", "/system"] {
                client.get(&format!("{base}{page}")).await.expect(404);
            }
        }
        // Nor does a post open another area.
        let elsewhere = format!("/admin/{}", world.app.id());
        let admin = world.client(world.people.admin).await;
        for page in ["", "/people", "/organisations", "/framework", "/system", "/people/invite"] {
            admin.get(&format!("{elsewhere}{page}")).await.expect(404);
        }
    }
}
