-- A job is a row written in the transaction that calls for it. A second asking while the first waits is the same
-- job; a second asking while it runs is a new row, so that nothing that changed meanwhile is missed.
CREATE TABLE jobs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  payload    TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(payload)),
  state      TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'dead')),
  priority   INTEGER NOT NULL DEFAULT 0,                      -- greater goes first
  attempts   INTEGER NOT NULL DEFAULT 0,
  run_after  TEXT NOT NULL,
  lease_until TEXT,                                           -- a runner that died loses its job then
  last_error TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_waiting_once ON jobs (kind, key) WHERE state = 'waiting';
CREATE INDEX jobs_to_take ON jobs (state, priority DESC, run_after, id);
