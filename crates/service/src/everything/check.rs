//! A copy that comes back: from another area, or from anybody. Nothing of it is
//! believed that is not checked, and whatever is wrong is named.

use domain::case::Case;
use domain::ledger::balanced;
use domain::{AccountId, Aggregate, Author, OfCase, Recorded, Stream, StreamKind, of_kind};
use formats::everything::archive::{Unpacked, unpack};
use formats::everything::{Event, EventsOf, Everything, FORMAT, VERSION};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use store::ledger;
use store::record::{Written, hash_after};

/// A copy in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Checked {
    pub all: Everything,
    /// The archive, for its files.
    pub inside: Unpacked,
    /// The sum of the archive (SHA-256, hex), as the giver's page says it.
    pub sha256: String,
}

/// Checks a copy, all of it: each event is read by the rules and has the hash
/// that it says, each entry balances, each file has its sum. `sum` is that of the
/// archive, where the giver told it.
///
/// # Errors
/// Everything that is wrong, a sentence for each.
pub fn check(bytes: &[u8], sum: Option<&str>) -> Result<Checked, Vec<String>> {
    let sha256 = hex::encode(Sha256::digest(bytes));
    if let Some(sum) = sum.filter(|sum| !sum.trim().eq_ignore_ascii_case(&sha256)) {
        return Err(vec![format!("its sum is {sha256}, and should be {}", sum.trim())]);
    }
    let inside = unpack(bytes).map_err(|why| vec![why.to_string()])?;
    let data = inside.data().map_err(|why| vec![why.to_string()])?;
    let all: Everything = serde_json::from_slice(data)
        .map_err(|why| vec![format!("the data is not as its schema says: {why}")])?;
    if all.format != FORMAT || all.version != VERSION {
        return Err(vec![format!(
            "it is {:?} {}, and this program reads {FORMAT:?} {VERSION}",
            all.format, all.version
        )]);
    }
    let mut wrong = vec![];
    streams(&all, &mut wrong);
    entries(&all, &mut wrong);
    lines(&all, &mut wrong);
    files(&all, &inside, &mut wrong);
    if wrong.is_empty() { Ok(Checked { all, inside, sha256 }) } else { Err(wrong) }
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}

pub(super) fn author(text: &str) -> Option<Author> {
    match text {
        "public" => Some(Author::Public),
        "system" => Some(Author::System),
        id => id.parse::<AccountId>().ok().map(Author::Account),
    }
}

// ---- events

fn streams(all: &Everything, wrong: &mut Vec<String>) {
    let is_of_case = |events: &EventsOf| events.kind == StreamKind::Case && events.id == all.about.case.0;
    if !all.streams.first().is_some_and(is_of_case) {
        wrong.push(format!("it does not begin with the record of case {}", all.about.case));
    }
    let own = all.streams.first().map(readable::<Case>).unwrap_or_default();
    let case = Case::fold(all.about.case, &own);
    let mut seen = BTreeSet::new();
    for (number, events) in all.streams.iter().enumerate() {
        let name = Stream { kind: events.kind, id: events.id };
        if !seen.insert(name) {
            wrong.push(format!("{name} is in it twice"));
        }
        if events.kind == StreamKind::Case && number > 0 {
            wrong.push(format!("{name} is another case"));
        }
        stream(name, events, &case, wrong);
    }
}

fn stream(stream: Stream, events: &EventsOf, case: &Case, wrong: &mut Vec<String>) {
    let mut before = [0; 32];
    for (expected, event) in (1..).zip(&events.events) {
        if event.seq != expected {
            wrong.push(format!("{stream}: event {expected} is missing, {} stands there", event.seq));
            return;
        }
        match one_event(stream, event, before) {
            Ok(after) => before = after,
            Err(why) => {
                wrong.push(format!("{stream}, event {expected}: {why}"));
                // What follows is held against what it says of itself.
                before = hash(&event.hash).unwrap_or(before);
            }
        }
    }
    if events.version != events.events.len() as u64 {
        wrong.push(format!(
            "{stream}: it says that it has {} events, and has {}",
            events.version,
            events.events.len()
        ));
    }
    if hash(&events.head) != Some(before) {
        wrong.push(format!("{stream}: it does not end as it says"));
    }
    if !is_theirs(stream, events, case) {
        wrong.push(format!("{stream} is not of this case"));
    }
}

