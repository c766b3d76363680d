-- The newest finished run on any version of a dataset; the folds of a run don't stand for
-- themselves.
SELECT r.id
FROM run AS r
JOIN dataset AS d ON d.id = r.dataset
WHERE d.name = :dataset
  AND r.status = 'finished'
  AND r.parent IS NULL
ORDER BY r.id DESC
LIMIT 1;
