-- Sums of the ledger, kept beside it so that a page costs the same however
-- long a life is: what came into and went out of each account of a case on
-- each day, and (where the day is '') in all. Made from the ledger, and held
-- against it by `phb verify`.
CREATE TABLE sums (
    case_id UUID NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    layer TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    money_in BIGINT NOT NULL,
    money_out BIGINT NOT NULL,
    PRIMARY KEY (case_id, day, layer, account)
);

-- Lines of statements that wait for somebody to say what they were.
CREATE TABLE open_lines (
    line_id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    holding_id UUID NOT NULL,
    came_in BIGINT NOT NULL,
    date TEXT COLLATE "C" NOT NULL,
    line_no BIGINT NOT NULL
);
CREATE INDEX open_lines_next ON open_lines (holding_id, came_in, date, line_no, line_id);

-- For pages of the ledger, the newest first.
CREATE INDEX entries_happened ON entries (case_id, happened, seq);
-- Without what stands on bank statements.
CREATE INDEX entries_decided ON entries (case_id, happened, seq)
    WHERE cause <> 'bank-line-taken-in' AND cause <> 'bank-line-matched' AND cause <> 'correction';
CREATE INDEX entries_matched_last ON entries (case_id, seq) WHERE cause = 'bank-line-matched';
CREATE INDEX entries_corrects ON entries (case_id, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX bank_lines_statement ON bank_lines (statement_id);
CREATE INDEX bank_lines_same ON bank_lines (holding_id, date, amount, statement_id);

INSERT INTO sums (case_id, day, layer, account, money_in, money_out)
    SELECT case_id, day, layer, account, CAST(SUM(money_in) AS BIGINT), CAST(SUM(money_out) AS BIGINT) FROM (
        SELECT m.case_id, e.happened AS day, m.layer, m.to_account AS account, m.amount AS money_in, 0 AS money_out
            FROM moves m JOIN entries e ON e.case_id = m.case_id AND e.seq = m.seq
        UNION ALL SELECT m.case_id, e.happened, m.layer, m.from_account, 0, m.amount
            FROM moves m JOIN entries e ON e.case_id = m.case_id AND e.seq = m.seq
        UNION ALL SELECT case_id, '', layer, to_account, amount, 0 FROM moves
        UNION ALL SELECT case_id, '', layer, from_account, 0, amount FROM moves) sides
    GROUP BY case_id, day, layer, account;

INSERT INTO open_lines (line_id, case_id, holding_id, came_in, date, line_no)
    SELECT b.id, b.case_id, b.holding_id, CASE WHEN b.amount > 0 THEN 1 ELSE 0 END, b.date, b.line_no
    FROM bank_lines b
    WHERE (b.amount < 0 AND NOT EXISTS (SELECT 1 FROM entries e
            WHERE e.case_id = b.case_id AND e.about = b.id AND e.cause = 'bank-line-matched'
            AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.case_id = e.case_id AND c.corrects = e.id)))
        OR (b.amount > 0
            AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = b.case_id AND e.id = b.id)
            AND b.id NOT IN (SELECT CAST(CAST(body AS JSON) -> 'data' ->> 'bank_line' AS UUID)
                FROM events WHERE stream_kind = 'case' AND type = 'arrangement.payment-arrived'));
