//! The tokens of a browser and of its forms, and the hidden fields that carry
//! them.

use crate::components::hidden;
use crate::form::Form;
use maud::Markup;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The name of the hidden field with the token against forged requests.
pub const CSRF_FIELD: &str = "csrf";
/// The name of the hidden field that makes a request sent twice count once.
pub const KEY_FIELD: &str = "key";
/// The name of the hidden field with the version of the record that was seen.
pub const SEEN_FIELD: &str = "seen";

/// The token against forged requests, in a form.
#[must_use]
pub fn csrf_field(token: &str) -> Markup {
    hidden(CSRF_FIELD, token)
}

/// The key that makes a request sent twice count once.
#[must_use]
pub fn key_field(key: &str) -> Markup {
    hidden(KEY_FIELD, key)
}

impl Form {
    /// The key that the form was dealt when it was shown: the id of what it
    /// adds. One that is missing or cannot be read is dealt anew, as `fresh`, and
    /// nothing else happens differently.
    pub fn key<T: From<Uuid>>(&mut self, fresh: Uuid) -> T {
        let dealt = Uuid::try_parse(self.text(KEY_FIELD)).ok();
        match dealt {
            Some(_) => self.next_key = Some(fresh),
            None => self.put_key(fresh),
        }
        dealt.unwrap_or(fresh).into()
    }

    /// What came with its key is kept already, or cannot be any more: what is
    /// sent next from the page that is shown again is something new.
    pub(crate) fn deal_anew(&mut self) {
        if let Some(next) = self.next_key.take() {
            self.put_key(next);
        }
    }

    fn put_key(&mut self, key: Uuid) {
        self.values.insert(KEY_FIELD.to_owned(), vec![key.to_string()]);
    }
}

/// The version of the record that the page was made from.
#[must_use]
pub fn seen_field(version: u64) -> Markup {
    hidden(SEEN_FIELD, &version.to_string())
}

/// Compares in a time that says nothing about where two texts differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// 32 random bytes in hex.
#[must_use]
pub fn random_token() -> String {
    let bytes: [u8; 32] = rand::random();
    hex::encode(bytes)
}

/// A form's token: derived from cookies that no other site can read.
#[must_use]
pub fn csrf_of(visit: &str, session: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(b"form token\0");
    hash.update(visit.as_bytes());
    hash.update([0]);
    hash.update(session.unwrap_or_default().as_bytes());
    hex::encode(hash.finalize())
}

/// A mark of a sign-in and a browser that is no secret: a page that the browser
/// kept compares it with the one of now, before it shows itself again.
#[must_use]
pub fn mark_of(csrf: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"mark of a page\0");
    hash.update(csrf.as_bytes());
    hex::encode(&hash.finalize()[..8])
}
