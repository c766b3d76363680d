-- The sweep of just this text, if there is one.
SELECT id
FROM sweep
WHERE text = :text
  AND conf = :conf
  AND dataset = :dataset
ORDER BY id DESC
LIMIT 1;
