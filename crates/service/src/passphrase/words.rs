//! Words that many people use, and whether a passphrase is one of them with
//! something around it.
//!
//! `words.txt` is made by the example `passphrase_lists` from the packages
//! `@zxcvbn-ts/language-common` 4.1.3 and `@zxcvbn-ts/language-en` 4.1.1 (MIT):
//! the letters of the 50,000 passwords that are used most, the 30,000 words
//! and the 10,000 surnames that are used most, and first names.

use std::cmp::Ordering;

/// One word on each line, in order.
const WORDS: &str = include_str!("words.txt");

/// What somebody who guesses tries first here: places, clubs, times of the
/// year. Two of these together are no better than one.
const TRIED_FIRST: &str = " spring summer autumn winter january february march april june july august \
    september october november december monday tuesday wednesday thursday friday saturday sunday \
    christmas easter holiday birthday london birmingham manchester liverpool leeds sheffield bristol \
    newcastle sunderland nottingham leicester coventry bradford cardiff swansea belfast glasgow edinburgh \
    aberdeen dundee plymouth southampton portsmouth norwich derby stoke wolverhampton york oxford \
    cambridge exeter bath wells somerset devon cornwall dorset england scotland wales ireland britain \
    arsenal chelsea everton tottenham spurs celtic rangers villa westham palace fulham burnley gunners \
    password passwort passcode passphrase secret letmein qwerty admin administrator login monkey dragon \
    princess sunshine football cricket rugby baby angel mummy daddy mother father family sister brother ";

/// Words of this service, which add nothing to any other.
const OF_THE_SERVICE: &str = " nhs health healthcare care budget budgets personal phb service trust council \
    hospital nurse doctor carer patient support plan ";

/// What is put around a name or a club, and adds little.
const AROUND: &str = " my the our ilove iloveyou love forever hello welcome fc afc city united town rovers \
    wanderers albion county athletic hotspur is best great number one only big new old go comeon comeonyou ";

/// What a piece costs: a guess at how many there are to try.
const TRIED_FIRST_COST: u32 = 2;
const WORD_COST: u32 = 4;
const LETTER_COST: u32 = 2;
const AROUND_COST: u32 = 1;
/// What is worth no more than this is one word, or two that are tried first,
/// with a little around it.
const TOO_LITTLE: u32 = 5;

/// The most letters that are looked at; what is longer is no single word.
const MOST_LETTERS: usize = 64;
const LONGEST_WORD: usize = 24;
/// Signs next to the letters that may stand for letters themselves.
const ENDS: usize = 4;

/// Whether a passphrase in lower case is one such word once the signs around
/// it are taken off and the usual swaps undone. `own` are the words of its
/// owner, which add nothing either.
pub fn is_little_more_than_a_word(lower: &str, own: &[String]) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    let is_letter = |c: &char| c.is_alphabetic();
    let (Some(first), Some(last)) = (chars.iter().position(is_letter), chars.iter().rposition(is_letter))
    else {
        return false;
    };
    let starts = first.saturating_sub(ENDS)..=first;
    starts.into_iter().any(|start| {
        (last..chars.len().min(last + 1 + ENDS)).any(|end| {
            let core = &chars[start..=end];
            core.len() <= MOST_LETTERS
                && spellings(core).iter().any(|letters| worth(once(letters), own) <= TOO_LITTLE)
        })
    })
}

/// The letters that a core may stand for: as they are, with years and signs
/// between them left out, and with swaps undone.
fn spellings(core: &[char]) -> Vec<Vec<char>> {
    let plain = without_numbers(core);
    let swapped = ['i', 'l'].map(|one| {
        core.iter().filter(|c| !is_between(**c)).map(|c| letter_of(*c, one)).collect::<Option<Vec<char>>>()
    });
    plain.into_iter().chain(swapped.into_iter().flatten()).filter(|letters| letters.len() > 2).collect()
}

