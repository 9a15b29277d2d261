//! Values of closed sets in forms, by the same keys as on the record, and
//! "whose words are these?".

use crate::components::{Choice, Choices, radios};
use crate::form::Form;
use domain::MemberId;
use domain::case::{Case, Voice};
use maud::Markup;
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

/// A voice as a form sends it: `person`, or a member's id.
#[derive(Clone, Copy, Debug)]
pub struct Said(pub Voice);

impl FromStr for Said {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "person" {
            return Ok(Self(Voice::Person));
        }
        text.parse::<MemberId>().map(|id| Self(Voice::Member(id))).map_err(|_| ())
    }
}

/// How a form sends a voice.
#[must_use]
pub fn voice_key(voice: Voice) -> String {
    match voice {
        Voice::Person => "person".into(),
        Voice::Member(id) => id.to_string(),
    }
}

/// Everyone whose words something can be: the person first, then those of
/// the circle whom `keep` leaves in. `(key, name with what they are)`.
#[must_use]
pub fn voices(case: &Case, keep: impl Fn(Voice) -> bool) -> Vec<(String, String)> {
    let mut found = vec![("person".to_owned(), case.person_name().to_owned())];
    for member in case.circle.present().filter(|m| m.role != domain::case::CaseRole::Person) {
        if keep(Voice::Member(member.id)) {
            found.push((member.id.to_string(), format!("{} ({})", member.name, member.relation)));
        }
    }
    found
}

/// Radios for a voice.
#[must_use]
pub fn voice_radios(
    name: &str,
    legend: &str,
    hint: Option<&str>,
    all: &[(String, String)],
    form: &Form,
) -> Markup {
    let choices = all.iter().map(|(key, text)| Choice::new(key, text)).collect();
    radios(&Choices { hint, ..Choices::new(name, legend, choices).with(form) })
}
