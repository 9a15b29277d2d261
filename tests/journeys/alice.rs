//! Alice's walk (000:229-255): from her husband reading about it, through all
//! six stages, to a carer replaced because she said so; as each of the people
//! in it, in a real browser.

use crate::site::{Site, on_both};
use std::io::Write as _;

#[test]
fn alice_goes_through_all_six_stages() {
    on_both(|site| async move {
        let site = contact(site).await;
        let site = offer(site).await;
        let site = invited(site).await;
        let site = needs_and_money(site).await;
        let site = plan(site).await;
        let site = signed_off(site).await;
        let site = organised(site).await;
        let site = living(site).await;
        let site = reviewed(site).await;
        history(site).await
    });
}

/// Step 1: Her husband, without an account, reads and asks to be contacted.
async fn contact(site: Site) -> Site {
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
    site
}

/// Step 2: The care co-ordinator opens a case, talks with them, makes the offer.
async fn offer(mut site: Site) -> Site {
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
    site
}

/// Step 2, still: He gets a link that works once, and sets up his own sign-in.
async fn invited(site: Site) -> Site {
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
    site
}

/// Steps 3 and 4: Needs, each answer with whose it is; then the money, explained.
async fn needs_and_money(site: Site) -> Site {
    let b = &site.browser;
    site.sign_in("martin.hale@home.example", "music in the morning").await;
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
    site.at("budget").await;
    b.press("Work out the budget").await;
    b.see("£").await;
    b.press("Share it with the family").await;

    site.sign_in("martin.hale@home.example", "music in the morning").await;
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
    site
}

/// Step 5: Her husband and the broker write the plan; the nine criteria show live.
async fn plan(site: Site) -> Site {
    let b = &site.browser;
    site.be("Jo Field").await;
    site.at("people/new").await;
    b.choose_value("role", "supporter").await;
    b.fill_named("name", "Sam Okoro").await;
    b.fill_named("relation", "independent broker").await;
    b.press("Add to the circle").await;
    site.give_account("Sam Okoro", site.world.people.broker).await;
    say_what_sam_sees(&site).await;

    site.sign_in("martin.hale@home.example", "music in the morning").await;
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
    meanwhile_martin_writes(&site, "Martin being Martin, not a nurse.").await;
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
    rest_of_the_plan(&site).await;
    site
}

/// What Alice shares with the broker, part by part, with the answers to check.
async fn say_what_sam_sees(site: &Site) {
    let b = &site.browser;
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
}

