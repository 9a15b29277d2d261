//! How something is encrypted for one place and no other: XChaCha20-Poly1305,
//! with a nonce by chance and the place as associated data. What stands in one
//! row and is moved to another, or to another column, does not open there.
//!
//! It is a crate of its own, since what is generic in ciphers is compiled where it is
//! used: this one is optimised in every profile, and the rooms that use it are not.
//!
//! Bytes are the nonce (24), what is encrypted, the tag (16). A text is `x1:` and
//! the same in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What stands before everything that is encrypted: in which way it is.
pub const SIGN: &str = "x1:";
const NONCE: usize = 24;

/// Where something stands: every part with its length, so that no two places
/// are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Vec<u8>);

impl Place {
    pub fn new(parts: &[&[u8]]) -> Self {
        let mut place = Vec::with_capacity(128);
        for part in parts {
            place.extend((part.len() as u64).to_be_bytes());
            place.extend(*part);
        }
        Self(place)
    }
}

/// A key with which something is encrypted. It is wiped from memory when it is
/// dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// A new one, by chance.
    pub fn by_chance() -> Self {
        Self(Zeroizing::new(rand::random()))
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key for one purpose, which is named in words that no other has.
    pub fn derive(&self, purpose: &str) -> Self {
        let mut mac = self.macs();
        mac.update(b"OpenPHB: ");
        mac.update(purpose.as_bytes());
        Self(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// Ready to make MACs with it.
    pub fn macs(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(self.0.as_slice()).expect("HMAC takes keys of any length")
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }

    /// The nonce and what is encrypted, without a sign before it.
    pub fn close(&self, place: &Place, clear: &[u8]) -> Vec<u8> {
        self.close_with(rand::random(), place, clear)
    }

    fn close_with(&self, nonce: [u8; NONCE], place: &Place, clear: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: clear, aad: &place.0 };
        let closed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        [nonce.as_slice(), &closed.expect("no value is as long as 256 GB")].concat()
    }

    /// What was encrypted for this place with this key; `None` where it was not.
    pub fn open(&self, place: &Place, closed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = closed.split_first_chunk::<NONCE>()?;
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: rest, aad: &place.0 }).ok()
    }

    pub fn close_text(&self, place: &Place, clear: &str) -> String {
        let mut text = SIGN.to_owned();
        BASE64.encode_string(self.close(place, clear.as_bytes()), &mut text);
        text
    }

    /// The same each time for the same text and place, for what is looked for as it is
    /// stored. The nonce is an HMAC of both, so two texts never share one; all that it
    /// tells is that two in one place are the same.
    pub fn close_text_same(&self, place: &Place, clear: &str) -> String {
        let mut mac = self.derive("nonces of what is looked for").macs();
        mac.update(&(place.0.len() as u64).to_be_bytes());
        mac.update(&place.0);
        mac.update(clear.as_bytes());
        let mac: [u8; 32] = mac.finalize().into_bytes().into();
        let (nonce, _) = mac.split_first_chunk().expect("a MAC is longer than a nonce");
        let mut text = SIGN.to_owned();
        BASE64.encode_string(self.close_with(*nonce, place, clear.as_bytes()), &mut text);
        text
    }

    pub fn open_text(&self, place: &Place, closed: &str) -> Option<String> {
        let bytes = BASE64.decode(closed.strip_prefix(SIGN)?).ok()?;
        String::from_utf8(self.open(place, &bytes)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encrypted_opens_in_its_place_with_its_key_and_whole() {
        let (key, other) = (Secret::by_chance(), Secret::by_chance());
        let (here, there) = (Place::new(&[b"ab", b"c"]), Place::new(&[b"a", b"bc"]));
        let text = key.close_text(&here, "She sings on Fridays.");
        assert!(text.starts_with("x1:") && !text.contains("sings"), "{text}");
        assert_eq!(key.open_text(&here, &text).as_deref(), Some("She sings on Fridays."));
        assert_eq!(key.open_text(&there, &text), None, "another place");
        assert_eq!(other.open_text(&here, &text), None, "another key");
        assert_eq!(key.open_text(&here, &text[3..]), None, "no sign before it");
        assert_ne!(text, key.close_text(&here, "She sings on Fridays."), "the nonce is another each time");
        let bytes = key.close(&here, b"a picture");
        assert_eq!(key.open(&here, &bytes).as_deref(), Some(b"a picture".as_slice()));
        for cut in 0..bytes.len() {
            assert_eq!(key.open(&here, &bytes[..cut]), None, "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(&here, &changed), None, "changed at {at}");
        }
    }

    #[test]
    fn what_is_looked_for_is_the_same_each_time_and_only_there() {
        let (key, other) = (Secret::by_chance(), Secret::by_chance());
        let (here, there) = (Place::new(&[b"names"]), Place::new(&[b"lines"]));
        let text = key.close_text_same(&here, "jo@example.org");
        assert_eq!(text, key.close_text_same(&here, "jo@example.org"));
        assert_eq!(key.open_text(&here, &text).as_deref(), Some("jo@example.org"));
        let others = [
            key.close_text_same(&there, "jo@example.org"),
            key.close_text_same(&here, "jo@example.com"),
            other.close_text_same(&here, "jo@example.org"),
        ];
        for other in others {
            assert_ne!(text[..20], other[..20], "another nonce");
        }
    }

    /// Made by another program (libsodium's `crypto_aead_xchacha20poly1305_ietf`
    /// gives the same): draft-irtf-cfrg-xchacha, A.3.1.
    #[test]
    fn it_is_the_cipher_that_others_have() {
        let key: Vec<u8> = (0x80..0xa0).collect();
        let key = Secret::new(Zeroizing::new(key.try_into().expect("32 bytes")));
        let nonce: Vec<u8> = (0x40..0x58).collect();
        let place = Place(hex::decode("50515253c0c1c2c3c4c5c6c7").expect("hex"));
        let closed = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa644\
                      0bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e\
                      3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e\
                      c0875924c1c7987947deafd8780acf49";
        let closed = [nonce, hex::decode(closed).expect("hex")].concat();
        let clear = key.open(&place, &closed).expect("it opens");
        assert!(clear.starts_with(b"Ladies and Gentlemen of the class of '99"));
    }
}
