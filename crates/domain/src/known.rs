//! What came with an id that a form was dealt when it was shown.
//!
//! A form that is sent twice adds one thing. But a page can be gone back to and
//! sent again with other words: those are not to be dropped without saying so.

use crate::Refusal;
use crate::words::short;

/// What is known of something that came with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// Nothing has come with this id.
    New,
    /// The very same has: the form was sent twice.
    Same,
    /// Something else has, and is kept.
    Other(T),
}

/// Holds what is kept under an id, if anything is, against what comes with it now.
pub fn known<T>(kept: Option<T>, is_same: impl FnOnce(&T) -> bool) -> Known<T> {
    match kept {
        None => Known::New,
        Some(kept) if is_same(&kept) => Known::Same,
        Some(kept) => Known::Other(kept),
    }
}

impl<T> Known<T> {
    /// Whether it has to be recorded. `words` say what was kept, to complete "we
    /// kept …".
    ///
    /// # Errors
    /// Where something else was kept. The page is then shown again with a new
    /// id, so that what it says is added if it is sent once more.
    pub fn is_new(self, words: impl FnOnce(T) -> String) -> Result<bool, Refusal> {
        match self {
            Self::New => Ok(true),
            Self::Same => Ok(false),
            Self::Other(kept) => Err(sent_before(&words(kept))),
        }
    }
}

/// That a page was sent before, and said something else then.
#[must_use]
pub fn sent_before(kept: &str) -> Refusal {
    Refusal {
        next: "Send it again if you want this as well. If it puts right what we kept, change that instead"
            .to_owned(),
        ..Refusal::already_done(format!(
            "You sent this page before, and we kept {kept}. What it says now is not kept yet"
        ))
    }
}

/// The beginning of somebody's words, as they are quoted: “I want to …”.
#[must_use]
pub fn quoted(words: impl AsRef<str>) -> String {
    format!("“{}”", short(words.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Why;

    #[test]
    fn the_same_is_done_and_something_else_is_said() {
        let sent = |kept: Option<&'static str>| known(kept, |kept| *kept == "one");
        let is_new = |kept| sent(kept).is_new(quoted);
        assert_eq!(is_new(None), Ok(true));
        assert_eq!(is_new(Some("one")), Ok(false));
        let no = is_new(Some("two")).expect_err("something else was kept");
        assert_eq!(no.why, Why::AlreadyDone);
        assert!(no.message.contains("“two”") && !no.next.is_empty(), "{no}");
    }
}
