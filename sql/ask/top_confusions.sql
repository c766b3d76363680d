-- Which class was often taken for which (run=: the newest evaluated; part=validation, limit=10).
SELECT
    actual_label AS actual,
    predicted_label AS predicted,
    count,
    round(100 * share, 2) AS percent_of_actual
FROM top_confusion
WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
  AND part = coalesce(:part, 'validation')
ORDER BY
    count DESC,
    share DESC,
    top_confusion.actual,
    top_confusion.predicted
LIMIT coalesce(:limit, 10);
