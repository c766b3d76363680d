-- The weights of a run that count: the best where they were kept, else the last.
SELECT weights
FROM checkpoint
WHERE run = :run
ORDER BY kind = 'best' DESC
LIMIT 1;
