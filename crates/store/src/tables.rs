//! Every table, for what treats them all alike: backup, restore, copy, counts.
//! A test compares this list with the databases' own.

use crate::value::{Row, Value};
use crate::{StoreError, Tx, migrations};
use uuid::Uuid;

/// One table and the statements to read and fill it, in the order of its key.
pub(crate) struct Table {
    pub name: &'static str,
    /// How many of the first columns are the key.
    key: usize,
    /// One letter a column: t(ext), i(nteger), u(uid), b(ytes).
    pub kinds: &'static str,
    pub count: &'static str,
    pub first: &'static str,
    pub next: &'static str,
    pub insert: &'static str,
    /// The row of one key.
    pub one: &'static str,
    columns: &'static str,
    /// Of a table whose rows carry a MAC ([`crate::keyed`]): the columns that it
    /// does not cover.
    pub keyed: Option<&'static [&'static str]>,
    /// How many rows are read at once.
    page: u32,
    /// The first and the last migration after which it is so.
    known: (i64, i64),
    /// What the program does to its rows while it serves, besides reading and
    /// adding: `UPDATE` with the columns that it changes in the order of the
    /// alphabet, `DELETE`, both or neither. A test compares this with the
    /// statements; `phb grants` gives the serving user no more.
    pub changes: &'static [&'static str],
}

/// No migration has changed it or taken it away.
const STILL: i64 = i64::MAX;

macro_rules! table {
    ($name:literal, $key:literal, $order:literal, $after:literal, $limit:literal,
     $columns:literal, $values:literal, $kinds:literal, $page:literal) => {
        Table {
            name: $name,
            key: $key,
            kinds: $kinds,
            count: concat!("SELECT COUNT(*) FROM ", $name),
            first: concat!("SELECT ", $columns, " FROM ", $name, " ORDER BY ", $order, " LIMIT $1"),
            next: concat!(
                "SELECT ",
                $columns,
                " FROM ",
                $name,
                " WHERE (",
                $order,
                ") > ",
                $after,
                " ORDER BY ",
                $order,
                " LIMIT ",
                $limit
            ),
            insert: concat!("INSERT INTO ", $name, " (", $columns, ") VALUES ", $values),
            one: concat!("SELECT ", $columns, " FROM ", $name, " WHERE (", $order, ") = ", $after),
            columns: $columns,
            keyed: None,
            page: $page,
            known: (1, STILL),
            changes: &[],
        }
    };
}