/// He saves from another window what she told him, before the broker does.
async fn meanwhile_martin_writes(site: &Site, text: &str) {
    let account = site.account("martin.hale@home.example").await;
    let client = site.world.client(account).await;
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
    let martin = site.world.client(site.account("martin.hale@home.example").await).await;
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
    b.choose("Somebody trained with her day and night").await;
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

/// Step 6: "Not yet" always says what would need to change; then it is agreed.
async fn signed_off(site: Site) -> Site {
    let b = &site.browser;
    site.sign_in("martin.hale@home.example", "music in the morning").await;
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

    site.sign_in("martin.hale@home.example", "music in the morning").await;
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
    site.sign_in("martin.hale@home.example", "music in the morning").await;
    site.at("sign-off").await;
    b.see("The plan is agreed").await;
    b.see("Priya Nair").await;
    site.check().await;
    site
}

/// Step 7: The agreement, the payments: released by one, confirmed by another.
async fn organised(site: Site) -> Site {
    let b = &site.browser;
    site.be("Jo Field").await;
    site.at("agreement").await;
    b.fill_date("from", "9", "3", "2026").await;
    b.press("Make the agreement").await;
    site.check().await;
    site.sign_in("martin.hale@home.example", "music in the morning").await;
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
    for (holding, name, four) in
        [("Wages", "Vale Supported Lives", "4471"), ("Alice’s own account", "M Hale for A Hale", "0392")]
    {
        site.at("payments/plan").await;
        approve_and_schedule(&site, holding, name, four).await;
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
    site
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

/// Step 8: What came in, was promised, spent and is left; a bank statement as CSV
/// and as OFX, matched to the plan; and a receipt.
async fn living(site: Site) -> Site {
    let b = &site.browser;
    site.be("Farid Khan").await;
    b.open("/finance").await;
    b.press("Release").await;
    site.be("Fay Turner").await;
    b.open("/finance").await;
    b.press("Confirm").await;
    site.world.days_later(50);
    site.sign_in("martin.hale@home.example", "music in the morning").await;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::File::create(&path).and_then(|mut f| f.write_all(text.as_bytes())).expect("a file");
        path
    };
    let wrong = write(
        "wrong.csv",
        "Date,Description,Amount,Balance\n12/03/2026,MENDIP VAN HIRE,-36.00,64.00\n13/03/2026,MENDIP VAN HIRE,-36.00,99.00\n",
    );
    let csv = write(
        "march.csv",
        "Date,Description,Amount\n12/03/2026,MENDIP VAN HIRE,-36.00\n19/03/2026,MENDIP VAN HIRE,-36.00\n",
    );
    let ofx = write("april.ofx", OFX);
    site.at("money/statement").await;
    site.check().await;
    b.pick_named("holding", "Alice’s own account").await;
    b.give_file("file", &wrong).await;
    b.press("Add the statement").await;
    b.see("There is a problem").await;
    b.see("Line 3").await;
    for file in [&csv, &ofx, &csv] {
        site.at("money/statement").await;
        b.pick_named("holding", "Alice’s own account").await;
        b.give_file("file", file).await;
        b.press("Add the statement").await;
    }
    b.see("We had all of that statement already").await;
    site.check().await;
    site.at("money/match").await;
    b.see("MENDIP VAN HIRE").await;
    b.see("MENDIP VAN AND DRIVER").await;
    site.check().await;
    b.press("Save what you chose").await;
    site.at("money").await;
    b.see("A van for choir and days out").await;
    site.check().await;
    let photograph = folder.path().join("receipt.png");
    std::fs::write(&photograph, PNG).expect("a picture");
    site.at("money/receipts").await;
    site.check().await;
    b.give_file("file", &photograph).await;
    b.fill_named("what", "Van, 12 March").await;
    b.press("Keep this receipt").await;
    b.see("The receipt is kept").await;
    site.at("money/receipts").await;
    b.see("Van, 12 March").await;
    site.at("").await;
    site.check().await;
    site
}

const OFX: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260420<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>GBP<BANKACCTFROM><BANKID>112233<ACCTID>00010392<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260401<DTEND>20260420<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260409<TRNAMT>-36.00<FITID>a1<NAME>MENDIP VAN AND DRIVER</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

/// A picture of one dot.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0,
    0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Step 9: The review: a carer frightened her, and the plan is changed without
/// starting again and without asking anybody's permission.
async fn reviewed(site: Site) -> Site {
    let b = &site.browser;
    site.at("reviews").await;
    site.check().await;
    b.press("Ask for a review").await;
    site.be("Jo Field").await;
    b.see("Book the review they asked for").await;
    site.at("reviews").await;
    b.fill_date("on", "28", "4", "2026").await;
    b.fill_named("where", "At home, in the morning.").await;
    b.press("Book the review").await;
    site.check().await;
    let case = site.world.case(site.case()).await;
    let review = case.review.all.first().expect("it was asked for").id;
    let outcome = case.plan.current_outcomes().next().expect("an outcome").id;
    site.at(&format!("reviews/{review}/hold")).await;
    site.check().await;
    b.press("Record the review").await;
    b.see("There is a problem").await;
    b.fill_date("on", "28", "4", "2026").await;
    b.choose_value("with", "person").await;
    b.fill_named("working", "The same faces. Music.").await;
    b.fill_named("not-working", "One of the carers frightens her: two blinks.").await;
    b.choose_value(&format!("progress-{outcome}"), "better").await;
    b.choose_value("enough", "yes").await;
    b.fill_date("next", "28", "10", "2027").await;
    b.press("Record the review").await;
    b.see("within 12 months").await;
    b.fill_date("next", "28", "10", "2026").await;
    b.press("Record the review").await;
    b.see("two blinks").await;

    site.sign_in("martin.hale@home.example", "music in the morning").await;
    let action = case.plan.current_actions().next().expect("an action").id;
    site.at(&format!("plan/actions/{action}")).await;
    b.fill_named("what", "Choose a new second carer. Alice meets them first and decides.").await;
    b.press("Save").await;
    site.at("plan").await;
    b.see("This plan is agreed, and it is yours to change").await;
    b.not_see("waits to be agreed").await;
    site.check().await;
    site
}

/// Step 10: Everything that happened, and what the plan said on an earlier day.
async fn history(site: Site) -> Site {
    let b = &site.browser;
    site.at("history").await;
    b.see("Martin Hale").await;
    b.see("frightens her").await;
    site.check().await;
    site.at("plan/on?on-day=2&on-month=3&on-year=2026").await;
    site.check().await;
    site.at("looks").await;
    b.see("Priya Nair").await;
    site.check().await;
    site.at("documents").await;
    site.check().await;
    // Somebody without a place finds nothing at all.
    site.be("Norman Stray").await;
    site.at("plan").await;
    b.see("Page not found").await;
    b.not_see("Alice").await;
    site
}
