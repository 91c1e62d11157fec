-- Schema version 6: of tickets that are equal otherwise, the one that has failed less often goes first.

DROP INDEX tickets_ready;

-- The ready list, in claim order (src/ticket/order.ts); every claim names this index, so losing it fails loudly.
-- `not_before` comes along so that it is checked without reading the row.
CREATE INDEX tickets_ready ON tickets (priority DESC, front DESC, charged, id, not_before)
  WHERE status = 'open' AND assigned_to IS NULL AND open_blockers = 0 AND asleep = 0;
