-- A run's history as sparklines, a line of text each: the curve, its first and its last value.
WITH
point (place, name, epoch, value, format) AS (
    SELECT 1, 'train loss', epoch, train_loss, '%.4f' FROM history WHERE run = :run
    UNION ALL
    SELECT 2, 'validation loss', epoch, validation_loss, '%.4f' FROM history WHERE run = :run
    UNION ALL
    SELECT 3, 'train accuracy', epoch, 100 * train_accuracy, '%.2f %%' FROM history WHERE run = :run
    UNION ALL
    SELECT 4, 'validation accuracy', epoch, 100 * validation_accuracy, '%.2f %%'
    FROM history
    WHERE run = :run
    UNION ALL
    SELECT 5, 'learning rate', epoch, learning_rate, '%.3g' FROM history WHERE run = :run
),
ranged AS (
    SELECT
        *,
        min(value) OVER (PARTITION BY place) AS least,
        max(value) OVER (PARTITION BY place) AS greatest,
        first_value(value) OVER whole AS first,
        last_value(value) OVER whole AS last
    FROM point
    WHERE value IS NOT NULL
    WINDOW whole AS (
        PARTITION BY place
        ORDER BY epoch
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
bar AS (
    SELECT
        *,
        substr('▁▂▃▄▅▆▇█',
            iif(
                greatest > least,
                1 + CAST(round(7 * (value - least) / (greatest - least)) AS INTEGER),
                4), 1)
            AS mark
    FROM ranged
    ORDER BY
        place,
        epoch
)
SELECT printf(
    '%-19s  %s  %s → %s',
    name,
    group_concat(mark, ''),
    printf(format, first),
    printf(format, last))
FROM bar
GROUP BY place
ORDER BY place;