/// Every table that there is or was, in an order in which they can be filled.
/// If a migration gives a table other columns it stands here twice, so that
/// backups from before can still be read.
const TABLES: &[Table] = &[
    table!(
        "streams",
        2,
        "kind, id",
        "($1, $2)",
        "$3",
        "kind, id, version, head",
        "($1, $2, $3, $4)",
        "tuib",
        500
    )
    .known(1, 9),
    table!(
        "streams",
        2,
        "kind, id",
        "($1, $2)",
        "$3",
        "kind, id, version, head, mac",
        "($1, $2, $3, $4, $5)",
        "tuibb",
        500
    )
    .known(10, STILL)
    .changed(&["UPDATE (head, mac, version)"]),
    table!(
        "events",
        3,
        "stream_kind, stream_id, seq",
        "($1, $2, $3)",
        "$4",
        "stream_kind, stream_id, seq, at, author, type, body, hash",
        "($1, $2, $3, $4, $5, $6, $7, $8)",
        "tuiitttb",
        500
    ),
    table!("ledgers", 1, "case_id", "($1)", "$2", "case_id, entries, head", "($1, $2, $3)", "uib", 500)
        .known(1, 9),
    table!(
        "ledgers",
        1,
        "case_id",
        "($1)",
        "$2",
        "case_id, entries, head, mac",
        "($1, $2, $3, $4)",
        "uibb",
        500
    )
    .known(10, STILL)
    .changed(&["UPDATE (entries, head, mac)"]),
    table!(
        "entries",
        2,
        "case_id, seq",
        "($1, $2)",
        "$3",
        "case_id, seq, id, purpose, settles, corrects, expires, reason, cause, about, account_id, happened, recorded, key, hash",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        "uiutuutttuutitb",
        500
    ),
    table!(
        "moves",
        3,
        "case_id, seq, no",
        "($1, $2, $3)",
        "$4",
        "case_id, seq, no, layer, from_account, to_account, amount, from_no, to_no",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        "uiitttiii",
        500
    ),
    table!(
        "list_rows",
        3,
        "stream_kind, stream_id, row_no",
        "($1, $2, $3)",
        "$4",
        "stream_kind, stream_id, row_no, list, area, owner, due, state, folded, sort, body",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        "tuituuttttt",
        500
    )
    .changed(&["DELETE"]),
    table!(
        "credentials",
        1,
        "account_id",
        "($1)",
        "$2",
        "account_id, passphrase_hash, totp_secret, totp_last_step, changed",
        "($1, $2, $3, $4, $5)",
        "utbii",
        500
    )
    .keyed(&[])
    .changed(&["UPDATE (changed, passphrase_hash, totp_last_step, totp_secret)"]),
    table!("login_names", 1, "name", "($1)", "$2", "name, account_id", "($1, $2)", "tu", 500)
        .keyed(&[])
        .changed(&["DELETE"]),
    table!(
        "sessions",
        1,
        "token_hash",
        "($1)",
        "$2",
        "token_hash, account_id, started, last_seen, expires, ended, label, second_factor, acting_as",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        "buiiiitit",
        500
    )
    .keyed(&["last_seen"])
    .changed(&["UPDATE (ended, expires, last_seen)", "DELETE"]),
    table!(
        "one_time_links",
        1,
        "token_hash",
        "($1)",
        "$2",
        "token_hash, purpose, account_id, body, expires, used",
        "($1, $2, $3, $4, $5, $6)",
        "btutii",
        500
    )
    .keyed(&[])
    .changed(&["UPDATE (used)", "DELETE"]),
    table!("attempts", 1, "id", "($1)", "$2", "id, key, at", "($1, $2, $3)", "uti", 500).changed(&["DELETE"]),
    table!(
        "looks",
        4,
        "case_id, period, account_id, section",
        "($1, $2, $3, $4)",
        "$5",
        "case_id, period, account_id, section, first_at, last_at, times",
        "($1, $2, $3, $4, $5, $6, $7)",
        "uiutiii",
        500
    )
    .changed(&["UPDATE (last_at, times)"]),
    table!(
        "jobs",
        1,
        "id",
        "($1)",
        "$2",
        "id, kind, body, due, attempts, claimed_until, done, failed, last_error, unique_key",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        "uttiiiiitt",
        500
    )
    .keyed(&["attempts", "claimed_until", "last_error"])
    .changed(&["UPDATE (attempts, claimed_until, done, due, failed, last_error)", "DELETE"]),
    table!(
        "messages",
        1,
        "id",
        "($1)",
        "$2",
        "id, to_address, subject, body, queued, claimed_until, attempts, sent, failed, last_error",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        "utttiiiiit",
        500
    )
    .keyed(&["attempts", "claimed_until", "last_error"])
    .changed(&["UPDATE (attempts, body, claimed_until, failed, last_error, sent, subject, to_address)"]),
    table!(
        "files",
        1,
        "id",
        "($1)",
        "$2",
        "id, case_id, name, media_type, size, sha256, added, account_id, bytes",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        "uuttibiub",
        8
    ),
    table!(
        "statements",
        1,
        "id",
        "($1)",
        "$2",
        "id, case_id, holding_id, file_sha256, name, format, opening, closing, from_date, to_date, imported, account_id",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        "uuubttiittiu",
        500
    ),
    table!(
        "bank_lines",
        1,
        "id",
        "($1)",
        "$2",
        "id, statement_id, case_id, holding_id, line_no, date, amount, description, reference, dedupe_key",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        "uuuuitittt",
        500
    ),
    table!("seals", 1, "number", "($1)", "$2", "number, at, members, hash", "($1, $2, $3, $4)", "iiib", 500)
        .known(2, 9),
    table!(
        "seals",
        1,
        "number",
        "($1)",
        "$2",
        "number, at, members, hash, mac",
        "($1, $2, $3, $4, $5)",
        "iiibb",
        500
    )
    .known(10, STILL),
    table!(
        "seal_members",
        2,
        "seal, no",
        "($1, $2)",
        "$3",
        "seal, no, kind, id, version, head, hash",
        "($1, $2, $3, $4, $5, $6, $7)",
        "iituibb",
        500
    )
    .known(2, STILL),
    table!("marks", 1, "name", "($1)", "$2", "name, value", "($1, $2)", "tt", 500)
        .keyed(&[])
        .known(4, STILL)
        .changed(&["UPDATE (value)"]),
    table!(
        "sums",
        4,
        "case_id, day, layer, account",
        "($1, $2, $3, $4)",
        "$5",
        "case_id, day, layer, account, money_in, money_out",
        "($1, $2, $3, $4, $5, $6)",
        "utttii",
        500
    )
    .known(7, STILL)
    .changed(&["UPDATE (money_in, money_out)", "DELETE"]),
    table!(
        "open_lines",
        1,
        "line_id",
        "($1)",
        "$2",
        "line_id, case_id, holding_id, came_in, date, line_no",
        "($1, $2, $3, $4, $5, $6)",
        "uuuiti",
        500
    )
    .known(5, STILL)
    .changed(&["DELETE"]),
    table!(
        "addressees",
        1,
        "message_id",
        "($1)",
        "$2",
        "message_id, account_id, link",
        "($1, $2, $3)",
        "uut",
        500
    )
    .keyed(&[])
    .known(4, STILL),
    table!("proofs", 1, "token_hash", "($1)", "$2", "token_hash, account_id, at", "($1, $2, $3)", "bui", 500)
        .keyed(&[])
        .known(7, STILL)
        .changed(&["UPDATE (at)", "DELETE"]),
    table!(
        "unfinished",
        2,
        "token_hash, purpose",
        "($1, $2)",
        "$3",
        "token_hash, purpose, account_id, body, expires",
        "($1, $2, $3, $4, $5)",
        "btuti",
        500
    )
    .keyed(&[])
    .known(7, STILL)
    .changed(&["UPDATE (account_id, body, expires)", "DELETE"]),
    table!(
        "printed_codes",
        1,
        "code_hash",
        "($1)",
        "$2",
        "code_hash, account_id, made, used",
        "($1, $2, $3, $4)",
        "buii",
        500
    )
    .keyed(&[])
    .known(7, STILL)
    .changed(&["UPDATE (used)", "DELETE"]),
    table!(
        "passkeys",
        1,
        "id",
        "($1)",
        "$2",
        "id, account_id, credential, name, body, counter, added, used",
        "($1, $2, $3, $4, $5, $6, $7, $8)",
        "uubttiii",
        500
    )
    .keyed(&[])
    .known(7, STILL)
    .changed(&["UPDATE (body, counter, used)", "DELETE"]),
    table!(
        "stored",
        2,
        "owner, day",
        "($1, $2)",
        "$3",
        "owner, day, bytes, lines",
        "($1, $2, $3, $4)",
        "utii",
        500
    )
    .known(8, STILL)
    .changed(&["UPDATE (bytes, lines)", "DELETE"]),
    table!(
        "begun_statements",
        1,
        "statement_id",
        "($1)",
        "$2",
        "statement_id, case_id, lines",
        "($1, $2, $3)",
        "uui",
        500
    )
    .keyed(&[])
    .known(8, STILL)
    .changed(&["DELETE"]),
    table!("leases", 1, "name", "($1)", "$2", "name, holder, until, term", "($1, $2, $3, $4)", "ttii", 500)
        .known(9, STILL)
        .changed(&["UPDATE (holder, term, until)"]),
    table!(
        "macs",
        2,
        "of_table, of_row",
        "($1, $2)",
        "$3",
        "of_table, of_row, mac",
        "($1, $2, $3)",
        "ttb",
        500
    )
    .known(10, STILL)
    .changed(&["UPDATE (mac)", "DELETE"]),
    table!(
        "registers",
        1,
        "case_id",
        "($1)",
        "$2",
        "case_id, entries, head, mac",
        "($1, $2, $3, $4)",
        "uibb",
        500
    )
    .known(10, STILL)
    .changed(&["UPDATE (entries, head, mac)"]),
    table!(
        "registered",
        2,
        "case_id, seq",
        "($1, $2)",
        "$3",
        "case_id, seq, of_table, of_row, sha256, hash",
        "($1, $2, $3, $4, $5, $6)",
        "uittbb",
        500
    )
    .known(10, STILL),
    table!(
        "security_logs",
        1,
        "id",
        "($1)",
        "$2",
        "id, day, removed, events, head, mac",
        "($1, $2, $3, $4, $5, $6)",
        "uttibb",
        500
    )
    .known(11, STILL)
    .changed(&["UPDATE (events, head, mac, removed)"]),
    table!(
        "security_events",
        2,
        "log_id, seq",
        "($1, $2)",
        "$3",
        "log_id, seq, at, last_at, times, kind, outcome, account_id, about_id, areas, case_id, reached, network, browser, reference, detail, hash",
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        "uiiiittuututttttb",
        500
    )
    .known(11, STILL)
    .changed(&["DELETE"]),
    table!(
        "list_looks",
        1,
        "id",
        "($1)",
        "$2",
        "id, account_id, list, at, subjects",
        "($1, $2, $3, $4, $5)",
        "uutib",
        100
    )
    .known(12, STILL),
    table!(
        "list_sights",
        4,
        "subject_id, month, account_id, list",
        "($1, $2, $3, $4)",
        "$5",
        "subject_id, month, account_id, list, days",
        "($1, $2, $3, $4, $5)",
        "uiuti",
        500
    )
    .known(12, STILL)
    .changed(&["UPDATE (days)"]),
    table!(
        "copies",
        1,
        "id",
        "($1)",
        "$2",
        "id, case_id, request_id, until, bytes",
        "($1, $2, $3, $4, $5)",
        "uuutb",
        4
    )
    .known(13, STILL)
    .changed(&["DELETE"]),
    table!(
        "data_keys",
        2,
        "kind, id",
        "($1, $2)",
        "$3",
        "kind, id, wrapped, destroyed",
        "($1, $2, $3, $4)",
        "tubi",
        500
    )
    .keyed(&[])
    .known(14, STILL)
    .changed(&["UPDATE (destroyed, wrapped)"]),
];

