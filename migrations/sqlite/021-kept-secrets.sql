-- Secrets that sign what all processes of a library must believe, and that outlive a restart.
CREATE TABLE kept_secrets (
  name   TEXT PRIMARY KEY,
  secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;
