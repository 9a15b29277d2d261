//! Lists: rows made from the record so that work lists and memberships can be
//! found without folding every case. They hold nothing that cannot be made
//! again, and a new list needs no new SQL.
//!
//! What a row shows and the words by which it is found are encrypted where the
//! database is, with the key of the database: a list shows many people, and is made
//! again without those whose own key was destroyed. So the database looks for no
//! words; they are opened and held against what is looked for here.

use crate::beside::Beside;
use crate::held::Owner;
use crate::record::Stream;
use crate::value::{Row, Value};
use crate::{StoreError, Tx, data_keys};
use domain::Date;
use uuid::Uuid;

/// One row of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRow {
    /// Which list it stands in.
    pub list: String,
    /// The area whose list it is.
    pub area: Option<Uuid>,
    /// The account (or organisation) whose list it is.
    pub owner: Option<Uuid>,
    pub due: Option<Date>,
    pub state: Option<String>,
    /// Text to search in, folded by [`search_key`].
    pub folded: Option<String>,
    /// The list is shown in this order (byte order; nothing counts as empty). It
    /// stands in the clear: a name goes into `folded`, by which [`owners`] are sorted.
    pub sort: Option<String>,
    /// What the page shows, as JSON.
    pub body: String,
}

/// A row as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub stream: Stream,
    pub row_no: u32,
    pub row: ListRow,
}

/// Where a page of a list ended: what comes after it is the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub sort: String,
    pub id: Uuid,
    pub row_no: u32,
}

impl Listed {
    /// The place of this row, for [`Filter::after`].
    #[must_use]
    pub fn place(&self) -> Cursor {
        Cursor { sort: self.row.sort.clone().unwrap_or_default(), id: self.stream.id, row_no: self.row_no }
    }
}

/// Which rows of a list are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<String>,
    pub due_on_or_before: Option<Date>,
    /// Words or parts of words as typed, all of them wanted, in any order.
    /// Those past [`Filter::MOST_WORDS`] are not looked at.
    pub text: Option<String>,
    pub after: Option<Cursor>,
    /// 0 means [`Filter::USUAL`].
    pub limit: u32,
}

impl Filter {
    /// How many rows a page of a list has if nothing else is asked for.
    pub const USUAL: u32 = 50;

    /// How many words a search looks for.
    pub const MOST_WORDS: usize = 6;
}

const TABLE: &str = "list_rows";

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT stream_kind, stream_id, row_no, list, area, owner, due, state, folded, sort, body
             FROM list_rows WHERE ",
            $rest
        )
    };
}

/// What is needed of a row to see whether it is one that is looked for.
macro_rules! words {
    ($rest:literal) => {
        concat!("SELECT stream_kind, stream_id, row_no, sort, folded FROM list_rows WHERE ", $rest)
    };
}

macro_rules! in_area {
    ($columns:ident) => {
        $columns!(
            "list = $1 AND area = $2 AND (sort, stream_id, row_no) > ($3, $4, $5)
             AND (CAST($6 AS TEXT) IS NULL OR due <= $6)
             ORDER BY sort, stream_id, row_no LIMIT $7"
        )
    };
}

macro_rules! in_state {
    ($columns:ident) => {
        $columns!(
            "list = $1 AND area = $2 AND state = $8 AND (sort, stream_id, row_no) > ($3, $4, $5)
             AND (CAST($6 AS TEXT) IS NULL OR due <= $6)
             ORDER BY sort, stream_id, row_no LIMIT $7"
        )
    };
}

