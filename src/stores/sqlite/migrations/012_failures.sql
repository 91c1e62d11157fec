-- Schema version 12: the class of what an attempt failed by, which until now stood only at the beginning of its reason.

ALTER TABLE attempts ADD COLUMN failure TEXT CHECK (failure IS NULL OR outcome IS 'bounced');

UPDATE attempts SET failure = (
  SELECT detail ->> 'reason' FROM events
  WHERE events.ticket = attempts.ticket AND events.type = 'bounced' AND detail ->> 'attempt' = attempts.number
  ORDER BY seq DESC
  LIMIT 1
)
WHERE outcome = 'bounced';
