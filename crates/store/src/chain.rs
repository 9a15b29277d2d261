//! Hash chains: each row's hash covers the hash before it, so that nothing can
//! be changed, left out, moved or added in the middle without a trace.

use sha2::{Digest, Sha256};

pub(crate) type Hash = [u8; 32];

/// What the first row of a chain follows.
pub(crate) const START: Hash = [0; 32];

/// What a hash is made of. Every part goes in with its length, so that no two
/// different rows give the same bytes.
pub(crate) struct Chain(Vec<u8>);

impl Chain {
    pub fn after(before: Hash) -> Self {
        let mut parts = Vec::with_capacity(1024);
        parts.extend(before);
        Self(parts)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend((bytes.len() as u64).to_be_bytes());
        self.0.extend(bytes);
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub fn number(self, n: i64) -> Self {
        self.bytes(&n.to_be_bytes())
    }

    /// Nothing there, which is not the same as something empty.
    pub fn maybe(self, text: Option<&str>) -> Self {
        match text {
            None => self.number(0),
            Some(text) => self.number(1).text(text),
        }
    }

    pub fn done(self) -> Hash {
        Sha256::digest(self.0).into()
    }
}
