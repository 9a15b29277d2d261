//! How much of anything is taken in stands in the documents as in the code.

use crate::root;
use domain::{Line, Prose};
use service::secrets::MOST_CHARACTERS;
use service::settings::{MB, Most};
use std::fs;

/// Thousands with commas, as the documents write them.
fn commas(number: u64) -> String {
    let digits = number.to_string();
    let ends = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let each =
        digits.char_indices().flat_map(|(at, digit)| ends(at).then_some(',').into_iter().chain([digit]));
    each.collect()
}

fn amount(number: usize, what: &str) -> String {
    format!("{} {what}", commas(number as u64))
}

fn mb(bytes: usize) -> String {
    amount(bytes / (1024 * 1024), "MB")
}

/// A document, how the row begins that says it, and what it has to say.
fn said() -> Vec<(&'static str, &'static str, Vec<String>)> {
    let (taken_in, operations) = ("docs/security/what-is-taken-in.md", "docs/operations.md");
    let statement = || vec![mb(formats::bank::MOST_BYTES), amount(formats::bank::MOST_LINES, "payments")];
    let most = Most::default();
    let kept = |of: service::settings::Amount| {
        vec![format!("{} MB", commas(of.bytes / MB)), format!("{} payments", commas(of.lines))]
    };
    vec![
        (taken_in, "| A line:", vec![amount(Line::MOST, "characters")]),
        (taken_in, "| A person's own words |", vec![amount(Prose::MOST, "characters")]),
        (taken_in, "| A passphrase |", vec![amount(MOST_CHARACTERS, "characters")]),
        (taken_in, "| A receipt |", vec![mb(formats::media::MOST_BYTES)]),
        (taken_in, "| A bank statement |", statement()),
        (taken_in, "| A logo |", vec![amount(formats::logo::MOST_BYTES / 1024, "KB")]),
        (operations, "| A form without files |", vec![mb(web::form::MOST_BYTES)]),
        (operations, "| A form with files |", vec![mb(web::upload::MOST_UPLOAD_BYTES)]),
        (operations, "| A bank statement |", statement()),
        (operations, "| What one account adds on a day |", kept(most.in_a_day)),
        (operations, "| What a case holds |", kept(most.in_a_case)),
    ]
}

#[test]
fn what_is_taken_in_at_most_is_what_the_documents_say() {
    for (document, begins, amounts) in said() {
        let text = fs::read_to_string(root().join(document)).expect("the document");
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with(begins)).collect();
        let [row] = rows[..] else { panic!("{document}: {begins} stands there {} times", rows.len()) };
        for amount in amounts {
            // Not as the end of a longer number.
            let says = row
                .match_indices(&amount)
                .any(|(at, _)| !row[..at].ends_with(|c: char| c.is_ascii_digit() || c == ',' || c == '.'));
            assert!(says, "{document}: {row} does not say {amount}");
        }
    }
    assert_eq!(
        (commas(5), commas(20_000), commas(1_400_000)),
        ("5".into(), "20,000".into(), "1,400,000".into())
    );
}
