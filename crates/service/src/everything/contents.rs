//! All that a case consists of, wherever it is kept. What gives it out, brings
//! it elsewhere or destroys it begins here, so that nothing is forgotten.

use crate::stream::{self, streams_in};
use domain::account::Account;
use domain::case::Case;
use domain::enquiry::Enquiry;
use domain::{AccountId, Aggregate, CaseId, MessageId, Stream};
use store::bank::Statement;
use store::files::FileInfo;
use store::list_looks::{self, Sight};
use store::looks::Look;
use store::{StoreError, Tx, bank, files, ledger, looks, outbox};

/// Every table that has something of a case in it, and by which part of
/// [`Contents`] its rows are found. A test holds the tables of the database
/// against it.
pub const TABLES: &[(&str, &str)] = &[
    ("streams", "streams"),
    ("events", "streams"),
    ("data_keys", "streams"),
    ("seal_members", "streams"),
    ("list_rows", "streams"),
    ("macs", "streams"),
    ("ledgers", "case"),
    ("entries", "case"),
    ("moves", "case"),
    ("sums", "case"),
    ("open_lines", "case"),
    ("stored", "case"),
    ("copies", "case"),
    ("registers", "case"),
    ("registered", "case"),
    ("begun_statements", "case"),
    ("statements", "statements"),
    ("bank_lines", "statements"),
    ("files", "files"),
    ("looks", "looks"),
    ("list_sights", "sights"),
    ("messages", "letters"),
    ("addressees", "letters"),
    ("jobs", "case"),
];

/// Tables that name a case and have nothing of it that is not in another, or that
/// are kept by a rule of their own: not given out, and not destroyed with a case.
pub const OTHERS: &[(&str, &str)] = &[
    ("list_looks", "the evidence of list_sights: one row has the cases of a whole page"),
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
        let enquiry = case.offer.opened.as_ref().and_then(|opened| opened.enquiry);
        if let Some(enquiry) = enquiry
            && stream::load::<Enquiry>(tx, enquiry)?.is_part_of(case)
        {
            streams.push(Enquiry::stream_of(enquiry));
        }
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
            sights: list_looks::of_subject(tx, id.0, (0, i64::MAX), u32::MAX)?,
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
