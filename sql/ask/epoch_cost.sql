-- What each gain within a training cost: seconds and images per 0.01 % gained (run=: the newest).
-- Only epochs that beat all before them; what was spent since the last such epoch counts.
WITH
ordered AS (
    SELECT
        history.run,
        epoch,
        validation_accuracy AS accuracy,
        sum(seconds) OVER (ORDER BY epoch) AS seconds,
        max(validation_accuracy) OVER (
            ORDER BY epoch
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS best_before
    FROM history
    WHERE history.run = coalesce(:run, (SELECT max(run) FROM epoch))
),
better AS (
    SELECT
        *,
        100 * (accuracy - best_before) AS gained,
        seconds - lag(seconds) OVER (ORDER BY epoch) AS more_seconds,
        (epoch - lag(epoch) OVER (ORDER BY epoch)) * (
            SELECT images / epochs
            FROM run_cost
            WHERE run_cost.run = ordered.run) AS more_images
    FROM ordered
    WHERE accuracy > ifnull(best_before, -1)
)
SELECT
    run,
    epoch,
    round(seconds, 1) AS seconds,
    round(100 * accuracy, 4) AS percent,
    round(gained, 4) AS gained,
    round(more_seconds * 0.01 / gained, 3) AS seconds_per_0_01,
    round(more_images * 0.01 / gained) AS images_per_0_01
FROM better
ORDER BY epoch;
