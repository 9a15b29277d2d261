-- Who does what one server alone may do, until when by the database's own
-- clock, and how often that has passed from one to another.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL,
    term INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
