-- Seals: how far every stream and every ledger had come at a moment, so that
-- one that is later missing, or shorter than it was, is known.
CREATE TABLE seals (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    at INTEGER NOT NULL,
    members INTEGER NOT NULL CHECK (members > 0),
    hash BLOB NOT NULL
) STRICT;

-- `kind` is a kind of stream, or 'ledger'.
CREATE TABLE seal_members (
    seal INTEGER NOT NULL REFERENCES seals (number),
    no INTEGER NOT NULL CHECK (no > 0),
    kind TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    head BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (seal, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX seal_members_of ON seal_members (kind, id, version);

CREATE TRIGGER seals_no_update BEFORE UPDATE ON seals BEGIN
    SELECT RAISE(ABORT, 'seals are never changed');
END;

CREATE TRIGGER seals_no_delete BEFORE DELETE ON seals BEGIN
    SELECT RAISE(ABORT, 'seals are never changed');
END;

CREATE TRIGGER seal_members_no_update BEFORE UPDATE ON seal_members BEGIN
    SELECT RAISE(ABORT, 'seals are never changed');
END;

CREATE TRIGGER seal_members_no_delete BEFORE DELETE ON seal_members BEGIN
    SELECT RAISE(ABORT, 'seals are never changed');
END;
