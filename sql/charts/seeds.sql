-- How far the accuracy of one experiment varies from run to run: a row a run, experiments in the
-- order of their means, in percent (run=: of its dataset).
WITH
judged AS (
    SELECT
        run,
        experiment || iif(kind = 'folds', ' · folds', '') AS experiment,
        seed,
        100 * accuracy AS accuracy,
        100 * standard_error AS standard_error,
        avg(100 * accuracy) OVER (PARTITION BY experiment, kind) AS mean
    FROM leaderboard
    WHERE accuracy IS NOT NULL
      AND dataset = (
        SELECT dataset.name
        FROM run
        JOIN dataset ON dataset.id = run.dataset
        WHERE run.id = coalesce(:run, (SELECT max(id) FROM run)))
)
SELECT
    dense_rank() OVER (ORDER BY mean DESC, experiment) - 1 AS place,
    iif(
        length(experiment) > 24,
        substr(experiment, 1, 11) || '…' || substr(experiment, -12),
        experiment) AS experiment,
    run,
    seed,
    accuracy,
    standard_error,
    mean
FROM judged
ORDER BY
    place,
    run;
