-- The words of a tool's name, told from those of its title and its description by a mark that nobody
-- can type: an index finds the tools that are named so, and those that are not, without looking at them.
CREATE FUNCTION marked(words tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY(SELECT '=' || lexeme FROM unnest(words)));

ALTER TABLE tools DROP COLUMN search;
DROP FUNCTION tool_words;
CREATE FUNCTION tool_words(user_id uuid, name text, title text, description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY['@' || user_id])
        || marked(words_of(name))
        || setweight(words_of(name), 'A')
        || setweight(words_of(title), 'B')
        || setweight(words_of(coalesce(description, '')), 'C');

ALTER TABLE tools ADD COLUMN search tsvector NOT NULL
    GENERATED ALWAYS AS (tool_words(user_id, name, title, description)) STORED;
CREATE INDEX tools_search ON tools USING gin (search) WITH (fastupdate = off) WHERE NOT is_removed;
