//! Steps 6 and 7: decided, organised and paid.

use super::MARTIN;
use crate::site::{Site, on_both};
use testkit::demo::people::PASSPHRASE;

#[test]
fn not_yet_then_agreed_then_paid_by_two() {
    on_both(|mut site| async move {
        site.case = Some(site.world.case_written().await);
        signed_off(&site).await;
        organised(&site).await;
        site
    });
}

/// "Not yet" always says what would need to change; then it is agreed.
async fn signed_off(site: &Site) {
    let b = &site.browser;
    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("sign-off").await;
    b.press("Send the plan to be agreed").await;
    b.see("has been sent").await;
    site.be("Priya Nair").await;
    b.see("Decide on the plan").await;
    site.at("sign-off").await;
    site.check().await;
    b.choose_value("decision", "not-yet").await;
    b.fill_named("reasons", "The nights are not covered.").await;
    b.press("Record and tell the family").await;
    b.see("There is a problem").await;
    b.fill_named("change", "Say who comes at night.").await;
    b.press("Record and tell the family").await;
    b.see("Say who comes at night.").await;

    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("").await;
    b.see("“not yet”").await;
    site.at("sign-off").await;
    b.see("Say who comes at night.").await;
    b.see("look again").await;
    b.see("Priya Nair").await;
    site.check().await;
    site.at("plan/write/if-things-go-wrong").await;
    b.fill_named("text", "At night the other carer sleeps in the house. Nurses: 01632 960 145.").await;
    b.press("Save").await;
    site.at("sign-off").await;
    b.press("Send the plan to be agreed").await;
    site.be("Priya Nair").await;
    site.at("sign-off").await;
    b.choose_value("decision", "agree").await;
    b.fill_named("reasons", "The nights are covered now.").await;
    b.press("Record and tell the family").await;
    b.see("The nights are covered now.").await;
    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("sign-off").await;
    b.see("The plan is agreed").await;
    b.see("Priya Nair").await;
    site.check().await;
}

/// The agreement, the payments: released by one, confirmed by another.
async fn organised(site: &Site) {
    let b = &site.browser;
    site.be("Jo Field").await;
    site.at("agreement").await;
    b.fill_date("from", "9", "3", "2026").await;
    b.press("Make the agreement").await;
    site.check().await;
    site.sign_in(MARTIN, PASSPHRASE).await;
    site.at("agreement").await;
    site.check().await;
    b.press("Sign the agreement").await;
    b.see("There is a problem").await;
    b.choose("Martin Hale").await;
    b.fill_named("how", "Read aloud at home. One blink.").await;
    b.press("Sign the agreement").await;
    site.be("Carys Bevan").await;
    site.at("agreement").await;
    b.press("Sign for the NHS").await;
    b.see("signed").await;

    site.be("Farid Khan").await;
    site.at("payments/plan").await;
    site.check().await;
    for (holding, name, four) in [
        ("Vale Supported Lives", "Vale Supported Lives", "4471"),
        ("Alice's own helpers", "M Hale for A Hale", "0392"),
    ] {
        site.at("payments/plan").await;
        approve_and_schedule(site, holding, name, four).await;
    }
    site.world.days_later(7);
    site.be("Farid Khan").await;
    b.open("/finance").await;
    site.check().await;
    b.press("Release").await;
    // Whoever released it cannot confirm it: there is no such button for him.
    b.open("/finance").await;
    b.see("You released").await;
    site.be("Fay Turner").await;
    b.open("/finance").await;
    b.see("Farid Khan").await;
    site.check().await;
    b.press("Confirm").await;
    site.at("money").await;
    b.see("has come in").await;
    site.check().await;
}

async fn approve_and_schedule(site: &Site, holding: &str, name: &str, four: &str) {
    let b = &site.browser;
    b.pick_named("account-holding", holding).await;
    b.fill_named("account-name", name).await;
    b.fill_named("last-four", four).await;
    b.press("Approve the account").await;
    b.not_see("There is a problem").await;
    site.at("payments/plan").await;
    b.pick_named("holding", holding).await;
    b.fill_date("due", "9", "3", "2026").await;
    b.choose_value("rhythm", "monthly").await;
    b.press("Plan these payments").await;
    b.not_see("There is a problem").await;
}
