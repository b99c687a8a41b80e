DROP INDEX revocations_sealed;
ALTER TABLE client_registrations DROP COLUMN data_key_id;
ALTER TABLE revocations DROP COLUMN data_key_id;
ALTER TABLE attempt_exchanges DROP COLUMN data_key_id;
ALTER TABLE credentials DROP COLUMN data_key_id;
DROP FUNCTION key_of(bytea);
DROP INDEX data_keys_current;
-- One key seals again, and the other goes on opening.
UPDATE data_keys SET is_current = false WHERE purpose = 'CREDENTIALS';
CREATE UNIQUE INDEX data_keys_current ON data_keys (user_id) WHERE is_current;
ALTER TABLE data_keys DROP COLUMN purpose;
