//! The values that both databases can hold, and reading them back out of rows.
//!
//! Instants are stored as microseconds since 1970 in UTC, dates as ISO text,
//! ids as UUIDs (16 bytes in SQLite), yes and no as 1 and 0.

use crate::StoreError;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// One value on its way into or out of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    /// A word of the program's own, on its way in.
    Word(&'static str),
    Bytes(Vec<u8>),
    Uuid(Uuid),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Int(n) => n.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Word(word) => f.write_str(word),
            Self::Uuid(id) => id.fmt(f),
            Self::Bytes(bytes) => match Uuid::from_slice(bytes) {
                Ok(id) => id.fmt(f),
                Err(_) => f.write_str(&hex::encode(bytes)),
            },
        }
    }
}

macro_rules! into_value {
    ($($from:ty, $name:ident => $value:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $value
            }
        }
    )*};
}

into_value! {
    i64, n => Self::Int(n);
    u32, n => Self::Int(i64::from(n));
    u64, n => Self::Int(i64::try_from(n).unwrap_or(i64::MAX));
    bool, yes => Self::Int(i64::from(yes));
    &str, text => Self::Text(text.to_owned());
    &String, text => Self::Text(text.clone());
    String, text => Self::Text(text);
    &[u8], bytes => Self::Bytes(bytes.to_vec());
    [u8; 32], bytes => Self::Bytes(bytes.to_vec());
    Vec<u8>, bytes => Self::Bytes(bytes);
    Uuid, id => Self::Uuid(id);
    Timestamp, at => Self::Int(at.as_microsecond());
    Date, date => Self::Text(date.to_string());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A value that a column can be read as.
pub(crate) trait Readable: Sized {
    /// `None` where the value is not one of these.
    fn read(value: Value) -> Option<Self>;
}

impl Readable for i64 {
    fn read(value: Value) -> Option<Self> {
        if let Value::Int(n) = value { Some(n) } else { None }
    }
}

impl Readable for u64 {
    fn read(value: Value) -> Option<Self> {
        i64::read(value).and_then(|n| Self::try_from(n).ok())
    }
}

impl Readable for u32 {
    fn read(value: Value) -> Option<Self> {
        i64::read(value).and_then(|n| Self::try_from(n).ok())
    }
}

impl Readable for bool {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl Readable for String {
    fn read(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl Readable for Vec<u8> {
    fn read(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes) } else { None }
    }
}

impl Readable for [u8; 32] {
    fn read(value: Value) -> Option<Self> {
        Vec::read(value).and_then(|bytes| Self::try_from(bytes).ok())
    }
}

impl Readable for Uuid {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Uuid(id) => Some(id),
            Value::Bytes(bytes) => Self::from_slice(&bytes).ok(),
            _ => None,
        }
    }
}

impl Readable for Timestamp {
    fn read(value: Value) -> Option<Self> {
        i64::read(value).and_then(|micros| Self::from_microsecond(micros).ok())
    }
}

impl Readable for Date {
    fn read(value: Value) -> Option<Self> {
        String::read(value).and_then(|text| text.parse().ok())
    }
}

impl<T: Readable> Readable for Option<T> {
    fn read(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::read(value).map(Some) }
    }
}

/// The first id that comes after one, or the first of all; `None` after the last.
pub(crate) fn next_id(after: Option<Uuid>) -> Option<Uuid> {
    match after {
        None => Some(Uuid::nil()),
        Some(id) => id.as_u128().checked_add(1).map(Uuid::from_u128),
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row(pub Vec<Value>);

impl Row {
    /// Starts reading the row from its first column. The first `key` columns
    /// name the row in an error.
    pub fn of(self, table: &'static str, key: usize) -> Columns {
        let id: Vec<Value> = self.0.iter().take(key).cloned().collect();
        Columns { table, id, values: self.0.into_iter() }
    }

    /// The one number of a row that has one column.
    pub fn number(&self) -> Result<i64, StoreError> {
        match self.0.first() {
            Some(Value::Int(n)) => Ok(*n),
            _ => Err(StoreError::corrupt("(answer)", "(number)", "")),
        }
    }
}

/// A row being read, column by column, in the order of its SELECT.
pub(crate) struct Columns {
    table: &'static str,
    id: Vec<Value>,
    values: std::vec::IntoIter<Value>,
}

impl Columns {
    /// The next column, which is called `column` in the error if it is not a `T`.
    pub fn take<T: Readable>(&mut self, column: &'static str) -> Result<T, StoreError> {
        self.values.next().and_then(T::read).ok_or_else(|| self.corrupt(column))
    }

    /// The next column, as text that parses.
    pub fn parse<T: FromStr>(&mut self, column: &'static str) -> Result<T, StoreError> {
        let text: String = self.take(column)?;
        text.parse().map_err(|_| self.corrupt(column))
    }

    /// The error that says this row's `column` cannot be read.
    pub fn corrupt(&self, column: &str) -> StoreError {
        let id: Vec<String> = self.id.iter().map(ToString::to_string).collect();
        StoreError::corrupt(self.table, column, id.join(" "))
    }
}
