-- How much is stored, so that what one account or one case may add can be
-- bounded without counting it again: bytes of files and lines of bank
-- statements, of each case in all (where the day is '') and of each account on
-- each day.
CREATE TABLE stored (
    owner UUID NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    PRIMARY KEY (owner, day)
);

-- Statements whose payments are being written down part by part: how many
-- there are in the file. A row goes when the last of them is written.
CREATE TABLE begun_statements (
    statement_id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    lines BIGINT NOT NULL
);
CREATE INDEX begun_statements_case ON begun_statements (case_id);

INSERT INTO stored (owner, day, bytes, lines)
    SELECT case_id, '', CAST(SUM(bytes) AS BIGINT), CAST(SUM(lines) AS BIGINT) FROM (
        SELECT case_id, size AS bytes, CAST(0 AS BIGINT) AS lines FROM files
        UNION ALL SELECT case_id, 0, 1 FROM bank_lines) each_of_them
    GROUP BY case_id;
