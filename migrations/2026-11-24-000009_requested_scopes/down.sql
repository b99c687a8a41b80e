ALTER TABLE accounts DROP COLUMN requested_scopes;
