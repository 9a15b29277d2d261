-- What was done to this database beyond its tables: which version its lists
-- are of, which steps after a migration were done, and what kind it is.
CREATE TABLE marks (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose account a message is for, and which one-time link is put into it when
-- it is carried. The message itself never holds the link, and is emptied when
-- it has gone; this row stays.
CREATE TABLE addressees (
    message_id BLOB NOT NULL PRIMARY KEY REFERENCES messages (id),
    account_id BLOB NOT NULL,
    link TEXT
) STRICT, WITHOUT ROWID;
