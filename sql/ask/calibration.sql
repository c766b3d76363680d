-- Whether a run is as often right as it says, and its expected calibration error (run=).
-- The last line of a part is over all its images: its gap is the expected calibration error, the
-- mean distance between accuracy and confidence, each step weighted by its images (run=: the
-- newest evaluated).
WITH
chosen (run) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM evaluation))
),
step AS MATERIALIZED (
    SELECT
        part,
        min(CAST(10 * confidence AS INTEGER), 9) AS step,
        count(*) AS images,
        sum(correct) AS correct,
        avg(confidence) AS confidence,
        avg(correct) AS accuracy
    FROM chosen
    CROSS JOIN labelled_prediction USING (run)
    GROUP BY part, min(CAST(10 * confidence AS INTEGER), 9)
),
answer AS (
    SELECT
        part,
        step,
        printf('%.1f to %.1f', step / 10.0, (step + 1) / 10.0) AS confidences,
        images,
        correct,
        confidence,
        accuracy,
        accuracy - confidence AS gap
    FROM step
    UNION ALL
    SELECT
        part,
        10,
        'all',
        sum(images),
        sum(correct),
        sum(images * confidence) / sum(images),
        1.0 * sum(correct) / sum(images),
        sum(images * abs(accuracy - confidence)) / sum(images)
    FROM step
    GROUP BY part
)
SELECT
    part,
    confidences,
    images,
    images - correct AS wrong,
    round(confidence, 4) AS mean_confidence,
    round(accuracy, 4) AS accuracy,
    round(gap, 4) AS gap
FROM answer
ORDER BY
    part DESC,
    step;