/// The tables as they are after a migration.
pub(crate) fn after(migration: i64) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| table.known.0 <= migration && migration <= table.known.1)
}

/// The tables as this program makes them.
pub(crate) fn now() -> impl Iterator<Item = &'static Table> {
    after(migrations::newest())
}

/// One of the tables that there are now, if it is one.
pub(crate) fn named_if_any(name: &str) -> Option<&'static Table> {
    now().find(|table| table.name == name)
}

/// One of the tables that there are now.
pub(crate) fn named(name: &str) -> &'static Table {
    named_if_any(name).expect("the store names only tables that it has")
}

impl Table {
    const fn known(self, first: i64, last: i64) -> Self {
        Self { known: (first, last), ..self }
    }

    /// Its rows carry a MAC, which covers all columns but these.
    const fn keyed(self, not_covered: &'static [&'static str]) -> Self {
        Self { keyed: Some(not_covered), ..self }
    }

    const fn changed(self, changes: &'static [&'static str]) -> Self {
        Self { changes, ..self }
    }

    /// Gives every row, in the order of the key, to `each`.
    pub fn read(
        &self,
        tx: &mut Tx<'_>,
        mut each: impl FnMut(Vec<Value>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after: Option<Vec<Value>> = None;
        loop {
            let rows = self.page(tx, after.as_deref())?;
            let last = rows.len() < usize::try_from(self.page).unwrap_or(usize::MAX);
            for row in rows {
                after = Some(row[..self.key].to_vec());
                each(row)?;
            }
            if last {
                return Ok(());
            }
        }
    }

    /// Some rows in the order of the key, after one or from the first.
    pub fn page(&self, tx: &mut Tx<'_>, after: Option<&[Value]>) -> Result<Vec<Vec<Value>>, StoreError> {
        let rows = match after {
            None => tx.query(self.first, &[self.page.into()])?,
            Some(after) => tx.query(self.next, &[after, &[self.page.into()]].concat())?,
        };
        rows.into_iter().map(|row| self.plain(row)).collect()
    }

    pub fn count(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        tx.query_opt(self.count, &[])?.map_or(Ok(0), |row| row.number()).map(i64::unsigned_abs)
    }

    /// Whether a value may stand in column `i`.
    pub fn fits(&self, i: usize, value: &Value) -> bool {
        matches!(
            (self.kinds.as_bytes().get(i), value),
            (Some(_), Value::Null)
                | (Some(b't'), Value::Text(_))
                | (Some(b'i'), Value::Int(_))
                | (Some(b'b'), Value::Bytes(_))
                | (Some(b'u'), Value::Uuid(_))
        )
    }

    /// The names of its columns, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.split(", ")
    }

    pub fn key_columns(&self) -> usize {
        self.key
    }

    /// The key of a row that was read.
    pub fn key_of<'r>(&self, row: &'r [Value]) -> &'r [Value] {
        &row[..self.key.min(row.len())]
    }

    /// The row with its ids as ids, whichever database it is from.
    pub fn plain(&self, row: Row) -> Result<Vec<Value>, StoreError> {
        self.plain_values(row.into_values())
    }

    /// The same of values in the order of the columns.
    pub fn plain_values(&self, mut values: Vec<Value>) -> Result<Vec<Value>, StoreError> {
        let id = values.first().map(ToString::to_string).unwrap_or_default();
        for (i, value) in values.iter_mut().enumerate() {
            if let (Some(b'u'), Value::Bytes(bytes)) = (self.kinds.as_bytes().get(i), &value)
                && let Ok(uuid) = Uuid::from_slice(bytes)
            {
                *value = Value::Uuid(uuid);
            }
            if !self.fits(i, value) {
                return Err(StoreError::corrupt(self.name, &format!("number {}", i + 1), id));
            }
        }
        Ok(values)
    }
}

/// Refuses a database, with the tables of a migration, that holds anything.
pub(crate) fn require_empty(tx: &mut Tx<'_>, migration: i64) -> Result<(), StoreError> {
    // Marks say how rows were made; where there are no rows they say nothing. Where
    // there is nothing else, MACs are of marks.
    for table in after(migration).filter(|table| !["marks", "macs"].contains(&table.name)) {
        if table.count(tx)? > 0 {
            return Err(StoreError::NotEmpty { table: table.name.to_owned() });
        }
    }
    Ok(())
}
