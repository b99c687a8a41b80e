ALTER TABLE viewers
    ADD COLUMN event_seq bigint NOT NULL DEFAULT 0,
    ADD COLUMN pruned_seq bigint NOT NULL DEFAULT 0;
UPDATE viewers SET event_seq = last_seq, pruned_seq = event_logs.pruned_seq
    FROM event_logs WHERE event_logs.user_id = viewers.id;
DROP TABLE event_logs;
