-- SQLite builds a small table of its own for every row that is held against a
-- list of more than two words. Held against one word after another the same
-- check costs next to nothing, so the tables of the ledger are made anew.
-- What differs between rows comes first in an index, since all of one case
-- agree in the case.
CREATE TABLE entries_anew (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    id BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose = 'plain' OR purpose = 'hold' OR purpose = 'post'
        OR purpose = 'release' OR purpose = 'expire' OR purpose = 'correct'),
    settles BLOB,
    corrects BLOB,
    expires TEXT,
    reason TEXT,
    cause TEXT NOT NULL,
    about BLOB NOT NULL,
    account_id BLOB,
    happened TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    key TEXT NOT NULL CHECK (key <> ''),
    hash BLOB NOT NULL,
    PRIMARY KEY (case_id, seq),
    UNIQUE (id, case_id),
    UNIQUE (key, case_id),
    FOREIGN KEY (case_id, settles) REFERENCES entries_anew (case_id, id),
    FOREIGN KEY (case_id, corrects) REFERENCES entries_anew (case_id, id),
    CHECK ((settles IS NOT NULL) = (purpose = 'post' OR purpose = 'release' OR purpose = 'expire')),
    CHECK ((corrects IS NOT NULL) = (purpose = 'correct'))
) STRICT, WITHOUT ROWID;

CREATE TABLE moves_anew (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    no INTEGER NOT NULL CHECK (no > 0),
    layer TEXT NOT NULL CHECK (layer = 'budget' OR layer = 'commitment' OR layer = 'actual'),
    from_account TEXT NOT NULL,
    to_account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    from_no INTEGER NOT NULL,
    to_no INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq, no),
    FOREIGN KEY (case_id, seq) REFERENCES entries_anew (case_id, seq)
) STRICT, WITHOUT ROWID;

-- What an entry settles or corrects stands before it.
INSERT INTO entries_anew SELECT case_id, seq, id, purpose, settles, corrects, expires, reason, cause, about,
    account_id, happened, recorded, key, hash FROM entries ORDER BY case_id, seq;
INSERT INTO moves_anew SELECT case_id, seq, no, layer, from_account, to_account, amount, from_no, to_no
    FROM moves ORDER BY case_id, seq, no;
DROP TABLE moves;
DROP TABLE entries;
ALTER TABLE entries_anew RENAME TO entries;
ALTER TABLE moves_anew RENAME TO moves;

CREATE UNIQUE INDEX entries_settle_once ON entries (case_id, settles) WHERE settles IS NOT NULL;
CREATE INDEX entries_holds ON entries (case_id, id) WHERE purpose = 'hold';
-- Of what an entry is about only matches are looked for.
CREATE INDEX entries_matched ON entries (case_id, about) WHERE cause = 'bank-line-matched';

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

-- The lines of banks, kept in the order of their ids: one tree fewer for each.
CREATE TABLE bank_lines_anew (
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
    UNIQUE (dedupe_key, holding_id)
) STRICT, WITHOUT ROWID;
INSERT INTO bank_lines_anew SELECT id, statement_id, case_id, holding_id, line_no, date, amount, description,
    reference, dedupe_key FROM bank_lines ORDER BY id;
DROP TABLE bank_lines;
ALTER TABLE bank_lines_anew RENAME TO bank_lines;
CREATE INDEX bank_lines_date ON bank_lines (holding_id, date, line_no);
