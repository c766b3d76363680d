-- Which class was often taken for which (run=: the newest evaluated; part=validation, limit=10).
WITH
chosen (run, part) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM evaluation)), coalesce(:part, 'validation')
),
counted AS (
    SELECT
        run.dataset,
        actual,
        predicted,
        count,
        1.0 * count / sum(count) OVER (PARTITION BY actual) AS share
    FROM chosen
    CROSS JOIN confusion USING (run, part)
    CROSS JOIN run ON run.id = chosen.run
)
SELECT
    real.label AS actual,
    taken.label AS predicted,
    count,
    round(100 * share, 2) AS percent_of_actual
FROM counted
JOIN class AS real ON real.dataset = counted.dataset AND real.class = counted.actual
JOIN class AS taken ON taken.dataset = counted.dataset AND taken.class = counted.predicted
WHERE counted.actual <> counted.predicted
ORDER BY
    count DESC,
    share DESC,
    counted.actual,
    counted.predicted
LIMIT coalesce(:limit, 10);
