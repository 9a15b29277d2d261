//! David and Dee (000:203-211): for a year the NHS holds the money; then they
//! employ people of their own, in the same case, and nothing is lost.

use crate::site::{Site, on_both};
use domain::case::arrangement::PaymentState;
use domain::{Date, dates};

/// What the agency and the therapist were paid in the first year, thirteen
/// times £4,140, as every page writes it.
const FIRST_YEAR: &str = "£53,820.00";

#[test]
fn from_money_that_the_nhs_holds_to_assistants_of_their_own() {
    on_both(|mut site| async {
        let begun = site.world.today();
        site.world.days_later(455);
        let (app, place, today) = (&site.world.app, site.world.place, site.world.today());
        let case = testkit::demo::davids_first_year(app, place, today).await.expect("the first year is told");
        site.remember(&case.to_string());
        let plan_then = dates::days_after(begun, 40);
        a_year_on(&site).await;
        change_how_it_is_held(&site).await;
        plan_agreed_again(&site).await;
        both_sign_again(&site).await;
        paid_by_two(&site).await;
        nothing_is_lost(&site, plan_then).await;
        site
    });
}

/// Dee sees what was bought for him, and how little of it is theirs to do.
async fn a_year_on(site: &Site) {
    let b = &site.browser;
    site.be("Dee Lowe").await;
    site.at("").await;
    b.see("David").await;
    site.check().await;
    site.at("money").await;
    b.see("Held by NHS Mendip Vale").await;
    b.see(FIRST_YEAR).await;
    b.see("Nothing is paid in ahead for a notional budget").await;
    b.not_see("Add a bank statement").await;
    site.check().await;
    // No direct payment while David has not said yes to one.
    site.be("Jo Field").await;
    site.at("people").await;
    b.see("direct payment").await;
    site.check().await;
    site.at("consent/direct-payment").await;
    b.press("Save").await;
    b.see("There is a problem").await;
    b.choose_value("given", "yes").await;
    b.choose_value("voice", "person").await;
    b.fill_named("how", "Spelled: YES. OUR OWN PEOPLE.").await;
    site.check().await;
    b.press("Save").await;
    site.at("consent/direct-payment").await;
    b.see("OUR OWN PEOPLE").await;
    b.see("Take it back").await;
}

async fn change_how_it_is_held(site: &Site) {
    let b = &site.browser;
    site.world.days_later(1);
    site.be("Jo Field").await;
    site.at("agreement").await;
    b.follow("Change how the money is held").await;
    b.see("everything spent stay as they are").await;
    b.press("Change it").await;
    b.see("Choose how the money is held").await;
    b.pick("What ends?", "Held by NHS Mendip Vale").await;
    b.choose_value("mode", "direct-payment").await;
    b.fill_named("name", "David and Dee’s care account").await;
    b.choose_value("leftover", "move-on").await;
    b.fill_named("why", "A year on, they want to choose and employ their own assistants.").await;
    site.check().await;
    b.press("Change it").await;
    b.see("This is sent and agreed first").await;
    site.check().await;
}

/// David, with Dee reading his eyes, changes the plan; Priya agrees it.
async fn plan_agreed_again(site: &Site) {
    let b = &site.browser;
    site.be("Dee Lowe").await;
    site.at("plan/actions/add").await;
    b.fill_named("what", "Interview and employ three assistants of our own").await;
    b.fill_named("who", "David and Dee").await;
    b.choose_value("paid", "yes").await;
    b.fill_named("when", "Over the next month").await;
    b.choose("1. I live at home").await;
    b.choose_value("voice", "person").await;
    b.press("Save").await;
    site.at("plan/write/how-money-is-held").await;
    b.choose_value("voice", "person").await;
    b.fill_named("text", "A direct payment. I choose the people, Dee does the paper.").await;
    b.press("Save").await;
    site.be("David Lowe").await;
    site.at("sign-off").await;
    b.fill_named("note", "Same plan, our own people.").await;
    b.press("Send the plan to be agreed").await;
    b.see("has been sent").await;
    site.check().await;
    site.be("Priya Nair").await;
    site.at("sign-off").await;
    b.see("Same plan, our own people.").await;
    b.choose_value("decision", "agree").await;
    b.fill_named("reasons", "The same plan, held another way. They have had a year to get ready.").await;
    b.press("Record and tell the family").await;
    b.see("held another way").await;
    site.check().await;
}

