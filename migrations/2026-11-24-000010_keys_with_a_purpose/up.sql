-- What an account is used with is sealed with one key of its person, and what the person did
-- with another: the first is destroyed with the last account, and history stays readable. Keys
-- from before sealed both, and go on opening both.
ALTER TABLE data_keys ADD COLUMN purpose text NOT NULL DEFAULT 'CONTENT'
    CHECK (purpose IN ('CREDENTIALS', 'CONTENT'));
DROP INDEX data_keys_current;
CREATE UNIQUE INDEX data_keys_current ON data_keys (user_id, purpose) WHERE is_current;

-- The id of the key that an envelope names.
CREATE FUNCTION key_of(envelope bytea) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (get_byte(envelope, 3)::bigint << 24) | (get_byte(envelope, 4)::bigint << 16)
        | (get_byte(envelope, 5)::bigint << 8) | get_byte(envelope, 6)::bigint;

-- Nothing can be sealed with a key that is being destroyed, and no key be destroyed with which
-- something is sealed, whichever process is late. All secrets of a row have the same key.
ALTER TABLE credentials
    ADD COLUMN data_key_id bigint GENERATED ALWAYS AS (key_of(sealed_access)) STORED,
    ADD CONSTRAINT credentials_data_key
        FOREIGN KEY (user_id, data_key_id) REFERENCES data_keys (user_id, id);
ALTER TABLE attempt_exchanges
    ADD COLUMN data_key_id bigint GENERATED ALWAYS AS (key_of(sealed_verifier)) STORED,
    ADD CONSTRAINT attempt_exchanges_data_key
        FOREIGN KEY (user_id, data_key_id) REFERENCES data_keys (user_id, id);
ALTER TABLE revocations
    ADD COLUMN data_key_id bigint GENERATED ALWAYS AS (key_of(sealed_token)) STORED,
    ADD CONSTRAINT revocations_data_key
        FOREIGN KEY (user_id, data_key_id) REFERENCES data_keys (user_id, id);
ALTER TABLE client_registrations
    ADD COLUMN data_key_id bigint GENERATED ALWAYS AS (key_of(sealed_secret)) STORED,
    ADD CONSTRAINT client_registrations_data_key
        FOREIGN KEY (user_id, data_key_id) REFERENCES data_keys (user_id, id);
CREATE INDEX revocations_sealed ON revocations (user_id) WHERE sealed_token IS NOT NULL;
