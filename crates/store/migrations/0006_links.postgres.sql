-- The links of one account are ended together: when a newer one is made, and
-- when its passphrase is chosen.
CREATE INDEX one_time_links_account ON one_time_links (account_id, purpose);
