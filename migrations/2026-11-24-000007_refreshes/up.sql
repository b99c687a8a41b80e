-- When the access token was issued: how long it lives decides when it is renewed.
ALTER TABLE credentials ADD COLUMN issued_at timestamptz;
UPDATE credentials SET issued_at = updated_at;
ALTER TABLE credentials ALTER COLUMN issued_at SET NOT NULL;

-- How the renewal of a credential stands, for each that can be renewed. One process at a
-- time may ask the service, by a lease; whoever dies in between is succeeded by another.
CREATE TABLE refreshes (
    account_id uuid PRIMARY KEY REFERENCES credentials (account_id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    service text NOT NULL,
    state text NOT NULL CHECK (state IN ('IDLE', 'REFRESHING', 'UNCERTAIN')),
    -- When it is tried by itself. Null where the service does not say how long tokens live.
    due_at timestamptz,
    -- Whose turn it is, and since when. The token may have been spent since then.
    lease_id uuid,
    lease_until timestamptz,
    started_at timestamptz,
    -- How often in a row it did not work.
    failures integer NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    CHECK ((state = 'REFRESHING') = (lease_id IS NOT NULL)),
    CHECK ((lease_id IS NULL) = (lease_until IS NULL)),
    CHECK ((state = 'IDLE') = (started_at IS NULL))
);
CREATE INDEX refreshes_user ON refreshes (user_id);
CREATE INDEX refreshes_due ON refreshes (service, due_at) WHERE state <> 'REFRESHING';
CREATE INDEX refreshes_leased ON refreshes (service, lease_until) WHERE state = 'REFRESHING';
CREATE UNIQUE INDEX refreshes_lease ON refreshes (lease_id);

INSERT INTO refreshes (account_id, user_id, service, state, due_at, updated_at)
    SELECT c.account_id, c.user_id, a.service, 'IDLE', c.access_expires_at, c.updated_at
    FROM credentials c JOIN accounts a ON a.id = c.account_id
    WHERE c.sealed_refresh IS NOT NULL;
