//! Values of closed sets in forms, by the same keys as on the record.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// A value that a form sends by its key on the record (`helps-to-communicate`).
#[derive(Clone, Copy, Debug)]
pub struct Keyed<T>(pub T);

impl<T: DeserializeOwned> FromStr for Keyed<T> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).map(Self).map_err(|_| ())
    }
}

/// The key of a value.
#[must_use]
pub fn key<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(key)) => key,
        _ => String::new(),
    }
}
