-- The keys with which what is personal is encrypted: one for each stream that
-- somebody's life is in. Each is wrapped: encrypted with a key that is not in
-- here. Of one that was destroyed stays when that was; what was encrypted with it
-- can then be read by nobody.
CREATE TABLE data_keys (
    kind TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    wrapped BYTEA,
    destroyed BIGINT,
    PRIMARY KEY (kind, id),
    CHECK ((wrapped IS NULL) <> (destroyed IS NULL))
);
