-- name: ticket
SELECT *, (SELECT group_concat(blocked_by) FROM blockers WHERE ticket = tickets.id) AS blocked_by
FROM tickets
WHERE id = ?

-- name: first-ready
-- INDEXED BY, because the planner would take another index and sort; and so that a claim never turns into a scan.
-- Of what is awake nothing backs off, unless the clock went backwards. What lies beyond belief was never meant.
SELECT *, (SELECT group_concat(blocked_by) FROM blockers WHERE ticket = tickets.id) AS blocked_by
FROM tickets INDEXED BY tickets_ready
WHERE status = 'open' AND assigned_to IS NULL AND open_blockers = 0 AND asleep = 0
  AND (not_before IS NULL OR not_before <= :now OR not_before > :beyond)
ORDER BY priority DESC, front DESC, charged, id
LIMIT 1

-- name: census
-- From tallies and small indexes: the rows themselves are never read, but for what waits for a person.
WITH waiting AS (
  SELECT not_before FROM tickets INDEXED BY tickets_asleep
  WHERE asleep = 1 AND not_before > :now AND not_before <= :beyond
    AND status = 'open' AND assigned_to IS NULL AND open_blockers = 0
  UNION ALL
  SELECT not_before FROM tickets INDEXED BY tickets_ready
  WHERE status = 'open' AND assigned_to IS NULL AND open_blockers = 0 AND asleep = 0
    AND not_before > :now AND not_before <= :beyond
)
SELECT
  (SELECT n FROM tallies WHERE status = 'open') AS open,
  (SELECT n FROM tallies WHERE status = 'in_progress') AS in_progress,
  (SELECT n FROM tallies WHERE status = 'ready') AS ready,
  (SELECT n FROM tallies WHERE status = 'done') AS done,
  (SELECT count(*) FROM tickets INDEXED BY tickets_blocked WHERE status = 'open' AND open_blockers > 0) AS blocked,
  (
    SELECT count(*) FROM tickets INDEXED BY tickets_inbox
    WHERE (status = 'open' AND assigned_to = 'human') OR (status = 'ready' AND held <> '[]')
  ) AS needs_person,
  (
    SELECT count(*) FROM tickets INDEXED BY tickets_inbox
    WHERE ((status = 'open' AND assigned_to = 'human') OR (status = 'ready' AND held <> '[]'))
      AND status = 'open' AND open_blockers = 0
  ) AS asked,
  (
    SELECT count(*) FROM tickets INDEXED BY tickets_inbox
    WHERE ((status = 'open' AND assigned_to = 'human') OR (status = 'ready' AND held <> '[]')) AND status = 'ready'
  ) AS held,
  (SELECT count(*) FROM waiting) AS backs_off,
  (SELECT min(not_before) FROM waiting) AS next_at,
  (
    SELECT count(*) FROM tickets INDEXED BY tickets_ready
    WHERE status = 'open' AND assigned_to IS NULL AND open_blockers = 0 AND asleep = 0
      AND (not_before IS NULL OR not_before <= :now OR not_before > :beyond)
  ) + (
    SELECT count(*) FROM tickets INDEXED BY tickets_asleep
    WHERE asleep = 1 AND not_before <= :now AND status = 'open' AND assigned_to IS NULL AND open_blockers = 0
  ) + (
    SELECT count(*) FROM tickets INDEXED BY tickets_asleep
    WHERE asleep = 1 AND not_before > :beyond AND status = 'open' AND assigned_to IS NULL AND open_blockers = 0
  ) AS claimable

-- name: ready-list
-- A read wakes nobody, so those whose time has come are merged in.
SELECT ready.*, (SELECT group_concat(blocked_by) FROM blockers WHERE ticket = ready.id) AS blocked_by
FROM (
  SELECT * FROM (
    SELECT * FROM tickets INDEXED BY tickets_ready
    WHERE status = 'open' AND assigned_to IS NULL AND open_blockers = 0 AND asleep = 0
      AND (not_before IS NULL OR not_before <= :now OR not_before > :beyond)
    ORDER BY priority DESC, front DESC, charged, id
    LIMIT :limit
  )
  UNION ALL
  SELECT * FROM (
    SELECT * FROM tickets INDEXED BY tickets_asleep
    WHERE asleep = 1 AND not_before <= :now AND status = 'open' AND assigned_to IS NULL AND open_blockers = 0
    ORDER BY priority DESC, front DESC, charged, id
    LIMIT :limit
  )
  UNION ALL
  SELECT * FROM (
    SELECT * FROM tickets INDEXED BY tickets_asleep
    WHERE asleep = 1 AND not_before > :beyond AND status = 'open' AND assigned_to IS NULL AND open_blockers = 0
    ORDER BY priority DESC, front DESC, charged, id
    LIMIT :limit
  )
) AS ready
ORDER BY priority DESC, front DESC, charged, id
LIMIT :limit

