-- The record: one row per stream with its head, one row per event.
CREATE TABLE streams (
    kind TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    head BYTEA NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE events (
    stream_kind TEXT COLLATE "C" NOT NULL,
    stream_id UUID NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (stream_kind, stream_id, seq)
);

-- The ledger. A row of `moves` takes an amount out of one account and puts it
-- into another in one layer, so that what does not balance cannot be stored.
CREATE TABLE ledgers (
    case_id UUID NOT NULL PRIMARY KEY,
    entries BIGINT NOT NULL CHECK (entries > 0),
    head BYTEA NOT NULL
);

CREATE TABLE entries (
    case_id UUID NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    id UUID NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('plain', 'hold', 'post', 'release', 'expire', 'correct')),
    settles UUID,
    corrects UUID,
    expires TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    cause TEXT COLLATE "C" NOT NULL,
    about UUID NOT NULL,
    account_id UUID,
    happened TEXT COLLATE "C" NOT NULL,
    recorded BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL CHECK (length(key) > 0),
    hash BYTEA NOT NULL,
    PRIMARY KEY (case_id, seq),
    UNIQUE (case_id, id),
    UNIQUE (case_id, key),
    FOREIGN KEY (case_id, settles) REFERENCES entries (case_id, id),
    FOREIGN KEY (case_id, corrects) REFERENCES entries (case_id, id),
    CHECK ((settles IS NOT NULL) = (purpose IN ('post', 'release', 'expire'))),
    CHECK ((corrects IS NOT NULL) = (purpose = 'correct'))
);

CREATE UNIQUE INDEX entries_settle_once ON entries (case_id, settles) WHERE settles IS NOT NULL;
CREATE INDEX entries_about ON entries (about);
CREATE INDEX entries_holds ON entries (case_id, id) WHERE purpose = 'hold';

CREATE TABLE moves (
    case_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    no BIGINT NOT NULL CHECK (no > 0),
    layer TEXT COLLATE "C" NOT NULL CHECK (layer IN ('budget', 'commitment', 'actual')),
    from_account TEXT COLLATE "C" NOT NULL,
    to_account TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    from_no BIGINT NOT NULL,
    to_no BIGINT NOT NULL,
    PRIMARY KEY (case_id, seq, no),
    FOREIGN KEY (case_id, seq) REFERENCES entries (case_id, seq)
);

-- Lists: made from the record, thrown away and made again at will.
CREATE TABLE list_rows (
    list TEXT COLLATE "C" NOT NULL,
    stream_kind TEXT COLLATE "C" NOT NULL,
    stream_id UUID NOT NULL,
    row_no BIGINT NOT NULL,
    area UUID,
    owner UUID,
    due TEXT COLLATE "C",
    state TEXT COLLATE "C",
    folded TEXT COLLATE "C",
    sort TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (stream_kind, stream_id, row_no)
);

CREATE INDEX list_rows_area ON list_rows (list, area, sort, stream_id, row_no);
CREATE INDEX list_rows_state ON list_rows (list, area, state, sort, stream_id, row_no);
CREATE INDEX list_rows_owner ON list_rows (list, owner, sort, stream_id, row_no);

-- Who may sign in, and who is signed in.
CREATE TABLE credentials (
    account_id UUID NOT NULL PRIMARY KEY,
    passphrase_hash TEXT COLLATE "C" NOT NULL,
    totp_secret BYTEA,
    totp_last_step BIGINT,
    changed BIGINT NOT NULL
);

CREATE TABLE login_names (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL
);
CREATE INDEX login_names_account ON login_names (account_id);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    started BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    ended BIGINT,
    label TEXT COLLATE "C" NOT NULL,
    second_factor BIGINT NOT NULL,
    acting_as TEXT COLLATE "C"
);
CREATE INDEX sessions_account ON sessions (account_id, started);

CREATE TABLE one_time_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT COLLATE "C" NOT NULL,
    account_id UUID,
    body TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT
);

CREATE TABLE attempts (
    id UUID NOT NULL PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX attempts_key ON attempts (key, at);
CREATE INDEX attempts_at ON attempts (at);

-- Who looked at what.
CREATE TABLE looks (
    case_id UUID NOT NULL,
    account_id UUID NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    period BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (case_id, period, account_id, section)
);

-- Work to be done after a commit.
CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    due BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_until BIGINT,
    done BIGINT,
    failed BIGINT,
    last_error TEXT COLLATE "C",
    unique_key TEXT COLLATE "C"
);
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_waiting ON jobs (due, id) WHERE done IS NULL AND failed IS NULL;

CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    to_address TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    queued BIGINT NOT NULL,
    claimed_until BIGINT,
    attempts BIGINT NOT NULL,
    sent BIGINT,
    failed BIGINT,
    last_error TEXT COLLATE "C"
);
CREATE INDEX messages_waiting ON messages (queued, id) WHERE sent IS NULL AND failed IS NULL;
CREATE INDEX messages_latest ON messages (queued, id);

CREATE TABLE files (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    added BIGINT NOT NULL,
    account_id UUID,
    bytes BYTEA NOT NULL
);
CREATE INDEX files_case ON files (case_id, added, id);

-- Bank statements, and their lines. Neither is ever changed.
CREATE TABLE statements (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    holding_id UUID NOT NULL,
    file_sha256 BYTEA NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    opening BIGINT,
    closing BIGINT,
    from_date TEXT COLLATE "C" NOT NULL,
    to_date TEXT COLLATE "C" NOT NULL,
    imported BIGINT NOT NULL,
    account_id UUID,
    UNIQUE (holding_id, file_sha256)
);
CREATE INDEX statements_case ON statements (case_id, imported);

CREATE TABLE bank_lines (
    id UUID NOT NULL PRIMARY KEY,
    statement_id UUID NOT NULL REFERENCES statements (id),
    case_id UUID NOT NULL,
    holding_id UUID NOT NULL,
    line_no BIGINT NOT NULL,
    date TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    dedupe_key TEXT COLLATE "C" NOT NULL,
    UNIQUE (holding_id, dedupe_key)
);
CREATE INDEX bank_lines_date ON bank_lines (holding_id, date, line_no);
