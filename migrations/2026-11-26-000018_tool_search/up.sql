-- The words of a text: `roll_dice`, `rollDice` and `Roll dice` have the same two.
CREATE FUNCTION words_of(words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector('simple', regexp_replace(
        regexp_replace(words, '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'),
        '[^[:alnum:]]+', ' ', 'g'));

-- What a tool is found by: its name, its title, its description, in this order. Whose it is counts
-- as a word, too, one that nobody can type, so that what others have costs a search nothing.
CREATE FUNCTION tool_words(user_id uuid, name text, title text, description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY['@' || user_id])
        || setweight(words_of(name), 'A')
        || setweight(words_of(title), 'B')
        || setweight(words_of(coalesce(description, '')), 'C');

ALTER TABLE tools ADD COLUMN search tsvector NOT NULL
    GENERATED ALWAYS AS (tool_words(user_id, name, title, description)) STORED;
CREATE INDEX tools_search ON tools USING gin (search) WITH (fastupdate = off) WHERE NOT is_removed;
