//! What somebody typed, where the page that it was typed on is not shown again:
//! carried along unseen, or shown so that it can be copied.

use crate::components::{hidden, own_words};
use crate::form::Form;
use crate::tokens::CSRF_FIELD;
use maud::{Markup, html};

/// What was typed, carried along unseen.
#[must_use]
pub fn carried(typed: &Form) -> Markup {
    html! {
        @for (name, values) in &typed.values {
            @if name != CSRF_FIELD && !is_secret(name) {
                @for value in values { (hidden(name, value)) }
            }
        }
    }
}

/// What is never put into a page again, not even unseen.
fn is_secret(name: &str) -> bool {
    name.starts_with("passphrase") || name == "code" || name == "passkey"
}

/// The fields of passphrases, and what they ask for.
pub(crate) const SECRETS: [(&str, &str); 2] =
    [("passphrase", "Passphrase"), ("passphrase-again", "The same again")];

/// The names under which a form is carried through signing in.
pub const RESUME_PATH: &str = "resume-path";
pub const RESUME_BODY: &str = "resume-body";

/// What was typed as one text, to be carried along: without secrets, and
/// without the token of the form.
#[must_use]
pub fn as_body(typed: &Form, token: &str) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    for (name, values) in typed.values.iter().filter(|(name, _)| *name != token && !is_secret(name)) {
        for value in values {
            body.append_pair(name, value);
        }
    }
    body.finish()
}

/// What somebody wrote. Ids, keys and choices are one word; what somebody wrote
/// is several.
fn written(typed: &Form) -> impl Iterator<Item = &str> {
    let all = typed.values.iter().filter(|(name, _)| !is_secret(name)).flat_map(|(_, values)| values);
    all.map(String::as_str).filter(|value| value.trim().contains(char::is_whitespace))
}

/// What was written and does not stand in `content`, so that it can be copied.
#[must_use]
pub fn what_you_wrote(typed: Option<&Form>, content: &Markup) -> Markup {
    let is_missing = |words: &&str| !content.0.contains(&html! { (words) }.0);
    let missing: Vec<&str> = typed.into_iter().flat_map(written).filter(is_missing).collect();
    html! {
        @if !missing.is_empty() {
            h2 class="nhsuk-heading-m" { "What you wrote" }
            p { "It was not saved. It is still here, so that you can copy it." }
            @for words in missing { (own_words(words, "")) }
        }
    }
}
