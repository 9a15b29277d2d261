//! What people type into one field. What is taken is taken again as it is shown.
#![no_main]

use domain::words::{Line, Prose};
use domain::{EmailAddress, Pence, dates};
use domain::phone::PhoneNumber;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(email) = EmailAddress::parse(text) {
        assert_eq!(EmailAddress::parse(email.as_str()).as_ref(), Ok(&email));
    }
    if let Ok(line) = Line::parse(text) {
        assert_eq!(Line::parse(line.as_str()).as_ref(), Ok(&line));
        PhoneNumber::parse(&line).ok();
    }
    if let Ok(prose) = Prose::parse(text) {
        assert_eq!(Prose::parse(prose.as_str()).as_ref(), Ok(&prose));
    }
    if let Ok(amount) = Pence::parse(text) {
        assert_eq!(Pence::parse(&amount.to_string()), Ok(amount));
    }
    let mut parts = text.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default();
    dates::parse(part(), part(), part()).ok();
    formats::bank_holidays::read(text).ok();
});
