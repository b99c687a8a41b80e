UPDATE invocations SET state = 'CANCELLED', replica_id = NULL, finished_at = updated_at
    WHERE state = 'AWAITING_INPUT';
DELETE FROM events WHERE kind = 'ELICITATION_UPDATED';
DROP TABLE continuations;
DROP TABLE elicitations;
