//! Statements as banks write them, and files that are not statements.

use domain::{Date, Pence};
use formats::bank::{self, Balance, Format, Statement, Unreadable};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a sample file")
}

fn sample(name: &str) -> Statement {
    bank::read(&file(name), name).unwrap_or_else(|refused| panic!("{name}: {refused}"))
}

fn refused(text: &str) -> Unreadable {
    bank::read(text.as_bytes(), "x.csv").expect_err("refused")
}

fn amounts(statement: &Statement) -> Vec<i64> {
    statement.lines.iter().map(|l| l.amount.0).collect()
}

fn hint(statement: &Statement) -> (Option<&str>, Option<&str>) {
    let account = statement.account.as_ref().expect("an account");
    (account.sort_code.as_deref(), account.number_last4.as_deref())
}

#[test]
fn lloyds_is_newest_first_and_comes_out_oldest_first() {
    let s = sample("lloyds.csv");
    assert_eq!(s.format, Format::Csv("Lloyds, Halifax, Bank of Scotland or TSB"));
    assert_eq!(amounts(&s), [250_000, -2500, -2500, -62_500, -62_500, -3600]);
    assert_eq!((s.opening, s.closing), (Some(Pence(125_000)), Some(Pence(241_400))));
    assert_eq!(s.balance, Balance::Adds { checked: 5 });
    assert_eq!(hint(&s), (Some("300001"), Some("5678")));
    assert_eq!((s.lines[0].line_no, s.lines[5].line_no), (7, 2));
    assert_eq!((s.from, s.to), (Some(Date::constant(2026, 3, 2)), Some(Date::constant(2026, 3, 31))));
    assert!(s.left_out.is_empty() && s.notes.is_empty());
}

#[test]
fn barclays_has_one_amount_and_no_balance() {
    let s = sample("barclays.csv");
    assert_eq!(s.format, Format::Csv("Barclays"));
    assert_eq!(amounts(&s), [250_000, -62_500, -3600]);
    assert_eq!((s.balance, s.closing), (Balance::NotGiven, None));
    assert_eq!(s.lines[2].description, "PAYROLL BUREAU LTD REF 4471");
    assert_eq!(hint(&s), (Some("200000"), Some("4321")));
}

#[test]
fn natwest_names_its_months() {
    let s = sample("natwest.csv");
    assert_eq!(s.format, Format::Csv("NatWest or Royal Bank of Scotland"));
    assert_eq!(amounts(&s), [250_000, -62_500, -3600]);
    assert_eq!(s.closing, Some(Pence(308_900)));
    assert_eq!(s.lines[0].description, "ICB DIRECT PAYMENT , REF 88");
    assert_eq!(hint(&s), (Some("600001"), Some("5678")));
}

#[test]
fn hsbc_has_no_headings() {
    let s = sample("hsbc.csv");
    assert_eq!(s.format, Format::Csv("HSBC or First Direct"));
    assert_eq!(amounts(&s), [250_000, -125_000, -3600]);
    assert_eq!(s.lines[0].line_no, 3);
}

#[test]
fn semicolons_and_two_byte_text() {
    let s = sample("santander.csv");
    assert_eq!(s.format, Format::Csv("Santander or The Co-operative Bank"));
    assert_eq!((amounts(&s), s.opening), (vec![250_000, -62_500, -3600], Some(Pence(125_000))));
}

#[test]
fn monzo_gives_ids_and_lines_that_move_nothing() {
    let s = sample("monzo.csv");
    assert_eq!(s.format, Format::Csv("Monzo"));
    assert_eq!(amounts(&s), [250_000, -2500, -2500]);
    assert_eq!(s.lines[0].external_id.as_deref(), Some("tx_0001"));
    assert_eq!(
        (s.lines[0].description.as_str(), s.lines[0].reference.as_deref()),
        ("ICB Payments", Some("DIRECT PAYMENT MAR"))
    );
    assert_eq!((s.left_out[0].line_no, s.left_out[0].why.as_str()), (5, "no money moved"));
}

#[test]
fn starling_starts_with_a_mark() {
    let s = sample("starling.csv");
    assert_eq!(s.format, Format::Csv("Starling"));
    assert_eq!((amounts(&s), s.balance), (vec![250_000, -62_500, -3600], Balance::Adds { checked: 2 }));
    assert_eq!(s.lines[1].reference.as_deref(), Some("WAGES MAR"));
}

