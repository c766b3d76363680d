-- What differs between two runs, and whether that is luck (a=, b=: the two newest evaluated ones).
-- First what they were given that is not the same (of a committee, its own settings only), then how
-- they did, last the images that both
-- have judged: fixed are those that a gets wrong and b right, broken the other way round; p is
-- that of McNemar's exact test: how often runs that are equally good would differ at least as
-- much.
WITH
newer (a, b) AS (
    SELECT :a, coalesce(:b, (SELECT max(run) FROM evaluation WHERE run IS NOT :a))
),
chosen AS (
    SELECT ifnull(a, older) AS a, b
    FROM newer, (SELECT max(run) AS older FROM evaluation WHERE run <> (SELECT b FROM newer))
    WHERE ifnull(a, older) IS NOT NULL
      AND b IS NOT NULL
),
macro AS (
    SELECT
        confusion.run,
        2.0 * sum(iif(actual = predicted, count, 0))
            / sum(iif(actual = predicted, 2 * count, count)) AS f1
    FROM chosen
    CROSS JOIN confusion ON confusion.run IN (a, b) AND confusion.part = 'validation'
    CROSS JOIN run ON run.id = confusion.run
    CROSS JOIN class ON class.dataset = run.dataset AND class.class IN (actual, predicted)
    GROUP BY confusion.run, class.class
),
measured AS (
    SELECT
        run,
        measure.id AS place,
        measure.key AS what,
        measure.value AS value
    FROM chosen
    CROSS JOIN run_summary ON run IN (a, b)
    CROSS JOIN json_each(json_object(
        'judged by images', validation_images,
        'validation accuracy', round(validation_accuracy, 6),
        'validation loss', round(validation_loss, 6),
        'macro F1', (
            SELECT round(avg(f1), 6)
            FROM macro
            WHERE macro.run = run_summary.run),
        'epochs', nullif(epochs_done, 0),
        'best epoch', best_epoch,
        'seconds', round(duration, 1),
        'images per second', round(images_per_second),
        'public score', (
            SELECT max(public_score) FROM submission WHERE submission.run = run_summary.run)
    )) AS measure
),
answer (place, line, what, a, b, change) AS (
    SELECT 0, 0, 'run', a, b, NULL
    FROM chosen
    UNION ALL
    SELECT
        place,
        0,
        what,
        max(iif(run = a, value, NULL)) AS a_value,
        max(iif(run = b, value, NULL)) AS b_value,
        NULL
    FROM chosen
    CROSS JOIN run_fact ON run IN (a, b)
    GROUP BY place, what
    HAVING a_value IS NOT b_value
       AND (place NOT IN (2, 3)
            OR what LIKE 'committee.%'
            OR NOT EXISTS (SELECT * FROM run WHERE id IN (a, b) AND kind = 'committee'))
    UNION ALL
    SELECT
        5,
        place,
        what,
        max(iif(run = a, value, NULL)) AS a_value,
        max(iif(run = b, value, NULL)) AS b_value,
        round(max(iif(run = b, value, NULL)) - max(iif(run = a, value, NULL)), 6)
    FROM chosen
    CROSS JOIN measured ON run IN (a, b)
    GROUP BY what
    HAVING a_value IS NOT NULL OR b_value IS NOT NULL
    UNION ALL
    SELECT
        iif(part = 'validation', 6, 7),
        line.column1,
        part || ' ' || line.column2,
        CASE line.column1 WHEN 1 THEN images WHEN 2 THEN a_wrong END,
        CASE line.column1 WHEN 1 THEN images WHEN 2 THEN b_wrong END,
        CASE line.column1
            WHEN 2 THEN b_wrong - a_wrong
            WHEN 3 THEN both_wrong
            WHEN 4 THEN fixed
            WHEN 5 THEN broken
            WHEN 6 THEN round(gain, 6)
            WHEN 7 THEN round(standard_error, 6)
            WHEN 8 THEN round(p, 6)
        END
    FROM chosen
    CROSS JOIN comparison ON comparison.a = chosen.a AND comparison.b = chosen.b
    CROSS JOIN (VALUES (1, 'images'), (2, 'wrong'), (3, 'both wrong'), (4, 'fixed'), (5, 'broken'),
                       (6, 'gain'), (7, 'standard error of it'), (8, 'McNemar p')) AS line
)
SELECT
    what,
    a,
    b,
    change
FROM answer
ORDER BY
    place,
    line,
    what;
