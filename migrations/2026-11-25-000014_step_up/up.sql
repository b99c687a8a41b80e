-- A call that the service refused for want of scopes waits for the person's consent to more: for
-- which, in which attempt as long as it waits, and how often it was refused like that.
CREATE TABLE consents (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    account_id uuid NOT NULL,
    attempt_id uuid REFERENCES connect_attempts (id) ON DELETE SET NULL,
    wanted_scopes text[] NOT NULL,
    refusals smallint NOT NULL CHECK (refusals > 0)
);
CREATE INDEX consents_waiting ON consents (user_id, account_id, attempt_id);
CREATE INDEX consents_attempt ON consents (attempt_id) WHERE attempt_id IS NOT NULL;
