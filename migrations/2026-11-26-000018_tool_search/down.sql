ALTER TABLE tools DROP COLUMN search;
DROP FUNCTION tool_words;
DROP FUNCTION words_of;
