//! What was asked for about the record, in words.

use super::Event;
use crate::case::history::{Context, Description, day, said};

pub(in crate::case) fn describe(event: &Event, _: &Context<'_>) -> Description {
    use Event as E;
    match event {
        E::CopyAskedFor { id: _, voice, due, passages, look_by } => {
            let to_look_at = (!passages.is_empty()).then_some(passages.len());
            said("A copy of everything that is held was asked for")
                .by(*voice)
                .with("You get it by", day(*due))
                .maybe("Said in confidence, to be looked at first", to_look_at)
                .maybe("Looked at by", look_by.map(day))
        }
        E::PassageDecided { id: _, seq: _, give, why } => {
            let title = if *give {
                "Something that was said in confidence will be in the copy"
            } else {
                "Something that was said in confidence stays out of the copy"
            };
            // Why something is given is for those who decided.
            said(title).maybe("Why", (!*give).then_some(why))
        }
        E::CopyMade { id: _, made } => said("The copy was made")
            .with("It can be fetched until", day(made.until))
            .with("Size", format!("{} KB", made.size.div_ceil(1_000)))
            .with("Its sum (SHA-256)", &made.sha256)
            .maybe("Passages that are not in it", (made.left_out > 0).then_some(made.left_out)),
        E::CopyFetched { id: _, copy: _ } => said("The copy was fetched"),
        E::TimePaused { id: _, why } => {
            said("The time for the copy stands still until something is answered").with("Why", why)
        }
        E::TimeResumed { id: _, due } => {
            said("The time for the copy goes on").with("You get it by", day(*due))
        }
        E::TimeExtended { id: _, due, why } => {
            said("The copy takes longer").with("You get it by", day(*due)).with("Why", why)
        }
    }
}
