//! The main forms as people use them who have no JavaScript, and who have no
//! mouse: every field is there without a script, and Tab comes to all of them.

use crate::site::{Site, on_one};
use domain::case::plan::Section;
use std::io::Write as _;
use testkit::demo::people::PASSPHRASE;
use testkit::stages::Stage;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const DOWN: &str = "\u{E015}";
const SPACE: &str = " ";
const MARTIN: &str = "martin@mail.example";

#[test]
fn money_without_javascript() {
    on_one(|mut site| async {
        site.remember(&site.world.case_at(Stage::Review).await.to_string());
        let b = &site.browser;
        site.sign_in(MARTIN, PASSPHRASE).await;
        b.scripts(false).await;
        site.at("money/statement").await;
        b.press("Add the statement").await;
        b.see("There is a problem").await;
        let statement = statement(&site);
        b.give_file("file", statement.path()).await;
        b.press("Add the statement").await;
        b.see("What was taken in").await;
        site.at("money/match").await;
        b.pick("What was it for?", "A personal assistant by day").await;
        b.press("Save what you chose").await;
        b.see("has come in").await;
        site.at("money/match").await;
        b.see("Everything is matched").await;
        site.at("money/receipts").await;
        b.press("Keep this receipt").await;
        b.see("There is a problem").await;
        b.scripts(true).await;
        site
    });
}

/// One payment out of Alice's own account, on the day that it is in the world.
fn statement(site: &Site) -> tempfile::NamedTempFile {
    let day = site.world.today().strftime("%d/%m/%Y").to_string();
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    write!(file, "Date,Description,Amount\n{day},GLASTON VAN HIRE,-36.00\n").expect("written");
    file
}

#[test]
fn answers_decisions_and_reviews_without_javascript() {
    on_one(|mut site| async {
        let needs = site.world.case_at(Stage::Needs).await;
        site.remember(&needs.to_string());
        site.sign_in(MARTIN, PASSPHRASE).await;
        site.browser.scripts(false).await;
        site.at("needs").await;
        site.browser.follow("Answer the next question").await;
        site.browser.press("Save and go on").await;
        site.browser.see("There is a problem").await;
        site.browser.choose_value("level", "1").await;
        site.browser.fill_named("words", "Twice a night.").await;
        site.browser.press("Save and go on").await;
        let said = site.world.case(needs).await.assessment.answers.len();
        assert_eq!(said, 1, "one answer is kept");
        site.browser.scripts(true).await;

        site.remember(&site.world.case_sent().await.to_string());
        let b = &site.browser;
        site.be("Priya Nair").await;
        b.scripts(false).await;
        site.at("sign-off").await;
        b.choose_value("decision", "not-yet").await;
        b.fill_named("reasons", "The nights are not covered.").await;
        b.press("Record and tell the family").await;
        b.see("There is a problem").await;
        b.fill_named("change", "Say who comes at night.").await;
        b.press("Record and tell the family").await;
        b.see("The answer is “not yet”").await;
        b.see("Say who comes at night.").await;
        b.scripts(true).await;

        let case = site.world.case_at(Stage::Review).await;
        site.remember(&case.to_string());
        let b = &site.browser;
        site.be("Jo Field").await;
        b.scripts(false).await;
        site.at("reviews").await;
        b.follow("Record a review that was not booked").await;
        b.press("Record the review").await;
        b.see("There is a problem").await;
        b.fill_date("on", "2", "3", "2026").await;
        b.choose("Martin Hale, husband").await;
        b.fill_named("working", "The same two people.").await;
        b.fill_named("not-working", "The mornings.").await;
        for outcome in site.world.case(case).await.plan.current_outcomes() {
            b.choose_value(&format!("progress-{}", outcome.id), "better").await;
        }
        b.choose_value("enough", "yes").await;
        b.fill_date("next", "1", "9", "2026").await;
        b.press("Record the review").await;
        b.see("The same two people.").await;
        b.not_see("There is a problem").await;
        b.scripts(true).await;
        site
    });
}

#[test]
fn the_contact_form_by_keyboard_alone() {
    on_one(|site| async {
        let b = &site.browser;
        b.open("/contact").await;
        press(&site, "Start").await;
        b.see("Your name").await;
        to_field(&site, "name").await;
        b.key("Gwen Pryce").await;
        to_field(&site, "about").await;
        b.key(DOWN).await;
        // What the choice reveals comes next.
        to_field(&site, "person").await;
        b.key("Rhys Pryce").await;
        to_field(&site, "relation").await;
        b.key("mother").await;
        press(&site, "Continue").await;
        b.see("Ways to get in touch").await;
        to_field(&site, "by").await;
        b.key(SPACE).await;
        to_field(&site, "email").await;
        b.key("gwen@mail.example").await;
        press(&site, "Continue").await;
        b.see("When is a good time?").await;
        press(&site, "Continue").await;
        b.see("Is there anything you want to say or ask?").await;
        press(&site, "Continue").await;
        b.see("Check your answers").await;
        press(&site, "Send").await;
        b.see("Your reference").await;
        site
    });
}

#[test]
fn a_plan_a_match_and_a_decision_by_keyboard_alone() {
    on_one(|mut site| async {
        let sent = site.world.case_sent().await;
        site.remember(&sent.to_string());
        let b = &site.browser;
        site.sign_in(MARTIN, PASSPHRASE).await;
        site.at("plan/write/working").await;
        to_field(&site, "text").await;
        b.key(" Music in the morning.").await;
        press(&site, "Save").await;
        b.see("Saved").await;
        let case = site.world.case(sent).await;
        let written = case.plan.section(Section::Working).expect("it is written");
        assert!(written.standing.iter().any(|w| w.text.as_str().contains("Music in the morning.")));

        site.be("Priya Nair").await;
        site.at("sign-off").await;
        to_field(&site, "decision").await;
        b.key(DOWN).await;
        to_field(&site, "change").await;
        b.key("Say who comes at night.").await;
        to_field(&site, "reasons").await;
        b.key("The nights are not covered.").await;
        press(&site, "Record and tell the family").await;
        b.see("The answer is “not yet”").await;

        site.remember(&site.world.case_at(Stage::Review).await.to_string());
        let b = &site.browser;
        site.sign_in(MARTIN, PASSPHRASE).await;
        site.at("money/statement").await;
        let statement = statement(&site);
        b.give_file("file", statement.path()).await;
        press(&site, "Add the statement").await;
        b.see("What was taken in").await;
        site.at("money/match").await;
        to_field(&site, "for-").await;
        b.key("A personal assistant").await;
        press(&site, "Save what you chose").await;
        b.see("has come in").await;
        site.at("money/match").await;
        b.see("Everything is matched").await;
        site
    });
}

/// Tab, until the field whose name begins so has the focus.
async fn to_field(site: &Site, name: &str) {
    let mut passed = vec![];
    for _ in 0..80 {
        site.browser.key(TAB).await;
        let focused = site.browser.focused_field().await;
        if focused.starts_with(name) {
            return;
        }
        passed.push(focused);
    }
    panic!("Tab never comes to the field {name}; it came to {passed:?}");
}

/// Tab, until the button or link with these words has the focus; then Enter.
async fn press(site: &Site, words: &str) {
    site.tab_to(words).await;
    site.browser.key(ENTER).await;
}
