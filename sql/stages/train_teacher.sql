-- What decided the weights of a run that can teach: it has ended, and what it predicts is known.
SELECT run.input_hash
FROM run
WHERE run.id = :run
  AND run.dataset = :dataset
  AND run.status = 'finished'
  AND EXISTS (SELECT * FROM prediction WHERE prediction.run = run.id);
