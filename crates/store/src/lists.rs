//! Lists: rows made from the record so that work lists and memberships can be
//! found without folding every case. They hold nothing that cannot be made
//! again, and a new list needs no new SQL.

use crate::record::Stream;
use crate::value::{Row, Value};
use crate::{StoreError, Tx};
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
    /// The list is shown in this order (byte order; nothing counts as empty).
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

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT stream_kind, stream_id, row_no, list, area, owner, due, state, folded, sort, body
             FROM list_rows WHERE ",
            $rest
        )
    };
}

const OF_STREAM: &str = columns!("stream_kind = $1 AND stream_id = $2 ORDER BY row_no");
const BY_OWNER: &str = columns!("list = $1 AND owner = $2 ORDER BY sort, stream_id, row_no");
const BY_AREA: &str = columns!(
    "list = $1 AND area = $2 AND (sort, stream_id, row_no) > ($3, $4, $5)
     AND (CAST($6 AS TEXT) IS NULL OR due <= $6)
     AND (CAST($7 AS TEXT) IS NULL OR (
         folded LIKE $7 ESCAPE '!' AND folded LIKE $8 ESCAPE '!' AND folded LIKE $9 ESCAPE '!'
         AND folded LIKE $10 ESCAPE '!' AND folded LIKE $11 ESCAPE '!' AND folded LIKE $12 ESCAPE '!'))
     ORDER BY sort, stream_id, row_no LIMIT $13"
);
const BY_STATE: &str = columns!(
    "list = $1 AND area = $2 AND state = $14 AND (sort, stream_id, row_no) > ($3, $4, $5)
     AND (CAST($6 AS TEXT) IS NULL OR due <= $6)
     AND (CAST($7 AS TEXT) IS NULL OR (
         folded LIKE $7 ESCAPE '!' AND folded LIKE $8 ESCAPE '!' AND folded LIKE $9 ESCAPE '!'
         AND folded LIKE $10 ESCAPE '!' AND folded LIKE $11 ESCAPE '!' AND folded LIKE $12 ESCAPE '!'))
     ORDER BY sort, stream_id, row_no LIMIT $13"
);
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
    "list = $1 AND (sort, stream_id, row_no) > ($2, $3, $4)
     AND owner IN (SELECT o.owner FROM list_rows o WHERE o.list = $5 AND o.area = $6)
     AND NOT EXISTS (SELECT 1 FROM list_rows n
         WHERE n.list = $7 AND n.area = $6 AND n.owner = list_rows.owner)
     ORDER BY sort, stream_id, row_no LIMIT $8"
);
const OWNERS_WITH_STATE: &str = columns!(
    "list = $1 AND state IS NOT NULL
     AND owner IN (SELECT o.owner FROM list_rows o WHERE o.list = $2 AND o.area = $3)
     ORDER BY sort, stream_id, row_no"
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
    BY_OWNER,
    BY_AREA,
    BY_STATE,
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
    let stored = of_stream(tx, stream)?;
    let mut statements = Vec::new();
    for (no, row) in (0_u32..).zip(rows) {
        match stored.iter().find(|listed| listed.row_no == no) {
            Some(listed) if same(&listed.row, row) => continue,
            Some(_) => statements.push((REMOVE, key(stream, no))),
            None => {}
        }
        statements.push((INSERT, values(stream, no, row)));
    }
    for listed in stored {
        if usize::try_from(listed.row_no).is_ok_and(|no| no >= rows.len()) {
            statements.push((REMOVE, key(stream, listed.row_no)));
        }
    }
    tx.execute_all(&statements)?;
    Ok(!statements.is_empty())
}

/// The rows that a stream has in all lists.
pub fn of_stream(tx: &mut Tx<'_>, stream: Stream) -> Result<Vec<Listed>, StoreError> {
    let params = [stream.kind.into_str().into(), stream.id.into()];
    tx.query(OF_STREAM, &params)?.into_iter().map(listed).collect()
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
    tx.query(BY_OWNER, &[list.into(), owner.into()])?.into_iter().map(listed).collect()
}

