-- Precision, recall and F1 of each class (run=: the newest evaluated; part=validation).
SELECT
    label,
    round(precision, 4) AS precision,
    round(recall, 4) AS recall,
    round(f1, 4) AS f1,
    support,
    predicted,
    correct
FROM class_report
WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
  AND part = coalesce(:part, 'validation')
ORDER BY class;
