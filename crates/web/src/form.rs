//! Forms: what was typed, what is wrong with it, and how to say so.
//!
//! A handler takes a [`Form`], reads each field once with a typed reader, and
//! goes on if [`Form::is_ok`]; otherwise it shows the page again, with status
//! 422, everything typed still there and an error summary that
//! leads to each field. `label` completes a sentence: with "your name" the
//! messages are "Enter your name" and "Your name must be 200 characters or
//! fewer".

use domain::dates::{self, NotADate};
use domain::money::NotMoney;
use domain::phone::PhoneNumber;
use domain::words::NotWords;
use domain::{Date, EmailAddress, Line, Pence, Prose, Refusal};
use std::collections::BTreeMap;
use std::str::FromStr;
use uuid::Uuid;

/// The most bytes that a form without files may have: room for every field
/// of the longest page at its full length.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The most fields in one form; more than this is not a person typing.
const MOST_FIELDS: usize = 2_000;

/// One thing that is wrong, in words, and the field that it belongs to (empty
/// where it belongs to none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub message: String,
    /// The id of the element that the error summary leads to; empty for none.
    pub id: String,
}

/// What was typed, field by field, and what is wrong with it so far.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub values: BTreeMap<String, Vec<String>>,
    pub errors: Vec<FieldError>,
    /// A key for it to be sent with next, where the one it came with is used up.
    pub(crate) next_key: Option<Uuid>,
}