#[test]
fn nationwide_has_rows_above_its_headings_and_older_text() {
    let s = sample("nationwide.csv");
    assert_eq!(s.format, Format::Csv("Nationwide"));
    assert_eq!((amounts(&s), s.closing), (vec![250_000, -62_500, -3600], Some(Pence(308_900))));
    assert_eq!(s.lines[0].description, "ICB Café & Care");
    assert_eq!((s.lines[0].line_no, hint(&s).1), (6, Some("4321")));
    assert!(s.notes[0].what.contains("Windows-1252"));
}

#[test]
fn revolut_takes_its_fee_and_keeps_pending_lines_out() {
    let s = sample("revolut.csv");
    assert_eq!((amounts(&s), s.closing), (vec![250_000, -62_520], Some(Pence(312_480))));
    assert_eq!(s.left_out.len(), 1);
    assert!(s.left_out[0].why.contains("not gone through yet"));
}

#[test]
fn ofx_with_open_tags() {
    let s = sample("bank-1x.ofx");
    assert_eq!((s.format, amounts(&s)), (Format::Ofx, vec![250_000, -2500, -2500, -3600]));
    assert_eq!(s.lines[1].description, "CAFÉ & POOL");
    assert_eq!((s.lines[3].reference.as_deref(), s.lines[3].line_no), (Some("REF 4471"), 35));
    assert_eq!((s.closing, s.to), (Some(Pence(241_400)), Some(Date::constant(2026, 3, 31))));
    assert_eq!(hint(&s), (Some("300001"), Some("5678")));
}

#[test]
fn ofx_as_xml() {
    let s = sample("bank-2x.ofx");
    assert_eq!((s.format, amounts(&s)), (Format::Ofx, vec![250_000, -6250]));
    assert_eq!(
        (s.lines[1].description.as_str(), s.lines[1].reference.as_deref()),
        ("Wages & travel", Some("000101"))
    );
    assert_eq!(hint(&s), (Some("300001"), Some("5678")));
}

#[test]
fn a_balance_that_breaks_is_refused_with_its_line() {
    let refused = bank::read(&file("broken-balance.csv"), "march.csv").expect_err("does not add up");
    assert_eq!(refused.line, Some(4));
    assert!(refused.what.contains("£3,689.00") && refused.what.contains("£3,064.00"), "{refused}");
}

