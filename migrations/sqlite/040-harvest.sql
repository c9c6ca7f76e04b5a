-- What harvesters see, in the order they see it: a narrow copy of `works`, brought up to date before every answer.
CREATE TABLE changes (
  number    INTEGER PRIMARY KEY,                              -- works.change_number
  work_id   INTEGER NOT NULL UNIQUE REFERENCES works (id) ON DELETE CASCADE,
  datestamp TEXT NOT NULL,
  withdrawn INTEGER NOT NULL,
  sets      TEXT NOT NULL                                     -- the deepest ones, divided by spaces
) STRICT;
CREATE INDEX changes_by_datestamp ON changes (datestamp, number);

-- Every set a work is in, parents too.
CREATE TABLE work_sets (
  set_spec TEXT NOT NULL,
  number   INTEGER NOT NULL REFERENCES changes (number) ON DELETE CASCADE,
  PRIMARY KEY (set_spec, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_sets_by_number ON work_sets (number);

CREATE TABLE harvest_state (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Serialised records. One counts only for the change number it was made for, so none can be stale.
CREATE TABLE records (
  work_id INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  format  TEXT NOT NULL,
  number  INTEGER NOT NULL,
  xml     TEXT NOT NULL,
  PRIMARY KEY (work_id, format)
) STRICT;

-- Works that a change elsewhere altered for harvesters; they are touched before the next answer.
CREATE TABLE works_to_touch (
  work_id INTEGER PRIMARY KEY REFERENCES works (id) ON DELETE CASCADE
) STRICT;

-- A virus found later takes a file's address out of its work's record.
CREATE TRIGGER file_scanned_for_harvesters AFTER UPDATE OF scan ON files
WHEN (OLD.scan = 'infected') <> (NEW.scan = 'infected')
BEGIN
  INSERT OR IGNORE INTO works_to_touch (work_id)
  SELECT id FROM works WHERE id = NEW.work_id AND state <> 'unpublished';
END;

-- What each crosswalk wrote when it was last asked: another fingerprint means that every record changed.
CREATE TABLE crosswalks (
  format      TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL
) STRICT, WITHOUT ROWID;
