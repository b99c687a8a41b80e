-- One call to one tool. Account and tool may be gone; the history stays.
CREATE TABLE invocations (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    account_id uuid NOT NULL,
    tool_id uuid NOT NULL,
    service text NOT NULL,
    tool_name text NOT NULL,
    conversation_id text,
    state text NOT NULL,
    progress jsonb,
    problem jsonb,
    -- Who is running it. Null once it is over.
    replica_id uuid,
    revision integer NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    updated_at timestamptz NOT NULL,
    -- One check, because each costs every call.
    CHECK (CASE WHEN replica_id IS NULL
        THEN state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'INTERRUPTED')
        ELSE state IN ('QUEUED', 'RUNNING', 'CANCELLING') END)
);
CREATE INDEX invocations_newest ON invocations (user_id, created_at DESC, id DESC);
CREATE INDEX invocations_of_conversation
    ON invocations (user_id, conversation_id, created_at DESC, id DESC)
    WHERE conversation_id IS NOT NULL;
CREATE INDEX invocations_open ON invocations (replica_id) WHERE replica_id IS NOT NULL;
CREATE INDEX invocations_open_account ON invocations (account_id) WHERE replica_id IS NOT NULL;
CREATE INDEX invocations_created_at ON invocations USING brin (created_at);

-- What was sent and what came back, sealed. Retention deletes rows here and leaves
-- the history alone.
CREATE TABLE invocation_payloads (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    sealed_request bytea NOT NULL,
    sealed_result bytea,
    created_at timestamptz NOT NULL
);
CREATE INDEX invocation_payloads_user ON invocation_payloads (user_id);
CREATE INDEX invocation_payloads_created_at ON invocation_payloads USING brin (created_at);
