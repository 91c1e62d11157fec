-- Schema version 10: why a ticket backs off; and how many tickets an attempt has filed.

ALTER TABLE tickets ADD COLUMN delay TEXT;

-- Until now only what was sent back backed off.
UPDATE tickets SET delay = (
  SELECT detail ->> 'reason' FROM events
  WHERE events.ticket = tickets.id AND events.type = 'bounced'
  ORDER BY seq DESC
  LIMIT 1
)
WHERE not_before IS NOT NULL;

ALTER TABLE attempts ADD COLUMN filed INTEGER NOT NULL DEFAULT 0 CHECK (filed >= 0);
