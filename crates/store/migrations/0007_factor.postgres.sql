-- That somebody in a session has shown again that it is them, and when.
CREATE TABLE proofs (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    at BIGINT NOT NULL
);

-- What was begun in a session and comes to its end in it, or to nothing: the
-- secret of a code app that is being set up, the challenge to a passkey.
CREATE TABLE unfinished (
    token_hash BYTEA NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    account_id UUID NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (token_hash, purpose)
);

-- Printed codes, each for once: hashes only.
CREATE TABLE printed_codes (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    made BIGINT NOT NULL,
    used BIGINT
);
CREATE INDEX printed_codes_of ON printed_codes (account_id);

-- `body` is the public key as the library writes it; `counter` is what the
-- passkey counted last.
CREATE TABLE passkeys (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    credential BYTEA NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    counter BIGINT NOT NULL,
    added BIGINT NOT NULL,
    used BIGINT
);
CREATE INDEX passkeys_of ON passkeys (account_id);
