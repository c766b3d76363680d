-- Forgets a run's counts of predictions.
DELETE FROM confusion
WHERE run = :run;
