//! What of a record is left out of a copy, since it was said in confidence, and why.

use domain::Stream;
use domain::case::confidence::Confidence;
use domain::case::rights::Request;
use formats::everything::LeftOut;

/// What of it is given that was said in confidence.
#[derive(Clone, Copy)]
pub(crate) enum Gives<'a> {
    /// All, for another body that takes the case over.
    All,
    Nothing,
    /// What was decided to be given, for this request.
    DecidedFor(&'a Request),
}

impl Gives<'_> {
    /// How an event is left out that was said in confidence; none where it is
    /// given. What was looked at is of the case's own record.
    pub(crate) fn left_out(
        self,
        is_own: bool,
        stream: Stream,
        seq: u64,
        what: Confidence,
    ) -> Option<LeftOut> {
        let whole = || LeftOut { stream: None, seq, why: what.words().to_owned(), looked_at_by: None };
        match self {
            Self::All => None,
            Self::DecidedFor(asked) if is_own => why_left_out(asked, seq, what),
            Self::DecidedFor(_) | Self::Nothing if is_own => Some(whole()),
            Self::DecidedFor(_) | Self::Nothing => Some(LeftOut { stream: Some(stream.id), ..whole() }),
        }
    }
}

/// Why something that was said in confidence is not in a copy; none where it was
/// decided to give it.
fn why_left_out(asked: &Request, seq: u64, what: Confidence) -> Option<LeftOut> {
    let out = |why: String, looked_at_by| Some(LeftOut { stream: None, seq, why, looked_at_by });
    let words = what.words();
    let Some(passage) = asked.passage(seq) else {
        return out(format!("{words}. {}", why_nobody_looks(asked, seq, what)), None);
    };
    match &passage.decided {
        None => out(words.to_owned(), asked.look_by),
        Some(decided) if decided.give => None,
        Some(decided) => out(format!("{words}. {}", decided.why), None),
    }
}

/// Why nobody was asked to look at something, for this request.
fn why_nobody_looks(asked: &Request, seq: u64, what: Confidence) -> &'static str {
    let is_later = seq > asked.number;
    match what {
        Confidence::WhyGiven => "That stays with those who decided",
        Confidence::NoteOfStaff | Confidence::NoteOfOne | Confidence::BudgetNotShared if is_later => {
            "It was written after you asked"
        }
        Confidence::NoteOfOne => {
            "Nobody but whoever wrote it may read it, and they are not one of those who decide about it"
        }
        Confidence::NoteOfStaff | Confidence::BudgetNotShared => "When you asked it was not in confidence",
    }
}
