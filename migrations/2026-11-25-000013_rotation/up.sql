-- Which keys every process has loaded, the one it seals with first; and since when a key seals
-- nothing and must not any more.
ALTER TABLE replicas ADD COLUMN key_ids bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE sealing_keys ADD COLUMN retired_at timestamptz;
