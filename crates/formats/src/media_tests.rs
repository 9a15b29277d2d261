//! Small files of every kind, whole, cut off, and with the place taken out.

use super::*;
use proptest::prelude::*;

fn jpeg() -> Vec<u8> {
    [
        &b"\xff\xd8"[..],
        &exif_of(6),
        b"\xff\xe1\x00\x0aGPS \xff\xd9re",
        b"\xff\xe2\x00\x06ICC_",
        b"\xff\xda\x00\x03\x01",
        b"data\xff\x00data\xff\xd0data",
        b"\xff\xd9",
        b"trailing GPS picture",
    ]
    .concat()
}

fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("small");
    [&length.to_be_bytes()[..], name, data, b"sum!"].concat()
}

pub(crate) fn png() -> Vec<u8> {
    [
        PNG,
        &chunk(b"IHDR", b"0123456789abc"),
        &chunk(b"tEXt", b"GPS"),
        &chunk(b"IDAT", b"x"),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

fn webp() -> Vec<u8> {
    let chunk = |name: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).expect("small");
        let pad: &[u8] = if data.len() % 2 == 1 { b"\0" } else { b"" };
        [name, &length.to_le_bytes()[..], data, pad].concat()
    };
    let body =
        [chunk(b"VP8X", b"\x0c123456789"), chunk(b"VP8 ", b"picture"), chunk(b"EXIF", b"GPS")].concat();
    let size = u32::try_from(body.len() + 4).expect("small");
    [&b"RIFF"[..], &size.to_le_bytes(), b"WEBP", &body].concat()
}

fn heic() -> Vec<u8> {
    [&b"\0\0\0\x10ftypheic\0\0\0\0"[..], b"\0\0\0\x0cmeta1234", b"\0\0\0\x0cmdat5678"].concat()
}

fn samples() -> [(Kind, Vec<u8>); 5] {
    [
        (Kind::Jpeg, jpeg()),
        (Kind::Png, png()),
        (Kind::Webp, webp()),
        (Kind::Heic, heic()),
        (Kind::Pdf, b"%PDF-1.7\nbody\n%%EOF\n".to_vec()),
    ]
}

#[test]
fn each_kind_is_known_by_what_it_holds() {
    for (kind, bytes) in samples() {
        assert_eq!(check(&bytes), Ok(kind));
    }
    for bytes in [
        &b"GIF89a"[..],
        b"MZ",
        b"<svg",
        b"\0\0\0\x10ftypmp42",
        b"RIFF\0\0\0\0WAVE",
        b"Date,Amount",
        b"PK\x03\x04",
    ] {
        assert_eq!(check(bytes), Err(NotAReceipt::AnotherKind));
    }
    assert_eq!(check(b""), Err(NotAReceipt::Empty));
    assert_eq!(check(&vec![0xff; MOST_BYTES + 1]), Err(NotAReceipt::TooLarge));
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    for (kind, bytes) in samples() {
        let whole = match kind {
            Kind::Jpeg => bytes.len() - b"trailing GPS picture".len(),
            Kind::Pdf => bytes.len() - 1,
            _ => bytes.len(),
        };
        for end in 1..whole {
            assert!(check(&bytes[..end]).is_err(), "{kind:?} cut at {end}");
        }
    }
}

#[test]
fn the_place_goes_and_the_picture_stays() {
    for (kind, bytes) in samples().into_iter().filter(|(kind, _)| !matches!(kind, Kind::Heic | Kind::Pdf)) {
        assert!(has(&bytes, b"GPS"));
        let clean = without_location(&bytes);
        assert_eq!(check(&clean), Ok(kind));
        assert!(!has(&clean, b"GPS"), "{kind:?}");
        assert_eq!(without_location(&clean), clean, "{kind:?}");
    }
    let clean = without_location(&jpeg());
    assert!(has(&clean, b"data\xff\x00data") && has(&clean, b"ICC_"));
    let segments = jpeg_segments(&clean).expect("whole");
    assert_eq!(segments.iter().find_map(|(_, s)| orientation(s)), Some(6));
    assert_eq!(without_location(&webp())[20], 0);
}

#[test]
fn what_cannot_be_cleaned_comes_back_as_it_was() {
    for bytes in [b"%PDF-1.7 %%EOF".to_vec(), jpeg()[..40].to_vec(), b"anything".to_vec()] {
        assert_eq!(without_location(&bytes), bytes);
    }
}

/// The Exif of a photograph from a telephone: its maker, which way up, and a
/// table of the place with a value in the table and one beyond it.
fn exif_with_place(big: bool) -> Vec<u8> {
    let two = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let entry = |tag, kind, count, value: [u8; 4]| [&two(tag)[..], &two(kind), &four(count), &value].concat();
    [
        b"Exif\0\0",
        &if big { *b"MM\0*" } else { *b"II*\0" }[..],
        &four(8),
        &two(2),
        &entry(0x010f, 2, 11, four(60)),
        &entry(0x8825, 4, 1, four(72)),
        &four(0),
        &[0; 22],
        b"PHONEMAKER\0\0",
        &two(2),
        &entry(1, 2, 2, *b"N\0\0\0"),
        &entry(18, 2, 10, four(102)),
        &four(0),
        b"HOMEPLACE\0",
    ]
    .concat()
}

#[test]
fn a_photograph_of_a_telephone_says_no_more_where_it_was_taken() {
    for big in [true, false] {
        let inside = [&exif_with_place(big)[..], b"PICTURE<x:xmpmeta GPS='1'>x</x:xmpmeta>PICTURE"].concat();
        let data =
            [&u32::try_from(inside.len() + 8).expect("small").to_be_bytes()[..], b"mdat", &inside].concat();
        let file = [&b"\0\0\0\x10ftypheic\0\0\0\0"[..], b"\0\0\0\x0cmeta1234", &data].concat();
        let clean = without_location(&file);
        assert_eq!((clean.len(), check(&clean)), (file.len(), Ok(Kind::Heic)), "{big}");
        for told in [&b"HOMEPLACE"[..], b"PHONEMAKER", b"GPS"] {
            assert!(has(&file, told) && !has(&clean, told), "{big}: {}", String::from_utf8_lossy(told));
        }
        assert!(has(&clean, b"PICTURE") && clean.ends_with(b"PICTURE"), "the picture stays");
    }
}

proptest! {
    #[test]
    fn nothing_panics(which in 0usize..5, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), end in any::<prop::sample::Index>()) {
        let mut bytes = samples()[which].1.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        let _ = check(&bytes);
        let _ = without_location(&bytes);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = check(&bytes);
        let _ = without_location(&bytes);
    }
}
