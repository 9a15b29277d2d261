//! Steps 8 to 10: spent, reviewed, and all of it in the history.

use super::MARTIN;
use crate::site::{Site, on_both};
use std::io::Write as _;
use testkit::demo::people::PASSPHRASE;
use testkit::stages::Stage;

#[test]
fn what_was_spent_and_a_carer_replaced_because_she_said_so() {
    on_both(|mut site| async move {
        site.begin_at(Stage::Review).await;
        spent(&site).await;
        reviewed(&site).await;
        history(&site).await;
        site
    });
}

/// What came in, was promised, spent and is left; a bank statement as CSV
/// and as OFX, matched to the plan; and a receipt.
async fn spent(site: &Site) {
    let b = &site.browser;
    site.be("Farid Khan").await;
    b.open("/finance").await;
    b.press("Release").await;
    site.be("Fay Turner").await;
    b.open("/finance").await;
    b.press("Confirm").await;
    site.world.days_later(57);
    site.sign_in(MARTIN, PASSPHRASE).await;
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
    b.pick_named("holding", "Alice's own helpers").await;
    b.give_file("file", &wrong).await;
    b.press("Add the statement").await;
    b.see("There is a problem").await;
    b.see("Line 3").await;
    for file in [&csv, &ofx, &csv] {
        site.at("money/statement").await;
        b.pick_named("holding", "Alice's own helpers").await;
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
    b.see("A personal assistant by day").await;
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
}

const OFX: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260420<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>GBP<BANKACCTFROM><BANKID>112233<ACCTID>00014821<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260401<DTEND>20260420<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260409<TRNAMT>-36.00<FITID>a1<NAME>MENDIP VAN AND DRIVER</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

/// A picture of one dot.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0,
    0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// The review: a carer frightened her, and the plan is changed without
/// starting again and without asking anybody's permission.
async fn reviewed(site: &Site) {
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

    site.sign_in(MARTIN, PASSPHRASE).await;
    let action = case.plan.current_actions().next().expect("an action").id;
    site.at(&format!("plan/actions/{action}")).await;
    b.fill_named("what", "Choose a new second carer. Alice meets them first and decides.").await;
    b.press("Save").await;
    site.at("plan").await;
    b.see("This plan is agreed, and it is yours to change").await;
    b.not_see("waits to be agreed").await;
    site.check().await;
}

/// Everything that happened, and what the plan said on an earlier day.
async fn history(site: &Site) {
    let b = &site.browser;
    site.be("Priya Nair").await;
    site.at("plan").await;
    b.see("Alice Hale").await;
    site.sign_in(MARTIN, PASSPHRASE).await;
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
}
