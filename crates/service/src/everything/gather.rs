//! Puts everything that is held about a person together as data, in one
//! snapshot of the database.

use super::Contents;
use super::left_out::Gives;
use crate::App;
use crate::directory::Names;
use crate::history::{self, Week};
use crate::shown::List;
use domain::case::circle::{self, Consent, ConsentState, Matter, Member, Shared, sharers};
use domain::case::confidence::Confidence;
use domain::case::history::{Context, Part};
use domain::case::signoff::{Outcome, Submission};
use domain::case::{Case, CaseRole, Voice};
use domain::framework::Framework;
use domain::{AccountId, Aggregate, Author, OfCase, Recorded, Stream, Timestamp, of_kind};
use formats::everything as form;
use serde_json::value::RawValue;
use store::record::{self, Written};
use store::{StoreError, Tx, bank, ledger, outbox, seal};

/// What an archive holds of files together, in bytes: what does not fit is
/// listed, and fetched by itself.
pub(crate) const MOST_OF_FILES: u64 = 200_000_000;

/// The case whose record is given out.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub(crate) case: &'a Case,
    pub(crate) framework: &'a Framework,
    pub(crate) contents: &'a Contents,
    pub(crate) gives: Gives<'a>,
    pub(crate) now: Timestamp,
}

/// Who looked, month by month, the newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looked {
    pub(crate) others: Vec<Week>,
    /// The person themselves; none where that is left out.
    pub(crate) own: Vec<Week>,
    /// Whether what they looked at themselves is left out.
    pub(crate) lacks_own: bool,
}

/// Everything, as data. All of `of` is to be of the snapshot of `tx`.
pub(crate) fn gather(app: &App, tx: &mut Tx<'_>, of: Of<'_>) -> Result<form::Everything, StoreError> {
    let mut names = Names::default();
    let (mut streams, mut left_out) = (vec![], vec![]);
    for stream in of.contents.streams.iter().copied().chain(of.contents.account_streams()) {
        streams.extend(events(tx, of, &mut names, stream, &mut left_out)?);
    }
    let ledger = ledger_of(tx, of, &mut names)?;
    let (statements, bank_lines) = bank_of(tx, of, &mut names)?;
    let files = files_of(tx, of, &mut names)?;
    let looks = looks_of(tx, of, &mut names)?;
    let letters = letters_of(tx, of)?;
    Ok(form::Everything {
        format: form::FORMAT.to_owned(),
        version: form::VERSION,
        made: of.now,
        about: about(app, tx, of)?,
        circle: of.case.circle.members.iter().map(member).collect(),
        consents: each(&of.case.circle.consents, |said| consent(tx, of.case, &mut names, said))?,
        shares: shares(of.case),
        decisions: each(&of.case.signoff.submissions, |sent| decision(tx, &mut names, sent))?,
        accounts: accounts(of.case, names),
        streams,
        ledger,
        statements,
        bank_lines,
        files,
        looks,
        letters,
        left_out,
    })
}

fn each<T, U>(all: &[T], one: impl FnMut(&T) -> Result<U, StoreError>) -> Result<Vec<U>, StoreError> {
    all.iter().map(one).collect()
}

fn about(app: &App, tx: &mut Tx<'_>, Of { case, framework, .. }: Of<'_>) -> Result<form::About, StoreError> {
    Ok(form::About {
        case: case.id,
        reference: case.offer.opened.as_ref().map_or_else(String::new, |opened| opened.reference.clone()),
        person: case.person_name().to_owned(),
        area: framework.area,
        area_name: framework.area_name.to_string(),
        nhs_body: framework.nhs_body.to_string(),
        council: framework.council.to_string(),
        site: app.settings.base_url.clone(),
        seal: seal::newest(tx)?.map(|seal| seal.to_string()),
    })
}

fn member(member: &Member) -> form::Member {
    form::Member {
        name: member.name.to_string(),
        relation: member.relation.to_string(),
        place: member.role.words().to_owned(),
        joined: member.joined,
        left: member.left.as_ref().map(|left| left.at),
        speaks: member.speaks.iter().map(circle::Speaks::words).collect(),
    }
}

