//! A passkey in software: what a phone does, and what one that lies would do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The owner was there, and was verified by their finger, face or number.
pub const VERIFIED: u8 = 0x05;
/// The owner was there, and nothing more is known.
pub const PRESENT: u8 = 0x01;
/// The answer brings a new key.
const BRINGS_KEY: u8 = 0x40;

/// One passkey, which says what a test wants it to say.
#[derive(Clone)]
pub struct SoftPasskey {
    key: SigningKey,
    pub id: Vec<u8>,
    /// The site that it believes to be on.
    pub origin: String,
    pub counter: u32,
    pub flags: u8,
}

impl SoftPasskey {
    /// A passkey for the site `origin` whose key is made from `seed`.
    #[must_use]
    pub fn new(origin: &str, seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).expect("a key");
        Self { key, id: vec![seed; 16], origin: origin.to_owned(), counter: 0, flags: VERIFIED }
    }

    fn said(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let challenge = asked["publicKey"]["challenge"].as_str().expect("a challenge");
        let said =
            json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        said.to_string().into_bytes()
    }

    fn site(&self, flags: u8) -> Vec<u8> {
        let host = self.origin.split("://").last().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let mut bytes = Sha256::digest(host.as_bytes()).to_vec();
        bytes.push(flags);
        bytes.extend(self.counter.to_be_bytes());
        bytes
    }

    /// The answer to being asked for a new passkey; `asked` is what the page has.
    #[must_use]
    pub fn make(&self, asked: &str) -> String {
        let asked: Value = serde_json::from_str(asked).expect("JSON");
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("x"), point.y().expect("y"));
        let mut bytes = self.site(self.flags | BRINGS_KEY);
        bytes.extend([0; 16]);
        bytes.extend(u16::try_from(self.id.len()).expect("a short id").to_be_bytes());
        bytes.extend(&self.id);
        bytes.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        bytes.extend(x.as_slice());
        bytes.extend([0x22, 0x58, 0x20]);
        bytes.extend(y.as_slice());
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x59");
        object.extend(u16::try_from(bytes.len()).expect("few bytes").to_be_bytes());
        object.extend(bytes);
        json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(self.said("webauthn.create", &asked)),
            },
        })
        .to_string()
    }

    /// The answer to being asked whether it is them; it counts on.
    pub fn give(&mut self, asked: &str) -> String {
        self.counter += 1;
        self.give_without_counting(asked)
    }

    /// The same as a copy of the passkey would give it.
    #[must_use]
    pub fn give_without_counting(&self, asked: &str) -> String {
        let asked: Value = serde_json::from_str(asked).expect("JSON");
        let said = self.said("webauthn.get", &asked);
        let site = self.site(self.flags);
        let signed: Signature = self.key.sign(&[site.as_slice(), Sha256::digest(&said).as_slice()].concat());
        json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": BASE64.encode(site),
                "clientDataJSON": BASE64.encode(said),
                "signature": BASE64.encode(signed.to_der().as_bytes()),
                "userHandle": null,
            },
        })
        .to_string()
    }
}
