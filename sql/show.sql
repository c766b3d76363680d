-- columns: the columns of a table's row, a line of text each: :values is a JSON array of its
-- numbers, null where there is a gap. The numbers of a column of texts stand side by side, 1 at the
-- text that it is; none of them where it is a text that training did not know.
WITH
field AS (
    SELECT
        place,
        name,
        CASE
            WHEN count(json_each.value) = 0 THEN '(gap)'
            WHEN max(column_input.value) IS NULL THEN printf('%.7g', max(json_each.value))
            ELSE ifnull(max(iif(json_each.value = 1, column_input.value, NULL)), '(another text)')
        END AS text
    FROM json_each(:values)
    JOIN column_input ON column_input.input = json_each.key + 1
    WHERE dataset = :dataset
    GROUP BY place
)
SELECT printf('%!-*s = %s', min(40, max(length(name)) OVER ()), name, text) AS line
FROM field
ORDER BY place;

-- history: a run's history as sparklines, a line of text each: the curve, its first and its last
-- value.
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
    printf(format, last)) AS line
FROM bar
GROUP BY place
ORDER BY place;

-- image: an image by its number in the database, or by its part and row in a dataset's newest
-- version.
SELECT
    image.id AS id,
    image.dataset AS dataset,
    printf('%s %d (%s, %s row %d)%s', iif(dataset.kind = 'table', 'row', 'image'), image.id,
           dataset.name, image.part, image.row,
           ifnull(': ' || class.label, ', no label')) AS line,
    image.pixels AS pixels
FROM image
JOIN dataset ON dataset.id = image.dataset
LEFT JOIN class ON class.dataset = image.dataset AND class.class = image.class
WHERE iif(
    :part IS NULL,
    image.id = :image,
    image.part = :part
    AND image.row = :image
    AND image.dataset = (
        SELECT id
        FROM dataset
        WHERE name = :dataset
        ORDER BY version DESC
        LIMIT 1));

-- parts: the folds or the members of a run with how well they do alone, a line of text each.
SELECT line AS line
FROM (
    SELECT
        fold AS place,
        printf('fold %d: run %d, %s', fold, id, status)
            || ifnull((
                SELECT printf(', epoch %d, validation accuracy %.2f %%', epoch,
                              100 * validation_accuracy)
                FROM epoch
                WHERE epoch.run = run.id
                  AND epoch = ifnull(best_epoch, (SELECT max(epoch) FROM epoch WHERE run = run.id))
            ), '') AS line
    FROM run
    WHERE parent = :run
    UNION ALL
    SELECT
        member.run,
        printf('member run %d: %s, seed %d, weight %.4f', member.run, experiment, seed, weight)
            || ifnull((
                SELECT printf(', validation accuracy %.2f %% of %d', 100 * accuracy, images)
                FROM evaluation_summary
                WHERE evaluation_summary.run = member.run
                  AND part = 'validation'
            ), '')
    FROM member
    JOIN run ON run.id = member.run
    WHERE committee = :run
    UNION ALL
    SELECT 1e18, message
    FROM run
    WHERE id = :run
      AND message IS NOT NULL
)
ORDER BY place;

-- prediction: what a run has said of an image: probabilities as a JSON array.
SELECT probabilities AS probabilities
FROM prediction
WHERE run = :run
  AND image = :image;

-- run: the newest finished run on a dataset, by its number; NULL where there is none.
SELECT max(id) AS run
FROM run
WHERE dataset = :dataset
  AND status = 'finished'
  AND parent IS NULL;

-- top: the most probable classes of a JSON array of probabilities.
SELECT
    label AS label,
    json_each.value AS probability
FROM json_each(:probabilities)
JOIN class ON class.dataset = :dataset AND class.class = json_each.key
ORDER BY
    json_each.value DESC,
    json_each.key
LIMIT :limit;
