-- name: wake
UPDATE tickets INDEXED BY tickets_asleep SET asleep = 0 WHERE asleep = 1 AND not_before <= :now

-- name: wake-beyond
-- What no back-off can mean was written by a clock that was wrong (src/ticket/delays.ts).
UPDATE tickets INDEXED BY tickets_asleep SET asleep = 0 WHERE asleep = 1 AND not_before > :beyond

-- name: insert-ticket
INSERT INTO tickets (
  id, title, description, type, priority, parent, created_by, created_at, updated_at, attempts, charged, status,
  assigned_to, not_before, delay, front, attempt, leased, phase, work, held, approved, resolution, landed_as, reason, asleep
) VALUES (
  :id, :title, :description, :type, :priority, :parent, :created_by, :created_at, :updated_at, :attempts, :charged,
  :status, :assigned_to, :not_before, :delay, :front, :attempt, :leased, :phase, :work, :held, :approved, :resolution,
  :landed_as, :reason, :not_before IS NOT NULL
)

-- name: update-ticket
-- `created_by` and `created_at` never change, but come along: one set of parameters serves both statements.
UPDATE tickets SET
  title = :title, description = :description, type = :type, priority = :priority, parent = :parent,
  created_by = :created_by, created_at = :created_at, updated_at = :updated_at,
  attempts = :attempts, charged = :charged, status = :status, assigned_to = :assigned_to,
  not_before = :not_before, delay = :delay, front = :front, attempt = :attempt, leased = :leased, phase = :phase,
  work = :work, held = :held, approved = :approved,
  resolution = :resolution, landed_as = :landed_as, reason = :reason, asleep = :not_before IS NOT NULL
WHERE id = :id

-- name: insert-event
INSERT INTO events (at, ticket, actor, type, detail) VALUES (:at, :ticket, :actor, :type, :detail) RETURNING seq

-- name: add-blocker
INSERT INTO blockers (ticket, blocked_by) VALUES (?, ?)

-- name: remove-blocker
DELETE FROM blockers WHERE ticket = ? AND blocked_by = ?

-- name: insert-comment
INSERT INTO comments (id, ticket, author, body, at) VALUES (:id, :ticket, :author, :body, :at)

-- name: put-attempt
INSERT INTO attempts (
  ticket, number, holder, harness, model, started_at, lease_until, ended_at, outcome, reason, base, work, session, transcript,
  declared, declared_reason, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, turns, cost_usd,
  refused, filed, removed_at, failure
) VALUES (
  :ticket, :number, :holder, :harness, :model, :started_at, :lease_until, :ended_at, :outcome, :reason, :base, :work, :session,
  :transcript, :declared, :declared_reason, :input_tokens, :output_tokens, :cache_read_tokens, :cache_write_tokens,
  :turns, :cost_usd, :refused, :filed, :removed_at, :failure
)
ON CONFLICT (ticket, number) DO UPDATE SET
  holder = excluded.holder, harness = excluded.harness, model = excluded.model, started_at = excluded.started_at,
  lease_until = excluded.lease_until, ended_at = excluded.ended_at, outcome = excluded.outcome,
  reason = excluded.reason, base = excluded.base, work = excluded.work, session = excluded.session,
  transcript = excluded.transcript, declared = excluded.declared, declared_reason = excluded.declared_reason,
  input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
  cache_read_tokens = excluded.cache_read_tokens, cache_write_tokens = excluded.cache_write_tokens,
  turns = excluded.turns, cost_usd = excluded.cost_usd, refused = excluded.refused, filed = excluded.filed,
  removed_at = excluded.removed_at, failure = excluded.failure

-- name: put-landing
INSERT INTO landings (ticket, attempt, work, status, queued_at, ended_at, candidate, detail)
VALUES (:ticket, :attempt, :work, :status, :queued_at, :ended_at, :candidate, :detail)
ON CONFLICT (ticket, attempt) DO UPDATE SET
  work = excluded.work, status = excluded.status, queued_at = excluded.queued_at, ended_at = excluded.ended_at,
  candidate = excluded.candidate, detail = excluded.detail

-- name: insert-receipt
INSERT INTO receipts (
  tree, fingerprint, verdict, flaky, pre_existing, command, exit, signal, output, sandbox, ticket, attempt, doubts,
  started_at, duration_ms
) VALUES (
  :tree, :fingerprint, :verdict, :flaky, :pre_existing, :command, :exit, :signal, :output, :sandbox, :ticket, :attempt,
  :doubts, :started_at, :duration_ms
)
RETURNING *

-- name: put-setting
INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: add-notice
INSERT INTO notices (about, channel, kind, ticket, body, at, due, state, tries, batch, detail)
VALUES (:about, :channel, :kind, :ticket, :body, :at, :due, :state, :tries, :batch, :detail)
ON CONFLICT (about, channel) DO NOTHING

-- name: put-notice
UPDATE notices SET about = :about, channel = :channel, kind = :kind, ticket = :ticket, body = :body, at = :at,
  due = :due, state = :state, tries = :tries, batch = :batch, detail = :detail
WHERE id = :id

-- name: spend-link
INSERT INTO spent_links (id, at, expires_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING

-- name: forget-links
DELETE FROM spent_links WHERE expires_at < ?
