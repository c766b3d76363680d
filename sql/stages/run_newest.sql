-- The newest finished run on any version of a dataset.
SELECT r.id
FROM run AS r
JOIN dataset AS d ON d.id = r.dataset
WHERE d.name = :dataset
  AND r.status = 'finished'
ORDER BY r.id DESC
LIMIT 1;