/// A core without what is only put between words: signs, years and 123.
fn without_numbers(core: &[char]) -> Option<Vec<char>> {
    let mut letters = vec![];
    for part in core.chunk_by(|a, b| a.is_numeric() == b.is_numeric()) {
        if part[0].is_numeric() {
            let number: String = part.iter().collect();
            let is_year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
            if !is_year && !"1234567890".starts_with(&number) {
                return None;
            }
        } else {
            letters.extend(part.iter().filter(|c| c.is_alphabetic()));
        }
    }
    Some(letters)
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | '_' | ',' | '\'' | '/' | '*' | '#' | '&' | '=' | '~')
}

/// The letter that a sign is used for; none if it is used for none.
fn letter_of(c: char, one: char) -> Option<char> {
    Some(match c {
        '@' | '4' => 'a',
        '8' => 'b',
        '(' | '<' | '{' | '¢' => 'c',
        '3' | '€' | '£' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' => one,
        '0' => 'o',
        '$' | '5' | '§' => 's',
        '7' | '+' => 't',
        '%' => 'x',
        '2' => 'z',
        letter if letter.is_alphabetic() => letter,
        _ => return None,
    })
}

/// What is said again and again is said once.
fn once(letters: &[char]) -> &[char] {
    let length = letters.len();
    let period = (1..=length / 2).find(|p| (*p..length).all(|at| letters[at] == letters[at - p]));
    &letters[..period.unwrap_or(length)]
}

/// What letters are worth: the cheapest way to put them together of pieces.
fn worth(letters: &[char], own: &[String]) -> u32 {
    let mut best = vec![u32::MAX; letters.len() + 1];
    best[0] = 0;
    for start in 0..letters.len() {
        let so_far = best[start];
        if so_far > TOO_LITTLE {
            continue;
        }
        for length in 1..=LONGEST_WORD.min(letters.len() - start) {
            let piece: String = letters[start..start + length].iter().collect();
            let cost = so_far.saturating_add(cost(&piece, length, own));
            let end = &mut best[start + length];
            *end = cost.min(*end);
        }
    }
    best[letters.len()]
}

fn cost(piece: &str, letters: usize, own: &[String]) -> u32 {
    let is_in = |all: &str| all.contains(&format!(" {piece} "));
    if own.iter().any(|word| word == piece) || is_in(OF_THE_SERVICE) {
        0
    } else if is_in(AROUND) {
        AROUND_COST
    } else if is_in(TRIED_FIRST) {
        TRIED_FIRST_COST
    } else if letters > 2 && is_word(piece) {
        WORD_COST
    } else {
        LETTER_COST.saturating_mul(u32::try_from(letters).unwrap_or(u32::MAX))
    }
}

/// Whether a word stands in the list: by halves, in the text itself.
fn is_word(word: &str) -> bool {
    let (mut from, mut to) = (0, WORDS.len());
    while from < to {
        let middle = (from + to) / 2;
        // Places between lines are places between characters: "\n" is one byte.
        let bytes = WORDS.as_bytes();
        let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(WORDS.len(), |at| middle + at);
        let line = &WORDS[start..end];
        match line.cmp(word) {
            Ordering::Equal => return true,
            Ordering::Less => from = end + 1,
            Ordering::Greater => to = start.saturating_sub(1).max(from),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_every_word_is_found() {
        let all: Vec<&str> = WORDS.lines().collect();
        assert!(all.len() > 50_000 && all.is_sorted());
        for word in all.iter().step_by(97).chain([&all[0], &all[all.len() - 1]]) {
            assert!(is_word(word), "{word}");
        }
        for not in ["", "\n", "zzzzzzzzz", "aaaaaab", "no such word", "ödipus-komplex"] {
            assert!(!is_word(not), "{not}");
        }
    }

    #[test]
    fn what_is_said_twice_is_said_once() {
        let once = |text: &str| once(&text.chars().collect::<Vec<_>>()).iter().collect::<String>();
        assert_eq!(once("summersummer"), "summer");
        assert_eq!(once("summersummersum"), "summer");
        assert_eq!(once("otter"), "otter");
    }
}
