//! A bank statement. What is taken in holds together.
#![no_main]

use domain::Pence;
use formats::bank;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let name = if bytes.first().is_some_and(|byte| byte % 2 == 0) { "a.csv" } else { "a.ofx" };
    let Ok(statement) = bank::read(bytes, name) else { return };
    let sum: Pence = statement.lines.iter().map(|line| line.amount).sum();
    if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
        assert_eq!(opening + sum, closing);
    }
    assert!(!statement.lines.is_empty() || !statement.left_out.is_empty());
    assert!(statement.lines.iter().all(|line| !line.amount.is_zero() && line.line_no > 0));
    assert_eq!(bank::dedupe_keys(&statement).len(), statement.lines.len());
    assert_eq!(bank::likeness_keys(&statement).len(), statement.lines.len());
});
