-- Who we are to authorization servers that we registered with by ourselves. The owner is
-- the house for what an operator configured, and a person for a server of their own.
CREATE TABLE client_registrations (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    redirect_uri text NOT NULL,
    client_id text NOT NULL,
    auth text NOT NULL,
    sealed_secret bytea,
    -- When the secret lapses, where it does.
    expires_at timestamptz,
    created_at timestamptz NOT NULL
);
-- The newest counts; older ones are kept for the tokens that were got with them.
CREATE INDEX client_registrations_newest
    ON client_registrations (user_id, issuer, redirect_uri, created_at DESC);
CREATE UNIQUE INDEX client_registrations_client
    ON client_registrations (user_id, issuer, client_id);
