-- What was taken for what: counts, percent of the actual class, how dark to draw each of the two
-- (0 to 1, off the diagonal in proportion to the square root, the diagonal apart). run=, part=.
WITH
judged (run, part) AS (
    SELECT run, coalesce(:part, part)
    FROM judged_part
    WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
),
cell AS (
    SELECT
        actual,
        predicted,
        count,
        100.0 * count / sum(count) OVER (PARTITION BY actual) AS percent
    FROM confusion
    JOIN judged USING (run, part)
),
ranged AS (
    SELECT
        *,
        max(iif(actual = predicted, 0, count)) OVER () AS most_count,
        max(iif(actual = predicted, 0, percent)) OVER () AS most_percent
    FROM cell
)
SELECT
    actual,
    predicted,
    count,
    percent,
    actual = predicted AS diagonal,
    iif(actual = predicted, 1, sqrt(1.0 * count / most_count)) AS count_shade,
    iif(actual = predicted, 1, sqrt(percent / most_percent)) AS percent_shade
FROM ranged
ORDER BY
    actual,
    predicted;
