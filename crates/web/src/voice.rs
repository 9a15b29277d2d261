//! Whose words something is: the person's, or those of somebody in their
//! circle. One field, asked and read in one way wherever it is needed.

use crate::components::{Choice, Choices, Size, radios};
use crate::form::Form;
use domain::access::{Action, Actor};
use domain::case::{Case, CaseRole, Voice};
use domain::{AccountId, MemberId};
use maud::Markup;
use std::str::FromStr;

/// The name of the field.
pub const FIELD: &str = "voice";

const NO_WORDS: &str = "If someone shows you what they mean without words, they are still their words.";

/// A voice as a form or an address has it: `person`, or a member's id.
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

/// Whether an account is the person whose case it is.
#[must_use]
pub fn is_the_person(case: &Case, account: AccountId) -> bool {
    case.circle.voice_of(account) == Some(Voice::Person)
}

/// How a form or an address has a voice.
#[must_use]
pub fn value(voice: Voice) -> String {
    match voice {
        Voice::Person => "person".to_owned(),
        Voice::Member(id) => id.to_string(),
    }
}

/// Starts a form with the voice of whoever is signed in, if nothing is chosen.
pub fn default_to(form: &mut Form, case: &Case, account: AccountId) {
    default_among(form, case, account, |_| true);
}

/// The same where not everybody may be meant.
pub fn default_among(form: &mut Form, case: &Case, account: AccountId, may: impl Fn(Voice) -> bool) {
    let own = case.circle.voice_of(account).filter(|own| may(*own));
    if let Some(own) = own.filter(|_| form.text(FIELD).is_empty()) {
        form.put(FIELD, value(own));
    }
}

/// The person, and those in the circle now whom `may` lets in: `(value, name
/// with what they are)`.
#[must_use]
pub fn among(case: &Case, may: impl Fn(Voice) -> bool) -> Vec<(String, String)> {
    let mut all = vec![(value(Voice::Person), format!("{}, the person", case.person_name()))];
    let others = case.circle.present().filter(|member| member.role != CaseRole::Person);
    for member in others.filter(|member| may(member.voice())) {
        all.push((value(member.voice()), format!("{}, {}", member.name, member.relation)));
    }
    all
}

/// "Whose words are these?", of everyone whom this reader may name.
#[must_use]
pub fn choose(reader: &Actor, case: &Case, form: &Form) -> Markup {
    choose_among(reader, case, form, |_| true)
}

/// The same of the person and those in the circle whom `may` lets in. Who is in
/// it is told to those who see the people: everyone else can say whose words
/// something is of the person and themselves.
pub fn choose_among(reader: &Actor, case: &Case, form: &Form, may: impl Fn(Voice) -> bool) -> Markup {
    let own = case.circle.voice_of(reader.account);
    let sees_people = reader.may(Action::SeePeople, case);
    let may = |voice| may(voice) && (sees_people || own == Some(voice));
    ask("Whose words are these?", Some(NO_WORDS), &among(case, may), form)
}

/// Another question about a voice.
#[must_use]
pub fn ask(legend: &str, hint: Option<&str>, among: &[(String, String)], form: &Form) -> Markup {
    let choices = among.iter().map(|(value, text)| Choice::new(value, text)).collect();
    radios(&Choices { size: Size::S, small: true, hint, ..Choices::new(FIELD, legend, choices).with(form) })
}

/// Reads "Whose words are these?": a voice of someone who is in the circle now.
pub fn read(form: &mut Form, case: &Case) -> Option<Voice> {
    read_present(form, "whose words these are", case)
}

/// Reads a voice of someone who is in the circle now. `label` completes "Choose".
pub fn read_present(form: &mut Form, label: &str, case: &Case) -> Option<Voice> {
    let voice = read_decider(form, label)?;
    let is_there = among(case, |_| true).iter().any(|(present, _)| *present == value(voice));
    if is_there { Some(voice) } else { form.wrong(FIELD, format!("Choose {label}")) }
}

/// Reads whose decision something is. Who may decide it, the decision says, in
/// words of its own: so somebody learns why, who chose from an older page.
pub fn read_decider(form: &mut Form, label: &str) -> Option<Voice> {
    form.choice(FIELD, label).map(|Said(voice)| voice)
}
