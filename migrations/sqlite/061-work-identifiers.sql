-- Identifiers of published works in one writing (small letters and digits alone), to find likely duplicates.
CREATE TABLE work_identifiers (
  work_id INTEGER NOT NULL REFERENCES works (id) ON DELETE CASCADE,
  scheme  TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (work_id, scheme, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_identifiers_by_value ON work_identifiers (scheme, value);

INSERT OR IGNORE INTO work_identifiers
SELECT works.id, each.value ->> 'scheme', lower(replace(replace(each.value ->> 'value', '-', ''), ' ', ''))
FROM works, json_each(works.metadata, '$.identifiers') AS each
WHERE works.state <> 'unpublished';
