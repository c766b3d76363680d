-- How many images were read rightly and wrongly at each confidence, in 25 steps of 4 %
-- (run=: the newest evaluated; part=).
WITH RECURSIVE
judged (run, part) AS (
    SELECT run, coalesce(:part, part)
    FROM judged_part
    WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
),
answer AS (
    SELECT
        confidence,
        correct
    FROM judged
    JOIN labelled_prediction USING (run, part)
),
bin (bin) AS (
    SELECT 0
    UNION ALL
    SELECT bin + 1 FROM bin WHERE bin < 24
),
counted AS (
    SELECT
        min(CAST(confidence * 25 AS INTEGER), 24) AS bin,
        sum(correct) AS right,
        sum(NOT correct) AS wrong
    FROM answer
    GROUP BY 1
)
SELECT
    4 * bin AS least,
    4 * bin + 4 AS greatest,
    coalesce(right, 0) AS right,
    coalesce(wrong, 0) AS wrong
FROM bin
LEFT JOIN counted USING (bin)
WHERE EXISTS (SELECT * FROM answer)
ORDER BY bin;
