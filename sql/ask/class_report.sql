-- Precision, recall and F1 of each class (run=: the newest evaluated; part=validation).
-- The same as the view class_report, of which plain SQL asks `WHERE run = 7 AND part =
-- 'validation'`. Here the run may be left out, and a condition that is a query would not reach
-- into the view.
WITH
chosen (run, part) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM evaluation)), coalesce(:part, 'validation')
),
counted AS (
    SELECT
        class.class,
        class.label,
        sum(iif(actual = class.class, count, 0)) AS support,
        sum(iif(predicted = class.class, count, 0)) AS predicted,
        sum(iif(actual = predicted, count, 0)) AS correct
    FROM chosen
    CROSS JOIN confusion USING (run, part)
    CROSS JOIN run ON run.id = chosen.run
    CROSS JOIN class ON class.dataset = run.dataset AND class.class IN (actual, predicted)
    GROUP BY class.class
)
SELECT
    label,
    round(ifnull(1.0 * correct / nullif(predicted, 0), 0), 4) AS precision,
    round(ifnull(1.0 * correct / nullif(support, 0), 0), 4) AS recall,
    round(2.0 * correct / (predicted + support), 4) AS f1,
    support,
    predicted,
    correct
FROM counted
ORDER BY class;
