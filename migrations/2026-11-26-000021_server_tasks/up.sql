-- Calls that a service goes on with by itself, as tasks: its name for them is sealed, and whoever
-- runs asks about them until they are over or it is too late.
CREATE TABLE server_tasks (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    sealed_task bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX server_tasks_user ON server_tasks (user_id);

-- Of the calls a viewer ever approved of, those that wait are few.
CREATE INDEX approvals_waiting ON approvals (user_id) WHERE decision IS NULL;