#[test]
fn what_is_not_a_statement() {
    for (bytes, word) in [
        (&b"\x89PNG\r\n\x1a\n...."[..], "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04....", "spreadsheet"),
        (b"\xff\xd8\xff\xe0....", "photograph"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"!Type:Bank\nD03/04/2026\n", "QIF"),
        (b":20:START\n", "MT940"),
        (b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>", "camt"),
        (b"{\"a\":1}", "JSON"),
        (b"", "empty"),
        (b" \r\n\r\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Date,\0Amount", "not text"),
        (b"dear bank, hello\n", "headings"),
    ] {
        let refused = bank::read(bytes, "march.csv").expect_err(word);
        assert!(refused.what.contains(word), "{word}: {refused}");
        assert!(!refused.what_to_do.is_empty());
    }
    let huge = vec![b'a'; bank::MOST_BYTES + 1];
    assert!(bank::read(&huge, "x").expect_err("huge").what.contains("5 MB"));
    let long = format!("Date,Description,Amount\n{}", "01/03/2026,A,1.00\n".repeat(bank::MOST_LINES + 1));
    assert!(refused(&long).what.contains("20,000"));
}

#[test]
fn a_life_fits_and_more_is_refused_whole_with_the_line() {
    let most = u32::try_from(bank::MOST_LINES).expect("few");
    let row = "01/03/2026,A,1.00\n";
    let table = |rows: usize| format!("Date,Description,Amount\n{}", row.repeat(rows));
    assert_eq!(
        bank::read(table(bank::MOST_LINES).as_bytes(), "x").map(|s| s.lines.len()),
        Ok(bank::MOST_LINES)
    );
    assert_eq!(refused(&table(bank::MOST_LINES + 1)).line, Some(most + 2));
    let payment = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260301<TRNAMT>-1.00<FITID>1<NAME>A</STMTTRN>\n";
    let ofx = |payments: &str| {
        format!(
            "OFXHEADER:100\n<OFX><STMTRS><CURDEF>GBP<BANKTRANLIST>\n{payments}</BANKTRANLIST></STMTRS></OFX>"
        )
    };
    assert!(bank::read(ofx(&payment.repeat(bank::MOST_LINES)).as_bytes(), "x").is_ok());
    let long = refused(&ofx(&payment.repeat(bank::MOST_LINES + 1)));
    assert_eq!((long.line, long.what.contains("20,000")), (Some(most + 3), true), "{long}");
}

#[test]
fn an_endless_line_and_tags_within_tags_are_refused_where_they_are() {
    let cells = ",".repeat(bank::LONGEST_LINE + 1);
    for text in [
        format!("Date,Description,Amount\n01/03/2026,A,1.00\n{cells}"),
        format!("Date,Description,Amount\n01/03/2026,A,1.00\n01/03/2026,{},1.00\n", "x".repeat(4_000_000)),
    ] {
        let no = refused(&text);
        assert_eq!((no.line, no.what.contains("longer than 10,000")), (Some(3), true), "{no}");
    }
    let deep = format!("OFXHEADER:100\n<OFX>\n{}", "<A>".repeat(1_000_000));
    assert_eq!(refused(&deep).line, Some(3));
    let within = "OFXHEADER:100\n<OFX><STMTRS>\n<STMTTRN>".to_owned() + &"<B><C>".repeat(500_000);
    assert!(refused(&within).what.contains("between two payments"));
}

#[test]
fn lines_that_cannot_be_read_are_named() {
    for (line, why) in [
        ("31/02/2026,CARE,-5.00", "“31/02/2026” is not in the calendar"),
        (
            "03/25/2026,CARE,-5.00",
            "“03/25/2026” has the month before the day, which British banks do not write",
        ),
        ("05/03/2026,CARE", "it has 2 columns where there should be 3"),
        (
            "05/03/2026,CARE, LTD,-5.00",
            "it has 4 columns where there should be 3; there may be a comma inside its description",
        ),
        ("05/03/2026,CARE,1e9", "“1e9” is not an amount of money"),
        (
            "05/03/2026,CARE,\"£1,234.5\"",
            "“£1,234.5” has one figure after the point, not two: a spreadsheet may have changed it",
        ),
        ("05/03/2026,CARE,", "no money moved"),
    ] {
        let text = format!("Date,Description,Amount\n02/03/2026,A,1.00\n\n{line}\n06/03/2026,B,2.00\n");
        let s = bank::read(text.as_bytes(), "x.csv").unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(amounts(&s), [100, 200], "{line}");
        assert_eq!((s.left_out.len(), s.left_out[0].line_no, s.left_out[0].why.as_str()), (1, 4, why));
    }
}

#[test]
fn with_balances_an_unread_line_refuses_the_file() {
    let refused = refused(
        "Date,Description,Amount,Balance\n01/03/2026,A,5.00,5.00\n31/02/2026,B,5.00,10.00\n03/03/2026,C,5.00,15.00\n",
    );
    assert_eq!(refused.line, Some(3));
    assert!(refused.what.contains("31/02/2026"), "{refused}");
}

#[test]
fn files_that_stop_short() {
    for text in [
        "Date,Description,Amount\n01/03/2026,A,12.34\n02/03/2026,B,12.34\n03/03/2026,C,-12",
        "Date,Description,Amount\n01/03/2026,A,12.34\n02/03/2026,B",
        "Date,Description,Amount\n01/03/2026,A,12.34\n02/03/2026,\"B, C",
        "Date,Description,Amount\n01/03/2026,A,12.34\n02/03/2026,B,\"1,234",
        "Date,Description,Amount,Balance\n01/03/2026,A,1.00,1.00\n02/03/2026,B,1.00,2.00\n03/03/2026,C,1.00,",
    ] {
        let refused = refused(text);
        assert!(refused.what.contains("cut off") && refused.line.is_some(), "{text}: {refused}");
    }
    // A whole last line without a line end is how some banks write.
    assert!(bank::read(b"Date,Description,Amount\n01/03/2026,A,12.34\n02/03/2026,B,1.00", "x").is_ok());
    for (text, word) in [
        ("Date,Description,Amount\n", "no payments under"),
        ("Date,Description,Amount", "no payments under"),
        ("Date,Description,Amount,Status\n01/03/2026,A,1.00,Pending\n", "gone through"),
        (
            "Date,Description,Amount,Account Number\n01/03/2026,A,1.00,11112222\n01/03/2026,A,1.00,33334444\n",
            "more than one account",
        ),
    ] {
        assert!(refused(text).what.contains(word), "{text}");
    }
}

#[test]
fn ofx_that_is_not_fit() {
    let whole = String::from_utf8(file("bank-2x.ofx")).expect("text");
    for (from, to, word) in [
        ("</OFX>", "", "cut off"),
        ("GBP", "EUR", "EUR"),
        ("<STMTRS>", "<STMTRS></STMTRS><STMTRS>", "more than one account"),
        ("-62.5<", "-62.555<", "whole pence"),
        ("<DTPOSTED>20260327", "<DTPOSTED>20260231", "date"),
        ("3687.50", "lots", "balance"),
        ("STMTRS>", "INVSTMTRS>", "no statement"),
        ("STMTTRN>", "STMTTRX>", "no payments"),
    ] {
        let refused = refused(&whole.replace(from, to));
        assert!(refused.what.contains(word), "{word}: {refused}");
    }
}

#[test]
fn debits_without_a_minus_get_one() {
    let whole = String::from_utf8_lossy(&file("bank-1x.ofx")).replace("<TRNAMT>-25.00", "<TRNAMT>25.00");
    let s = bank::read(whole.as_bytes(), "x").expect("read");
    assert_eq!((amounts(&s), s.notes.len()), (vec![250_000, -2500, -2500, -3600], 1));
}

#[test]
fn the_same_file_again_and_files_that_overlap_bring_nothing_twice() {
    for name in ["lloyds.csv", "monzo.csv", "bank-1x.ofx", "hsbc.csv"] {
        let keys = bank::dedupe_keys(&sample(name));
        assert_eq!(keys, bank::dedupe_keys(&sample(name)));
        let mut unique = keys.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), keys.len(), "{name}");
    }
    // A file of the later days only, oldest first: each of its keys is known.
    let whole = bank::dedupe_keys(&sample("lloyds.csv"));
    let later = "Date,Description,Amount\n20/03/2026,Leisure  Centre,-25.00\n20/03/2026,LEISURE CENTRE,-25.00\n\
        27/03/2026,Marcus Reid wages,-625.00\n";
    let later = bank::dedupe_keys(&bank::read(later.as_bytes(), "x").expect("read"));
    assert!(later.iter().all(|key| whole.contains(key)), "{later:?}");
    // CSV and OFX of one account look alike, though their keys differ.
    let likeness = bank::likeness_keys(&sample("lloyds.csv"));
    assert!(bank::likeness_keys(&sample("bank-1x.ofx")).iter().all(|key| likeness.contains(key)));
}

