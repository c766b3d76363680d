-- How often a confidence is right: mean confidence and accuracy of ten equal steps of
-- confidence, with the 95 % interval of the accuracy after Wilson (run=: the newest evaluated;
-- part=).
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
bin AS (
    SELECT
        min(CAST(confidence * 10 AS INTEGER), 9) AS bin,
        count(*) AS n,
        avg(confidence) AS confidence,
        avg(correct) AS accuracy
    FROM answer
    GROUP BY 1
)
SELECT
    bin,
    n AS images,
    100 * confidence AS confidence,
    100 * accuracy AS accuracy,
    100 * max(0, (accuracy + 1.9207294 / n
        - 1.9599640 * sqrt(accuracy * (1 - accuracy) / n + 0.96036471 / n / n))
        / (1 + 3.8414588 / n)) AS low,
    100 * min(1, (accuracy + 1.9207294 / n
        + 1.9599640 * sqrt(accuracy * (1 - accuracy) / n + 0.96036471 / n / n))
        / (1 + 3.8414588 / n)) AS high
FROM bin
ORDER BY bin;
