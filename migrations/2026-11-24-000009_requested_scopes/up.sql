-- What was asked for when the account was connected: what is missing from what was granted
-- can be named.
ALTER TABLE accounts ADD COLUMN requested_scopes text[] NOT NULL DEFAULT '{}';
UPDATE accounts SET requested_scopes = granted_scopes;