fn consent(
    tx: &mut Tx<'_>,
    case: &Case,
    names: &mut Names,
    said: &Consent,
) -> Result<form::Consent, StoreError> {
    let state = match said.state {
        ConsentState::Given => form::Answer::Given,
        ConsentState::Refused => form::Answer::Refused,
        ConsentState::Withdrawn => form::Answer::Withdrawn,
    };
    Ok(form::Consent {
        about: said.about.words().to_owned(),
        state,
        whose_words: case.circle.name_of(said.voice).to_owned(),
        how: said.how.to_string(),
        at: said.at,
        recorded_by: names.of(tx, said.recorded_by)?,
    })
}

fn shares(case: &Case) -> Vec<form::Share> {
    let share = |shared: &Shared| form::Share {
        with: circle::who(case, shared.with),
        parts: shared.parts.iter().map(|part| part.title().to_owned()).collect(),
        until: shared.until,
        ended: shared.ended,
        whose_words: case.circle.name_of(shared.voice).to_owned(),
        how: shared.how.to_string(),
        at: shared.at,
    };
    sharers(case).into_iter().filter_map(|with| case.circle.shared_with(with)).map(share).collect()
}

fn decision(tx: &mut Tx<'_>, names: &mut Names, sent: &Submission) -> Result<form::Decision, StoreError> {
    let decided = sent.outcome.as_ref();
    let (outcome, reasons) = match decided.map(|decided| &decided.outcome) {
        Some(Outcome::Agreed { reasons, .. }) => (Some(form::Outcome::Agreed), Some(reasons.to_string())),
        Some(Outcome::NotYet { reasons, .. }) => (Some(form::Outcome::NotYet), Some(reasons.to_string())),
        Some(Outcome::TakenBack) => (Some(form::Outcome::TakenBack), None),
        None => (None, None),
    };
    Ok(form::Decision {
        sent: sent.sent,
        outcome,
        reasons,
        by: decided.map(|decided| names.of(tx, decided.by)).transpose()?,
        at: decided.map(|decided| decided.at),
    })
}

/// Everybody whose name was asked for.
fn accounts(case: &Case, names: Names) -> Vec<form::Account> {
    let account = |(id, name)| {
        let member = case.circle.who_had(id);
        let relation = member.map_or("from the services", |member| member.relation.as_str());
        form::Account { id, name, relation: relation.to_owned() }
    };
    names.known().map(account).collect()
}

// ---- events

/// The events of a stream, and which of them are left out; none where a stream
/// of this kind is never given.
fn events(
    tx: &mut Tx<'_>,
    of: Of<'_>,
    names: &mut Names,
    stream: Stream,
    left_out: &mut Vec<form::LeftOut>,
) -> Result<Option<form::EventsOf>, StoreError> {
    let Some(words) = of_kind!(stream.kind, A => A::IN_A_COPY) else { return Ok(None) };
    let written = record::written(tx, stream)?;
    let (version, head) = written.last().map_or((0, [0; 32]), |last| (last.seq, last.hash));
    let mut events = Vec::with_capacity(written.len());
    for event in written {
        events.push(one_event(tx, of, names, (stream, event), left_out)?);
    }
    let from = format!("{}, kept by {}", words.from, of.framework.nhs_body);
    let head = hex::encode(head);
    Ok(Some(form::EventsOf { kind: stream.kind, id: stream.id, from, version, head, events }))
}

fn one_event(
    tx: &mut Tx<'_>,
    of: Of<'_>,
    names: &mut Names,
    (stream, written): (Stream, Written),
    left_out: &mut Vec<form::LeftOut>,
) -> Result<form::Event, StoreError> {
    let unreadable = || StoreError::Corrupt {
        table: "events".into(),
        column: "body".into(),
        id: format!("{stream} {}", written.seq),
    };
    let read = of_kind!(stream.kind, A => read::<A>(of, &written)).ok_or_else(unreadable)?;
    let is_own = stream == of.case.stream();
    let out = read.what.and_then(|what| of.gives.left_out(is_own, stream, written.seq, what));
    let is_given = out.is_none();
    left_out.extend(out);
    let told = is_given.then_some(read.told);
    let body = RawValue::from_string(written.body.clone()).map_err(|_| unreadable())?;
    let Written { seq, at, by, hash, .. } = written;
    let (by_name, by) = (names.of(tx, by)?, author(by));
    Ok(form::Event { seq, at, by, by_name, told, body: is_given.then_some(body), hash: hex::encode(hash) })
}

