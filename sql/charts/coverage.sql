-- Accuracy on the most certain share of the images, were the others refused; some 200 points
-- (run=: the newest evaluated; part=).
WITH
judged (run, part) AS (
    SELECT run, coalesce(:part, part)
    FROM judged_part
    WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
),
answer AS (
    SELECT
        confidence,
        correct
    FROM judged
    JOIN labelled_prediction USING (run, part)
),
ranked AS (
    SELECT
        confidence,
        row_number() OVER most_certain AS n,
        count(*) OVER () AS images,
        sum(correct) OVER (
            ORDER BY confidence DESC, correct DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS right
    FROM answer
    WINDOW most_certain AS (ORDER BY confidence DESC, correct DESC)
)
SELECT
    100.0 * n / images AS coverage,
    100.0 * right / n AS accuracy,
    confidence AS threshold,
    n - right AS wrong
FROM ranked
WHERE n = images
   OR n % max(1, images / 200) = 0
ORDER BY n;
