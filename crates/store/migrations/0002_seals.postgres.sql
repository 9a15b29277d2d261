-- Seals: how far every stream and every ledger had come at a moment, so that
-- one that is later missing, or shorter than it was, is known.
CREATE TABLE seals (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    at BIGINT NOT NULL,
    members BIGINT NOT NULL CHECK (members > 0),
    hash BYTEA NOT NULL
);

-- `kind` is a kind of stream, or 'ledger'.
CREATE TABLE seal_members (
    seal BIGINT NOT NULL REFERENCES seals (number),
    no BIGINT NOT NULL CHECK (no > 0),
    kind TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    head BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (seal, no)
);
CREATE INDEX seal_members_of ON seal_members (kind, id, version);
