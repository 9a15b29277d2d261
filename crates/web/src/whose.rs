//! "Whose words are these?": the person's, or someone's in their circle.

use crate::components::{Choice, Choices, Size, radios};
use crate::form::Form;
use domain::AccountId;
use domain::case::{Case, CaseRole, Voice};
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

/// A voice as a field had it, whoever that is.
#[must_use]
pub fn voice(text: &str) -> Option<Voice> {
    match text {
        "person" => Some(Voice::Person),
        id => id.parse().ok().map(Voice::Member),
    }
}

/// The question with everyone who may be meant.
#[must_use]
pub fn choose(case: &Case, form: &Form) -> Markup {
    choose_among(case, form, |_| true)
}

/// The question with the person and those in the circle whom `may` lets in.
pub fn choose_among(case: &Case, form: &Form, may: impl Fn(Voice) -> bool) -> Markup {
    let mut all = vec![(value(Voice::Person), format!("{}, the person", case.person_name()))];
    let others = case.circle.present().filter(|m| m.role != CaseRole::Person);
    for member in others.filter(|m| may(Voice::Member(m.id))) {
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
    let known = |voice: &Voice| match voice {
        Voice::Person => true,
        Voice::Member(id) => case.circle.present().any(|m| m.id == *id && m.role != CaseRole::Person),
    };
    match voice(form.text(FIELD)).filter(known) {
        Some(voice) => Some(voice),
        None => form.wrong(FIELD, "Choose whose words these are"),
    }
}
