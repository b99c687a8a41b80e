-- A tool that is not any more what its viewer knew: how it was then, until they accept what it is.
-- However often it changes, it is held against what they knew.
CREATE TABLE tool_changes (
    tool_id uuid PRIMARY KEY REFERENCES tools (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    former json NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX tool_changes_user ON tool_changes (user_id);
