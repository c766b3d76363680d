-- The newest finished run of an experiment with a seed; the folds of a run don't stand for
-- themselves.
SELECT max(id)
FROM run
WHERE dataset = :dataset
  AND experiment = :experiment
  AND seed = :seed
  AND status = 'finished'
  AND parent IS NULL;
