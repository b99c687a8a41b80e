ALTER TABLE invocation_payloads ADD COLUMN user_id uuid, ADD COLUMN created_at timestamptz;
UPDATE invocation_payloads p SET user_id = i.user_id, created_at = i.created_at
    FROM invocations i WHERE i.id = p.invocation_id;
DELETE FROM invocation_payloads WHERE user_id IS NULL;
ALTER TABLE invocation_payloads
    ALTER COLUMN user_id SET NOT NULL, ALTER COLUMN created_at SET NOT NULL,
    ADD CONSTRAINT invocation_payloads_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES viewers (id) ON DELETE CASCADE;
CREATE INDEX invocation_payloads_user ON invocation_payloads (user_id);
CREATE INDEX invocation_payloads_created_at ON invocation_payloads USING brin (created_at);

CREATE INDEX invocations_created_at ON invocations USING brin (created_at);
CREATE INDEX invocations_open ON invocations (replica_id) WHERE replica_id IS NOT NULL;
ALTER TABLE invocations ADD CONSTRAINT invocations_check
    CHECK (CASE WHEN replica_id IS NULL
        THEN state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'INTERRUPTED')
        ELSE state IN ('QUEUED', 'RUNNING', 'CANCELLING') END);

DROP TRIGGER viewers_forgotten ON viewers;
DROP FUNCTION forget_what_calls_wrote;

ALTER TABLE invocation_payloads ADD CONSTRAINT invocation_payloads_invocation_id_fkey
    FOREIGN KEY (invocation_id) REFERENCES invocations (id) ON DELETE CASCADE;
ALTER TABLE invocations ADD CONSTRAINT invocations_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES viewers (id) ON DELETE CASCADE;
ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES viewers (id) ON DELETE CASCADE;
ALTER TABLE events ADD CONSTRAINT events_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES viewers (id) ON DELETE CASCADE;
