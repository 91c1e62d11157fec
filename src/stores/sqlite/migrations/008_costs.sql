-- Schema version 8: which model an attempt used, for an estimate of what it cost; and attempts by when they began.

ALTER TABLE attempts ADD COLUMN model TEXT;

CREATE INDEX attempts_by_start ON attempts (started_at) WHERE harness IS NOT NULL;
