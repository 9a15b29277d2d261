-- What was done to this database beyond its tables: which version its lists
-- are of, which steps after a migration were done, and what kind it is.
CREATE TABLE marks (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- Whose account a message is for, and which one-time link is put into it when
-- it is carried. The message itself never holds the link, and is emptied when
-- it has gone; this row stays.
CREATE TABLE addressees (
    message_id UUID NOT NULL PRIMARY KEY REFERENCES messages (id),
    account_id UUID NOT NULL,
    link TEXT COLLATE "C"
);
