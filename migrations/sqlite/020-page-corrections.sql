-- What a librarian put right in the text of a page. Kept beside the catalogue and not with what can be made again:
-- it is somebody's work and outlives every extraction and recognition.
CREATE TABLE page_corrections (
  file_id      INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  page         INTEGER NOT NULL CHECK (page > 0),
  text         TEXT NOT NULL,
  corrected_by INTEGER REFERENCES accounts (id),
  corrected_at TEXT NOT NULL,
  PRIMARY KEY (file_id, page)
) STRICT, WITHOUT ROWID;
