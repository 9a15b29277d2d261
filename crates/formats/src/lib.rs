//! Files in and out. Bytes come in and values go out, or the other way about:
//! nothing here opens a file, asks the time or talks to anybody.

pub mod bank;
pub mod bank_holidays;
pub mod calendar;
pub mod everything;
pub mod journal;
pub mod logo;
pub mod media;
