-- The table of classes of a report, with macro and weighted averages, like scikit-learn's
-- classification_report.
WITH
part (part) AS (
    SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL
),
report AS (
    SELECT class_report.*
    FROM class_report
    JOIN part ON part.part = class_report.part
    WHERE class_report.run = :run
),
line AS (
    SELECT class AS place, label, precision, recall, f1, support, predicted FROM report
    UNION ALL
    SELECT
        1e6,
        'macro avg',
        avg(precision),
        avg(recall),
        avg(f1),
        sum(support),
        sum(predicted)
    FROM report
    HAVING count(*) > 0
    UNION ALL
    SELECT
        1e6 + 1,
        'weighted avg',
        sum(precision * support) / sum(support),
        sum(recall * support) / sum(support),
        sum(f1 * support) / sum(support),
        sum(support),
        sum(predicted)
    FROM report
    HAVING count(*) > 0
)
SELECT
    label AS class,
    printf('%.4f', precision) AS precision,
    printf('%.4f', recall) AS recall,
    printf('%.4f', f1) AS F1,
    support AS images,
    predicted
FROM line
ORDER BY place;
