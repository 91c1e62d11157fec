-- Schema version 4, the first of our own; 1 to 3 are the original's (see ../original.ts).
-- Each paragraph is one step of the migration. Times are milliseconds since the epoch.

-- What the union of src/ticket/ticket.ts says, a row cannot contradict.
CREATE TABLE tickets (
  id            INTEGER PRIMARY KEY,
  title         TEXT NOT NULL,
  description   TEXT,
  type          TEXT NOT NULL CHECK (type IN ('task', 'proposal', 'question', 'verify')),
  priority      INTEGER NOT NULL,
  parent        INTEGER REFERENCES tickets (id),
  created_by    TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  attempts      INTEGER NOT NULL CHECK (attempts >= 0),
  charged       INTEGER NOT NULL CHECK (charged >= 0),
  status        TEXT NOT NULL,
  -- Whom an open or done ticket is assigned to, or who holds it.
  assigned_to   TEXT,
  -- open
  not_before    INTEGER,
  front         INTEGER CHECK (front IN (0, 1)),
  -- in progress and ready
  attempt       INTEGER CHECK (attempt = attempts),
  leased        INTEGER CHECK (leased IN (0, 1)),
  -- in progress
  phase         TEXT CHECK (phase IN ('preparing', 'working', 'verifying')),
  -- ready; `held` is a JSON array of paths
  work          TEXT,
  held          TEXT,
  approved      INTEGER CHECK (approved IN (0, 1)),
  -- done
  resolution    TEXT CHECK (resolution IN ('landed', 'no-change', 'decomposed', 'approved', 'rejected', 'answered',
                                           'passed', 'failed', 'cancelled')),
  landed_as     TEXT,
  reason        TEXT,
  -- The store's own, so that a claim never scans: how many blockers are not done (kept by the triggers below), and
  -- whether the ticket backs off (woken by the claim that comes after `not_before`).
  open_blockers INTEGER NOT NULL DEFAULT 0 CHECK (open_blockers >= 0),
  asleep        INTEGER NOT NULL DEFAULT 0 CHECK (asleep = 0 OR (asleep = 1 AND not_before IS NOT NULL)),
  CHECK (CASE status
    WHEN 'open' THEN front IS NOT NULL
      AND attempt IS NULL AND leased IS NULL AND phase IS NULL
      AND work IS NULL AND held IS NULL AND approved IS NULL
      AND resolution IS NULL AND landed_as IS NULL AND reason IS NULL
    WHEN 'in_progress' THEN assigned_to IS NOT NULL AND attempt IS NOT NULL AND leased IS NOT NULL AND phase IS NOT NULL
      AND not_before IS NULL AND front IS NULL
      AND work IS NULL AND held IS NULL AND approved IS NULL
      AND resolution IS NULL AND landed_as IS NULL AND reason IS NULL
    WHEN 'ready' THEN assigned_to IS NOT NULL AND attempt IS NOT NULL AND leased IS NOT NULL
      AND held IS NOT NULL AND approved IS NOT NULL
      AND not_before IS NULL AND front IS NULL AND phase IS NULL
      AND resolution IS NULL AND landed_as IS NULL AND reason IS NULL
    WHEN 'done' THEN resolution IS NOT NULL AND (resolution = 'landed') = (landed_as IS NOT NULL)
      AND not_before IS NULL AND front IS NULL AND attempt IS NULL AND leased IS NULL AND phase IS NULL
      AND work IS NULL AND held IS NULL AND approved IS NULL
    ELSE 0
  END)
) STRICT;

-- The ready list, in claim order (src/ticket/order.ts); every claim names this index, so losing it fails loudly.
-- `not_before` comes along so that it is checked without reading the row.
CREATE INDEX tickets_ready ON tickets (priority DESC, front DESC, id, not_before)
  WHERE status = 'open' AND assigned_to IS NULL AND open_blockers = 0 AND asleep = 0;

CREATE INDEX tickets_asleep ON tickets (not_before) WHERE asleep = 1;

CREATE INDEX tickets_blocked ON tickets (id) WHERE status = 'open' AND open_blockers > 0;

CREATE INDEX tickets_by_status ON tickets (status, id);

CREATE INDEX tickets_by_assignee ON tickets (assigned_to, status, id) WHERE assigned_to IS NOT NULL;

CREATE INDEX tickets_by_parent ON tickets (parent, id) WHERE parent IS NOT NULL;

CREATE INDEX tickets_inbox ON tickets (id)
  WHERE (status = 'open' AND assigned_to = 'human') OR (status = 'ready' AND held <> '[]');

