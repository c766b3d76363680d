-- The value that a setting had in a run, as text.
SELECT CAST(value AS TEXT)
FROM hyperparameter
WHERE run = :run
  AND name = :name;
