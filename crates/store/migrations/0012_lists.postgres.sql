-- What lists showed to whom: one row for each page of a list that somebody saw,
-- with the ids (16 bytes each) of those cases and requests in it which they had
-- not seen there in this quarter of an hour.
CREATE TABLE list_looks (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    subjects BYTEA NOT NULL
);

CREATE INDEX list_looks_account ON list_looks (account_id, id);

-- The same by case, made from it: on which days of a month (a bit for each)
-- somebody saw it in a list.
CREATE TABLE list_sights (
    subject_id UUID NOT NULL,
    month BIGINT NOT NULL,
    account_id UUID NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    days BIGINT NOT NULL,
    PRIMARY KEY (subject_id, month, account_id, list)
);

