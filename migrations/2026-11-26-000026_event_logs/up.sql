-- Where the event log of a person ends and begins. Every event moves the end, and does so in a table of
-- its own, to which nothing refers: at an update of a viewer, Postgres asks of each table that refers to
-- viewers whether it has to be told.
CREATE TABLE event_logs (
    user_id uuid PRIMARY KEY REFERENCES viewers (id) ON DELETE CASCADE,
    -- The last position. Updating it inside the transaction that makes an event locks the row, so
    -- positions are handed out in commit order and none is ever missing.
    last_seq bigint NOT NULL,
    -- Events up to here are gone by retention.
    pruned_seq bigint NOT NULL
) WITH (fillfactor = 70);

INSERT INTO event_logs SELECT id, event_seq, pruned_seq FROM viewers;
ALTER TABLE viewers DROP COLUMN event_seq, DROP COLUMN pruned_seq;
