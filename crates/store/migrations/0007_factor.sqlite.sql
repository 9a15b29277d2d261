-- That somebody in a session has shown again that it is them, and when.
CREATE TABLE proofs (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was begun in a session and comes to its end in it, or to nothing: the
-- secret of a code app that is being set up, the challenge to a passkey.
CREATE TABLE unfinished (
    token_hash BLOB NOT NULL,
    purpose TEXT NOT NULL,
    account_id BLOB NOT NULL,
    body TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (token_hash, purpose)
) STRICT, WITHOUT ROWID;

-- Printed codes, each for once: hashes only.
CREATE TABLE printed_codes (
    code_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    made INTEGER NOT NULL,
    used INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX printed_codes_of ON printed_codes (account_id);

-- `body` is the public key as the library writes it; `counter` is what the
-- passkey counted last.
CREATE TABLE passkeys (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    credential BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    counter INTEGER NOT NULL,
    added INTEGER NOT NULL,
    used INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_of ON passkeys (account_id);
