ALTER TABLE tools DROP COLUMN search;
DROP FUNCTION tool_words;
DROP FUNCTION marked;
CREATE FUNCTION tool_words(user_id uuid, name text, title text, description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY['@' || user_id])
        || setweight(words_of(name), 'A')
        || setweight(words_of(title), 'B')
        || setweight(words_of(coalesce(description, '')), 'C');

ALTER TABLE tools ADD COLUMN search tsvector NOT NULL
    GENERATED ALWAYS AS (tool_words(user_id, name, title, description)) STORED;
CREATE INDEX tools_search ON tools USING gin (search) WITH (fastupdate = off) WHERE NOT is_removed;
