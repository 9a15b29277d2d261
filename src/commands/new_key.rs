//! `phb new-key`: a key to keep outside the database.

use super::{Done, Failure};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use store::keys::Keys;
use zeroize::Zeroizing;

/// Make a key, which the program then writes with
///
/// The key goes into a file that only its owner may read. What the program
/// writes is signed with it, so that whoever can write to the database, and has
/// not this file, can put in nothing that the program believes. Keep a copy in a
/// safe place that is not where backups of the database are: without it nothing
/// can be served.
///
/// Where the file is there already, the new key is put above the others: it
/// counts from the next start of the program on, and the older ones check what
/// they signed. Give the file to the program with --key-file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  phb new-key /etc/openphb/key\n  phb serve --key-file /etc/openphb/key")]
pub struct Args {
    /// The file to write the key to
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

pub fn run(args: &Args) -> Done {
    let id = add(&args.file)?;
    println!("{} has a new key. It goes by {id}.", args.file.display());
    Ok(())
}

/// Puts a new key at the top of a file, which is made if it is not there; what
/// the key goes by.
pub fn add(file: &Path) -> Result<String, Failure> {
    let cannot =
        |why: std::io::Error| Failure::because(&format!("{} cannot be written", file.display()), why);
    let older = match std::fs::read_to_string(file) {
        Ok(text) => {
            Keys::from_file(file).map_err(|why| Failure(why.to_string()))?;
            Zeroizing::new(text)
        }
        Err(why) if why.kind() == ErrorKind::NotFound => Zeroizing::default(),
        Err(why) => return Err(cannot(why)),
    };
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(rand::random());
    let line = Zeroizing::new(hex::encode(*bytes));
    let keys = Keys::parse(&line).expect("64 figures are a key");
    let id = keys.current().map(|key| key.id().to_string()).unwrap_or_default();
    // Whole or not at all: a half of it would lock everybody out.
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    // One that was left there may be open to others.
    std::fs::remove_file(&unfinished).ok();
    let written = options.open(&unfinished).and_then(|mut out| {
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        out.write_all(older.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&unfinished, file)
    });
    written.map_err(cannot)?;
    Ok(id)
}
