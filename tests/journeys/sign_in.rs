//! Signing in for real: passphrase, code, waiting after wrong tries, a session
//! that ends while somebody types, the keyboard alone, and no JavaScript.

use crate::site::{Site, on_both, on_one};
use domain::{Author, CaseId};
use service::secrets::code_at;
use std::collections::BTreeMap;
use store::{Stream, StreamKind, record};
use testkit::demo::people::{PASSPHRASE, SECOND_FACTOR};
use testkit::stages::Stage;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const MARTIN: &str = "martin@mail.example";
const JO: &str = "jo@mendipvale.example";

/// Words of nobody in a hurry, with everything that a form can lose.
const LONG: &str = "I am Alice. I led the choir for twenty years & we sang <everything> “by heart”. \
    What 100% matters: mornings + music, Zoë at the piano, and naïve jokes; nothing about me = without me. \
    مرحبا. The same two people every day, and time.";

/// The code that everyone's app shows now.
fn code(site: &Site) -> String {
    code_at(SECOND_FACTOR, site.world.app.clock.now().as_second())
}

#[test]
fn a_passphrase_and_a_code() {
    on_both(|site| async {
        let b = &site.browser;
        b.open("/sign-in").await;
        site.check().await;
        b.press("Sign in").await;
        b.see("There is a problem").await;
        b.see("Enter your email address").await;
        b.see("Enter your passphrase").await;
        site.check().await;
        site.sign_in(JO, "not her passphrase").await;
        b.see("The email address or the passphrase is not right").await;
        site.sign_in(JO, PASSPHRASE).await;
        b.see("Type the code from your app").await;
        site.check().await;
        // Half signed in opens nothing.
        b.open("/home").await;
        b.not_see("Who is waiting for me?").await;
        b.open("/sign-in/code").await;
        b.press("Go on").await;
        b.see("Enter the code from your app").await;
        b.fill_named("code", "000000").await;
        b.press("Go on").await;
        b.see("That code is not right").await;
        let good = code(&site);
        b.fill_named("code", &good).await;
        b.press("Go on").await;
        b.see("Who is waiting for me?").await;
        site.check().await;
        // A code works once.
        b.press("Sign out").await;
        b.see("You are signed out").await;
        site.check().await;
        b.open("/home").await;
        b.not_see("Who is waiting for me?").await;
        site.sign_in(JO, PASSPHRASE).await;
        b.fill_named("code", &good).await;
        b.press("Go on").await;
        b.see("was used before").await;
        site.world.seconds_later(30);
        b.fill_named("code", &code(&site)).await;
        b.press("Go on").await;
        b.see("Who is waiting for me?").await;
        site
    });
}

#[test]
fn back_after_signing_out_shows_nothing_and_before_it_loses_nothing() {
    on_one(|site| async {
        let b = &site.browser;
        let case = site.world.case_at(Stage::Plan).await;
        site.sign_in(MARTIN, PASSPHRASE).await;
        b.see("Alice").await;
        // Back to a page with words half typed, while signed in.
        b.open(&format!("/cases/{case}/questions")).await;
        b.fill_named("questions", LONG).await;
        b.open("/account").await;
        b.see("Where you are signed in").await;
        b.back().await;
        b.see("question").await;
        // Signed out: neither the last page nor any before it comes back.
        b.open(&format!("/cases/{case}/plan")).await;
        b.see("Alice").await;
        b.open("/account").await;
        b.see("martin@mail.example").await;
        b.press("Sign out").await;
        b.see("You are signed out").await;
        for _ in 0..4 {
            b.back().await;
            b.see("Sign in").await;
            b.not_see("Alice").await;
            b.not_see("martin@mail.example").await;
        }
        site
    });
}

#[test]
fn too_many_wrong_tries_and_where_one_is_signed_in() {
    on_both(|site| async {
        let b = &site.browser;
        b.open("/sign-in").await;
        for _ in 0..5 {
            b.fill_named("email", MARTIN).await;
            b.fill_named("passphrase", "a wrong guess").await;
            b.press("Sign in").await;
            b.see("is not right").await;
        }
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Sign in").await;
        b.see("There were too many wrong tries. Wait 10 seconds, then try again").await;
        site.check().await;
        site.world.seconds_later(11);
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Sign in").await;
        b.open("/account").await;
        b.see("(this one)").await;
        b.not_see("Sign out there").await;

        // Somewhere else, too; ended from here.
        let elsewhere = site.world.client(site.world.people.husband).await;
        elsewhere.get("/home").await.expect(200);
        b.open("/account").await;
        b.see("A test").await;
        site.check().await;
        b.press("Sign out there").await;
        b.see("Show that it is you").await;
        site.check().await;
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Go on").await;
        b.see("We know that it is you").await;
        site.check().await;
        b.press("Carry on").await;
        b.see("You are signed out there.").await;
        b.not_see("A test").await;
        elsewhere.get("/home").await.leads_to("/sign-in");
        b.open("/home").await;
        b.see("Martin Hale").await;
        site
    });
}

