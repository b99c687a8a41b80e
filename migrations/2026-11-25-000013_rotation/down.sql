ALTER TABLE sealing_keys DROP COLUMN retired_at;
ALTER TABLE replicas DROP COLUMN key_ids;
