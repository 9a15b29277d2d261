//! Passphrases and second-factor codes: how they are kept and checked.

use crate::limit::Place;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngExt as _;
use totp_rs::{Builder, Totp};

/// How much work a passphrase costs to check, and so to guess.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hashing {
    /// Argon2id with 19 MiB and two passes, as OWASP advises.
    #[default]
    Strong,
    /// As little as argon2 allows: for tests and the demonstration's made-up
    /// people, whose passphrase everyone knows.
    Light,
}

/// How every hash begins that was made by [`Hashing::Light`], and no other.
pub const LIGHT_HASH: &str = "$argon2id$v=19$m=8,t=1,";

/// The most characters in a passphrase.
pub const MOST_CHARACTERS: usize = 200;

/// Whether text is longer than a passphrase may be. No more of it is looked at
/// than is needed to know.
#[must_use]
pub fn is_too_long(passphrase: &str) -> bool {
    // A character has four bytes at most.
    passphrase.len() > 4 * MOST_CHARACTERS || passphrase.chars().count() > MOST_CHARACTERS
}

/// The hash of a passphrase, in argon2's text form with its salt.
pub fn hash(place: &mut Place, passphrase: &str, hashing: Hashing) -> String {
    let salt = Salt::generate();
    let params = params(hashing);
    let output = worked_out(place, passphrase, &salt, &params, (Algorithm::Argon2id, Version::V0x13));
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).expect("these parameters can be written down"),
        salt: Some(salt),
        hash: Some(output.expect("a passphrase of a bounded length can be hashed")),
    };
    hash.to_string()
}

/// Whether a passphrase is the one that was hashed. Where there is no hash the
/// same work is done, so that the time says nothing.
#[must_use]
pub fn is_right(place: &mut Place, passphrase: &str, hash: Option<&str>, hashing: Hashing) -> bool {
    if is_too_long(passphrase) {
        return false;
    }
    match hash.and_then(|text| PasswordHash::new(text).ok()) {
        Some(kept) => is_same(place, passphrase, &kept).unwrap_or(false),
        None => {
            let spent = self::hash(place, passphrase, hashing);
            std::hint::black_box(spent);
            false
        }
    }
}

/// Whether a hash was made with less work than is asked for today, or by
/// another function, so that it is to be made anew.
#[must_use]
pub fn is_weaker(kept: &str, hashing: Hashing) -> bool {
    let Ok(kept) = PasswordHash::new(kept) else { return false };
    let today = params(hashing);
    let is_ours = kept.algorithm.as_str() == "argon2id" && kept.version == Some(Version::V0x13.into());
    let was = Params::try_from(&kept).ok().filter(|_| is_ours);
    was.is_none_or(|was| was.m_cost() < today.m_cost() || was.t_cost() < today.t_cost())
}

/// Hashes in the way that a kept hash was made, and compares in a time that
/// says nothing; none where the kept one cannot be read.
fn is_same(place: &mut Place, passphrase: &str, kept: &PasswordHash) -> Option<bool> {
    let algorithm = Algorithm::try_from(kept.algorithm.as_str()).ok()?;
    let version = Version::try_from(kept.version?).ok()?;
    let params = Params::try_from(kept).ok()?;
    let output = worked_out(place, passphrase, kept.salt.as_ref()?, &params, (algorithm, version))?;
    Some(output == kept.hash?)
}

/// The work itself, in memory that the place keeps for the next.
fn worked_out(
    place: &mut Place,
    passphrase: &str,
    salt: &[u8],
    params: &Params,
    (algorithm, version): (Algorithm, Version),
) -> Option<Output> {
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))?;
    let blocks = place.blocks(params.block_count());
    let argon2 = Argon2::new(algorithm, version, params.clone());
    argon2.hash_password_into_with_memory(passphrase.as_bytes(), salt, out, blocks).ok()?;
    Output::new(out).ok()
}

fn params(hashing: Hashing) -> Params {
    let params = match hashing {
        Hashing::Strong => Params::new(19 * 1024, 2, 1, None),
        Hashing::Light => Params::new(8, 1, 1, None),
    };
    params.expect("these parameters are in range")
}

/// A fresh secret for a second factor: 160 bits.
#[must_use]
pub fn new_second_factor() -> Vec<u8> {
    let bytes: [u8; 20] = rand::rng().random();
    bytes.to_vec()
}

