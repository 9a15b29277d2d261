//! What an installation is told when it starts.

use crate::scanner::Scanner;
use crate::secrets::Hashing;
use domain::duties::Together;
use jiff::SignedDuration;
use std::path::PathBuf;

pub use store::stored::Amount;

/// All of it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that links in emails begin with, without a last slash.
    pub base_url: String,
    /// The sender of emails.
    pub mail_from: String,
    /// `smtp://user:pass@host:587`, `smtps://…`; none keeps emails in the outbox only.
    pub smtp: Option<String>,
    /// Whether letters may go to a mail server over a network without being
    /// encrypted. Said in words by whoever runs the service.
    pub mail_in_the_clear: bool,
    /// The virus scanner that looks at each file first; none keeps files unseen.
    pub scanner: Option<Scanner>,
    /// The demonstration: "sign in as" is there, emails are shown and not sent.
    pub demo: bool,
    /// Whether requests come through a proxy of ours, which says in
    /// `X-Forwarded-For` where they come from.
    pub behind_proxy: bool,
    /// Whether anyone may read the figures at `/metrics`.
    pub open_metrics: bool,
    /// What somebody who reads the figures at `/metrics` has to send; with
    /// none they are closed.
    pub metrics_token: Option<String>,
    /// Whether what is done too often is slowed down. Only tests turn it off.
    pub slow_down: bool,
    /// How much work checking a passphrase is.
    pub hashing: Hashing,
    /// How long it is from one seal to the next.
    pub seal_every: SignedDuration,
    /// For how many days security events are kept.
    pub security_days: u32,
    /// In how many places an account may be signed in at once.
    pub sign_ins: u32,
    /// Where an area has one administrator, they give posts alone: for a
    /// charity of one person. Every page's footer says that it is on.
    pub one_administrator: bool,
    /// Posts that one account may hold together all the same.
    pub posts_together: Together,
    /// The most that is kept for an account on one day, and in a case.
    pub most: Most,
    /// For how many days a copy of everything is there to be fetched.
    pub copies_kept_days: i32,
    /// The file outside the database that says what was destroyed.
    pub disposals_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "http://localhost:8080".into(),
            mail_from: "Personal health budgets <noreply@localhost>".into(),
            smtp: None,
            mail_in_the_clear: false,
            scanner: None,
            demo: false,
            behind_proxy: false,
            open_metrics: false,
            metrics_token: None,
            slow_down: true,
            hashing: Hashing::Strong,
            seal_every: SignedDuration::from_hours(1),
            security_days: 730,
            sign_ins: 10,
            one_administrator: false,
            posts_together: Together::default(),
            most: Most::default(),
            copies_kept_days: 14,
            disposals_file: None,
        }
    }
}

/// 1,000,000 bytes, as people count them.
pub const MB: u64 = 1_000_000;

/// The most that is kept for one account on a day, and in one case: far more
/// than a life needs, so that nobody can fill the disk of everyone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// What one account may add on one day in London.
    pub in_a_day: Amount,
    /// What one case may hold.
    pub in_a_case: Amount,
}

impl Default for Most {
    fn default() -> Self {
        Self {
            in_a_day: Amount { bytes: 200 * MB, lines: 60_000 },
            in_a_case: Amount { bytes: 2_000 * MB, lines: 400_000 },
        }
    }
}

/// How the new lines of a bank statement are shared out between transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// So many, as a month's statement has, are one part.
    pub whole: usize,
    /// Of more, so many at once: others wait for as long as that takes.
    pub part: usize,
}

/// What others hardly notice, on either database.
pub const PARTS: Parts = Parts { whole: 250, part: 40 };

impl Parts {
    /// Parts of so many lines, however many there are.
    #[must_use]
    pub fn of(lines: usize) -> Self {
        let lines = lines.max(1);
        Self { whole: lines, part: lines }
    }

    pub(crate) fn of_statement(self, new: usize) -> usize {
        if new <= self.whole { self.whole } else { self.part }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_one_part_and_a_year_of_thousands_is_many() {
        assert_eq!(PARTS.of_statement(250), 250);
        assert_eq!(PARTS.of_statement(251), 40);
        assert_eq!(Parts::of(0).of_statement(7), 1, "a part is never nothing");
    }
}
