//! What every handler has.

use crate::look::Look;
use crate::metrics::Metrics;
use service::App;
use std::fmt;
use std::sync::Arc;

/// What every handler has.
#[derive(Clone)]
pub struct Web {
    pub app: App,
    pub look: Arc<Look>,
    /// Whether the site is reached over https alone: so are its cookies then.
    pub secure: bool,
    pub metrics: Arc<Metrics>,
}

impl Web {
    #[must_use]
    pub fn new(app: App, look: Arc<Look>, secure: bool) -> Self {
        Self { app, look, secure, metrics: Arc::default() }
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Web")
    }
}
