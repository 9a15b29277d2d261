-- What lists showed to whom: one row for each page of a list that somebody saw,
-- with the ids (16 bytes each) of those cases and requests in it which they had
-- not seen there in this quarter of an hour.
CREATE TABLE list_looks (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    list TEXT NOT NULL,
    at INTEGER NOT NULL,
    subjects BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX list_looks_account ON list_looks (account_id, id);

-- The same by case, made from it: on which days of a month (a bit for each)
-- somebody saw it in a list.
CREATE TABLE list_sights (
    subject_id BLOB NOT NULL,
    month INTEGER NOT NULL,
    account_id BLOB NOT NULL,
    list TEXT NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (subject_id, month, account_id, list)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER list_looks_no_update BEFORE UPDATE ON list_looks BEGIN
    SELECT RAISE(ABORT, 'looks are never changed');
END;

CREATE TRIGGER list_looks_no_delete BEFORE DELETE ON list_looks BEGIN
    SELECT RAISE(ABORT, 'looks are never removed');
END;
