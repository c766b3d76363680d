-- Precision, recall and F1 of each class in percent, NaN where there is nothing to divide by
-- (run=: the newest evaluated; part=).
WITH
judged (run, part) AS (
    SELECT run, coalesce(:part, part)
    FROM judged_part
    WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
)
SELECT
    row_number() OVER (ORDER BY class) - 1 AS place,
    iif(length(label) > 24, substr(label, 1, 11) || '…' || substr(label, -12), label) AS label,
    iif(predicted > 0, 100 * precision, NULL) AS precision,
    iif(support > 0, 100 * recall, NULL) AS recall,
    iif(support > 0, 100 * f1, NULL) AS f1,
    support
FROM class_report
JOIN judged USING (run, part)
ORDER BY class;
