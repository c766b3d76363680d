CREATE VIEW comparison AS
-- Two runs judged on the same images; one row an ordered pair of runs and a part. Ask with
-- conditions on a and b.
--
-- p is that of McNemar's exact test: of the images on which just one of the two errs, as many
-- should be fixed as broken if both runs were equally good, so that fixed is binomial with n =
-- fixed + broken and 1/2. Both tails together: 2 * sum over i <= min(fixed, broken) of C(n, i) /
-- 2^n, at most 1. The terms are built up as logarithms, C(n, i + 1) = C(n, i) * (n - i) / (i + 1),
-- so that 2^n may be huge. The standard error is that of a difference of shares on the same
-- images: sqrt(fixed + broken - (fixed - broken)^2 / images) / images.
WITH
pair AS (
    SELECT
        one.run AS a,
        two.run AS b,
        one.part AS part,
        CASE
            WHEN one.part = 'test'
                OR run_a.split = run_b.split
                    AND run_a.fold IS run_b.fold
                    AND run_a.kind = run_b.kind
                    AND run_a.kind <> 'committee'
                THEN min(one.images, two.images)
            ELSE (
                SELECT count(*)
                FROM prediction AS said_a
                JOIN image INDEXED BY image_label
                    ON image.id = said_a.image AND image.part = 'train'
                JOIN prediction AS said_b ON said_b.run = two.run AND said_b.image = said_a.image
                WHERE said_a.run = one.run)
        END AS images,
        (SELECT count(*)
         FROM mistake AS m
         JOIN prediction AS said ON said.run = two.run AND said.image = m.image
         WHERE m.run = one.run
           AND m.part = one.part
        ) AS a_wrong,
        (SELECT count(*)
         FROM mistake AS m
         JOIN prediction AS said ON said.run = one.run AND said.image = m.image
         WHERE m.run = two.run
           AND m.part = one.part
        ) AS b_wrong,
        (SELECT count(*)
         FROM mistake AS m
         JOIN mistake AS n ON n.run = two.run AND n.image = m.image
         WHERE m.run = one.run
           AND m.part = one.part
        ) AS both_wrong
    FROM evaluation AS one
    JOIN run AS run_a ON run_a.id = one.run
    JOIN evaluation AS two ON two.part = one.part AND two.run <> one.run
    JOIN run AS run_b ON run_b.id = two.run AND run_b.dataset = run_a.dataset
    WHERE one.correct IS NOT NULL
      AND two.correct IS NOT NULL
      AND EXISTS (SELECT * FROM prediction WHERE prediction.run = one.run)
      AND EXISTS (SELECT * FROM prediction WHERE prediction.run = two.run)
)
SELECT
    a,                                      -- the run to start from
    b,                                      -- the run that is compared with it
    part,                                   -- validation or test
    images,                                 -- that both have judged
    a_wrong,                                -- of these images
    b_wrong,                                -- of these images
    both_wrong,                             -- images that both get wrong
    a_wrong - both_wrong AS fixed,          -- images that a gets wrong and b right
    b_wrong - both_wrong AS broken,         -- images that a gets right and b wrong
    1.0 * (a_wrong - b_wrong) / images AS gain,     -- accuracy of b minus that of a
    sqrt(a_wrong + b_wrong - 2 * both_wrong
         - 1.0 * (a_wrong - b_wrong) * (a_wrong - b_wrong) / images)
        / images AS standard_error,         -- of the gain
    (WITH RECURSIVE term (i, n, least, logarithm) AS (
        SELECT
            0,
            a_wrong + b_wrong - 2 * both_wrong,
            min(a_wrong, b_wrong) - both_wrong,
            (a_wrong + b_wrong - 2 * both_wrong) * ln(0.5)
        UNION ALL
        SELECT i + 1, n, least, logarithm + ln(1.0 * (n - i) / (i + 1))
        FROM term
        WHERE i < least
     )
     SELECT min(1.0, 2 * sum(exp(logarithm)))
     FROM term
    ) AS p                                  -- McNemar's exact test, two-sided
FROM pair
WHERE images > 0;
