CREATE TABLE people (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  names       TEXT NOT NULL CHECK (json_valid(names)),        -- [{value, lang, kind}]
  main_name   TEXT NOT NULL,
  name_key    TEXT NOT NULL,                                  -- sorts А…Я with Ң Ө Ү in their places
  letter      TEXT NOT NULL,                                  -- of the letter bar
  degree      TEXT,
  position    TEXT,
  department  TEXT,
  orcid       TEXT,
  born        TEXT,
  died        TEXT,
  biographies TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(biographies)),
  links       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(links)),
  portrait    TEXT CHECK (portrait IS NULL OR json_valid(portrait)), -- {sha512, mediaType, size}
  revision    INTEGER NOT NULL DEFAULT 1,
  archived_in INTEGER,                                        -- newest version of its archive object
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL
) STRICT;
CREATE INDEX people_by_name ON people (name_key, id);
CREATE UNIQUE INDEX people_by_orcid ON people (orcid) WHERE orcid IS NOT NULL;

CREATE TABLE accounts (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  email         TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL CHECK (role IN ('reader', 'depositor', 'reviewer', 'administrator')),
  language      TEXT NOT NULL DEFAULT 'ky',
  password_hash TEXT,                                         -- scrypt; null until the person chose one
  person_id     INTEGER REFERENCES people (id),
  created_at    TEXT NOT NULL,
  disabled_at   TEXT
) STRICT;

-- Only hashes of secrets are kept: who reads this table can sign in as nobody.
CREATE TABLE sessions (
  secret_hash TEXT PRIMARY KEY,
  account_id  INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_at  TEXT NOT NULL,
  expires_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE tokens (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id   INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  secret_hash  TEXT NOT NULL UNIQUE,
  created_at   TEXT NOT NULL,
  last_used_at TEXT
) STRICT;

-- Links that work once: the first administrator's, an invitation, a new password.
CREATE TABLE one_time_links (
  secret_hash TEXT PRIMARY KEY,
  purpose     TEXT NOT NULL CHECK (purpose IN ('first-administrator', 'set-password')),
  account_id  INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
  created_at  TEXT NOT NULL,
  expires_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
