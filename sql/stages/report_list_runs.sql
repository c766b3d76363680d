-- The numbers of all runs.
SELECT id
FROM run
ORDER BY id;
