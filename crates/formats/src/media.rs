//! What a receipt really is, by what is in the file: a photograph or a PDF.
//!
//! A photographed receipt also carries where it was taken, which is often
//! somebody's home: [`without_location`] takes that out.

mod blank;

use std::fmt;

/// The largest receipt, in bytes: 10 MB.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// The kinds of file a receipt may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
    Heic,
    Pdf,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Pdf => "application/pdf",
        }
    }

    /// What its name ends in.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Heic => "heic",
            Self::Pdf => "pdf",
        }
    }
}

/// Why a file cannot be a receipt, in words for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAReceipt {
    Empty,
    TooLarge,
    CutOff(Kind),
    AnotherKind,
}

impl fmt::Display for NotAReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "The file is empty. Choose it again, or take the photo again",
            Self::TooLarge => {
                "The file is larger than 10 MB. Take a smaller photo, or send one page at a time"
            }
            Self::CutOff(Kind::Pdf) => "Part of the PDF is missing. Download it again, and send that",
            Self::CutOff(_) => "Part of the photo is missing. Send it again, or take it again",
            Self::AnotherKind => {
                "This is not a photo or a PDF. Send a photo (JPEG, PNG, WebP or HEIC) or a PDF"
            }
        })
    }
}

impl std::error::Error for NotAReceipt {}

/// What the file is, if it is whole. The name it came with is not looked at.
///
/// # Errors
/// [`NotAReceipt`], with words to show.
pub fn check(bytes: &[u8]) -> Result<Kind, NotAReceipt> {
    if bytes.is_empty() {
        return Err(NotAReceipt::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(NotAReceipt::TooLarge);
    }
    let kind = kind(bytes).ok_or(NotAReceipt::AnotherKind)?;
    let whole = match kind {
        Kind::Jpeg => jpeg_segments(bytes).is_some(),
        Kind::Png => png_chunks(bytes).is_some(),
        Kind::Webp => webp_chunks(bytes).is_some(),
        Kind::Heic => boxes_are_whole(bytes),
        Kind::Pdf => has(&bytes[bytes.len().saturating_sub(2048)..], b"%%EOF"),
    };
    if whole { Ok(kind) } else { Err(NotAReceipt::CutOff(kind)) }
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    let brand = bytes.get(8..12).unwrap_or_default();
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if bytes.starts_with(PNG) {
        Some(Kind::Png)
    } else if bytes.starts_with(b"RIFF") && brand == b"WEBP" {
        Some(Kind::Webp)
    } else if bytes.get(4..8) == Some(b"ftyp") {
        let heic: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"];
        heic.contains(&brand).then_some(Kind::Heic)
    } else {
        bytes.starts_with(b"%PDF-").then_some(Kind::Pdf)
    }
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The file without where, when and by what it was taken, if it is a picture.
/// Which way up a JPEG is shown is kept, for it stands in the same place. A
/// PDF, or a file that [`check`] refuses, comes back as it was.
#[must_use]
pub fn without_location(bytes: &[u8]) -> Vec<u8> {
    let clean = match kind(bytes) {
        Some(Kind::Jpeg) => jpeg_without_location(bytes),
        Some(Kind::Png) => png_without_location(bytes),
        Some(Kind::Webp) => webp_without_location(bytes),
        Some(Kind::Heic) => Some(blank::blanked(bytes)),
        Some(Kind::Pdf) | None => None,
    };
    clean.unwrap_or_else(|| bytes.to_vec())
}

/// The pieces of a JPEG from its start to its end mark, each with its marker.
/// A scan's data belongs to the piece that starts it. `None` if it is cut off.
/// What a camera hangs on after the end (another picture, a film) is no part.
fn jpeg_segments(bytes: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut segments = vec![(0xd8, bytes.get(..2)?)];
    let mut at = 2;
    loop {
        let start = at;
        if *bytes.get(at)? != 0xff {
            return None;
        }
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        if marker == 0xd9 {
            segments.push((marker, &bytes[start..at]));
            return Some(segments);
        }
        if !matches!(marker, 0x01 | 0xd0..=0xd7) {
            let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
            if length < 2 {
                return None;
            }
            at += length;
        }
        if marker == 0xda {
            at = scan_end(bytes, at)?;
        }
        segments.push((marker, bytes.get(start..at)?));
    }
}

/// Where the data of a scan ends: at a marker that is not a stuffed byte or a
/// restart.
fn scan_end(bytes: &[u8], from: usize) -> Option<usize> {
    let pairs = bytes.get(from..)?.windows(2);
    let end = pairs.into_iter().position(|p| p[0] == 0xff && !matches!(p[1], 0x00 | 0xff | 0xd0..=0xd7))?;
    Some(from + end)
}

fn jpeg_without_location(bytes: &[u8]) -> Option<Vec<u8>> {
    let segments = jpeg_segments(bytes)?;
    let way_up = segments.iter().filter(|(marker, _)| *marker == 0xe1).find_map(|(_, s)| orientation(s));
    let mut clean = Vec::with_capacity(bytes.len());
    for (marker, segment) in segments {
        // Exif and XMP, IPTC, and comments. Colour profiles (APP2) stay, but
        // not the index of further pictures that APP2 may also hold.
        let further = marker == 0xe2 && segment.get(4..8) == Some(b"MPF\0");
        if !matches!(marker, 0xe1 | 0xed | 0xfe) && !further {
            clean.extend_from_slice(segment);
        }
        if let (0xd8, Some(way_up @ 2..=8)) = (marker, way_up) {
            clean.extend_from_slice(&exif_of(way_up));
        }
    }
    Some(clean)
}

/// An Exif piece that says which way up, and nothing else.
fn exif_of(way_up: u8) -> Vec<u8> {
    let mut exif = b"\xff\xe1\x00\x22Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x01".to_vec();
    exif.extend_from_slice(&[0x01, 0x12, 0x00, 0x03, 0, 0, 0, 1, 0, way_up, 0, 0, 0, 0, 0, 0]);
    exif
}

/// Which way up a picture is shown, 1 to 8, from its Exif piece.
fn orientation(segment: &[u8]) -> Option<u8> {
    let tiff = segment.get(4..)?.strip_prefix(b"Exif\0\0")?;
    let big = tiff.starts_with(b"MM");
    let two = |at: usize| -> Option<u16> {
        let b = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if big { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) })
    };
    let (high, low) = if big { (two(4)?, two(6)?) } else { (two(6)?, two(4)?) };
    let table = usize::from(high) << 16 | usize::from(low);
    (0..usize::from(two(table)?)).map(|i| table + 2 + i * 12).find_map(|at| {
        let value = if two(at)? == 0x0112 { two(at + 8)? } else { return None };
        u8::try_from(value).ok().filter(|v| (1..=8).contains(v))
    })
}

