//! Whether a file can be an organisation's logo: a small PNG, or an SVG that
//! only draws.
//!
//! Browsers run no script of a picture, but an SVG can also be opened as a page
//! of its own. So one that could do anything else is refused before it is ever
//! sent.

use crate::media;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::fmt;

/// The largest logo, in bytes: 100 KB. It is on every page.
pub const MOST_BYTES: usize = 100 * 1024;

/// The kinds of file a logo may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Svg,
    Png,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }

    /// What its name ends in.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

/// Why a file cannot be a logo, in words for whoever runs the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotALogo {
    TooLarge,
    AnotherKind,
    CutOff,
    /// What is in the SVG that does more than draw.
    DoesMore(String),
}

impl fmt::Display for NotALogo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("it is larger than 100 KB"),
            Self::AnotherKind => f.write_str("it is neither an SVG nor a PNG"),
            Self::CutOff => f.write_str("part of it is missing, or it is spoilt"),
            Self::DoesMore(what) => {
                write!(f, "it does more than draw: it has {what}. Save it again as a plain SVG, or as a PNG")
            }
        }
    }
}

impl std::error::Error for NotALogo {}

/// What the file is. The name it came with is not looked at.
///
/// # Errors
/// [`NotALogo`], with words to show.
pub fn check(bytes: &[u8]) -> Result<Kind, NotALogo> {
    if bytes.len() > MOST_BYTES {
        return Err(NotALogo::TooLarge);
    }
    match media::check(bytes) {
        Ok(media::Kind::Png) => return Ok(Kind::Png),
        Err(media::NotAReceipt::CutOff(media::Kind::Png)) => return Err(NotALogo::CutOff),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).map_err(|_| NotALogo::AnotherKind)?;
    only_draws(text.trim_start_matches('\u{feff}')).map(|()| Kind::Svg)
}

/// Elements that run something or bring in pages of others.
const MORE_THAN_DRAWING: [&str; 8] =
    ["script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler"];

fn only_draws(text: &str) -> Result<(), NotALogo> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut begun) = (0_usize, false);
    loop {
        match reader.read_event().map_err(|_| spoilt(begun))? {
            Event::Start(element) => {
                may_stand(&element, begun)?;
                (depth, begun) = (depth + 1, true);
            }
            Event::Empty(element) => {
                may_stand(&element, begun)?;
                begun = true;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(words) if !begun && !words.trim().is_empty() => return Err(NotALogo::AnotherKind),
            Event::Text(words) => styles_stay_here(&words)?,
            Event::CData(words) => styles_stay_here(&words)?,
            Event::DocType(words) if words.contains('[') => return more("a definition of its own"),
            Event::PI(_) => return more("an instruction to the program that reads it"),
            Event::Eof if begun && depth == 0 => return Ok(()),
            Event::Eof => return Err(spoilt(begun)),
            _ => {}
        }
    }
}

/// What does not begin as an SVG is something else; what does is spoilt.
fn spoilt(begun: bool) -> NotALogo {
    if begun { NotALogo::CutOff } else { NotALogo::AnotherKind }
}

fn more<T>(what: impl Into<String>) -> Result<T, NotALogo> {
    Err(NotALogo::DoesMore(what.into()))
}

fn may_stand(element: &BytesStart<'_>, begun: bool) -> Result<(), NotALogo> {
    let name = element.local_name().as_ref().to_ascii_lowercase();
    if !begun && name != "svg" {
        return Err(NotALogo::AnotherKind);
    }
    if MORE_THAN_DRAWING.contains(&name.as_str()) {
        return more(format!("a <{name}>"));
    }
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| NotALogo::CutOff)?;
        let key = attribute.key.local_name().as_ref().to_ascii_lowercase();
        let value = attribute.value.trim();
        if key.starts_with("on") {
            return more(format!("“{key}”, which runs a script"));
        }
        // A part of itself, or a picture that it carries along.
        let inside =
            ["#", "data:image/png;", "data:image/jpeg;"].iter().any(|start| value.starts_with(start));
        if matches!(key.as_str(), "href" | "src") && !inside {
            return more(format!("a link to {value}"));
        }
        styles_stay_here(value)?;
    }
    Ok(())
}

