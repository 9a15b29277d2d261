//! People's stories, walked in a real browser as each person in them, on both
//! databases, side by side. Each page is looked at (axe, at two widths) on one
//! of the two.

mod alice;
mod by_hand;
mod david;
mod everywhere;
mod sign_in;
mod site;
mod tim;
