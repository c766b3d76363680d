-- The spread of certainty, -log10(1 - confidence) up to 7, for right and for wrong answers: the
-- values below which 5, 25, 50, 75 and 95 % lie (run=: the newest evaluated; part=).
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
        correct,
        -log10(max(1 - confidence, 1e-7)) AS certainty,
        row_number() OVER (PARTITION BY correct ORDER BY confidence) AS place,
        count(*) OVER (PARTITION BY correct) AS images
    FROM answer
)
SELECT
    iif(correct, 'right', 'wrong') AS outcome,
    1 - correct AS place,
    max(images) AS images,
    min(certainty) AS least,
    max(iif(place <= max(1, 0.05 * images), certainty, NULL)) AS p5,
    max(iif(place <= max(1, 0.25 * images), certainty, NULL)) AS p25,
    max(iif(place <= max(1, 0.50 * images), certainty, NULL)) AS p50,
    max(iif(place <= max(1, 0.75 * images), certainty, NULL)) AS p75,
    max(iif(place <= max(1, 0.95 * images), certainty, NULL)) AS p95,
    max(certainty) AS greatest
FROM ranked
GROUP BY correct
ORDER BY correct DESC;
