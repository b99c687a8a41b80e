ALTER TABLE accounts DROP COLUMN return_to;
