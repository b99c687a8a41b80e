DROP TABLE refreshes;
ALTER TABLE credentials DROP COLUMN issued_at;
