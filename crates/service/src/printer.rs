//! What sets papers in print.

use crate::limit::Place;
use domain::paper::Paper;

/// Sets a paper in print and gives the bytes of a PDF. It blocks, and the
/// error is for the log. The program puts the real one in, so that nothing
/// here has to know how papers are set.
pub type Press = fn(&Paper) -> Result<Vec<u8>, String>;

/// A press that prints only where there is a place for work that costs much.
#[derive(Clone, Copy)]
pub(crate) struct Printer(Press);

impl Printer {
    pub(crate) fn of(press: Press) -> Self {
        Self(press)
    }

    pub(crate) fn print(self, _: &mut Place, paper: &Paper) -> Result<Vec<u8>, String> {
        (self.0)(paper)
    }
}

/// The press of a program that was built without one.
pub(crate) fn no_press(_: &Paper) -> Result<Vec<u8>, String> {
    Err("this program was put together without a press".to_owned())
}
