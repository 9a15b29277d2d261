//! A review or a day that something is due, for a person's own calendar
//! (RFC 5545).
//!
//! A calendar is seen on a phone's locked screen and by whoever shares it, so
//! what an event is called comes from a closed set of words that say nothing of
//! health, money or whose it is. The page it links to says the rest, after
//! sign-in.

use domain::{Date, Timestamp};

/// What the calendar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    Review,
    Meeting,
    SomethingDue,
}

impl Title {
    fn words(self) -> &'static str {
        match self {
            Self::Review => "Review",
            Self::Meeting => "Meeting",
            Self::SomethingDue => "Something is due",
        }
    }
}

/// When it is: a whole day, or an instant and a length in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Day(Date),
    At { start: Timestamp, minutes: u32 },
}

/// One thing in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same for ever for the same thing, such as a review's id; the host
    /// makes it unlike any other program's.
    pub id: String,
    pub host: String,
    /// How often it has been changed; a calendar takes the highest.
    pub sequence: u32,
    /// When this was said.
    pub stamp: Timestamp,
    pub title: Title,
    pub when: When,
    /// The page that says more, to someone signed in.
    pub page: Option<String>,
    /// It will not take place.
    pub cancelled: bool,
}

/// The events as a calendar file.
#[must_use]
pub fn write(events: &[Event]) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//OpenPHB//OpenPHB//EN");
    line(&mut out, "CALSCALE:GREGORIAN");
    for event in events {
        one(&mut out, event);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn one(out: &mut String, event: &Event) {
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", escaped(&format!("{}@{}", event.id, event.host))));
    line(out, &format!("DTSTAMP:{}", instant(event.stamp)));
    line(out, &format!("SEQUENCE:{}", event.sequence));
    match event.when {
        When::Day(day) => {
            line(out, &format!("DTSTART;VALUE=DATE:{}", date(day)));
            // The end is the first day that is not part of it.
            line(out, &format!("DTEND;VALUE=DATE:{}", date(domain::dates::days_after(day, 1))));
        }
        When::At { start, minutes } => {
            line(out, &format!("DTSTART:{}", instant(start)));
            line(out, &format!("DURATION:PT{minutes}M"));
        }
    }
    line(out, &format!("SUMMARY:{}", escaped(event.title.words())));
    if let Some(page) = &event.page {
        line(out, &format!("URL:{}", without_controls(page)));
    }
    line(out, "CLASS:PRIVATE");
    line(out, "TRANSP:TRANSPARENT");
    line(out, if event.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
    line(out, "END:VEVENT");
}

fn date(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text in which commas, semicolons, backslashes and line ends mean themselves.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// One content line, folded so that none is over 75 bytes and no letter is cut.
fn line(out: &mut String, text: &str) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event() -> Event {
        Event {
            id: "0198".to_owned(),
            host: "phb.example".to_owned(),
            sequence: 2,
            stamp: "2026-03-01T09:00:00Z".parse().expect("an instant"),
            title: Title::Review,
            when: When::Day(Date::constant(2026, 12, 31)),
            page: Some("https://phb.example/reviews/0198".to_owned()),
            cancelled: false,
        }
    }

    #[test]
    fn a_review_on_a_day() {
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//OpenPHB//OpenPHB//EN",
            "CALSCALE:GREGORIAN",
            "BEGIN:VEVENT",
            "UID:0198@phb.example",
            "DTSTAMP:20260301T090000Z",
            "SEQUENCE:2",
            "DTSTART;VALUE=DATE:20261231",
            "DTEND;VALUE=DATE:20270101",
            "SUMMARY:Review",
            "URL:https://phb.example/reviews/0198",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "STATUS:CONFIRMED",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(write(&[event()]), expected.join("\r\n"));
    }

    #[test]
    fn a_meeting_at_an_hour_that_is_called_off() {
        let start = "2026-06-30T09:30:00Z".parse().expect("an instant");
        let text = write(&[Event { when: When::At { start, minutes: 90 }, cancelled: true, ..event() }]);
        assert!(text.contains("\r\nDTSTART:20260630T093000Z\r\nDURATION:PT90M\r\n"));
        assert!(text.contains("\r\nSTATUS:CANCELLED\r\n"));
    }

    proptest! {
        #[test]
        fn lines_are_folded_and_come_back_whole(id in "\\PC{0,200}", page in "([\r\n:;,é🏊a-z])*") {
            let text = write(&[Event { id: id.clone(), page: Some(page), ..event() }]);
            prop_assert!(text.split("\r\n").all(|l| l.len() <= 75 && !l.contains(['\r', '\n'])));
            let whole = text.replace("\r\n ", "");
            prop_assert_eq!(whole.matches("\r\n").count(), 17);
            let uid = format!("UID:{}@phb.example\r\n", escaped(&id));
            prop_assert!(whole.contains(&uid));
        }
    }
}
