//! Damaged files: nothing panics, and nothing that is taken in contradicts
//! itself.

use domain::Pence;
use formats::bank::{self, Statement};
use proptest::prelude::*;

const SAMPLES: [&str; 12] = [
    "lloyds.csv",
    "barclays.csv",
    "natwest.csv",
    "hsbc.csv",
    "santander.csv",
    "monzo.csv",
    "starling.csv",
    "nationwide.csv",
    "revolut.csv",
    "broken-balance.csv",
    "bank-1x.ofx",
    "bank-2x.ofx",
];

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a sample file")
}

fn holds_together(s: &Statement) {
    let sum: Pence = s.lines.iter().map(|l| l.amount).sum();
    if let (Some(opening), Some(closing)) = (s.opening, s.closing) {
        assert_eq!(opening + sum, closing);
    }
    assert!(!s.lines.is_empty() || !s.left_out.is_empty());
    assert!(s.lines.iter().all(|l| !l.amount.is_zero() && l.line_no > 0));
    assert_eq!(bank::dedupe_keys(s).len(), s.lines.len());
}

#[test]
fn cut_off_at_every_byte() {
    for name in SAMPLES {
        let whole = file(name);
        let lines = bank::read(&whole, name).map_or(0, |s| s.lines.len());
        for end in 0..whole.len() {
            let Ok(s) = bank::read(&whole[..end], name) else { continue };
            holds_together(&s);
            assert!(s.lines.len() <= lines.max(3), "{name} cut at {end}");
        }
    }
}

#[test]
fn cut_off_amounts_are_never_taken_for_smaller_ones() {
    for name in ["hsbc.csv", "lloyds.csv", "nationwide.csv", "starling.csv", "revolut.csv"] {
        let whole = file(name);
        let real: Vec<_> = sample(&whole).lines.iter().map(|l| (l.date, l.amount)).collect();
        for end in 0..whole.len() {
            let Ok(s) = bank::read(&whole[..end], name) else { continue };
            for line in &s.lines {
                assert!(real.contains(&(line.date, line.amount)), "{name} cut at {end}: {line:?}");
            }
        }
    }
}

fn sample(bytes: &[u8]) -> Statement {
    bank::read(bytes, "x").expect("a whole sample")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(s) = bank::read(&bytes, "x") { holds_together(&s) }
    }

    #[test]
    fn any_text_under_headings(text in "([0-9/,.£;\"\n eéCRM-]|01/03/2026,|[0-9]\\.[0-9]{2}){0,120}") {
        for heads in ["Date,Description,Amount,Balance\n", "Date;Description;Paid in;Paid out;Balance\n", ""] {
            if let Ok(s) = bank::read(format!("{heads}{text}").as_bytes(), "x") { holds_together(&s) }
        }
    }

    #[test]
    fn any_tags(text in "(<(/?)(OFX|STMTRS|STMTTRN|TRNAMT|DTPOSTED|NAME|LEDGERBAL|BALAMT|BANKACCTTO|é)>?|20260301|[-+.0-9&;<>\\[\\] ]){0,80}") {
        if let Ok(s) = bank::read(format!("<OFX>{text}</OFX>").as_bytes(), "x") { holds_together(&s) }
    }

    #[test]
    fn bytes_changed(which in 0..SAMPLES.len(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = file(SAMPLES[which]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(s) = bank::read(&bytes, "x") { holds_together(&s) }
    }
}
