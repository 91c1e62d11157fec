-- Schema version 9: how the change that was verified weakens tests; a JSON array of texts.

ALTER TABLE receipts ADD COLUMN doubts TEXT NOT NULL DEFAULT '[]';
