UPDATE invocations SET state = 'CANCELLED', finished_at = updated_at
    WHERE state = 'APPROVAL_REQUIRED';
DELETE FROM events WHERE kind = 'SETTINGS_UPDATED';
DROP TABLE conversation_approvals;
DROP TABLE approvals;
UPDATE tool_settings SET confirmation = 'ALWAYS' WHERE confirmation = 'ONCE_PER_CONVERSATION';
UPDATE tool_settings SET confirmation = 'UNLESS_READ_ONLY' WHERE confirmation = 'DEFAULT';
ALTER TABLE tool_settings DROP CONSTRAINT tool_settings_confirmation_check;
ALTER TABLE tool_settings ADD CONSTRAINT tool_settings_confirmation_check
    CHECK (confirmation IN ('ALWAYS', 'UNLESS_READ_ONLY', 'NEVER'));
ALTER TABLE viewers DROP COLUMN settings_revision, DROP COLUMN default_confirmation;
