-- Why a token has to be revoked, whose account it spoke for where that decides whether it may
-- be, and what else there is to say of it than that it was revoked.
ALTER TABLE revocations
    ADD COLUMN reason text NOT NULL DEFAULT 'DISCONNECTED'
        CHECK (reason IN ('DISCONNECTED', 'REPLACED', 'UNWANTED')),
    ADD COLUMN subject text,
    DROP CONSTRAINT revocations_kind_check,
    DROP CONSTRAINT revocations_state_check,
    DROP CONSTRAINT revocations_check,
    ADD CONSTRAINT revocations_kind_check CHECK (kind IN ('REFRESH', 'ACCESS', 'KEY')),
    ADD CONSTRAINT revocations_state_check
        CHECK (state IN ('PENDING', 'HELD', 'DONE', 'UNSUPPORTED', 'SPARED', 'DEAD')),
    -- A token whose seal is broken is dead without one.
    ADD CONSTRAINT revocations_token_check CHECK (CASE
        WHEN state IN ('PENDING', 'HELD') THEN sealed_token IS NOT NULL
        WHEN state = 'DEAD' THEN true
        ELSE sealed_token IS NULL
    END);
CREATE INDEX revocations_dead ON revocations (service, created_at) WHERE state = 'DEAD';
CREATE INDEX accounts_subject ON accounts (service, subject);
