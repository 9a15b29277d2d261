//! Files that only the program's own user may read: they hold everything.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a file anew, for its owner's eyes alone. What stood there before is
/// removed first and not written through, so that a link which somebody laid
/// there leads nowhere.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    only_mine().write(true).create_new(true).open(path)
}

/// Makes a database file if it is not there; one that is there and that others
/// may read is taken away from them. SQLite gives its log the same rights.
pub(crate) fn keep_to_oneself(path: &Path) {
    // Whatever goes wrong here goes wrong again when the file is opened, and is
    // told then; that it belongs to somebody else is theirs to put right.
    only_mine().write(true).create_new(true).open(path).ok();
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let Ok(known) = std::fs::metadata(&name) else { continue };
        if known.is_file() && known.permissions().mode() & 0o077 != 0 {
            match std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o600)) {
                Ok(()) => tracing::warn!(file = %path.display(), "others could read it; now they cannot"),
                Err(error) => tracing::warn!(file = %path.display(), %error, "others can read it"),
            }
        }
    }
}

/// Opens a file for its owner's eyes alone, and makes it if it is not there.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    only_mine().read(true).write(true).create(true).truncate(false).open(path)
}

fn only_mine() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_may_read_what_is_made_or_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let (new, old, wal) =
            (folder.path().join("new.db"), folder.path().join("old.db"), folder.path().join("old.db-wal"));
        for path in [&old, &wal] {
            std::fs::write(path, "words").expect("written");
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("set");
        }
        keep_to_oneself(&new);
        keep_to_oneself(&old);
        assert_eq!([mode(&new), mode(&old), mode(&wal)], [0o600; 3]);
        assert_eq!(std::fs::read(&old).expect("it is as it was"), b"words");
    }

    #[test]
    fn a_link_that_somebody_laid_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (theirs, ours) = (folder.path().join("theirs"), folder.path().join("ours"));
        std::fs::write(&theirs, "theirs").expect("written");
        std::os::unix::fs::symlink(&theirs, &ours).expect("a link");
        create(&ours).expect("it is made");
        assert_eq!(mode(&ours), 0o600);
        assert_eq!(std::fs::read(&theirs).expect("it is as it was"), b"theirs");
    }
}
