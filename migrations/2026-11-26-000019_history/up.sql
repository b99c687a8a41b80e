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

-- Who used an account, for what, and when: what people are shown of their clients. A call writes
-- its row in the statement that accepts it, under its own id, so there are no references here.
-- Nothing of what was sent or read is here, not even where.
CREATE TABLE accesses (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    -- As the token named it.
    client text,
    account_id uuid NOT NULL,
    account_label text,
    service text NOT NULL,
    -- The name of the tool or the prompt.
    name text,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX accesses_at ON accesses USING brin (at);

CREATE OR REPLACE FUNCTION forget_what_calls_wrote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM invocation_payloads p USING invocations i
        WHERE i.user_id = OLD.id AND p.invocation_id = i.id;
    DELETE FROM invocations WHERE user_id = OLD.id;
    DELETE FROM idempotency_keys WHERE user_id = OLD.id;
    DELETE FROM accesses WHERE user_id = OLD.id;
    DELETE FROM events WHERE user_id = OLD.id;
    RETURN NULL;
END
$$;