-- How many tickets have each status: counting a million takes too long for what asks often. One row each; SQLite has
-- one writer at a time anyway.
CREATE TABLE tallies (
  status TEXT PRIMARY KEY,
  n      INTEGER NOT NULL CHECK (n >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO tallies VALUES ('open', 0), ('in_progress', 0), ('ready', 0), ('done', 0);

CREATE TRIGGER ticket_added AFTER INSERT ON tickets
BEGIN
  UPDATE tallies SET n = n + 1 WHERE status = NEW.status;
END;

CREATE TRIGGER ticket_moved AFTER UPDATE OF status ON tickets
  WHEN OLD.status <> NEW.status
BEGIN
  UPDATE tallies SET n = n - 1 WHERE status = OLD.status;
  UPDATE tallies SET n = n + 1 WHERE status = NEW.status;
END;

CREATE TABLE blockers (
  ticket     INTEGER NOT NULL REFERENCES tickets (id),
  blocked_by INTEGER NOT NULL REFERENCES tickets (id),
  PRIMARY KEY (ticket, blocked_by),
  CHECK (ticket <> blocked_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX blockers_by_blocker ON blockers (blocked_by, ticket);

CREATE TRIGGER blocker_added AFTER INSERT ON blockers
  WHEN (SELECT status FROM tickets WHERE id = NEW.blocked_by) <> 'done'
BEGIN
  UPDATE tickets SET open_blockers = open_blockers + 1 WHERE id = NEW.ticket;
END;

CREATE TRIGGER blocker_removed AFTER DELETE ON blockers
  WHEN (SELECT status FROM tickets WHERE id = OLD.blocked_by) <> 'done'
BEGIN
  UPDATE tickets SET open_blockers = open_blockers - 1 WHERE id = OLD.ticket;
END;

CREATE TRIGGER ticket_done AFTER UPDATE OF status ON tickets
  WHEN OLD.status <> 'done' AND NEW.status = 'done'
BEGIN
  UPDATE tickets SET open_blockers = open_blockers - 1
  WHERE id IN (SELECT ticket FROM blockers WHERE blocked_by = NEW.id);
END;

CREATE TRIGGER ticket_reopened AFTER UPDATE OF status ON tickets
  WHEN OLD.status = 'done' AND NEW.status <> 'done'
BEGIN
  UPDATE tickets SET open_blockers = open_blockers + 1
  WHERE id IN (SELECT ticket FROM blockers WHERE blocked_by = NEW.id);
END;

CREATE TABLE comments (
  id     INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES tickets (id),
  author TEXT NOT NULL,
  body   TEXT NOT NULL,
  at     INTEGER NOT NULL
) STRICT;

CREATE INDEX comments_by_ticket ON comments (ticket, id);

-- The log. Rows are never changed or deleted, so the next `seq` is always the greatest one and 1.
CREATE TABLE events (
  seq    INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  ticket INTEGER NOT NULL REFERENCES tickets (id),
  actor  TEXT NOT NULL,
  type   TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_ticket ON events (ticket, seq);

CREATE TABLE attempts (
  id                 INTEGER PRIMARY KEY,
  ticket             INTEGER NOT NULL REFERENCES tickets (id),
  number             INTEGER NOT NULL CHECK (number > 0),
  holder             TEXT NOT NULL,
  harness            TEXT,
  started_at         INTEGER NOT NULL,
  lease_until        INTEGER,
  ended_at           INTEGER,
  outcome            TEXT CHECK (outcome IN ('landed', 'finished', 'bounced', 'released', 'lost', 'refused')),
  reason             TEXT,
  base               TEXT,
  work               TEXT,
  session            TEXT,
  transcript         TEXT,
  declared           TEXT CHECK (declared IN ('no-change', 'decomposed')),
  declared_reason    TEXT,
  input_tokens       INTEGER NOT NULL,
  output_tokens      INTEGER NOT NULL,
  cache_read_tokens  INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  turns              INTEGER NOT NULL,
  cost_usd           REAL,
  UNIQUE (ticket, number),
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK ((declared IS NULL) = (declared_reason IS NULL))
) STRICT;

CREATE INDEX attempts_live ON attempts (id) WHERE ended_at IS NULL;

CREATE TABLE landings (
  id        INTEGER PRIMARY KEY,
  ticket    INTEGER NOT NULL REFERENCES tickets (id),
  attempt   INTEGER NOT NULL,
  work      TEXT NOT NULL,
  status    TEXT NOT NULL CHECK (status IN ('queued', 'landed', 'bounced', 'withdrawn')),
  queued_at INTEGER NOT NULL,
  ended_at  INTEGER,
  candidate TEXT,
  detail    TEXT,
  UNIQUE (ticket, attempt),
  CHECK ((status = 'queued') = (ended_at IS NULL))
) STRICT;

CREATE INDEX landings_by_status ON landings (status, id);

CREATE TABLE receipts (
  id           INTEGER PRIMARY KEY,
  tree         TEXT NOT NULL,
  fingerprint  TEXT NOT NULL,
  verdict      TEXT NOT NULL CHECK (verdict IN ('green', 'red', 'could not run')),
  flaky        INTEGER NOT NULL CHECK (flaky IN (0, 1)),
  pre_existing INTEGER NOT NULL CHECK (pre_existing IN (0, 1)),
  command      TEXT NOT NULL,
  exit         INTEGER,
  signal       TEXT,
  output       TEXT NOT NULL,
  sandbox      TEXT NOT NULL,
  ticket       INTEGER REFERENCES tickets (id),
  attempt      INTEGER,
  started_at   INTEGER NOT NULL,
  duration_ms  REAL NOT NULL
) STRICT;

CREATE INDEX receipts_by_tree ON receipts (tree, fingerprint, id);

CREATE INDEX receipts_by_ticket ON receipts (ticket, id) WHERE ticket IS NOT NULL;

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
