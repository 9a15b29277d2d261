//! All that a case consists of, wherever it is kept. What gives it out, brings
//! it elsewhere or destroys it begins here, so that nothing is forgotten.

use crate::history::{enquiry_of, ids_in_lists};
use crate::stream::streams_in;
use domain::account::Account;
use domain::case::Case;
use domain::enquiry::Enquiry;
use domain::{AccountId, Aggregate, CaseId, MessageId, Stream};
use store::bank::Statement;
use store::files::FileInfo;
use store::list_looks::{self, Sight};
use store::looks::Look;
use store::{StoreError, Tx, bank, files, ledger, looks, outbox};

/// A part of what a case consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is kept under the case itself.
    Case,
    Streams,
    Statements,
    Files,
    Looks,
    /// In lists.
    Sights,
    Letters,
}

/// Every table that has something of a case in it, the column by which its rows
/// are found, and in which part of [`Contents`] that is. A test holds the columns
/// of both databases against it, and counts what is given.
pub const TABLES: &[(&str, &str, Part)] = &[
    ("streams", "id", Part::Streams),
    ("events", "stream_id", Part::Streams),
    ("data_keys", "id", Part::Streams),
    ("seal_members", "id", Part::Streams),
    ("list_rows", "stream_id", Part::Streams),
    ("macs", "of_row", Part::Streams),
    ("ledgers", "case_id", Part::Case),
    ("entries", "case_id", Part::Case),
    ("moves", "case_id", Part::Case),
    ("sums", "case_id", Part::Case),
    ("open_lines", "case_id", Part::Case),
    ("stored", "owner", Part::Case),
    ("copies", "case_id", Part::Case),
    ("registers", "case_id", Part::Case),
    ("registered", "case_id", Part::Case),
    ("begun_statements", "case_id", Part::Case),
    ("statements", "case_id", Part::Statements),
    ("bank_lines", "statement_id", Part::Statements),
    ("files", "case_id", Part::Files),
    ("looks", "case_id", Part::Looks),
    ("list_sights", "subject_id", Part::Sights),
    ("messages", "id", Part::Letters),
    ("addressees", "message_id", Part::Letters),
    ("jobs", "body", Part::Case),
];

/// Tables that name a case and have nothing of it that is not in another, or that
/// are kept by a rule of their own: not given out, and not destroyed with a case.
pub const OTHERS: &[(&str, &str)] = &[
    (
        "list_looks",
        "the evidence of list_sights, with the life of the record: one row has the cases of a whole page",
    ),
    (
        "security_events",
        "kept for as long as the setting says; everybody sees their own on their account's page",
    ),
];

/// What a case consists of.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The key of whatever is kept under the case itself: the ledger and its
    /// sums, the register, counts, and jobs that name it.
    pub case: CaseId,
    /// Its own stream first, then those that belong to it, and the request that
    /// it was opened from.
    pub streams: Vec<Stream>,
    /// The person's own sign-ins, now and before. Their streams are of the person
    /// and not of the case: another case may need them.
    pub accounts: Vec<AccountId>,
    pub files: Vec<FileInfo>,
    /// Each with its lines.
    pub statements: Vec<Statement>,
    pub looks: Vec<Look>,
    /// Who saw it in lists, and on which days.
    pub sights: Vec<Sight>,
    /// Letters to the person.
    pub letters: Vec<MessageId>,
    /// How many entries the ledger has.
    pub entries: u64,
}

/// How many looks are read at once.
const PAGE: u32 = 1_000;

impl Contents {
    /// All that a case consists of; nothing where there is no such case.
    pub(crate) fn of(tx: &mut Tx<'_>, case: &Case) -> Result<Self, StoreError> {
        let id = case.id;
        let mut streams = vec![case.stream()];
        streams.extend(streams_in(tx, id)?);
        streams.extend(enquiry_of(tx, case)?.map(Enquiry::stream_of));
        let accounts = case.circle.accounts_of_the_person();
        let mut letters = vec![];
        for account in &accounts {
            letters.extend(outbox::of_account(tx, *account)?.into_iter().map(|letter| letter.id));
        }
        Ok(Self {
            case: id,
            streams,
            accounts,
            files: files::list(tx, id)?,
            statements: bank::statements(tx, id)?,
            looks: all_looks(tx, id)?,
            sights: all_sights(tx, case)?,
            letters,
            entries: ledger::length(tx, id)?,
        })
    }

    /// The streams of the person's sign-ins.
    #[must_use]
    pub fn account_streams(&self) -> Vec<Stream> {
        self.accounts.iter().map(|account| Account::stream_of(*account)).collect()
    }
}

fn all_sights(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Sight>, StoreError> {
    let mut all = vec![];
    for id in ids_in_lists(tx, case)? {
        all.extend(list_looks::of_subject(tx, id, (0, i64::MAX), u32::MAX)?);
    }
    Ok(all)
}

/// Every look, the oldest first.
fn all_looks(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Look>, StoreError> {
    let mut all: Vec<Look> = vec![];
    loop {
        let before = all.last().map(Look::place);
        let page = looks::looks_before(tx, case, before.as_ref(), PAGE)?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            all.reverse();
            return Ok(all);
        }
    }
}
