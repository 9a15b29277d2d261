//! Steps 3 and 4: her needs, seen by two, and the money for them.

use super::MARTIN;
use crate::site::{Site, on_both};
use testkit::demo::people::PASSPHRASE;
use testkit::stages::Stage;

#[test]
fn needs_that_two_see_differently_and_the_money_for_them() {
    on_both(|mut site| async move {
        site.begin_at(Stage::Needs).await;
        answered(&site).await;
        the_money(&site).await;
        site
    });
}

/// Needs, each answer with whose it is.
async fn answered(site: &Site) {
    let b = &site.browser;
    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("needs").await;
    b.see("There are no wrong answers").await;
    site.check().await;
    let method = testkit::demo::method::method();
    for question in &method.questions {
        site.at(&format!("needs/questions/{}", question.key)).await;
        let level = if question.key == "breathing" { 2 } else { 3 };
        b.choose_value("level", &level.to_string()).await;
        b.press("Save and go on").await;
    }
    // The care co-ordinator sees one of them differently; both stand.
    site.be("Jo Field").await;
    site.at("needs/questions/breathing").await;
    b.choose_value("level", "3").await;
    b.press("Save and go on").await;
    site.at("needs").await;
    b.follow("Settle where you differ").await;
    site.check().await;
    b.choose_value("level", "3").await;
    b.fill_named("how", "Martin had not counted the suction he does himself.").await;
    b.press("Settle it").await;
    for (words, funder) in
        [("Somebody trained with her day and night", "nhs"), ("To get out and hear music", "council")]
    {
        site.at("needs/add").await;
        b.fill_named("words", words).await;
        b.choose_value("funder", funder).await;
        b.choose_value("voice", "person").await;
        b.press("Add this need").await;
    }
    site.at("needs/check").await;
    site.check().await;
    b.press("Finish the questions").await;
}

/// Then the money, explained.
async fn the_money(site: &Site) {
    let b = &site.browser;
    site.at("budget").await;
    b.press("Work out the budget").await;
    b.see("£").await;
    b.press("Share it with the family").await;

    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("").await;
    site.check().await;
    site.at("budget").await;
    b.see("not set in stone").await;
    b.see("From the NHS").await;
    site.check().await;
    b.follow("It looks wrong, or is not enough").await;
    b.fill_named("words", "Does this mean we have to sell the house?").await;
    b.press("Send").await;
    b.see("Does this mean we have to sell the house?").await;
}
