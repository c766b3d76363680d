-- Takes a tag away from a run.
DELETE FROM tag
WHERE run = :run
  AND tag = :tag;
