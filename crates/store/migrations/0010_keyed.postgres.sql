-- What only a program with the key can have written. `mac` is the id of the
-- key (4 bytes) and an HMAC-SHA-256 (32 bytes); the key is never in here.
ALTER TABLE streams ADD COLUMN mac BYTEA;
ALTER TABLE ledgers ADD COLUMN mac BYTEA;
ALTER TABLE seals ADD COLUMN mac BYTEA;

-- The same for rows that change: one for each row of those tables, under the
-- name of the table and what the key of the row is.
CREATE TABLE macs (
    of_table TEXT COLLATE "C" NOT NULL,
    of_row TEXT COLLATE "C" NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (of_table, of_row)
);

-- The register of a case: every file, statement, line of a statement and look
-- that was written down, in the order in which it was, each with a hash over
-- its row and over the entry before.
CREATE TABLE registers (
    case_id UUID NOT NULL PRIMARY KEY,
    entries BIGINT NOT NULL,
    head BYTEA NOT NULL,
    mac BYTEA
);

CREATE TABLE registered (
    case_id UUID NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    of_table TEXT COLLATE "C" NOT NULL,
    of_row TEXT COLLATE "C" NOT NULL,
    sha256 BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (case_id, seq)
);
