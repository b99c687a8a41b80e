UPDATE invocations SET state = 'FAILED', finished_at = updated_at
    WHERE state = 'AWAITING_AUTHORIZATION';
DROP TABLE consents;
