//! Passphrases and second-factor codes: how they are kept and checked.

use crate::limit::Place;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Refusal;
use rand::RngExt as _;
use totp_rs::{Builder, Totp};
use zxcvbn::Score;
use zxcvbn::feedback::{Feedback, Warning};

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

/// The fewest characters in a passphrase.
pub const LEAST_CHARACTERS: usize = 12;
/// The most characters in a passphrase.
pub const MOST_CHARACTERS: usize = 200;

/// What somebody who guesses would try here first, besides what is tried everywhere.
const TRIED_HERE: [&str; 10] = [
    "nhs",
    "health",
    "budget",
    "budgets",
    "personal health budget",
    "personalhealthbudget",
    "personalhealthbudgets",
    "passphrase",
    "correct horse battery staple",
    "correcthorsebatterystaple",
];

/// Whether a passphrase may be used, by its length and by how soon it would be
/// guessed by somebody who knows its owner's name and email address. Everything
/// else is the owner's choice: no capitals, digits or signs are asked for.
pub fn check_new(_: &mut Place, passphrase: &str, name: &str, email: &str) -> Result<(), Refusal> {
    let length = passphrase.chars().count();
    let refuse = |message: &str| Err(Refusal::invalid("passphrase", message));
    if length < LEAST_CHARACTERS {
        return refuse("Your passphrase must be 12 characters or longer. Three or four words are good");
    }
    if length > MOST_CHARACTERS {
        return refuse("Your passphrase must be 200 characters or fewer");
    }
    let guessing = |text: &str| zxcvbn::zxcvbn(text, &TRIED_HERE);
    // Spaces keep nobody from guessing, and nor do words that everyone knows
    // of the owner.
    let tight: String = passphrase.to_lowercase().split_whitespace().collect();
    let rest = own_words(name, email).iter().fold(tight.clone(), |rest, own| rest.replace(own, ""));
    let why = if rest != tight && guessing(&rest).score() < Score::Three {
        "It has your name or your email address in it, with little else"
    } else {
        let both = [passphrase, &tight].map(guessing);
        let Some(soon) = both.iter().find(|g| g.score() < Score::Three) else { return Ok(()) };
        why_guessed(soon.feedback().and_then(Feedback::warning))
    };
    refuse(&format!(
        "Choose a passphrase that is harder to guess. {why}. Three or four words that have nothing to do with \
         each other are good"
    ))
}

/// The name and the email address in parts, as somebody who knows them would
/// try them, the longest first.
fn own_words(name: &str, email: &str) -> Vec<String> {
    let both = format!("{name} {email}").to_lowercase();
    let mut words: Vec<String> = both.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    words.retain(|word| word.chars().count() > 2);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Why a passphrase would soon be guessed.
fn why_guessed(warning: Option<Warning>) -> &'static str {
    match warning {
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            "It is keys that are next to each other"
        }
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => "It says the same thing again and again",
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => {
            "It is letters or numbers in their order, like abc or 6543"
        }
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => {
            "It is a date or a year, with little else"
        }
        Some(
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => "It is names, with little else",
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword
            | Warning::AWordByItselfIsEasyToGuess,
        )
        | None => "It is, or is nearly, one that many people use",
    }
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
    if passphrase.chars().count() > MOST_CHARACTERS {
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

    const NAME: &str = "Martin Hale";
    const EMAIL: &str = "martin.hale@mail.example";

    #[test]
    fn short_and_long_ones_are_refused() {
        for bad in ["", "short", "elevenchars", "🦦🌊🌙🦦🌊🌙", &"x y".repeat(100)] {
            let no = check_new(&mut place(), bad, NAME, EMAIL).expect_err(bad);
            assert!(no.message.contains(" 12 ") || no.message.contains(" 200 "), "{bad}: {no}");
        }
    }

    #[test]
    fn guessed_ones_are_refused_and_it_says_why() {
        for (bad, why) in [
            ("password1234", "many people use"),
            ("Password 1234!!", "many people use"),
            ("Passw0rd!Passw0rd!", "again and again"),
            ("123456789012", "in their order"),
            ("abcdefghijklmnop", "in their order"),
            ("qwertyuiop[]", "next to each other"),
            ("aaaaaaaaaaaaaaaa", "again and again"),
            ("abcabcabcabc", "again and again"),
            ("manchesterunited", "many people use"),
            ("correct horse battery staple", "many people use"),
            ("personal health budget", "many people use"),
            ("martin.hale@mail.example", "your name or your email"),
            ("Martin Hale 1971", "your name or your email"),
            ("halemartin99!", "your name or your email"),
            ("19 05 1971 1971", ""),
        ] {
            let no = check_new(&mut place(), bad, NAME, EMAIL).expect_err(bad);
            assert!(no.message.contains(why) && no.message.contains("Three or four words"), "{bad}: {no}");
            assert_eq!(no.field.as_deref(), Some("passphrase"));
        }
    }

    #[test]
    fn words_of_ones_own_in_any_script_are_good() {
        for good in [
            "otters swim at dusk",
            "لا يوجد شيء أفضل من البيت",
            "🦦 otters 🌊 swim 🌙",
            "c4Nal-b0at-tea",
            "Wednesday kettle violin",
            "martin swims with otters at dusk",
        ] {
            assert_eq!(check_new(&mut place(), good, NAME, EMAIL), Ok(()), "{good}");
        }
        assert_eq!(
            check_new(&mut place(), "otters swim at dusk", "", ""),
            Ok(()),
            "an account without a name"
        );
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
