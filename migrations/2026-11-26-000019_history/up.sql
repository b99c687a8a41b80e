-- That a person erased what one of their calls carried, and when. The fact of the call stays.
CREATE TABLE invocation_erasures (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    erased_at timestamptz NOT NULL
);
CREATE INDEX invocation_erasures_user ON invocation_erasures (user_id);

-- Which call another one repeats. The former may be gone by now.
CREATE TABLE invocation_repeats (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    repeats uuid NOT NULL
);
CREATE INDEX invocation_repeats_user ON invocation_repeats (user_id);
