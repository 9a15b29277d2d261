//! What sets papers in print.

use crate::limit::Place;
use domain::paper::Paper;
use std::sync::Arc;

/// Sets a paper in print and gives the bytes of a PDF. It blocks, and the
/// error is for the log. The program puts the real one in, so that nothing
/// here has to know how papers are set.
type Render = dyn Fn(&Paper) -> Result<Vec<u8>, String> + Send + Sync;

/// Sets papers only where there is a place for work that costs much.
#[derive(Clone)]
pub(crate) struct PdfRenderer(Arc<Render>);

impl PdfRenderer {
    pub(crate) fn of(render: impl Fn(&Paper) -> Result<Vec<u8>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(render))
    }

    pub(crate) fn render(&self, _: &mut Place, paper: &Paper) -> Result<Vec<u8>, String> {
        (self.0)(paper)
    }
}

/// The renderer of a program that was built without one.
pub(crate) fn no_renderer(_: &Paper) -> Result<Vec<u8>, String> {
    Err("this program was put together without a renderer of papers".to_owned())
}
