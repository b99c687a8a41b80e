-- Accounts $1 to $2 of the viewer there is, each with $3 tools.
WITH model AS (SELECT * FROM accounts ORDER BY id LIMIT 1),
account AS (
    INSERT INTO accounts (id, user_id, service, subject, state, granted_scopes, generation,
        revision, connected_at, updated_at)
    SELECT gen_random_uuid(), user_id, service, 'bench ' || number, state, granted_scopes,
        generation, 1, connected_at, updated_at
    FROM model CROSS JOIN generate_series($1::int, $2::int) AS number
    RETURNING id, user_id, service, updated_at, substr(subject, 7)::int AS account
),
words AS (
    SELECT ARRAY['create', 'list', 'get', 'update', 'delete', 'search', 'archive', 'assign', 'close',
               'export'] AS verbs,
           ARRAY['issue', 'comment', 'page', 'file', 'folder', 'channel', 'message', 'event',
               'contact', 'invoice', 'order', 'task', 'board', 'label', 'branch', 'commit', 'user',
               'team', 'report', 'webhook'] AS nouns
),
tool AS (
    SELECT account.*, number, verbs[1 + number % 10] AS verb, nouns[1 + number / 10 % 20] AS noun
    FROM account CROSS JOIN words CROSS JOIN generate_series(0, $3::int - 1) AS number
)
INSERT INTO tools (id, user_id, account_id, service, name, title, description, definition, digest,
    catalog_revision, revision, updated_at)
SELECT gen_random_uuid(), user_id, id, service, verb || '_' || noun,
    initcap(verb) || ' ' || noun,
    'Lets you ' || verb || ' a ' || noun || ' at the service, with everything that belongs to it.'
        || CASE WHEN account <= 5 AND number % 20 < 2 THEN ' Seldom asked for.' ELSE '' END,
    json_build_object('name', verb || '_' || noun, 'title', null, 'description', null,
        'input_schema', json_build_object('type', 'object', 'properties',
            json_build_object(noun, json_build_object('type', 'string'))),
        'output_schema', null, 'hints', json_build_object()),
    sha256((id || verb || noun)::bytea), 1, 1, updated_at
FROM tool;