impl Form {
    /// A form that nobody has typed in yet.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A form that starts with what is known: `(field, value)`.
    #[must_use]
    pub fn filled<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            form.put(name, value);
        }
        form
    }

    /// Reads a body as browsers send it. Bytes that are not UTF-8 become "�".
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        Self::filled(
            form_urlencoded::parse(body).take(MOST_FIELDS).map(|(n, v)| (n.into_owned(), v.into_owned())),
        )
    }

    /// Adds a value to a field; a field may have several.
    pub fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.entry(name.into()).or_default().push(value.into());
    }

    /// Fills in a date's three boxes.
    pub fn put_date(&mut self, field: &str, date: Date) {
        self.put(format!("{field}-day"), date.day().to_string());
        self.put(format!("{field}-month"), date.month().to_string());
        self.put(format!("{field}-year"), date.year().to_string());
    }

    /// What was typed in a field, as it was typed; empty if nothing.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.values.get(field).and_then(|all| all.first()).map_or("", String::as_str)
    }

    /// Every value of a field, in the order they came.
    pub fn texts<'a>(&'a self, field: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.values.get(field).into_iter().flatten().map(String::as_str)
    }

    /// Whether a lone checkbox was ticked, or a named button pressed.
    #[must_use]
    pub fn ticked(&self, field: &str) -> bool {
        !self.text(field).is_empty()
    }

    // ---- readers: each gives the value, or notes what is wrong and gives None

    /// One line of text that must be there.
    pub fn line(&mut self, field: &str, label: &str) -> Option<Line> {
        let read = Line::parse(self.text(field));
        self.words(field, label, read)
    }

    /// One line of text, or nothing.
    pub fn optional_line(&mut self, field: &str, label: &str) -> Option<Line> {
        if self.is_blank(field) { None } else { self.line(field, label) }
    }

    /// A person's own words, which must be there.
    pub fn prose(&mut self, field: &str, label: &str) -> Option<Prose> {
        let read = Prose::parse(self.text(field));
        self.words(field, label, read)
    }

    /// A person's own words, or nothing.
    pub fn optional_prose(&mut self, field: &str, label: &str) -> Option<Prose> {
        if self.is_blank(field) { None } else { self.prose(field, label) }
    }

    /// An amount in pounds, 0 or more.
    pub fn money(&mut self, field: &str, label: &str) -> Option<Pence> {
        let why = match Pence::parse(self.text(field)) {
            Ok(amount) => return Some(amount),
            Err(why) => why,
        };
        let upper = capital(label);
        let message = match why {
            NotMoney::Empty => format!("Enter {label}"),
            NotMoney::NotANumber => format!("{upper} must be a number of pounds, like 120 or 120.50"),
            NotMoney::Negative => format!("{upper} must be 0 or more, without a minus sign"),
            NotMoney::TooManyDecimals => {
                format!("{upper} must have 2 numbers after the point, like 120.50")
            }
            NotMoney::MisplacedComma => {
                format!(
                    "Check the comma in {label}. Use it for thousands only, like 1,200.50, or leave it out"
                )
            }
            NotMoney::TooLarge => format!("{upper} must be under £10,000,000"),
        };
        self.wrong(field, message)
    }

    /// An amount in pounds, or nothing.
    pub fn optional_money(&mut self, field: &str, label: &str) -> Option<Pence> {
        if self.is_blank(field) { None } else { self.money(field, label) }
    }

    /// A date from `FIELD-day`, `FIELD-month` and `FIELD-year`.
    pub fn date(&mut self, field: &str, label: &str) -> Option<Date> {
        let [day, month, year] = ["day", "month", "year"].map(|part| self.text(&format!("{field}-{part}")));
        let why = match dates::parse(day, month, year) {
            Ok(date) => return Some(date),
            Err(why) => why,
        };
        // The summary leads to the first box that is empty, or to the day.
        let part = match [day, month, year].iter().position(|text| text.trim().is_empty()) {
            Some(1) => "month",
            Some(2) => "year",
            _ if why == NotADate::TooFar => "year",
            _ => "day",
        };
        let upper = capital(label);
        let message = match why {
            NotADate::Empty => format!("Enter {label}"),
            NotADate::Incomplete => format!("{upper} must have a day, a month and a year"),
            NotADate::NotNumbers => format!("{upper} must be numbers, like 27 3 2026"),
            NotADate::TooFar => {
                format!("{upper} must have a year between {} and {}", dates::FIRST_YEAR, dates::LAST_YEAR)
            }
            NotADate::DoesNotExist => format!("{upper} must be a real date, with all 4 numbers of the year"),
        };
        let id = format!("{field}-{part}");
        self.errors.push(FieldError { field: field.to_owned(), message, id });
        None
    }

    /// A date, or nothing where all three boxes are empty.
    pub fn optional_date(&mut self, field: &str, label: &str) -> Option<Date> {
        let blank = ["day", "month", "year"].iter().all(|part| self.is_blank(&format!("{field}-{part}")));
        if blank { None } else { self.date(field, label) }
    }

    /// One of a closed set: radios or a select.
    pub fn choice<T: FromStr>(&mut self, field: &str, label: &str) -> Option<T> {
        match self.text(field).parse() {
            Ok(choice) => Some(choice),
            Err(_) => self.wrong(field, format!("Choose {label}")),
        }
    }

    /// One of a closed set, or nothing chosen.
    pub fn optional_choice<T: FromStr>(&mut self, field: &str, label: &str) -> Option<T> {
        if self.is_blank(field) { None } else { self.choice(field, label) }
    }

    /// Any of a closed set: checkboxes. None chosen is an empty list; a value
    /// that was never offered is an error.
    pub fn choices<T: FromStr>(&mut self, field: &str, label: &str) -> Option<Vec<T>> {
        let all: Result<Vec<T>, _> =
            self.texts(field).filter(|text| !text.is_empty()).map(str::parse).collect();
        match all {
            Ok(all) => Some(all),
            Err(_) => self.wrong(field, format!("Choose {label}")),
        }
    }

    /// Yes or no.
    pub fn yes_no(&mut self, field: &str, label: &str) -> Option<bool> {
        match self.text(field) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => self.wrong(field, format!("Choose yes or no for {label}")),
        }
    }

    /// A whole number from `least` to `most`.
    pub fn number(&mut self, field: &str, label: &str, least: u32, most: u32) -> Option<u32> {
        let text = self.text(field).trim();
        if text.is_empty() {
            return self.wrong(field, format!("Enter {label}"));
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<u32>() {
            Ok(number) if digits && (least..=most).contains(&number) => Some(number),
            _ => {
                let [least, most] = [least, most].map(|n| grouped(n as usize));
                let message = format!("{} must be a whole number from {least} to {most}", capital(label));
                self.wrong(field, message)
            }
        }
    }

    /// An email address that could be written to. Only writing to it shows
    /// whether it is right.
    pub fn email(&mut self, field: &str, label: &str) -> Option<EmailAddress> {
        let found = self.login_email(field, label)?;
        if found.is_public() {
            return Some(found);
        }
        self.wrong(field, format!("{} must be like name@example.com", capital(label)))
    }

    /// A telephone number, whole.
    pub fn phone(&mut self, field: &str, label: &str) -> Option<PhoneNumber> {
        let line = self.line(field, label)?;
        let read = PhoneNumber::parse(&line).ok();
        read.or_else(|| {
            self.wrong(field, format!("{} must have all its numbers, like 01632 960 001", capital(label)))
        })
    }

    /// An email address that somebody signs in with, which may be one of this
    /// computer alone.
    pub fn login_email(&mut self, field: &str, label: &str) -> Option<EmailAddress> {
        let line = self.line(field, label)?;
        let read = EmailAddress::parse(line.as_str()).ok();
        read.or_else(|| self.wrong(field, format!("{} must be like name@example.com", capital(label))))
    }

    // ---- what is wrong

    /// Notes that a field is wrong and gives `None`, so that a reader can end
    /// with it.
    pub fn wrong<T>(&mut self, field: &str, message: impl Into<String>) -> Option<T> {
        let id = self.first_box(field);
        self.errors.push(FieldError { field: field.to_owned(), message: message.into(), id });
        None
    }

    /// The id of the first box of a field: a date has three.
    fn first_box(&self, field: &str) -> String {
        let day = format!("{field}-day");
        if self.values.contains_key(&day) { day } else { field.to_owned() }
    }

    /// Puts a refusal beside its field, or in the summary where it has none.
    pub fn refuse(&mut self, refusal: &Refusal) {
        let message = refusal.to_string();
        let Some(field) = refusal.field.clone() else {
            self.errors.push(FieldError { field: String::new(), message, id: String::new() });
            return;
        };
        let id = self.first_box(&field);
        self.errors.push(FieldError { field, message, id });
    }

    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn error_for(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    fn is_blank(&self, field: &str) -> bool {
        domain::words::is_blank(self.text(field))
    }

    fn words<T>(&mut self, field: &str, label: &str, read: Result<T, NotWords>) -> Option<T> {
        let message = match read {
            Ok(words) => return Some(words),
            Err(NotWords::Empty) => format!("Enter {label}"),
            Err(NotWords::TooLong { most, by }) => {
                let (most, by) = (grouped(most), grouped(by));
                format!("{} must be {most} characters or fewer. It is {by} too long", capital(label))
            }
            Err(NotWords::ControlCharacters) => {
                format!("Take out characters that cannot be shown from {label}, then try again")
            }
        };
        self.wrong(field, message)
    }
}

/// `10,000`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The words with a capital first letter.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