/// Files that are small to send and would be large to read: none of their
/// names stands for anything, and each is read once from start to end.
#[test]
fn names_that_stand_for_more_are_words_and_cost_nothing() {
    let whole = String::from_utf8(file("bank-2x.ofx")).expect("text");
    let head = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<OFX>";
    let named = whole.replacen("<OFX>", head, 1).replace("<![CDATA[Wages & travel]]>", "&b; &a; x");
    let s = bank::read(named.as_bytes(), "x.ofx").expect("read");
    assert_eq!(s.lines[1].description, "&b; &a; x");
    // Were any of these read again and again, this would not come to its end.
    for words in [
        "&".repeat(2 * 1024 * 1024),
        format!("{}]]>", "<NAME><![CDATA[".repeat(150_000)),
        "<".repeat(2 * 1024 * 1024),
    ] {
        let _ = bank::read(whole.replace("ICB DIRECT PAYMENT", &words).as_bytes(), "x.ofx");
    }
}

#[test]
fn days_in_any_order_come_out_oldest_first() {
    let s = bank::read(
        b"Date,Description,Amount\n09/03/2026,C,-3.00\n02/03/2026,A,1.00\n05/03/2026,B,-2.00\n",
        "x.csv",
    );
    assert_eq!(amounts(&s.expect("read")), [100, -200, -300]);
    // With balances, so do payments of one day.
    let file = "Date,Description,Amount,Balance\n02/03/2026,A,10.00,10.00\n05/03/2026,C,-3.00,5.00\n\
        05/03/2026,B,-2.00,8.00\n06/03/2026,D,-1.00,4.00\n";
    let s = bank::read(file.as_bytes(), "x.csv").expect("read");
    assert_eq!((amounts(&s), s.balance), (vec![1000, -200, -300, -100], Balance::Adds { checked: 3 }));
}