/// Styles may point at a part of the drawing, and at nothing else.
fn styles_stay_here(words: &str) -> Result<(), NotALogo> {
    let words = words.to_ascii_lowercase();
    let away =
        words.split("url(").skip(1).any(|to| !to.trim_start_matches(['"', '\'', ' ']).starts_with('#'));
    if away || words.contains("@import") || words.contains("javascript:") {
        return more("a style from elsewhere");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = r##"<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
        <style>.a { fill: url(#warm) }</style><!-- ours --><linearGradient id="warm"/>
        <use xlink:href="#warm"/><circle class="a" r="4" style="stroke: url('#warm')"/></svg>"##;

    #[test]
    fn a_plain_drawing_and_a_whole_png_may_be_a_logo() {
        assert_eq!(check(PLAIN.as_bytes()), Ok(Kind::Svg));
        assert_eq!(check(format!("\u{feff}{PLAIN}").as_bytes()), Ok(Kind::Svg));
        assert_eq!(check(&media::tests::png()), Ok(Kind::Png));
    }

    #[test]
    fn what_runs_or_reaches_out_is_refused_and_named() {
        for (inside, named) in [
            ("<script>alert(1)</script>", "<script>"),
            ("<x:Script xmlns:x='http://www.w3.org/2000/svg'/>", "<script>"),
            ("<foreignObject/>", "<foreignobject>"),
            ("<circle onclick='a()'/>", "onclick"),
            ("<circle OnLoad='a()'/>", "onload"),
            ("<image href='https://elsewhere.example/a.png'/>", "elsewhere.example"),
            ("<a xlink:href='javascript:a()'>x</a>", "javascript"),
            ("<use href='&#106;avascript:a()'/>", "link to"),
            ("<image href='data:image/svg+xml;base64,AAAA'/>", "data:image/svg"),
            ("<style>@import 'a.css';</style>", "style"),
            ("<style><![CDATA[p{fill:url( https://e.example)}]]></style>", "style"),
            ("<path style='fill:url(//e.example)'/>", "style"),
            ("<?xml-stylesheet href='a.css'?>", "instruction"),
        ] {
            let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>");
            let refused = check(text.as_bytes()).expect_err(inside).to_string();
            assert!(refused.contains(named), "{inside}: {refused}");
        }
        let entities = "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>";
        assert!(matches!(check(entities.as_bytes()), Err(NotALogo::DoesMore(_))));
    }

    #[test]
    fn what_is_no_picture_or_not_whole_or_too_large_is_refused() {
        for (bytes, why) in [
            (&b""[..], NotALogo::AnotherKind),
            (b"Our logo", NotALogo::AnotherKind),
            (b"from url(elsewhere) <svg/>", NotALogo::AnotherKind),
            (b"<html><body/></html>", NotALogo::AnotherKind),
            (b"\xff\xd8\xff\xe0", NotALogo::AnotherKind),
            (b"%PDF-1.7\n%%EOF", NotALogo::AnotherKind),
            (b"<svg><g></svg>", NotALogo::CutOff),
            (b"<svg><circle r='", NotALogo::CutOff),
            (b"<svg>", NotALogo::CutOff),
            (b"\x89PNG\r\n\x1a\n\0\0", NotALogo::CutOff),
        ] {
            assert_eq!(check(bytes), Err(why), "{}", String::from_utf8_lossy(bytes));
        }
        let large = format!("<svg>{}</svg>", " ".repeat(MOST_BYTES));
        assert_eq!(check(large.as_bytes()), Err(NotALogo::TooLarge));
        // Cut off anywhere, a plain drawing is no logo, and nothing falls over.
        for end in 0..PLAIN.len() - 1 {
            assert!(check(&PLAIN.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
