-- Deletes a run with all that belongs to it, its folds included.
DELETE FROM run
WHERE id = :run;