/// As an author stands in the data.
fn author(by: Author) -> String {
    match by {
        Author::Public => "public".to_owned(),
        Author::System => "system".to_owned(),
        Author::Account(id) => id.to_string(),
    }
}

/// An event as it is read: in words, and whether it was said in confidence.
struct Read {
    told: form::Told,
    what: Option<Confidence>,
}

/// None where it cannot be read.
fn read<A: OfCase>(of: Of<'_>, written: &Written) -> Option<Read> {
    let event: A::Event = serde_json::from_str(&written.body).ok()?;
    let recorded = Recorded { seq: written.seq, at: written.at, by: written.by, event };
    let cx = Context { case: of.case, framework: of.framework, seq: written.seq, reader: None };
    let told = A::tell(&recorded.event, &cx)?;
    let name_of = |voice: Voice| of.case.circle.name_of(voice).to_owned();
    let told = form::Told {
        part: told.part.map_or_else(String::new, |part| Part::title(part).to_owned()),
        title: told.said.title,
        detail: told.said.detail,
        said_by: told.said.voice.map(name_of),
    };
    Some(Read { told, what: A::in_confidence(&recorded, of.case) })
}

// ---- money, files, looks, letters

fn ledger_of(tx: &mut Tx<'_>, of: Of<'_>, names: &mut Names) -> Result<form::Ledger, StoreError> {
    let (_, head) = ledger::head(tx, of.case.id)?;
    let mut entries = vec![];
    for entry in ledger::entries(tx, of.case.id)? {
        let by_name = names.of(tx, entry.by.map_or(Author::System, Author::Account))?;
        entries.push(form::Moved { what: entry.cause.words().to_owned(), by_name, entry });
    }
    let from = "What was agreed, promised and paid, from decisions on the record and from bank statements";
    Ok(form::Ledger { from: from.to_owned(), head: hex::encode(head), entries })
}

fn bank_of(
    tx: &mut Tx<'_>,
    of: Of<'_>,
    names: &mut Names,
) -> Result<(Vec<form::Statement>, Vec<form::BankLine>), StoreError> {
    let (mut statements, mut lines) = (vec![], vec![]);
    let mut holdings: Vec<_> = of.contents.statements.iter().map(|statement| statement.holding).collect();
    holdings.sort_unstable();
    holdings.dedup();
    for one in &of.contents.statements {
        statements.push(form::Statement {
            id: one.id,
            holding: one.holding,
            name: one.name.clone(),
            format: one.format.clone(),
            sha256: hex::encode(one.file_sha256),
            opening: one.opening,
            closing: one.closing,
            from: one.from,
            to: one.to,
            taken_in: one.imported,
            by: one.by,
            by_name: names.of(tx, one.by.map_or(Author::System, Author::Account))?,
        });
    }
    for holding in holdings {
        let of_case = bank::lines(tx, holding)?.into_iter().filter(|line| line.case == of.case.id);
        lines.extend(of_case.map(|line| form::BankLine {
            id: line.id,
            statement: line.statement,
            holding,
            line: line.line_no,
            date: line.date,
            amount: line.amount,
            description: line.description,
            reference: line.reference,
            key: line.dedupe_key,
        }));
    }
    Ok((statements, lines))
}

