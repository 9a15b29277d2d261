//! A photograph, a PDF or a logo. What is kept says nothing of where it was taken,
//! is still what it was, and stays as it is when it is cleaned again.
#![no_main]

use formats::{logo, media};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    logo::check(bytes).ok();
    let Ok(kind) = media::check(bytes) else { return };
    let cleaned = media::without_location(bytes);
    assert_eq!(media::check(&cleaned).ok(), Some(kind), "it is not what it was");
    assert!(media::without_location(&cleaned) == cleaned, "there was more to take out");
});
