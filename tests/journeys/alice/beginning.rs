//! Steps 1 and 2: he asks, a case is opened with an offer, he signs in, and it
//! is said who sees what.

use crate::site::{Site, on_both};

#[test]
fn he_asks_and_signs_in_to_a_case_with_an_offer() {
    on_both(|mut site| async move {
        contact(&site).await;
        offer(&mut site).await;
        invited(&site).await;
        say_what_sam_sees(&site).await;
        site
    });
}

/// Step 1: Her husband, without an account, reads and asks to be contacted.
async fn contact(site: &Site) {
    let b = &site.browser;
    b.open("/").await;
    b.see("six stages").await;
    site.check().await;
    for page in ["/about", "/about/uses", "/about/holding", "/about/stages", "/about/support"] {
        b.open(page).await;
        site.check().await;
    }
    b.open("/about/stages").await;
    b.see("I know how much money is available and how it was calculated").await;
    b.open("/").await;
    b.follow("Ask us to get in touch").await;
    b.press("Start").await;
    // Nothing typed: said beside the field and at the top.
    b.press("Continue").await;
    b.see("There is a problem").await;
    b.see("Enter your name").await;
    b.fill_named("name", "Martin Hale").await;
    b.choose_value("about", "someone").await;
    b.fill_named("person", "Alice Hale").await;
    b.fill_named("relation", "husband").await;
    b.press("Continue").await;
    b.choose_value("by", "email").await;
    b.fill_named("email", "martin.hale@home.example").await;
    b.press("Continue").await;
    b.fill_named("when", "Mornings, after ten").await;
    b.press("Continue").await;
    b.fill_named("words", "Can the same two people come every day?").await;
    b.press("Continue").await;
    b.see("Check your answers").await;
    b.see("Mornings, after ten").await;
    site.check().await;
    b.press("Send").await;
    b.see("Your reference").await;
    b.see("by 5 March 2026").await;
    site.check().await;
}

/// Step 2: The care co-ordinator opens a case, talks with them, makes the offer.
async fn offer(site: &mut Site) {
    site.be("Jo Field").await;
    let b = &site.browser;
    b.see("Who is waiting for me?").await;
    b.follow("Martin Hale").await;
    b.see("Mornings, after ten").await;
    site.check().await;
    b.press("Take this on").await;
    b.follow("Open a case").await;
    b.fill_named("known-as", "Ali").await;
    b.choose_value("asker", "representative").await;
    b.choose_value("footing", "representative").await;
    for matter in ["care", "money", "sharing"] {
        b.choose_value("matters", matter).await;
    }
    b.fill_named("about", "What she cannot say herself. He asks her first, always").await;
    b.fill_named("evidence", "Best interests meeting, 12 February").await;
    b.press("Open the case").await;
    b.see("Alice Hale").await;
    site.check().await;
    let case = b.path().await.split('/').nth(2).expect("the case in the path").to_owned();
    site.remember(&case);
    let b = &site.browser;

    site.at("communication").await;
    b.fill_named("yes", "One blink").await;
    b.fill_named("no", "Two blinks").await;
    b.fill_named("how", "Ask one thing at a time and wait.").await;
    b.press("Save").await;
    site.at("communication").await;
    b.fill_named("said", "She cannot communicate.").await;
    b.fill_named("said-by", "The hospital").await;
    b.press("Note that this is not so").await;
    site.at("people").await;
    b.see("One blink").await;
    b.see("The hospital").await;

    // A leaflet by itself is not a conversation.
    site.at("offer").await;
    b.choose_value("topics", "what-it-is").await;
    b.choose_value("leaflet", "yes").await;
    b.press("Save the conversation").await;
    b.see("Giving someone a leaflet is not a conversation").await;
    b.choose("Martin Hale").await;
    b.choose_value("topics", "it-is-voluntary").await;
    b.choose_value("topics", "what-it-can-buy").await;
    b.fill_named("note", "At home, with Alice listening.").await;
    b.press("Save the conversation").await;
    b.see("The conversation is on the record.").await;
    b.see("At home, with Alice listening.").await;

    site.at("questions").await;
    b.fill_named("questions", "Who chooses the carers?\nWhat if one is ill?").await;
    b.press("Add to the list").await;
    b.see("Who chooses the carers?").await;
    b.see("What if one is ill?").await;

    for (about, how) in [
        ("taking-part", "One blink."),
        ("sharing-with-council", "One blink."),
        ("direct-payment", "One blink, asked twice."),
    ] {
        site.at(&format!("consent/{about}")).await;
        b.choose_value("voice", "person").await;
        b.choose_value("given", "yes").await;
        b.fill_named("how", how).await;
        b.press("Save").await;
    }
    site.at("offer").await;
    b.fill_named("what", "A personal health budget for all of her care at home.").await;
    b.fill_named("why-now", "Thirty-one carers in four months.").await;
    b.choose_value("voluntary", "yes").await;
    b.press("Make the offer").await;
    b.see("for all of her care at home").await;
    b.choose_value("answer", "yes").await;
    b.choose_value("voice", "person").await;
    b.fill_named("how", "One blink.").await;
    b.press("Record the answer").await;
    b.see("Alice Hale").await;
    site.check().await;
}

