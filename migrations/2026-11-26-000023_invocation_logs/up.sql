-- What services say while they work on calls. The words are sealed; the event of each refers to it.
CREATE TABLE invocation_logs (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    invocation_id uuid NOT NULL REFERENCES invocations (id) ON DELETE CASCADE,
    service text NOT NULL,
    level text NOT NULL,
    sealed_message bytea NOT NULL,
    logged_at timestamptz NOT NULL
);
CREATE INDEX invocation_logs_user ON invocation_logs (user_id);
CREATE INDEX invocation_logs_invocation ON invocation_logs (invocation_id);
