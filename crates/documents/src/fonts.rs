//! The fonts: Noto Sans from inside the program, and, only when a paper needs
//! letters it lacks, the fonts of the machine.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

/// Where Debian and most others keep fonts.
const SYSTEM: &str = "/usr/share/fonts";
/// A bound on the search, so that a strange directory cannot hold up a paper.
const MOST_FILES: usize = 400;
/// Bigger files (sets for all of Chinese, say) are left alone to save memory.
const MOST_BYTES: u64 = 12_000_000;

/// Faces a paper may use, with the book the typesetter looks them up in.
pub struct Faces {
    /// Names and coverage of the faces.
    pub book: LazyHash<FontBook>,
    found: Vec<Found>,
}

enum Found {
    Ready(Font),
    OnDisk { path: PathBuf, index: u32, font: OnceLock<Option<Font>> },
}

impl Faces {
    /// The face at `index` of the book, read from disk if need be.
    pub fn get(&self, index: usize) -> Option<Font> {
        match self.found.get(index)? {
            Found::Ready(font) => Some(font.clone()),
            Found::OnDisk { path, index, font } => {
                font.get_or_init(|| Font::new(Bytes::new(std::fs::read(path).ok()?), *index)).clone()
            }
        }
    }

    /// Whether some face can draw the character.
    pub fn can_draw(&self, c: char) -> bool {
        (0..self.found.len())
            .filter_map(|i| self.book.info(i))
            .any(|info| info.coverage.contains(u32::from(c)))
    }
}

/// What is known of the fonts; each is looked for when it is first needed.
#[derive(Default)]
pub struct Fonts {
    own: OnceLock<Arc<Faces>>,
    system: OnceLock<Vec<(PathBuf, u32, FontInfo)>>,
}

impl Fonts {
    /// Regular, bold and italic of Noto Sans.
    pub fn own(&self) -> Arc<Faces> {
        self.own.get_or_init(|| Arc::new(noto_sans())).clone()
    }

    /// Noto Sans and what the machine has. Files are read again only when used,
    /// and let go with the returned value; names and coverage are remembered.
    pub fn with_system(&self) -> Faces {
        let mut infos: Vec<FontInfo> = Vec::new();
        let mut found = Vec::new();
        let own = self.own();
        for (i, face) in own.found.iter().enumerate() {
            if let (Some(info), Found::Ready(font)) = (own.book.info(i), face) {
                infos.push(info.clone());
                found.push(Found::Ready(font.clone()));
            }
        }
        for (path, index, info) in self.system.get_or_init(|| search(Path::new(SYSTEM))) {
            infos.push(info.clone());
            found.push(Found::OnDisk { path: path.clone(), index: *index, font: OnceLock::new() });
        }
        Faces { book: LazyHash::new(FontBook::from_infos(infos)), found }
    }
}

fn noto_sans() -> Faces {
    let files = [notosans::REGULAR_TTF, notosans::BOLD_TTF, notosans::ITALIC_TTF];
    let fonts: Vec<Font> = files.into_iter().filter_map(|f| Font::new(Bytes::new(f), 0)).collect();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Faces { book, found: fonts.into_iter().map(Found::Ready).collect() }
}

/// How wide the letters of the bold face are.
pub fn bold_measures() -> Option<ttf_parser::Face<'static>> {
    ttf_parser::Face::parse(notosans::BOLD_TTF, 0).ok()
}

/// How wide the letters of the regular face are.
pub fn plain_measures() -> Option<ttf_parser::Face<'static>> {
    ttf_parser::Face::parse(notosans::REGULAR_TTF, 0).ok()
}

/// Looks through a directory, in the order of names so that the same machine
/// always makes the same choice.
fn search(dir: &Path) -> Vec<(PathBuf, u32, FontInfo)> {
    let mut files = Vec::new();
    walk(dir, 0, &mut files);
    files.sort();
    files.truncate(MOST_FILES);
    let mut seen = Vec::new();
    for path in files {
        let Ok(data) = std::fs::read(&path) else { continue };
        let fonts: Vec<Font> = Font::iter(Bytes::new(data)).collect();
        seen.extend(fonts.iter().map(|f| (path.clone(), f.index(), f.info().clone())));
    }
    seen
}

fn walk(dir: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() && depth < 6 {
            walk(&path, depth + 1, files);
        } else if meta.is_file() && meta.len() <= MOST_BYTES && is_font(&path) {
            files.push(path);
        }
    }
}

/// Colour emoji are bitmaps and do not belong in a paper meant for keeping.
fn is_font(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    [".ttf", ".otf", ".ttc"].iter().any(|end| name.ends_with(end)) && !name.contains("emoji")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_inside_has_the_languages_of_these_islands_and_their_money() {
        let own = noto_sans();
        assert_eq!(own.found.len(), 3);
        for c in "ŵŷâêîôûẁäëÿéèáóúàìòùçñßøåžš£€–—‘’“”…•½".chars()
        {
            assert!(own.can_draw(c), "{c}");
        }
        assert!(!own.can_draw('😀'));
    }

    #[test]
    fn a_missing_directory_is_no_fonts() {
        assert!(search(Path::new("/there/is/no/such/place")).is_empty());
    }
}
