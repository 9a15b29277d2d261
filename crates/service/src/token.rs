//! Tokens: what a browser or a letter carries to be known by.

use sha2::{Digest, Sha256};

/// Only the hash of a token is kept, so that the database opens no doors.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A token that nobody can guess: 32 random bytes in hex.
#[must_use]
pub fn new_token() -> String {
    let bytes: [u8; 32] = rand::random();
    hex::encode(bytes)
}
