//! Bringing a database in which everything stands in the clear over into a new one
//! in which what is personal is encrypted, and proving that both say the same.
//!
//! What is stored changes, so every chain over it is made anew: of streams and of
//! registers. The ledger and the security logs are not encrypted and stay to the
//! byte. Seals stay with the old database; the new one has a mark with the last of
//! them. Rows are signed at the end, when all of them are there: what was broken off
//! before is no database that anything can be written to.

use crate::beside::Beside;
use crate::chain::{Hash, START};
use crate::held::Owner;
use crate::record::{Bodies, event_hash};
use crate::register::{self, Evidence};
use crate::tables::{self, Table, require_empty};
use crate::under_key::{Sign, Stage, set_encrypted};
use crate::value::{Readable, Value, encode};
use crate::{Db, StoreError, Stream, Tx, adopt, keyed, marks, migrations, seal};
use domain::{AccountId, CaseId};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const EVENTS: &str = "SELECT stream_kind, stream_id, seq, at, author, type, body, hash FROM events
    WHERE stream_kind = $1 AND stream_id = $2 ORDER BY seq";
const ENTERED: &str = "SELECT case_id, seq, of_table, of_row, sha256, hash FROM registered
    WHERE case_id = $1 ORDER BY seq";
const WHOSE: &str = "SELECT account_id FROM addressees WHERE message_id = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[EVENTS, ENTERED, WHOSE];

/// What was brought over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BroughtOver {
    pub streams: u64,
    pub events: u64,
    /// Rows of all other tables.
    pub rows: u64,
    /// Values beside the record that were encrypted.
    pub values: u64,
}

/// How a column is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    /// It is looked for by its value, within what this column says.
    Same(Option<&'static str>),
    Bytes,
}

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Case(&'static str),
    Account(&'static str),
    /// Of the account that a letter is for, if of one.
    Addressee,
    Database,
}

/// The personal columns of a table.
struct Personal {
    table: &'static str,
    whose: Whose,
    /// What the row is known by.
    row: &'static [&'static str],
    columns: &'static [(&'static str, Form)],
}

/// What stands beside the record and is encrypted. A test fills each and holds it
/// against what the functions of each table read.
const PERSONAL: &[Personal] = &[
    Personal {
        table: "files",
        whose: Whose::Case("case_id"),
        row: &["id"],
        columns: &[("name", Form::Text), ("bytes", Form::Bytes)],
    },
    Personal {
        table: "copies",
        whose: Whose::Case("case_id"),
        row: &["id"],
        columns: &[("bytes", Form::Bytes)],
    },
    Personal {
        table: "statements",
        whose: Whose::Case("case_id"),
        row: &["id"],
        columns: &[("name", Form::Text)],
    },
    Personal {
        table: "bank_lines",
        whose: Whose::Case("case_id"),
        row: &["id"],
        columns: &[
            ("description", Form::Text),
            ("reference", Form::Text),
            ("dedupe_key", Form::Same(Some("holding_id"))),
        ],
    },
    Personal {
        table: "credentials",
        whose: Whose::Account("account_id"),
        row: &["account_id"],
        columns: &[("totp_secret", Form::Bytes)],
    },
    Personal {
        table: "unfinished",
        whose: Whose::Account("account_id"),
        row: &["token_hash", "purpose"],
        columns: &[("body", Form::Text)],
    },
    Personal {
        table: "login_names",
        whose: Whose::Database,
        row: &[],
        columns: &[("name", Form::Same(None))],
    },
    Personal {
        table: "list_rows",
        whose: Whose::Database,
        row: &["stream_kind", "stream_id", "row_no"],
        columns: &[("folded", Form::Text), ("body", Form::Text)],
    },
    Personal {
        table: "messages",
        whose: Whose::Addressee,
        row: &["id"],
        columns: &[("to_address", Form::Text), ("subject", Form::Text), ("body", Form::Text)],
    },
];

/// Tables that are made anew and not brought over row by row.
const MADE_ANEW: &[&str] =
    &["streams", "events", "registers", "registered", "seals", "seal_members", "macs", "data_keys", "marks"];

