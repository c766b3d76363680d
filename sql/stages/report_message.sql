-- What the figures of a committee must be read with.
SELECT message
FROM run
WHERE id = :run
  AND kind = 'committee'
  AND message IS NOT NULL;
