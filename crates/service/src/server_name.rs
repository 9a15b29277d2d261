//! What a server is called, among those that share the database.

use std::sync::Arc;

/// A server's name for itself, as it stands in the lease: the computer, the
/// process, and something that no other process has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName(Arc<str>);

impl ServerName {
    #[must_use]
    pub(crate) fn new(own: &str) -> Self {
        let system = rustix::system::uname();
        let computer = system.nodename().to_string_lossy();
        Self(format!("{computer} {} {own}", std::process::id()).into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
