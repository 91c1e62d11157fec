-- What people are told through which channel: one row per thing and channel, so that nothing is told twice.
CREATE TABLE notices (
  id      INTEGER PRIMARY KEY,
  -- What it is about, such as `event 12`.
  about   TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind    TEXT NOT NULL,
  ticket  INTEGER REFERENCES tickets (id),
  body    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  due     INTEGER NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'unsure', 'dead', 'dropped')),
  tries   INTEGER NOT NULL CHECK (tries >= 0),
  -- What the channel knows the message by; the same for all that went out in one.
  batch   TEXT,
  detail  TEXT,
  UNIQUE (about, channel),
  CHECK (state <> 'sending' OR batch IS NOT NULL)
) STRICT;

CREATE INDEX notices_by_state ON notices (state, channel, due);

-- Action links that were used: each works once. Those that have expired are forgotten.
CREATE TABLE spent_links (
  id         TEXT PRIMARY KEY,
  at         INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
