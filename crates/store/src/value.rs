//! The values that both databases can hold, and reading them back out of rows.
//!
//! Instants are stored as microseconds since 1970 in UTC, dates as ISO text,
//! ids as UUIDs (16 bytes in SQLite), yes and no as 1 and 0.

use crate::StoreError;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
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

/// A row as bytes, each value with its kind and its length, so that no two rows
/// give the same.
pub(crate) fn encode(row: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    let sized = |out: &mut Vec<u8>, tag, bytes: &[u8]| {
        out.push(tag);
        out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(bytes);
    };
    for value in row {
        match value {
            Value::Null => out.push(0),
            Value::Int(n) => {
                out.push(1);
                out.extend(n.to_be_bytes());
            }
            Value::Text(text) => sized(&mut out, 2, text.as_bytes()),
            Value::Word(word) => sized(&mut out, 2, word.as_bytes()),
            Value::Bytes(bytes) => sized(&mut out, 3, bytes),
            Value::Uuid(id) => {
                out.push(4);
                out.extend(id.as_bytes());
            }
        }
    }
    out
}

/// The names of an answer's columns, one for all of its rows.
pub(crate) type Names = Arc<[Box<str>]>;

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row {
    names: Names,
    values: Vec<Value>,
}

impl Row {
    /// A row as the database gave it, a value for each name.
    pub fn new(names: Names, values: Vec<Value>) -> Self {
        Self { names, values }
    }

    /// Starts reading the row. The first `key` columns name it in an error.
    pub fn of(self, table: &'static str, key: usize) -> Columns {
        let id: Vec<Value> = self.values.iter().take(key).cloned().collect();
        Columns { table, id, names: self.names, values: self.values, next: 0 }
    }

    /// What stands in a column; none where the answer has no such column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.names.iter().position(|name| **name == *column).and_then(|at| self.values.get(at))
    }

    /// What stands in the first column.
    pub fn first(&self) -> Option<&Value> {
        self.values.first()
    }

    /// The values, in the order of the SELECT.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Every value, in the order of the SELECT.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The one number of a row that has one column.
    pub fn number(&self) -> Result<i64, StoreError> {
        match self.values.first() {
            Some(Value::Int(n)) => Ok(*n),
            _ => Err(StoreError::corrupt("(answer)", "(number)", "")),
        }
    }
}

/// A row being read, each column by its name.
pub(crate) struct Columns {
    table: &'static str,
    id: Vec<Value>,
    names: Names,
    values: Vec<Value>,
    /// Where the column that is asked for next stands most often.
    next: usize,
}

impl Columns {
    /// The value of a column, wherever in the SELECT it stands. Each is taken once.
    pub fn take<T: Readable>(&mut self, column: &'static str) -> Result<T, StoreError> {
        let is_it = |name: &str| name == column;
        let at = match self.names.get(self.next) {
            Some(name) if is_it(name) => Some(self.next),
            _ => self.names.iter().position(|name| is_it(name)),
        };
        let at = at.ok_or_else(|| self.corrupt(column))?;
        self.next = at + 1;
        let value = self.values.get_mut(at).map(|value| std::mem::replace(value, Value::Null));
        value.and_then(T::read).ok_or_else(|| self.corrupt(column))
    }

    /// The value of a column, as text that parses.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_by_its_name_wherever_it_stands() {
        let names: Names = ["seq", "reason", "id"].map(Box::from).into();
        let row = || Row::new(Names::clone(&names), vec![7u64.into(), "late".into(), Value::Null]);
        assert_eq!(row().get("reason"), Some(&"late".into()));
        let mut columns = row().of("entries", 1);
        assert_eq!(columns.take::<String>("reason").expect("it is there"), "late");
        assert_eq!(columns.take::<u64>("seq").expect("it is there"), 7);
        assert_eq!(columns.take::<Option<Uuid>>("id").expect("it is there"), None);
        let missing = columns.take::<u64>("account_id").expect_err("there is no such column");
        assert!(missing.to_string().contains("account_id"), "{missing}");
    }
}
