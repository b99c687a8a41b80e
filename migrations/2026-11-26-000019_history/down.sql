CREATE OR REPLACE FUNCTION forget_what_calls_wrote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM invocation_payloads p USING invocations i
        WHERE i.user_id = OLD.id AND p.invocation_id = i.id;
    DELETE FROM invocations WHERE user_id = OLD.id;
    DELETE FROM idempotency_keys WHERE user_id = OLD.id;
    DELETE FROM events WHERE user_id = OLD.id;
    RETURN NULL;
END
$$;
DROP TABLE accesses;
DROP TABLE invocation_repeats;
DROP TABLE invocation_erasures;
