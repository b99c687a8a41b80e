-- How a person wants to be asked before tools run that they said nothing about.
ALTER TABLE viewers
    ADD COLUMN default_confirmation text NOT NULL DEFAULT 'UNLESS_READ_ONLY'
        CHECK (default_confirmation IN
            ('ALWAYS', 'ONCE_PER_CONVERSATION', 'UNLESS_READ_ONLY', 'NEVER')),
    ADD COLUMN settings_revision integer NOT NULL DEFAULT 0;

ALTER TABLE tool_settings DROP CONSTRAINT tool_settings_confirmation_check;
ALTER TABLE tool_settings ADD CONSTRAINT tool_settings_confirmation_check
    CHECK (confirmation IN
        ('DEFAULT', 'ALWAYS', 'ONCE_PER_CONVERSATION', 'UNLESS_READ_ONLY', 'NEVER'));

-- A call that waits for the person to approve of it, and what they decided. What they were asked
-- about is the tool as it was then.
CREATE TABLE approvals (
    invocation_id uuid PRIMARY KEY REFERENCES invocations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    tool_digest bytea NOT NULL CHECK (octet_length(tool_digest) = 32),
    decision text CHECK (decision IN ('APPROVED', 'REJECTED', 'EXPIRED', 'WITHDRAWN')),
    is_edited boolean NOT NULL DEFAULT false,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    CHECK ((decision IS NULL) = (decided_at IS NULL))
);
CREATE INDEX approvals_user ON approvals (user_id);
CREATE INDEX approvals_pending ON approvals (expires_at) WHERE decision IS NULL;

-- Where a person was asked once in a conversation. A tool that changed asks again.
CREATE TABLE conversation_approvals (
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    conversation_id text NOT NULL,
    tool_id uuid NOT NULL REFERENCES tools (id) ON DELETE CASCADE,
    tool_digest bytea NOT NULL CHECK (octet_length(tool_digest) = 32),
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, conversation_id, tool_id)
);
CREATE INDEX conversation_approvals_tool ON conversation_approvals (tool_id);
CREATE INDEX conversation_approvals_at ON conversation_approvals (approved_at);