const OF_STREAM: &str = columns!("stream_kind = $1 AND stream_id = $2 ORDER BY row_no");
const ONE: &str = columns!("stream_kind = $1 AND stream_id = $2 AND row_no = $3");
const BY_OWNER: &str = columns!("list = $1 AND owner = $2 ORDER BY sort, stream_id, row_no");
const BY_AREA: &str = in_area!(columns);
const BY_STATE: &str = in_state!(columns);
const WORDS_BY_AREA: &str = in_area!(words);
const WORDS_BY_STATE: &str = in_state!(words);
/// Rows of an area whose owners stand in another list of it, or anywhere.
const OF_THOSE_HERE: &str = columns!(
    "list = $1 AND area = $2
     AND owner IN (SELECT o.owner FROM list_rows o WHERE o.list = $3 AND o.area = $2)
     ORDER BY owner, stream_id, row_no"
);
const OF_THOSE_ANYWHERE: &str = columns!(
    "list = $1 AND area = $2 AND owner IN (SELECT o.owner FROM list_rows o WHERE o.list = $3)
     ORDER BY owner, stream_id, row_no"
);
/// Rows of no area (names) whose owners stand in a list of one, and not in
/// another list of it.
const OWNERS: &str = columns!(
    "list = $1 AND owner IN (SELECT o.owner FROM list_rows o WHERE o.list = $2 AND o.area = $3)
     AND NOT EXISTS (SELECT 1 FROM list_rows n
         WHERE n.list = $4 AND n.area = $3 AND n.owner = list_rows.owner)"
);
const OWNERS_WITH_STATE: &str = columns!(
    "list = $1 AND state IS NOT NULL
     AND owner IN (SELECT o.owner FROM list_rows o WHERE o.list = $2 AND o.area = $3)"
);
const COUNT_OWNERS: &str = "SELECT COUNT(DISTINCT h.owner) FROM list_rows h
    WHERE h.list = $1 AND h.area = $2
    AND ($3 = '' OR EXISTS (SELECT 1 FROM list_rows a WHERE a.list = $3 AND a.owner = h.owner))
    AND ($4 = '' OR NOT EXISTS (SELECT 1 FROM list_rows n
        WHERE n.list = $4 AND n.area = $2 AND n.owner = h.owner))";
const COUNT_BY_AREA: &str = "SELECT COUNT(*) FROM list_rows
    WHERE list = $1 AND area = $2 AND (CAST($3 AS TEXT) IS NULL OR state = $3)
    AND (CAST($4 AS TEXT) IS NULL OR due <= $4)";
const REMOVE: &str = "DELETE FROM list_rows WHERE stream_kind = $1 AND stream_id = $2 AND row_no = $3";
const STRAY: &str = "SELECT DISTINCT r.stream_kind, r.stream_id FROM list_rows r
    WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.kind = r.stream_kind AND s.id = r.stream_id)
    ORDER BY r.stream_kind, r.stream_id LIMIT 1000";
const REMOVE_ALL: &str = "DELETE FROM list_rows";
const INSERT: &str = "INSERT INTO list_rows
    (stream_kind, stream_id, row_no, list, area, owner, due, state, folded, sort, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const AREAS_OF_OWNER: &str = "SELECT DISTINCT a.area FROM list_rows o
    JOIN list_rows a ON a.stream_kind = o.stream_kind AND a.stream_id = o.stream_id
    WHERE o.list = $1 AND o.owner = $2 AND a.list = $3 AND a.area IS NOT NULL ORDER BY a.area";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    AREAS_OF_OWNER,
    OF_STREAM,
    ONE,
    BY_OWNER,
    BY_AREA,
    BY_STATE,
    WORDS_BY_AREA,
    WORDS_BY_STATE,
    OF_THOSE_HERE,
    OF_THOSE_ANYWHERE,
    OWNERS,
    OWNERS_WITH_STATE,
    COUNT_OWNERS,
    COUNT_BY_AREA,
    REMOVE,
    STRAY,
    INSERT,
];
#[cfg(test)]
pub(crate) const ALL_OF_TESTS: &[&str] = &[REMOVE_ALL];

/// Makes `rows` the rows of this stream. Most events change no list, so rows
/// that stand as they should are left alone. Whether anything changed.
pub fn replace(tx: &mut Tx<'_>, stream: Stream, rows: &[ListRow]) -> Result<bool, StoreError> {
    let stored = stored(tx, stream)?;
    let mut statements = Vec::new();
    for (no, row) in (0_u32..).zip(rows) {
        match stored.iter().find(|stored| stored.row_no == no) {
            Some(Stored { row: Some(there), .. }) if same(there, row) => continue,
            Some(_) => statements.push((REMOVE, key(stream, no))),
            None => {}
        }
        statements.push((INSERT, values(tx, stream, no, row)?));
    }
    for Stored { row_no, .. } in stored {
        if usize::try_from(row_no).is_ok_and(|no| no >= rows.len()) {
            statements.push((REMOVE, key(stream, row_no)));
        }
    }
    tx.execute_all(&statements)?;
    Ok(!statements.is_empty())
}

/// A row that stands there.
struct Stored {
    row_no: u32,
    /// None where the program did not write it as it stands there.
    row: Option<ListRow>,
}

