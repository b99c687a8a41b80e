-- How fresh the knowledge of an account's tools is.
CREATE TABLE catalogs (
    account_id uuid PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('LOADING', 'READY', 'REFRESHING', 'FAILED')),
    tool_count integer NOT NULL DEFAULT 0,
    fetched_at timestamptz,
    problem jsonb,
    -- Who is reading.
    replica_id uuid,
    revision integer NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX catalogs_user ON catalogs (user_id);
CREATE INDEX catalogs_reading ON catalogs (replica_id) WHERE state IN ('LOADING', 'REFRESHING');

-- What an account offers. A tool that is no longer offered stays as a tombstone, so
-- that a reader who was away learns of it, and so that it keeps its id and the
-- person's settings should it come back.
CREATE TABLE tools (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    service text NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    description text,
    -- `json`, not `jsonb`: the order of a schema's properties is the order of the form.
    definition json NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    -- The revision of the catalog in which the definition last changed.
    catalog_revision integer NOT NULL,
    is_removed boolean NOT NULL DEFAULT false,
    revision integer NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (account_id, name)
);
CREATE INDEX tools_in_order ON tools (user_id, service, account_id, name);
CREATE INDEX tools_of_change ON tools (account_id, catalog_revision);

-- What the person decided about a tool.
CREATE TABLE tool_settings (
    tool_id uuid PRIMARY KEY REFERENCES tools (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    is_enabled boolean NOT NULL,
    is_pinned boolean NOT NULL,
    confirmation text NOT NULL CHECK (confirmation IN ('ALWAYS', 'UNLESS_READ_ONLY', 'NEVER')),
    sealed_presets bytea,
    updated_at timestamptz NOT NULL
);
CREATE INDEX tool_settings_user ON tool_settings (user_id);
