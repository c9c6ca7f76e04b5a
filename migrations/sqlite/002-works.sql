CREATE TABLE collections (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  slug         TEXT NOT NULL UNIQUE CHECK (slug GLOB '[a-z0-9]*' AND slug NOT GLOB '*[^a-z0-9-]*'),
  parent_id    INTEGER REFERENCES collections (id),
  titles       TEXT NOT NULL CHECK (json_valid(titles)),       -- [{value, lang}]
  descriptions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(descriptions)),
  title_key    TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  CHECK (parent_id IS NULL OR parent_id <> id)
) STRICT;
CREATE INDEX collections_by_parent ON collections (parent_id, title_key);

-- The work as the world sees it. What is being prepared is in `drafts`.
CREATE TABLE works (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id         INTEGER REFERENCES accounts (id),
  state            TEXT NOT NULL CHECK (state IN ('unpublished', 'published', 'withdrawn')),
  version          INTEGER NOT NULL DEFAULT 0,
  metadata         TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
  type             TEXT,
  title_key        TEXT,
  letter           TEXT,
  year             INTEGER,
  access_level     TEXT CHECK (access_level IN ('open', 'registered', 'campus', 'closed')),
  open_from        TEXT,                                      -- YYYY-MM-DD
  view_only        INTEGER NOT NULL DEFAULT 0,
  created_at       TEXT NOT NULL,
  updated_at       TEXT NOT NULL,
  published_at     TEXT,                                      -- of version 1
  withdrawn_at     TEXT,
  withdrawn_reason TEXT,
  archive_version  INTEGER NOT NULL DEFAULT 0,                -- newest version of its archive object that the catalogue knows
  change_number    INTEGER UNIQUE,                            -- order of harvest
  datestamp        TEXT,                                      -- UTC, to the second; never goes back
  CHECK (state = 'unpublished' OR (metadata IS NOT NULL AND type IS NOT NULL AND version > 0 AND change_number IS NOT NULL
         AND datestamp IS NOT NULL AND access_level IS NOT NULL AND published_at IS NOT NULL)),
  CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL))
) STRICT;
CREATE INDEX works_by_title ON works (title_key, id) WHERE state = 'published';
CREATE INDEX works_by_letter ON works (letter, title_key, id) WHERE state = 'published';
CREATE INDEX works_by_year ON works (year, title_key) WHERE state = 'published';
CREATE INDEX works_by_type ON works (type, title_key) WHERE state = 'published';
CREATE INDEX works_newest ON works (published_at, id) WHERE state = 'published';
CREATE INDEX works_by_datestamp ON works (datestamp, change_number) WHERE change_number IS NOT NULL;
CREATE INDEX works_by_embargo ON works (open_from) WHERE open_from IS NOT NULL;
CREATE INDEX works_by_owner ON works (owner_id);

-- One counter for the house: the last change a harvester could see.
CREATE TABLE last_change (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  number    INTEGER NOT NULL,
  datestamp TEXT NOT NULL
) STRICT;
INSERT INTO last_change VALUES (1, 0, '1970-01-01T00:00:00Z');

-- The copy being prepared, as it was typed: it may be wrong until it is submitted.
CREATE TABLE drafts (
  work_id             INTEGER PRIMARY KEY REFERENCES works (id) ON DELETE CASCADE,
  state               TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'rejected')),
  input               TEXT NOT NULL CHECK (json_valid(input)),
  revision            INTEGER NOT NULL DEFAULT 1,
  comment             TEXT,                                   -- of the librarian who returned or rejected it
  licence_accepted_at TEXT,
  submitted_at        TEXT,
  created_at          TEXT NOT NULL,
  updated_at          TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_by_state ON drafts (state, submitted_at);

CREATE TABLE files (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  work_id      INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  sha512       TEXT NOT NULL CHECK (length(sha512) = 128),
  size         INTEGER NOT NULL CHECK (size >= 0),
  media_type   TEXT NOT NULL,
  incoming     TEXT,                                          -- name in incoming/ while not archived
  archived_in  INTEGER,                                       -- version of the archive object that first held it
  scan         TEXT NOT NULL DEFAULT 'waiting' CHECK (scan IN ('waiting', 'clean', 'infected', 'unscanned', 'failed')),
  scan_detail  TEXT,
  text_state   TEXT NOT NULL DEFAULT 'waiting' CHECK (text_state IN ('waiting', 'done', 'failed', 'none')),
  text_pages   INTEGER,
  text_source  TEXT,
  text_reason  TEXT,                                          -- a message key
  created_at   TEXT NOT NULL,
  CHECK (incoming IS NOT NULL OR archived_in IS NOT NULL)
) STRICT;
CREATE INDEX files_by_work ON files (work_id);
CREATE INDEX files_by_digest ON files (sha512);
CREATE INDEX files_by_text_state ON files (text_state) WHERE text_state = 'failed';

-- Which files a version has, and how it names them. Version 0 is the copy being prepared.
CREATE TABLE version_files (
  work_id      INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  version      INTEGER NOT NULL,
  position     INTEGER NOT NULL,
  file_id      INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  role         TEXT NOT NULL,
  name         TEXT NOT NULL,
  access_level TEXT CHECK (access_level IN ('open', 'registered', 'campus', 'closed')), -- null: the work's
  open_from    TEXT,
  view_only    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (work_id, version, file_id),
  UNIQUE (work_id, version, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_files_by_file ON version_files (file_id);

CREATE TABLE versions (
  work_id      INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  number       INTEGER NOT NULL,
  metadata     TEXT NOT NULL CHECK (json_valid(metadata)),
  published_at TEXT NOT NULL,
  published_by INTEGER REFERENCES accounts (id),
  PRIMARY KEY (work_id, number)
) STRICT, WITHOUT ROWID;

-- Taken from the published metadata, for lists and questions; made anew with every publication.
CREATE TABLE work_contributors (
  work_id   INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  role      TEXT NOT NULL,
  name      TEXT NOT NULL,
  name_key  TEXT NOT NULL,
  letter    TEXT NOT NULL,
  person_id INTEGER REFERENCES people (id),
  PRIMARY KEY (work_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_contributors_by_name ON work_contributors (name_key, name);
CREATE INDEX work_contributors_by_person ON work_contributors (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE work_subjects (
  work_id   INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  scheme    TEXT NOT NULL,
  value     TEXT NOT NULL,
  value_key TEXT NOT NULL,
  letter    TEXT NOT NULL,
  lang      TEXT,
  PRIMARY KEY (work_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_subjects_by_value ON work_subjects (value_key, value);

CREATE TABLE work_languages (
  work_id INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  lang    TEXT NOT NULL,
  PRIMARY KEY (work_id, lang)
) STRICT, WITHOUT ROWID;

CREATE TABLE work_collections (
  work_id       INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  collection_id INTEGER NOT NULL REFERENCES collections (id),
  PRIMARY KEY (work_id, collection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_collections_by_collection ON work_collections (collection_id, work_id);

-- Who did what when. Never changed, never deleted while the work lives.
CREATE TABLE events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  work_id    INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  at         TEXT NOT NULL,
  account_id INTEGER REFERENCES accounts (id),
  act        TEXT NOT NULL,
  version    INTEGER,
  comment    TEXT
) STRICT;
CREATE INDEX events_by_work ON events (work_id, id);
