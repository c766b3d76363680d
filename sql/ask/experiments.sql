-- The experiments, best first, with mean and standard deviation over their seeds (dataset=).
-- Means of different kinds of runs are of different images, and can't be compared to the last
-- digit.
SELECT
    experiment,
    kind,
    dataset || ' ' || dataset_version AS dataset,
    runs,
    seeds,
    round(mean, 5) AS mean,
    round(deviation, 5) AS deviation,
    round(least, 5) AS least,
    round(greatest, 5) AS greatest,
    best_run,
    round(loss, 5) AS loss,
    round(seconds, 1) AS seconds,
    parameters
FROM experiment_summary
WHERE dataset = coalesce(:dataset, dataset)
ORDER BY
    mean DESC,
    loss,
    experiment;