fn files_of(tx: &mut Tx<'_>, of: Of<'_>, names: &mut Names) -> Result<Vec<form::File>, StoreError> {
    let (mut files, mut room) = (vec![], MOST_OF_FILES);
    for (number, file) in (1..).zip(&of.contents.files) {
        let fits = file.size <= room;
        room -= if fits { file.size } else { 0 };
        files.push(form::File {
            id: file.id,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: hex::encode(file.sha256),
            added: file.added,
            by: file.by,
            by_name: names.of(tx, file.by.map_or(Author::System, Author::Account))?,
            path: fits.then(|| format!("files/{number:04}-{}", safe(&file.name))),
        });
    }
    Ok(files)
}

/// A name that any computer takes for a file.
fn safe(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    let name: String = name.chars().map(kept).collect();
    let from = name.len().saturating_sub(80);
    name[from..].to_owned()
}

/// Whether what the person opened themselves is given: it is theirs alone, so not
/// where somebody who speaks for them can fetch the copy too.
fn gives_own_looks(of: Of<'_>) -> bool {
    let fetches = |member: &Member| {
        member.role != CaseRole::Person
            && member.account.is_some()
            && circle::may_decide(of.case, member.voice(), Matter::Sharing)
    };
    matches!(of.gives, Gives::All) || !of.case.circle.present().any(fetches)
}

/// Who looked, in words: the person themselves apart.
pub(crate) fn looked(app: &App, tx: &mut Tx<'_>, of: Of<'_>) -> Result<Looked, StoreError> {
    let own = |account| of.contents.accounts.contains(&account);
    let rows = (of.contents.looks.as_slice(), of.contents.sights.as_slice());
    let others = history::all_months(app, tx, of.case, rows, &|account| !own(account))?;
    let has_own = of.contents.looks.iter().any(|look| own(look.account));
    if !gives_own_looks(of) {
        return Ok(Looked { others, own: vec![], lacks_own: has_own });
    }
    let own = history::all_months(app, tx, of.case, rows, &own)?;
    Ok(Looked { others, own, lacks_own: false })
}

fn looks_of(tx: &mut Tx<'_>, of: Of<'_>, names: &mut Names) -> Result<Vec<form::Look>, StoreError> {
    let mut looks = vec![];
    let gives_own = gives_own_looks(of);
    let is_given = |account: AccountId| gives_own || !of.contents.accounts.contains(&account);
    for look in of.contents.looks.iter().filter(|look| is_given(look.account)) {
        looks.push(form::Look {
            by: look.account,
            by_name: names.of(tx, Author::Account(look.account))?,
            part: look.section.clone(),
            first: look.first_at,
            last: look.last_at,
            times: look.times,
        });
    }
    for sight in of.contents.sights.iter().filter(|sight| is_given(sight.account)) {
        let by_name = names.of(tx, Author::Account(sight.account))?;
        let part = match sight.list.parse() {
            Ok(List::Request) => "the request to be contacted".to_owned(),
            Ok(List::Work | List::Search | List::Payments | List::Requests | List::Kept) | Err(_) => {
                format!("list: {}", sight.list)
            }
        };
        looks.extend(sight.days().map(|day| form::Look {
            by: sight.account,
            by_name: by_name.clone(),
            part: part.clone(),
            first: domain::dates::begin(day),
            last: domain::dates::begin(day),
            times: 1,
        }));
    }
    Ok(looks)
}

fn letters_of(tx: &mut Tx<'_>, of: Of<'_>) -> Result<Vec<form::Letter>, StoreError> {
    let mut letters = vec![];
    for id in &of.contents.letters {
        let Some(letter) = outbox::message(tx, *id)? else { continue };
        let waiting = |text: String| Some(text).filter(|text| !text.is_empty());
        // Where a link goes that opens an account, the letter waits without it.
        letters.push(form::Letter {
            id: *id,
            from: "Written by this service, to the person’s email address".to_owned(),
            written: letter.queued,
            sent: letter.sent,
            given_up: letter.failed,
            subject: waiting(letter.subject),
            body: waiting(letter.body),
        });
    }
    Ok(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_leads_nowhere() {
        assert_eq!(safe("../../etc/passwd"), ".._.._etc_passwd");
        assert_eq!(safe("Räc ept?.pdf"), "R_c_ept_.pdf");
        assert_eq!(safe(&"x".repeat(300)).len(), 80);
    }
}
