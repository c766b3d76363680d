-- The weights of a run that count: the best where they were kept, else the average, else the last.
SELECT weights
FROM checkpoint
WHERE run = :run
ORDER BY kind = 'best' DESC, kind = 'average' DESC
LIMIT 1;
