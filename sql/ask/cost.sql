-- What a gain costs: runs that beat all cheaper ones; time and images per 0.01 % (dataset=).
-- gained is in percentage points over the best cheaper run; what it took more than that run, in
-- seconds of training and in images trained on, is divided by gained / 0.01.
WITH
ordered AS (
    SELECT
        *,
        max(accuracy) OVER (
            PARTITION BY dataset
            ORDER BY seconds, run
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS best_cheaper
    FROM run_cost
    WHERE dataset = coalesce(:dataset, dataset)
      AND seconds IS NOT NULL
),
frontier AS (
    SELECT
        *,
        100 * (accuracy - best_cheaper) AS gained,
        seconds - lag(seconds) OVER (PARTITION BY dataset ORDER BY seconds, run) AS more_seconds,
        images - lag(images) OVER (PARTITION BY dataset ORDER BY seconds, run) AS more_images
    FROM ordered
    WHERE best_cheaper IS NULL
       OR accuracy > best_cheaper
)
SELECT
    run,
    experiment,
    dataset,
    epochs,
    round(seconds, 1) AS seconds,
    images,
    round(100 * accuracy, 4) AS percent,
    round(gained, 4) AS gained,
    round(more_seconds * 0.01 / gained, 3) AS seconds_per_0_01,
    round(more_images * 0.01 / gained) AS images_per_0_01
FROM frontier
ORDER BY
    dataset,
    frontier.seconds;