#[test]
fn signed_out_while_typing_and_nothing_is_lost() {
    on_both(|mut site| async {
        let case = site.world.case_at(Stage::Plan).await;
        site.remember(&case.to_string());
        let b = &site.browser;
        site.sign_in(MARTIN, PASSPHRASE).await;
        site.at("plan/write/who-i-am").await;
        b.choose_value("voice", "person").await;
        b.fill_named("text", LONG).await;
        // From another window he signs out everywhere else.
        let elsewhere = site.world.client(site.world.people.husband).await;
        elsewhere.get("/account").await.expect(200);
        elsewhere.post("/account/sessions/end-others", &[]).await.expect(303);
        b.press("Save").await;
        b.see("You have been signed out").await;
        b.see("Nothing you typed is lost.").await;
        site.check().await;
        // A slip on the way does not lose it either.
        b.fill_named("email", MARTIN).await;
        b.fill_named("passphrase", "a slip of the hand").await;
        b.press("Sign in").await;
        b.see("is not right").await;
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Sign in").await;
        b.see("What you typed is still here").await;
        site.check().await;
        assert!(!is_written(&site).await, "nothing is sent before the button is pressed");
        b.press("Carry on where you were").await;
        b.see("plan").await;
        assert!(is_written(&site).await, "what was typed is saved, letter by letter");
        site.at("plan/whole").await;
        b.see("Zoë at the piano").await;

        // The same with a code on the way, and by time alone.
        site.sign_in(JO, PASSPHRASE).await;
        b.fill_named("code", &code(&site)).await;
        b.press("Go on").await;
        site.at("notes").await;
        b.fill_named("text", "He was asked twice & said yes.").await;
        b.choose("Those who work with the person").await;
        site.world.seconds_later(2 * 60 * 60);
        b.press("Keep the note").await;
        b.see("You have been signed out").await;
        b.fill_named("email", JO).await;
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Sign in").await;
        b.fill_named("code", &code(&site)).await;
        b.press("Go on").await;
        b.press("Carry on where you were").await;
        b.see("He was asked twice & said yes.").await;
        site
    });
}

/// What he typed is on the record exactly as he typed it.
async fn is_written(site: &Site) -> bool {
    let case = site.world.case(site.case()).await;
    let section = case.plan.section(domain::case::plan::Section::WhoIAm);
    section.is_some_and(|s| s.standing.iter().any(|w| w.text.as_str() == LONG))
}

#[test]
fn a_passkey_and_printed_codes() {
    on_both(|site| async {
        let b = &site.browser;
        b.passkeys().await;
        site.sign_in(MARTIN, PASSPHRASE).await;
        b.open("/account/second-step").await;
        site.check().await;
        b.follow("Add a passkey").await;
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Go on").await;
        b.see("What do you call it?").await;
        site.check().await;
        b.press("Make the passkey").await;
        b.see("Enter a name for it").await;
        b.fill_named("name", "My phone").await;
        b.press("Make the passkey").await;
        b.see("Your passkey is added.").await;
        b.see("My phone").await;
        site.check().await;
        b.follow("Make new printed codes").await;
        b.press("Make ten codes").await;
        b.see("They are not shown again").await;
        site.check().await;
        // With the passphrase alone he is half in; the passkey does the rest.
        site.sign_in(MARTIN, PASSPHRASE).await;
        b.see("Use your passkey").await;
        site.check().await;
        b.press("Use a passkey").await;
        b.see("Martin Hale").await;
        // And shows that it is him.
        b.open("/account/passphrase").await;
        b.fill_named("passphrase", PASSPHRASE).await;
        b.press("Use a passkey").await;
        b.see("You will be signed out everywhere else").await;
        // Without the script there is a printed code.
        b.scripts(false).await;
        site.sign_in(MARTIN, PASSPHRASE).await;
        b.not_see("Use a passkey").await;
        b.see("Printed code").await;
        b.open("/sign-in/code/lost").await;
        b.see("If it is lost for good").await;
        b.scripts(true).await;
        site
    });
}

