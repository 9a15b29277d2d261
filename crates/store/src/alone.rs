//! That one program alone serves a SQLite file. PostgreSQL may be served by
//! several at once.
//!
//! SQLite would let several write, but each has a store of memory beside the
//! file that they share, and only one can write at any moment: a second server
//! gains nothing, and is nearly always there by mistake.

use crate::engine::Place;
use crate::{StoreError, private};
use std::fs::{File, TryLockError};
use std::path::Path;

/// While this lives, no other program serves the file. The system lets go of it
/// when the process ends, however it ends.
#[derive(Debug)]
pub struct Alone {
    locked: Option<File>,
}

impl Alone {
    /// Whether there is something that nobody else can serve meanwhile.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.locked.is_some()
    }
}

/// Takes a database that is there for this program alone, where it is a file.
/// [`StoreError::InUse`] where another program serves it.
pub fn serve_alone(url: &str) -> Result<Alone, StoreError> {
    let Place::Sqlite(path) = Place::parse(url)? else { return Ok(Alone { locked: None }) };
    lock(&path).map(|file| Alone { locked: Some(file) })
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let io = |why: std::io::Error| StoreError::Io { what: format!("cannot lock {}: {why}", path.display()) };
    // By its true name, whatever links lead to it. Not the file itself: to close
    // it here would undo the locks that SQLite has on it.
    let mut name = path.canonicalize().map_err(io)?.into_os_string();
    name.push("-serving");
    let file = private::open(Path::new(&name)).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            what: format!(
                "another program serves {} already. One SQLite file is served by one program: stop the \
                 other one first, or use PostgreSQL, which several may serve at once",
                path.display()
            ),
        }),
        Err(TryLockError::Error(why)) => Err(io(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_at_a_time_serves_a_file_by_whatever_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("phb.db"), folder.path().join("link.db"));
        std::fs::write(&path, "").expect("a file");
        let url = |path: &Path| path.display().to_string();
        assert!(serve_alone("postgres://a@localhost/phb").is_ok_and(|alone| !alone.is_certain()));

        let first = serve_alone(&url(&path)).expect("nobody serves it");
        assert!(first.is_certain());
        #[cfg(unix)]
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        for name in [url(&path), format!("sqlite:{}", path.display()), url(&link)] {
            match serve_alone(&name) {
                Err(StoreError::InUse { what }) => assert!(what.contains("another program serves"), "{what}"),
                other => panic!("{name}: {other:?}"),
            }
        }
        drop(first);
        assert!(serve_alone(&url(&link)).is_ok(), "it is free again");
    }
}
