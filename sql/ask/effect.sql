-- What a hyperparameter did over all runs: accuracy by value (name=train.batch; dataset=).
-- Without a name, all hyperparameters with more than one value. Whether a difference of means is
-- more than luck, their deviations tell: two standard errors of a mean are 2 * deviation /
-- sqrt(runs).
WITH effect AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY dataset, name, kind) AS choices
    FROM hyperparameter_effect
    WHERE name = coalesce(:name, name)
      AND dataset = coalesce(:dataset, dataset)
)
SELECT
    dataset,
    name,
    iif(length(value) > 40, substr(value, 1, 39) || '…', value) AS value,
    kind,
    runs,
    round(mean, 5) AS mean,
    round(deviation, 5) AS deviation,
    round(least, 5) AS least,
    round(greatest, 5) AS greatest,
    round(loss, 5) AS loss
FROM effect
WHERE :name IS NOT NULL
   OR choices > 1
ORDER BY
    dataset,
    name,
    kind,
    mean DESC,
    value;
