-- The best finished runs of a dataset with their standard errors, in percent (run=: of its
-- dataset; limit=30).
SELECT
    row_number() OVER (ORDER BY accuracy DESC, loss, run) - 1 AS place,
    run,
    run || ' · '
        || iif(length(experiment) > 24, substr(experiment, 1, 11) || '…' || substr(experiment, -12),
               experiment)
        || iif(seed = 42, '', ' · seed ' || seed)
        || iif(kind = 'folds', ' · folds', '') AS label,
    100 * accuracy AS accuracy,
    100 * standard_error AS standard_error,
    run = coalesce(:run, (SELECT max(id) FROM run)) AS this
FROM leaderboard
WHERE accuracy IS NOT NULL
  AND dataset = (
    SELECT dataset.name
    FROM run
    JOIN dataset ON dataset.id = run.dataset
    WHERE run.id = coalesce(:run, (SELECT max(id) FROM run)))
ORDER BY place
LIMIT coalesce(:limit, 30);
