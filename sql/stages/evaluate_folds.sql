-- The trainings of a folds run, one row for each fold of its split: the number of the newest
-- finished one, NULL where there is none.
WITH RECURSIVE fold (fold, folds) AS (
    SELECT 0, folds
    FROM run
    JOIN split ON split.id = run.split
    WHERE run.id = :run
      AND folds IS NOT NULL
    UNION ALL
    SELECT fold + 1, folds
    FROM fold
    WHERE fold + 1 < folds
)
SELECT
    fold,
    folds,
    (SELECT max(run.id)
     FROM run
     WHERE run.parent = :run
       AND run.fold = fold.fold
       AND run.status = 'finished'
    )
FROM fold
ORDER BY fold;
