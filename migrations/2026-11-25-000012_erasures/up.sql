-- That somebody's data was erased, and when. Nothing else is kept of them. Whoever comes back
-- goes on counting where they stopped, so that what a client remembers of before is noticed.
CREATE TABLE erasures (
    viewer_id uuid PRIMARY KEY,
    erased_at timestamptz NOT NULL,
    event_seq bigint NOT NULL CHECK (event_seq >= 0)
);
