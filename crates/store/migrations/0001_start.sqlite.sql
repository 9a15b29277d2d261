-- The record: one row per stream with its head, one row per event.
CREATE TABLE streams (
    kind TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    head BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    stream_kind TEXT NOT NULL,
    stream_id BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (stream_kind, stream_id, seq)
) STRICT, WITHOUT ROWID;

-- The ledger. A row of `moves` takes an amount out of one account and puts it
-- into another in one layer, so that what does not balance cannot be stored.
CREATE TABLE ledgers (
    case_id BLOB NOT NULL PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries > 0),
    head BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    id BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('plain', 'hold', 'post', 'release', 'expire', 'correct')),
    settles BLOB,
    corrects BLOB,
    expires TEXT,
    reason TEXT,
    cause TEXT NOT NULL,
    about BLOB NOT NULL,
    account_id BLOB,
    happened TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    key TEXT NOT NULL CHECK (length(key) > 0),
    hash BLOB NOT NULL,
    PRIMARY KEY (case_id, seq),
    UNIQUE (case_id, id),
    UNIQUE (case_id, key),
    FOREIGN KEY (case_id, settles) REFERENCES entries (case_id, id),
    FOREIGN KEY (case_id, corrects) REFERENCES entries (case_id, id),
    CHECK ((settles IS NOT NULL) = (purpose IN ('post', 'release', 'expire'))),
    CHECK ((corrects IS NOT NULL) = (purpose = 'correct'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entries_settle_once ON entries (case_id, settles) WHERE settles IS NOT NULL;
CREATE INDEX entries_about ON entries (about);
CREATE INDEX entries_holds ON entries (case_id, id) WHERE purpose = 'hold';

CREATE TABLE moves (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    no INTEGER NOT NULL CHECK (no > 0),
    layer TEXT NOT NULL CHECK (layer IN ('budget', 'commitment', 'actual')),
    from_account TEXT NOT NULL,
    to_account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    from_no INTEGER NOT NULL,
    to_no INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq, no),
    FOREIGN KEY (case_id, seq) REFERENCES entries (case_id, seq)
) STRICT, WITHOUT ROWID;

-- Lists: made from the record, thrown away and made again at will.
CREATE TABLE list_rows (
    list TEXT NOT NULL,
    stream_kind TEXT NOT NULL,
    stream_id BLOB NOT NULL,
    row_no INTEGER NOT NULL,
    area BLOB,
    owner BLOB,
    due TEXT,
    state TEXT,
    folded TEXT,
    sort TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (stream_kind, stream_id, row_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX list_rows_area ON list_rows (list, area, sort, stream_id, row_no);
CREATE INDEX list_rows_state ON list_rows (list, area, state, sort, stream_id, row_no);
CREATE INDEX list_rows_owner ON list_rows (list, owner, sort, stream_id, row_no);

-- Who may sign in, and who is signed in.
CREATE TABLE credentials (
    account_id BLOB NOT NULL PRIMARY KEY,
    passphrase_hash TEXT NOT NULL,
    totp_secret BLOB,
    totp_last_step INTEGER,
    changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE login_names (
    name TEXT NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_names_account ON login_names (account_id);

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    started INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended INTEGER,
    label TEXT NOT NULL,
    second_factor INTEGER NOT NULL,
    acting_as TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account_id, started);

CREATE TABLE one_time_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id BLOB,
    body TEXT NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    id BLOB NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_key ON attempts (key, at);
CREATE INDEX attempts_at ON attempts (at);

-- Who looked at what.
CREATE TABLE looks (
    case_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    section TEXT NOT NULL,
    period INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (case_id, period, account_id, section)
) STRICT, WITHOUT ROWID;

-- Work to be done after a commit.
CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_until INTEGER,
    done INTEGER,
    failed INTEGER,
    last_error TEXT,
    unique_key TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_waiting ON jobs (due, id) WHERE done IS NULL AND failed IS NULL;

CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    queued INTEGER NOT NULL,
    claimed_until INTEGER,
    attempts INTEGER NOT NULL,
    sent INTEGER,
    failed INTEGER,
    last_error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_waiting ON messages (queued, id) WHERE sent IS NULL AND failed IS NULL;
CREATE INDEX messages_latest ON messages (queued, id);

CREATE TABLE files (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    added INTEGER NOT NULL,
    account_id BLOB,
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX files_case ON files (case_id, added, id);

-- Bank statements, and their lines. Neither is ever changed.
CREATE TABLE statements (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL,
    holding_id BLOB NOT NULL,
    file_sha256 BLOB NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    opening INTEGER,
    closing INTEGER,
    from_date TEXT NOT NULL,
    to_date TEXT NOT NULL,
    imported INTEGER NOT NULL,
    account_id BLOB,
    UNIQUE (holding_id, file_sha256)
) STRICT;
CREATE INDEX statements_case ON statements (case_id, imported);

CREATE TABLE bank_lines (
    id BLOB NOT NULL PRIMARY KEY,
    statement_id BLOB NOT NULL REFERENCES statements (id),
    case_id BLOB NOT NULL,
    holding_id BLOB NOT NULL,
    line_no INTEGER NOT NULL,
    date TEXT NOT NULL,
    amount INTEGER NOT NULL,
    description TEXT NOT NULL,
    reference TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    UNIQUE (holding_id, dedupe_key)
) STRICT;
CREATE INDEX bank_lines_date ON bank_lines (holding_id, date, line_no);

CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;

CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;

CREATE TRIGGER moves_no_update BEFORE UPDATE ON moves BEGIN
    SELECT RAISE(ABORT, 'moves are never changed');
END;

CREATE TRIGGER moves_no_delete BEFORE DELETE ON moves BEGIN
    SELECT RAISE(ABORT, 'moves are never changed');
END;