/// The chunks of a PNG, each whole, up to its end chunk. `None` if cut off.
fn png_chunks(bytes: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut chunks = Vec::new();
    let mut at = PNG.len();
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
        let end = at.checked_add(12)?.checked_add(usize::try_from(length).ok()?)?;
        let chunk = bytes.get(at..end)?;
        let name = &chunk[4..8];
        chunks.push((name, chunk));
        if name == b"IEND" {
            return Some(chunks);
        }
        at = end;
    }
}

fn png_without_location(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut clean = PNG.to_vec();
    for (name, chunk) in png_chunks(bytes)? {
        let tells: [&[u8]; 5] = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"];
        if !tells.contains(&name) {
            clean.extend_from_slice(chunk);
        }
    }
    Some(clean)
}

/// The chunks of a WebP. `None` if it is cut off.
fn webp_chunks(bytes: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let size = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let body = bytes.get(12..usize::try_from(size).ok()?.checked_add(8)?)?;
    let mut chunks = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let length = u32::from_le_bytes(body.get(at + 4..at + 8)?.try_into().ok()?);
        let length = usize::try_from(length).ok()?;
        let end = at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
        chunks.push((body.get(at..at + 4)?, body.get(at..end)?));
        at = end;
    }
    (!chunks.is_empty()).then_some(chunks)
}

fn webp_without_location(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut clean = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, chunk) in webp_chunks(bytes)? {
        if name == b"EXIF" || name == b"XMP " {
            continue;
        }
        let start = clean.len();
        clean.extend_from_slice(chunk);
        // The header must not promise what was taken out.
        if name == b"VP8X" && chunk.len() > 8 {
            clean[start + 8] &= !0b0000_1100;
        }
    }
    let size = u32::try_from(clean.len() - 8).ok()?;
    clean[4..8].copy_from_slice(&size.to_le_bytes());
    Some(clean)
}

/// Whether every outer box of a HEIC ends inside the file, and it has both a
/// description and data.
fn boxes_are_whole(bytes: &[u8]) -> bool {
    let (mut at, mut meta, mut data) = (0, false, false);
    while at < bytes.len() {
        let Some(head) = bytes.get(at..at + 8) else { return false };
        let name = &head[4..8];
        meta |= name == b"meta";
        data |= name == b"mdat" || name == b"idat";
        let length = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
            0 => (bytes.len() - at) as u64,
            1 => match bytes.get(at + 8..at + 16).and_then(|b| b.try_into().ok()) {
                Some(long) => u64::from_be_bytes(long),
                None => return false,
            },
            length => u64::from(length),
        };
        match usize::try_from(length).ok().filter(|l| *l >= 8).and_then(|l| at.checked_add(l)) {
            Some(end) if end <= bytes.len() => at = end,
            _ => return false,
        }
    }
    meta && data
}

#[cfg(test)]
#[path = "media_tests.rs"]
pub(crate) mod tests;