-- name: inbox
SELECT *, (SELECT group_concat(blocked_by) FROM blockers WHERE ticket = tickets.id) AS blocked_by
FROM tickets INDEXED BY tickets_inbox
WHERE (status = 'open' AND assigned_to = 'human') OR (status = 'ready' AND held <> '[]')
ORDER BY id

-- name: rejected
SELECT id, title, reason FROM tickets INDEXED BY tickets_by_status
WHERE status = 'done' AND type = 'proposal' AND resolution = 'rejected'
ORDER BY id DESC
LIMIT ?

-- name: open-blockers
SELECT open_blockers AS count FROM tickets WHERE id = ?

-- name: dependents
SELECT ticket FROM blockers WHERE blocked_by = ? ORDER BY ticket

-- name: waits-for
WITH RECURSIVE reach (id) AS (
  VALUES (:id)
  UNION
  SELECT blocked_by FROM reach JOIN blockers ON blockers.ticket = reach.id
)
SELECT 1 FROM reach WHERE id = :for_id LIMIT 1

-- name: comments
SELECT * FROM comments WHERE ticket = ? ORDER BY id

-- name: events
SELECT * FROM events WHERE seq > :after ORDER BY seq LIMIT :limit

-- name: events-of-ticket
SELECT * FROM events WHERE ticket = :ticket AND seq > :after ORDER BY seq LIMIT :limit

-- name: recent-events
-- From the end backwards: a filter that fits little reads much, but only as far as its page.
SELECT * FROM events
WHERE seq < :before AND (:actor IS NULL OR actor = :actor)
  AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
ORDER BY seq DESC
LIMIT :limit

-- name: recent-events-of-ticket
SELECT * FROM events INDEXED BY events_by_ticket
WHERE ticket = :ticket AND seq < :before AND (:actor IS NULL OR actor = :actor)
  AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
ORDER BY seq DESC
LIMIT :limit

-- name: last-seq
SELECT max(seq) AS seq FROM events

-- name: attempt
SELECT * FROM attempts WHERE ticket = ? AND number = ?

-- name: attempts
SELECT * FROM attempts ORDER BY id DESC LIMIT :limit

-- name: live-attempts
SELECT * FROM attempts INDEXED BY attempts_live WHERE ended_at IS NULL ORDER BY id DESC LIMIT :limit

-- name: attempts-of-ticket
SELECT * FROM attempts WHERE ticket = :ticket AND (NOT :live OR ended_at IS NULL) ORDER BY number DESC LIMIT :limit

-- name: overdue-attempts
SELECT attempts.* FROM attempts INDEXED BY attempts_kept JOIN tickets ON tickets.id = attempts.ticket
WHERE attempts.removed_at IS NULL AND attempts.ended_at IS NOT NULL AND attempts.ended_at <= :before
  AND tickets.status = 'done' AND (tickets.updated_at <= :before OR tickets.created_by = 'scout')
ORDER BY attempts.ended_at, attempts.id
LIMIT :limit

-- name: spending
WITH counted AS (
  SELECT *, input_tokens + output_tokens + cache_read_tokens + cache_write_tokens AS tokens
  FROM attempts
  WHERE harness IS NOT NULL AND (started_at >= :since OR (:live AND ended_at IS NULL))
    AND (:ticket IS NULL OR ticket = :ticket)
)
SELECT
  CASE :by
    WHEN 'attempt' THEN ticket || '/' || number
    WHEN 'ticket' THEN CAST(ticket AS TEXT)
    WHEN 'agent' THEN holder
    WHEN 'quarter' THEN CAST(started_at - started_at % 900000 AS TEXT)
    ELSE ''
  END AS key,
  model,
  count(*) AS attempts,
  total(cost_usd) AS usd,
  sum(tokens) AS tokens,
  count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced,
  count(*) FILTER (WHERE cost_usd IS NULL AND tokens = 0) AS silent,
  coalesce(sum(input_tokens) FILTER (WHERE cost_usd IS NULL), 0) AS input_tokens,
  coalesce(sum(output_tokens) FILTER (WHERE cost_usd IS NULL), 0) AS output_tokens,
  coalesce(sum(cache_read_tokens) FILTER (WHERE cost_usd IS NULL), 0) AS cache_read_tokens,
  coalesce(sum(cache_write_tokens) FILTER (WHERE cost_usd IS NULL), 0) AS cache_write_tokens
