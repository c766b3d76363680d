-- The experiment file of a run as it was.
SELECT conf
FROM run
WHERE id = :run;
