//! An email address: what somebody signs in with, so what tells one person
//! from another.
//!
//! Two addresses are one person only where every mail server would bring both
//! to one mailbox, and never because they look alike: whoever may read a
//! letter to the one may then use the sign-in of the other. So no sign is ever
//! dropped from what is compared, and letters go to the very address that was
//! compared.

use crate::Line;
use email_address::{EmailAddress as Syntax, Options};
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use std::fmt;
use std::str::FromStr;

/// An email address that can be written to, as it was typed but for what
/// nobody can see. Two are equal if they are the same mailbox.
#[derive(Clone, Debug)]
pub struct EmailAddress {
    text: String,
    key: String,
}

/// Why text is no email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAddress;

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("An email address must be like name@example.com")
    }
}

impl std::error::Error for NotAnAddress {}

impl EmailAddress {
    /// Takes an address in.
    ///
    /// Outer white space goes, and so does what is copied along unseen: marks
    /// of no width, of direction and for line breaks (Unicode's
    /// `Default_Ignorable_Code_Point`). Refusing those would ask somebody to
    /// take out what they cannot see. What is left is brought to NFC, one
    /// writing for letters that are the same by Unicode's own definition: RFC
    /// 6532 section 3.1 asks that of mail. NFKC goes further and makes "ﬁ"
    /// into "fi", which are two mailboxes to a mail server, so it is not used
    /// for the part before the @.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        // A mailbox of the longest kind has far fewer bytes; what is longer
        // need not be looked at.
        if text.len() > 4 * Line::MOST {
            return Err(NotAnAddress);
        }
        let seen: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        let text = ComposingNormalizerBorrowed::new_nfc().normalize(seen.trim()).into_owned();
        let (local, host) = text.rsplit_once('@').ok_or(NotAnAddress)?;
        let host_key = host_key(host)?;
        let options =
            Options::default().without_display_text().without_domain_literal().with_no_minimum_sub_domains();
        let is_one = Syntax::parse_with_options(&text, options).is_ok();
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\');
        if !is_one || text.chars().any(is_odd) || text.chars().count() > Line::MOST {
            return Err(NotAnAddress);
        }
        let lower = local.to_lowercase();
        let key = format!("{}@{host_key}", ComposingNormalizerBorrowed::new_nfc().normalize(&lower));
        Ok(Self { text, key })
    }

    /// The address as it is written to and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What two addresses have in common that are one mailbox: the name in
    /// lower case, and the host as it stands in the domain name system. Every
    /// key has an @ in it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The address as a line of text, as the record keeps it.
    #[must_use]
    pub fn to_line(&self) -> Line {
        Line::parse(&self.text).expect("an address is one line of a bounded length")
    }

    /// Whether its host is one that can be reached from elsewhere: `a@example.org`
    /// and not `a@localhost`.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.key.rsplit_once('@').is_some_and(|(_, host)| host.contains('.'))
    }
}

/// The host as the domain name system knows it (UTS 46): lower case, and in
/// `xn--` letters where it has others than ASCII.
fn host_key(host: &str) -> Result<String, NotAnAddress> {
    let key =
        idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::STD3).map_err(|_| NotAnAddress)?;
    let is_whole = key.split('.').all(|part| !part.is_empty() && part.len() <= 63);
    if is_whole { Ok(key.into_owned()) } else { Err(NotAnAddress) }
}

/// Whether nobody can see a character: those that Unicode calls ignorable, the
/// marks around annotations, and the blank of Braille.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{2800}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for EmailAddress {}

