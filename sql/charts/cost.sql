-- What accuracy has cost: seconds of training and validation accuracy in percent of each
-- finished run of a dataset (run=: of its dataset).
SELECT
    run,
    iif(
        length(experiment) > 24,
        substr(experiment, 1, 11) || '…' || substr(experiment, -12),
        experiment) AS experiment,
    seconds,
    parameters,
    100 * accuracy AS accuracy,
    100 * standard_error AS standard_error,
    run = coalesce(:run, (SELECT max(id) FROM run)) AS this
FROM leaderboard
WHERE accuracy IS NOT NULL
  AND seconds > 0
  AND dataset = (
    SELECT dataset.name
    FROM run
    JOIN dataset ON dataset.id = run.dataset
    WHERE run.id = coalesce(:run, (SELECT max(id) FROM run)))
ORDER BY
    experiment,
    run;
