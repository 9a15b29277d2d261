//! "Whose words are these?": the person's, or someone's in their circle.

use crate::components::{Choice, Choices, Size, radios};
use crate::form::Form;
use domain::case::{Case, CaseRole, Voice};
use domain::{AccountId, MemberId};
use maud::Markup;

/// The name of the field.
pub const FIELD: &str = "voice";

/// A voice as a field has it.
#[must_use]
pub fn value(voice: Voice) -> String {
    match voice {
        Voice::Person => "person".to_owned(),
        Voice::Member(id) => id.to_string(),
    }
}

/// Starts a form with the voice of whoever is signed in, if nothing is chosen.
pub fn default_to(form: &mut Form, case: &Case, account: AccountId) {
    if form.text(FIELD).is_empty()
        && let Some(voice) = case.circle.voice_of(account)
    {
        form.put(FIELD, value(voice));
    }
}

/// The question with everyone who may be meant.
#[must_use]
pub fn choose(case: &Case, form: &Form) -> Markup {
    let mut all = vec![(value(Voice::Person), format!("{}, the person", case.person_name()))];
    for member in case.circle.present().filter(|m| m.role != CaseRole::Person) {
        all.push((value(Voice::Member(member.id)), format!("{}, {}", member.name, member.relation)));
    }
    let choices = all.iter().map(|(value, text)| Choice::new(value, text)).collect();
    radios(&Choices {
        size: Size::S,
        small: true,
        hint: Some("If someone shows you what they mean without words, they are still their words."),
        ..Choices::new(FIELD, "Whose words are these?", choices).with(form)
    })
}

/// Reads it: a voice of someone who is in the circle now.
pub fn read(form: &mut Form, case: &Case) -> Option<Voice> {
    let voice = match form.text(FIELD) {
        "person" => Some(Voice::Person),
        text => text.parse::<MemberId>().ok().map(Voice::Member),
    };
    let known = |voice: &Voice| match voice {
        Voice::Person => true,
        Voice::Member(id) => case.circle.present().any(|m| m.id == *id && m.role != CaseRole::Person),
    };
    match voice.filter(known) {
        Some(voice) => Some(voice),
        None => form.wrong(FIELD, "Choose whose words these are"),
    }
}
