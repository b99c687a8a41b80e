-- The keys of the ring that were ever used here. The keys themselves are never in
-- the database; a check value shows whether the ring holds the same ones.
CREATE TABLE sealing_keys (
    id bigint PRIMARY KEY CHECK (id BETWEEN 0 AND 4294967295),
    name text NOT NULL,
    check_value bytea NOT NULL CHECK (octet_length(check_value) = 16),
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL
);

-- A person's own data keys, sealed with a key of the ring. Everything sealed for
-- the person is sealed with one of these: deleting them erases it, backups included.
CREATE TABLE data_keys (
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    id bigint NOT NULL CHECK (id BETWEEN 0 AND 4294967295),
    sealing_key_id bigint NOT NULL REFERENCES sealing_keys (id),
    sealed_key bytea NOT NULL,
    is_current boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX data_keys_current ON data_keys (user_id) WHERE is_current;
CREATE INDEX data_keys_sealing_key ON data_keys (sealing_key_id);
