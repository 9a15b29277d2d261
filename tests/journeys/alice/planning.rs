//! Step 5: a plan that two write at once.

use super::MARTIN;
use crate::site::{Site, on_both};
use testkit::demo::people::PASSPHRASE;
use testkit::stages::Stage;

#[test]
fn two_write_one_plan_until_nothing_is_missing() {
    on_both(|mut site| async move {
        site.begin_at(Stage::Plan).await;
        sections(&site).await;
        rest_of_the_plan(&site).await;
        site
    });
}

/// Her husband and the broker write the plan; the nine criteria show live.
async fn sections(site: &Site) {
    let b = &site.browser;
    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("plan").await;
    b.see("of 9").await;
    site.check().await;
    let sections = [
        ("who-i-am", "Alice led the choir for twenty years. She has a brain injury and does not use words."),
        (
            "who-speaks",
            "She decides what she can, with one blink or two. For the rest it was agreed that Martin speaks.",
        ),
        ("working", "Being at home. Music in the morning."),
        ("not-working", "Thirty-one carers in four months."),
        ("important-for-my-health", "Somebody trained with me day and night."),
        ("if-things-go-wrong", "Call the nurses on 01632 960 145, day or night."),
        ("how-money-is-held", "Vale Supported Lives hold the wages. Martin looks after the rest."),
        ("how-we-review", "Ask me. If I go still, something is wrong."),
    ];
    for (section, text) in sections {
        site.at(&format!("plan/write/{section}")).await;
        b.fill_named("text", text).await;
        b.press("Save").await;
    }

    // Two people write at once: the broker opens the page, the husband saves
    // first, and neither's words are lost.
    site.be("Sam Okoro").await;
    site.at("plan/write/important-to-me").await;
    b.choose_value("voice", "person").await;
    b.fill_named("text", "The same faces. To be asked, and waited for.").await;
    meanwhile_martin_writes(site, "Martin being Martin, not a nurse.").await;
    b.press("Save").await;
    b.see("The same faces.").await;
    site.at("plan/write/important-to-me").await;
    b.see("Martin being Martin, not a nurse.").await;
    b.see("The same faces. To be asked, and waited for.").await;
    site.check().await;
    b.fill_named("text", "The same faces. To be asked, and waited for. Martin being Martin, not a nurse.")
        .await;
    b.choose_value("voice", "person").await;
    b.press("Save as one version").await;
}

/// He saves from another window what she told him, before the broker does.
async fn meanwhile_martin_writes(site: &Site, text: &str) {
    let client = site.world.client(site.world.people.husband).await;
    let path = format!("/cases/{}/plan/write/important-to-me", site.case());
    client.post(&path, &[("text", text), ("voice", "person"), ("based-on", "0")]).await.expect(303);
}

/// The broker has the risk open while the husband changes it from another
/// window; both versions stand, and she writes them into one.
async fn both_change_the_risk(site: &Site) {
    let b = &site.browser;
    let risk = site.world.case(site.case()).await.plan.risks[0].clone();
    site.at(&format!("plan/risks/{}", risk.id)).await;
    b.fill("What do we do about it?", "The agency in Wells sends someone Alice has met.").await;
    let martin = site.world.client(site.world.people.husband).await;
    let (path, seen) = (format!("/cases/{}/plan/risks/{}", site.case(), risk.id), risk.seq.to_string());
    let his = [
        ("words", risk.words.words.as_str()),
        ("what-we-do", "I stay at home until one of them is well."),
        ("who", "Martin"),
        ("voice", "person"),
        ("based-on", &seen),
    ];
    martin.post(&path, &his).await.expect(303);
    b.press("Save").await;
    b.see("Nothing is lost").await;
    b.see("I stay at home until one of them is well.").await;
    b.see("Keep this version").await;
    site.check().await;
    for page in ["plan/risks", "plan/whole", "plan"] {
        site.at(page).await;
        site.check().await;
    }
    b.follow("Bring the versions of “Both carers are ill at once” together").await;
    let both = "The agency in Wells sends someone Alice has met. Until then Martin stays at home.";
    b.fill("What do we do about it?", both).await;
    b.press("Save as one version").await;
    b.see("The versions are one now").await;
    b.not_see("I stay at home until").await;
}

async fn rest_of_the_plan(site: &Site) {
    let b = &site.browser;
    site.at("plan/outcomes/add").await;
    b.fill_named("words", "More and more people understand what I am saying").await;
    b.choose_value("aim", "better").await;
    b.choose("Alice needs someone near her").await;
    b.choose_value("voice", "person").await;
    b.press("Save").await;
    site.at("plan/risks/add").await;
    b.press("Save").await;
    b.see("There is a problem").await;
    b.fill_named("words", "Both carers are ill at once").await;
    b.fill_named("what-we-do", "The agency in Wells keeps two people who know Alice.").await;
    b.fill_named("who", "Martin").await;
    b.choose_value("voice", "person").await;
    b.press("Save").await;
    both_change_the_risk(site).await;
    for (what, who, paid) in [
        ("Choose and train two live-in carers", "Martin, with Sam", "yes"),
        ("Speak for Alice’s wishes wherever she goes", "Martin", "no"),
    ] {
        site.at("plan/actions/add").await;
        b.fill_named("what", what).await;
        b.fill_named("who", who).await;
        b.choose_value("paid", paid).await;
        b.fill_named("when", "Before the budget starts").await;
        b.choose("1. More and more people").await;
        b.choose_value("voice", "person").await;
        b.press("Save").await;
    }
    site.at("plan/holding/add").await;
    b.choose_value("mode", "third-party").await;
    b.pick("Which organisation?", "Vale Supported Lives").await;
    b.fill_named("name", "Wages").await;
    b.press("Save").await;
    site.at("plan/holding/add").await;
    b.choose_value("mode", "direct-payment").await;
    b.fill_named("name", "Alice’s own account").await;
    b.press("Save").await;
    for (what, kind, funder, amount, every, holding) in [
        ("Two live-in carers", "A personal assistant", "nhs", "1,000", "week", "Wages"),
        ("A van for choir and days out", "Getting there", "council", "36.00", "week", "Alice’s own account"),
    ] {
        site.at("plan/money/add").await;
        b.fill_named("what", what).await;
        b.pick("What kind of thing is it?", kind).await;
        b.choose_value("funder", funder).await;
        b.fill_named("amount", "1e9").await;
        b.choose_value("every", every).await;
        b.choose("1. More and more people").await;
        b.choose(holding).await;
        b.choose_value("voice", "person").await;
        b.press("Save").await;
        b.see("must be a number of pounds").await;
        b.fill_named("amount", amount).await;
        b.press("Save").await;
    }
    site.at("plan/review-date").await;
    b.fill_date("on", "31", "2", "2026").await;
    b.press("Save").await;
    b.see("must be a real date").await;
    b.fill_date("on", "20", "5", "2026").await;
    b.press("Save").await;
    site.at("plan").await;
    b.see("9 of 9").await;
    site.check().await;
    for page in ["plan/whole", "plan/thread", "plan/money"] {
        site.at(page).await;
        site.check().await;
    }
}
