//! Events of every kind of stream, a line each, as a case that is taken in brings
//! them: what can be read can be worked out, and is written back the same.
#![no_main]

use domain::{Aggregate, Recorded, StreamKind, of_kind};
use std::fmt::Debug;
use strum::VariantArray as _;
use uuid::Uuid;

fn folds<A: Aggregate<Event: Debug>>(lines: &str) {
    let events: Vec<Recorded<A::Event>> =
        lines.lines().map_while(|line| serde_json::from_str(line).ok()).take(50).collect();
    for event in &events {
        let text = serde_json::to_string(event).expect("it is written");
        let again: Recorded<A::Event> = serde_json::from_str(&text).expect("it is read again");
        assert_eq!(serde_json::to_string(&again).expect("it is written"), text);
    }
    let _ = A::fold(Uuid::from_u128(1).into(), &events);
}

libfuzzer_sys::fuzz_target!(|lines: &str| {
    for kind in StreamKind::VARIANTS {
        of_kind!(*kind, A => folds::<A>(lines));
    }
});
