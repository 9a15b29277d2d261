-- Copies of everything that is held about somebody, which they asked for: each
-- until it has been there for some days. Whose each is stands on the record.
CREATE TABLE copies (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    request_id UUID NOT NULL,
    until TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE INDEX copies_request ON copies (request_id);

-- Which letters an account got is asked where somebody wants to know all.
CREATE INDEX addressees_account ON addressees (account_id);
