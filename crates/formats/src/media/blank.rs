//! Blanking what a photograph says of itself, in its place: for HEIC, where
//! taking bytes out would move everything that points past them.

/// The file with every Exif table and every packet of XMP in it blanked; as
/// long as before, and the picture as it was. Which way up a HEIC is shown
/// stands elsewhere in it.
pub(super) fn blanked(bytes: &[u8]) -> Vec<u8> {
    let mut clean = bytes.to_vec();
    for start in places(bytes, b"Exif\0\0") {
        blank_tiff(&mut clean, start + 6);
    }
    for start in places(bytes, b"<x:xmpmeta") {
        let end = places(&bytes[start..], b"</x:xmpmeta>").next().map_or(bytes.len(), |at| start + at + 12);
        clean[start..end].fill(b' ');
    }
    clean
}

fn places<'a>(bytes: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(what.len()).enumerate().filter(move |(_, window)| *window == what).map(|(at, _)| at)
}

/// Tables within tables end here, so that one that points to itself ends too.
const MOST_TABLES: usize = 32;

/// Blanks all tables of a TIFF that starts at a place, and what they point to.
fn blank_tiff(bytes: &mut [u8], start: usize) {
    let Some(big) = bytes.get(start..start + 4).and_then(|head| match head {
        b"MM\0*" => Some(true),
        b"II*\0" => Some(false),
        _ => None,
    }) else {
        return;
    };
    let tiff = Tiff { bytes: bytes[start..].to_vec(), big };
    let mut blank = vec![];
    let mut tables: Vec<usize> = tiff.four(4).into_iter().collect();
    let mut seen = 0;
    while let Some(table) = tables.pop() {
        seen += 1;
        let Some(count) = tiff.two(table).filter(|_| seen <= MOST_TABLES) else { break };
        let end = table + 2 + usize::from(count) * 12;
        for entry in (0..usize::from(count)).map(|i| table + 2 + i * 12) {
            let (Some(tag), Some(size), Some(value)) =
                (tiff.two(entry), tiff.size(entry), tiff.four(entry + 8))
            else {
                continue;
            };
            // Tables of the camera, of the place, and of how files fit together.
            if matches!(tag, 0x8769 | 0x8825 | 0xa005) {
                tables.push(value);
            } else if size > 4 {
                blank.push((value, size));
            }
        }
        tables.extend(tiff.four(end).filter(|next| *next != 0));
        blank.push((table, end + 4 - table));
    }
    for (from, size) in blank {
        let from = start.saturating_add(from).min(bytes.len());
        let to = from.saturating_add(size).min(bytes.len());
        bytes[from..to].fill(0);
    }
}

struct Tiff {
    bytes: Vec<u8>,
    big: bool,
}

impl Tiff {
    fn two(&self, at: usize) -> Option<u16> {
        let two: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    fn four(&self, at: usize) -> Option<usize> {
        let four: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).ok()
    }

    /// How many bytes the value of an entry has.
    fn size(&self, entry: usize) -> Option<usize> {
        let each = match self.two(entry + 2)? {
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        self.four(entry + 4)?.checked_mul(each)
    }
}
