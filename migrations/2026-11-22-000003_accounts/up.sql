-- A person's account at a service.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    service text NOT NULL,
    -- Who the account belongs to at the service, when the service says so.
    subject text,
    label text,
    state text NOT NULL CHECK (state IN ('CONNECTED', 'NEEDS_REAUTHORIZATION', 'DISCONNECTING')),
    problem jsonb,
    granted_scopes text[] NOT NULL,
    generation bigint NOT NULL,
    revision integer NOT NULL,
    connected_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_identity ON accounts (user_id, service, subject);
CREATE INDEX accounts_newest ON accounts (user_id, connected_at DESC, id DESC);
CREATE INDEX accounts_disconnecting ON accounts (updated_at) WHERE state = 'DISCONNECTING';

-- What an account is used with. `client` says at which endpoints and as whom the
-- tokens were obtained, so that they are refreshed and revoked there, whatever the
-- configuration says by then.
CREATE TABLE credentials (
    account_id uuid PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    generation bigint NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('OAUTH', 'API_KEY')),
    sealed_access bytea NOT NULL,
    sealed_refresh bytea,
    access_expires_at timestamptz,
    client jsonb,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((kind = 'OAUTH') = (client IS NOT NULL))
);
CREATE INDEX credentials_user ON credentials (user_id);

-- One try at connecting an account.
CREATE TABLE connect_attempts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    service text NOT NULL,
    account_id uuid REFERENCES accounts (id) ON DELETE SET NULL,
    state text NOT NULL
        CHECK (state IN ('PENDING', 'EXCHANGING', 'SUCCEEDED', 'DENIED', 'ABANDONED', 'FAILED')),
    problem jsonb,
    -- SHA-256 of the OAuth `state`, which itself is never stored.
    state_hash bytea NOT NULL UNIQUE CHECK (octet_length(state_hash) = 32),
    -- SHA-256 of what the browser got that brought the callback to this server.
    ticket_hash bytea UNIQUE CHECK (octet_length(ticket_hash) = 32),
    mismatches smallint NOT NULL DEFAULT 0,
    revision integer NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX connect_attempts_user ON connect_attempts (user_id, created_at DESC);
CREATE INDEX connect_attempts_account ON connect_attempts (account_id);
CREATE INDEX connect_attempts_open ON connect_attempts (expires_at)
    WHERE state IN ('PENDING', 'EXCHANGING');
CREATE INDEX connect_attempts_created_at ON connect_attempts USING brin (created_at);

-- The secrets of an attempt that is not over. Every ending deletes the row.
CREATE TABLE attempt_exchanges (
    attempt_id uuid PRIMARY KEY REFERENCES connect_attempts (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    -- Issuer, endpoints, client and redirect address as they were at the beginning.
    plan jsonb NOT NULL,
    sealed_url bytea NOT NULL,
    sealed_verifier bytea NOT NULL,
    -- The callback, when it came to this server before the person did.
    sealed_callback bytea,
    -- The token endpoint's answer, kept before anybody tries to read it.
    sealed_response bytea,
    -- Who is exchanging the code.
    replica_id uuid
);
CREATE INDEX attempt_exchanges_user ON attempt_exchanges (user_id);

-- Tokens that have to be revoked at their service. The token is wiped when done.
CREATE TABLE revocations (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES viewers (id) ON DELETE CASCADE,
    account_id uuid NOT NULL,
    service text NOT NULL,
    generation bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('REFRESH', 'ACCESS')),
    sealed_token bytea,
    client jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'DONE', 'UNSUPPORTED', 'DEAD')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((state IN ('PENDING', 'DEAD')) = (sealed_token IS NOT NULL))
);
CREATE INDEX revocations_due ON revocations (next_attempt_at) WHERE state = 'PENDING';
CREATE INDEX revocations_account ON revocations (user_id, account_id);
