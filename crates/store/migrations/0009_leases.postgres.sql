-- Who does what one server alone may do, until when by the database's own
-- clock, and how often that has passed from one to another.
CREATE TABLE leases (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    term BIGINT NOT NULL
);