/// Fills the empty database `to`, opened for this ([`Db::open_to_bring_over`]), with
/// all that `from` holds, encrypted, reads both again and compares them. `progress`
/// hears how many of how many streams are done. `from` stays as it is and should have
/// been verified; where somebody wrote to it meanwhile, [`StoreError::CopyDiffers`] says
/// so, and nothing can be written to `to`.
pub async fn bring_over(
    from: &Db,
    to: &Db,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<BroughtOver, StoreError> {
    to.write(begin).await?;
    let total = from.read(|tx| tables::named("streams").count(tx)).await?;
    let mut done = BroughtOver::default();
    each_page(from, tables::named("streams"), async |page| {
        for row in page {
            let events = bring_stream(from, to, row).await?;
            done.streams += 1;
            done.events += events;
            progress(done.streams, total);
        }
        Ok(())
    })
    .await?;
    for table in tables::now().filter(|table| !MADE_ANEW.contains(&table.name)) {
        each_page(from, table, async |page| {
            done.rows += page.len() as u64;
            done.values += bring_rows(from, to, table, page).await?;
            Ok(())
        })
        .await?;
    }
    each_page(from, tables::named("registers"), async |page| {
        for row in page {
            bring_register(from, to, row).await?;
        }
        Ok(())
    })
    .await?;
    let old = from.read(all_of).await?;
    compare(to, &old.sums).await?;
    // Until here nobody can write to the new one.
    to.write(move |tx| finish(tx, &old)).await?;
    adopt::adopt(to, adopt::First::Sign, |_| ()).await?;
    Ok(done)
}

/// What stands in the old database at one moment, after everything was brought over.
#[derive(Clone)]
struct Old {
    sums: Sums,
    seal: Option<seal::Seal>,
    marks: Vec<(String, String)>,
}

fn all_of(tx: &mut Tx<'_>) -> Result<Old, StoreError> {
    let mut sums = Sums::default();
    pages(tx, tables::named("streams"), |tx, page| {
        for row in page {
            let stream = stream_of(&row)?;
            for event in events_of(tx, stream)? {
                sums.add(&stream.to_string(), &in_the_clear(&event));
            }
        }
        Ok(())
    })?;
    for table in tables::now().filter(|table| !MADE_ANEW.contains(&table.name)) {
        pages(tx, table, |_, page| {
            page.iter().for_each(|row| sums.add(table.name, &unsigned(table, row)));
            Ok(())
        })?;
    }
    Ok(Old { sums, seal: seal::newest(tx)?, marks: marks::every(tx)? })
}

fn pages(
    tx: &mut Tx<'_>,
    table: &'static Table,
    mut each: impl FnMut(&mut Tx<'_>, Vec<Vec<Value>>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after: Option<Vec<Value>> = None;
    loop {
        let page = table.page(tx, after.as_deref())?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(table.key_of(last).to_vec());
        each(tx, page)?;
    }
}

fn begin(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    require_empty(tx, migrations::newest())?;
    marks::clear(tx)?;
    keyed::clear(tx)
}

/// All marks but that of a key, where everything came from, and that it is encrypted.
fn finish(tx: &mut Tx<'_>, old: &Old) -> Result<(), StoreError> {
    for (name, value) in old.marks.iter().filter(|(name, _)| name != adopt::MARK) {
        marks::set(tx, name, value)?;
    }
    let seal = old.seal.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    marks::set(tx, marks::BROUGHT_OVER, &format!("seal {seal}"))?;
    set_encrypted(tx, Stage::Begun(Sign::Everything))
}

async fn each_page(
    from: &Db,
    table: &'static Table,
    mut each: impl AsyncFnMut(Vec<Vec<Value>>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after: Option<Vec<Value>> = None;
    loop {
        let here = after.clone();
        let page = from.read(move |tx| table.page(tx, here.as_deref())).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(table.key_of(last).to_vec());
        each(page).await?;
    }
}

fn at(table: &Table, column: &str) -> usize {
    table.columns().position(|name| name == column).expect("the tables here have these columns")
}

fn strange(table: &'static str, row: &[Value]) -> StoreError {
    StoreError::corrupt(table, "(all)", row.first().map(ToString::to_string).unwrap_or_default())
}

fn read<T: Readable>(table: &'static str, row: &[Value], at: usize) -> Result<T, StoreError> {
    row.get(at).cloned().and_then(T::read).ok_or_else(|| strange(table, row))
}

// ---- sums of what stands in the clear

/// Of each stream and each table a sum of what its rows say in the clear, whatever
/// their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sums(BTreeMap<String, (u64, Hash)>);

impl Sums {
    fn add(&mut self, name: &str, row: &[Value]) {
        let hash: Hash = Sha256::digest(encode(row)).into();
        let (rows, sum) = self.0.entry(name.to_owned()).or_default();
        *rows += 1;
        sum.iter_mut().zip(hash).for_each(|(sum, byte)| *sum ^= byte);
    }
}

/// A row as it is summed up: whatever signed it.
fn unsigned(table: &Table, row: &[Value]) -> Vec<Value> {
    let values = table.columns().zip(row);
    values.map(|(column, value)| if column == "mac" { Value::Null } else { value.clone() }).collect()
}

async fn compare(to: &Db, there: &Sums) -> Result<(), StoreError> {
    let mut here = Sums::default();
    each_page(to, tables::named("streams"), async |page| {
        for row in page {
            let stream = stream_of(&row)?;
            for event in to.read(move |tx| opened(tx, stream)).await? {
                here.add(&stream.to_string(), &event);
            }
        }
        Ok(())
    })
    .await?;
    for table in tables::now().filter(|table| !MADE_ANEW.contains(&table.name)) {
        each_page(to, table, async |page| {
            let rows = to.read(move |tx| turn_all(tx, table, &page, &[], Turn::Open)).await?;
            rows.iter().for_each(|(row, _)| here.add(table.name, &unsigned(table, row)));
            Ok(())
        })
        .await?;
    }
    let differs = there.0.iter().find(|(name, sum)| here.0.get(*name) != Some(sum));
    let more = here.0.keys().find(|name| !there.0.contains_key(*name));
    match differs.map(|(name, _)| name).or(more) {
        None => Ok(()),
        Some(name) => Err(StoreError::CopyDiffers {
            what: format!(
                "{name}: the two do not say the same. Somebody may have written to the old one meanwhile: \
                 stop every server of it, and begin again with an empty database"
            ),
        }),
    }
}

// ---- streams

fn stream_of(row: &[Value]) -> Result<Stream, StoreError> {
    let kind: String = read("streams", row, 0)?;
    let kind = kind.parse().map_err(|_| strange("streams", row))?;
    Ok(Stream { kind, id: read("streams", row, 1)? })
}

fn events_of(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Vec<Value>>, StoreError> {
    let table = tables::named("events");
    let rows = tx.query(EVENTS, &[stream.kind.into_str().into(), stream.id.into()])?;
    rows.into_iter().map(|row| table.plain(row)).collect()
}

/// An event without its hash, in the clear.
fn in_the_clear(row: &[Value]) -> Vec<Value> {
    row[..7].to_vec()
}

/// The events of a stream in the clear, as they can be read where they are encrypted.
fn opened(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Vec<Value>>, StoreError> {
    let bodies = Bodies::of(tx, stream)?;
    let mut all = vec![];
    for row in events_of(tx, stream)? {
        let (seq, word): (u64, String) = (read("events", &row, 2)?, read("events", &row, 5)?);
        let mut clear = in_the_clear(&row);
        clear[6] = bodies.open(seq, &word, read("events", &row, 6)?)?.into();
        all.push(clear);
    }
    Ok(all)
}

/// Brings one stream over; how many events.
async fn bring_stream(from: &Db, to: &Db, row: Vec<Value>) -> Result<u64, StoreError> {
    let stream = stream_of(&row)?;
    let events = from.read(move |tx| events_of(tx, stream)).await?;
    let count = events.len() as u64;
    to.write(move |tx| write_stream(tx, stream, &events)).await?;
    Ok(count)
}

fn write_stream(tx: &mut Tx<'_>, stream: Stream, events: &[Vec<Value>]) -> Result<(), StoreError> {
    let bodies = Bodies::of_new(tx, stream)?;
    let (mut hash, mut rows) = (START, Vec::with_capacity(events.len()));
    for event in events {
        let (seq, micros): (u64, i64) = (read("events", event, 2)?, read("events", event, 3)?);
        let (author, word): (String, String) = (read("events", event, 4)?, read("events", event, 5)?);
        let body = bodies.close(seq, &word, read("events", event, 6)?);
        hash = event_hash(hash, stream, seq, micros, &author, &word, &body);
        let mut row = in_the_clear(event);
        row[6] = body.into();
        row.push(hash.into());
        rows.push((tables::named("events").insert, row));
    }
    let head: Vec<Value> = vec![
        stream.kind.into_str().into(),
        stream.id.into(),
        (events.len() as u64).into(),
        hash.into(),
        Value::Null,
    ];
    tx.execute_all(&[(tables::named("streams").insert, head)])?;
    tx.execute_all(&rows).map(drop)
}

// ---- what stands beside

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Close,
    Open,
}

/// Brings rows over; how many values were encrypted.
async fn bring_rows(
    from: &Db,
    to: &Db,
    table: &'static Table,
    page: Vec<Vec<Value>>,
) -> Result<u64, StoreError> {
    let asked = page.clone();
    let whose = from.read(move |tx| addressees(tx, table, &asked)).await?;
    to.write(move |tx| {
        let turned = turn_all(tx, table, &page, &whose, Turn::Close)?;
        let values = turned.iter().map(|(_, values)| values).sum();
        let rows: Vec<_> = turned.into_iter().map(|(row, _)| (table.insert, row)).collect();
        tx.execute_all(&rows)?;
        Ok::<u64, StoreError>(values)
    })
    .await
}

/// For whom letters are that still say something.
fn addressees(
    tx: &mut Tx<'_>,
    table: &'static Table,
    rows: &[Vec<Value>],
) -> Result<Vec<Option<Uuid>>, StoreError> {
    if table.name != "messages" {
        return Ok(vec![]);
    }
    let questions: Vec<_> = rows.iter().map(|row| (WHOSE, vec![row[0].clone()])).collect();
    let answers = tx.query_each(&questions)?;
    let read = |row: Option<crate::value::Row>| {
        row.map(|row| row.of("addressees", 0).take("account_id")).transpose()
    };
    answers.into_iter().map(read).collect()
}

/// Rows encrypted, or in the clear again, each with how many values that are.
fn turn_all(
    tx: &mut Tx<'_>,
    table: &'static Table,
    rows: &[Vec<Value>],
    whose: &[Option<Uuid>],
    turn: Turn,
) -> Result<Vec<(Vec<Value>, u64)>, StoreError> {
    let Some(personal) = PERSONAL.iter().find(|personal| personal.table == table.name) else {
        return Ok(rows.iter().map(|row| (row.clone(), 0)).collect());
    };
    let asked = if turn == Turn::Open { addressees(tx, table, rows)? } else { whose.to_vec() };
    let mut turned = Vec::with_capacity(rows.len());
    for (no, row) in rows.iter().enumerate() {
        let account = asked.get(no).copied().flatten();
        turned.push(turn_one(tx, (table, personal), row, account, turn)?);
    }
    Ok(turned)
}

fn turn_one(
    tx: &mut Tx<'_>,
    (table, personal): (&'static Table, &'static Personal),
    row: &[Value],
    account: Option<Uuid>,
    turn: Turn,
) -> Result<(Vec<Value>, u64), StoreError> {
    let (mut turned, mut values) = (row.to_vec(), 0);
    let says_something =
        |value: &Value| !matches!(value, Value::Null) && *value != Value::Text(String::new());
    if !personal.columns.iter().any(|(column, _)| says_something(&row[at(table, column)])) {
        return Ok((turned, 0));
    }
    let owner = match personal.whose {
        Whose::Case(column) => CaseId(read(table.name, row, at(table, column))?).into(),
        Whose::Account(column) => AccountId(read(table.name, row, at(table, column))?).into(),
        Whose::Addressee => account.map_or(Owner::DATABASE, |account| AccountId(account).into()),
        Whose::Database => Owner::DATABASE,
    };
    let beside = match turn {
        Turn::Close => Beside::to_write(tx, owner, personal.table)?,
        Turn::Open => Beside::to_read(tx, owner, personal.table)?,
    };
    let key: Vec<u8> = personal.row.iter().flat_map(|column| bytes_of(&row[at(table, column)])).collect();
    for (column, form) in personal.columns {
        let place = at(table, column);
        if says_something(&row[place]) {
            let within = match form {
                Form::Same(within) => {
                    within.map(|column| bytes_of(&row[at(table, column)])).unwrap_or_default()
                }
                Form::Text | Form::Bytes => key.clone(),
            };
            turned[place] = turn_value(&beside, (column, *form), &within, &row[place], turn)?;
            values += 1;
        }
    }
    Ok((turned, values))
}

fn turn_value(
    beside: &Beside,
    (column, form): (&'static str, Form),
    key: &[u8],
    value: &Value,
    turn: Turn,
) -> Result<Value, StoreError> {
    Ok(match (value, form, turn) {
        (Value::Text(text), Form::Text, Turn::Close) => beside.close_text(column, key, text).into(),
        (Value::Text(text), Form::Same(_), Turn::Close) => beside.close_same(column, key, text).into(),
        (Value::Text(text), _, Turn::Open) => beside.open_text(column, key, text.clone())?.into(),
        (Value::Bytes(bytes), _, Turn::Close) => beside.close_bytes(column, key, bytes).into(),
        (Value::Bytes(bytes), _, Turn::Open) => beside.open_bytes(column, key, bytes.clone())?.into(),
        (other, ..) => other.clone(),
    })
}

fn bytes_of(value: &Value) -> Vec<u8> {
    match value {
        Value::Uuid(id) => id.as_bytes().to_vec(),
        Value::Bytes(bytes) => bytes.clone(),
        Value::Text(text) => text.as_bytes().to_vec(),
        Value::Int(number) => number.to_be_bytes().to_vec(),
        Value::Null | Value::Word(_) => vec![],
    }
}

// ---- registers

/// Enters again what was entered, in the same order, over what is stored now.
async fn bring_register(from: &Db, to: &Db, row: Vec<Value>) -> Result<(), StoreError> {
    let id: Uuid = read("registers", &row, 0)?;
    let table = tables::named("registered");
    let entered = from
        .read(move |tx| {
            let rows = tx.query(ENTERED, &[id.into()])?;
            rows.into_iter().map(|row| table.plain(row)).collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    to.write(move |tx| {
        let now: HashMap<(&str, String), Hash> =
            register::rows_of(tx, id)?.into_iter().map(|row| ((row.table, row.row), row.sha256)).collect();
        let mut evidence = Vec::with_capacity(entered.len());
        for row in &entered {
            let (of_table, of_row): (String, String) =
                (read("registered", row, 2)?, read("registered", row, 3)?);
            let before: Hash = read("registered", row, 4)?;
            let of_table = tables::named_if_any(&of_table).ok_or_else(|| strange("registered", row))?.name;
            let is_encrypted = PERSONAL.iter().any(|personal| personal.table == of_table);
            let sha256 = match now.get(&(of_table, of_row.clone())) {
                Some(now) if is_encrypted => *now,
                _ => before,
            };
            evidence.push(Evidence { table: of_table, row: of_row, sha256 });
        }
        let is_readers = evidence.iter().any(|one| one.table == "list_looks");
        let owner = if is_readers {
            register::Owner::Reader(AccountId(id))
        } else {
            register::Owner::Case(CaseId(id))
        };
        register::enter(tx, owner, &evidence)
    })
    .await
}
