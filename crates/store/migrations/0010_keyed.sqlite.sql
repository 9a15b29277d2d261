-- What only a program with the key can have written. `mac` is the id of the
-- key (4 bytes) and an HMAC-SHA-256 (32 bytes); the key is never in here.
ALTER TABLE streams ADD COLUMN mac BLOB;
ALTER TABLE ledgers ADD COLUMN mac BLOB;
ALTER TABLE seals ADD COLUMN mac BLOB;

-- The same for rows that change: one for each row of those tables, under the
-- name of the table and what the key of the row is.
CREATE TABLE macs (
    of_table TEXT NOT NULL,
    of_row TEXT NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (of_table, of_row)
) STRICT, WITHOUT ROWID;

-- The register of a case: every file, statement, line of a statement and look
-- that was written down, in the order in which it was, each with a hash over
-- its row and over the entry before.
CREATE TABLE registers (
    case_id BLOB NOT NULL PRIMARY KEY,
    entries INTEGER NOT NULL,
    head BLOB NOT NULL,
    mac BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE registered (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    of_table TEXT NOT NULL,
    of_row TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER registered_no_update BEFORE UPDATE ON registered BEGIN
    SELECT RAISE(ABORT, 'registers are never changed');
END;

CREATE TRIGGER registered_no_delete BEFORE DELETE ON registered BEGIN
    SELECT RAISE(ABORT, 'registers are never changed');
END;

CREATE TRIGGER files_no_update BEFORE UPDATE ON files BEGIN
    SELECT RAISE(ABORT, 'files are never changed');
END;

CREATE TRIGGER files_no_delete BEFORE DELETE ON files BEGIN
    SELECT RAISE(ABORT, 'files are never changed');
END;

CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements BEGIN
    SELECT RAISE(ABORT, 'statements are never changed');
END;

CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements BEGIN
    SELECT RAISE(ABORT, 'statements are never changed');
END;

CREATE TRIGGER bank_lines_no_update BEFORE UPDATE ON bank_lines BEGIN
    SELECT RAISE(ABORT, 'bank lines are never changed');
END;

CREATE TRIGGER bank_lines_no_delete BEFORE DELETE ON bank_lines BEGIN
    SELECT RAISE(ABORT, 'bank lines are never changed');
END;

CREATE TRIGGER looks_no_delete BEFORE DELETE ON looks BEGIN
    SELECT RAISE(ABORT, 'looks are never removed');
END;
