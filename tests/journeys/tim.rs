//! Tim (000:305-319): a whole list of questions, each open until it is
//! answered, and email only, which nobody can miss.

use crate::site::{Site, on_both};

const TIMS: &str = "tim@mail.example";
const LIST: &str = "How could I benefit from a personal health budget?
What difference would it make to my life?
Can I employ one person who then organises the others?

May I see exactly how the amount was worked out?
Do I have to keep every receipt?
What happens to my team if I go into hospital?";

#[test]
fn a_list_of_questions_and_nothing_but_email() {
    on_both(|mut site| async {
        site.world.enquiry().await;
        opens_a_case(&mut site).await;
        brings_his_list(&site).await;
        staff_see_email_only(&site).await;
        answered_by_email(&site).await;
        that_did_not_answer_it(&site).await;
        site
    });
}

async fn opens_a_case(site: &mut Site) {
    site.be("Jo Field").await;
    let b = &site.browser;
    b.follow("Tim Ashby").await;
    b.see("Contact them by email only").await;
    site.check().await;
    b.press("Take this on").await;
    b.follow("Open a case").await;
    site.check().await;
    b.fill_named("relation", "himself").await;
    b.press("Open the case").await;
    b.see("Tim Ashby").await;
    let case = b.path().await.split('/').nth(2).expect("the case in the path").to_owned();
    site.remember(&case);
    site.give_account("Tim Ashby", site.world.people.tim).await;
}

async fn brings_his_list(site: &Site) {
    let b = &site.browser;
    site.be("Tim Ashby").await;
    site.at("questions").await;
    b.press("Add to the list").await;
    b.see("There is a problem").await;
    b.fill_named("questions", LIST).await;
    b.choose_value("voice", "person").await;
    b.press("Add to the list").await;
    b.see("Your questions are on the list. Beside each stands by when there is an answer.").await;
    b.see("Open (6)").await;
    b.see("Answered (0)").await;
    for question in LIST.lines().filter(|l| !l.is_empty()) {
        b.see(question).await;
    }
    site.check().await;
}

/// Wherever staff look up how to reach him.
async fn staff_see_email_only(site: &Site) {
    let b = &site.browser;
    site.be("Jo Field").await;
    site.at("").await;
    b.see("by email only").await;
    site.check().await;
    site.at("people").await;
    b.see("email only").await;
    site.check().await;
    site.at("people/person").await;
    b.see("Contact by email only").await;
    site.check().await;
    site.at("questions").await;
    b.follow("Answer this: Do I have to keep every receipt?").await;
    b.see("Contact them by email only").await;
    site.check().await;
}

async fn answered_by_email(site: &Site) {
    let b = &site.browser;
    let before = letters(site).await;
    b.press("Save the answer").await;
    b.see("There is a problem").await;
    b.fill_named("answer", "It depends on the holding.").await;
    b.press("Save the answer").await;
    b.see("Open (5)").await;
    b.see("Answered (1)").await;
    let after = letters(site).await;
    assert_eq!(after.len(), before.len() + 1, "one letter for one answer");
    let newest = after.iter().find(|l| !before.contains(l)).expect("the new letter");
    assert_eq!(newest.0, TIMS);
    for private in ["receipt", "depends", "Tim"] {
        assert!(!newest.1.contains(private), "{private} is in the letter: {}", newest.1);
    }
}

/// Address and words of every letter that the site has written.
async fn letters(site: &Site) -> Vec<(String, String)> {
    let all = site.world.db.read(|tx| store::outbox::latest_messages(tx, 50)).await.expect("the outbox");
    all.into_iter().map(|l| (l.to_address, format!("{} {}", l.subject, l.body))).collect()
}

async fn that_did_not_answer_it(site: &Site) {
    let b = &site.browser;
    site.be("Tim Ashby").await;
    site.at("questions").await;
    b.see("Answered (1)").await;
    b.see("It depends on the holding.").await;
    b.follow("This does not answer it").await;
    site.check().await;
    b.press("Ask again").await;
    b.see("There is a problem").await;
    b.fill_named("why", "On what? I keep the books myself.").await;
    b.press("Ask again").await;
    b.see("The question is open again.").await;
    b.see("Open (6)").await;
    b.see("On what? I keep the books myself.").await;

    site.be("Jo Field").await;
    site.at("questions").await;
    b.follow("Answer this: Do I have to keep every receipt?").await;
    b.see("It depends on the holding.").await;
    b.see("On what? I keep the books myself.").await;
    b.fill_named("answer", "For a direct payment, yes: a photograph of each is enough.").await;
    b.press("Save the answer").await;
    b.see("Answered (1)").await;

    // Both answers stand, and what he said between them.
    site.be("Tim Ashby").await;
    site.at("questions").await;
    b.see("It depends on the holding.").await;
    b.see("a photograph of each is enough").await;
    b.see("Open (5)").await;
    site.check().await;
}
