-- How many images of each class are in training, in validation and among labelled test images
-- (run=: the newest).
WITH
chosen AS (
    SELECT
        id AS run,
        dataset,
        split,
        fold
    FROM run
    WHERE id = coalesce(:run, (SELECT max(id) FROM run))
),
counted AS (
    SELECT
        image.class,
        CASE
            WHEN image.part = 'test' THEN 'test'
            WHEN split_image.part = 'validation' OR split_image.fold = chosen.fold THEN 'validation'
            ELSE 'train'
        END AS part,
        count(*) AS images
    FROM chosen
    JOIN image ON image.dataset = chosen.dataset
    LEFT JOIN split_image ON split_image.split = chosen.split AND split_image.image = image.id
    WHERE image.class IS NOT NULL
    GROUP BY 1, 2
)
SELECT
    class.class AS place,
    iif(length(label) > 24, substr(label, 1, 11) || '…' || substr(label, -12), label) AS label,
    coalesce(sum(iif(part = 'train', images, 0)), 0) AS train,
    coalesce(sum(iif(part = 'validation', images, 0)), 0) AS validation,
    coalesce(sum(iif(part = 'test', images, 0)), 0) AS test
FROM chosen
JOIN class ON class.dataset = chosen.dataset
LEFT JOIN counted ON counted.class = class.class
GROUP BY class.class
ORDER BY class.class;
