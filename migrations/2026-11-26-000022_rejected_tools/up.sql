-- Tools that a service lists and that are not offered, with the reason; and until when its list
-- holds, where it says so.
ALTER TABLE catalogs
    ADD COLUMN rejected_tools jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN fresh_until timestamptz;
