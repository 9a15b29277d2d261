//! Use cases from outside, as one program.

mod seals;
mod servers;
mod stories;