async fn both_sign_again(site: &Site) {
    let b = &site.browser;
    site.world.days_later(1);
    site.be("Jo Field").await;
    site.at("agreement").await;
    b.press("Make a new agreement").await;
    b.see("The agreement is made").await;
    site.be("David Lowe").await;
    site.at("agreement").await;
    site.check().await;
    // He alone can say yes, so that nothing about it has to be chosen.
    b.fill_named("how", "Eyes up, with Dee holding the board.").await;
    b.press("Sign the agreement").await;
    b.see("It is signed. Next, the NHS signs its side.").await;
    site.be("Carys Bevan").await;
    site.at("agreement").await;
    b.press("Sign for the NHS").await;
    b.see("Both sides have signed").await;
    b.see("Eyes up, with Dee holding the board.").await;
    site.check().await;
}

/// One person in finance releases the money, and somebody else confirms it.
async fn paid_by_two(site: &Site) {
    let b = &site.browser;
    site.be("Farid Khan").await;
    site.at("payments/plan").await;
    b.fill_named("account-name", "D and D Lowe, care account").await;
    b.fill_named("last-four", "88").await;
    b.press("Approve the account").await;
    b.see("There is a problem").await;
    b.fill_named("last-four", "8806").await;
    b.press("Approve the account").await;
    b.see("The account is approved.").await;
    site.at("payments/plan").await;
    b.choose_value("rhythm", "four-weekly").await;
    site.check().await;
    b.press("Plan these payments").await;
    b.see("The payments are planned.").await;
    site.check().await;
    b.press("Release").await;
    b.see("Now somebody else in finance confirms it").await;
    refused_to_the_same_person(site).await;
    site.be("Fay Turner").await;
    site.at("payments").await;
    b.press("Confirm").await;
    b.see("Paid. The family can see it now.").await;
    b.see("Released by Farid Khan, confirmed by Fay Turner").await;
    site.check().await;
}

/// He is shown no button to confirm what he released, and without the button
/// he is refused all the same.
async fn refused_to_the_same_person(site: &Site) {
    let b = &site.browser;
    let case = site.world.case(site.case()).await;
    let released = case.arrangement.instalments.iter().find(|i| i.state == PaymentState::Released);
    let released = released.expect("one is released").planned.id;
    site.at(&format!("payments/{released}")).await;
    b.see("You released this payment, so somebody else in finance confirms it.").await;
    b.not_see("Confirm this payment").await;
    let farid = site.world.client(site.world.people.finance1).await;
    let path = format!("/cases/{}/payments/{released}/confirm", site.case());
    let answer = farid.post(&path, &[]).await;
    assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text());
    let case = site.world.case(site.case()).await;
    let state = case.arrangement.instalment(released).expect("it is still there").state;
    assert_eq!(state, PaymentState::Released);
}

/// The money of both years, the history of both, and the plan as it was.
async fn nothing_is_lost(site: &Site, then: Date) {
    let b = &site.browser;
    site.be("David Lowe").await;
    site.at("money").await;
    b.see("Held by NHS Mendip Vale").await;
    b.see("ended").await;
    b.see("David and Dee’s care account").await;
    b.see(FIRST_YEAR).await;
    b.see("Add a bank statement").await;
    site.check().await;
    site.at("money/entries").await;
    b.see("Somer Care, 4 weeks").await;
    b.see("£2,480.00").await;
    site.check().await;

    site.at("history").await;
    b.see("2027").await;
    site.check().await;
    b.pick("About", "Finding out").await;
    b.press("Show").await;
    b.see("2026").await;
    b.see("so that David can live at home").await;

    site.at("history").await;
    b.unfold("See what the plan said on an earlier day").await;
    b.fill_date("on", &then.day().to_string(), &then.month().to_string(), &then.year().to_string()).await;
    b.press("Show the plan").await;
    b.see("The NHS keeps the money for now and pays the agency").await;
    b.see("What changed since").await;
    // The new words are only among what came later.
    let words = b.words().await;
    let (plan, since) = words.split_once("What changed since").expect("two parts");
    assert!(!plan.contains("I choose the people, Dee does the paper."), "{plan}");
    assert!(since.contains("I choose the people, Dee does the paper."), "{since}");
    site.check().await;
    site.at("plan/whole").await;
    b.see("I choose the people, Dee does the paper.").await;
    b.see("I live at home and have dinner with my girls").await;
    site.check().await;
}
