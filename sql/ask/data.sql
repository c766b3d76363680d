-- How many images of each class there are in train and in test (dataset=: that of the newest run).
-- The last line is over all classes; where the test images have no labels it alone counts them.
WITH
chosen (dataset) AS (
    SELECT iif(
        :dataset IS NULL,
        coalesce((SELECT dataset FROM run ORDER BY id DESC LIMIT 1), (SELECT max(id) FROM dataset)),
        (SELECT id FROM dataset WHERE name = :dataset ORDER BY version DESC LIMIT 1))
),
counted AS MATERIALIZED (
    SELECT
        image.class,
        sum(part = 'train') AS train,
        sum(part = 'test') AS test
    FROM chosen
    CROSS JOIN image INDEXED BY image_label ON image.dataset = chosen.dataset
    GROUP BY image.class
)
SELECT
    label AS class,
    train,
    round(100.0 * train / (SELECT sum(train) FROM counted), 2) AS train_percent,
    test
FROM chosen
JOIN class ON class.dataset = chosen.dataset
LEFT JOIN counted ON counted.class = class.class
UNION ALL
SELECT
    'all',
    sum(train),
    100.0,
    sum(test)
FROM counted
HAVING count(*) > 0;
