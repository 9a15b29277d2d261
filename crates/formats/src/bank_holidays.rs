//! Bank holidays as somebody types or pastes them: GOV.UK's own file
//! (gov.uk/bank-holidays.json), or a line for each day, like "25 December 2028
//! Christmas Day" or "2028-12-25 Christmas Day".

use domain::working_days::{BankHoliday, BankHolidays};
use domain::{Date, Line, dates};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// The part of GOV.UK's file that counts here.
const DIVISION: &str = "england-and-wales";
/// The most days that are taken in at once: some sixty years of them.
const MOST_DAYS: usize = 600;
/// The most that is wrong and told of one list; nobody reads more at once.
const MOST_TOLD: usize = 10;

/// Something that cannot be read, and the line that it stands on, from 1 (none
/// where it is about the whole).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: Option<usize>,
    pub message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "Line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

#[derive(Deserialize)]
struct Division {
    #[serde(default)]
    division: String,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    title: String,
    date: String,
    #[serde(default)]
    notes: String,
}

/// A line for each day, as [`read`] reads it.
#[must_use]
pub fn write(days: &BankHolidays) -> String {
    let line = |day: &BankHoliday| format!("{} {}", dates::long(day.date), day.title);
    days.days().iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads a whole list. Nothing is taken in where anything is wrong; at most ten
/// things that are wrong are told.
pub fn read(text: &str) -> Result<BankHolidays, Vec<Wrong>> {
    let days = if text.trim_start().starts_with('{') { read_file(text)? } else { read_lines(text)? };
    if days.len() > MOST_DAYS {
        return Err(vec![whole(format!("There are {} days here. Enter {MOST_DAYS} at most", days.len()))]);
    }
    Ok(BankHolidays::new(days))
}

fn whole(message: impl Into<String>) -> Wrong {
    Wrong { line: None, message: message.into() }
}

fn read_file(text: &str) -> Result<Vec<BankHoliday>, Vec<Wrong>> {
    let not_it = |why: &serde_json::Error| Wrong {
        line: Some(why.line()).filter(|line| *line > 0),
        message:
            "This is not the bank holiday file of GOV.UK. Copy the whole of it, or enter a line for each day"
                .to_owned(),
    };
    let all: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|why| vec![not_it(&why)])?;
    let is_lone = all.contains_key("events");
    let division = match all.get(DIVISION) {
        Some(division) => division.clone(),
        None if !is_lone && !all.is_empty() => {
            let named: Vec<&str> = all.keys().map(String::as_str).collect();
            return Err(vec![whole(of_elsewhere(&named.join(", ")))]);
        }
        None => serde_json::Value::Object(all.into_iter().collect()),
    };
    let division: Division = serde_json::from_value(division).map_err(|why| vec![not_it(&why)])?;
    if division.division != DIVISION {
        return Err(vec![whole(of_elsewhere(&division.division))]);
    }
    let day = |event: &Event| {
        let title = match event.notes.trim() {
            "" => event.title.clone(),
            notes => format!("{} ({})", event.title, notes.to_lowercase()),
        };
        let date = event.date.parse().map_err(|_| whole(format!("“{}” is not a day", short(&event.date))))?;
        let title = Line::parse(&title).map_err(|_| whole(format!("{} has no name", dates::long(date))))?;
        Ok(BankHoliday { date, title })
    };
    told(division.events.iter().map(day))
}

/// Personal health budgets are England's, and every part of the country has
/// days of its own: those of another are refused, and those of none too.
fn of_elsewhere(named: &str) -> String {
    let whose = match named.trim() {
        "" => "This does not say for which part of the country it is".to_owned(),
        named => format!("This is for “{}”", short(named)),
    };
    format!("{whose}. Copy the part of the file that is for “{DIVISION}”, or the whole of it")
}

fn read_lines(text: &str) -> Result<Vec<BankHoliday>, Vec<Wrong>> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    told(lines.map(|(number, line)| read_line(line).map_err(|message| Wrong { line: Some(number), message })))
}

fn read_line(line: &str) -> Result<BankHoliday, String> {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default();
    let date = match first.parse::<Date>() {
        Ok(date) => Some(date),
        Err(_) => in_words(first, words.next().unwrap_or_default(), words.next().unwrap_or_default()),
    };
    let Some(date) = date else {
        return Err(format!("“{}” does not begin with a day, like 25 December 2028", short(line.trim())));
    };
    let title = words.collect::<Vec<_>>().join(" ");
    let title = title.trim_start_matches([':', ',', '-', '–']);
    let title = Line::parse(title).map_err(|_| {
        format!("Enter after {} what the day is, in 200 characters or fewer", dates::long(date))
    })?;
    Ok(BankHoliday { date, title })
}