/// One page of an area's list, in the list's order.
pub fn by_area(tx: &mut Tx<'_>, list: &str, area: Uuid, filter: &Filter) -> Result<Vec<Listed>, StoreError> {
    let (sort, id, row_no) = match &filter.after {
        Some(place) => (place.sort.clone(), place.id, i64::from(place.row_no)),
        None => (String::new(), Uuid::nil(), -1),
    };
    let limit = if filter.limit == 0 { Filter::USUAL } else { filter.limit };
    let mut params =
        vec![list.into(), area.into(), sort.into(), id.into(), row_no.into(), filter.due_on_or_before.into()];
    params.extend(patterns(filter.text.as_deref().unwrap_or_default()).map(Value::from));
    params.push(limit.into());
    let rows = match &filter.state {
        None => tx.query(BY_AREA, &params)?,
        Some(state) => {
            params.push(state.into());
            tx.query(BY_STATE, &params)?
        }
    };
    rows.into_iter().map(listed).collect()
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
    tx.query(sql, &[list.into(), area.into(), those.into()])?.into_iter().map(listed).collect()
}

/// The list that owners have to stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among<'l> {
    /// In this area.
    Here(&'l str),
    Anywhere(&'l str),
}

/// A page of the rows of a list without areas (names) whose owners stand in
/// `in_list` of an area and not in `not_in` (empty: whatever else they are).
pub fn owners(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    (in_list, not_in): (&str, &str),
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let (sort, id, row_no) = match after {
        Some(place) => (place.sort.clone(), place.id, i64::from(place.row_no)),
        None => (String::new(), Uuid::nil(), -1),
    };
    let params = [
        list.into(),
        sort.into(),
        id.into(),
        row_no.into(),
        in_list.into(),
        area.into(),
        not_in.into(),
        limit.into(),
    ];
    tx.query(OWNERS, &params)?.into_iter().map(listed).collect()
}

/// All of them that have a state, which few have.
pub fn owners_with_state(
    tx: &mut Tx<'_>,
    list: &str,
    area: Uuid,
    in_list: &str,
) -> Result<Vec<Listed>, StoreError> {
    let params = [list.into(), in_list.into(), area.into()];
    tx.query(OWNERS_WITH_STATE, &params)?.into_iter().map(listed).collect()
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
    let stored = of_stream(tx, stream)?;
    let in_place = |(no, row): (u32, &ListRow)| stored.iter().any(|l| l.row_no == no && same(&l.row, row));
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

/// A LIKE pattern for every word of a text, in which no letter is special.
/// Without any word the first is nothing, which asks for every row.
fn patterns(text: &str) -> [Option<String>; Filter::MOST_WORDS] {
    let folded = search_key(text);
    let mut words = folded.split(' ').filter(|word| !word.is_empty());
    std::array::from_fn(|no| match words.next() {
        Some(word) => Some(format!("%{word}%")),
        None if no == 0 => None,
        None => Some("%".to_owned()),
    })
}

fn same(a: &ListRow, b: &ListRow) -> bool {
    let plain = |row: &ListRow| ListRow { sort: Some(row.sort.clone().unwrap_or_default()), ..row.clone() };
    plain(a) == plain(b)
}

fn key(stream: Stream, no: u32) -> Vec<Value> {
    vec![stream.kind.into_str().into(), stream.id.into(), no.into()]
}

fn values(stream: Stream, no: u32, row: &ListRow) -> Vec<Value> {
    let mut values = key(stream, no);
    values.extend([
        (&row.list).into(),
        row.area.into(),
        row.owner.into(),
        row.due.into(),
        row.state.as_deref().into(),
        row.folded.as_deref().into(),
        row.sort.as_deref().unwrap_or_default().into(),
        (&row.body).into(),
    ]);
    values
}

fn listed(row: Row) -> Result<Listed, StoreError> {
    let mut row = row.of("list_rows", 3);
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