/// The time step of a code, if it is right within one step (30 s) of `seconds`.
#[must_use]
pub fn step_of(secret: &[u8], code: &str, seconds: i64) -> Option<u64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    generator(secret, "").check(&code, seconds.unsigned_abs())
}

/// The code of an instant: what an authenticator app shows.
#[must_use]
pub fn code_at(secret: &[u8], seconds: i64) -> String {
    generator(secret, "").generate(seconds.unsigned_abs()).to_string()
}

/// The secret as it can be typed into an app: base32.
#[must_use]
pub fn typed(secret: &[u8]) -> String {
    generator(secret, "").secret().to_base32()
}

/// The address that an app reads from a square of dots.
#[must_use]
pub fn otpauth(secret: &[u8], email: &str) -> String {
    let account: String = email.chars().filter(|c| *c != ':').collect();
    generator(secret, &account).to_url().unwrap_or_default()
}

fn generator(secret: &[u8], account: &str) -> Totp {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(account)
        .with_issuer(Some("Personal health budgets"))
        .build_noncompliant()
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher as _;

    fn place() -> Place {
        Place::of_its_own()
    }

    #[test]
    fn hashes_are_those_of_the_library_and_memory_that_was_used_before_changes_nothing() {
        let theirs: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params(Hashing::Strong))
            .hash_password(b"blink once for yes")
            .expect("it can be hashed");
        let mut place = place();
        let ours = hash(&mut place, "something else before", Hashing::Strong);
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        assert!(is_right(&mut place, "blink once for yes", Some(&theirs.to_string()), Hashing::Light));
        assert!(!is_right(&mut place, "blink once for no", Some(&theirs.to_string()), Hashing::Light));
        assert!(is_right(&mut place, "something else before", Some(&ours), Hashing::Strong));
        assert!(!is_right(&mut place, "something else before", Some("$argon2id$nonsense"), Hashing::Light));
    }

    #[test]
    fn a_passphrase_is_known_again_and_no_other() {
        for hashing in [Hashing::Light, Hashing::Strong] {
            let kept = hash(&mut place(), "blink once for yes", hashing);
            assert!(kept.starts_with("$argon2id$"), "{kept}");
            assert_eq!(kept.starts_with(LIGHT_HASH), hashing == Hashing::Light, "{kept}");
            assert!(is_right(&mut place(), "blink once for yes", Some(&kept), hashing));
            assert!(!is_right(&mut place(), "blink once for no", Some(&kept), hashing));
            assert!(!is_right(&mut place(), "blink once for yes", None, hashing));
        }
    }

    #[test]
    fn a_hash_of_less_work_is_known_as_one() {
        let [light, strong] =
            [Hashing::Light, Hashing::Strong].map(|h| hash(&mut place(), "blink once for yes", h));
        assert!(light.starts_with(LIGHT_HASH) && is_weaker(&light, Hashing::Strong));
        assert!(!is_weaker(&strong, Hashing::Strong));
        assert!(!is_weaker(&strong, Hashing::Light), "it is never made weaker");
        assert!(is_weaker(&strong.replace("argon2id", "argon2i"), Hashing::Strong));
        assert!(!is_weaker("nonsense", Hashing::Strong));
    }

    #[test]
    fn what_is_too_long_is_refused_unread() {
        assert!(!is_too_long(&"🦦".repeat(200)));
        assert!(is_too_long(&"🦦".repeat(201)) && is_too_long(&"x".repeat(201)));
        assert!(!is_right(&mut place(), &"🦦".repeat(10_000), None, Hashing::Strong));
    }

    #[test]
    fn codes_of_rfc_6238() {
        // RFC 6238, appendix B: SHA-1, the last six of the eight digits.
        let secret = b"12345678901234567890";
        assert_eq!(code_at(secret, 59), "287082");
        assert_eq!(code_at(secret, 1_111_111_109), "081804");
        assert_eq!(step_of(secret, "287082", 59), Some(1));
        assert_eq!(step_of(secret, "287 082", 89), Some(1), "one step late, with a space");
        assert_eq!(step_of(secret, "287082", 121), None);
        for bad in ["", "28708", "2870822", "28708x", "２８７０８２"] {
            assert_eq!(step_of(secret, bad, 59), None, "{bad}");
        }
    }
}
