-- What published works say of other works, so that each page can also tell who speaks of it.
CREATE TABLE work_relations (
  work_id INTEGER NOT NULL REFERENCES works ON DELETE CASCADE,
  position INTEGER NOT NULL,
  type TEXT NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (work_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_relations_by_target ON work_relations (target);

INSERT INTO work_relations (work_id, position, type, target)
SELECT works.id, relation.key, relation.value ->> 'type', relation.value ->> 'target'
FROM works, json_each(works.metadata, '$.relations') AS relation
WHERE works.metadata IS NOT NULL;