/// Step 2, still: He gets a link that works once, and sets up his own sign-in.
async fn invited(site: &Site) {
    let b = &site.browser;
    let id = site.case();
    let case = site.world.case(id).await;
    let martin = case.circle.present().find(|m| m.name.as_str() == "Martin Hale").expect("he is there").id;
    site.at(&format!("people/{martin}")).await;
    b.see("Waits to be confirmed").await;
    b.fill_named("email", "martin.hale@home.example").await;
    b.fill_named("how", "He asked us to get in touch from it.").await;
    b.press("Send it to be confirmed").await;
    b.see("It waits until somebody else has confirmed it.").await;
    site.check().await;
    for (name, relation, role) in
        [("Priya Nair", "community nurse", "clinician"), ("Colin Reed", "social worker", "council-worker")]
    {
        site.at("people/new").await;
        b.choose_value("role", role).await;
        b.fill_named("name", name).await;
        b.fill_named("relation", relation).await;
        b.pick("Colleague", name).await;
        b.press("Add to the circle").await;
        b.see(name).await;
    }
    // Somebody else confirms that he speaks for her, and that the address is his.
    site.be("Priya Nair").await;
    site.at("people").await;
    b.follow("Martin Hale").await;
    site.check().await;
    b.press("Confirm").await;
    b.see("There is a problem").await;
    b.choose("Martin Hale speaks for them in decisions they cannot make").await;
    b.choose("Martin Hale signs in with martin.hale@home.example").await;
    b.fill_named("seen", "I was at the meeting, and he gave me the address at their home.").await;
    b.fill_date("on", "12", "2", "2026").await;
    b.press("Confirm").await;
    b.see("It is confirmed, and counts from now on.").await;
    let link = site.link_in_letter("martin.hale@home.example").await;
    b.forget().await;
    b.open(&link).await;
    site.check().await;
    b.fill("New passphrase", "short").await;
    b.fill("The same again", "short").await;
    b.press("Save and sign in").await;
    b.see("There is a problem").await;
    b.fill("New passphrase", "music in the morning").await;
    b.fill("The same again", "music in the morning").await;
    b.press("Save and sign in").await;
    b.open("/home").await;
    b.see("Alice Hale").await;
    site.check().await;
    // The link works once.
    b.forget().await;
    b.open(&link).await;
    b.not_see("Save and sign in").await;
    site.check().await;
}

/// A broker comes, and Alice shares with her part by part, with the answers to
/// check.
async fn say_what_sam_sees(site: &Site) {
    let b = &site.browser;
    site.be("Jo Field").await;
    site.at("people/new").await;
    b.choose_value("role", "supporter").await;
    b.fill_named("name", "Sam Okoro").await;
    b.fill_named("relation", "independent broker").await;
    b.press("Add to the circle").await;
    site.at("people/sharing").await;
    b.see("They see nothing").await;
    site.check().await;
    b.follow("Sam Okoro").await;
    for part in ["needs", "plan", "costs", "budget", "payments", "people", "reviews", "papers", "history"] {
        b.choose_value("parts", part).await;
    }
    b.choose_value("until", "changed").await;
    b.choose_value("voice", "person").await;
    b.fill_named("how", "One blink for each, and two for the notes.").await;
    site.check().await;
    b.press("Go on").await;
    b.see("Check what Sam Okoro sees").await;
    site.check().await;
    b.press("Save").await;
    b.see("It is on the record, and counts from now on.").await;
    site.give_account("Sam Okoro", site.world.people.broker).await;
    site.be("Sam Okoro").await;
    site.at("plan").await;
    b.see("Alice Hale").await;
}
