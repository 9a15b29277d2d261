-- Of what an entry is about only matches are looked for.
DROP INDEX entries_about;
CREATE INDEX entries_matched ON entries (case_id, about) WHERE cause = 'bank-line-matched';
