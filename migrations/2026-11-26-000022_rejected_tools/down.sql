ALTER TABLE catalogs DROP COLUMN rejected_tools, DROP COLUMN fresh_until;
