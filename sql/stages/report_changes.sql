-- How many labelled images two runs both predicted, which one read and the other did not, and the
-- probability of so uneven a division by chance (exact McNemar test, two-sided).
WITH RECURSIVE
counted AS (
    SELECT
        count(*) AS images,
        coalesce(sum(one.class <> image.class AND two.class = image.class), 0) AS fixed,
        coalesce(sum(one.class = image.class AND two.class <> image.class), 0) AS broken,
        coalesce(sum(one.class <> image.class AND two.class <> image.class), 0) AS both
    FROM prediction AS one
    JOIN prediction AS two ON two.run = :b AND two.image = one.image
    JOIN image ON image.id = one.image
    WHERE one.run = :a
      AND image.class IS NOT NULL
),
binomial (k, term, total) AS (
    SELECT 0, pow(0.5, fixed + broken), pow(0.5, fixed + broken) FROM counted
    UNION ALL
    SELECT
        k + 1,
        term * (fixed + broken - k) / (k + 1),
        total + term * (fixed + broken - k) / (k + 1)
    FROM binomial
    JOIN counted
    WHERE k < min(fixed, broken)
)
SELECT
    'images that both predicted' AS name,
    printf('%,d', images) AS value
FROM counted
UNION ALL
SELECT 'fixed', printf('%,d', fixed) FROM counted
UNION ALL
SELECT 'broken', printf('%,d', broken) FROM counted
UNION ALL
SELECT 'wrong in both', printf('%,d', both) FROM counted
UNION ALL
SELECT
    'difference by chance alone',
    iif(fixed + broken BETWEEN 1 AND 1000,
        printf('p = %.3f', min(1, 2 * (SELECT max(total) FROM binomial))),
        iif(fixed + broken = 0, 'no difference', 'too many changes for the exact test'))
FROM counted;
