-- Schema version 11: when what an attempt left was removed, its ticket having been over for long.

ALTER TABLE attempts ADD COLUMN removed_at INTEGER;

CREATE INDEX attempts_kept ON attempts (ended_at) WHERE removed_at IS NULL AND ended_at IS NOT NULL;
