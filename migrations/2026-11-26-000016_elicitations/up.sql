-- A question that a service asks in the middle of a call, and its answer. What it asks and what
-- was answered is sealed, the service's own name for it included.
CREATE TABLE elicitations (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    invocation_id uuid NOT NULL REFERENCES invocations (id) ON DELETE CASCADE,
    service text NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'ANSWERED', 'EXPIRED', 'WITHDRAWN')),
    action text CHECK (action IN ('ACCEPT', 'DECLINE', 'CANCEL')),
    sealed_question bytea NOT NULL,
    sealed_answer bytea,
    revision integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((state = 'ANSWERED') = (action IS NOT NULL)),
    CHECK ((action IS NULL) = (sealed_answer IS NULL))
);
CREATE INDEX elicitations_user ON elicitations (user_id, id);
CREATE INDEX elicitations_invocation ON elicitations (invocation_id);
CREATE INDEX elicitations_pending ON elicitations (expires_at) WHERE state = 'PENDING';

-- How a call goes on that ended with questions, and how often it did.
CREATE TABLE continuations (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    rounds smallint NOT NULL CHECK (rounds > 0),
    sealed_round bytea NOT NULL
);
CREATE INDEX continuations_user ON continuations (user_id);
