//! Papers that people can hold, made from the record as it stood on a day.

use domain::paper::Paper;

/// Sets a paper in print and gives the bytes of a PDF. It blocks, and the
/// error is for the log. The program puts the real one in, so that nothing
/// here has to know how papers are set.
pub type Press = fn(&Paper) -> Result<Vec<u8>, String>;

/// The press of a program that was built without one.
pub(crate) fn no_press(_: &Paper) -> Result<Vec<u8>, String> {
    Err("this program was put together without a press".to_owned())
}
