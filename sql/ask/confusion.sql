-- The confusion matrix: a row an actual class, a column a predicted one (run=: the newest, part=).
WITH
chosen (run, part) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM evaluation)), coalesce(:part, 'validation')
),
label (class, label, width) AS (
    SELECT
        class,
        label,
        max(5, max(length(label)) OVER ())
    FROM chosen
    CROSS JOIN run ON run.id = chosen.run
    CROSS JOIN class ON class.dataset = run.dataset
    WHERE EXISTS (
        SELECT *
        FROM confusion
        WHERE confusion.run = chosen.run AND confusion.part = chosen.part)
    ORDER BY class
),
cell (actual, predicted, text) AS (
    SELECT -1, class, printf('%!*s', width, label)
    FROM label
    UNION ALL
    SELECT real.class, taken.class, printf('%*s', real.width, ifnull(count, '.'))
    FROM chosen
    CROSS JOIN label AS real
    CROSS JOIN label AS taken
    LEFT JOIN confusion
        ON confusion.run = chosen.run
       AND confusion.part = chosen.part
       AND confusion.actual = real.class
       AND confusion.predicted = taken.class
    ORDER BY 1, 2
)
SELECT
    ifnull(label, '') AS actual,
    group_concat(text, ' ') AS predicted
FROM cell
LEFT JOIN label ON label.class = cell.actual
GROUP BY cell.actual
ORDER BY cell.actual;
