//! The archive: a zip with the data, its schema, a page to read, a paper, and the
//! files as they came. One that comes back is from anybody, so nothing of it is
//! believed: neither how large it says it is, nor where it says things go.

use super::{DATA, PAGE, PAPER, SCHEMA_FILE};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The largest archive that is read, in bytes.
pub const MOST_BYTES: u64 = 300_000_000;
/// The most that all that is in one comes to, in bytes.
pub const MOST_INSIDE: u64 = 600_000_000;
/// How many files are in one at most.
pub const MOST_FILES: usize = 20_000;

/// One part of it, and how it is called there.
pub type Part<'a> = (String, Cow<'a, [u8]>);

/// Packs parts in the order in which they are given. The same parts give the
/// same bytes.
///
/// # Errors
/// What the library says, for the log: nothing that a reader can do anything about.
pub fn pack(parts: &[Part<'_>]) -> Result<Vec<u8>, String> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // Pictures and papers are packed already.
        let is_packed = name.starts_with("files/") || name == PAPER;
        let method = if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(name.as_str(), options).map_err(|why| why.to_string())?;
        zip.write_all(bytes).map_err(|why| why.to_string())?;
    }
    Ok(zip.finish().map_err(|why| why.to_string())?.into_inner())
}

/// Why something cannot be read as an archive, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnArchive {
    TooLarge,
    /// It would unpack to more than anybody keeps.
    TooMuchInside,
    TooManyFiles,
    /// It is cut off, or no zip at all.
    NotAZip,
    /// A part is not what its sum says, or cannot be unpacked.
    Damaged(String),
    /// A part has a name that none of ours has.
    StrangeName(String),
    Missing(&'static str),
}

impl fmt::Display for NotAnArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "it is larger than {} MB", MOST_BYTES / 1_000_000),
            Self::TooMuchInside => {
                write!(f, "it would unpack to more than {} MB", MOST_INSIDE / 1_000_000)
            }
            Self::TooManyFiles => write!(f, "there are more than {MOST_FILES} files in it"),
            Self::NotAZip => f.write_str("it is not a zip file, or a part of it is missing"),
            Self::Damaged(name) => write!(f, "{name:?} in it is damaged"),
            Self::StrangeName(name) => write!(f, "{name:?} in it has a name that cannot be"),
            Self::Missing(name) => write!(f, "{name} is not in it"),
        }
    }
}

impl std::error::Error for NotAnArchive {}

/// What is in an archive, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked(BTreeMap<String, Vec<u8>>);

impl Unpacked {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The names of the files that are in it.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(|name| name.starts_with("files/"))
    }

    /// The data; every archive has it.
    pub fn data(&self) -> Result<&[u8], NotAnArchive> {
        self.get(DATA).ok_or(NotAnArchive::Missing(DATA))
    }
}

/// Reads an archive, all of it or nothing. Nothing is written anywhere.
pub fn unpack(bytes: &[u8]) -> Result<Unpacked, NotAnArchive> {
    unpack_within(bytes, MOST_INSIDE)
}

fn unpack_within(bytes: &[u8], most_inside: u64) -> Result<Unpacked, NotAnArchive> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(NotAnArchive::TooLarge);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotAnArchive::NotAZip)?;
    if zip.len() > MOST_FILES {
        return Err(NotAnArchive::TooManyFiles);
    }
    let (mut all, mut room) = (BTreeMap::new(), most_inside);
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).map_err(|_| NotAnArchive::NotAZip)?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        if !is_ours(&name) {
            return Err(NotAnArchive::StrangeName(name));
        }
        // What it says of its size is not believed: so much is read and no more.
        let mut bytes = vec![];
        let read = part.by_ref().take(room + 1).read_to_end(&mut bytes);
        read.map_err(|_| NotAnArchive::Damaged(name.clone()))?;
        room = room.checked_sub(bytes.len() as u64).ok_or(NotAnArchive::TooMuchInside)?;
        all.insert(name, bytes);
    }
    Ok(Unpacked(all))
}

/// Whether a part is called as one of ours: a file leads to no other folder.
fn is_ours(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    match name.strip_prefix("files/") {
        Some(file) => !file.is_empty() && !file.starts_with('.') && file.chars().all(plain),
        None => [DATA, SCHEMA_FILE, PAGE, PAPER].contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part<'a>(name: &str, bytes: &'a [u8]) -> Part<'a> {
        (name.to_owned(), Cow::Borrowed(bytes))
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_same_gives_the_same() {
        let parts = [part(DATA, b"{}"), part(PAGE, b"<p>"), part("files/0001-a.png", &[1, 2, 3])];
        let zip = pack(&parts).expect("it is packed");
        assert_eq!(zip, pack(&parts).expect("it is packed"));
        let back = unpack(&zip).expect("it is read");
        assert_eq!(back.data(), Ok(&b"{}"[..]));
        assert_eq!(back.get("files/0001-a.png"), Some(&[1, 2, 3][..]));
        assert_eq!(back.files().collect::<Vec<_>>(), ["files/0001-a.png"]);
    }

    #[test]
    fn one_that_is_cut_off_anywhere_is_refused() {
        let zip = pack(&[part(DATA, &[b'x'; 500]), part("files/1.png", &[7; 500])]).expect("packed");
        for end in 0..zip.len() {
            assert!(unpack(&zip[..end]).is_err(), "cut off after {end}");
        }
    }

    #[test]
    fn a_bit_turned_over_in_what_it_holds_is_seen() {
        let zip = pack(&[part("files/1.png", &[7; 500])]).expect("packed");
        let at = zip.windows(8).position(|some| some == [7; 8]).expect("it is stored as it is");
        let mut other = zip.clone();
        other[at + 3] ^= 1;
        assert_eq!(unpack(&other), Err(NotAnArchive::Damaged("files/1.png".into())));
    }

    #[test]
    fn nothing_leads_out_of_it() {
        for name in [
            "../secrets",
            "/etc/passwd",
            "files/../../x",
            "files/a/b",
            "files/.hidden",
            "files/",
            "other.txt",
            "files\\a",
            "files/a\\b",
            "C:files",
        ] {
            let zip = pack(&[part(name, b"x")]).expect("packed");
            assert!(matches!(unpack(&zip), Err(NotAnArchive::StrangeName(_))), "{name}");
        }
    }

    #[test]
    fn one_that_unpacks_to_more_than_it_says_is_not_unpacked() {
        let zip = pack(&[part(DATA, &vec![0; 3_000_000])]).expect("packed");
        assert!(zip.len() < 10_000, "it is small: {}", zip.len());
        assert_eq!(unpack_within(&zip, 1_000_000), Err(NotAnArchive::TooMuchInside));
        assert!(unpack_within(&zip, 3_000_000).is_ok());
    }

    #[test]
    fn one_without_data_says_so() {
        let zip = pack(&[part(PAGE, b"x")]).expect("packed");
        assert_eq!(unpack(&zip).expect("it is read").data(), Err(NotAnArchive::Missing(DATA)));
    }
}
