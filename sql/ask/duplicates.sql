-- Images that occur more than once, pixel for pixel, within train, within test and between them.
-- dataset=: that of the newest run. groups: sets of equal images; images: those that could go; and
-- how many groups have more than one label. Reads all pixels: a third of a second for 70,000
-- images.
WITH
chosen (dataset) AS (
    SELECT iif(
        :dataset IS NULL,
        coalesce((SELECT dataset FROM run ORDER BY id DESC LIMIT 1), (SELECT max(id) FROM dataset)),
        (SELECT id FROM dataset WHERE name = :dataset ORDER BY version DESC LIMIT 1))
),
equal AS MATERIALIZED (
    SELECT
        sum(part = 'train') AS train,
        sum(part = 'test') AS test,
        count(DISTINCT class) AS labels
    FROM chosen
    CROSS JOIN image ON image.dataset = chosen.dataset
    GROUP BY pixels
    HAVING count(*) > 1
)
SELECT
    'within train' AS place,
    count(*) AS groups,
    ifnull(sum(train - 1), 0) AS images,
    ifnull(sum(labels > 1), 0) AS conflicting
FROM equal
WHERE train > 1
UNION ALL
SELECT
    'within test',
    count(*),
    ifnull(sum(test - 1), 0),
    ifnull(sum(labels > 1), 0)
FROM equal
WHERE test > 1
UNION ALL
SELECT
    'test images in train',
    count(*),
    ifnull(sum(test), 0),
    ifnull(sum(labels > 1), 0)
FROM equal
WHERE train > 0
  AND test > 0;
