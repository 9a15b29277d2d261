//! Whether a passphrase may be used: by its length, and by how soon it would be
//! guessed by somebody who knows its owner. Everything else is the owner's
//! choice: no capitals, digits or signs are asked for.

use super::{breached, words};
use crate::limit::Place;
use crate::secrets;
use domain::Refusal;
use zxcvbn::Score;
use zxcvbn::feedback::{Feedback, Warning};

/// The fewest characters in a passphrase.
pub const LEAST_CHARACTERS: usize = 12;

/// How many characters are judged for how soon they would be guessed. What is
/// good enough to there is good enough, and the work for it grows with the
/// square of the length and more: the worst 32 characters take 65 ms, the worst
/// 200 took nearly a second, optimised.
const JUDGED: usize = 32;

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

/// What somebody who guesses would know of the owner of a passphrase.
#[derive(Clone, Debug, Default)]
pub struct Owner {
    pub name: String,
    pub email: String,
    /// The names of the organisations that they work for.
    pub organisations: Vec<String>,
}

impl Owner {
    /// All of it in parts, as somebody who knows it would try them, the longest
    /// first.
    fn words(&self) -> Vec<String> {
        let all = format!("{} {} {}", self.name, self.email, self.organisations.join(" ")).to_lowercase();
        let mut words: Vec<String> = all.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
        words.retain(|word| word.chars().count() > 2);
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        words
    }
}

/// Whether a passphrase is neither too short nor too long. That costs no more
/// for a long one than for a short one.
pub fn check_length(passphrase: &str) -> Result<(), Refusal> {
    if secrets::is_too_long(passphrase) {
        return Err(Refusal::invalid("passphrase", "Your passphrase must be 200 characters or fewer"));
    }
    if passphrase.chars().count() < LEAST_CHARACTERS {
        let message = "Your passphrase must be 12 characters or longer. Three or four words are good";
        return Err(Refusal::invalid("passphrase", message));
    }
    Ok(())
}

/// Whether a passphrase may be used. This is hard work for one processor, up
/// to a fifth of a second, so it is done at a place of the limiter's.
pub fn check_new(_: &mut Place, passphrase: &str, owner: &Owner) -> Result<(), Refusal> {
    check_length(passphrase)?;
    let why = match judge(passphrase, owner) {
        Err(why) => why,
        Ok(()) if breached::is_known(passphrase) => {
            "It was stolen from another site, so it is among those tried first"
        }
        Ok(()) => return Ok(()),
    };
    let message = format!(
        "Choose a passphrase that is harder to guess. {why}. Three or four words that have nothing to do with \
         each other are good"
    );
    Err(Refusal::invalid("passphrase", message))
}

/// Whether a passphrase would be guessed soon, and why, as far as rules can
/// tell. That it was in a breach is another question.
pub fn judge(passphrase: &str, owner: &Owner) -> Result<(), &'static str> {
    let lower = passphrase.to_lowercase();
    // Spaces keep nobody from guessing, and nor do words that everyone knows
    // of the owner.
    let tight: String = lower.split_whitespace().collect();
    let own = owner.words();
    let rest = own.iter().fold(tight.clone(), |rest, own| rest.replace(own, ""));
    let is_about_owner = rest != tight;
    if is_about_owner && guessing(&rest).score() < Score::Three {
        return Err("It has your name, your email address or where you work in it, with little else");
    }
    let soon = [passphrase, &tight].map(guessing).into_iter().find(|g| g.score() < Score::Three);
    if let Some(soon) = soon {
        return Err(why_guessed(soon.feedback().and_then(Feedback::warning)));
    }
    if tight.chars().all(|c| c.is_numeric() || c.is_ascii_punctuation()) {
        return Err("It is numbers alone, like a telephone number or dates");
    }
    if tight == demonstrations() {
        return Err("It is the one that everybody in the demonstration has");
    }
    match words::is_little_more_than_a_word(&lower, &own) {
        false => Ok(()),
        true if is_about_owner => {
            Err("It has your name, your email address or where you work in it, with little else")
        }
        true => Err("It is one word that many people use, or little more, with numbers and signs around it"),
    }
}

/// The passphrase of everyone who is made up, without its spaces.
fn demonstrations() -> String {
    crate::demonstration::PASSPHRASE.split_whitespace().collect()
}

fn guessing(text: &str) -> zxcvbn::Entropy {
    let judged: String = text.chars().take(JUDGED).collect();
    zxcvbn::zxcvbn(&judged, &TRIED_HERE)
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

#[cfg(test)]
mod tests;