#[test]
fn by_keyboard_alone() {
    on_one(|site| async {
        let b = &site.browser;
        site.world.case_at(Stage::Needs).await;
        b.open("/sign-in").await;
        b.key(TAB).await;
        assert_eq!(b.focused().await, "Skip to main content");
        b.key(ENTER).await;
        b.key(TAB).await;
        b.key(MARTIN).await;
        b.key(TAB).await;
        b.key(PASSPHRASE).await;
        site.tab_to("Sign in").await;
        b.key(ENTER).await;
        b.see("Martin Hale").await;
        // On to what waits for him.
        site.tab_to("Go on").await;
        b.key(ENTER).await;
        b.see("Answer the next question").await;
        assert!(b.path().await.ends_with("/needs"), "{}", b.path().await);
        site.tab_to("Sign out").await;
        b.key(ENTER).await;
        b.see("You are signed out").await;
        site
    });
}

#[test]
fn without_javascript() {
    on_one(|mut site| async {
        let case = site.world.case_at(Stage::Plan).await;
        site.remember(&case.to_string());
        let b = &site.browser;
        b.scripts(false).await;
        b.open("/contact").await;
        b.press("Start").await;
        b.fill_named("name", "Gwen Pryce").await;
        b.choose_value("about", "someone").await;
        b.fill_named("person", "Rhys Pryce").await;
        b.fill_named("relation", "mother").await;
        b.press("Continue").await;
        b.choose_value("by", "phone").await;
        b.press("Continue").await;
        b.see("There is a problem").await;
        b.fill_named("phone", "01632 960 111").await;
        b.press("Continue").await;
        b.fill_named("when", "After four").await;
        b.press("Continue").await;
        b.press("Continue").await;
        b.see("Check your answers").await;
        b.see("Rhys Pryce").await;
        b.press("Send").await;
        b.see("Your reference").await;

        site.sign_in(MARTIN, PASSPHRASE).await;
        site.at("plan/write/who-i-am").await;
        b.choose_value("voice", "person").await;
        b.fill_named("text", LONG).await;
        b.press("Save").await;
        assert!(is_written(&site).await, "it is saved");
        b.scripts(true).await;
        site
    });
}

#[test]
fn pages_that_are_not_there_or_not_theirs() {
    on_both(|site| async {
        let b = &site.browser;
        let alices = site.world.case_at(Stage::Plan).await;
        let davids = site.world.other_case().await;
        let nobodys = CaseId(site.world.app.id());
        b.open("/no/such/page").await;
        b.see("Page not found").await;
        site.check().await;
        site.sign_in(MARTIN, PASSPHRASE).await;
        let mut answers = vec![];
        for id in [davids, nobodys] {
            for page in ["", "/plan", "/money", "/people", "/history"] {
                b.open(&format!("/cases/{id}{page}")).await;
                b.see("Page not found").await;
                b.not_see("David").await;
                answers.push(b.words().await);
            }
        }
        site.check().await;
        answers.dedup();
        assert_eq!(answers.len(), 1, "a case of others looks like a case that is not there");
        b.open("/admin").await;
        b.not_see("Organisations").await;
        site.check().await;

        // A record that cannot be read: said in words, with a reference.
        spoil(&site, davids).await;
        site.be("Jo Field").await;
        b.open(&format!("/cases/{davids}")).await;
        b.see("Sorry, there is a problem with the service").await;
        b.see("Reference:").await;
        site.check().await;
        b.open(&format!("/cases/{alices}")).await;
        b.see("Alice Hale").await;
        site
    });
}

/// Something on the record that no version of this software wrote.
async fn spoil(site: &Site, case: CaseId) {
    let (stream, now) = (Stream { kind: StreamKind::Case, id: case.0 }, site.world.app.clock.now());
    let version = site.world.events(case).await.len() as u64;
    site.world
        .db
        .write(move |tx| {
            let nonsense = [BTreeMap::from([("type", "nonsense")])];
            record::append(tx, stream, version, Author::System, now, &nonsense).map(drop)
        })
        .await
        .expect("anything can be written");
}
