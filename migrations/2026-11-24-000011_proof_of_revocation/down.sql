DROP INDEX accounts_subject;
DROP INDEX revocations_dead;
DELETE FROM revocations WHERE state IN ('HELD', 'SPARED') OR kind = 'KEY'
    OR (state = 'DEAD' AND sealed_token IS NULL);
ALTER TABLE revocations
    DROP COLUMN reason,
    DROP COLUMN subject,
    DROP CONSTRAINT revocations_kind_check,
    DROP CONSTRAINT revocations_state_check,
    DROP CONSTRAINT revocations_token_check,
    ADD CONSTRAINT revocations_kind_check CHECK (kind IN ('REFRESH', 'ACCESS')),
    ADD CONSTRAINT revocations_state_check
        CHECK (state IN ('PENDING', 'DONE', 'UNSUPPORTED', 'DEAD')),
    ADD CONSTRAINT revocations_check
        CHECK ((state IN ('PENDING', 'DEAD')) = (sealed_token IS NOT NULL));
