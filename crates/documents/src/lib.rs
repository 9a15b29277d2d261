//! Papers people can hold: plans, budgets, letters and agreements as PDF.
//!
//! A [`Paper`] is a title, a few facts for the header and footer, and a list
//! of [`Block`]s in reading order. A [`Renderer`] sets it with Typst and returns a
//! PDF that is tagged for screen readers (PDF/UA-1) and fit to keep for years
//! (PDF/A-2a). Nothing here knows what a care plan is: whoever builds the
//! paper decides what it says, this crate decides how it looks.
//!
//! What people typed reaches the typesetter as data in a JSON file that exists
//! only in memory, so `#import` or `$x$` in somebody's answer is printed as
//! those letters and never run.
//!
//! Nothing is loaded before the first paper. Afterwards the renderer keeps the
//! fonts (200 kB each, part of the program file) and the typesetter's library;
//! what a render worked out is dropped when it ends.

mod columns;
mod fonts;
mod typesetter;
mod view;
mod words;

pub use domain::paper::{Block, Checked, Paper};

use crate::fonts::Fonts;
use crate::typesetter::Typesetter;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Why a paper could not be made. The text is for the log, not for the reader:
/// a reader cannot do anything about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotRender(pub String);

impl std::fmt::Display for CannotRender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot make the PDF: {}", self.0)
    }
}

impl std::error::Error for CannotRender {}

/// Sets papers. A program makes one and keeps it: it remembers the fonts.
#[derive(Default)]
pub struct Renderer {
    fonts: Fonts,
    typesetter: OnceLock<Result<Typesetter, CannotRender>>,
    /// One paper at a time: a render can take 100 MB for a moment, and it
    /// already uses more than one thread by itself.
    turn: Mutex<()>,
}

impl std::fmt::Debug for Renderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Renderer")
    }
}

impl Renderer {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a paper and returns the bytes of a PDF.
    ///
    /// The same paper gives the same bytes on the same machine. The call blocks
    /// for as long as the work takes (tenths of a second): from asynchronous
    /// code, call it where blocking is allowed.
    ///
    /// Letters that no font here can draw (emoji, some scripts) do not fail the
    /// paper. A font of this machine is used if it has them; otherwise they are
    /// shown as □ and a note at the end of the paper says so.
    ///
    /// # Errors
    /// [`CannotRender`] if the date is not a date, or if Typst refuses the paper
    /// even after every unusual letter was replaced.
    pub fn render(&self, paper: &Paper) -> Result<Vec<u8>, CannotRender> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let typesetter = self.typesetter.get_or_init(Typesetter::new).as_ref().map_err(Clone::clone)?;
        let date = typesetter::date(paper.date)?;
        let mut last = CannotRender("no attempt was made".into());
        for reach in [words::Reach::AnyFont, words::Reach::OwnFontOnly] {
            let (view, faces) = view::prepare(paper, &self.fonts, reach);
            match typesetter.set(&view, faces, date) {
                Ok(pdf) => return Ok(pdf),
                Err(why) => last = why,
            }
            // The second attempt only differs if unusual letters were there.
            if reach == words::Reach::AnyFont && !words::is_unusual(paper) {
                break;
            }
        }
        Err(last)
    }
}