FROM counted
GROUP BY 1, model
-- A name is 0 as a number, a ticket with its attempt is the ticket.
ORDER BY CAST(key AS INTEGER), CASE :by WHEN 'attempt' THEN min(number) END, key, model

-- name: landing
SELECT * FROM landings WHERE ticket = ? AND attempt = ?

-- name: merge_queue
SELECT landings.* FROM landings JOIN tickets ON tickets.id = landings.ticket
WHERE landings.status = 'queued'
ORDER BY tickets.priority DESC, landings.id
LIMIT :limit

-- name: landings
SELECT * FROM landings WHERE status = :status ORDER BY id DESC LIMIT :limit

-- name: receipt
SELECT * FROM receipts WHERE tree = ? AND fingerprint = ? ORDER BY id DESC LIMIT 1

-- name: receipts
SELECT * FROM receipts ORDER BY id DESC LIMIT :limit

-- name: receipts-of-tree
SELECT * FROM receipts WHERE tree = :tree AND (:ticket IS NULL OR ticket = :ticket) ORDER BY id DESC LIMIT :limit

-- name: receipts-of-ticket
SELECT * FROM receipts WHERE ticket = :ticket ORDER BY id DESC LIMIT :limit

-- name: setting
SELECT value FROM settings WHERE name = ?

-- name: last-id
SELECT max(
  coalesce((SELECT max(id) FROM tickets), 0),
  coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'ids given out'), 0)
) AS id

-- name: notices
-- What no wait can mean was written by a clock that was wrong.
SELECT * FROM notices
WHERE state IN (SELECT value FROM json_each(:states)) AND (:channel IS NULL OR channel = :channel)
  AND (:due_by IS NULL OR due <= :due_by OR due > :beyond)
ORDER BY id DESC
LIMIT :limit

-- name: spent-link
SELECT 1 FROM spent_links WHERE id = ?

-- name: tallies
-- One row for each stretch and measure: how many, and a value.
WITH
  landed AS (
    SELECT CAST((landings.ended_at + :offset) / :step AS INTEGER) AS stretch, landings.ticket,
      landings.ended_at - attempts.started_at AS ms
    FROM landings JOIN attempts ON attempts.ticket = landings.ticket AND attempts.number = landings.attempt
    WHERE landings.status = 'landed' AND landings.ended_at >= :since
  ),
  gates AS (
    SELECT CAST((started_at + :offset) / :step AS INTEGER) AS stretch, verdict, duration_ms AS ms
    FROM receipts WHERE started_at >= :since
  ),
  -- What a ticket has cost in all; null when any of it is not known.
  spent AS (
    SELECT landed.stretch, landed.ticket,
      CASE WHEN count(attempts.cost_usd) = count(*) THEN sum(attempts.cost_usd) END AS usd
    FROM landed JOIN attempts ON attempts.ticket = landed.ticket AND attempts.harness IS NOT NULL
    GROUP BY landed.stretch, landed.ticket
  )
SELECT stretch, 'landed' AS measure, max(n) AS n, avg(ms) AS value
FROM (
  SELECT stretch, ms, row_number() OVER (PARTITION BY stretch ORDER BY ms) AS place,
    count(*) OVER (PARTITION BY stretch) AS n
  FROM landed
)
WHERE place IN ((n + 1) / 2, (n + 2) / 2)
GROUP BY stretch
UNION ALL
SELECT stretch, 'gates', max(n), avg(ms)
FROM (
  SELECT stretch, ms, row_number() OVER (PARTITION BY stretch ORDER BY ms) AS place,
    count(*) OVER (PARTITION BY stretch) AS n
  FROM gates
)
WHERE place IN ((n + 1) / 2, (n + 2) / 2)
GROUP BY stretch
UNION ALL
SELECT stretch, 'red gates', count(*), NULL FROM gates WHERE verdict = 'red' GROUP BY stretch
UNION ALL
SELECT CAST((ended_at + :offset) / :step AS INTEGER) AS stretch, 'bounced', count(*), NULL
FROM attempts WHERE outcome = 'bounced' AND ended_at >= :since
GROUP BY 1
UNION ALL
SELECT CAST((started_at + :offset) / :step AS INTEGER) AS stretch, 'cost', count(*) - count(cost_usd), sum(cost_usd)
FROM attempts WHERE harness IS NOT NULL AND started_at >= :since
GROUP BY 1
UNION ALL
SELECT stretch, 'ticket cost', count(*), avg(usd) FROM spent GROUP BY stretch
ORDER BY stretch
