-- Services that a viewer added by the URL of an MCP server, visible to that viewer alone.
CREATE TABLE own_services (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    code text NOT NULL UNIQUE CHECK (code LIKE 'OWN\_%'),
    name text NOT NULL,
    mcp_url text NOT NULL,
    connect_method text NOT NULL CHECK (connect_method IN ('OAUTH', 'API_KEY', 'NONE')),
    -- Null where the server is asked which era it speaks.
    protocol_era text CHECK (protocol_era IN ('MODERN', 'LEGACY')),
    key_form jsonb,
    -- Whom the viewer's own client is known to, where they brought one.
    client_issuer text,
    created_at timestamptz NOT NULL
);
CREATE INDEX own_services_of_viewer ON own_services (user_id, created_at);

-- The own service that a client is for, so that no server that somebody added is ever shown a
-- client of another one. Empty for the clients that serve everybody, which are the house's.
ALTER TABLE client_registrations ADD COLUMN service text NOT NULL DEFAULT '';
DROP INDEX client_registrations_newest;
CREATE INDEX client_registrations_newest
    ON client_registrations (user_id, service, issuer, redirect_uri, created_at DESC);
DROP INDEX client_registrations_client;
CREATE UNIQUE INDEX client_registrations_client
    ON client_registrations (user_id, service, issuer, client_id);
