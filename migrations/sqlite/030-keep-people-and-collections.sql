-- A person or a collection that changes is written to the archive too. The database asks for it itself, in the
-- transaction of the change, so that no one who changes them can forget to.
CREATE TRIGGER people_made_are_archived AFTER INSERT ON people
BEGIN
  INSERT INTO jobs (kind, key, priority, run_after, created_at)
  VALUES ('archive-person', NEW.id, -1, NEW.updated_at, NEW.updated_at)
  ON CONFLICT (kind, key) WHERE state = 'waiting' DO NOTHING;
END;
CREATE TRIGGER people_changed_are_archived AFTER UPDATE OF updated_at ON people
BEGIN
  INSERT INTO jobs (kind, key, priority, run_after, created_at)
  VALUES ('archive-person', NEW.id, -1, NEW.updated_at, NEW.updated_at)
  ON CONFLICT (kind, key) WHERE state = 'waiting' DO NOTHING;
END;

CREATE TRIGGER collections_made_are_archived AFTER INSERT ON collections
BEGIN
  INSERT INTO jobs (kind, key, priority, run_after, created_at)
  VALUES ('archive-collections', 'all', -1, NEW.updated_at, NEW.updated_at)
  ON CONFLICT (kind, key) WHERE state = 'waiting' DO NOTHING;
END;
CREATE TRIGGER collections_changed_are_archived AFTER UPDATE OF updated_at ON collections
BEGIN
  INSERT INTO jobs (kind, key, priority, run_after, created_at)
  VALUES ('archive-collections', 'all', -1, NEW.updated_at, NEW.updated_at)
  ON CONFLICT (kind, key) WHERE state = 'waiting' DO NOTHING;
END;
CREATE TRIGGER collections_removed_are_archived AFTER DELETE ON collections
BEGIN
  INSERT INTO jobs (kind, key, priority, run_after, created_at)
  VALUES ('archive-collections', 'all', -1, OLD.updated_at, OLD.updated_at)
  ON CONFLICT (kind, key) WHERE state = 'waiting' DO NOTHING;
END;

-- What is here already is archived once.
INSERT INTO jobs (kind, key, priority, run_after, created_at)
SELECT 'archive-person', id, -1, updated_at, updated_at FROM people WHERE archived_in IS NULL;
INSERT INTO jobs (kind, key, priority, run_after, created_at)
SELECT 'archive-collections', 'all', -1, max(updated_at), max(updated_at) FROM collections HAVING count(*) > 0;