/// The hash of an event, if it is one that the rules know and has the hash that
/// it says.
fn one_event(stream: Stream, event: &Event, before: [u8; 32]) -> Result<[u8; 32], String> {
    let body = event.body.as_ref().ok_or("it is left out, so the record is not whole")?.get();
    let (word, again) = of_kind!(stream.kind, A => read::<A>(body))?;
    if again != body {
        return Err("it is not written as the program writes it".to_owned());
    }
    let by = author(&event.by).ok_or_else(|| format!("{:?} is nobody", event.by))?;
    let written = Written { seq: event.seq, at: event.at, by, body: body.to_owned(), hash: [0; 32] };
    let after = hash_after(before, stream, &written, &word);
    if hash(&event.hash) == Some(after) {
        Ok(after)
    } else {
        Err("it was changed, or another before it: its hash is not what it says".to_owned())
    }
}

/// The name of an event, and how the program writes it.
fn read<A: Aggregate>(body: &str) -> Result<(String, String), String> {
    let event: A::Event =
        serde_json::from_str(body).map_err(|why| format!("the rules do not know it: {why}"))?;
    let value = serde_json::to_value(&event).map_err(|why| why.to_string())?;
    let word = value.get("type").and_then(|word| word.as_str()).unwrap_or_default().to_owned();
    Ok((word, serde_json::to_string(&event).map_err(|why| why.to_string())?))
}

/// The events of a stream that can be read.
fn readable<A: Aggregate>(events: &EventsOf) -> Vec<Recorded<A::Event>> {
    let one = |event: &Event| {
        let body = serde_json::from_str(event.body.as_ref()?.get()).ok()?;
        Some(Recorded { seq: event.seq, at: event.at, by: author(&event.by)?, event: body })
    };
    events.events.iter().filter_map(one).collect()
}

/// Whether a stream is of the case that the copy is about.
fn is_theirs(stream: Stream, events: &EventsOf, case: &Case) -> bool {
    of_kind!(stream.kind, A => {
        A::IN_A_COPY.is_some() && A::fold(stream.id.into(), &readable::<A>(events)).is_part_of(case)
    })
}

// ---- money and files

fn entries(all: &Everything, wrong: &mut Vec<String>) {
    let mut before = [0; 32];
    for (seq, moved) in (1..).zip(&all.ledger.entries) {
        let entry = &moved.entry;
        if entry.case != all.about.case {
            wrong.push(format!("ledger, entry {seq}: it is of another case"));
        }
        if let Err(why) = balanced(entry.postings()) {
            wrong.push(format!("ledger, entry {seq}: {why}"));
            return;
        }
        before = ledger::hash_after(before, seq, entry);
    }
    if hash(&all.ledger.head) != Some(before) {
        wrong.push(
            "ledger: something in it was changed, left out or added: it does not end as it says".to_owned(),
        );
    }
}

fn lines(all: &Everything, wrong: &mut Vec<String>) {
    let statements: BTreeSet<_> = all.statements.iter().map(|one| (one.id, one.holding)).collect();
    for line in &all.bank_lines {
        if !statements.contains(&(line.statement, line.holding)) {
            wrong.push(format!("payment {}: its statement is not in it", line.id));
        }
    }
}

fn files(all: &Everything, inside: &Unpacked, wrong: &mut Vec<String>) {
    let mut named = BTreeSet::new();
    for file in &all.files {
        let Some(path) = file.path.as_deref() else {
            wrong.push(format!("file {:?} was too large to be in it", file.name));
            continue;
        };
        named.insert(path);
        match inside.get(path) {
            None => wrong.push(format!("file {path} is missing")),
            Some(bytes)
                if hex::encode(Sha256::digest(bytes)) != file.sha256 || bytes.len() as u64 != file.size =>
            {
                wrong.push(format!("file {path} is not the one that was added"));
            }
            Some(_) => {}
        }
    }
    for path in inside.files().filter(|path| !named.contains(path)) {
        wrong.push(format!("file {path} is in it and nothing says what it is"));
    }
}