impl Stored {
    fn is(&self, no: u32, row: &ListRow) -> bool {
        self.row_no == no && self.row.as_ref().is_some_and(|stored| same(stored, row))
    }
}

fn stored(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Stored>, StoreError> {
    let rows = asked(tx, OF_STREAM, &[stream.kind.into_str().into(), stream.id.into()])?;
    let beside = to_open(tx)?;
    let opened = rows.into_iter().map(|row| {
        let mut listed = in_order(row)?;
        let row = match open(beside.as_ref(), &mut listed) {
            Ok(()) => Some(listed.row),
            Err(StoreError::NotOurs { .. }) => None,
            Err(other) => return Err(other),
        };
        Ok(Stored { row_no: listed.row_no, row })
    });
    opened.collect()
}

/// The rows that a stream has in all lists.
pub fn of_stream(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Listed>, StoreError> {
    query(tx, OF_STREAM, &[stream.kind.into_str().into(), stream.id.into()])
}

/// The areas of the streams that give an owner rows in a list: as another list of
/// those streams has them.
pub fn areas_of_owner(
    tx: &mut Tx<'_>,
    (list, with_areas): (&str, &str),
    owner: Uuid,
) -> Result<Vec<Uuid>, StoreError> {
    let rows = tx.query(AREAS_OF_OWNER, &[list.into(), owner.into(), with_areas.into()])?;
    rows.into_iter().map(|row| row.of("list_rows", 0).take("area")).collect()
}

/// The rows of a list that belong to one owner, in the list's order.
pub fn by_owner(tx: &mut Tx<'_>, list: &str, owner: Uuid) -> Result<Vec<Listed>, StoreError> {
    query(tx, BY_OWNER, &[list.into(), owner.into()])
}

/// One page of an area's list, in the list's order.
pub fn by_area(tx: &mut Tx<'_>, list: &str, area: Uuid, filter: &Filter) -> Result<Vec<Listed>, StoreError> {
    let wanted = Wanted::of(filter.text.as_deref().unwrap_or_default());
    let limit = if filter.limit == 0 { Filter::USUAL } else { filter.limit };
    if wanted.is_everything() {
        let (sql, params) = of_area((BY_AREA, BY_STATE), list, area, filter, (filter.after.as_ref(), limit));
        return query(tx, sql, &params);
    }
    let (mut found, mut after) = (vec![], filter.after.clone());
    while let Some(page) = looked_through(tx, list, area, filter, after.as_ref())? {
        for (place, row) in page {
            if found.len() < limit as usize && wanted.are_in(row.folded.as_deref()) {
                found.push((ONE, row.key));
            }
            after = Some(place);
        }
        if found.len() >= limit as usize {
            break;
        }
    }
    let rows = tx.query_each(&found)?;
    let beside = to_open(tx)?;
    rows.into_iter().flatten().map(|row| opened(beside.as_ref(), row)).collect()
}

/// How many rows are looked through at a time for words.
const AT_ONCE: u32 = 2_000;

/// A row that is looked through.
struct Words {
    key: Vec<Value>,
    folded: Option<String>,
}

/// The next rows of a list with their words, each with its place; none at its end.
fn looked_through(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<Option<Vec<(Cursor, Words)>>, StoreError> {
    let (sql, params) = of_area((WORDS_BY_AREA, WORDS_BY_STATE), list, area, filter, (after, AT_ONCE));
    let rows = asked(tx, sql, &params)?;
    let beside = to_open(tx)?;
    let read = |row: Row| {
        let mut row = row.of(TABLE, 3);
        let stream = Stream { kind: row.parse("stream_kind")?, id: row.take("stream_id")? };
        let (row_no, sort): (u32, String) = (row.take("row_no")?, row.take("sort")?);
        let folded = open_text(beside.as_ref(), "folded", stream, row_no, row.take("folded")?)?;
        let place = Cursor { sort, id: stream.id, row_no };
        Ok((place, Words { key: key(stream, row_no), folded }))
    };
    let page = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Some(page).filter(|page| !page.is_empty()))
}

/// Of two questions the one without a state, or the one with it.
fn of_area(
    (sql, with_state): (&'static str, &'static str),
    list: &str,
    area: Uuid,
    filter: &Filter,
    (after, limit): (Option<&Cursor>, u32),
) -> (&'static str, Vec<Value>) {
    let (sort, id, row_no) = match after {
        Some(place) => (place.sort.clone(), place.id, i64::from(place.row_no)),
        None => (String::new(), Uuid::nil(), -1),
    };
    let mut params = vec![
        list.into(),
        area.into(),
        sort.into(),
        id.into(),
        row_no.into(),
        filter.due_on_or_before.into(),
        limit.into(),
    ];
    match &filter.state {
        None => (sql, params),
        Some(state) => {
            params.push(state.into());
            (with_state, params)
        }
    }
}

/// The rows of an area's list whose owners stand in another list: of the area
/// (`Among::Here`) or of any. One query, however many they are.
pub fn of_those_in(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    among: Among<'_>,
) -> Result<Vec<Listed>, StoreError> {
    let (sql, those) = match among {
        Among::Here(those) => (OF_THOSE_HERE, those),
        Among::Anywhere(those) => (OF_THOSE_ANYWHERE, those),
    };
    query(tx, sql, &[list.into(), area.into(), those.into()])
}

/// The list that owners have to stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among<'l> {
    /// In this area.
    Here(&'l str),
    Anywhere(&'l str),
}

/// A page of the rows of a list without areas (names) whose owners stand in
/// `in_list` of an area and not in `not_in` (empty: whatever else they are), in the
/// order of their words. All of them are opened for that: they are the colleagues of
/// one area.
pub fn owners(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    (in_list, not_in): (&str, &str),
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let mut all = query(tx, OWNERS, &[list.into(), in_list.into(), area.into(), not_in.into()])?;
    by_their_words(&mut all);
    if let Some(after) = after {
        all.retain(|listed| {
            let place = listed.place();
            (place.sort.as_str(), place.id, place.row_no) > (after.sort.as_str(), after.id, after.row_no)
        });
    }
    all.truncate(limit as usize);
    Ok(all)
}

/// All of them that have a state, which few have.
pub fn owners_with_state(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    in_list: &str,
) -> Result<Vec<Listed>, StoreError> {
    let mut all = query(tx, OWNERS_WITH_STATE, &[list.into(), in_list.into(), area.into()])?;
    by_their_words(&mut all);
    Ok(all)
}

fn by_their_words(rows: &mut [Listed]) {
    rows.iter_mut().for_each(|listed| listed.row.sort = listed.row.folded.clone());
    rows.sort_by_cached_key(|listed| (listed.row.sort.clone(), listed.stream.id, listed.row_no));
}

/// How many owners stand in a list of an area: those who stand in `also`
/// anywhere too, and not in `not_in` of the area (empty: whoever).
pub fn count_owners(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    (also, not_in): (&str, &str),
) -> Result<u64, StoreError> {
    let params = [list.into(), area.into(), also.into(), not_in.into()];
    tx.query_opt(COUNT_OWNERS, &params)?.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
}

/// How many rows of an area's list a page without end would have: those of the
/// filter's state that are due by its day. Its words, place and limit are not
/// looked at.
pub fn count_by_area(tx: &mut Tx<'_>, list: &str, area: Uuid, filter: &Filter) -> Result<u64, StoreError> {
    let params = [list.into(), area.into(), filter.state.as_deref().into(), filter.due_on_or_before.into()];
    let row = tx.query_opt(COUNT_BY_AREA, &params)?;
    row.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
}

/// Streams that have rows here and nothing on the record (1000 at most).
pub fn strays(tx: &mut Tx<'_>) -> Result<Vec<Stream>, StoreError> {
    let read = |row: Row| {
        let mut row = row.of("list_rows", 2);
        Ok(Stream { kind: row.parse("stream_kind")?, id: row.take("stream_id")? })
    };
    tx.query(STRAY, &[])?.into_iter().map(read).collect()
}

/// Whether a stream's rows are exactly these.
pub fn are(tx: &mut Tx<'_>, stream: Stream, rows: &[ListRow]) -> Result<bool, StoreError> {
    let stored = stored(tx, stream)?;
    let in_place = |(no, row): (u32, &ListRow)| stored.iter().any(|stored| stored.is(no, row));
    Ok(stored.len() == rows.len() && (0..).zip(rows).all(in_place))
}

/// Empties every list, before they are made again from the record.
pub fn clear(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.execute(REMOVE_ALL, &[])
}

/// Text as it is searched: lower case, spaces made one, punctuation dropped.
#[must_use]
pub fn search_key(text: &str) -> String {
    let lower = text.to_lowercase();
    let plain: String = lower.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words that are looked for, all of them, each anywhere in another.
struct Wanted(Vec<String>);

impl Wanted {
    fn of(text: &str) -> Self {
        let folded = search_key(text);
        let words = folded.split(' ').filter(|word| !word.is_empty());
        Self(words.take(Filter::MOST_WORDS).map(str::to_owned).collect())
    }

    fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    fn are_in(&self, folded: Option<&str>) -> bool {
        folded.is_some_and(|folded| self.0.iter().all(|word| folded.contains(word)))
    }
}

fn same(a: &ListRow, b: &ListRow) -> bool {
    let plain = |row: &ListRow| ListRow { sort: Some(row.sort.clone().unwrap_or_default()), ..row.clone() };
    plain(a) == plain(b)
}

fn key(stream: Stream, no: u32) -> Vec<Value> {
    vec![stream.kind.into_str().into(), stream.id.into(), no.into()]
}

fn values(tx: &mut Tx<'_>, stream: Stream, no: u32, row: &ListRow) -> Result<Vec<Value>, StoreError> {
    let beside = Beside::to_write(tx, Owner::DATABASE, TABLE)?;
    let place = place(stream, no);
    let mut values = key(stream, no);
    values.extend([
        (&row.list).into(),
        row.area.into(),
        row.owner.into(),
        row.due.into(),
        row.state.as_deref().into(),
        row.folded.as_deref().map(|folded| beside.close_text("folded", &place, folded)).into(),
        row.sort.as_deref().unwrap_or_default().into(),
        beside.close_text("body", &place, &row.body).into(),
    ]);
    Ok(values)
}

/// What a row is known by, for its encryption.
fn place(stream: Stream, no: u32) -> Vec<u8> {
    [stream.kind.into_str().as_bytes(), stream.id.as_bytes(), &i64::from(no).to_be_bytes()].concat()
}

/// Asks for rows along with the key that opens them.
fn asked(tx: &mut Tx<'_>, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    data_keys::along(tx, Owner::DATABASE, (sql, params))
}

/// None where nothing was ever written with the key of the database.
fn to_open(tx: &mut Tx<'_>) -> Result<Option<Beside>, StoreError> {
    Beside::to_find(tx, Owner::DATABASE, TABLE)
}

fn query(tx: &mut Tx<'_>, sql: &'static str, params: &[Value]) -> Result<Vec<Listed>, StoreError> {
    let rows = asked(tx, sql, params)?;
    let beside = to_open(tx)?;
    rows.into_iter().map(|row| opened(beside.as_ref(), row)).collect()
}

fn opened(beside: Option<&Beside>, row: Row) -> Result<Listed, StoreError> {
    let mut listed = in_order(row)?;
    open(beside, &mut listed)?;
    Ok(listed)
}

fn open(beside: Option<&Beside>, listed: &mut Listed) -> Result<(), StoreError> {
    let (stream, no) = (listed.stream, listed.row_no);
    listed.row.folded = open_text(beside, "folded", stream, no, listed.row.folded.take())?;
    let body = std::mem::take(&mut listed.row.body);
    listed.row.body = open_text(beside, "body", stream, no, Some(body))?.unwrap_or_default();
    Ok(())
}

fn open_text(
    beside: Option<&Beside>,
    column: &'static str,
    stream: Stream,
    no: u32,
    stored: Option<String>,
) -> Result<Option<String>, StoreError> {
    let Some(stored) = stored else { return Ok(None) };
    let not_ours = || StoreError::not_ours(TABLE, format!("{} {} {no}", stream.kind.into_str(), stream.id));
    match beside.ok_or_else(not_ours)?.open_text(column, &place(stream, no), stored) {
        Err(StoreError::NotOurs { .. }) => Err(not_ours()),
        other => other.map(Some),
    }
}

/// A row as it is stored, column by column.
fn in_order(row: Row) -> Result<Listed, StoreError> {
    let mut row = row.of(TABLE, 3);
    let stream = Stream { kind: row.parse("stream_kind")?, id: row.take("stream_id")? };
    let row_no = row.take("row_no")?;
    let body_of = ListRow {
        list: row.take("list")?,
        area: row.take("area")?,
        owner: row.take("owner")?,
        due: row.take("due")?,
        state: row.take("state")?,
        folded: row.take("folded")?,
        sort: Some(row.take("sort")?),
        body: row.take("body")?,
    };
    Ok(Listed { stream, row_no, row: body_of })
}
