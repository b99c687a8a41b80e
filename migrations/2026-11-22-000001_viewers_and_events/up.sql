-- A person, as one issuer names them. Neither issuer nor subject is kept: the id
-- and the key follow from them. Nothing is checked here that the program makes sure of:
-- each event updates a viewer, and Postgres would check all of it again each time.
CREATE TABLE viewers (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_key bytea NOT NULL,
    -- The last position of the person's event log. Updating it inside the
    -- transaction that makes an event locks the row, so positions are handed out in
    -- commit order and none is ever missing.
    event_seq bigint NOT NULL DEFAULT 0,
    -- Events up to here are gone by retention.
    pruned_seq bigint NOT NULL DEFAULT 0,
    selected_services text[] NOT NULL DEFAULT '{}',
    selection_revision integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- What happened, as references. What it looks like is read at delivery.
CREATE TABLE events (
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    kind text NOT NULL,
    entity_id uuid NOT NULL,
    revision integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (user_id, seq)
);
CREATE INDEX events_at ON events USING brin (at);

-- One row for each intent that a client named, for 24 hours.
CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    operation text NOT NULL,
    key text NOT NULL,
    input_hash bytea NOT NULL,
    entity_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys USING brin (created_at);

-- A running server process. What it works on is its own for as long as its lease
-- holds; one heartbeat renews the lease on all of it.
CREATE TABLE replicas (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    lease_until timestamptz NOT NULL
);
