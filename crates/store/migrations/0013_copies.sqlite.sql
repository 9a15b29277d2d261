-- Copies of everything that is held about somebody, which they asked for: each
-- until it has been there for some days. Whose each is stands on the record.
CREATE TABLE copies (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    until TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX copies_request ON copies (request_id);

-- Which letters an account got is asked where somebody wants to know all.
CREATE INDEX addressees_account ON addressees (account_id);
