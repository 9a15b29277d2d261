//! Passphrases and second-factor codes: how they are kept and checked.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Refusal;
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

/// The fewest characters in a passphrase.
pub const LEAST_CHARACTERS: usize = 12;
/// The most characters in a passphrase.
pub const MOST_CHARACTERS: usize = 200;

/// Passphrases and their parts that are guessed first; compared without
/// spaces, digits at the ends and capitals.
const GUESSED: [&str; 44] = [
    "password",
    "passphrase",
    "passwordpassword",
    "letmein",
    "letmeinplease",
    "qwerty",
    "qwertyuiop",
    "qwertyqwerty",
    "qwertyuiopasdfghjkl",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijkl",
    "abcdefghijklm",
    "abcdefghijklmnop",
    "abcdefghijklmnopqrstuvwxyz",
    "abcabcabcabc",
    "iloveyou",
    "iloveyouiloveyou",
    "iloveyousomuch",
    "welcome",
    "welcomewelcome",
    "changeme",
    "changemeplease",
    "administrator",
    "adminadmin",
    "liverpool",
    "liverpoolfc",
    "arsenalfc",
    "manchester",
    "manchesterunited",
    "chelseafc",
    "sunshine",
    "princess",
    "football",
    "superman",
    "dragon",
    "monkey",
    "charlie",
    "trustno",
    "nationalhealthservice",
    "personalhealthbudget",
    "personalhealthbudgets",
    "correcthorsebatterystaple",
    "whatever",
];

/// Whether a passphrase may be used, by its length and by whether it is one of
/// those that are guessed first. Everything else is the owner's choice: no
/// capitals, digits or signs are asked for.
pub fn check_new(passphrase: &str, email: &str) -> Result<(), Refusal> {
    let length = passphrase.chars().count();
    let refuse = |message: &str| Err(Refusal::invalid("passphrase", message));
    if length < LEAST_CHARACTERS {
        return refuse("Your passphrase must be 12 characters or longer. Three or four words are good");
    }
    if length > MOST_CHARACTERS {
        return refuse("Your passphrase must be 200 characters or fewer");
    }
    let plain: String =
        passphrase.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let core = plain.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let mut kinds: Vec<char> = plain.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let name = email.split('@').next().unwrap_or_default().to_lowercase();
    let is_own_name = core == name || plain == email.to_lowercase();
    if core.is_empty() || kinds.len() < 4 || GUESSED.contains(&core) || is_own_name {
        return refuse("Choose a passphrase that is harder to guess, like three or four words together");
    }
    Ok(())
}

/// The hash of a passphrase, in argon2's text form with its salt.
pub fn hash(passphrase: &str, hashing: Hashing) -> String {
    let hashed: Result<PasswordHash, _> = hasher(hashing).hash_password(passphrase.as_bytes());
    hashed.expect("a passphrase of a bounded length can be hashed").to_string()
}

/// Whether a passphrase is the one that was hashed. Where there is no hash the
/// same work is done, so that the time says nothing.
#[must_use]
pub fn is_right(passphrase: &str, hash: Option<&str>, hashing: Hashing) -> bool {
    if passphrase.chars().count() > MOST_CHARACTERS {
        return false;
    }
    match hash.and_then(|text| PasswordHash::new(text).ok()) {
        Some(kept) => hasher(hashing).verify_password(passphrase.as_bytes(), &kept).is_ok(),
        None => {
            let spent = self::hash(passphrase, hashing);
            std::hint::black_box(spent);
            false
        }
    }
}

fn hasher(hashing: Hashing) -> Argon2<'static> {
    let params = match hashing {
        Hashing::Strong => Params::new(19 * 1024, 2, 1, None),
        Hashing::Light => Params::new(8, 1, 1, None),
    };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.expect("these parameters are in range"))
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

    #[test]
    fn a_passphrase_is_known_again_and_no_other() {
        for hashing in [Hashing::Light, Hashing::Strong] {
            let kept = hash("blink once for yes", hashing);
            assert!(kept.starts_with("$argon2id$"), "{kept}");
            assert!(is_right("blink once for yes", Some(&kept), hashing));
            assert!(!is_right("blink once for no", Some(&kept), hashing));
            assert!(!is_right("blink once for yes", None, hashing));
        }
    }

    #[test]
    fn short_long_and_guessed_ones_are_refused() {
        for bad in [
            "",
            "short",
            "elevenchars",
            "password1234",
            "Password 1234!!",
            "123456789012",
            "aaaaaaaaaaaaaaaa",
            "martin.hale@mail.example",
            "Letmein please 99",
            "correct horse battery staple",
        ] {
            assert!(check_new(bad, "martin.hale@mail.example").is_err(), "{bad}");
        }
        assert!(check_new(&"x y".repeat(100), "").is_err());
        for good in
            ["otters swim at dusk", "لا يوجد شيء أفضل من البيت", "🦦 otters 🌊 swim 🌙", "c4Nal-b0at-tea"]
        {
            assert_eq!(check_new(good, "martin.hale@mail.example"), Ok(()), "{good}");
        }
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
