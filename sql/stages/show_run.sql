-- The newest finished run on a dataset, by its number; NULL where there is none.
SELECT max(id)
FROM run
WHERE dataset = :dataset
  AND status = 'finished'
  AND parent IS NULL;