/// `25 December 2028`, with a colon or a comma after it or not.
fn in_words(day: &str, month: &str, year: &str) -> Option<Date> {
    let number = (1..=12).find(|number| {
        let first = Date::new(2000, *number, 1).expect("every month has a first day");
        dates::long(first).split(' ').nth(1).is_some_and(|name| name.eq_ignore_ascii_case(month))
    })?;
    dates::parse(day, &number.to_string(), year.trim_end_matches([':', ','])).ok()
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// All of them, or what is wrong.
fn told(read: impl Iterator<Item = Result<BankHoliday, Wrong>>) -> Result<Vec<BankHoliday>, Vec<Wrong>> {
    let (mut days, mut wrong) = (vec![], vec![]);
    for one in read {
        match one {
            Ok(day) => days.push(day),
            Err(why) => wrong.push(why),
        }
        if wrong.len() == MOST_TOLD {
            break;
        }
    }
    if wrong.is_empty() { Ok(days) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrong(text: &str) -> Vec<String> {
        read(text).expect_err("refused").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_are_read_as_they_are_written_and_as_people_write_them() {
        let published = BankHolidays::published();
        assert_eq!(read(&write(&published)), Ok(published));
        for line in [
            "25 December 2028 Christmas Day",
            "25 december 2028: Christmas Day",
            "\n  2028-12-25   Christmas   Day\r\n\n",
            "25 December 2028, Christmas Day",
            "2028-12-25 - Christmas Day",
        ] {
            let days = read(line).unwrap_or_else(|why| panic!("{line}: {why:?}"));
            let [day] = days.days() else { panic!("one day: {days:?}") };
            assert_eq!(
                (dates::long(day.date), day.title.as_str()),
                ("25 December 2028".into(), "Christmas Day")
            );
        }
    }

    #[test]
    fn the_file_of_gov_uk_is_read_for_england_and_wales() {
        let division = r#"{"division": "england-and-wales", "events": [
            {"title": "Christmas Day", "date": "2032-12-27", "notes": "Substitute day", "bunting": true},
            {"title": "Good Friday", "date": "2032-03-26", "notes": "", "bunting": false}]}"#;
        let whole = format!(r#"{{"scotland": {{"events": "other"}}, "england-and-wales": {division}}}"#);
        for text in [division, &whole] {
            let days = read(text).expect("it is read");
            assert_eq!(
                write(&days),
                "26 March 2032 Good Friday\n27 December 2032 Christmas Day (substitute day)"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let text = "1 January 2029 New Year’s Day\nChristmas\n30 February 2029 No day\n25 December 2029\n";
        assert_eq!(
            wrong(text),
            [
                "Line 2: “Christmas” does not begin with a day, like 25 December 2028",
                "Line 3: “30 February 2029 No day” does not begin with a day, like 25 December 2028",
                "Line 4: Enter after 25 December 2029 what the day is, in 200 characters or fewer",
            ]
        );
        assert!(
            wrong("{\n\"england-and-wales\": [}")[0].starts_with("Line 2: This is not the bank holiday file")
        );
        assert!(wrong(r#"{"scotland": 1, "events": 2}"#)[0].contains("not the bank holiday file"));
        assert!(wrong("{}")[0].contains("not the bank holiday file"));
        assert!(
            wrong(r#"{"division": "england-and-wales", "events": [{"title": "A", "date": "25/12/2029"}]}"#)
                [0]
            .contains("“25/12/2029” is not a day")
        );
        assert_eq!(wrong(&"x\n".repeat(1_000)).len(), MOST_TOLD);
        let many = "25 December 2029 Christmas Day\n".repeat(MOST_DAYS + 1);
        assert!(wrong(&many)[0].contains("Enter 600 at most"));
    }

    #[test]
    fn the_days_of_another_part_of_the_country_are_refused() {
        let events = r#"[{"title": "St Andrew’s Day", "date": "2029-11-30"}]"#;
        let scotland = format!(r#"{{"division": "scotland", "events": {events}}}"#);
        for text in [
            scotland.clone(),
            format!(r#"{{"scotland": {scotland}}}"#),
            // Under a name that is not its own.
            format!(r#"{{"england-and-wales": {scotland}}}"#),
        ] {
            let [why] = &wrong(&text)[..] else { panic!("one thing is wrong with {text}") };
            assert!(why.contains("“scotland”") && why.contains("“england-and-wales”"), "{why}");
        }
        let nameless = format!(r#"{{"events": {events}}}"#);
        assert!(wrong(&nameless)[0].contains("does not say for which part"));
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_read_or_refused(text in "\\PC{0,400}") {
            let _ = read(&text);
            let _ = read(&format!("{{{text}"));
        }
    }
}
