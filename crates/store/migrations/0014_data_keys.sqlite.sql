-- The keys with which what is personal is encrypted: one for each stream that
-- somebody's life is in. Each is wrapped: encrypted with a key that is not in
-- here. Of one that was destroyed stays when that was; what was encrypted with it
-- can then be read by nobody.
CREATE TABLE data_keys (
    kind TEXT NOT NULL,
    id BLOB NOT NULL,
    wrapped BLOB,
    destroyed INTEGER,
    PRIMARY KEY (kind, id),
    CHECK ((wrapped IS NULL) <> (destroyed IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER data_keys_no_delete BEFORE DELETE ON data_keys BEGIN
    SELECT RAISE(ABORT, 'a key is destroyed in its row, which stays');
END;
