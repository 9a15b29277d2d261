//! From bytes to text: which files are something else, and how text is coded.

use super::{AGAIN, DOWNLOAD, LONGEST_LINE, Note, Unreadable};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How a file is spoken of in a message: its name, if it is fit to be shown.
pub(super) fn called(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = super::tidy(last).chars().take(60).collect();
    if clean.is_empty() { "This file".to_owned() } else { format!("“{clean}”") }
}

/// Refuses files that are known by their first bytes to be something else.
pub(super) fn refuse_other_files(bytes: &[u8], name: &str) -> Result<(), Unreadable> {
    const SPREADSHEET: &str = "Download the payments from your bank as CSV or OFX. If your bank only gives a \
        spreadsheet, open it, choose “save as”, and pick CSV";
    let starts: [(&[u8], &str, &str); 11] = [
        (b"\x89PNG", "a picture", DOWNLOAD),
        (b"\xff\xd8\xff", "a photograph", DOWNLOAD),
        (b"GIF8", "a picture", DOWNLOAD),
        (b"RIFF", "a picture, sound or film", DOWNLOAD),
        (b"%PDF", "a PDF, which is made for printing and not a list of payments", DOWNLOAD),
        (b"PK\x03\x04", "a spreadsheet, document or zipped folder", SPREADSHEET),
        (b"\xd0\xcf\x11\xe0", "an older spreadsheet or document", SPREADSHEET),
        (b"\x1f\x8b", "a compressed file", "Unpack the file first, and send us what was in it"),
        (b"7z\xbc\xaf", "a compressed file", "Unpack the file first, and send us what was in it"),
        (b"{\\rtf", "a document", DOWNLOAD),
        (b"SQLite format 3", "a database", DOWNLOAD),
    ];
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return Err(Unreadable::new(None, format!("{} is empty", called(name)), AGAIN));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Err(Unreadable::new(None, format!("{} is a photograph or film", called(name)), DOWNLOAD));
    }
    match starts.iter().find(|(start, ..)| bytes.starts_with(start)) {
        Some((_, what, to_do)) => Err(Unreadable::new(None, format!("{} is {what}", called(name)), to_do)),
        None => Ok(()),
    }
}

/// Refuses text that is a known other thing than a CSV.
pub(super) fn refuse_other_texts(text: &str, name: &str) -> Result<(), Unreadable> {
    let head: String = text.trim_start().chars().take(600).collect::<String>().to_ascii_lowercase();
    let what = if head.starts_with("<!doctype html") || head.contains("<html") || head.contains("<head") {
        "is a web page. This happens when the bank has signed you out"
    } else if head.contains("camt.05") {
        "is a camt bank message, which we cannot take in yet"
    } else if head.starts_with('<') {
        "is not a statement, though it is written in a way programs use (XML)"
    } else if head.starts_with("!type") || head.starts_with("!account") || head.starts_with("!option") {
        "is a QIF file. QIF does not say if 03/04 is March or April, so we do not guess"
    } else if head.starts_with(":20:") || head.starts_with("{1:") {
        "is an MT940 bank message, which we cannot take in yet"
    } else if head.starts_with('{') || head.starts_with('[') {
        "is not a statement, though it is written in a way programs use (JSON)"
    } else {
        return Ok(());
    };
    Err(Unreadable::new(None, format!("{} {what}", called(name)), DOWNLOAD))
}

/// Refuses a table with a line that goes on and on, before it is taken apart:
/// its million cells would need far more memory than the file.
pub(super) fn refuse_endless_lines(text: &str) -> Result<(), Unreadable> {
    match (1..).zip(text.split('\n')).find(|(_, line)| line.len() > LONGEST_LINE) {
        Some((number, _)) => {
            let what = "This line is longer than 10,000 characters, which no bank writes";
            Err(Unreadable::new(Some(number), what, AGAIN))
        }
        None => Ok(()),
    }
}

/// Text from UTF-8, UTF-16 that starts with its mark, or Windows-1252.
pub(super) fn decode(bytes: &[u8], name: &str) -> Result<(String, Option<Note>), Unreadable> {
    let not_text = || {
        let what = format!("{} is not text: it holds bytes that no statement has", called(name));
        Unreadable::new(None, what, DOWNLOAD)
    };
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (WINDOWS_1252, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest).ok_or_else(not_text)?;
    let note = (encoding == WINDOWS_1252).then(|| Note {
        line_no: None,
        what: "The file is in an older way of writing text (Windows-1252). We read it that way: check that names \
            with accents look right"
            .to_owned(),
    });
    // What Windows-1252 leaves empty is read as control characters: then it is
    // something else.
    if note.is_some() && text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c)) {
        return Err(not_text());
    }
    let text = text.trim_end_matches(['\0', '\x1a']).to_owned();
    if text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\r' | b'\n' | 0x0c)) {
        return Err(not_text());
    }
    if text.trim().is_empty() {
        return Err(Unreadable::new(None, format!("{} is empty", called(name)), AGAIN));
    }
    // Line ends of very old computers, so that lines can be counted.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    Ok((text, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_four_codings_reads_the_same() {
        let words = "Café £5";
        let le: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(words.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let be: Vec<u8> =
            [0xfe, 0xff].into_iter().chain(words.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", words.as_bytes()].concat();
        for bytes in [words.as_bytes(), &le, &be, &marked, b"Caf\xe9 \xa35"] {
            assert_eq!(decode(bytes, "x").expect("text").0, words);
        }
        assert!(decode(b"Caf\xe9 \xa35", "x").expect("text").1.is_some());
    }

    #[test]
    fn what_is_not_text_is_refused() {
        for bytes in [
            &b"\xff\xfe\x00"[..],
            b"\xff\xfe\x00\xd8",
            b"\x81\xff",
            b"a\0b",
            b"\xef\xbb\xbf\xff",
            b"\xef\xbb\xbf",
        ] {
            assert!(decode(bytes, "x").is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_name_is_shown_without_its_path() {
        assert_eq!(called("C:\\Users\\me\\march.csv"), "“march.csv”");
        assert_eq!(called("\u{202e}"), "This file");
    }
}