impl FromStr for EmailAddress {
    type Err = NotAnAddress;
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        Self::parse(text)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        EmailAddress::parse(text).unwrap_or_else(|_| panic!("{text:?} is an address")).key
    }

    #[test]
    fn addresses_that_look_alike_are_different_people() {
        let all = [
            "ann.lee@nhs.example",
            "ann-lee@nhs.example",
            "ann_lee@nhs.example",
            "annlee@nhs.example",
            "ann@lee.nhs.example",
            "ann+lee@nhs.example",
            "ann.lee@nhs-example.org",
            "norman@mail.example",
            "norman_@mail.example",
            // A Cyrillic а, a dotless ı, a ligature, letters of full width.
            "аnn.lee@nhs.example",
            "annı@nhs.example",
            "anni@nhs.example",
            "ﬁnn@nhs.example",
            "finn@nhs.example",
            "ｆinn@nhs.example",
            "josé@nhs.example",
            "jose@nhs.example",
            // GitHub's lesson of 2019: a host with a letter that only looks like i.
            "mike@gıthub.example",
            "mike@github.example",
        ];
        for (at, one) in all.iter().enumerate() {
            for two in &all[at + 1..] {
                assert_ne!(key(one), key(two), "{one} and {two}");
            }
        }
    }

    #[test]
    fn one_mailbox_written_in_several_ways_is_one_person() {
        for (one, two) in [
            ("ann.lee@nhs.example", " ANN.Lee@NHS.Example "),
            ("zero@example.org", "zero@example.org\u{200b}"),
            ("zero@example.org", "\u{feff}ze\u{200d}ro@exam\u{ad}ple.org\u{202c}\u{2069}"),
            ("josé@example.org", "jose\u{301}@example.org"),
            ("k@example.org", "\u{212a}@example.org"),
            ("a@bücher.example", "A@xn--bcher-kva.example"),
        ] {
            assert_eq!(EmailAddress::parse(one), EmailAddress::parse(two), "{one} and {two:?}");
        }
        let copied = EmailAddress::parse("zero@example.org\u{200b}").expect("an address");
        assert_eq!(copied.as_str(), "zero@example.org", "letters go to what can be seen");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "x".repeat(65));
        let endless = "x".repeat(1_000_000);
        for bad in [
            "",
            "a@ｅxample。org",
            " ",
            "\u{200b}",
            "alice",
            "alice@",
            "@example.org",
            "\u{200b}@example.org",
            "a b@example.org",
            "a@b@example.org",
            "a@example..org",
            "a@example.org.",
            "a@.example.org",
            "a@example.org。",
            "a.@example.org",
            ".a@example.org",
            "a..b@example.org",
            "<a@example.org>",
            "Ann <a@example.org>",
            "\"a b\"@example.org",
            "a@[127.0.0.1]",
            "a@example_mail.org",
            "a@example.org\nBcc: b@example.org",
            "a\0b@example.org",
            "a,b@example.org",
            "a;b@example.org",
            "🙂",
            &long,
            &endless,
        ] {
            assert_eq!(EmailAddress::parse(bad).err(), Some(NotAnAddress), "{bad:.60?}");
        }
    }

    #[test]
    fn a_host_of_this_computer_is_known() {
        let public = |text: &str| EmailAddress::parse(text).expect("an address").is_public();
        assert!(public("root@example.org"));
        assert!(!public("root@localhost"));
    }

    proptest! {
        /// Nothing that is typed makes it fail, and what it took in once it
        /// takes in again as the same.
        #[test]
        fn taking_in_again_changes_nothing(text in "[\\PC\u{200b}\u{202e}]{0,12}@?\\PC{0,12}(\\.org)?") {
            if let Ok(once) = EmailAddress::parse(&text) {
                let twice = EmailAddress::parse(once.as_str()).expect("it is one still");
                prop_assert_eq!(&once, &twice);
                prop_assert_eq!(once.as_str(), twice.as_str());
                prop_assert!(once.key().contains('@'));
                let line = once.to_line();
                prop_assert_eq!(line.as_str(), once.as_str());
            }
        }

        /// Of two different names in plain letters no two are ever one.
        #[test]
        fn plain_names_are_never_run_together(a in "[a-z0-9._+-]{1,12}", b in "[a-z0-9._+-]{1,12}") {
            let both = [a.clone(), b.clone()].map(|name| EmailAddress::parse(&format!("{name}@example.org")));
            if let [Ok(one), Ok(two)] = both {
                prop_assert_eq!(a == b, one == two);
            }
        }
    }
}
