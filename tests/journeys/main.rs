//! People's stories, walked in a real browser as each person in them, on both
//! databases. One browser at a time: two cores are soon full of Chromium.

mod alice;
mod by_hand;
mod david;
mod everywhere;
mod sign_in;
mod site;
mod tim;
